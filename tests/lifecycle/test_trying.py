"""What a login to a channel shows: how the clocks stand, what is left of the limits, how sure the rights are."""

import datetime as dt
import http.server
from typing import cast

import pytest

from fahndung import http as door
from fahndung.channels.base import Channel
from fahndung.channels.kinds import RIGHTS
from fahndung.errors import AuthError, ChannelFailed
from fahndung.lifecycle import trying
from fahndung.lifecycle.diagnosis import Verdict
from tests.http.test_http import Loopback, loopback, plain

__all__ = ["loopback"]

SENT = "Fri, 20 Nov 2026 12:00:00 GMT"
AT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


class Account:
    """A channel whose check asks these addresses, one after the other."""

    name, kind = "konto", "x"

    def __init__(self, *urls: str, error: Exception | None = None) -> None:
        self._urls, self._error = urls, error

    def access(self) -> dict[str, object]:
        return {"name": self.name}

    def check(self) -> None:
        for url in self._urls:
            door.get(url)
        if self._error is not None:
            raise self._error


def attempt(account: Account, *, ahead: dt.timedelta = 0 * SECOND) -> trying.Tried:
    return trying.attempt(cast(Channel, account), lambda: AT + ahead)


def answers(loopback: Loopback, *dates: str, **headers: str) -> None:
    """Answers that say, one after the other and the last one for ever, that they were sent at these instants."""
    left = list(dates)

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        date = left.pop(0) if len(left) > 1 else left[0]
        request.date_time_string = lambda timestamp=None: date  # type: ignore[method-assign]
        plain(request, 200, b"{}", **headers)

    loopback.answer = answer


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [
        (0 * SECOND, Verdict.OK),
        (60 * SECOND, Verdict.OK),
        (61 * SECOND, Verdict.WARN),
        (-300 * SECOND, Verdict.WARN),
        (301 * SECOND, Verdict.BAD),
        (-301 * SECOND, Verdict.BAD),
    ],
)
def test_a_clock_that_is_off_is_a_finding(loopback: Loopback, ahead: dt.timedelta, verdict: Verdict) -> None:
    answers(loopback, SENT)
    tried = attempt(Account(loopback.url), ahead=ahead)
    assert tried.clock is not None
    assert (tried.apart, tried.clock.verdict, tried.clock.online) == (ahead, verdict, False)
    assert "konto" in tried.clock.what.en


@pytest.mark.parametrize(("kind", "theirs"), [("x", True), ("website", False)])
def test_where_another_platform_agrees_with_this_machine_the_clock_that_is_off_is_the_platforms(
    loopback: Loopback, kind: str, theirs: bool
) -> None:
    found = {}
    for name, away in (("right", 0), ("fast", 600), ("slow", -600)):
        answers(loopback, f"{AT + away * SECOND:%a, %d %b %Y %H:%M:%S} GMT")
        account = Account(loopback.url)
        account.kind = kind if name == "right" else "x"  # the force's own web server may be this machine
        found[name] = attempt(account)
    told = {name: one.clock for name, one in trying.compared(found).items()}
    assert told["right"] == found["right"].clock
    for name in ("fast", "slow"):
        clock = told[name]
        assert clock is not None
        assert clock.todo is not None
        assert ("NTP" in clock.todo.en, "Betreiber" in clock.todo.de) == (not theirs, theirs)
        assert clock.verdict is Verdict.BAD
    alone = trying.compared({"fast": found["fast"]})["fast"].clock
    assert alone is not None
    assert alone.todo is not None
    assert alone.todo.en.startswith("one account alone cannot tell whose clock is wrong")
    assert alone.verdict is Verdict.BAD


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_platform_that_tells_no_time_shows_no_clock(loopback: Loopback, date: str) -> None:
    answers(loopback, date)
    tried = attempt(Account(loopback.url))
    assert (tried.clock, tried.apart) == (None, None)


def test_the_answer_that_took_the_shortest_counts(loopback: Loopback) -> None:
    answers(loopback, "Fri, 20 Nov 2026 11:59:10 GMT", SENT)
    assert attempt(Account(loopback.url, loopback.url)).apart == 0 * SECOND


def test_limits_are_told_by_the_names_of_their_headers(loopback: Loopback) -> None:
    usage = '{"call_count":28}'
    answers(loopback, SENT, X_RateLimit_Remaining="298", RateLimit_Reset="60", X_App_Usage=usage, X_Other="y")
    tried = attempt(Account(loopback.url))
    assert tried.limits == {"x-ratelimit-remaining": "298", "ratelimit-reset": "60", "x-app-usage": usage}


def test_the_end_of_a_limit_in_seconds_since_1970_is_told_as_an_instant(loopback: Loopback) -> None:
    answers(loopback, SENT, X_Rate_Limit_Reset="1795336686", X_Rate_Limit_Remaining="1795336686")
    tried = attempt(Account(loopback.url))
    assert tried.limits == {
        "x-rate-limit-reset": "2026-11-22T08:38:06+00:00",
        "x-rate-limit-remaining": "1795336686",
    }


def test_a_limit_that_is_no_plain_text_is_left_out(loopback: Loopback) -> None:
    answers(loopback, SENT, X_Rate_Limit_Limit="9" * 201, X_Rate_Limit_Remaining="\x1b[31m5")
    assert attempt(Account(loopback.url)).limits == {}


def test_whoever_is_refused_is_told_that_the_clock_is_wrong(loopback: Loopback) -> None:
    answers(loopback, SENT)
    refused = Account(loopback.url, error=AuthError("The key is not accepted.", "Der Schlüssel gilt nicht."))
    with pytest.raises(AuthError, match=r"The key is not accepted\. Account \S+\. And the clock is \+600 s"):
        attempt(refused, ahead=600 * SECOND)
    with pytest.raises(AuthError, match=r"accepted\. Account \S+\.$"):
        attempt(refused)
    with pytest.raises(AuthError, match=r"accepted\. Account \S+\.$"):
        attempt(Account(error=AuthError("The key is not accepted.", "")))


def test_any_other_failure_comes_out_as_it_is(loopback: Loopback) -> None:
    answers(loopback, SENT)
    with pytest.raises(ChannelFailed, match=r"^down$"):
        attempt(Account(loopback.url, error=ChannelFailed("down", "aus")), ahead=600 * SECOND)


@pytest.mark.parametrize(("kind", "rights"), [*RIGHTS.items(), ("facebook", "unknown"), ("press-mail", "unknown")])
def test_how_the_rights_are_known_depends_on_the_kind(kind: str, rights: str) -> None:
    account = Account()
    account.kind = kind
    assert attempt(account).rights == rights


@pytest.mark.parametrize(("status", "hinted"), [(404, True), (405, True), (400, False), (500, False)])
def test_what_another_server_answers_leads_to_the_address_in_the_configuration(
    loopback: Loopback, status: int, hinted: bool
) -> None:
    loopback.answer = lambda request: plain(request, status, b"no such thing")
    with pytest.raises(ChannelFailed) as caught:
        attempt(Account(loopback.url, error=ChannelFailed("it says nothing.", "das sagt nichts.")))
    en, de = caught.value.message
    assert en.startswith("it says nothing.")
    assert ("fahndung.toml" in en, "fahndung.toml" in de) == (hinted, hinted)
