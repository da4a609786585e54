"""R15: nobody without a conviction is called a culprit."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal, Category
from fahndung.model.ids import PersonId
from fahndung.model.reading import Kind, Outputs, Piece, Post, Text
from fahndung.model.sought import Names, NamesShown, Role

from .build import JUDGE, POSTER_FILE, appeal, depicted, facts, image, order, outputs, person, retold, told, with_pieces


def found(built: Outputs, subject: Appeal | None = None, **more: Any) -> list[tuple[str, str]]:
    return told(judge(facts(subject or depicted(), outputs=built, **more)), "R15")


def test_a_flawless_appeal_passes_at_every_stage_before_publication() -> None:
    assert found(outputs()) == []
    assert found(outputs(), stage=Stage.RELEASE) == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("texts/title", "Wer kennt diesen Täter?"),
        ("texts/summary", "Die Täterin flüchtete."),
        ("texts/summary", "Der Mann hat einen Fahrgast beraubt."),
        ("texts/narrative", "Der Verbrecher flüchtete."),
        ("texts/questions/1", "Wo sind die Täterinnen?"),
        ("texts/plain", "Der Täter ist groß."),
        ("images/0/caption", "Unbekannter Täter am Automaten"),
        ("images/0/alt", "Ein Unbekannter hat den Automaten aufgebrochen"),
        ("event", "Flucht des Täters"),
        ("persons/0", "Der Verbrecher trug Schwarz"),
        ("warning/text", "Der Räuber ist bewaffnet."),
    ],
)
def test_a_depicted_suspect_called_a_culprit_is_blocked_at_the_field(field: str, text: str) -> None:
    built = outputs()
    assert found(dataclasses.replace(built, pieces=(*built.pieces, Piece(field=field, text=text)))) == [
        ("block", field)
    ]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("texts/narrative", "Unbekannte Täter brachen ein."),
        ("texts/narrative", "Ein Unbekannter hat den Kiosk überfallen."),
        ("texts/summary", "Unbekannte haben ein Geschäft ausgeraubt."),
        ("reward", "Es gibt 3000 Euro für Hinweise zur Ergreifung des Täters."),
    ],
)
def test_an_unknown_in_the_narrative_and_the_terms_of_a_reward_are_only_warned_of(field: str, text: str) -> None:
    assert found(with_pieces(outputs(), **{field.replace("/", "_"): text})) == [("warn", field)]


def test_the_record_is_blamed_once_and_not_the_outputs_that_print_it() -> None:
    built = with_pieces(outputs(), texts_narrative="Der Täter floh.")
    assert found(built) == [("block", "texts/narrative")]


@pytest.mark.parametrize(
    ("name", "after"), [("page", "Raub"), ("press", "Raub"), ("teaser", "Stand"), ("entry", "Stand")]
)
def test_a_template_that_prejudges_is_blocked(name: str, after: str) -> None:
    assert found(retold(outputs(), name, after, f"Der Täter wird gesucht. {after}")) == [("block", name)]


def test_a_word_of_the_posters_own_is_blocked_and_a_hyphenated_one_of_the_record_is_not() -> None:
    assert found(retold(outputs(), POSTER_FILE, "Stand", "Der Täter. Stand")) == [("block", POSTER_FILE)]
    built = with_pieces(outputs(), texts_narrative="Unbekannte Täter brachen ein.")
    assert found(retold(built, POSTER_FILE, "Stand", "Unbe- kannte Täter brachen ein. Stand")) == [
        ("warn", "texts/narrative")
    ]


def test_a_short_piece_is_no_part_of_a_longer_word() -> None:
    built = with_pieces(outputs(), event="Tat")
    assert found(retold(built, "press", "Raub", "Tatverdächtiger, Raub")) == []


def test_a_post_to_a_network_is_read_as_well() -> None:
    post = Post(channel="netz", text="Der Räuber wird gesucht.")
    assert found(outputs(), posts=(post,)) == [("block", "posts/netz")]


def test_a_name_and_the_lettering_on_a_shirt_call_nobody_anything() -> None:
    named = person(names=Names(given="Erika", family="Räuber", aliases=("Dieb",), shown=NamesShown.FULL))
    built = with_pieces(outputs(), texts_summary="Erika Räuber, genannt Dieb, steht im Verdacht.")
    assert found(built, depicted(persons=(named,))) == []
    assert found(built) == [("block", "texts/summary")] * 2
    assert found(with_pieces(outputs(), persons_0="T-Shirt mit Aufschrift Killer und „Gauner“")) == []
    assert found(with_pieces(outputs(), texts_summary="T-Shirt mit „Gauner“")) == [("block", "texts/summary")]


def witness(**more: Any) -> Appeal:
    seen = person(role=Role.WITNESS)
    fields: dict[str, Any] = {"persons": (seen,), "images": (image("cctv-1", shows=(PersonId("p1"),)),)}
    return appeal(order(JUDGE), basis="stpo-131b-2", category=Category.WITNESS, **(fields | more))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("texts/narrative", []),
        ("images/0/alt", [("block", "images/0/alt")]),
        ("persons/0", [("block", "persons/0")]),
        ("images/7/alt", []),
        ("persons/7", []),
    ],
)
def test_where_nobody_is_suspected_only_the_depicted_are_protected(field: str, expected: list[tuple[str, str]]) -> None:
    built = outputs()
    assert (
        found(dataclasses.replace(built, pieces=(Piece(field=field, text="Der Täter am Automaten"),)), witness())
        == expected
    )


def test_a_picture_that_names_nobody_may_show_any_of_the_persons() -> None:
    built = outputs(pieces=(Piece(field="images/0/alt", text="Der Täter"),))
    anybody = witness(images=(image("cctv-1"),))
    assert found(built, anybody) == [("block", "images/0/alt")]


def test_a_convict_may_be_called_what_the_judgment_says() -> None:
    convict = person(role=Role.CONVICT)
    subject = appeal(
        order(JUDGE),
        basis="stpo-457",
        category=Category.CONVICT,
        persons=(convict,),
        images=(image("cctv-1", shows=(PersonId("p1"),)),),
    )
    built = with_pieces(outputs(), images_0_alt="Der Täter", persons_0="Der Räuber", texts_summary="Er hat geraubt.")
    assert found(built, subject) == []


def test_nothing_built_nothing_said() -> None:
    assert told(judge(facts(depicted())), "R15") == []
    assert outputs().live(Kind.ALT) == (Text(name="alts/cctv-1", kind=Kind.ALT, text="Standbild"),)


@pytest.mark.parametrize("field", ["images/0/alt", "images/0/caption", "texts/title"])
def test_a_picture_of_an_unconvicted_person_is_no_picture_of_the_culprit(field: str) -> None:
    def said(text: str) -> list[tuple[str, str]]:
        return found(with_pieces(outputs(), **{field.replace("/", "_"): text}))

    assert said("Täterfoto aus der Straßenbahn") == said("Zwei Täterbilder") == [("block", field)]
    assert said("Mutmaßliches Täterfoto") == said("Die Täterbeschreibung passt") == said("Standbild") == []
