"""Who got what of an appeal, and whether the end was told there (R35, R39): publications ever called, and paper.

Tells nobody, and knows no channel: the caller says which kinds tell the end themselves.

Source: § 75 Abs. 3 with § 58 Abs. 5 BDSG; § 31 Abs. 3 with § 14 Abs. 5 SächsDSUG; § 82 Abs. 1 SächsPVDG,
read 2026-11-26.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import byhand, publications, recipients
from fahndung.ledger.byhand import Item, Kind
from fahndung.ledger.columns import WHOLE, from_micros
from fahndung.ledger.publications import Publication
from fahndung.ledger.tables import operation
from fahndung.ledger.transaction import Tx
from fahndung.model.ids import AppealId, ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import State
from fahndung.model.release import Digest


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who got a copy.

    Attributes:
        revision: what it got; None for paper, which says only its appeal.
        name: as an officer would name it.
        publication, item: the row or the by-hand item that this comes from; exactly one is set.
        sent_at: when it was published, or first about to be; for paper, when it was printed.
        over: whether the copy is wanted gone, or is gone: the end has to be told there.
        tells: whether a copy that is gone tells the end by itself, or leaves nobody to be told.
        told_at: when the end was read back there, or a person said that it was told or removed.
        asked: whether an open by-hand item asks a person to tell it.
    """

    appeal: AppealId
    revision: int | None = None
    name: Message
    channel: ChannelName | None
    medium: Medium | None
    target: str = ""
    url: str | None = None
    digest: Digest | None = None
    publication: int | None = None
    item: int | None = None
    sent_at: dt.datetime
    over: bool
    tells: bool = False
    told_at: dt.datetime | None = None
    asked: bool = False


def receivers(
    tx: Tx, appeal: str, *, telling: Collection[str], silent: Collection[Medium] = ()
) -> tuple[Receiver, ...]:
    """Everybody who got something of an appeal, publications first.

    A channel that refused for good has nothing of it (``rejected``) and is none. Recipients are told by a message that
    was taken (``withdrawn_at``), the last one for all they got before; whoever follows an account by the post that
    tells the end there, which is no copy.

    Args:
        telling: the kinds of channel on which a withdrawal that was read back tells the end.
        silent: the media on which nobody is left who could be told once a copy was read back as gone.
    """
    items = byhand.all(tx, appeal)
    every = publications.rows(tx, appeal)
    rows = [row for row in every if row.op_at is not None and row.state is not State.REJECTED]
    posted = {row.channel: row.published_at for row in rows if row.tells_end and row.published_at}
    rows = [row for row in rows if not row.tells_end]
    wrote = {(row.channel, row.target): row.withdrawn_at for row in rows if recipients.is_target(row.target)}
    asked = {item.publication for item in items if item.kind is Kind.TELL and item.closed_at is None}
    sent = [
        _published(
            tx,
            row,
            _said(row, rows, items) or wrote.get((row.channel, row.target)) or posted.get(row.channel),
            tells=row.id not in asked and (row.kind in telling or row.medium in silent),
            asked=row.id in asked,
        )
        for row in rows
    ]
    paper = [_paper(item) for item in items if item.kind is Kind.PAPER]
    return (*sent, *paper)


def _said(row: Publication, rows: list[Publication], items: tuple[Item, ...]) -> dt.datetime | None:
    """When a person said that the end was told there. Who was told of a later revision was told of this one."""
    same = {
        later.id for later in rows if later.id >= row.id and (later.channel, later.target) == (row.channel, row.target)
    }
    said = (item.closed_at for item in items if item.kind is Kind.TELL and item.publication in same)
    return min((at for at in said if at is not None), default=None)


def _published(tx: Tx, row: Publication, said: dt.datetime | None, *, tells: bool, asked: bool) -> Receiver:
    assert row.op_at is not None  # only such rows are asked for
    return Receiver(
        appeal=row.appeal,
        revision=row.revision,
        name=recipients.told(tx, f"{row.channel} ({row.target})" if row.target else row.channel),
        channel=row.channel,
        medium=row.medium,
        target=row.target,
        url=row.url,
        digest=row.digest,
        publication=row.id,
        sent_at=row.published_at or _first_call(tx, row) or row.op_at,
        over=row.is_down or row.want is publications.Want.DOWN,
        tells=tells,
        told_at=said or _told(row, tells),
        asked=asked,
    )


def _first_call(tx: Tx, row: Publication) -> dt.datetime | None:
    """When a channel was first about to be called; unconverted, because a spoiled trace must not hide a receiver."""
    first = sa.func.min(sa.type_coerce(operation.c.started_at, WHOLE))
    calls = sa.select(first).where(operation.c.publication == row.id, operation.c.kind == "publish")
    try:
        return from_micros(tx.connection.execute(calls).scalar_one())
    except (TypeError, ValueError):
        return None


def _told(row: Publication, tells: bool) -> dt.datetime | None:
    if row.state is State.CLOSED and row.closed_by is not None:
        return row.closed_at
    return row.gone_at if tells and row.state in {State.WITHDRAWN, State.CLOSED} else None


def _paper(item: Item) -> Receiver:
    """Paper hangs until somebody takes it off, which tells the end to whoever passes by."""
    return Receiver(
        appeal=item.appeal,
        name=item.title,
        channel=None,
        medium=Medium.POSTER,
        item=item.id,
        sent_at=item.opened_at,
        over=item.closed_at is not None,
        told_at=item.closed_at,
    )
