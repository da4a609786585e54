"""A neutral picture for link previews: 1200 x 630 px, without face and without name, because previews are copied.

Does not encode; the image room turns the raster into a file.
"""

import io

from PIL import Image, ImageDraw, ImageFont

from fahndung.errors import NotPublishable
from fahndung.model.raster import Raster
from fahndung.model.sheet import Sheet
from fahndung.posters import bidi, fonts, palette, refusals, strings, words
from fahndung.posters.marks import Weight
from fahndung.posters.setting import Misfit, Setter
from fahndung.resources import font_bytes

WIDTH = 1200
HEIGHT = 630

_LEFT = 72
_INNER = WIDTH - 2 * _LEFT
_ROLE_TOP = 118
_ROLE_BOTTOM = 352
_FOOT_TOP = HEIGHT - 150
_ROLE = tuple((size, 1) for size in range(128, 79, -4)) + tuple((size, 2) for size in range(92, 51, -4))
"""Sizes of the role word in px with the most lines, best first."""


def neutral(sheet: Sheet) -> Raster:
    """The card: role, witness marker, authority and address; the same sheet gives the same pixels.

    Raises:
        NotPublishable: a string cannot be drawn or does not fit; the message names its field.
    """
    sheet = strings.checked(sheet)
    if bidi.right_to_left(sheet.lang):
        raise refusals.refused(
            "languages",
            f"share cards are not drawn in {sheet.lang}, which runs from right to left.",
            f"Vorschaukarten gibt es nicht auf {sheet.lang}: Die Schrift läuft von rechts nach links.",
        )
    color = palette.band(sheet.category)
    image = Image.new("RGB", (WIDTH, HEIGHT), color)
    card = _Card(image, Setter(language=sheet.lang, hyphenate=False))
    card.line(84, sheet.authority, Weight.BOLD, (30, 26, 22), "authority", palette.WHITE)
    card.role(sheet)
    card.line(404, words.word(sheet.lang, "card-line"), Weight.BOLD, (38,), "band", palette.WHITE)
    card.line(446, words.word(sheet.lang, "card-why"), Weight.REGULAR, (28,), "band", palette.WHITE)
    card.ground((0, _FOOT_TOP, WIDTH, HEIGHT), palette.WHITE)
    card.line(_FOOT_TOP + 68, words.word(sheet.lang, "card-open"), Weight.BOLD, (44,), "page_url", color)
    address = sheet.page_url.removeprefix("https://")
    card.line(_FOOT_TOP + 114, address, Weight.REGULAR, (30, 26, 22, 19), "page_url", palette.INK)
    return Raster(width=WIDTH, height=HEIGHT, rgb=image.tobytes())


class _Card:
    """One card being drawn."""

    def __init__(self, image: Image.Image, setter: Setter) -> None:
        self._draw = ImageDraw.Draw(image)
        self._setter = setter

    def ground(self, box: tuple[float, float, float, float], color: str) -> None:
        """A filled rectangle: left, top, right, bottom."""
        self._draw.rectangle(box, fill=color)

    def line(
        self, y: float, text: str, weight: Weight, sizes: tuple[int, ...], attribute: str, color: str, x: float = _LEFT
    ) -> None:
        """One line on the baseline ``y`` in the first of ``sizes`` (px) at which it holds."""
        for size in sizes:
            if self._setter.width(text, weight, size) <= _INNER:
                self._draw.text((x, y), text, fill=color, font=_font(weight, size), anchor="ls")
                return
        raise _refusal(attribute, self._setter.width(text, weight, sizes[-1]), _INNER)

    def role(self, sheet: Sheet) -> None:
        """The role word, as large as it can be, with the witness marker under it, in the middle of their room."""
        room = _ROLE_BOTTOM - _ROLE_TOP
        marker_size = 0 if sheet.marker is None else self._marker_size(sheet.marker)
        below = 34 + marker_size * 1.6 if marker_size else 0.0
        for size, most in _ROLE:
            try:
                lines = self._setter.balanced(sheet.band, weight=Weight.BOLD, size=size, width=_INNER, field="")
            except Misfit:
                continue
            tall = size * (fonts.CAP_HEIGHT + fonts.DESCENT + 1.1 * (len(lines) - 1))
            if len(lines) <= most and tall + below <= room:
                break
        else:
            raise _refusal("band", self._setter.width(sheet.band, Weight.BOLD, _ROLE[-1][0]), 2 * _INNER)
        y = _ROLE_TOP + (room - tall - below) / 2 + size * fonts.CAP_HEIGHT
        for i, line in enumerate(lines):
            at = (_LEFT - size * 0.035, y + i * size * 1.1)
            self._draw.text(at, line, fill=palette.WHITE, font=_font(Weight.BOLD, size), anchor="ls")
        if sheet.marker is not None:
            bottom = y + (len(lines) - 1) * size * 1.1 + size * fonts.DESCENT
            self._marker(sheet.marker, marker_size, bottom + 14)

    def _marker_size(self, text: str) -> int:
        for size in (48, 44, 40, 36, 32, 28):
            if self._setter.width(text, Weight.BOLD, size) <= _INNER - 48:
                return size
        raise _refusal("marker", self._setter.width(text, Weight.BOLD, 28), _INNER - 48)

    def _marker(self, text: str, size: int, top: float) -> None:
        width = self._setter.width(text, Weight.BOLD, size)
        self.ground((_LEFT, top, _LEFT + width + 48, top + size * 1.6), palette.SIGNAL)
        baseline = top + size * (1.6 + fonts.CAP_HEIGHT) / 2
        self.line(baseline, text, Weight.BOLD, (size,), "marker", palette.INK, x=_LEFT + 24)


def _refusal(attribute: str, needed: float, available: float) -> NotPublishable:
    return refusals.refused(
        strings.field_of(attribute),
        f"it needs {needed:.0f} px on the share card, {available:.0f} px are there. Write it shorter.",
        f"Auf der Vorschaukarte braucht es {needed:.0f} px, vorhanden sind {available:.0f} px. Bitte kürzer fassen.",
    )


def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    # basic layout: the same pixels whether or not a shaping library is installed
    return ImageFont.truetype(io.BytesIO(font_bytes(weight.value)), size, layout_engine=ImageFont.Layout.BASIC)
