"""What servers answered to calls that ended in an error.

A migration is never changed after it has been released, so it repeats the tables instead of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; of earlier calls nothing was kept."""
    op.create_table(
        "answer",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("publication", WHOLE, nullable=False),
        sa.Column("operation", WHOLE, nullable=True),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("answer_pk")),
        sa.ForeignKeyConstraint(["publication"], ["publication.id"], name=op.f("answer_publication_fk")),
        sa.ForeignKeyConstraint(["operation"], ["operation.id"], name=op.f("answer_operation_fk")),
        sa.CheckConstraint("length(body) <= 2000", name=op.f("answer_body_is_short")),
        sqlite_strict=True,
    )
    op.create_index("answer_publication", "answer", ["publication"], unique=False)
