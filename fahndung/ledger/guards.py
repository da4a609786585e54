"""The guards of the database: rows that nobody may change or delete, in the spelling of each engine.

Installs nothing: the tables and the migrations do.
"""

_KEPT = ("seq", "appeal", "hash", "body_hash")


def _erasing(same: str) -> str:
    """The one change that an event may suffer: its body goes, all that the chain needs stays."""
    unchanged = (f"NEW.{name} {same} OLD.{name}" for name in _KEPT)
    return " AND ".join((*unchanged, "length(OLD.body) > 0", "length(NEW.body) = 0"))


_ROWS = (
    ("event", "UPDATE", "changed"),
    ("event", "DELETE", "deleted"),
    ("publication", "DELETE", "deleted"),
    ("remote_object", "DELETE", "deleted"),
    ("operation", "DELETE", "deleted"),
    ("submission", "DELETE", "deleted"),
    ("person", "DELETE", "deleted"),
    ("breach", "DELETE", "deleted"),
)
"""Table, verb, and the word of the refusal."""


def _sqlite(table: str, verb: str, done: str) -> str:
    when = f"WHEN NOT ({_erasing('IS')}) " if verb == "UPDATE" else ""
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"{when}BEGIN SELECT RAISE(ABORT, '{table} rows are never {done}'); END"
    )


def _postgres(table: str, verb: str, done: str) -> tuple[str, str]:
    """The command of the trigger, as the server tells it again, and the body of its function."""
    name = f"{table}_no_{verb.lower()}"
    each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    let = f"IF {_erasing('IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; " if verb == "UPDATE" else ""
    refuse = f"RAISE EXCEPTION '{table} rows are never {done}' USING ERRCODE = 'integrity_constraint_violation';"
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
        f"BEGIN {let}{refuse} END",
    )


TRIGGERS = {f"{table}_no_{verb.lower()}": _sqlite(table, verb, done) for table, verb, done in _ROWS}
"""SQLite: name to command."""

# TRUNCATE passes by the guards of single rows
_TRUNCATED = tuple((table, "TRUNCATE", done) for table, verb, done in _ROWS if verb == "DELETE")
_PLPGSQL = {f"{table}_no_{verb.lower()}": _postgres(table, verb, done) for table, verb, done in (*_ROWS, *_TRUNCATED)}


def commands(dialect: str) -> tuple[str, ...]:
    """What installs every guard, in order."""
    if dialect == "sqlite":
        return tuple(TRIGGERS.values())
    return tuple(part for name, (trigger, body) in _PLPGSQL.items() for part in (_function(name, body), trigger))


def expected(dialect: str) -> dict[str, str]:
    """What the database has to say about each guard, by name."""
    if dialect == "sqlite":
        return dict(TRIGGERS)
    return {name: f"{trigger} {body}" for name, (trigger, body) in _PLPGSQL.items()}


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
