"""How far this machine's clock is from the time that counts: the ledger's server, or the latest write of its file.

Sets nothing right; ``clock`` watches a clock while a program runs.
"""

import datetime as dt

from fahndung.ledger import about
from fahndung.ledger.store import Ledger

NONE = dt.timedelta(0)


def of_ledger(ledger: Ledger, now: dt.datetime) -> dt.timedelta:
    """How far ``now`` is ahead (positive), or behind; a file can only show that it is behind."""
    server = ledger.server_clock()
    if server is not None:
        return now - server
    with ledger.read() as tx:
        mark = about.latest(tx)
    return NONE if mark is None else min(now - mark, NONE)
