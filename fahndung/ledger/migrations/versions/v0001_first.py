"""The first schema.

A migration is never changed after it has been released, so it repeats the tables instead of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = (
    ("event", "UPDATE", "changed"),
    ("event", "DELETE", "deleted"),
    ("publication", "DELETE", "deleted"),
    ("remote_object", "DELETE", "deleted"),
    ("operation", "DELETE", "deleted"),
    ("submission", "DELETE", "deleted"),
    ("person", "DELETE", "deleted"),
)


def upgrade() -> None:
    """Make every table, index and guard."""
    _people()
    _cases()
    _publications()
    _traces()
    _log()
    for table, verb, done in GUARDS:
        _guard(table, verb, done)
        if verb == "DELETE" and op.get_bind().dialect.name == "postgresql":
            _guard(table, "TRUNCATE", done)


def _guard(table: str, verb: str, done: str) -> None:
    name = f"{table}_no_{verb.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never {done}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
        f"RAISE EXCEPTION '{table} rows are never {done}' USING ERRCODE = 'integrity_constraint_violation'; END$$"
    )
    each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()")


def _people() -> None:
    """Who may act."""
    op.create_table(
        "meta",
        sa.Column("k", sa.Text(), nullable=False),
        sa.Column("v", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("k", name=op.f("meta_pk")),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("added_at", WHOLE, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=True),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.CheckConstraint("length(public_key) = 32", name=op.f("person_key_has_32_bytes")),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pk")),
        sa.UniqueConstraint("key_id", name=op.f("person_key_id_once")),
        sa.UniqueConstraint("public_key", name=op.f("person_public_key_once")),
        sqlite_strict=True,
    )
    op.create_table(
        "person_role",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('drafter', 'image-verifier', 'approver', 'reviewer')", name=op.f("person_role_role_known")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("person_role_person_fk")),
        sa.PrimaryKeyConstraint("person", "role", name=op.f("person_role_pk")),
        sqlite_strict=True,
    )


def _cases() -> None:
    """What was handed in, signed, built and ended."""
    op.create_table(
        "submission",
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, autoincrement=False, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("criminal", WHOLE, nullable=False),
        sa.Column("record_sha256", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("clock_facts", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.CheckConstraint("criminal IN (0, 1)", name=op.f("submission_criminal_is_flag")),
        sa.CheckConstraint("length(record_sha256) = 64", name=op.f("submission_record_sha256_is_hex")),
        sa.CheckConstraint("revision >= 1", name=op.f("submission_revision_from_1")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("submission_prepared_by_fk")),
        sa.PrimaryKeyConstraint("appeal", "revision", name=op.f("submission_pk")),
        sqlite_strict=True,
    )
    op.create_table(
        "act",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "act IN ('submit', 'verify-image', 'approve', 'confirm', 'review')", name=op.f("act_act_known")
        ),
        sa.ForeignKeyConstraint(
            ["appeal", "revision"], ["submission.appeal", "submission.revision"], name=op.f("act_appeal_revision_fk")
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("act_person_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("act_pk")),
        sa.UniqueConstraint(
            "appeal", "revision", "act", "subject", "person", name=op.f("act_appeal_revision_act_subject_person_once")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "release",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("build", WHOLE, nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("release_digest_is_hex")),
        sa.ForeignKeyConstraint(
            ["appeal", "revision"],
            ["submission.appeal", "submission.revision"],
            name=op.f("release_appeal_revision_fk"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("release_pk")),
        sa.UniqueConstraint("build", name=op.f("release_build_once")),
        sa.UniqueConstraint("digest", name=op.f("release_digest_once")),
        sqlite_strict=True,
    )
    op.create_table(
        "ending",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('found', 'lapsed', 'revoked', 'review', 'consent', 'expired', 'error')",
            name=op.f("ending_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal", "revision"], ["submission.appeal", "submission.revision"], name=op.f("ending_appeal_revision_fk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ending_pk")),
        sqlite_strict=True,
    )


def _publications() -> None:
    """One row for each copy of a release."""
    op.create_table(
        "publication",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("generation", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("want", sa.Text(), nullable=False),
        sa.Column("due_at", WHOLE, nullable=True),
        sa.Column("due_because", sa.Text(), nullable=True),
        sa.Column("next_at", WHOLE, nullable=True),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("withdrawal", sa.Text(), nullable=False),
        sa.Column("draft_references", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("planned_at", WHOLE, nullable=False),
        sa.Column("op_at", WHOLE, nullable=True),
        sa.Column("published_at", WHOLE, nullable=True),
        sa.Column("withdrawn_at", WHOLE, nullable=True),
        sa.Column("gone_at", WHOLE, nullable=True),
        sa.Column("verified_at", WHOLE, nullable=True),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("superseded", WHOLE, nullable=False),
        sa.Column("approved_until", WHOLE, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'closed', 'cancelled', 'rejected')) = (next_at IS NULL)",
            name=op.f("publication_obligation_has_wakeup"),
        ),
        sa.CheckConstraint(
            "medium IN ('website', 'social', 'online-press', 'print', 'tv', 'radio', 'poster')",
            name=op.f("publication_medium_known"),
        ),
        sa.CheckConstraint(
            "next_at IS NULL OR want = 'down' OR due_at IS NULL OR next_at <= due_at",
            name=op.f("publication_wakeup_not_after_due"),
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR (closed_by IS NOT NULL AND closed_at IS NOT NULL)",
            name=op.f("publication_closed_by_a_person"),
        ),
        sa.CheckConstraint(
            "state <> 'live' OR (remote_id IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("publication_live_has_id"),
        ),
        sa.CheckConstraint("state <> 'planned' OR op_at IS NULL", name=op.f("publication_planned_never_called")),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR (gone_at IS NOT NULL AND withdrawn_at IS NOT NULL)",
            name=op.f("publication_withdrawn_is_verified"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR op_at IS NOT NULL", name=op.f("publication_call_has_intent")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'publishing', 'live', 'withdrawing', 'by-hand', "
            "'withdrawn', 'closed', 'cancelled', 'rejected')",
            name=op.f("publication_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('withdrawing', 'by-hand', 'withdrawn', 'closed', 'cancelled') OR want = 'down'",
            name=op.f("publication_takedown_is_wanted"),
        ),
        sa.CheckConstraint("want IN ('up', 'down')", name=op.f("publication_want_known")),
        sa.CheckConstraint("(due_at IS NULL) = (due_because IS NULL)", name=op.f("publication_due_has_reason")),
        sa.CheckConstraint("attempts >= 0", name=op.f("publication_attempts_counted")),
        sa.CheckConstraint("generation >= 1", name=op.f("publication_generation_from_1")),
        sa.CheckConstraint("superseded IN (0, 1)", name=op.f("publication_superseded_is_flag")),
        sa.ForeignKeyConstraint(
            ["appeal", "revision"],
            ["submission.appeal", "submission.revision"],
            name=op.f("publication_appeal_revision_fk"),
        ),
        sa.ForeignKeyConstraint(["digest"], ["release.digest"], name=op.f("publication_digest_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("publication_pk")),
        sa.UniqueConstraint(
            "digest", "channel", "target", "generation", name=op.f("publication_digest_channel_target_generation_once")
        ),
        sa.UniqueConstraint("marker", name=op.f("publication_marker_once")),
        sqlite_strict=True,
    )
    op.create_index("publication_appeal", "publication", ["appeal"], unique=False)
    op.create_index(
        "publication_due",
        "publication",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )


def _traces() -> None:
    """What is known of each copy."""
    op.create_table(
        "remote_object",
        sa.Column("publication", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("seen_at", WHOLE, nullable=False),
        sa.Column("gone_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["publication"], ["publication.id"], name=op.f("remote_object_publication_fk")),
        sa.PrimaryKeyConstraint("publication", "kind", "remote_id", name=op.f("remote_object_pk")),
        sqlite_strict=True,
    )
    op.create_table(
        "operation",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("publication", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.Column("finished_at", WHOLE, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('publish', 'withdraw', 'look')", name=op.f("operation_kind_known")),
        sa.CheckConstraint("(finished_at IS NULL) = (outcome IS NULL)", name=op.f("operation_outcome_when_finished")),
        sa.ForeignKeyConstraint(["publication"], ["publication.id"], name=op.f("operation_publication_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("operation_pk")),
        sqlite_strict=True,
    )
    op.create_index("operation_publication", "operation", ["publication"], unique=False)
    op.create_table(
        "by_hand",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("publication", WHOLE, nullable=True),
        sa.Column("opened_at", WHOLE, nullable=False),
        sa.Column("closed_at", WHOLE, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closed_note IS NULL)",
            name=op.f("by_hand_closed_by_a_person"),
        ),
        sa.ForeignKeyConstraint(["publication"], ["publication.id"], name=op.f("by_hand_publication_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("by_hand_pk")),
        sqlite_strict=True,
    )
    op.create_index("by_hand_appeal", "by_hand", ["appeal"], unique=False)


def _log() -> None:
    """The audit log."""
    op.create_table(
        "event",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("event_hash_has_32_bytes")),
        sa.CheckConstraint("seq >= 1", name=op.f("event_seq_from_1")),
        sa.PrimaryKeyConstraint("seq", name=op.f("event_pk")),
        sqlite_strict=True,
    )
    op.create_index("event_appeal", "event", ["appeal"], unique=False)
