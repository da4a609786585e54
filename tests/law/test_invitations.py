"""R16: no text asks strangers to comment."""

import pytest

from fahndung.law.gate import judge
from fahndung.model.reading import Outputs, Post

from .build import POSTER_FILE, WORDING, depicted, facts, outputs, retold, told, with_pieces

NARRATIVE = "texts/narrative"


def found(built: Outputs | None, *posts: Post) -> list[tuple[str, str]]:
    return told(judge(facts(depicted(), outputs=built, posts=posts)), "R16")


def said(text: str) -> list[tuple[str, str]]:
    return found(with_pieces(outputs(), texts_narrative=text))


@pytest.mark.parametrize(
    "text",
    [
        "Schreiben Sie uns einfach unten in die Kommentare!",
        "Kommentiert unten",
        "Kommentiert, was ihr wisst!",
        "Wir freuen uns über eure Kommentare.",
        "Wer etwas weiß: Bitte kommentieren.",
        "Hinweise, gern auch anonym, in die Kommentarspalte.",
        "Hinweise nicht nur per Telefon, sondern auch in den Kommentaren.",
        "Nicht nur in den Kommentaren freuen wir uns über Tipps.",
        "Schickt uns eine Direktnachricht.",
        "Nicht anrufen. Schreibt einen Kommentar.",
        "Please leave a comment below.",
    ],
)
def test_a_call_to_comment_is_blocked(text: str) -> None:
    assert said(text) == [("block", NARRATIVE)]


@pytest.mark.parametrize(
    "text",
    [
        WORDING.tip_sentence,
        "Bitte keine Hinweise in den Kommentaren.",
        "Schreiben Sie nicht in die Kommentare, sondern rufen Sie an.",
        "Die Kommentarfunktion ist abgeschaltet, bitte rufen Sie an.",
        "Please do not leave a comment, call us.",
        "Der Kommentator sprach von einem Unfall.",
        "Er hat den Vorfall nicht kommentiert.",
        "Der Vorfall, kommentiert von vielen, ist aufgeklärt.",
        "Kommentiert wurde das Video hundertmal.",
        "Bitte rufen Sie an.",
    ],
)
def test_what_denies_or_means_something_else_passes(text: str) -> None:
    assert said(text) == []


def test_comments_that_are_only_spoken_of_are_told() -> None:
    assert said("In den Kommentaren des Videos stand eine Drohung.") == [("warn", NARRATIVE)]


@pytest.mark.parametrize("name", ["page", "press", "teaser", "entry", "list_item", POSTER_FILE])
def test_a_template_that_asks_for_comments_is_blocked(name: str) -> None:
    built = retold(outputs(), name, WORDING.stand, f"{WORDING.stand} Kommentiert unten!")
    assert found(built) == [("block", name)]


def test_a_post_that_asks_for_comments_is_blocked() -> None:
    bad, good = (
        Post(channel="netz", text=f"{WORDING.tip_sentence} {more}") for more in ("Postet in die Kommentare", "")
    )
    assert found(outputs(), bad) == [("block", "posts/netz")]
    assert found(outputs(), good) == []
    assert found(None) == []
