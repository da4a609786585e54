"""Hands an approved release to its channels. Everything is verified again first; every draft fits before one is sent.

The attempt is in the ledger before the call, and the obligation to take down is in the same row.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from fahndung.channels.base import Channel, addressed
from fahndung.errors import Busy, FahndungError, Message, NotPublishable
from fahndung.home import Home
from fahndung.home.locks import LOCK_SECONDS
from fahndung.ledger import claims, publications, recipients
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import (
    attendance,
    calls,
    ends,
    mailing,
    pacing,
    promises,
    readying,
    turns,
    withdrawal,
)
from fahndung.lifecycle.handing import hand_over, is_refused, mail_all
from fahndung.lifecycle.prepared import Published, Ready, Sent, Trouble, Waiting
from fahndung.lifecycle.shift import Clock, Shift, glances, looking_on, on_shift, pauses
from fahndung.lifecycle.tasks import Task
from fahndung.lifecycle.withdrawal import Pending
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium
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
    known = {row.id for row in rows if not row.is_given_up}
    beside = looking_on(ledger, what="publish", by=by, clock=told, config=config)
    for glance in glances(patience):
        try:
            with on_shift(home, ledger, what="publish", by=by, clock=told, patience=glance, config=config) as shift:
                return _publish(shift, ready, now=now, by=by, whole=not only)
        except Busy:
            pass
        planned = [_row(ledger, ready, draft, now=now, by=by) for _, draft in _each(ledger, ready, now=now, by=by)]
        if not any(_waits(beside, row, now, patience) for row in planned):
            break
    else:
        planned = _give_up(home, ledger, planned, known, now=now, by=by)
    attended = attendance.is_attended(home, ledger)
    done = [_found(beside, row, now, attended=attended) for row in planned]
    published = {one.publication.channel for one in done if isinstance(one, Sent)}
    older = _replaced(ledger, ready, published, now=now, by=by, whole=not only)
    return _told(ledger, ready, done, _left_up(ledger, older, now, patience))


def _publish(shift: Shift, ready: Ready, *, now: dt.datetime, by: str, whole: bool) -> Published:
    done: list[_Done] = []
    mails: list[tuple[Publication, Draft]] = []
    for channel, draft in _each(shift.ledger, ready, now=now, by=by):
        try:
            row = _row(shift.ledger, ready, draft, now=now, by=by)
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
        return _waiting(shift, row, now, attended=_is_beside_a_worker(shift)) or _trouble(channel, error)


def _mailed(shift: Shift, mails: Sequence[tuple[Publication, Draft]], now: dt.datetime) -> list[_Done]:
    """Of messages that wait as somebody decided, or for their page, that is no failure."""
    sent, troubles = mail_all(shift, mails)
    attended = _is_beside_a_worker(shift)
    found = [_waiting(shift, row, now, attended=attended) for row, _ in mails]
    waiting = {(one.channel, one.why): one for one in found if one is not None}
    return [*sent, *waiting.values(), *(one for one in troubles if (one.channel, one.why) not in waiting)]


def _trouble(channel: Channel, error: FahndungError) -> Trouble:
    return Trouble(channel=channel.name, why=error.message, for_good=isinstance(error, NotPublishable))


def _waiting(shift: Shift, row: Publication, now: dt.datetime, *, attended: bool) -> Waiting | None:
    """What waits as somebody decided or for its page, and for what; None: it does not."""
    with shift.ledger.read() as tx:
        wait = pacing.waiting(tx, shift, publications.get(tx, row.id), now)
    return None if wait is None else Waiting(channel=row.channel, until=wait[0], why=wait[1], attended=attended)


def _is_beside_a_worker(shift: Shift) -> bool:
    """Whether a worker runs beside whoever has the calling place: on a server there may be many."""
    with shift.ledger.read() as tx:
        return any(shift.alive(one.id) for one in claims.workers(tx) if one.what == attendance.WORKER)


def _each(ledger: Ledger, ready: Ready, *, now: dt.datetime, by: str) -> list[tuple[Channel, Draft]]:
    """What is sent one by one: for a channel with recipients a draft for each of them who is still to get it.

    All their rows are planned before the first is called for: whoever goes on knows who is left.
    """
    found = []
    for channel, draft in ready.drafts:
        writes = addressed(channel)
        if writes is None:
            found.append((channel, draft))
            continue
        with ledger.write(now) as tx:
            rows = publications.rows(tx, ready.submission.appeal, channel=channel.name)
            same = [row for row in rows if row.digest == ready.stored.digest]
            known = {row.target: row for row in same if not publications.may_be_planned_again(tx, row)}
            for to in ready.recipients[channel.name]:
                target = recipients.target_of(tx, to.address, at=now)
                thread = mailing.before(rows, target, digest=ready.stored.digest)
                at = known[target].planned_at if target in known else now
                own = writes.addressed(draft, to, target=target, at=at, thread=thread)
                if target not in known:
                    plan(tx, ready, own, now=now, by=by)
                if target not in known or known[target].state not in publications.FINISHED:
                    found.append((channel, own))
    return found


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


def _waits(shift: Shift, row: Publication, now: dt.datetime, patience: float) -> bool:
    """Whether a worker is about to do something for it: to send it, or to look at a page that others wait for.

    What is due only after one's patience waits for something that takes long: its time, its page, the limit of its
    account.
    """
    if row.state is State.PUBLISHING:
        return row.lease_by is not None
    unread = row.state is State.LIVE and row.medium is Medium.WEBSITE and row.verified_at is None
    if not (row.state is State.PLANNED or unread) or promises.is_promised(row, now):
        return False
    soon = now + dt.timedelta(seconds=patience)
    if row.next_at is None or row.next_at > soon:
        return False
    with shift.ledger.read() as tx:
        return pacing.decided(tx, shift, publications.get(tx, row.id), now) is None


def _left_up(ledger: Ledger, older: Sequence[Publication], now: dt.datetime, patience: float) -> tuple[Pending, ...]:
    """What is replaced and was wished gone, and a worker has not taken down within one's patience."""
    soon = now + dt.timedelta(seconds=patience)
    for _ in pauses(patience):
        with ledger.read() as tx:
            rows = [publications.get(tx, row.id) for row in older]
        if not any(withdrawal.is_in_hand(row, soon) for row in rows):
            break
    return tuple(withdrawal.pending(row, row.problem or _SOON) for row in rows if not withdrawal.is_settled(row))


