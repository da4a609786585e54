"""Findings of schemas/norms-1.json in a TOML document, and entries that no rule looks up. Makes no norm of it."""

import datetime as dt
import difflib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fahndung import resources
from fahndung.errors import Message, Problem, Severity
from fahndung.law import figures

if TYPE_CHECKING:
    from jsonschema import ValidationError


def plain(value: Any) -> Any:
    """The document with TOML dates as ISO 8601 strings, so that a JSON Schema can judge it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def problems(untrusted_document: Mapping[str, Any]) -> list[Problem]:
    """Every finding, in the order of the document; the field is a JSON pointer without the leading slash."""
    # jsonschema with its formats takes about a second to import, and a takedown does not need it
    from jsonschema import Draft202012Validator

    schema = json.loads(resources.schema_text("norms-1.json"))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    document = plain(untrusted_document)
    found = sorted(
        validator.iter_errors(document), key=lambda error: [str(part).zfill(6) for part in error.absolute_path]
    )
    return [
        Problem(
            rule="schema",
            severity=Severity.BLOCK,
            field="/".join(str(part) for part in error.absolute_path),
            message=_with_id(document, error, message),
        )
        for error in found
        for message in _messages(error)
    ]


def unheeded(document: Mapping[str, Any]) -> list[Problem]:
    """What a document that the schema accepts says in vain: ids that no rule looks up, figures of a wrong kind."""
    found: list[Problem] = []
    for room, known in (("figure", sorted(figures.FIGURES)), ("lexicon", sorted(figures.LEXICONS))):
        for index, entry in enumerate(document.get(room, [])):
            if entry["id"] not in known:
                found.append(_refused(f"{room}/{index}/id", _stranger(entry["id"], known)))
            elif room == "figure" and not figures.FIGURES[entry["id"]] & entry.keys():
                found.append(_refused(f"{room}/{index}", _wrong_kind(entry["id"], figures.FIGURES[entry["id"]])))
    return found


def _refused(field: str, message: Message) -> Problem:
    return Problem(rule="schema", severity=Severity.BLOCK, field=field, message=message)


def _stranger(name: str, known: list[str]) -> Message:
    near, listed = difflib.get_close_matches(name, known, n=1), ", ".join(known)
    en, de = (f"Did you mean {near[0]!r}? ", f"Gemeint ist vielleicht {near[0]!r}. ") if near else ("", "")
    return Message(
        f"{name}: no rule looks this up, so it would change nothing. {en}Known are: {listed}.",
        f"{name}: Danach fragt keine Regel; der Eintrag bliebe ohne Wirkung. {de}Bekannt sind: {listed}.",
    )


def _wrong_kind(name: str, kinds: frozenset[str]) -> Message:
    en, de = (f" {word} ".join(map(repr, sorted(kinds))) for word in ("or", "oder"))
    return Message(f"{name}: the rule needs {en} here.", f"{name}: Die Regel braucht hier {de}.")


def _with_id(document: Mapping[str, Any], error: "ValidationError", message: Message) -> Message:
    """The message with the id of the entry before it: in a joined text an index says little."""
    path = list(error.absolute_path)
    if len(path) < 2 or path[0] != "norm":
        return message
    entry = document["norm"][path[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return Message(f"{name}: {message.en}", f"{name}: {message.de}") if isinstance(name, str) else message


def _messages(error: "ValidationError") -> list[Message]:
    return _WORDS.get(str(error.validator), _other)(error)


def _around(error: "ValidationError") -> Mapping[str, Any]:
    """The part of the schema that the value broke; jsonschema's types allow more than our schema has."""
    return error.schema if isinstance(error.schema, Mapping) else {}


def _unknown(error: "ValidationError") -> list[Message]:
    known = sorted(_around(error)["properties"])
    untrusted_names: Any = error.instance
    messages = []
    for name in sorted(set(untrusted_names) - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        en = f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(known)}."
        de = f"Gemeint ist vielleicht {near[0]!r}." if near else f"Bekannt sind: {', '.join(known)}."
        messages.append(Message(f"The field {name!r} is unknown. {en}", f"Das Feld {name!r} ist unbekannt. {de}"))
    return messages


def _required(error: "ValidationError") -> list[Message]:
    # jsonschema reports each missing name as an error of its own, and tells the name only inside the sentence
    name = next(name for name in _around(error)["required"] if error.message.startswith(repr(name)))
    return [Message(f"The field {name!r} is missing; add it.", f"Das Feld {name!r} fehlt; bitte ergänzen.")]


def _enum(error: "ValidationError") -> list[Message]:
    values: Any = error.validator_value
    allowed = ", ".join(repr(value) for value in values)
    return [
        Message(
            f"{error.instance!r} is not allowed here; allowed are {allowed}.",
            f"{error.instance!r} ist hier nicht möglich; möglich sind {allowed}.",
        )
    ]


def _date(error: "ValidationError") -> list[Message]:
    return [
        Message(
            f"{error.instance!r} is not a day; write it like 2026-11-22.",
            f"{error.instance!r} ist kein Tag; so schreiben: 2026-11-22.",
        )
    ]


def _shape(error: "ValidationError") -> list[Message]:
    examples = _around(error).get("examples")
    en = f" Example: {examples[0]}." if examples else ""
    de = f" Beispiel: {examples[0]}." if examples else ""
    return [
        Message(
            f"{error.instance!r} does not have the expected form.{en}",
            f"{error.instance!r} hat nicht die erwartete Form.{de}",
        )
    ]


def _either(error: "ValidationError") -> list[Message]:
    return [
        Message(
            f"{error.instance!r} is neither a period (example: P6M) nor a table with one period for each category.",
            f"{error.instance!r} ist weder eine Frist (Beispiel: P6M) noch eine Tabelle mit einer Frist je Kategorie.",
        )
    ]


def _other(error: "ValidationError") -> list[Message]:
    wanted = f"{error.validator}: {error.validator_value!r}"
    return [
        Message(
            f"{error.instance!r} does not fit the schema ({wanted}).",
            f"{error.instance!r} passt nicht zum Schema ({wanted}).",
        )
    ]


_WORDS: Mapping[str, Callable[["ValidationError"], list[Message]]] = {
    "additionalProperties": _unknown,
    "required": _required,
    "enum": _enum,
    "format": _date,
    "pattern": _shape,
    "oneOf": _either,
}
