"""Acts that count: key files, signed statements (DSSE with Ed25519), and the four-eyes rule over them.

Knows no ledger and reads no clock: who holds which key is handed in, and so is the instant.
"""

import base64
import binascii
import dataclasses
import datetime as dt
import enum
import hashlib
import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fahndung.errors import Message, NotPublishable, Problem, Severity, UsageError

PAYLOAD_TYPE = "application/vnd.fahndung.act+json"
SCHEMA = "fahndung/act/1"
LARGEST_ENVELOPE = 64 * 1024
"""Bytes. A statement has about 600; more than this is not read at all."""
LARGEST_KEY_FILE = 16 * 1024
CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""How far in the future a signature's own instant may lie (two clocks of one office)."""
_APPROVER = "approver"
_TEXTS = ("home", "appeal", "subject", "person", "role")
_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Act(enum.StrEnum):
    """What somebody puts a signature under."""

    SUBMIT = "submit"
    VERIFY_IMAGE = "verify-image"
    APPROVE = "approve"
    CONFIRM = "confirm"
    REVIEW = "review"
    COUNTERSIGN = "countersign"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a signature says: who did what to which bytes, in which role, when.

    Attributes:
        subject: what is signed: the record's SHA-256 (submit), the image's (verify-image), the release's digest
            (approve), the new person's key id (countersign), or the name of a confirmation or review.
        revision: 0 where no appeal is meant (countersign, with an empty ``appeal``).
        expires: from this instant on the statement no longer counts; None: it does not expire.
        extra: further JSON values (the image's id, the confirmation itself).
        key_id: SHA-256 of the signing public key; ``sign`` fills it.
    """

    act: Act
    home_id: str
    appeal: str
    revision: int
    subject: str
    person: str
    role: str
    at: dt.datetime
    expires: dt.datetime | None = None
    extra: Mapping[str, object] = dataclasses.field(default_factory=dict)
    key_id: str = ""

    def __post_init__(self) -> None:
        for instant in (self.at, self.expires):
            if instant is not None and instant.utcoffset() is None:
                raise ValueError("a statement has a naive datetime")
        if self.revision < 0:
            raise ValueError("revisions count from 1")
        if not (self.home_id and self.subject and self.person and self.role):
            raise ValueError("home, subject, person and role of a statement are never empty")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person as the four-eyes rule sees her; a key with ``revoked_at`` counts only before that instant."""

    id: str
    roles: frozenset[str]
    key_id: str
    revoked_at: dt.datetime | None = None


def generate() -> bytes:
    """A new Ed25519 private key as unencrypted PKCS #8 PEM."""
    return _as_pem(Ed25519PrivateKey.generate(), None)


def save_key(path: Path, key: bytes, passphrase: bytes | None) -> None:
    """Write a private key to a new file, mode 0600, encrypted if there is a passphrase.

    Raises:
        UsageError: the file exists (or a link of that name does), cannot be written, or the passphrase is empty.
    """
    if passphrase is not None and not passphrase:
        raise UsageError("The passphrase is empty.", "Die Passphrase ist leer.")
    data = _as_pem(_private(key), passphrase)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o600)
            file.write(data)
            file.flush()
            os.fsync(fd)
    except FileExistsError as error:
        raise UsageError(
            f"{path} exists already; a key is never overwritten. Name another file.",
            f"{path} gibt es schon; ein Schlüssel wird nie überschrieben. Bitte eine andere Datei nennen.",
        ) from error
    except OSError as error:
        raise UsageError(
            f"The key cannot be written to {path}: {error.strerror}.",
            f"Der Schlüssel lässt sich nicht nach {path} schreiben: {error.strerror}.",
        ) from error


def load_key(path: Path, passphrase: Callable[[], bytes] | None = None) -> bytes:
    """The private key of a file as unencrypted PEM; ``passphrase`` is asked only if the file is encrypted.

    Raises:
        UsageError: no such file, a link, open to other users, no Ed25519 key, or the wrong passphrase.
    """
    untrusted = _read_private_file(path)
    try:
        try:
            key = pem.load_pem_private_key(untrusted, None)
        except TypeError:
            if passphrase is None:
                raise UsageError(
                    f"The key in {path} is encrypted and there is no passphrase.",
                    f"Der Schlüssel in {path} ist verschlüsselt, und es gibt keine Passphrase.",
                ) from None
            key = pem.load_pem_private_key(untrusted, passphrase() or b"\0")
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"The key in {path} cannot be read: the passphrase is wrong or the file is not a private key.",
            f"Der Schlüssel in {path} ist nicht lesbar: falsche Passphrase oder kein privater Schlüssel.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} holds no Ed25519 key.", f"{path} enthält keinen Ed25519-Schlüssel.")
    return _as_pem(key, None)


