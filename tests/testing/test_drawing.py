import pytest
from PIL import Image

from fahndung.testing import drawing

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
SQUARE = drawing.path("2,2 8,2 8,8 2,8")


def canvas() -> drawing.Canvas:
    return drawing.Canvas(10, 10, WHITE)


def level(picture: Image.Image, x: int, y: int) -> int:
    """How bright a pixel is, 0 to 255."""
    value = picture.convert("L").getpixel((x, y))
    assert isinstance(value, int)
    return value


def test_points_are_read_from_text_and_mirrored() -> None:
    assert drawing.path("1,2 -3,.5", -1) == [(-1.0, 2.0), (3.0, 0.5)]
    assert drawing.mirrored([(0, 0), (1, 1), (0, 2)]) == [(0, 0), (1, 1), (0, 2), (-1, 1)]


def test_a_smooth_curve_passes_through_its_points() -> None:
    curve = drawing.smooth(SQUARE)
    assert set(SQUARE) <= set(curve)
    opened = drawing.smooth(SQUARE, closed=False)
    assert (opened[0], opened[-1]) == (SQUARE[0], SQUARE[-1])


def test_a_shape_fills_its_inside_only() -> None:
    paper = canvas()
    paper.shape(SQUARE, BLACK)
    picture = paper.finished()
    assert picture.size == (10, 10)
    assert (picture.getpixel((5, 5)), picture.getpixel((0, 0))) == (BLACK, WHITE)


def test_the_frame_moves_and_scales_what_is_drawn() -> None:
    paper = canvas()
    paper.place(5, 5, 2)
    paper.shape([(0, 0), (3, 0), (3, 3), (0, 3)], BLACK)
    picture = paper.finished()
    assert (picture.getpixel((8, 8)), picture.getpixel((2, 2))) == (BLACK, WHITE)


def test_a_clip_a_blur_and_an_alpha_hold_back_colour() -> None:
    paper = canvas()
    paper.shape(SQUARE, BLACK, alpha=0.5, clip=drawing.path("0,0 5,0 5,9 0,9"))
    half = paper.finished()
    assert 110 < level(half, 3, 5) < 145
    assert level(half, 8, 5) > 245
    paper.shape(SQUARE, BLACK, blur=2)
    assert 0 < level(paper.finished(), 8, 5) < 255


def test_what_lies_outside_the_canvas_changes_nothing() -> None:
    paper = canvas()
    paper.shape(drawing.path("30,30 40,30 40,40"), BLACK)
    assert paper.finished().getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("tapered", [False, True])
def test_a_line_follows_its_points(tapered: bool) -> None:
    paper = canvas()
    paper.line([(0, 5), (5, 5), (10, 5)], BLACK, 3, tapered=tapered)
    picture = paper.finished()
    assert level(picture, 5, 5) < 10
    assert level(picture, 5, 9) > 245


def test_grain_is_the_same_for_the_same_number() -> None:
    flat = canvas().finished()
    first = drawing.grain(flat.point([128] * 768), 1, 0.1)
    assert first.tobytes() == drawing.grain(flat.point([128] * 768), 1, 0.1).tobytes()
    assert first.tobytes() != drawing.grain(flat.point([128] * 768), 2, 0.1).tobytes()
