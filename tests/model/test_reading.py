"""Two settings of one sentence compare as equal, and different sentences do not."""

import pytest

from fahndung.model.reading import LIVE, Kind, Outputs, Page, Text, Wording, folded, letters


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("  Wer\u00a0kennt\n\tdiesen Mann? ", "Wer kennt diesen Mann?"),
        ("T\u00e4\u00adter", "T\u00e4ter"),
        ("T\u200ba\u0308\u2060ter\ufeff", "T\u00e4ter"),
        ("040 66969\u2011123", "040 66969-123"),
        ("Zeuge – nicht Beschuldigter", "Zeuge – nicht Beschuldigter"),
        ("", ""),
    ],
)
def test_a_folded_text_has_no_unseen_characters_and_single_spaces(text: str, read: str) -> None:
    assert folded(text) == read
    assert folded(read) == read


@pytest.mark.parametrize(
    "setting",
    ["Öffentlich-\nkeitsfahndung", "Ö f f e n t l i c h k e i t s f a h n d u n g", "ÖFFENTLICHKEITS\u00adFAHNDUNG"],
)
def test_breaks_hyphens_spacing_and_capitals_do_not_count_as_letters(setting: str) -> None:
    assert letters(setting) == letters("Öffentlichkeitsfahndung") == "öffentlichkeitsfahndung"


def test_ligatures_are_letters_and_other_words_differ() -> None:
    assert letters("ﬁnden Sie die Straße 9") == letters("FINDEN SIE DIE STRASSE 9")
    assert letters("Zeuge – nicht Beschuldigter") != letters("Zeuge – nicht Beschuldigte")


def test_live_texts_leave_out_what_stands_after_the_end() -> None:
    texts = tuple(Text(name=kind.value, kind=kind, text="") for kind in Kind)
    wording = Wording(
        lang="de", marker=None, innocence=None, tip_sentence="", contact_sentence="", stand="", authority="",
        imprint=(), page_url="", order_sentence=None, media_notice=None, warning=None, reward=(),
    )  # fmt: skip
    page = Page(robots=frozenset(), previews=(), loads=(), alts=(), open_pictures=())
    made = Outputs(wording=wording, texts=texts, pieces=(), page=page, sheets=(), renditions=(), files={})
    assert {text.kind for text in made.live()} == LIVE
    assert [text.kind for text in made.live(Kind.GONE)] == [Kind.GONE]
