"""Runs one target of a search for so many seconds, with its seeds; a find stops it and is written to ``crash-…``."""

import argparse
import pathlib
import sys
import tempfile
from collections.abc import Callable, Mapping

import atheris

EVERY = 10_000
"""After so many executions the counts are told."""


def search(one: Callable[[bytes], None], seeds: Mapping[str, bytes], counted: Mapping[str, int]) -> None:
    """Calls ``one`` with mutations of the seeds until the time of the command line is over.

    Args:
        counted: what ``one`` counts; ``executions`` is among it.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()

    def counting(untrusted: bytes) -> None:
        one(untrusted)
        if counted["executions"] % EVERY == 0:
            print(counted, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        for name, data in seeds.items():
            pathlib.Path(folder, name).write_bytes(data)
        options = [f"-max_total_time={asked.seconds}", f"-seed={asked.seed}", "-max_len=20000", "-timeout=60"]
        atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=0", "-print_final_stats=1", folder], counting)
        atheris.Fuzz()
