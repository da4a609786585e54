"""Secrets by name: from systemd's credentials folder, else from the environment; or from the user's keyring.

Prints none, and remembers none but those of a keyring, so that they can be kept out of what is told. Writes none but
into a keyring, where the platform gives another one for each use.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from fahndung.errors import InvalidConfig, Message, os_reason

NAME = re.compile(r"(keyring:)?[a-z0-9]+(-[a-z0-9]+)*")
KEYRING = "keyring:"
"""Begins the name of a secret that lies in a keyring."""
SERVICE = "fahndung"
"""Under which a keyring keeps the secrets of this program."""
PUBLIC = frozenset({"FAHNDUNG_HOME", "FAHNDUNG_PERSON"})
"""Variables of the program that hold no secret."""
SHORTEST = 4
PATIENCE_S = 20.0
"""How long a keyring may take: a locked one asks somebody at the screen, and a takedown must not wait for that."""


@dataclasses.dataclass(frozen=True, slots=True)
class Secret:
    """A secret whose text shows in no message and no log."""

    reveal: str = dataclasses.field(repr=False)


class CredentialMissing(InvalidConfig):
    """A credential that the configuration names is not there, or is empty."""


class _FolderClosed(CredentialMissing):
    """Nobody can tell whether a credential lies in the folder of systemd's: it is none, or closed."""


class CredentialUnkept(InvalidConfig):
    """A secret could not be put into the keyring, or is not what is read back from it."""


def variable(name: str) -> str:
    """The environment variable that may hold a credential: ``alarm-mail`` → ``FAHNDUNG_ALARM_MAIL``."""
    return f"FAHNDUNG_{name.upper().replace('-', '_')}"


def read(name: str) -> Secret:
    """The secret of that name: ``$CREDENTIALS_DIRECTORY/<name>``, else the environment variable ``FAHNDUNG_<NAME>``.

    ``keyring:<name>`` lies in the keyring of whoever runs the program, and is looked for nowhere else.

    Raises:
        CredentialMissing: there is none, or it is empty; its file cannot be read, or is no text; its folder cannot be
            searched, and no variable is set; or the keyring cannot be asked.
    """
    if not NAME.fullmatch(name):
        raise ValueError("a credential is named with small letters, digits and hyphens")
    if name.startswith(KEYRING):
        return _from_keyring(name.removeprefix(KEYRING))
    closed: _FolderClosed | None = None
    try:
        text = _from_file(name)
    except _FolderClosed as error:  # such as one that was inherited from another user's service
        text, closed = "", error
    text = text or os.environ.get(variable(name), "").rstrip("\r\n")
    if not text:
        raise closed or CredentialMissing(
            f"The credential {name} is missing: give it to the service as a systemd credential of that name "
            f"(LoadCredential={name}:…), or set {variable(name)}.",
            f"Das Zugangsgeheimnis {name} fehlt: dem Dienst als systemd-Credential dieses Namens mitgeben "
            f"(LoadCredential={name}:…) oder {variable(name)} setzen.",
        )
    return Secret(text)


def source(name: str) -> Message | None:
    """From where ``read`` takes the secret of that name, in words; None: it takes none. Asks no keyring."""
    if name.startswith(KEYRING):
        own = name.removeprefix(KEYRING)
        return Message(
            f"secret from the keyring entry {SERVICE}/{own}", f"Geheimnis aus dem Schlüsselbund {SERVICE}/{own}"
        )
    try:
        is_file = bool(_from_file(name))
    except _FolderClosed:
        is_file = False
    except CredentialMissing:
        return None
    if is_file:
        return Message(f"secret from the systemd credential {name}", f"Geheimnis aus dem systemd-Credential {name}")
    if os.environ.get(variable(name), "").rstrip("\r\n"):
        return Message(f"secret from the variable {variable(name)}", f"Geheimnis aus der Variablen {variable(name)}")
    return None


def keep(name: str, secret: Secret) -> None:
    """Puts a secret into the keyring in the place of that name, and reads it back.

    Args:
        name: begins with :data:`KEYRING`.

    Raises:
        CredentialUnkept: nobody knows whether it is there; or the keyring cannot be asked.
    """
    if not NAME.fullmatch(name) or not name.startswith(KEYRING):
        raise ValueError("only a keyring takes a secret")
    own = name.removeprefix(KEYRING)
    _unlocked.add(secret.reveal)  # whatever becomes of it, nobody is to be told
    try:
        found = _asked(own, f"{own} is put", lambda ring: _put(ring, own, secret.reveal))
    except CredentialMissing as error:
        raise CredentialUnkept(*error.message) from error
    if found != secret.reveal:
        raise CredentialUnkept(
            f"The keyring did not keep the credential {own}: something else is read back. Look at it as the user who "
            "runs the program.",
            f"Der Schlüsselbund hat das Zugangsgeheimnis {own} nicht behalten: Zurückgelesen wird etwas anderes. Bitte "
            "als der Benutzer nachsehen, der das Programm ausführt.",
        )


def known() -> frozenset[str]:
    """The text of every secret that this process could read: none of them may be told. Short ones are words.

    What lies in a keyring is known once it was read.
    """
    found = {text for name, text in os.environ.items() if _is_secret(name)}
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder:
        with contextlib.suppress(OSError):
            for path in pathlib.Path(folder).iterdir():
                with contextlib.suppress(CredentialMissing):
                    found.add(_from_file(path.name))
    found |= {text.rstrip("\r\n") for text in found} | _unlocked
    found |= {part for text in found for part in _parts(text)}
    return frozenset(text for text in found if len(text) >= SHORTEST)


