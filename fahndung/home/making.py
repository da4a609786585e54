"""Makes the folders and the configuration of a new home; its ledger is made by ``fahndung.founding``."""

import json
import pathlib
import re
import secrets
from typing import Literal

from fahndung import resources
from fahndung.errors import UsageError, os_reason
from fahndung.home import IDENTITY_NAME, Home, filing
from fahndung.home.config import CONFIG_NAME

_COMMENTED = re.compile(r"^# \[ledger\]\n# address = .*\n", re.MULTILINE)


def create(path: pathlib.Path, *, rehearsal: bool, ledger: str | None = None, lang: Literal["de", "en"] = "en") -> Home:
    """Makes the folders and a commented ``fahndung.toml``; the ledger is made by the caller.

    Args:
        ledger: the address of a database for it; None for a file in the home.
        lang: of the comments in the configuration.

    Raises:
        UsageError: something is there already.
    """
    if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
        raise UsageError(
            f"{path} exists and is not an empty folder; name another with --home",
            f"{path} besteht schon und ist kein leerer Ordner; bitte mit --home einen anderen nennen",
        )
    try:
        return _make(path, f"{'rehearsal' if rehearsal else 'production'}.{lang}.toml", ledger)
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"{path} cannot be made: {reason.en}; name another place with --home",
            f"{path} lässt sich nicht anlegen: {reason.de}; bitte mit --home einen anderen Ort nennen",
        ) from error


def _make(path: pathlib.Path, config: str, ledger: str | None) -> Home:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    for name in ("cases", "releases"):
        (path / name).mkdir(mode=0o700)
    if config.startswith("rehearsal"):
        (path / "site").mkdir(mode=0o755)
    text = resources.template_text("config", config)
    if ledger is not None:
        table = f"[ledger]\naddress = {json.dumps(ledger)}\n"
        text = _COMMENTED.sub(lambda _: table, text, count=1)
    filing.write(path / CONFIG_NAME, text.encode())
    identity = secrets.token_hex(16)
    filing.write(path / IDENTITY_NAME, f"{identity}\n".encode())
    made = Home(path=path.resolve(), identity=identity)
    if ledger is not None:
        made.record_address(ledger)
    return made
