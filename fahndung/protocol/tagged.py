"""Paragraphs and tables of the engine that tell the structure of their document what they are.

The canvas that draws them has a ``structure``. Sets no style and knows no protocol.
"""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, Table

from fahndung.posters.marks import Part, Tag
from fahndung.posters.tagging import Cell, Structure


class _Said(Paragraph):
    """A paragraph; ``tag`` is None inside a table, whose cell says what it is."""

    told = ""
    tag: Tag | None = None

    def draw(self) -> None:
        if self.tag is None:
            super().draw()
            return
        structure: Structure = self.canv.structure  # type: ignore[attr-defined]  # the canvas that draws it
        with structure.element(_part(self.told, self.tag)):
            super().draw()


def said(text: str, style: ParagraphStyle, *, tag: Tag = Tag.PARAGRAPH) -> Paragraph:
    """The text as it stands, no markup in it; its lines are kept."""
    made = _Said("<br/>".join(map(escape, text.split("\n"))), style)
    made.told, made.tag = " ".join(text.split("\n")), tag
    return made


def table(cells: Sequence[list[Paragraph]], *, head: bool, **options: Any) -> Table:
    """A table of :func:`said`. The first row names the columns (``head``), or the first cell of each row names it."""
    for row in cells:
        for cell in row:
            cell.tag = None  # type: ignore[attr-defined]  # one of _Said
    return Table(cells, renderCB=_Cells(head=head), **options)  # type: ignore[arg-type]  # anything that is called


class _Cells:
    """What the engine calls while it draws a table, also for each of the pieces that stand on several pages.

    The row of headers that the engine repeats at the top of each piece is read out once.
    """

    def __init__(self, *, head: bool) -> None:
        self._head = head
        self._row = object()
        self._told = False

    def __call__(self, piece: Table, event: str, *arguments: Any) -> None:
        structure: Structure = piece.canv.structure  # type: ignore[attr-defined]  # the canvas that draws it
        if event in ("startBG", "startLines"):
            structure.begin(None)
        elif event == "startRow":
            self._row = object()
        elif event == "startCell":
            self._begin(structure, *arguments[:3])
        elif event in ("endBG", "endLines", "endCell"):
            structure.end()
        elif event == "endTable":
            self._told = True

    def _begin(self, structure: Structure, row: int, column: int, content: Sequence[_Said]) -> None:
        names = row == 0 if self._head else column == 0
        if self._head and names and self._told:
            structure.begin(None)
            return
        cell = Cell(table=self, row=self._row, scope="Column" if self._head else "Row")
        told = " ".join(one.told for one in content)
        structure.begin(_part(told, Tag.LABEL if names else Tag.VALUE), cell=cell)


def _part(text: str, tag: Tag) -> Part:
    return Part(name="protocol", field="protocol", text=text, marks=(), tag=tag)
