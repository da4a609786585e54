"""When a publication was first read back as gone is kept, whatever comes back later.

A migration is never changed after it has been released, so it repeats the tables instead of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the instant; of earlier rows nothing older is known than when they were last read back as gone."""
    op.add_column("publication", sa.Column("first_gone_at", WHOLE))
    of = sa.table("publication", *(sa.column(name) for name in ("gone_at", "first_gone_at")))
    op.execute(sa.update(of).values(first_gone_at=of.c.gone_at))
