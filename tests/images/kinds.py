"""The 23 kinds of hostile pictures that no release may stumble over, each as a few files made from nothing."""

import dataclasses
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence

from PIL import Image, ImageDraw

from fahndung.model.image import Box

from . import cameras, originals
from .originals import SECRETS, heic, jpeg, plain_tags, png_chunk, saved, segment, tiff, with_segments

WIDTH, HEIGHT = 160, 120
BOX = Box(x=60, y=50, width=20, height=16)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A hostile file, and what has to become of it.

    Attributes:
        secrets: what it carries; no 16 bytes in a row of them may stand in any output.
        refused: words of the refusal; None: it comes out clean. ``""``: either is right, an exception is not.
        frame, box: as a person would choose them.
    """

    name: str
    data: bytes
    secrets: Sequence[bytes] = ()
    refused: str | None = None
    frame: int | None = None
    box: Box = BOX


def scene() -> Image.Image:
    return originals.scene(WIDTH, HEIGHT)


def rest(data: bytes) -> bytes:
    """Some of the coded pixels of a picture, which say that it is still there."""
    return data[len(data) // 2 : len(data) // 2 + 100]


def png_with(*chunks: bytes) -> bytes:
    data = saved(scene(), "PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def riff_with(kind: bytes, body: bytes) -> bytes:
    data = saved(scene(), "WEBP") + kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def tiff_with(*tags: tuple[int, int, Sequence[int]], pages: int = 1, big: bool = False) -> bytes:
    raw = scene().tobytes()
    page = sorted([*plain_tags(WIDTH, HEIGHT, len(raw)), *tags])
    return tiff(*[page] * pages, pixels=raw, big=big)


def several(format: str, **options: object) -> bytes:
    """Three pictures; the third is the one that is meant, the others are noise that must not come out."""
    noise = [originals.noise(WIDTH, HEIGHT, seed).convert("RGB") for seed in (1, 2)]
    return saved(noise[0], format, save_all=True, append_images=[noise[1], scene()], **options)


def with_exif(format: str, block: bytes) -> bytes:
    return heic(scene(), exif=block) if format == "HEIF" else saved(scene(), format, exif=block)


def thumbnail() -> Iterator[File]:
    preview = originals.preview_file()
    for format in ("JPEG", "PNG", "WEBP"):
        yield File(
            name=f"ifd1.{format}",
            data=with_exif(format, originals.exif(thumbnail=preview)),
            secrets=[rest(preview), SECRETS["make"].encode()],
        )
    data, secret = heic_with(b"thmb")
    yield File(name="thumbnail.heic", data=data, secrets=[secret])


def place() -> Iterator[File]:
    block = originals.exif()
    for format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"):
        yield File(name=f"gps.{format}", data=with_exif(format, block), secrets=[block[-120:], b"2026:11:01 22:14:00"])


def makers_note() -> Iterator[File]:
    for format in ("JPEG", "TIFF", "HEIF"):
        yield File(
            name=f"serial.{format}",
            data=with_exif(format, originals.exif()),
            secrets=[SECRETS[name].encode() for name in ("serial", "owner", "model", "software")]
            + [b"Herstellernotizen " * 2],
        )


def comment() -> Iterator[File]:
    said = SECRETS["comment"].encode()
    yield File(name="com.jpg", data=jpeg(scene(), comment=said), secrets=[said])
    data = with_segments(jpeg(scene()), segment(0xFE, said), segment(0xFE, said[::-1]))
    yield File(name="com-twice.jpg", data=data, secrets=[said, said[::-1]])
    behind = jpeg(scene())
    yield File(name="com-behind.jpg", data=behind[:-2] + segment(0xFE, said) + behind[-2:], secrets=[said])


def iptc() -> Iterator[File]:
    preview = originals.preview_file()
    block = b"8BIM\x04\x0c\0\0" + struct.pack(">I", len(preview)) + preview + b"8BIM\x04\x04\0\0\0\0\0\x30"
    block += b"\x1c\x02\x78\0\x1f" + SECRETS["iptc"].encode()
    secrets = [rest(preview), SECRETS["iptc"].encode()]
    data = with_segments(jpeg(scene()), segment(0xED, b"Photoshop 3.0\0" + block))
    yield File(name="iptc.jpg", data=data, secrets=secrets)
    yield File(name="iptc.tif", data=tiff_with((34377, 1, block), (33723, 1, secrets[1])), secrets=secrets)


def extended_xmp() -> Iterator[File]:
    packet = SECRETS["xmp"].encode()
    parts = (b"http://ns.adobe.com/xap/1.0/\0" + packet, b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 40 + packet)
    data = with_segments(jpeg(scene()), *(segment(0xE1, part) for part in parts))
    yield File(name="xmp.jpg", data=data, secrets=[packet])
    yield File(name="xmp.tif", data=tiff_with((700, 1, packet)), secrets=[packet])
    yield File(name="xmp.webp", data=saved(scene(), "WEBP", xmp=packet), secrets=[packet])
    yield File(name="xmp.avif", data=saved(scene(), "AVIF", xmp=packet), secrets=[packet])


def depth() -> Iterator[File]:
    gain = originals.preview_file()
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta hdrgm:Version="1.0" GDepth:Data="' + gain.hex().encode() + b'"/>'
    segments = (segment(0xE1, xmp), segment(0xE2, b"MPF\0" + SECRETS["mpf"].encode()))
    data = with_segments(jpeg(scene()), *segments) + gain
    yield File(name="gain-map.jpg", data=data, secrets=[rest(gain), rest(xmp), SECRETS["mpf"].encode()])
    data, secret = heic_with(b"auxl")
    yield File(name="gain-map.heic", data=data, secrets=[secret])


def heic_with(kind: bytes) -> tuple[bytes, bytes]:
    """A HEIC file with a second picture as its thumbnail or gain map, and what of it must not come out."""
    data = heic(originals.noise(WIDTH, HEIGHT).convert("RGB"), thumbnail=64)
    secret = data[-100:]
    if kind == b"auxl":
        clap = data.index(b"clap")
        said = b"auxC" + bytes(4) + b"urn:beispiel:aux:gain-map:1\0"
        data = (data[:clap] + said + data[clap + len(said) :]).replace(b"thmb", kind)
    return data, secret


def second_picture() -> Iterator[File]:
    other = originals.noise(WIDTH, HEIGHT).convert("RGB")
    data = saved(scene(), "MPO", save_all=True, append_images=[other])
    yield File(name="pair.mpo", data=data, secrets=[data[-500:-400]])
    for name, make in (("phone.jpg", cameras.phone), ("stereo.mpo", cameras.stereo)):
        data = make(jpeg(scene()))
        index = data[data.index(b"MPF\0") + 4 :][:40]
        yield File(name=name, data=data, secrets=[index, data[-500:-400], SECRETS["serial"].encode()])


def trailer() -> Iterator[File]:
    padding = originals.noise(1000, 1600).tobytes()
    film = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0isommp42" + struct.pack(">I", 5000) + b"mdat" + padding[:4992]
    for name, behind in (("padding", padding), ("motion", film), ("text", SECRETS["trailer"].encode())):
        for format in ("JPEG", "PNG", "WEBP", "GIF"):
            yield File(name=f"{name}.{format}", data=saved(scene(), format) + behind, secrets=[rest(behind)])


def cropped() -> Iterator[File]:
    for format in ("PNG", "JPEG"):
        whole = saved(originals.noise(400, 300).convert("RGB"), format)
        small = saved(scene(), format)
        assert len(whole) > len(small)
        yield File(name=f"acropalypse.{format}", data=small + whole[len(small) :], secrets=[whole[-400:-300]])


def provenance() -> Iterator[File]:
    preview = jpeg(originals.noise(400, 300).convert("RGB"))
    store = cameras.manifest_store(thumbnail=preview)
    secrets = [SECRETS["c2pa"].encode(), SECRETS["owner"].encode(), rest(preview), store[:60]]
    data = with_segments(jpeg(scene()), *cameras.app11(store))
    assert data.count(b"\xff\xeb") > 1
    yield File(name="c2pa.jpg", data=data, secrets=secrets)
    yield File(name="c2pa.png", data=png_with(png_chunk(b"caBX", store)), secrets=secrets)
    yield File(name="c2pa.webp", data=riff_with(b"C2PA", store), secrets=secrets)
    yield File(name="c2pa.tif", data=tiff_with((52545, 1, store)), secrets=secrets)
    yield File(name="c2pa.heic", data=cameras.with_uuid_box(heic(scene()), store), secrets=secrets)
    yield File(name="c2pa.avif", data=cameras.with_uuid_box(saved(scene(), "AVIF"), store), secrets=secrets)


def text() -> Iterator[File]:
    said = SECRETS["comment"].encode()
    packed = zlib.compress(said)
    chunks = {
        "tEXt": b"Comment\0" + said,
        "zTXt": b"Comment\0\0" + packed,
        "iTXt": b"Comment\0\0\0de\0Kommentar\0" + said,
        "eXIf": originals.exif()[6:],
        "caBX": said,
        "prVt": said,
    }
    for kind, body in chunks.items():
        yield File(name=f"{kind}.png", data=png_with(png_chunk(kind.encode(), body)), secrets=[said, packed, body])
    bomb = png_chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 80_000_000))
    yield File(name="bomb.png", data=png_with(bomb), refused="damaged")


def animation() -> Iterator[File]:
    for format in ("PNG", "GIF", "WEBP", "AVIF"):
        data = several(format)
        yield File(name=f"which.{format}", data=data, refused="holds 3 pictures")
        yield File(name=f"third.{format}", data=data, frame=3)
    hidden = several("PNG", default_image=True)
    yield File(name="default.png", data=hidden, refused="holds 3 pictures")
    yield File(name="default-third.png", data=hidden, frame=3, secrets=[hidden[100:200]])
    said = SECRETS["comment"].encode()
    yield File(name="comment.gif", data=saved(scene(), "GIF", comment=said), secrets=[said])


def pages() -> Iterator[File]:
    raw = scene().tobytes()
    noise = originals.noise(WIDTH, HEIGHT).convert("RGB").tobytes()
    two = tiff(
        plain_tags(WIDTH, HEIGHT, len(raw)), plain_tags(WIDTH, HEIGHT, len(raw), offset=16 + len(raw)),
        pixels=raw + noise,
    )  # fmt: skip
    yield File(name="pages.tif", data=two, refused="holds 2 pictures")
    yield File(name="first.tif", data=two, frame=1, secrets=[noise[500:600]])
    below = tiff_with((330, 13, (8,)))
    yield File(name="sub.tif", data=below, refused="holds 2 pictures")
    yield File(name="above-sub.tif", data=below, frame=1)
    yield File(name="big.tif", data=tiff_with(big=True))
    yield File(name="described.tif", data=tiff_with((270, 1, SECRETS["comment"].encode())),
               secrets=[SECRETS["comment"].encode()])  # fmt: skip


def below_transparency() -> Iterator[File]:
    veil = scene().convert("RGBA")
    veil.paste(Image.merge("RGBA", (*[originals.noise(60, 60)] * 3, Image.new("L", (60, 60)))), (90, 50))
    for format, options in (("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True}), ("AVIF", {})):
        yield File(name=f"alpha.{format}", data=saved(veil, format, **options))
    palette = scene().convert("P", palette=Image.Palette.ADAPTIVE)
    yield File(name="palette.png", data=saved(palette, "PNG"), secrets=[bytes(palette.getpalette() or [])[:192]])
    yield File(name="trns.png", data=saved(palette, "PNG", transparency=bytes(range(256))))
    yield File(name="key.png", data=saved(scene(), "PNG", transparency=(200, 30, 30)))


def colours() -> Iterator[File]:
    device = originals.profile()
    name = "sRGB built-in".encode("utf-16-be")
    assert name in device
    for format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        yield File(name=f"device.{format}", data=saved(scene(), format, icc_profile=device), secrets=[name])
    yield File(name="device.heic", data=heic(scene(), icc_profile=device), secrets=[name])
    broken = SECRETS["profile"].encode() * 9
    for format in ("JPEG", "PNG", "TIFF"):
        yield File(name=f"broken.{format}", data=saved(scene(), format, icc_profile=broken), secrets=[broken[:60]])
    data = jpeg(scene())
    frame = data.index(b"\xff\xc0") + 19
    late = data[:frame] + segment(0xE2, b"ICC_PROFILE\0\1\1" + device) + data[frame:]
    yield File(name="late.jpg", data=late, secrets=[name])
    empty = with_segments(data, segment(0xE2, b"ICC_PROFILE\0\1\1"))
    yield File(name="empty.jpg", data=empty)
    yield File(name="wide.png", data=saved(scene(), "PNG", icc_profile=originals.swapping_profile()))
    yield File(name="cmyk.jpg", data=jpeg(scene().convert("CMYK"), icc_profile=device), secrets=[name])
    for mode in ("CMYK", "LAB", "1", "L"):
        yield File(name=f"{mode}.tif", data=saved(scene().convert(mode), "TIFF"))
    rows = b"".join(b"\0" + bytes(range(WIDTH)) * 2 for _ in range(HEIGHT))
    yield File(name="16.png", data=originals.png(WIDTH, HEIGHT, rows, depth=16))


def turns() -> Iterator[File]:
    exif = Image.Exif()
    for turn in range(10):
        exif[0x0112] = turn
        format = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF")[turn % 6]
        yield File(
            name=f"turn-{turn}.{format}",
            data=with_exif(format, exif.tobytes()),
            box=Box(x=40, y=40, width=20, height=16),
        )


def bombs() -> Iterator[File]:
    screen = bytearray(saved(Image.new("P", (9, 9)), "GIF"))
    struct.pack_into("<HH", screen, 6, 65535, 65535)
    yield File(name="screen.gif", data=bytes(screen), refused="65535 x 65535")
    for side in (16384, 65536):
        data = originals.png(side, side, b"\0" * 100_000)
        yield File(name=f"{side}.png", data=data, refused=f"{side} x {side} pixels; at most")
    giant = bytearray(jpeg(scene()))
    struct.pack_into(">HH", giant, giant.index(b"\xff\xc0") + 5, 14_000, 20_000)
    yield File(name="giant.jpg", data=bytes(giant), refused="20000 x 14000")
    for name, whole in (("heic", heic(scene())), ("avif", saved(scene(), "AVIF"))):
        at = whole.rindex(b"ispe") + 8
        data = whole[:at] + struct.pack(">II", 16_000, 12_500) + whole[at + 8 :]
        yield File(name=f"200mp.{name}", data=data, refused="16000 x 12500")
    yield File(name="scans.jpg", data=originals.scan_bomb(400), refused="403 scans|scans, more than 64")
    parts = originals.png_chunk(b"prVt", b"") * 450_000
    yield File(name="chunks.png", data=png_with(parts), refused="chopped")


def damage() -> Iterator[File]:
    for format in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF"):
        whole = heic(scene()) if format == "HEIF" else saved(scene(), format)
        for share in (0.02, 0.5, 0.98):
            yield File(name=f"cut-{share}.{format}", data=whole[: int(len(whole) * share)], refused="")
        torn = bytearray(whole)
        torn[len(torn) // 3 : len(torn) // 3 + 30] = bytes(30)
        yield File(name=f"torn.{format}", data=bytes(torn), refused="")
    png = saved(scene(), "PNG")
    for depth, colour in ((7, 0), (8, 1), (16, 3), (0, 2), (99, 6)):
        data = originals.png(4, 4, b"\0" * 100, depth=depth, colour=colour)
        yield File(name=f"depth-{depth}-{colour}.png", data=data, refused="damaged|cut off")
    yield File(name="signature.png", data=b"\x89PNG\n\r\x1a\n" + png[8:], refused="unknown kind")
    yield File(name="no-data.png", data=png[:33] + png[-12:], refused="damaged|ends before")
    data = tiff_with().replace(struct.pack("<HHII", 273, 4, 1, 16), struct.pack("<HHII", 273, 4, 1, 0xFFFFFFFF))
    yield File(name="offset.tif", data=data, refused="damaged")
    header = jpeg(scene()).replace(b"\xff\xdb", b"\xff\xdc", 1)
    yield File(name="header.jpg", data=header, refused="")


def lies() -> Iterator[File]:
    yield File(name="webp.jpg", data=saved(scene(), "WEBP"))
    for kind, data in {
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "PDF": b"%PDF-1.7\n1 0 obj\n",
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "ZIP": b"PK\x03\x04" + b"\0" * 60,
        "HTML": b"<!doctype html><script>alert(1)</script>",
    }.items():
        yield File(name=f"{kind}.jpg", data=data, refused=kind)
    page = b"<html><script>alert('Musterstadt')</script></html>"
    archive = b"PK\x03\x04" + SECRETS["trailer"].encode()
    yield File(name="polyglot.jpg", data=jpeg(scene(), comment=page) + archive, secrets=[page, archive])


def regions() -> Iterator[File]:
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = jpeg(scene().rotate(90, expand=True), exif=exif.tobytes())
    for name, box, refused in (
        ("outside", (WIDTH, 0, 9, 9), "no area inside"),
        ("left", (-9, 5, 9, 9), "no area inside"),
        ("zero", (5, 5, 0, 9), "no area inside"),
        ("negative", (50, 50, -9, 9), "no area inside"),
        ("edge", (0, 0, 9, 9), None),
        ("corner", (WIDTH - 9, HEIGHT - 9, 9, 9), None),
        ("beyond", (WIDTH - 9, HEIGHT - 9, 900, 900), None),
        ("whole", (0, 0, WIDTH, HEIGHT), None),
        ("one", (80, 60, 1, 1), None),
    ):
        made = Box(x=box[0], y=box[1], width=box[2], height=box[3])
        yield File(name=f"{name}.jpg", data=jpeg(scene()), box=made, refused=refused)
    stored = Box(x=9, y=HEIGHT + 5, width=20, height=16)
    yield File(name="stored-frame.jpg", data=sideways, box=stored, refused="160 x 120")


def names() -> Iterator[File]:
    said = "Frieda Beispielhaft Hinterhaus Musterweg 7"
    for name in (f"{said}.jpg", "../../etc/passwd.jpg", "DCIM-Kamera-von-K-Muster-4711.jpg"):
        yield File(name=name, data=jpeg(scene()), secrets=[name.encode()])


def burned_in() -> Iterator[File]:
    image = scene()
    ImageDraw.Draw(image).text((62, 52), "22:14", fill="white")
    yield File(name="stamp.jpg", data=jpeg(image))


KINDS: dict[int, Callable[[], Iterator[File]]] = dict(
    enumerate(
        (
            thumbnail, place, makers_note, comment, iptc, extended_xmp, depth, second_picture, trailer, cropped,
            provenance, text, animation, pages, below_transparency, colours, turns, bombs, damage, lies, regions,
            names, burned_in,
        ),
        1,
    )
)  # fmt: skip
