"""The state of a copy that nobody can delete through the interface any more and that shows its closing notice.

A migration is never changed after it has been released, so it repeats the constraints instead of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NO_DELETE = (
    "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication "
    "BEGIN SELECT RAISE(ABORT, 'publication rows are never deleted'); END"
)
KNOWN = (
    "state IN ('planned', 'publishing', 'live', 'withdrawing', 'by-hand', 'tombstone', "
    "'withdrawn', 'closed', 'cancelled', 'rejected')"
)
WANTED = "state NOT IN ('withdrawing', 'by-hand', 'tombstone', 'withdrawn', 'closed', 'cancelled') OR want = 'down'"
INDEXES = (
    ("publication_appeal", ["appeal"], None),
    ("publication_due", ["channel", "next_at", "id"], "next_at IS NOT NULL"),
    ("publication_leased", ["lease_by"], "lease_by IS NOT NULL"),
)


def upgrade() -> None:
    """Let a publication be a tombstone; what there is stays as it is."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:  # it writes the table anew, and takes neither the guard nor partial indexes along
        op.execute("DROP TRIGGER publication_no_delete")
        for name, _, _ in INDEXES:
            op.drop_index(name, table_name="publication")
    with op.batch_alter_table("publication", table_kwargs={"sqlite_strict": True}) as table:
        table.drop_constraint(op.f("publication_state_known"), type_="check")
        table.drop_constraint(op.f("publication_takedown_is_wanted"), type_="check")
        table.create_check_constraint(op.f("publication_state_known"), KNOWN)
        table.create_check_constraint(op.f("publication_takedown_is_wanted"), WANTED)
    if sqlite:
        for name, columns, some in INDEXES:
            where = None if some is None else sa.text(some)
            op.create_index(name, "publication", columns, unique=False, sqlite_where=where)
        op.execute(NO_DELETE)
