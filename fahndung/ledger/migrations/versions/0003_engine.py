"""What lets many workers share the obligations: leases, accounts, later looks, alarms, paper, foreign copies, actors.

A migration is never changed after it has been released, so it repeats the tables instead of importing them. A database
whose rows refer to each other is rebuilt with its foreign keys switched off; ``Ledger.migrate`` checks them after it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PUBLICATION_NO_DELETE = (
    "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication "
    "BEGIN SELECT RAISE(ABORT, 'publication rows are never deleted'); END"
)
SUBMISSION_NO_DELETE = (
    "CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission "
    "BEGIN SELECT RAISE(ABORT, 'submission rows are never deleted'); END"
)
FINISHED = "(state IN ('closed', 'cancelled', 'rejected')) = (next_at IS NULL)"
CLOSED = (
    "state <> 'closed' OR (closed_at IS NOT NULL AND (closed_by IS NOT NULL OR (gone_at IS NOT NULL AND looks > 0)))"
)
KINDS = "kind IN ('copy', 'tell', 'breach-notice', 'breach-persons', 'paper', 'paper-down', 'foreign')"


def upgrade() -> None:
    """Add the tables and columns; what was read back as gone once is looked at again; copies are counted anew."""
    _workers_and_accounts()
    _publications()
    _by_hand()
    tip = sa.CheckConstraint("tip IN (0, 1)", name=op.f("ending_tip_is_flag"))
    op.add_column("ending", sa.Column("tip", WHOLE, tip, nullable=True))
    op.create_index("release_appeal", "release", ["appeal"], unique=False)
    op.create_index("ending_appeal", "ending", ["appeal"], unique=False)
    _alarms_and_actors()
    _people()


def _workers_and_accounts() -> None:
    op.create_table(
        "worker",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", WHOLE, nullable=False),
        sa.Column("started_at", WHOLE, nullable=False),
        sa.Column("ended_at", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("worker_pk")),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("calls_until", WHOLE, nullable=True),
        sa.Column("sends_until", WHOLE, nullable=True),
        sa.Column("blocked_until", WHOLE, nullable=True),
        sa.Column("held_at", WHOLE, nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("answered_at", WHOLE, nullable=True),
        sa.Column("failing_since", WHOLE, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("token_ends_at", WHOLE, nullable=True),
        sa.Column("refused_since", WHOLE, nullable=True),
        sa.CheckConstraint("(failing_since IS NULL) = (problem IS NULL)", name=op.f("account_failing_has_reason")),
        sa.CheckConstraint("(held_at IS NULL) = (held_by IS NULL)", name=op.f("account_held_by_a_person")),
        sa.CheckConstraint(
            "refused_since IS NULL OR failing_since IS NOT NULL", name=op.f("account_refused_is_failing")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("account_pk")),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO account (name, kind) SELECT channel, min(kind) FROM publication GROUP BY channel")


def _publications() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER publication_no_delete")
    op.drop_index("publication_due", table_name="publication")
    op.drop_index("publication_appeal", table_name="publication")
    with op.batch_alter_table("publication", table_kwargs={"sqlite_strict": True}) as table:
        table.drop_constraint(op.f("publication_obligation_has_wakeup"), type_="check")
        table.drop_constraint(op.f("publication_closed_by_a_person"), type_="check")
        table.drop_constraint(op.f("publication_digest_channel_target_generation_once"), type_="unique")
        table.add_column(sa.Column("looks", WHOLE, server_default="0", nullable=False))
        table.add_column(sa.Column("absent_at", WHOLE, nullable=True))
        table.add_column(sa.Column("lease_by", WHOLE, nullable=True))
        table.add_column(sa.Column("lease_no", WHOLE, server_default="0", nullable=False))
        table.create_foreign_key(op.f("publication_lease_by_fk"), "worker", ["lease_by"], ["id"])
        table.create_check_constraint(op.f("publication_looks_counted"), "looks >= 0")
        table.create_check_constraint(op.f("publication_lease_has_number"), "lease_by IS NULL OR lease_no > 0")
    op.execute("UPDATE publication SET next_at = gone_at WHERE state = 'withdrawn'")
    op.execute(
        "UPDATE publication SET generation = (SELECT count(*) FROM publication AS other "
        "WHERE other.id <= publication.id "
        "AND other.appeal = publication.appeal AND other.revision = publication.revision "
        "AND other.channel = publication.channel AND other.target = publication.target)"
    )
    with op.batch_alter_table("publication", table_kwargs={"sqlite_strict": True}) as table:
        table.create_check_constraint(op.f("publication_obligation_has_wakeup"), FINISHED)
        table.create_check_constraint(op.f("publication_closed_by_a_person_or_looks"), CLOSED)
        table.create_unique_constraint(
            op.f("publication_appeal_revision_channel_target_generation_once"),
            ["appeal", "revision", "channel", "target", "generation"],
        )
    op.create_index("publication_appeal", "publication", ["appeal"], unique=False)
    for name, columns, some in (
        ("publication_due", ["channel", "next_at", "id"], "next_at IS NOT NULL"),
        ("publication_leased", ["lease_by"], "lease_by IS NOT NULL"),
    ):
        where = sa.text(some)
        op.create_index(name, "publication", columns, unique=False, sqlite_where=where, postgresql_where=where)
    if sqlite:
        op.execute(PUBLICATION_NO_DELETE)


def _by_hand() -> None:
    op.drop_index("by_hand_appeal", table_name="by_hand")
    with op.batch_alter_table("by_hand", table_kwargs={"sqlite_strict": True}) as table:
        table.drop_constraint(op.f("by_hand_kind_known"), type_="check")
        table.add_column(sa.Column("place", sa.Text(), nullable=True))
        table.add_column(sa.Column("pieces", WHOLE, nullable=True))
        table.add_column(sa.Column("next_at", WHOLE, nullable=True))
        table.add_column(sa.Column("looked_at", WHOLE, nullable=True))
        table.add_column(sa.Column("seen", sa.Text(), nullable=True))
        table.create_check_constraint(op.f("by_hand_kind_known"), KINDS)
        table.create_check_constraint(op.f("by_hand_pieces_counted"), "pieces > 0")
    op.create_index("by_hand_appeal", "by_hand", ["appeal"], unique=False)
    still = sa.text("closed_at IS NULL")
    op.create_index("by_hand_open", "by_hand", ["opened_at"], unique=False, sqlite_where=still, postgresql_where=still)


def _alarms_and_actors() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("raised_at", WHOLE, nullable=False),
        sa.Column("next_at", WHOLE, nullable=True),
        sa.Column("sent_at", WHOLE, nullable=True),
        sa.Column("sends", WHOLE, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", WHOLE, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_note", sa.Text(), nullable=True),
        sa.Column("cleared_at", WHOLE, nullable=True),
        sa.CheckConstraint("sends >= 0", name=op.f("alarm_sends_counted")),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("alarm_acknowledged_by_a_person")
        ),
        sa.CheckConstraint(
            "(next_at IS NULL) = (acknowledged_at IS NOT NULL OR cleared_at IS NOT NULL)",
            name=op.f("alarm_has_wakeup"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("alarm_pk")),
        sqlite_strict=True,
    )
    open_one = sa.text("cleared_at IS NULL")
    op.create_index(
        "alarm_open", "alarm", ["kind", "subject"], unique=True, sqlite_where=open_one, postgresql_where=open_one
    )
    op.create_table(
        "actor",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("since", WHOLE, nullable=False),
        sa.Column("erased_at", WHOLE, nullable=True),
        sa.CheckConstraint("(name IS NULL) = (erased_at IS NOT NULL)", name=op.f("actor_erased_has_no_name")),
        sa.CheckConstraint("(name IS NULL) = (salt IS NULL)", name=op.f("actor_salt_goes_with_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("actor_pk")),
        sa.UniqueConstraint("name", name=op.f("actor_name_once")),
        sqlite_strict=True,
    )


def _people() -> None:
    """The id of somebody who is erased changes everywhere at once."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER submission_no_delete")
    for name, column in (("person_role", "person"), ("submission", "prepared_by"), ("act", "person")):
        with op.batch_alter_table(name, table_kwargs={"sqlite_strict": True}) as table:
            table.drop_constraint(op.f(f"{name}_{column}_fk"), type_="foreignkey")
            table.create_foreign_key(op.f(f"{name}_{column}_fk"), "person", [column], ["id"], onupdate="CASCADE")
    if sqlite:
        op.execute(SUBMISSION_NO_DELETE)
