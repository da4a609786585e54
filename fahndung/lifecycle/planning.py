"""The rows of a release: one for each copy, with its obligation to come down."""

import datetime as dt

from fahndung.channels.base import Channel, addressed
from fahndung.ledger import publications, recipients
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends, mailing
from fahndung.lifecycle.prepared import Ready
from fahndung.model.publication import Draft


def each(ledger: Ledger, ready: Ready, *, now: dt.datetime, by: str) -> list[tuple[Channel, Draft]]:
    """What is sent one by one: for a channel with recipients a draft for each of them who is still to get it.

    All their rows are planned before the first is called for: whoever goes on knows who is left.
    """
    found = []
    for channel, draft in ready.drafts:
        writes = addressed(channel)
        if writes is None:
            found.append((channel, draft))
            continue
        with ledger.write(now) as tx:
            rows = publications.rows(tx, ready.submission.appeal, channel=channel.name)
            same = [row for row in rows if row.digest == ready.stored.digest]
            known = {row.target: row for row in same if not publications.may_be_planned_again(tx, row)}
            for to in ready.recipients[channel.name]:
                target = recipients.target_of(tx, to.address, at=now)
                thread = mailing.before(rows, target, digest=ready.stored.digest)
                at = known[target].planned_at if target in known else now
                own = writes.addressed(draft, to, target=target, at=at, thread=thread)
                if target not in known:
                    plan(tx, ready, own, now=now, by=by)
                if target not in known or known[target].state not in publications.FINISHED:
                    found.append((channel, own))
    return found


def row_of(ledger: Ledger, ready: Ready, draft: Draft, *, now: dt.datetime, by: str) -> Publication:
    with ledger.write(now) as tx:
        appeal, digest = ready.submission.appeal, ready.stored.digest
        found = publications.rows(tx, appeal, digest=digest, channel=draft.channel, target=draft.target)
        standing = [row for row in found if not publications.may_be_planned_again(tx, row)]
        return standing[0] if standing else plan(tx, ready, draft, now=now, by=by)


def plan(tx: Tx, ready: Ready, draft: Draft, *, now: dt.datetime, by: str) -> Publication:
    """The new row of a draft, with its obligation to come down.

    What was to take the same place before it and was not sent yet is not sent any more: whoever corrects an appeal
    does not want the old words out for the time until the new ones follow.

    Raises:
        NotPublishable: it has ended, or its end has come. Contradiction: there is such a row already.
    """
    due = ends.due_of(tx, ready.submission, draft.medium, ready.approved_until)
    row_id = publications.plan(
        tx,
        draft,
        digest=ready.stored.digest,
        appeal=ready.submission.appeal,
        revision=ready.submission.revision,
        due_at=due.at,
        due_because=due.because,
        approved_until=ready.approved_until,
        target=draft.target,
        norms=ready.judged.norms,
        rules=ready.judged.rules,
        opens_at=ready.opens.get(draft.channel),
        ttl=ready.stays.get(draft.channel),
        now=now,
        by=by,
    )
    row = publications.get(tx, row_id)
    for earlier in publications.replaced_by(tx, row):
        if publications.get(tx, earlier).is_unsent:
            publications.supersede(tx, earlier, now=now, by=by)
    return row
