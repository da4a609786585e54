"""The structure tree of a PDF: what a screen reader gets, in the order of the pages and of each layout's parts.

The engine has no call for it, so marks are bracketed in its page code and the tree is added to the catalog.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString
from reportlab.pdfgen.canvas import Canvas

from fahndung.posters import fonts
from fahndung.posters.archival import allow
from fahndung.posters.marks import PAGE_HEIGHT, Area, Code, Part, Slot, Tag

_CELLS = frozenset({Tag.LABEL, Tag.VALUE})


class Cell(NamedTuple):
    """Where a label or value stands; cells of one ``table`` and one ``row`` that follow each other belong together.

    Attributes:
        scope: what a label is the header of, ``Row`` or ``Column``.
    """

    table: object
    row: object
    scope: str = "Row"


class Element(NamedTuple):
    """A part on its page.

    Attributes:
        whole: the part whose span in one language this is; the same as ``part`` where it is no span.
        first: read out before what was drawn before it.
    """

    part: Part
    whole: Part
    cell: Cell | None
    first: bool


class Structure:
    """Collects the elements of a document while its pages are drawn, one page after the other."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._document = canvas._doc  # type: ignore[attr-defined]  # not in the stubs
        self._whole = _group("Document")
        self._table = self._row = self._whole
        self._cell: Cell | None = None
        self._around: tuple[Part, PDFDictionary] | None = None
        self._open: list[Element] = []
        self._pages: list[PDFArray] = []

    @contextlib.contextmanager
    def element(self, part: Part, *, whole: Part | None = None, first: bool = False) -> Iterator[None]:
        """What is drawn inside belongs to the part; parts without a tag are passed over when read out.

        Args:
            whole: the part that a span is in; its spans follow each other.
            first: read out before what was drawn before it.
        """
        self.begin(part, whole=whole, first=first)
        yield
        self.end()

    @contextlib.contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn inside is decoration."""
        self.begin(None)
        yield
        self.end()

    def begin(
        self, part: Part | None, *, whole: Part | None = None, cell: Cell | None = None, first: bool = False
    ) -> None:
        """What is drawn from here to :meth:`end` belongs to the part, or is decoration.

        A cell that does not say where it stands is one of a part's field, in the row that the last label began.
        """
        if part is None or part.tag is None:
            self._write("/Artifact BMC")
            return
        whole = whole if whole is not None and part.tag is Tag.SPAN else part
        last = self._open[-1] if self._open else None
        if cell is None and last is not None and last.whole is whole:
            cell = last.cell
        elif cell is None and whole.tag in _CELLS:
            before = last.cell if last is not None else None
            goes_on = whole.tag is Tag.VALUE and before is not None
            cell = Cell(table=whole.field, row=before.row if goes_on and before else object())
        self._write(f"/{part.tag} <</MCID {len(self._open)}>> BDC")
        self._open.append(Element(part=part, whole=whole, cell=cell, first=first))

    def end(self) -> None:
        """The end of what :meth:`begin` began."""
        self._write("EMC")

    def _write(self, operator: str) -> None:
        self._canvas._code.append(operator)  # type: ignore[attr-defined]  # the page's operators, not in the stubs

    def taken(self) -> list[Element]:
        """The elements of the page that is open now, for an engine that finishes pages later; the next has none yet."""
        elements, self._open = self._open, []
        return elements

    def turn(self, scale: float, elements: Sequence[Element] | None = None) -> None:
        """Bind the elements (those of the open page) to the page shown last, ``scale`` times A4."""
        made = self.taken() if elements is None else elements
        page = self._document.Pages.pages[-1]
        allow(page, "StructParents", "Tabs")
        page.StructParents = len(self._pages)
        page.Tabs = PDFName("S")
        leaves: dict[int, PDFObjectReference] = {}
        for number in sorted(range(len(made)), key=lambda number: not made[number].first):
            one = made[number]
            leaf = self._hung(_element(one, number, page, scale), self._held(one))
            leaves[number] = self._document.Reference(leaf)
        self._pages.append(PDFArray([leaves[number] for number in range(len(leaves))]))

    def _held(self, made: Element) -> PDFDictionary:
        """What an element is in: for a span, the element of its whole part."""
        if made.whole is made.part:
            return self._parent(made.cell)
        if self._around is None or self._around[0] is not made.whole:
            around = self._hung(_attributed(_group(str(made.whole.tag)), made), self._parent(made.cell))
            self._around = made.whole, around
        return self._around[1]

    def _parent(self, cell: Cell | None) -> PDFDictionary:
        """The row of a cell, the document for anything else; a table goes on over pages."""
        before, self._cell = self._cell, cell
        if cell is None:
            return self._whole
        if before is None or before.table != cell.table:
            self._table, before = self._hung(_group("Table"), self._whole), None
        if before is None or before.row != cell.row:
            self._row = self._hung(_group("TR"), self._table)
        return self._row

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


def _element(made: Element, number: int, page: object, scale: float) -> PDFDictionary:
    part = made.part
    text = PDFString(part.text.replace(fonts.SOFT_HYPHEN, ""))
    element = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(str(part.tag)), "Pg": page, "K": number})
    element["Alt" if part.tag is Tag.FIGURE else "ActualText"] = text
    if part.lang is not None:
        element["Lang"] = PDFString(part.lang)
    if part.tag is Tag.FIGURE:
        box = PDFArray(_bounds(part, scale))
        element["A"] = PDFDictionary({"O": PDFName("Layout"), "Placement": PDFName("Block"), "BBox": box})
    return element if part is not made.whole else _attributed(element, made)


def _attributed(element: PDFDictionary, made: Element) -> PDFDictionary:
    """The element of a label with what it is the header of; any other as it is."""
    if made.whole.tag is Tag.LABEL and made.cell is not None:
        element["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(made.cell.scope)})
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
