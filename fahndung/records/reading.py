"""Bytes of an ``appeal.json`` to JSON values, strictly: what other readers might read differently is refused.

Knows nothing of appeals. What it lets through is still untrusted.
"""

import json
import re

from fahndung.errors import InvalidRecord, Message, Problem, Severity

LARGEST_RECORD = 1024 * 1024
"""Bytes of an ``appeal.json``."""

DEEPEST = 32
"""Levels of nesting; the form itself needs nine."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


class RepeatedNames(dict[str, object]):
    """A JSON object in which names occur more than once; ``repeated`` lists them."""

    repeated: tuple[str, ...] = ()


def problem(rule: str, field: str, en: str, de: str) -> Problem:
    """A finding of this room: they all block, and the form itself is their source."""
    return Problem(rule=rule, severity=Severity.BLOCK, field=field, message=Message(en, de))


def refusal(problems: list[Problem]) -> InvalidRecord:
    """The error that carries all the problems."""
    if len(problems) == 1:
        where = problems[0].field or "appeal.json"
        message = problems[0].message
        return InvalidRecord(f"{where}: {message.en}", f"{where}: {message.de}", problems=problems)
    return InvalidRecord(
        f"the record has {len(problems)} problems; correct each and check again",
        f"der Vorgang hat {len(problems)} Fehler; bitte alle berichtigen und erneut prüfen",
        problems=problems,
    )


def values(untrusted: bytes) -> object:
    """The JSON value in the bytes; objects with repeated names come as ``RepeatedNames``.

    Raises:
        InvalidRecord: too large, empty, not UTF-8, not JSON, nested too deeply, NaN or an endless number.
    """
    if len(untrusted) > LARGEST_RECORD:
        raise too_large()
    if not untrusted.strip():
        raise refusal([problem("record", "", "appeal.json is empty", "appeal.json ist leer")])
    try:
        text = untrusted.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal([_not_utf8(untrusted, error)]) from None
    if _depth(untrusted) > DEEPEST:
        raise too_deep()
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise refusal([_not_json(error)]) from None
    except ValueError as error:  # a constant, an endless or an overlong number
        raise refusal([_not_a_number(str(error))]) from None


def too_large() -> InvalidRecord:
    """The refusal of a record beyond ``LARGEST_RECORD``."""
    mib = LARGEST_RECORD // 1024 // 1024
    return refusal(
        [
            problem(
                "record",
                "",
                f"appeal.json is larger than {mib} MiB; pictures stand beside it as files, not in it",
                f"appeal.json ist größer als {mib} MiB; Bilder liegen als Dateien daneben, nicht darin",
            )
        ]
    )


def too_deep() -> InvalidRecord:
    """The refusal of a record nested beyond ``DEEPEST``."""
    return refusal(
        [
            problem(
                "record",
                "",
                f"the record is nested more than {DEEPEST} levels deep; no appeal is",
                f"der Vorgang ist mehr als {DEEPEST} Ebenen tief verschachtelt; kein Fahndungsaufruf ist das",
            )
        ]
    )


def _depth(untrusted: bytes) -> int:
    """How deeply brackets nest, found before the parser recurses into them."""
    deepest = level = 0
    for bracket in re.findall(rb"[\[\]{}]", _STRING.sub(b"", untrusted)):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [name for name, _ in pairs]
    twice = RepeatedNames(plain)
    twice.repeated = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return twice


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(digits[:40])
    return number


def _not_utf8(untrusted: bytes, error: UnicodeDecodeError) -> Problem:
    line = untrusted.count(b"\n", 0, error.start) + 1
    return problem(
        "record",
        "",
        f"appeal.json is not UTF-8: byte {error.start} in line {line} is wrong; save the file as UTF-8",
        f"appeal.json ist nicht in UTF-8: Byte {error.start} in Zeile {line} ist falsch; die Datei als UTF-8 speichern",
    )


def _not_json(error: json.JSONDecodeError) -> Problem:
    return problem(
        "record",
        "",
        f"appeal.json is not JSON: line {error.lineno}, column {error.colno}: {error.msg}",
        f"appeal.json ist kein JSON: Zeile {error.lineno}, Spalte {error.colno} ist nicht lesbar "
        "(fehlt davor ein Komma, ein Anführungszeichen oder eine Klammer?)",
    )


def _not_a_number(what: str) -> Problem:
    shown = what if len(what) <= 40 else "…"
    return problem(
        "record",
        "",
        f"appeal.json holds a number that no appeal needs ({shown}); leave unknown figures out",
        f"appeal.json enthält eine Zahl, die kein Fahndungsaufruf braucht ({shown}); Unbekanntes weglassen",
    )
