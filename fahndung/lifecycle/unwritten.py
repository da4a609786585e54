"""Withdraws what is over although the ledger cannot be written; the next run records it (house rule 3)."""

import dataclasses
import datetime as dt

from fahndung import channels
from fahndung.errors import FahndungError, Message
from fahndung.ledger import publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import closings, settling, withdrawal
from fahndung.lifecycle.shift import Opening
from fahndung.lifecycle.takendown import Outcome
from fahndung.lifecycle.withdrawal import Pending, pending
from fahndung.model.plain import instant_text
from fahndung.model.publication import Gone, Look, Posting, State, Unknown, left_out


def without_writing(
    ledger: Ledger,
    why: Message,
    *,
    now: dt.datetime,
    appeal: str | None = None,
    wish: Ending | None = None,
    open: Opening = channels.from_ledger,
) -> Outcome:
    """Withdraws what is over although the ledger cannot be written; the next run records it (house rule 3).

    What was read back as gone is not online; but a wish that could not be written down has to be made again, so all
    that it concerns stays pending.
    """
    with ledger.read() as tx:
        rows = [
            (row, closings.noticed(tx, row, publications.posting_of(tx, row), now))
            for row in publications.open_rows(tx)
            if appeal in (None, row.appeal)
            and (withdrawal.is_due(row, now) or (wish is not None and _matches(row, wish)))
        ]
    told, unrecorded = [], []
    for row, posting in rows:
        seen = _withdrawn_unwritten(open, row, posting, now)
        if isinstance(seen, Gone) and wish is None:
            unrecorded.append(row)
            continue
        what = _GONE_UNWRITTEN if isinstance(seen, Gone) else settling.told(seen)
        told.append(pending(row, Message(f"{what.en}: {why.en}", f"{what.de}: {why.de}")))
    if not told and (not unrecorded or wish is not None):
        told.append(Pending(appeal=appeal or "", channel="", url=None, why=why))
    return Outcome(pending=tuple(told), unrecorded=tuple(unrecorded), unwished=wish is not None)


_GONE_UNWRITTEN = Message("withdrawn, but not recorded", "gelöscht, aber nicht vermerkt")


def _withdrawn_unwritten(open: Opening, row: Publication, posting: Posting, now: dt.datetime) -> Look:
    """What a visitor finds after it was asked to go; ``Unknown`` where that failed."""
    if row.state is State.PLANNED:
        return Gone(evidence={})  # nothing was ever sent
    try:
        channel = open(row.kind, row.endpoint)
        dated = dataclasses.replace(posting, withdrawal={**posting.withdrawal, "at": instant_text(now)})
        channel.withdraw(dated)
        return channel.look(dated)
    except FahndungError as error:
        return Unknown.of(error.message)
    except Exception as error:  # noqa: BLE001 RUF100  # one connector's bug must not keep the others online
        return Unknown(why=type(error).__name__)


def _matches(row: Publication, wish: Ending | None) -> bool:
    if wish is None:
        return False
    shown = wish.person is None or left_out(row.target) != wish.person
    return shown and wish.medium in (None, row.medium) and wish.channel in (None, row.channel)
