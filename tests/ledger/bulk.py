"""A ledger with as many publications as one likes, written past the steps: for measuring, not for claims about them."""

import datetime as dt

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import tables
from fahndung.ledger.due import due_scan
from fahndung.ledger.publications import Need

from . import world
from .world import NOW

CHANNELS = 20
DUE = 100


def fill(ledger, count):
    """Seven of ten rows closed, the others live and due in a month; a hundred takedowns are due now."""
    digest, _ = world.manifest()
    with ledger.write(NOW) as tx:
        for channel in range(CHANNELS):
            tx.connection.execute(sa.insert(tables.account).values(name=f"c{channel}", kind="memory"))
        for start in range(0, count, 10_000):
            rows = [_row(number, digest, count) for number in range(start, min(start + 10_000, count))]
            tx.connection.execute(sa.insert(tables.publication), rows)


def _row(number, digest, count):
    due = number % (count // DUE) == 0
    live = due or number % 10 < 3
    past = NOW - dt.timedelta(hours=1)
    return {
        "digest": digest,
        "appeal": world.APPEAL,
        "revision": 1,
        "channel": f"c{number // (count // DUE) % CHANNELS if due else number % CHANNELS}",
        "kind": "memory",
        "medium": "social",
        "target": str(number),
        "generation": 1,
        "state": "live" if live else "closed",
        "want": "down" if due or not live else "up",
        "due_at": NOW + dt.timedelta(days=30),
        "due_because": Message.same("x"),
        "next_at": past if due else (NOW + dt.timedelta(days=1) if live else None),
        "marker": f"m-{number}",
        "endpoint": {"name": "memory"},
        "withdrawal": {},
        "draft_references": [],
        "remote_id": str(number),
        "planned_at": past,
        "op_at": past,
        "published_at": past,
        "gone_at": None if live else past,
        "withdrawn_at": None if live else past,
        "closed_at": None if live else past,
        "looks": 0 if live else 4,
        "attempts": 0,
        "superseded": 0,
    }


def buffers(ledger):
    """The most buffers that the scan of one channel for one need touches (PostgreSQL)."""
    most = 0
    with ledger.read() as tx:
        for need in Need:
            scan = due_scan(NOW, need, channel="c0").limit(40)
            text = scan.compile(dialect=tx.connection.dialect, compile_kwargs={"literal_binds": True})
            (plan,) = tx.connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}").scalar_one()
            most = max(most, plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])
    return most
