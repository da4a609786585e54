"""What became of a call, written down: a step if the claim still holds, else the facts alone. Calls no channel.

A late receipt is a fact: a copy that nobody should know of re-opens the takedown, whoever holds the claim by now.
"""

import contextlib
import datetime as dt

from fahndung.errors import Message
from fahndung.ledger import accounts, answers, byhand, claims, publications, waits
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.faults import Contradiction
from fahndung.ledger.moves import log
from fahndung.ledger.publications import LATER_LOOKS, LOOK_AGAIN, Publication
from fahndung.ledger.transaction import Tx, attempt
from fahndung.lifecycle import ends, mailing, refreshing, telling
from fahndung.lifecycle.outcomes import (
    Answered,
    Buried,
    Claimed,
    Disturbed,
    Early,
    Failed,
    Found,
    Hands,
    Looked,
    Outcome,
    Placeless,
    Refused,
    Sent,
    Told,
    Unclear,
    Unseen,
    Unsent,
)
from fahndung.lifecycle.shift import MOST_COUNTED, Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Gone, Live, Look, State, Tombstone, Unknown, main_reference

DAY = dt.timedelta(days=1)


def settle(tx: Tx, shift: Shift, claimed: Claimed, outcome: Outcome, *, now: dt.datetime) -> Publication:
    """Writes down what became of a claimed publication's calls and gives the claim back; returns the row as it is.

    If this is never committed, the next run finds the claim's owner dead and looks for itself.
    """
    row = publications.get(tx, claimed.row.id)
    _account(tx, row, outcome, now)
    if claims.holds(row, claimed.claim):
        _step(tx, shift, claimed, row, outcome, now)
        _let_go(tx, claimed, now=now, by=shift.by)
        claims.give_back(tx, claimed.claim)
    elif shift.worker is not None:  # of who only looked: somebody has claimed it since, and has looked later
        _facts(tx, row, outcome, now=now, by=shift.by)
    if isinstance(outcome, Answered) and outcome.answers:
        with contextlib.suppress(Contradiction), attempt(tx):  # what became of the call counts more than what was said
            answers.keep(tx, row, claimed.task.value, outcome.answers)
    return publications.get(tx, row.id)


def believed(tx: Tx, shift: Shift, claimed: Claimed, outcome: Outcome, *, now: dt.datetime) -> Outcome:
    """The outcome, or ``Disturbed``: what is down is not back because a look met a call of its neighbour half done.

    What such a look showed is written down; no step follows from it.
    """
    row = claimed.row
    if not (row.is_down and isinstance(outcome, Looked)) or isinstance(outcome.look, Gone | Unknown):
        return outcome
    if not publications.called_beside(tx, row, claimed.last_call):
        return outcome
    publications.disturbed(tx, row, outcome.look, now=now, by=shift.by)
    return Disturbed(look=outcome.look)


def _account(tx: Tx, row: Publication, outcome: Outcome, now: dt.datetime) -> None:
    if isinstance(outcome, Sent | Found | Told | Buried) or (
        isinstance(outcome, Looked) and not isinstance(outcome.look, Unknown)
    ):
        accounts.answered(tx, row.channel, now=now)
    elif isinstance(outcome, Unsent | Failed):
        until = outcome.until
        if outcome.auth and mailing.is_addressed(row):  # hundreds of logins that fail would lock the account
            until = now + mailing.AFTER_REFUSAL
        accounts.failing(tx, row.channel, outcome.problem, now=now, until=until, refused=outcome.auth)
    elif isinstance(outcome, Unclear) and not outcome.stopped:
        accounts.failing(tx, row.channel, outcome.problem, now=now)
    elif isinstance(outcome, Looked):
        refused = isinstance(outcome.look, Unknown) and outcome.look.refused
        accounts.failing(tx, row.channel, told(outcome.look), now=now, refused=refused)


def _facts(tx: Tx, row: Publication, outcome: Outcome, *, now: dt.datetime, by: str) -> None:
    """What was learnt under a claim that is lost."""
    log(tx, row, "late", now=now, by=by, data={"outcome": type(outcome).__name__.lower()})
    if isinstance(outcome, Sent | Unclear) and row.is_down:
        # it was called gone while this call was still under way: only another takedown can tell
        publications.reopen(tx, row.id, _LATE, now=now, by=by)
    if isinstance(outcome, Found):
        for reference in outcome.references:
            publications.saw(tx, row.id, reference, now=now, by=by)
    if isinstance(outcome, Looked) and isinstance(outcome.look, Live | Altered | Tombstone) and row.is_down:
        publications.looked(tx, row.id, outcome.look, now=now, by=by)


