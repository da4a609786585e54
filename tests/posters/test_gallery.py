"""Photos stay whole."""

import pytest

from fahndung.model.ids import ImageId
from fahndung.posters import dealing, gallery
from fahndung.posters.dealing import Frame, arrangements
from fahndung.posters.gallery import Gallery
from fahndung.posters.marks import MM, Weight
from fahndung.posters.setting import Setter

SETTER = Setter(language="de", hyphenate=False)


def frame(number: int, aspect: float = 0.75, px: int = 1200, caption: str = "Bild") -> Frame:
    return Frame(
        id=ImageId(f"b{number}"),
        aspect=aspect,
        cap=px * 72 / 100,
        px_width=px,
        captions=((caption, Weight.REGULAR),) if caption else (),
        field=f"images/b{number}",
    )


def walls(frames: list[Frame], width: float = 520, height: float = 300) -> tuple[gallery.Wall, ...]:
    return Gallery(SETTER, frames, scale=1.0).walls(width, height)


@pytest.mark.parametrize("count", range(1, 13))
def test_every_arrangement_deals_out_all_photos(count: int) -> None:
    for deal in arrangements(count):
        assert sum(deal) == count
        assert min(deal) >= 1


def test_photos_of_unlike_forms_are_dealt_in_every_way_and_those_alike_in_few() -> None:
    assert len(arrangements(5, mixed=True)) == 16
    assert (2, 1, 2) in arrangements(5, mixed=True)
    assert (2, 1) not in arrangements(3)
    assert (4, 3) in arrangements(7, mixed=True)
    assert dealing.mixed([frame(0, 1.78), frame(1, 0.6)])
    assert not dealing.mixed([frame(0, 1.33), frame(1, 0.75)])
    assert not dealing.mixed([frame(0)])


def test_a_first_photo_may_stand_alone_above_the_others() -> None:
    assert (1, 3) in arrangements(4)
    assert (2, 2) in arrangements(4)


@pytest.mark.parametrize("aspects", [[0.75], [0.75, 1.33], [0.6, 1.78, 0.75], [10.0], [0.75] * 8, [1.5, 0.7] * 6])
def test_every_photo_keeps_its_aspect_and_stays_inside(aspects: list[float]) -> None:
    frames = [frame(i, aspect) for i, aspect in enumerate(aspects)]
    found = walls(frames)
    assert found
    for wall in found:
        assert wall.height <= 300.01
        assert wall.width <= 520.01
        for hung, aspect in zip(wall.hung, aspects, strict=True):
            assert hung.slot.width / hung.slot.height == pytest.approx(aspect)
            assert hung.slot.x >= -1e-9
            assert hung.slot.x + hung.slot.width <= wall.width + 1e-6
            assert hung.slot.y + hung.slot.height <= wall.height + 1e-6


def test_photos_and_captions_do_not_overlap() -> None:
    frames = [frame(i, caption="Standbild der Kamera am Eingang") for i in range(7)]
    for wall in walls(frames, 520, 420):
        boxes = [(h.slot.x, h.slot.y, h.slot.width, h.captions[-1].y + 3 - h.slot.y) for h in wall.hung]
        for i, (x, y, w, h) in enumerate(boxes):
            for other_x, other_y, other_w, other_h in boxes[i + 1 :]:
                apart = x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
                assert apart


def test_a_photo_with_few_pixels_gets_a_smaller_slot_at_100_dpi() -> None:
    (wall,) = walls([frame(0, px=200)], 520, 500)
    assert wall.hung[0].slot.width == pytest.approx(144)
    assert wall.hung[0].slot.dpi == pytest.approx(100)


def test_on_larger_paper_the_same_pixels_make_a_smaller_share() -> None:
    small = Frame(id=ImageId("b"), aspect=0.75, cap=200 * 0.72 / 2**0.5, px_width=200, captions=(), field="images/b")
    (wall,) = Gallery(SETTER, [small], scale=2**0.5).walls(520, 500)
    assert wall.hung[0].slot.dpi == pytest.approx(100)


def test_no_photo_is_smaller_than_500_square_millimetres() -> None:
    for wall in walls([frame(i) for i in range(12)], 520, 300):
        for hung in wall.hung:
            assert hung.slot.width * hung.slot.height >= 500 * MM * MM


def test_where_photos_would_get_too_small_there_is_no_wall() -> None:
    assert walls([frame(i) for i in range(12)], 200, 100) == ()
    assert walls([frame(0)], 200, 5) == ()


def test_too_few_pixels_for_any_slot_are_refused() -> None:
    assert gallery.coarse(frame(0, px=120)) is None
    refusal = gallery.coarse(frame(0, px=60))
    assert refusal is not None
    assert "images/b0" in refusal.message.de
    assert refusal.problems[0].field == "images/b0"


def test_a_caption_word_wider_than_its_photo_rules_out_the_wall() -> None:
    assert walls([frame(0, caption="Q" * 200)]) == ()


def test_the_shortage_names_the_caption_or_the_images() -> None:
    def shortage(frames: list[Frame], width: float, height: float = 200.0) -> tuple[str, str]:
        refusal = Gallery(SETTER, frames, scale=1.0).shortage(width, texts=100.0, height=height)
        return refusal.problems[0].field, refusal.message.en

    assert shortage([frame(0, caption="Q" * 200)], 520)[0] == "images/b0/caption"
    field, message = shortage([frame(i) for i in range(12)], 300)
    assert field == "images"
    assert "71 mm are there" in message
    assert message.startswith("images: photos need")
    assert "Use fewer photos, crop" in message
    for aspect, said in ((100.0, "100 times as wide as high"), (0.01, "100 times as high as wide")):
        field, message = shortage([frame(0, px=5000, aspect=aspect), frame(1)], 520)
        assert field == "images/b0"
        assert said in message
    field, message = shortage([frame(i, aspect=1.5, caption="Q" * 6) for i in range(40)], 100, 90)
    assert field == "images"
    assert "side by side" in message


@pytest.mark.parametrize("aspects", [[0.75], [0.75, 1.33], [0.6, 1.78, 0.75], [0.75] * 8])
@pytest.mark.parametrize("px", [300, 2000])
def test_no_wall_covers_more_than_is_told_without_hanging_it(aspects: list[float], px: int) -> None:
    """The search leaves out what this bound says cannot win."""
    made = Gallery(SETTER, [frame(i, aspect, px) for i, aspect in enumerate(aspects)], scale=1.0)
    for width, height in ((180, 400), (300, 200), (520, 120), (520, 420)):
        most = made.most_area(width, height)
        assert all(wall.area <= most for wall in made.walls(width, height))
        assert most <= width * height * 1.02 or px == 300
