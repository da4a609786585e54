"""What servers answered to calls that ended in an error, until the case is over. Takes no step and is no proof.

Not part of the audit chain: an answer may quote what was published, and has to go with it.
"""

import dataclasses
from collections.abc import Iterable

import sqlalchemy as sa

from fahndung.ledger.publication import Publication
from fahndung.ledger.tables import answer, operation, publication
from fahndung.ledger.transaction import Tx
from fahndung.model.rawanswer import RawAnswer

MOST = 20
"""Answers that are kept of one publication; an older one makes room for a newer."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer with what it was an answer to.

    Attributes:
        operation: the publication's last call or look by then. task: what was being done, as ``lifecycle.tasks`` names
            it.
    """

    publication: int
    channel: str
    operation: int | None
    task: str
    answer: RawAnswer


def keep(tx: Tx, row: Publication, task: str, answers: Iterable[RawAnswer]) -> None:
    """Adds answers to a publication, the oldest first; no more than ``MOST`` of it stay."""
    c = answer.c
    last = sa.select(sa.func.max(operation.c.id)).where(operation.c.publication == row.id).scalar_subquery()
    same = {"publication": row.id, "operation": last, "task": task}
    for one in answers:
        tx.connection.execute(sa.insert(answer).values(**same, **_columns(one)))
    newest = sa.select(c.id).where(c.publication == row.id).order_by(c.id.desc()).limit(MOST).scalar_subquery()
    tx.connection.execute(sa.delete(answer).where(c.publication == row.id, c.id.not_in(newest)))


def of(tx: Tx, appeal: str) -> tuple[Kept, ...]:
    """The answers that are kept of an appeal, oldest first."""
    found = sa.select(answer, publication.c.channel).join(publication, publication.c.id == answer.c.publication)
    found = found.where(publication.c.appeal == appeal).order_by(answer.c.id)
    return tuple(
        Kept(
            publication=row.publication,
            channel=row.channel,
            operation=row.operation,
            task=row.task,
            answer=RawAnswer(**{name: getattr(row, name) for name in _FIELDS}),
        )
        for row in tx.connection.execute(found)
    )


def count(tx: Tx, appeal: str, revision: int) -> int:
    """How many are kept of a revision."""
    of_it = sa.select(sa.func.count()).select_from(answer).where(answer.c.publication.in_(_rows(appeal, revision)))
    return int(tx.connection.execute(of_it).scalar_one())


def erase(tx: Tx, appeal: str, revision: int) -> None:
    """Nothing of them is left of a revision; ``keeping.erase_answers`` notes it."""
    tx.connection.execute(sa.delete(answer).where(answer.c.publication.in_(_rows(appeal, revision))))


def _rows(appeal: str, revision: int) -> sa.Select[tuple[int]]:
    return sa.select(publication.c.id).where(publication.c.appeal == appeal, publication.c.revision == revision)


_FIELDS = tuple(field.name for field in dataclasses.fields(RawAnswer))


def _columns(one: RawAnswer) -> dict[str, object]:
    return {name: getattr(one, name) for name in _FIELDS}
