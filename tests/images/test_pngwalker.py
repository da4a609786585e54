import struct
import zlib

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import encoding, redaction
from fahndung.images.encoding import encode_png
from fahndung.images.pngwalker import check_png
from fahndung.model.image import Box

from .originals import saved, scene

WIDTH, HEIGHT = 40, 30


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int = WIDTH, height: int = HEIGHT, *rest: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *(rest or (8, 2, 0, 0, 0))))


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


ROWS = b"".join(b"\0" + bytes(range(WIDTH * 3)) for _ in range(HEIGHT))
PACKED = zlib.compress(ROWS)
DATA, SRGB, END = chunk(b"IDAT", PACKED), chunk(b"sRGB", b"\0"), chunk(b"IEND")
PALETTE = chunk(b"PLTE", bytes(768))
OTHERS = (
    *(b"acTL", b"bKGD", b"cHRM", b"cICP", b"caBX", b"eXIf", b"fcTL", b"fdAT", b"gAMA", b"hIST", b"iCCP", b"iTXt"),
    *(b"mDCV", b"oFFs", b"pHYs", b"sBIT", b"sPLT", b"tEXt", b"tIME", b"tRNS", b"vpAg", b"zTXt", b"id\xffT"),
)


@pytest.mark.parametrize(
    "data",
    [
        png(header(), DATA, END),
        png(header(), SRGB, DATA, END),
        png(header(), SRGB, chunk(b"IDAT", PACKED[:9]), chunk(b"IDAT", PACKED[9:]), END),
        saved(scene(), "PNG"),
        saved(scene().convert("L"), "PNG"),
        saved(scene().quantize(256), "PNG"),
    ],
)
def test_a_plain_png_passes(data: bytes) -> None:
    check_png(data)


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_every_other_chunk_is_refused_by_name_wherever_it_stands(kind: bytes, place: int) -> None:
    parts = [header(), SRGB, DATA, END]
    name = kind.decode("ascii", "backslashreplace").replace("\\", "\\\\")
    with pytest.raises(UnsafeImage, match=f"chunk {name}"):
        check_png(png(*parts[:place], chunk(kind, b"secret"), *parts[place:]))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "no PNG signature"),
        (png(), "no IEND"),
        (png(header(), DATA), "no IEND"),
        (png(header(), DATA, END, b"a"), "1 bytes after IEND"),
        (png(header(), DATA, END, END), "12 bytes after IEND"),
        (png(header(), DATA, chunk(b"IEND", b"a")), "IEND of other content"),
        (png(header(), header(), DATA, END), "chunk IHDR"),
        (png(SRGB, header(), DATA, END), "chunk sRGB"),
        (png(header(), SRGB, SRGB, DATA, END), "chunk sRGB"),
        (png(header(), DATA, SRGB, END), "chunk sRGB"),
        (png(header(), chunk(b"sRGB", b"\4"), DATA, END), "sRGB of other content"),
        (png(header(), chunk(b"sRGB", b"\0\0"), DATA, END), "sRGB of other content"),
        (png(header(), PALETTE, DATA, END), "PLTE of other content"),
        (png(header(WIDTH * 3, HEIGHT, 8, 3, 0, 0, 0), DATA, END), "without its palette"),
        (png(header(WIDTH * 3, HEIGHT, 8, 3, 0, 0, 0), chunk(b"PLTE", bytes(771)), DATA, END), "PLTE of other"),
        (png(header(WIDTH * 3, HEIGHT, 8, 3, 0, 0, 0), PALETTE, PALETTE, DATA, END), "chunk PLTE"),
        (png(header(), DATA, chunk(b"IDAT"), END), "IDAT of other content"),
        (png(header(), chunk(b"IDAT", PACKED + b"a"), END), "no rows"),
        (png(header(), DATA, chunk(b"IDAT", b"secret"), END), "no rows"),
        (png(header(), chunk(b"IDAT", zlib.compress(ROWS + b"a")), END), "rows of another number"),
        (png(header(), chunk(b"IDAT", zlib.compress(ROWS[:-1])), END), "no rows"),
        (png(header(), chunk(b"IDAT", PACKED[:-1]), END), "no rows"),
        (png(header(), chunk(b"IDAT", PACKED[:-1] + b"\0"), END), "damaged rows"),
        (png(header(), chunk(b"IDAT", zlib.compress(b"\5" + ROWS[1:])), END), "rows of another number or kind"),
        (png(header(), chunk(b"IDAT", zlib.compress(ROWS[:-121] + b"\5" + ROWS[-120:])), END), "number or kind"),
        (png(header(), END), "no rows"),
        (png(header(WIDTH, HEIGHT - 1), DATA, END), "rows of another number"),
        (png(header(WIDTH, HEIGHT + 1), DATA, END), "no rows"),
        (png(header(0, HEIGHT), DATA, END), "header of another kind"),
        (png(header(WIDTH, HEIGHT, 16, 2, 0, 0, 0), DATA, END), "header of another kind"),
        (png(header(WIDTH, HEIGHT, 8, 6, 0, 0, 0), DATA, END), "header of another kind"),
        (png(header(WIDTH, HEIGHT, 8, 2, 0, 0, 1), DATA, END), "header of another kind"),
        (png(chunk(b"IHDR", b"\0" * 14), DATA, END), "header of another kind"),
        (png(header(), DATA[:-1] + b"\0", END), "wrong checksum of chunk IDAT"),
        (png(header(), b"\0\1\0\0IDAT", END), "wrong length"),
    ],
)
def test_anything_else_is_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(UnsafeImage, match=name):
        check_png(data)


def test_rows_of_more_than_one_piece_are_counted_to_the_last_byte() -> None:
    rows = b"".join(b"\1" + bytes(3 * 1500) for _ in range(600))
    check_png(png(header(1500, 600), chunk(b"IDAT", zlib.compress(rows)), END))
    with pytest.raises(UnsafeImage, match="number or kind"):
        check_png(png(header(1500, 600), chunk(b"IDAT", zlib.compress(rows + b"\0")), END))
    with pytest.raises(UnsafeImage, match="number or kind"):
        check_png(png(header(1500, 600), chunk(b"IDAT", zlib.compress(rows[:-4501] + b"\5" + rows[-4500:])), END))


def test_what_is_encoded_holds_every_pixel_and_nothing_else() -> None:
    picture = scene()
    redaction.fill(picture, [Box(x=9, y=9, width=30, height=30)])
    data = encode_png(picture, regions=[Box(x=9, y=9, width=30, height=30)])
    check_png(data)
    assert data == encode_png(picture)
    kinds = [kind for kind in (b"IHDR", b"sRGB", b"IDAT", b"IEND") if kind in data]
    assert kinds == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]


def test_pixels_that_are_not_filled_are_not_encoded() -> None:
    with pytest.raises(UnsafeImage, match="not filled"):
        encode_png(scene(), regions=[Box(x=9, y=9, width=30, height=30)])


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (saved(scene(320, 240).transpose(Image.Transpose.ROTATE_180), "PNG"), "other pixels"),
        (saved(scene(64, 64), "PNG"), "reads back as RGB"),
        (saved(scene().convert("L"), "PNG"), "reads back as L"),
        (saved(scene(), "PNG", dpi=(72, 72)), "pHYs"),
    ],
)
def test_an_encoder_that_does_something_else_is_caught(
    monkeypatch: pytest.MonkeyPatch, wrong: bytes, name: str
) -> None:
    monkeypatch.setattr(encoding, "_png", lambda _: wrong)
    with pytest.raises(UnsafeImage, match=name):
        encode_png(scene())
