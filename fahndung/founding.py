"""The use cases of a home itself: making it, and making people known. Publishes nothing."""

import datetime as dt
import pathlib
import shutil
from collections.abc import Callable
from typing import Literal

from fahndung import approval
from fahndung.approval import Act, Statement
from fahndung.errors import FahndungError, NotPublishable, UsageError
from fahndung.home import Home, making
from fahndung.ledger import heads, people
from fahndung.ledger.people import Person
from fahndung.ledger.store import Ledger
from fahndung.model.ids import is_id


def create_home(
    path: pathlib.Path,
    *,
    rehearsal: bool,
    now: dt.datetime,
    by: str,
    address: str | None = None,
    lang: Literal["de", "en"] = "en",
) -> Home:
    """A home with its ledger, and the key that signs the head of its log; where one cannot be made, the folder goes.

    Args:
        address: the PostgreSQL database for the ledger; None for a file in the home.
        lang: of the comments in the configuration.

    Raises:
        UsageError: something is there already.
        LedgerUnavailable: the server cannot be reached, or the disk is full.
        InvalidConfig: no usable address.
    """
    made = making.create(path, rehearsal=rehearsal, ledger=address, lang=lang)
    kind: Literal["production", "rehearsal"] = "rehearsal" if rehearsal else "production"
    try:
        heads.found_key(made.path)
        Ledger.create(made.ledger_address, kind=kind, home_id=made.identity, now=now, by=by).close()
    except FahndungError:
        shutil.rmtree(made.path)
        raise
    return made


def add_person(
    ledger: Ledger,
    *,
    person_id: str,
    name: str,
    roles: frozenset[str],
    path: pathlib.Path,
    passphrase: bytes | None,
    by: str,
    countersign: Callable[[], bytes],
    now: dt.datetime,
) -> Person:
    """Makes a key pair and a person.

    In a production home the first two approvers found the circle; everybody after them is countersigned by one.

    Args:
        path: where the private key goes; removed again if the ledger refuses the person.
        countersign: gives the private key of ``by``; called only where a countersignature is asked for.

    Raises:
        UsageError: not an id, taken, or the key file exists.
        NotPublishable: no approver for whom the ledger vouches countersigned.
    """
    if not is_id(person_id):
        raise UsageError(
            f"{person_id!r} is not an id: small letters, digits and . _ - only",
            f"{person_id!r} ist keine Kennung: nur Kleinbuchstaben, Ziffern und . _ -",
        )
    key = approval.generate()
    public = approval.public_bytes(key)
    with ledger.read() as tx:
        envelope = None
        if ledger.kind == "production" and people.is_founded(tx):
            envelope = _countersigned(
                ledger, people.trusted(tx, by), countersign(), person_id, name, roles, public, now
            )
    person = Person(
        id=person_id,
        name=name,
        roles=roles,
        public_key=public,
        added_at=now,
        added_by=by if envelope else None,
        envelope=envelope,
    )
    approval.save_key(path, key, passphrase)
    try:
        with ledger.write(now) as tx:
            people.add(tx, person, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return person


def _countersigned(
    ledger: Ledger,
    approver: Person,
    key: bytes,
    person_id: str,
    name: str,
    roles: frozenset[str],
    public: bytes,
    now: dt.datetime,
) -> bytes:
    if (
        "approver" not in approver.roles
        or approver.revoked_at is not None
        or approver.key_id != approval.key_id(approval.public_bytes(key))
    ):
        raise NotPublishable(
            f"{approver.id} cannot countersign {person_id}: an approver signs with the own key",
            f"{approver.id} kann {person_id} nicht gegenzeichnen; das tut eine Freigabeperson mit eigenem Schlüssel",
        )
    statement = Statement(
        act=Act.COUNTERSIGN,
        home_id=ledger.home_id,
        appeal="",
        revision=0,
        subject=approval.key_id(public),
        person=approver.id,
        role="approver",
        at=now,
        extra={"person": person_id, "name": name, "roles": sorted(roles)},
    )
    return approval.sign(statement, key)
