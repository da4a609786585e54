"""The search for the best middle of a poster."""

import re

import pytest

from fahndung.errors import NotPublishable
from fahndung.posters import plan
from fahndung.posters.body import _even
from tests.posters import build


def test_columns_are_as_even_as_they_can_be() -> None:
    assert _even([10, 10, 10, 10], [2] * 4, 2) == [range(2), range(2, 4)]
    assert _even([30, 10, 10, 10], [0] * 4, 2) == [range(1), range(1, 4)]
    assert _even([10, 10, 40], [0] * 3, 3) == [range(1), range(1, 2), range(2, 3)]
    assert _even([5], [0], 1) == [range(1)]


@pytest.mark.parametrize("times", [16, 24, 40])
def test_a_refusal_always_needs_more_than_there_is(times: int) -> None:
    sheet = build.sheet(summary=build.sheet().summary * times)
    with pytest.raises(NotPublishable) as caught:
        plan(sheet, [build.plain("foto-1", 900, 1200)])
    needed, available = (int(value) for value in re.findall(r"(\d+) mm", caught.value.message.en))
    assert needed > available
    assert caught.value.problems[0].field in {"texts/summary", "images"}


def test_longer_texts_get_smaller_letters_before_anything_is_refused() -> None:
    sizes = []
    for times in (1, 4, 8):
        sheet = build.sheet(summary=build.sheet().summary * times, pictures=())
        sizes.append(plan(sheet, []).body_size)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1] >= 9.5


def test_without_photos_the_text_is_larger_than_with_one() -> None:
    without = plan(build.suspect(0), []).body_size
    assert without > plan(build.suspect(1), [build.plain("foto-1", 900, 1200)]).body_size
