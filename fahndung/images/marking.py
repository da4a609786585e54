"""The band below a picture that says whom it shows, for instance that a witness is no suspect (R14).

Adds canvas and covers nothing. Words come from the caller.
"""

import functools
import io
from typing import TYPE_CHECKING

from PIL import Image

from fahndung import resources

if TYPE_CHECKING:
    from PIL import ImageFont

_SMALLEST, _LARGEST = 11, 96
_GROUND, _INK = (0, 0, 0), (255, 255, 255)


@functools.cache
def _font(size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont  # here and below: most pictures have no band

    # Basic layout: the same glyph positions whether or not a shaping library is installed.
    return ImageFont.truetype(io.BytesIO(resources.font_bytes("bold")), size, layout_engine=ImageFont.Layout.BASIC)


def band(text: str, width: int) -> Image.Image:
    """A black band with ``text`` in white, ``width`` px wide, or wider where the longest word needs it."""
    from PIL import ImageDraw

    words = text.split()
    size = max(_SMALLEST, min(_LARGEST, width // 22))
    while size > _SMALLEST and max(map(_font(size).getlength, words), default=0) > width - size:
        size -= 1
    font = _font(size)
    width = max(width, round(max(map(font.getlength, words), default=0)) + size)
    lines = _wrapped(words, font, width - size)
    step = round(size * 1.3)
    strip = Image.new("RGB", (width, step * len(lines) + size // 2), _GROUND)
    pen = ImageDraw.Draw(strip)
    for number, line in enumerate(lines):
        middle = size // 4 + step * number + step // 2
        pen.text((width // 2, middle), line, font=font, fill=_INK, anchor="mm")
    return strip


def _wrapped(words: list[str], font: "ImageFont.FreeTypeFont", width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
