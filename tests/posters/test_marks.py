"""Parts move as a whole."""

import pytest

from fahndung.model.ids import ImageId
from fahndung.posters import plan
from fahndung.posters.marks import (
    PAGE_WIDTH,
    Area,
    Code,
    Layout,
    Line,
    Mark,
    Part,
    Polygon,
    Rule,
    Slot,
    Weight,
    mirrored,
)
from tests.posters import build

MARKS = (
    Line(x=1, y=2, text="a", weight=Weight.BOLD, size=9, color="#000000", width=5),
    Area(x=1, y=2, width=3, height=4, color="#000000"),
    Slot(photo=ImageId("b"), x=1, y=2, width=3, height=4, dpi=300),
    Code(x=1, y=2, side=3, url="https://a.example/", correction="q"),
)


def test_every_mark_of_a_part_moves_by_the_same_amount() -> None:
    rule, polygon = Rule(x1=0, y1=1, x2=2, y2=3, color="#000000"), Polygon(points=((0, 1), (2, 3)), color="#000000")
    moved = Part(name="x", field="f", text="a", marks=(*MARKS, rule, polygon)).moved(10, 20)
    for mark in moved.marks[:4]:
        assert isinstance(mark, Line | Area | Slot | Code)
        assert (mark.x, mark.y) == (11, 22)
    assert moved.marks[4] == Rule(x1=10, y1=21, x2=12, y2=23, color="#000000")
    assert moved.marks[5] == Polygon(points=((10, 21), (12, 23)), color="#000000")
    assert (moved.name, moved.field, moved.text) == ("x", "f", "a")


def test_the_share_of_photos_counts_slots_only() -> None:
    layout = Layout(paper="a4", scale=1.0, parts=(Part(name="p", field="f", text="", marks=MARKS),), body_size=10)
    assert layout.photo_share == pytest.approx(12 / (595.2756 * 841.8898))
    assert layout.named("p")[0].lines == (MARKS[0],)
    assert layout.named("q") == ()


def test_mirrored_exchanges_left_and_right_and_nothing_else() -> None:
    layout = plan(build.convict(), [build.plain(f"foto-{i}", 600, 800) for i in (1, 2)], strips=True)
    turned = mirrored(layout)
    assert [part._replace(marks=()) for part in turned.parts] == [part._replace(marks=()) for part in layout.parts]
    for before, after in zip(all_marks(layout), all_marks(turned), strict=True):
        stays = isinstance(before, Line) and before.upwards
        wanted = edges(before) if stays else [PAGE_WIDTH - x for x in reversed(edges(before))]
        assert edges(after) == pytest.approx(wanted)


def all_marks(layout: Layout) -> list[Mark]:
    return [mark for part in layout.parts for mark in part.marks]


def edges(mark: Mark) -> list[float]:
    """The left and the right end of a mark."""
    match mark:
        case Polygon():
            xs = [x for x, _ in mark.points]
        case Rule():
            xs = [mark.x1, mark.x2]
        case Code():
            xs = [mark.x, mark.x + mark.side]
        case _:
            xs = [mark.x, mark.x + mark.width]
    return [min(xs), max(xs)]
