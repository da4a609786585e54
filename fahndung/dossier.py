"""One stored revision, verified on reading: its case, its release, its signatures, and what the gate must know.

Stands between the ledger and the use cases; calls no channel and changes nothing but the acts that it is handed.
"""

import contextlib
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fahndung import release
from fahndung.approval import Act, Statement, four_eyes, key_id, public_bytes, sign, valid_approvals
from fahndung.errors import FahndungError, NotPublishable, Problem, Severity
from fahndung.home import Home
from fahndung.law import clockfacts, provenance
from fahndung.law.facts import EndedOrder
from fahndung.law.periods import stamp
from fahndung.ledger import appeals, endings, people, publications
from fahndung.ledger.appeals import SignedAct, StoredRelease, Submission
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import (
    Appeal,
    AppealId,
    Confirmation,
    Image,
    ImageId,
    Medium,
    PersonId,
    Review,
)
from fahndung.model.plain import from_plain
from fahndung.model.publication import EndReason
from fahndung.model.release import Release

if TYPE_CHECKING:  # a takedown asks for the ends of an appeal and must not wait for what reads records
    from fahndung import records

RECORD_NAME = "appeal.json"
EVIDENCE = "evidence/"
"""Where a case folder keeps what the program noted about its originals (``images.aside``): no input of a release."""

USES_UP_THE_ORDER = frozenset(
    {EndReason.LAPSED, EndReason.REVOKED, EndReason.REVIEW, EndReason.CONSENT, EndReason.FOUND}
)
"""After an error, or when only an approval ran out, the order still stands: a corrected revision may use it."""


def stored_case(home: Home, submission: Submission) -> "records.Case":
    """The case of a submitted revision as it lies in the home.

    Raises:
        NotPublishable: it is gone or was changed since it was submitted.
    """
    from fahndung import records

    folder = home.case_folder(submission.appeal, submission.revision)
    name = f"{submission.appeal} revision {submission.revision}"
    try:
        case = records.load(folder)
    except FahndungError as error:
        raise NotPublishable(
            f"the stored case of {name} is not what was submitted: {error.message.en}; restore the backup",
            f"Der gespeicherte Fall {name} ist nicht der eingereichte: {error.message.de}; Sicherung einspielen",
            problems=error.problems,
        ) from error
    if hashlib.sha256(case.record_bytes).hexdigest() != submission.record_sha256:
        raise NotPublishable(
            f"the stored record of {name} was changed after submission; restore the backup or submit a new revision",
            f"Der gespeicherte Datensatz {name} wurde nach dem Einreichen verändert; "
            "Sicherung einspielen oder neue Revision einreichen",
        )
    return case


def latest_release(tx: Tx, submission: Submission) -> StoredRelease:
    """The release that was built last for a revision.

    Raises:
        NotPublishable: none was built.
    """
    stored = appeals.latest_release(tx, submission.appeal, submission.revision)
    if stored is None:
        raise NotPublishable(
            f"{submission.appeal} revision {submission.revision} has no release; run 'fahndung build' first",
            f"{submission.appeal} Revision {submission.revision} ist noch nicht gebaut; zuerst „fahndung build“",
        )
    return stored


def load_release(home: Home, stored: StoredRelease) -> Release:
    """The release from its folder, held byte for byte against manifest and digest.

    Raises:
        NotPublishable: one byte of an output, an input or the manifest differs, or the files were erased.
    """
    if stored.erased_at is not None:
        when = stamp(stored.erased_at)
        raise NotPublishable(
            f"the files of this release were erased on {when.en}, after the end; nothing is published from it again "
            "(R40). A new order is a new revision",
            f"Die Dateien dieser Veröffentlichung wurden nach dem Ende gelöscht ({when.de}); aus ihr wird nichts mehr "
            "veröffentlicht (R40). Eine neue Anordnung ist eine neue Revision",
        )
    folder = home.release_folder(stored.digest)
    outputs = home.stored_files(folder)
    if outputs.get("manifest.json") != stored.manifest:
        raise NotPublishable(
            f"{folder}/manifest.json was changed or is missing; build and approve again",
            f"{folder}/manifest.json wurde verändert oder fehlt; bitte neu bauen und freigeben",
        )
    manifest = release.parse_manifest(stored.manifest, stored.digest)
    named = {entry["name"] for entry in _list(manifest, "inputs")}
    inputs = home.stored_files(
        home.case_folder(stored.appeal, stored.revision),
        left_out=lambda name: name.startswith(EVIDENCE) and name not in named,
    )
    release.compare(manifest, outputs, inputs)
    return release.from_stored(stored.digest, manifest, outputs)


def media_of(made: Release) -> frozenset[Medium]:
    """The media that a release was built for."""
    return frozenset(Medium(medium) for medium in _list(made.manifest, "media"))


