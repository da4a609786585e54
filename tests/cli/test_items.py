"""A by-hand item as a line for people."""

import pytest

from fahndung.cli.items import item_line
from fahndung.ledger.byhand import Item, Kind
from fahndung.model.appeal import ChannelName
from tests.ledger.world import NOW

URL = "https://t.me/polizei_musterstadt/3"


@pytest.mark.parametrize("what", [f"telegram: {URL}", "telegram: Beitrag"])
def test_the_address_is_named_once(what: str) -> None:
    item = Item(
        id=3,
        appeal="a-1",
        what=what,
        why="zu alt",
        channel=ChannelName("telegram"),
        url=URL,
        kind=Kind.COPY,
        opened_at=NOW,
        closed_at=None,
        closed_by=None,
        closed_note=None,
        next_at=None,
        looked_at=None,
        seen=None,
    )
    line = item_line(item)
    assert line.count(URL) == 1
    assert line.endswith("(zu alt)")
