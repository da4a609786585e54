"""Looks at the ledger: its time, who works, what is held too long, overdue or unreadable, the alarms."""

import datetime as dt
from collections.abc import Iterator

from fahndung.errors import Message
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.ledger import alarms as stored
from fahndung.ledger import claims, publications, pulse, tally
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import (
    alerts,
    attendance,
    causes,
    clock,
    clockskew,
    diagnosis,
    foreign,
    mailing,
    refreshing,
    telling,
)
from fahndung.lifecycle.causes import Patience
from fahndung.lifecycle.diagnosis import Finding
from fahndung.model.alarm import Kind
from fahndung.model.publication import State

_TAKEDOWN = Message("run 'fahndung takedown', then 'fahndung status'", "„fahndung takedown“, dann „fahndung status“")
_BY_HAND = Message(
    "delete it there, then 'fahndung close' (items: 'fahndung status')",
    "dort löschen, dann „fahndung close“ (Posten: „fahndung status“)",
)
_PAPER = Message(
    "take it down, then 'fahndung posters down' or 'fahndung close'",
    "abnehmen, dann „fahndung posters down“ oder „fahndung close“",
)
_CORRECT = Message(
    "'fahndung publish' for the other accounts too, or 'fahndung end --channel' there",
    "„fahndung publish“ auch für die übrigen Konten, oder dort „fahndung end --channel“",
)
_LEFT = frozenset({State.BY_HAND, State.TOMBSTONE})
_KINDS = {
    Kind.OVERDUE: ("overdue", True),
    Kind.CAME_BACK: ("overdue", True),
    Kind.ALTERED: ("altered", True),
    Kind.OUTDATED: ("outdated", False),
    Kind.UNKNOWN_OUTCOME: ("unknown-outcome", False),
    Kind.NOT_SENT: ("promises", False),
    Kind.CHANNEL_FAILING: ("channel", False),
    Kind.TOKEN_EXPIRED: ("token", False),
    Kind.TOKEN_EXPIRING: ("token", False),
    Kind.STUCK: ("locks", True),
    Kind.WORKER_DEAD: ("locks", True),
}
"""The check that a cause belongs to, and whether something may be online because of it."""


def ledger(
    home: Home,
    open_ledger: Ledger,
    config: Config | None,
    *,
    now: dt.datetime,
    machine: dt.datetime,
    max_age: dt.timedelta | None,
    full: bool,
) -> Iterator[Finding]:
    """Everything that the ledger itself can tell.

    Args:
        now: the instant that counts. machine: what this machine's clock says.
    """
    yield diagnosis.ok("ledger", "the ledger can be read", "Das Register ist lesbar")
    yield _clock(open_ledger, machine)
    yield from _jumps(open_ledger, now)
    in_file = open_ledger.server_clock() is None  # first: on a full disk a second connection would wait for the other
    with open_ledger.read() as tx:
        beat, online = pulse.read(tx), tally.anything_open(tx)
        yield diagnosis.last_success(beat.success, now, max_age, online=online)
        yield from _workers(tx, home, in_file=in_file)
        yield from _causes(tx, now)
        yield from _by_hand(tx, now)
        yield from _damaged(tx, full=full)
        yield from _untold(tx)
        yield from _alarms(tx)
    yield from _ways(config, production=open_ledger.kind == "production")


def _clock(open_ledger: Ledger, machine: dt.datetime) -> Finding:
    """This machine's clock; where the ledger lies on a server, nobody goes by it."""
    found = diagnosis.clock(
        "clock-ledger", clockskew.of_ledger(open_ledger, machine), Message("the ledger's time", "Zeit des Registers")
    )
    if found.verdict is not diagnosis.Verdict.BAD:
        return found
    if open_ledger.server_clock() is not None:
        todo = Message(
            "set both clocks by NTP; the server's counts", "beide Uhren per NTP stellen; es gilt die des Servers"
        )
        return diagnosis.bad(found.check, found.what, todo)
    return diagnosis.bad(found.check, found.what, _ACCEPT, online=found.online)


def _jumps(open_ledger: Ledger, now: dt.datetime) -> Iterator[Finding]:
    """Whether the clock that counts differs from what earlier runs met: publishing has stopped then."""
    behind = open_ledger.clock_behind(now) if open_ledger.server_clock() is not None else None
    if behind is not None:
        than = Message("the latest write", "vom letzten Schreiben")
        found = diagnosis.clock("clock-server", -behind, than)
        yield diagnosis.bad(found.check, found.what, _ACCEPT, online=True)
    jump = clockskew.jumped(open_ledger, clock.began(now))
    if jump is not None:
        yield diagnosis.bad("clock-jump", clockskew.told(jump), _ACCEPT, online=jump < dt.timedelta(0))


_ACCEPT = Message(
    "set the clock by NTP; if it is right, an earlier one was wrong: stop the worker, then "
    "'fahndung doctor --accept-clock --as PERSON'",
    "Uhr per NTP stellen; geht sie richtig, ging eine frühere falsch: Dienst anhalten, dann "
    "„fahndung doctor --accept-clock --as PERSON“",
)


