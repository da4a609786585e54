"""A poster read back: everything that was drawn is in it, and nothing that is hidden stays so."""

import dataclasses
import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from fahndung.model import sheet as model
from fahndung.model.reading import Kind, Sheet, letters
from fahndung.posters import plan, poster, reading
from fahndung.posters.marks import PAGE_HEIGHT, Code
from tests.posters import build

AUTHORITY = build.sheet().authority
PHOTO = build.portrait("foto-1", 600, 800)
WITNESS = build.witness()
GOOD = poster(WITNESS, [PHOTO])


def read(data: bytes) -> Sheet:
    return reading.read("posters/a4.de.pdf", data, authority=AUTHORITY)[1]


def changed(change: Callable[[pypdf.PdfWriter], object], data: bytes = GOOD) -> bytes:
    """The poster as another program would write it, with one change; whom that program names is put back."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.add_metadata({"/Producer": "fahndung"})
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def drawing(code: str) -> Callable[[pypdf.PdfWriter], object]:
    """A change that adds operators after everything else."""

    def change(writer: pypdf.PdfWriter) -> None:
        page = writer.pages[0]
        content = page.get_contents()
        assert content is not None
        stream = DecodedStreamObject()
        stream.set_data(content.get_data() + b"\n" + code.encode())
        page[NameObject("/Contents")] = writer._add_object(stream)

    return change


def entry(key: str, value: Any) -> Callable[[pypdf.PdfWriter], object]:
    """A change that adds an entry to the catalog."""
    return lambda writer: writer.root_object.update({NameObject(key): value})


def test_every_word_of_the_layout_is_read_in_its_order() -> None:
    text, _ = reading.read("posters/a4.de.pdf", GOOD, authority=AUTHORITY)
    assert (text.name, text.kind) == ("posters/a4.de.pdf", Kind.POSTER)
    parts = plan(WITNESS, [PHOTO]).parts
    said = letters(text.text)
    at = 0
    for part in parts:
        at = said.index(letters("".join(line.text for line in part.lines)), at)
    for sentence in (WITNESS.marker, WITNESS.tip_sentence, WITNESS.contact_sentence, WITNESS.stand, *WITNESS.imprint):
        assert letters(sentence or "") in said


def test_structure_alternative_texts_and_code_are_read() -> None:
    assert read(GOOD) == Sheet(
        name="posters/a4.de.pdf",
        tagged=True,
        figures=2,
        alts=("Bild foto-1", f"QR-Code mit der Adresse {WITNESS.page_url}"),
        codes=(WITNESS.page_url,),
        hidden=(),
    )


@pytest.mark.peers
def test_no_sample_hides_anything() -> None:
    for name, data in build.samples():
        sheet = read(data)
        assert (name, sheet.hidden, sheet.tagged) == (name, (), True)
        assert sheet.codes == (WITNESS.page_url,)
        assert "" not in sheet.alts


def test_another_program_that_changes_nothing_hides_nothing() -> None:
    assert read(changed(lambda writer: None)).hidden == ()


LAYER = DictionaryObject({NameObject("/OCGs"): ArrayObject()})
SCRIPT = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
LINK = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Link")})
LAUNCH = DictionaryObject({**LINK, NameObject("/A"): DictionaryObject({NameObject("/S"): NameObject("/Launch")})})
NOTE = DictionaryObject({**LINK, NameObject("/Subtype"): NameObject("/Text")})


def annotated(annotation: DictionaryObject) -> Callable[[pypdf.PdfWriter], object]:
    def change(writer: pypdf.PdfWriter) -> None:
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])

    return change


def metadata(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream.set_data(data)
    return stream


HIDDEN = {
    "attachment": lambda writer: writer.add_attachment("akte.txt", b"Name"),
    "layers": entry("/OCProperties", LAYER),
    "script": entry("/Names", DictionaryObject({NameObject("/JavaScript"): SCRIPT})),
    "an action": entry("/OpenAction", SCRIPT),
    "a form": entry("/AcroForm", DictionaryObject()),
    "no XMP in its place": entry("/Metadata", DecodedStreamObject()),
    "other words in the XMP": lambda writer: writer.root_object["/Metadata"].set_data(b"Lina S."),
    "XMP that nothing refers to": lambda writer: writer._add_object(metadata(b"Lina S.")),
    "a colour profile": lambda writer: writer.root_object["/OutputIntents"][0]["/DestOutputProfile"].set_data(b"Lina"),
    "own data": entry("/PieceInfo", DictionaryObject()),
    "annotation": annotated(NOTE),
    "action": annotated(LAUNCH),
    "Author": lambda writer: writer.add_metadata({"/Author": "k.muster"}),
    "Creator": lambda writer: writer.add_metadata({"/Creator": "Writer on pc-0815"}),
    "Producer": lambda writer: writer.add_metadata({"/Producer": "pc-0815"}),
    "Keywords": lambda writer: writer.add_metadata({"/Keywords": "Lina S."}),
    "Company": lambda writer: writer.add_metadata({"/Company": "Zimmer 12"}),
    "transparent": lambda writer: writer._add_object(DictionaryObject({NameObject("/ca"): FloatObject(0)})),
    "invisible": drawing("BT /F1+0 12 Tf 1 0 0 1 100 400 Tm 3 Tr (abc) Tj ET"),
    "too small": drawing("BT /F1+0 1 Tf 1 0 0 1 100 400 Tm (abc) Tj ET"),
    "outside": drawing("BT /F1+0 12 Tf 1 0 0 1 700 400 Tm (abc) Tj ET"),
    "colour of its ground": drawing("0 0 1 rg 90 390 200 40 re f BT /F1+0 12 Tf 1 0 0 1 100 400 Tm (abc) Tj ET"),
    "under a shape": drawing("0 g 0 0 595 842 re f"),
}


TOLD = {
    "attachment": ("an attachment / ein Anhang",),
    "layers": ("layers / Ebenen",),
    "script": ("a script / ein Skript",),
    "an action": ("a script / ein Skript", "an action / eine Aktion"),
    "a form": ("a form / ein Formular",),
    "no XMP in its place": ("metadata in XMP / Metadaten in XMP",),
    "other words in the XMP": ("metadata in XMP / Metadaten in XMP",),
    "XMP that nothing refers to": ("metadata in XMP / Metadaten in XMP",),
    "a colour profile": ("a colour profile of its own / ein eigenes Farbprofil",),
    "own data": ("a program's own data / Daten eines Bearbeitungsprogramms",),
    "annotation": ("an annotation / eine Anmerkung (/Text)",),
    "action": ("an action / eine Aktion",),
    "Author": ("Author „k.muster“", "metadata in XMP / Metadaten in XMP"),
    "Creator": ("Creator „Writer on pc-0815“",),
    "Producer": ("Producer „pc-0815“",),
    "Keywords": ("Keywords „Lina S.“",),
    "Company": ("Company „Zimmer 12“",),
    "transparent": ("something transparent / Durchsichtiges",),
    "invisible": ("invisible text / unsichtbarer Text",),
    "too small": ("text too small to be seen / unsichtbar kleiner Text",),
    "outside": ("text outside the page / Text außerhalb der Seite",),
    "colour of its ground": ("text in the colour of its ground / Text in der Farbe seines Grundes",),
    "under a shape": ("text under a shape or a picture / Text unter einer Fläche oder einem Bild",),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_what_is_hidden_is_told(what: str) -> None:
    assert read(changed(HIDDEN[what])).hidden == TOLD[what]


def test_what_a_form_of_the_page_hides_is_told() -> None:
    def nested(writer: pypdf.PdfWriter) -> None:
        page = writer.pages[0]
        resources: Any = page["/Resources"]
        form = DecodedStreamObject()
        form.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/Resources"): resources})
        form.set_data(b"BT /F1+0 12 Tf 1 0 0 1 100 400 Tm 3 Tr (abc) Tj ET")
        resources["/XObject"][NameObject("/Fm1")] = writer._add_object(form)
        drawing("/Fm1 Do")(writer)

    assert "invisible" in str(read(changed(nested)).hidden)


def test_a_plain_link_and_opaque_ink_are_not_hidden() -> None:
    assert read(changed(annotated(LINK))).hidden == ()
    solid = DictionaryObject({NameObject("/ca"): NumberObject(1)})
    assert read(changed(lambda writer: writer._add_object(solid))).hidden == ()


def test_text_at_the_edge_of_the_page_and_at_the_smallest_size_is_seen() -> None:
    assert read(changed(drawing("1 0 0 rg BT /F1+0 12 Tf 1 0 0 1 590 400 Tm (abc) Tj ET"))).hidden == ()
    assert read(changed(drawing("1 0 0 rg BT /F1+0 2.5 Tf 1 0 0 1 20 400 Tm (abc) Tj ET"))).hidden == ()
    assert "too small" in str(read(changed(drawing("1 0 0 rg BT /F1+0 2.4 Tf 1 0 0 1 20 400 Tm (abc) Tj ET"))).hidden)


def test_a_page_cut_to_less_leaves_text_outside() -> None:
    def cut(writer: pypdf.PdfWriter) -> None:
        writer.pages[0].cropbox = pypdf.generic.RectangleObject((0, 0, 595, 700))

    assert "outside" in str(read(changed(cut)).hidden)


def test_an_earlier_version_and_bytes_around_the_document_are_told() -> None:
    writer = pypdf.PdfWriter(io.BytesIO(GOOD), incremental=True)
    writer.add_metadata({"/Subject": "neu"})
    out = io.BytesIO()
    writer.write(out)
    assert "earlier version" in str(read(out.getvalue()).hidden)
    assert "earlier version" in str(read(GOOD + b"akte").hidden)


def test_a_picture_that_is_not_drawn_or_holds_more_than_pixels_is_told() -> None:
    def undrawn(writer: pypdf.PdfWriter) -> None:
        objects = writer.pages[0]["/Resources"]["/XObject"]  # type: ignore[index]
        (name,) = objects
        objects[NameObject("/Spare")] = writer._add_object(objects[name].clone(writer, force_duplicate=True))

    assert "not drawn" in str(read(changed(undrawn)).hidden)

    def commented(writer: pypdf.PdfWriter) -> None:
        objects = writer.pages[0]["/Resources"]["/XObject"]  # type: ignore[index]
        (name,) = objects
        objects[name]._data = PHOTO.jpeg[:2] + b"\xff\xfe\x00\x06Lina" + PHOTO.jpeg[2:]

    assert "FFFE" in str(read(changed(commented)).hidden)


@pytest.mark.peers
@pytest.mark.parametrize("address", ["https://polizei-musterstadt.example/f/m7k5", "https://falsch.example/"])
def test_a_code_with_another_address_says_so(address: str) -> None:
    other = poster(dataclasses.replace(WITNESS, page_url=address), [PHOTO])
    assert read(other).codes == (address,)


def code_box() -> tuple[float, float, float]:
    """Left, bottom and side of the QR code in pt."""
    (code,) = [mark for part in plan(WITNESS, [PHOTO]).parts for mark in part.marks if isinstance(mark, Code)]
    return code.x, PAGE_HEIGHT - code.y - code.side, code.side


@pytest.mark.parametrize(
    "over", ["1 1 1 rg {x} {y} 8 8 re f", "q 30 0 0 30 {x} {y} cm {name} Do Q"], ids=["shape", "picture"]
)
def test_a_code_that_is_painted_over_says_nothing(over: str) -> None:
    (name,) = pypdf.PdfReader(io.BytesIO(GOOD)).pages[0]["/Resources"]["/XObject"]  # type: ignore[index]
    x, y, side = code_box()
    beside, on = (over.format(x=x + moved, y=y + side / 2, name=name) for moved in (-31, side / 2))
    assert read(changed(drawing(beside))).codes == (WITNESS.page_url,)
    assert read(changed(drawing(on))).codes == ("",)


def test_a_code_without_contrast_says_nothing() -> None:
    data = pypdf.PdfReader(io.BytesIO(GOOD)).pages[0].get_contents()
    assert data is not None
    code = data.get_data()
    assert code.count(b".078431 .094118 .109804 rg\nn 474") == 1

    def pale(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(code.replace(b".078431 .094118 .109804 rg\nn 474", b".9 .9 .9 rg\nn 474"))
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    assert read(changed(pale)).codes == ("",)


def test_an_untagged_poster_and_a_picture_without_words_are_told() -> None:
    unmarked = entry("/MarkInfo", DictionaryObject({NameObject("/Marked"): BooleanObject(False)}))
    assert not read(changed(unmarked)).tagged
    bare = changed(lambda writer: writer.root_object.pop("/StructTreeRoot"))
    assert (read(bare).tagged, read(bare).figures) == (False, 0)

    def mute(writer: pypdf.PdfWriter) -> None:
        (document,) = writer.root_object["/StructTreeRoot"]["/K"]  # type: ignore[index]
        figure = next(kid.get_object() for kid in document.get_object()["/K"] if kid.get_object()["/S"] == "/Figure")
        del figure["/Alt"]

    assert read(changed(mute)).alts[0] == ""
    assert read(changed(mute)).figures == 2


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", GOOD[:500], GOOD[:-200]])
def test_what_is_no_pdf_is_told_and_says_nothing(data: bytes) -> None:
    text, sheet = reading.read("x.pdf", data, authority=AUTHORITY)
    assert text.text == ""
    assert not sheet.tagged
    assert "cannot be read" in sheet.hidden[0]


@pytest.mark.peers
@pytest.mark.parametrize("sheet", [build.arabic(), build.persian()], ids=["ar", "fa"])
def test_posters_from_right_to_left_are_read_in_the_order_of_their_words(sheet: model.Sheet) -> None:
    data = poster(sheet, [PHOTO], strips=True, draft=True)
    text, found = reading.read("posters/a4.ar.pdf", data, authority=AUTHORITY)
    said = [sheet.band, sheet.headline, sheet.summary, *sheet.questions, sheet.phone, sheet.contact_sentence]
    said += [sheet.tip_sentence, sheet.warning or "", *sheet.reward, sheet.stand, sheet.valid_until or ""]
    said += [word for group in sheet.groups for row in group.facts for word in (row.label, row.value)]
    assert [one for one in said if letters(one) not in letters(text.text)] == []
    assert found.codes == (sheet.page_url,)
    assert found.hidden == ()
    root = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert root["/Lang"] == sheet.lang
    assert root["/ViewerPreferences"]["/Direction"] == "/R2L"
    heard = spoken(root["/StructTreeRoot"])
    assert {sheet.summary, sheet.contact_sentence, sheet.phone, sheet.tip_sentence} <= heard


def spoken(element: Any) -> set[str]:
    """Every ActualText of a structure tree."""
    if not isinstance(element, dict):
        return set()
    kids = element.get("/K", [])
    below = [spoken(kid.get_object()) for kid in (kids if isinstance(kids, list) else [kids])]
    return {str(element.get("/ActualText", ""))}.union(*below)
