"""The short post that tells the end of an appeal on a network, once all of the appeal there was read back as gone.

A publication of its own: sent, looked for, read back and withdrawn by the same turns as any other, and gone when its
term is over. Withdraws nothing, and never says more than the approved text.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence

from fahndung.channels import linkpost
from fahndung.channels.base import Channel
from fahndung.dossier.stored import load_release
from fahndung.errors import FahndungError, Message, NotPublishable, NotSent
from fahndung.home import Home
from fahndung.ledger import appeals, endings, publications
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication, Want
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import closings, confined, ends, telling, turns
from fahndung.lifecycle.shift import Shift
from fahndung.lifecycle.tasks import Task
from fahndung.model.closing import CLOSING_KINDS, ERROR, post_file
from fahndung.model.mandate import Medium
from fahndung.model.plain import instant_text
from fahndung.model.publication import Draft, State, closing, is_adopted, told_by
from fahndung.model.release import Release

MANIFEST = "closing_posts"
_NOTICES = "texts/closing-"
_ENTRY = "website/entry.json"
_NEEDED = ("slug", "page_url")
_WAITING = frozenset({State.PLANNED, State.PUBLISHING})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The post that tells the end of an appeal on an account: as it is now, or why there is none (yet)."""

    appeal: str
    channel: str
    row: Publication | None = None
    why: Message | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A post that is due: the copy whose account and release it takes, and the kind of its notice."""

    shown: Publication
    kind: str


def view(release: Release, kind: str, at: dt.datetime | None = None) -> Release | None:
    """The release as an account gets it after the end: the short notice in the place of the teaser, no picture.

    None: it was built without such a notice.

    Args:
        at: the instant by which a network dates the post; None: that of the appeal itself.
    """
    markers, file = release.manifest.get(MANIFEST), release.files.get(post_file(kind))
    if not isinstance(markers, Mapping) or kind not in markers or file is None:
        return None
    files = {name: one for name, one in release.files.items() if name.startswith(_NOTICES) or name == _ENTRY}
    if at is not None and _ENTRY in files:
        dated = json.dumps({"updated": instant_text(at)}).encode()
        files[_ENTRY] = dataclasses.replace(files[_ENTRY], data=dated)
    own = dataclasses.replace(file, name=linkpost.TEASER)
    manifest = {name: release.manifest.get(name) for name in _NEEDED} | {"markers": markers[kind]}
    return Release(digest=release.digest, manifest=manifest, files={**files, own.name: own})


def drafts(channel: Channel, release: Release, term: dt.timedelta) -> dict[str, Draft]:
    """Kind of notice to exactly what would be posted, but for the instant; offline.

    Raises:
        NotPublishable: a notice does not fit the account, or nothing can be deleted there after ``term``.
    """
    window = channel.capabilities().delete_window
    if channel.medium is not Medium.SOCIAL or (window is not None and term >= window):
        raise linkpost.refused(
            channel.name,
            "a closing post could not be taken down there in time; see closing_post_days",
            "ein Beitrag über das Ende ließe sich dort nicht rechtzeitig löschen; siehe closing_post_days",
        )
    return {kind: draft(channel, release, kind) for kind in CLOSING_KINDS}


def draft(channel: Channel, release: Release, kind: str, at: dt.datetime | None = None) -> Draft:
    """What is posted at an end of that kind; ``at`` as in ``view``.

    Raises:
        NotPublishable: there is no such notice, or it does not fit.
    """
    shown = view(release, kind, at)
    if shown is None:
        raise linkpost.refused(
            channel.name, f"{post_file(kind)} is missing or has no marker", f"{post_file(kind)} oder Kennzeichen fehlt"
        )
    if channel.capabilities().media is not None:  # whatever the policy was at the build: none goes along
        shown = dataclasses.replace(shown, manifest={**shown.manifest, "uploads": {channel.name: []}})
    return dataclasses.replace(channel.prepare(shown), target=closing(kind))


def wished(home: Home) -> Mapping[str, dt.timedelta]:
    """The accounts that post the end of an appeal, and for how long; none where the configuration cannot be read."""
    try:
        return home.config().closing_posts
    except FahndungError:  # whatever is wrong with it, nothing has to be posted
        return {}


def plan(home: Home, ledger: Ledger, *, now: dt.datetime, by: str, appeal: str | None = None) -> tuple[Posted, ...]:
    """Enters every post that is due; returns those that cannot be made.

    Raises:
        LedgerUnavailable: it cannot be read or written.
    """
    terms = wished(home)
    with ledger.read() as tx:
        found = [(owed, terms[name]) for name in sorted(terms) for owed in _owed(tx, name, appeal)]
    refused = []
    for owed, term in found:
        row = owed.shown
        try:
            _plan(home, ledger, owed, term, now=now, by=by)
        except LedgerUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 RUF100  # whatever it is, it stops no other post and no takedown
            refused.append(Posted(appeal=row.appeal, channel=row.channel, why=_message(error)))
            with ledger.write(now) as tx:
                telling.ask_instead(tx, row.appeal, row.channel, now=now, by=by)
    return tuple(refused)


def post(home: Home, shift: Shift, *, now: dt.datetime, appeal: str | None = None) -> tuple[Posted, ...]:
    """Plans what is due, then sends it and whatever an earlier run could not send.

    Raises:
        LedgerUnavailable: it cannot be read or written.
    """
    refused = plan(home, shift.ledger, now=now, by=shift.by, appeal=appeal)
    with shift.ledger.read() as tx:
        waiting = [row for row in publications.open_notices(tx) if _waits(row, now) and appeal in (None, row.appeal)]
    return (*refused, *(_posted(home, shift, row) for row in waiting))


def draft_of(home: Home, ledger: Ledger, row: Publication) -> Draft:
    """The draft of a planned post; release and reason are verified once more.

    Raises:
        NotPublishable: it is not what was planned, or no longer right.
        NotSent: not now, because a copy came back.
    """
    kind = told_by(row.target)
    assert kind is not None  # asked for such rows only
    with ledger.read() as tx:
        stored = appeals.release(tx, row.digest)
        rows = publications.rows(tx, row.appeal)
        shown = _shown(tx, rows, row.channel)
    others = [one for one in rows if one.id != row.id]
    if shown is None or (shown[0].digest, shown[1]) != (row.digest, kind) or _goes_on(others):
        raise NotPublishable(
            f"{row.appeal} goes on, or ended for another reason meanwhile",
            f"{row.appeal} läuft weiter oder endete inzwischen aus einem anderen Grund",
        )
    if (why := _stands(others, row.channel)) is not None:
        raise NotSent(*why)
    release = load_release(home, stored)
    made = draft(confined.open_to_send(ledger, row), release, kind, row.planned_at)
    if (made.marker, dict(made.endpoint)) != (row.marker, dict(row.endpoint)):
        raise NotPublishable(
            f"the closing post of {row.appeal} on {row.channel} is no longer what was planned",
            f"Der Beitrag über das Ende von {row.appeal} auf {row.channel} ist nicht mehr, was geplant war",
        )
    return made


def is_waiting(row: Publication) -> bool:
    """Whether it was planned and nobody knows that it is up: ``post`` looks for it and sends it, nobody else."""
    return row.tells_end and row.state in _WAITING


def _plan(home: Home, ledger: Ledger, owed: Owed, term: dt.timedelta, *, now: dt.datetime, by: str) -> None:
    shown = owed.shown
    with ledger.read() as tx:
        stored = appeals.release(tx, shown.digest)
    channel = confined.open_to_send(ledger, shown)
    release = load_release(home, stored)
    drafts(channel, release, term)
    made = draft(channel, release, owed.kind, now)
    with ledger.write(now) as tx:
        if owed not in _owed(tx, shown.channel, shown.appeal):  # another run was faster, or something came back
            return
        publications.plan(
            tx,
            made,
            digest=shown.digest,
            appeal=shown.appeal,
            revision=shown.revision,
            due_at=now + term,
            due_because=_term(term),
            now=now,
            by=by,
            norms=shown.norms,
            rules=shown.rules,
            target=made.target,
        )


def _term(term: dt.timedelta) -> Message:
    return Message(
        f"a post that tells the end stays for {term.days} days", f"Ein Beitrag über das Ende bleibt {term.days} Tage"
    )


def _posted(home: Home, shift: Shift, row: Publication) -> Posted:
    made = Posted(appeal=row.appeal, channel=row.channel)
    try:
        turned = turns.bring_up(shift, row.id, lambda planned: draft_of(home, shift.ledger, planned))
        if turned.row.state is State.LIVE:
            turned = turns.turn(shift, row.id, task=Task.LOOK)
    except LedgerUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 RUF100  # as above
        return dataclasses.replace(made, row=row, why=_message(error))
    return dataclasses.replace(made, row=turned.row, why=turned.row.problem or turned.why)


def _message(error: Exception) -> Message:
    if isinstance(error, FahndungError):
        return error.message
    kind = type(error).__name__
    return Message(f"a bug stopped the post ({kind})", f"Ein Programmfehler hielt den Beitrag auf ({kind})")


def _waits(row: Publication, now: dt.datetime) -> bool:
    return is_waiting(row) and not ends.is_over(row, now) and row.next_at is not None and row.next_at <= now


def _owed(tx: Tx, account: str, appeal: str | None) -> Iterator[Owed]:
    """What is due on one account: of appeals whose copies there were read back as gone within the last week."""
    names = dict.fromkeys(row.appeal for row in publications.lately_down(tx, account) if appeal in (None, row.appeal))
    for name in names:
        rows = publications.rows(tx, name)
        found = _shown(tx, rows, account)
        if found is None or _goes_on(rows) or _stands(rows, account) is not None or _was_tombstone(tx, rows, account):
            continue
        shown, kind = found
        own = [row for row in rows if (row.channel, row.revision) == (account, shown.revision) and told_by(row.target)]
        planned, told = ({told_by(row.target) for row in some} for some in (own, filter(_counts, own)))
        if kind not in planned and (not told or kind == ERROR):
            yield Owed(shown=shown, kind=kind)


def _counts(row: Publication) -> bool:
    """Whether it told an end, or may have; not if it was cancelled because the appeal had ended for another reason."""
    return row.state is not State.CANCELLED or row.problem is None


def _shown(tx: Tx, rows: Sequence[Publication], account: str) -> tuple[Publication, str] | None:
    """The last copy that people saw on an account, and the kind of notice that the end of the whole appeal calls for.

    None: nobody saw any, a person made it by hand, or no end concerns all of the appeal.
    """
    seen = [
        row
        for row in rows
        if row.channel == account
        and not row.tells_end
        and not is_adopted(row.target)
        and row.gone_at is not None
        and row.published_at is not None
    ]
    if not seen:
        return None
    last = seen[-1]
    found = closings.concerning(last, endings.endings(tx, last.appeal))
    whole = [one for one in found if one.person is None and one.medium is None and one.channel is None]
    return (last, closings.kind_of(tx, last, found)) if whole else None


def _goes_on(rows: Sequence[Publication]) -> bool:
    """Whether anything of the appeal is wanted online still, such as a later revision."""
    return any(row.want is Want.UP and not row.is_down and not row.tells_end for row in rows)


def _was_tombstone(tx: Tx, rows: Sequence[Publication], account: str) -> bool:
    """Whether the end was told on an account in the place of a post already."""
    own = (row for row in rows if row.channel == account)
    return any(one.outcome == "tombstone" for row in own for one in publications.operations(tx, row.id))


def _stands(rows: Sequence[Publication], account: str) -> Message | None:
    """Why it is too early: something on the account, or a page to which the post would link, was not read back as gone.

    What a person closed was not read back, so that the program stays silent.
    """
    for row in rows:
        concerns = row.channel == account or row.medium is Medium.WEBSITE
        if concerns and (not row.is_down or row.closed_by is not None):
            return Message(
                f"on {row.channel} something was not read back as gone",
                f"Auf {row.channel} ist etwas nicht als weg gelesen",
            )
    return None
