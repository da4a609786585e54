"""What somebody has to know now, from the ledger alone: the causes of alarms, in words without personal data.

Raises nothing (``alarms`` does) and calls no channel. Finished publications are not looked at.
"""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator

from fahndung.channels.kinds import ADDRESSED
from fahndung.errors import Message
from fahndung.law.clock import ClockPolicy
from fahndung.law.periods import stamp
from fahndung.ledger import accounts, publications, sweeping, watching
from fahndung.ledger.accounts import Account
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.ledger.watching import Copy
from fahndung.lifecycle import reminders
from fahndung.lifecycle.reminders import Reminder
from fahndung.model.alarm import Kind
from fahndung.model.publication import State

_STUBBORN = 3
_ITEMS = {
    "copy": Message("remove a copy", "Kopie entfernen"),
    "tell": Message("tell the end", "Ende mitteilen"),
    "breach-persons": Message("tell the persons of a breach", "Betroffene benachrichtigen"),
    "paper-down": Message("take paper down", "Papier abnehmen"),
    "foreign": Message("a foreign copy", "fremde Kopie"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long something may be wrong before somebody is told, and how early they are told of what is to come."""

    overdue: dt.timedelta = dt.timedelta(minutes=2)
    unsent: dt.timedelta = dt.timedelta(minutes=2)
    left: dt.timedelta = dt.timedelta(minutes=15)
    outdated: dt.timedelta = dt.timedelta(minutes=15)
    failing: dt.timedelta = dt.timedelta(minutes=5)
    unheard: dt.timedelta = dt.timedelta(minutes=10)
    held: dt.timedelta = dt.timedelta(minutes=10)
    by_hand: dt.timedelta = dt.timedelta(days=1)
    token: dt.timedelta = dt.timedelta(days=7)
    breach: dt.timedelta = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that somebody has to know. Kind and ``subject`` name it; ``what`` holds ids and instants only."""

    kind: Kind
    subject: str
    what: Message
    appeal: str | None = None


def watched(tx: Tx, now: dt.datetime, allowed: Patience, alive: Callable[[int], bool]) -> Iterator[Cause]:
    """Everything that is wrong, or will be soon; not the reminders."""
    yield from _copies(tx, now, allowed)
    yield from _altered(tx)
    yield from _outdated(tx, now, allowed)
    yield from _promises(tx, now, allowed)
    yield from _accounts(tx, now, allowed)
    yield from _holds(tx, now, allowed, alive)
    yield from _hands(tx, now, allowed)
    yield from _orphans(tx)


def reminded(tx: Tx, now: dt.datetime, policy: ClockPolicy | None) -> Iterator[Cause]:
    """A cause for each step of each end of an appeal that comes near; it names all channels and media that end then."""
    ends: dict[tuple[str, str, str], dict[Message, list[Reminder]]] = {}
    for one in reminders.near(tx, now=now, policy=policy):
        reasons = ends.setdefault((one.appeal, one.at.isoformat(), one.step), {})
        reasons.setdefault(one.because, []).append(one)
    for (appeal, at, step), reasons in ends.items():
        told = [alike[0].of(alike) for alike in reasons.values()]
        yield Cause(
            kind=Kind.REMINDER,
            subject=f"{appeal} {at} {step}",
            what=Message(" ".join(one.en for one in told), " ".join(one.de for one in told)),
            appeal=appeal,
        )


def damaged(tx: Tx) -> Iterator[Cause]:
    """A cause for each entry that cannot be read."""
    for row in publications.damaged(tx):
        yield Cause(
            kind=Kind.DAMAGED,
            subject=f"publication-{row.id}",
            appeal=row.appeal,
            what=Message(
                f"Entry {row.id} ({row.appeal}, {row.channel}) cannot be read: nobody can look after its copy.",
                f"Eintrag {row.id} ({row.appeal}, {row.channel}) ist nicht lesbar: Niemand kann nach der Kopie sehen.",
            ),
        )


def came_back(appeal: str, channels: Iterable[str]) -> Cause:
    """The cause of a copy that was seen after it had been read back as gone."""
    where = ", ".join(sorted(set(channels)))
    return Cause(
        kind=Kind.CAME_BACK,
        subject=appeal,
        appeal=appeal,
        what=Message(
            f"{appeal} is online again on {where} although it was read back as gone; it is taken down again.",
            f"{appeal} ist auf {where} wieder online, obwohl es als weg zurückgelesen war; es wird erneut gelöscht.",
        ),
    )


def worker_died(worker: int, freed: int) -> Cause:
    """The cause of a worker that ended without a word."""
    return Cause(
        kind=Kind.WORKER_DEAD,
        subject=f"worker-{worker}",
        what=Message(
            f"Worker {worker} died with {freed} publications in its hands; the next run takes them over.",
            f"Arbeitsprozess {worker} ist mit {freed} Veröffentlichungen in Arbeit ausgefallen; "
            "der nächste Lauf übernimmt sie.",
        ),
    )


def back(rows: Iterable[Publication]) -> Iterator[Cause]:
    """A cause for each appeal of which a copy is seen again; ``rows`` as they stand after a round."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.state is State.WITHDRAWING and row.gone_at is not None:
            found.setdefault(row.appeal, []).append(row.channel)
    return (came_back(appeal, channels) for appeal, channels in found.items())


def clock_wrong(why: Message) -> Cause:
    """The cause of a clock that jumped or fell behind."""
    return Cause(kind=Kind.CLOCK, subject="clock", what=why)


def _copies(tx: Tx, now: dt.datetime, allowed: Patience) -> Iterator[Cause]:
    found = watching.worrying(tx, now=now, unheard_since=now - allowed.unheard)
    wished = watching.wished_at(tx) if any(_ended_early(one) for one in found) else {}
    for appeal, group in itertools.groupby(found, key=lambda one: one.appeal):
        copies = list(group)
        back = [one for one in copies if one.came_back]
        if back:
            yield came_back(appeal, [one.channel for one in back])
        late = [
            (since, one)
            for one in copies
            if not one.came_back and (since := over_since(one, wished)) is not None and since <= now - allowed.overdue
        ]
        if late:
            yield _overdue(appeal, [one for _, one in late], min(since for since, _ in late))
        unheard = [
            one for one in copies if one.state is State.PUBLISHING and not one.wanted_down and one.over_since is None
        ]
        if unheard:
            yield _unheard(appeal, unheard)


def _altered(tx: Tx) -> Iterator[Cause]:
    """Two looks in a row have to find it: the first one may have met a platform that was still about to show it."""
    rows = sorted(publications.altered(tx, looks=2), key=lambda row: row.appeal)
    for appeal, group in itertools.groupby(rows, key=lambda row: row.appeal):
        where = ", ".join(sorted({row.channel for row in group}))
        yield Cause(
            kind=Kind.ALTERED,
            subject=appeal,
            appeal=appeal,
            what=Message(
                f"{appeal} is online otherwise than it was approved: {where}.",
                f"{appeal} ist anders online, als freigegeben wurde: {where}.",
            ),
        )


def _outdated(tx: Tx, now: dt.datetime, allowed: Patience) -> Iterator[Cause]:
    """What a correction has not reached; of a message nobody recalls anything, whoever got it gets the next one."""
    found = watching.outdated(tx, out_before=now - allowed.outdated)
    for appeal, group in itertools.groupby(
        (one for one in found if one.kind not in ADDRESSED), key=lambda one: one.appeal
    ):
        copies = list(group)
        where, at = ", ".join(sorted({one.channel for one in copies})), stamp(min(one.since for one in copies))
        yield Cause(
            kind=Kind.OUTDATED,
            subject=appeal,
            appeal=appeal,
            what=Message(
                f"{appeal}: a later revision is out since {at.en}, and an earlier one still stands on {where}.",
                f"{appeal}: Seit {at.de} ist eine spätere Revision online; eine frühere steht noch auf {where}.",
            ),
        )


def _promises(tx: Tx, now: dt.datetime, allowed: Patience) -> Iterator[Cause]:
    held = {one.name for one in accounts.all(tx) if one.held_at is not None}
    found = publications.left(tx, now - allowed.left)
    left = (row for row in found if row.channel not in held and (row.due_at is None or now < row.due_at))
    late = sorted((*publications.late(tx, now - allowed.unsent), *left), key=lambda row: row.appeal)
    for appeal, group in itertools.groupby(late, key=lambda row: row.appeal):
        rows = list(group)
        at = stamp(min(row.opens_at or row.planned_at for row in rows))
        where = ", ".join(sorted({row.channel for row in rows}))
        yield Cause(
            kind=Kind.NOT_SENT,
            subject=appeal,
            appeal=appeal,
            what=Message(
                f"{appeal} was to go out at {at.en} and has not: {where}.",
                f"{appeal} sollte am {at.de} hinausgehen und ist es nicht: {where}.",
            ),
        )


def over_since(copy: Copy, wished: dict[str, dt.datetime]) -> dt.datetime | None:
    """Since when it ought to be gone; what a later revision replaced has no such instant, so tries count."""
    if copy.over_since is not None or not copy.wanted_down:
        return copy.over_since
    replaced = copy.tried_at if copy.attempts >= _STUBBORN else None
    return wished.get(copy.appeal, replaced)


def _ended_early(copy: Copy) -> bool:
    return copy.wanted_down and copy.over_since is None


def _overdue(appeal: str, copies: list[Copy], since: dt.datetime) -> Cause:
    where = ", ".join(sorted({one.channel for one in copies}))
    at = stamp(since)
    return Cause(
        kind=Kind.OVERDUE,
        subject=appeal,
        appeal=appeal,
        what=Message(
            f"{appeal} should be gone since {at.en} and was not read back as gone: {where}.",
            f"{appeal} sollte seit {at.de} weg sein und ist nicht als weg zurückgelesen: {where}.",
        ),
    )


def _unheard(appeal: str, copies: list[Copy]) -> Cause:
    where = ", ".join(sorted({one.channel for one in copies}))
    at = stamp(min(one.tried_at for one in copies if one.tried_at is not None))
    return Cause(
        kind=Kind.UNKNOWN_OUTCOME,
        subject=appeal,
        appeal=appeal,
        what=Message(
            f"Nobody knows since {at.en} whether {appeal} went online on {where}.",
            f"Seit {at.de} ist unbekannt, ob {appeal} auf {where} online ging.",
        ),
    )


def _accounts(tx: Tx, now: dt.datetime, allowed: Patience) -> Iterator[Cause]:
    for account in accounts.all(tx):
        if account.refused_since is not None or (account.token_ends_at is not None and account.token_ends_at <= now):
            yield _token_expired(account)
        elif account.failing_since is not None and account.failing_since <= now - allowed.failing:
            at = stamp(account.failing_since)
            yield Cause(
                kind=Kind.CHANNEL_FAILING,
                subject=account.name,
                what=Message(
                    f"Channel {account.name} has failed since {at.en}: what ends there may stay online.",
                    f"Kanal {account.name} ist seit {at.de} gestört: Was dort endet, bleibt womöglich online.",
                ),
            )
        if account.token_ends_at is not None and now < account.token_ends_at <= now + allowed.token:
            at = stamp(account.token_ends_at)
            yield Cause(
                kind=Kind.TOKEN_EXPIRING,
                subject=account.name,
                what=Message(
                    f"The credential of channel {account.name} expires on {at.en}.",
                    f"Der Zugang zu Kanal {account.name} läuft am {at.de} ab.",
                ),
            )


def _token_expired(account: Account) -> Cause:
    since = min(at for at in (account.refused_since, account.token_ends_at) if at is not None)
    at = stamp(since)
    return Cause(
        kind=Kind.TOKEN_EXPIRED,
        subject=account.name,
        what=Message(
            f"Channel {account.name} has not taken its credential since {at.en}: nothing can be taken down there.",
            f"Kanal {account.name} nimmt seit {at.de} den Zugang nicht an: Dort kann nichts gelöscht werden.",
        ),
    )


def _holds(tx: Tx, now: dt.datetime, allowed: Patience, alive: Callable[[int], bool]) -> Iterator[Cause]:
    for hold in watching.holds(tx, due_before=now - allowed.held):
        if not alive(hold.worker):
            yield worker_died(hold.worker, hold.count)
            continue
        at = stamp(hold.since)
        yield Cause(
            kind=Kind.STUCK,
            subject=f"worker-{hold.worker}",
            what=Message(
                f"Worker {hold.worker} has held {hold.count} publications since {at.en} and does nothing with them.",
                f"Arbeitsprozess {hold.worker} hält seit {at.de} {hold.count} Veröffentlichungen, "
                "ohne fertig zu werden.",
            ),
        )


def _hands(tx: Tx, now: dt.datetime, allowed: Patience) -> Iterator[Cause]:
    for item in watching.left_open(tx, opened_before=now - allowed.by_hand):
        at, what = stamp(item.at), _ITEMS[item.kind]
        yield Cause(
            kind=Kind.BY_HAND_OVERDUE,
            subject=f"item-{item.item}",
            appeal=item.appeal,
            what=Message(
                f"{item.appeal}: by-hand item {item.item} ({what.en}) has been open since {at.en}.",
                f"{item.appeal}: Handposten {item.item} ({what.de}) ist seit {at.de} offen.",
            ),
        )
    for item in watching.unreported(tx, due_before=now + allowed.breach):
        at = stamp(item.at)
        yield Cause(
            kind=Kind.BREACH_DUE,
            subject=f"item-{item.item}",
            appeal=item.appeal,
            what=Message(
                f"{item.appeal}: the breach has to be reported before {at.en} (item {item.item}).",
                f"{item.appeal}: Datenschutzverletzung vor dem {at.de} melden (Posten {item.item}).",
            ),
        )


def _orphans(tx: Tx) -> Iterator[Cause]:
    """One alarm for each: one that somebody has acknowledged must not hide the next one."""
    for where in sorted(itertools.chain(*sweeping.searched(tx).orphans.values())):
        yield Cause(
            kind=Kind.ORPHAN,
            subject=where,
            what=Message(
                f"{where} is there, and no entry of this ledger knows it.",
                f"{where} steht dort, und kein Eintrag dieses Registers kennt es.",
            ),
        )
