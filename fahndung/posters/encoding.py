"""QR codes of web addresses: one segment of bytes, versions 1 to 7, error correction M or Q. Reads no code.

As fast as drawing needs it: places and patterns of a version are computed once, and the eight masks are weighed on
whole rows, each a number whose lowest bits are one row's modules. What reads a poster back (``decoding``) uses another
encoder.
Source: ISO/IEC 18004:2015, sections 7.4 to 7.10; capacities and blocks of table 9.
"""

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_BLOCKS = {
    "m": ((10, (16,)), (16, (28,)), (26, (44,)), (18, (32, 32)), (24, (43, 43)), (16, (27,) * 4), (18, (31,) * 4)),
    "q": (
        (13, (13,)),
        (22, (22,)),
        (18, (17, 17)),
        (26, (24, 24)),
        (18, (15, 15, 16, 16)),
        (24, (19,) * 4),
        (18, (14, 14, 15, 15, 15, 15)),
    ),
}
"""By level and version: codewords of correction in each block, and the blocks' codewords of data."""
MOST_VERSION = len(_BLOCKS["m"])
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, j: i % 2 == 0,
    lambda i, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
)
"""Which modules a mask turns, by row and column. Source: table 10."""
_LEVEL_BITS = {"m": 0b00, "q": 0b11}
_PADDING = b"\xec\x11"
_FORMAT = (0x537, 10, 0x5412)
_VERSION = (0x1F25, 12, 0)
"""Generator, its degree and the mask of the codes that tell format and version."""
_FROM_VERSION_7 = 7

Matrix = tuple[bytes, ...]
"""Rows of 0 and 1, without a quiet zone."""


class _Frame(NamedTuple):
    """What a version has in common: rows without data, where its bits go, and the eight masks, as rows of numbers."""

    rows: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    masks: tuple[tuple[int, ...], ...]


def matrix(text: str, level: str) -> Matrix | None:
    """The smallest code of an ASCII text, with the mask that the standard prefers; None: version 7 does not hold it."""
    data = text.encode("ascii")
    for version, (_, blocks) in enumerate(_BLOCKS[level], 1):
        if len(data) + 2 <= sum(blocks):  # four bits of mode, eight of length, four to end or fill up
            return _drawn(data, version, level)
    return None


def _drawn(data: bytes, version: int, level: str) -> Matrix:
    size = 17 + 4 * version
    frame = _frame(version)
    rows = list(frame.rows)
    number = int.from_bytes(_codewords(data, version, level), "big")
    for at, (i, shift) in enumerate(frame.places, 1 - 8 * _length(version)):
        if at <= 0 and number >> -at & 1:
            rows[i] |= 1 << shift
    weighed = []
    for mask, pattern in enumerate(frame.masks):
        masked = [row ^ turned for row, turned in zip(rows, pattern, strict=True)]
        weighed.append((_penalty(masked, size), mask, masked))
    _, mask, best = min(weighed)
    _tell(best, _coded(_LEVEL_BITS[level] << 3 | mask, _FORMAT), size)
    if version >= _FROM_VERSION_7:
        _tell_version(best, _coded(version, _VERSION), size)
    return tuple(bytes(map(int, f"{row:0{size}b}")) for row in best)


def _length(version: int) -> int:
    """Codewords of a version."""
    extra, blocks = _BLOCKS["m"][version - 1]
    return sum(blocks) + extra * len(blocks)


def _codewords(data: bytes, version: int, level: str) -> bytes:
    """Data and correction of all blocks, interleaved."""
    extra, sizes = _BLOCKS[level][version - 1]
    whole = sum(sizes)
    bits = (0b0100 << 8 | len(data)) << 8 * len(data) | int.from_bytes(data, "big")
    said = (bits << 4).to_bytes(len(data) + 2, "big")
    # the end (four bits) fills the last codeword; one more that is empty is what segno adds, and it reads posters back
    said = (said + b"\0" + _PADDING * whole)[:whole]
    blocks, at = [], 0
    for length in sizes:
        blocks.append(said[at : at + length])
        at += length
    corrections = [_correction(block, extra) for block in blocks]
    return bytes((*_interleaved(blocks), *_interleaved(corrections)))


def _interleaved(blocks: Sequence[bytes]) -> Iterator[int]:
    for at in range(max(map(len, blocks))):
        yield from (block[at] for block in blocks if at < len(block))


def _correction(block: bytes, count: int) -> bytes:
    """Reed and Solomon's remainder. Each step adds one row of a table: the generator times the leading codeword."""
    table = _products(count)
    rest = 0
    keep = (1 << 8 * count) - 1
    top = 8 * (count - 1)
    for word in block:
        lead = word ^ rest >> top
        rest = (rest << 8 & keep) ^ table[lead]
    return rest.to_bytes(count, "big")


@functools.cache
def _products(count: int) -> tuple[int, ...]:
    """The generator polynomial of that degree (without its leading 1) times each of 0 to 255, as numbers."""
    powers, logs = _field()
    generator = [1]
    for i in range(count):
        shifted = [*generator, 0]
        for k, value in enumerate(generator):
            shifted[k + 1] ^= powers[logs[value] + i] if value else 0
        generator = shifted
    made = [0]
    for factor in range(1, 256):
        made.append(int.from_bytes(bytes(powers[logs[value] + logs[factor]] for value in generator[1:]), "big"))
    return tuple(made)


