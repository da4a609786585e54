"""The head of the audit log as it leaves the house: signed with the home's own key, one line for a file or a syslog.

Who rolled back a home may have replaced its key as well, so the public key belongs elsewhere too. Chooses no place.
"""

import contextlib
import dataclasses
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from fahndung import approval
from fahndung.errors import LedgerMissing, Message, NotPublishable, Problem, Severity, UsageError, os_reason
from fahndung.ledger import sqlite
from fahndung.ledger.chain import Head
from fahndung.ledger.columns import canonical

KIND = "application/vnd.fahndung.audit-head+json"
SCHEMA = "fahndung/audit-head/2"
KEY_NAME, PUBLIC_NAME = "audit.key", "audit.pub"
"""The home's key and its public part, as files of the home."""
_TYPES = {"seq": int, "hash": str, "count": int, "home_id": str, "at": str}


class NotSigned(UsageError):
    """What should be a signed head is not signed with the key that it should be signed with."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head whose signature was verified; ``key_id`` is the fingerprint of the key that made it."""

    head: Head
    at: dt.datetime
    key_id: str


def found_key(home: Path) -> str:
    """A new key of a home, mode 0600, and its public part beside it; returns the fingerprint.

    Raises:
        UsageError: there is one already, or it cannot be written.
    """
    key = approval.generate()
    public = approval.public_bytes(key)
    approval.save_key(home / KEY_NAME, key, None)
    approval.save_public(home / PUBLIC_NAME, public)
    return approval.key_id(public)


def load_key(home: Path) -> bytes:
    """The home's private key: systemd's credential of that name where there is one, else the home's file.

    Raises:
        UsageError: there is none, or others can read it.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    given = Path(credentials) / KEY_NAME if credentials else None
    try:
        is_given = given is not None and given.exists()
    except PermissionError:  # a folder that was inherited from another user's service
        is_given = False
    return approval.load_key(given if given is not None and is_given else home / KEY_NAME)


def public_key(home: Path) -> bytes:
    """The raw public key of a home.

    Raises:
        UsageError: the home has none.
    """
    return approval.load_public(home / PUBLIC_NAME)


def seal(head: Head, at: dt.datetime, private_key: bytes) -> bytes:
    """The head and the instant at which it was one, signed: one line of canonical JSON without its end."""
    values = {"schema": SCHEMA, **dataclasses.asdict(head), "at": at.astimezone(dt.UTC).isoformat()}
    return approval.seal(canonical(values), KIND, private_key)


def read(path: Path, public: bytes) -> SignedHead:
    """The head in a file.

    Raises:
        NotSigned: it is not signed with that key, or not at all.
        UsageError: there is none, or something else was signed.
    """
    try:
        payload, key_id = approval.unseal(path.read_bytes().strip(), KIND, {approval.key_id(public): public})
        untrusted: dict[str, Any] = json.loads(payload)
        if untrusted.pop("schema") != SCHEMA or {name: type(it) for name, it in untrusted.items()} != _TYPES:
            raise ValueError(SCHEMA)
        at = dt.datetime.fromisoformat(untrusted.pop("at"))
    except NotPublishable as error:
        raise _unsigned(path, public) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not the head of an audit log; name the file that an earlier run wrote.",
            f"{path} ist kein Protokollende; bitte die Datei nennen, die ein früherer Lauf geschrieben hat.",
        ) from error
    return SignedHead(head=Head(**untrusted), at=at, key_id=key_id)


def write(path: Path, head: Head, at: dt.datetime, private_key: bytes, public: bytes) -> None:
    """Keep a signed head in a file, whole and on the disk when this returns.

    Raises:
        LedgerMissing: the file knows a later or another chain, so the ledger was replaced or set back.
        UsageError: the file cannot be written, or holds something else than a head that was signed here.
    """
    if os.path.lexists(path):
        earlier = read(path, public).head
        same = earlier.home_id == head.home_id and earlier.seq <= head.seq
        if not same or (earlier.seq == head.seq and earlier.hash != head.hash):
            raise LedgerMissing(
                f"{path} knows event {earlier.seq} of home {earlier.home_id}; the ledger ends at event {head.seq} "
                f"of home {head.home_id}. The ledger was set back or replaced: look for the right one.",
                f"{path} kennt Eintrag {earlier.seq} von {earlier.home_id}; das Register endet mit Eintrag {head.seq} "
                f"von {head.home_id}. Das Register wurde zurückgesetzt oder ausgetauscht: bitte das richtige suchen.",
            )
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with draft.open("wb") as file:
            file.write(seal(head, at, private_key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sqlite.sync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        why = os_reason(error)
        raise UsageError(
            f"The head of the audit log cannot be written to {path}: {why.en}.",
            f"Das Ende des Protokolls lässt sich nicht nach {path} schreiben: {why.de}.",
        ) from error


def head_place(path: Path, home: Path) -> tuple[Problem, ...]:
    """Why a place for the head does not protect the home whose head it is: inside it, or on the same file system.

    A place that cannot be looked at is one: nothing can be written there either.
    """
    try:
        folder = path.parent.resolve()
        if folder.is_relative_to(home.resolve()):
            return (_weak("lies in the home itself: whoever rolls the home back rolls it back too", *_INSIDE),)
        if not folder.is_dir():
            return (_weak(f"cannot be kept: there is no folder {folder}", f"der Ordner {folder} fehlt"),)
        if folder.stat().st_dev == home.stat().st_dev:
            return (_weak("lies on the file system of the home: one backup or snapshot holds both", *_BESIDE),)
    except OSError as error:
        why = os_reason(error)
        return (_weak(f"cannot be looked at: {why.en}", f"nicht zugänglich: {why.de}"),)
    return ()


_INSIDE = ("er liegt im Heim selbst: Wer das Heim zurücksetzt, setzt ihn mit zurück",)
_BESIDE = ("er liegt auf demselben Dateisystem wie das Heim: Eine Sicherung umfasst beide",)


def _weak(en: str, de: str) -> Problem:
    message = Message(f"The head of the audit log {en}.", f"Der Kopf des Protokolls schützt wenig: {de}.")
    return Problem(rule="audit", severity=Severity.WARN, field="audit/head", message=message, source="")


def _unsigned(path: Path, public: bytes) -> NotSigned:
    own = approval.key_id(public)
    return NotSigned(
        f"{path} is not a head that the key {own} has signed: the file was changed, another key signed it, or it was "
        "written before heads were signed. Compare with the copy of the public key that is kept elsewhere; only then "
        "remove the file.",
        f"{path} ist kein mit dem Schlüssel {own} signiertes Protokollende: Die Datei wurde geändert, ein fremder "
        "Schlüssel hat sie signiert, oder sie stammt aus der Zeit vor den Signaturen. Mit der auswärts verwahrten "
        "Kopie des öffentlichen Schlüssels vergleichen; erst danach die Datei entfernen.",
    )
