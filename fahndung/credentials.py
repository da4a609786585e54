"""Secrets by name: from systemd's credentials folder, else from the environment. Keeps none and prints none."""

import dataclasses
import os
import pathlib
import re

from fahndung.errors import InvalidConfig

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """A secret whose text shows in no message and no log."""

    reveal: str = dataclasses.field(repr=False)


class CredentialMissing(InvalidConfig):
    """A credential that the configuration names is not there, or is empty."""


def variable(name: str) -> str:
    """The environment variable that may hold a credential: ``alarm-mail`` → ``FAHNDUNG_ALARM_MAIL``."""
    return f"FAHNDUNG_{name.upper().replace('-', '_')}"


def read(name: str) -> Secret:
    """The secret of that name: ``$CREDENTIALS_DIRECTORY/<name>``, else the environment variable ``FAHNDUNG_<NAME>``.

    Raises:
        CredentialMissing: there is none, or it is empty or no text.
    """
    if not NAME.fullmatch(name):
        raise ValueError("a credential is named with small letters, digits and hyphens")
    text = _from_file(name) or os.environ.get(variable(name), "")
    if not text:
        raise CredentialMissing(
            f"The credential {name} is missing: give it to the service as a systemd credential of that name "
            f"(LoadCredential={name}:…), or set {variable(name)}.",
            f"Das Zugangsgeheimnis {name} fehlt: dem Dienst als systemd-Credential dieses Namens mitgeben "
            f"(LoadCredential={name}:…) oder {variable(name)} setzen.",
        )
    return Secret(text)


def _from_file(name: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        return (pathlib.Path(folder) / name).read_text("utf-8").rstrip("\r\n") if folder else ""
    except (OSError, UnicodeDecodeError):
        return ""
