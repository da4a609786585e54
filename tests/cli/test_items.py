"""A by-hand item as a line for people."""

import dataclasses

import pytest

from fahndung.cli.items import item_json, item_line
from fahndung.errors import Message
from fahndung.ledger.byhand import Item, Kind
from fahndung.model.ids import ChannelName
from tests.ledger.world import NOW

URL = "https://t.me/polizei_musterstadt/3"


def item(what: Message) -> Item:
    return Item(
        id=3,
        appeal="a-1",
        what=what,
        why=Message("too old", "zu alt"),
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


@pytest.mark.parametrize("what", [f"telegram: {URL}", "telegram: Beitrag"])
def test_the_address_is_named_once(what: str) -> None:
    assert item_line(item(Message.same(what))).count(URL) == 1


@pytest.mark.parametrize(("lang", "what", "why"), [("de_DE", "Vorschau", "zu alt"), ("en_GB", "preview", "too old")])
def test_it_is_told_in_the_language_of_who_reads_it(
    lang: str, what: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", lang)
    kept = dataclasses.replace(item(Message("preview", "Vorschau")), place="Rathaus", pieces=3)
    told = item_json(kept)
    assert (told["what"].startswith(what), told["what"].endswith(": Rathaus"), told["why"]) == (True, True, why)
    assert f"{told['what']} {URL} ({why})" in item_line(kept)
    assert ("Stück" in told["what"]) is (lang == "de_DE")
