"""That a publication was given up is a mark of its own, and no longer told by the sentence of its problem.

A migration is never changed after it has been released, so it repeats the tables instead of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SENTENCE = "nobody began to send it while 'publish' waited; it will not be sent. Publish again"


def upgrade() -> None:
    """Add the mark, and set it where that sentence stands."""
    marked = sa.CheckConstraint(
        "given_up = 0 OR (given_up = 1 AND state = 'cancelled')", name=op.f("publication_given_up_is_cancelled")
    )
    op.add_column("publication", sa.Column("given_up", WHOLE, marked, nullable=False, server_default="0"))
    of = sa.table("publication", *(sa.column(name) for name in ("state", "problem", "given_up")))
    said = (of.c.state == "cancelled") & of.c.problem.contains(SENTENCE, autoescape=True)
    op.execute(sa.update(of).where(said).values(given_up=1))
