"""The typeface of posters: loaded from memory, measured, and asked whether it can show a text at all.

A text that it cannot show exactly is refused, never drawn with holes. Does not shape: scripts that need joined or
reordered letters (Arabic, Hebrew, Devanagari, Thai …) are refused as well.
"""

import functools
import io
import unicodedata

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from fahndung.errors import Message
from fahndung.posters.marks import Weight
from fahndung.resources import font_bytes

CAP_HEIGHT = 0.689
DESCENT = 0.265
"""Heights of FiraGO in em."""

SOFT_HYPHEN = "\u00ad"
_NAMES = {Weight.REGULAR: "FiraGO", Weight.BOLD: "FiraGO-Bold"}
_SPACES = str.maketrans({"\u202f": "\u00a0", "\t": " ", "\n": " ", "\r": " "})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@functools.cache
def font(weight: Weight) -> TTFont:
    """The cut, registered with the PDF engine under its :func:`name`."""
    made = TTFont(_NAMES[weight], io.BytesIO(font_bytes(weight.value)))
    pdfmetrics.registerFont(made)
    return made


def name(weight: Weight) -> str:
    """The name under which the PDF engine knows the cut."""
    font(weight)
    return _NAMES[weight]


def em_width(text: str, weight: Weight) -> float:
    """Width of one line in em; soft hyphens do not count because they are not drawn."""
    face = font(weight).face
    widths, default = face.charWidths, face.defaultWidth
    return float(sum(widths.get(ord(char), default) for char in text if char != SOFT_HYPHEN)) / 1000


def settled(untrusted_text: str) -> str:
    """The text as it is drawn: composed (NFC), white space single, narrow no-break spaces made ordinary ones."""
    composed = unicodedata.normalize("NFC", untrusted_text).translate(_SPACES)
    return " ".join(part for part in composed.split(" ") if part)


def flaws(text: str) -> tuple[Message, ...]:
    """Why the settled text cannot be drawn as it stands; empty if it can."""
    found: dict[str, list[str]] = {}
    for char in dict.fromkeys(text):
        if (why := _flaw(char)) is not None:
            found.setdefault(why, []).append(f"U+{ord(char):04X}")
    return tuple(
        Message(f"{_WHY[why].en} ({', '.join(codes)})", f"{_WHY[why].de} ({', '.join(codes)})")
        for why, codes in found.items()
    )


_WHY = {
    "control": Message("invisible control or direction characters", "unsichtbare Steuer- oder Richtungszeichen"),
    "direction": Message("letters that run from right to left", "von rechts nach links laufende Buchstaben"),
    "script": Message("letters of a script that must be joined", "Buchstaben einer Schrift, die verbunden werden muss"),
    "mark": Message("combining marks without a composed letter", "lose Akzente ohne zusammengesetzten Buchstaben"),
    "glyph": Message("characters the typeface does not have", "Zeichen, die der Schrift fehlen"),
}


@functools.lru_cache(maxsize=2048)
def _flaw(char: str) -> str | None:
    category = unicodedata.category(char)
    if char == SOFT_HYPHEN:
        return None
    if category in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return "control"
    if unicodedata.bidirectional(char) in _RIGHT_TO_LEFT:
        return "direction"
    if 0x0590 <= ord(char) < 0x10A0 or 0x1100 <= ord(char) < 0x1D00:
        return "script"
    if category.startswith("M"):
        return "mark"
    if any(ord(char) not in font(weight).face.charToGlyph for weight in Weight):
        return "glyph"
    return None
