"""What takes long to make and is only copied: the first test process of a run makes it, and the others wait for it."""

import contextlib
import fcntl
import pathlib
import shutil
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def once(request: pytest.FixtureRequest, name: str) -> Iterator[tuple[pathlib.Path, bool]]:
    """A folder of that name for all processes of a run, and whether it is still to be made, within the block."""
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    base = factory.getbasetemp()
    shared = (base.parent if hasattr(request.config, "workerinput") else base) / "once"
    shared.mkdir(exist_ok=True)
    path, made = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a process that dies in the block gives it back
        missing = not made.exists()
        if missing:
            shutil.rmtree(path, ignore_errors=True)
        yield path, missing
        made.touch()


@contextlib.contextmanager
def uncovered(config: pytest.Config) -> Iterator[None]:
    """No lines are counted in the block, as in a test with the mark ``no_cover``: counting takes half as long again."""
    plugin = config.pluginmanager.getplugin("_cov")
    counter = None if plugin is None else plugin.cov_controller
    if counter is not None:
        counter.pause()
    try:
        yield
    finally:
        if counter is not None:
            counter.resume()
