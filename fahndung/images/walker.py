"""Checks that a JPEG file holds a picture and nothing else, segment by segment.

An allowlist: what is not known to be harmless is refused by name, whether or not anybody knows what it is. Made for
our own output; real camera files fail it. What a decoder would skip at the end of a scan looks like more of the
picture: that none is there rests on every output being encoded anew from pixels.
"""

import re
import struct
from collections.abc import Callable

from fahndung.errors import UnsafeImage

_STOP = re.compile(rb"\xff[^\x00]", re.DOTALL)
_SOI, _EOI, _SOS, _APP0 = 0xD8, 0xD9, 0xDA, 0xE0
_NAMES = {0xFE: "COM", 0xE1: "APP1 (EXIF, XMP)", 0xE2: "APP2 (ICC, MPF)", 0xEB: "APP11 (C2PA)", 0xED: "APP13 (IPTC)"}


def check_jpeg(data: bytes) -> None:
    """Accept ``data`` only if it is SOI, at most one bare JFIF header, tables, one frame, scans, EOI, and the end.

    Raises:
        UnsafeImage: anything else is in it; the message names the segment and its offset in bytes.
    """
    if data[:2] != b"\xff\xd8":
        raise _refused("no SOI", 0)
    position, frames, scans, restarts = 2, 0, 0, False
    while True:
        if data[position : position + 1] != b"\xff" or position + 2 > len(data):
            raise _refused("bytes between segments", position)
        marker = data[position + 1]
        if marker == _EOI:
            break
        check = _ALLOWED.get(marker)
        body = _body(data, position) if check is not None else b""
        if check is None or not check(body) or (marker == _APP0 and position != 2):
            raise _refused(_NAMES.get(marker, f"segment FF{marker:02X}"), position)
        frames += marker in {0xC0, 0xC2}
        restarts = restarts or marker == 0xDD
        position += 4 + len(body)
        if marker == _SOS:
            scans += 1
            position = _scan_end(data, position, restarts=restarts)
    if frames != 1 or scans == 0:
        raise _refused(f"{frames} frame headers, {scans} scans", position)
    if position + 2 != len(data):
        raise _refused(f"{len(data) - position - 2} bytes after EOI", position + 2)


def _body(data: bytes, position: int) -> bytes:
    length = int.from_bytes(data[position + 2 : position + 4], "big")
    body = data[position + 4 : position + 2 + length]
    if length < 2 or len(body) != length - 2:
        raise _refused("a segment of wrong length", position)
    return body


def _scan_end(data: bytes, position: int, *, restarts: bool) -> int:
    while True:
        found = _STOP.search(data, position)
        if found is None:
            raise _refused("a scan without end", position)
        position = found.start()
        if not (restarts and 0xD0 <= data[position + 1] <= 0xD7):
            return position
        position += 2


def _is_jfif(body: bytes) -> bool:
    return len(body) == 14 and body[:5] == b"JFIF\0" and body[12:] == b"\0\0"


def _is_tables(body: bytes) -> bool:
    """DQT: whole tables of 64 values, 8 or 16 bits each."""
    position = 0
    while position < len(body):
        position += 129 if body[position] >> 4 else 65
    return position == len(body) > 0


def _is_huffman(body: bytes) -> bool:
    """DHT: whole tables of 16 counts and as many symbols as they add up to."""
    position = 0
    while position + 17 <= len(body):
        position += 17 + sum(body[position + 1 : position + 17])
    return position == len(body) > 0


def _is_frame(body: bytes) -> bool:
    if len(body) < 6:
        return False
    precision, height, width, count = struct.unpack_from(">BHHB", body)
    return precision == 8 and height > 0 and width > 0 and count in {1, 3} and len(body) == 6 + 3 * count


def _is_scan(body: bytes) -> bool:
    return len(body) > 0 and len(body) == 4 + 2 * body[0]


_ALLOWED: dict[int, Callable[[bytes], bool]] = {
    _APP0: _is_jfif,
    0xDB: _is_tables,
    0xC4: _is_huffman,
    0xC0: _is_frame,
    0xC2: _is_frame,
    0xDD: lambda body: len(body) == 2,
    _SOS: _is_scan,
}


def _refused(what: str, offset: int) -> UnsafeImage:
    return UnsafeImage(
        f"The JPEG file holds something besides the picture: {what}, at byte {offset}. It must not be published; "
        "build the picture again and report it if that happens twice.",
        f"Die JPEG-Datei enthält mehr als das Bild: {what}, ab Byte {offset}. Sie darf nicht veröffentlicht werden; "
        "bitte das Bild neu erzeugen und melden, falls es wieder geschieht.",
    )
