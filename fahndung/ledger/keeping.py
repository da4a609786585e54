"""What became of an appeal's files and answers after the end: erased or restricted. Touches no file itself."""

import datetime as dt

import sqlalchemy as sa

from fahndung.ledger import answers, appeals, audit
from fahndung.ledger.tables import release as release_table
from fahndung.ledger.tables import submission as submissions
from fahndung.ledger.transaction import Tx


def release_erased(tx: Tx, digest: str, *, at: dt.datetime, by: str) -> None:
    """Note that no file of a release is left in the home; its manifest, and so every hash, stays here.

    Raises:
        UsageError: there is no such release.
    """
    stored = appeals.release(tx, digest)
    tx.connection.execute(sa.update(release_table).where(release_table.c.digest == digest).values(erased_at=at))
    data = {"revision": stored.revision, "digest": digest}
    audit.append(tx, at=at, by=by, action="release.erase", appeal=stored.appeal, data=data)


def erase_answers(tx: Tx, appeal: str, revision: int, *, at: dt.datetime, by: str) -> int:
    """Erase what servers answered about a revision and note it; returns how many answers there were.

    Where nothing is left no event is written.
    """
    count = answers.count(tx, appeal, revision)
    if count:
        answers.erase(tx, appeal, revision)
        data = {"revision": revision, "count": count}
        audit.append(tx, at=at, by=by, action="answers.erase", appeal=appeal, data=data)
    return count


def restricted(tx: Tx, appeal: str, revision: int, *, at: dt.datetime, by: str) -> None:
    """Note that the stored record of a revision can only be read any more. The first instant stays.

    Raises:
        UsageError: the revision is unknown.
    """
    known = appeals.get(tx, appeal, revision)
    if known.restricted_at is None:
        one = (submissions.c.appeal == appeal) & (submissions.c.revision == revision)
        tx.connection.execute(sa.update(submissions).where(one).values(restricted_at=at))
        data = {"revision": revision}
        audit.append(tx, at=at, by=by, action="record.restrict", appeal=appeal, data=data)
