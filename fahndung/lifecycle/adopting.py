"""Puts what a person made on an account by hand under takedown: a row of its own with the appeal's end.

Publishes nothing and needs no approval. What is no post of an account of ours becomes an item for a person: a copy that
others keep (``foreign``). An address that can be ours and leads to no post is refused. One that differs from ours by a
letter of the account's name is somebody's who poses as us, or mistyped: the item is kept, and the name that it
resembles is told.
"""

import dataclasses
import datetime as dt
import difflib
import re
import shlex
from collections.abc import Iterable, Mapping

from fahndung import channels
from fahndung.channels.base import ADOPTED, Adopts, Channel
from fahndung.dossier.stored import latest_release
from fahndung.errors import ChannelFailed, UsageError
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.ledger import appeals, publications, sweeping
from fahndung.ledger.covering import ended_persons, is_closed
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import ends, foreign
from fahndung.lifecycle.readying import open_channel
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Reference, adopted
from fahndung.release import naming


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """The publication that carries a post now.

    Attributes:
        over: it must not be online any more; the next run takes it down.
    """

    publication: Publication
    over: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """The item of a post over which no account of ours has rights: only a person can have it removed.

    Attributes:
        asked: the accounts whose platforms were asked, and have no such post.
        resembles: what stands in the address where the name of an account of ours would make it one of its own, and
            that name; None: nothing does.
    """

    item: int
    asked: tuple[str, ...]
    resembles: tuple[str, str] | None = None


def adopt(
    home: Home, ledger: Ledger, *, appeal: str, channel: str, untrusted_url: str, now: dt.datetime, by: str
) -> Adopted | ByHand:
    """The post at that address, the account's own or another of ours, gets the end of the appeal.

    A stranger's becomes an item for a person.

    Raises:
        UsageError: no such appeal or channel, the address is none, or has the form of ours and leads to no post.
        InvalidConfig: the configuration cannot be read. NotPublishable: nothing of the appeal was built yet.
        ChannelFailed: nobody can tell whose post it is; nothing was written down.
    """
    with ledger.read() as tx:
        appeals.get(tx, appeal)
    foreign.refuse_address(untrusted_url, anywhere=ledger.kind == "rehearsal")
    config = home.config()
    if channel not in config.channels:
        raise UsageError(f"There is no channel {channel}.", f"Einen Kanal {channel} gibt es nicht.")
    opened = [open_channel(home, ledger, config, name) for name in _accounts(config, channel)]
    owner = _owner(opened, untrusted_url, appeal)
    if owner is None:
        item = foreign.add(ledger, appeal=appeal, untrusted_url=untrusted_url, now=now, by=by)
        asked = [one for one in opened if isinstance(one, Adopts)]
        alike = next(filter(None, (_mistyped(one, untrusted_url) for one in asked)), None)
        return ByHand(item=item, asked=tuple(one.name for one in asked), resembles=alike)
    account, found = owner
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


def _accounts(config: Config, channel: str) -> list[str]:
    """The named account, then every other one on a network: whoever copies an address may mistake whose it is."""
    social = [
        name
        for name, table in config.channels.items()
        if channels.medium_of(str(table["kind"]), table) is Medium.SOCIAL
    ]
    return [channel, *(name for name in social if name != channel)]


def _owner(opened: Iterable[Channel], untrusted_url: str, appeal: str) -> tuple[Channel, Reference] | None:
    """The account that has a post there, and the post; None: it is a stranger's, or on an account that cannot be asked.

    Raises:
        UsageError: the address can be ours, and none has it.
        ChannelFailed: the first that could not tell, where none of the others has it.
    """
    asked: list[Channel] = []
    silent: list[ChannelFailed] = []
    for account in opened:
        if not isinstance(account, Adopts):
            continue
        asked.append(account)
        try:
            found = account.made_by_hand(untrusted_url)
        except ChannelFailed as error:
            silent.append(error)
            continue
        if found is not None:
            return account, found
    if silent:
        raise silent[0]
    own = ", ".join(one.name for one in asked if isinstance(one, Adopts) and one.may_be_own(untrusted_url))
    if own:
        copy = f"fahndung copy add {shlex.quote(untrusted_url)} {appeal}"
        raise UsageError(
            f"{untrusted_url}: such an address can be ours ({own}), but the platform knows no such post of it. "
            f"Correct it. If it is a copy that others keep: {copy}",
            f"{untrusted_url}: Solch eine Adresse kann unsere sein ({own}), die Plattform kennt aber keinen solchen "
            f"Beitrag des Kontos. Bitte berichtigen. Falls es eine Kopie bei anderen ist: {copy}",
        )
    return None


def _mistyped(account: Channel, untrusted_url: str) -> tuple[str, str] | None:
    """What stands in an address where the account's name would make it one of its own, and that name."""
    own = account.access().get("account")
    if not isinstance(own, str) or not isinstance(account, Adopts):
        return None
    parts = re.split(r"([/@?=&#])", untrusted_url)
    for number, part in enumerate(parts):
        alike = difflib.get_close_matches(part.casefold(), [own.casefold()], cutoff=_ALIKE)
        if alike and account.may_be_own("".join([*parts[:number], own, *parts[number + 1 :]])):
            return part, own
    return None


_ALIKE = 0.8
"""How much two names have in common of which one may be the other mistyped (``difflib``): 1 is all."""


def _known(tx: Tx, found: Reference, account: Channel) -> Publication | None:
    """The row that carries the post already, whether it was made by hand or not."""
    rows = sweeping.by_reference(tx, found.kind, found.id)
    access: Mapping[str, object] = dict(account.access())
    return next((row for row in rows if dict(row.endpoint) == access), None)


def _entered(
    tx: Tx, appeal: str, found: Reference, account: Channel, *, ttl: dt.timedelta | None, now: dt.datetime, by: str
) -> Publication:
    submission = appeals.get(tx, appeal)
    stored = latest_release(tx, submission)
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
