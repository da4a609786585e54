"""Everything up to the first call of a publication: the release verified, its accounts opened, every draft made.

Sends nothing, and refuses what may not go out; a dry run and a preview are this and no more.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from fahndung import channels, routing
from fahndung.channels.base import Channel, addressed
from fahndung.channels.kinds import ADDRESSED
from fahndung.dossier.ended import is_closed
from fahndung.dossier.stored import latest_release
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    FahndungError,
    Message,
    NotPublishable,
    UsageError,
    refuse_blocking,
)
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.ledger import appeals, publications
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import closingposts, confined, ends, mailing, promises, refusals, succession, vetting, windows
from fahndung.lifecycle.ends import Due
from fahndung.lifecycle.prepared import Ready
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, State
from fahndung.model.release import Release


def prepare(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    now: dt.datetime,
    only: Collection[str] = (),
    attended: bool = False,
) -> Ready:
    """Everything up to the first call: a dry run is this and no more.

    Args:
        attended: a worker runs, so that what is not to go out yet may be planned.

    Raises:
        NotPublishable, ChannelFailed, UsageError, InvalidConfig: as ``publish``.
    """
    config = home.config()
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        vetting.refuse_left_accounts(tx, config)
        stored = latest_release(tx, submission)
        _refuse_ended(tx, submission)
    vetted = vetting.vet(home, ledger, config, submission, stored, now=now, early=True)
    names = chosen(vetted.appeal, config, vetted.release, only)
    with ledger.read() as tx:
        later = promises.opens(tx, submission, stored, names, config.terms, now=now)
    if not attended:
        promises.refuse(submission, later)
    drafts, who = [], {}
    silent: dict[ChannelName, FahndungError] = {}
    for name in names:
        channel = open_channel(home, ledger, config, name)
        draft, silence = _draft(ledger, config, submission, stored, vetted.release, channel)
        drafts.append((channel, draft))
        if silence is not None:
            silent[name] = silence
        if (writes := addressed(channel)) is not None:
            who[channel.name] = mailing.chosen(writes, vetted.appeal)
    with ledger.read() as tx:
        _refuse_silent(tx, submission, stored, [draft for _, draft in drafts], silent)
        _refuse_pageless(tx, submission, stored, [draft for _, draft in drafts])
        dues = [ends.due_of(tx, submission, draft.medium, vetted.approved_until) for _, draft in drafts]
    for (_, draft), due in zip(drafts, dues, strict=True):
        _refuse_over(due, draft, later)
    return Ready(
        submission=submission,
        stored=stored,
        release=vetted.release,
        drafts=tuple(drafts),
        approved_until=vetted.approved_until,
        judged=vetted.judged,
        recipients=who,
        warnings=_warnings(ledger, submission, drafts, dues, later, config.stays, now=now),
        opens=later,
        stays=config.stays,
    )


def _draft(
    ledger: Ledger, config: Config, submission: Submission, stored: StoredRelease, release: Release, channel: Channel
) -> tuple[Draft, FahndungError | None]:
    """What a channel will send, and why nothing can be sent there now: where that is so of several, all are told."""
    with ledger.read() as tx:
        _refuse_finished(tx, submission, stored, channel)
    silence: FahndungError | None = None
    try:
        confined.refuse_elsewhere(ledger, channel)
        channel.check()
    except AuthError as error:
        silence = AuthError(*refusals.told(error, channel.name, channel.access()))
    except FahndungError as error:
        silence = error
    draft = channel.prepare(release)
    if channel.name in config.closing_posts:
        closingposts.drafts(channel, release, config.closing_posts[channel.name])
    with ledger.read() as tx:
        _refuse_moved(tx, submission, stored, draft)
    return draft, silence


def _warnings(
    ledger: Ledger,
    submission: Submission,
    drafts: Sequence[tuple[Channel, Draft]],
    dues: Sequence[Due],
    opens: Mapping[ChannelName, dt.datetime],
    stays: Mapping[str, dt.timedelta],
    *,
    now: dt.datetime,
) -> tuple[Message, ...]:
    """What will be left to a person at the end, on channels that can be deleted from for some time only."""
    found = []
    for (channel, _), due in zip(drafts, dues, strict=True):
        able, ttl = channel.capabilities(), stays.get(channel.name)
        with ledger.read() as tx:
            since = succession.out_since(tx, submission.appeal, channel.name, able)
        out_at = since or opens.get(channel.name, now)
        found.append(windows.warning(channel.name, able, due.at, out_at=out_at, ttl=ttl))
    return tuple(one for one in found if one is not None)


def _refuse_ended(tx: Tx, submission: Submission) -> None:
    named, revision = submission.appeal, submission.revision
    if is_closed(tx, named, revision):
        raise NotPublishable(
            f"{named} revision {revision} has ended; a new order is a new revision",
            f"{named} Revision {revision} ist beendet; eine neue Anordnung ist eine neue Revision",
        )


def _refuse_over(due: Due, draft: Draft, opens: Mapping[ChannelName, dt.datetime]) -> None:
    """Nothing is promised that would be over before its time comes."""
    at = opens.get(draft.channel)
    if at is not None and due.at is not None and due.at <= at:
        raise NotPublishable(
            f"it would be over on {draft.channel} before it may go out there",
            f"auf {draft.channel} wäre sie beendet, bevor sie dort hinausgehen darf",
        )


def _refuse_pageless(tx: Tx, submission: Submission, stored: StoredRelease, drafts: Collection[Draft]) -> None:
    """A post links to the page of its release: it goes out with it, or after it."""
    posts = [draft.channel for draft in drafts if draft.medium is Medium.SOCIAL]
    rows = publications.rows(tx, submission.appeal, digest=stored.digest) if posts else ()
    pages = [row for row in rows if row.medium is Medium.WEBSITE and row.want is publications.Want.UP]
    if posts and not pages and all(draft.medium is not Medium.WEBSITE for draft in drafts):
        listed = ", ".join(posts)
        raise NotPublishable(
            f"{listed}: the page that the post links to is not online; publish the website with it, or first",
            f"{listed}: Die verlinkte Seite ist nicht online; bitte die Website mit veröffentlichen, oder zuerst",
        )


def _refuse_silent(
    tx: Tx,
    submission: Submission,
    stored: StoredRelease,
    drafts: Collection[Draft],
    silent: Mapping[ChannelName, FahndungError],
) -> None:
    """Sends nothing while an account is out of reach or refuses: whether the others go without it a person decides.

    Raises:
        FahndungError: as the first of ``silent``, one that no waiting mends before the others; it names each of them,
            and how the others are served.
    """
    if not silent:
        return
    first = min(silent.values(), key=lambda error: isinstance(error, ChannelFailed))
    en = " ".join(f"{name}: {error.message.en.rstrip('.')}." for name, error in silent.items())
    de = " ".join(f"{name}: {error.message.de.rstrip('.')}." for name, error in silent.items())
    hint = Message("", "")
    others = [draft for draft in drafts if draft.channel not in silent]
    try:
        _refuse_pageless(tx, submission, stored, others)
    except NotPublishable:
        others = []
    if others:
        options = " ".join(f"--channel {draft.channel}" for draft in others)
        hint = Message(
            f" 'fahndung publish {submission.appeal} {options}' serves the others.",
            f" Die anderen bedient „fahndung publish {submission.appeal} {options}“.",
        )
    raise type(first)(f"{en} Nothing was sent.{hint.en}", f"{de} Nichts wurde gesendet.{hint.de}") from first


def _refuse_finished(tx: Tx, submission: Submission, stored: StoredRelease, channel: Channel) -> None:
    """Nothing is revived: neither an ended channel or medium, nor a release that was withdrawn there."""
    ended = is_closed(tx, submission.appeal, submission.revision, medium=channel.medium, channel=channel.name)
    rows = publications.rows(tx, submission.appeal, digest=stored.digest, channel=channel.name)
    rows = tuple(row for row in rows if not publications.may_be_planned_again(tx, row))
    down = [row for row in rows if row.is_down or row.state in {State.WITHDRAWING, State.BY_HAND, State.TOMBSTONE}]
    if channel.kind in ADDRESSED:  # one who refused it, or opted out, ends it for nobody else
        down = [row for row in down if row.state not in {State.REJECTED, State.CANCELLED}]
    if ended or down:
        raise NotPublishable(
            f"{submission.appeal} has ended on {channel.name}; a new order is a new revision",
            f"{submission.appeal} ist auf {channel.name} beendet; eine neue Anordnung ist eine neue Revision",
        )


def _refuse_moved(tx: Tx, submission: Submission, stored: StoredRelease, draft: Draft) -> None:
    """The row of a copy says where it is taken down: nothing is sent to another place under the same row."""
    for row in publications.rows(tx, submission.appeal, digest=stored.digest, channel=draft.channel):
        if row.endpoint != draft.endpoint and not row.given_up:
            raise NotPublishable(
                f"{draft.channel} was configured anew since this release went there. Set it back; or end the appeal on "
                "that channel and publish a new revision",
                f"{draft.channel} wurde neu eingerichtet, seit diese Veröffentlichung dorthin ging. Zurückstellen; "
                "oder die Fahndung auf diesem Kanal beenden und eine neue Revision veröffentlichen",
            )


def open_channel(home: Home, ledger: Ledger, config: Config, name: str) -> Channel:
    """The configured channel of that name.

    Raises:
        NotPublishable: not configured, or a production home that would read back from files.
    """
    table: Mapping[str, object] | None = config.channels.get(name)
    if table is None:
        raise NotPublishable(
            f"the record names the channel {name}, which fahndung.toml does not configure",
            f"Der Datensatz nennt den Kanal {name}, den fahndung.toml nicht kennt",
        )
    if ledger.kind == "production" and table.get("read_back") == "files":
        raise NotPublishable(
            f'channel {name}: read_back = "files" is for rehearsal homes; a production home asks the server',
            f'Kanal {name}: read_back = "files" gilt nur in Probe-Heimen; im Echtbetrieb wird der Server gefragt',
        )
    channel = channels.from_config(table, home_id=ledger.home_id, nonce=ledger.nonce, home=home.path)
    if ledger.kind == "production" and channel.capabilities().rehearsal_only:
        raise NotPublishable(
            f"channel {name}: the kind {channel.kind} is for rehearsal homes only",
            f"Kanal {name}: die Art {channel.kind} gilt nur in Probe-Heimen",
        )
    return channel


def chosen(appeal: Appeal, config: Config, release: Release, only: Collection[str] = ()) -> list[ChannelName]:
    """The accounts to which a release goes, the websites first; all that it was built for, or those of ``only``.

    An account that would take it now but was not approved is left out (``routing.routes`` tells of it).

    Raises:
        NotPublishable: there is none, or today's terms of an account do not fit. UsageError: it does not go there.
    """
    refuse_blocking(routing.problems(appeal, config))
    markers = release.manifest["markers"]
    assert isinstance(markers, Mapping)
    now = routing.accounts(appeal, config)
    if left := sorted(markers.keys() - now.keys()):
        listed = ", ".join(left)
        raise NotPublishable(
            f"{appeal.id} was approved for {listed}, where fahndung.toml lets it go no more; build and approve anew",
            f"{appeal.id} wurde für {listed} freigegeben, dorthin lässt fahndung.toml sie nicht mehr; bitte neu "
            "bauen und freigeben",
        )
    named = sorted((name for name in now if name in markers), key=lambda name: now[name] is not Medium.WEBSITE)
    for name in only:
        if name not in named:
            raise UsageError(
                f"{appeal.id} does not go to the channel {name}", f"{appeal.id} geht nicht an den Kanal {name}"
            )
    wanted = [name for name in named if not only or name in only]
    if not wanted:
        raise NotPublishable(f"{appeal.id} goes to no account", f"{appeal.id} geht an kein Konto")
    return wanted
