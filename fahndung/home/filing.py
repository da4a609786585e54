"""Files and folders of a home: each written whole or not at all, for its owner only, and on the disk afterwards."""

import os
import pathlib
import secrets
import shutil
from collections.abc import Mapping

from fahndung.errors import ChannelFailed, os_reason


def store(folder: pathlib.Path, files: Mapping[str, bytes]) -> pathlib.Path:
    """The folder, written anew with mode 0700; what lay there before, and what a killed run left of it, is gone.

    The caller holds the desk.

    Raises:
        ChannelFailed: it cannot be written; nothing of it is left.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    scratch = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        for name, data in files.items():
            target = scratch / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(target, data)
        for directory in (scratch, *(p for p in scratch.rglob("*") if p.is_dir())):
            directory.chmod(0o700)
        if folder.exists():
            shutil.rmtree(folder)
        scratch.rename(folder)
        sync(folder.parent)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise ChannelFailed(
            f"{folder} cannot be written: {os_reason(error).en}",
            f"{folder} ist nicht schreibbar: {os_reason(error).de}",
        ) from error
    return folder


def replace(path: pathlib.Path, data: bytes) -> None:
    """Puts a file in place at once, of an earlier one too.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    write(draft, data)
    draft.replace(path)
    sync(path.parent)


def write(path: pathlib.Path, data: bytes) -> None:
    """Makes a file anew, mode 0600.

    Raises:
        OSError: it cannot be written.
    """
    path.unlink(missing_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync(folder: pathlib.Path) -> None:
    """What was made, renamed or removed in a folder stays so, even if the machine stops now.

    Raises:
        OSError: the disk does not take it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
