"""One line of text put onto a page, from left to right or from right to left.

Breaks no lines and checks no glyphs; that has been done.
"""

from collections.abc import Iterator

from reportlab.pdfgen.canvas import Canvas

from fahndung.posters import bidi, fonts, shaping
from fahndung.posters.engine import escaped, numbers
from fahndung.posters.marks import Weight
from fahndung.posters.shaping import Glyph, Run

_SAME = 1e-6
"""em; a glyph that stands this near to where the one before it ends needs no position of its own."""


def write(canvas: Canvas, x: float, y: float, text: str, *, weight: Weight, size: float) -> None:
    """Draw the line with its left end on the baseline at ``x`` and ``y`` (pt) in the colour that is set."""
    if not bidi.is_directed(text):
        # a no-break space has done its work once lines are broken; a plain one is as wide and can be searched for
        _plain(canvas, x, y, text.replace("\u00a0", " "), weight, size)
        return
    canvas.setFont(fonts.name(weight), size)
    for run in shaping.shaped(text.rstrip(" "), weight).runs:
        for piece in _pieces(run):
            drawn = canvas.beginText(x, y)
            for left, up, codes in _stretches(piece, weight):
                drawn.setTextOrigin(x + left * size, y + up * size)
                drawn.textOut(codes)
            canvas.drawText(drawn)
    if text.endswith(" "):  # between this line and the next one: it stands beyond the left end
        canvas.drawString(x - fonts.em_width(" ", weight) * size, y, " ")


def _plain(canvas: Canvas, x: float, y: float, text: str, weight: Weight, size: float) -> None:
    """What the engine's ``drawString`` writes, without the text object and the shaping that it tries each time."""
    face, document = fonts.font(weight), canvas._doc  # type: ignore[attr-defined]  # not in the stubs
    written: list[str] = []
    named = None
    for subset, codes in face.splitString(text, document):
        if subset != named:
            named = subset
            name = face.getSubsetInternalName(subset, document)
            written.append(f"{name} {numbers(size)} Tf {numbers(size * 1.2)} TL")
        written.append(f"({escaped(codes)}) Tj")
    operators = f"BT 1 0 0 1 {numbers(x)} {numbers(y)} Tm {' '.join(written)} T* ET"
    canvas._code.append(operators)  # type: ignore[attr-defined]  # the page's operators


def _pieces(run: Run) -> Iterator[tuple[Glyph, ...]]:
    """The run's glyphs in pieces that follow each other in reading order, each from left to right.

    In a tagged file the order of what is drawn is the order of reading, so joined letters go one by one.
    Source: ISO 32000-1, 14.8.2.3.3.
    """
    if not run.leftwards and all(char < "\u0600" for glyph in run.glyphs for char in glyph.text):
        yield run.glyphs
    else:
        yield from ((glyph,) for glyph in (run.glyphs[::-1] if run.leftwards else run.glyphs))


def _stretches(glyphs: tuple[Glyph, ...], weight: Weight) -> Iterator[tuple[float, float, str]]:
    """Glyphs that follow each other as the typeface spaces them: where the first stands (em), and their characters."""
    face = fonts.font(weight)
    codes = ""
    left = up = pen = 0.0
    for glyph in glyphs:
        if not codes or abs(glyph.x - pen) > _SAME or abs(glyph.y - up) > _SAME:
            if codes:
                yield left, up, codes
            left, up, pen, codes = glyph.x, glyph.y, glyph.x, ""
        code = face.code(glyph.id, glyph.text)
        codes += code
        pen += face.face.charWidths[ord(code)] / 1000
    if codes:
        yield left, up, codes
