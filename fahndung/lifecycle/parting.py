"""When the search for one person is over: the variant without that person takes the place of the full version.

The full version comes down in any case. Whatever goes wrong here is told and delays nothing: without a variant the
whole appeal goes, and the remainder is a new revision with four eyes.
"""

import contextlib
import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

from fahndung import variants
from fahndung.errors import FahndungError, Message, NotPublishable
from fahndung.home import Home
from fahndung.ledger import appeals, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication, Want
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx, attempt
from fahndung.lifecycle import mailing, planning
from fahndung.lifecycle.settling import told
from fahndung.lifecycle.shift import Shift
from fahndung.model.ids import PersonId
from fahndung.model.publication import Live, State, is_adopted, left_out, without

if TYPE_CHECKING:  # most takedowns put no variant up and must not wait for what publishes
    from fahndung.lifecycle.prepared import Ready

_ONLINE = frozenset({State.LIVE, State.PUBLISHING})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A copy that shows the person; ``ready`` is what may take its place, else ``why`` says why nothing may."""

    row: Publication
    person: PersonId
    ready: "Ready | None"
    why: Message | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """What became of one channel when a person was left out.

    Attributes:
        publication: the variant as it is now; None: the whole appeal goes down there.
        why: why there is no variant, or what is wrong with the one that is up.
    """

    appeal: str
    channel: str
    person: PersonId
    publication: Publication | None = None
    why: Message | None = None


def prospects(
    home: Home, ledger: Ledger, ending: Ending, *, now: dt.datetime, may_publish: bool
) -> tuple[Prospect, ...]:
    """For each copy that shows the person what may take its place. Never raises, writes nothing, calls no channel."""
    if ending.person is None:
        return ()
    try:
        with ledger.read() as tx:
            rows = _showing(tx, ending)
    except FahndungError:  # the end itself meets it too, and says so
        return ()
    return tuple(_prospect(home, ledger, row, ending.person, now, may_publish=may_publish) for row in rows)


def plan(tx: Tx, found: tuple[Prospect, ...], *, now: dt.datetime, by: str) -> tuple[Remainder, ...]:
    """Enters what may take a place; returns where nothing may. A refusal undoes nothing but itself."""
    refused = []
    for prospect in found:
        why = prospect.why
        if prospect.ready is not None:
            ((_, draft),) = prospect.ready.drafts
            try:
                with attempt(tx):
                    planning.plan(tx, prospect.ready, draft, now=now, by=by)
            except Exception as error:  # noqa: BLE001 RUF100  # the end of a person must be written down in any case
                why = _message(error)
        if why is not None:
            refused.append(_remainder(prospect.row, prospect.person, why=why))
    return tuple(refused)


def is_waiting(row: Publication) -> bool:
    """Whether a variant was planned and nobody knows that it is up: the run that planned it may have been cut off."""
    return (
        left_out(row.target) is not None
        and row.want is Want.UP
        and row.state in {State.PLANNED, State.PUBLISHING}
        and row.published_at is None
    )


def put_up(home: Home, shift: Shift, row: Publication, *, now: dt.datetime, by: str, may_publish: bool) -> Remainder:
    """Verifies a waiting variant again and makes the one call; what it replaces is superseded with the receipt.

    If anything fails it is given up: wanted down, so that this run and every later one removes what may stand of it.
    """
    from fahndung.lifecycle.handing import hand_over

    person = left_out(row.target)
    assert person is not None  # is_waiting
    ledger = shift.ledger
    try:
        ready = _ready(home, ledger, row, person, now, may_publish=may_publish)
        ((_, draft),) = ready.drafts
        hand_over(shift, row, draft)
        with ledger.read() as tx:
            return _remainder(row, person, publication=publications.get(tx, row.id))
    except Exception as error:  # noqa: BLE001 RUF100  # nothing may keep the full version online
        why = _message(error)
    with contextlib.suppress(FahndungError), ledger.write(now) as tx:
        publications.want_down(tx, [row.id], now=now, by=by, reason="no remainder")
    return _remainder(row, person, why=why)


def read_back(shift: Shift, remainder: Remainder) -> Remainder:
    """The same with what a visitor finds of the variant; after the full version is down, because looking takes time."""
    from fahndung.lifecycle import publishing

    row = remainder.publication
    if row is None:
        return remainder
    try:
        sent = publishing.read_back(shift, row)
    except FahndungError as error:
        return dataclasses.replace(remainder, why=error.message)
    why = None if sent.look is None or isinstance(sent.look, Live) else told(sent.look)
    return dataclasses.replace(remainder, publication=sent.publication, why=why)


def _showing(tx: Tx, ending: Ending) -> list[Publication]:
    """Copies that show the person, are or may be online, and that this ending concerns."""
    return [
        row
        for row in publications.rows(tx, ending.appeal)
        if row.state in _ONLINE
        and not mailing.is_addressed(row)  # recipients are told in a closing notice
        and row.want is Want.UP
        and not row.superseded
        and left_out(row.target) != ending.person
        and not is_adopted(row.target)
        and not row.tells_end
        and ending.medium in (None, row.medium)
        and ending.channel in (None, row.channel)
    ]


def _prospect(
    home: Home, ledger: Ledger, row: Publication, person: PersonId, now: dt.datetime, *, may_publish: bool
) -> Prospect:
    try:
        ready = _ready(home, ledger, row, person, now, may_publish=may_publish)
    except Exception as error:  # noqa: BLE001 RUF100  # whatever it is, the person's pictures come down
        return Prospect(row=row, person=person, ready=None, why=_message(error))
    return Prospect(row=row, person=person, ready=ready, why=None)


def _ready(
    home: Home, ledger: Ledger, row: Publication, person: PersonId, now: dt.datetime, *, may_publish: bool
) -> "Ready":
    """The variant for the very place of a row, verified and prepared.

    Raises:
        NotPublishable, FahndungError: there is none, or it may not be online now.
    """
    from fahndung.lifecycle import confined, vetting
    from fahndung.lifecycle.prepared import Ready

    if not may_publish:
        raise NotPublishable(
            "ledger or clock cannot be trusted, so nothing is put up",
            "auf Register oder Uhr ist kein Verlass, darum wird nichts veröffentlicht",
        )
    if (other := left_out(row.target)) not in (None, person):
        raise NotPublishable(
            f"{other} is left out already, and there is no variant without both",
            f"{other} fehlt schon, und ohne beide gibt es keine Fassung",
        )
    with ledger.read() as tx:
        submission = appeals.get(tx, row.appeal, row.revision)
        stored = appeals.release(tx, row.digest)
    manifest = json.loads(stored.manifest)
    if variants.sought(manifest) == (person,):
        raise NotPublishable(f"nobody but {person} is sought", f"gesucht wird niemand außer {person}")
    if person not in variants.persons(manifest):
        raise _no_variant(person)
    config = home.config()
    vetted = vetting.vet(home, ledger, config, submission, stored, now=now, left_out=person)
    release = variants.view(vetted.release, person)
    if release is None:
        raise _no_variant(person)
    channel = confined.open_to_send(ledger, row)
    return Ready(
        submission=submission,
        stored=stored,
        release=release,
        drafts=((channel, dataclasses.replace(channel.prepare(release), target=without(person))),),
        approved_until=vetted.approved_until,
        judged=vetted.judged,
        stays=config.stays,
    )


def _no_variant(person: PersonId) -> NotPublishable:
    return NotPublishable(
        f"the approved release holds no variant without {person}",
        f"die freigegebene Veröffentlichung enthält keine Fassung ohne {person}",
    )


def _remainder(
    row: Publication, person: PersonId, *, publication: Publication | None = None, why: Message | None = None
) -> Remainder:
    return Remainder(appeal=row.appeal, channel=row.channel, person=person, publication=publication, why=why)


def _message(error: Exception) -> Message:
    if isinstance(error, FahndungError):
        return error.message
    kind = type(error).__name__
    return Message(f"a bug stopped the variant ({kind})", f"Ein Programmfehler hielt die Fassung auf ({kind})")
