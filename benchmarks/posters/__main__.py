"""What a poster costs, side by side with Typst and WeasyPrint: CPU time warm and cold, memory and size of the file.

The engines run in turn, several rounds, each in a warm process of its own, on another appeal and photo file each time;
the least CPU time counts, the median is told (user and system, children included). Memory is the highest resident set
of a process that makes one poster in a fresh start. Cold is a whole command: ``fahndung poster`` of an example's
folder; for the others the same command with their engine in the place of ours (``swapped``); and, as what they take at
least, the shortest program that makes a poster (``shortest``) with the same photo, unchecked, all words ready in its
markup.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

from benchmarks.images.renditions import cpu, memory
from benchmarks.posters import content, engines, marked
from fahndung.testing import cases

GOALS = {"none": 0.040, "12": 0.250}
"""s of CPU, warm, without a photo and with one of 12 megapixels."""


def main() -> None:
    """Prints a table for each kind of photo and one of cold starts; ``--alone``: the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--alone", nargs=2, metavar=("ENGINE", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        alone(*asked.alone)
        return
    names = []
    for name in engines.ENGINES:
        if (why := engines.missing(name)) is not None:
            print(f"{name} is not compared: {why}")
        else:
            names.append(name)
    with tempfile.TemporaryDirectory() as folder:
        photo = pathlib.Path(folder) / "photo.jpg"
        photo.write_bytes(content.photo())
        for kind, path in (("none", ""), ("12", str(photo))):
            warm(kind, path, names, asked.rounds)
        cold(pathlib.Path(folder), names, max(3, asked.rounds))


def alone(name: str, file: str) -> None:
    """In a process of its own: for each line that comes in a poster, and its CPU seconds, MB and bytes as a line."""
    engine, data = engines.ENGINES[name][0], pathlib.Path(file).read_bytes() if file else None
    for number, _ in enumerate(sys.stdin):
        told = content.sheet(number)
        photo = None if data is None else content.numbered(data, number)
        began = cpu()
        made = engine(told, photo)
        print(cpu() - began, memory(), len(made), flush=True)


def warm(kind: str, path: str, names: list[str], rounds: int) -> None:
    """One line for each engine: least and median CPU time, as a ratio to ours, memory, size."""
    workers = {name: _worker(name, path) for name in names}
    spent: dict[str, list[float]] = {name: [] for name in names}
    peak: dict[str, float] = {}
    size: dict[str, int] = {}
    for _ in range(rounds + 1):
        for name, worker in workers.items():
            seconds, megabytes, length = _round(worker)
            spent[name].append(seconds)
            peak.setdefault(name, megabytes)
            size[name] = int(length)
    for worker in workers.values():
        worker.communicate()
    what = "no photo" if kind == "none" else "a photo of 12 megapixels"
    print(f"\n{what}, warm, least (median) of {rounds}, load {os.getloadavg()[0]:.1f}; goal {GOALS[kind] * 1e3:.0f} ms")
    base = min(spent[engines.OURS][1:])
    for name in names:
        took = spent[name][1:]
        print(
            f"  {name:36} {min(took) * 1e3:7.1f} ({statistics.median(took) * 1e3:.1f}) ms CPU"
            f"  {min(took) / base:5.2f} x ours  {peak[name]:4.0f} MB  {size[name] / 1e3:7.1f} kB",
            flush=True,
        )


def cold(folder: pathlib.Path, names: list[str], rounds: int) -> None:
    """Whole commands with the same photo: least and median CPU time of each."""
    (case,) = cases.write(folder / "cases", "missing-girl")
    commands = {"fahndung poster": [sys.executable, "-m", "fahndung", "poster", str(case), "-o"]}
    packages = [engines.ENGINES[name][1] for name in names]
    for package in dict.fromkeys(filter(None, packages)):
        swapped = [sys.executable, "-m", "benchmarks.posters.swapped", package, str(_ready(folder, package)), str(case)]
        commands[f"the same command with {package}"] = swapped
    told = content.sheet(0)
    for package in dict.fromkeys(filter(None, packages)):
        ready = _ready(folder, package)
        (ready / "poster.typ").write_text(marked.markup(told, with_photo=True), "utf-8")
        (ready / "poster.html").write_text(marked.page(told, with_photo=True), "utf-8")
        (ready / "address.txt").write_text(told.page_url, "utf-8")
        (ready / "original.jpg").write_bytes(next(iter(case.glob("*.jpg"))).read_bytes())
        commands[f"{package} alone, nothing read or judged"] = [
            *(sys.executable, "-m", "benchmarks.posters.shortest"),
            *(package, str(ready)),
        ]
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            words = command if "benchmarks.posters.shortest" in command else [*command, str(folder / f"{number}.pdf")]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(words, check=True, capture_output=True, env=ENVIRONMENT)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"\ncold, whole commands, least (median) of {rounds}, load {os.getloadavg()[0]:.1f}; goal 0.80 s")
    for name, took in spent.items():
        print(f"  {name:36} {min(took):6.2f} ({statistics.median(took):.2f}) s CPU", flush=True)


def _ready(folder: pathlib.Path, package: str) -> pathlib.Path:
    """A new folder with the typeface in it."""
    made = pathlib.Path(tempfile.mkdtemp(prefix=package, dir=folder))
    content.write_fonts(made)
    return made


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""An installed program is compiled once, not at every start."""


def _worker(name: str, path: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "benchmarks.posters", "--alone", name, path]
    return subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT
    )


def _round(worker: subprocess.Popen[str]) -> tuple[float, float, float]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("\n")
    worker.stdin.flush()
    seconds, megabytes, size = worker.stdout.readline().split()
    return float(seconds), float(megabytes), float(size)


if __name__ == "__main__":
    main()
