"""Figures, contents and word lists: dated like norms, replaced by a home, read without a programmer."""

import pathlib

import pytest

from fahndung import law, resources
from fahndung.errors import InvalidConfig, Problem
from fahndung.law.figures import FIGURES, LEXICONS
from fahndung.law.norms import parse
from fahndung.model.appeal import Category
from fahndung.model.sought import NamesShown

from .build import at, table

LIMIT = """
[[figure]]
id = "reward-limit-eur"
title = "Höchste Belohnung"
reference = "VwV Auslobung neu"
valid_from = 2027-01-01
number = 20000
"""


def test_a_figure_is_told_as_it_stood() -> None:
    joined = parse(resources.norms_text() + LIMIT)
    before, after = joined.figure("reward-limit-eur", at("2026-12-31 23:59")), joined.figure("reward-limit-eur")
    assert before is not None
    assert before.amount == 12500
    assert after is not None
    assert after.amount == 20000
    assert joined.figure("reward-limit-eur", at("2005-11-24 12:00")) is None
    assert joined.version != table().version


def test_an_ended_figure_does_not_give_way_to_an_older_one() -> None:
    ended = LIMIT.replace("number", "valid_to = 2027-01-31\nnumber")
    assert parse(resources.norms_text() + ended).figure("reward-limit-eur", at("2027-02-01 00:00")) is None


def test_seventy_two_hours_are_elapsed_time_across_a_change_of_the_clocks() -> None:
    notice = table().figure("breach-notice")
    assert notice is not None
    assert notice.after(at("2027-03-27 12:00")) == at("2027-03-30 13:00")


@pytest.mark.parametrize(
    ("figure", "over"), [("log-criminal", "2028-01-01 00:00"), ("log-preventive", "2027-11-27 00:00")]
)
def test_logs_end_by_the_kind_of_case(figure: str, over: str) -> None:
    found = table().figure(figure)
    assert found is not None
    assert found.after(at("2026-11-26 09:00")) == at(over)


def test_the_last_instant_of_a_year_belongs_to_it() -> None:
    found = table().figure("log-criminal")
    assert found is not None
    assert found.after(at("2026-12-31 23:59")) == at("2028-01-01 00:00")
    assert found.after(at("2027-01-01 00:00")) == at("2029-01-01 00:00")


def test_a_number_is_no_period_and_a_period_no_number() -> None:
    notice, limit = table().figure("breach-notice"), table().figure("reward-limit-eur")
    assert notice is not None
    assert limit is not None
    with pytest.raises(ValueError, match="breach-notice is not a number"):
        _ = notice.amount
    with pytest.raises(ValueError, match="reward-limit-eur is not a period"):
        limit.after(at("2026-11-26 09:00"))


def test_every_category_has_its_content() -> None:
    contents = {category: table().content(category) for category in Category}
    assert None not in contents.values()
    missing = contents[Category.MISSING]
    assert missing is not None
    assert missing.names is NamesShown.GIVEN_INITIAL
    assert "birth" not in missing.fields
    assert not missing.nationality


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Er ist an Demenz erkrankt.", ("Demenz",)),
        ("eine DEMENTE Frau, dement seit Jahren", ("DEMENTE", "dement")),
        ("Das Dementi der Behörde", ()),
        ("Vordement", ()),
        ("", ()),
    ],
)
def test_a_word_list_finds_whole_words_in_any_case(text: str, found: tuple[str, ...]) -> None:
    words = table().lexicon("diagnosis")
    assert words is not None
    assert words.found(text) == found


def test_words_of_a_phrase_may_be_broken_anywhere() -> None:
    words = table().lexicon("suicide")
    assert words is not None
    assert words.found("sich das\u00a0Leben\nnehmen") == ("das\u00a0Leben\nnehmen",)


@pytest.mark.parametrize("more", ["", "\nperiod = 'P1W'"])
def test_a_figure_has_exactly_one_value(more: str) -> None:
    wrong = LIMIT.replace("number = 20000", f"number = 1{more}" if more else "")
    with pytest.raises(InvalidConfig, match="reward-limit-eur"):
        parse(wrong)


FIGURE = '[[figure]]\ntitle = "x"\nreference = "x"\nvalid_from = 2027-01-01\n'
LIST = '[[lexicon]]\nreference = "x"\nvalid_from = 2027-01-01\nwords = ["Wort"]\n'


def refusal(text: str) -> Problem:
    """The only finding about a table."""
    with pytest.raises(InvalidConfig) as refused:
        parse(text)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "field", "near"),
    [
        (f'{FIGURE}id = "reward-limit"\nnumber = 1\n', "figure/0/id", "'reward-limit-eur'"),
        (f'{FIGURE}id = "zzz"\nnumber = 1\n', "figure/0/id", None),
        (f'{LIST}id = "diagnoses"\n', "lexicon/0/id", "'diagnosis'"),
        (f'{LIST}id = "zzz"\n', "lexicon/0/id", None),
    ],
)
def test_an_id_that_no_rule_looks_up_is_refused_with_the_nearest_and_the_known(
    text: str, field: str, near: str | None
) -> None:
    problem = refusal(text)
    assert problem.field == field
    assert (
        ("Gemeint ist vielleicht" in problem.message.de) is ("Did you mean" in problem.message.en) is (near is not None)
    )
    assert (near or "") in problem.message.de
    known = FIGURES if field.startswith("figure") else LEXICONS
    assert all(name in problem.message.de and name in problem.message.en for name in known)


@pytest.mark.parametrize("value", ["number = 1", 'period = "P1W"', "year_end = 1"])
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_is_of_a_kind_that_its_rule_can_compute_with(name: str, value: str) -> None:
    text = f'{FIGURE}id = "{name}"\n{value}\n'
    if value.partition(" ")[0] in FIGURES[name]:
        assert parse(text).figure(name) is not None
    else:
        problem = refusal(text)
        assert problem.field == "figure/0"
        assert all(repr(kind) in problem.message.de for kind in FIGURES[name])


def test_the_package_tells_every_known_figure_and_list_and_the_code_asks_for_each() -> None:
    assert {figure.id for figure in table().figures} == set(FIGURES)
    assert {words.id for words in table().lexicons} == set(LEXICONS)
    assert len(LEXICONS) == len(set(LEXICONS))
    room = pathlib.Path(law.__file__).parent
    code = "".join(path.read_text("utf-8") for path in room.parent.rglob("*.py") if path != room / "figures.py")
    assert [name for name in (*FIGURES, *LEXICONS) if f'"{name}"' not in code] == []
