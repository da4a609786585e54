"""Signed statements: canonical JSON in a signed envelope (``dsse``), made and opened.

Knows no ledger and reads no clock: the keys are handed in. Who holds a key, and whether the act counts, is not asked.
"""

import dataclasses
import datetime as dt
import enum
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

from fahndung.approval.dsse import broken, seal, unseal
from fahndung.approval.keys import key_id, public_bytes
from fahndung.errors import UsageError

PAYLOAD_TYPE = "application/vnd.fahndung.act+json"
SCHEMA = "fahndung/act/1"
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


def sign(statement: Statement, private_key: bytes) -> bytes:
    """The statement as a DSSE envelope: canonical JSON with payload, payload type and one signature."""
    own_id = key_id(public_bytes(private_key))
    return seal(_payload(dataclasses.replace(statement, key_id=own_id)), PAYLOAD_TYPE, private_key)


def open_envelope(envelope: bytes, public_keys: Mapping[str, bytes]) -> Statement:
    """The statement in an envelope, once its signature has been verified with one of the keys.

    Says nothing about who holds that key; ``Statement.key_id`` has to be compared with the person's.

    Args:
        envelope: what ``sign`` made, byte for byte; any other spelling of the same JSON is refused.
        public_keys: key id to raw public key.

    Raises:
        NotPublishable: anything is wrong with it.
    """
    return _statement(*unseal(envelope, PAYLOAD_TYPE, public_keys))


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
        raise broken("its content is malformed", "ihr Inhalt ist fehlerhaft") from error
    if not same:
        raise broken("its content is not in canonical form", "ihr Inhalt hat nicht die vorgeschriebene Form")
    return statement


def _written(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime(_INSTANT)


def _read(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, _INSTANT).replace(tzinfo=dt.UTC)
