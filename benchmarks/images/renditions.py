"""What four renditions cost, side by side with the floor, the naive way and other tools: CPU time and memory.

Every pipeline runs in turn, several rounds, in a warm process of its own (the first round is thrown away). Told are
medians of CPU time (user and system, children included) and of page faults, and the median of each round's ratio to the
floor of the same round. Memory is the highest resident set of one process that does one photo in a fresh start.

Every process gets memory in pages of one size. NumPy, in whose arrays the floor decodes, asks the kernel for large
ones where they are given on request only, and nobody else does: 755 faults instead of 8,931, 0.075 s instead of 0.092.
So large pages are switched off for all, or with ``--large-pages`` asked for by all (glibc 2.35 or newer).
"""

import argparse
import ctypes
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from benchmarks.images import photos, pipelines


def main() -> None:
    """Prints one table for each size, or with ``--alone`` serves as the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", nargs="+", default=list(photos.SIZES), choices=list(photos.SIZES))
    parser.add_argument("--alone", nargs=2, metavar=("PIPELINE", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--abreast", type=int, default=0, metavar="N", help="also N photos in one and in two processes")
    parser.add_argument("--large-pages", action="store_true", help="all rows with large pages instead of none")
    asked = parser.parse_args()
    if asked.alone:
        alone(*asked.alone)
        return
    if asked.large_pages:
        os.environ["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"  # read at the start of each process that is measured
    elif ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0:  # they inherit it
        raise OSError(ctypes.get_errno(), "large pages cannot be switched off")
    if lost := pipelines.missing():
        print(f"not installed, so not compared: {', '.join(lost)}")
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "photo.jpg"
            path.write_bytes(photos.photo(size))
            table(size, path, asked.rounds)
    if asked.abreast:
        abreast(asked.abreast, asked.rounds)


class Cost(NamedTuple):
    """What one round took: CPU seconds, page faults, and MB at most so far."""

    seconds: float
    faults: float
    megabytes: float


def alone(name: str, file: str) -> None:
    """In a process of its own: a round for each line that comes in, its ``Cost`` as the line that goes out."""
    pipeline, data = pipelines.pipelines()[name], pathlib.Path(file).read_bytes()
    for _ in sys.stdin:
        began, touched = cpu(), faults()
        pipeline(data)
        print(cpu() - began, faults() - touched, memory(), flush=True)


def table(size: str, path: pathlib.Path, rounds: int) -> None:
    """One line for each pipeline: CPU time, as a ratio to the floor, page faults and memory."""
    names = list(pipelines.pipelines())
    workers = {name: _worker(name, path) for name in names}
    spent: dict[str, list[Cost]] = {name: [] for name in names}
    for _ in range(rounds + 1):
        for name, worker in workers.items():
            spent[name].append(_round(worker))
    for worker in workers.values():
        worker.communicate()
    print(f"\n{size} megapixels, {path.stat().st_size / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
    for name in names:
        seconds, touched = (statistics.median(one[part] for one in spent[name][1:]) for part in (0, 1))
        least = min(one.seconds for one in spent[name][1:])
        print(
            f"  {name:44} {seconds:7.3f} s CPU (least {least:.3f})  {_ratio(spent, name, pipelines.FLOOR):6.2f} x floor"
            f"  {touched:7.0f} faults  {spent[name][0].megabytes:6.0f} MB"
        )
    print(f"  {_ratio(spent, pipelines.NAIVE, pipelines.OURS):.2f} times faster than naive", flush=True)


def _ratio(spent: dict[str, list[Cost]], one: str, other: str) -> float:
    """The median over the rounds: both stood under the same load in each."""
    pairs = zip(spent[one][1:], spent[other][1:], strict=True)
    return statistics.median(took.seconds / base.seconds for took, base in pairs)


def _worker(name: str, path: pathlib.Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "benchmarks.images.renditions", "--alone", name, str(path)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _round(worker: subprocess.Popen[str]) -> Cost:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("\n")
    worker.stdin.flush()
    return Cost(*map(float, worker.stdout.readline().split()))


def cpu() -> float:
    """Seconds of user and system time of this process and of the children that ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _WHO))


def faults() -> int:
    """Pages that were touched for the first time, or copied, in this process and in the children that ended."""
    return sum(resource.getrusage(who).ru_minflt for who in _WHO)


def memory() -> float:
    """MB that this process or the largest of its children had resident at most."""
    status = pathlib.Path("/proc/self/status").read_text()  # its ru_maxrss would be that of who started it, if larger
    own = int(status.split("VmHWM:")[1].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


_PR_SET_THP_DISABLE = 41
_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def abreast(count: int, rounds: int) -> None:
    """How many times faster two processes are than one: wall time, so only an idle machine tells the truth."""
    from fahndung.cli import parallel

    data = photos.photo("12")
    walls: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for processes, took in walls.items():
            began = time.perf_counter()
            for _, outcome in parallel.each(_rendered, [data] * count, processes=processes):
                assert outcome is None
            took.append(time.perf_counter() - began)
    ratios = sorted(one / two for one, two in zip(walls[1], walls[2], strict=True))
    best = min(walls[1]) / min(walls[2])
    print(
        f"\n{count} photos of 12 megapixels in two processes: {best:.2f} times as fast as in one "
        f"(least of {rounds}; pairs {', '.join(f'{ratio:.2f}' for ratio in ratios)}), load {os.getloadavg()[0]:.1f}"
    )


def _rendered(data: bytes) -> None:
    pipelines.ours_without_box(data)


if __name__ == "__main__":
    main()
