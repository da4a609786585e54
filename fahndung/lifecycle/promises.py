"""When a release goes out on each of its accounts, and what may only be promised while a worker runs. Sends nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping

from fahndung.errors import Message, NotPublishable
from fahndung.law import clockfacts
from fahndung.law.periods import stamp
from fahndung.ledger import publications
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.publications import Publication
from fahndung.ledger.transaction import Tx
from fahndung.model.ids import ChannelName
from fahndung.model.publication import State, is_adopted
from fahndung.terms import Terms


def opens(
    tx: Tx,
    submission: Submission,
    stored: StoredRelease,
    names: Iterable[ChannelName],
    terms: Mapping[str, Terms],
    *,
    now: dt.datetime,
) -> dict[ChannelName, dt.datetime]:
    """When each account is served, of those that are not served at once.

    Nobody is served before ``not_before``. An account's embargo counts from that instant, or from ``now`` if it is
    later; it never delays what takes the place of an earlier copy, which would stand there all the longer. What takes
    the place of one that waits goes out when that one would have.
    """
    planned = clockfacts.thaw(submission.clock_facts).plan.not_before
    start = now if planned is None else max(now, planned)
    rows = [row for row in publications.rows(tx, submission.appeal) if not is_adopted(row.target)]
    others = [row for row in rows if row.digest != stored.digest]
    stands = {row.channel for row in others if row.may_stand}
    waiting = {row.channel: row.opens_at for row in others if row.is_unsent and row.opens_at is not None}
    found = {}
    for name in names:
        embargo = terms[name].embargo if name in terms else None
        at = start if embargo is None or name in stands else max(start, waiting.get(name, start + embargo))
        same = [row for row in rows if row.channel == name and row.digest == stored.digest]
        known = [row for row in same if not row.given_up]
        if known:  # asking again begins no embargo anew
            at = max((row.opens_at or now for row in known), default=now)
        if at > now:
            found[name] = at
    return found


def refuse(submission: Submission, later: Mapping[ChannelName, dt.datetime]) -> None:
    """Refuses to promise what nobody will do.

    To publish after that instant helps only where it is the record's own: that of an embargo moves with each try.

    Raises:
        NotPublishable: something would have to go out later; with each account and its instant.
    """
    if not later:
        return
    appeal, planned = submission.appeal, clockfacts.thaw(submission.clock_facts).plan.not_before
    after = Message("", "")
    if all(at == planned for at in later.values()):
        after = Message("or publish after that instant, ", "oder erst nach diesem Zeitpunkt, ")
    told = [(name, stamp(at)) for name, at in later.items()]
    en = ", ".join(f"{name} at {when.en}" for name, when in told)
    de = ", ".join(f"{name} am {when.de}" for name, when in told)
    raise NotPublishable(
        f"{appeal} would go out later ({en}), and no worker runs that would send it then. Start one ('fahndung "
        f"worker') and publish again, {after.en}or name the accounts that are served at once (--channel)",
        f"{appeal} ginge erst später hinaus ({de}), und es läuft kein Dienst, der dann sendet. Bitte „fahndung worker“ "
        f"starten und neu veröffentlichen, {after.de}oder nur die Konten nennen, die sofort bedient werden (--channel)",
    )


def is_promised(row: Publication, now: dt.datetime) -> bool:
    """Whether its time has not come, so that a worker sends it then."""
    return row.state is State.PLANNED and row.opens_at is not None and row.opens_at > now
