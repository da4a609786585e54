"""A typeface as the PDF engine knows it, read in a third of its time: whole tables at once, not number by number.

Source: OpenType specification 1.9.1, tables cmap (format 4), head, hhea, hmtx and loca.
"""

import functools
import struct

from reportlab.pdfbase.ttfonts import TTFError, TTFontFace

_UNICODE = (3, 1)
"""Platform and encoding of the characters that a poster can have."""
_SEGMENTS = 4
"""The format of a table that tells them in segments."""


class Typeface(TTFontFace):
    """The engine's typeface with the same values in all its tables."""

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: N802, N803 - the engine's names
        """Read the file: what the engine reads without characters, and these."""
        super().extractInfo(charInfo=0)
        self.charToGlyph = self._glyphs()
        self.hmetrics = self._metrics()
        scaled = self._pdfScale  # type: ignore[attr-defined]  # not in the stubs
        advances = [scaled(advance) for advance, _ in self.hmetrics]
        self.defaultWidth = advances[0]
        self.charToGlyph[0xA0] = self.charToGlyph[0x20]
        self.charWidths = {char: advances[glyph] for char, glyph in self.charToGlyph.items()}
        self.glyphPos = self._places()

    def _table(self, tag: str) -> bytes:
        return bytes(self.get_table(tag))  # type: ignore[no-untyped-call]  # not in the stubs

    @functools.cached_property
    def glyphToChar(self) -> dict[int, list[int]]:  # noqa: N802 - the engine's name
        """The characters of each glyph, which the engine asks for only to shape, and we never let it."""
        made: dict[int, list[int]] = {}
        for char, glyph in self._glyphs().items():
            made.setdefault(glyph, []).append(char)
        return made

    def _glyphs(self) -> dict[int, int]:
        """The glyph of each character.

        Raises:
            TTFError: the typeface does not tell it in segments.
        """
        table = self._table("cmap")
        (count,) = struct.unpack_from(">H", table, 2)
        kinds = (struct.unpack_from(">HHL", table, 4 + 8 * number) for number in range(count))
        starts = [start for platform, encoding, start in kinds if (platform, encoding) == _UNICODE]
        if not starts or struct.unpack_from(">H", table, starts[0])[0] != _SEGMENTS:
            raise TTFError(f"{self.name}: no table of characters in segments")
        (length,) = struct.unpack_from(">H", table, starts[0] + 2)
        words = struct.unpack_from(f">{length // 2}H", table, starts[0])
        parts = words[3] // 2
        made: dict[int, int] = {}
        for number in range(7, 7 + parts):
            last, first, step, away = words[number], *(words[number + 1 + parts * place] for place in (1, 2, 3))
            chars = range(first, last + 1)
            if away:
                there = number + 1 + parts * 3 + away // 2
                glyphs = words[there : there + len(chars)]
                made.update(zip(chars, [glyph and glyph + step & 0xFFFF for glyph in glyphs], strict=True))
            else:
                made.update((char, char + step & 0xFFFF) for char in chars)
        return made

    def _metrics(self) -> list[tuple[int, int]]:
        """How far each glyph advances and where it begins; the last ones advance as the one before them."""
        (count,) = struct.unpack_from(">H", self._table("hhea"), 34)
        words = struct.unpack(f">{count + self.numGlyphs}H", self._table("hmtx")[: 2 * (count + self.numGlyphs)])
        told = list(zip(words[: 2 * count : 2], words[1 : 2 * count : 2], strict=True))
        return told + [(told[-1][0], begins) for begins in words[2 * count :]]

    def _places(self) -> list[int]:
        """Where each glyph's outline begins; and the end of the last one."""
        (is_long,) = struct.unpack_from(">H", self._table("head"), 50)
        table, count = self._table("loca"), self.numGlyphs + 1
        if is_long:
            return list(struct.unpack_from(f">{count}L", table))
        return [place * 2 for place in struct.unpack_from(f">{count}H", table)]
