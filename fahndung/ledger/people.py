"""Who may act: people, their roles and public keys, and until when a key counts.

Makes no countersignature; whether one is needed and valid says ``circle``. Nobody is ever deleted or added twice.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from fahndung import approval
from fahndung.errors import Message, NotPublishable, UsageError
from fahndung.ledger import actors, audit, circle
from fahndung.ledger.tables import person as people
from fahndung.ledger.tables import person_role
from fahndung.ledger.transaction import Tx

ROLES = frozenset({"drafter", "image-verifier", "approver", "reviewer"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who can sign.

    Attributes:
        public_key: 32 raw bytes (Ed25519).
        envelope: the countersignature of ``added_by``, where there is one.
        revoked_at: from this instant on the key does not count.
    """

    id: str
    name: str
    roles: frozenset[str]
    public_key: bytes
    added_at: dt.datetime
    added_by: str | None = None
    envelope: bytes | None = None
    revoked_at: dt.datetime | None = None

    @property
    def key_id(self) -> str:
        """Lower-case hex SHA-256 of the public key."""
        return approval.key_id(self.public_key)

    def standing(self) -> approval.Standing:
        """What the four-eyes rule needs to know."""
        return approval.Standing(id=self.id, roles=self.roles, key_id=self.key_id, revoked_at=self.revoked_at)


def add(tx: Tx, person: Person, *, by: str) -> None:
    """Enter a person.

    Raises:
        UsageError: an unknown or no role, no name, or the id or the key is or was somebody's, or the id a part's.
        NotPublishable: in a production home, the countersignature is missing or wrong.
    """
    unknown = sorted(person.roles - ROLES)
    if unknown or not person.roles:
        raise UsageError(
            f"{', '.join(unknown) or 'Nothing'} is not a role; there are {', '.join(sorted(ROLES))}.",
            f"{', '.join(unknown) or 'Nichts'} ist keine Rolle; es gibt {', '.join(sorted(ROLES))}.",
        )
    if not person.name.strip():
        raise UsageError(
            f"{person.id} has no name; give one with --name.", f"{person.id} hat keinen Namen; bitte --name angeben."
        )
    if person.id in actors.PARTS:
        raise UsageError(
            f"As {person.id} a part of the program acts; take another id.",
            f"Als {person.id} handelt ein Teil des Programms; bitte eine andere Kennung nehmen.",
        )
    same_id = people.c.id == person.id
    taken = tx.connection.execute(sa.select(people.c.id).where(same_id | (people.c.key_id == person.key_id))).scalar()
    if taken is not None:
        raise UsageError(
            f"{taken} is or was already entered with this id or key. Take another id and a new key.",
            f"{taken} ist oder war mit dieser Kennung oder diesem Schlüssel schon eingetragen. Bitte eine andere "
            "Kennung und einen neuen Schlüssel nehmen.",
        )
    values = {field: getattr(person, field) for field in ("id", "name", "public_key", "key_id", "added_at")}
    values |= {field: getattr(person, field) for field in ("added_by", "envelope")}
    tx.connection.execute(sa.insert(people).values(values))
    tx.connection.execute(
        sa.insert(person_role), [{"person": person.id, "role": role} for role in sorted(person.roles)]
    )
    audit.append(
        tx,
        at=person.added_at,
        by=by,
        action=circle.ADD,
        data={"key": person.key_id, "roles": person.roles},
        persons={"person": person.id, "added_by": person.added_by},
    )
    if person.revoked_at is not None:
        revoke(tx, person.id, at=person.revoked_at, by=by)
    trusted(tx, person.id)


def get(tx: Tx, person_id: str) -> Person:
    """The person of that id, revoked or not, whether she counts (``trusted``) or not.

    Raises:
        UsageError: nobody has it.
    """
    for person in _select(tx, people.c.id == person_id):
        return person
    raise UsageError(
        f"Nobody is entered as {person_id}. Add the person first.",
        f"Niemand ist als {person_id} eingetragen. Bitte die Person zuerst aufnehmen.",
    )


def trusted(tx: Tx, person_id: str) -> Person:
    """The person of that id, revoked or not, if the ledger vouches for her (see ``circle.doubts``).

    Raises:
        UsageError: nobody has it.
        NotPublishable: the entry differs from the audit log, or no approver has countersigned it.
    """
    person, why = get(tx, person_id), doubts(tx).get(person_id)
    if why is not None:
        raise _not_counted(person_id, why)
    return person


