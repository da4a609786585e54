"""Whether a worker runs that will do what is due later. Starts none, and calls no channel."""

import os
import socket

from fahndung.errors import Busy
from fahndung.home import Home
from fahndung.ledger import claims
from fahndung.ledger.claims import Worker
from fahndung.ledger.store import Ledger

WORKER = "worker"
"""What the long run is called in the ledger."""


def is_attended(home: Home, ledger: Ledger) -> bool:
    """Whether a worker is at work in this home.

    On a server each proves that it lives. In a file only the home's lock does: a run of another kind that holds it just
    now does not count for a worker that has died on this machine.
    """
    with ledger.read() as tx:
        known = [one for one in claims.workers(tx) if one.what == WORKER]
        proofs = {one.id: ledger.proof(tx, one.id) for one in known}
    if any(proofs.values()):
        return True
    return any(proofs[one.id] is None and _runs(one) for one in known) and is_held(home)


def is_held(home: Home) -> bool:
    """Whether somebody has the calling place of a home whose ledger is a file."""
    if not (home.path / "lock").exists():
        return False
    try:
        with home.lock(0):
            return False
    except Busy:
        return True


def _runs(worker: Worker) -> bool:
    """Whether its process runs, as far as this machine can tell."""
    if worker.host != socket.gethostname():
        return True
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process
        return True
    return True
