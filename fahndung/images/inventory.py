"""What is in a foreign picture file besides its picture: a walk over its parts, without decoding any.

Reports parts as facts (kind, value); ``evidence`` puts them into words. Wrong lengths end a walk, they never raise.
Run it in the limited child, but for what lies around the picture: that the parent can see as well.
"""

import itertools
import re
import struct
from collections.abc import Callable, Iterator

from fahndung.images import areas, boxes
from fahndung.images.probing import Probe

Fact = tuple[str, object]
"""A kind of finding and its value, fit for JSON."""

_STEPS = 100_000
_TRAILERS = (
    (re.compile(rb".{4}ftyp", re.DOTALL), "video"),
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"PK\x03\x04"), "ZIP"),
    (re.compile(rb"\x89PNG"), "PNG"),
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"Rar!\x1a\x07"), "RAR"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "7z"),
    (re.compile(rb"\s*<(?:!|html|\?)", re.IGNORECASE), "HTML"),
)
_XMP_HINTS = (
    (rb"GPSLatitude", "xmp-place"),
    (rb"hdrgm:|GDepth:|GImage:|MotionPhoto|MicroVideo", "xmp-pictures"),
    (rb"xmpMM:|stEvt:", "xmp-history"),
)


def parts(untrusted: bytes, probe: Probe) -> list[Fact]:
    """Every part of the picture that is no picture data, in the order it stands there."""
    walk = _WALKS.get(probe.format)
    return list(walk(untrusted[: probe.end])) if walk is not None else []


def around(untrusted: bytes, probe: Probe) -> Iterator[Fact]:
    """Other pictures beside the one that is meant, and what follows all of them."""
    if probe.frames > 1:
        yield "frames", probe.frames
    if rest := trailer(untrusted, probe):
        yield "trailer", {"bytes": rest[0], "looks_like": rest[1]}


def trailer(untrusted: bytes, probe: Probe) -> tuple[int, str] | None:
    """How many bytes follow the picture and what they look like, if any do."""
    rest = untrusted[probe.end :]
    return (len(rest), next((name for magic, name in _TRAILERS if magic.match(rest)), "")) if rest else None


def _jpeg(data: bytes) -> Iterator[Fact]:
    origin = 0
    for marker, body in areas.segments(data):
        if marker == 0xEB and body[:2] == b"JP" and b"jumb" in body[:64]:
            origin += len(body)
        else:
            yield from _jpeg_segment(marker, body)
    if origin:  # one record, in as many segments as it needs
        yield "c2pa", origin


def _jpeg_segment(marker: int, body: bytes) -> Iterator[Fact]:
    if marker == 0xFE:
        yield "comment", body.decode("utf-8", "replace")
    elif marker in _SEGMENTS:
        yield from _SEGMENTS[marker](body)
    elif 0xE2 < marker <= 0xEF:
        yield "unknown-part", {"bytes": len(body), "in": f"APP{marker - 0xE0}"}


def _app0(body: bytes) -> Iterator[Fact]:
    if body[:5] == b"JFIF\0" and len(body) > 14:
        yield "thumbnail", {"bytes": len(body) - 14, "in": "JFIF"}
    elif body[:5] == b"JFXX\0":
        yield "thumbnail", {"bytes": len(body) - 6, "in": "JFXX"}


def _app1(body: bytes) -> Iterator[Fact]:
    if body.startswith(b"http://ns.adobe.com/"):
        yield from _xmp(body)
    elif not body.startswith(b"Exif\0"):
        yield "unknown-part", {"bytes": len(body), "in": "APP1"}


def _app2(body: bytes) -> Iterator[Fact]:
    if body.startswith(b"MPF\0"):
        yield "more-pictures", len(body)
    elif not body.startswith(b"ICC_PROFILE\0"):
        yield "unknown-part", {"bytes": len(body), "in": "APP2"}


def _app13(body: bytes) -> Iterator[Fact]:
    yield "iptc", len(body)
    if b"8BIM\x04\x0c" in body:
        yield "thumbnail", {"bytes": len(body), "in": "Photoshop"}


def _app14(body: bytes) -> Iterator[Fact]:
    if not (body.startswith(b"Adobe") and len(body) == 12):
        yield "unknown-part", {"bytes": len(body), "in": "APP14"}


_SEGMENTS: dict[int, Callable[[bytes], Iterator[Fact]]] = {
    0xE0: _app0,
    0xE1: _app1,
    0xE2: _app2,
    0xED: _app13,
    0xEE: _app14,
}


def _xmp(body: bytes) -> Iterator[Fact]:
    yield "xmp", len(body)
    for pattern, kind in _XMP_HINTS:
        if re.search(pattern, body):
            yield kind, True


def _png(data: bytes) -> Iterator[Fact]:
    for kind, body in areas.chunks(data):
        length = len(body)
        if kind in {b"tEXt", b"zTXt", b"iTXt"}:
            name = body.split(b"\0", 1)[0][:79].decode("latin-1")
            if name == "XML:com.adobe.xmp":
                yield from _xmp(body)
            else:
                yield "text", {"name": name, "bytes": length}
        elif kind == b"caBX":
            yield "c2pa", length
        elif kind == b"tIME":
            yield "time", {"what": "PNG tIME", "value": "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*_time(body))}
        elif kind not in _PNG_PLAIN and length:
            yield "unknown-part", {"bytes": length, "in": kind.decode("latin-1")}


_PNG_PLAIN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS sRGB gAMA cHRM iCCP bKGD pHYs sBIT eXIf hIST cICP acTL fcTL fdAT".split()
)


def _time(body: bytes) -> tuple[int, ...]:
    return tuple(struct.unpack(">HBBBBB", body[:7].ljust(7, b"\0")))


def _webp(data: bytes) -> Iterator[Fact]:
    for kind, body in areas.riff(data):
        if kind == b"XMP ":
            yield from _xmp(body)
        elif kind == b"C2PA":
            yield "c2pa", len(body)
        elif kind not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"EXIF", b"ICCP"}:
            yield "unknown-part", {"bytes": len(body), "in": kind.decode("latin-1")}


def _tiff(data: bytes) -> Iterator[Fact]:
    """In a TIFF, XMP, IPTC and C2PA are tags like any other."""
    for where, body in areas.tiff(data):
        if where == "XMP":
            yield from _xmp(body)
        elif where == "C2PA":
            yield "c2pa", len(body)
        else:
            yield "iptc", len(body)


def _boxed(data: bytes) -> Iterator[Fact]:
    for where, body in boxes.metadata(data):
        if where == "XMP":
            yield from _xmp(body)
        elif where == "C2PA":
            yield "c2pa", len(body)


def _gif(data: bytes) -> Iterator[Fact]:
    for found in itertools.islice(re.finditer(rb"\x21\xfe([\x01-\xff])", data), _STEPS):
        body = data[found.end() : found.end() + found[1][0]]
        if body.isascii() and body.decode("ascii").isprintable():
            yield "comment", body.decode("ascii")


_WALKS: dict[str, Callable[[bytes], Iterator[Fact]]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
    "TIFF": _tiff,
    "HEIF": _boxed,
    "AVIF": _boxed,
}
