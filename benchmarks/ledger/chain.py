"""How long the verification of the audit log takes: all of it, what came since the last time, and after erasures."""

import argparse
import datetime as dt
import functools
import hashlib
import itertools
import json
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from benchmarks.ledger.due_scan import NOW, embedded, served
from fahndung.ledger import actors, audit, erasure
from fahndung.ledger.audit import Head
from fahndung.ledger.columns import canonical
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import event

CASES, PEOPLE = 5000, 20
PART = 10_000


def fill(ledger: Ledger, count: int) -> Head:
    """A log of so many events of many cases, a head of which lies ``PART`` events before its end and is returned."""
    with ledger.write(NOW) as tx:
        ids = [actors.id_of(tx, f"person-{number}", at=NOW) for number in range(PEOPLE)]
        start = audit.head(tx)
    kept = start
    rows = _rows(start, count, ids)
    while part := list(itertools.islice(rows, PART)):
        assert canonical(json.loads(part[0]["body"])) == part[0]["body"]
        with ledger.write(NOW) as tx:
            kept = audit.head(tx)
            tx.connection.execute(sa.insert(event), part)
    return kept


def _rows(head: Head, count: int, ids: list[str]) -> Iterator[dict[str, Any]]:
    previous = bytes.fromhex(head.hash)
    for seq in range(head.seq + 1, count + 1):
        appeal = f"pdl-2026-{seq % CASES:05d}"
        at = (NOW + dt.timedelta(seconds=seq)).isoformat(timespec="microseconds")
        body = (
            f'{{"action":"publication.gone","appeal":"{appeal}","at":"{at}","by":"{ids[seq % PEOPLE]}","data":{{'
            f'"channel":"website","digest":"{"ab" * 32}","evidence":"{"cd" * 32}","medium":"website",'
            f'"publication":{seq}}},"reason":null,"seq":{seq}}}'
        ).encode()
        body_hash = hashlib.sha256(body).digest()
        previous = audit.chained(previous, body)
        yield {"seq": seq, "appeal": appeal, "body": body, "hash": previous, "body_hash": body_hash}


def measure(what: str, judged: Callable[[], audit.Verdict]) -> None:
    """Prints wall and CPU time of one verification that must find nothing."""
    began, cpu = time.perf_counter(), _cpu()
    verdict = judged()
    wall, used = time.perf_counter() - began, _cpu() - cpu
    assert verdict.problems == (), verdict.problems[:3]
    print(f"{what:42} {verdict.events:>9} events: {wall:6.2f} s wall, {used:6.2f} s CPU")


def erase(ledger: Ledger, count: int) -> None:
    """Six of ten events erased, in three hundred runs, each of rows of many cases: the worst that retention leaves."""
    size = count * 6 // 10 // 300
    for run in range(300):
        with ledger.write(NOW) as tx:
            numbers = range(100 + run * size, 100 + (run + 1) * size)
            erasure.erase(tx, numbers, at=NOW, by="person-1", reason="log-criminal", under="§ 76 Abs. 4 BDSG")


def _judged(ledger: Ledger, since: Head | None = None) -> audit.Verdict:
    with ledger.read() as tx:
        return audit.judge(tx, since=since)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints one line for each kind of verification and engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    for name, place in [("sqlite", embedded), *([("postgres", served)] if asked.postgres else [])]:
        with place() as ledger:
            since = fill(ledger, asked.events)
            measure(f"{name}: all", functools.partial(_judged, ledger))
            measure(f"{name}: since the last time", functools.partial(_judged, ledger, since))
            erase(ledger, asked.events)
            measure(f"{name}: all, six of ten erased", functools.partial(_judged, ledger))


if __name__ == "__main__":
    main()
