"""What a QR code says, from its modules. Draws nothing; knows only exact codes, because ours are drawn and not seen.

The error correction is not used to mend a code: it is computed anew, and a code that differs in one module counts as
unreadable.

Source: ISO/IEC 18004 (layout, masks, order of the codewords); tables by ``segno.consts``.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import segno
from segno import consts

from fahndung.posters.encoding import MASKS, Matrix

_LEVELS = {0b00: "m", 0b01: "l", 0b10: "h", 0b11: "q"}
_BYTES = 0b0100


def text_of(matrix: Matrix) -> str:
    """The address that an exact QR code holds as one segment of bytes; empty if it is not exactly that.

    Args:
        matrix: rows of 0 and 1 without a quiet zone.
    """
    size = len(matrix)
    version, odd = divmod(size - 17, 4)
    if odd or not 1 <= version <= 40 or any(len(row) != size for row in matrix):
        return ""
    level, mask = _format(matrix)
    codewords = _codewords(matrix, version, mask)
    blocks: Any = consts.ECC[version]  # the stubs say object
    data = _joined(codewords, blocks[consts.ERROR_MAPPING[level.upper()]])
    text = _message(data, version)
    return text if text and _drawn(text, version, level, mask) == matrix else ""


def _format(matrix: Matrix) -> tuple[str, int]:
    """Level of error correction and number of the mask, from the strip at the upper left finder."""
    strip = [*(matrix[8][j] for j in (0, 1, 2, 3, 4, 5, 7, 8)), *(matrix[i][8] for i in (7, 5, 4, 3, 2, 1, 0))]
    value = _number(strip)
    nearest = min(range(len(consts.FORMAT_INFO)), key=lambda index: (consts.FORMAT_INFO[index] ^ value).bit_count())
    return _LEVELS[nearest >> 3], nearest & 0b111


def _codewords(matrix: Matrix, version: int, mask: int) -> list[int]:
    """The codewords in the order in which they stand: two columns at a time, from the right, up and down in turn."""
    size = len(matrix)
    free = _free(version)
    bits = []
    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for i in range(size - 1, -1, -1) if upwards else range(size):
            bits += [matrix[i][j] ^ MASKS[mask](i, j) for j in (right, right - 1) if free[i][j]]
        upwards = not upwards
    return [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]


def _free(version: int) -> list[list[bool]]:
    """Which modules hold data: all but finders, timing, alignment, format and version."""
    size = version * 4 + 17
    centres = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    alignments = [(a, b) for a in centres for b in centres if (a, b) not in corners]

    def is_free(i: int, j: int) -> bool:
        finder = (i < 9 and (j < 9 or j >= size - 8)) or (i >= size - 8 and j < 9)
        told = version >= 7 and ((i < 6 and j >= size - 11) or (j < 6 and i >= size - 11))
        aligned = any(abs(i - a) <= 2 and abs(j - b) <= 2 for a, b in alignments)
        return not (finder or told or aligned or i == 6 or j == 6)

    return [[is_free(i, j) for j in range(size)] for i in range(size)]


def _joined(codewords: Sequence[int], blocks: Sequence[consts.EC]) -> bytes:
    """The data of all blocks, which stand interleaved, one after the other."""
    lengths = [block.num_data for block in blocks for _ in range(block.num_blocks)]
    parts: list[list[int]] = [[] for _ in lengths]
    stream = iter(codewords)
    for at in range(max(lengths)):
        for part, length in zip(parts, lengths, strict=True):
            if at < length:
                part.append(next(stream))
    return bytes(word for part in parts for word in part)


def _message(data: bytes, version: int) -> str:
    """The text of the first segment; empty if that is not one of bytes."""
    bits = _bits(data)
    count_bits = 8 if version < 10 else 16
    if _number([next(bits) for _ in range(4)]) != _BYTES:
        return ""
    count = _number([next(bits) for _ in range(count_bits)])
    if (4 + count_bits + 8 * count) > 8 * len(data):
        return ""
    said = bytes(_number([next(bits) for _ in range(8)]) for _ in range(count))
    return said.decode("ascii", errors="replace")


def _bits(data: bytes) -> Iterator[int]:
    return (word >> shift & 1 for word in data for shift in range(7, -1, -1))


def _number(bits: Sequence[int]) -> int:
    value = 0
    for bit in bits:
        value = value << 1 | bit
    return value


def _drawn(text: str, version: int, level: str, mask: int) -> Matrix:
    try:
        made = segno.make_qr(text, version=version, error=level, mask=mask, boost_error=False, mode="byte")
    except ValueError:  # what was read needs another version: it was no code
        return ()
    return tuple(bytes(row) for row in made.matrix)
