"""Arabic letters in the forms they take beside each other: lines of text turned into placed glyphs of the typeface.

Needs the extra ``rtl`` (uharfbuzz) and imports it only for a text that runs from right to left. Breaks no lines, draws
nothing.
"""

import dataclasses
import functools
import itertools
from typing import Any

from fahndung.posters import bidi
from fahndung.posters.marks import Weight
from fahndung.resources import font_bytes

SOFT_HYPHEN = "\u00ad"
_UNSHAPED = {"kern": False, "liga": False, "calt": False}
"""What runs from left to right stands as on every other poster, and is as wide in any piece of it."""
_DOTTED_CIRCLE = "\u25cc"
"""What the shaper puts under a mark that has no letter."""


@dataclasses.dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph in its place.

    Attributes:
        id: its number in the typeface.
        x: where its origin stands, in em from the left end of the line. y: how far above the baseline, in em.
        text: the characters that it shows, in logical order.
    """

    id: int
    x: float
    y: float
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A piece of one line with one direction; its glyphs stand from left to right."""

    glyphs: tuple[Glyph, ...]
    leftwards: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Shaped:
    """One line: its runs in logical order, and its width in em."""

    runs: tuple[Run, ...]
    width: float


@functools.cache
def installed() -> str | None:
    """The version of the shaper; None where it is not installed."""
    from importlib import metadata  # slow, and most runs ask for no version

    try:
        return metadata.version("uharfbuzz")
    except metadata.PackageNotFoundError:
        return None


def has_all(text: str) -> bool:
    """Whether each of the typeface's cuts has a glyph for everything in the text, once it is shaped."""
    for weight in Weight:
        circle = _face(weight)[1].get_nominal_glyph(ord(_DOTTED_CIRCLE))
        glyphs = [glyph for run in shaped(text, weight).runs for glyph in run.glyphs]
        if any(glyph.id in (0, circle) for glyph in glyphs):
            return False
    return True


@functools.lru_cache(maxsize=4096)
def shaped(line: str, weight: Weight) -> Shaped:
    """The line as glyphs from left to right."""
    bare = line.replace(SOFT_HYPHEN, "").replace("\u00a0", " ")
    runs: list[Run] = []
    x = 0.0
    for segment in reversed(bidi.segments(bare)):
        glyphs, width = _glyphs(segment, weight, x)
        x += width
        runs.append(Run(glyphs, segment.leftwards))
    return Shaped(tuple(reversed(runs)), x)


def _glyphs(segment: bidi.Segment, weight: Weight, left: float) -> tuple[tuple[Glyph, ...], float]:
    """The segment's glyphs from left to right, the first at ``left`` em, and their width in em."""
    import uharfbuzz

    face, font = _face(weight)
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(segment.text)
    buffer.direction = "rtl" if segment.leftwards else "ltr"
    buffer.script = "Arab" if segment.leftwards else "Latn"
    uharfbuzz.shape(font, buffer, {} if segment.leftwards else _UNSHAPED)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    texts = _texts(segment, [info.cluster for info in infos])
    made: list[Glyph] = []
    em, pen = face.upem, 0
    for info, position, text in zip(infos, positions, texts, strict=True):
        made.append(
            Glyph(
                id=info.codepoint,
                x=left + (pen + position.x_offset) / em,
                y=position.y_offset / em,
                text=text,
            )
        )
        pen += position.x_advance
    return tuple(made), pen / em


def _texts(segment: bidi.Segment, clusters: list[int]) -> list[str]:
    """The characters of each glyph, whose clusters come from left to right.

    Where the shaper has put marks into another order, several glyphs share one cluster; its characters are dealt out to
    them, the letter's glyph first.
    """
    logical = clusters[::-1] if segment.leftwards else clusters
    shares = [(start, len(list(same))) for start, same in itertools.groupby(logical)]
    ends = [start for start, _ in shares[1:]] + [len(segment.text)]
    texts: list[str] = []
    for (start, share), end in zip(shares, ends, strict=True):
        texts += [segment.text[start + i : start + i + 1] for i in range(share - 1)]
        texts.append(segment.text[start + share - 1 : end])
    return texts[::-1] if segment.leftwards else texts


@functools.cache
def _face(weight: Weight) -> tuple[Any, Any]:
    """The shaper's face and font; the numbers of its glyphs are those of the typeface."""
    import uharfbuzz

    face = uharfbuzz.Face(uharfbuzz.Blob(font_bytes(weight.value)))
    return face, uharfbuzz.Font(face)
