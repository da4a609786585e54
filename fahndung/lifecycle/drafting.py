"""The draft of a publication that is planned, everything verified again at the instant of sending. Sends nothing."""

import datetime as dt
from collections.abc import Callable

from fahndung import variants
from fahndung.channels.base import addressed
from fahndung.errors import NotPublishable
from fahndung.home import Home
from fahndung.ledger import appeals
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import closingposts, confined, mailing, vetting
from fahndung.lifecycle.vetting import Vetted
from fahndung.model.publication import Draft, left_out

FRESH_S = 5.0
"""For how many seconds the messages of one release to many recipients are verified together."""


class Verified:
    """What was verified a moment ago, so that 300 recipients do not cost 300 verifications of the same bytes.

    Whether it has ended, and until when it is approved, is read for each row all the same when its intent is written.
    """

    def __init__(self, tick: Callable[[], float]) -> None:
        """``tick`` tells seconds."""
        self._tick = tick
        self._known: dict[str, tuple[float, Vetted]] = {}

    def of(self, row: Publication, vet: Callable[[], Vetted]) -> Vetted:
        """The verified release of a row; anew for whatever is no message."""
        if not mailing.is_addressed(row):
            return vet()
        known = self._known.get(row.digest)
        if known is None or not 0 <= self._tick() - known[0] < FRESH_S:
            known = self._tick(), vet()
            self._known[row.digest] = known
        return known[1]


def draft_of(
    home: Home, ledger: Ledger, row: Publication, *, now: dt.datetime, verified: Verified | None = None
) -> Draft:
    """Exactly what was planned: bytes, signatures, law and address are checked once more.

    Raises:
        NotPublishable: it may not be online now, or it is not what was planned.
        FahndungError: the record, the configuration or the channel cannot be read.
    """
    if row.tells_end:
        return closingposts.draft_of(home, ledger, row)
    person = left_out(row.target)
    config = home.config()
    with ledger.read() as tx:
        vetting.refuse_left_accounts(tx, config)
        submission = appeals.get(tx, row.appeal, row.revision)
        stored = appeals.release(tx, row.digest)

    def vet() -> Vetted:
        return vetting.vet(home, ledger, config, submission, stored, now=now, left_out=person)

    vetted = vet() if verified is None else verified.of(row, vet)
    release = vetted.release if person is None else variants.view(vetted.release, person)
    if release is None:
        raise NotPublishable(
            f"the approved release holds no variant without {person}",
            f"die freigegebene Veröffentlichung enthält keine Fassung ohne {person}",
        )
    channel = confined.open_to_send(ledger, row)
    draft = channel.prepare(release)
    if (writes := addressed(channel)) is not None:
        with ledger.read() as tx:
            draft = mailing.again(tx, writes, draft, row, vetted.appeal)
    if (draft.marker, dict(draft.endpoint)) != (row.marker, dict(row.endpoint)):
        raise NotPublishable(
            f"{row.appeal} on {row.channel} is no longer what was planned; publish again",
            f"{row.appeal} auf {row.channel} ist nicht mehr, was geplant war; bitte neu veröffentlichen",
        )
    return draft
