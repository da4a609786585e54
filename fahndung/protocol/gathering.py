"""Everything that the ledger says about what became of one case, at one instant. Judges nothing, draws nothing."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from fahndung import approval
from fahndung.ledger import appeals, audit, byhand, publications, recipients
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.audit import Head
from fahndung.ledger.byhand import Item
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What became of one case.

    Attributes:
        events: as ``audit.export`` gives them.
        unreadable: how many publications of the case cannot be read.
        fingerprint: of the key with which the home signs the head of its log.
    """

    appeal: str
    made_at: dt.datetime
    made_by: str
    submission: Submission
    releases: tuple[StoredRelease, ...]
    publications: tuple[Publication, ...]
    unreadable: int
    items: tuple[Item, ...]
    events: tuple[Mapping[str, Any], ...]
    head: Head
    fingerprint: str


def of(tx: Tx, appeal: str, *, now: dt.datetime, by: str, public_key: bytes) -> Protocol:
    """The protocol of a case as the ledger stands now.

    Raises:
        UsageError: no such appeal.
    """
    submission = appeals.get(tx, appeal)
    return Protocol(
        appeal=appeal,
        made_at=now,
        made_by=by,
        submission=submission,
        releases=appeals.releases(tx, appeal),
        publications=tuple(
            dataclasses.replace(row, target=recipients.told(tx, row.target).de) for row in publications.rows(tx, appeal)
        ),
        unreadable=sum(row.appeal == appeal for row in publications.damaged(tx)),
        items=byhand.all(tx, appeal),
        events=tuple(audit.export(tx, appeal)),
        head=audit.head(tx),
        fingerprint=approval.key_id(public_key),
    )
