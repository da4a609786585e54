"""Only clean JPEGs go into a poster."""

import io

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.posters import Photo, jpegs
from tests.posters import build

PHOTO = build.plain("foto-1", 120, 160)


def other(jpeg: bytes) -> Photo:
    return PHOTO._replace(jpeg=jpeg)


def saved(mode: str = "RGB", **options: object) -> Photo:
    out = io.BytesIO()
    Image.new(mode, (120, 160)).save(out, "JPEG", **options)
    return other(out.getvalue())


def with_segment(marker: int, body: bytes) -> Photo:
    segment = bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body
    return other(PHOTO.jpeg[:2] + segment + PHOTO.jpeg[2:])


@pytest.mark.parametrize("photo", [PHOTO, saved(progressive=True), saved("L"), saved(restart_marker_blocks=2)])
def test_plain_baseline_progressive_and_grey_pictures_pass(photo: Photo) -> None:
    jpegs.check(photo)


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (with_segment(0xE1, b"Exif\x00\x00MM\x00*"), "FFE1"),
        (with_segment(0xE2, b"ICC_PROFILE\x00"), "FFE2"),
        (with_segment(0xED, b"Photoshop 3.0\x00"), "FFED"),
        (with_segment(0xEE, b"Adobe\x00d\x00\x00\x00\x00\x01"), "FFEE"),
        (with_segment(0xFE, b"k.muster"), "FFFE"),
        (with_segment(0xE0, b"JFXX\x00\x10thumbnail"), "JFIF"),
        (with_segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01\xff\xff\xff"), "JFIF"),
        (saved(comment=b"geheim"), "FFFE"),
        (saved("CMYK"), "FFEE"),
        (other(PHOTO.jpeg + b"PK\x03\x04"), "after the end"),
        (other(PHOTO.jpeg[:-40]), "Build it anew"),
        (other(PHOTO.jpeg[:30]), "Build it anew"),
        (other(b"<html>"), "no JPEG"),
        (other(b""), "no JPEG"),
        (other(b"\xff\xd8\x00\x00\x00\x00"), "no marker"),
        (other(b"\xff\xd8\xff\xdb\x00\x01"), "broken segment"),
        (PHOTO._replace(width=121), "121x160"),
    ],
)
def test_anything_else_is_refused_with_the_reason(photo: Photo, why: str) -> None:
    with pytest.raises(UnsafeImage, match="images/foto-1") as caught:
        jpegs.check(photo)
    assert why in caught.value.message.en
    assert "images/foto-1" in caught.value.message.de


def test_a_second_jfif_header_is_refused() -> None:
    with pytest.raises(UnsafeImage):
        jpegs.check(with_segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))


def test_twelve_bit_samples_are_refused() -> None:
    at = PHOTO.jpeg.index(b"\xff\xc0") + 4
    with pytest.raises(UnsafeImage, match="8 bit"):
        jpegs.check(other(PHOTO.jpeg[:at] + b"\x0c" + PHOTO.jpeg[at + 1 :]))
