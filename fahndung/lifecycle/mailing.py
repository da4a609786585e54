"""One message to each recipient: who gets it, what they got before, which closing notice is owed. Sends nothing.

Recipients are chosen when a release is published, and asked for again at the instant of sending: whoever has opted out
meanwhile gets nothing. A closing notice goes to whoever got a message, whatever the list says by then.
"""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence

from fahndung import routing
from fahndung.channels.base import Addressed
from fahndung.channels.kinds import ADDRESSED
from fahndung.errors import Message, NotPublishable
from fahndung.home import Home
from fahndung.ledger import endings, publications, recipients
from fahndung.ledger.appeals import StoredRelease
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import closings, ends
from fahndung.lifecycle.ends import is_over
from fahndung.model.appeal import Appeal
from fahndung.model.closing import EndReason
from fahndung.model.mail import Recipient
from fahndung.model.publication import Draft, State, left_out

QUIET = dt.timedelta(days=30)
"""How often a row is touched of which nobody can look at the copy: only its end, or a person, changes anything."""
AFTER_REFUSAL = dt.timedelta(minutes=1)
"""How long a mail server is left alone that refused the login."""
_NEVER_SENT = frozenset({State.PLANNED, State.CANCELLED, State.REJECTED})
_UNTRIED = frozenset({State.LIVE, State.PUBLISHING})
_COMING = frozenset({State.PLANNED, State.PUBLISHING})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The closing notice that a recipient has to get now: a file of the release, and the how manyth end it tells."""

    file: str
    number: int


def is_addressed(row: Publication) -> bool:
    """Whether it is a message to a recipient."""
    return row.kind in ADDRESSED


def chosen(channel: Addressed, appeal: Appeal) -> tuple[Recipient, ...]:
    """Who gets it now.

    Raises:
        InvalidConfig: the list is wrong. NotPublishable: nobody is left on it.
    """
    found = channel.recipients(routing.regions(appeal))
    if not found:
        raise NotPublishable(
            f"the list of the channel {channel.name} names nobody for this appeal's region",
            f"Die Liste des Kanals {channel.name} nennt niemanden für das Gebiet dieser Fahndung",
        )
    return found


def before(rows: Iterable[Publication], target: str, *, digest: str) -> tuple[str, ...]:
    """The markers of what a recipient got of other releases of the same appeal, oldest first."""
    return tuple(
        row.marker
        for row in rows
        if row.target == target and row.digest != digest and (_was_sent(row) or row.published_at)
    )


def _was_sent(row: Publication) -> bool:
    return row.state not in _NEVER_SENT and not row.is_unsent


def again(tx: Tx, channel: Addressed, draft: Draft, row: Publication, appeal: Appeal) -> Draft:
    """The draft of a row that was planned, if its recipient is still to get it.

    Raises:
        NotPublishable: they have opted out, or the list does not name them any more. InvalidConfig: the list is wrong.
    """
    address = recipients.address_of(tx, row.target)
    to = next((one for one in channel.recipients(routing.regions(appeal)) if one.address == address), None)
    if to is None:
        raise NotPublishable(
            "the list of recipients does not name them any more, or they have opted out",
            "Die Empfängerliste nennt diesen Empfänger nicht mehr, oder er wünscht keine Nachrichten",
        )
    others = publications.rows(tx, row.appeal, channel=row.channel, target=row.target)
    thread = before((one for one in others if one.id < row.id), row.target, digest=row.digest)
    return channel.addressed(draft, to, target=row.target, at=row.planned_at, thread=thread)


def is_told(row: Publication) -> bool:
    """Whether nothing is left to do for it but to note that the copy was deleted: its recipient knows that it is over.

    By a closing notice, or because a correction took its place.
    """
    return is_addressed(row) and row.state is State.BY_HAND and (row.withdrawn_at is not None or row.superseded)


def owed(tx: Tx, row: Publication, now: dt.datetime) -> Notice | None:
    """The closing notice that is due to a recipient; None: there is none, or they know already.

    One is owed for the end; before it one for each end of a part; after it only one more, if it was an error (R41).
    """
    concerning = closings.concerning(row, endings.endings(tx, row.appeal))
    if not concerning or row.superseded or not is_over(row, now):
        return None
    if row.state is State.BY_HAND and not _is_news(row, concerning):
        return None
    kind = closings.told_of(tx, row, concerning, now)
    return Notice(file=f"texts/closing-{kind}.txt", number=len(concerning))


def _is_news(row: Publication, concerning: Sequence[Ending]) -> bool:
    """Whether an end came after the call that told the last one."""
    told = [one for one in concerning if row.op_at is not None and one.at <= row.op_at]
    later = concerning[len(told) :]
    if any(one.person is None for one in told):
        known = any(one.reason is EndReason.ERROR for one in told)
        return not known and any(one.reason is EndReason.ERROR for one in later)
    return bool(later)


def end_by_clock(tx: Tx, row: Publication, *, now: dt.datetime, by: str) -> None:
    """Records that its medium has ended where a clock says so and nobody has: what is told has to be on record."""
    if row.due_at is None or now < row.due_at or closings.concerning(row, endings.endings(tx, row.appeal)):
        return
    due = ends.known_due(tx, row)
    reason = EndReason.EXPIRED if due is None else due.reason
    own = Ending(appeal=row.appeal, reason=reason, by=by, at=now, medium=row.medium, revision=row.revision)
    endings.end(tx, own)


def waits_for(tx: Tx, row: Publication, now: dt.datetime) -> Message | None:
    """Why no closing notice may go out yet: the takedown of another copy was not even tried, or a variant is to come.

    A takedown that failed is no reason to keep the press in the dark, and is an alarm of its own.
    """
    for other in publications.rows(tx, row.appeal):
        first = other.state is State.WITHDRAWING and other.attempts <= 1 and other.problem is None
        over = is_over(other, now) and (other.state in _UNTRIED or first)
        coming = left_out(other.target) is not None and not is_over(other, now) and other.state in _COMING
        if not is_addressed(other) and (over or coming):
            return Message(f"{other.channel} comes first", f"zuerst ist {other.channel} an der Reihe")
    return None


def approved(home: Home, stored: StoredRelease, name: str) -> bytes:
    """One file of a release, held byte for byte against what was approved.

    Raises:
        NotPublishable: the file is missing or was changed.
    """
    manifest = json.loads(stored.manifest)
    entry = next((one for one in manifest.get("outputs", ()) if one["name"] == name), None)
    try:
        data = (home.release_folder(stored.digest) / name).read_bytes()
    except OSError:
        data = b""
    if entry is None or hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise NotPublishable(
            f"{name} of the release is missing or was changed", f"{name} der Veröffentlichung fehlt oder ist verändert"
        )
    return data
