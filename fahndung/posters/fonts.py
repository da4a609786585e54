"""The typeface of posters: loaded from memory, measured, and asked whether it can show a text at all.

A text that it cannot show exactly is refused, never drawn with holes. Arabic letters are shown on sheets whose language
is written with them, by :mod:`~fahndung.posters.shaping`; other scripts that need joined or reordered letters (Hebrew,
Devanagari, Thai …) are refused, and so is an Arabic name on a sheet in another language.
"""

import functools
import io
import re
import unicodedata
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfbase.ttfonts import TTFont

from fahndung.errors import Message
from fahndung.model.sheet import SWITCH
from fahndung.posters import bidi, engine, shaping
from fahndung.posters.marks import Weight
from fahndung.posters.typeface import Typeface
from fahndung.resources import font_bytes

CAP_HEIGHT = 0.689
DESCENT = 0.265
"""Heights of FiraGO in em."""
ARABIC_RISE = 0.93
ARABIC_FALL = 0.58
ARABIC_LEADING = 1.4
"""How far Arabic letters reach above and below the baseline (below also with a mark), and how far apart lines of them
stand at least so that they do not touch, in em. Measured on all letters of Arabic and Persian and their pairs."""

SOFT_HYPHEN = shaping.SOFT_HYPHEN
_UNDRAWN = frozenset({SOFT_HYPHEN, SWITCH})
_NAMES = {Weight.REGULAR: "FiraGO", Weight.BOLD: "FiraGO-Bold"}
_SPACES = str.maketrans({"\u202f": "\u00a0", "\t": " ", "\n": " ", "\r": " "})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ARABIC = "\u0620-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f"
_MARKS = "\u064b-\u0655\u0670"
_SIGNS = "\u060c\u061b\u061f\u0640\u0660-\u066d\u06d4\u06f0-\u06f9"
_FITTING = f"[{_ARABIC}{_SIGNS}]|(?<=[{_ARABIC}{_MARKS}])(?:[{_MARKS}]|{bidi.ZWNJ}(?=[{_ARABIC}]))"
"""Arabic letters and signs; marks and the joiner that keeps letters apart only where they belong to a letter. A pattern
that only a sheet in Arabic or Persian compiles."""
_GLYPHS = 0xF0000
"""Codes from here on stand for glyphs in a context; no text has them, because private characters are refused."""


class _Face(TTFont):
    """A cut whose glyphs can also be drawn by number, each with the characters that it shows."""

    def __init__(self, name: str, file: io.BytesIO) -> None:
        with engine.changed((ttfonts, "TTFontFace", Typeface)):
            # whatever a machine says: widths are asked for before drawing
            super().__init__(name, file, asciiReadable=1)
        self._codes: dict[tuple[int, str], int] = {}

    def code(self, glyph: int, text: str) -> str:
        """The private character that draws the glyph and is copied and searched as that text."""
        code = self._codes.setdefault((glyph, text), _GLYPHS + len(self._codes))
        self.face.charToGlyph[code] = glyph
        self.face.charWidths[code] = self.face.hmetrics[glyph][0] * 1000 / self.face.unitsPerEm
        return chr(code)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - the engine's name
        subsets = self.state[doc].subsets
        names = [self.getSubsetInternalName(number, doc)[1:] for number in range(len(subsets))]
        super().addObjects(doc)
        shown = {code: text for (_, text), code in self._codes.items()}
        for name, subset in zip(names, subsets, strict=True):
            stream = doc.idToObject[doc.idToObject["BasicFonts"].dict[name].ToUnicode.name]
            for place, code in enumerate(subset):
                if code in shown:
                    units = shown[code].encode("utf-16-be").hex().upper()
                    stream.content = stream.content.replace(f"<{place:02X}> <{code:04X}>", f"<{place:02X}> <{units}>")