def _workers(tx: Tx, home: Home, *, in_file: bool) -> Iterator[Finding]:
    """Who is at work; where the ledger is a file, the home's lock says whether anybody is."""
    known = claims.workers(tx)
    named = ", ".join(f"{one.what} {one.id} ({one.host}, pid {one.pid})" for one in known)
    if not in_file:
        yield diagnosis.ok(
            "locks",
            f"at work or ended without a word: {named or '-'}",
            f"bei der Arbeit oder ausgefallen: {named or '-'}",
        )
    elif attendance.is_held(home):
        yield diagnosis.ok(
            "locks",
            f"somebody has the calling place: {named or '-'}",
            f"Der Platz am Kanal ist besetzt: {named or '-'}",
        )
    elif known:
        what = Message(f"ended without a word: {named}", f"ohne Abmeldung beendet: {named}")
        yield diagnosis.warn("locks", what, _TAKEDOWN)
    else:
        yield diagnosis.ok("locks", "nobody is at work", "Niemand ist bei der Arbeit")


def _causes(tx: Tx, now: dt.datetime) -> Iterator[Finding]:
    """What the alarms would be about now, those included that nobody has raised yet."""
    found = [one for one in causes.watched(tx, now, Patience(), lambda worker: True) if one.kind in _KINDS]
    for one in found:
        check, online = _KINDS[one.kind]
        if one.kind is Kind.TOKEN_EXPIRING:
            yield diagnosis.warn(check, one.what, Message("renew it in time", "rechtzeitig erneuern"))
        else:
            todo = _CORRECT if one.kind is Kind.OUTDATED else _TAKEDOWN
            yield diagnosis.bad(check, one.what, todo, online=online)
    left = [row for row in publications.open_rows(tx) if row.state in _LEFT and not mailing.is_told(row)]
    if left:
        named = ", ".join(sorted({f"{row.appeal} ({row.channel})" for row in left}))
        what = Message(f"left to a person to delete: {named}", f"von Hand zu löschen: {named}")
        yield diagnosis.bad("overdue", what, _BY_HAND, online=True)
    if not left and not any(_KINDS[one.kind][1] for one in found):
        yield diagnosis.ok("overdue", "nothing is past its end", "Nichts ist über sein Ende hinaus online")


def _by_hand(tx: Tx, now: dt.datetime) -> Iterator[Finding]:
    """What only a person can remove and should have: paper whose time is over, copies of others past the end."""
    late = telling.paper_warnings(tx, now)
    for what in late:
        yield diagnosis.bad("by-hand", what, _PAPER)
    copies = foreign.past_end(tx, now)
    for copy in copies:
        what = Message(
            f"{copy.appeal}: {copy.channel} is past its end: {copy.why.en}",
            f"{copy.appeal}: {copy.channel} ist über das Ende hinaus da: {copy.why.de}",
        )
        yield diagnosis.bad("by-hand", what, _BY_HAND, online=True)
    if not late and not copies:
        yield diagnosis.ok("by-hand", "no paper is overdue", "Kein Papier hängt über sein Ende hinaus")


def _damaged(tx: Tx, *, full: bool) -> Iterator[Finding]:
    for row in publications.damaged(tx, finished=full):
        todo = Message("remove it by hand, then restore the backup", "von Hand löschen, dann Sicherung einspielen")
        yield diagnosis.bad("rows", row.why, todo, online=not row.finished)


def _untold(tx: Tx) -> Iterator[Finding]:
    """What search engines and networks could not be told; nothing is online because of it."""
    todo = Message("it is tried again; see 'fahndung status'", "es wird erneut versucht; siehe „fahndung status“")
    for told in refreshing.failing(tx):
        if told.problem is not None:
            yield diagnosis.warn("search-engines", told.problem, todo)


def _alarms(tx: Tx) -> Iterator[Finding]:
    unsent = [one for one in stored.open_alarms(tx) if one.failed]
    for one in unsent:
        ways = ", ".join(one.failed)
        what = Message(f"alarm {one.id} did not go out on {ways}", f"Alarm {one.id} ging nicht hinaus: {ways}")
        yield diagnosis.bad("alarms", what, Message("run 'fahndung alarms test'", "„fahndung alarms test“ ausführen"))


def _ways(config: Config | None, *, production: bool) -> Iterator[Finding]:
    problems = () if config is None else alerts.problems(config, production=production)
    todo = Message("see [alarm] in fahndung.toml", "siehe [alarm] in fahndung.toml")
    for problem in problems:
        yield diagnosis.bad("alarms", problem.message, todo)
    if config is not None and not config.alarm.all_routes() and not production:
        what = Message(
            "of this rehearsal's alarms nobody is told", "In dieser Probe wird bei Alarmen niemand benachrichtigt"
        )
        yield diagnosis.warn("alarms", what, todo)
    elif config is not None and not problems:
        yield diagnosis.ok("alarms", "alarms have a way to a person", "Alarme erreichen jemanden")
