"""The structure tree of a PDF: what a screen reader gets, in the order of the pages and of each layout's parts.

The engine has no call for it, so marks are bracketed in its page code and the tree is added to the catalog.
"""

import contextlib
from collections.abc import Iterator

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString
from reportlab.pdfgen.canvas import Canvas

from fahndung.posters import fonts
from fahndung.posters.archival import allow
from fahndung.posters.marks import PAGE_HEIGHT, Area, Code, Part, Slot, Tag

_CELLS = frozenset({Tag.LABEL, Tag.VALUE})


class Structure:
    """Collects the elements of a document while its pages are drawn, one page after the other."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._document = canvas._doc  # type: ignore[attr-defined]  # not in the stubs
        self._whole = _group("Document")
        self._open: list[Part] = []
        self._first: list[int] = []
        self._pages: list[PDFArray] = []

    @contextlib.contextmanager
    def element(self, part: Part, *, first: bool = False) -> Iterator[None]:
        """What is drawn inside belongs to the part; parts without a tag are passed over when read out.

        Args:
            first: read out before what was drawn before it.
        """
        if part.tag is None:
            with self.artifact():
                yield
            return
        number = len(self._open)
        self._open.append(part)
        self._first += [number] if first else []
        with self._bracket(f"/{part.tag} <</MCID {number}>> BDC"):
            yield

    @contextlib.contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn inside is decoration."""
        with self._bracket("/Artifact BMC"):
            yield

    @contextlib.contextmanager
    def _bracket(self, opening: str) -> Iterator[None]:
        code: list[str] = self._canvas._code  # type: ignore[attr-defined]  # the page's operators, not in the stubs
        code.append(opening)
        yield
        code.append("EMC")

    def turn(self, scale: float) -> None:
        """Bind the elements to the page they were drawn on, ``scale`` times A4. Call it after each page was shown."""
        page = self._document.Pages.pages[-1]
        allow(page, "StructParents", "Tabs")
        page.StructParents = len(self._pages)
        page.Tabs = PDFName("S")
        leaves: dict[int, PDFObjectReference] = {}
        table = row = self._whole
        before: Part | None = None
        for number in sorted(range(len(self._open)), key=lambda number: number not in self._first):
            part, parent = self._open[number], self._whole
            if part.tag in _CELLS:
                if before is None or before.tag not in _CELLS or before.field != part.field:
                    table = row = self._hung(_group("Table"), self._whole)
                if part.tag is Tag.LABEL or row is table:
                    row = self._hung(_group("TR"), table)
                parent = row
            element = _element(part, number, page, scale)
            leaves[number] = self._document.Reference(self._hung(element, parent))
            before = part
        self._pages.append(PDFArray([leaves[number] for number in range(len(leaves))]))
        self._open, self._first = [], []

    def _hung(self, element: PDFDictionary, parent: PDFDictionary) -> PDFDictionary:
        """The element as the last of its parent's."""
        element["P"] = self._document.Reference(parent)
        parent["K"].sequence.append(self._document.Reference(element))
        return element

    def close(self) -> None:
        """Add the tree to the document. Call it after the last page and before the document is saved."""
        root = PDFDictionary({"Type": PDFName("StructTreeRoot"), "K": PDFArray([])})
        self._hung(self._whole, root)
        rows = [entry for number, leaves in enumerate(self._pages) for entry in (number, leaves)]
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray(rows)})
        root["ParentTreeNextKey"] = len(self._pages)
        self._document.Catalog.StructTreeRoot = self._document.Reference(root)
        self._document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _group(kind: str) -> PDFDictionary:
    return PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(kind), "K": PDFArray([])})


def _element(part: Part, number: int, page: object, scale: float) -> PDFDictionary:
    text = PDFString(part.text.replace(fonts.SOFT_HYPHEN, ""))
    element = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(str(part.tag)), "Pg": page, "K": number})
    element["Alt" if part.tag is Tag.FIGURE else "ActualText"] = text
    if part.lang is not None:
        element["Lang"] = PDFString(part.lang)
    if part.tag is Tag.FIGURE:
        box = PDFArray(_bounds(part, scale))
        element["A"] = PDFDictionary({"O": PDFName("Layout"), "Placement": PDFName("Block"), "BBox": box})
    elif part.tag is Tag.LABEL:
        element["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Row")})
    return element


def _bounds(part: Part, scale: float) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a figure in the units of its page."""
    boxes = [
        (mark.x, mark.y, mark.x + mark.side, mark.y + mark.side)
        if isinstance(mark, Code)
        else (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
        for mark in part.marks
        if isinstance(mark, Area | Code | Slot)
    ]
    left, top = (min(box[i] for box in boxes) for i in (0, 1))
    right, bottom = (max(box[i] for box in boxes) for i in (2, 3))
    return left * scale, (PAGE_HEIGHT - bottom) * scale, right * scale, (PAGE_HEIGHT - top) * scale
