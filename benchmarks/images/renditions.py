"""What four renditions cost, side by side with the floor, the naive way and other tools: CPU time and memory.

Every pipeline runs in turn, several rounds, in a warm process of its own; the least CPU time of each counts (user and
system, children included). Memory is the highest resident set of one process that does one photo in a fresh start.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

from benchmarks.images import photos, pipelines


def main() -> None:
    """Prints one table for each size, or with ``--alone`` serves as the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", nargs="+", default=list(photos.SIZES), choices=list(photos.SIZES))
    parser.add_argument("--alone", nargs=2, metavar=("PIPELINE", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--abreast", type=int, default=0, metavar="N", help="also N photos in one and in two processes")
    asked = parser.parse_args()
    if asked.alone:
        alone(*asked.alone)
        return
    if lost := pipelines.missing():
        print(f"not installed, so not compared: {', '.join(lost)}")
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "photo.jpg"
            path.write_bytes(photos.photo(size))
            table(size, path, asked.rounds)
    if asked.abreast:
        abreast(asked.abreast, asked.rounds)


def alone(name: str, file: str) -> None:
    """In a process of its own: a round for each line that comes in, its CPU seconds as the line that goes out."""
    pipeline, data = pipelines.pipelines()[name], pathlib.Path(file).read_bytes()
    for _ in sys.stdin:
        began = cpu()
        pipeline(data)
        print(cpu() - began, memory(), flush=True)


def table(size: str, path: pathlib.Path, rounds: int) -> None:
    """One line for each pipeline: least CPU time, as a ratio to the floor, and memory."""
    names = list(pipelines.pipelines())
    workers = {name: _worker(name, path) for name in names}
    spent: dict[str, list[float]] = {name: [] for name in names}
    peak: dict[str, float] = {}
    for _ in range(rounds + 1):
        for name, worker in workers.items():
            seconds, megabytes = _round(worker)
            spent[name].append(seconds)
            peak.setdefault(name, megabytes)
    for worker in workers.values():
        worker.communicate()
    least = {name: min(took[1:]) for name, took in spent.items()}
    print(f"\n{size} megapixels, {path.stat().st_size / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
    for name in names:
        ratio = least[name] / least[pipelines.FLOOR]
        print(f"  {name:44} {least[name]:7.3f} s CPU  {ratio:6.2f} x floor  {peak[name]:6.0f} MB")
    print(f"  {least[pipelines.NAIVE] / least[pipelines.OURS]:.2f} times faster than naive", flush=True)


def _worker(name: str, path: pathlib.Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "benchmarks.images.renditions", "--alone", name, str(path)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _round(worker: subprocess.Popen[str]) -> tuple[float, float]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("\n")
    worker.stdin.flush()
    seconds, megabytes = worker.stdout.readline().split()
    return float(seconds), float(megabytes)


def cpu() -> float:
    """Seconds of user and system time of this process and of the children that ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _WHO))


def memory() -> float:
    """MB that this process or the largest of its children had resident at most."""
    status = pathlib.Path("/proc/self/status").read_text()  # its ru_maxrss would be that of who started it, if larger
    own = int(status.split("VmHWM:")[1].split()[0])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


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
