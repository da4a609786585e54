"""Checks that a PNG file holds a picture and nothing else, chunk by chunk and down to the last compressed byte.

An allowlist like ``walker``: made for our own output (eight bits, grey, palette or RGB); most other files fail it.
"""

import struct
import zlib

from fahndung.errors import UnsafeImage

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1}
_PALETTE = 3
_ORDER = (b"IHDR", b"sRGB", b"PLTE", b"IDAT", b"IEND")
_PIECE = 2**20


def check_png(data: bytes) -> None:
    """Accept ``data`` only if it is IHDR, at most one sRGB, the PLTE of a palette picture, IDAT, IEND, and the end.

    Every checksum is right, the IDAT chunks are one zlib stream of exactly the picture's rows, and it ends with them.

    Raises:
        UnsafeImage: anything else is in it; the message names the chunk and its offset in bytes.
    """
    if data[:8] != _SIGNATURE:
        raise _refused("no PNG signature", 0)
    position, last, kind = 8, -1, b""
    size, colour, palette = (0, 0), 0, False
    packed = bytearray()
    while kind != b"IEND":
        kind, body = _chunk(data, position)
        step = _ORDER.index(kind) if kind in _ORDER else -1
        if step < last or (step == last and kind != b"IDAT") or (last < 0 and kind != b"IHDR"):
            raise _refused(f"chunk {_name(kind)}", position)
        last = step
        if kind == b"IHDR":
            size, colour = _header(body, position)
        elif kind == b"IDAT" and body:
            packed += body
        elif not _is_known(kind, body, colour):
            raise _refused(f"chunk {_name(kind)} of other content", position)
        palette = palette or kind == b"PLTE"
        position += 12 + len(body)
    if position != len(data):
        raise _refused(f"{len(data) - position} bytes after IEND", position)
    if palette != (colour == _PALETTE):
        raise _refused("a picture without its palette", position)
    _check_rows(bytes(packed), rows=size[1], row=1 + size[0] * _CHANNELS[colour])


def _chunk(data: bytes, position: int) -> tuple[bytes, bytes]:
    if position + 12 > len(data):
        raise _refused("no IEND", position)
    length, kind = struct.unpack_from(">I4s", data, position)
    if position + 12 + length > len(data):
        raise _refused("a chunk of wrong length", position)
    body = data[position + 8 : position + 8 + length]
    if zlib.crc32(kind + body) != int.from_bytes(data[position + 8 + length : position + 12 + length], "big"):
        raise _refused(f"a wrong checksum of chunk {_name(kind)}", position)
    return kind, body


def _header(body: bytes, position: int) -> tuple[tuple[int, int], int]:
    if len(body) == 13:
        width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", body)
        if width and height and depth == 8 and colour in _CHANNELS and rest == [0, 0, 0]:
            return (width, height), colour
    raise _refused("a header of another kind", position)


def _is_known(kind: bytes, body: bytes, colour: int) -> bool:
    if kind == b"sRGB":
        return len(body) == 1 and body[0] <= 3
    if kind == b"PLTE":
        return colour == _PALETTE and len(body) % 3 == 0 and 0 < len(body) <= 768
    return kind == b"IEND" and not body


def _check_rows(packed: bytes, *, rows: int, row: int) -> None:
    """The stream unpacks to ``rows`` rows of ``row`` bytes, each with a known filter, and nothing lies behind it."""
    stream, wanted, got = zlib.decompressobj(), rows * row, 0
    rest = packed
    try:
        while not stream.eof and (piece := stream.decompress(rest, _PIECE)):
            first = -got % row
            if got + len(piece) > wanted or any(level > 4 for level in piece[first::row]):
                raise _refused("rows of another number or kind", len(packed))
            got, rest = got + len(piece), stream.unconsumed_tail
    except zlib.error as failure:
        raise _refused("damaged rows", len(packed)) from failure
    if got != wanted or not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise _refused("compressed bytes that are no rows", len(packed))


def _name(kind: bytes) -> str:
    return kind.decode("ascii", "backslashreplace")


def _refused(what: str, offset: int) -> UnsafeImage:
    return UnsafeImage(
        f"The PNG file holds something besides the picture: {what}, at byte {offset}. It must not be published; "
        "build the picture again and report it if that happens twice.",
        f"Die PNG-Datei enthält mehr als das Bild: {what}, ab Byte {offset}. Sie darf nicht veröffentlicht werden; "
        "bitte das Bild neu erzeugen und melden, falls es wieder geschieht.",
    )
