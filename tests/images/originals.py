"""Foreign picture files for the tests, made from nothing: cameras, editors and attackers."""

import io
import itertools
import random
import struct
import zlib
from collections.abc import Sequence

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, TiffImagePlugin

from fahndung.model.ids import ImageId
from fahndung.model.image import Box, Fill, Redaction, Shape, Source, SourceKind
from fahndung.model.image import Image as Record

CORNERS = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (220, 200, 40))
"""Colours of the upright picture's corners: left top, right top, left bottom, right bottom."""

SECRETS = {
    "make": "Musterkamera GmbH Werk Nord",
    "model": "Modell M-4711 Sonderserie",
    "owner": "Eigentum Frieda Beispielhaft",
    "software": "Bildbearbeitung Muster 9.1",
    "serial": "SERIENNUMMER-0815-4711-XYZ",
    "comment": "Kommentar: Opfer wohnt im Hinterhaus",
    "xmp": '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF exif:GPSLatitude="51,20N" xmpMM:History="alles"/></x:xmpmeta>',
    "iptc": "IPTC-Bildtext Zeugin Musterfrau",
    "trailer": "Anhang hinter dem Bild: noch ein Film",
    "mpf": "Verweis auf ein zweites Bild hier",
    "c2pa": "jumbf Herkunftsnachweis der Kamera",
    "profile": "Monitor am Arbeitsplatz von K. Muster",
}