_LATE = Message("A late answer says that it was sent.", "Eine späte Antwort sagt, dass es gesendet wurde.")


def _step(tx: Tx, shift: Shift, claimed: Claimed, row: Publication, outcome: Outcome, now: dt.datetime) -> None:
    by = shift.by
    again = now + shift.wait(row.attempts + 1)
    match outcome:
        case Sent() | Found():
            _there(tx, row, outcome, again=again, now=now, by=by)
        case Early(until=until):
            publications.outcome_unknown(tx, row.id, _EARLY, next_at=until, now=now, by=by)
        case Unsent() | Placeless():
            _unsent(tx, row, outcome, again=again, now=now, by=by)
        case Unclear(problem=problem, stopped=stopped):
            publications.outcome_unknown(tx, row.id, problem, next_at=now if stopped else again, now=now, by=by)
        case Refused(problem=problem, effect=effect):
            _refused(tx, row, problem, effect=effect, now=now, by=by)
        case Hands(problem=problem):
            to_hands(tx, row, problem, now=now, by=by)
        case Buried(problem=problem):
            _buried(tx, row, problem, next_at=max(again, now + LATER_LOOKS[0]), now=now, by=by)
        case Unseen():
            _unseen(tx, row, now=now, by=by)
        case Told():
            publications.told(tx, row.id, next_at=now + mailing.QUIET, now=now, by=by)
            leave_copy(tx, row, now=now, by=by)
        case Failed(problem=problem, until=until):
            _failed(tx, row, problem, next_at=max(again, until or again), now=now, by=by)
        case Looked(look=look):
            _looked(tx, shift, claimed, row, look, again=again, now=now)


def _let_go(tx: Tx, claimed: Claimed, *, now: dt.datetime, by: str) -> None:
    """The place that it was to take stays the earlier revision's, once it is known that no call had an effect."""
    row = publications.get(tx, claimed.row.id)
    if not claimed.takes_place or row.published_at is not None:  # a damaged copy was to be sent again
        return
    if (row.state is State.PUBLISHING and row.is_unsent) or row.state is State.REJECTED:
        publications.let_go(tx, row.id, now=now, by=by)


def _there(tx: Tx, row: Publication, outcome: Sent | Found, *, again: dt.datetime, now: dt.datetime, by: str) -> None:
    """It is all there, or surely nothing of it."""
    found = outcome.references if isinstance(outcome, Found) else ()
    for reference in found:
        publications.saw(tx, row.id, reference, now=now, by=by)
    if not found and not isinstance(outcome, Sent):
        publications.absent(tx, row.id, next_at=now, now=now, by=by)
    elif publications.posting(tx, row.id).references:
        _published(tx, row, now=now, by=by)
    else:
        publications.outcome_unknown(tx, row.id, _NAMELESS, next_at=again, now=now, by=by)


_NAMELESS = Message("the channel named nothing that it made", "Der Kanal nannte nichts, was er angelegt hat")
_EARLY = Message("what was sent may not show yet", "Gesendetes ist vielleicht noch nicht zu sehen")


