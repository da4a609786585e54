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
SQLITE_GUARDS = (
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
    "WHEN NOT (NEW.seq IS OLD.seq AND NEW.appeal IS OLD.appeal AND NEW.hash IS OLD.hash AND "
    "NEW.body_hash IS OLD.body_hash AND length(OLD.body) > 0 AND length(NEW.body) = 0) "
    "BEGIN SELECT RAISE(ABORT, 'event rows are never changed'); END",
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event "
    "BEGIN SELECT RAISE(ABORT, 'event rows are never deleted'); END",
    "CREATE TRIGGER breach_no_delete BEFORE DELETE ON breach "
    "BEGIN SELECT RAISE(ABORT, 'breach rows are never deleted'); END",
)
ERASING = (
    "IF NEW.seq IS NOT DISTINCT FROM OLD.seq AND NEW.appeal IS NOT DISTINCT FROM OLD.appeal AND "
    "NEW.hash IS NOT DISTINCT FROM OLD.hash AND NEW.body_hash IS NOT DISTINCT FROM OLD.body_hash AND "
    "length(OLD.body) > 0 AND length(NEW.body) = 0 THEN RETURN NEW; END IF; "
)
POSTGRES_GUARDS = (
    ("event", "UPDATE", "changed", ERASING, "ROW"),
    ("event", "DELETE", "deleted", "", "ROW"),
    ("breach", "DELETE", "deleted", "", "ROW"),
    ("event", "TRUNCATE", "deleted", "", "STATEMENT"),
    ("breach", "TRUNCATE", "deleted", "", "STATEMENT"),
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
    _guards()


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


def _events() -> None:
    """The old rows stay byte for byte; SHA-256 of the body is what the chain was made of from the first day."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_no_update")
        op.execute("DROP TRIGGER event_no_delete")
    op.drop_index("event_appeal", table_name="event")
    op.rename_table("event", "event_before")
    if connection.dialect.name == "postgresql":  # a key is an index there, and its name is taken
        op.execute("ALTER TABLE event_before RENAME CONSTRAINT event_pk TO event_before_pk")
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


def _guards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for sql in SQLITE_GUARDS:
            op.execute(sql)
        return
    for table, verb, done, unless, each in POSTGRES_GUARDS:
        name = f"{table}_no_{verb.lower()}"
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {unless}"
            f"RAISE EXCEPTION '{table} rows are never {done}' USING ERRCODE = 'integrity_constraint_violation'; END$$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()")
