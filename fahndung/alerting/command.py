"""Gives a notice to a program of the force's own: the text on its standard input. No shell, nothing inherited."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence

from fahndung.alerting.notice import Notice
from fahndung.errors import Message, os_reason

TIMEOUT_S = 20.0
_PATH = "/usr/local/bin:/usr/bin:/bin"


def run(command: Sequence[str], notice: Notice, *, timeout_s: float = TIMEOUT_S) -> Message | None:
    """None if the program ended with 0 in time, else why the notice may not have gone out.

    Its output is thrown away, since nobody knows what it holds. After ``timeout_s`` seconds it is killed together with
    whatever it started.
    """
    program = command[0]
    environment = {"PATH": _PATH, "LANG": "C.UTF-8", "FAHNDUNG_ALARM_LEVEL": notice.level.value}
    text = f"{notice.subject}\n\n{notice.text}".encode()
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        return Message(
            f"{program} could not be started: {os_reason(error).en}",
            f"{program} ist nicht startbar: {os_reason(error).de}",
        )
    with process:
        try:
            process.communicate(text, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            return Message(
                f"{program} did not end within {timeout_s:g} s and was killed",
                f"{program} war nach {timeout_s:g} s nicht fertig und wurde beendet",
            )
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        return Message(f"{program} ended with {process.returncode}", f"{program} endete mit {process.returncode}")
    return None