def _published(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> None:
    """It is online; in the same breath what it replaces is superseded: its takedown must leave this one alone.

    What somebody posted there by hand for an earlier release goes as well.
    """
    known = publications.posting(tx, row.id).references
    first = main_reference(known)
    later = now + mailing.QUIET if mailing.is_addressed(row) else None  # nobody can look at it
    if row.medium is Medium.WEBSITE:  # what links to it waits until it is read back
        later = now
    publications.published(tx, row.id, remote_id=first.id, url=first.url, now=now, by=by, next_at=later)
    ends.count_down(tx, row.id, now=now, by=by)
    for older in publications.replaced_by(tx, row):
        publications.supersede(tx, older, now=now, by=by)
    handmade = [one.id for one in publications.handmade(tx, row)]
    publications.want_down(tx, handmade, now=now, by=by, reason="replaced")
    if row.tells_end:
        _told_there(tx, row, note="als Beitrag veröffentlicht", now=now, by=by)


def _told_there(tx: Tx, row: Publication, *, note: str, now: dt.datetime, by: str) -> None:
    """The end is told on that account: nobody has to do it by hand."""
    for item in byhand.open_items(tx, row.appeal):
        if item.kind is byhand.Kind.TELL and item.channel == row.channel:
            byhand.close(tx, item.id, person=by, note=note, at=now)


def _unsent(
    tx: Tx, row: Publication, outcome: Unsent | Placeless, *, again: dt.datetime, now: dt.datetime, by: str
) -> None:
    problem = outcome.problem
    if isinstance(outcome, Placeless):
        publications.place_lost(tx, row.id, problem, next_at=now, now=now, by=by)
        return
    next_at = max(again, outcome.until or again)
    if row.state is State.PUBLISHING:
        publications.unsent(tx, row.id, problem, next_at=next_at, now=now, by=by)
    else:
        publications.postpone(tx, row.id, problem, next_at=next_at, now=now, by=by)


def _refused(tx: Tx, row: Publication, problem: Message, *, effect: bool, now: dt.datetime, by: str) -> None:
    """Refused by law before any call: cancelled. By the channel: rejected, unless something of it may be there."""
    if row.medium is Medium.WEBSITE:  # what waited for it waits in vain
        waits.wake_behind(tx, row, now=now)
    if row.state is State.PLANNED:
        publications.postpone(tx, row.id, problem, next_at=now, now=now, by=by)
        publications.cancel(tx, row.id, now=now, by=by)
        return
    if row.state is State.PUBLISHING:
        noted = publications.outcome_unknown if effect else publications.unsent
        noted(tx, row.id, problem, next_at=now, now=now, by=by)
    if publications.never_sent(tx, row.id):
        publications.rejected(tx, row.id, problem, now=now, by=by)
        if row.tells_end:
            telling.ask_instead(tx, row.appeal, row.channel, now=now, by=by)
    else:
        publications.want_down(tx, [row.id], now=now, by=by, reason="refused")


def to_hands(tx: Tx, row: Publication, problem: Message, *, now: dt.datetime, by: str) -> None:
    """A person has to look or to remove it. What is still wanted up stays published as far as anybody knows."""
    _ask(tx, row, problem, now=now, by=by)
    if row.want is publications.Want.DOWN or row.state in {State.WITHDRAWING, State.BY_HAND}:
        publications.to_hands(tx, row.id, problem, next_at=now + DAY, now=now, by=by)
    elif row.state is State.PUBLISHING:
        publications.outcome_unknown(tx, row.id, problem, next_at=now + DAY, now=now, by=by)
    else:
        publications.postpone(tx, row.id, problem, next_at=now + DAY, now=now, by=by)


def _unseen(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> None:
    """Nobody can look: only its end, or a person, changes anything. Of what a person has closed nothing is left."""
    if row.next_at is not None:
        publications.leave(tx, row, next_at=now + mailing.QUIET, now=now, by=by)


def _ask(tx: Tx, row: Publication, problem: Message, *, now: dt.datetime, by: str) -> None:
    item = ByHand(
        appeal=row.appeal,
        what=Message.same(f"{row.channel}: {row.target if mailing.is_addressed(row) else row.url or row.marker}"),
        why=problem,
        channel=row.channel,
        url=row.url,
        publication=row.id,
    )
    byhand.add(tx, item, at=now, by=by)


def _buried(tx: Tx, row: Publication, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    """It may be there until a person has deleted it; whatever it shows by then is looked at.

    Until then it tells the end there.
    """
    _ask(tx, row, problem, now=now, by=by)
    _told_there(tx, row, note="steht dort in der Nachricht über das Ende", now=now, by=by)
    publications.bury(tx, row.id, problem, next_at=next_at, now=now, by=by)


_IN_HANDS = Message(
    "copies that recipients keep, of which they know that they are over: note who has confirmed the deletion",
    "Kopien bei Empfängern, die wissen, dass sie überholt sind: vermerken, wer die Löschung bestätigt hat",
)


def leave_copy(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> None:
    """What a recipient who knows of the end still holds is left to hands; one item stands for all of a channel."""
    what = Message(f"{row.channel}: copies in the hands of recipients", f"{row.channel}: Kopien bei Empfängern")
    byhand.add(tx, ByHand(appeal=row.appeal, what=what, why=_IN_HANDS, channel=row.channel), at=now, by=by)
    publications.to_hands(tx, row.id, _IN_HANDS, next_at=now + mailing.QUIET, now=now, by=by)


def _failed(tx: Tx, row: Publication, problem: Message, *, next_at: dt.datetime, now: dt.datetime, by: str) -> None:
    if row.state is State.WITHDRAWING:
        publications.withdraw_failed(tx, row.id, problem, next_at=next_at, now=now, by=by)
    elif row.state is State.PUBLISHING:
        publications.outcome_unknown(tx, row.id, problem, next_at=next_at, now=now, by=by)
    else:
        publications.postpone(tx, row.id, problem, next_at=next_at, now=now, by=by)


def _looked(
    tx: Tx, shift: Shift, claimed: Claimed, row: Publication, look: Look, *, again: dt.datetime, now: dt.datetime
) -> None:
    by = shift.by
    if isinstance(look, Gone) and row.state in {State.WITHDRAWING, State.BY_HAND, State.TOMBSTONE}:
        publications.gone(tx, row, look, now=now, by=by)
        _close_items(tx, row, now=now, by=by)
        refreshing.leave_to_hands(tx, row, now=now, by=by)
    elif isinstance(look, Gone) and row.state is State.WITHDRAWN and row.next_at is not None and now >= row.next_at:
        publications.stayed_gone(tx, row.id, look, now=now, by=by)
    elif claimed.task is Task.WITHDRAW:
        publications.withdraw_failed(tx, row.id, told(look), next_at=again, now=now, by=by)
    elif row.state is State.TOMBSTONE:
        _looked_at_tombstone(tx, row, look, again=again, now=now, by=by)
    elif isinstance(look, Live) and row.state is State.PUBLISHING:
        _published(tx, row, now=now, by=by)
        publications.looked(tx, row.id, look, now=now, by=by)
    elif isinstance(look, Gone) and row.is_down:
        publications.looked(tx, row.id, look, now=now, by=by)
    elif row.state is State.BY_HAND or isinstance(look, Live):
        publications.looked(tx, row.id, look, now=now, by=by, next_at=now + LOOK_AGAIN)
        if row.medium is Medium.WEBSITE and isinstance(look, Live):
            waits.wake_behind(tx, row, now=now)
    else:  # what stays as it is is looked at ever more seldom; its end wakes it in any case
        failed = publications.failed_looks(tx, row, most=MOST_COUNTED)
        again = max(again, now + shift.wait(failed + 1))
        publications.looked(tx, row.id, look, now=now, by=by, next_at=again)


def _looked_at_tombstone(
    tx: Tx, row: Publication, look: Look, *, again: dt.datetime, now: dt.datetime, by: str
) -> None:
    """It stays as it is until a person has deleted it; if it shows anything else, the notice is put there again."""
    publications.looked(tx, row.id, look, now=now, by=by, next_at=now + LOOK_AGAIN)
    if isinstance(look, Live | Altered):
        next_at = now if row.attempts == 0 else again  # a page that lags must not be a reason to call without a pause
        publications.unbury(tx, row.id, told(look), next_at=next_at, now=now, by=by)


def _close_items(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> None:
    """What was left to hands of it was read back as gone: nobody has to look any more."""
    for item in byhand.open_copies(tx, row.appeal, row.id):
        byhand.close(tx, item, person=by, note="als gelöscht zurückgelesen", at=now)


def told(seen: Look) -> Message:
    """A look as a sentence."""
    match seen:
        case Live():
            return Message("it is still online", "Es ist noch online")
        case Gone():
            return Message("it is gone", "Es ist weg")
        case Tombstone():
            return Message(
                "it shows its closing notice and has to be deleted by a person",
                "Es zeigt die Nachricht über das Ende und ist von Hand zu löschen",
            )
        case Altered(words=why):
            return Message(f"it is not as it should be: {why.en}", f"Es ist nicht, wie es sein soll: {why.de}")
        case Unknown(words=why):
            return Message(f"nobody can tell whether it is gone: {why.en}", f"Ob es weg ist, ist unbekannt: {why.de}")