@functools.cache
def font(weight: Weight) -> _Face:
    """The cut, registered with the PDF engine under its :func:`name`."""
    made = _Face(_NAMES[weight], io.BytesIO(font_bytes(weight.value)))
    pdfmetrics.registerFont(made)
    return made


def name(weight: Weight) -> str:
    """The name under which the PDF engine knows the cut."""
    font(weight)
    return _NAMES[weight]


def em_width(text: str, weight: Weight) -> float:
    """Width of one line in em; soft hyphens and what parts two languages do not count because they are not drawn."""
    if bidi.is_directed(text):
        return shaping.shaped(text, weight).width
    return float(sum(map(_advances(weight).__getitem__, text))) / 1000


class _Advances(dict[str, float]):
    """Widths of single characters in 1/1000 em, asked of the cut once each."""

    def __init__(self, weight: Weight) -> None:
        super().__init__(dict.fromkeys(_UNDRAWN, 0.0))
        self._face = font(weight).face

    def __missing__(self, char: str) -> float:
        width: float = self._face.charWidths.get(ord(char), self._face.defaultWidth)
        self[char] = width
        return width


@functools.cache
def _advances(weight: Weight) -> _Advances:
    return _Advances(weight)


def settled(untrusted_text: str) -> str:
    """The text as it is drawn: composed (NFC), white space single, narrow no-break spaces made ordinary ones."""
    composed = unicodedata.normalize("NFC", untrusted_text).translate(_SPACES)
    return " ".join(part for part in composed.split(" ") if part)


def flaws(text: str, language: str = "de") -> tuple[Message, ...]:
    """Why the settled text cannot be drawn as it stands on a sheet in that language; empty if it can."""
    found: dict[str, list[str]] = {}
    leftwards = bidi.right_to_left(language)
    for char in dict.fromkeys(re.sub(_FITTING, "", text) if leftwards else text):
        if (why := _flaw(char)) is not None:
            why = "script" if leftwards and why == "direction" else why  # such a sheet has the letters that it can join
            found.setdefault(why, []).append(f"U+{ord(char):04X}")
    met = [
        Message(f"{_WHY[why].en} ({', '.join(codes)})", f"{_WHY[why].de} ({', '.join(codes)})")
        for why, codes in found.items()
    ]
    if leftwards and bidi.is_directed(text):
        if shaping.installed() is None:
            met.append(_WHY["shaper"])
        elif not met and not shaping.has_all(text):
            met.append(_WHY["glyph"])
    return tuple(met)


_WHY = {
    "control": Message("invisible control or direction characters", "unsichtbare Steuer- oder Richtungszeichen"),
    "direction": Message(
        "letters that run from right to left, which only a sheet in Arabic or Persian can show",
        "von rechts nach links laufende Buchstaben, die nur ein Blatt auf Arabisch oder Persisch zeigen kann",
    ),
    "forms": Message(
        "Arabic letters in fixed forms; write the plain letters",
        "arabische Buchstaben in festen Formen; bitte die einfachen Buchstaben schreiben",
    ),
    "shaper": Message(
        "Arabic letters are joined by a program that is not installed: pip install 'fahndung[rtl]'",
        "arabische Buchstaben verbindet ein Programm, das nicht installiert ist: pip install 'fahndung[rtl]'",
    ),
    "script": Message(
        "letters of a script that no sheet can show", "Buchstaben einer Schrift, die kein Blatt zeigen kann"
    ),
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
    if 0xFB50 <= ord(char) <= 0xFEFF and "ARABIC" in unicodedata.name(char, ""):
        return "forms"
    if unicodedata.bidirectional(char) in _RIGHT_TO_LEFT:
        return "direction"
    if 0x0590 <= ord(char) < 0x10A0 or 0x1100 <= ord(char) < 0x1D00:
        return "script"
    if category.startswith("M"):
        return "mark"
    if category == "Co" or any(ord(char) not in font(weight).face.charToGlyph for weight in Weight):
        return "glyph"
    return None
