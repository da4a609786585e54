"""Photos as large as paper shows them."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from fahndung.posters import jpegs, plan, sizing
from fahndung.posters.marks import Layout, Photo, Slot
from tests.posters import build


def planned(photo: Photo, paper: str = "a4") -> tuple[Layout, Slot]:
    layout = plan(build.sheet(), [photo], paper=paper)
    return layout, next(mark for part in layout.named("photo") for mark in part.marks if isinstance(mark, Slot))


def opened(photo: Photo) -> Image.Image:
    return Image.open(io.BytesIO(photo.jpeg))


@pytest.mark.peers
@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_a_photo_has_as_many_pixels_as_its_place_on_that_paper_shows(paper: str) -> None:
    photo = build.portrait("foto-1", 2025, 2700)
    layout, slot = planned(photo, paper)
    (made,) = sizing.fitted([photo], [layout])
    assert made.width / (slot.width * layout.scale / 72) == pytest.approx(sizing.DPI, rel=0.001)
    assert made.width / made.height == pytest.approx(0.75, abs=0.001)
    assert opened(made).size == (made.width, made.height)
    assert len(made.jpeg) < len(photo.jpeg)
    jpegs.check(made)
    (again,) = sizing.fitted([photo], [layout])
    assert again == made


@pytest.mark.peers
def test_what_it_shows_stays_the_same() -> None:
    photo = build.portrait("foto-1", 2025, 2700)
    (made,) = sizing.fitted([photo], [planned(photo)[0]])
    expected = opened(photo).resize((made.width, made.height), Image.Resampling.LANCZOS)
    assert max(ImageStat.Stat(ImageChops.difference(expected, opened(made))).mean) < 1.0


def test_a_photo_without_clearly_more_pixels_goes_in_byte_for_byte() -> None:
    photo = build.portrait("foto-1", 900, 1200)
    assert sizing.fitted([photo], [planned(photo)[0]]) == (photo,)


def test_a_photo_on_two_sheets_has_enough_pixels_for_its_larger_place() -> None:
    photo = build.portrait("foto-1", 2025, 2700)
    (small, _), (large, slot) = planned(photo), planned(photo, "a3")
    (made,) = sizing.fitted([photo], [small, large])
    assert made.width == round(slot.width * large.scale / 72 * sizing.DPI)


def test_a_grey_photo_stays_grey() -> None:
    grey = sizing.encoded(opened(build.portrait("foto-1", 2025, 2700)).convert("L"), 90)
    photo = Photo(id=build.pictures(1)[0].id, jpeg=grey, width=2025, height=2700)
    (made,) = sizing.fitted([photo], [planned(photo)[0]])
    assert opened(made).mode == "L"
    jpegs.check(made)
