import json
import struct
import zlib
from collections.abc import Callable

import exifread
import pytest
from PIL import Image, TiffImagePlugin

from fahndung.images import areas, evidence, exif, intake, inventory, probing, wording
from fahndung.images.evidence import Evidence
from fahndung.images.limits import Limits
from fahndung.images.probing import Probe

from . import originals
from .originals import SECRETS, jpeg, png_chunk, saved, scene, segment, with_segments


def kinds(found: Evidence) -> set[str]:
    return {finding.kind for finding in found.findings}


def values(found: Evidence, kind: str) -> list[object]:
    return [finding.value for finding in found.findings if finding.kind == kind]


def test_everything_a_talkative_file_carries_is_told() -> None:
    found = evidence.inspect(originals.talkative(), name="cctv.jpg")
    assert (found.format, found.width, found.height) == ("JPEG", 320, 240)
    assert kinds(found) == {
        "camera", "lens", "owner", "serial", "time", "software", "maker-note", "gps", "thumbnail", "icc", "comment",
        "xmp", "xmp-place", "xmp-history", "where", "more-pictures", "unknown-part", "c2pa", "iptc", "trailer",
        "embedded",
    }  # fmt: skip
    assert values(found, "camera") == [f"{SECRETS['make']} {SECRETS['model']}"]
    assert values(found, "gps") == [{"lat": 51.34, "lon": 12.37, "date": "2026:11:01"}]
    assert {str(value["in"]) for value in values(found, "thumbnail") if isinstance(value, dict)} == {
        "EXIF",
        "Photoshop",
    }
    assert values(found, "trailer") == [
        {"bytes": len(originals.preview_file()) + len(SECRETS["trailer"]), "looks_like": "JPEG"}
    ]


def test_the_place_is_said_in_a_sentence_of_both_languages() -> None:
    found = evidence.inspect(originals.talkative(), name="cctv.jpg")
    assert "The file says where the picture was taken: latitude 51.34, longitude 12.37." in found.sentences("en")
    assert "Die Datei verrät den Aufnahmeort: Breite 51,34, Länge 12,37." in found.sentences("de")
    assert found.sentences("de")[0].startswith("JPEG-Bild, 320 x 240 Pixel")


@pytest.mark.peers
def test_southern_and_western_places_are_negative_and_unreadable_ones_are_said() -> None:
    data = Image.Exif()
    gps = data.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "S", (33.0, 30.0, 0.0), "W", (70.0, 0.0, 36.0)
    found = evidence.inspect(jpeg(exif=data.tobytes()), name="a.jpg")
    assert values(found, "gps") == [{"lat": -33.5, "lon": -70.01}]
    data.get_ifd(0x8825)[2] = (TiffImagePlugin.IFDRational(1, 0),) * 3
    found = evidence.inspect(jpeg(exif=data.tobytes()), name="a.jpg")
    assert values(found, "gps") == [{}]
    assert "GPS data without a readable position" in " ".join(found.sentences("en"))


def test_a_clean_file_carries_nothing() -> None:
    found = evidence.inspect(jpeg(), name="a.jpg")
    assert found.findings == ()
    assert found.sentences("de")[1] == wording.NOTHING.de
    assert found.sentences("en")[1] == wording.NOTHING.en


def test_the_json_form_can_be_written_and_holds_the_same() -> None:
    found = evidence.inspect(originals.talkative(), name="cctv.jpg")
    back = json.loads(json.dumps(found.as_json()))
    assert back["sha256"] == found.sha256
    assert len(back["findings"]) == len(found.findings)
    assert back["findings"][0].keys() == {"kind", "message", "value"}
    assert back["findings"][0]["message"].keys() == {"en", "de"}


@pytest.mark.parametrize(("name", "fits"), [("a.jpg", True), ("A.JPEG", True), ("a.png", False), ("a", False)])
def test_a_name_that_does_not_fit_is_told(name: str, *, fits: bool) -> None:
    assert ("wrong-name" in kinds(evidence.inspect(jpeg(), name=name))) is not fits


