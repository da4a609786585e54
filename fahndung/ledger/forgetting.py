"""Erasing who somebody was: the name behind an id of the log, and a person who is no longer needed. The chain stays.

Computes no period. What a person signed in cases that are over keeps its hash in the log and loses the signature, which
names her.
"""

import datetime as dt

import sqlalchemy as sa

from fahndung.errors import UsageError
from fahndung.ledger import actors, appeals, audit, byhand, chain, circle, people, publications, tables
from fahndung.ledger.faults import impossible
from fahndung.ledger.tables import actor
from fahndung.ledger.transaction import Tx

_NAMED = (
    tables.ending.c.by,
    tables.account.c.held_by,
    tables.publication.c.closed_by,
    tables.by_hand.c.closed_by,
    tables.breach.c.opened_by,
    tables.breach.c.reported_by,
    tables.alarm.c.acknowledged_by,
)
"""Where a person stands in the tables without being asked for a key."""
_NEEDED = (*_NAMED, tables.person.c.id, tables.publication.c.target)
_OPEN_TARGETS = sa.select(tables.publication.c.target).where(tables.publication.c.next_at.is_not(None)).distinct()
"""Among them the ids of recipients to whom something may still have to be sent."""


def name(tx: Tx, forgotten: str, *, at: dt.datetime, by: str, reason: str) -> str:
    """Erase a name from the table of actors, with an event that says so; returns the id that is left.

    Args:
        reason: a code.

    Raises:
        UsageError: the log does not know the name.
    """
    own = tx.connection.execute(sa.select(actor.c.id).where(actor.c.name == forgotten)).scalar()
    if own is None:
        raise UsageError(f"Nobody is known as {forgotten}.", f"Niemand ist als {forgotten} bekannt.")
    audit.append(tx, at=at, by=by, action=actors.FORGET, reason=reason, data={"actor": own})
    erased = {"name": None, "salt": None, "erased_at": at}
    tx.connection.execute(sa.update(actor).where(actor.c.id == own).values(erased))
    tx.known.actors.pop(forgotten, None)
    return str(own)


def unneeded(tx: Tx) -> tuple[str, ...]:
    """The names to which neither a table nor an event that still says something refers, in order."""
    known = actors.names(tx)
    named = {value for column in _NEEDED for value in tx.connection.execute(sa.select(column).distinct()).scalars()}
    written_to = set(tx.connection.execute(_OPEN_TARGETS).scalars())
    free = {own for own, told in known.items() if told not in named and own not in written_to}
    return tuple(sorted(known[own] for own in free - (chain.mentioned(tx) if free else frozenset())))


def person(tx: Tx, person_id: str, *, at: dt.datetime, by: str) -> str:
    """Erase a person whose key has ended and whose cases are over; returns the id under which her acts still stand.

    Raises:
        UsageError: nobody has that id, or something still needs the person.
        Contradiction: the log names the person otherwise.
    """
    known = people.get(tx, person_id)
    _refuse_needed(tx, known, at)
    actors.id_of(tx, person_id, at=at)
    own = name(tx, person_id, at=at, by=by, reason="person")
    change = sa.update(tables.person).where(tables.person.c.id == person_id)
    tx.connection.execute(change.values(id=own, name="", envelope=None))  # who signed follows (ON UPDATE CASCADE)
    for column in _NAMED:
        renamed = sa.update(column.table).where(column == person_id)
        tx.connection.execute(renamed.values({column: own}))
    for column in (tables.act.c.person, tables.submission.c.prepared_by):
        tx.connection.execute(sa.update(column.table).where(column == own).values(envelope=b""))
    if people.doubts(tx).get(own) != circle.ERASED:
        raise impossible(f"the erasure of {person_id}, whom the log knows by another id")
    return own


def _refuse_needed(tx: Tx, known: people.Person, at: dt.datetime) -> None:
    if known.revoked_at is None or known.revoked_at > at:
        raise UsageError(
            f"The key of {known.id} still counts. Run 'fahndung person revoke {known.id}' first.",
            f"Der Schlüssel von {known.id} gilt noch. Bitte zuerst „fahndung person revoke {known.id}“.",
        )
    countersigned = [other.id for other in people.all(tx) if other.added_by == known.id]
    if countersigned:
        listed = ", ".join(countersigned)
        raise UsageError(
            f"{known.id} countersigned {listed}, who count because of that. Erase them first, or keep {known.id}.",
            f"{known.id} hat {listed} gegengezeichnet, die nur deshalb zählen. Bitte zuerst diese löschen, oder "
            f"{known.id} behalten.",
        )
    if running := sorted(_open_cases(tx) & _cases(tx, known.id)):
        listed = ", ".join(running)
        raise UsageError(
            f"{known.id} signed in cases that are not over: {listed}. End them, and close what is left to hands.",
            f"{known.id} hat in Fällen unterschrieben, die nicht beendet sind: {listed}. Bitte beenden und alle "
            "Handposten erledigen.",
        )


def _cases(tx: Tx, person_id: str) -> set[str]:
    prepared = sa.select(tables.submission.c.appeal).where(tables.submission.c.prepared_by == person_id)
    signed = sa.select(tables.act.c.appeal).where(tables.act.c.person == person_id)
    return {*tx.connection.execute(prepared).scalars(), *tx.connection.execute(signed).scalars()}


def _open_cases(tx: Tx) -> set[str]:
    return {
        *(str(one.appeal) for one in appeals.unended(tx)),
        *(str(row.appeal) for row in publications.open_rows(tx)),
        *(str(row.appeal) for row in publications.damaged(tx)),
        *(str(item.appeal) for item in byhand.open_items(tx)),
    }
