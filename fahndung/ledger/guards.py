"""The guards of the database: rows that nobody may change or delete, in SQLite's spelling; another one needs its own.

Installs nothing: the tables and the migrations do.
"""

_ERASING = " AND ".join(
    (
        *(f"NEW.{name} IS OLD.{name}" for name in ("seq", "appeal", "hash", "body_hash")),
        "length(OLD.body) > 0",
        "length(NEW.body) = 0",
    )
)
"""The one change that an event may suffer: its body goes, all that the chain needs stays."""


def _refused(table: str, verb: str, done: str, unless: str = "") -> str:
    when = f"WHEN NOT ({unless}) " if unless else ""
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"{when}BEGIN SELECT RAISE(ABORT, '{table} rows are never {done}'); END"
    )


TRIGGERS = {
    f"{table}_no_{verb.lower()}": _refused(table, verb, done, unless)
    for table, verb, done, unless in (
        ("event", "UPDATE", "changed", _ERASING),
        ("event", "DELETE", "deleted", ""),
        ("publication", "DELETE", "deleted", ""),
        ("remote_object", "DELETE", "deleted", ""),
        ("operation", "DELETE", "deleted", ""),
        ("submission", "DELETE", "deleted", ""),
        ("person", "DELETE", "deleted", ""),
        ("breach", "DELETE", "deleted", ""),
    )
}
"""Name to command."""