def talkative_png() -> bytes:
    extra = b"".join(
        (
            png_chunk(b"tEXt", b"Author\0Frieda Beispiel"),
            png_chunk(b"zTXt", b"Description\0\0" + zlib.compress(b"geheim")),
            png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRETS["xmp"].encode()),
            png_chunk(b"tIME", struct.pack(">HBBBBB", 2026, 11, 1, 22, 14, 0)),
            png_chunk(b"caBX", b"jumb"),
            png_chunk(b"prVt", b"own part"),
            png_chunk(b"eXIf", originals.exif()[6:]),
        )
    )
    return originals.png(2, 2, b"\0\1\2" * 2, extra=extra) + b"PK\x03\x04"


def talkative_webp() -> bytes:
    data = saved(scene(), "WEBP", xmp=SECRETS["xmp"].encode())
    body = data[12:] + b"C2PA\x02\0\0\0ab" + b"QQQQ\x01\0\0\0a\0"
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def talkative_gif() -> bytes:
    return saved(scene(), "GIF", comment=b"Opfer wohnt im Hinterhaus")


def test_png_texts_times_and_unknown_parts_are_told() -> None:
    found = evidence.inspect(talkative_png(), name="a.png")
    assert {"text", "xmp", "time", "c2pa", "unknown-part", "camera", "gps", "trailer"} <= kinds(found)
    assert {"what": "PNG tIME", "value": "2026-11-01 22:14:00"} in values(found, "time")
    assert values(found, "trailer") == [{"bytes": 4, "looks_like": "ZIP"}]


@pytest.mark.peers
def test_webp_and_gif_parts_are_told() -> None:
    assert {"xmp", "c2pa", "unknown-part"} <= kinds(evidence.inspect(talkative_webp(), name="a.webp"))
    assert values(evidence.inspect(talkative_gif(), name="a.gif"), "comment") == ["Opfer wohnt im Hinterhaus"]


@pytest.mark.parametrize("data", [talkative_png(), talkative_webp(), talkative_gif()], ids=["png", "webp", "gif"])
def test_the_walk_over_the_parts_finds_the_same_in_this_process(data: bytes) -> None:
    told = {kind for kind, _ in inventory.parts(data, intake.sniff(data))}
    assert told
    assert told <= kinds(evidence.inspect(data, name="a"))


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_exif_data_are_read_in_every_format(format: str) -> None:
    data = saved(scene(), format, exif=originals.exif(), icc_profile=originals.profile())
    found = evidence.inspect(data, name=f"a.{format.lower()}")
    assert {"camera", "owner", "serial", "gps", "icc", "maker-note"} <= kinds(found)


def test_tiff_xmp_and_iptc_are_told() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[700], tags[33723] = SECRETS["xmp"].encode(), SECRETS["iptc"].encode()
    tags.tagtype[700], tags.tagtype[33723] = 1, 7
    assert {"xmp", "iptc"} <= kinds(evidence.inspect(saved(scene(), "TIFF", tiffinfo=tags), name="a.tif"))


def test_files_that_are_refused_elsewhere_are_looked_at() -> None:
    data = saved(scene(), "GIF", save_all=True, append_images=[scene().rotate(90)])
    assert values(evidence.inspect(data, name="a.gif"), "frames") == [2]
    assert ("frames", 2) in inventory.around(data, probing.probe(data))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0", b"just a text"])
def test_what_is_no_picture_is_told_and_never_raised(data: bytes) -> None:
    found = evidence.inspect(data, name="a.jpg")
    assert kinds(found) == {"unreadable"}
    assert found.format == ""
    assert len(found.sentences("de")) == 1


def test_a_file_over_the_limit_is_not_looked_into() -> None:
    found = evidence.inspect(jpeg(), name="a.jpg", limits=Limits(size=10))
    assert kinds(found) == {"too-large"}


def test_a_reader_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> dict[str, object]:
        raise AssertionError

    monkeypatch.setattr(exifread, "process_file", failing)
    found = evidence.inspect(originals.talkative(), name="a.jpg")
    assert values(found, "unreadable") == ["maker notes"]
    assert "camera" in kinds(found)


