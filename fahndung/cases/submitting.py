"""Takes a case folder into the home as the next revision of its appeal, signed by who prepared it."""

import dataclasses
import datetime as dt
import hashlib
import pathlib
import secrets

from fahndung import records
from fahndung.approval import Act, Statement, sign
from fahndung.cases import examining, originals
from fahndung.cases.findings import Findings, check
from fahndung.dossier.ended import ended_before
from fahndung.dossier.signatures import require_role
from fahndung.errors import InvalidRecord, Message, NotPublishable, Problem, Severity, refuse_blocking
from fahndung.home import Home
from fahndung.law import clockfacts, gate
from fahndung.law.gate import Facts, Stage
from fahndung.law.periods import stamp
from fahndung.ledger import appeals
from fahndung.ledger.appeals import Submission
from fahndung.ledger.store import Ledger
from fahndung.model.appeal import Appeal
from fahndung.premises import gate_facts


def submit(folder: pathlib.Path, home: Home, ledger: Ledger, *, person: str, key: bytes, now: dt.datetime) -> Findings:
    """Takes a case folder into the home, signed by who prepared it.

    Raises:
        InvalidRecord, UnsafeImage, NotPublishable: ``check`` found something that blocks, or the person may not.
    """
    found = check(folder, home=home)
    found.refuse()
    case = found.case
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
    _later_stand(previous, appeal, now)
    facts = gate_facts(appeal, home.config(), home, stage=Stage.RELEASE, now=now, **recorded)
    refuse_blocking(gate.judge(facts))
    submission = _submission(case, facts, ledger, previous, key=key, now=now)
    files = originals.beside(case) | examining.inputs(case)
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
    return dataclasses.replace(found, problems=(*found.problems, *_not_yet_given(appeal, now)))


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


def _later_stand(previous: Submission | None, appeal: Appeal, now: dt.datetime) -> None:
    """Refuses a revision that is dated like the one before: whoever follows the feeds would not notice it.

    A Stand that is still to come was never published (R21), so that nobody could take the new one for the old.

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
    if before > now or stand.replace(microsecond=0) > before.replace(microsecond=0):
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
