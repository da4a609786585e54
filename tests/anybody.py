"""A process without root's right to read everything: what is closed to others is closed to it too."""

import os
import pathlib
import subprocess
import sys

_WITHOUT = "-dac_override,-dac_read_search"  # what root may do in spite of permissions
AS_ANYBODY = [] if os.geteuid() else ["setpriv", f"--inh-caps={_WITHOUT}", f"--bounding-set={_WITHOUT}"]


def printed(code: str, folder: pathlib.Path) -> str:
    """What a program prints that has a folder of credentials."""
    environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(folder)}
    command = [*AS_ANYBODY, sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
