"""The pages of a TIFF file: how many there are, how large the chosen one is, and whether sub-pictures hang on any.

Follows the chain of image file directories in classic and BigTIFF files of both byte orders; decodes nothing.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

_WIDTH, _HEIGHT, _SUB_IFDS = 256, 257, 330
_CODES = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_TAGS = 65535


class Pages(NamedTuple):
    """Pages of the main chain, sub-pictures that hang on them, width and height of the chosen page in px."""

    pages: int
    below: int
    width: int
    height: int


def read(data: bytes, take: Callable[[], None], frame: int | None = None) -> Pages | None:
    """The pages, with the size of number ``frame`` (from 1; the first if there is none); None: no page has a size.

    Raises:
        struct.error, OverflowError: the first directory lies outside the file.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    (offset,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    sizes: list[tuple[int, int]] = []
    below, seen = 0, set[int]()
    while offset and offset not in seen:
        take()
        seen.add(offset)
        try:
            (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, offset)
            entries = offset + (8 if big else 2)
            tags = _tags(data, order, entries, min(count, _MOST_TAGS), take, big=big)
            (offset,) = struct.unpack_from(order + ("Q" if big else "I"), data, entries + count * (20 if big else 12))
        except (struct.error, OverflowError):
            break
        below += tags.get(_SUB_IFDS, 0)
        sizes.append((tags.get(_WIDTH, -1), tags.get(_HEIGHT, -1)))
    if not sizes:
        return None
    width, height = sizes[min(frame or 1, len(sizes)) - 1]
    return Pages(len(sizes), below, width, height) if width >= 0 and height >= 0 else None


def _tags(data: bytes, order: str, entries: int, count: int, take: Callable[[], None], *, big: bool) -> dict[int, int]:
    """Width and height of one directory, and how many sub-pictures it names."""
    found = {}
    for index in range(count):
        take()
        at = entries + index * (20 if big else 12)
        tag, kind = struct.unpack_from(order + "HH", data, at)
        if tag == _SUB_IFDS:
            (number,) = struct.unpack_from(order + ("Q" if big else "I"), data, at + 4)
            found[tag] = max(1, number)
        elif tag in {_WIDTH, _HEIGHT} and kind in _CODES:
            (found[tag],) = struct.unpack_from(order + _CODES[kind], data, at + (12 if big else 8))
    return found
