"""Drawing layouts as the pages of one PDF. Decides no position, reads no file, leaves no date, path or user behind."""

import functools
import io
import re
from collections.abc import Mapping, Sequence

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from fahndung.model.ids import ImageId
from fahndung.posters import archival, bidi, codes, engine, flowing, fonts, lettering, mono, palette, tongues
from fahndung.posters.head import MARGIN
from fahndung.posters.marks import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Area,
    Code,
    Layout,
    Line,
    Mark,
    Part,
    Photo,
    Polygon,
    Rule,
    Slot,
    Weight,
)
from fahndung.posters.tagging import Structure
from fahndung.posters.words import Draft
from fahndung.posters.xmp import About

_RED = Color(0.78, 0.07, 0.1, alpha=0.34)
_GREY = Color(0.35, 0.35, 0.35, alpha=0.34)
_SLOPE = 52
"""Degrees of the DRAFT mark: between the corners in which no code stands."""
_NOTICE = 9.0
_BESIDE = 12.0
"""pt of the margin that the notice of a draft takes, 8 mm and more from the edge."""
_DARK = re.compile(b"\x01+")
_color = functools.lru_cache(maxsize=64)(HexColor)


class _Whole(ImageReader):
    """A JPEG that goes into the document byte for byte.

    The engine asks for the pixels only to name the image by their hash; the bytes name it as well, without decoding.
    """

    def __init__(self, jpeg: bytes) -> None:
        super().__init__(io.BytesIO(jpeg))
        self._jpeg = jpeg
        self._dataA = None

    def getRGBData(self) -> bytes:  # noqa: N802 - the engine's name
        return self._jpeg


@engine.settled()
def pdf(
    pages: Sequence[Layout],
    photos: Mapping[ImageId, Photo],
    *,
    about: About,
    draft: Draft | None,
    beside: str | None = None,
    bw: bool = False,
) -> bytes:
    """The pages as PDF, in order.

    Args:
        draft: the words of the DRAFT mark across each, None for none. beside: the other language of bilingual pages.
        bw: whether the mark is grey.
    """
    out = io.BytesIO()
    canvas = Canvas(
        out,
        invariant=1,
        pageCompression=1,
        initialFontName=fonts.name(Weight.REGULAR),  # type: ignore[arg-type]  # the stubs say float; else Helvetica
        lang=about.language,
    )
    archival.conforming(canvas, about)
    if mirrored := bidi.right_to_left(about.language):
        canvas.setViewerPreference("Direction", "R2L")
    structure = Structure(canvas)
    for layout in pages:
        _page(canvas, structure, layout, photos, draft, beside, bw=bw, falling=mirrored)
    structure.close()
    canvas.save()
    return out.getvalue()


def _page(
    canvas: Canvas,
    structure: Structure,
    layout: Layout,
    photos: Mapping[ImageId, Photo],
    draft: Draft | None,
    beside: str | None,
    *,
    bw: bool,
    falling: bool,
) -> None:
    canvas.setPageSize((PAGE_WIDTH * layout.scale, PAGE_HEIGHT * layout.scale))
    canvas.scale(layout.scale, layout.scale)
    for part in layout.parts:
        for piece in tongues.spoken(part, tuple(flowing.marks(part)), beside):
            with structure.element(piece, whole=part):
                for mark in piece.marks:
                    _mark(canvas, mark, photos)
    if draft is not None:
        notice = mono.part(_notice(draft)) if bw else _notice(draft)
        with structure.element(notice, first=True):
            for mark in notice.marks:
                _mark(canvas, mark, photos)
        with structure.artifact():
            _across(canvas, draft, _GREY if bw else _RED, falling=falling)
    canvas.showPage()
    structure.turn(layout.scale)


def _mark(canvas: Canvas, mark: Mark, photos: Mapping[ImageId, Photo]) -> None:
    match mark:
        case Line():
            _line(canvas, mark)
        case Area():
            _area(canvas, mark)
        case Polygon():
            _polygon(canvas, mark)
        case Rule():
            _rule(canvas, mark)
        case Slot():
            picture = _Whole(photos[mark.photo].jpeg)
            canvas.drawImage(picture, mark.x, PAGE_HEIGHT - mark.y - mark.height, mark.width, mark.height)
        case Code():
            _code(canvas, mark)


