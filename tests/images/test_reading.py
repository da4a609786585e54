"""A published picture read back: clean or not, with its marker or without, its redactions visible or not."""

import io
from collections.abc import Sequence

import pytest
from PIL import Image

from fahndung.images import framing, marking, reading, redaction
from fahndung.images.encoding import encode
from fahndung.images.framing import Picture
from fahndung.model.ids import ImageId
from fahndung.model.image import Box
from fahndung.model.raster import Raster

from .originals import scene

WORDS = "Zeuge – nicht Beschuldigter"
SIZES = [(2048, 1536), (1200, 400), (400, 300), (150, 400), (60, 400), (40, 40)]
OTHER_WORDS = [
    "Zeugin – nicht Beschuldigte",
    "Zeuge – nicht beschuldigter",
    "Zeuge – nicht Beschuldigfer",
    "Zeuge - nicht Beschuldigter",
    "Zeuge – nicht Beschuldigter.",
    "Beschuldigter – nicht Zeuge",
    "Tatverdächtiger",
]
IMAGE = ImageId("cctv-1")


def jpeg(pixels: Image.Image, regions: Sequence[Box] = (), *, quality: int = 85) -> bytes:
    raster = Raster(width=pixels.width, height=pixels.height, rgb=pixels.tobytes())
    return encode(raster, quality=quality, regions=regions)


def banded(size: tuple[int, int], words: str) -> Image.Image:
    return framing.banded(Picture(pixels=scene(*size)), words, 4096).pixels


def marked(data: bytes, words: str | None = WORDS) -> bool | None:
    found = reading.read("web.jpg", data, image=IMAGE, marker=words)
    assert found.clean
    return found.marked


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("quality", [85, 92])
def test_the_band_is_found_in_every_size_and_quality(size: tuple[int, int], quality: int) -> None:
    assert marked(jpeg(banded(size, WORDS), quality=quality)) is True


@pytest.mark.parametrize("words", OTHER_WORDS)
@pytest.mark.parametrize("size", SIZES)
def test_a_band_that_says_something_else_is_not_the_marker(size: tuple[int, int], words: str) -> None:
    assert marked(jpeg(banded(size, words))) is False


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_without_a_band_or_with_an_empty_one_is_not_marked(size: tuple[int, int]) -> None:
    assert marked(jpeg(scene(*size))) is False
    height = marking.band(WORDS, size[0]).height
    canvas = Image.new("RGB", (size[0], size[1] + height))
    canvas.paste(scene(*size), (0, 0))
    assert marked(jpeg(canvas)) is False


def test_words_anywhere_but_at_the_bottom_are_not_the_marker() -> None:
    band = marking.band(WORDS, 400)
    canvas = Image.new("RGB", (400, 300))
    canvas.paste(band, (0, 0))
    assert marked(jpeg(canvas)) is False
    assert marked(jpeg(band)) is False  # a band alone is no picture
    canvas.paste(band, (0, 300 - band.height))
    assert marked(jpeg(canvas)) is True


def test_an_empty_marker_marks_nothing() -> None:
    canvas = Image.new("RGB", (400, 300))
    assert marked(jpeg(canvas), " ") is False


def test_what_needs_no_marker_and_has_no_region_is_not_looked_at() -> None:
    found = reading.read("web.jpg", jpeg(scene(400, 300)), image=IMAGE)
    assert (found.name, found.image, found.clean, found.why) == ("web.jpg", IMAGE, True, "")
    assert (found.marked, found.redaction_marked) == (None, None)


REGIONS = (Box(x=80, y=64, width=120, height=80), Box(x=0, y=200, width=96, height=100))


def redacted(*, lines: bool, words: str | None = None) -> tuple[bytes, tuple[Box, ...]]:
    pixels = scene(400, 300)
    redaction.fill(pixels, REGIONS)
    picture = framing.banded(Picture(pixels=pixels, regions=REGIONS), words, 4096)
    if lines:
        redaction.mark(picture.pixels, picture.regions)
    return jpeg(picture.pixels, picture.regions), picture.regions


