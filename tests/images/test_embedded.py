import base64
import hashlib
import struct
import time
import zlib

import pytest

from fahndung.images import areas, boxes, embedded, evidence, intake, inventory, iptc, told, xmp
from fahndung.images.areas import Area
from fahndung.images.limits import DEFAULT

from . import originals
from .originals import box, heif, jpeg, noise, png_chunk, saved, scene, segment, with_segments

SMALL = jpeg(noise(40, 30))
"""A picture that hides in another one."""

FILM = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0isommp42" + struct.pack(">I", 64) + b"mdat" + b"f" * 56


def resource(number: int, body: bytes) -> bytes:
    return b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(body)) + body + b"\0" * (len(body) % 2)


def jumbf(body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + b"jumb" + body


def app11(body: bytes) -> list[bytes]:
    """A box in segments, each with the head of the box again."""
    head, rest = body[:8], body[8:]
    return [
        segment(0xEB, b"JP\0\1" + struct.pack(">I", number + 1) + head + rest[start : start + 700])
        for number, start in enumerate(range(0, len(rest), 700))
    ]


XMP_PICTURE = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><xmpGImg:image>%s</xmpGImg:image></x:xmpmeta>" % b"&#xA;".join(
    base64.b64encode(SMALL)[at : at + 76] for at in range(0, 4 * len(SMALL) // 3 + 4, 76)
)
_SIZES = struct.pack(">IIHIIIHH", 1, 40, 30, 120, 3600, len(SMALL), 24, 1)
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0" + b"G" * 32
RAW = zlib.compress(b"\nexif\n 9\n" + SMALL.hex().encode())
HALF = len(XMP_PICTURE) // 2

HIDDEN = {
    "EXIF": jpeg(exif=originals.exif(thumbnail=SMALL)),
    "JFXX": with_segments(jpeg(), segment(0xE0, b"JFXX\0\x10" + SMALL)),
    "Photoshop": with_segments(jpeg(), segment(0xED, b"Photoshop 3.0\0" + resource(0x40C, _SIZES + SMALL))),
    "C2PA": with_segments(jpeg(), *app11(jumbf(b"c2pa.thumbnail.claim.jpeg\0" + SMALL))),
    "XMP": with_segments(jpeg(), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP_PICTURE)),
    "XMP extended": with_segments(
        jpeg(),
        segment(0xE1, EXTENSION + struct.pack(">II", len(XMP_PICTURE), HALF) + XMP_PICTURE[HALF:]),
        segment(0xE1, EXTENSION + struct.pack(">II", len(XMP_PICTURE), 0) + XMP_PICTURE[:HALF]),
    ),
    "APP5": with_segments(jpeg(), segment(0xE5, b"own preview" + SMALL)),
    "behind": jpeg() + b"padding" + SMALL + b"rest",
    "caBX": originals.png(1, 1, b"\0\0", extra=png_chunk(b"caBX", jumbf(SMALL))),
    "eXIf": originals.png(1, 1, b"\0\0", extra=png_chunk(b"eXIf", originals.exif(thumbnail=SMALL)[6:])),
    "zTXt": originals.png(1, 1, b"\0\0", extra=png_chunk(b"zTXt", b"Raw profile type exif\0\0" + RAW)),
    "WebP": saved(scene(), "WEBP", exif=originals.exif(thumbnail=SMALL)),
    "TIFF": saved(scene(), "TIFF", tiffinfo={34377: resource(0x40C, _SIZES + SMALL)}),
    "GIF": saved(scene(), "GIF") + SMALL,
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_hidden_picture_is_cut_out_byte_for_byte(where: str) -> None:
    found = evidence.inspect(HIDDEN[where], name="a")
    assert SMALL in [piece.untrusted for piece in found.embedded]
    name = f"{hashlib.sha256(SMALL).hexdigest()}.jpg"
    assert name in [one.value["name"] for one in found.findings if isinstance(one.value, dict) and "name" in one.value]
    assert any(name in sentence for sentence in found.sentences("de"))


def test_base64_may_begin_on_a_line_of_its_own_and_words_do_not_keep_the_search_busy() -> None:
    packed = base64.encodebytes(SMALL)
    assert list(areas.xmp_pictures(b"<a>\n   " + packed + b"  </a>")) == [SMALL]
    assert list(areas.xmp_pictures(b"a " * 150 + b"<")) == []
    began = time.process_time()
    assert list(areas.xmp_pictures((b"a " * 199 + b"<") * 5000)) == []
    assert time.process_time() - began < 1


@pytest.mark.peers
def test_plain_thumbnails_films_and_archives_are_cut_out_too() -> None:
    pixels = noise(2, 3).tobytes() * 3
    bare = with_segments(jpeg(), segment(0xE0, b"JFXX\0\x13\x02\x03" + pixels + b"behind it" * 3))
    found = evidence.inspect(bare + FILM + b"PK\x03\x04" + b"z" * 40, name="a")
    assert [(piece.where, piece.name[64:]) for piece in found.embedded] == [("behind", ".mp4"), ("behind", ".zip")]
    assert found.embedded[0].untrusted == FILM
    wide = with_segments(jpeg(), segment(0xE0, b"JFXX\0\x13\x04\x03" + bytes(36)))
    (piece,) = evidence.inspect(wide, name="a").embedded
    assert piece.untrusted == b"P6 4 3 255\n" + bytes(36)


def test_no_more_is_cut_out_than_the_bounds_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [Area("behind", jpeg(noise(16, 16, seed=seed))) for seed in range(4)]
    assert len(embedded.pieces([*inside, *inside], DEFAULT)) == 4
    monkeypatch.setattr(embedded, "LARGEST", sum(len(area.data) for area in inside[:2]))
    assert len(embedded.pieces(inside, DEFAULT)) == 2
    monkeypatch.setattr(embedded, "MOST", 1)
    assert len(embedded.pieces(inside, DEFAULT)) == 1


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><x dc:creator="&a;"/>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><dc:creator>&a;</dc:creator></x>',
        "<a>" * 100,
        "<x dc:creator='a'",
    ],
)
def test_xmp_that_wants_more_than_values_is_not_read(document: str) -> None:
    assert xmp.facts(document.encode()) == [("unreadable", "XMP")]


