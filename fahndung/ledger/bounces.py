"""Messages to recipients that came back: noted beside the publication, whose state stays what it is. Undoes nothing.

Anybody can write a mail that says so. It takes nothing back, and keeps no closing notice from anybody.
"""

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa

from fahndung.ledger import endings, moves, publications, recipients
from fahndung.ledger.publications import Publication
from fahndung.ledger.tables import operation, publication
from fahndung.ledger.transaction import Tx

OUTCOME = "bounced"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One that came back.

    Attributes:
        publication: the row of the message. notice: the how manyth closing notice of it; None: the message itself.
        status: by RFC 3463; may be empty. reply: the SMTP code, if one was told.
    """

    publication: int
    notice: int | None
    status: str
    reply: int | None
    at: dt.datetime


def addressed_to(tx: Tx, marker: str, *, notice: int | None) -> Publication | None:
    """The row of the message with that marker; None: no such message was sent from here, or no such notice.

    Raises:
        Unreadable: its row is damaged.
    """
    found = tx.connection.execute(sa.select(publication.c.id).where(publication.c.marker == marker)).scalar()
    row = None if found is None else publications.get(tx, found)
    if row is None or not recipients.is_target(row.target) or row.op_at is None:
        return None
    return row if notice is None or notice <= len(endings.endings(tx, row.appeal)) else None


def note(
    tx: Tx, row: Publication, *, notice: int | None, status: str, reply: int | None, now: dt.datetime, by: str
) -> bool:
    """Notes that a message, or a closing notice of it, came back; False: that was known."""
    if any(one.notice == notice for one in of(tx, row.appeal, row.channel) if one.publication == row.id):
        return False
    said = {"notice": notice, "status": status, "reply": reply}
    moves.note_look(tx, row, OUTCOME, now, said)
    moves.log(tx, row, OUTCOME, now=now, by=by, data=said)
    return True


def of(tx: Tx, appeal: str, channel: str) -> tuple[Returned, ...]:
    """Everything that came back of an appeal on a channel, oldest first."""
    o, p = operation.c, publication.c
    found = sa.select(o.publication, o.started_at, o.evidence).join(publication, p.id == o.publication)
    found = found.where(p.appeal == appeal, p.channel == channel, o.outcome == OUTCOME).order_by(o.id)
    return tuple(_returned(row) for row in tx.connection.execute(found))


def _returned(row: Any) -> Returned:
    """That it came back is told in any case; what cannot be read of it is not."""
    notice, status, reply = ((row.evidence or {}).get(name) for name in ("notice", "status", "reply"))
    return Returned(
        publication=row.publication,
        at=row.started_at,
        notice=notice if isinstance(notice, int) else None,
        status=status if isinstance(status, str) else "",
        reply=reply if isinstance(reply, int) else None,
    )
