"""R23, R29: what a poster carries, and what no PDF hides."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.gate import judge
from fahndung.model.reading import Outputs

from .build import ON_PAPER, PAGE_URL, POSTER_FILE, WORDING, depicted, facts, on_paper, outputs, retold, told

POSTER = [("block", POSTER_FILE)]


def found(rule: str, built: Outputs | None) -> list[tuple[str, str]]:
    return told(judge(facts(depicted(), outputs=built)), rule)


def with_sheet(**changes: Any) -> Outputs:
    return outputs(sheets=(dataclasses.replace(outputs().sheets[0], **changes),))


@pytest.mark.parametrize("rule", ["R23", "R29"])
def test_a_flawless_poster_passes_however_it_is_hyphenated(rule: str) -> None:
    assert WORDING.tip_sentence not in on_paper(WORDING.tip_sentence)
    assert found(rule, outputs()) == []
    assert found(rule, outputs(sheets=())) == []
    assert found(rule, None) == []


@pytest.mark.parametrize(
    "gone",
    [*WORDING.imprint, WORDING.stand, PAGE_URL.removeprefix("https://"), ON_PAPER],
)
def test_a_poster_carries_imprint_stand_address_and_that_it_may_be_out_of_date(gone: str) -> None:
    assert found("R23", retold(outputs(), POSTER_FILE, gone)) == POSTER


def test_a_poster_without_imprint_lines_is_blocked() -> None:
    assert found("R23", outputs({"imprint": ()})) == POSTER


def test_a_poster_has_a_code_and_it_leads_to_the_page() -> None:
    assert found("R23", with_sheet(codes=())) == POSTER
    assert found("R23", with_sheet(codes=(PAGE_URL, PAGE_URL))) == []
    assert found("R23", with_sheet(codes=(PAGE_URL, "https://anders.example/"))) == POSTER
    assert found("R23", with_sheet(codes=("https://anders.example/",))) == POSTER * 2
    assert found("R23", with_sheet(codes=(PAGE_URL + "x",))) == POSTER * 2


def test_a_code_may_lead_to_the_page_in_the_other_language_on_a_poster_in_both_only() -> None:
    its_page = f"{PAGE_URL}en.html"
    both = with_sheet(codes=(PAGE_URL, its_page))
    wording = dataclasses.replace(WORDING, lang="en", page_url=its_page)
    english = dataclasses.replace(both, wording=wording, sheets=())
    assert found("R23", dataclasses.replace(both, languages=(english,))) == []
    elsewhere = dataclasses.replace(english, texts=tuple(t for t in both.texts if t.name != POSTER_FILE))
    assert found("R23", dataclasses.replace(both, languages=(elsewhere,))) == POSTER
    only_its = dataclasses.replace(both.sheets[0], codes=(its_page,))
    assert found("R23", dataclasses.replace(both, sheets=(only_its,), languages=(english,))) == POSTER


def test_a_poster_whose_text_cannot_be_read_lacks_everything() -> None:
    assert found("R23", with_sheet(name="posters/a3.de.pdf")) == [("block", "posters/a3.de.pdf")] * 4


def test_nothing_in_a_pdf_is_hidden() -> None:
    assert found("R29", with_sheet(hidden=("invisible text", "an attachment"))) == POSTER * 2


def test_a_pdf_is_tagged() -> None:
    assert found("R29", with_sheet(tagged=False)) == POSTER


@pytest.mark.parametrize(
    ("figures", "alts", "good"),
    [
        (2, ("Standbild", "QR-Code"), True),
        (3, ("Standbild", "QR-Code"), False),
        (2, ("Standbild", " "), False),
        (0, (), True),
        (1, ("",), False),
    ],
)
def test_every_figure_is_described(figures: int, alts: tuple[str, ...], good: bool) -> None:
    assert found("R29", with_sheet(figures=figures, alts=alts)) == ([] if good else POSTER)