def _list(manifest: Mapping[str, object], name: str) -> list[Any]:
    values = manifest[name]
    assert isinstance(values, list)
    return values


_ROLES = {
    "drafter": "Erstellung",
    "image-verifier": "Bildprüfung",
    "reviewer": "Prüfung",
    "approver": "Freigabe",
}


def require_role(tx: Tx, person: str, roles: Collection[str], key: bytes) -> str:
    """The first of ``roles`` that a known, not revoked person has, whose key this is.

    Raises:
        NotPublishable: another key, a revoked or unvouched person, or none of the roles. UsageError: nobody of that id.
    """
    known = people.trusted(tx, person)
    if known.revoked_at is not None:
        raise NotPublishable(f"{person} was revoked", f"{person} ist gesperrt")
    if known.key_id != key_id(public_bytes(key)):
        raise NotPublishable(
            f"this is not the key of {person}; name it with --key",
            f"Das ist nicht der Schlüssel von {person}; bitte mit --key nennen",
        )
    for role in roles:
        if role in known.roles:
            return role
    wanted = [f"{_ROLES[role]} ({role})" for role in roles]
    de = f"die Rolle {wanted[0]} nicht" if len(wanted) == 1 else f"keine der Rollen {' und '.join(wanted)}"
    raise NotPublishable(f"{person} lacks the role {' or '.join(roles)}", f"{person} hat {de}")


def store_act(ledger: Ledger, statement: Statement, key: bytes) -> None:
    """Signs a statement and puts it into the ledger."""
    act = SignedAct(
        act=statement.act,
        appeal=AppealId(statement.appeal),
        revision=statement.revision,
        subject=statement.subject,
        person=statement.person,
        envelope=sign(statement, key),
        at=statement.at,
    )
    with ledger.write(statement.at) as tx:
        appeals.add_act(tx, act)


def statements(tx: Tx, submission: Submission, act: Act) -> tuple[Statement, ...]:
    """The verified statements of one kind about one revision, oldest first; without those of people who were erased.

    Raises:
        NotPublishable: a stored envelope does not verify.
    """
    acts = appeals.acts(tx, submission.appeal, submission.revision, act)
    return tuple(people.open_act(tx, stored.envelope) for stored in acts if stored.envelope)


def confirmations(tx: Tx, submission: Submission) -> tuple[Confirmation, ...]:
    """The confirmations recorded after submission."""
    return tuple(from_plain(Confirmation, dict(said.extra)) for said in statements(tx, submission, Act.CONFIRM))


def reviews(tx: Tx, submission: Submission) -> tuple[Review, ...]:
    """The outcomes of periodic reviews, with those of earlier revisions that count for this one (R09).

    Raises:
        NotPublishable: a stored envelope does not verify.
    """
    own = tuple(from_plain(Review, dict(said.extra)) for said in statements(tx, submission, Act.REVIEW))
    previous = appeals.before(tx, submission)
    if previous is None or not _keeps_reviews(submission, previous):
        return own
    return tuple(dict.fromkeys((*reviews(tx, previous), *own)))


def _keeps_reviews(submission: Submission, previous: Submission) -> bool:
    """Whether the reviews of the revision before count on; not where its facts cannot be read."""
    try:
        earlier = clockfacts.thaw(previous.clock_facts)
    except ValueError:
        return False
    return clockfacts.thaw(submission.clock_facts).keeps_reviews_of(earlier)


def ended_orders(tx: Tx, appeal: str) -> tuple[EndedOrder, ...]:
    """The orders under which an appeal ran and ended: none of them can carry a new revision (R08)."""
    submissions = {one.revision: one for one in appeals.all(tx) if one.appeal == appeal}
    found = []
    for ending in endings.endings(tx, appeal):
        whole = ending.medium is None and ending.channel is None
        if not whole:  # the end on the last channel is an end of all of it
            rows = publications.rows(tx, appeal)
            whole = bool(rows) and all(row.is_down or row.want is publications.Want.DOWN for row in rows)
        ends = whole and ending.person is None and ending.reason in USES_UP_THE_ORDER
        if ends and ending.revision in submissions:
            order = clockfacts.thaw(submissions[ending.revision].clock_facts).order
            found.append(EndedOrder(reference=order.reference, at=order.at))
    return tuple(found)


def ended_before(tx: Tx, home: Home, appeal: str) -> dict[str, Any]:
    """What the gate must know of earlier ends before a new revision: orders, persons and pictures (R08, R36).

    A person whose search is over anywhere is not handed in again. Of a case that is lost its pictures are not known.
    """
    wishes = endings.endings(tx, appeal)
    over: set[str] = set()
    errors: set[str] = set()
    for wish in wishes:
        submission = appeals.find(tx, appeal, wish.revision)
        if submission is None or (wish.person is None and wish.reason is not EndReason.ERROR):
            continue
        with contextlib.suppress(NotPublishable):
            for image in stored_case(home, submission).appeal.images:
                if wish.reason is EndReason.ERROR:
                    errors.add(image.cut)
                if wish.person in image.shows:
                    over.add(image.cut)
    return {
        "ended_orders": ended_orders(tx, appeal),
        "ended_persons": frozenset(wish.person for wish in wishes if wish.person is not None),
        "ended_pictures": frozenset(over),
        "doubted_pictures": frozenset(errors - over),
    }


