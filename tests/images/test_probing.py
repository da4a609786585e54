import struct
import time

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import intake, probing
from fahndung.images.limits import Limits

from . import originals
from .originals import jpeg, saved, scene


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": originals.exif()}),
        ("TIFF", {}),
        ("TIFF", {"big_tiff": True}),
        ("BMP", {}),
        ("GIF", {}),
    ],
)
def test_format_and_size_are_read_from_the_bytes(format: str, options: dict[str, object]) -> None:
    probe = intake.sniff(saved(scene(321, 123), format, **options))
    assert (probe.format, probe.width, probe.height, probe.frames) == (format, 321, 123, 1)


def test_big_endian_tiff_and_old_bmp_headers_are_read() -> None:
    tags = b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in ((256, 70), (257, 50)))
    tiff = b"MM\0\x2a" + struct.pack(">IH", 8, 2) + tags + struct.pack(">I", 0)
    assert (probing.probe(tiff).width, probing.probe(tiff).height) == (70, 50)
    bmp = b"BM" + b"\0" * 12 + struct.pack("<IHH", 12, 30, 20)
    assert (probing.probe(bmp).width, probing.probe(bmp).height) == (30, 20)


def test_a_bmp_stored_from_the_top_has_a_positive_height() -> None:
    data = bytearray(saved(scene(30, 20), "BMP"))
    struct.pack_into("<i", data, 22, -20)
    assert intake.sniff(bytes(data)).height == 20


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF", "EPS"),
        (b"8BPS\0\1", "PSD"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"II\x2a\0\x10\0\0\0CR\x02\0", "raw"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"\0\0\1\0\1\0", "ICO"),
        (b"icns\0\0\0\1", "ICNS"),
        (b"\0" * 128 + b"DICM", "DICOM"),
        (b"P6\n2 2\n255\n", "Netpbm"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"  <SVG/>", "SVG"),
        (b"<!DOCTYPE html><html>", "HTML"),
        ("Grüße aus Musterstadt".encode(), "text"),
        (b"\x01\x02\x03\x04", "unknown kind"),
        (b"BM\x01\x02", "unknown kind"),
    ],
)
def test_what_is_no_accepted_picture_is_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(UnsafeImage, match=name) as caught:
        intake.sniff(data)
    assert "exportieren" in caught.value.message.de


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(UnsafeImage, match="empty"):
        intake.sniff(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00",
        b"\xff\xd8\xff\xc0\x00\x11\x08\x00",
        b"\xff\xd8\xff\xda\x00\x0c",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"GIF89a\x01",
        b"RIFF\x10\0\0\0WEBP",
        b"RIFF\x20\0\0\0WEBPVP8 \x01\0\0\0",
        b"II\x2a\0\x08",
        b"II\x2a\0\x08\0\0\0",
        b"II\x2b\0\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
    ],
)
def test_a_file_that_ends_too_early_is_called_cut_off(data: bytes) -> None:
    with pytest.raises(UnsafeImage, match="cut off"):
        intake.sniff(data)


@pytest.mark.parametrize(("width", "height", "fits"), [(100, 100, True), (101, 100, False), (10, 100, True)])
def test_the_limit_of_pixels_is_kept_to_the_pixel(width: int, height: int, *, fits: bool) -> None:
    data = saved(Image.new("L", (width, height)), "PNG")
    limits = Limits(pixels=10_000)
    if fits:
        assert intake.sniff(data, limits).width == width
    else:
        with pytest.raises(UnsafeImage, match="101 x 100 pixels; at most 10000"):
            intake.sniff(data, limits)


def test_the_limits_of_a_side_and_of_bytes_are_kept() -> None:
    data = saved(Image.new("L", (200, 2)), "PNG")
    assert intake.sniff(data, Limits(side=200, size=len(data))).width == 200
    with pytest.raises(UnsafeImage, match="199 along a side"):
        intake.sniff(data, Limits(side=199))
    with pytest.raises(UnsafeImage, match=f"has {len(data)} bytes"):
        intake.sniff(data, Limits(size=len(data) - 1))


def test_a_small_file_that_claims_a_huge_picture_is_refused_unread() -> None:
    data = originals.png(65500, 65500, b"\0" * 100_000)
    assert len(data) < 1000
    with pytest.raises(UnsafeImage, match="65500 x 65500"):
        intake.sniff(data)


def test_a_gif_whose_frame_is_larger_than_its_screen_is_measured_by_the_frame() -> None:
    data = bytearray(saved(scene(40, 30), "GIF"))
    at = data.index(b"\x2c", 13 + (3 << (data[10] & 7) + 1))
    struct.pack_into("<HH", data, at + 5, 60000, 60000)
    with pytest.raises(UnsafeImage, match="60000 x 60000"):
        intake.sniff(bytes(data))


def test_a_picture_without_area_is_damaged() -> None:
    data = jpeg().replace(struct.pack(">HH", 240, 320), struct.pack(">HH", 0, 320), 1)
    with pytest.raises(UnsafeImage, match="320 x 0"):
        intake.sniff(data)


def frames(format: str, count: int = 3, **options: object) -> bytes:
    pictures = [scene(40 + 0 * n, 30).rotate(90 * n) for n in range(count)]
    return saved(pictures[0], format, save_all=True, append_images=pictures[1:], **options)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_several_pictures_in_one_file_are_refused_with_their_number(format: str) -> None:
    with pytest.raises(UnsafeImage, match=f"The {format} file holds 3 pictures"):
        intake.sniff(frames(format))


