"""What a screen reader gets."""

import io
from typing import Any

import pypdf
import pytest

from fahndung.posters import drawing, plan, poster
from fahndung.posters.marks import PAGE_WIDTH, Slot, Tag
from fahndung.posters.xmp import About
from tests.posters import build, heard

PHOTO = build.portrait("foto-1", 600, 800)
SHEET = build.witness()
ABOUT = About(title="Titel", author="Behörde", subject="Zweck", language="de-DE")


def root(data: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]


def test_the_document_says_that_it_is_tagged_and_shows_its_title() -> None:
    catalog = root(poster(SHEET, [PHOTO]))
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]


def test_elements_follow_the_layout_with_the_words_of_the_sheet() -> None:
    parts = [part for part in plan(SHEET, [PHOTO]).parts if part.tag is not None]
    read = heard.heard(poster(SHEET, [PHOTO]))
    assert [one.tag for one in read] == [str(part.tag) for part in parts]
    assert [one.text for one in read] == [part.text for part in parts]


@pytest.mark.peers
def test_what_is_drawn_in_an_element_is_what_is_heard_there_and_words_keep_apart() -> None:
    sheet = build.convict()
    photos = [build.portrait(f"foto-{i}", 300, 400) for i in (1, 2)]
    data = poster(sheet, photos, strips=True)
    inside = heard.drawn(data)
    read = [one for one in heard.heard(data) if one.tag != Tag.FIGURE]
    told = [" ".join(one.text.split()) for one in read]
    on_paper = [" ".join("".join(inside[place] for place in one.drawn).split()) for one in read]
    assert on_paper == told
    assert sheet.phone in inside[0, None]


@pytest.mark.peers
def test_pictures_have_an_alternative_text_and_say_where_they_are() -> None:
    data = poster(SHEET, [PHOTO], paper="a3")
    figures = [one for one in heard.heard(data) if one.tag == Tag.FIGURE]
    assert [figure.text for figure in figures] == ["Bild foto-1", f"QR-Code mit der Adresse {SHEET.page_url}"]
    (slot,) = (mark for part in plan(SHEET, [PHOTO], paper="a3").parts for mark in part.marks if isinstance(mark, Slot))
    (document,) = root(data)["/StructTreeRoot"]["/K"]
    kids = [kid.get_object() for kid in document.get_object()["/K"]]
    photo, code = (kid["/A"] for kid in kids if kid["/S"] == "/Figure")
    (_, _, width, height) = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
    left, bottom, right, top = map(float, photo["/BBox"])
    scale = float(width) / PAGE_WIDTH
    assert photo["/O"] == "/Layout"
    assert (left, float(height) - top) == pytest.approx((slot.x * scale, slot.y * scale), abs=0.1)
    assert (right - left, top - bottom) == pytest.approx((slot.width * scale, slot.height * scale), abs=0.1)
    assert 0 < float(code["/BBox"][0]) < float(code["/BBox"][2]) < float(width)


def test_there_is_one_title_and_it_says_the_role() -> None:
    assert [one.text for one in heard.heard(poster(SHEET, [PHOTO])) if one.tag == "H1"] == ["Zeuge gesucht"]


def test_facts_are_rows_of_tables_with_the_label_as_their_header() -> None:
    read = heard.heard(poster(SHEET, [PHOTO]))
    rows = [one for one in read if one.path.startswith("Table")]
    facts = [*SHEET.whereabouts, *SHEET.groups[0].facts]
    assert [one.path for one in rows] == ["Table/TR/TH", "Table/TR/TD"] * len(facts)
    assert [one.text for one in rows] == [word for fact in facts for word in (fact.label, fact.value)]
    (document,) = root(poster(SHEET, [PHOTO]))["/StructTreeRoot"]["/K"]
    tables = [kid.get_object() for kid in document.get_object()["/K"] if kid.get_object()["/S"] == "/Table"]
    assert [len(table["/K"]) for table in tables] == [len(SHEET.whereabouts), len(SHEET.groups[0].facts)]
    for table in tables:
        for row in table["/K"]:
            header, value = row["/K"]
            assert header["/A"] == {"/O": "/Table", "/Scope": "/Row"}
            assert value["/S"] == "/TD"


def test_the_page_says_its_place_in_the_tree_and_the_order_of_tabs() -> None:
    page = pypdf.PdfReader(io.BytesIO(poster(SHEET, [PHOTO]))).pages[0]
    assert page["/StructParents"] == 0
    assert page["/Tabs"] == "/S"


def test_strips_and_grounds_are_not_read_out() -> None:
    spoken = [one.text for one in heard.heard(poster(SHEET, [PHOTO], strips=True))]
    assert spoken.count(SHEET.phone) == 1
    assert "" not in spoken


def test_that_it_is_a_draft_is_heard_first() -> None:
    first, *others = heard.heard(poster(SHEET, [PHOTO], draft=True))
    assert first.text == "Entwurf – nicht freigegeben, nicht aushängen"
    assert [one.text for one in others] == [one.text for one in heard.heard(poster(SHEET, [PHOTO]))]


def test_a_part_in_another_language_says_so() -> None:
    whole = plan(SHEET, [PHOTO])
    parts = tuple(part._replace(lang="pl") if part.name == "question" else part for part in whole.parts)
    data = drawing.pdf([whole._replace(parts=parts)], {PHOTO.id: PHOTO}, about=ABOUT, draft=None)
    polish = [one.text for one in heard.heard(data) if one.lang == "pl"]
    assert polish == [part.text for part in parts if part.name == "question"]


@pytest.mark.peers
def test_pages_share_one_tree_and_number_their_content_anew() -> None:
    first, second = plan(SHEET, [PHOTO]), plan(build.sheet(), [PHOTO], paper="a3")
    data = drawing.pdf([first, second], {PHOTO.id: PHOTO}, about=ABOUT, draft=None)
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert [page["/StructParents"] for page in pages] == [0, 1]
    assert [round(float(page.mediabox.width)) for page in pages] == [595, 842]
    parts = [[part for part in layout.parts if part.tag is not None] for layout in (first, second)]
    read = [(one.text, one.drawn) for one in heard.heard(data)]
    assert read == [(part.text, ((page, i),)) for page, told in enumerate(parts) for i, part in enumerate(told)]
