"""What people sign about a stored revision: whom an image shows, and that a release may go out."""

import datetime as dt
from collections.abc import Mapping

from fahndung.approval import Act, Statement
from fahndung.dossier.signatures import image_subject, image_verifiers, require_role, store_act, verified_images
from fahndung.dossier.stored import latest_release, load_release, media_of, stored_case
from fahndung.errors import NotPublishable, UsageError, refuse_blocking
from fahndung.home import Home
from fahndung.law import clockfacts, provenance
from fahndung.law.periods import stamp
from fahndung.ledger import appeals
from fahndung.ledger.appeals import Submission
from fahndung.ledger.store import Ledger
from fahndung.model.image import Image


def verify_image(
    home: Home, ledger: Ledger, *, appeal_id: str, image_id: str, person: str, key: bytes, now: dt.datetime
) -> Image:
    """The image whose showing whom a second person, or a third, has signed hereby (R26).

    Raises:
        NotPublishable: the drafter, another person than those whom the record names, or a person without the role.
        UsageError: no such appeal or image.
    """
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        require_role(tx, person, ["image-verifier"], key)
    case = stored_case(home, submission)
    image = next((image for image in case.appeal.images if image.id == image_id), None)
    if image is None:
        raise UsageError(f"{appeal_id} has no image {image_id}", f"{appeal_id} hat kein Bild {image_id}")
    if person == submission.prepared_by:
        raise NotPublishable(
            f"{person} prepared {appeal_id}; another person verifies its images (R26)",
            f"{person} hat {appeal_id} erstellt; die Bilder prüft eine andere Person (R26)",
        )
    if image.verified_by is not None and person not in (image.verified_by, image.source.second_verifier):
        named = " and ".join(filter(None, (image.verified_by, image.source.second_verifier)))
        benannt = " und ".join(filter(None, (image.verified_by, image.source.second_verifier)))
        raise NotPublishable(
            f"the record names {named} as verifier of {image_id}, not {person}",
            f"Der Datensatz nennt {benannt} als prüfende Person für {image_id}, nicht {person}",
        )
    statement = Statement(
        act=Act.VERIFY_IMAGE,
        home_id=ledger.home_id,
        appeal=appeal_id,
        revision=submission.revision,
        subject=image_subject(image),
        person=person,
        role="image-verifier",
        at=now,
        extra={"image": image_id},
    )
    store_act(ledger, statement, key)
    return image


def sign_approval(
    home: Home,
    ledger: Ledger,
    *,
    appeal_id: str,
    person: str,
    key: bytes,
    now: dt.datetime,
    expires: dt.datetime | None = None,
) -> Statement:
    """Signs the latest release: digest, id, revision, role, expiry.

    Whether every account could take it is asked by ``approving.approve``, which everybody calls who approves.

    The default expiry is the last instant that no confirmation and no review can move.

    Raises:
        NotPublishable: the drafter or an image verifier, a changed byte, an image nobody verified, a passed end.
    """
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = latest_release(tx, submission)
        require_role(tx, person, ["approver"], key)
        verifiers = verified_images(tx, submission)
    made = load_release(home, stored)
    case = stored_case(home, submission)
    _refuse_involved(person, submission, verifiers)
    with ledger.read() as tx:
        refuse_blocking(provenance.unverified(case.appeal, image_verifiers(tx, submission, case.appeal)))
    facts = clockfacts.thaw(submission.clock_facts)
    latest = facts.fixed_end(media_of(made))
    chosen = expires or latest
    if latest is not None and chosen is not None and chosen > latest:
        raise NotPublishable(
            f"the appeal ends on {stamp(latest).en} at the latest; an approval cannot outlast it",
            f"Die Fahndung endet spätestens am {stamp(latest).de}; eine Freigabe kann nicht länger gelten",
        )
    if chosen is not None and chosen <= now:
        raise NotPublishable(
            f"the end on {stamp(chosen).en} has passed; a new order is a new revision",
            f"Das Ende am {stamp(chosen).de} ist vorbei; eine neue Anordnung ist eine neue Revision",
        )
    statement = Statement(
        act=Act.APPROVE,
        home_id=ledger.home_id,
        appeal=appeal_id,
        revision=submission.revision,
        subject=made.digest,
        person=person,
        role="approver",
        at=now,
        expires=chosen,
    )
    store_act(ledger, statement, key)
    return statement


def _refuse_involved(person: str, submission: Submission, verifiers: Mapping[str, set[str]]) -> None:
    if person == submission.prepared_by:
        raise NotPublishable(
            f"{person} prepared {submission.appeal} and cannot approve it (R44)",
            f"{person} hat {submission.appeal} erstellt und kann nicht freigeben (R44)",
        )
    if any(person in verified for verified in verifiers.values()):
        raise NotPublishable(
            f"{person} verified an image of {submission.appeal} and cannot approve it (R44)",
            f"{person} hat ein Bild von {submission.appeal} geprüft und kann nicht freigeben (R44)",
        )
