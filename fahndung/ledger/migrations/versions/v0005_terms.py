"""What an account's terms say of one publication: when it may go out there, and how long it stays.

A migration is never changed after it has been released, so it repeats the tables instead of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns; what was published before goes out and stays as it did."""
    counted = sa.CheckConstraint("ttl_s > 0", name=op.f("publication_ttl_counted"))
    op.add_column("publication", sa.Column("opens_at", WHOLE, nullable=True))
    op.add_column("publication", sa.Column("ttl_s", WHOLE, counted, nullable=True))
