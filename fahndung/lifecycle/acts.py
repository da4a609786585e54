"""What keeps something online longer, signed: confirmations of an order and outcomes of a review. Calls no channel."""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence

import rfc8785

from fahndung.approval import Act, Statement
from fahndung.dossier.signatures import confirmations, require_role, reviews, store_act
from fahndung.errors import Message, NotPublishable, UsageError
from fahndung.law import clockfacts
from fahndung.law.clock import REVIEW, Clock
from fahndung.law.periods import stamp
from fahndung.ledger import appeals, publications
from fahndung.ledger.appeals import Submission
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends
from fahndung.model.mandate import Confirmation, Review
from fahndung.model.plain import to_plain

ROLES = ("reviewer", "approver")


def confirm(
    ledger: Ledger, *, appeal_id: str, confirmation: Confirmation, person: str, key: bytes, now: dt.datetime
) -> tuple[Message, ...]:
    """Records a confirmation; it lifts the clocks that record.md says it lifts.

    It was given, so it is recorded also where one revision gains by it and another does not; what comes out says which
    revision lapses all the same, and when.

    Raises:
        UsageError: an instant in the future, no authority or no file number.
        NotPublishable: the drafter, no such role, or too late: nothing is revived (R08).
    """
    if not confirmation.authority.strip() or not confirmation.reference.strip():
        raise UsageError(
            "a confirmation names who gave it and its file number: --authority and --reference",
            "Eine Bestätigung nennt die Stelle und ihr Aktenzeichen: --authority und --reference",
        )
    if confirmation.at > now:
        when = stamp(confirmation.at)
        raise UsageError(
            f"{when.en} lies in the future; a confirmation is recorded after it was given",
            f"{when.de} liegt in der Zukunft; eine Bestätigung wird erst danach festgehalten",
        )
    with ledger.read() as tx:
        concerned = _concerned(tx, appeal_id)
        role = _keeper(tx, concerned, person, key)
        after = {one.revision: _clocks(tx, one, confirmed=(confirmation,)) for one in concerned}
        lifted = [one for one in concerned if after[one.revision] != _clocks(tx, one)]
        online = _online(tx, appeal_id)
    if not lifted:
        raise NotPublishable(
            "this confirmation lifts no clock: it is too late, by the wrong authority, or nothing waits for it. "
            "A lapsed order is not revived; a new order is a new revision",
            "Diese Bestätigung hebt keine Frist auf: zu spät, falsche Stelle, oder es ist keine nötig. "
            "Eine außer Kraft getretene Anordnung lebt nicht wieder auf; eine neue Anordnung ist eine neue Revision",
        )
    for submission in lifted:
        _store(ledger, submission, Act.CONFIRM, confirmation, person=person, role=role, key=key, now=now)
    left = [one.revision for one in concerned if one not in lifted]
    return tuple(_lapses(number, clock, online) for number in left for clock in after[number] if _is_waiting(clock))


def _is_waiting(clock: Clock) -> bool:
    """Whether it waits for a confirmation still."""
    return bool(clock.lifted_by) and not clock.lifted


def _lapses(revision: int, clock: Clock, online: Collection[int]) -> Message:
    at, because = stamp(clock.at), clock.because
    en, de = ("which is online", "die online ist") if revision in online else ("which waits", "die noch wartet")
    return Message(
        f"It lifts nothing of revision {revision}, {en}: it lapses on {at.en} ({because.en})",
        f"Für Revision {revision}, {de}, hebt sie nichts auf; Außerkrafttreten am {at.de} ({because.de})",
    )


def review(ledger: Ledger, *, appeal_id: str, outcome: Review, person: str, key: bytes, now: dt.datetime) -> None:
    """Records the outcome of a review.

    Raises:
        NotPublishable: the drafter, no such role, or it moves no end; or it would go on, and something online ends all
            the same.
    """
    with ledger.read() as tx:
        concerned = _concerned(tx, appeal_id)
        role = _keeper(tx, concerned, person, key)
        moved = {
            one.revision: after
            for one in concerned
            if (after := _clocks(tx, one, reviewed=(outcome,))) != _clocks(tx, one)
        }
        online = _online(tx, appeal_id)
    if outcome.until is not None and outcome.until <= now:
        raise UsageError("--until has passed", "--until liegt in der Vergangenheit")
    left = [one for one in concerned if one.revision not in moved and one.revision in online and not outcome.ends]
    if left or not moved:
        raise _moves_too_little(left or concerned, concerned[-1], waits=concerned[-1].revision in moved)
    for after in moved.values():
        _refuse_beyond_limit(after, outcome)
    for submission in concerned:
        if submission.revision in moved:
            _store(ledger, submission, Act.REVIEW, outcome, person=person, role=role, key=key, now=now)


