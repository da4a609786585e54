import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from fahndung.images import shapes
from fahndung.model.image import Box, Ellipse, Polygon

SIZE = (90, 70)
places = st.tuples(st.integers(-20, 110), st.integers(-20, 90))
polygons = st.lists(places, min_size=3, max_size=7).map(lambda points: Polygon(points=tuple(points)))
triangles = st.lists(places, min_size=3, max_size=3).map(lambda points: Polygon(points=tuple(points)))
sides = st.integers(3, 80)  # Pillow draws no smaller ones
ellipses = st.tuples(places, sides, sides).map(
    lambda drawn: Ellipse(box=Box(x=drawn[0][0], y=drawn[0][1], width=drawn[1], height=drawn[2]))
)


def drawn(shape: Ellipse | Polygon, growth: int) -> Image.Image:
    """The shape as Pillow draws it, each px of it grown to a square."""
    edge = 60  # so that what lies outside the picture grows into it
    mask = Image.new("L", (SIZE[0] + 2 * edge, SIZE[1] + 2 * edge))
    pen = ImageDraw.Draw(mask)
    if isinstance(shape, Polygon):
        pen.polygon([(x + edge, y + edge) for x, y in shape.points], fill=255, outline=255)
    else:
        box = shape.box
        left, top = box.x + edge, box.y + edge
        pen.ellipse((left, top, left + box.width - 1, top + box.height - 1), fill=255)
    for _ in range(growth):  # the same as one filter of the whole width, which looks at far more px
        mask = mask.filter(ImageFilter.MaxFilter(3))
    return mask.crop((edge, edge, edge + SIZE[0], edge + SIZE[1]))


def covered(regions: tuple[Box, ...]) -> Image.Image:
    mask = Image.new("L", SIZE)
    for region in regions:
        mask.paste(255, (region.x, region.y, region.x + region.width, region.y + region.height))
    assert mask.histogram()[255] == sum(region.width * region.height for region in regions)  # none overlap
    return mask


def beyond(one: Image.Image, other: Image.Image) -> int:
    """How many px are in the one and not in the other."""
    return sum(ImageChops.subtract(one, other).histogram()[1:])


@pytest.mark.peers
@settings(max_examples=150, deadline=None)
@example(shape=Polygon(points=((4, 7), (0, 6), (4, 7), (0, 0))), growth=1)
@given(shape=st.one_of(polygons, ellipses), growth=st.integers(0, 9))
def test_rows_hide_every_pixel_of_a_shape_and_around_it(shape: Ellipse | Polygon, growth: int) -> None:
    if shapes.has_area(shape):
        assert beyond(drawn(shape, growth), covered(shapes.rows(shape, SIZE, (growth, growth)))) == 0


@pytest.mark.peers
@settings(max_examples=100, deadline=None)
@example(shape=Ellipse(box=Box(x=0, y=74, width=3, height=3)))
@given(shape=st.one_of(triangles, ellipses))
def test_rows_hide_little_more_than_that(shape: Ellipse | Polygon) -> None:
    rows = covered(shapes.rows(shape, SIZE, (3, 3)))
    assert beyond(rows, drawn(shape, 3 + shapes.ROW + 2)) == 0


def test_across_and_down_grow_by_their_own_measure() -> None:
    shape = Polygon(points=((40, 30), (44, 30), (44, 34), (40, 34)))
    wide, high = (shapes.rows(shape, SIZE, growth) for growth in ((20, 0), (0, 20)))
    assert {(row.x, row.width) for row in wide} == {(20, 45)}
    assert (min(row.y for row in high), max(row.y + row.height for row in high)) == (10, 55)


def test_what_a_polygon_leaves_open_stays_open() -> None:
    horseshoe = Polygon(points=((0, 0), (80, 0), (80, 60), (60, 60), (60, 20), (20, 20), (20, 60), (0, 60)))
    seen = covered(shapes.rows(horseshoe, SIZE))
    assert seen.getpixel((40, 45)) == 0
    assert seen.getpixel((10, 45)) == seen.getpixel((70, 45)) == seen.getpixel((40, 10)) == 255


def test_what_a_line_goes_around_twice_is_hidden() -> None:
    star = Polygon(points=((40, 0), (64, 66), (2, 25), (78, 25), (16, 66)))
    assert covered(shapes.rows(star, SIZE)).getpixel((40, 36)) == 255
    bow = Polygon(points=((5, 5), (75, 55), (75, 5), (5, 55)))
    assert covered(shapes.rows(bow, SIZE)).getpixel((10, 30)) == 255
    assert covered(shapes.rows(bow, SIZE)).getpixel((70, 30)) == 255


def test_corners_on_one_line_and_empty_boxes_have_no_area() -> None:
    for points in (((5, 5), (5, 5), (5, 5)), ((0, 0), (10, 10), (5, 5)), ((3, 1), (3, 9), (3, 5))):
        assert shapes.rows(Polygon(points=points), SIZE, (9, 9)) == ()
    for width, height in ((0, 5), (5, -5)):
        assert shapes.rows(Ellipse(box=Box(x=5, y=5, width=width, height=height)), SIZE, (9, 9)) == ()


def test_a_large_shape_has_few_rows() -> None:
    shape = Ellipse(box=Box(x=0, y=0, width=8000, height=12000))
    assert len(shapes.rows(shape, (8000, 12000), (16, 16))) <= shapes.ROWS + 1
