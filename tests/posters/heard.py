"""What a screen reader gets of a PDF, from its structure tree alone, and what is drawn inside each of its elements."""

import dataclasses
import io
import re
from collections.abc import Iterator
from typing import Any

import pypdf


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One element that holds content.

    Attributes:
        path: its kind after those above it (``Table/TR/TH``).
        text: its ActualText, or the alternative text of a figure; empty without.
        drawn: what stands on paper there: (page, number of the marked content).
        lang: as an element says it for itself or those above it; None where the document's holds.
    """

    path: str
    text: str
    drawn: tuple[tuple[int, int], ...]
    lang: str | None

    @property
    def tag(self) -> str:
        return self.path.rpartition("/")[2]


def heard(data: bytes) -> list[Heard]:
    """The elements in reading order."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    root = _of(reader.root_object["/StructTreeRoot"])
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    document = _of(_kids(root)[0])
    assert document["/S"] == "/Document"
    found = [one for kid in _kids(document) for one in _below(kid, "", None, None, pages)]
    _told_of_parents(root, found)
    return found


def drawn(data: bytes) -> dict[tuple[int, int | None], str]:
    """The letters between each pair of BDC and EMC, by page and number; those of decoration under None."""
    texts: dict[tuple[int, int | None], str] = {}
    reader = pypdf.PdfReader(io.BytesIO(data))
    for number, page in enumerate(reader.pages):
        resources: Any = page["/Resources"]
        maps = {name: _letters(_of(font)) for name, font in resources["/Font"].items()}
        open_: list[int | None] = []
        font = ""
        content = page.get_contents()
        assert content is not None
        for operands, operator in pypdf.generic.ContentStream(content, reader).operations:
            if operator in (b"BDC", b"BMC"):
                open_.append(int(operands[1]["/MCID"]) if operator == b"BDC" else None)
            elif operator == b"EMC":
                open_.pop()
            elif operator == b"Tf":
                font = str(operands[0])
            elif operator == b"Tj":
                assert len(open_) == 1, "text outside the structure, or in two places of it"
                raw = operands[0]
                coded = raw.original_bytes if isinstance(raw, pypdf.generic.TextStringObject) else bytes(raw)
                key = (number, open_[0])
                texts[key] = texts.get(key, "") + "".join(maps[font][code] for code in coded)
            else:
                assert operator not in (b"TJ", b"'", b'"')
        assert not open_
    return texts


def _of(value: Any) -> Any:
    return value.get_object()


def _kids(element: Any) -> list[Any]:
    kids = element["/K"]
    return list(kids) if isinstance(kids, list) else [kids]


def _below(kid: Any, path: str, lang: str | None, parent: Any, pages: dict[int, int]) -> Iterator[Heard]:
    element = _of(kid)
    path = f"{path}/{element['/S'][1:]}".lstrip("/")
    lang = str(element["/Lang"]) if "/Lang" in element else lang
    kids = _kids(element)
    numbers = tuple(int(one) for one in kids if isinstance(one, int))
    if not numbers:
        for one in kids:
            assert one.get_object()["/P"].indirect_reference == kid, "an element says another parent than it has"
            yield from _below(one, path, lang, element, pages)
        return
    assert len(numbers) == len(kids)
    page = pages[element.raw_get("/Pg").idnum]
    text = str(element.get("/Alt" if path.endswith("Figure") else "/ActualText", ""))
    yield Heard(path=path, text=text, drawn=tuple((page, number) for number in numbers), lang=lang)


def _told_of_parents(root: Any, found: list[Heard]) -> None:
    """The parent tree leads from every marked content to its element."""
    numbers = _of(root["/ParentTree"])["/Nums"]
    back = {
        (page, number): _of(element)
        for page, elements in zip(numbers[::2], numbers[1::2], strict=True)
        for number, element in enumerate(_of(elements))
    }
    assert set(back) == {place for one in found for place in one.drawn}
    for one in found:
        for page, number in one.drawn:
            assert back[page, number]["/S"] == f"/{one.tag}"
            assert number in _kids(back[page, number])


def _letters(font: Any) -> dict[int, str]:
    cmap = font["/ToUnicode"].get_object().get_data().decode("ascii")
    pairs = re.findall(r"^<(\w\w)> <(\w{4,})>$", cmap, re.M)
    return {int(code, 16): bytes.fromhex(letters).decode("utf-16-be") for code, letters in pairs}
