import io
import re

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images.walker import check_jpeg

from .originals import jpeg, scene, segment, talkative, with_segments


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"optimize": True, "subsampling": "4:4:4"},
        {"restart_marker_rows": 1},
    ],
)
def test_a_plain_jpeg_passes(options: dict[str, object]) -> None:
    check_jpeg(jpeg(**options))
    check_jpeg(jpeg(scene().convert("L"), **options))


@pytest.mark.parametrize(
    ("inserted", "name"),
    [
        (segment(0xFE, b"comment"), "COM"),
        (segment(0xE1, b"Exif\0\0"), "EXIF"),
        (segment(0xE2, b"ICC_PROFILE\0"), "ICC"),
        (segment(0xED, b"Photoshop 3.0\0"), "IPTC"),
        (segment(0xEB, b"JP"), "C2PA"),
        (segment(0xEE, b"Adobe\0d\0\0\0\0\1"), "FFEE"),
        (segment(0xE7, b""), "FFE7"),
        (segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), "FFE0"),
        (segment(0xDB, b"\0" * 66), "FFDB"),
        (segment(0xDB, b""), "FFDB"),
        (segment(0xC4, b"\0" * 16), "FFC4"),
        (segment(0xC4, b"\0" + b"\1" * 16), "FFC4"),
        (segment(0xDD, b"\0\1\2"), "FFDD"),
        (segment(0xC0, b"\x08"), "FFC0"),
        (segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0" * 2), "FFC0"),
        (segment(0xDA, b""), "FFDA"),
        (segment(0xDA, b"\1\1\0\0\x3f\0\0"), "FFDA"),
        (b"\xff", "FFFF"),
        (b"\0", "bytes between segments"),
        (b"\xff\xdb\xff\xff", "wrong length"),
        (b"\xff\xdb\0\1", "wrong length"),
    ],
)
def test_anything_else_is_refused_by_name(inserted: bytes, name: str) -> None:
    with pytest.raises(UnsafeImage, match=re.escape(name)):
        check_jpeg(with_segments(jpeg(), inserted))


def test_a_second_frame_header_is_refused() -> None:
    data = jpeg(scene(16, 16))
    frame = segment(0xC0, b"\x08\0\x10\0\x10\1\1\x11\0")
    with pytest.raises(UnsafeImage, match="2 frame headers"):
        check_jpeg(with_segments(data, frame))


def test_a_preview_in_the_jfif_header_is_refused() -> None:
    data = jpeg()
    with_preview = data[:2] + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1abc") + data[20:]
    with pytest.raises(UnsafeImage, match="FFE0"):
        check_jpeg(with_preview)


def test_bytes_behind_the_end_are_refused_with_their_number() -> None:
    check_jpeg(jpeg())
    with pytest.raises(UnsafeImage, match="3 bytes after EOI"):
        check_jpeg(jpeg() + b"abc")


def test_a_picture_without_end_or_beginning_or_scan_is_refused() -> None:
    with pytest.raises(UnsafeImage, match="without end"):
        check_jpeg(jpeg()[:-2])
    with pytest.raises(UnsafeImage, match="between segments"):
        check_jpeg(jpeg()[:20])
    with pytest.raises(UnsafeImage, match="no SOI"):
        check_jpeg(b"")
    with pytest.raises(UnsafeImage, match="0 scans"):
        check_jpeg(b"\xff\xd8\xff\xd9")


def test_restart_markers_pass_only_where_they_were_announced() -> None:
    data = jpeg(restart_marker_rows=1)
    announced = re.search(rb"\xff\xdd\x00\x04..", data, re.DOTALL)
    assert announced
    with pytest.raises(UnsafeImage, match="FFD0"):
        check_jpeg(data[: announced.start()] + data[announced.end() :])


def test_a_camera_file_fails() -> None:
    with pytest.raises(UnsafeImage):
        check_jpeg(talkative())


def test_what_passes_is_still_a_picture() -> None:
    data = jpeg()
    check_jpeg(data)
    assert Image.open(io.BytesIO(data)).size == (320, 240)
