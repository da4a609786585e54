"""Who signed what about a revision: acts are stored signed, and verified again whenever they are read."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection
from typing import Any

from fahndung.approval import Act, Statement, four_eyes, key_id, public_bytes, sign, valid_approvals
from fahndung.errors import NotPublishable, Problem
from fahndung.law import provenance
from fahndung.ledger import appeals, people
from fahndung.ledger.appeals import SignedAct, StoredRelease, Submission
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.model.appeal import Appeal
from fahndung.model.ids import AppealId, ImageId
from fahndung.model.image import Image
from fahndung.model.mandate import Confirmation, Review
from fahndung.model.plain import from_plain

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
    wanted = [_ROLES[role] for role in roles]
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
    return people.open_acts(tx, [stored.envelope for stored in acts if stored.envelope])


def confirmations(tx: Tx, submission: Submission) -> tuple[Confirmation, ...]:
    """The confirmations recorded after submission."""
    return tuple(from_plain(Confirmation, dict(said.extra)) for said in statements(tx, submission, Act.CONFIRM))


def reviews(tx: Tx, submission: Submission) -> tuple[Review, ...]:
    """The outcomes of periodic reviews."""
    return tuple(from_plain(Review, dict(said.extra)) for said in statements(tx, submission, Act.REVIEW))


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