def doubts(tx: Tx) -> dict[str, Message]:
    """Who does not count, by id, and why: words that complete the sentence "the entry …"."""
    return circle.doubts(tx, all(tx))


def is_founded(tx: Tx) -> bool:
    """Whether the next person of a production home has to be countersigned: it has two approvers."""
    return circle.is_founded(tx)


def all(tx: Tx) -> tuple[Person, ...]:
    """Everybody, the revoked and those who do not count too, by id."""
    return _select(tx)


def revoke(tx: Tx, person_id: str, *, at: dt.datetime, by: str) -> None:
    """End a key at an instant; of two instants the earlier one stays.

    Raises:
        UsageError: nobody has that id.
    """
    known = get(tx, person_id)
    if known.revoked_at is not None and known.revoked_at <= at:
        return
    tx.connection.execute(sa.update(people).where(people.c.id == person_id).values(revoked_at=at))
    data, persons = {"key": known.key_id}, {"person": person_id}
    audit.append(tx, at=at, by=by, action=circle.REVOKE, data=data, persons=persons)


def keys(tx: Tx) -> dict[str, bytes]:
    """Key id to public key, the revoked too: what they signed before stays readable."""
    return {person.key_id: person.public_key for person in all(tx)}


def standings(tx: Tx) -> dict[str, approval.Standing]:
    """Person id to standing, for ``approval.four_eyes``: of those only for whom the ledger vouches."""
    everybody = all(tx)
    doubted = circle.doubts(tx, everybody)
    return {person.id: person.standing() for person in everybody if person.id not in doubted}


def open_act(tx: Tx, envelope: bytes) -> approval.Statement:
    """The verified statement of an envelope, as ``open_acts`` has it."""
    return open_acts(tx, (envelope,))[0]


def open_acts(tx: Tx, envelopes: Sequence[bytes]) -> tuple[approval.Statement, ...]:
    """The verified statements of envelopes, each signed by the very person that it names, for this home.

    The ledger vouches for that person. Whether the key counted at that instant is another question
    (``approval.four_eyes``).

    Raises:
        NotPublishable: anything is wrong with one.
    """
    if not envelopes:
        return ()
    everybody = all(tx)
    keys, doubted = {person.key_id: person.public_key for person in everybody}, circle.doubts(tx, everybody)
    holders = {(person.key_id, person.id) for person in everybody}
    return tuple(_opened(envelope, keys, holders, doubted, tx.home_id) for envelope in envelopes)


def _opened(
    envelope: bytes,
    keys: Mapping[str, bytes],
    holders: Collection[tuple[str, str]],
    doubted: Mapping[str, Message],
    home_id: str,
) -> approval.Statement:
    statement = approval.open_envelope(envelope, keys)
    if (statement.key_id, statement.person) not in holders or statement.home_id != home_id:
        raise NotPublishable(
            f"A statement in the name of {statement.person} was signed with another person's key, or for another home.",
            f"Eine Erklärung im Namen von {statement.person} trägt einen fremden Schlüssel oder gilt einem anderen "
            "Datenbestand.",
        )
    why = doubted.get(statement.person)
    if why is not None:
        raise _not_counted(statement.person, why)
    return statement


def _not_counted(person_id: str, why: Message) -> NotPublishable:
    return NotPublishable(
        f"What {person_id} signs does not count: the entry {why.en}. Run 'fahndung audit verify'; have an approver add "
        "the person anew, with a new key.",
        f"Was {person_id} signiert, zählt nicht: der Eintrag {why.de}. Bitte „fahndung audit verify“ ausführen und die "
        "Person mit neuem Schlüssel von einer Freigabeperson neu aufnehmen lassen.",
    )


def _select(tx: Tx, *conditions: sa.ColumnElement[bool]) -> tuple[Person, ...]:
    roles: dict[str, set[str]] = {}
    for row in tx.connection.execute(sa.select(person_role)):
        roles.setdefault(row.person, set()).add(row.role)
    found = tx.connection.execute(sa.select(people).where(*conditions).order_by(people.c.id))
    return tuple(
        Person(
            id=row.id,
            name=row.name,
            roles=frozenset(roles.get(row.id, ())),
            public_key=row.public_key,
            added_at=row.added_at,
            added_by=row.added_by,
            envelope=row.envelope,
            revoked_at=row.revoked_at,
        )
        for row in found
    )
