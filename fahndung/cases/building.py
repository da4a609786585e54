"""Builds the release of a stored revision and puts it into the home."""

import datetime as dt

from fahndung import records, release, routing
from fahndung.cases import examining, originals
from fahndung.dossier.ended import ended_before, is_closed
from fahndung.dossier.stored import EVIDENCE, stored_case
from fahndung.errors import NotPublishable, refuse_blocking
from fahndung.home import Home
from fahndung.law import gate
from fahndung.law.gate import Stage
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.model.release import Release
from fahndung.premises import gate_facts, setting_of


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
    recorded |= originals.facts(case, home)
    facts = gate_facts(case.appeal, config, home, stage=Stage.RELEASE, now=submission.at, **recorded)
    refuse_blocking((*gate.judge(facts), *routing.problems(case.appeal, config)))
    setting = setting_of(facts, config, home, salt=submission.salt)
    examined = examining.examine(case, facts, setting)
    uncompared = originals.uncompared(home, case.appeal)
    built = examined.accepted((*examining.judge(facts, examined, setting), *uncompared))
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
    return aftercheck.files(made.digest, kept if aside.REPORT in kept else originals.beside(case), outputs, versions)
