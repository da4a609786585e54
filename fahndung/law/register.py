"""The register of rules as rows to print: what each is about, how far a program decides it, its sources and tests.

Reads no file and judges nothing: what the tests cover is handed in (``fahndung.resources.coverage_text``).
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

from fahndung.errors import Message, Severity
from fahndung.law.facts import Stage
from fahndung.law.rule import How, Rule
from fahndung.law.rules import REGISTER
from fahndung.model.appeal import Category


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules that are told together, from the first to the last id."""

    title: Message
    subjects: Mapping[str, Message]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What tests a rule.

    Attributes:
        cases: file of the conformance suite to the number of its cases about the rule.
        tests: module of the other tests to the number of its test functions that name the rule.
        speaks, silent: how many cases and tests expect a finding, how many expect none.
    """

    cases: Mapping[str, int] = dataclasses.field(default_factory=dict)
    tests: Mapping[str, int] = dataclasses.field(default_factory=dict)
    speaks: int = 0
    silent: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule with all its entries of the register, in their order.

    Attributes:
        severity: block if one of its entries blocks.
        how: enforced, asked, kept, as far as its entries are.
        categories: None means all.
    """

    id: str
    group: Message
    subject: Message
    severity: Severity
    how: tuple[How, ...]
    categories: tuple[Category, ...] | None
    stages: tuple[Stage, ...]
    sources: tuple[str, ...]
    entries: tuple[Rule, ...]
    covered: Covered


GROUPS = (
    Group(
        title=Message("Order and clock", "Anordnung und Frist"),
        subjects={
            "R01": Message("There is an order or a decision", "Anordnung oder Entscheidung liegt vor"),
            "R02": Message("Who may order", "Wer anordnen darf"),
            "R03": Message("Police order for arrest: 24 hours", "Eilanordnung zur Festnahme: 24 Stunden"),
            "R04": Message("Lasting online: a judge within a week", "Andauernd online: Gericht binnen einer Woche"),
            "R05": Message(
                "Other media: the prosecutor within a week", "Andere Medien: Staatsanwaltschaft binnen einer Woche"
            ),
            "R06": Message("The warrant within a week", "Haftbefehl binnen einer Woche"),
            "R07": Message("Reminders before the end", "Erinnerungen vor dem Ende"),
            "R08": Message("Nothing that has lapsed revives", "Was außer Kraft ist, lebt nicht wieder auf"),
            "R09": Message("Periodic review", "Regelmäßige Prüfung der Fortdauer"),
            "R10": Message("Within the scope of the order", "Im Umfang der Anordnung"),
            "R11": Message("Social networks in criminal cases", "Soziale Netzwerke im Strafverfahren"),
            "R12": Message("Milder means first", "Mildere Mittel zuerst"),
            "R13": Message("Embargo", "Sperrfrist"),
        },
    ),
    Group(
        title=Message("Content", "Inhalt"),
        subjects={
            "R14": Message("A witness is marked as not accused", "Zeugen sind als nicht beschuldigt gekennzeichnet"),
            "R15": Message("No prejudgment", "Keine Vorverurteilung"),
            "R16": Message("Tips go to the police", "Hinweise gehen an die Polizei"),
            "R17": Message("A contact that is always reachable", "Erreichbarer Kontakt"),
            "R18": Message("Only the fields that the category may show", "Nur Felder, die die Kategorie zeigen darf"),
            "R19": Message("Special categories of data", "Besondere Kategorien von Daten"),
            "R20": Message("Nationality", "Staatsangehörigkeit"),
            "R21": Message("Date, authority, facts and estimates", "Stand, Behörde, Tatsachen und Schätzungen"),
            "R22": Message("Reward", "Belohnung"),
            "R23": Message("Poster", "Plakat"),
            "R24": Message("Safety note and disturbing pictures", "Sicherheitshinweis und belastende Bilder"),
            "R25": Message("Risk of discrimination or assault", "Gefahr von Diskriminierung oder Übergriffen"),
        },
    ),
    Group(
        title=Message("Images", "Bilder"),
        subjects={
            "R26": Message("Where a picture comes from, verified by two", "Herkunft, von zwei Personen geprüft"),
            "R27": Message("Only clean derivatives", "Nur bereinigte Ableitungen"),
            "R28": Message("Originals stay in the case store", "Originale bleiben im Fallspeicher"),
            "R29": Message("Clean PDF", "Sauberes PDF"),
            "R30": Message("No previews, no index, own servers", "Keine Vorschau, kein Index, eigene Server"),
        },
    ),
    Group(
        title=Message("Channels", "Kanäle"),
        subjects={
            "R31": Message("Nothing identifying on other networks", "Nichts Erkennbares in fremden Netzen"),
            "R32": Message("Comments off or watched", "Kommentare aus oder überwacht"),
            "R33": Message("Media notice from the scope", "Medienhinweis aus dem Umfang"),
            "R34": Message("In the ledger before it is sent", "Vor dem Senden im Register"),
            "R35": Message("Every receiver is recorded", "Jeder Empfänger ist vermerkt"),
        },
    ),
    Group(
        title=Message("Ending", "Beenden"),
        subjects={
            "R36": Message("What ends an appeal, person by person", "Was einen Aufruf beendet, je Person"),
            "R37": Message("Takedown needs no permission", "Löschen braucht keine Freigabe"),
            "R38": Message("Ended means verified gone", "Beendet heißt nachweislich weg"),
            "R39": Message("Closing texts", "Abschlusstexte"),
            "R40": Message("No way back after the end", "Kein Zurück nach dem Ende"),
            "R41": Message("Error: breach and correction", "Irrtum: Datenpanne und Berichtigung"),
            "R42": Message("Search for orphans", "Suche nach herrenlosen Veröffentlichungen"),
        },
    ),
    Group(
        title=Message("Logging", "Protokoll"),
        subjects={
            "R43": Message("Log and its retention", "Protokoll und seine Löschung"),
            "R44": Message("Four eyes", "Vier Augen"),
            "R45": Message("Editions of rules and norms", "Fassungen von Regeln und Normen"),
        },
    ),
)
IDS = tuple(rule for group in GROUPS for rule in group.subjects)
"""R01 to R45: every rule that there is to be."""


