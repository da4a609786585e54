"""Brings the end that each publication carries up to date with every clock. Calls no channel, lengthens no approval."""

import dataclasses
import datetime as dt

from fahndung.dossier.signatures import confirmations, reviews
from fahndung.errors import Message
from fahndung.law import clockfacts
from fahndung.law.clock import End
from fahndung.law.periods import stamp
from fahndung.ledger import appeals, publications, waits
from fahndung.ledger.appeals import Submission
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import zones
from fahndung.lifecycle.zones import Held
from fahndung.model.closing import EndReason
from fahndung.model.mandate import Medium
from fahndung.terms import told as span_told

REASONS = {
    "lapse-24h": EndReason.LAPSED,
    "lapse-week": EndReason.LAPSED,
    "warrant": EndReason.LAPSED,
    "review": EndReason.REVIEW,
    "consent": EndReason.CONSENT,
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a medium must be empty, and why; None means that no end is known."""

    at: dt.datetime | None
    because: Message | None
    reason: EndReason


def due_of(tx: Tx, submission: Submission, medium: Medium, approved_until: dt.datetime | None) -> Due:
    """The earliest of all clocks of a medium and of the approval.

    Raises:
        FahndungError, ValueError: the ledger's facts or signatures cannot be read.
    """
    facts = clockfacts.thaw(submission.clock_facts)
    (end,) = facts.ends([medium], confirmations=confirmations(tx, submission), reviews=reviews(tx, submission))
    return _earlier(end, approved_until)


def approval_ends(at: dt.datetime) -> Message:
    """Why a publication ends with its approval."""
    return Message(f"the approval ends on {stamp(at).en}", f"Die Freigabe endet am {stamp(at).de}")


def _earlier(end: End, approved_until: dt.datetime | None) -> Due:
    if approved_until is not None and (end.at is None or approved_until < end.at):
        return Due(at=approved_until, because=approval_ends(approved_until), reason=EndReason.EXPIRED)
    return Due(at=end.at, because=end.because, reason=REASONS.get(end.clock, EndReason.EXPIRED))


def stay_ends(channel: str, at: dt.datetime, ttl_s: int) -> Message:
    """Why a publication ends with its time on its account."""
    when, length = stamp(at), span_told(dt.timedelta(seconds=ttl_s))
    return Message(
        f"on {channel} an appeal stays for {length.en} at most, until {when.en}",
        f"Auf {channel} bleibt eine Fahndung höchstens {length.de}, bis {when.de}",
    )


def on_account(tx: Tx, row: Publication, due: Due) -> Due:
    """The end of one copy: that of its medium, or that of its time on its account if it comes first."""
    until = waits.stays_until(tx, row)
    if until is None or row.ttl_s is None or (due.at is not None and due.at <= until):
        return due
    return Due(at=until, because=stay_ends(row.channel, until, row.ttl_s), reason=EndReason.EXPIRED)


def count_down(tx: Tx, publication_id: int, *, now: dt.datetime, by: str) -> None:
    """It has gone out: if its time on its account is over before anything else ends it, that is its end."""
    row = publications.get(tx, publication_id)
    until = waits.stays_until(tx, row)
    if until is not None and row.ttl_s is not None and (row.due_at is None or until < row.due_at):
        publications.set_due(tx, row.id, until, stay_ends(row.channel, until, row.ttl_s), now=now, by=by)


def refresh(tx: Tx, *, now: dt.datetime, by: str, appeal: str | None = None) -> list[Message]:
    """Recomputes the end of every open publication; returns what could not be computed.

    Where the rules of local time have changed since the last computation, the earlier end counts (``zones``).
    Where the facts cannot be read the stored end stays: it was computed from them once, and takedown goes on.
    """
    before, after = zones.known(tx), zones.in_use()
    shifted = before is not None and before.rules != after.rules
    held = dict(before.held) if before is not None else {}
    troubles = []
    dues: dict[object, Due | None] = {}
    for row in publications.open_rows(tx):
        if row.tells_end or (appeal not in (None, row.appeal) and not shifted):
            continue  # a post that tells the end has a time of its own
        same = (row.appeal, row.revision, row.medium, row.approved_until)
        due = dues[same] if same in dues else dues.setdefault(same, known_due(tx, row))
        if due is None:
            troubles.append(
                Message(
                    f"{row.appeal} on {row.channel}: its end cannot be computed from the ledger; the stored one stays, "
                    "and whether it is past its end is unknown",
                    f"{row.appeal} auf {row.channel}: Ende aus dem Register nicht berechenbar; das alte bleibt, "
                    "ob es vorbei ist, ist unbekannt",
                )
            )
            continue
        due = on_account(tx, row, due)
        if shifted and row.due_at is not None and due.at is not None and due.at > row.due_at:
            held[row.id] = Held(at=row.due_at, computed=due.at)
        counting = _held(due, held.get(row.id))
        if counting.at != row.due_at or counting is not due:
            publications.set_due(tx, row.id, counting.at, counting.because, now=now, by=by)
    if before is None:
        zones.keep(tx, after)
    elif shifted:
        zones.changed(tx, before, dataclasses.replace(after, held=held), now=now, by=by)
    return troubles


def _held(due: Due, held: Held | None) -> Due:
    """The earlier end while the computed one is still that in whose place it counts."""
    if held is None or due.at != held.computed:
        return due
    because = Message(
        f"local time is defined anew; until somebody has looked the end of before counts, not "
        f"{stamp(held.computed).en} ('fahndung ledger accept-zone')",
        f"Die Ortszeit ist neu festgelegt; bis jemand hingesehen hat, gilt das frühere Ende, nicht "
        f"{stamp(held.computed).de} („fahndung ledger accept-zone“)",
    )
    return dataclasses.replace(due, at=held.at, because=because)


def known_due(tx: Tx, row: Publication) -> Due | None:
    """When a publication must be gone; None where the ledger's facts or signatures are spoiled."""
    try:
        return due_of(tx, appeals.get(tx, row.appeal, row.revision), row.medium, row.approved_until)
    except Exception:  # noqa: BLE001 RUF100  # whatever one row holds, the takedown of the others goes on
        return None


def is_over(row: Publication, now: dt.datetime) -> bool:
    """Whether a publication must not be online any more: half-open, ``now >= end`` is over."""
    return row.want is publications.Want.DOWN or (row.due_at is not None and now >= row.due_at)