def scene(width: int = 320, height: int = 240) -> Image.Image:
    """A picture with four coloured corners and some texture between them."""
    picture = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(picture)
    for y in range(0, height, 4):
        for x in range(0, width, 4):
            pen.rectangle((x, y, x + 3, y + 3), fill=(x * 7 % 256, (x * y) % 251, y * 5 % 256))
    for index, colour in enumerate(CORNERS):
        left, top = (width - width // 4) * (index % 2), (height - height // 4) * (index // 2)
        pen.rectangle((left, top, left + width // 4, top + height // 4), fill=colour)
    return picture


def noise(width: int, height: int, seed: int = 7) -> Image.Image:
    """Grey noise, the same for the same seed."""
    return Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def jpeg(picture: Image.Image | None = None, **options: object) -> bytes:
    return saved(picture or scene(), "JPEG", **({"quality": 90} | options))


def heic(picture: Image.Image, *more: Image.Image, thumbnail: int = 0, **options: object) -> bytes:
    """A HEIC file with one picture or several, and a thumbnail of so many px where asked; coded quickly, not small."""
    whole = pillow_heif.from_pillow(picture)
    whole[0].info["thumbnails"] = [thumbnail] if thumbnail else []
    for one in more:
        whole.add_from_pillow(one)
    buffer = io.BytesIO()
    whole.save(buffer, **({"enc_params": {"preset": "ultrafast"}} | options))
    return buffer.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def heif(exif: bytes, words: bytes) -> bytes:
    """The boxes of a HEIC file with an Exif item in the file and an XMP item in ``idat``; no picture."""
    names = box(b"infe", b"\2\0\0\0\0\1\0\0Exif\0") + box(b"infe", b"\2\0\0\0\0\2\0\0mime\0application/rdf+xml\0")
    info = box(b"iinf", b"\0\0\0\0\0\2" + names)

    def located(at: int) -> bytes:
        entry = struct.pack(">HHHHII", 1, 0, 0, 1, at, len(exif)) + struct.pack(">HHHHII", 2, 1, 0, 1, 0, len(words))
        return box(b"iloc", b"\1\0\0\0\x44\0" + b"\0\2" + entry)

    def whole(at: int) -> bytes:
        meta = box(b"meta", b"\0\0\0\0" + info + located(at) + box(b"idat", words))
        return box(b"ftyp", b"heic\0\0\0\0mif1") + meta

    return whole(len(whole(0)) + 8) + box(b"mdat", exif)


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """``data`` with further segments right behind SOI and JFIF."""
    (length,) = struct.unpack_from(">H", data, 4)
    return data[: 4 + length] + b"".join(segments) + data[4 + length :]


def exif(*, thumbnail: bytes = b"", orientation: int = 1, place: bool = True) -> bytes:
    """An EXIF block with camera, owner, serial number, time, place and a second picture in IFD1."""
    data = Image.Exif()
    data[0x010F], data[0x0110], data[0x0131] = SECRETS["make"], SECRETS["model"], SECRETS["software"]
    data[0x013B], data[0x0132], data[0x0112] = SECRETS["owner"], "2026:11:01 22:14:00", orientation
    inner = data.get_ifd(0x8769)
    inner[0xA431], inner[0x9003], inner[0xA434] = SECRETS["serial"], "2026:11:01 22:14:00", "Objektiv 35 mm"
    inner[0x927C] = b"Herstellernotizen " * 4
    if place:
        gps = data.get_ifd(0x8825)
        gps[1], gps[2] = "N", tuple(TiffImagePlugin.IFDRational(n, d) for n, d in ((51, 1), (20, 1), (2400, 100)))
        gps[3], gps[4] = "E", tuple(TiffImagePlugin.IFDRational(n, d) for n, d in ((12, 1), (22, 1), (1200, 100)))
        gps[29] = "2026:11:01"
    block = data.tobytes()
    return _with_ifd1(block, thumbnail) if thumbnail else block


def _with_ifd1(block: bytes, thumbnail: bytes) -> bytes:
    """Append an IFD1 with the thumbnail and link it from IFD0 (little or big endian, as Pillow wrote it)."""
    tiff = bytearray(block[6:])
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    tiff += b"\0" * (len(tiff) % 2)
    struct.pack_into(order + "I", tiff, first + 2 + 12 * count, len(tiff))
    start = len(tiff) + 2 + 3 * 12 + 4
    tiff += struct.pack(order + "H", 3)
    for tag, kind, value in ((0x0103, 3, 6), (0x0201, 4, start), (0x0202, 4, len(thumbnail))):
        tiff += struct.pack(order + "HHI", tag, kind, 1) + struct.pack(
            order + ("HH" if kind == 3 else "I"), *((value, 0) if kind == 3 else (value,))
        )
    tiff += struct.pack(order + "I", 0) + thumbnail
    return block[:6] + bytes(tiff)


def profile() -> bytes:
    """An ICC profile that swaps nothing but names a device."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapping_profile() -> bytes:
    """An RGB profile whose red and blue primaries are exchanged: a picture without it looks different."""
    red, green, blue = SRGB
    return profile_with(blue, green, red)


def cmyk_profile() -> bytes:
    """A printer's profile (a table of two steps an ink) whose cyan looks red: nobody gets that without reading it."""
    table = b""
    for cyan, magenta, yellow, black in itertools.product((0, 1), repeat=4):
        grey = 0 if black else 255 - 60 * (magenta + yellow)
        table += bytes((135, 208, 195)) if cyan and not black else bytes((grey, 128, 128))
    straight = bytes(range(256))
    one, none = struct.pack(">i", 65536), bytes(4)
    lut = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + (one + none * 3) * 2 + one + straight * 4 + table + straight * 3
    head = struct.pack(">I4sI4s4s4s12x4s", 144 + len(lut), b"test", 0x02400000, b"prtr", b"CMYK", b"Lab ", b"acsp")
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I4sII", 1, b"A2B0", 144, len(lut)) + lut


SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
"""Red, green and blue of a colour space as XYZ of the profile connection space (D50)."""


def profile_with(*primaries: tuple[float, float, float]) -> bytes:
    """An RGB profile with sRGB's curve and these primaries."""
    data = bytearray(profile())
    for index in range(struct.unpack_from(">I", data, 128)[0]):
        name, offset = struct.unpack_from(">4sI", data, 132 + 12 * index)
        if name in {b"rXYZ", b"gXYZ", b"bXYZ"}:
            numbers = (round(part * 65536) for part in primaries[b"rgb".index(name[:1])])
            struct.pack_into(">3i", data, offset + 8, *numbers)
    return bytes(data)


def preview_file() -> bytes:
    """A small JPEG such as cameras hide in a large one."""
    return jpeg(noise(160, 120))


def talkative() -> bytes:
    """A JPEG that carries everything a file can give away, and a second picture behind it."""
    preview = preview_file()
    data = jpeg(exif=exif(thumbnail=preview), icc_profile=profile(), comment=SECRETS["comment"].encode())
    return (
        with_segments(
            data,
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRETS["xmp"].encode()),
            segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"G" * 32 + bytes(8) + SECRETS["xmp"].encode()),
            segment(0xE2, b"MPF\0" + SECRETS["mpf"].encode()),
            segment(0xE5, SECRETS["profile"].encode()),
            segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x40jumb" + SECRETS["c2pa"].encode()),
            segment(0xED, b"Photoshop 3.0\x008BIM\x04\x0c\0\0\0\0" + SECRETS["iptc"].encode()),
        )
        + preview
        + SECRETS["trailer"].encode()
    )


def tiff(*pages: Sequence[tuple[int, int, Sequence[int]]], pixels: bytes, order: str = "<", big: bool = False) -> bytes:
    """A TIFF file whose pages are given by their tags (number, type, values) without any magic.

    ``pixels`` stand behind the header, at offset 16; values that do not fit an entry follow their directory.
    """
    head = struct.pack(order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(order + "HI", 42, 0)
    data = bytearray((b"II" if order == "<" else b"MM") + head.ljust(14, b"\0") + pixels)
    word, room, link = ("Q", 8, 8) if big else ("I", 4, 4)
    for tags in pages:
        data += b"\0" * (-len(data) % 8)
        struct.pack_into(order + word, data, link, len(data))
        size = (8 if big else 2) + len(tags) * (20 if big else 12) + room
        far, entries = b"", b""
        for tag, kind, values in tags:
            body = struct.pack(f"{order}{len(values)}{_TIFF_CODES[kind]}", *values)
            if len(body) > room:
                body, far = struct.pack(order + word, len(data) + size + len(far)), far + body
            entries += struct.pack(order + "HH" + word, tag, kind, len(values)) + body.ljust(room, b"\0")
        link = len(data) + size - room
        data += struct.pack(order + ("Q" if big else "H"), len(tags)) + entries + b"\0" * room + far
    return bytes(data)


_TIFF_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}


def plain_tags(width: int, height: int, size: int, *, offset: int = 16) -> list[tuple[int, int, Sequence[int]]]:
    """Tags of an uncompressed RGB page of eight bits in one strip."""
    return [
        (256, 4, (width,)),
        (257, 4, (height,)),
        (258, 3, (8, 8, 8)),
        (259, 3, (1,)),
        (262, 3, (2,)),
        (273, 4, (offset,)),
        (277, 3, (3,)),
        (278, 4, (height,)),
        (279, 4, (size,)),
    ]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 0, extra: bytes = b"") -> bytes:
    """A PNG file; ``rows`` are the unpacked scan lines with their filter bytes."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def scan_bomb(repeats: int, side: int = 64) -> bytes:
    """A progressive grey JPEG whose last scan is repeated; being plain, it stays small."""
    data = jpeg(Image.new("L", (side, side), 99), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * repeats + b"\xff\xd9"


def record(*hidden: Shape, crop: Box | None = None, focus: Box | None = None, fill: Fill = Fill.SOLID) -> Record:
    """The record of a picture with redactions."""
    return Record(
        id=ImageId("cctv-1"),
        file="cctv-1.jpg",
        sha256="0" * 64,
        alt={"de": "Standbild"},
        source=Source(kind=SourceKind.CCTV),
        redactions=tuple(Redaction(shape=shape) for shape in hidden),
        fill=fill,
        crop=crop,
        focus=focus,
    )
