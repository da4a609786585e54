"""The search for the best middle of a poster."""

import re

import pytest

from fahndung.errors import NotPublishable
from fahndung.posters import plan
from fahndung.posters.marks import PAGE_WIDTH, Slot
from tests.posters import build


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("times", [24, 40])
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


@pytest.mark.peers
def test_a_suspect_with_many_facts_warning_and_reward_still_holds_two_photos() -> None:
    rows = [(f"Merkmal {i}", "etwa 175 bis 180 cm (geschätzt)") for i in range(12)]
    sheet = build.suspect(
        2,
        groups=(build.group("Tatverdächtiger", *rows),),
        warning=build.convict().warning,
        reward=build.convict().reward,
    )
    layout = plan(sheet, [build.plain(f"foto-{i}", 900, 1200) for i in (1, 2)])
    assert layout.photo_share >= 0.08
    assert layout.body_size >= 9.5
    assert max(line.size for part in layout.named("phone") for line in part.lines) >= 30


def test_a_long_table_runs_on_in_the_next_column_with_its_title_in_the_first() -> None:
    rows = [(f"Merkmal {i}", "vorhanden") for i in range(16)]
    layout = plan(build.sheet(groups=(build.group("Gegenstand", *rows),), pictures=()), [])
    parts = layout.named("facts")
    assert [part.text for part in parts if part.field == "persons/0"] == [
        "Gegenstand",
        *(text for row in rows for text in row),
    ]


def test_photos_above_the_text_reach_both_margins() -> None:
    sheet = build.objects()
    layout = plan(sheet, [build.plain(f"foto-{i}", 1200, 900) for i in range(1, 7)])
    slots = [mark for part in layout.named("photo") for mark in part.marks if isinstance(mark, Slot)]
    assert min(slot.x for slot in slots) == pytest.approx(36, abs=1)
    assert max(slot.x + slot.width for slot in slots) == pytest.approx(PAGE_WIDTH - 36, abs=1)


@pytest.mark.peers
def test_a_word_of_23_letters_gets_a_column_that_holds_it_whole() -> None:
    word = "Einsatzbereitschaftwage"
    assert len(word) == 23
    for count in (0, 1, 4):
        sheet = build.suspect(count, summary=f"Im {word} saß {word}.", groups=())
        layout = plan(sheet, [build.plain(f"foto-{i + 1}", 900, 1200) for i in range(count)])
        text = " ".join(line.text for part in layout.named("summary") for line in part.lines)
        assert text == f"Im {word} saß {word}."
