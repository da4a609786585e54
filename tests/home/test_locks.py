"""Locks of a home: one holder, and a killed one lets go."""

import os
import pathlib
import subprocess
import sys
import textwrap

import pytest

from fahndung.errors import ChannelFailed
from fahndung.home import making


def test_a_read_only_home_can_still_be_locked(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    real = os.open

    def read_only(path: object, flags: int, *args: int) -> int:
        if flags & os.O_RDWR:
            raise OSError(30, "Read-only file system")
        return real(path, flags, *args)  # type: ignore[call-overload,no-any-return]

    with made.lock():
        pass
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        with made.lock():
            pass
        (made.path / "lock").unlink()
        with pytest.raises(ChannelFailed, match="lock"), made.lock():
            pass


def test_only_one_process_holds_the_lock_and_a_killed_one_lets_go(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    script = textwrap.dedent("""
        import pathlib, sys, time
        from fahndung.home import open_home
        with open_home(pathlib.Path(sys.argv[1])).lock():
            print("held", flush=True)
            time.sleep(60)
    """)
    command = [sys.executable, "-c", script, os.fspath(made.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ChannelFailed, match="another run"), made.lock(0.1):
            pass
        other.kill()
        other.wait()
    with made.lock(1.0):
        pass


def test_the_desk_is_free_beside_whoever_has_the_calling_place(tmp_path: pathlib.Path) -> None:
    made = making.create(tmp_path / "h", rehearsal=True)
    with made.lock(), made.desk():
        with pytest.raises(ChannelFailed, match="another run"), made.desk(0):
            pass
        with pytest.raises(ChannelFailed, match="another run"), made.lock(0):
            pass