def _moves_too_little(left: Sequence[Submission], latest: Submission, *, waits: bool) -> NotPublishable:
    """The refusal of a review that leaves an end where it was, and what to do.

    Args:
        left: whose end it leaves. waits: the latest revision, which it would move, is none of them.
    """
    registered = any(clockfacts.thaw(one.clock_facts).order.scope.missing_registers for one in left)
    en, de = _BY_THE_RECORD if registered else _BY_THE_CLOCK
    if waits:
        number, known = latest.revision, left[0].revision
        command = f"fahndung publish {latest.appeal}"
        return NotPublishable(
            f"revision {known} is online, and this review does not move its end: {en}. Before that end, publish "
            f"revision {number} in its place ({command}); then record the review",
            f"Revision {known} ist online, und diese Prüfung verschiebt deren Ende nicht: {de}. Vor diesem Ende "
            f"Revision {number} an deren Stelle veröffentlichen ({command}), dann die Prüfung eintragen",
        )
    if registered:
        return NotPublishable(
            f"no review keeps this appeal online longer: {en}. Before that, submit a revision with a new decision, or "
            "one without missing_registers",
            f"Keine Prüfung hält diesen Aufruf länger online: {de}. Vorher eine Revision mit neuer Entscheidung "
            "einreichen oder eine ohne missing_registers",
        )
    return NotPublishable(
        f"this review moves no end: {en}. A new order is a new revision",
        f"Diese Prüfung verschiebt kein Ende: {de}. Eine neue Anordnung ist eine neue Revision",
    )


_BY_THE_RECORD = Message(
    "its record for registers of missing persons tells when it expires",
    "der Datensatz für Vermisstenregister nennt sein Ablaufdatum",
)
_BY_THE_CLOCK = Message("it comes too late, or an earlier end stands", "zu spät, oder ein früheres Ende steht")


def _concerned(tx: Tx, appeal_id: str) -> tuple[Submission, ...]:
    """Every earlier revision that is still online while the latest waits, and that one last."""
    latest = appeals.get(tx, appeal_id)
    earlier = (appeals.get(tx, appeal_id, revision) for revision in sorted(_online(tx, appeal_id) - {latest.revision}))
    return (*earlier, latest)


def _online(tx: Tx, appeal_id: str) -> set[int]:
    """The revisions that may be online and are to stay; what is replaced or on its way down has no end to be moved."""
    rows = [row for row in publications.open_rows(tx) if row.appeal == appeal_id and not row.tells_end]
    return {row.revision for row in rows if row.want is publications.Want.UP and not row.superseded}


def _keeper(tx: Tx, concerned: tuple[Submission, ...], person: str, key: bytes) -> str:
    role = require_role(tx, person, ROLES, key)
    for submission in concerned:
        if person == submission.prepared_by:
            raise NotPublishable(
                f"{person} prepared {submission.appeal}; what keeps it online longer is signed by another person",
                f"{person} hat {submission.appeal} erstellt; was sie länger online hält, unterschreibt eine andere "
                "Person",
            )
    return role


def _clocks(
    tx: Tx, submission: Submission, *, confirmed: tuple[Confirmation, ...] = (), reviewed: tuple[Review, ...] = ()
) -> tuple[Clock, ...]:
    facts = clockfacts.thaw(submission.clock_facts)
    return facts.clocks(
        sorted(facts.order.scope.media),
        confirmations=confirmations(tx, submission) + confirmed,
        reviews=reviews(tx, submission) + reviewed,
    )


def _refuse_beyond_limit(after: tuple[Clock, ...], outcome: Review) -> None:
    limit = max((clock for clock in after if clock.kind == REVIEW), key=lambda clock: clock.at, default=None)
    if outcome.until is not None and limit is not None and limit.at < outcome.until:
        latest, why = stamp(limit.at), f"R09; {limit.source}"
        raise NotPublishable(
            f"a review reaches to {latest.en} at most ({why}); name that or an earlier instant with --until",
            f"Eine Prüfung reicht höchstens bis {latest.de} ({why}); bitte diesen oder einen früheren Zeitpunkt nennen",
        )


def _store(
    ledger: Ledger,
    submission: Submission,
    act: Act,
    fact: Confirmation | Review,
    *,
    person: str,
    role: str,
    key: bytes,
    now: dt.datetime,
) -> None:
    extra = to_plain(fact)
    statement = Statement(
        act=act,
        home_id=ledger.home_id,
        appeal=submission.appeal,
        revision=submission.revision,
        subject=hashlib.sha256(rfc8785.dumps(extra)).hexdigest(),
        person=person,
        role=role,
        at=now,
        extra=extra,
    )
    store_act(ledger, statement, key)
    with ledger.write(now) as tx:
        ends.refresh(tx, now=now, by=person, appeal=submission.appeal)
