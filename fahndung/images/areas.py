"""The parts of a foreign picture file in which programs keep data of their own: EXIF, XMP, Photoshop, C2PA …

Cuts them out by name, joins what a format had to spread over several segments, and understands none of them.
Wrong lengths end a walk, they never raise. Run it in the limited child.
"""

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from fahndung.images import boxes
from fahndung.images.probing import Probe

STEPS = 100_000
_INFLATED = 4 * 2**20
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/\s;])(?:[A-Za-z0-9+/\s]|&#x?[aAdD0-9]{1,3};){400,}={0,2}")
_RAW_PROFILE = re.compile(rb"\s*\w*\s+(\d+)\s+([0-9a-fA-F\s]*)")
_RAW_AREAS = {"exif": "EXIF", "APP1": "EXIF", "iptc": "Photoshop", "8bim": "Photoshop", "xmp": "XMP"}
_TIFF_AREAS = {700: "XMP", 33723: "IPTC", 34377: "Photoshop", 52545: "C2PA"}


class Area(NamedTuple):
    """Data of one kind. ``where``: ``EXIF``, ``XMP``, ``Photoshop``, ``C2PA``, ``behind`` … or the part's own name."""

    where: str
    data: bytes


def areas(untrusted: bytes, probe: Probe) -> list[Area]:
    """Every such part of the file, and what follows the picture (``behind``)."""
    body = untrusted[: probe.end]
    walk = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "TIFF": tiff, "GIF": _gif, "HEIF": _items, "AVIF": _items}
    found = list(walk[probe.format](body)) if probe.format in walk else []
    if rest := untrusted[probe.end :]:
        found.append(Area("behind", rest))
    return found


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and body of each segment of a JPEG up to its end."""
    position = 2
    for _ in range(STEPS):
        found = _MARKER.search(data, position)
        if found is None or data[found.end() - 1] == 0xD9:
            return
        position = found.end()
        length = int.from_bytes(data[position : position + 2], "big")
        yield data[position - 1], data[position + 2 : position + length]
        position += max(2, length)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk of a PNG."""
    position = 8
    for _ in range(STEPS):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        yield kind, data[position + 8 : position + 8 + length]
        position += 12 + length


def riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk of a WebP."""
    position = 12
    for _ in range(STEPS):
        if position + 8 > len(data):
            return
        kind, length = struct.unpack_from("<4sI", data, position)
        yield kind, data[position + 8 : position + 8 + length]
        position += 8 + length + (length & 1)


def tiff(data: bytes) -> Iterator[Area]:
    """XMP, IPTC, Photoshop data and C2PA of the first directory: tags like any other."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in {b"\x2b\0", b"\0\x2b"}
    word, size, head = ("Q", 20, 8) if big else ("I", 12, 2)
    try:
        (at,) = struct.unpack_from(order + word, data, 8 if big else 4)
        (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, at)
        for index in range(min(count, STEPS)):
            entry = at + head + size * index
            tag, kind, length = struct.unpack_from(order + "HH" + word, data, entry)
            if tag in _TIFF_AREAS:
                (place,) = struct.unpack_from(order + word, data, entry + size - struct.calcsize(order + word))
                body = data[place : place + length * (4 if kind == 4 else 1)]
                yield Area(_TIFF_AREAS[tag], body)
    except (struct.error, OverflowError):
        return


def png_text(kind: bytes, body: bytes) -> tuple[str, bytes]:
    """Name and value of a text chunk (tEXt, zTXt, iTXt), at most 4 MiB unpacked."""
    name, _, rest = body.partition(b"\0")
    packed = kind == b"zTXt"
    if packed:
        rest = rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].split(b"\0", 2)[-1]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, _INFLATED)
        except zlib.error:
            rest = b""
    return name[:79].decode("latin-1"), rest


def xmp_pictures(untrusted_xmp: bytes) -> Iterator[bytes]:
    """What XMP carries in base64: thumbnails, depth maps, the picture below them."""
    for found in _BASE64.finditer(untrusted_xmp):
        packed = re.sub(rb"&#x?[aAdD0-9]+;|\s", b"", found[0])
        try:
            yield base64.b64decode(packed + b"=" * (-len(packed) % 4))
        except binascii.Error:
            continue


def _jpeg(data: bytes) -> Iterator[Area]:
    joined: dict[str, bytearray] = {}
    parts: list[tuple[int, bytes]] = []
    for marker, body in segments(data):
        if marker == 0xE0 and body[:5] == b"JFIF\0" and len(body) > 14:
            yield Area("JFIF", body[12:])
        elif marker == 0xE0 and body[:5] == b"JFXX\0":
            yield Area("JFXX", body[5:])
        elif marker == 0xE1 and body[:4] == b"Exif":
            yield Area("EXIF", body[6:])
        elif marker == 0xE1 and body.startswith(_XMP):
            yield Area("XMP", body[len(_XMP) :])
        elif marker == 0xE1 and body.startswith(_EXTENDED):
            parts.append((int.from_bytes(body[71:75], "big"), body[75:]))
        elif marker == 0xEB and body[:2] == b"JP":
            first = not joined.get("C2PA")
            joined.setdefault("C2PA", bytearray()).extend(body[8:] if first or body[4:8] == b"\0\0\0\1" else body[16:])
        elif marker == 0xED and body.startswith(_PHOTOSHOP):
            joined.setdefault("Photoshop", bytearray()).extend(body[len(_PHOTOSHOP) :])
        elif 0xE2 <= marker <= 0xEF and not body.startswith((b"ICC_PROFILE\0", b"MPF\0")):
            joined.setdefault(f"APP{marker - 0xE0}", bytearray()).extend(body)
    if parts:
        yield Area("XMP", b"".join(part for _, part in sorted(parts)))
    for where, whole in joined.items():
        yield Area(where, bytes(whole))


def _png(data: bytes) -> Iterator[Area]:
    for kind, body in chunks(data):
        if kind == b"eXIf":
            yield Area("EXIF", body)
        elif kind == b"caBX":
            yield Area("C2PA", body)
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            name, value = png_text(kind, body)
            if name == "XML:com.adobe.xmp":
                yield Area("XMP", value)
            elif name.startswith("Raw profile type ") and (where := _RAW_AREAS.get(name[17:])):
                yield _raw_profile(where, value)
        elif kind.islower() or kind[:1].islower():
            yield Area(kind.decode("latin-1"), body)


def _raw_profile(where: str, value: bytes) -> Area:
    """ImageMagick writes EXIF, IPTC and XMP as hexadecimal text."""
    found = _RAW_PROFILE.match(value)
    digits = re.sub(rb"\s", b"", found[2]) if found else b""
    raw = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    for head in (b"Exif\0\0", _XMP, _PHOTOSHOP):
        if raw.startswith(head):
            return Area("XMP" if head == _XMP else where, raw[len(head) :])
    return Area(where, raw)


_WEBP = {b"EXIF": "EXIF", b"XMP ": "XMP", b"C2PA": "C2PA"}
_WEBP_PICTURE = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})


def _webp(data: bytes) -> Iterator[Area]:
    for kind, body in riff(data):
        if kind not in _WEBP_PICTURE:
            yield Area(_WEBP.get(kind, kind.decode("latin-1")), body)


def _gif(data: bytes) -> Iterator[Area]:
    start = data.find(b"\x21\xff\x0bXMP DataXMP")
    if start >= 0:
        end = data.find(b"\1\xff\xfe", start)
        yield Area("XMP", data[start + 14 : end if end > 0 else None])


def _items(data: bytes) -> Iterator[Area]:
    for kind, body in boxes.metadata(data):
        yield Area(kind, body)
