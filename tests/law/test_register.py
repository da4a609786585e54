"""The printed register: complete, true, tested on both sides, and the page that is made from it."""

import json
import pathlib
import re

import pytest

from fahndung import resources
from fahndung.errors import Message, Severity
from fahndung.law import register, rulesheet
from fahndung.law.facts import Stage
from fahndung.law.register import Covered
from fahndung.law.rule import How, Rule
from fahndung.law.rules import REGISTER, edition
from fahndung.model.appeal import Category

from . import coverage

ROOT = pathlib.Path(__file__).parent.parent.parent

MISSING: frozenset[str] = frozenset()
"""Rules that have no entry in the register yet. The list only ever gets shorter."""

ROWS = register.rows(register.coverage(resources.coverage_text()))


@pytest.mark.peers
@pytest.mark.no_cover
def test_what_the_package_says_of_its_tests_is_true() -> None:
    assert coverage.TARGET.read_text("utf-8") == coverage.text(), "run: make rules"


def test_the_page_is_what_the_register_says() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rulesheet.markdown(ROWS), "run: make rules"


def test_every_rule_from_r01_to_r45_is_registered_except_the_ones_that_are_named() -> None:
    assert list(register.IDS) == [f"R{number:02}" for number in range(1, 46)]
    registered = {rule.id for rule in REGISTER}
    assert registered <= set(register.IDS)
    assert set(register.IDS) - registered == MISSING


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_every_registered_rule_is_tested_on_both_sides(row: register.Row) -> None:
    assert row.covered.speaks > 0, f"no case and no test in which {row.id} speaks"
    assert row.covered.silent > 0, f"no case and no test in which {row.id} is silent"


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_every_row_says_its_source_and_its_titles_in_both_languages(row: register.Row) -> None:
    said = [*row.sources, *row.subject, *(word for entry in row.entries for word in entry.title)]
    assert [word for word in said if not word.strip()] == []


def entry(**more: object) -> Rule:
    """An entry of the register that never finds anything."""
    fields: dict[str, object] = {
        "id": "R01",
        "stages": frozenset({Stage.DRAFT}),
        "source": "§ 1",
        "title": Message("It is.", "Es ist."),
        "judge": lambda facts: (),
    }
    return Rule(**(fields | more))  # type: ignore[arg-type]  # the tests name the fields


def test_a_row_joins_the_entries_of_its_rule() -> None:
    some = frozenset({Category.MISSING, Category.OBJECT})
    parts = (
        entry(severity=Severity.WARN, categories=some, how=How.KEPT),
        entry(source="§ 2", stages=frozenset({Stage.ENDED}), categories=frozenset({Category.WITNESS}), how=How.ASKED),
        entry(source="§ 1", stages=frozenset({Stage.DRAFT, Stage.ENDED}), categories=some, severity=Severity.WARN),
    )
    (row,) = register.rows({}, parts)
    assert (row.severity, row.how) == (Severity.BLOCK, (How.ENFORCED, How.ASKED, How.KEPT))
    assert row.categories == (Category.WITNESS, Category.MISSING, Category.OBJECT)
    assert (row.stages, row.sources) == ((Stage.DRAFT, Stage.ENDED), ("§ 1", "§ 2"))
    assert row.covered == Covered()
    (everywhere,) = register.rows({}, (*parts, entry()))
    assert everywhere.categories is None
    (warns,) = register.rows({}, parts[::2])
    assert warns.severity is Severity.WARN


def test_a_rule_without_an_entry_has_no_row() -> None:
    assert [row.id for row in register.rows({}, (entry(id="R45"), entry(id="R14")))] == ["R14", "R45"]


def test_the_document_is_plain_json_with_the_edition() -> None:
    told = json.loads(json.dumps(register.document(ROWS, edition())))
    assert told["edition"] == edition()
    first = told["rules"][0]
    assert (first["id"], first["severity"], first["categories"]) == ("R01", "block", None)
    assert first["title"]["de"] == "Anordnung oder Entscheidung liegt vor"
    assert first["tests"]["cases"]["stpo-131-3.toml"] > 0
    assert len(first["entries"]) == sum(rule.id == "R01" for rule in REGISTER)


def test_the_page_names_every_rule_once_in_its_tables_and_those_that_are_missing() -> None:
    page = rulesheet.markdown(register.rows({}, (entry(title=Message("a|b", "a|b"), how=How.ASKED), entry(id="R38"))))
    assert "- fragt / asked: R01" in page
    assert "not yet in the register: R02, R03" in page
    assert "R37, R39" in page
    assert r"a\|b" in page
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["Anordnung und Frist / Order and clock", "Beenden / Ending"]
    assert "not yet" not in rulesheet.markdown(register.rows({}, [entry(id=rule) for rule in register.IDS]))


def test_the_page_tells_which_rules_are_partly_asked() -> None:
    page = rulesheet.markdown(register.rows({}, (entry(), entry(how=How.ASKED, categories=frozenset(Category)))))
    assert "partly: R01 (entscheidet, fragt)" in page
    assert "Zeugin oder Zeuge / witness" in page


@pytest.mark.peers
def test_coverage_sees_decorators_and_both_sides() -> None:
    told = coverage.covered()
    assert told["R09"].tests["tests/law/test_deadlines.py"] >= 2
    assert "tests/law/test_register.py" not in {module for each in told.values() for module in each.tests}
    assert {"fristen.toml", "stpo-131b-1.toml"} <= set(told["R13"].cases)
