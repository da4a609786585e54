"""A warning names what keeps a photo small, and a field that the record has."""

import pytest

from fahndung.errors import NotPublishable
from fahndung.posters import Layout, Photo, plan
from tests.posters import build


def planned(width: int, height: int, *, rows: int = 9, strips: bool = False, count: int = 1) -> Layout:
    facts = build.group("X", *((f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(rows)))
    shown = build.pictures(count)
    photos = [Photo(id=one.id, jpeg=b"", width=width, height=height) for one in shown]
    return plan(build.sheet(groups=(facts,), pictures=shown), photos, strips=strips)


@pytest.mark.parametrize(
    ("size", "field", "cause", "helps"),
    [
        ((150, 200), "images/foto-1", "the pixels do for 3 %", "Use a larger original"),
        ((420, 560), "images/foto-1", "the pixels do for 24 %", "Use a larger original"),
        ((4000, 400), "images/foto-1", "10.0 times as wide as high", "Crop it"),
        ((400, 40), "images/foto-1", "the pixels do for 1 %", "Use a larger original"),
        ((500, 4000), "images", "tall photos take the room", "crop the photo"),
    ],
)
def test_a_small_photo_is_told_with_its_own_cause(size: tuple[int, int], field: str, cause: str, helps: str) -> None:
    warning = planned(*size, rows=20 if field == "images" else 9).warnings[0]
    assert warning.field == field
    assert cause in warning.message.en
    assert helps in warning.message.en
    assert ("rows of facts" in warning.message.en) is (field == "images")


def test_strips_above_which_a_photo_is_small_for_want_of_pixels_are_refused_for_them() -> None:
    with pytest.raises(NotPublishable, match="the pixels do for 3 %") as caught:
        planned(150, 200, strips=True)
    assert [problem.field for problem in caught.value.problems] == ["images/foto-1"]


def test_texts_are_named_where_they_take_the_room_and_the_form_only_where_it_does() -> None:
    for size, said in (((1600, 900), "long texts and wide photos take"), ((900, 1200), "long texts take")):
        warning = planned(*size, rows=44, count=2).warnings[0]
        assert warning.field == "images"
        assert "46 rows of facts" in warning.message.en
        assert said in warning.message.en
        assert ("crop" in warning.message.en) is ("wide" in said)
