"""What a publication waits for before it goes out, and since when it counts as being there; from the tables alone.

Decides nothing: the pace is kept in ``lifecycle.pacing``, the end is computed in ``lifecycle.ends``.
"""

import datetime as dt

import sqlalchemy as sa

from fahndung.ledger.columns import Instant
from fahndung.ledger.operations import last_look
from fahndung.ledger.publication import Publication, Want
from fahndung.ledger.rows import rows
from fahndung.ledger.tables import operation, publication
from fahndung.ledger.transaction import Tx
from fahndung.model.mandate import Medium
from fahndung.model.publication import State, is_adopted, left_out

_WITHOUT_EFFECT = ("unsent", "rejected", "absent")
_FIRST = sa.func.min(operation.c.started_at, type_=Instant())
_MAY_BE_THERE = (operation.c.kind == "publish") & (
    operation.c.outcome.is_(None) | operation.c.outcome.not_in(_WITHOUT_EFFECT)
)


def first_sent(tx: Tx, publication_id: int) -> dt.datetime | None:
    """When the first call was about to be made that may have put it there; None: there was no such call."""
    found = sa.select(_FIRST).where(_MAY_BE_THERE, operation.c.publication == publication_id)
    first: dt.datetime | None = tx.connection.execute(found).scalar()
    return first


def stays_until(tx: Tx, row: Publication) -> dt.datetime | None:
    """When its time on its account is over; None: it has not begun, or has no limit.

    It is counted from ``first_sent``, and of what somebody made by hand from when it was made.
    """
    if row.ttl_s is None:
        return None
    first = row.published_at if is_adopted(row.target) else first_sent(tx, row.id)
    return None if first is None else first + dt.timedelta(seconds=row.ttl_s)


def first_posts(tx: Tx, channel: str, since: dt.datetime) -> tuple[dt.datetime, ...]:
    """When each appeal first went to a channel, of those that did so after an instant; the oldest first."""
    c = publication.c
    there = c.channel == channel
    lately = sa.select(c.appeal).where(there, c.op_at > since)
    found = (
        sa.select(_FIRST.label("at"))
        .join(publication, c.id == operation.c.publication)
        .where(there, _MAY_BE_THERE, c.appeal.in_(lately))
        .group_by(c.appeal)
    )
    return tuple(sorted(row.at for row in tx.connection.execute(found) if row.at > since))


def first_posts_under_way(tx: Tx, row: Publication) -> int:
    """How many other appeals a worker has claimed for its channel to which they never went; no call was made yet."""
    c = publication.c
    there = c.channel == row.channel
    known = sa.select(c.appeal).where(there, c.op_at.is_not(None))
    claimed = there & c.lease_by.is_not(None) & (c.state == State.PLANNED.value) & (c.appeal != row.appeal)
    found = sa.select(sa.func.count(c.appeal.distinct())).where(claimed, c.appeal.not_in(known))
    return int(tx.connection.execute(found).scalar_one())


def pages(tx: Tx, row: Publication) -> tuple[Publication, ...]:
    """The pages of its release that it may link to; none for a page itself, for what a person leaves out, and for
    what tells its end.

    Where our own website shows it that is the page; else whatever else counts as a website.
    """
    if row.medium is Medium.WEBSITE or not _is_whole(row):
        return ()
    found = rows(tx, row.appeal, digest=row.digest, medium=Medium.WEBSITE)
    there = tuple(one for one in found if _is_whole(one))
    own = tuple(one for one in there if any(reference.kind == "page" for reference in one.references))
    return own or there


def is_read_back(tx: Tx, row: Publication) -> bool:
    """Whether it is online as far as the last look goes."""
    return row.state is State.LIVE and row.want is Want.UP and last_look(tx, row.id) == "live"


def wake_behind(tx: Tx, page: Publication, *, now: dt.datetime) -> None:
    """It was read back, or never will be: whatever waited for it is due, but nothing before its own time."""
    c = publication.c
    _wake(tx, (c.appeal == page.appeal) & (c.digest == page.digest), now)


def wake_account(tx: Tx, channel: str, *, now: dt.datetime) -> None:
    """What the account may take has changed: whatever waits there is due, but nothing before its own time."""
    _wake(tx, publication.c.channel == channel, now)


def _wake(tx: Tx, which: sa.ColumnElement[bool], now: dt.datetime) -> None:
    c = publication.c
    at = sa.literal(now, Instant())
    opens = sa.case((c.opens_at > at, c.opens_at), else_=at)
    waiting = which & (c.state == State.PLANNED.value)
    waiting &= (c.want == Want.UP.value) & (c.medium != Medium.WEBSITE.value) & (c.next_at > opens)
    tx.connection.execute(sa.update(publication).where(waiting).values(next_at=opens))


def _is_whole(row: Publication) -> bool:
    return left_out(row.target) is None and not is_adopted(row.target) and not row.tells_end
