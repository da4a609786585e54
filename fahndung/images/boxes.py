"""The items of an AVIF or HEIC file that are data and no picture: EXIF, XMP, C2PA. Reads raw bytes, decodes nothing.

Source: ISO/IEC 14496-12 (boxes, iinf, iloc), ISO/IEC 23008-12 (Exif item), own reading.
"""

import struct
from collections.abc import Container, Iterator

_MOST = 10_000
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_UUIDS = {_C2PA: "C2PA", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"): "XMP"}
_CODES = {0: "", 2: "H", 4: "I", 8: "Q"}


def metadata(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name (``EXIF``, ``XMP``, ``C2PA``) and bytes of each; nonsense ends the walk."""
    try:
        for kind, body in _boxes(data, 0, len(data)):
            if kind == b"uuid" and data[body[0] : body[0] + 16] in _UUIDS:
                yield _UUIDS[data[body[0] : body[0] + 16]], data[body[0] + 16 : body[1]]
            elif kind == b"meta":
                yield from _meta(data, *body)
    except (struct.error, KeyError, IndexError, OverflowError):
        return


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    for _ in range(_MOST):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        if size < head:
            return
        yield kind, (start + head, min(end, start + size))
        start += size


def _meta(data: bytes, start: int, end: int) -> Iterator[tuple[str, bytes]]:
    inner = dict(_boxes(data, start + 4, end))
    if not {b"iinf", b"iloc"} <= inner.keys():
        return
    names: dict[int, str] = {}
    at, last = inner[b"iinf"]
    for _, (entry, behind) in _boxes(data, at + (8 if data[at] else 6), last):
        wide = data[entry] >= 3
        number, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, entry + 4)
        if kind == b"Exif":
            names[number] = "EXIF"
        elif kind == b"mime" and b"rdf+xml" in data[entry:behind]:
            names[number] = "XMP"
    stored = inner.get(b"idat", (0, 0))
    for number, body in _located(data, inner[b"iloc"][0], stored, names.keys()):
        name = names[number]
        # an Exif item begins with the offset of its TIFF header behind these four bytes
        yield name, body[4 + int.from_bytes(body[:4], "big") :] if name == "EXIF" else body


def _located(data: bytes, at: int, stored: tuple[int, int], wanted: Container[int]) -> Iterator[tuple[int, bytes]]:
    version, sizes, more = data[at], data[at + 4], data[at + 5]
    offset, length, base, index = sizes >> 4, sizes & 15, more >> 4, more & 15 if version else 0
    at += 6
    left = _MOST
    count, at = _number(data, at, 4 if version == 2 else 2)
    for _ in range(min(count, _MOST)):
        item, at = _number(data, at, 4 if version == 2 else 2)
        method, at = _number(data, at, 2) if version else (0, at)
        at += 2
        origin, at = _number(data, at, base)
        extents, at = _number(data, at, 2)
        body = bytearray()
        for _ in range(extents):
            left -= 1
            if left < 0 or len(body) > len(data):  # more parts than any camera writes
                return
            at += index
            place, at = _number(data, at, offset)
            size, at = _number(data, at, length)
            place += origin + (stored[0] if method & 15 == 1 else 0)
            if item in wanted:
                body += data[place : place + size]
        if item in wanted:
            yield item, bytes(body)


def _number(data: bytes, at: int, width: int) -> tuple[int, int]:
    """A number of 0, 2, 4 or 8 bytes, and where it ends."""
    if not width:
        return 0, at
    return struct.unpack_from(">" + _CODES[width], data, at)[0], at + width
