"""Looks at the files of a home: configuration, rights and owners, secrets, the last backup. Prints no secret."""

import datetime as dt
import os
import pathlib
import stat
from collections.abc import Iterator

from fahndung import credentials
from fahndung.errors import FahndungError, Message
from fahndung.home import IDENTITY_NAME, Home, exposed_folders
from fahndung.home.config import CONFIG_NAME, Config
from fahndung.ledger import heads
from fahndung.lifecycle import diagnosis
from fahndung.lifecycle.diagnosis import Finding
from fahndung.model.faces import Absence

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_CHANGE = stat.S_IWGRP | stat.S_IWOTH
_SECRET = (heads.KEY_NAME, "ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger-address")
_KEPT = (CONFIG_NAME, IDENTITY_NAME)


def configuration(home: Home) -> tuple[Config | None, Finding]:
    """The configuration of today, if it can be read."""
    todo = Message(
        "correct fahndung.toml; takedowns go on from the ledger meanwhile",
        "fahndung.toml berichtigen; gelöscht wird so lange nach dem Register",
    )
    try:
        config = home.config()
        disagrees = home.disagrees(config)
    except FahndungError as error:
        return None, diagnosis.bad("configuration", error.message, todo)
    if disagrees is not None:
        return config, diagnosis.bad("configuration", disagrees, todo)
    return config, diagnosis.ok("configuration", "fahndung.toml is valid", "fahndung.toml ist gültig")


def rights(home: Home, config: Config | None, keys: pathlib.Path) -> Iterator[Finding]:
    """Who may read and change what only this program may; ``keys``: the folder with private keys."""
    found = [*_of_files(home), *_of_keys(keys)]
    for folder in exposed_folders(home.path, () if config is None else config.roots):
        what = Message(f"{folder} can be read by others", f"{folder} ist für andere lesbar")
        found.append(diagnosis.bad("permissions", what, _chmod("700", folder)))
    yield from found or (diagnosis.ok("permissions", "rights and owners are right", "Rechte und Eigentümer stimmen"),)


def _of_files(home: Home) -> Iterator[Finding]:
    owner = home.path.stat().st_uid
    for name, forbidden in (("", _CHANGE), *((one, _OTHERS) for one in _SECRET), *((one, _CHANGE) for one in _KEPT)):
        path = home.path / name
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        if state.st_mode & forbidden:
            what = Message(f"others may read or change {path}", f"Andere können {path} lesen oder ändern")
            yield diagnosis.bad("permissions", what, _chmod("600" if name else "700", str(path)))
        if state.st_uid != owner:
            what = Message(
                f"{path} belongs to another user than the home", f"{path} gehört einem anderen Nutzer als das Heim"
            )
            yield diagnosis.bad("permissions", what, Message(f"chown {path}", f"chown {path}"))
    if owner != os.getuid() and os.getuid() != 0:
        what = Message("the home belongs to another user", "Das Heim gehört einem anderen Nutzer")
        yield diagnosis.bad("permissions", what, Message("run as its owner", "als dessen Eigentümer ausführen"))


def _of_keys(keys: pathlib.Path) -> Iterator[Finding]:
    for path in sorted(keys.glob("*.key")) if keys.is_dir() else ():
        if path.stat().st_mode & _OTHERS:
            what = Message(f"others may read the key {path}", f"Andere können den Schlüssel {path} lesen")
            yield diagnosis.bad("permissions", what, _chmod("600", str(path)))


def _chmod(mode: str, path: str) -> Message:
    return Message(f"chmod {mode} {path}", f"chmod {mode} {path}")


def detector(config: Config | None) -> Finding:
    """What looks for faces in pictures, by name and weights; or that nothing does."""
    from fahndung.images import faces  # here: what reads pictures takes long to import

    try:
        found = faces.chosen() if config is None else faces.chosen(config.faces, *config.face_model)
    except FahndungError as error:
        return diagnosis.bad("faces", error.message, Message("restore it: no release is built", "wiederherstellen"))
    if found is Absence.DEMANDED:
        what = Message("a face detector is demanded and not installed", "Ein Gesichtsdetektor ist verlangt und fehlt")
        return diagnosis.bad("faces", what, Message(faces.INSTALL, faces.INSTALL))
    if isinstance(found, Absence):
        en, de = {
            Absence.OFF: ("is switched off ([images] faces)", "ist abgeschaltet ([images] faces)"),
            Absence.MISSING: (f"is not installed ({faces.INSTALL})", f"ist nicht installiert ({faces.INSTALL})"),
        }[found]
        return diagnosis.ok(
            "faces",
            f"the face detector {en}: “bystanders” alone counts",
            f"Der Gesichtsdetektor {de}: es zählt allein „bystanders“",
        )
    tool = f"{found.instrument.name}, SHA-256 {found.instrument.sha256}"
    return diagnosis.ok("faces", f"{tool} suggests faces", f"{tool} schlägt Gesichter vor")


def secrets(config: Config) -> Iterator[Finding]:
    """Whether the credential of each channel can be found; those of the alarms are looked at with the alarms."""
    found = []
    for name, table in config.channels.items():
        for key in sorted(key for key in table if key == "credential" or key.endswith("_credential")):
            try:
                credentials.read(str(table[key]))
            except (FahndungError, ValueError) as error:
                told = error.message if isinstance(error, FahndungError) else Message(str(error), str(error))
                what = Message(f"{name}: {told.en}", f"{name}: {told.de}")
                todo = Message(
                    "without it nothing can be taken down there", "ohne das Geheimnis ist dort nichts zu löschen"
                )
                found.append(diagnosis.bad("credentials", what, todo))
    for path in _given():
        if path.stat().st_mode & _OTHERS:
            what = Message(f"others may read the credential {path.name}", f"Andere können {path.name} lesen")
            found.append(diagnosis.bad("credentials", what, _chmod("400", str(path))))
    yield from found or (diagnosis.ok("credentials", "every credential is there", "Alle Zugangsgeheimnisse sind da"),)


def _given() -> list[pathlib.Path]:
    """The credentials that systemd gave; none where its folder is none, or is closed: what is missing is told above."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        return sorted(pathlib.Path(folder).iterdir()) if folder else []
    except OSError:
        return []


def audit_head(home: Home, path: pathlib.Path) -> Iterator[Finding]:
    """Whether the head of the log survives what may happen to the home."""
    problems = heads.head_place(path, home.path)
    todo = Message(
        "name a file on another machine's file system under [audit] head",
        "unter [audit] head eine Datei auf dem Dateisystem eines anderen Rechners nennen",
    )
    for problem in problems:
        yield diagnosis.warn("audit-head", problem.message, todo)
    if not problems:
        yield diagnosis.ok("audit-head", "the head of the log is kept elsewhere", "Das Protokollende liegt auswärts")


def backup(config: Config | None, now: dt.datetime) -> Finding:
    """The last backup, as its stamp says: by what stands in it, else by when it was changed."""
    path = None if config is None else config.backup_stamp
    if path is None:
        return diagnosis.backup(None, now)
    try:
        told, changed = path.read_text("utf-8").strip(), path.stat().st_mtime
    except (OSError, UnicodeDecodeError):
        return diagnosis.backup(None, now)
    return diagnosis.backup(_instant(told) or dt.datetime.fromtimestamp(changed, dt.UTC), now)


def _instant(untrusted: str) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(untrusted)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
