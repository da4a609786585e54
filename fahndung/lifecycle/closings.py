"""Which closing notice an end calls for, of a message that was sent or a post that can be changed. Sends nothing."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from fahndung.errors import Message
from fahndung.ledger import appeals, endings, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends
from fahndung.model.closing import ENDED_ORDER, ENDED_PREVENTIVE, ERROR, HERE, REACHED, EndReason, closing_kind
from fahndung.model.publication import CLOSING, CLOSINGS, Posting, left_out

_CASES = {
    REACHED: Message("found or cleared up", "gefunden, ermittelt oder aufgeklärt"),
    ENDED_ORDER: Message("the order holds no longer", "die Anordnung gilt nicht mehr"),
    ENDED_PREVENTIVE: Message("the police take it back", "die Polizei nimmt sie zurück"),
    ERROR: Message("it was an error", "sie war ein Irrtum"),
    HERE: Message("it ends here only, and goes on elsewhere", "sie endet nur hier und läuft anderswo weiter"),
}
_GOES_ON = Message(
    "it goes on in another version: its address alone", "sie geht in anderer Fassung weiter: nur Adresse"
)


def case_of(kind: str) -> Message:
    """In which case a notice of that kind takes the place of a post, for whoever approves it."""
    found = _CASES.get(kind.removesuffix("-part"), _GOES_ON)
    if not kind.endswith("-part"):
        return found
    return Message(f"for one of several persons: {found.en}", f"für eine von mehreren Personen: {found.de}")


def concerning(row: Publication, wishes: Iterable[Ending]) -> list[Ending]:
    """The ends that a copy has to do with, oldest first."""
    return [
        wish
        for wish in wishes
        if wish.medium in (None, row.medium)
        and wish.channel in (None, row.channel)
        and wish.revision >= row.revision
        and (wish.person is None or wish.person != left_out(row.target))
    ]


def told_of(tx: Tx, row: Publication, found: Sequence[Ending], now: dt.datetime) -> str:
    """The kind of notice that whoever got a copy is told; there is at least one end that concerns it.

    Where the appeal goes on elsewhere, a notice that it is over or was an error would be untrue.
    """
    here = is_here_only(found) and stands_elsewhere(tx, row.appeal, row.channel, now)
    return HERE if here else kind_of(tx, row, found)


def kind_of(tx: Tx, row: Publication, found: Sequence[Ending]) -> str:
    """The kind of notice (``model.closing``) that the ends which concern a copy call for; there is at least one.

    An error weighs more than the end that came before it, the end of the whole more than that of a part.
    """
    whole = [one for one in found if one.person is None]
    latest = found[-1] if found[-1].reason is EndReason.ERROR or not whole else whole[-1]
    part = not whole and _goes_on(publications.rows(tx, row.appeal))
    return closing_kind(latest.reason, appeals.get(tx, row.appeal).criminal, part=part)


def due(tx: Tx, row: Publication, now: dt.datetime) -> str | None:
    """The kind of notice that has to stand in the place of a post; None: it comes down, and its appeal goes on.

    Where a clock has ended it and nobody has recorded that yet, the clock says why.
    """
    if row.tells_end and not ends.is_over(row, now):
        return None
    found = concerning(row, endings.endings(tx, row.appeal))
    if found:
        return told_of(tx, row, found, now)
    if row.superseded or row.due_at is None or now < row.due_at:
        return None
    known = ends.known_due(tx, row)
    reason = EndReason.EXPIRED if known is None else known.reason
    return closing_kind(reason, appeals.get(tx, row.appeal).criminal)


def noticed(tx: Tx, row: Publication, posting: Posting, now: dt.datetime) -> Posting:
    """A posting with the kind of notice that is due, on a channel that can put one in the place of a post.

    Such a channel can put a correction there as well: what a later revision has of it goes along.
    """
    if CLOSINGS not in posting.withdrawal:
        return posting
    posting = dataclasses.replace(posting, yielded=publications.yielded(tx, row))
    kind = due(tx, row, now)
    return posting if kind is None else dataclasses.replace(posting, withdrawal={**posting.withdrawal, CLOSING: kind})


def is_here_only(found: Iterable[Ending]) -> bool:
    """Whether every one of these ends is that of a medium or of a channel."""
    return all(one.person is None and (one.medium, one.channel) != (None, None) for one in found)


def stands_elsewhere(tx: Tx, appeal: str, channel: str | None, now: dt.datetime) -> bool:
    """Whether the appeal is, or may be, up on another channel and may stay there."""
    return any(
        row.channel != channel and row.may_stand and not row.tells_end and not ends.is_over(row, now)
        for row in publications.rows(tx, appeal)
    )


def _goes_on(rows: Iterable[Publication]) -> bool:
    """Whether a variant without somebody is up, or about to be."""
    return any(
        left_out(row.target) is not None and row.want is publications.Want.UP and not row.is_down for row in rows
    )
