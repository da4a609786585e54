"""What a look at a stranger's address shows, whom it does not ask, and what counts as online past the end."""

import datetime as dt
import http.server
from collections.abc import Callable
from typing import Any

import pytest

from fahndung import http as door
from fahndung.errors import NotSent, UsageError
from fahndung.ledger import byhand, copies
from fahndung.ledger.copies import Outcome
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import (
    foreign,
    takedown,
    takendown,
    telling,
)
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Medium
from tests.http.test_http import Loopback, drop, loopback, plain
from tests.world import GIRL, GIRL_REVIEW, PAIR, PUBLISHED, TRAM, TRAM_LAPSE, World

__all__ = ["loopback"]

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)


def add(world: World, url: str, appeal: str = GIRL) -> int:
    return foreign.add(world.ledger, appeal=appeal, untrusted_url=url, now=PUBLISHED, by="k.muster", where="Anzeiger")


def look(world: World, now: dt.datetime = PUBLISHED, limit: int = 9) -> list[tuple[Outcome, str]]:
    seen = foreign.look_due(world.ledger, now=now, by="timer", limit=limit)
    return [(one.sight.outcome, foreign.told(one.sight).en) for one in seen]


def answer(loopback: Loopback, status: int, **headers: str) -> None:
    loopback.answer = lambda request: plain(request, status, b"x", **headers)


def end(world: World, now: dt.datetime = PUBLISHED, appeal: str = GIRL, **more: Any) -> takendown.Outcome:
    wish = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=now, **more)
    return takedown.end(world.home, world.ledger, wish, now=now)


def past_end(world: World, now: dt.datetime = PUBLISHED, appeal: str | None = None) -> list[str]:
    with world.ledger.read() as tx:
        return [pending.why.en for pending in foreign.past_end(tx, now, appeal)]


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "told"),
    [
        (200, {"Content_Type": "image/jpeg"}, Outcome.THERE, "still answers"),
        (200, {}, Outcome.THERE, "still answers"),
        (404, {}, Outcome.ABSENT, r"not found (404)"),
        (410, {}, Outcome.ABSENT, r"not found (410)"),
        (301, {"Location": "https://archiv.example/7"}, Outcome.UNKNOWN, "redirects (301) to archiv.example"),
        (302, {"Location": "/start"}, Outcome.UNKNOWN, "to an address that cannot be read"),
        (302, {"Location": "https://[x/"}, Outcome.UNKNOWN, "nobody can tell"),
        (302, {"Location": "https://b%0Aad host/"}, Outcome.UNKNOWN, "to an address that cannot be read"),
        (308, {}, Outcome.UNKNOWN, "not followed"),
        (403, {}, Outcome.UNKNOWN, "status 403"),
        (429, {}, Outcome.UNKNOWN, "status 429"),
        (500, {}, Outcome.UNKNOWN, "status 500"),
    ],
)
def test_what_answers_is_judged(
    approved: World, loopback: Loopback, status: int, headers: dict[str, str], outcome: Outcome, told: str
) -> None:
    answer(loopback, status, **headers)
    add(approved, loopback.url)
    ((seen, words),) = look(approved)
    assert (seen, told in words) == (outcome, True)
    assert len(loopback.asked) == 1


