"""The account of what is open: appeals, publications, ends, overdue, by-hand items. Reads only."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from fahndung.approval import Act
from fahndung.dossier import signatures
from fahndung.dossier.ended import is_closed
from fahndung.errors import FahndungError, Message
from fahndung.law import clockfacts
from fahndung.ledger import accounts, appeals, breaches, byhand, endings, publications, tally
from fahndung.ledger.appeals import Submission
from fahndung.ledger.breaches import Breach
from fahndung.ledger.byhand import Item
from fahndung.ledger.news import Told
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends, foreign, persons, refreshing
from fahndung.lifecycle.ends import is_over
from fahndung.lifecycle.mailing import is_told
from fahndung.lifecycle.persons import PersonState
from fahndung.lifecycle.takendown import damaged
from fahndung.lifecycle.telling import Addressee, addressees
from fahndung.model.closing import EndReason
from fahndung.model.publication import State

WHY = {
    EndReason.FOUND: ("found", "gefunden oder ermittelt"),
    EndReason.LAPSED: ("the order lapsed", "Anordnung außer Kraft"),
    EndReason.REVOKED: ("revoked", "widerrufen"),
    EndReason.REVIEW: ("the review ended it, or was missed", "Prüfung ergab das Ende oder blieb aus"),
    EndReason.CONSENT: ("the consent was revoked", "Einwilligung widerrufen"),
    EndReason.EXPIRED: ("its time is over", "Zeit abgelaufen"),
    EndReason.ERROR: ("an error", "Irrtum"),
}
ONLINE = frozenset({State.PUBLISHING, State.LIVE, State.WITHDRAWING, State.TOMBSTONE, State.BY_HAND})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One appeal as it stands at an instant."""

    appeal: str
    revision: int
    category: str
    state: str
    ends_at: dt.datetime | None
    ends_because: Message | None
    publications: tuple[Publication, ...]
    receivers: tuple[Addressee, ...]
    restricted_at: dt.datetime | None
    persons: tuple[PersonState, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What ``status`` tells. ``overdue`` counts what is over and not read back as gone, copies of others too.

    Attributes:
        ended: how many appeals are not listed because nothing of them is open.
        breaches: those that are not reported yet.
        altered: the publications that are online otherwise than they were approved.
        held: the accounts that a person keeps from publishing.
        untold: what search engines and networks could not be told so far; nothing is online because of it.
    """

    appeals: tuple[Standing, ...]
    ended: int
    by_hand: tuple[Item, ...]
    overdue: int
    breaches: tuple[Breach, ...]
    altered: frozenset[int] = frozenset()
    held: tuple[accounts.Account, ...] = ()
    untold: tuple[Told, ...] = ()


def account(tx: Tx, *, now: dt.datetime, appeal: str | None = None) -> Account:
    """The appeals of which anything is open, or the one asked for. What is over is counted, and never read.

    Raises:
        UsageError: no such appeal.
    """
    rows = [row for row in publications.open_rows(tx) if appeal in (None, row.appeal)]
    if appeal is not None:
        standings = [_standing(tx, appeals.get(tx, appeal), now)]
    else:
        found = (_standing(tx, submission, now) for submission in _open(tx, rows))
        standings = [standing for standing in found if not _is_done(standing)]
    overdue = [row for row in rows if _overdue(row, now)]
    shown = {row.id for row in rows}
    spoiled = damaged(tx, appeal)
    return Account(
        appeals=tuple(standings),
        ended=tally.appeals(tx) - len(standings) if appeal is None else 0,
        by_hand=byhand.open_items(tx, appeal),
        overdue=len(overdue) + len(spoiled) + len(foreign.past_end(tx, now, appeal)),
        breaches=tuple(breach for breach in breaches.breaches(tx, appeal) if breach.reported_at is None),
        altered=frozenset(row.id for row in publications.altered(tx) if row.id in shown),
        held=tuple(known for known in accounts.all(tx) if known.held_at is not None),
        untold=tuple(told for told in refreshing.failing(tx) if appeal is None or told.publication in shown),
    )


def ended(tx: Tx, *, now: dt.datetime) -> Iterator[Standing]:
    """The appeals that ``account`` only counts, one after the other."""
    for name in appeals.names(tx):
        standing = _standing(tx, appeals.get(tx, name), now)
        if _is_done(standing):
            yield standing


def _is_done(standing: Standing) -> bool:
    """Whether it has ended and nothing of it is open; the post that tells the end is open until its time is over."""
    return standing.state == "ended" and not any(row.tells_end and not row.is_down for row in standing.publications)


def _open(tx: Tx, rows: Iterable[Publication]) -> list[Submission]:
    """The latest revision of each appeal that has not ended as a whole, or of which a copy is open."""
    found = {submission.appeal: submission for submission in appeals.unended(tx)}
    for name in {row.appeal for row in rows} - found.keys():
        submission = appeals.find(tx, name)
        if submission is not None:
            found[name] = submission
    return [found[name] for name in sorted(found)]


def _overdue(row: Publication, now: dt.datetime) -> bool:
    return row.state in ONLINE and not is_told(row) and (is_over(row, now) or row.state is State.WITHDRAWING)


def _standing(tx: Tx, submission: Submission, now: dt.datetime) -> Standing:
    rows = publications.rows(tx, submission.appeal)
    state = _state(tx, submission, rows, now)
    ends_at, because = _ended(tx, submission) if state in {"ending", "ended"} else _end(tx, submission, rows)
    return Standing(
        appeal=submission.appeal,
        revision=submission.revision,
        category=submission.category.value,
        state=state,
        ends_at=ends_at,
        ends_because=because,
        publications=tuple(rows),
        receivers=addressees(tx, submission.appeal, now),
        restricted_at=submission.restricted_at,
        persons=persons.states(tx, submission),
    )


def _state(tx: Tx, submission: Submission, rows: Sequence[Publication], now: dt.datetime) -> str:
    online = [row for row in rows if row.state in ONLINE and not row.tells_end]
    wanted = any(row.want is publications.Want.UP for row in online)  # a variant goes on although a person has ended
    ended = is_closed(tx, submission.appeal, submission.revision) and not wanted
    finished = [row for row in rows if row.revision == submission.revision and row.is_down and not row.given_up]
    current = [row for row in online if row.revision == submission.revision]
    if online and (ended or (not current and all(row.want is publications.Want.DOWN for row in online))):
        return "ending"
    if online:
        return "live"
    if ended or finished:
        return "ended"
    return _before_publication(tx, submission, now)


def _before_publication(tx: Tx, submission: Submission, now: dt.datetime) -> str:
    stored = appeals.latest_release(tx, submission.appeal, submission.revision)
    if stored is None:
        return "submitted"
    acts = appeals.acts(tx, submission.appeal, submission.revision, Act.APPROVE)
    if not any(act.subject == stored.digest for act in acts):
        return "built"
    not_before = clockfacts.thaw(submission.clock_facts).plan.not_before
    return "embargoed" if not_before is not None and now < not_before else "approved"


def _ended(tx: Tx, submission: Submission) -> tuple[dt.datetime | None, Message | None]:
    """When and why it ended: the wish counts, not the clock that would have ended it later.

    What ended one medium or one account before says nothing of the appeal.
    """
    wishes = [e for e in endings.endings(tx, submission.appeal) if e.revision >= submission.revision]
    if not wishes:
        return None, None
    whole = [wish for wish in wishes if (wish.person, wish.medium, wish.channel) == (None, None, None)]
    told = whole[0] if whole else wishes[-1]  # of several persons the last one's end is the end
    en, de = WHY[told.reason]
    return told.at, Message(f"it has ended: {en}", f"Sie ist beendet: {de}")


def _due(tx: Tx, row: Publication) -> tuple[dt.datetime | None, Message | None]:
    """The end of what it is a copy of: where the time on one account is over, the appeal goes on."""
    due = None if row.ttl_s is None else ends.known_due(tx, row)
    return (row.due_at, row.due_because) if due is None else (due.at, due.because)


def _end(tx: Tx, submission: Submission, rows: Sequence[Publication]) -> tuple[dt.datetime | None, Message | None]:
    dated = [_due(tx, row) for row in rows if row.state in ONLINE and not row.tells_end]
    if known := [one for one in dated if one[0] is not None]:
        return min(known, key=lambda one: one[0] or dt.datetime.max.replace(tzinfo=dt.UTC))
    try:
        facts = clockfacts.thaw(submission.clock_facts)
        found = facts.ends(
            sorted(facts.order.scope.media),
            confirmations=signatures.confirmations(tx, submission),
            reviews=signatures.reviews(tx, submission),
        )
    except (FahndungError, ValueError) as error:
        return None, Message(f"the end cannot be computed: {error}", f"Das Ende ist nicht berechenbar: {error}")
    running = [end for end in found if end.at is not None]
    if not running:
        return None, None
    earliest = min(running, key=lambda end: end.at or dt.datetime.max.replace(tzinfo=dt.UTC))
    return earliest.at, earliest.because
