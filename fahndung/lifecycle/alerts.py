"""Sends the alarms that are due, on every way that is meant for them, and notes what became of it. Decides no cause.

A way that fails is told in the ledger and tried again alone, ever more seldom; the others are not repeated for it.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from fahndung import credentials
from fahndung.alerting import sending
from fahndung.alerting.sending import Errand
from fahndung.errors import FahndungError, Message, Problem, Severity
from fahndung.home.config import Config
from fahndung.ledger import alarms, appeals
from fahndung.ledger.alarms import Alarm, Failure
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import alarmtexts
from fahndung.model.alarm import Alarming, Kind, Route, WebhookWay
from fahndung.model.mail import MailServer

CLAIM = dt.timedelta(minutes=3)
"""When an alarm is due again whose run died while it was sent."""
FIRST_RETRY = dt.timedelta(minutes=1)
LONGEST_RETRY = dt.timedelta(minutes=15)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message on one route; ``failed``: why it may not have arrived."""

    route: str
    alarms: tuple[int, ...]
    failed: Message | None


def deliver(ledger: Ledger, config: Config, *, now: dt.datetime) -> tuple[Sent, ...]:
    """Sends what is due; at most three quarters of a minute, whatever the ways do.

    Raises:
        LedgerUnavailable, LedgerMissing: what is due cannot be read or noted (``Emergency`` is for that).
    """
    if not config.alarm.all_routes():
        return ()
    with ledger.read() as tx:
        if not alarms.any_due(tx, now):
            return ()
    with ledger.write(now) as tx:
        due = alarms.claim_due(tx, now=now, until=now + CLAIM)
        routes = {one.id: _routes(tx, config.alarm, one, now) for one in due}
    times = {one.id: one.sends + int(_is_round(one, config.alarm, now)) for one in due}
    told = _send(due, routes, times, config, home=ledger.home_id, now=now)
    failures = {(number, one.route): one.failed for one in told for number in one.alarms}
    with ledger.write(now) as tx:
        for one in due:
            tried = {route.key: failures[one.id, route.key] for route in routes[one.id]}
            _note(tx, one, tried, config.alarm, now)
    return told


def test(config: Config, *, home: str, now: dt.datetime) -> tuple[Sent, ...]:
    """Sends a test alarm to everybody on every way."""
    notice = alarmtexts.test_notice(home=home, authority=config.authority, now=now)
    errands = [Errand(route=route, notice=notice) for route in config.alarm.all_routes()]
    outcomes = sending.send(errands, config.alarm.server, now=now)
    return tuple(
        Sent(route=errand.route.key, alarms=(), failed=why) for errand, why in zip(errands, outcomes, strict=True)
    )


def problems(config: Config, *, production: bool) -> tuple[Problem, ...]:
    """What keeps alarms from reaching a person: no way at all, a credential that is not there."""
    found = []
    if production and not config.alarm.all_routes():
        found.append(
            _problem(
                "ways",
                "nobody is told when something goes wrong: no way is configured in [alarm]",
                "Bei Störungen wird niemand benachrichtigt: In [alarm] ist kein Weg eingerichtet",
            )
        )
    for field, name in _credentials(config.alarm):
        try:
            credentials.read(name)
        except FahndungError as error:
            found.append(_problem(field, error.message.en, error.message.de))
    return tuple(found)


def _credentials(alarm: Alarming) -> Iterable[tuple[str, str]]:
    server: MailServer | None = alarm.server
    if server is not None and server.credential is not None:
        yield "mail/credential", server.credential
    for way in alarm.ways.values():
        if isinstance(way, WebhookWay):
            yield f"ways/{way.name}/credential", way.credential


def _problem(field: str, en: str, de: str) -> Problem:
    return Problem(rule="alarm", severity=Severity.WARN, field=f"alarm/{field}", message=Message(en, de))


def _routes(tx: Tx, alarm: Alarming, one: Alarm, now: dt.datetime) -> tuple[Route, ...]:
    """Everybody in a new round; between two rounds only those whom the last try did not reach."""
    everybody = alarm.routes(one.kind, _preparer(tx, one))
    if _is_round(one, alarm, now):
        return everybody
    return tuple(route for route in everybody if route.key in one.failed)


def _is_round(one: Alarm, alarm: Alarming, now: dt.datetime) -> bool:
    return one.sent_at is None or now >= one.sent_at + alarm.repeat[one.kind.level]


def _preparer(tx: Tx, one: Alarm) -> str | None:
    if one.kind is not Kind.REMINDER or one.appeal is None:
        return None
    latest = appeals.find(tx, one.appeal)
    return None if latest is None else latest.prepared_by


def _send(
    due: Sequence[Alarm],
    routes: Mapping[int, tuple[Route, ...]],
    times: Mapping[int, int],
    config: Config,
    *,
    home: str,
    now: dt.datetime,
) -> tuple[Sent, ...]:
    by_route: dict[Route, list[Alarm]] = {}
    for one in due:
        for route in routes[one.id]:
            by_route.setdefault(route, []).append(one)
    planned = [
        (Errand(route=route, notice=notice), numbers)
        for route, meant in by_route.items()
        for notice, numbers in alarmtexts.notices(meant, times, home=home, authority=config.authority, now=now)
    ]
    outcomes = sending.send([errand for errand, _ in planned], config.alarm.server, now=now)
    return tuple(
        Sent(route=errand.route.key, alarms=numbers, failed=why)
        for (errand, numbers), why in zip(planned, outcomes, strict=True)
    )


def _note(tx: Tx, one: Alarm, tried: Mapping[str, Message | None], alarm: Alarming, now: dt.datetime) -> None:
    failed = {
        key: Failure(tries=one.failed[key].tries + 1 if key in one.failed else 1, why=why)
        for key, why in tried.items()
        if why is not None
    }
    is_round = _is_round(one, alarm, now)
    since = now if is_round or one.sent_at is None else one.sent_at
    ends = [since + alarm.repeat[one.kind.level], *(now + _wait(failure.tries) for failure in failed.values())]
    reached = len(failed) < len(tried)
    alarms.sent(tx, one.id, whole_round=is_round and reached, failed=failed, next_at=min(ends), now=now)


def _wait(tries: int) -> dt.timedelta:
    """How long until a way that failed is tried again: a minute, doubling, at most a quarter of an hour."""
    return min(FIRST_RETRY * (1 << min(tries - 1, 10)), LONGEST_RETRY)