def _found(shift: Shift, row: Publication, now: dt.datetime, *, attended: bool) -> _Done:
    """What a worker, if there is one (``attended``), or another run made of it."""
    if row.state is State.LIVE:
        return read_back(shift, row)
    if promises.is_promised(row, now):
        return row
    unsent = _UNSENT if attended else _NOBODY
    why = row.problem or (unsent if row.state is State.PLANNED else _UNSEEN)
    return _waiting(shift, row, now, attended=attended) or Trouble(
        channel=row.channel, why=why, for_good=is_refused(row)
    )


_UNSENT = Message(
    "the worker has not sent it yet; it goes on", "Der Hintergrunddienst hat es noch nicht gesendet; er macht weiter"
)
_NOBODY = Message(
    "it was not sent, and no worker runs that would; publish again",
    "Es wurde nicht gesendet, und es läuft kein Hintergrunddienst, der es tut; bitte neu veröffentlichen",
)
_SOON = Message(
    "its end is recorded; the worker, or the next takedown, removes it",
    "Das Ende ist vermerkt; der Hintergrunddienst oder die nächste Löschung entfernt es",
)


def _give_up(
    home: Home, ledger: Ledger, planned: list[Publication], known: Collection[int], *, now: dt.datetime, by: str
) -> list[Publication]:
    """What this run planned and nobody began is not sent behind the back of whoever asked; the rows as they are then.

    What a worker has begun it finishes, the rest with it. What was planned before (``known``) was told to somebody.

    Raises:
        Busy: nothing is left of it.
    """
    attended = attendance.is_attended(home, ledger)
    with ledger.write(now) as tx:
        rows = [publications.get(tx, row.id) for row in planned]
        mine = [row for row in rows if row.id not in known]
        begun = [row for row in mine if row.op_at is not None or row.lease_by is not None]
        if not (begun and attended):
            for row in mine:
                if row.state is State.PLANNED and row.lease_by is None:
                    publications.give_up(tx, row.id, now=now, by=by)
        rows = [publications.get(tx, row.id) for row in rows]
    if all(row.is_given_up for row in rows):
        raise Busy(*publications.GIVEN_UP)
    return rows


def _send(shift: Shift, row: Publication, channel: Channel, draft: Draft) -> Sent:
    if channel.capabilities().reads_back == "none" and row.state is State.LIVE:
        return Sent(publication=row, look=None)
    if row.state is not State.LIVE or not isinstance(_look(shift.ledger, row, channel), Live):
        hand_over(shift, row, draft)
    return read_back(shift, row)


def _row(ledger: Ledger, ready: Ready, draft: Draft, *, now: dt.datetime, by: str) -> Publication:
    with ledger.write(now) as tx:
        appeal, digest = ready.submission.appeal, ready.stored.digest
        found = publications.rows(tx, appeal, digest=digest, channel=draft.channel, target=draft.target)
        standing = [row for row in found if not publications.may_be_planned_again(tx, row)]
        return standing[0] if standing else plan(tx, ready, draft, now=now, by=by)


def plan(tx: Tx, ready: Ready, draft: Draft, *, now: dt.datetime, by: str) -> Publication:
    """The new row of a draft, with its obligation to come down.

    What was to take the same place before it and was not sent yet is not sent any more: whoever corrects an appeal
    does not want the old words out for the time until the new ones follow.

    Raises:
        NotPublishable: it has ended, or its end has come. Contradiction: there is such a row already.
    """
    due = ends.due_of(tx, ready.submission, draft.medium, ready.approved_until)
    row_id = publications.plan(
        tx,
        draft,
        digest=ready.stored.digest,
        appeal=ready.submission.appeal,
        revision=ready.submission.revision,
        due_at=due.at,
        due_because=due.because,
        approved_until=ready.approved_until,
        target=draft.target,
        norms=ready.judged.norms,
        rules=ready.judged.rules,
        opens_at=ready.opens.get(draft.channel),
        ttl=ready.stays.get(draft.channel),
        now=now,
        by=by,
    )
    row = publications.get(tx, row_id)
    for earlier in publications.replaced_by(tx, row):
        if publications.get(tx, earlier).is_unsent:
            publications.supersede(tx, earlier, now=now, by=by)
    return row


def read_back(shift: Shift, row: Publication) -> Sent:
    """What a visitor finds of it now, noted in the ledger; of a message nobody finds anything."""
    if mailing.is_addressed(row):
        with shift.ledger.read() as tx:
            return Sent(publication=publications.get(tx, row.id), look=None)
    turned = turns.turn(shift, row.id, task=Task.LOOK)
    if isinstance(turned.outcome, calls.Unseen):
        return Sent(publication=turned.row, look=None)
    look = turned.outcome.look if isinstance(turned.outcome, calls.Looked) else Unknown.of(turned.why or _UNSEEN)
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
