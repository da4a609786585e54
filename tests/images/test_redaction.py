import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import redaction
from fahndung.model.image import Box, Ellipse, Polygon

PICTURE = Box(x=0, y=0, width=200, height=100)
sides = st.integers(1, 4000)


@st.composite
def boxes_in(draw: st.DrawFn, size: tuple[int, int]) -> Box:
    left, top = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
    return Box(x=left, y=top, width=draw(st.integers(1, size[0] - left)), height=draw(st.integers(1, size[1] - top)))


def test_a_region_grows_by_sixteen_pixels_and_stays_in_the_picture() -> None:
    regions, warnings = redaction.grown([Box(x=50, y=5, width=10, height=80)], (200, 100))
    assert regions == (Box(x=34, y=0, width=42, height=100),)
    assert warnings == ()


def test_a_region_grows_by_a_whole_block_where_blocks_are_wider() -> None:
    regions, _ = redaction.grown([Box(x=90, y=50, width=2, height=2)], (200, 100), (32, 8))
    assert regions == (Box(x=58, y=34, width=66, height=34),)


def test_a_box_that_reaches_beyond_is_clipped_and_named() -> None:
    regions, warnings = redaction.grown([Box(x=190, y=90, width=20, height=5)], (200, 100))
    assert regions == (Box(x=174, y=74, width=26, height=26),)
    assert "190,90,20,5" in warnings[0].en
    assert "190,90,20,5" in warnings[0].de


def test_boxes_are_judged_before_they_grow() -> None:
    with pytest.raises(UnsafeImage, match="200,50,5,5"):
        redaction.grown([Box(x=200, y=50, width=5, height=5)], (200, 100))


@given(old=st.tuples(sides, sides), share=st.floats(0.01, 1), data=st.data())
def test_a_scaled_region_covers_every_pixel_that_the_box_touched(
    old: tuple[int, int], share: float, data: st.DataObject
) -> None:
    new = (max(1, round(old[0] * share)), max(1, round(old[1] * share)))
    box = data.draw(boxes_in(old))
    left, top, right, bottom = redaction.edges(redaction.scaled(box, old, new))
    assert 0 <= left < right <= new[0]
    assert 0 <= top < bottom <= new[1]
    assert left * old[0] <= box.x * new[0]
    assert right * old[0] >= (box.x + box.width) * new[0]
    assert top * old[1] <= box.y * new[1]
    assert bottom * old[1] >= (box.y + box.height) * new[1]


@pytest.mark.peers
@given(size=st.tuples(sides, sides), data=st.data())
def test_a_snapped_region_lies_on_the_grid_of_blocks_or_at_the_border(
    size: tuple[int, int], data: st.DataObject
) -> None:
    box = data.draw(boxes_in(size))
    snapped = redaction.snapped(box, size)
    assert redaction.overlap(box, snapped) == box
    left, top, right, bottom = redaction.edges(snapped)
    assert left % 8 == top % 8 == 0
    assert right % 8 == 0 or right == size[0]
    assert bottom % 8 == 0 or bottom == size[1]
    assert snapped.width < box.width + 15


def test_boxes_that_only_touch_have_nothing_in_common() -> None:
    assert redaction.overlap(Box(x=200, y=0, width=1, height=1), PICTURE) is None
    assert redaction.overlap(Box(x=199, y=99, width=9, height=9), PICTURE) == Box(x=199, y=99, width=1, height=1)


