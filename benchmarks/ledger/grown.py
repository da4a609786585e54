"""A home whose ledger has grown for years: a million publications, nearly all finished; made by SQL in seconds.

python -m benchmarks.ledger.grown HOME [ROWS]

Nothing in it is due for a month. Afterwards it prints what ``--help``, ``takedown`` and ``status`` cost there, each in
a process of its own.
"""

import dataclasses
import datetime as dt
import json
import pathlib
import resource
import sqlite3
import statistics
import subprocess
import sys

from fahndung import records, resources
from fahndung.founding import create_home
from fahndung.law import clockfacts, norms
from fahndung.law.clock import ClockPolicy
from fahndung.law.clockfacts import ClockFacts
from fahndung.ledger.columns import canonical, to_micros
from fahndung.model.mandate import Medium
from fahndung.testing import cases

NOW = dt.datetime.now(dt.UTC)  # noqa: TID251  # a benchmark is its own outermost layer
MONTH = dt.timedelta(days=30)
RUNS = 10
CHANNELS = 5
OPEN = 40
"""Publications that are live; they belong to the newest appeals."""

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
_APPEAL = "'pdl-' || printf('%08d', i)"
_DIGEST = "printf('%064x', i)"
_STEPS = (
    "INSERT INTO person VALUES ('k.muster', 'Kim Muster', zeroblob(32), 'key-1', :now, NULL, NULL, NULL)",
    f"{_NUMBERS} INSERT INTO submission SELECT {_APPEAL}, 1, 'unknown-suspect', 1, {_DIGEST}, x'00', 'k.muster', "
    ":facts, x'00', :now, NULL FROM n",
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
    iif(live, 'up', 'down'), :due, :because, iif(live, :later, NULL), 'm-' || i || '-' || k,
    '{{}}', '{{}}', '[]', 'r-' || i || '-' || k, :now, :now, :now, iif(live, NULL, :now), iif(live, NULL, :now), 0, 0,
    iif(live, NULL, :now), iif(live, 0, 4)
FROM p
"""


def grow(path: pathlib.Path, rows: int) -> None:
    """Fills the ledger of a new home with so many publications, ``CHANNELS`` of each appeal."""
    facts = _facts()
    (end,) = facts.ends([Medium.WEBSITE])
    assert end.at is not None
    assert end.because is not None
    values = {
        "facts": clockfacts.freeze(facts),
        "due": to_micros(end.at),
        "because": canonical(end.because._asdict()).decode(),
        "last": rows // CHANNELS - 1,
        "channels": CHANNELS,
        "open": OPEN,
        "now": to_micros(NOW),
        "later": to_micros(NOW + MONTH),
    }
    home = create_home(path, rehearsal=True, now=NOW, by="benchmark")
    with sqlite3.connect(home.ledger_path) as connection:
        for step in (*_STEPS, _ROWS):
            connection.execute(step, values)
        connection.execute("ANALYZE")
    connection.close()


def _facts() -> ClockFacts:
    """A judge's order of now, for two months."""
    appeal = records.parse(json.loads(cases.files("jewellery-theft")["appeal.json"]))
    mandate = appeal.legal.mandate
    assert mandate is not None
    norm = norms.parse(resources.norms_text()).norm(appeal.legal.basis, mandate.at)
    assert norm is not None
    facts = clockfacts.of(appeal, norm, ClockPolicy(), now=NOW)
    until = NOW + 2 * MONTH
    scope = dataclasses.replace(facts.order.scope, until=until)
    plan = dataclasses.replace(facts.plan, stand=NOW, not_before=NOW, until=until, review_at=until)
    return dataclasses.replace(facts, order=dataclasses.replace(facts.order, at=NOW, scope=scope), plan=plan)


def measure(path: pathlib.Path) -> None:
    """Prints the CPU time of each command, of ``RUNS`` runs after a first one."""
    for command in (["--help"], ["--home", str(path), "takedown"], ["--home", str(path), "status"]):
        costs = [_cost([sys.executable, "-m", "fahndung", *command]) for _ in range(RUNS + 1)][1:]
        print(f"{command[-1]:10} {min(costs):5.0f} ms CPU at least, {statistics.median(costs):5.0f} ms median")


def _cost(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime) * 1000


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1])
    grow(place, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    measure(place)
