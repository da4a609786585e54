"""Pictures and films inside a foreign picture file: thumbnails, depth maps, the film of a motion photo, attachments.

Cuts them out as they lie there and decodes none. What is cut out is as untrusted as the file. Run it in the child.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fahndung.errors import UnsafeImage
from fahndung.images import areas
from fahndung.images.areas import Area
from fahndung.images.limits import Limits
from fahndung.images.probing import probe

MOST = 64
LARGEST = 128 * 2**20
"""Number and bytes, all together, that are cut out of one file."""

_SMALLEST = 32
_TRIED = 4 * MOST
_PICTURE = 32 * 2**20
_BEGINNINGS = re.compile(
    rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n|RIFF....WEBP|(?<=.{4})ftyp|PK\x03\x04|%PDF-", re.DOTALL
)
_FILM = frozenset(b"ftyp moov mdat free skip wide uuid meta moof mfra sidx styp".split())
_FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class Piece(NamedTuple):
    """One find: where it lay, the ending that fits its kind, its bytes."""

    where: str
    ending: str
    data: bytes


def pieces(found: Iterable[Area], limits: Limits) -> list[Piece]:
    """What lies in the areas, each once, in their order; no more than ``MOST`` and ``LARGEST``."""
    kept: dict[bytes, Piece] = {}
    room = LARGEST
    for area in found:
        for piece in _in(area, limits):
            if piece.data in kept or len(piece.data) < _SMALLEST:
                continue
            room -= len(piece.data)
            if room < 0 or len(kept) == MOST:
                return list(kept.values())
            kept[piece.data] = piece
    return list(kept.values())


def _in(area: Area, limits: Limits) -> Iterator[Piece]:
    if area.where == "XMP":
        for data in areas.xmp_pictures(area.data):
            yield from _searched("XMP", data, limits)
    elif area.where == "JFIF":
        yield from _bare("JFIF", area.data)
    elif area.where == "JFXX" and area.data[:1] == b"\x13":
        yield from _bare("JFXX", area.data[1:])
    else:
        yield from _searched(area.where, area.data, limits)


def _bare(where: str, data: bytes) -> Iterator[Piece]:
    """A thumbnail of plain RGB values behind its two sizes becomes a PPM file, which is nothing else."""
    width, height = data[0], data[1]
    if 0 < 3 * width * height <= len(data) - 2:
        yield Piece(where, "ppm", b"P6 %d %d 255\n" % (width, height) + data[2 : 2 + 3 * width * height])


def _searched(where: str, data: bytes, limits: Limits) -> Iterator[Piece]:
    """What begins like a picture, a film or an archive anywhere in the data."""
    position = 0
    for _ in range(_TRIED):
        found = _BEGINNINGS.search(data, position)
        if found is None:
            return
        start, magic = found.start(), found[0]
        if magic == b"ftyp":
            start -= 4
            ending, size = "mp4", _film(data, start)
        elif magic in {b"PK\x03\x04", b"%PDF-"}:
            ending, size = ("zip" if magic[:2] == b"PK" else "pdf"), len(data) - start
        else:
            ending, size = _picture(data[start : start + _PICTURE], limits)
        if size:
            yield Piece(where, ending, data[start : start + size])
        position = max(found.end(), start + size)


def _picture(data: bytes, limits: Limits) -> tuple[str, int]:
    try:
        seen = probe(data, limits)
    except UnsafeImage:
        return "", 0
    return _FORMATS.get(seen.format, "bin"), seen.end


def _film(data: bytes, start: int) -> int:
    """Bytes of the boxes that follow one another from there on; a box that is no box ends the film."""
    position = start
    for _ in range(areas.STEPS):
        if position + 8 > len(data):
            break
        size, kind = struct.unpack_from(">I4s", data, position)
        if size == 1 and position + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, position + 8)
        size = size or len(data) - position
        if size < 8 or kind not in _FILM:
            break
        position = min(len(data), position + size)
    return position - start
