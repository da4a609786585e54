"""Throws mutated picture files at intake, walker and inventory: ``python -m tests.fuzz.pictures --seconds 600``.

In this process only the walks in Python run, and they may raise ``UnsafeImage`` alone; what they let pass goes to the
decoder in its child, of which the same holds for the parent. A find stops the search and is written to ``crash-…``.
"""

import argparse
import contextlib
import pathlib
import sys
import tempfile

import atheris

with atheris.instrument_imports(include=["fahndung.images"]):
    from fahndung.errors import UnsafeImage
    from fahndung.images import evidence, intake, inventory, probing, walker
    from fahndung.images.limits import Limits

from tests.fuzz.seeds import seeds

SMALL = Limits(pixels=1_000_000, cpu_s=5, wall_s=30, memory=2**29)
SHARE = 50
"""Of so many files that the pre-parse lets pass, one is decoded and one is inspected, each in a child."""

counted = {"executions": 0, "passed": 0, "decoded": 0, "refused by the child": 0}


def one(untrusted: bytes) -> None:
    counted["executions"] += 1
    for look in (walker.check_jpeg, probing.probe):
        with contextlib.suppress(UnsafeImage):
            look(untrusted)
    frame = untrusted[-1] % 4 or None if untrusted else None
    try:
        probe = intake.sniff(untrusted, SMALL, frame=frame)
    except UnsafeImage:
        return
    assert probe.width * probe.height <= SMALL.pixels
    assert 0 <= probe.end <= len(untrusted)
    inventory.parts(untrusted, probe)
    counted["passed"] += 1
    if counted["passed"] % SHARE:
        return
    try:
        decoded = intake.decode(untrusted, longest=64, frame=frame, limits=SMALL)
        counted["decoded"] += 1
        assert max(decoded.raster.width, decoded.raster.height) <= 64
    except UnsafeImage:
        counted["refused by the child"] += 1
    evidence.inspect(untrusted, name="a", limits=SMALL)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in seeds().items():
            pathlib.Path(folder, name).write_bytes(data)
        options = [f"-max_total_time={asked.seconds}", f"-seed={asked.seed}", "-max_len=20000", "-timeout=60"]
        atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=0", "-print_final_stats=1", folder], counting)
        atheris.Fuzz()


def counting(untrusted: bytes) -> None:
    one(untrusted)
    if counted["executions"] % 10_000 == 0:
        print(counted, flush=True)


if __name__ == "__main__":
    main()