def unlocked() -> frozenset[str]:
    """The text of every secret, and of its parts, that was read from a keyring so far; none of them may be told."""
    found = {*_unlocked, *(part for text in _unlocked for part in _parts(text))}
    return frozenset(text for text in found if len(text) >= SHORTEST)


_unlocked: set[str] = set()


def _put(ring: Any, name: str, text: str) -> str | None:
    ring.set_password(SERVICE, name, text)
    found: str | None = ring.get_password(SERVICE, name)
    return found


def _from_keyring(name: str) -> Secret:
    answer = _asked(name, name, lambda ring: ring.get_password(SERVICE, name))
    if not answer:
        raise _missing(name, "it is not in it", "dort liegt es nicht")
    _unlocked.add(answer)
    return Secret(answer)


def _asked(name: str, question: str, ask: Callable[[Any], str | None]) -> str | None:
    """What the keyring answers; whoever asks the same meanwhile gets the same answer.

    Raises:
        CredentialMissing: it cannot be asked.
    """
    try:
        import keyring
    except ImportError as error:
        raise _missing(
            name, "the extra is not installed", "die Erweiterung ist nicht installiert", extra=True
        ) from error
    asked = _Question.of(question, lambda: ask(keyring))
    asked.done.wait(max(0.0, asked.until - time.monotonic()))
    if not asked.done.is_set():
        raise _missing(name, "it does not answer; is it locked?", "er antwortet nicht; ist er gesperrt?")
    if asked.failure:
        raise _missing(name, f"it cannot be asked ({asked.failure})", f"er ist nicht lesbar ({asked.failure})")
    return asked.answer


class _Question:
    """One question to the keyring, for whoever wants the same secret meanwhile.

    While a locked one does not answer, nobody waits longer than the first who asked, and nobody else is asked at the
    screen: a takedown of many copies would else wait for each of its calls.
    """

    _open: ClassVar[dict[str, "_Question"]] = {}
    _lock = threading.Lock()

    def __init__(self) -> None:
        self.until = time.monotonic() + PATIENCE_S
        self.done = threading.Event()
        self.answer: str | None = None
        self.failure = ""

    @classmethod
    def of(cls, name: str, ask: Callable[[], str | None]) -> "_Question":
        """The question that is open for a secret, else a new one."""
        with cls._lock:
            if (known := cls._open.get(name)) is not None:
                return known
            question = cls._open[name] = cls()
        threading.Thread(target=question._ask, args=(name, ask), daemon=True).start()
        return question

    def _ask(self, name: str, ask: Callable[[], str | None]) -> None:
        try:
            self.answer = ask()
        except Exception as error:  # noqa: BLE001 RUF100  # each keyring has errors of its own, which may quote a secret
            self.failure = type(error).__name__
        with self._lock:
            del self._open[name]
        self.done.set()


def _missing(name: str, en: str, de: str, *, extra: bool = False) -> CredentialMissing:
    todo = "pip install 'fahndung[keyring]'" if extra else f"keyring set {SERVICE} {name}"
    return CredentialMissing(
        f"The credential {name} cannot be read from the keyring: {en}. As the user who runs the program: {todo}",
        f"Das Zugangsgeheimnis {name} ist nicht aus dem Schlüsselbund zu lesen: {de}. Als der Benutzer, der das "
        f"Programm ausführt: {todo}",
    )


def _parts(secret: str) -> Iterator[str]:
    """The texts in a secret that is a JSON object of several."""
    with contextlib.suppress(ValueError):
        values = json.loads(secret)
        yield from (value for value in (values.values() if isinstance(values, dict) else ()) if isinstance(value, str))


def _is_secret(name: str) -> bool:
    return (name.startswith("FAHNDUNG_") and name not in PUBLIC) or name == "PGPASSWORD"


def _from_file(name: str) -> str:
    """What systemd gave under that name; empty where it gave nothing.

    Raises:
        CredentialMissing: it is there and cannot be read: whoever took another one instead would log in as the wrong.
            ``_FolderClosed``: it need not be there.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = pathlib.Path(folder) / name if folder else None
    try:
        return path.read_text("utf-8").rstrip("\r\n") if path is not None else ""
    except FileNotFoundError:
        return ""
    except OSError as error:
        en, de = os_reason(error)
        if path is not None and not _is_seen(path):
            raise _FolderClosed(
                f"The credential {name} is missing: {variable(name)} is not set, and in CREDENTIALS_DIRECTORY "
                f"({folder}) nobody can look: {en}. Check folder and rights, or set the variable.",
                f"Das Zugangsgeheimnis {name} fehlt: {variable(name)} ist nicht gesetzt, und in CREDENTIALS_DIRECTORY "
                f"({folder}) lässt sich nicht nachsehen: {de}. Bitte Ordner und Rechte prüfen oder die "
                "Variable setzen.",
            ) from error
    except UnicodeDecodeError:
        en, de = "it is no UTF-8 text", "kein Text in UTF-8"
    raise CredentialMissing(
        f"The credential {name} lies in {path} and cannot be read: {en}. Check file and rights.",
        f"Das Zugangsgeheimnis {name} liegt in {path} und ist nicht lesbar: {de}. Bitte Datei und Rechte prüfen.",
    )


def _is_seen(path: pathlib.Path) -> bool:
    """Whether something is there, readable or not."""
    try:
        path.lstat()
    except OSError:
        return False
    return True
