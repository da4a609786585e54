"""A press mail to one's own address, marked as a test: verified as if it were published, and no row of the ledger.

What it shows was approved; that it may be published, and when, is decided by publishing alone.
"""

import datetime as dt
from collections.abc import Collection

from fahndung.channels.base import Addressed, addressed
from fahndung.errors import NotPublishable, UsageError
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.periods import stamp
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import readying
from fahndung.model.publication import Draft


def try_out(
    home: Home, ledger: Ledger, *, appeal_id: str, to: str, now: dt.datetime, only: Collection[str] = ()
) -> tuple[str, ...]:
    """Sends each mailing of the latest revision once to this address; returns the channels.

    Raises:
        UsageError: the record names no channel that writes to recipients, or this is no address.
        NotPublishable: it could not be published now, so nothing of it leaves the house.
        ChannelFailed: the mail server does not take it.
    """
    ready = readying.prepare(home, ledger, appeal_id=appeal_id, now=now, only=only, attended=True)
    start = clockfacts.thaw(ready.submission.clock_facts).plan.not_before
    if start is not None and now < start:
        when = stamp(start)
        raise NotPublishable(
            f"nothing of {appeal_id} leaves the house before {when.en}, a test no more than the mail itself. Try it "
            f"out after that; 'fahndung preview {appeal_id}' shows now what would be sent",
            f"Vor dem {when.de} geht von {appeal_id} nichts hinaus, auch kein Test. Bitte danach testen; was gesendet "
            f"würde, zeigt schon jetzt „fahndung preview {appeal_id}“",
        )
    mailings: list[tuple[Addressed, Draft]] = []
    for channel, draft in ready.drafts:
        if (writes := addressed(channel)) is not None:
            mailings.append((writes, draft))
    if not mailings:
        raise UsageError(
            f"{appeal_id} goes to no press list, so there is nothing to try out",
            f"{appeal_id} geht an keinen Presseverteiler, zu testen gibt es nichts",
        )
    for writes, draft in mailings:
        writes.try_out(draft, to, at=now)
    return tuple(draft.channel for _, draft in mailings)
