"""Ends that come near: at half time, 24 hours and 6 hours before (R07). Reads only; tells nobody itself."""

import datetime as dt

from fahndung.errors import Message
from fahndung.law.periods import stamp
from fahndung.ledger import publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import State

NEAR = (dt.timedelta(hours=6), dt.timedelta(hours=24))


def near(tx: Tx, *, now: dt.datetime) -> list[Message]:
    """One message for each live publication whose end is near or whose half time has passed."""
    found = []
    for row in publications.open_rows(tx):
        if row.state is State.LIVE and row.due_at is not None and now < row.due_at and (why := _why(row, now)):
            found.append(
                Message(
                    f"{row.appeal} on {row.channel} ends on {stamp(row.due_at).en} ({why.en})",
                    f"{row.appeal} auf {row.channel} endet am {stamp(row.due_at).de} ({why.de})",
                )
            )
    return found


def _why(row: Publication, now: dt.datetime) -> Message | None:
    assert row.due_at is not None
    left = row.due_at - now
    for span in NEAR:
        if left <= span:
            hours = int(span.total_seconds() // 3600)
            return Message(f"less than {hours} hours", f"weniger als {hours} Stunden")
    start = row.published_at
    if start is not None and left <= (row.due_at - start) / 2:
        return Message("half time has passed", "die halbe Zeit ist um")
    return None
