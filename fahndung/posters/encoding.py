"""QR codes of web addresses: one segment of bytes, versions 1 to 7, error correction M or Q. Reads no code.

As fast as drawing needs it: places and patterns of a version are computed once, and a whole code is one number, on
which the eight masks are weighed with a few operations each. Its bits are the modules in reading order, with ``_GAP``
light ones behind each row. What reads a poster back (``decoding``) uses another encoder.
Source: ISO/IEC 18004:2015, sections 7.4 to 7.10; capacities and blocks of table 9.
"""

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
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
_GAP = 4
"""Light modules that part rows: so many must stand beside what looks like a finder, and the edge counts as light."""
_DIGITS = bytes.maketrans(b"01", b"\0\1")

Matrix = tuple[bytes, ...]
"""Rows of 0 and 1, without a quiet zone."""


class _Frame(NamedTuple):
    """What a version has in common.

    Attributes:
        dealt: the modules of a code, from the digits of its data with a 0 and a 1 behind them.
        turned: the same with rows and columns exchanged.
        masks: the eight masks, each as it is and exchanged.
        beside, below: the modules with one to the left of them; those with one above.
    """

    dealt: Callable[[str], tuple[str, ...]]
    turned: Callable[[str], tuple[str, ...]]
    masks: tuple[tuple[int, int], ...]
    beside: int
    below: int


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
    digits = f"{int.from_bytes(_codewords(data, version, level), 'big'):0{8 * _length(version)}b}{'0' * 7}01"
    upright, turned = (int("".join(dealt(digits)), 2) for dealt in (frame.dealt, frame.turned))
    weighed = (
        (_penalty(upright ^ mask, turned ^ other, frame, size), number, upright ^ mask)
        for number, (mask, other) in enumerate(frame.masks)
    )
    _, mask, best = min(weighed)
    best |= _format(_coded(_LEVEL_BITS[level] << 3 | mask, _FORMAT), size)
    if version >= _FROM_VERSION_7:
        best |= _version(_coded(version, _VERSION), size)
    stride = size + _GAP
    modules = f"{best:0{size * stride}b}".encode().translate(_DIGITS)
    return tuple(modules[row : row + size] for row in range(0, size * stride, stride))


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
    places: list[tuple[int, int]] = []
    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for i in range(size - 1, -1, -1) if upwards else range(size):
            places += [(i, j) for j in (right, right - 1) if (i, j) not in fixed]
        upwards = not upwards
    light, dark = -2, -1  # the last two digits
    sources = {place: number for number, place in enumerate(places)}
    sources |= {place: dark if module else light for place, module in fixed.items()}
    cells = [(i, j) for i in range(size) for j in range(size + _GAP)]
    masks = [{place for place in places if pattern(*place)} for pattern in MASKS]
    return _Frame(
        dealt=operator.itemgetter(*(sources.get((i, j), light) for i, j in cells)),
        turned=operator.itemgetter(*(sources.get((j, i), light) for i, j in cells)),
        masks=tuple((_number(mask, size), _number({(j, i) for i, j in mask}, size)) for mask in masks),
        beside=_number((place for place in sources if place[1]), size),
        below=_number((place for place in sources if place[0]), size),
    )


def _number(places: Iterable[tuple[int, int]], size: int) -> int:
    """The code in which only these modules are dark."""
    return sum(1 << (size - i) * (size + _GAP) - 1 - j for i, j in places)


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


def _format(bits: int, size: int) -> int:
    """The fifteen bits of the format at both their places, and the dark module. Source: figure 25."""
    first = [(8, j) for j in (0, 1, 2, 3, 4, 5, 7, 8)] + [(i, 8) for i in (7, 5, 4, 3, 2, 1, 0)]
    second = [(size - 1 - k, 8) for k in range(7)] + [(8, size - 8 + k) for k in range(8)]
    told = [k for k in range(15) if bits >> 14 - k & 1]
    return _number({*(first[k] for k in told), *(second[k] for k in told), (size - 8, 8)}, size)


def _version(bits: int, size: int) -> int:
    """The eighteen bits of the version at both their places. Source: figure 26."""
    told = [(k // 3, size - 11 + k % 3) for k in range(18) if bits >> k & 1]
    return _number({*told, *((j, i) for i, j in told)}, size)


def _penalty(upright: int, turned: int, frame: _Frame, size: int) -> int:
    """The standard's penalty of a masked code before format and version are told. Source: 7.8.3.1, table 11."""
    above = ~(upright ^ upright >> size + _GAP) & frame.below
    blocks = above & above >> 1 & _equal(upright, frame)
    score = 3 * blocks.bit_count() + sum(_runs(_equal(code, frame)) + 40 * _finders(code) for code in (upright, turned))
    return score + 10 * int(abs(upright.bit_count() / size**2 * 100 - 50) / 5)


def _equal(code: int, frame: _Frame) -> int:
    """The modules that are like the one to the left of them."""
    return ~(code ^ code >> 1) & frame.beside


def _runs(equal: int) -> int:
    """The penalty of rows of five and more like modules: three, and one for each more."""
    runs = equal & equal >> 1 & equal >> 2 & equal >> 3  # a run of n modules leaves n - 4 bits here
    return runs.bit_count() + 2 * (runs & ~(runs << 1)).bit_count()


def _finders(code: int) -> int:
    """How often something looks like a finder (1011101) beside four light modules. What overlaps counts once."""
    alike = code & ~(code >> 1) & code >> 2 & code >> 3 & code >> 4 & ~(code >> 5) & code >> 6
    before = code >> 7 | code >> 8 | code >> 9 | code >> 10
    behind = code << 1 | code << 2 | code << 3 | code << 4
    found = alike & ~(before & behind)
    return (found & ~(found >> 4 | found >> 6)).bit_count()
