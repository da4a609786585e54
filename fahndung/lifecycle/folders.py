"""The folders of a home after the end: what is left of a release, erasing it, a case folder that can only be read.

Asks no ledger and decides nothing. A case folder is never deleted here: that follows the proceedings (§ 489 StPO).
"""

import dataclasses
import json
import os
import pathlib
import shutil
import stat
from collections.abc import Collection, Iterator

from fahndung.home import Home, filing

FOLDER_MODE, FILE_MODE = 0o500, 0o400


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A release folder that no ledger row names: of a build that was killed before it was entered."""

    folder: pathlib.Path
    appeal: str
    revision: int


def left_of(home: Home, digest: str) -> tuple[pathlib.Path, ...]:
    """What still lies in the home of one release: its folder, and what killed runs left of it."""
    folder = home.release_folder(digest)
    found = (folder, *sorted(folder.parent.glob(f".{digest}.*")))
    return tuple(path for path in found if os.path.lexists(path))


def strays(home: Home, known: Collection[str]) -> Iterator[Stray]:
    """Release folders beyond the ``known`` digests that say whose they are."""
    root = home.release_folder("x").parent
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.name in known or folder.name.startswith("."):
            continue
        try:
            untrusted = json.loads((folder / "manifest.json").read_bytes())
            yield Stray(folder=folder, appeal=str(untrusted["id"]), revision=int(untrusted["revision"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue


def erase(folder: pathlib.Path) -> None:
    """Erase a folder of ``left_of`` or ``strays``. It vanishes whole first, so nobody ever meets half a release.

    Raises:
        OSError: something is left of it.
    """
    doomed = folder if folder.name.startswith(".") else folder.with_name(f".{folder.name}.erasing")
    if doomed != folder:
        if doomed.exists():
            shutil.rmtree(doomed)
        folder.rename(doomed)
    shutil.rmtree(doomed)
    filing.sync(folder.parent)


def restrict(folder: pathlib.Path) -> None:
    """Make a case folder and all that lies in it readable for its owner only, and writable for nobody.

    Raises:
        OSError: the rights cannot be changed.
    """
    for path in _below(folder):
        path.chmod(_mode(path))
    if not is_restricted(folder):
        raise PermissionError(f"{folder} can still be written")


def is_restricted(folder: pathlib.Path) -> bool:
    """Whether nothing in a case folder can be written any more."""
    return all(stat.S_IMODE(path.stat().st_mode) == _mode(path) for path in _below(folder))


def _below(folder: pathlib.Path) -> list[pathlib.Path]:
    """The files first, then the folders from the inside out: a folder is closed when all in it is done."""
    found = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    return sorted(found, key=lambda path: (path.is_dir(), -len(path.parts)))


def _mode(path: pathlib.Path) -> int:
    return FOLDER_MODE if path.is_dir() else FILE_MODE
