"""What was handed in, signed and built: submissions, acts and releases.

Stores envelopes and does not verify them (``people.open_act`` does); keeps no record, only its hash and the facts
from which the ends are computed.
"""

import dataclasses
import datetime as dt
import hashlib

import sqlalchemy as sa

from fahndung.approval import Act
from fahndung.errors import InvalidRecord, UsageError
from fahndung.law.periods import stamp
from fahndung.ledger import audit, people
from fahndung.ledger.columns import storable
from fahndung.ledger.faults import impossible
from fahndung.ledger.tables import act as act_table
from fahndung.ledger.tables import ending
from fahndung.ledger.tables import release as release_table
from fahndung.ledger.tables import submission as submissions
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import Category
from fahndung.model.ids import AppealId
from fahndung.model.release import Digest


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One revision of an appeal as it came in.

    Attributes:
        record_sha256: lower-case hex, over the salted record.
        clock_facts: canonical JSON with all that the computation of the ends needs.
        envelope: the signature of ``prepared_by``.
        restricted_at: since when nobody may work with the stored record any more (``keeping``).
    """

    appeal: AppealId
    revision: int
    category: Category
    criminal: bool
    record_sha256: str
    salt: bytes
    prepared_by: str
    clock_facts: bytes
    envelope: bytes
    at: dt.datetime
    restricted_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SignedAct:
    """A signature under something of one revision; ``subject`` as in ``approval.Statement``."""

    act: Act
    appeal: AppealId
    revision: int
    subject: str
    person: str
    envelope: bytes
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoredRelease:
    """A release's digest and manifest; its files lie in the home until ``erased_at``. ``at``: when first built."""

    digest: Digest
    appeal: AppealId
    revision: int
    manifest: bytes
    at: dt.datetime
    erased_at: dt.datetime | None = None


def submit(tx: Tx, submission: Submission, *, by: str) -> None:
    """Enter a revision.

    Raises:
        InvalidRecord: its number is not the next one.
        UsageError: nobody is entered as ``prepared_by``.
    """
    latest = find(tx, submission.appeal)
    expected = latest.revision + 1 if latest else 1
    if submission.revision != expected:
        raise InvalidRecord(
            f"Revision {submission.revision} of {submission.appeal} cannot be handed in: the next one is {expected}. "
            "Correct the field revision.",
            f"Fassung {submission.revision} von {submission.appeal} kann nicht eingereicht werden: die nächste ist "
            f"{expected}. Bitte das Feld revision berichtigen.",
        )
    people.get(tx, submission.prepared_by)
    values = {field.name: getattr(submission, field.name) for field in dataclasses.fields(submission)}
    values |= {"category": submission.category.value, "criminal": int(submission.criminal)}
    tx.connection.execute(sa.insert(submissions).values(values))
    data = {
        "revision": submission.revision,
        "record": submission.record_sha256,
        "envelope": _sha256(submission.envelope),
    }
    audit.append(
        tx,
        at=submission.at,
        by=by,
        action="appeal.submit",
        appeal=submission.appeal,
        data=data,
        persons={"prepared_by": submission.prepared_by},
    )


def find(tx: Tx, appeal: str, revision: int | None = None) -> Submission | None:
    """A revision, the latest one if none is named, or None."""
    if revision is not None and not storable(revision):
        return None
    wanted = sa.select(submissions).where(submissions.c.appeal == appeal)
    if revision is not None:
        wanted = wanted.where(submissions.c.revision == revision)
    row = tx.connection.execute(wanted.order_by(submissions.c.revision.desc()).limit(1)).first()
    return None if row is None else _submission(row)


def get(tx: Tx, appeal: str, revision: int | None = None) -> Submission:
    """A revision, the latest one if none is named.

    Raises:
        UsageError: there is none.
    """
    found = find(tx, appeal, revision)
    if found is None:
        named = appeal if revision is None else f"{appeal}, revision {revision},"
        raise UsageError(
            f"{named} has not been handed in here. Check the id, or submit the case folder.",
            f"{appeal}{'' if revision is None else f' Revision {revision}'} ist hier nicht eingereicht. Bitte Kennung "
            "prüfen oder den Fallordner einreichen.",
        )
    return found


def all(tx: Tx) -> tuple[Submission, ...]:
    """Every revision of every appeal, by id and revision."""
    rows = tx.connection.execute(sa.select(submissions).order_by(submissions.c.appeal, submissions.c.revision))
    return tuple(_submission(row) for row in rows)


def names(tx: Tx) -> tuple[AppealId, ...]:
    """The id of every appeal, in order."""
    found = sa.select(submissions.c.appeal).where(submissions.c.revision == 1).order_by(submissions.c.appeal)
    return tuple(AppealId(name) for name in tx.connection.execute(found).scalars())


def unended(tx: Tx) -> tuple[Submission, ...]:
    """The latest revision of each appeal that no recorded ending closes as a whole, by id."""
    e, later = ending.c, submissions.alias()
    whole = e.person.is_(None) & e.medium.is_(None) & e.channel.is_(None)
    closed = sa.exists().where(e.appeal == submissions.c.appeal, e.revision >= submissions.c.revision, whole)
    replaced = sa.exists().where(later.c.appeal == submissions.c.appeal, later.c.revision > submissions.c.revision)
    wanted = sa.select(submissions).where(~closed, ~replaced).order_by(submissions.c.appeal)
    return tuple(_submission(row) for row in tx.connection.execute(wanted))


