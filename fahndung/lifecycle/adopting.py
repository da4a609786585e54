"""Puts what a person made on an account by hand under takedown: a row of its own with the appeal's end.

Publishes nothing and needs no approval. What no account of ours may remove stays with people, as a foreign copy.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from fahndung import dossier
from fahndung.channels.base import ADOPTED, Adopts, Channel
from fahndung.errors import UsageError
from fahndung.home import Home
from fahndung.ledger import appeals, publications, sweeping
from fahndung.ledger.covering import ended_persons, is_closed
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends, foreign
from fahndung.lifecycle.readying import open_channel
from fahndung.model.publication import Draft, Reference, adopted
from fahndung.release import naming


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What became of a post: a publication, or the item of a foreign copy that only people can have removed.

    Attributes:
        over: it must not be online any more; the next run takes it down.
    """

    publication: Publication | None
    item: int | None = None
    over: bool = False


def adopt(
    home: Home, ledger: Ledger, *, appeal: str, channel: str, untrusted_url: str, now: dt.datetime, by: str
) -> Adopted:
    """The post at that address, if it is the account's own, gets the end of the appeal; else it is a foreign copy.

    Raises:
        UsageError: no such appeal or channel, or the address is none.
        InvalidConfig: the configuration cannot be read. NotPublishable: nothing of the appeal was built yet.
        ChannelFailed: nobody can tell whose post it is; nothing was written down.
    """
    with ledger.read() as tx:
        appeals.get(tx, appeal)
    foreign.refuse_address(untrusted_url, anywhere=ledger.kind == "rehearsal")
    config = home.config()
    if channel not in config.channels:
        raise UsageError(f"There is no channel {channel}.", f"Einen Kanal {channel} gibt es nicht.")
    account = open_channel(home, ledger, config, channel)
    found = account.made_by_hand(untrusted_url) if isinstance(account, Adopts) else None
    if found is None:
        item = foreign.add(ledger, appeal=appeal, untrusted_url=untrusted_url, where=channel, now=now, by=by)
        return Adopted(publication=None, item=item)
    with ledger.write(now) as tx:
        ttl = config.stays.get(account.name)
        row = _known(tx, found, account) or _entered(tx, appeal, found, account, ttl=ttl, now=now, by=by)
        publications.saw(tx, row.id, found, now=now, by=by)
        row = publications.get(tx, row.id)
        if row.published_at is None:
            since = min(found.made_at or now, now)  # the platform's clock may be ahead
            publications.published(tx, row.id, remote_id=found.id, url=found.url, now=now, by=by, since=since)
            ends.count_down(tx, row.id, now=now, by=by)
        if _has_ended(tx, row):
            publications.want_down(tx, [row.id], now=now, by=by, reason="ended")
        row = publications.get(tx, row.id)
    return Adopted(publication=row, over=ends.is_over(row, now))


def _known(tx: Tx, found: Reference, account: Channel) -> Publication | None:
    """The row that carries the post already, whether it was made by hand or not."""
    rows = sweeping.by_reference(tx, found.kind, found.id)
    access: Mapping[str, object] = dict(account.access())
    return next((row for row in rows if dict(row.endpoint) == access), None)


def _entered(
    tx: Tx, appeal: str, found: Reference, account: Channel, *, ttl: dt.timedelta | None, now: dt.datetime, by: str
) -> Publication:
    submission = appeals.get(tx, appeal)
    stored = dossier.latest_release(tx, submission)
    due = ends.due_of(tx, submission, account.medium, None)
    draft = Draft(
        channel=account.name,
        kind=account.kind,
        medium=account.medium,
        marker=_marker(account, found),
        endpoint=account.access(),
        withdrawal={ADOPTED: True},
        payload={},
        references=(),
    )
    made = publications.plan(
        tx,
        draft,
        digest=stored.digest,
        appeal=submission.appeal,
        revision=submission.revision,
        due_at=due.at,
        due_because=due.because,
        norms="",  # nobody judged it: it was online before anybody asked
        rules="",
        target=adopted(found),
        ttl=ttl,
        now=now,
        by=by,
    )
    return publications.get(tx, made)


def _marker(account: Channel, found: Reference) -> str:
    """One that nothing carries: the post is found by its id alone."""
    return naming.derive(ADOPTED.encode(), account.name, found.kind, found.id)


def _has_ended(tx: Tx, row: Publication) -> bool:
    """Whether somebody ended the appeal, or the search for a person whom the post may show."""
    closed = is_closed(tx, row.appeal, row.revision, medium=row.medium, channel=row.channel)
    return closed or bool(ended_persons(tx, row.appeal, row.revision, medium=row.medium, channel=row.channel))
