"""The readings hold every output under its name, and every authored text with its field."""

import dataclasses

import pytest

from fahndung.model.appeal import Category
from fahndung.model.closing import CLOSING_KINDS, NOTICE_KINDS
from fahndung.model.reading import Kind, folded
from fahndung.texts import readings
from tests.texts import build

EVERY = build.every_category()


def test_every_output_has_one_text_under_its_name() -> None:
    case = build.witness()
    found = {text.name: text.kind for text in readings.texts(build.rendered(case))}
    assert found == {
        "page": Kind.PAGE,
        "press": Kind.PRESS,
        "mail-subjects/correction": Kind.SUBJECT,
        "mail-subjects/test": Kind.SUBJECT,
        **dict.fromkeys(("teaser-long", "teaser", "teaser-short"), Kind.POST),
        "entry": Kind.FEED,
        "list_item": Kind.LISTING,
        "gone": Kind.GONE,
        "tombstone": Kind.TOMBSTONE,
        "alts/bus-1": Kind.ALT,
        **{f"closings/{kind}": Kind.CLOSING for kind in NOTICE_KINDS},
        **{f"closings/post-{kind}": Kind.CLOSING for kind in CLOSING_KINDS},
    }


def test_subjects_and_titles_belong_to_their_texts() -> None:
    rendered = build.rendered(build.missing())
    texts = {text.name: text.text for text in readings.texts(rendered)}
    assert texts["press"].startswith(folded(rendered.press_subject))
    for kind, subject in rendered.mail_subjects.items():
        assert texts[f"mail-subjects/{kind}"] == folded(subject)
    assert texts["entry"].startswith(folded(rendered.entry.title))
    assert texts["tombstone"].startswith(folded(rendered.tombstone.title))
    for kind, closing in rendered.closings.items():
        assert texts[f"closings/{kind}"] == folded(f"{closing.subject} {closing.body}")


@pytest.mark.parametrize("category", list(Category))
def test_the_sentences_of_law_are_found_on_the_page_and_in_the_press_text(category: Category) -> None:
    case = EVERY[category]
    texts = {text.name: text.text for text in readings.texts(build.rendered(case))}
    wording = readings.wording(build.composed(case))
    for sentence in (wording.marker, wording.innocence, wording.warning, wording.media_notice, *wording.reward):
        assert sentence is None or sentence in texts["page"]
    for sentence in (wording.tip_sentence, wording.contact_sentence, wording.stand, wording.authority):
        assert sentence
        assert sentence in texts["page"]
        assert sentence in texts["press"]
    assert (wording.marker is not None) == (category is Category.WITNESS)
    assert wording.page_url in texts["page"]


@pytest.mark.parametrize("category", list(Category))
def test_pieces_are_the_records_words_as_they_are_printed(category: Category) -> None:
    case = EVERY[category]
    texts = {text.name: text.text for text in readings.texts(build.rendered(case))}
    pieces = readings.pieces(case, build.composed(case))
    fields = {piece.field for piece in pieces}
    assert {"texts/title", "texts/summary"} <= fields
    assert all(piece.text == folded(piece.text) != "" for piece in pieces)
    for piece in pieces:
        if piece.field in ("texts/title", "texts/summary") or piece.field.startswith("persons/"):
            assert piece.text in texts["page"]


def test_the_page_of_an_appeal_is_kept_from_search_engines_and_previews_only_the_card() -> None:
    page = readings.page(build.rendered(build.witness()))
    assert page.robots == {"noindex", "noimageindex", "noarchive"}
    assert page.previews == ("https://fahndung.polizei.example/bilder/h7k2m9/karte.jpg",) * 2
    assert len(page.loads) == len(page.open_pictures) == 2
    assert page.alts[1].startswith("Zeugin – nicht Beschuldigte. ")


def test_an_unveiled_sensitive_picture_and_a_preview_show_in_the_reading() -> None:
    case = build.witness(images=(build.picture(sensitive=True),))
    rendered = build.rendered(case)
    assert readings.page(rendered).open_pictures == (build.CARD,)
    bare = rendered.page_html.replace("<details", "<div").replace("</details>", "</div>")
    assert len(readings.page(dataclasses.replace(rendered, page_html=bare)).open_pictures) == 2
    shared = rendered.page_html.replace("<title>", '<meta property="og:image" content="gesicht.jpg"><title>')
    assert readings.page(dataclasses.replace(rendered, page_html=shared)).previews[0] == "gesicht.jpg"


def test_a_picture_on_the_410_page_or_in_the_list_shows_in_the_reading() -> None:
    rendered = build.rendered(build.missing())
    assert {name: page.loads for name, page in readings.fragments(rendered).items()} == {
        "gone": (),
        "list_item": (),
        "frame": (),
    }
    leaked = dataclasses.replace(
        rendered,
        gone_html=rendered.gone_html.replace("</article>", "<img src='a.jpg'></article>"),
        list_item=rendered.list_item.replace("</li>", "<img src='b.jpg'></li>"),
    )
    found = readings.fragments(leaked)
    assert (found["gone"].loads, found["list_item"].loads) == (("a.jpg",), ("b.jpg",))