def test_xmp_values_keep_the_name_around_them_and_what_was_read_before_the_damage() -> None:
    text = "<x:m xmlns:x='a'><dc:creator><rdf:Seq><rdf:li xml:lang='x'>Frieda</rdf:li></rdf:Seq></dc:creator><b"
    assert xmp.facts(text.encode()) == [
        ("owner", {"what": "XMP dc:creator", "value": "Frieda"}),
        ("unreadable", "XMP"),
    ]
    assert xmp.facts(b"<x exif:GPSLongitude='70,0,36W'/>") == [
        ("where", {"what": "XMP exif:GPSLongitude", "value": "-70.01"})
    ]
    many = b"<x>" + b"<dc:creator>a</dc:creator>" * 300 + b"</x>"
    assert len(xmp.facts(many)) == 201


def test_iptc_fields_are_read_until_the_first_that_is_none() -> None:
    def field(number: int, value: bytes) -> bytes:
        return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value

    data = (
        field(80, "Jörg".encode("latin-1")) + field(90, "Köln".encode()) + field(200, b"none") + b"\0" + field(80, b"x")
    )
    wanted = [
        ("owner", {"what": "IPTC By-line", "value": "Jörg"}),
        ("where", {"what": "IPTC City", "value": "Köln"}),
    ]
    assert iptc.fields(data) == wanted
    whole = with_segments(jpeg(), segment(0xED, b"Photoshop 3.0\0" + resource(0x404, data)))
    assert told.facts(whole, intake.sniff(whole), areas.areas(whole, intake.sniff(whole))) == wanted
    assert list(iptc.resources(b"8BIM\x04")) == []


def test_c2pa_names_its_tool_its_authors_and_its_thumbnail() -> None:
    claim = (
        b"\x6fclaim_generator\x6bMusterapp 1\x64when\xc0\x74"
        + b"2026-11-01T21:14:07Z"
        + b"\x64name\x78\x18"
        + b"F" * 24
    )
    body = jumbf(b"c2pa.thumbnail.claim" + claim + b'{"author":[{"name":"Frieda Beispiel"}]}')
    found = evidence.inspect(with_segments(jpeg(), *app11(body)), name="a.jpg")
    told = {(one.kind, str(one.value)) for one in found.findings}
    assert ("software", "{'what': 'C2PA claim_generator', 'value': 'Musterapp 1'}") in told
    assert ("time", "{'what': 'C2PA when', 'value': '2026-11-01T21:14:07Z'}") in told
    assert ("description", "{'what': 'C2PA name', 'value': '%s'}" % ("F" * 24)) in told
    assert ("description", "{'what': 'C2PA name', 'value': 'Frieda Beispiel'}") in told
    assert ("c2pa-thumbnail", "True") in told


def test_exif_and_xmp_items_of_heic_are_found() -> None:
    data = heif(b"\0\0\0\6Exif\0\0II*\0" + SMALL, b"<x dc:creator='Frieda'/>")
    assert list(boxes.metadata(data)) == [("EXIF", b"II*\0" + SMALL), ("XMP", b"<x dc:creator='Frieda'/>")]
    told = inventory.parts(data, intake.Probe(format="HEIF", width=1, height=1, end=len(data)))
    assert told == [("xmp", 24)]
    c2pa = box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + b"claim")
    assert list(boxes.metadata(c2pa)) == [("C2PA", b"claim")]
    assert inventory.parts(c2pa, intake.Probe(format="AVIF", width=1, height=1, end=len(c2pa))) == [("c2pa", 5)]
    many = box(b"iloc", b"\1\0\0\0\0\0" + b"\xff\xff" + struct.pack(">HHHH", 1, 0, 0, 0xFFFF) * 400)
    began = time.process_time()
    names = box(b"iinf", b"\0\0\0\0\0\1" + box(b"infe", b"\2\0\0\0\0\1\0\0Exif\0"))
    assert list(boxes.metadata(box(b"meta", b"\0\0\0\0" + names + many))) == []
    assert time.process_time() - began < 1
    for cut in range(0, len(data), 7):
        list(boxes.metadata(data[:cut]))
