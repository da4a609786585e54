"""The table of abilities says what the rows say, in columns that stand below each other."""

import datetime as dt
import decimal
import re
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels.abilities import Cost, Edit, Evidence, MediaLimits, Replies, TextLimit
from fahndung.cli import abilities
from fahndung.errors import Message
from tests.channels.test_base import able
from tests.channels.test_wordpressaccount import values as wordpress_values

WORD = Message("word", "Wort")
RICH: dict[str, Any] = {
    "kind": "x",
    "delete_window": dt.timedelta(hours=48),
    "text": (TextLimit(most=300, unit=WORD), TextLimit(most=3000, unit=WORD)),
    "media": MediaLimits(
        count=4, bytes=5_000_000, pixels=33_177_600, types=("image/jpeg", "image/png"), alt_length=1000
    ),
    "edit": Edit(how="in-place", why=WORD),
    "costs": tuple(Cost(what=WORD, amount=decimal.Decimal(one), currency="USD") for one in ("0.001", "0.20")),
    "replies": Replies(setting="nobody", remains=WORD),
    "evidence": Evidence(by="live-account", version="v1", date=dt.date(2026, 11, 26)),
}


def test_a_row_has_a_cell_for_everything() -> None:
    heads, cells, *sentences = abilities.lines([able(**RICH).as_json("konto")])
    assert heads.split() == ["channel", "kind", "text", "media", "edit", "deletes", "replies", "cost", "evidence"]
    said = [
        "konto",
        "x",
        "300/3000",
        "4",
        "in place",
        "48 hours",
        "closed",
        "up to 0.20 USD",
        "live account, 2026-11-26",
    ]
    assert [cell.strip() for cell in cells.split("  ") if cell.strip()] == said
    assert sentences == [
        "",
        "konto",
        "  text: 300 word; 3000 word",
        "  media: 4 JPEG, PNG; 5 MB; 33.1 megapixels; alternative text 1000 characters",
        "  edit: word",
        "  replies: word (nobody)",
        "  cost: word: 0.001 USD; word: 0.20 USD",
        "  remains elsewhere: copies",
        "  proof of absence: 404",
        "  tried against: v1",
    ]


def test_numbers_are_written_as_the_reader_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    told = "\n".join(abilities.lines([able(**RICH).as_json("konto")]))
    assert "bis 0,20 USD" in told
    assert "5 MB; 33,1 Megapixel" in told
    assert "0.20" not in told


def test_what_is_not_there_is_a_dash_and_has_no_sentence() -> None:
    heads, cells, *sentences = abilities.lines([able(kind="website").as_json("seite")])
    assert [cell.strip() for cell in cells.split("  ") if cell.strip()] == [
        *("seite", "website", "–", "–", "replaced", "yes", "–", "–", "–")
    ]
    assert [line.partition(":")[0].strip() for line in sentences] == [
        *("", "seite", "edit", "remains elsewhere", "proof of absence")
    ]
    assert heads.index("kind") == cells.index("website", len("seite"))
    assert abilities.lines([]) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"can_delete": False}, "no"),
        ({"delete_window": dt.timedelta(days=30)}, "30 days"),
        ({"edit": Edit(how="none", why=WORD)}, "never"),
        ({"kind": "mastodon"}, "open"),
        ({"evidence": Evidence(by="simulator", version="v", date=dt.date(2026, 1, 2))}, "simulator, 2026-01-02"),
        ({"evidence": Evidence(by="real-server", version="v", date=dt.date(2026, 1, 2))}, "real server, 2026-01-02"),
    ],
)
def test_each_kind_of_ability_has_its_word(change: dict[str, Any], told: str) -> None:
    assert told in abilities.lines([able(**change).as_json("a")])[1]


ACCOUNTS: dict[str, dict[str, object]] = {
    "mastodon": {"url": "https://social.example/", "account": "presse", "credential": "token"},
    "x": {"account": "presse", "credential": "token"},
    "bluesky": {"url": "https://pds.example/", "account": "presse.example", "credential": "token"},
    "facebook": {"page": "1", "credential": "token", "app_secret": "app"},
    "telegram": {"chat": -1000000000001, "credential": "token", "account": "polizei_muster"},
}


EVERY: dict[str, dict[str, object]] = {
    **ACCOUNTS,
    "threads": {"user": "1", "credential": "token"},
    "wordpress": wordpress_values(),
    "webhook": {"url": "https://stadt.example/events", "key_id": "k", "credential": "key", "medium": "online-press"},
}
ENGLISH = re.compile(r"(?i)\b(the|and|of|own|without|with|not|by|years?|days?|hours?|bytes|pages?|posts?)\b")
"""Words that no German sentence has, and no name of an interface either."""


@pytest.mark.parametrize("kind", EVERY)
def test_in_german_no_word_is_english(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    row = channels.from_ledger(kind, {"name": "konto", **EVERY[kind]}).capabilities().as_json("konto", "de")
    found = [line for line in abilities.lines([row]) if ENGLISH.search(re.sub("„[^“]*“", "", line))]
    assert found == []


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_every_network_tells_its_limits_and_replaces_where_histories_are_public(kind: str) -> None:
    row = channels.from_ledger(kind, {"name": kind, **ACCOUNTS[kind]}).capabilities().as_json(kind)
    assert row["text"]
    assert row["media"] is None
    how, why = ("in-place", "no earlier one") if kind == "telegram" else ("replace", "earlier versions")
    assert row["edit"]["how"] == how  # type: ignore[index]
    assert why in row["edit"]["why"]  # type: ignore[index]
    assert row["replies"]["remains"]  # type: ignore[index]
    assert bool(row["replies"]["setting"]) is (row["replies"]["comments"] == "off")  # type: ignore[index]
    assert bool(row["costs"]) is (kind == "x")
    assert row["evidence"]
