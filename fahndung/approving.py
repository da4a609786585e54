"""Approves a release that every account to which it goes could take. Publishes nothing."""

import datetime as dt

from fahndung.approval import Statement
from fahndung.cases import signing
from fahndung.home import Home
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import unfit


def approve(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    person: str,
    key: bytes,
    now: dt.datetime,
    expires: dt.datetime | None = None,
) -> Statement:
    """Signs the latest release (``signing.sign_approval``); nobody approves what cannot be sent.

    Raises:
        NotPublishable: an account could not take it as it is, and all that ``signing.sign_approval`` raises.
    """
    unfit.refuse(home, ledger, appeal_id=appeal_id)
    return signing.sign_approval(home, ledger, appeal_id=appeal_id, person=person, key=key, now=now, expires=expires)