def test_an_ellipse_or_polygon_that_reaches_beyond_is_named_and_one_outside_is_refused() -> None:
    corners = ((190, 40), (210, 40), (195, 60))
    for shape, name in (
        (Ellipse(box=Box(x=190, y=90, width=20, height=5)), "190,90,20,5"),
        (Polygon(points=corners), "190,40 210,40 195,60"),
    ):
        regions, warnings = redaction.grown([shape], (200, 100))
        assert all(redaction.overlap(region, PICTURE) == region for region in regions)
        assert name in warnings[0].en
        assert name in warnings[0].de
    for shape, name in (
        (Ellipse(box=Box(x=210, y=10, width=20, height=5)), "210,10,20,5"),
        (Polygon(points=((-30, 25), (25, -30), (-30, -30))), "-30,25 25,-30"),  # only its bounds meet the picture
        (Polygon(points=((10, 10), (20, 20), (30, 30), (40, 40), (50, 50))), "40,40 …"),
    ):
        with pytest.raises(UnsafeImage, match=f"{name}.* no area inside"):
            redaction.grown([shape], (200, 100))


def test_shapes_that_fall_into_too_many_rectangles_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ellipse = Ellipse(box=Box(x=20, y=20, width=100, height=100))
    count = len(redaction.grown([ellipse], (200, 200))[0])
    monkeypatch.setattr(redaction, "_MOST", count)
    redaction.grown([ellipse], (200, 200))
    with pytest.raises(UnsafeImage, match="simpler shapes"):
        redaction.grown([ellipse, ellipse], (200, 200))


def test_noise_is_one_grey_a_block_and_the_same_for_everybody() -> None:
    pattern = redaction.noise((61, 45))
    assert pattern.size == (61, 45)
    assert redaction.noise((61, 45)).tobytes() == pattern.tobytes()
    assert pattern.crop((8, 16, 16, 24)).getcolors() == [(64, (pattern.getpixel((8, 16))))]
    levels = {level for level, _, _ in pattern.get_flattened_data()}
    assert len(levels) > 20
    assert 80 <= min(levels) < 100
    assert 155 < max(levels) <= 175


@pytest.mark.parametrize("mode", sorted(redaction.MODES))
def test_a_filled_region_is_one_grey_in_every_mode(mode: str) -> None:
    image = Image.new(mode, (40, 40))
    region = Box(x=10, y=10, width=20, height=20)
    redaction.fill(image, [region])
    rgb = image.convert("RGB")
    assert redaction.is_filled(rgb, [region], 1)
    assert not redaction.is_filled(rgb, [Box(x=9, y=10, width=20, height=20)], 1)


def test_filled_means_every_pixel_within_the_tolerance() -> None:
    image = Image.new("RGB", (20, 20), (128, 128, 128))
    image.putpixel((7, 7), (128, 136, 128))
    region = Box(x=5, y=5, width=10, height=10)
    assert redaction.is_filled(image, [region], 8)
    assert not redaction.is_filled(image, [region], 7)
    image.putpixel((7, 7), (119, 128, 128))
    assert not redaction.is_filled(image, [region], 8)


def test_the_mark_is_a_white_and_a_black_line_outside_the_region() -> None:
    image = Image.new("RGB", (100, 100), (0, 90, 0))
    region = Box(x=40, y=40, width=20, height=20)
    redaction.fill(image, [region])
    redaction.mark(image, [region])
    assert redaction.is_filled(image, [region])
    across = [image.getpixel((x, 50)) for x in (37, 38, 39, 40, 59, 60, 61, 62)]
    white, black, green, grey = (255,) * 3, (0,) * 3, (0, 90, 0), (128,) * 3
    assert across == [green, black, white, grey, grey, white, black, green]


def test_a_neighbours_mark_never_lies_on_a_region() -> None:
    image = Image.new("RGB", (100, 100), (0, 90, 0))
    regions = [Box(x=10, y=10, width=40, height=40), Box(x=45, y=5, width=40, height=30)]
    redaction.mark(image, regions)
    assert redaction.is_filled(image, regions)


def test_a_region_at_the_border_can_be_marked() -> None:
    image = Image.new("RGB", (30, 30))
    whole = Box(x=0, y=0, width=30, height=30)
    redaction.mark(image, [whole])
    assert redaction.is_filled(image, [whole])


def test_the_module_says_why_blur_is_not_offered() -> None:
    assert redaction.__doc__
    assert "1609.00408" in redaction.__doc__