def _line(canvas: Canvas, line: Line) -> None:
    canvas.setFillColor(_color(line.color))
    if not line.upwards:
        lettering.write(canvas, line.x, PAGE_HEIGHT - line.y, line.text, weight=line.weight, size=line.size)
        return
    canvas.saveState()
    canvas.translate(line.x, PAGE_HEIGHT - line.y)
    canvas.rotate(90)
    lettering.write(canvas, 0, 0, line.text, weight=line.weight, size=line.size)
    canvas.restoreState()


def _area(canvas: Canvas, area: Area) -> None:
    canvas.setFillColor(_color(area.color))
    if area.outline:
        canvas.setStrokeColor(_color(area.outline))
        canvas.setLineWidth(1.2)
    box = (area.x, PAGE_HEIGHT - area.y - area.height, area.width, area.height)
    stroke = 1 if area.outline else 0
    if area.radius:
        canvas.roundRect(*box, area.radius, stroke=stroke, fill=1)
    else:
        canvas.rect(*box, stroke=stroke, fill=1)


def _polygon(canvas: Canvas, polygon: Polygon) -> None:
    canvas.setFillColor(_color(polygon.color))
    path = canvas.beginPath()
    first, *others = polygon.points
    path.moveTo(first[0], PAGE_HEIGHT - first[1])
    for x, y in others:
        path.lineTo(x, PAGE_HEIGHT - y)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _rule(canvas: Canvas, rule: Rule) -> None:
    canvas.setStrokeColor(_color(rule.color))
    canvas.setLineWidth(rule.thickness)
    canvas.setDash([4, 3] if rule.dashed else [])
    canvas.line(rule.x1, PAGE_HEIGHT - rule.y1, rule.x2, PAGE_HEIGHT - rule.y2)
    canvas.setDash([])


def _code(canvas: Canvas, code: Code) -> None:
    """One path of merged horizontal runs; each overlaps the next row a little, so that no hairline shows between."""
    rows = codes.matrix(code.url, code.correction)
    assert rows is not None  # it was planned
    module = code.side / (len(rows) + 2 * codes.QUIET)
    path = canvas.beginPath()
    # each number is written once for its whole row, column or length: there are hundreds of rectangles
    lefts = [engine.numbers(code.x + (at + codes.QUIET) * module) for at in range(len(rows))]
    widths = [engine.numbers(length * module) for length in range(len(rows) + 1)]
    high = engine.numbers(module * 1.02)
    for i, row in enumerate(rows):
        y = engine.numbers(PAGE_HEIGHT - code.y - (i + codes.QUIET + 1) * module)
        for run in _DARK.finditer(row):
            path._code_append(  # type: ignore[attr-defined]  # not in the stubs
                f"{lefts[run.start()]} {y} {widths[run.end() - run.start()]} {high} re"
            )
    canvas.setFillColor(_color(palette.INK))
    canvas.drawPath(path, stroke=0, fill=1)


def _across(canvas: Canvas, draft: Draft, color: Color, *, falling: bool) -> None:
    """The DRAFT mark once across the whole page, over everything but the code: ``falling`` where that stands left."""
    text = draft.across
    size = 640 / fonts.em_width(text, Weight.BOLD)
    canvas.saveState()
    canvas.setFillColor(color)
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(-_SLOPE if falling else _SLOPE)
    lettering.write(canvas, -320, -size * fonts.CAP_HEIGHT / 2, text, weight=Weight.BOLD, size=size)
    canvas.restoreState()


def _notice(draft: Draft) -> Part:
    """The small line in the margin beside the photos: what is seen and heard first, and no printer cuts off.

    At the upper edge it would stand where office printers leave the paper blank, or over the band's words.
    """
    text = draft.line
    wide = fonts.em_width(text, Weight.BOLD) * _NOTICE
    below = (PAGE_HEIGHT + wide) / 2
    ground = Area(x=MARGIN - 1 - _BESIDE, y=below - wide - 8, width=_BESIDE, height=wide + 16, color=palette.SIGNAL)
    x = ground.x + (_BESIDE + _NOTICE * fonts.CAP_HEIGHT) / 2
    line = Line(x=x, y=below, text=text, weight=Weight.BOLD, size=_NOTICE, color=palette.INK, width=wide, upwards=True)
    return Part(name="draft", field="draft", text=text, marks=(ground, line))