@pytest.mark.parametrize("words", [None, WORDS])
def test_filled_and_framed_regions_are_found(words: str | None) -> None:
    data, regions = redacted(lines=True, words=words)
    found = reading.read("web.jpg", data, image=IMAGE, marker=words, regions=regions)
    assert (found.clean, found.marked, found.redaction_marked) == (True, None if words is None else True, True)


def test_a_region_without_its_frame_is_not_marked() -> None:
    data, regions = redacted(lines=False)
    assert reading.read("web.jpg", data, image=IMAGE, regions=regions).redaction_marked is False


def test_one_framed_region_does_not_speak_for_another() -> None:
    pixels = scene(400, 300)
    redaction.fill(pixels, REGIONS)
    redaction.mark(pixels, REGIONS[:1])
    assert reading.read("x", jpeg(pixels, REGIONS), image=IMAGE, regions=REGIONS[:1]).redaction_marked is True
    assert reading.read("x", jpeg(pixels, REGIONS), image=IMAGE, regions=REGIONS).redaction_marked is False


def test_a_frame_that_lacks_a_side_is_not_a_frame() -> None:
    pixels = scene(400, 300)
    whole = pixels.copy()
    redaction.mark(pixels, REGIONS[:1])
    pixels.paste(whole.crop((70, 60, 80, 150)), (70, 60))
    assert reading.read("x", jpeg(pixels, REGIONS[:1]), image=IMAGE, regions=REGIONS[:1]).redaction_marked is False


def test_a_region_that_is_not_filled_is_not_marked() -> None:
    pixels = scene(400, 300)
    redaction.mark(pixels, REGIONS)
    pixels.paste(scene(10, 10), (100, 100))
    assert reading.read("x", jpeg(pixels), image=IMAGE, regions=REGIONS).redaction_marked is False


def test_a_picture_that_is_hidden_as_a_whole_has_no_room_for_a_frame() -> None:
    whole = (Box(x=0, y=0, width=64, height=64),)
    pixels = Image.new("RGB", (64, 64), (redaction.FILL,) * 3)
    assert reading.read("x", jpeg(pixels, whole), image=IMAGE, regions=whole).redaction_marked is True


def test_a_region_inside_another_shows_the_frame_of_the_outer_one() -> None:
    nested = (REGIONS[0], Box(x=96, y=80, width=16, height=16))
    pixels = scene(400, 300)
    redaction.mark(pixels, nested)
    assert reading.read("x", jpeg(pixels, nested), image=IMAGE, regions=nested).redaction_marked is True


def test_a_program_that_forgot_how_to_frame_does_not_vouch_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "mark", lambda picture, regions, *_: redaction.fill(picture, regions))
    data, regions = redacted(lines=True)
    assert reading.read("x", data, image=IMAGE, regions=regions).redaction_marked is False


@pytest.mark.parametrize("lines", [True, False])
def test_one_row_of_room_shows_one_white_line(lines: bool) -> None:
    region = (Box(x=0, y=0, width=64, height=64),)
    pixels = Image.new("RGB", (64, 65), (90, 90, 90))
    (redaction.mark if lines else redaction.fill)(pixels, region)
    assert reading.read("x", jpeg(pixels, region), image=IMAGE, regions=region).redaction_marked is lines


def test_a_file_with_more_than_pixels_is_told_and_not_decoded() -> None:
    data = jpeg(banded((400, 300), WORDS))
    dirty = data[:2] + b"\xff\xfe\x00\x06Lina" + data[2:]
    found = reading.read("web.jpg", dirty, image=IMAGE, marker=WORDS, regions=REGIONS)
    assert (found.clean, found.marked, found.redaction_marked) == (False, False, False)
    assert "COM" in found.why
    bare = reading.read("web.jpg", data + b"x", image=None)
    assert (bare.clean, bare.marked, bare.redaction_marked) == (False, None, None)


def test_a_file_without_colour_is_not_clean_and_half_a_scan_is_not_marked() -> None:
    out = io.BytesIO()
    Image.new("L", (40, 40)).save(out, "JPEG")
    assert reading.read("x", out.getvalue(), image=IMAGE, marker=WORDS).clean is False
    data = jpeg(banded((400, 300), WORDS))
    assert reading.read("x", data[: len(data) // 2] + b"\xff\xd9", image=IMAGE, marker=WORDS).marked is False
