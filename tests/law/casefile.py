"""The cases of ``tests/law/conformance`` as values, exactly as a lawyer wrote them. Judges nothing, reads no record.

A key that nobody knows is an error: a case with a slip of the pen must fail, never pass by saying nothing.
"""

import dataclasses
import datetime as dt
import pathlib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fahndung.law.facts import TIMED, Stage
from fahndung.model.mandate import Medium

FOLDER = pathlib.Path(__file__).parent / "conformance"
BASES = "grundfaelle.toml"

STAGES = {
    "entwurf": Stage.DRAFT,
    "freigabe": Stage.RELEASE,
    "veroeffentlichung": Stage.PUBLISH,
    "laufend": Stage.RUNNING,
    "beendet": Stage.ENDED,
} | {stage.value: stage for stage in Stage}
NO_END, NOT_USED = "keins", "nicht genutzt"

_RULE = re.compile(r"R\d\d")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "§": "Par."})


class CaseError(ValueError):
    """A case that does not say what it says in words that the suite knows."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One case of a file, not yet read: its file, what the file gives every case, its sources, the case itself."""

    file: str
    always: Mapping[str, Any]
    sources: tuple[str, ...]
    case: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The title, or a word that says that there is none."""
        return str(self.case.get("fall", "ohne Titel"))

    @property
    def id(self) -> str:
        """File and title in letters that every terminal shows."""
        plain = self.title.translate(_PLAIN).encode("ascii", "ignore").decode()
        return f"{self.file.removesuffix('.toml')}: {' '.join(plain.split())}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out; what is not named is not looked at.

    Attributes:
        ends: medium to its end; None: none is known. unused: media that have no end because nobody uses them.
        because: medium to the kind of the clock that ends it.
        blocks: rules with a blocking finding. warns: rules that only warn. silent: rules without any finding.
        fields: rule to a field that one of its findings names.
        refused: fields of the record that its reader refuses; nothing is judged then.
    """

    ends: Mapping[Medium, dt.datetime | None]
    unused: frozenset[Medium]
    because: Mapping[Medium, str]
    blocks: tuple[str, ...]
    warns: tuple[str, ...]
    silent: tuple[str, ...]
    fields: Mapping[str, str]
    refused: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: title, rules and source; given, when, then."""

    title: str
    rules: tuple[str, ...]
    source: str
    given: Mapping[str, Any]
    stage: Stage
    now: dt.datetime | None
    expected: Expected


def files() -> list[pathlib.Path]:
    """The case files, by name."""
    return sorted(path for path in FOLDER.glob("*.toml") if path.name != BASES)


def raws(path: pathlib.Path) -> Iterator[Raw]:
    """The cases of one file, unread.

    Raises:
        CaseError: an unknown key at the top, no case, no source, or two cases of one title.
    """
    document = tomllib.loads(path.read_text("utf-8"))
    only(path.name, document, {"gegenstand", "quelle", "in_jedem_fall", "faelle"})
    sources = document.get("quelle", [])
    for source in sources:
        only(f"{path.name}, quelle", source, {"fundstelle", "text", "gelesen"})
        if not (str(source.get("fundstelle", "")).strip() and str(source.get("text", "")).strip()):
            raise CaseError(f"{path.name}: zu jeder quelle gehören fundstelle und text")
    cases = document.get("faelle", [])
    titles = [str(case.get("fall")) for case in cases]
    if not (cases and sources and str(document.get("gegenstand", "")).strip()):
        raise CaseError(f"{path.name}: gegenstand, quelle und faelle müssen da sein")
    if twice := sorted({title for title in titles if titles.count(title) > 1}):
        raise CaseError(f"{path.name}: zwei Fälle mit einem Titel: {', '.join(twice)}")
    for case in cases:
        yield Raw(
            file=path.name,
            always=document.get("in_jedem_fall", {}),
            sources=tuple(source["fundstelle"] for source in sources),
            case=case,
        )


def read(raw: Raw) -> Case:
    """The case, every key known and every word understood.

    Raises:
        CaseError: otherwise.
    """
    only("Fall", raw.case, {"fall", "regeln", "nach", "gegeben", "wenn", "dann"})
    source = str(raw.case.get("nach", ""))
    if not any(_within(source, known) for known in raw.sources):
        raise CaseError(f"nach: {source!r} steht nicht unter den quellen der Datei ({'; '.join(raw.sources)})")
    stage, now = _when(raw.case.get("wenn", {}))
    expected = _expected(raw.case.get("dann", {}))
    rules = _rules("regeln", raw.case.get("regeln", ()))
    if not rules:
        raise CaseError("regeln: kein Fall ohne Regel")
    if stray := sorted({*expected.blocks, *expected.warns, *expected.silent, *expected.fields} - {*rules}):
        raise CaseError(f"dann nennt {', '.join(stray)}, regeln nicht")
    if not raw.case.get("fall"):
        raise CaseError("fall: der Titel fehlt")
    return Case(
        title=raw.title,
        rules=rules,
        source=source,
        given=merged(raw.always, raw.case.get("gegeben", {})),
        stage=stage,
        now=now,
        expected=expected,
    )


def merged(base: Any, over: Any) -> Any:
    """``base`` with the values of ``over`` put over it.

    Tables are joined key by key; a table with numbers as keys reaches into a list (``persons.0.names``), everything
    else replaces what was there.
    """
    if isinstance(base, list) and isinstance(over, Mapping) and over and all(key.isdecimal() for key in over):
        if max(int(key) for key in over) >= len(base):
            raise CaseError(f"die Liste hat nur {len(base)} Einträge, genannt ist {max(over)}")
        return [merged(entry, over[str(at)]) if str(at) in over else entry for at, entry in enumerate(base)]
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return {key: merged(base.get(key), over[key]) if key in over else base[key] for key in {**base, **over}}
    return over


def only(where: str, table: Any, known: Iterable[str]) -> Mapping[str, Any]:
    """The table, if it is one and has no other keys.

    Raises:
        CaseError: otherwise.
    """
    if not isinstance(table, Mapping):
        raise CaseError(f"{where}: hier steht eine Tabelle, nicht {table!r}")
    if unknown := sorted(set(table) - set(known)):
        raise CaseError(f"{where}: unbekannt {', '.join(unknown)}; bekannt {', '.join(sorted(known))}")
    return table


def instant(text: Any) -> dt.datetime:
    """An instant with its offset.

    Raises:
        CaseError: anything else.
    """
    try:
        found = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        found = None
    if found is None or found.utcoffset() is None:
        raise CaseError(f"{text!r} ist kein Zeitpunkt wie 2026-11-28T00:00:00+01:00")
    return found


def one_of(what: str, text: Any, words: Mapping[str, Any] | type[Any]) -> Any:
    """What a word stands for.

    Raises:
        CaseError: an unknown word.
    """
    known = words if isinstance(words, Mapping) else {member.value: member for member in words}
    if not isinstance(text, str) or text not in known:
        raise CaseError(f"{what}: {text!r} ist unbekannt; bekannt {', '.join(known)}")
    return known[text]


def _within(source: str, known: str) -> bool:
    """Whether ``source`` names ``known`` or a part of it: § 131c Abs. 2 S. 1 StPO of § 131c Abs. 2 StPO."""
    place, _, law = known.rpartition(" ")
    part = source.startswith(f"{known} ") or (source.startswith(f"{place} ") and source.endswith(f" {law}"))
    return source == known or part


def _when(table: Any) -> tuple[Stage, dt.datetime | None]:
    only("wenn", table, {"stufe", "jetzt"})
    stage: Stage = one_of("wenn.stufe", table.get("stufe"), STAGES)
    if stage in TIMED and "jetzt" not in table:
        raise CaseError(f"wenn.jetzt: die Stufe {table['stufe']} sieht auf die Uhr")
    return stage, instant(table["jetzt"]) if "jetzt" in table else None


def _expected(table: Any) -> Expected:
    only("dann", table, {"ende", "grund", "sperrt", "hinweis", "schweigt", "feld", "abgelehnt"})
    if not any(table.values()):
        raise CaseError("dann: ein Fall ohne Erwartung prüft nichts")
    ends = _by("dann.ende", table.get("ende", {}), Medium, str)
    return Expected(
        ends={medium: None if end == NO_END else instant(end) for medium, end in ends.items() if end != NOT_USED},
        unused=frozenset(medium for medium, end in ends.items() if end == NOT_USED),
        because=_by("dann.grund", table.get("grund", {}), Medium, str),
        blocks=_rules("dann.sperrt", table.get("sperrt", ())),
        warns=_rules("dann.hinweis", table.get("hinweis", ())),
        silent=_rules("dann.schweigt", table.get("schweigt", ())),
        fields={_rule("dann.feld", rule): str(field) for rule, field in table.get("feld", {}).items()},
        refused=tuple(table.get("abgelehnt", ())),
    )


def _by(what: str, table: Any, keys: type[Any], read: Callable[[Any], Any]) -> dict[Any, Any]:
    if not isinstance(table, Mapping):
        raise CaseError(f"{what}: hier steht eine Tabelle, nicht {table!r}")
    return {one_of(what, key, keys): read(value) for key, value in table.items()}


def _rules(what: str, names: Any) -> tuple[str, ...]:
    if isinstance(names, str):
        raise CaseError(f"{what}: Regeln stehen in einer Liste")
    return tuple(_rule(what, name) for name in names)


def _rule(what: str, name: Any) -> str:
    if not isinstance(name, str) or not _RULE.fullmatch(name) or not 1 <= int(name[1:]) <= 45:
        raise CaseError(f"{what}: {name!r} ist keine Regel R01 bis R45")
    return name
