"""Queries in the log: who had a case shown, when and why. Shows nothing.

Source: § 76 Abs. 1 Nr. 3 and Abs. 2 BDSG with § 500 StPO; § 32 Abs. 1 Nr. 3 and Abs. 2 SächsDSUG, read 2026-11-26.
"""

import datetime as dt

from fahndung.ledger import appeals, audit
from fahndung.ledger.transaction import Tx
from fahndung.model.queries import REASONS

QUERY = "case.query"


def note(tx: Tx, appeal: str, *, at: dt.datetime, by: str, reason: str) -> None:
    """Enter that somebody has a case shown.

    Args:
        reason: one of ``model.queries.REASONS``.

    Raises:
        UsageError: no such appeal.
    """
    if reason not in REASONS:
        raise ValueError(f"{reason} is not a reason for a query")
    audit.append(tx, at=at, by=by, action=QUERY, appeal=appeals.get(tx, appeal).appeal, reason=reason)
