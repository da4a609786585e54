"""Plans a publication: its row, with the instant by which it has to be gone."""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger import accounts, appeals, moves
from fahndung.ledger.faults import impossible
from fahndung.ledger.lateness import refuse_late, written
from fahndung.ledger.listing import may_be_planned_again
from fahndung.ledger.publication import Want
from fahndung.ledger.rows import get, references_as_json, rows
from fahndung.ledger.tables import publication
from fahndung.ledger.transaction import Tx
from fahndung.model.publication import Draft, State, is_adopted


def plan(
    tx: Tx,
    draft: Draft,
    *,
    digest: str,
    appeal: str,
    revision: int,
    due_at: dt.datetime | None,
    due_because: Message | None,
    now: dt.datetime,
    by: str,
    norms: str,
    rules: str,
    target: str = "",
    approved_until: dt.datetime | None = None,
    next_at: dt.datetime | None = None,
    opens_at: dt.datetime | None = None,
    ttl: dt.timedelta | None = None,
) -> int:
    """Write down a publication together with the obligation to take it down; returns its id.

    Args:
        norms, rules: the editions of the norms and of the rules that judged it (R45).
        next_at: when to publish; None: when it opens, or now.
        opens_at: before when it must not go out. ttl: how long it may stay on its account (``lifecycle.ends``).

    A further copy of the same revision on the same target is a new generation. What was given up is planned anew in its
    own row.

    Raises:
        NotPublishable: the appeal, or the search for a person whom this copy shows, has ended; or the end or the
            approval's end has come. Of a post that tells the end: its own time is over.
        Contradiction: the release is another revision's, or its marker is known already.
    """
    _refuse_foreign(tx, digest, appeal, revision)
    start = next_at or opens_at or now
    accounts.add(tx, draft.channel, draft.kind)
    values = {
        **_columns(draft),
        "digest": digest,
        "appeal": appeal,
        "revision": revision,
        "target": target,
        "due_at": due_at,
        "due_because": due_because,
        "next_at": start if due_at is None else min(start, due_at),
        "planned_at": now,
        "approved_until": approved_until,
        "norms": norms,
        "rules": rules,
        "opens_at": opens_at,
        "ttl_s": None if ttl is None else round(ttl.total_seconds()),
    }
    row = get(tx, _planned_again(tx, values) or _planned(tx, values))
    if not is_adopted(target):  # that is online already
        refuse_late(tx, row, now)
    data = {"revision": revision, "due_at": written(due_at), "norms": norms, "rules": rules}
    moves.log(tx, row, "plan", now=now, by=by, data=data)
    return row.id


def _refuse_foreign(tx: Tx, digest: str, appeal: str, revision: int) -> None:
    release = appeals.release(tx, digest)
    if (release.appeal, release.revision) != (appeal, revision):
        raise impossible(f"release {digest} is not one of {appeal}, revision {revision}")


def _columns(draft: Draft) -> dict[str, object]:
    """What a row takes from its draft, and what every row begins with."""
    return {
        "channel": draft.channel,
        "kind": draft.kind,
        "medium": draft.medium.value,
        "marker": draft.marker,
        "endpoint": draft.endpoint,
        "withdrawal": draft.withdrawal,
        "draft_references": references_as_json(draft.references),
        "state": State.PLANNED.value,
        "want": Want.UP.value,
        "attempts": 0,
        "superseded": 0,
        "given_up": 0,
    }


def _planned_again(tx: Tx, values: Mapping[str, object]) -> int | None:
    """The row of the same release that was given up, with everything as it is decided now; None: there is none."""
    appeal, digest, channel, target = (str(values[name]) for name in ("appeal", "digest", "channel", "target"))
    for row in rows(tx, appeal, digest=digest, channel=channel, target=target):
        if may_be_planned_again(tx, row):
            again = sa.update(publication).where(publication.c.id == row.id)
            tx.connection.execute(again.values({**values, "problem": None}))
            return row.id
    return None


def _planned(tx: Tx, values: Mapping[str, object]) -> int:
    c = publication.c
    same = (c[name] == values[name] for name in ("appeal", "revision", "channel", "target"))
    last = tx.connection.execute(sa.select(sa.func.max(c.generation)).where(*same)).scalar() or 0
    made = sa.insert(publication).values({**values, "generation": last + 1}).returning(c.id)
    return int(tx.connection.execute(made).scalar_one())
