"""R21: Stand, authority, and what is only estimated."""

import datetime as dt
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Plan
from fahndung.model.ids import PersonId
from fahndung.model.reading import Outputs, Piece, Post
from fahndung.model.sought import Basis, Range

from .build import ORDERED, POSTER_FILE, VALID, WORDING, appeal, depicted, facts, outputs, person, retold, told

EVERY = ["page", "press", "teaser", "entry", "list_item", POSTER_FILE]


def found(built: Outputs | None, subject: Appeal | None = None, **more: Any) -> list[tuple[str, str]]:
    return told(judge(facts(subject or depicted(), outputs=built, **more)), "R21")


def test_flawless_outputs_pass() -> None:
    assert found(outputs()) == []
    assert found(None) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_output_says_how_current_it_is(name: str) -> None:
    assert found(retold(outputs(), name, WORDING.stand)) == [("block", name)]


@pytest.mark.parametrize("name", ["teaser", "entry", "list_item"])
def test_every_output_names_the_authority(name: str) -> None:
    assert found(retold(outputs(), name, WORDING.authority)) == [("block", name)]


def test_the_page_says_that_it_is_valid_only_while_it_is_there() -> None:
    assert found(retold(outputs(), "page", VALID)) == [("block", "page")]
    own = "Ist die Seite fort, endet auch der Aufruf."
    assert found(retold(outputs(), "page", VALID, own)) == [("block", "page")]  # nobody has marked what it says
    assert found(retold(outputs(), "page", VALID, own, valid_while_online=own)) == []


def test_a_post_says_both() -> None:
    assert found(outputs(), posts=(Post(channel="netz", text="Kurz."),)) == [("block", "posts/netz")] * 2


def test_the_unit_is_not_needed_where_there_is_little_room() -> None:
    assert found(outputs({"authority": "Polizeidirektion Musterstadt, Pressestelle"})) == []


def test_a_draft_without_stand_and_mandate_is_blocked() -> None:
    draft = appeal(None)
    assert found(outputs(), draft) == [("block", "publication/stand")]
    assert found(outputs(), appeal(None, publication=Plan(stand=ORDERED))) == []


def printed(*texts: str, field: str = "persons/0") -> Outputs:
    return outputs(pieces=tuple(Piece(field=field, text=text) for text in texts))


def somebody(name: str, low: int | None, high: int | None, basis: Basis | None, **more: Any) -> Appeal:
    return depicted(persons=(person(**{name: Range(min=low, max=high, basis=basis)}, **more),))


@pytest.mark.parametrize(
    ("name", "low", "high", "text", "marked"),
    [
        ("age", 20, 25, "20 bis 25 Jahre", False),
        ("age", 20, 25, "etwa 20 bis 25 Jahre", True),
        ("age", 20, 25, "Scheinbares Alter: 20 bis 25 Jahre", True),
        ("age", 20, None, "20 Jahre", False),
        ("age", 20, None, "mindestens 20 Jahre", True),
        ("height_cm", 175, 180, "175 bis 180 cm", False),
        ("height_cm", 175, 180, "175 bis 180 cm (geschätzt)", True),
        ("height_cm", 175, 175, "175 cm (dem Anschein nach)", True),
        ("weight_kg", 80, 80, "80 kg", False),
        ("weight_kg", 80, 80, "ca. 80 kg", True),
        ("weight_kg", 80, 80, "Schuhgröße 80", True),
        ("weight_kg", 80, 80, "Tasche mit 180 kg", True),
    ],
)
@pytest.mark.parametrize("basis", list(Basis))
def test_an_estimate_is_printed_as_one(
    name: str, low: int, high: int | None, text: str, marked: bool, basis: Basis
) -> None:
    guessed = basis in (Basis.APPARENT, Basis.ESTIMATED)
    expected = [("block", f"persons/0/{name}")] if guessed and not marked else []
    assert found(printed(text), somebody(name, low, high, basis)) == expected


def test_the_figure_of_another_person_is_not_meant() -> None:
    bare = printed("20 bis 25 Jahre", field="persons/1")
    assert found(bare, somebody("age", 20, 25, Basis.APPARENT)) == []
    assert found(printed("20 bis 25 Jahre", field="persons/0/age"), somebody("age", 20, 25, Basis.APPARENT)) != []


def test_an_estimated_age_is_no_fact_in_a_title_about_one_person() -> None:
    bare = printed("70-Jähriger gesucht", field="texts/title")
    assert found(bare, somebody("age", 70, 70, Basis.ESTIMATED)) == [("block", "texts/title")]
    assert found(bare, somebody("age", 70, 70, Basis.KNOWN)) == []
    both = (*somebody("age", 70, 70, Basis.ESTIMATED).persons, person(id=PersonId("p2")))
    assert found(bare, depicted(persons=both)) == []


@pytest.mark.parametrize("name", ["age", "height_cm", "weight_kg"])
def test_a_figure_without_a_basis_is_asked_for(name: str) -> None:
    assert found(None, somebody(name, 20, 25, None)) == [("warn", f"persons/0/{name}")]
    assert found(None, somebody(name, None, None, None)) == []
    assert found(None, somebody(name, 20, 25, Basis.KNOWN)) == []


def test_at_publication_the_stand_is_not_in_the_future() -> None:
    subject = depicted(publication=Plan(stand=ORDERED))
    publish: dict[str, Any] = {"stage": Stage.PUBLISH, "media": frozenset()}
    assert found(None, subject, now=ORDERED, **publish) == []
    early = ORDERED - dt.timedelta(seconds=1)
    assert found(None, subject, now=early, **publish) == [("block", "publication/stand")]
    assert found(None, subject, now=early, stage=Stage.RELEASE) == []
