"""What the gate must know of an appeal's aftermath: receivers, what is left of releases, breaches, the log's time.

Reads ledger and folders, judges nothing (``law.aftermath`` does) and changes nothing (``retention`` does).
"""

import dataclasses
import datetime as dt
import pathlib
from typing import Any

from fahndung.dossier.ended import is_closed
from fahndung.home import Home
from fahndung.law import facts
from fahndung.law.figures import Figure
from fahndung.law.norms import NormTable
from fahndung.ledger import appeals, breaches, erasure, publications
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import folders, telling

LOG_FIGURES = {True: "log-criminal", False: "log-preventive"}
"""The figure for the log of a criminal case, and of a preventive one (R43)."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The log of one appeal: the numbers of the entries whose time is over, how many others, when the next is due."""

    figure: Figure | None
    due: tuple[int, ...]
    later: int
    next_at: dt.datetime | None


def of(
    home: Home, tx: Tx, appeal: str, *, norms: NormTable, now: dt.datetime, revision: int | None = None
) -> dict[str, Any]:
    """The fields ``receivers``, ``derivatives``, ``breaches`` and ``logs_due`` of ``law.facts.Facts``.

    Args:
        revision: the receivers of this one only, as a running appeal is judged; None: of all, as an end needs them.

    Raises:
        UsageError: no such appeal.
    """
    return {
        "receivers": of_receivers(tx, appeal, revision=revision),
        "derivatives": of_derivatives(home, tx, appeal),
        "breaches": of_breaches(tx, appeal),
        "logs_due": len(log_of(tx, appeal, norms=norms, now=now).due),
    }


def of_receivers(tx: Tx, appeal: str, *, revision: int | None = None) -> tuple[facts.Receiver, ...]:
    """Everybody who got a copy of any revision, or of one, and all paper (R35, R39)."""
    return tuple(
        facts.Receiver(
            name=one.name,
            medium=one.medium,
            sent_at=one.sent_at,
            told_at=one.told_at,
        )
        for one in telling.everybody(tx, appeal)
        if revision is None or one.revision in (None, revision)
    )


def of_derivatives(home: Home, tx: Tx, appeal: str) -> tuple[str, ...]:
    """The release folders of ended revisions that still lie in the home, as paths below it (R40)."""
    online = {row.revision for row in publications.open_rows(tx) if row.appeal == appeal}
    closed = {one.revision for one in revisions(tx, appeal) if is_closed(tx, appeal, one.revision)}
    ended = closed - online  # where one person is left out, the variant may go on
    found = [path for revision in sorted(ended) for path in release_folders(home, tx, appeal, revision)]
    return tuple(path.relative_to(home.path).as_posix() for path in found)


def of_breaches(tx: Tx, appeal: str) -> tuple[facts.Breach, ...]:
    """The breaches of an appeal (R41)."""
    return tuple(
        facts.Breach(known_at=known.known_at, due_at=known.due_at, reported_at=known.reported_at)
        for known in breaches.breaches(tx, appeal)
    )


def log_of(tx: Tx, appeal: str, *, norms: NormTable, now: dt.datetime) -> Log:
    """Which entries of an appeal's log are over, each by its own instant, under the figure that holds now (R43).

    One criminal revision makes the whole case one: its period is never the shorter one.
    """
    criminal = any(one.criminal for one in revisions(tx, appeal))
    figure = norms.figure(LOG_FIGURES[criminal], now)
    entries = erasure.dated(tx, appeal)
    if figure is None:
        return Log(figure=None, due=(), later=len(entries), next_at=None)
    over = {seq: figure.after(at) for seq, at in entries}
    later = [at for at in over.values() if now < at]
    return Log(
        figure=figure,
        due=tuple(seq for seq, at in over.items() if now >= at),
        later=len(later),
        next_at=min(later, default=None),
    )


def revisions(tx: Tx, appeal: str) -> list[appeals.Submission]:
    """Every revision of an appeal, oldest first."""
    return [one for one in appeals.all(tx) if one.appeal == appeal]


def release_folders(home: Home, tx: Tx, appeal: str, revision: int) -> list[pathlib.Path]:
    """What lies in the home of the releases of one revision, entered in the ledger or not."""
    known = [stored.digest for stored in appeals.releases(tx, appeal) if stored.revision == revision]
    found = [path for digest in known for path in folders.left_of(home, digest)]
    found += [
        stray.folder
        for stray in folders.strays(home, appeals.digests(tx))
        if (stray.appeal, stray.revision) == (appeal, revision)
    ]
    return found
