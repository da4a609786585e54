"""What the ledger keeps of a page: a row of an earlier version takes its page down as one of today does."""

import json
import pathlib
from typing import Any

import pytest

from fahndung.channels.withdrawal import Withdrawal
from fahndung.errors import ChannelFailed
from fahndung.model.publication import Gone, Live

from . import build
from .build import SLUG

FIRST = """{
 "alert": "polizei.example,k3m9x0q7t2w8z5b1,2026-11-21T15:00:00-00:00",
 "entry_id": "tag:polizei.example,2026:k3m9x0q7t2w8z5b1",
 "files": {"fahndung/k3m9x0q7t2w8z5b1/index.html": "0000000000000000000000000000000000000000000000000000000000000000"},
 "frame": "<!DOCTYPE html><ul><!-- entries --></ul>",
 "gone": "<!DOCTYPE html><title>Beendet</title>",
 "slug": "k3m9x0q7t2w8z5b1",
 "title_sha256": "1111111111111111111111111111111111111111111111111111111111111111",
 "tombstone": {
  "id": "tag:polizei.example,2026:k3m9x0q7t2w8z5b1",
  "summary": "Diese Fahndung ist beendet.",
  "title": "Fahndung beendet",
  "url": "https://fahndung.polizei.example/fahndung/k3m9x0q7t2w8z5b1/"
 },
 "updated": "2026-11-21T16:00:00+01:00"
}"""
"""A row as it was written before search engines and registers: a key that comes later must not be needed."""


def first(**changed: Any) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(FIRST) | changed
    return row


def test_a_row_of_an_earlier_version_says_no_to_what_it_does_not_know() -> None:
    row = Withdrawal.parse(first())
    assert (row.slug, row.indexed, row.registered) == (SLUG, False, False)
    assert Withdrawal.parse(row.as_json()) == row
    assert set(build.FIRST_KEPT) == {*first(), "at"}


@pytest.mark.parametrize("changed", [{"registered": None}, {"registered": "no"}, {"indexed": 0}, {"gone": None}])
def test_a_row_that_says_nonsense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ChannelFailed, match="cannot be read"):
        Withdrawal.parse(first(**changed))


def test_a_page_that_an_earlier_version_put_up_is_seen_and_taken_down(tmp_path: pathlib.Path) -> None:
    channel = build.website(tmp_path)
    row = build.first_posting(build.publish(channel))
    assert isinstance(channel.look(row), Live)
    channel.withdraw(row)
    assert isinstance(channel.look(row), Gone)