@functools.cache
def _field() -> tuple[tuple[int, ...], dict[int, int]]:
    """Powers of 2 in the field of 256 elements (twice over), and their exponents."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return tuple(powers * 2), {value: exponent for exponent, value in enumerate(powers)}


def _coded(value: int, code: tuple[int, int, int]) -> int:
    """A value with the remainder that corrects it."""
    generator, degree, mask = code
    rest = value << degree
    while rest.bit_length() > degree:
        rest ^= generator << rest.bit_length() - degree - 1
    return (value << degree | rest) ^ mask


@functools.cache
def _frame(version: int) -> _Frame:
    size = 17 + 4 * version
    fixed = _functions(version)
    places = []
    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for i in range(size - 1, -1, -1) if upwards else range(size):
            places += [(i, size - 1 - j) for j in (right, right - 1) if (i, j) not in fixed]
        upwards = not upwards
    masks = []
    for pattern in MASKS:
        turned = (
            sum(int(pattern(i, j) and (i, j) not in fixed) << size - 1 - j for j in range(size)) for i in range(size)
        )
        masks.append(tuple(turned))
    rows = tuple(sum(fixed.get((i, j), 0) << size - 1 - j for j in range(size)) for i in range(size))
    return _Frame(rows, tuple(places), tuple(masks))


def _functions(version: int) -> dict[tuple[int, int], int]:
    """Where no data goes, and what stands there: 0 where format and version come later."""
    size = 17 + 4 * version
    fixed: dict[tuple[int, int], int] = {}
    for k in range(size):
        fixed[6, k] = fixed[k, 6] = 1 - k % 2
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        down, along = (range(max(at - 1, 0), min(at + 8, size)) for at in (top, left))
        for i, j in itertools.product(down, along):
            fixed[i, j] = int(max(abs(i - top - 3), abs(j - left - 3)) in (0, 1, 3))
    for a, b in _alignments(version):
        for i, j in itertools.product(range(a - 2, a + 3), range(b - 2, b + 3)):
            fixed[i, j] = int(max(abs(i - a), abs(j - b)) != 1)
    for k in (*range(9), *range(size - 8, size)):
        fixed.setdefault((8, k), 0)
        fixed.setdefault((k, 8), 0)
    fixed[size - 8, 8] = 0  # the module that is always dark, told with the format
    if version >= _FROM_VERSION_7:
        for k in range(18):
            fixed[k // 3, size - 11 + k % 3] = fixed[size - 11 + k % 3, k // 3] = 0
    return fixed


def _alignments(version: int) -> set[tuple[int, int]]:
    """The middles of the small squares. Source: table E.1."""
    size = 17 + 4 * version
    centres = {1: (), _FROM_VERSION_7: (6, size // 2, size - 7)}.get(version, (6, size - 7))
    return {*itertools.product(centres, centres)} - {(6, 6), (6, size - 7), (size - 7, 6)}


def _tell(rows: list[int], bits: int, size: int) -> None:
    """Write the fifteen bits of the format at both their places, and the dark module. Source: figure 25."""
    first = [(8, j) for j in (0, 1, 2, 3, 4, 5, 7, 8)] + [(i, 8) for i in (7, 5, 4, 3, 2, 1, 0)]
    second = [(size - 1 - k, 8) for k in range(7)] + [(8, size - 8 + k) for k in range(8)]
    for k, ((a, b), (c, d)) in enumerate(zip(first, second, strict=True)):
        if bits >> 14 - k & 1:
            rows[a] |= 1 << size - 1 - b
            rows[c] |= 1 << size - 1 - d
    rows[size - 8] |= 1 << size - 1 - 8


def _tell_version(rows: list[int], bits: int, size: int) -> None:
    for k in range(18):
        if bits >> k & 1:
            i, j = k // 3, size - 11 + k % 3
            rows[i] |= 1 << size - 1 - j
            rows[j] |= 1 << size - 1 - i


def _penalty(rows: Sequence[int], size: int) -> int:
    """The standard's penalty of a masked code before format and version are told. Source: 7.8.3.1, table 11."""
    columns = [int("".join(column), 2) for column in zip(*(f"{row:0{size}b}" for row in rows), strict=True)]
    full = (1 << size) - 1
    score = 0
    for lines in (rows, columns):
        for line in lines:
            score += _line_penalty(line, size, full)
    inner = full >> 1
    for upper, lower in itertools.pairwise(rows):
        same = ~(upper ^ lower) & full  # equal above and below
        beside = ~(upper ^ upper >> 1) & inner  # equal to the left one
        score += 3 * (same & same >> 1 & beside).bit_count()
    dark = sum(row.bit_count() for row in rows)
    return score + 10 * int(abs(dark / size**2 * 100 - 50) / 5)


@functools.lru_cache(maxsize=4096)
def _line_penalty(line: int, size: int, full: int) -> int:
    """Of one row or column: runs of five and more, and what looks like a finder beside four light modules."""
    score = 0
    equal = ~(line ^ line >> 1) & full >> 1
    runs = equal & equal >> 1 & equal >> 2 & equal >> 3  # a run of n modules leaves n - 4 bits here
    if runs:
        starts = runs & ~(runs << 1)
        score += runs.bit_count() + 2 * starts.bit_count()
    text = f"{line:0{size}b}"
    at = text.find("1011101")
    while at >= 0:
        after = at + 7
        before, behind = text[max(at - 4, 0) : at], text[after : after + 4]
        if at in (0, size - 7) or "1" not in before or "1" not in behind:
            score += 40
        else:
            after = at + 4
        at = text.find("1011101", after)
    return score
