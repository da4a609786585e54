"""Hands an approved release to its channels. Everything is verified again first; every draft fits before one is sent.

The attempt is in the ledger before the call, and the obligation to take down is in the same row.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from fahndung.channels.base import Channel
from fahndung.errors import Busy, FahndungError, Message, NotPublishable
from fahndung.home import Home
from fahndung.home.locks import LOCK_SECONDS
from fahndung.ledger import publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import attendance, mailing, outcomes, promises, readying, turns, withdrawal
from fahndung.lifecycle.handing import hand_over, is_refused, mail_all
from fahndung.lifecycle.planning import each, row_of
from fahndung.lifecycle.prepared import Published, Ready, Sent, Trouble, Waiting
from fahndung.lifecycle.shift import Clock, Shift, glances, looking_on, on_shift
from fahndung.lifecycle.tasks import Task
from fahndung.lifecycle.waiting import decided, give_up, is_beside_a_worker, left_up, waits
from fahndung.lifecycle.withdrawal import Pending
from fahndung.model.ids import ChannelName
from fahndung.model.publication import Draft, Live, Look, State, Unknown, left_out


def publish(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    now: dt.datetime,
    by: str,
    only: Collection[str] = (),
    clock: Clock | None = None,
    patience: float = LOCK_SECONDS,
) -> Published:
    """Publishes the latest revision on its channels, the websites first, then withdraws what it replaces.

    While a worker has the calling place it is planned, and the worker sends it. What is not to go out yet is planned
    only while a worker runs.

    Args:
        clock: the time of calls and receipts; None: all at ``now``.
        patience: seconds to wait for the calling place, or for the worker; then as long for what it takes down.

    Raises:
        NotPublishable: law, approval or integrity forbids it; nothing was sent.
        InvalidConfig: an account on which something is online has left the configuration; nothing was sent.
        ChannelFailed: a channel is not fit to be used; nothing was sent. Busy: nobody began to send it; nothing will be
            sent unless somebody publishes it again.
    """
    told = clock or (lambda: now)
    attended, config = attendance.is_attended(home, ledger), home.config()
    ready = readying.prepare(home, ledger, appeal_id=appeal_id, now=now, only=only, attended=attended)
    with ledger.read() as tx:
        rows = publications.rows(tx, ready.submission.appeal, digest=ready.stored.digest)
    known = {row.id for row in rows if not row.given_up}
    beside = looking_on(ledger, what="publish", by=by, clock=told, config=config)
    for glance in glances(patience):
        try:
            with on_shift(home, ledger, what="publish", by=by, clock=told, patience=glance, config=config) as shift:
                return _publish(shift, ready, now=now, by=by, whole=not only)
        except Busy:
            pass
        planned = [row_of(ledger, ready, draft, now=now, by=by) for _, draft in each(ledger, ready, now=now, by=by)]
        if not any(waits(beside, row, now, patience) for row in planned):
            break
    else:
        planned = give_up(home, ledger, planned, known, now=now, by=by)
    attended = attendance.is_attended(home, ledger)
    done = [_found(beside, row, now, attended=attended) for row in planned]
    published = {one.publication.channel for one in done if isinstance(one, Sent)}
    older = _replaced(ledger, ready, published, now=now, by=by, whole=not only)
    return _told(ledger, ready, done, left_up(ledger, older, now, patience))


def _publish(shift: Shift, ready: Ready, *, now: dt.datetime, by: str, whole: bool) -> Published:
    done: list[_Done] = []
    mails: list[tuple[Publication, Draft]] = []
    for channel, draft in each(shift.ledger, ready, now=now, by=by):
        try:
            row = row_of(shift.ledger, ready, draft, now=now, by=by)
        except FahndungError as error:  # the others are sent all the same, and what they replace goes
            done.append(_trouble(channel, error))
            continue
        if promises.is_promised(row, now):
            done.append(row)
        elif mailing.is_addressed(row):
            mails.append((row, draft))
        else:
            done.append(_handled(shift, row, channel, draft, now))
    done += _mailed(shift, mails, now)
    sent = [one for one in done if isinstance(one, Sent)]
    troubles = [one for one in done if isinstance(one, Trouble)]
    published = {entry.publication.channel for entry in sent}
    older = _replaced(shift.ledger, ready, published, now=now, by=by, whole=whole)
    spoiled = _spoiled(shift.ledger, ready, {one.channel for one in troubles})
    left = [(row, withdrawal.withdraw(shift, row)) for row in (*spoiled, *older)]
    pending = tuple(withdrawal.pending(row, why) for row, why in left if why is not None)
    return _told(shift.ledger, ready, done, pending)


_Done = Sent | Trouble | Waiting | Publication
"""What became of a draft; a row: it is promised for later."""


def _handled(shift: Shift, row: Publication, channel: Channel, draft: Draft, now: dt.datetime) -> _Done:
    """Whatever goes wrong with one, the others are sent all the same, and what they replace goes."""
    try:
        return _send(shift, row, channel, draft)
    except FahndungError as error:
        return decided(shift, row, now, attended=is_beside_a_worker(shift)) or _trouble(channel, error)


def _mailed(shift: Shift, mails: Sequence[tuple[Publication, Draft]], now: dt.datetime) -> list[_Done]:
    """Of messages that wait as somebody decided, or for their page, that is no failure."""
    sent, troubles = mail_all(shift, mails)
    attended = is_beside_a_worker(shift)
    found = [decided(shift, row, now, attended=attended) for row, _ in mails]
    waiting = {(one.channel, one.why): one for one in found if one is not None}
    return [*sent, *waiting.values(), *(one for one in troubles if (one.channel, one.why) not in waiting)]


def _trouble(channel: Channel, error: FahndungError) -> Trouble:
    return Trouble(channel=channel.name, why=error.message, for_good=isinstance(error, NotPublishable))


def _told(
    ledger: Ledger,
    ready: Ready,
    done: Sequence[_Done],
    pending: tuple[Pending, ...],
) -> Published:
    """Channel by channel: of one with recipients what became of all of them."""
    appeal, digest = ready.submission.appeal, ready.stored.digest
    troubles = [one for one in done if isinstance(one, Trouble)]
    with ledger.read() as tx:
        mailings = {name: publications.rows(tx, appeal, digest=digest, channel=name) for name in ready.recipients}
    failed = {one.channel: one.why for one in troubles if not one.for_good}
    refused = {one.channel: one.why for one in troubles if one.for_good and one.channel not in mailings}
    refused |= {name: _nobody(rows) for name, rows in mailings.items() if all(map(is_refused, rows))}
    return Published(
        sent=tuple(one for one in done if isinstance(one, Sent) and one.publication.channel not in mailings),
        failed=tuple(failed.items()),
        refused=tuple((name, why) for name, why in refused.items() if name not in failed),
        pending=pending,
        mailings=mailings,
        warnings=ready.warnings,
        promised=tuple({row.channel: row for row in done if isinstance(row, Publication)}.values()),
        waiting=tuple({one.channel: one for one in done if isinstance(one, Waiting)}.values()),
    )


def _nobody(rows: tuple[Publication, ...]) -> Message:
    first = next((row.problem for row in rows if row.problem is not None), _UNSEEN)
    return Message(f"no recipient got it, such as: {first.en}", f"kein Empfänger hat es bekommen, etwa: {first.de}")


def _found(shift: Shift, row: Publication, now: dt.datetime, *, attended: bool) -> _Done:
    """What a worker, if there is one (``attended``), or another run made of it."""
    if row.state is State.LIVE:
        return read_back(shift, row)
    if promises.is_promised(row, now):
        return row
    unsent = _UNSENT if attended else _NOBODY
    why = row.problem or (unsent if row.state is State.PLANNED else _UNSEEN)
    return decided(shift, row, now, attended=attended) or Trouble(
        channel=row.channel, why=why, for_good=is_refused(row)
    )


_UNSENT = Message(
    "the worker has not sent it yet; it goes on", "Der Hintergrunddienst hat es noch nicht gesendet; er macht weiter"
)
_NOBODY = Message(
    "it was not sent, and no worker runs that would; publish again",
    "Es wurde nicht gesendet, und es läuft kein Hintergrunddienst, der es tut; bitte neu veröffentlichen",
)


def _send(shift: Shift, row: Publication, channel: Channel, draft: Draft) -> Sent:
    if channel.capabilities().reads_back == "none" and row.state is State.LIVE:
        return Sent(publication=row, look=None)
    if row.state is not State.LIVE or not isinstance(_look(shift.ledger, row, channel), Live):
        hand_over(shift, row, draft)
    return read_back(shift, row)


def read_back(shift: Shift, row: Publication) -> Sent:
    """What a visitor finds of it now, noted in the ledger; of a message nobody finds anything."""
    if mailing.is_addressed(row):
        with shift.ledger.read() as tx:
            return Sent(publication=publications.get(tx, row.id), look=None)
    turned = turns.turn(shift, row.id, task=Task.LOOK)
    if isinstance(turned.outcome, outcomes.Unseen):
        return Sent(publication=turned.row, look=None)
    look = turned.outcome.look if isinstance(turned.outcome, outcomes.Looked) else Unknown.of(turned.why or _UNSEEN)
    return Sent(publication=turned.row, look=look)


_UNSEEN = Message("it was not looked at", "Es wurde nicht nachgesehen")


def _look(ledger: Ledger, row: Publication, channel: Channel) -> Look:
    with ledger.read() as tx:
        posting = publications.posting(tx, row.id)
    try:
        return channel.look(posting)
    except FahndungError as error:
        return Unknown.of(error.message)


def _older(tx: Tx, ready: Ready) -> list[Publication]:
    """Copies of other releases, and the variants of this one; of messages those that no message of this one follows."""
    rows = publications.rows(tx, ready.submission.appeal)
    now = {(row.channel, row.target) for row in rows if row.digest == ready.stored.digest}
    return [
        row
        for row in rows
        if (row.digest != ready.stored.digest and not (mailing.is_addressed(row) and (row.channel, row.target) in now))
        or (row.digest == ready.stored.digest and left_out(row.target) is not None)
    ]


def _replaced(
    ledger: Ledger,
    ready: Ready,
    published: set[ChannelName],
    *,
    now: dt.datetime,
    by: str,
    whole: bool,
) -> list[Publication]:
    """What earlier revisions and builds left, wished gone: where this one stands now, and where it does not go."""
    keep = {draft.channel for _, draft in ready.drafts} - published
    with ledger.write(now) as tx:
        older = [
            row
            for row in _older(tx, ready)
            if not row.is_down and row.channel not in keep and (whole or row.channel in published)
        ]
        publications.want_down(tx, [row.id for row in older], now=now, by=by, reason="replaced")
        return [publications.get(tx, row.id) for row in older]


def _spoiled(ledger: Ledger, ready: Ready, failed: Collection[ChannelName]) -> list[Publication]:
    """What came out otherwise than it was approved, or ended meanwhile: it goes before anybody is told."""
    with ledger.read() as tx:
        rows = publications.rows(tx, ready.submission.appeal, digest=ready.stored.digest)
    down = [row for row in rows if row.want is publications.Want.DOWN and not row.is_down]
    return [row for row in down if row.channel in failed and not mailing.is_addressed(row)]


def is_right(entry: Sent) -> bool:
    """Whether a channel shows exactly what was approved, or has taken it where nobody can look."""
    return isinstance(entry.look, Live) or (entry.look is None and entry.publication.state is State.LIVE)
