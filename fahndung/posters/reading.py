"""A poster read back from its bytes: the words that are drawn, the structure, the QR codes, and what is hidden in it.

Trusts nothing that drew it and reads no letters out of pictures. Whatever cannot be read is told as hidden.
"""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from fahndung.model.reading import Kind, Sheet, Text, folded
from fahndung.posters import jpegs, srgb, xmp
from fahndung.posters.surface import Surface

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import DictionaryObject

OWN = "fahndung"
"""Creator and producer of our posters."""
_KEYS = {
    **dict.fromkeys(("/OCProperties", "/OCGs", "/OC"), "layers / Ebenen"),
    **dict.fromkeys(("/EmbeddedFiles", "/EF", "/AF"), "an attachment / ein Anhang"),
    **dict.fromkeys(("/JavaScript", "/JS"), "a script / ein Skript"),
    **dict.fromkeys(("/OpenAction", "/AA"), "an action / eine Aktion"),
    **dict.fromkeys(("/AcroForm", "/XFA"), "a form / ein Formular"),
    "/PieceInfo": "a program's own data / Daten eines Bearbeitungsprogramms",
    "/Thumb": "a thumbnail / ein Vorschaubild",
    "/Encrypt": "encryption / Verschlüsselung",
}
_INFO = frozenset(
    ["/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped"]
)
_XMP = "metadata in XMP / Metadaten in XMP"
_PROFILE = "a colour profile of its own / ein eigenes Farbprofil"
_LINK_ACTIONS = frozenset({None, "/URI", "/GoTo"})
_DEEPEST = 60


def read(name: str, data: bytes, *, authority: str) -> tuple[Text, Sheet]:
    """The words of a poster in drawing order, and what its bytes show besides.

    Args:
        name: the release's file. authority: the only author that it may name.
    """
    import pypdf  # here: a twentieth of a second that only a build needs
    from pypdf.errors import PyPdfError

    try:
        return _read(pypdf.PdfReader(io.BytesIO(data), strict=True), name, data, authority)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        why = f"bytes that cannot be read as a PDF / nicht als PDF lesbar ({error})"
        broken = Sheet(name=name, tagged=False, figures=0, alts=(), codes=(), hidden=(why,))
        return Text(name=name, kind=Kind.POSTER, text=""), broken


def _read(reader: "PdfReader", name: str, data: bytes, authority: str) -> tuple[Text, Sheet]:
    words: list[str] = []
    codes: list[str] = []
    hidden = {*_remains(data), *_about(reader, authority), *_kept(reader)}
    drawn: set[int] = set()
    for page in reader.pages:
        surface = Surface(_visible(page))
        words.append(page.extract_text(visitor_operand_before=surface.operator))
        codes += surface.codes
        hidden |= surface.flaws
        drawn |= {number for name, number in _pictures(page) if name in surface.drawn}
    hidden |= set(_photos(reader, drawn))
    figures = [element for element in _structure(reader) if element.get("/S") == "/Figure"]
    marks = _below(reader.root_object, "/MarkInfo")
    sheet = Sheet(
        name=name,
        tagged=bool(getattr(marks.get("/Marked"), "value", False)) and "/StructTreeRoot" in reader.root_object,
        figures=len(figures),
        alts=tuple(folded(str(figure.get("/Alt", ""))) for figure in figures),
        codes=tuple(codes),
        hidden=tuple(sorted(hidden)),
    )
    return Text(name=name, kind=Kind.POSTER, text=folded("\n".join(words))), sheet


def _visible(page: "PageObject") -> tuple[float, float, float, float]:
    """The part of the page that is shown and printed, in pt."""
    media, crop = page.mediabox, page.cropbox
    return (
        float(max(media.left, crop.left)),
        float(max(media.bottom, crop.bottom)),
        float(min(media.right, crop.right)),
        float(min(media.top, crop.top)),
    )


def _remains(data: bytes) -> Iterator[str]:
    """Earlier versions: a later one hides them in every viewer, and none takes them out of the file."""
    if data.count(b"startxref") != 1 or not data.startswith(b"%PDF-") or not re.search(rb"%%EOF\s*\Z", data):
        yield "an earlier version, or bytes around the document / eine frühere Fassung oder Bytes um das Dokument herum"


def _about(reader: "PdfReader", authority: str) -> Iterator[str]:
    """What the document says about itself beyond its subject: who made it, with what."""
    for key, value in dict(reader.metadata or {}).items():
        said = folded(str(value))
        if (
            key not in _INFO
            or (key == "/Keywords" and said)
            or (key == "/Author" and said != folded(authority))
            or (key in ("/Creator", "/Producer") and said != OWN)
        ):
            yield f"{key[1:]} „{said}“"


