"""Who stands in the log: people and recipients under ids that say nothing, resolved in a table that can forget a name.

Writes no event and decides nothing about erasing (``forgetting`` does). An id is the hash of the name with a salt of
its own: without the salt it is a random number, with it a changed name shows.
"""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import actions
from fahndung.ledger.tables import actor
from fahndung.ledger.transaction import Tx

PARTS = frozenset({"init", "worker"})
"""Parts of the program that act: no persons, so they stand in the log as they are. No person may have such an id."""
FORGET = "actor.erase"
MENTIONED = re.compile(rb'"(a-[0-9a-f]{32})"')
"""An id, as a body of the log holds it."""
_SALT_BYTES = 32
_ID = re.compile(r"a-[0-9a-f]{32}")


def id_of(tx: Tx, name: str, *, at: dt.datetime) -> str:
    """The id under which the log knows a name; a new one where it does not know it yet. Parts stay as they are."""
    if name in PARTS:
        return name
    known = tx.known.actors
    if name not in known:
        known[name] = tx.connection.execute(_ID_OF, {"wanted": name}).scalar() or _made(tx, name, at)
    return known[name]


_ID_OF = sa.select(actor.c.id).where(actor.c.name == sa.bindparam("wanted"))


def name_of(tx: Tx, own: str) -> str | None:
    """The name behind an id; None where it is not known, or not any more."""
    return tx.connection.execute(sa.select(actor.c.name).where(actor.c.id == own)).scalar()


def _made(tx: Tx, name: str, at: dt.datetime) -> str:
    salt = secrets.token_bytes(_SALT_BYTES)
    made = _id(salt, name)
    tx.connection.execute(sa.insert(actor).values(id=made, name=name, salt=salt, since=at))
    return made


def names(tx: Tx) -> dict[str, str]:
    """Every id whose name is still known, to that name."""
    known = sa.select(actor.c.id, actor.c.name).where(actor.c.name.is_not(None))
    return {row.id: row.name for row in tx.connection.execute(known)}


def resolved(value: object, known: Mapping[str, str]) -> object:
    """A value of an event with names for ids; an id whose name is gone keeps itself and says so."""
    if isinstance(value, str):
        return known.get(value, f"{value} (gelöscht)" if _ID.fullmatch(value) else value)
    if isinstance(value, Mapping):
        return {key: resolved(item, known) for key, item in value.items()}
    return [resolved(item, known) for item in value] if isinstance(value, list) else value


def problems(tx: Tx, mentioned: Collection[str]) -> Iterator[tuple[str, Message]]:
    """What is wrong with the table, by id: names that were changed, forgotten without an event, or ids that are lost.

    Args:
        mentioned: the ids that the log names.
    """
    rows = {row.id: row for row in tx.connection.execute(sa.select(actor))}
    forgotten = _forgotten(tx)
    for own, row in sorted(rows.items()):
        if row.name is not None and (row.salt is None or _id(row.salt, row.name) != own):
            yield own, Message("The name behind this id was changed.", "Der Name hinter dieser Kennung wurde geändert.")
        if row.name is None and own not in forgotten:
            yield own, Message("Its name is gone and no event says so.", "Ihr Name fehlt ohne Löschvermerk.")
    for own in sorted(set(mentioned) - rows.keys()):
        yield own, Message("The log names it, the table does not.", "Sie steht im Protokoll und fehlt in der Tabelle.")


def _forgotten(tx: Tx) -> set[str]:
    """The ids whose names were erased, says the log."""
    found = set()
    for _, body in actions.told(tx, FORGET):
        try:
            values = json.loads(body)
            if values["action"] == FORGET:
                found.add(str(values["data"]["actor"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return found


def _id(salt: bytes, name: str) -> str:
    return "a-" + hashlib.sha256(salt + name.encode()).hexdigest()[:32]