@pytest.mark.peers
def test_a_reader_that_never_ends_costs_its_own_findings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **__: object) -> dict[str, object]:
        while True:
            pass

    monkeypatch.setattr(exifread, "process_file", endless)
    found = evidence.inspect(originals.talkative(), name="a.jpg", limits=Limits(cpu_s=1))
    assert values(found, "unreadable") == ["maker notes"]
    assert {"camera", "gps", "trailer"} <= kinds(found)


def test_a_broken_profile_is_told_with_its_size() -> None:
    facts = exif.facts(jpeg(icc_profile=b"x" * 200), intake.sniff(jpeg(icc_profile=b"x" * 200)))
    assert ("icc", {"bytes": 200, "name": "–"}) in facts
    assert ("unreadable", "ICC") in facts


def test_maker_notes_with_owner_and_serial_number_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = {
        "MakerNote OwnerName": "Frieda Beispiel",
        "MakerNote InternalSerialNumber": "X1",
        "MakerNote FirmwareVersion": "1.0",
        "MakerNote SerialNumber": "",
        "MakerNote Macro": "off",
        "EXIF BodySerialNumber": "Y2",
    }
    monkeypatch.setattr(exifread, "process_file", lambda *_, **__: notes)
    assert exif.facts(jpeg(), intake.sniff(jpeg())) == []
    data = jpeg(exif=originals.exif())
    assert exif.notes(data, intake.sniff(data), 9) == [
        ("software", "1.0"),
        ("serial", {"what": "MakerNote InternalSerialNumber", "value": "X1"}),
        ("owner", {"what": "MakerNote OwnerName", "value": "Frieda Beispiel"}),
    ]


def test_a_tiff_whose_pixels_nobody_reads_tells_what_it_carries() -> None:
    plain = saved(scene(), "TIFF", exif=originals.exif())
    rgb, other = (struct.pack("<HHIHH", 262, 3, 1, value, 0) for value in (2, 9))
    assert rgb in plain
    found = evidence.inspect(plain.replace(rgb, other), name="a.tif")
    assert found.refused is not None
    assert {"camera", "owner", "serial", "time", "gps"} <= kinds(found)
    assert ("EXIF" in values(found, "unreadable")) is False


def exif_block(note: bytes, *, count: int | None = None, texts: int = 0) -> bytes:
    """A TIFF block with a maker note of so many bytes as it says, and texts that reach to the end of the file."""
    inner = 8 + 2 + 12 * (2 + texts) + 4
    behind = inner + 2 + 12 + 4
    entries = [
        (0x010F, 2, 6, behind),
        *((0x9C00 + number, 2, 2**31, 1) for number in range(texts)),
        (0x8769, 4, 1, inner),
    ]
    ifd0 = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    told = len(note) if count is None else count
    ifd1 = struct.pack("<HHHII", 1, 0x927C, 7, told, behind + 6) + bytes(4)
    return b"II*\0\x08\0\0\0" + ifd0 + ifd1 + b"Canon\0" + note


CANON = struct.pack("<HHHII", 1, 0x0009, 2, 4, int.from_bytes(b"own\0", "little")) + bytes(60_000)


def in_jpeg(block: bytes) -> bytes:
    return with_segments(jpeg(), segment(0xE1, b"Exif\0\0" + block))


@pytest.mark.parametrize(
    ("format", "put"),
    [
        ("JPEG", in_jpeg),
        ("PNG", lambda block: originals.png(1, 1, b"\0\0", extra=png_chunk(b"eXIf", block))),
        ("WEBP", lambda block: saved(scene(), "WEBP", exif=block)),
        ("WEBP", lambda block: saved(scene(), "WEBP", exif=b"Exif\0\0" + block)),
        ("HEIF", lambda block: originals.heif(b"\0\0\0\0" + block, b"")),
        ("TIFF", lambda block: block),
    ],
)
def test_a_long_maker_note_is_read_in_every_format(format: str, put: Callable[[bytes], bytes]) -> None:
    data = put(exif_block(CANON))
    found = exif.notes(data, Probe(format=format, width=1, height=1, end=len(data)), Limits().reads)
    assert ("owner", {"what": "MakerNote OwnerName", "value": "own"}) in found


