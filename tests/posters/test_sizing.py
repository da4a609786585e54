"""Photos as large as paper shows them."""

import dataclasses
import io

import pytest
from PIL import Image, ImageChops, ImageStat

from fahndung.errors import UnsafeImage
from fahndung.posters import drawn, jpegs, plan, sizing
from fahndung.posters.marks import Layout, Photo, Pixels, Slot
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


@pytest.mark.parametrize(("width", "as_it_is"), [(2025, False), (900, True)])
def test_pixels_are_encoded_once_for_their_place(width: int, as_it_is: bool) -> None:
    photo = build.portrait("foto-1", width, width * 4 // 3)
    asked: list[tuple[int, int, str]] = []

    def jpeg(across: int, quality: int, subsampling: str) -> bytes:
        asked.append((across, quality, subsampling))
        return build.portrait("foto-1", across, round(across * 4 / 3)).jpeg

    layout, _ = planned(photo)
    given = Pixels(id=photo.id, jpeg=jpeg, width=photo.width, height=photo.height)
    (made,), (from_file,) = sizing.fitted([given], [layout]), sizing.fitted([photo], [layout])
    assert (made.width, made.height) == (from_file.width, from_file.height) == opened(made).size
    assert asked == [(width, *sizing.WHOLE) if as_it_is else (made.width, sizing.QUALITY, sizing.COLOUR)]


def test_pixels_that_become_another_file_than_was_asked_for_are_refused() -> None:
    photo = build.portrait("foto-1", 900, 1200)
    given = Pixels(id=photo.id, jpeg=lambda *_: build.portrait("foto-1", 600, 800).jpeg, width=900, height=1200)
    with pytest.raises(UnsafeImage, match="600x800 px inside, 900x1200"):
        sizing.fitted([given], [planned(photo)[0]])


def test_all_pixels_that_cannot_be_made_safe_are_told_by_their_place_in_the_record() -> None:
    def leaking(*_: object) -> bytes:
        raise UnsafeImage("a hidden part is not hidden", "Eine verdeckte Stelle ist nicht verdeckt")

    shown = tuple(dataclasses.replace(one, field=f"images/{n + 3}") for n, one in enumerate(build.pictures(2)))
    given = [Pixels(id=one.id, jpeg=leaking, width=900, height=1200) for one in shown]
    with pytest.raises(UnsafeImage, match="images/3: a hidden part") as refused:
        drawn(build.sheet(pictures=shown), given)
    assert [(found.rule, found.field) for found in refused.value.problems] == [
        ("image", "images/3"),
        ("image", "images/4"),
    ]


def test_a_grey_photo_stays_grey() -> None:
    grey = sizing.encoded(opened(build.portrait("foto-1", 2025, 2700)).convert("L"), 90)
    photo = Photo(id=build.pictures(1)[0].id, jpeg=grey, width=2025, height=2700)
    (made,) = sizing.fitted([photo], [planned(photo)[0]])
    assert opened(made).mode == "L"
    jpegs.check(made)
