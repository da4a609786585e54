"""Publications by what has to be known of them: open, replaced, late, altered, down of late. Changes nothing."""

import datetime as dt

import sqlalchemy as sa

from fahndung.ledger.operations import last_looks, posting_of
from fahndung.ledger.publication import DOWN, Publication, Want
from fahndung.ledger.rows import select
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx
from fahndung.model.ids import PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import ADOPTED_TARGET, CLOSING_TARGET, Reference, State, place_of, without

OPEN = publication.c.next_at.is_not(None) & (publication.c.state != State.WITHDRAWN.value)
"""Something may be online, or will be."""

TELLS_END = publication.c.target.startswith(CLOSING_TARGET)
"""It is a post that tells the end of an appeal, and shows none."""


def replaced_by(tx: Tx, row: Publication) -> tuple[int, ...]:
    """The ids of what a publication replaces: earlier copies in the same place that nobody has superseded yet."""
    c = publication.c
    earlier = sa.select(c.id).where(_in_place_of(row), c.id < row.id, c.superseded == 0)
    return tuple(tx.connection.execute(earlier.order_by(c.id)).scalars())


def yielded(tx: Tx, row: Publication) -> tuple[Reference, ...]:
    """Which references of a publication a later copy in its place has taken over, or may have.

    Of one that is superseded they are the later one's for good; else as long as that may stand. On an account that was
    pointed elsewhere meanwhile the same number is another message.
    """
    later = select(tx, _in_place_of(row), publication.c.id > row.id)
    holders = [one for one in later if one.endpoint == row.endpoint and (row.superseded or one.may_stand)]
    held = {(one.kind, one.id) for holder in holders for one in posting_of(tx, holder).references}
    return tuple(one for one in posting_of(tx, row).references if (one.kind, one.id) in held)


def is_replaced(tx: Tx, row: Publication) -> bool:
    """Whether another copy, which is not down, has its place."""
    c = publication.c
    other = sa.select(c.id).where(_in_place_of(row), c.id != row.id, c.state.not_in([state.value for state in DOWN]))
    return tx.connection.execute(other.limit(1)).first() is not None


def may_be_planned_again(tx: Tx, row: Publication) -> bool:
    """Whether the same release may go to the same place after all: it was given up, and no later copy was planned."""
    later = sa.select(publication.c.id).where(_in_place_of(row), publication.c.id > row.id)
    return row.given_up and tx.connection.execute(later.limit(1)).first() is None


def _in_place_of(row: Publication) -> sa.ColumnElement[bool]:
    """Which copies of its appeal have or had its place on its channel; it is one of them."""
    c = publication.c
    whole = c.target == place_of(row.target)
    place = whole if place_of(row.target) else whole | c.target.startswith(without(PersonId("")))
    return (c.appeal == row.appeal) & (c.channel == row.channel) & place


def open_rows(tx: Tx) -> tuple[Publication, ...]:
    """All publications that are, may be or will be online, oldest first; ``damaged`` ones are not among them."""
    return select(tx, OPEN)


def to_be_told(tx: Tx) -> tuple[Publication, ...]:
    """Pages that search engines may list and that are up, and all pages that were read back as gone of late."""
    listed = sa.type_coerce(publication.c.withdrawal, sa.Text).contains('"indexed":true')
    up = sa.and_(publication.c.state == State.LIVE.value, listed)
    own = sa.and_(publication.c.medium == Medium.WEBSITE.value, publication.c.superseded == 0)
    return select(tx, publication.c.next_at.is_not(None), own, sa.or_(up, publication.c.state == State.WITHDRAWN.value))


def open_notices(tx: Tx) -> tuple[Publication, ...]:
    """The posts that tell an end and are, may be or will be online, oldest first; without ``damaged`` ones."""
    return select(tx, OPEN, TELLS_END)


def handmade(tx: Tx, row: Publication) -> tuple[Publication, ...]:
    """What people posted by hand for other releases of an appeal on the channel of a publication, oldest first."""
    c = publication.c
    others = (c.appeal == row.appeal) & (c.channel == row.channel) & (c.digest != row.digest)
    return select(tx, others, c.target.startswith(ADOPTED_TARGET))


def late(tx: Tx, opened_before: dt.datetime) -> tuple[Publication, ...]:
    """What was to go out at an instant before that one and has not, oldest first; ``damaged`` ones are not among it."""
    c = publication.c
    return select(tx, OPEN, c.state == State.PLANNED.value, c.want == Want.UP.value, c.opens_at <= opened_before)


def left(tx: Tx, due_before: dt.datetime) -> tuple[Publication, ...]:
    """What was to go out at once, was due before that instant and was never begun; but for posts that tell an end.

    Oldest first; ``damaged`` ones are not among it.
    """
    c = publication.c
    planned = (c.state == State.PLANNED.value) & (c.want == Want.UP.value) & ~TELLS_END
    return select(tx, OPEN, planned, c.opens_at.is_(None), c.next_at <= due_before)


def altered(tx: Tx, *, looks: int = 1) -> tuple[Publication, ...]:
    """What is to be online and the last ``looks`` looks found otherwise than approved; without ``damaged`` ones."""
    c = publication.c
    up = select(tx, OPEN, c.state == State.LIVE.value, c.want == Want.UP.value, c.problem.is_not(None))
    return tuple(row for row in up if last_looks(tx, row.id, looks) == ["altered"] * looks)


def lately_down(tx: Tx, channel: str) -> tuple[Publication, ...]:
    """What was read back as gone on a channel and is still looked at, oldest first; without ``damaged`` ones."""
    c = publication.c
    return select(tx, c.channel == channel, c.state == State.WITHDRAWN.value, c.next_at.is_not(None))
