"""The use cases before publication: check, submit, verify-image, build, approve. Calls no channel."""

import dataclasses
import datetime as dt
import hashlib
import pathlib
import secrets
from collections.abc import Mapping
from typing import Any

from fahndung import records, release, routing
from fahndung.approval import Act, Statement, sign
from fahndung.dossier import (
    EVIDENCE,
    RECORD_NAME,
    ended_before,
    image_subject,
    image_verifiers,
    is_closed,
    latest_release,
    load_release,
    media_of,
    refuse_blocking,
    require_role,
    store_act,
    stored_case,
    verified_images,
)
from fahndung.errors import (
    FahndungError,
    InvalidRecord,
    Message,
    NotPublishable,
    Problem,
    Severity,
    UnsafeImage,
    UsageError,
)
from fahndung.home import Config, Home
from fahndung.law import clockfacts, gate, provenance
from fahndung.law.clock import Clock, End
from fahndung.law.gate import Facts, Stage
from fahndung.law.periods import stamp
from fahndung.ledger import appeals
from fahndung.ledger.appeals import Submission
from fahndung.ledger.store import Ledger
from fahndung.model.appeal import Appeal, Image, ImageId
from fahndung.model.reading import Outputs
from fahndung.model.release import Release
from fahndung.premises import NO_SALT, gate_facts, setting_of

_NAMED = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What ``check`` found. ``case`` is None if the record itself is not valid.

    ``routes``: each account of the home, and whether the appeal goes there.
    """

    problems: tuple[Problem, ...]
    clocks: tuple[Clock, ...] = ()
    ends: tuple[End, ...] = ()
    case: records.Case | None = None
    routes: tuple[routing.Route, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether anything stops the appeal."""
        return any(problem.severity is Severity.BLOCK for problem in self.problems)

    @property
    def verdict(self) -> type[FahndungError] | None:
        """The error that the findings amount to; None if nothing blocks."""
        blocking = [problem for problem in self.problems if problem.severity is Severity.BLOCK]
        if not blocking:
            return None
        if self.case is None:
            return InvalidRecord
        return UnsafeImage if any(problem.rule == "image" for problem in blocking) else NotPublishable

    @property
    def exit_code(self) -> int:
        """0, or that of the verdict."""
        return 0 if self.verdict is None else self.verdict.exit_code

    def refuse(self) -> None:
        """Raises what the findings amount to.

        Raises:
            InvalidRecord, UnsafeImage, NotPublishable: with every finding.
        """
        if self.verdict is None:
            return
        blocking = [problem for problem in self.problems if problem.severity is Severity.BLOCK]
        raise self.verdict(
            "; ".join(f"{problem.field}: {problem.message.en}" for problem in blocking),
            "; ".join(f"{problem.field}: {problem.message.de}" for problem in blocking),
            problems=self.problems,
        )


def check(folder: pathlib.Path, *, home: Home | None = None) -> Findings:
    """Schema, law, images and texts of a case folder: every finding at once. Reads no clock, changes nothing."""
    try:
        case = records.load(folder)
    except InvalidRecord as error:
        return Findings(problems=error.problems)
    config = None if home is None else home.config()
    stage = Stage.DRAFT if home is None else Stage.RELEASE
    facts = gate_facts(case.appeal, config, home, stage=stage, **_originals(case, home))
    setting = setting_of(facts, config, home, salt=NO_SALT)
    examined = _examined(case, facts, setting)
    judged = (
        *_judged(facts, examined, setting),
        *_channels(case.appeal, config),
        *([] if home is None else _uncompared(home, case.appeal)),
    )
    problems = dict.fromkeys((*case.warnings, *judged, *examined.problems))
    goes = () if config is None else routing.routes(case.appeal, config)
    return Findings(problems=tuple(problems), clocks=gate.clocks(facts), ends=gate.ends(facts), case=case, routes=goes)


def _originals(case: records.Case, home: Home | None) -> dict[str, Any]:
    """What the gate must know of the original files: the time in each, and where the home knows it from (R26)."""
    from fahndung import known  # here, because who verifies or approves must not wait for what reads pictures
    from fahndung.images import captured

    taken = {image: found for image, data in case.images.items() if (found := captured.taken(data)) is not None}
    return {
        "captures": taken,
        "known": {} if home is None else known.elsewhere(home, case.appeal.id, case.images, _frames(case)),
    }


def _uncompared(home: Home, appeal: Appeal) -> list[Problem]:
    """Cases of the home whose pictures were not held against this record's: silence must not look like "unknown"."""
    from fahndung import known

    left = known.uncompared(home, appeal.id) if appeal.images else ()
    if not left:
        return []
    named = ", ".join(left[:_NAMED]) + (" …" if len(left) > _NAMED else "")
    message = Message(
        f"the pictures were not compared with those of {len(left)} other cases, whose prints are missing or damaged: "
        f"{named}. Look at those yourself, or restore evidence/prints.json in their folders from the backup",
        f"Die Bilder wurden nicht mit denen von {len(left)} anderen Fällen verglichen, deren Abdrücke fehlen oder "
        f"beschädigt sind: {named}. Bitte selbst ansehen oder evidence/prints.json in deren Ordnern aus der Sicherung "
        "zurückholen",
    )
    return [Problem(rule="R26", severity=Severity.WARN, field="images", message=message, source="R26")]