def rows(coverage: Mapping[str, Covered], register: Iterable[Rule] = REGISTER) -> tuple[Row, ...]:
    """The register by rule, in the order of the ids; a rule without an entry has no row."""
    entries: dict[str, list[Rule]] = {}
    for rule in register:
        entries.setdefault(rule.id, []).append(rule)
    return tuple(
        _row(rule, group.title, subject, entries[rule], coverage.get(rule, Covered()))
        for group in GROUPS
        for rule, subject in group.subjects.items()
        if rule in entries
    )


def _row(rule: str, group: Message, subject: Message, entries: list[Rule], covered: Covered) -> Row:
    chosen = {category for entry in entries for category in entry.categories or ()}
    everywhere = any(entry.categories is None for entry in entries)
    return Row(
        id=rule,
        group=group,
        subject=subject,
        severity=Severity.BLOCK if any(entry.severity is Severity.BLOCK for entry in entries) else Severity.WARN,
        how=tuple(how for how in How if any(entry.how is how for entry in entries)),
        categories=None if everywhere else tuple(category for category in Category if category in chosen),
        stages=tuple(stage for stage in Stage if any(stage in entry.stages for entry in entries)),
        sources=tuple(dict.fromkeys(entry.source for entry in entries)),
        entries=tuple(entries),
        covered=covered,
    )


def coverage(text: str) -> dict[str, Covered]:
    """What ``coverage.json`` says of each rule."""
    return {rule: Covered(**told) for rule, told in json.loads(text).items()}


def document(printed: Iterable[Row], edition: str) -> dict[str, Any]:
    """The rows as JSON values; ``edition`` names the state of the rules."""
    return {"edition": edition, "rules": [_as_json(row) for row in printed]}


def _as_json(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "group": row.group._asdict(),
        "title": row.subject._asdict(),
        "severity": row.severity.value,
        "how": [how.value for how in row.how],
        "categories": None if row.categories is None else [category.value for category in row.categories],
        "stages": [stage.value for stage in row.stages],
        "sources": list(row.sources),
        "entries": [
            {
                "title": entry.title._asdict(),
                "severity": entry.severity.value,
                "how": entry.how.value,
                "categories": None if entry.categories is None else sorted(entry.categories),
                "stages": [stage.value for stage in Stage if stage in entry.stages],
                "source": entry.source,
            }
            for entry in row.entries
        ],
        "tests": dataclasses.asdict(row.covered),
    }
