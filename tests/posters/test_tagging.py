"""What a screen reader gets."""

import io
from typing import Any

import pypdf

from fahndung.posters import drawing, plan, poster
from fahndung.posters.marks import Tag
from tests.posters import build

PHOTO = build.portrait("foto-1", 600, 800)
SHEET = build.witness()


def root(data: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]


def elements() -> list[Any]:
    (document,) = root(poster(SHEET, [PHOTO]))["/StructTreeRoot"]["/K"]
    return [kid.get_object() for kid in document.get_object()["/K"]]


def test_the_document_says_that_it_is_tagged_and_shows_its_title() -> None:
    catalog = root(poster(SHEET, [PHOTO]))
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]


def test_elements_follow_the_layout_with_the_words_of_the_sheet() -> None:
    parts = [part for part in plan(SHEET, [PHOTO]).parts if part.tag is not None]
    made = elements()
    assert [element["/S"] for element in made] == [f"/{part.tag}" for part in parts]
    assert [element.get("/ActualText", element.get("/Alt")) for element in made] == [part.text for part in parts]


def test_pictures_have_an_alternative_text() -> None:
    figures = [element for element in elements() if element["/S"] == f"/{Tag.FIGURE}"]
    assert [figure["/Alt"] for figure in figures] == ["Bild foto-1", f"QR-Code mit der Adresse {SHEET.page_url}"]


def test_there_is_one_title_and_it_says_the_role() -> None:
    titles = [element for element in elements() if element["/S"] == "/H1"]
    assert [title["/ActualText"] for title in titles] == ["Zeuge gesucht"]


def test_every_marked_content_belongs_to_the_element_of_its_number() -> None:
    data = poster(SHEET, [PHOTO])
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    content = page.get_contents()
    assert content is not None
    code = content.get_data()
    made = elements()
    assert page["/StructParents"] == 0
    assert page["/Tabs"] == "/S"
    assert [element["/K"] for element in made] == list(range(len(made)))
    assert all(b"/MCID %d>>" % number in code for number in range(len(made)))
    assert code.count(b"BDC") + code.count(b"BMC") == code.count(b"EMC")
    number, kids = root(data)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert number == 0
    assert [kid.get_object()["/K"] for kid in kids] == list(range(len(made)))


def test_strips_and_grounds_are_not_read_out() -> None:
    data = poster(SHEET, [PHOTO], strips=True)
    (document,) = root(data)["/StructTreeRoot"]["/K"]
    spoken = [kid.get_object().get("/ActualText") for kid in document.get_object()["/K"]]
    assert spoken.count(SHEET.phone) == 1
    assert "" not in spoken


def test_pages_share_one_tree_and_number_their_content_anew() -> None:
    first, second = plan(SHEET, [PHOTO]), plan(build.sheet(), [PHOTO], paper="a3")
    about = drawing.About(title="Titel", author="Behörde", subject="Zweck", language="de-DE")
    data = drawing.pdf([first, second], {PHOTO.id: PHOTO}, about=about, draft=None)
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert [page["/StructParents"] for page in pages] == [0, 1]
    assert [round(float(page.mediabox.width)) for page in pages] == [595, 842]
    (document,) = root(data)["/StructTreeRoot"]["/K"]
    kids = [kid.get_object() for kid in document.get_object()["/K"]]
    parts = [[part for part in layout.parts if part.tag is not None] for layout in (first, second)]
    read = [(kid.get("/ActualText", kid.get("/Alt")), kid["/Pg"]["/StructParents"], kid["/K"]) for kid in kids]
    assert read == [(part.text, page, i) for page, told in enumerate(parts) for i, part in enumerate(told)]
    numbers = root(data)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert numbers[::2] == [0, 1]
    assert [[kid.get_object()["/K"] for kid in row] for row in numbers[1::2]] == [
        list(range(len(told))) for told in parts
    ]
