"""Files that hold several pictures: which one is meant has to be said, and nothing of the others comes out."""

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import cleaning, decoding, intake, probing, renditions
from fahndung.model import image as model

from . import originals
from .originals import heic, saved
from .test_intake import near, picture

COLOURS = ((200, 30, 30), (30, 160, 30), (30, 30, 200))


def several(format: str) -> bytes:
    """Three plain pictures in three colours."""
    first, *more = (Image.new("RGB", (48, 32), colour) for colour in COLOURS)
    if format == "HEIF":
        return heic(first, *more, quality=95)
    quality = {"quality": 95} if format in {"AVIF", "WEBP"} else {}
    return saved(first, format, save_all=True, append_images=more, **quality)


FORMATS = ["GIF", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_of_several_pictures_asks_which_and_says_how_to_choose(format: str) -> None:
    with pytest.raises(UnsafeImage, match=f"The {format} file holds 3 pictures") as caught:
        intake.sniff(several(format))
    assert "from 1 to 3" in caught.value.message.en
    assert all("images[].frame" in text and "--frame" in text for text in caught.value.message)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("frame", [1, 2, 3])
def test_the_chosen_picture_comes_out_and_nothing_of_the_others(format: str, frame: int) -> None:
    decoded = picture(intake.decode(several(format), longest=None, frame=frame))
    assert decoded.size == (48, 32)
    colours = decoded.getcolors(2000) or []
    assert all(near(colour, COLOURS[frame - 1], 8) for _, colour in colours)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("frame", [0, -1, 4])
def test_a_number_that_the_file_does_not_have_is_refused(format: str, frame: int) -> None:
    with pytest.raises(UnsafeImage, match=f"Picture {frame} was chosen, but in the {format} file only 1 to 3"):
        intake.decode(several(format), longest=None, frame=frame)


def test_of_a_single_picture_the_first_may_be_chosen_and_no_other() -> None:
    data = originals.jpeg()
    assert intake.decode(data, longest=None, frame=1).raster == intake.decode(data, longest=None).raster
    with pytest.raises(UnsafeImage, match="only 1 to 1"):
        intake.sniff(data, frame=2)


def test_the_first_of_the_pictures_in_a_camera_file_is_taken_and_the_rest_told() -> None:
    data = saved(Image.new("RGB", (48, 32), COLOURS[0]), "MPO", save_all=True,
                 append_images=[Image.new("RGB", (48, 32), COLOURS[1])])  # fmt: skip
    decoded = intake.decode(data, longest=None)
    assert near(picture(decoded).getpixel((5, 5)), COLOURS[0])
    assert ["look like a JPEG file" in said.en and "wie ein JPEG-Bild" in said.de for said in decoded.warnings] == [
        True
    ]


def test_apng_whose_default_picture_is_not_part_of_the_animation_numbers_it_first() -> None:
    first, *more = (Image.new("RGB", (48, 32), colour) for colour in COLOURS)
    data = saved(first, "PNG", save_all=True, default_image=True, append_images=more)
    assert probing.probe(data).frames == 3
    for frame, colour in enumerate(COLOURS, 1):
        assert picture(intake.decode(data, longest=None, frame=frame)).getpixel((9, 9)) == colour


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_pages_of_different_sizes_each_count_by_their_own(order: str, *, big: bool) -> None:
    pixels = bytes(COLOURS[0]) * 12 + bytes(COLOURS[1]) * 6
    pages = originals.plain_tags(4, 3, 36), originals.plain_tags(2, 3, 18, offset=16 + 36)
    data = originals.tiff(*pages, pixels=pixels, order=order, big=big)
    for frame, size in ((1, (4, 3)), (2, (2, 3))):
        decoded = picture(intake.decode(data, longest=None, frame=frame))
        assert (decoded.size, decoded.getcolors()) == (size, [(size[0] * size[1], COLOURS[frame - 1])])


def test_a_bigtiff_in_the_order_that_pillow_cannot_read_is_named() -> None:
    data = originals.tiff(originals.plain_tags(4, 3, 36), pixels=bytes(36), order=">", big=True)
    with pytest.raises(UnsafeImage, match="big-endian BigTIFF"):
        intake.sniff(data)


@pytest.mark.parametrize("big", [False, True])
def test_of_pages_with_sub_pictures_only_the_pages_can_be_chosen(*, big: bool) -> None:
    tags = [*originals.plain_tags(4, 3, 36), (330, 13, (8, 8))]
    data = originals.tiff(tags, pixels=bytes(COLOURS[0]) * 12, big=big)
    with pytest.raises(UnsafeImage, match=r"holds 3 pictures .* Choose one from 1 to 1"):
        intake.sniff(data)
    assert picture(intake.decode(data, longest=None, frame=1)).getcolors() == [(12, COLOURS[0])]
    with pytest.raises(UnsafeImage, match="only 1 to 1"):
        intake.sniff(data, frame=2)


def test_a_decoder_that_counts_other_pictures_than_the_pre_parse_is_not_believed() -> None:
    data = several("AVIF")
    lying = probing.Probe(format="AVIF", width=48, height=32, frames=2, frame=2, end=len(data))
    with pytest.raises(UnsafeImage, match="two different things"):
        decoding.opened(data, lying)


def test_the_number_counts_in_clean_and_in_renditions() -> None:
    data = several("PNG")
    assert (
        cleaning.clean(data, frame=2).data == cleaning.clean(saved(Image.new("RGB", (48, 32), COLOURS[1]), "PNG")).data
    )
    with pytest.raises(UnsafeImage, match="3 pictures"):
        cleaning.clean(data)
    chosen = model.Image(**{name: getattr(originals.record(), name) for name in model.Image.__slots__} | {"frame": 3})
    alone = renditions.render(saved(Image.new("RGB", (48, 32), COLOURS[2]), "PNG"), image=originals.record())
    assert renditions.render(data, image=chosen).web == alone.web


def test_another_picture_of_the_same_file_is_another_picture_to_the_rules() -> None:
    def cut(frame: int | None, crop: model.Box | None = None) -> str:
        record = originals.record(crop=crop)
        return model.Image(**{name: getattr(record, name) for name in model.Image.__slots__} | {"frame": frame}).cut

    box = model.Box(x=1, y=2, width=3, height=4)
    assert cut(None) == cut(1) == "0" * 64
    assert len({cut(None), cut(2), cut(3), cut(None, box), cut(2, box)}) == 5
