"""R39: what stands after the end names no person, no picture and no place."""

import dataclasses
import re
import unicodedata
from typing import Any

import pytest

from fahndung import resources
from fahndung.law.closings import REASON_WORDS
from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Event, Office, Place
from fahndung.model.closing import NOTICE_KINDS, EndReason
from fahndung.model.reading import Outputs, Page
from fahndung.model.sought import Names, NamesShown

from .build import (
    DELETE,
    ORDERED,
    POLICE,
    at,
    depicted,
    facts,
    image,
    missing,
    order,
    outputs,
    person,
    retold,
    table,
    told,
)

REACHED = "closings/reached"
LEAK = [("block", REACHED)]
BIRTH = {"date": "1985-05-04", "place": "Beispielstadt", "country": "Musterland", "name": "Vormals"}


def found(built: Outputs | None, subject: Appeal | None = None, stage: Stage = Stage.RELEASE) -> list[tuple[str, str]]:
    return told(judge(facts(subject or somebody(), stage, outputs=built, now=at("2026-11-23 12:00"))), "R39")


def somebody(**more: Any) -> Appeal:
    names = Names(given="Erika", family="Muster-Jürgens", aliases=("„Toto“", "Hans"), shown=NamesShown.FULL)
    fields: dict[str, Any] = {"names": names, "birth": BIRTH}
    return depicted(
        persons=(person(**(fields | more)),),
        event=Event(places=(Place(role="scene", text="Haltestelle Musterplatz"),)),
        images=(image("cctv-1", file="fotos/kamera.jpg"),),
    )


def saying(text: str, name: str = REACHED) -> Outputs:
    return retold(outputs(), name, "beendet", f"beendet. {text}")


@pytest.mark.parametrize("name", ["gone", "tombstone", REACHED])
def test_what_tells_the_end_asks_for_deletion(name: str) -> None:
    silent = retold(outputs(), name, DELETE)
    assert found(silent) == [("block", name)]
    assert found(silent, stage=Stage.RUNNING) == []  # what is online is not held back by a sentence
    own = "Wir bitten, nichts davon zu behalten."
    assert found(retold(outputs(), name, DELETE, own)) == [("block", name)]  # nobody has marked what it says
    assert found(retold(outputs(), name, DELETE, own, asks_deletion=own)) == []


@pytest.mark.parametrize("stage", list(Stage))
def test_neutral_texts_pass_at_every_stage(stage: Stage) -> None:
    assert found(outputs(), stage=stage) == []
    assert found(None, stage=stage) == []
    assert found(saying("Erika ist zurück."), stage=stage) == LEAK


@pytest.mark.parametrize(
    "text",
    [
        "Erika ist zurück.",
        "Wir danken: ERIKA!",
        "Erikas Aufenthaltsort ist bekannt.",
        "Frau Muster-Jürgens ist da.",
        "Herr Jürgens ist da.",
        unicodedata.normalize("NFD", "Herr Jürgens ist da."),
        "Hans’ Suche ist beendet.",
        "Toto wurde erkannt.",
        "Frau Vormals ist da.",
        "Siehe https://polizei.example/erika-ist-da",
        "Siehe https://polizei.example/%45rika",
        "Geboren am 4. Mai 1985.",
        "Geboren am 04.05.1985.",
        "Geboren am 4.5.1985.",
        "Geboren 1985-05-04.",
        "Aus Beispielstadt.",
        "Aus Musterland.",
        "An der Haltestelle Musterplatz angetroffen.",
        "Am Musterplatz angetroffen.",
        "siehe cctv-1.JPG",
        "<img src=x>",
        "data:image/png;base64,x",
        "foto.webp",
    ],
)
def test_a_word_about_person_picture_or_place_is_blocked_and_not_repeated(text: str) -> None:
    assert set(found(saying(text))) == set(LEAK)
    for problem in judge(facts(somebody(), Stage.RELEASE, outputs=saying(text))):
        if problem.rule == "R39":
            assert not any(word in problem.message.de for word in ("Erika", "Jürgens", "Toto", "1985", "Musterplatz"))


@pytest.mark.parametrize(
    "text",
    [
        "Erikanisches Heidekraut",
        "Amerika",
        "Handbuch",
        "Musterhaft.",
        "Im Mai 1985 war es warm.",
        "14. Mai 1985",
        "Az. 1985",
        "Die Suche ist beendet.",
    ],
)
def test_a_part_of_another_word_is_no_leak(text: str) -> None:
    assert found(saying(text)) == []


@pytest.mark.parametrize("name", ["closings/error", "gone", "tombstone"])
def test_every_text_after_the_end_is_held_to_the_same(name: str) -> None:
    assert found(saying("Erika ist da.", name)) == [("block", name)]


