"""The register as a page of Markdown in German and English (docs/rules.md). Writes no file."""

from collections.abc import Iterable, Sequence

from fahndung.errors import Message, Severity
from fahndung.law.facts import Stage
from fahndung.law.register import GROUPS, IDS, Row
from fahndung.law.rule import How, Rule
from fahndung.law.words import CATEGORIES
from fahndung.model.appeal import Category

EFFECTS = {Severity.BLOCK: Message("blocks", "sperrt"), Severity.WARN: Message("warns", "weist hin")}
HOWS = {
    How.ENFORCED: Message("enforced", "entscheidet"),
    How.ASKED: Message("asked", "fragt"),
    How.KEPT: Message("kept", "gewahrt"),
}
STAGES = {
    Stage.DRAFT: Message("draft", "Entwurf"),
    Stage.RELEASE: Message("release", "Freigabe"),
    Stage.PUBLISH: Message("publish", "Veröffentlichung"),
    Stage.RUNNING: Message("running", "laufend"),
    Stage.ENDED: Message("ended", "beendet"),
}

_HEAD = """# Die Regeln / The rules

Aus dem Register gemacht (`make rules`), nicht von Hand. *Made from the register, not by hand.*

- **sperrt / blocks**: hält den Aufruf auf. **weist hin / warns**: wird gesagt und hält nicht auf.
- **entscheidet / enforced**: Das Programm entscheidet selbst.
- **fragt / asked**: Ein Mensch antwortet im Datensatz mit Namen und Grund; ohne Antwort bleibt die Frage offen.
- **gewahrt / kept**: Der Bau des Programms wahrt die Regel; sie meldet, wo das misslang.
- **Fälle / cases**: Fälle in `tests/law/conformance/`.
- **Tests**: weitere Testfunktionen, die die Regel nennen, gezählt nach ihrem Text.
"""


def markdown(printed: Sequence[Row]) -> str:
    """The whole page: a summary, a table for each group, every entry, and what tests it."""
    parts = [_HEAD, _summary(printed)]
    for group in GROUPS:
        if mine := [row for row in printed if row.group == group.title]:
            parts += [f"## {group.title.de} / {group.title.en}\n", _table(mine), _entries(mine), _tests(mine)]
    return "\n".join(parts).rstrip() + "\n"


def _summary(printed: Sequence[Row]) -> str:
    lines = []
    for how, word in HOWS.items():
        only = [row.id for row in printed if row.how == (how,)]
        lines.append(f"- {word.de} / {word.en}: {', '.join(only) or '–'}")
    mixed = [f"{row.id} ({_hows(row.how, 'de')})" for row in printed if len(row.how) > 1]
    lines.append(f"- teils, teils / partly: {', '.join(mixed) or '–'}")
    known = {row.id for row in printed}
    if missing := [rule for rule in IDS if rule not in known]:
        lines.append(f"- noch nicht im Register / not yet in the register: {', '.join(missing)}")
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[Row]) -> str:
    lines = [
        "| Regel | Gegenstand | Subject | Wirkung / effect | Art / how | Quelle / source | Fälle / cases | Tests |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    for row in rows:
        effect = EFFECTS[row.severity]
        lines.append(
            f"| {row.id} | {row.subject.de} | {row.subject.en} | {effect.de} / {effect.en} "
            f"| {_hows(row.how, 'de')} / {_hows(row.how, 'en')} | {_safe('; '.join(row.sources))} "
            f"| {sum(row.covered.cases.values())} | {sum(row.covered.tests.values())} |"
        )
    return "\n".join(lines) + "\n"


def _entries(rows: Iterable[Row]) -> str:
    lines = ["| Regel | Was gilt | What holds | Stufen / stages | Kategorien / categories |", "|---|---|---|---|---|"]
    lines += dict.fromkeys(_entry(entry) for row in rows for entry in row.entries)
    return "\n".join(lines) + "\n"


def _entry(entry: Rule) -> str:
    stages = [STAGES[stage] for stage in STAGES if stage in entry.stages]
    where = Message(", ".join(word.en for word in stages), ", ".join(word.de for word in stages))
    chosen = None if entry.categories is None else [CATEGORIES[one] for one in Category if one in entry.categories]
    categories = "alle / all" if chosen is None else "; ".join(f"{word.de} / {word.en}" for word in chosen)
    title = Message(_safe(entry.title.en), _safe(entry.title.de))
    return f"| {entry.id} | {title.de} | {title.en} | {where.de} / {where.en} | {categories} |"


def _tests(rows: Iterable[Row]) -> str:
    lines = []
    for row in rows:
        told = [
            f"{name} ({count})" for counted in (row.covered.cases, row.covered.tests) for name, count in counted.items()
        ]
        lines.append(f"- {row.id}: {', '.join(told) or '–'}")
    return "Geprüft durch / tested by:\n\n" + "\n".join(lines) + "\n"


def _hows(hows: Iterable[How], language: str) -> str:
    return ", ".join(HOWS[how].in_language(language) for how in hows)


def _safe(text: str) -> str:
    return text.replace("|", "\\|")
