"""The state of each person of an appeal, from the ledger alone: sought, or ended since when and why. Ids, no names."""

import dataclasses
import datetime as dt
import json

from fahndung import variants
from fahndung.dossier import ended
from fahndung.ledger import appeals, endings
from fahndung.ledger.appeals import Submission
from fahndung.ledger.transaction import Tx
from fahndung.model.closing import EndReason
from fahndung.model.ids import PersonId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """One person of the latest release. ``since`` and ``reason`` are of the end; None while the person is sought."""

    id: PersonId
    since: dt.datetime | None = None
    reason: EndReason | None = None

    @property
    def state(self) -> str:
        """``sought`` or ``ended``."""
        return "sought" if self.since is None else "ended"


def states(tx: Tx, submission: Submission) -> tuple[PersonState, ...]:
    """Each person whom the latest release of a revision is about; nobody before it was built.

    The end of the whole appeal is the end of everybody who was still sought.
    """
    first: dict[PersonId | None, endings.Ending] = {}
    for wish in endings.endings(tx, submission.appeal):
        if wish.medium is None and wish.channel is None and wish.revision >= submission.revision:
            first.setdefault(wish.person, wish)
    found = []
    for person in _named(tx, submission):
        over = [first[key] for key in (person, None) if key in first]
        found.append(_ended(person, min(over, key=lambda wish: wish.at)) if over else PersonState(id=person))
    return tuple(found)


def still_sought(tx: Tx, submission: Submission) -> frozenset[PersonId] | None:
    """The persons of the latest release whose search is not over; None where the ledger does not know its persons."""
    named = frozenset(_named(tx, submission))
    return named - ended.ended_persons(tx, submission.appeal) if named else None


def _named(tx: Tx, submission: Submission) -> tuple[PersonId, ...]:
    stored = appeals.latest_release(tx, submission.appeal, submission.revision)
    try:
        return () if stored is None else variants.sought(json.loads(stored.manifest))
    except (ValueError, TypeError, AttributeError):  # a spoiled manifest must stop neither an end nor the account
        return ()


def _ended(person: PersonId, wish: endings.Ending) -> PersonState:
    return PersonState(id=person, since=wish.at, reason=wish.reason)
