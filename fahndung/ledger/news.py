"""What others have to be told of a publication once, and how far that is. Calls nobody, and stands in no one's way.

Kept among what the ledger says of itself, because it is no obligation: forgotten with the publication, told or not.
"""

import dataclasses
import datetime as dt
import enum
import json
from collections.abc import Collection

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import about
from fahndung.ledger.columns import canonical, from_micros, to_micros
from fahndung.ledger.tables import meta
from fahndung.ledger.transaction import Tx

_PREFIX = "news:"


class News(enum.StrEnum):
    """What there is to tell."""

    UP = "up"
    GONE = "gone"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How far it is with one piece of news.

    Attributes:
        whom: ``indexnow``, or the name of a channel.
        next_at: when it is tried again; None: it is done, one way or the other.
        problem: why it failed the last time.
    """

    publication: int
    whom: str
    news: News
    tries: int = 0
    next_at: dt.datetime | None = None
    problem: Message | None = None

    @property
    def key(self) -> tuple[int, str, News]:
        """What it is about."""
        return self.publication, self.whom, self.news


def all(tx: Tx) -> tuple[Told, ...]:
    """Everything that was told, or tried to be, of publications that are not over; what cannot be read is as untold."""
    rows = tx.connection.execute(
        sa.select(meta).where(meta.c.k.startswith(_PREFIX, autoescape=True)).order_by(meta.c.k)
    )
    return tuple(told for row in rows if (told := _read(row.k, row.v)) is not None)


def keep(tx: Tx, told: Told) -> None:
    """Write down how far it is."""
    values = {
        "tries": told.tries,
        "next_at": None if told.next_at is None else to_micros(told.next_at),
        "problem": None if told.problem is None else list(told.problem),
    }
    about.keep(tx, _key(told), canonical(values).decode())


def forget_all_but(tx: Tx, keys: Collection[tuple[int, str, News]]) -> None:
    """Forget all other news."""
    stale = [_key(told) for told in all(tx) if told.key not in keys]
    if stale:
        about.forget(tx, *stale)


def _key(told: Told) -> str:
    return f"{_PREFIX}{told.publication}:{told.news.value}:{told.whom}"


def _read(key: str, value: str) -> Told | None:
    try:
        publication, news, whom = key.removeprefix(_PREFIX).split(":", 2)
        values = json.loads(value)
        at, problem = values["next_at"], values["problem"]
        return Told(
            publication=int(publication),
            whom=whom,
            news=News(news),
            tries=int(values["tries"]),
            next_at=None if at is None else from_micros(int(at)),
            problem=None if problem is None else Message(*map(str, problem)),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