def is_closed(tx: Tx, appeal: str, revision: int, *, medium: Medium | None = None, channel: str | None = None) -> bool:
    """Whether nothing of a revision may be published any more, wholly or by this medium or channel.

    The end for one person closes the revision too, because it shows that person: what may go on is the variant without
    that person, which ``lifecycle.parting`` puts up, or a new revision.
    """
    if endings.is_ended(tx, appeal, revision, medium=medium, channel=channel):
        return True
    return any(e.person is not None and e.revision >= revision for e in endings.endings(tx, appeal))


def ended_persons(tx: Tx, appeal: str) -> frozenset[PersonId]:
    """The persons whose search is over, by every medium and on every channel."""
    wishes = endings.endings(tx, appeal)
    return frozenset(e.person for e in wishes if e.person is not None and e.medium is None and e.channel is None)


def image_subject(image: Image) -> str:
    """What verify-image signs: this picture of these bytes, under this id, showing these persons, each where it is."""
    where = (f"{face.person}@{dataclasses.astuple(face.box)}" for face in image.faces if face.person is not None)
    shown = "\0".join((image.id, image.picture, *image.shows, *where))
    return hashlib.sha256(shown.encode()).hexdigest()


def verified_images(tx: Tx, submission: Submission) -> dict[str, set[str]]:
    """What was signed about an image (``image_subject``) to the people who signed it."""
    found: dict[str, set[str]] = {}
    for said in statements(tx, submission, Act.VERIFY_IMAGE):
        found.setdefault(said.subject, set()).add(said.person)
    return found


def image_verifiers(tx: Tx, submission: Submission, appeal: Appeal) -> dict[ImageId, frozenset[str]]:
    """Who has signed whom each picture shows (R26), as it stands in the record now."""
    signed = verified_images(tx, submission)
    return {image.id: frozenset(signed.get(image_subject(image), ())) for image in appeal.images}


def approval_problems(
    tx: Tx, submission: Submission, stored: StoredRelease, appeal: Appeal, *, required: int, now: dt.datetime
) -> tuple[Problem, ...]:
    """What is missing for a release to count as approved at ``now``: every signature is verified again.

    Raises:
        NotPublishable: a stored envelope does not verify.
    """
    submitted = people.open_act(tx, submission.envelope)
    if submitted.subject != submission.record_sha256 or submitted.act is not Act.SUBMIT:
        raise NotPublishable(
            "the signature of the submission is not over this record",
            "Die Unterschrift der Einreichung gilt nicht diesem Datensatz",
        )
    signed = four_eyes(**_ballot(tx, submission, stored, now), required=required)
    return (*provenance.unverified(appeal, image_verifiers(tx, submission, appeal)), *signed)


def approved_until(
    tx: Tx, submission: Submission, stored: StoredRelease, *, required: int, now: dt.datetime
) -> dt.datetime | None:
    """The instant at which too few of the approvals that count now are left; None if enough have no expiry."""
    counting = valid_approvals(**_ballot(tx, submission, stored, now))
    return counting[required - 1].expires if len(counting) >= required else now


def approvers(tx: Tx, submission: Submission, stored: StoredRelease, *, now: dt.datetime) -> frozenset[str]:
    """Who has validly approved the release, as it counts at ``now``.

    Raises:
        NotPublishable: a stored envelope does not verify.
    """
    return frozenset(said.person for said in valid_approvals(**_ballot(tx, submission, stored, now)))


def _ballot(tx: Tx, submission: Submission, stored: StoredRelease, now: dt.datetime) -> dict[str, Any]:
    verifiers = verified_images(tx, submission)
    return {
        "home_id": tx.home_id,
        "appeal": submission.appeal,
        "revision": submission.revision,
        "digest": stored.digest,
        "drafter": submission.prepared_by,
        "verifiers": set().union(*verifiers.values()),
        "approvals": [said for said in statements(tx, submission, Act.APPROVE) if said.subject == stored.digest],
        "people": people.standings(tx),
        "now": now,
    }


def refuse_blocking(problems: Iterable[Problem]) -> None:
    """Raises if any finding blocks.

    Raises:
        NotPublishable: with every finding.
    """
    found = tuple(problems)
    blocking = [problem for problem in found if problem.severity is Severity.BLOCK]
    if blocking:
        raise NotPublishable(
            "; ".join(problem.message.en for problem in blocking),
            "; ".join(problem.message.de for problem in blocking),
            problems=found,
        )
