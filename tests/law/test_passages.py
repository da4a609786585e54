"""What is read: pieces once and at their own field, then what outputs and posts say besides."""

import dataclasses

import pytest

from fahndung.law.facts import Stage
from fahndung.law.passages import host, own_words, passages, without
from fahndung.law.places import fold, precise
from fahndung.model.appeal import Event, Place
from fahndung.model.reading import Kind, Text
from fahndung.model.sought import Names

from .build import JUDGE, appeal, facts, order, person
from .build_outputs import AUTHORITY, found, outputs, page, piece, post

CASE = appeal(
    order(JUDGE),
    persons=(
        person(marks=({"de": "Narbe am Kinn"}, {"de": "Ring"}), languages=("Deutsch", "Dänisch"), eyes={"de": "blau"}),
    ),
    event=Event(what="Raub", places=(Place(role="scene", text="Beispielplatz"),)),
)


def test_a_piece_is_read_once_and_the_output_without_it() -> None:
    said = outputs(pieces=(piece("Raub am Platz"), piece("Raub am Platz")), texts=(page("Kopf Raub am Platz Fuß"),))
    read = passages(facts(CASE, Stage.RELEASE, outputs=said))
    assert [(each.field, each.text, each.outputs, each.authored) for each in read] == [
        ("texts/narrative", "Raub am Platz", ("page",), True),
        ("page", "Kopf | Fuß", ("page",), False),
    ]


def test_the_same_facts_are_read_once_and_changed_ones_anew() -> None:
    first = facts(CASE, Stage.RELEASE, outputs=outputs(texts=(page("Kopf"),)))
    changed = dataclasses.replace(first, outputs=outputs(texts=(page("Fuß"),)))
    assert passages(first) is passages(first)
    assert [each.text for each in passages(first)] == ["Kopf"]
    assert [each.text for each in passages(changed)] == ["Fuß"]


def test_the_force_is_no_part_of_what_is_read() -> None:
    said = outputs(texts=(page(f"{AUTHORITY} meldet: fahndung.polizei.example"),))
    (only,) = passages(facts(CASE, Stage.RELEASE, outputs=said))
    assert only.text == "| meldet: |"


def test_without_outputs_only_posts_are_read() -> None:
    assert passages(facts(CASE)) == ()
    assert [each.field for each in passages(facts(CASE, posts=(post("x"),)))] == ["posts/mastodon"]


def test_what_stands_after_the_end_is_not_read() -> None:
    said = outputs(texts=(Text(name="gone", kind=Kind.GONE, text="beendet"),))
    assert passages(facts(CASE, Stage.RELEASE, outputs=said)) == ()


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("persons/0", "Narbe am Kinn, Ring", "persons/0/marks"),
        ("persons/0", "Deutsch, Dänisch", "persons/0/languages"),
        ("persons/0", "blau", "persons/0/eyes"),
        ("persons/0", "etwa 20 Jahre", "persons/0"),
        ("persons/7", "blau", "persons/7"),
        ("event", "Beispielplatz", "event/places/0"),
        ("event", "Raub", "event/what"),
        ("event", "1. November 2026", "event"),
        ("texts/summary", "Raub", "texts/summary"),
    ],
)
def test_a_piece_is_traced_to_its_field(field: str, text: str, expected: str) -> None:
    assert precise(CASE, field, text) == expected


def test_texts_are_compared_without_invisible_signs() -> None:
    assert fold("Mu\u00adster\u00a0 Feld\u2011Weg\n’s") == "Muster Feld-Weg 's"


def test_a_phrase_inside_a_longer_word_stays() -> None:
    assert without("Revier Mitte, Mittelweg", ["Mitte"]) == "Revier | , Mittelweg"
    assert without("x", []) == "x"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Polizei.Example/x", "polizei.example"),
        ("www.polizei.example", "www.polizei.example"),
        ("https://a@b.example", "b.example"),
        ("http://[x", None),
        ("", None),
    ],
)
def test_the_host_of_an_address(url: str, expected: str | None) -> None:
    assert host(url) == expected


def test_the_forces_own_words_hold_no_empty_one() -> None:
    assert "" not in own_words(facts(CASE, outputs=outputs()))


def test_a_piece_is_to_blame_for_what_a_poster_repeats_with_broken_lines() -> None:
    text = "Der Mann ist herzkrank und wird vermisst"
    broken = Text(name="posters/a4", kind=Kind.POSTER, text="Der Mann ist herz- krank Telefon und wird vermisst")
    said = outputs(pieces=(piece(text),), texts=(page(text), broken))
    assert found(facts(CASE, Stage.RELEASE, outputs=said), "R19") == [("block", "texts/narrative")]
    alone = outputs(texts=(broken,))
    assert found(facts(CASE, Stage.RELEASE, outputs=alone), "R19") == [("block", "posters/a4")]


def test_a_name_is_told_at_the_piece_and_not_again_at_the_outputs() -> None:
    named = dataclasses.replace(CASE, persons=(person(names=Names(family="Muthesius")),))
    broken = Text(name="posters/a4", kind=Kind.POSTER, text="Herr Muthe- sius geht")
    said = outputs(pieces=(piece("Herr Muthesius geht"),), texts=(broken,))
    assert found(facts(named, Stage.RELEASE, outputs=said), "R18") == [("block", "texts/narrative")]
    assert found(facts(named, Stage.RELEASE, outputs=outputs(texts=(broken,))), "R18") == [("block", "posters/a4")]