@pytest.mark.parametrize(
    "block",
    [exif_block(CANON, count=2**32 - 1), exif_block(CANON, texts=300)],
    ids=["values without end", "texts without end"],
)
def test_a_maker_note_that_never_ends_is_given_up(block: bytes) -> None:
    data = in_jpeg(block)
    assert exif.notes(data, probing.probe(data), 70_000) == [("unreadable", exif.NOTES)]


def test_many_blocks_of_exif_get_no_more_than_one() -> None:
    one = segment(0xE1, b"Exif\0\0" + exif_block(CANON[:1000]))
    for count, owners in ((1, 1), (5, 0)):
        data = with_segments(jpeg(), *[one] * count)
        assert [kind for kind, _ in exif.notes(data, probing.probe(data), 2000)].count("owner") == owners


def test_exif_facts_are_the_same_in_this_process() -> None:
    data = originals.talkative()
    told = {kind for kind, _ in exif.facts(data, intake.sniff(data))}
    assert {"camera", "lens", "owner", "serial", "time", "software", "maker-note", "gps", "thumbnail", "icc"} <= told
    turned = jpeg(exif=originals.exif(orientation=6, place=False))
    facts = exif.facts(turned, intake.sniff(turned))
    assert ("orientation", "6") in facts
    assert exif._degrees((1.0, 2.0), "N", "S") is None
    assert exif._degrees((float("nan"), 0.0, 0.0), "N", "S") is None
    assert list(exif._place({1: "N"})) == [("gps", {})]
    assert "gps" not in {kind for kind, _ in facts}
    tiff = saved(scene(), "TIFF", tiffinfo={700: b"<x/>", 305: ""})
    assert "xmp" in {kind for kind, _ in inventory.parts(tiff, intake.sniff(tiff))}


def test_metadata_become_one_printable_line_of_bounded_length() -> None:
    assert exif.plain("a\nb\x1b[31m  c\0") == "a b [31m c"
    assert exif.plain("Grüße".encode("utf-16-le")) == "Grüße"
    assert exif.plain("Grüße".encode()) == "Grüße"
    assert exif.plain("x" * 300) == "x" * 200 + " …"


def parts_of(*segments: bytes) -> list[inventory.Fact]:
    data = with_segments(jpeg(), *segments)
    return inventory.parts(data, intake.sniff(data))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (segment(0xFE, b"abc"), [("comment", "abc")]),
        (segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1abc"), [("thumbnail", {"bytes": 3, "in": "JFIF"})]),
        (segment(0xE0, b"JFXX\0\x10abcd"), [("thumbnail", {"bytes": 4, "in": "JFXX"})]),
        (segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), []),
        (segment(0xE1, b"Exif\0\0"), []),
        (segment(0xE1, b"Other"), [("unknown-part", {"bytes": 5, "in": "APP1"})]),
        (segment(0xE2, b"ICC_PROFILE\0\1\1"), []),
        (segment(0xE2, b"FPXR\0"), [("unknown-part", {"bytes": 5, "in": "APP2"})]),
        (segment(0xEB, b"HDR"), [("unknown-part", {"bytes": 3, "in": "APP11"})]),
        (segment(0xED, b"Photoshop"), [("iptc", 9)]),
        (segment(0xEE, b"Adobe\0d\0\0\0\0\1"), []),
        (segment(0xEE, b"Adobe with more in it"), [("unknown-part", {"bytes": 21, "in": "APP14"})]),
        (segment(0xEC, b"Ducky"), [("unknown-part", {"bytes": 5, "in": "APP12"})]),
        (
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0 GCamera:MotionPhoto"),
            [("xmp", 49), ("xmp-pictures", True)],
        ),
    ],
)
def test_each_segment_of_a_jpeg_is_named(part: bytes, expected: list[inventory.Fact]) -> None:
    assert parts_of(part) == expected