def add_act(tx: Tx, act: SignedAct) -> None:
    """Enter a signature.

    Raises:
        UsageError: the person has signed the same thing before, or the person or the revision is unknown.
    """
    get(tx, act.appeal, act.revision)
    people.get(tx, act.person)
    if act.act is Act.COUNTERSIGN:
        raise impossible("a countersignature belongs to a person, not to an appeal")
    for earlier in acts(tx, act.appeal, act.revision, act.act):
        if (earlier.person, earlier.subject) == (act.person, act.subject):
            when = stamp(earlier.at)
            raise UsageError(
                f"{act.person} has already signed this on {when.en}.",
                f"{act.person} hat dies schon am {when.de} unterschrieben.",
            )
    values = {field.name: getattr(act, field.name) for field in dataclasses.fields(act)}
    tx.connection.execute(sa.insert(act_table).values({**values, "act": act.act.value}))
    data = {"revision": act.revision, "subject": act.subject, "envelope": _sha256(act.envelope)}
    audit.append(tx, at=act.at, by=act.person, action=f"act.{act.act.value}", appeal=act.appeal, data=data)


def acts(tx: Tx, appeal: str, revision: int | None = None, act: Act | None = None) -> tuple[SignedAct, ...]:
    """The signatures of an appeal in the order in which they came in."""
    wanted = sa.select(act_table).where(act_table.c.appeal == appeal)
    if revision is not None:
        wanted = wanted.where(act_table.c.revision == revision)
    if act is not None:
        wanted = wanted.where(act_table.c.act == act.value)
    return tuple(
        SignedAct(
            act=Act(row.act),
            appeal=AppealId(row.appeal),
            revision=row.revision,
            subject=row.subject,
            person=row.person,
            envelope=row.envelope,
            at=row.at,
        )
        for row in tx.connection.execute(wanted.order_by(act_table.c.id))
    )


def add_release(tx: Tx, digest: str, appeal: str, revision: int, manifest: bytes, *, at: dt.datetime, by: str) -> None:
    """Enter what was built. The release that was built last, again, changes nothing.

    Raises:
        UsageError: the revision is unknown.
        Contradiction: the manifest has another digest, or the digest is another revision's.
    """
    get(tx, appeal, revision)
    if _sha256(manifest) != digest:
        raise impossible(f"the manifest's SHA-256 is not the digest {digest}")
    last_build = tx.connection.execute(sa.select(sa.func.max(release_table.c.build))).scalar() or 0
    same = release_table.c.digest == digest
    known = tx.connection.execute(sa.select(release_table).where(same)).first()
    if known is None:
        values = {"digest": digest, "appeal": appeal, "revision": revision, "manifest": manifest, "at": at}
        tx.connection.execute(sa.insert(release_table).values({**values, "build": last_build + 1}))
    elif (known.appeal, known.revision) != (appeal, revision):
        raise impossible(f"the digest {digest} is a release of {known.appeal}, revision {known.revision}")
    elif latest_release(tx, appeal, revision) == release(tx, digest) and known.erased_at is None:
        return
    else:
        values = {"build": last_build + 1, "erased_at": None}
        tx.connection.execute(sa.update(release_table).where(same).values(values))
    data = {"revision": revision, "digest": digest}
    audit.append(tx, at=at, by=by, action="release.build", appeal=appeal, data=data)


def release(tx: Tx, digest: str) -> StoredRelease:
    """The release of that digest.

    Raises:
        UsageError: there is none.
    """
    row = tx.connection.execute(sa.select(release_table).where(release_table.c.digest == digest)).first()
    if row is None:
        raise UsageError(f"No release has the digest {digest}.", f"Kein Stand hat die Prüfsumme {digest}.")
    return _release(row)


def latest_release(tx: Tx, appeal: str, revision: int) -> StoredRelease | None:
    """The release of a revision that was built last, or None."""
    wanted = sa.select(release_table).where(release_table.c.appeal == appeal, release_table.c.revision == revision)
    row = tx.connection.execute(wanted.order_by(release_table.c.build.desc()).limit(1)).first()
    return None if row is None else _release(row)


def releases(tx: Tx, appeal: str) -> tuple[StoredRelease, ...]:
    """Every release of every revision, as first built."""
    wanted = sa.select(release_table).where(release_table.c.appeal == appeal).order_by(release_table.c.id)
    return tuple(_release(row) for row in tx.connection.execute(wanted))


def digests(tx: Tx) -> frozenset[str]:
    """The digests of all releases of all appeals."""
    return frozenset(tx.connection.execute(sa.select(release_table.c.digest)).scalars())


def _submission(row: sa.Row[tuple[object, ...]]) -> Submission:
    values = dict(row._mapping)
    return Submission(**{**values, "category": Category(row.category), "criminal": bool(row.criminal)})


def _release(row: sa.Row[tuple[object, ...]]) -> StoredRelease:
    return StoredRelease(
        digest=Digest(row.digest),
        appeal=AppealId(row.appeal),
        revision=row.revision,
        manifest=row.manifest,
        at=row.at,
        erased_at=row.erased_at,
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
