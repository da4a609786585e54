"""A home whose ledger has grown for years: a million publications, nearly all finished; made by SQL in seconds.

python -m benchmarks.ledger.grown HOME [ROWS]
"""

import datetime as dt
import pathlib
import sqlite3
import sys

from fahndung.founding import create_home
from fahndung.ledger.columns import to_micros

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
CHANNELS = 5
OPEN = 40
"""Publications that are live; they belong to the newest appeals."""

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
_APPEAL = "'pdl-' || printf('%08d', i)"
_DIGEST = "printf('%064x', i)"
_STEPS = (
    "INSERT INTO person VALUES ('k.muster', 'Kim Muster', zeroblob(32), 'key-1', :now, NULL, NULL, NULL)",
    f"{_NUMBERS} INSERT INTO submission SELECT {_APPEAL}, 1, 'unknown-suspect', 1, {_DIGEST}, x'00', 'k.muster', "
    "x'7b7d', x'00', :now, NULL FROM n",
    f"{_NUMBERS} INSERT INTO release (digest, appeal, revision, manifest, at, build) "
    f"SELECT {_DIGEST}, {_APPEAL}, 1, x'7b7d', :now, i + 1 FROM n",
    f'{_NUMBERS} INSERT INTO ending (appeal, revision, reason, "by", at, note) '
    f"SELECT {_APPEAL}, 1, 'found', 'k.muster', :now, '' FROM n WHERE i <= :last - :open / :channels",
    "WITH RECURSIVE c(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM c WHERE k + 1 < :channels) "
    "INSERT INTO account (name, kind) SELECT 'channel-' || k, 'website' FROM c",
)
_ROWS = f"""
{_NUMBERS}, c(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM c WHERE k + 1 < :channels),
    p AS (SELECT i, k, i > :last - :open / :channels AS live FROM n, c)
INSERT INTO publication (digest, appeal, revision, channel, kind, medium, target, generation, state, want, due_at,
    due_because, next_at, marker, endpoint, withdrawal, draft_references, remote_id, planned_at, op_at, published_at,
    withdrawn_at, gone_at, attempts, superseded, closed_at, looks)
SELECT {_DIGEST}, {_APPEAL}, 1, 'channel-' || k, 'website', 'website', '', 1, iif(live, 'live', 'closed'),
    iif(live, 'up', 'down'), :later, '{{"de":"Ende","en":"end"}}', iif(live, :later, NULL), 'm-' || i || '-' || k,
    '{{}}', '{{}}', '[]', 'r-' || i || '-' || k, :now, :now, :now, iif(live, NULL, :now), iif(live, NULL, :now), 0, 0,
    iif(live, NULL, :now), iif(live, 0, 4)
FROM p
"""


def grow(path: pathlib.Path, rows: int) -> None:
    """Fills the ledger of a new home with so many publications, ``CHANNELS`` of each appeal."""
    values = {
        "last": rows // CHANNELS - 1,
        "channels": CHANNELS,
        "open": OPEN,
        "now": to_micros(NOW),
        "later": to_micros(NOW + dt.timedelta(days=30)),
    }
    home = create_home(path, rehearsal=True, now=NOW, by="benchmark")
    with sqlite3.connect(home.ledger_path) as connection:
        for step in (*_STEPS, _ROWS):
            connection.execute(step, values)
        connection.execute("ANALYZE")
    connection.close()


if __name__ == "__main__":
    grow(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
