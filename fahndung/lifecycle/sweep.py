"""Looks through every account for what no row carries, and for what came back; takes down what is the ledger's own.

What no row knows (an orphan) is told and stays, because another home may share the account: only a person has it
removed. Computes no end.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator

from fahndung.errors import Busy, FahndungError, Message, StillOnline, UsageError
from fahndung.home import Home
from fahndung.ledger import audit, byhand, claims, publications, sweeping
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import withdrawal
from fahndung.lifecycle.matching import Orphan, match, named
from fahndung.lifecycle.searching import Opened, Seen, Unlisted, asked, look_through, open_accounts
from fahndung.lifecycle.settling import told
from fahndung.lifecycle.shift import GLANCE_SECONDS, Clock, Shift, looking_on, on_shift
from fahndung.lifecycle.takendown import Outcome, damaged
from fahndung.lifecycle.withdrawal import pending
from fahndung.model.plain import instant_text
from fahndung.model.publication import Gone, Marked

EVERY = dt.timedelta(days=1)
"""How often a worker sweeps by itself: one listing for each account."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """An orphan that somebody wanted removed; ``why``: it may still be there."""

    orphan: Orphan
    why: Message | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep found and did.

    Attributes:
        listed: the accounts that were looked through. noted: how many objects of live rows nobody had known of.
        orphans: what is left there that no row knows; ``removals`` says what became of those that were to go.
        missing: what should be up and was not listed; asked for by ``end_missing`` only.
        outcome: what came back and was taken down again, and whatever else may be online past its end.
    """

    listed: tuple[str, ...]
    noted: int
    orphans: tuple[Orphan, ...]
    unlisted: tuple[Unlisted, ...]
    removals: tuple[Removal, ...] = ()
    missing: tuple[Publication, ...] = ()
    outcome: Outcome = dataclasses.field(default_factory=Outcome)

    @property
    def complete(self) -> bool:
        """Whether every account was looked through."""
        return not self.unlisted


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks of a sweep beside looking.

    Attributes:
        remove: remove orphans. looked_at: accounts that a person has looked through where the program cannot.
        end_missing: what should be up and is not there has ended while the ledger was lost: wish it down.
    """

    remove: bool = False
    looked_at: Collection[str] = ()
    end_missing: bool = False


def sweep(
    home: Home, ledger: Ledger, *, now: dt.datetime, by: str, wish: Wish | None = None, clock: Clock | None = None
) -> Swept:
    """Looks through every account of the configuration and every one that the ledger used lately.

    While a worker has the calling place, that one takes down what came back.

    Raises:
        UsageError: nobody knows an account that a person says to have looked through.
        LedgerUnavailable: it cannot be written.
    """
    with _shift(home, ledger, by=by, clock=clock or (lambda: now)) as (shift, calls):
        return run(home, shift, wish or Wish(), calls=calls)


def run(home: Home, shift: Shift, wish: Wish, *, calls: bool = True) -> Swept:
    """The same by whoever has a shift; ``calls``: it has the calling place too.

    Raises:
        UsageError, LedgerUnavailable: as ``sweep``.
    """
    now = shift.clock()
    opened, closed = open_accounts(home, shift, now)
    if strange := set(wish.looked_at) - {one.name for one in opened} - {one.channel for one in closed}:
        raise UsageError(
            f"There is no account {', '.join(sorted(strange))}.",
            f"Ein Konto {', '.join(sorted(strange))} gibt es nicht.",
        )
    if calls:
        with shift.ledger.write(now) as tx:
            claims.recover(tx, alive=shift.alive, now=now, by=shift.by)
    looked = [look_through(shift, one, end_missing=wish.end_missing) for one in opened]
    seen = [one for one in looked if isinstance(one, Seen)]
    unlisted = [one for one in (*closed, *looked) if isinstance(one, Unlisted)]
    missing = [row for one in seen for row in one.missing]
    ids = dict.fromkeys([*(row for one in seen for row in one.returned), *missing])
    rows = [_taken_down(shift, row, calls=calls) for row in ids]
    found = [(one.account, orphan) for one in seen for orphan in named(one.orphans, home.path / "releases")]
    removals = tuple(_removed(shift, account, orphan) for account, orphan in found) if wish.remove else ()
    gone = [removal.orphan for removal in removals if removal.why is None]
    swept = Swept(
        listed=tuple(one.account.name for one in seen),
        noted=sum(one.noted for one in seen),
        orphans=tuple(orphan for _, orphan in found if orphan not in gone),
        unlisted=tuple(one for one in unlisted if one.channel not in wish.looked_at),
        removals=removals,
    )
    with shift.ledger.write(now := shift.clock()) as tx:
        _note(tx, swept, wish, reopened=len(rows), now=now, by=shift.by)
        outcome = Outcome(
            withdrawn=tuple(row for row, why in rows if why is None),
            pending=(*(pending(row, why) for row, why in rows if why is not None), *damaged(tx, None)),
            by_hand=byhand.open_items(tx),
        )
        ended = tuple(publications.get(tx, row) for row in missing)
    return dataclasses.replace(swept, missing=ended, outcome=outcome)


def _note(tx: Tx, swept: Swept, wish: Wish, *, reopened: int, now: dt.datetime, by: str) -> None:
    left: dict[str, list[str]] = {name: [] for name in (*swept.listed, *wish.looked_at)}
    for orphan in swept.orphans:
        left[orphan.channel].append(orphan.where)
    for name in sorted(wish.looked_at):
        audit.append(tx, at=now, by=by, action="sweep.looked_at", data={"channel": name})
    counts = {
        "accounts": len(swept.listed),
        "unlisted": len(swept.unlisted),
        "noted": swept.noted,
        "taken_down": reopened,
        "orphans": len(swept.orphans),
        "removed": sum(removal.why is None for removal in swept.removals),
    }
    sweeping.note(tx, complete=swept.complete, orphans=left, counts=counts, now=now, by=by)


def is_due(tx: Tx, now: dt.datetime) -> bool:
    """Whether a worker should sweep: a day after somebody last began to, complete or not."""
    tried = sweeping.searched(tx).tried_at
    return tried is None or not dt.timedelta(0) <= now - tried < EVERY


def reconcile(ledger: Ledger, swept: Swept, head: audit.Head, *, now: dt.datetime, by: str) -> None:
    """A person accepts a ledger that was set back, after a sweep that leaves nothing open.

    Args:
        head: the later head that was kept elsewhere; it stands in the event.

    Raises:
        StillOnline: something is left; nothing is accepted.
    """
    left = [_told_of(one.channel, one.why) for one in swept.unlisted]
    left += [Message(one.where, one.where) for one in swept.orphans]
    left += [_told_of(f"{one.appeal} {one.channel} {one.url or ''}".strip(), one.why) for one in swept.outcome.pending]
    if left:
        raise StillOnline(
            f"The ledger is not accepted yet: {'; '.join(one.en for one in left)}. Remove orphans with --remove; look "
            "at an account that cannot be listed and name it with --looked-at.",
            f"Das Register gilt noch nicht: {'; '.join(one.de for one in left)}. Herrenloses mit --remove löschen; ein "
            "Konto, das sich nicht auflisten lässt, selbst ansehen und mit --looked-at nennen.",
        )
    data = {"seq": head.seq, "hash": head.hash, "count": head.count, "ended": [row.id for row in swept.missing]}
    with ledger.write(now) as tx:
        audit.append(tx, at=now, by=by, action="ledger.reconciled", data=data)


def _told_of(where: str, why: Message) -> Message:
    return Message(f"{where}: {why.en}", f"{where}: {why.de}")


@contextlib.contextmanager
def _shift(home: Home, ledger: Ledger, *, by: str, clock: Clock) -> Iterator[tuple[Shift, bool]]:
    """The calling place, or, while a worker has it, one beside it."""
    with contextlib.ExitStack() as stack:
        try:
            shift = stack.enter_context(
                on_shift(home, ledger, what="sweep", by=by, clock=clock, patience=GLANCE_SECONDS)
            )
        except Busy:
            yield looking_on(ledger, what="sweep", by=by, clock=clock), False
            return
        yield shift, True


def _taken_down(shift: Shift, publication_id: int, *, calls: bool) -> tuple[Publication, Message | None]:
    """A row that has to come down, and why it may not be gone."""
    with shift.ledger.read() as tx:
        row = publications.get(tx, publication_id)
    if not calls:
        return row, None if row.is_down else _SOON
    try:
        why = withdrawal.withdraw(shift, row)
    except FahndungError as error:
        return row, error.message
    with shift.ledger.read() as tx:
        return publications.get(tx, publication_id), why


_SOON = Message("the worker is taking it down", "Der Hintergrunddienst löscht es gerade")


def _removed(shift: Shift, account: Opened, orphan: Orphan) -> Removal:
    """Removes what no row carries and reads it back; the wish is in the log before the call."""
    channel = account.channel
    access = channel.access()
    named = [Marked(marker=orphan.marker, reference=one) for one in orphan.references]
    with shift.ledger.write(now := shift.clock()) as tx:
        if not match(tx, account.name, access, named).orphans:
            return Removal(orphan=orphan, why=_CARRIED)
        _log(tx, "orphan.remove", orphan, now=now, by=shift.by)

    def call() -> Message | None:
        posting = channel.leftover(orphan.marker, orphan.references)
        dated = dataclasses.replace(posting, withdrawal={**posting.withdrawal, "at": instant_text(shift.clock())})
        channel.withdraw(dated)
        seen = channel.look(dated)
        return None if isinstance(seen, Gone) else told(seen)

    try:
        why = asked(call)
    except FahndungError as error:
        why = error.message
    with shift.ledger.write(now := shift.clock()) as tx:
        _log(tx, "orphan.gone" if why is None else "orphan.left", orphan, now=now, by=shift.by)
    return Removal(orphan=orphan, why=why)


_CARRIED = Message("a row carries it by now", "Es gehört inzwischen zu einem Eintrag")


def _log(tx: Tx, action: str, orphan: Orphan, *, now: dt.datetime, by: str) -> None:
    data = {
        "channel": orphan.channel,
        "marker": orphan.marker,
        "objects": [{"kind": one.kind, "id": one.id} for one in orphan.references],
    }
    audit.append(tx, at=now, by=by, action=action, data=data)
