import functools
import io

import pytest
from PIL import Image, ImageChops

from fahndung.model.image import Box
from fahndung.testing import figures, looks, pictures
from fahndung.testing.drawing import Canvas

SMALL = {"width": 150, "height": 200}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@functools.cache
def still() -> tuple[bytes, tuple[Box, ...]]:
    return pictures.cctv_still(3, width=320, height=240, wanted=(looks.look(1), looks.look(2)), bystanders=2)


def test_the_same_number_draws_the_same_bytes_and_another_one_somebody_else() -> None:
    first = pictures.portrait(1, **SMALL)
    assert first == pictures.portrait(1, **SMALL)
    assert first != pictures.portrait(2, **SMALL)
    assert opened(first).size == (150, 200)


@pytest.mark.peers
def test_every_picture_carries_the_metadata_of_a_device() -> None:
    for data in (
        pictures.portrait(1, **SMALL),
        pictures.sketch(1, **SMALL),
        pictures.object_photo(1, "watch", width=200, height=150),
        still()[0],
    ):
        image = Image.open(io.BytesIO(data))
        assert image.format == "JPEG"
        assert image.getexif().get_ifd(0x8769)[0xA431]
        assert image.info["comment"]


def test_the_bystander_stands_in_the_box_that_is_told_and_only_there() -> None:
    who = looks.look(1)
    middle = functools.partial(pictures.portrait, 5, width=300, height=400, who=who, background="park")
    with_bystander = opened(middle(bystander=True))
    box = pictures.bystander_box(width=300, height=400)
    inside = with_bystander.crop((box.x, box.y, box.x + box.width, box.y + box.height))
    skin = inside.resize((1, 1)).getpixel((0, 0))
    background = with_bystander.crop((0, 0, 20, 20)).resize((1, 1)).getpixel((0, 0))
    assert isinstance(skin, tuple)
    assert isinstance(background, tuple)
    assert sum(abs(a - b) for a, b in zip(skin, background, strict=True)) > 60
    assert box.x + box.width <= 300


@pytest.mark.peers
def test_a_still_tells_the_heads_of_the_wanted_first() -> None:
    data, boxes = still()
    assert opened(data).size == (320, 240)
    assert len(boxes) == 4
    assert min(box.height for box in boxes[:2]) > max(box.height for box in boxes[2:])
    assert boxes[0].x < boxes[1].x
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= 320
        assert box.y + box.height <= 240


def test_a_head_is_where_its_box_is() -> None:
    alone = functools.partial(pictures.cctv_still, 3, width=320, height=240, wanted=(looks.look(1),))
    with_bystander, boxes = alone(bystanders=1)
    without, _ = alone(bystanders=0)
    difference = ImageChops.difference(opened(with_bystander), opened(without)).convert("L")
    box = boxes[1]
    head = difference.crop((box.x, box.y, box.x + box.width, box.y + box.height))
    above = difference.crop((box.x, 0, box.x + box.width, max(box.y - 4, 1)))
    assert head.resize((1, 1)).getpixel((0, 0)) > 12
    assert above.getextrema()[1] < 40


@pytest.mark.peers
def test_the_time_stamp_of_a_still_is_what_was_asked_for() -> None:
    one = pictures.cctv_still(3, width=320, height=240, stamp="01.11.2026 22:14:07")[0]
    other = pictures.cctv_still(3, width=320, height=240, stamp="02.11.2026 08:00:00")[0]
    lower = (0, 200, 320, 240)
    assert opened(one).crop(lower).tobytes() != opened(other).crop(lower).tobytes()


@pytest.mark.parametrize("scene", ["tram", "shop"])
@pytest.mark.parametrize("height", [120, 80])
def test_each_scene_is_drawn(scene: str, height: int) -> None:
    data, boxes = pictures.cctv_still(1, scene=scene, width=160, height=height, bystanders=0)
    assert len(boxes) == 1
    assert len(set(opened(data).resize((8, 6)).get_flattened_data())) > 8


@pytest.mark.parametrize("kind", ["bicycle", "watch", "rucksack"])
def test_each_thing_is_drawn(kind: str) -> None:
    picture = opened(pictures.object_photo(2, kind, width=200, height=150))
    assert max(high - low for low, high in picture.getextrema()) > 150


@pytest.mark.parametrize("name", ["tram ", "car"])
def test_an_unknown_thing_is_not_drawn(name: str) -> None:
    with pytest.raises(KeyError):
        pictures.object_photo(1, name)


def test_a_sketch_is_nearly_without_colour() -> None:
    red, green, blue = opened(pictures.sketch(4, **SMALL)).resize((1, 1)).getpixel((0, 0))
    assert max(red, green, blue) - min(red, green, blue) < 20
    assert min(red, green, blue) > 150


@pytest.mark.parametrize("style", looks.STYLES)
@pytest.mark.parametrize("clothes", ["jacket", "hoodie", "shirt", "pullover", "coat"])
def test_every_style_goes_with_all_clothes(style: str, clothes: str) -> None:
    canvas = Canvas(60, 80, (255, 255, 255))
    who = looks.Look(style=style, clothes=clothes, age=60, beard=len(clothes) % 3, glasses=True, stripe=True)
    figures.bust(canvas, who, 30, 32, 12)
    assert canvas.finished().getextrema() != ((255, 255),) * 3


def test_looks_are_the_same_for_the_same_number_and_drawable() -> None:
    assert looks.look(7) == looks.look(7)
    seen = [looks.look(seed) for seed in range(60)]
    assert {who.style for who in seen} <= set(looks.STYLES)
    assert {who.clothes for who in seen} == set(looks.CLOTHES)
    assert len(set(seen)) == 60


def test_hair_turns_grey_with_age() -> None:
    young, old = (looks.hair_colour(looks.Look(hair="brown", age=age)) for age in (30, 80))
    assert young == looks.HAIRS["brown"]
    assert sum(old) > sum(young)
