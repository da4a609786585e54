"""The ledger's tables and the states that they make impossible; every constraint has a name.

Holds no query. A change here needs a migration: a test compares both.
"""

from typing import Any

import sqlalchemy as sa

from fahndung.ledger import guards
from fahndung.ledger.columns import WHOLE, Instant, Json, Notes, Words

SCHEMAS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""Every version of the schema, oldest first; the last one is this program's."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_once",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)


def _known(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *parts, sqlite_strict=True)


def _partial(name: str, *columns: sa.Column[Any], where: str, unique: bool = False) -> None:
    """An index of some rows; named to PostgreSQL where it makes the table, since to load its dialect takes 20 ms."""
    index = sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where))

    def spell(table: sa.Table, connection: sa.Connection, **_: object) -> None:
        if connection.dialect.name == "postgresql":
            index.dialect_options["postgresql"]["where"] = sa.text(where)

    sa.event.listen(columns[0].table, "before_create", spell)


meta = _table("meta", sa.Column("k", sa.Text, primary_key=True), sa.Column("v", sa.Text, nullable=False))

person = _table(
    "person",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("added_by", sa.Text),
    sa.Column("envelope", sa.LargeBinary),
    sa.Column("revoked_at", Instant),
    sa.UniqueConstraint("public_key"),
    sa.UniqueConstraint("key_id"),
    sa.CheckConstraint("length(public_key) = 32", name="key_has_32_bytes"),
)