@pytest.mark.parametrize("data", [saved(scene(), "GIF")[:700], saved(scene(), "WEBP", exif=originals.exif())[:30]])
def test_a_file_that_ends_before_its_picture_is_cut_off(data: bytes) -> None:
    with pytest.raises(UnsafeImage, match="ends before its picture begins"):
        intake.sniff(data)


def test_an_apng_whose_default_picture_is_not_shown_counts_it() -> None:
    data = frames("PNG", 2, default_image=True)
    assert probing.probe(data).frames == 2


def test_a_tiff_with_hidden_sub_pictures_is_refused() -> None:
    plain = saved(scene(40, 30), "TIFF")
    offset = struct.unpack_from("<I", plain, 4)[0]
    (count,) = struct.unpack_from("<H", plain, offset)
    entries = plain[offset + 2 : offset + 2 + 12 * count] + struct.pack("<HHII", 330, 4, 1, 8)
    data = plain[:4] + struct.pack("<I", len(plain)) + plain[8:] + struct.pack("<H", count + 1) + entries + b"\0" * 4
    with pytest.raises(UnsafeImage, match="2 pictures"):
        intake.sniff(data)


def test_tiff_pages_that_point_in_a_circle_end() -> None:
    data = bytearray(saved(scene(40, 30), "TIFF"))
    offset = struct.unpack_from("<I", data, 4)[0]
    (count,) = struct.unpack_from("<H", data, offset)
    struct.pack_into("<I", data, offset + 2 + 12 * count, offset)
    assert probing.probe(bytes(data)).frames == 1


def test_scans_are_counted_and_too_many_are_refused() -> None:
    normal = intake.sniff(jpeg(progressive=True)).scans
    assert 2 < normal < 64
    bomb = originals.scan_bomb(70)
    with pytest.raises(UnsafeImage, match="scans, more than 64"):
        intake.sniff(bomb)
    assert intake.sniff(bomb, Limits(scans=80)).scans > 70


def test_scans_inside_other_segments_are_not_counted() -> None:
    data = originals.with_segments(jpeg(), originals.segment(0xE1, b"Exif\0\0" + jpeg(scene(16, 16))))
    assert intake.sniff(data).scans == 1


def test_a_scan_header_that_is_cut_off_behind_its_count_is_refused() -> None:
    """Found by ``tests.fuzz.pictures``."""
    data = jpeg()
    at = data.index(b"\xff\xda") + 4
    with pytest.raises(UnsafeImage, match="cut off"):
        intake.sniff(data[:at] + b"\xff" + data[at + 1 : at + 20])


def test_marks_without_a_body_between_segments_are_stepped_over() -> None:
    data = originals.with_segments(jpeg(), b"\xff\x01\xff\xd8\xff\xd3\0")
    assert intake.sniff(data).scans == 1


def test_an_unfinished_progressive_jpeg_is_refused() -> None:
    data = jpeg(progressive=True)
    cut = data[: data.rindex(b"\xff\xda")]
    with pytest.raises(UnsafeImage, match="unfinished"):
        intake.sniff(cut + b"\xff\xd9")


@pytest.mark.parametrize(("subsampling", "spread"), [("4:4:4", (8, 8)), ("4:2:2", (16, 8)), ("4:2:0", (16, 16))])
def test_how_far_a_stored_colour_spreads_is_read_from_the_frame_header(
    subsampling: str, spread: tuple[int, int]
) -> None:
    assert intake.sniff(jpeg(subsampling=subsampling)).spread == spread


def test_the_picture_ends_where_it_says_and_not_with_the_file() -> None:
    for data in (jpeg(), saved(scene(), "PNG"), saved(scene(), "GIF"), saved(scene(), "WEBP")):
        assert intake.sniff(data + b"PK\x03\x04 more").end == len(data)


def overlapping_pages() -> bytes:
    """20,000 TIFF pages, each of which claims the same 65,535 tags, 14 bytes later: 1,300 million in 1 MB."""
    first, behind = 8, 2 + 12 * 65_535
    data = bytearray(b"II\x2a\0" + struct.pack("<I", first)).ljust(first + behind + 14 * 20_000, b"\0")
    for page in range(20_000):
        at = first + 14 * page
        struct.pack_into("<H", data, at, 65_535)
        struct.pack_into("<I", data, at + behind, at + 14)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 3_000_000,
        b"\xff\xd8" + b"\xff\xc0\x00\x08\x08\0\1\0\1\xff" * 300_000,
        overlapping_pages(),
        b"\xff\xd8" + b"\xff" * 30_000_000 + b"\0",
        b"\x89PNG\r\n\x1a\n" + originals.png_chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0") + b"\0" * 20_000_000,
        b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe" + b"\x01a" * 5_000_000,
        b"RIFF\xff\xff\xff\x7fWEBP" + b"\0" * 20_000_000,
    ],
    ids=["segments", "components", "pages", "fill bytes", "chunks", "blocks", "riff"],
)
def test_files_of_countless_tiny_parts_are_refused_at_once(data: bytes) -> None:
    start = time.process_time()
    with pytest.raises(UnsafeImage):
        intake.sniff(data)
    assert time.process_time() - start < 5