def _kept(reader: "PdfReader") -> Iterator[str]:
    """What stands in any object of the file, whether or not the page leads to it."""
    told = _told(reader)
    for each in (reader.trailer, *(found for _, found in _objects(reader))):
        for found in _dictionaries(each, 0):
            yield from _foreign(found, told)
            yield from (_KEYS[key] for key in found if key in _KEYS)
            yield from _annotations(found)
            if any(0 <= float(str(found[key])) < 0.1 for key in ("/ca", "/CA") if key in found):
                yield "something transparent / Durchsichtiges"


def _told(reader: "PdfReader") -> bytes:
    """The XMP that our posters have beside these words of the document about itself."""
    info = dict(reader.metadata or {})
    title, author, subject = (str(info.get(key, "")) for key in ("/Title", "/Author", "/Subject"))
    language = str(reader.root_object.get("/Lang", ""))
    return xmp.packet(xmp.About(title=title, author=author, subject=subject, language=language))


def _foreign(found: "DictionaryObject", told: bytes) -> Iterator[str]:
    """XMP and colour profiles that are not byte for byte those of our posters: both have room for anything."""
    from pypdf.generic import StreamObject

    for key, ours, flaw in (("/Metadata", told, _XMP), ("/DestOutputProfile", srgb.profile(), _PROFILE)):
        if key in found and not (isinstance(kept := found[key], StreamObject) and kept.get_data() == ours):
            yield flaw
    if found.get("/Type") == "/Metadata" and not (isinstance(found, StreamObject) and found.get_data() == told):
        yield _XMP


def _objects(reader: "PdfReader") -> Iterator[tuple[int, Any]]:
    """Every object of the file with its number, also those that nothing refers to."""
    from pypdf.generic import IndirectObject

    places = {(number, 0) for number in reader.xref_objStm}
    for generation, table in reader.xref.items():
        free = reader.xref_free_entry.get(generation, {})
        places |= {(number, generation) for number in table if not free.get(number)}
    for number, generation in sorted(places):
        yield number, reader.get_object(IndirectObject(number, generation, reader))


def _dictionaries(value: Any, depth: int) -> Iterator["DictionaryObject"]:
    """A direct object's dictionaries; indirect ones come by themselves."""
    if depth > _DEEPEST:
        raise ValueError("objects nested without end")
    if isinstance(value, dict):
        yield value  # type: ignore[misc]  # pypdf's dictionaries are dicts
        for inner in dict.values(value):
            yield from _dictionaries(inner, depth + 1)
    elif isinstance(value, list):
        for inner in list.__iter__(value):
            yield from _dictionaries(inner, depth + 1)


def _annotations(found: "DictionaryObject") -> Iterator[str]:
    for annotation in found.get("/Annots", ()):
        one = annotation.get_object()
        if one.get("/Subtype") != "/Link":
            yield f"an annotation / eine Anmerkung ({one.get('/Subtype')})"
        elif "/A" in one and one["/A"].get("/S") not in _LINK_ACTIONS:
            yield _KEYS["/AA"]


def _below(owner: "DictionaryObject", key: str) -> "DictionaryObject":
    """The dictionary under a key; an empty one where there is none."""
    from pypdf.generic import DictionaryObject

    found = owner.get(key)
    return DictionaryObject() if found is None else cast(DictionaryObject, found.get_object())


def _pictures(page: "PageObject") -> Iterator[tuple[str, int]]:
    """Names and object numbers of the pictures that a page may draw."""
    objects = _below(_below(page, "/Resources"), "/XObject")
    for name in objects:
        yield str(name), getattr(objects.raw_get(name), "idnum", 0)


def _photos(reader: "PdfReader", drawn: set[int]) -> Iterator[str]:
    """Pictures that nobody sees, that are no plain JPEG, or that carry more than their pixels."""
    from pypdf.generic import StreamObject

    for number, found in _objects(reader):
        if not isinstance(found, StreamObject) or found.get("/Subtype") != "/Image":
            continue
        if number not in drawn:
            yield "a picture that is not drawn / ein nicht gezeichnetes Bild"
        flaw = jpegs.flaw(found._data) if found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]) else "no JPEG"
        if flaw:
            yield f"a picture with more than its pixels / ein Bild mit mehr als seinen Bildpunkten ({flaw})"


def _structure(reader: "PdfReader") -> Iterator["DictionaryObject"]:
    """The elements of the structure tree, in reading order."""
    root = reader.root_object.get("/StructTreeRoot")
    yield from () if root is None else _elements(root.get_object(), 0)


def _elements(element: Any, depth: int) -> Iterator["DictionaryObject"]:
    if depth > _DEEPEST:
        raise ValueError("a structure tree without end")
    if not isinstance(element, dict):
        return
    yield element  # type: ignore[misc]  # pypdf's dictionaries are dicts
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        yield from _elements(kid.get_object(), depth + 1)
