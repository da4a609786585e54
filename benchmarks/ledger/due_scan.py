"""How long it takes to find what is due on twenty channels, in ledgers of several sizes; both engines, one run."""

import argparse
import contextlib
import pathlib
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator

from fahndung.ledger import publications
from fahndung.ledger.publications import Need
from fahndung.ledger.store import Ledger
from tests.ledger import world
from tests.ledger.bulk import CHANNELS, DUE, buffers, fill

ROUNDS = 50
NOW = world.NOW


@contextlib.contextmanager
def embedded() -> Iterator[Ledger]:
    """A ledger in a file."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = world.make(pathlib.Path(folder) / "ledger.db")
        yield ledger
        ledger.close()


@contextlib.contextmanager
def served() -> Iterator[Ledger]:
    """A ledger on a real PostgreSQL server."""
    from tests.postgres import Server

    server = Server()
    try:
        ledger = world.make(server.database())
        yield ledger
        ledger.close()
    finally:
        server.close()


def measure(ledger: Ledger) -> tuple[float, float]:
    """Median wall time and mean CPU time in ms of one scan of all channels for all needs."""
    walls = []
    began = _cpu()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with ledger.read() as tx:
            found = [
                row.id
                for channel in range(CHANNELS)
                for need in Need
                for row in publications.due(tx, NOW, need, channel=f"c{channel}", limit=40)
            ]
        walls.append((time.perf_counter() - start) * 1000)
        assert len(found) == DUE, len(found)
    return statistics.median(walls), (_cpu() - began) * 1000 / ROUNDS


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints one line for each size and engine, and the ratio of the greatest to the smallest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    for name, place in [("sqlite", embedded), *([("postgres", served)] if asked.postgres else [])]:
        times = {}
        for count in asked.rows:
            with place() as ledger:
                fill(ledger, count)
                if name == "postgres":
                    with ledger.write(NOW) as tx:
                        tx.connection.exec_driver_sql("ANALYZE publication")
                wall, cpu = measure(ledger)
                times[count] = cpu
                told = f" buffers/channel <= {buffers(ledger)}" if name == "postgres" else ""
                print(f"{name:8} {count:>9} rows: {wall:7.2f} ms wall (median), {cpu:7.2f} ms CPU per scan{told}")
        print(f"{name:8} ratio {max(times)} to {min(times)}: {times[max(times)] / times[min(times)]:.2f} (CPU)")


if __name__ == "__main__":
    main()
