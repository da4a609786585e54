"""Finding the events of no appeal that tell of one kind of action, without reading the others. Parses nothing."""

import sqlalchemy as sa

from fahndung.ledger.tables import event
from fahndung.ledger.transaction import Tx


def told(tx: Tx, beginning: str) -> tuple[tuple[int, bytes], ...]:
    """Number and body of each event of no appeal whose action begins so, oldest first.

    A body begins with its action, because that is how canonical JSON orders the members of an event. One that is
    written otherwise tells of nothing here; its hash is verified all the same.
    """
    prefix = f'{{"action":"{beginning}'.encode()
    begins = sa.func.substr(event.c.body, 1, len(prefix)) == sa.literal(prefix, sa.LargeBinary)
    found = sa.select(event.c.seq, event.c.body).where(event.c.appeal.is_(None), begins).order_by(event.c.seq)
    return tuple((row.seq, row.body) for row in tx.connection.execute(found))
