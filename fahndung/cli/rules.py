"""The command ``rules``: the register of the rules of law as a table. Judges nothing and needs no home."""

import itertools
import shutil
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import language, say

if TYPE_CHECKING:
    from fahndung.law.register import Row

NARROWEST = 60
GAP = 2


@click.command(
    help=say(
        "Prints every rule of law: what it does, how it is decided, its source and what tests it.",
        "Zeigt jede Rechtsregel: was sie bewirkt, wie sie entschieden wird, ihre Quelle und was sie prüft.",
    )
)
@command
def rules(call: Call) -> None:
    """The register as a table that fits the terminal, or one JSON document."""
    from fahndung import resources
    from fahndung.law import register
    from fahndung.law.rules import edition

    rows = register.rows(register.coverage(resources.coverage_text()))
    width = max(shutil.get_terminal_size((100, 24)).columns, NARROWEST)
    call.print(register.document(rows, edition()), table(rows, width))


def table(rows: "tuple[Row, ...]", width: int) -> Iterator[str]:
    """The rows as lines of at most ``width`` characters, a heading before each group, the tests below each rule."""
    from fahndung.law.rulesheet import EFFECTS, HOWS

    tongue, widths = language(), _widths(width)
    subject, source = say("Subject", "Gegenstand"), say("Source", "Quelle")
    yield from _lines((say("Rule", "Nr."), say("Effect", "Wirkung"), say("How", "Art"), subject, source), widths)
    for group, mine in itertools.groupby(rows, key=lambda row: row.group):
        yield ""
        yield group.in_language(tongue)
        for row in mine:
            cells = (
                row.id,
                EFFECTS[row.severity].in_language(tongue),
                "\n".join(HOWS[how].in_language(tongue) for how in row.how),
                row.subject.in_language(tongue),
                "\n".join(row.sources),
            )
            yield from _lines(cells, widths)
            indent = " " * (widths[0] + GAP)
            yield from textwrap.wrap(
                _tests(row), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
            )


def _tests(row: "Row") -> str:
    """The case files with the number of their cases, then the test modules with the number of their tests."""
    cases = [f"{name.removesuffix('.toml')} {count}" for name, count in row.covered.cases.items()]
    tests = [f"{name.rpartition('/')[2]} {count}" for name, count in row.covered.tests.items()]
    told = [say("cases: ", "Fälle: ") + ", ".join(cases)] if cases else []
    told += [say("tests: ", "Tests: ") + ", ".join(tests)] if tests else []
    return "; ".join(told)


def _widths(width: int) -> tuple[int, ...]:
    """Rule, effect, how, subject, source; subject and source share what is left."""
    fixed = (4, 9, 11)
    left = width - sum(fixed) - GAP * (len(fixed) + 1)
    return (*fixed, left - left // 2, left // 2)


def _lines(cells: tuple[str, ...], widths: tuple[int, ...]) -> Iterator[str]:
    wrapped = [
        [line for part in cell.split("\n") for line in textwrap.wrap(part, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for parts in itertools.zip_longest(*wrapped, fillvalue=""):
        padded = [part.ljust(width) for part, width in zip(parts, widths, strict=True)]
        yield (" " * GAP).join(padded).rstrip()