@pytest.mark.parametrize("name", ["page", "press"])
def test_what_stands_while_it_runs_may_name_her(name: str) -> None:
    assert found(retold(outputs(), name, "Raub", "Erika Raub")) == []


@pytest.mark.parametrize(
    ("date", "text", "leaks"),
    [
        ("1985", "Jahrgang 1985", True),
        ("1985", "Az. 11985", False),
        ("1985-05", "Mai 1985", True),
        ("1985-05", "05/1985", True),
        ("1985-05", "Juni 1985", False),
        ("unbekannt", "Alter unbekannt", False),
    ],
)
def test_a_partial_date_of_birth_is_recognised(date: str, text: str, leaks: bool) -> None:
    for birth in ({"date": date}, {"dates": [date, "1970-01-01"]}):
        assert found(saying(text), somebody(birth=birth)) == (LEAK if leaks else [])


def test_the_town_in_the_authoritys_own_name_is_no_leak() -> None:
    town = dataclasses.replace(somebody(), event=Event(places=(Place(role="last-seen", text="Musterstadt"),)))
    assert found(outputs(), town) == []
    assert found(saying("Zuletzt in Musterstadt."), town) == LEAK


def test_an_address_that_tells_the_name_is_a_leak() -> None:
    url = "https://polizei.example/de/Erika"
    here = dataclasses.replace(somebody(), authority=Office(name="Polizei"))
    assert {field for _, field in found(outputs({"page_url": url}), here)} == {
        *(f"closings/{kind}" for kind in NOTICE_KINDS)
    }


def test_a_name_that_is_a_common_word_is_a_question() -> None:
    dank = somebody(names=Names(given="Erika", family="Dank"))
    everywhere = [("block", f"closings/{kind}") for kind in NOTICE_KINDS]
    assert found(outputs(), dank) == everywhere
    answer = Answer(rule="R39", by="k.muster", at=ORDERED, reason="Nur das Dankwort.")
    answered = dataclasses.replace(dank, answers=(answer,))
    assert found(outputs(), answered) == [("warn", field) for _, field in everywhere]
    assert found(saying("Erika ist da."), answered)[0] == ("block", REACHED)


def test_the_words_of_the_shipped_texts_are_no_names() -> None:
    known = table().lexicon("closing-words")
    assert known is not None
    for name in (*(f"closing-{kind}.txt.j2" for kind in NOTICE_KINDS), "gone.html.j2", "tombstone.txt.j2"):
        plain = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", resources.template_text("de", name), flags=re.DOTALL
        )
        capitals = {word for word in re.findall(r"[^\W\d_]+", plain) if word[0].isupper()}
        assert capitals <= set(known.words)


@pytest.mark.parametrize(
    "changes", [{"alts": ("",)}, {"open_pictures": ("x",)}, {"previews": ("https://polizei.example/card",)}]
)
def test_the_page_after_the_end_shows_no_picture(changes: dict[str, Any]) -> None:
    bare = Page(robots=frozenset(), previews=(), loads=(), alts=(), open_pictures=())
    assert found(outputs(fragments={"gone": bare})) == []
    assert found(outputs(fragments={"gone": dataclasses.replace(bare, **changes)})) == [("block", "gone")]


def test_without_persons_only_pictures_and_places_count() -> None:
    assert found(saying("Erika ist da."), depicted(persons=())) == []


@pytest.mark.parametrize(
    ("subject", "kind", "needed"),
    [
        (depicted(), "reached", True),
        (depicted(), "error", True),
        (depicted(), "ended-order", True),
        (depicted(), "ended-preventive", False),
        (missing(order(POLICE)), "ended-preventive", True),
        (missing(order(POLICE)), "ended-order", False),
    ],
)
def test_there_is_a_closing_text_for_every_reason_for_which_it_can_end(
    subject: Appeal, kind: str, needed: bool
) -> None:
    name = f"closings/{kind}"
    expected = [("block", name)] if needed else []
    without = tuple(text for text in outputs().texts if text.name != name)
    assert found(outputs(texts=without), subject) == expected
    blank = tuple(dataclasses.replace(text, text=" ") if text.name == name else text for text in outputs().texts)
    assert found(outputs(texts=blank), subject) == expected


@pytest.mark.parametrize("name", ["gone", "tombstone"])
def test_the_old_address_and_the_feed_have_a_text_after_the_end(name: str) -> None:
    without = tuple(text for text in outputs().texts if text.name != name)
    assert found(outputs(texts=without)) == [("block", name)]


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(EndReason)
