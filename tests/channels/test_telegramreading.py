"""When the public listing of a Telegram channel is believed to be complete, on pages that say less than there is."""

import pathlib
from collections.abc import Callable, Iterator

import pytest

from fahndung.channels.telegramreading import Reading
from fahndung.errors import ChannelFailed
from fahndung.testing import telegramshapes
from fahndung.testing.faults import Call
from fahndung.testing.running import ACCOUNT, RunningTelegram

from . import telegrams

Change = Callable[[list[int], int | None], tuple[list[int], int | None]]
"""What a page shows instead: of its messages' numbers and of where it leads to."""


@pytest.fixture
def platform(tmp_path: pathlib.Path) -> Iterator[RunningTelegram]:
    """A channel with 50 messages: the first tells that it was made."""
    with telegrams.in_a_thread(tmp_path) as started:
        for number in range(49):
            started.by_hand(post=f"Guten Morgen {number}")
        yield started


@pytest.fixture
def reading(platform: RunningTelegram) -> Reading:
    return Reading(telegrams.channel(platform).endpoint, timeout_s=5)


def shows(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Makes every page of a listing say something else."""
    shown = telegramshapes.listing

    def changed(of: telegramshapes.Channel, posts: list[telegramshapes.Post], before: int | None) -> str:
        ids, older = change([one.id for one in posts], before)
        return shown(of, [one for one in posts if one.id in ids], older)

    monkeypatch.setattr(telegramshapes, "listing", changed)


def numbers(reading: Reading) -> list[int]:
    return [post.id for post in reading.messages(ACCOUNT)]


def test_the_message_that_nobody_can_delete_ends_it(reading: Reading, platform: RunningTelegram) -> None:
    assert numbers(reading) == [*range(50, 0, -1)]
    assert platform.calls(Call.LIST) == 3


def test_where_that_is_not_shown_the_oldest_is_shown_again_and_nothing_before_it(
    reading: Reading, platform: RunningTelegram
) -> None:
    for id in (1, 2, 3):
        platform.by_hand(id=id)
    assert numbers(reading) == [*range(50, 3, -1)]
    assert platform.calls(Call.LIST) == 4


@pytest.mark.parametrize("leads", [lambda _: None, lambda before: before and 3], ids=["nowhere", "too far"])
def test_a_page_that_leads_nowhere_or_too_far_ends_nothing(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, leads: Callable[[int | None], int | None]
) -> None:
    shows(monkeypatch, lambda ids, before: (ids, leads(before)))
    assert numbers(reading) == [*range(50, 0, -1)]


@pytest.mark.parametrize("below", [99, 31, 20])
def test_a_page_without_messages_proves_nothing(reading: Reading, monkeypatch: pytest.MonkeyPatch, below: int) -> None:
    shows(monkeypatch, lambda ids, before: ([] if ids and ids[-1] < below else ids, None))
    with pytest.raises(ChannelFailed, match="proves nothing" if below == 99 else "a message is missing"):
        reading.messages(ACCOUNT)


@pytest.mark.peers
def test_a_page_that_leads_on_and_shows_nothing_older_does_not_end(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(monkeypatch, lambda ids, before: ([id for id in ids if id > 45], 3))
    with pytest.raises(ChannelFailed, match="does not end"):
        reading.messages(ACCOUNT)


def test_a_channel_that_shows_nothing_fails_the_check(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.refuse_crowded(ACCOUNT)
    shows(monkeypatch, lambda ids, before: ([], None))
    with pytest.raises(ChannelFailed, match="write one that stays"):
        reading.refuse_crowded(ACCOUNT)
