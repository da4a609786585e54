"""JPEG files as a telephone writes them: EXIF with owner, serial number, GPS and a thumbnail, and a comment.

Writes metadata so that tests can prove that nothing of it is published; reads none.
"""

import dataclasses
import io
import struct
from collections.abc import Sequence

from PIL import Image

_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED, _BYTE = 2, 3, 4, 5, 7, 1
_SIZES = {_ASCII: 1, _BYTE: 1, _UNDEFINED: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8}

_FROM_UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the upright picture is turned before it is stored under that EXIF orientation."""

THUMBNAIL = 320
"""Longest side of the thumbnail in px."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The device that a drawn picture pretends to come from, and what it writes into the file.

    Attributes:
        taken_at: EXIF's own form, local time: ``2026:11:01 22:14:07``.
        latitude, longitude: degrees; None for both writes no GPS.
        orientation: EXIF orientation 1 to 8; the pixels are stored turned accordingly.
    """

    make: str = "Mustertel"
    model: str = "Musterphone 9"
    serial: str = "MT9-0117-4711"
    owner: str = "Erika Mustermann"
    software: str = "MusterOS 4.2"
    taken_at: str = "2026:11:01 22:14:07"
    offset: str = "+01:00"
    latitude: float | None = 51.340632
    longitude: float | None = 12.374733
    orientation: int = 1
    comment: str = "Aufgenommen von Erika Mustermann, Musterweg 7"


def photograph(picture: Image.Image, phone: Phone, *, quality: int = 84) -> bytes:
    """The upright RGB picture as the JPEG file that this phone would have written."""
    turn = _FROM_UPRIGHT[phone.orientation]
    stored = picture if turn is None else picture.transpose(turn)
    small = stored.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    body = _encoded(stored, quality)
    exif = b"Exif\x00\x00" + _tiff(phone, stored.size, _encoded(small, 60))
    comment = phone.comment.encode("utf-8")
    segments = _segment(0xE1, exif) + (_segment(0xFE, comment) if comment else b"")
    return body[:2] + segments + body[2:]


def _encoded(picture: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, subsampling=2, optimize=True)
    body = stream.getvalue()
    # a phone's EXIF stands in place of the JFIF segment
    length = int.from_bytes(body[4:6], "big")
    return body[:2] + body[4 + length :] if body[2:4] == b"\xff\xe0" else body


def _segment(marker: int, payload: bytes) -> bytes:
    if len(payload) + 2 > 0xFFFF:
        raise ValueError(f"a JPEG segment holds 65533 bytes, not {len(payload)}")
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


_Entry = tuple[int, int, bytes]


def _ascii(tag: int, text: str) -> _Entry:
    return tag, _ASCII, text.encode("utf-8") + b"\x00"


def _short(tag: int, number: int) -> _Entry:
    return tag, _SHORT, struct.pack("<H", number)


def _long(tag: int, number: int) -> _Entry:
    return tag, _LONG, struct.pack("<L", number)


def _rational(tag: int, *pairs: tuple[int, int]) -> _Entry:
    return tag, _RATIONAL, b"".join(struct.pack("<LL", *pair) for pair in pairs)


def _directory(entries: Sequence[_Entry], start: int, following: int = 0) -> bytes:
    """A TIFF directory that stands at byte ``start``, its longer values behind it."""
    table, values = b"", b""
    behind = start + 2 + 12 * len(entries) + 4
    for tag, kind, value in sorted(entries):
        count = len(value) // _SIZES[kind]
        place = value.ljust(4, b"\x00") if len(value) <= 4 else struct.pack("<L", behind + len(values))
        if len(value) > 4:
            values += value + b"\x00" * (len(value) % 2)
        table += struct.pack("<HHL", tag, kind, count) + place
    return struct.pack("<H", len(entries)) + table + struct.pack("<L", following) + values


def _tiff(phone: Phone, size: tuple[int, int], thumbnail: bytes) -> bytes:
    """Header, IFD0, Exif and GPS directories, IFD1 and the thumbnail, in this order."""
    with_gps = phone.latitude is not None and phone.longitude is not None

    def first(exif_at: int, gps_at: int, following: int) -> bytes:
        pointers = [_long(0x8769, exif_at)] + ([_long(0x8825, gps_at)] if with_gps else [])
        return _directory([*_device(phone), *pointers], 8, following)

    exif_at = 8 + len(first(0, 0, 0))
    exif = _directory(_capture(phone, size), exif_at)
    gps_at = exif_at + len(exif)
    gps = _directory(_position(phone), gps_at) if with_gps else b""
    second_at = gps_at + len(gps)
    small = _directory(_thumbnail(0, len(thumbnail)), second_at)
    small = _directory(_thumbnail(second_at + len(small), len(thumbnail)), second_at)
    return b"II*\x00" + struct.pack("<L", 8) + first(exif_at, gps_at, second_at) + exif + gps + small + thumbnail


def _device(phone: Phone) -> list[_Entry]:
    return [
        _ascii(0x010F, phone.make),
        _ascii(0x0110, phone.model),
        _short(0x0112, phone.orientation),
        _rational(0x011A, (72, 1)),
        _rational(0x011B, (72, 1)),
        _short(0x0128, 2),
        _ascii(0x0131, phone.software),
        _ascii(0x0132, phone.taken_at),
        _ascii(0x013B, phone.owner),
    ]


def _capture(phone: Phone, size: tuple[int, int]) -> list[_Entry]:
    return [
        _rational(0x829A, (1, 120)),
        _rational(0x829D, (18, 10)),
        _short(0x8827, 200),
        (0x9000, _UNDEFINED, b"0232"),
        _ascii(0x9003, phone.taken_at),
        _ascii(0x9004, phone.taken_at),
        _ascii(0x9010, phone.offset),
        _ascii(0x9011, phone.offset),
        _long(0xA002, size[0]),
        _long(0xA003, size[1]),
        _ascii(0xA430, phone.owner),
        _ascii(0xA431, phone.serial),
        _ascii(0xA434, f"{phone.model} 5.4 mm f/1.8"),
    ]


def _position(phone: Phone) -> list[_Entry]:
    latitude, longitude = phone.latitude or 0.0, phone.longitude or 0.0
    return [
        (0x0000, _BYTE, b"\x02\x03\x00\x00"),
        _ascii(0x0001, "N" if latitude >= 0 else "S"),
        _rational(0x0002, *_sexagesimal(latitude)),
        _ascii(0x0003, "E" if longitude >= 0 else "W"),
        _rational(0x0004, *_sexagesimal(longitude)),
        (0x0005, _BYTE, b"\x00"),
        _rational(0x0006, (1130, 10)),
    ]


def _sexagesimal(degrees: float) -> tuple[tuple[int, int], ...]:
    hundredths = round(abs(degrees) * 360_000)
    minutes, seconds = divmod(hundredths, 6000)
    return (minutes // 60, 1), (minutes % 60, 1), (seconds, 100)


def _thumbnail(start: int, length: int) -> list[_Entry]:
    return [
        _short(0x0103, 6),
        _rational(0x011A, (72, 1)),
        _rational(0x011B, (72, 1)),
        _short(0x0128, 2),
        _long(0x0201, start),
        _long(0x0202, length),
    ]
