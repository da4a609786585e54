"""What the law asks after the end: editions that judged, breaches, erased bodies of events, kinds of by-hand items.

A migration is never changed after it has been released, so it repeats the tables instead of importing them. Columns are
added in place; only ``event`` is written anew, because each row gets the hash of its body.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 1000
EVENT_NO_UPDATE = (
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
    "WHEN NOT (NEW.seq IS OLD.seq AND NEW.appeal IS OLD.appeal AND NEW.hash IS OLD.hash AND "
    "NEW.body_hash IS OLD.body_hash AND length(OLD.body) > 0 AND length(NEW.body) = 0) "
    "BEGIN SELECT RAISE(ABORT, 'event rows are never changed'); END"
)
EVENT_NO_DELETE = (
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
    "BEGIN SELECT RAISE(ABORT, 'event rows are never deleted'); END"
)
BREACH_NO_DELETE = (
    "CREATE TRIGGER breach_no_delete BEFORE DELETE ON breach "
    "BEGIN SELECT RAISE(ABORT, 'breach rows are never deleted'); END"
)


def upgrade() -> None:
    """Add the columns and the table of breaches, and write the audit log anew with the hash of each body."""
    for name in ("norms", "rules"):
        op.add_column("publication", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("submission", sa.Column("restricted_at", WHOLE, nullable=True))
    op.add_column("release", sa.Column("erased_at", WHOLE, nullable=True))
    known = sa.CheckConstraint(
        "kind IN ('copy', 'tell', 'breach-notice', 'breach-persons')", name=op.f("by_hand_kind_known")
    )
    op.add_column("by_hand", sa.Column("kind", sa.Text(), known, server_default="copy", nullable=False))
    _breaches()
    _events()


def _breaches() -> None:
    op.create_table(
        "breach",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("known_at", WHOLE, nullable=False),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("item", WHOLE, nullable=False),
        sa.Column("reported_at", WHOLE, nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(reported_at IS NULL) = (reported_by IS NULL) AND (reported_at IS NULL) = (note IS NULL)",
            name=op.f("breach_reported_by_a_person"),
        ),
        sa.CheckConstraint("due_at >= known_at", name=op.f("breach_due_after_known")),
        sa.ForeignKeyConstraint(
            ["appeal", "revision"], ["submission.appeal", "submission.revision"], name=op.f("breach_appeal_revision_fk")
        ),
        sa.ForeignKeyConstraint(["item"], ["by_hand.id"], name=op.f("breach_item_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("breach_pk")),
        sa.UniqueConstraint("item", name=op.f("breach_item_once")),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(BREACH_NO_DELETE)


def _events() -> None:
    """The old rows stay byte for byte; SHA-256 of the body is what the chain was made of from the first day."""
    connection = op.get_bind()
    guarded = connection.dialect.name == "sqlite"
    if guarded:
        op.execute("DROP TRIGGER event_no_update")
        op.execute("DROP TRIGGER event_no_delete")
    op.drop_index("event_appeal", table_name="event")
    op.rename_table("event", "event_before")
    made = op.create_table(
        "event",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(body) > 0 OR appeal IS NOT NULL", name=op.f("event_only_a_case_is_erased")),
        sa.CheckConstraint("length(body_hash) = 32", name=op.f("event_body_hash_has_32_bytes")),
        sa.CheckConstraint("length(hash) = 32", name=op.f("event_hash_has_32_bytes")),
        sa.CheckConstraint("seq >= 1", name=op.f("event_seq_from_1")),
        sa.PrimaryKeyConstraint("seq", name=op.f("event_pk")),
        sqlite_strict=True,
    )
    found = connection.execute(sa.text("SELECT seq, appeal, body, hash FROM event_before ORDER BY seq"))
    for rows in found.mappings().partitions(AT_ONCE):
        connection.execute(
            sa.insert(made), [{**row, "body_hash": hashlib.sha256(row["body"]).digest()} for row in rows]
        )
    op.drop_table("event_before")
    op.create_index("event_appeal", "event", ["appeal"], unique=False)
    if guarded:
        op.execute(EVENT_NO_UPDATE)
        op.execute(EVENT_NO_DELETE)
