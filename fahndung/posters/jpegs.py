"""A last look at a JPEG before it goes into a poster: picture data and nothing else.

Decodes no pixels, repairs nothing. Bytes that a decoder would skip between the last block of a scan and the next marker
are not seen here, for they look like more of the picture: a photo is always a rendition, encoded from pixels by this
program, which writes none.
"""

import re

from fahndung.errors import UnsafeImage
from fahndung.posters.marks import Photo

_QUIET = frozenset({0xDB, 0xC4, 0xDD})
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_JFIF = b"JFIF\x00"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def check(photo: Photo) -> None:
    """Pass if the bytes hold only what decoding needs, with the photo's own width and height.

    Raises:
        UnsafeImage: another segment (EXIF, XMP, comment, profile, thumbnail …), bytes after the end, other
            dimensions, or no JPEG at all.
    """
    try:
        size = _walk(photo.jpeg)
    except (IndexError, ValueError) as broken:
        raise _unsafe(photo, str(broken) or "cut off") from broken
    if size != (photo.width, photo.height):
        raise _unsafe(photo, f"{size[0]}x{size[1]} px inside, {photo.width}x{photo.height} px announced")


def flaw(jpeg: bytes) -> str | None:
    """What the bytes hold besides a picture; None if nothing."""
    try:
        _walk(jpeg)
    except (IndexError, ValueError) as broken:
        return str(broken) or "cut off"
    return None


def _walk(data: bytes) -> tuple[int, int]:
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    size = (0, 0)
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError(f"no marker at byte {at}")
        marker = data[at + 1]
        if marker == 0xD9:
            break
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise ValueError(f"a broken segment at byte {at}")
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker in _FRAMES:
            size = _frame(body)
        elif marker == 0xDA:
            at = _scan_end(data, at)
        elif marker == 0xE0:
            if at != 2 + 2 + length or not body.startswith(_JFIF) or len(body) != 14:
                raise ValueError("an APP0 segment that is not a plain JFIF header")
        elif marker not in _QUIET:
            raise ValueError(f"a segment FF{marker:02X}")
    if at + 2 != len(data):
        raise ValueError("bytes after the end of the picture")
    return size


def _frame(body: bytes) -> tuple[int, int]:
    if body[0] != 8 or body[5] not in (1, 3):
        raise ValueError("not 8 bit grey or colour")
    return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker after entropy-coded data stands (stuffed bytes and restart markers belong to the data)."""
    if (found := _MARKER.search(data, at)) is None:
        raise ValueError("cut off")
    return found.start()


def _unsafe(photo: Photo, why: str) -> UnsafeImage:
    return UnsafeImage(
        f"images/{photo.id}: the photo for the poster is not a clean JPEG ({why}). Build it anew from the original.",
        f"images/{photo.id}: Das Bild für das Plakat ist kein reines JPEG ({why}). Bitte neu erzeugen.",
    )
