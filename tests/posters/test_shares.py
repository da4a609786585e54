"""One photo, one language: a quarter of every sheet is the photo's, whatever else is asked of it (decision 0041)."""

import itertools

import pytest

from fahndung.model.sheet import Sheet
from fahndung.posters import Layout, Photo, plan
from fahndung.posters.boxes import LEAST_WIDTH, beside
from fahndung.posters.density import BARE, BOXED, SPARE, Density
from fahndung.posters.foot import foot
from fahndung.posters.head import head
from fahndung.posters.marks import PAGE_HEIGHT, Area, Slot, Tag, Weight
from fahndung.posters.setting import Setter
from tests.posters import build
from tests.posters.test_conformance import LANGUAGES, pictured
from tests.posters.test_conformance import sheet as composed
from tests.posters.test_examples import example
from tests.posters.test_layout import assert_sound, boxes

WITH_ONE_PHOTO = (
    "border-boy",
    "escaped-convict",
    "long-words",
    "missing-girl",
    "missing-man",
    "ten-languages",
    "tram-robbery",
    "tram-witness",
    "unknown-dead",
    "wanted-man",
)


def upright(case: str, lang: str, *, strips: bool) -> tuple[Sheet, Layout]:
    sheet, (photo,) = pictured(composed(case, lang), 1)
    return sheet, plan(sheet, [Photo(id=photo.id, jpeg=b"", width=1200, height=1600)], strips=strips)


def frames(page: Layout) -> list[tuple[str, Area]]:
    """The frames round warning and reward with the name of what belongs into each."""
    grounds = [(part.field.partition("/")[0], mark) for part in page.named("ground") for mark in part.marks]
    return [(name, mark) for name, mark in grounds if isinstance(mark, Area) and mark.outline]


def assert_boxed(page: Layout) -> None:
    """Every word of warning and reward stands in its own frame, and nothing else does."""
    for name, frame in frames(page):
        for told, (left, top, right, bottom) in boxes(page):
            within = left >= frame.x and right <= frame.x + frame.width
            within = within and frame.y <= top and bottom <= frame.y + frame.height
            apart = right <= frame.x or frame.x + frame.width <= left
            apart = apart or bottom <= frame.y or frame.y + frame.height <= top
            assert within if told == name else apart, (told, name)


def assert_a_quarter(layout: Layout) -> None:
    for page in (layout, *layout.further):
        assert page.photo_share >= 0.25
        assert page.body_size >= 9.5
        assert max(line.size for part in page.named("phone") for line in part.lines) >= 30
        assert all(line.size >= 9.5 for part in page.named("warning") for line in part.lines)
        assert_sound(page)
        assert_boxed(page)


def photo_of(page: Layout) -> Slot:
    (slot,) = (mark for part in page.named("photo") for mark in part.marks if isinstance(mark, Slot))
    return slot


@pytest.mark.parametrize("lang", ["ar", "fa"])
def test_warning_and_reward_stand_beside_a_photo_that_would_get_too_small_above_them(lang: str) -> None:
    sheet, layout = upright("ten-languages", lang, strips=True)
    assert_a_quarter(layout)
    assert layout.further == ()
    photo = photo_of(layout)
    frames = [mark for part in layout.named("ground") for mark in part.marks if isinstance(mark, Area) and mark.outline]
    assert len(frames) == 2
    assert frames[0].y == pytest.approx(photo.y)
    for frame in frames:
        assert frame.x + frame.width < photo.x
        assert frame.y + frame.height < photo.y + photo.height
    assert all(line.weight is Weight.BOLD for part in layout.named("warning") for line in part.lines)
    assert [part.text for part in layout.named("reward")] == [sheet.reward[0], " ".join(sheet.reward[1:])]


def test_boxes_beside_the_photo_are_heard_where_they_are_heard_below_it() -> None:
    _, layout = upright("ten-languages", "fa", strips=True)
    read = [part.name for part in layout.parts if part.tag is not None]
    wanted = ["photo", "summary", "facts", "innocence", "warning", "reward", "office", "phone"]
    assert [name for name in dict.fromkeys(read) if name in wanted] == wanted


def test_a_sheet_whose_photo_is_large_enough_keeps_its_boxes_across_the_page() -> None:
    _, layout = upright("escaped-convict", "de", strips=True)
    (frame,) = (
        mark for part in layout.named("ground") for mark in part.marks if isinstance(mark, Area) and mark.outline
    )
    assert frame.y > photo_of(layout).y + photo_of(layout).height


def test_at_the_closest_density_nothing_is_left_out_and_lines_are_shared() -> None:
    sheet = build.suspect(1, warning="Vorsicht.", tip_sentence="Hinweise bitte nur der Polizei geben.")
    setter = Setter(language="de", hyphenate=True)

    def fixed(density: Density) -> tuple[list[str], float]:
        above, top = head(sheet, setter, density)
        below, bottom = foot(sheet, setter, density, torn=True)
        return [part.text for part in (*above, *below)], top + PAGE_HEIGHT - bottom

    usual, high = fixed(SPARE)
    shared, low = fixed(BARE)
    assert shared == usual
    assert low < high - 25


def test_a_role_too_long_for_a_neighbour_has_the_sender_above_it() -> None:
    sheet = build.sheet(band="Öffentlichkeitsfahndung nach Unbekannten")
    setter = Setter(language="de", hyphenate=True)
    for long, density in itertools.product((True, False), (SPARE, BARE)):
        shown = sheet if long else build.sheet()
        parts, _ = head(shown, setter, density)
        lines = {part.name: part.lines for part in parts}
        assert (lines["authority"][0].x > lines["band"][0].x + 1) is (density is BARE and not long)


def test_boxes_that_do_not_hold_in_a_column_are_none() -> None:
    setter = Setter(language="de", hyphenate=False)
    sheet = build.sheet(warning="Vorsicht, der Mann ist bewaffnet.", reward=("5.000 €", "Ohne Rechtsweg."))
    held = beside(sheet, setter, BOXED, 10.0, LEAST_WIDTH)
    assert held is not None
    assert [part.name for part in held.parts if part.tag is Tag.PARAGRAPH] == ["warning", "reward", "reward"]
    assert beside(sheet, setter, BOXED, 10.0, LEAST_WIDTH - 1) is None
    assert beside(build.sheet(warning="Ein Wort. " * 100), setter, BOXED, 10.0, 200.0) is None


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("strips", [False, True], ids=["plain", "strips"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_photo_covers_a_quarter_of_every_sheet_in_every_language(lang: str, strips: bool) -> None:
    for case in WITH_ONE_PHOTO:
        assert_a_quarter(upright(case, lang, strips=strips)[1])
        if (own := example(case)[1]) and case != "ten-languages":
            assert_a_quarter(plan(composed(case, lang), own, strips=strips))