@pytest.mark.parametrize(
    ("rest", "kind"),
    [(b"\0\0\0\x18ftypmp42", "video"), (b"\x89PNG\r\n", "PNG"), (b"PK\x03\x04", "ZIP"), (b"xyz", "")],
)
def test_what_follows_the_picture_is_named_by_its_first_bytes(rest: bytes, kind: str) -> None:
    data = jpeg() + rest
    assert list(inventory.around(data, intake.sniff(data))) == [("trailer", {"bytes": len(rest), "looks_like": kind})]


def test_walks_end_with_the_file() -> None:
    assert inventory.parts(b"\xff\xd8\xff\xe5\xff", intake.Probe(format="JPEG", width=1, height=1, end=5)) != []
    assert inventory.parts(b"\xff\xd8", intake.Probe(format="JPEG", width=1, height=1, end=2)) == []
    png = saved(scene(), "PNG")[:-12]
    assert inventory.parts(png, intake.Probe(format="PNG", width=1, height=1, end=len(png))) == []
    assert inventory.parts(b"BM", intake.Probe(format="BMP", width=1, height=1, end=2)) == []


def test_more_parts_than_a_walk_takes_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas, "STEPS", 2)
    comments = segment(0xFE, b"a") * 9
    assert len(parts_of(comments)) < 9
    png = originals.png(1, 1, b"\0\0", extra=png_chunk(b"tEXt", b"k\0v") * 9)
    assert len(inventory.parts(png, intake.sniff(png))) < 9
    webp = saved(scene(), "WEBP", exif=originals.exif(), xmp=b"<x/>")
    assert inventory.parts(webp, intake.sniff(webp)) == []


def test_hundreds_of_findings_are_counted_not_dropped_in_silence() -> None:
    comments = b"".join(segment(0xFE, f"number {index}".encode()) for index in range(600))
    found = evidence.inspect(with_segments(jpeg(), comments), name="a.jpg")
    assert values(found, "more") == [100]
    assert len(found.findings) == 501


def test_the_looking_itself_gives_facts() -> None:
    data = originals.talkative()
    assert ("camera", f"{SECRETS['make']} {SECRETS['model']}") in facts_of(data)
    comments = with_segments(jpeg(), segment(0xFE, b"a") * 600)
    assert facts_of(comments)[-1] == ("more", 100)


def facts_of(data: bytes) -> list[object]:
    facts = evidence.look(data, probing.probe(data), Limits()).header["facts"]
    assert isinstance(facts, list)
    return facts


def cut_off() -> bytes:
    data = originals.talkative()
    return data[: intake.sniff(data).end - 3000]


@pytest.mark.peers
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_file_whose_pixels_do_not_decode_is_refused_and_all_that_it_carries_is_told(language: str) -> None:
    found = evidence.inspect(cut_off(), name="a.jpg")
    assert found.refused is not None
    assert found.findings[0].kind == "undecodable"
    assert found.sentences(language)[1].endswith(found.refused.in_language(language))
    assert {"camera", "gps", "owner"} <= kinds(found)
    assert found.as_json()["refused"] == found.refused._asdict()
    assert evidence.inspect(jpeg(), name="a.jpg").refused is None


def test_of_several_pictures_the_first_is_tried_and_that_there_are_several_is_no_refusal() -> None:
    data = saved(scene(), "GIF", save_all=True, append_images=[scene().rotate(90)])
    assert evidence.inspect(data, name="a.gif").refused is None


def test_the_second_page_of_a_tiff_is_no_thumbnail() -> None:
    data = saved(scene(), "TIFF", save_all=True, append_images=[scene().rotate(180)])
    assert kinds(evidence.inspect(data, name="a.tif")) == {"frames"}


def test_a_profile_without_a_name_leaves_no_hole_in_its_sentence() -> None:
    found = evidence.inspect(jpeg(icc_profile=b"damaged" * 30), name="a.jpg")
    assert "which may name a device: –." in " ".join(found.sentences("en"))