def public_bytes(key: bytes) -> bytes:
    """The 32 raw bytes of the public key of a private one (PEM)."""
    return _private(key).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Lower-case hex SHA-256 of a raw public key."""
    return hashlib.sha256(public).hexdigest()


def sign(statement: Statement, private_key: bytes) -> bytes:
    """The statement as a DSSE envelope: canonical JSON with payload, payload type and one signature."""
    own_id = key_id(public_bytes(private_key))
    payload = _payload(dataclasses.replace(statement, key_id=own_id))
    return _envelope(payload, own_id, _private(private_key).sign(_pae(payload)))


def open_envelope(envelope: bytes, public_keys: Mapping[str, bytes]) -> Statement:
    """The statement in an envelope, once its signature has been verified with one of the keys.

    Says nothing about who holds that key; ``Statement.key_id`` has to be compared with the person's.

    Args:
        envelope: what ``sign`` made, byte for byte; any other spelling of the same JSON is refused.
        public_keys: key id to raw public key.

    Raises:
        NotPublishable: anything is wrong with it.
    """
    if len(envelope) > LARGEST_ENVELOPE:
        raise _broken("it is too large", "sie ist zu groß")
    try:
        untrusted = json.loads(envelope)
        (signature,) = untrusted["signatures"]
        payload = base64.b64decode(untrusted["payload"], validate=True)
        sig = base64.b64decode(signature["sig"], validate=True)
        signer = str(signature["keyid"])
        same = envelope == _envelope(payload, signer, sig)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error, rfc8785.CanonicalizationError) as error:
        raise _broken("it is malformed", "sie ist fehlerhaft aufgebaut") from error
    if not same:
        raise _broken("it is not in canonical form, or of another type", "sie hat nicht die vorgeschriebene Form")
    public = public_keys.get(signer)
    if public is None or key_id(public) != signer:
        raise _broken("nobody here holds its key", "ihr Schlüssel gehört niemandem hier")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(sig, _pae(payload))
    except (InvalidSignature, ValueError) as error:
        raise _broken("its signature is wrong", "die Signatur stimmt nicht") from error
    return _statement(payload, signer)


def four_eyes(
    *,
    home_id: str,
    appeal: str,
    revision: int,
    digest: str,
    drafter: str,
    verifiers: Collection[str],
    approvals: Iterable[Statement],
    people: Mapping[str, Standing],
    now: dt.datetime,
    required: int = 1,
) -> tuple[Problem, ...]:
    """What is missing for a release to go out (R44); empty once enough persons have validly approved it.

    An approval counts if an approver gave it for exactly this release, who neither drafted the appeal nor verified
    one of its images, whose key had not been revoked at the signature and is not revoked now, and before it expires
    (``now >= expires`` is too late). Each person and each key counts once. Approvals that do not count are explained
    only when there are too few that do.

    Args:
        approvals: statements whose signatures ``open_envelope`` has verified.
        people: person id to standing, the revoked ones too.
        required: how many persons must have approved, at least 1.
    """
    if required < 1:
        raise ValueError("at least one approval is required")
    wanted = (Act.APPROVE, home_id, appeal, revision, digest)
    persons: set[str] = set()
    keys: set[str] = set()
    refused: list[Problem] = []
    for given in approvals:
        found = (given.act, given.home_id, given.appeal, given.revision, given.subject)
        why = _other_release(given.person) if found != wanted else None
        why = why or _objection(given, people.get(given.person), drafter, verifiers, now)
        if why is not None:
            refused.append(_problem(why))
        elif given.key_id not in keys:
            persons.add(given.person)
            keys.add(given.key_id)
    if len(persons) >= required:
        return ()
    return (_problem(_too_few(len(persons), required)), *refused)


def _objection(
    given: Statement, person: Standing | None, drafter: str, verifiers: Collection[str], now: dt.datetime
) -> Message | None:
    """Why an approval of the right release does not count, or None."""
    who = given.person
    if person is None or person.id != who or person.key_id != given.key_id:
        return Message(
            f"The approval by {who} was signed with a key that is not {who}'s.",
            f"Die Freigabe von {who} trägt die Signatur eines fremden Schlüssels.",
        )
    if _APPROVER not in person.roles or given.role != _APPROVER:
        return Message(f"{who} is not an approver.", f"{who} darf nicht freigeben.")
    if who == drafter:
        return Message(
            f"{who} prepared the record and cannot approve it.",
            f"{who} hat den Datensatz erstellt und kann ihn nicht freigeben.",
        )
    if who in verifiers:
        return Message(
            f"{who} verified an image of this appeal and cannot approve it.",
            f"{who} hat ein Bild dieses Aufrufs geprüft und kann ihn nicht freigeben.",
        )
    if person.revoked_at is not None and (person.revoked_at <= given.at or person.revoked_at <= now):
        return Message(f"The key of {who} has been revoked.", f"Der Schlüssel von {who} ist gesperrt.")
    if given.at > now + CLOCK_TOLERANCE:
        return Message(
            f"The approval by {who} is dated in the future.", f"Die Freigabe von {who} ist in die Zukunft datiert."
        )
    if given.expires is not None and now >= given.expires:
        return Message(f"The approval by {who} has expired.", f"Die Freigabe von {who} ist abgelaufen.")
    return None


def _other_release(who: str) -> Message:
    return Message(
        f"The approval by {who} is for another release, revision or home; approve this one.",
        f"Die Freigabe von {who} gilt einem anderen Stand oder Datenbestand; dieser ist neu freizugeben.",
    )


def _too_few(count: int, required: int) -> Message:
    return Message(
        f"{count} of {required} required approvals are valid. Another approver has to approve this release.",
        f"{count} von {required} nötigen Freigaben sind gültig. Eine weitere berechtigte Person muss freigeben.",
    )


def _problem(message: Message) -> Problem:
    return Problem(rule="R44", severity=Severity.BLOCK, field="", message=message, source="")


def _private(key: bytes) -> Ed25519PrivateKey:
    try:
        private = pem.load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError("This is not a private key.", "Das ist kein privater Schlüssel.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise UsageError("This is not an Ed25519 key.", "Das ist kein Ed25519-Schlüssel.")
    return private


def _as_pem(key: Ed25519PrivateKey, passphrase: bytes | None) -> bytes:
    lock = pem.NoEncryption() if passphrase is None else pem.BestAvailableEncryption(passphrase)
    return key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, lock)


def _read_private_file(path: Path) -> bytes:
    """The bytes of a key file that nobody but its owner can read.

    The rights are asked of the open descriptor, so that the file cannot be swapped in between.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(fd, "rb") as file:
            mode = os.fstat(fd).st_mode
            data = file.read(LARGEST_KEY_FILE)
    except OSError as error:
        raise UsageError(
            f"The key file {path} cannot be opened: {error.strerror}.",
            f"Die Schlüsseldatei {path} lässt sich nicht öffnen: {error.strerror}.",
        ) from error
    if not stat.S_ISREG(mode) or mode & 0o077:
        raise UsageError(
            f"{path} can be read by other users; run chmod 600 on it, or make a new key.",
            f"{path} ist für andere Benutzer lesbar; bitte chmod 600 ausführen oder einen neuen Schlüssel anlegen.",
        )
    return data