def test_a_redirect_to_what_is_no_address_is_told(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = door.Answer(status=302, headers={"location": "https://[x/"}, body=b"")
    monkeypatch.setattr(door.Client, "get", lambda *_, **__: strange)
    add(approved, "https://zeitung.example/7")
    assert "to an address that cannot be read" in look(approved)[0][1]


def test_silence_is_no_absence(approved: World, loopback: Loopback) -> None:
    loopback.answer = drop
    add(approved, loopback.url)
    ((seen, words),) = look(approved)
    assert (seen, "No connection" in words) == (Outcome.UNKNOWN, True)


def test_too_much_is_not_read_and_not_believed(
    approved: World, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "MAX_BYTES", 10)
    loopback.answer = lambda request: plain(request, 200, b"x" * 11)
    add(approved, loopback.url)
    assert "larger than 10 bytes" in look(approved)[0][1]


def test_a_bug_in_one_look_is_told_and_stops_no_other(
    approved: World, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    get: Callable[..., door.Answer] = door.Client.get

    def broken(self: door.Client, url: str, **more: Any) -> door.Answer:
        if url.endswith("/1"):
            raise ZeroDivisionError
        return get(self, url, **more)

    monkeypatch.setattr(door.Client, "get", broken)
    for number in (1, 2):
        add(approved, f"{loopback.url}{number}")
    assert look(approved) == [
        (Outcome.UNKNOWN, "nobody can tell: a bug stopped the look (ZeroDivisionError)"),
        (Outcome.THERE, "it still answers"),
    ]


def test_something_else_at_the_address_is_not_the_copy_and_not_its_absence(approved: World, loopback: Loopback) -> None:
    answer(loopback, 200, Content_Type="image/jpeg")
    add(approved, loopback.url)
    assert look(approved)[0][0] is Outcome.THERE
    answer(loopback, 200, Content_Type="text/html; charset=utf-8")
    assert "(text instead of image)" in look(approved, PUBLISHED + DAY)[0][1]
    answer(loopback, 200, Content_Type="image/webp")
    assert look(approved, PUBLISHED + 2 * DAY)[0][0] is Outcome.THERE


def test_each_copy_is_looked_at_once_a_day_as_many_as_allowed(approved: World, loopback: Loopback) -> None:
    for number in range(3):
        add(approved, f"{loopback.url}{number}")
    assert len(look(approved, limit=2)) == 2
    assert len(look(approved)) == 1
    assert look(approved, PUBLISHED + DAY - SECOND) == []
    assert len(look(approved, PUBLISHED + DAY)) == 3
    assert len(loopback.asked) == 6


def test_a_run_that_is_cut_off_loses_no_look(
    approved: World, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    add(approved, loopback.url)
    with monkeypatch.context() as patch:
        patch.setattr(foreign, "look", dies)
        with pytest.raises(Killed):
            look(approved)
    assert look(approved) == []
    assert len(look(approved, PUBLISHED + foreign.LEASE)) == 1


def test_a_copy_that_was_closed_during_the_look_is_not_opened_again(approved: World, loopback: Loopback) -> None:
    item = add(approved, loopback.url)

    def closing(request: http.server.BaseHTTPRequestHandler) -> None:
        with approved.ledger.write(PUBLISHED) as tx:
            byhand.close(tx, item, person="k.muster", note="weg", at=PUBLISHED)
        plain(request, 200, b"")

    loopback.answer = closing
    assert look(approved) == []
    with approved.ledger.read() as tx:
        assert copies.open_copies(tx) == ()


def test_two_looks_a_day_apart_propose_to_close_and_close_nothing(approved: World, loopback: Loopback) -> None:
    answer(loopback, 404)
    item = add(approved, loopback.url)
    assert look(approved) == [(Outcome.ABSENT, "not found (404), not yet for a day")]
    assert look(approved, PUBLISHED + DAY) == [
        (Outcome.GONE, "not found (404) for a day: look yourself, then close it")
    ]
    with approved.ledger.read() as tx:
        assert [known.id for known in copies.open_copies(tx)] == [item]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://zeitung.example/",
        "file:///etc/passwd",
        "https:///x",
        "https://user@zeitung.example/",
        "https://zeitung.example:99999/",
        "https://[::1/",
        "https://zeitung.example/a b",
        "https://zeitung.example/\r\nx",
        "https://zeitúng.example/",
        "zeitung.example",
        "",
        "https://zeitung.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_is_refused(approved: World, url: str) -> None:
    with pytest.raises(UsageError):
        add(approved, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/",
        "https://localhost/",
        "https://10.0.0.7/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
    ],
)
def test_in_production_no_address_inside_is_taken(url: str) -> None:
    foreign.refuse_address(url, anywhere=True)
    with pytest.raises(UsageError, match="not on the public internet"):
        foreign.refuse_address(url, anywhere=False)


@pytest.mark.parametrize("url", ["https://zeitung.example/7?x=y", "https://93.184.216.34/7", "http://zeitung.example/"])
def test_in_production_other_addresses_are_taken(url: str) -> None:
    foreign.refuse_address(url, anywhere=False)


def test_in_production_nobody_inside_is_asked_whatever_the_name_says(
    approved: World, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(approved, loopback.url)
    monkeypatch.setattr(approved.ledger, "kind", "production")
    assert "not on the public internet" in look(approved)[0][1]
    assert loopback.asked == []


def test_what_the_door_does_not_open_for_is_told_as_such(approved: World) -> None:
    add(approved, "http://zeitung.example/7")
    assert look(approved) == [(Outcome.UNKNOWN, "nobody can tell: only https can be looked at by the program")]


@pytest.mark.parametrize(("status", "counts"), [(200, 1), (503, 1), (302, 1), (404, 0), (410, 0)])
def test_a_copy_counts_past_the_end_if_it_answered_or_could_not_be_read(
    approved: World, loopback: Loopback, status: int, counts: int
) -> None:
    answer(loopback, status)
    approved.publish(GIRL)
    item = add(approved, loopback.url)
    look(approved)
    assert past_end(approved) == []
    outcome = end(approved)
    assert outcome.online_past_end == counts
    assert [item.title.de for item in outcome.by_hand] == ["Fremdkopie: Anzeiger"]
    assert [pending.channel for pending in outcome.pending] == ["Anzeiger"] * counts
    assert len(past_end(approved, appeal=GIRL)) == counts
    assert past_end(approved, appeal=TRAM) == []
    with approved.ledger.write(PUBLISHED) as tx:
        byhand.close(tx, item, person="k.muster", note="nachgesehen", at=PUBLISHED)
    assert past_end(approved) == []


def test_the_clock_ends_it_too_half_open_and_what_nobody_has_looked_at_is_not_counted(
    approved: World, loopback: Loopback
) -> None:
    add(approved, loopback.url)
    assert past_end(approved, GIRL_REVIEW) == []
    look(approved)
    assert past_end(approved, GIRL_REVIEW - SECOND) == []
    assert past_end(approved, GIRL_REVIEW) == ["foreign copy, item 1: it still answers"]


@pytest.mark.peers
def test_the_end_of_one_person_makes_every_copy_doubtful(pair: World, loopback: Loopback) -> None:
    add(pair, loopback.url, PAIR)
    look(pair)
    assert past_end(pair) == []
    end(pair, PUBLISHED + HOUR, PAIR, person="p1")
    assert len(past_end(pair, PUBLISHED + HOUR)) == 1


def test_a_sentence_stands_for_every_outcome() -> None:
    assert foreign.told(None).de == "noch nicht angesehen"
    assert foreign.told(copies.Sight(outcome=Outcome.UNKNOWN)).de == "ungewiss: "


def test_the_door_names_the_host_alone(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approved.ledger, "kind", "production")
    with pytest.raises(NotSent) as caught:
        door.Client(public=True).get("https://127.0.0.1/geheim")
    assert "geheim" not in str(caught.value)


def test_an_appeal_is_over_for_others_with_its_last_online_medium(approved: World, loopback: Loopback) -> None:
    add(approved, loopback.url, TRAM)
    look(approved)
    with approved.ledger.read() as tx:
        medium = foreign.last_medium(tx, TRAM)
        over = {known: telling.over_since(tx, TRAM, known) for known in Medium}
        (item,) = copies.open_copies(tx)
        assert foreign.over_since(tx, item) == over[medium]
    assert over[Medium.POSTER] > over[medium] == TRAM_LAPSE  # without the judge's confirmation paper goes on longer
    assert over[Medium.RADIO] < PUBLISHED  # not in the order
    assert past_end(approved, over[medium] - SECOND) == []
    assert len(past_end(approved, over[medium])) == 1


def test_a_mandate_that_names_no_online_medium_or_cannot_be_read_has_an_end_all_the_same(
    approved: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        with monkeypatch.context() as patch:
            patch.setattr(foreign, "_ONLINE", frozenset())
            assert foreign.last_medium(tx, TRAM) is Medium.POSTER
        tx.connection.exec_driver_sql("UPDATE submission SET clock_facts = x'7b'")
        assert foreign.last_medium(tx, TRAM) is Medium.WEBSITE
