"""Whom the ledger vouches for: people as the audit log entered them, in a production home countersigned.

A row in the table of people alone counts for nothing: whoever has the file can write one. Judges no act.
"""

import dataclasses
import datetime as dt
import functools
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fahndung import approval
from fahndung.errors import Message, NotPublishable
from fahndung.ledger import about, actions, actors
from fahndung.ledger.transaction import Tx

if TYPE_CHECKING:
    from fahndung.ledger.people import Person

FOUNDERS = 2
"""So many approvers found the circle; everybody after them is countersigned."""
ADD, REVOKE = "person.add", "person.revoke"
_APPROVER = "approver"
_CHANGED = Message("differs from the audit log", "weicht vom Protokoll ab")
_UNLOGGED = Message("does not stand in the audit log", "steht nicht im Protokoll")
_MISSING = Message("stands in the audit log only", "steht nur im Protokoll")
ERASED = Message("was erased", "wurde gelöscht")
_TWICE = Message("was entered twice", "wurde doppelt eingetragen")
_UNSIGNED = Message("was not validly countersigned by an approver", "ist nicht gültig gegengezeichnet")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An event about a person."""

    action: str
    at: dt.datetime
    person: str
    key: str
    roles: tuple[str, ...]


def doubts(tx: Tx, everybody: tuple["Person", ...]) -> dict[str, Message]:
    """Who does not count, by id, and why: words that complete the sentence "the entry …".

    Somebody counts whose key, roles and revocation are those of the audit log. In a production home she is one of
    those who were entered while there were fewer than two approvers, or an approver who counts has countersigned her
    key, id, name and roles at an instant at which that approver was not revoked. Nobody counts who was erased.
    """
    known = tuple(sorted(actors.names(tx).items()))
    return dict(_doubts(tx.home_id, about.is_production(tx), everybody, known, _bodies(tx)))


def is_founded(tx: Tx) -> bool:
    """Whether there are so many approvers that the next person has to be countersigned, says the audit log."""
    entered = [entry for entry in _entries(_bodies(tx), {}) if entry.action == ADD]
    return sum(_APPROVER in entry.roles for entry in entered) >= FOUNDERS


def _bodies(tx: Tx) -> tuple[bytes, ...]:
    """The events about people, oldest first."""
    return tuple(body for _, body in actions.told(tx, "person."))


def _entries(bodies: tuple[bytes, ...], known: Mapping[str, str]) -> Iterator[_Entry]:
    """The events about people; one that is not whole is none, so that nobody counts because of it.

    Args:
        known: the names behind ids; who was erased keeps the id, in the table of people too.
    """
    for body in bodies:
        try:
            values = json.loads(body)
            if values["action"] in (ADD, REVOKE):
                data = values["data"]
                yield _Entry(
                    action=values["action"],
                    at=dt.datetime.fromisoformat(values["at"]).astimezone(dt.UTC),
                    person=known.get(data["person"], str(data["person"])),
                    key=str(data["key"]),
                    roles=tuple(map(str, data.get("roles", ()))),
                )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue


@functools.lru_cache(maxsize=8)
def _doubts(
    home_id: str,
    production: bool,
    everybody: tuple["Person", ...],
    known: tuple[tuple[str, str], ...],
    bodies: tuple[bytes, ...],
) -> tuple[tuple[str, Message], ...]:
    """Kept for the next act of the same transaction: the verification of all signatures takes the time."""
    entries = tuple(_entries(bodies, dict(known)))
    found = {person.id: ERASED for person in everybody if not person.name} | _differences(everybody, entries)
    if production:
        _demand_countersignatures(home_id, {person.id: person for person in everybody}, entries, found)
    return tuple(sorted(found.items()))


def _differences(everybody: tuple["Person", ...], entries: tuple[_Entry, ...]) -> dict[str, Message]:
    """Where the table and the log disagree."""
    added: dict[str, _Entry] = {}
    revoked: dict[str, dt.datetime] = {}
    found: dict[str, Message] = {}
    for entry in entries:
        if entry.action == REVOKE:
            revoked[entry.person] = min(entry.at, revoked.get(entry.person, entry.at))
        elif entry.person in added:
            found[entry.person] = _TWICE
        else:
            added[entry.person] = entry
    for person in everybody:
        entered = added.get(person.id)
        if entered is None:
            found[person.id] = _UNLOGGED
        elif (person.key_id, tuple(sorted(person.roles)), person.revoked_at) != (
            entered.key,
            entered.roles,
            revoked.get(person.id),
        ):
            found[person.id] = _CHANGED
    return found | dict.fromkeys(added.keys() - {person.id for person in everybody}, _MISSING)


def _demand_countersignatures(
    home_id: str, people: dict[str, "Person"], entries: tuple[_Entry, ...], found: dict[str, Message]
) -> None:
    """Add everybody whose countersignature is missing, in the order in which they were entered."""
    approvers = 0
    trusted: dict[str, Person] = {}
    revoked: dict[str, dt.datetime] = {}
    for entry in entries:
        if entry.action == REVOKE:
            revoked[entry.person] = min(entry.at, revoked.get(entry.person, entry.at))
            continue
        if entry.person not in found:
            person = people[entry.person]
            over = {own for own, at in revoked.items() if at <= entry.at}
            signers = {own: signer for own, signer in trusted.items() if own not in over}
            if approvers >= FOUNDERS and not _countersigned(home_id, person, signers):
                found[person.id] = _UNSIGNED
            elif _APPROVER in person.roles:
                trusted[person.id] = person
        approvers += _APPROVER in entry.roles


def _countersigned(home_id: str, person: "Person", signers: dict[str, "Person"]) -> bool:
    """Whether one of these approvers has signed exactly this person, before being revoked."""
    try:
        keys = {signer.key_id: signer.public_key for signer in signers.values()}
        said = approval.open_envelope(person.envelope or b"", keys)
    except NotPublishable:
        return False
    signer = signers.get(said.person)
    if signer is None or signer.key_id != said.key_id or said.role != _APPROVER:
        return False
    if signer.revoked_at is not None and signer.revoked_at <= said.at:
        return False
    stated = (said.act, said.home_id, said.appeal, said.revision, said.subject)
    extra = {"person": person.id, "name": person.name, "roles": sorted(person.roles)}
    return stated == (approval.Act.COUNTERSIGN, home_id, "", 0, person.key_id) and said.extra == extra