def _examined(case: records.Case, facts: Facts, setting: release.Setting) -> release.Examined:
    """The release of a case; the gate judges the variants without one person, which are made of it."""

    def judge(appeal: Appeal, outputs: Outputs) -> tuple[Problem, ...]:
        return gate.judge(dataclasses.replace(facts, appeal=appeal, outputs=outputs))

    return release.examine(case.appeal, case.images, _inputs(case), setting, judge=judge)


def _judged(facts: Facts, examined: release.Examined, setting: release.Setting) -> tuple[Problem, ...]:
    """What the gate says of the record, of what was really built from it, and of what would go along with posts."""
    sent = release.planned_uploads(facts.appeal, setting)
    return gate.judge(dataclasses.replace(facts, outputs=examined.outputs, uploads=sent))


def _channels(appeal: Appeal, config: Config | None) -> list[Problem]:
    if appeal.publication.channels:
        return [] if config is None else list(routing.problems(appeal, config))
    message = Message(
        "no channel is named, so nothing can be published",
        "Es ist kein Kanal genannt; veröffentlicht werden kann so nichts",
    )
    return [Problem(rule="R10", severity=Severity.WARN, field="publication/channels", message=message, source="R10")]


def submit(folder: pathlib.Path, home: Home, ledger: Ledger, *, person: str, key: bytes, now: dt.datetime) -> Findings:
    """Takes a case folder into the home, signed by who prepared it.

    Raises:
        InvalidRecord, UnsafeImage, NotPublishable: ``check`` found something that blocks, or the person may not.
    """
    findings = check(folder, home=home)
    findings.refuse()
    case = findings.case
    assert case is not None
    appeal = case.appeal
    if appeal.prepared_by != person:
        raise NotPublishable(
            f"prepared_by is {appeal.prepared_by}, so only {appeal.prepared_by} can submit it, not {person}",
            f"prepared_by ist {appeal.prepared_by}; nur {appeal.prepared_by} kann einreichen, nicht {person}",
        )
    with ledger.read() as tx:
        recorded = ended_before(tx, home, appeal.id)
        require_role(tx, person, ["drafter"], key)
        previous = appeals.find(tx, appeal.id)
    _next_revision(previous, appeal)
    _later_stand(previous, appeal)
    facts = gate_facts(appeal, home.config(), home, stage=Stage.RELEASE, now=now, **recorded)
    refuse_blocking(gate.judge(facts))
    submission = _submission(case, facts, ledger, previous, key=key, now=now)
    files = _aside(case) | _inputs(case)
    with home.desk():
        with ledger.read() as tx:  # again: the folder of somebody else's revision is never replaced
            _next_revision(appeals.find(tx, appeal.id), appeal)
        home.store_case(appeal.id, appeal.revision, files)
        try:
            with ledger.write(now) as tx:
                appeals.submit(tx, submission, by=person)
        except BaseException:
            with ledger.read() as tx:
                stored = appeals.find(tx, appeal.id, appeal.revision)
            if stored is None:
                home.drop_case(appeal.id, appeal.revision)
            raise
    return dataclasses.replace(findings, problems=(*findings.problems, *_not_yet_given(appeal, now)))


def _aside(case: records.Case) -> dict[str, bytes]:
    """What is laid beside the originals: the report of what they carry, the pictures inside them, their prints."""
    from fahndung.images import aside

    originals = {image.id: (image.file, case.images[image.id]) for image in case.appeal.images}
    return aside.files(originals, _frames(case))


def _frames(case: records.Case) -> dict[ImageId, int | None]:
    """Which picture of its file each image is."""
    return {image.id: image.frame for image in case.appeal.images}


def _not_yet_given(appeal: Appeal, now: dt.datetime) -> list[Problem]:
    """Confirmations that the record dates after now: what was not given keeps nothing online."""
    message = Message(
        "this confirmation lies in the future and does not count; once it is given, record it with 'fahndung confirm'",
        "Diese Bestätigung liegt in der Zukunft und zählt nicht; wenn sie erteilt ist, „fahndung confirm“ ausführen",
    )
    return [
        Problem(
            rule="R08", severity=Severity.WARN, field=f"legal/confirmations/{index}/at", message=message, source="R08"
        )
        for index, given in enumerate(appeal.legal.confirmations)
        if given.at > now
    ]