def _pae(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding, the bytes that are signed.

    Source: secure-systems-lab/dsse, protocol.md, version 1.0.
    """
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _envelope(payload: bytes, signer: str, sig: bytes) -> bytes:
    return rfc8785.dumps(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": signer, "sig": base64.b64encode(sig).decode()}],
        }
    )


def _payload(statement: Statement) -> bytes:
    values: dict[str, Any] = {
        "schema": SCHEMA,
        "act": statement.act.value,
        "home": statement.home_id,
        "appeal": statement.appeal,
        "revision": statement.revision,
        "subject": statement.subject,
        "person": statement.person,
        "role": statement.role,
        "at": _written(statement.at),
        "expires": None if statement.expires is None else _written(statement.expires),
        "extra": dict(statement.extra),
        "key": statement.key_id,
    }
    try:
        return rfc8785.dumps(values)
    except rfc8785.CanonicalizationError as error:
        raise UsageError(
            "The statement holds values that JSON cannot carry.",
            "Die Erklärung enthält Werte, die sich nicht als JSON schreiben lassen.",
        ) from error


def _statement(payload: bytes, signer: str) -> Statement:
    """The statement of a verified payload; what the payload has beyond a statement makes it differ and be refused."""
    try:
        values = json.loads(payload)
        statement = Statement(
            act=Act(values["act"]),
            home_id=values["home"],
            appeal=values["appeal"],
            revision=values["revision"],
            subject=values["subject"],
            person=values["person"],
            role=values["role"],
            at=_read(values["at"]),
            expires=None if values["expires"] is None else _read(values["expires"]),
            extra=values["extra"],
            key_id=values["key"],
        )
        typed = all(isinstance(values[name], str) for name in _TEXTS) and type(values["revision"]) is int
        same = typed and _payload(statement) == payload and statement.key_id == signer
    except (ValueError, KeyError, TypeError, RecursionError, UsageError) as error:
        raise _broken("its content is malformed", "ihr Inhalt ist fehlerhaft") from error
    if not same:
        raise _broken("its content is not in canonical form", "ihr Inhalt hat nicht die vorgeschriebene Form")
    return statement


def _written(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime(_INSTANT)


def _read(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, _INSTANT).replace(tzinfo=dt.UTC)


def _broken(en: str, de: str) -> NotPublishable:
    return NotPublishable(
        f"A signed statement does not count: {en}. Have it signed again.",
        f"Eine signierte Erklärung zählt nicht: {de}. Bitte neu signieren lassen.",
    )