person_role = _table(
    "person_role",
    sa.Column("person", sa.Text, sa.ForeignKey("person.id", onupdate="CASCADE"), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    _known("role", "drafter", "image-verifier", "approver", "reviewer"),
)

submission = _table(
    "submission",
    sa.Column("appeal", sa.Text, primary_key=True),
    sa.Column("revision", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("criminal", WHOLE, nullable=False),
    sa.Column("record_sha256", sa.Text, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("prepared_by", sa.Text, sa.ForeignKey("person.id", onupdate="CASCADE"), nullable=False),
    sa.Column("clock_facts", sa.LargeBinary, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("restricted_at", Instant),
    sa.CheckConstraint("revision >= 1", name="revision_from_1"),
    sa.CheckConstraint("criminal IN (0, 1)", name="criminal_is_flag"),
    sa.CheckConstraint("length(record_sha256) = 64", name="record_sha256_is_hex"),
)

act = _table(
    "act",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("revision", WHOLE, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("person", sa.Text, sa.ForeignKey("person.id", onupdate="CASCADE"), nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.ForeignKeyConstraint(["appeal", "revision"], ["submission.appeal", "submission.revision"]),
    sa.UniqueConstraint("appeal", "revision", "act", "subject", "person"),
    _known("act", "submit", "verify-image", "approve", "confirm", "review"),
)

release = _table(
    "release",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("revision", WHOLE, nullable=False),
    sa.Column("manifest", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("build", WHOLE, nullable=False),
    sa.Column("erased_at", Instant),
    sa.ForeignKeyConstraint(["appeal", "revision"], ["submission.appeal", "submission.revision"]),
    sa.UniqueConstraint("digest"),
    sa.UniqueConstraint("build"),
    sa.CheckConstraint("length(digest) = 64", name="digest_is_hex"),
)
sa.Index("release_appeal", release.c.appeal)

ending = _table(
    "ending",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("revision", WHOLE, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("medium", sa.Text),
    sa.Column("channel", sa.Text),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("tip", WHOLE, sa.CheckConstraint("tip IN (0, 1)", name="tip_is_flag")),
    sa.ForeignKeyConstraint(["appeal", "revision"], ["submission.appeal", "submission.revision"]),
    _known("reason", "found", "lapsed", "revoked", "review", "consent", "expired", "error"),
)
sa.Index("ending_appeal", ending.c.appeal)

worker = _table(
    "worker",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", WHOLE, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)

account = _table(
    "account",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("calls_until", Instant),
    sa.Column("sends_until", Instant),
    sa.Column("blocked_until", Instant),
    sa.Column("held_at", Instant),
    sa.Column("held_by", sa.Text),
    sa.Column("answered_at", Instant),
    sa.Column("failing_since", Instant),
    sa.Column("problem", Words),
    sa.Column("token_ends_at", Instant),
    sa.Column("refused_since", Instant),
    sa.CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name="held_by_a_person"),
    sa.CheckConstraint("(failing_since IS NULL) = (problem IS NULL)", name="failing_has_reason"),
    sa.CheckConstraint("refused_since IS NULL OR failing_since IS NOT NULL", name="refused_is_failing"),
)

FINISHED = "state IN ('closed', 'cancelled', 'rejected')"

publication = _table(
    "publication",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("digest", sa.Text, sa.ForeignKey("release.digest"), nullable=False),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("revision", WHOLE, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("medium", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("generation", WHOLE, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("want", sa.Text, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("due_because", Words),
    sa.Column("next_at", Instant),
    sa.Column("marker", sa.Text, nullable=False),
    sa.Column("endpoint", Json, nullable=False),
    sa.Column("withdrawal", Json, nullable=False),
    sa.Column("draft_references", Json, nullable=False),
    sa.Column("remote_id", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("planned_at", Instant, nullable=False),
    sa.Column("op_at", Instant),
    sa.Column("published_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Column("gone_at", Instant),
    sa.Column("verified_at", Instant),
    sa.Column("attempts", WHOLE, nullable=False),
    sa.Column("problem", Words),
    sa.Column("superseded", WHOLE, nullable=False),
    sa.Column("approved_until", Instant),
    sa.Column("closed_by", sa.Text),
    sa.Column("closed_at", Instant),
    sa.Column("norms", sa.Text, nullable=False, server_default=""),
    sa.Column("rules", sa.Text, nullable=False, server_default=""),
    sa.Column("looks", WHOLE, nullable=False, server_default="0"),
    sa.Column("absent_at", Instant),
    sa.Column("lease_by", WHOLE, sa.ForeignKey("worker.id")),
    sa.Column("lease_no", WHOLE, nullable=False, server_default="0"),
    sa.Column("opens_at", Instant),
    sa.Column("ttl_s", WHOLE, sa.CheckConstraint("ttl_s > 0", name="ttl_counted")),
    sa.Column(
        "given_up",
        WHOLE,
        sa.CheckConstraint("given_up = 0 OR (given_up = 1 AND state = 'cancelled')", name="given_up_is_cancelled"),
        nullable=False,
        server_default="0",
    ),
    sa.Column("first_gone_at", Instant),
    sa.ForeignKeyConstraint(["appeal", "revision"], ["submission.appeal", "submission.revision"]),
    sa.UniqueConstraint("appeal", "revision", "channel", "target", "generation"),
    sa.UniqueConstraint("marker"),
    _known(
        "state",
        *("planned", "publishing", "live", "withdrawing", "by-hand", "tombstone"),
        *("withdrawn", "closed", "cancelled", "rejected"),
    ),
    _known("want", "up", "down"),
    _known("medium", "website", "social", "online-press", "print", "tv", "radio", "poster"),
    sa.CheckConstraint("generation >= 1", name="generation_from_1"),
    sa.CheckConstraint("attempts >= 0", name="attempts_counted"),
    sa.CheckConstraint("superseded IN (0, 1)", name="superseded_is_flag"),
    sa.CheckConstraint(f"({FINISHED}) = (next_at IS NULL)", name="obligation_has_wakeup"),
    sa.CheckConstraint(
        "next_at IS NULL OR want = 'down' OR due_at IS NULL OR next_at <= due_at", name="wakeup_not_after_due"
    ),
    sa.CheckConstraint("state IN ('planned', 'cancelled') OR op_at IS NOT NULL", name="call_has_intent"),
    sa.CheckConstraint("state <> 'planned' OR op_at IS NULL", name="planned_never_called"),
    sa.CheckConstraint("state <> 'live' OR (remote_id IS NOT NULL AND published_at IS NOT NULL)", name="live_has_id"),
    sa.CheckConstraint(
        "state NOT IN ('withdrawing', 'by-hand', 'tombstone', 'withdrawn', 'closed', 'cancelled') OR want = 'down'",
        name="takedown_is_wanted",
    ),
    sa.CheckConstraint(
        "state <> 'withdrawn' OR (gone_at IS NOT NULL AND withdrawn_at IS NOT NULL)", name="withdrawn_is_verified"
    ),
    sa.CheckConstraint(
        "state <> 'closed' OR "
        "(closed_at IS NOT NULL AND (closed_by IS NOT NULL OR (gone_at IS NOT NULL AND looks > 0)))",
        name="closed_by_a_person_or_looks",
    ),
    sa.CheckConstraint("looks >= 0", name="looks_counted"),
    sa.CheckConstraint("lease_by IS NULL OR lease_no > 0", name="lease_has_number"),
    sa.CheckConstraint("(due_at IS NULL) = (due_because IS NULL)", name="due_has_reason"),
)

_partial("publication_due", publication.c.channel, publication.c.next_at, publication.c.id, where="next_at IS NOT NULL")
sa.Index("publication_appeal", publication.c.appeal)
_partial("publication_leased", publication.c.lease_by, where="lease_by IS NOT NULL")

remote_object = _table(
    "remote_object",
    sa.Column("publication", WHOLE, sa.ForeignKey("publication.id"), primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("remote_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("gone_at", Instant),
)

operation = _table(
    "operation",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("publication", WHOLE, sa.ForeignKey("publication.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Column("outcome", sa.Text),
    sa.Column("evidence", Notes),
    _known("kind", "publish", "withdraw", "look"),
    sa.CheckConstraint("(finished_at IS NULL) = (outcome IS NULL)", name="outcome_when_finished"),
)
sa.Index("operation_publication", operation.c.publication)

answer = _table(
    "answer",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("publication", WHOLE, sa.ForeignKey("publication.id"), nullable=False),
    sa.Column("operation", WHOLE, sa.ForeignKey("operation.id")),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("status", WHOLE, nullable=False),
    sa.Column("headers", Notes, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.CheckConstraint("length(body) <= 2000", name="body_is_short"),
)
sa.Index("answer_publication", answer.c.publication)

by_hand = _table(
    "by_hand",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("what", Words, nullable=False),
    sa.Column("why", Words, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("publication", WHOLE, sa.ForeignKey("publication.id")),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.Text),
    sa.Column("closed_note", sa.Text),
    sa.Column("kind", sa.Text, nullable=False, server_default="copy"),
    sa.Column("place", sa.Text),
    sa.Column("pieces", WHOLE),
    sa.Column("next_at", Instant),
    sa.Column("looked_at", Instant),
    sa.Column("seen", Notes),
    _known("kind", "copy", "tell", "breach-notice", "breach-persons", "paper", "paper-down", "foreign"),
    sa.CheckConstraint("pieces > 0", name="pieces_counted"),
    sa.CheckConstraint(
        "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closed_note IS NULL)",
        name="closed_by_a_person",
    ),
)
sa.Index("by_hand_appeal", by_hand.c.appeal)
_partial("by_hand_open", by_hand.c.opened_at, where="closed_at IS NULL")

breach = _table(
    "breach",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("appeal", sa.Text, nullable=False),
    sa.Column("revision", WHOLE, nullable=False),
    sa.Column("known_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column("item", WHOLE, sa.ForeignKey("by_hand.id"), nullable=False),
    sa.Column("reported_at", Instant),
    sa.Column("reported_by", sa.Text),
    sa.Column("note", sa.Text),
    sa.ForeignKeyConstraint(["appeal", "revision"], ["submission.appeal", "submission.revision"]),
    sa.UniqueConstraint("item"),
    sa.CheckConstraint("due_at >= known_at", name="due_after_known"),
    sa.CheckConstraint(
        "(reported_at IS NULL) = (reported_by IS NULL) AND (reported_at IS NULL) = (note IS NULL)",
        name="reported_by_a_person",
    ),
)

alarm = _table(
    "alarm",
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("appeal", sa.Text),
    sa.Column("what", Words, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("sent_at", Instant),
    sa.Column("sends", WHOLE, nullable=False),
    sa.Column("problem", Notes),
    sa.Column("acknowledged_at", Instant),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("acknowledged_note", sa.Text),
    sa.Column("cleared_at", Instant),
    sa.CheckConstraint("sends >= 0", name="sends_counted"),
    sa.CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged_by_a_person"),
    sa.CheckConstraint(
        "(next_at IS NULL) = (acknowledged_at IS NOT NULL OR cleared_at IS NOT NULL)", name="has_wakeup"
    ),
)
_partial("alarm_open", alarm.c.kind, alarm.c.subject, where="cleared_at IS NULL", unique=True)

actor = _table(
    "actor",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("since", Instant, nullable=False),
    sa.Column("erased_at", Instant),
    sa.UniqueConstraint("name"),
    sa.CheckConstraint("(name IS NULL) = (erased_at IS NOT NULL)", name="erased_has_no_name"),
    sa.CheckConstraint("(name IS NULL) = (salt IS NULL)", name="salt_goes_with_name"),
)

event = _table(
    "event",
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("appeal", sa.Text),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("body_hash", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("seq >= 1", name="seq_from_1"),
    sa.CheckConstraint("length(hash) = 32", name="hash_has_32_bytes"),
    sa.CheckConstraint("length(body_hash) = 32", name="body_hash_has_32_bytes"),
    sa.CheckConstraint("length(body) > 0 OR appeal IS NOT NULL", name="only_a_case_is_erased"),
)
sa.Index("event_appeal", event.c.appeal)

for _dialect in ("sqlite", "postgresql"):
    for _sql in guards.commands(_dialect):
        _guard: sa.ExecutableDDLElement = sa.DDL(_sql)  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy 2.1
        sa.event.listen(metadata, "after_create", _guard.execute_if(dialect=_dialect))
