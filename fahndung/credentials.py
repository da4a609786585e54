"""Secrets by name: from systemd's credentials folder, else from the environment. Keeps none and prints none."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
from collections.abc import Iterator

from fahndung.errors import InvalidConfig

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PUBLIC = frozenset({"FAHNDUNG_HOME", "FAHNDUNG_PERSON"})
"""Variables of the program that hold no secret."""
SHORTEST = 4


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


def known() -> frozenset[str]:
    """The text of every secret that this process could read: none of them may be told. Short ones are words."""
    found = {text for name, text in os.environ.items() if _is_secret(name)}
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder:
        with contextlib.suppress(OSError):
            found |= {_from_file(path.name) for path in pathlib.Path(folder).iterdir()}
    found |= {part for text in found for part in _parts(text)}
    return frozenset(text for text in found if len(text) >= SHORTEST)


def _parts(secret: str) -> Iterator[str]:
    """The texts in a secret that is a JSON object of several."""
    with contextlib.suppress(ValueError):
        values = json.loads(secret)
        yield from (value for value in (values.values() if isinstance(values, dict) else ()) if isinstance(value, str))


def _is_secret(name: str) -> bool:
    return (name.startswith("FAHNDUNG_") and name not in PUBLIC) or name == "PGPASSWORD"


def _from_file(name: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        return (pathlib.Path(folder) / name).read_text("utf-8").rstrip("\r\n") if folder else ""
    except (OSError, UnicodeDecodeError):
        return ""
