"""What rules about outputs share: which texts, which wordings, as of which day."""

import dataclasses
import unicodedata

import pytest

from fahndung.law.outlets import FULL, OUTLETS, lacks, lexicon, ordered_at, outlets, pieces, unsaid
from fahndung.model.reading import Kind, Post

from .build import JUDGE, ORDERED, appeal, at, depicted, facts, order, outputs


@pytest.mark.parametrize(
    "set_otherwise",
    [
        "Straßen- bahn, Größe 12",
        "STRASSENBAHN GRÖSSE 12",
        unicodedata.normalize("NFD", "Straßenbahn – Größe: 12"),
        "Straßen\u00adbahn\u00a0Größe\n12",
        "Die Straßenbahn, Größe 12.",
    ],
)
def test_a_sentence_is_said_however_it_is_set(set_otherwise: str) -> None:
    assert not lacks(set_otherwise, "Straßenbahn Größe 12")
    assert lacks(set_otherwise, "Straßenbahn Größe 13")


@pytest.mark.parametrize("empty", ["", " ", "–"])
def test_an_empty_sentence_is_never_said(empty: str) -> None:
    assert lacks("Irgendein Text", empty)


def test_drafts_for_networks_are_posts() -> None:
    built = facts(depicted(), outputs=outputs(), posts=(Post(channel="netz", text="Kurz."),))
    assert [text.name for text in outlets(built)][-1] == "posts/netz"
    assert {text.kind for text in outlets(built)} == OUTLETS
    assert {text.kind for text in outlets(built, FULL)} == FULL
    assert {text.name for text in outlets(built, {Kind.FEED})} == {"entry"}


def test_where_nothing_was_built_there_is_nothing_to_read() -> None:
    draft = facts(depicted(), posts=(Post(channel="netz", text="Kurz."),))
    assert outlets(draft) == ()
    assert pieces(draft) == ()
    assert pieces(dataclasses.replace(draft, outputs=outputs())) != ()


def test_word_lists_count_as_of_the_order() -> None:
    assert ordered_at(facts(appeal(None))) is None
    assert ordered_at(facts(depicted())) == ORDERED
    before = facts(appeal(order(JUDGE, at("2016-02-29 12:00"))))
    assert lexicon(before, "not-accused") is None
    assert not unsaid(before, "Zeugin", "not-accused")
    assert unsaid(facts(depicted()), "Zeugin", "not-accused")
    assert not unsaid(facts(depicted()), "Zeugin – nicht Be- schuldigte", "not-accused")