def _submission(
    case: records.Case, facts: Facts, ledger: Ledger, previous: Submission | None, *, key: bytes, now: dt.datetime
) -> Submission:
    appeal = case.appeal
    mandate = appeal.legal.mandate
    assert mandate is not None  # the gate has refused a record without one
    norm = facts.norms.norm(appeal.legal.basis, mandate.at)
    assert norm is not None  # and a mandate under an unknown norm
    record_sha256 = hashlib.sha256(case.record_bytes).hexdigest()
    statement = Statement(
        act=Act.SUBMIT,
        home_id=ledger.home_id,
        appeal=appeal.id,
        revision=appeal.revision,
        subject=record_sha256,
        person=appeal.prepared_by,
        role="drafter",
        at=now,
    )
    return Submission(
        appeal=appeal.id,
        revision=appeal.revision,
        category=appeal.category,
        criminal=norm.kind == "criminal",
        record_sha256=record_sha256,
        salt=previous.salt if previous else secrets.token_bytes(32),
        prepared_by=appeal.prepared_by,
        clock_facts=clockfacts.freeze(clockfacts.of(appeal, norm, facts.policy, now=now)),
        envelope=sign(statement, key),
        at=now,
    )


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


def build(home: Home, ledger: Ledger, *, appeal_id: str, now: dt.datetime, by: str) -> release.Built:
    """The release of the latest revision, stored in the home. Its content reads no clock.

    Raises:
        NotPublishable: the stored case was changed, or law or texts forbid it, or what was built from it.
        UnsafeImage: an image cannot be made safe.
    """
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        recorded = ended_before(tx, home, appeal_id)
        if is_closed(tx, appeal_id, submission.revision):
            raise NotPublishable(
                f"{appeal_id} revision {submission.revision} has ended; nothing is built from it any more (R40)",
                f"{appeal_id} Revision {submission.revision} ist beendet; daraus wird nichts mehr gebaut (R40)",
            )
    case = stored_case(home, submission)
    config = home.config()
    recorded |= _originals(case, home)
    facts = gate_facts(case.appeal, config, home, stage=Stage.RELEASE, now=submission.at, **recorded)
    refuse_blocking((*gate.judge(facts), *routing.problems(case.appeal, config)))
    setting = setting_of(facts, config, home, salt=submission.salt)
    examined = _examined(case, facts, setting)
    built = examined.accepted((*_judged(facts, examined, setting), *_uncompared(home, case.appeal)))
    report = _report(home, case, built.release)
    with home.desk():
        home.store_release(built.release, built.manifest_bytes)
        home.add_to_case(appeal_id, submission.revision, report)
        with ledger.write(now) as tx:
            appeals.add_release(
                tx, built.release.digest, appeal_id, submission.revision, built.manifest_bytes, at=now, by=by
            )
    return built


def _report(home: Home, case: records.Case, made: Release) -> dict[str, bytes]:
    """Before and after, for the office only: what each original carried, and that no picture of the release does."""
    from fahndung.images import aftercheck, aside

    kept = home.stored_files(case.folder, left_out=lambda name: not name.startswith(f"{EVIDENCE}report."))
    outputs = {file.name: file.data for file in made.files.values() if file.media_type.startswith("image/")}
    versions = made.manifest["versions"]
    assert isinstance(versions, dict)
    return aftercheck.files(made.digest, kept if aside.REPORT in kept else _aside(case), outputs, versions)


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


def _next_revision(previous: Submission | None, appeal: Appeal) -> None:
    expected = 1 if previous is None else previous.revision + 1
    if appeal.revision == expected:
        return
    if previous is not None and appeal.revision <= previous.revision:
        raise InvalidRecord(
            f"{appeal.id} revision {appeal.revision} was submitted already; a change is revision {expected}",
            f"{appeal.id} Revision {appeal.revision} ist schon eingereicht; eine Änderung ist Revision {expected}",
        )
    raise InvalidRecord(
        f"{appeal.id}: revision {appeal.revision} does not follow; the next one is {expected}",
        f"{appeal.id}: Revision {appeal.revision} folgt nicht; die nächste ist {expected}",
    )


def _later_stand(previous: Submission | None, appeal: Appeal) -> None:
    """Refuses a revision that is dated like the one before: whoever follows the feeds would not notice it.

    Raises:
        InvalidRecord: its Stand is not later, by the second as the feeds tell it.
    """
    mandate = appeal.legal.mandate
    if previous is None or mandate is None:
        return
    stand = appeal.publication.stand or mandate.at
    try:
        before = clockfacts.thaw(previous.clock_facts).stand
    except ValueError:  # a revision whose facts are spoilt has to be replaced all the more
        return
    if stand.replace(microsecond=0) > before.replace(microsecond=0):
        return
    was = stamp(before)
    message = Message(
        f"The Stand of revision {appeal.revision} must be later than that of revision "
        f"{previous.revision} ({was.en}), or readers and feeds take it for the old one. Enter when the data were "
        "last checked",
        f"Der Stand von Revision {appeal.revision} muss nach dem von Revision {previous.revision} "
        f"({was.de}) liegen, sonst halten Leser und Feeds sie für die alte. Bitte eintragen, von wann die Angaben sind",
    )
    problem = Problem(rule="R21", severity=Severity.BLOCK, field="publication/stand", message=message, source="R21")
    en, de = (f"publication/stand: {said}" for said in message)
    raise InvalidRecord(en, de, problems=[problem])


def _inputs(case: records.Case) -> dict[str, bytes]:
    files = {image.file: case.images[image.id] for image in case.appeal.images}
    return {RECORD_NAME: case.record_bytes, **files}
