"""What the gate must know of a stored appeal at its stage, from ledger and home. Judges nothing."""

import dataclasses
import datetime as dt
from typing import Any

from fahndung import premises
from fahndung.dossier import ended, signatures
from fahndung.dossier.stored import latest_release
from fahndung.errors import Message, NotPublishable
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.law import clockfacts
from fahndung.law.facts import Judged
from fahndung.law.gate import Facts, Stage
from fahndung.ledger import byhand, publications, sweeping
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.publications import Want
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle import aftermath
from fahndung.lifecycle.ends import is_over
from fahndung.lifecycle.mailing import is_told
from fahndung.model.appeal import Appeal
from fahndung.model.publication import State
from fahndung.release import parse_manifest

STAGES = {
    "submitted": Stage.RELEASE,
    "built": Stage.RELEASE,
    "approved": Stage.PUBLISH,
    "embargoed": Stage.PUBLISH,
    "live": Stage.RUNNING,
    "ending": Stage.ENDED,
    "ended": Stage.ENDED,
}
"""State of an appeal (``account``) to the stage at which it is judged: what is ending must have ended."""
CALLED = frozenset({State.PUBLISHING, State.LIVE})


def stored_facts(
    tx: Tx, home: Home, config: Config, submission: Submission, appeal: Appeal, *, stage: Stage, now: dt.datetime
) -> Facts:
    """The facts of a submitted revision, with everything that was recorded since.

    Raises:
        NotPublishable: a stored signature does not verify.
    """
    recorded: dict[str, Any] = {
        "now": now,
        "confirmations": signatures.confirmations(tx, submission),
        "reviews": signatures.reviews(tx, submission),
        "ended_persons": ended.ended_persons(tx, appeal.id),
    }
    if stage in {Stage.RELEASE, Stage.PUBLISH}:
        recorded["ended_orders"] = ended.ended_orders(tx, appeal.id)
    if stage is Stage.PUBLISH:
        recorded |= _approval(tx, submission, appeal, now)
    if stage in {Stage.RUNNING, Stage.ENDED}:
        recorded |= _online(tx, submission, now, ended=stage is Stage.ENDED)
    facts = premises.gate_facts(appeal, config, home, stage=stage, **recorded)
    if stage not in {Stage.RUNNING, Stage.ENDED}:
        return facts
    only = submission.revision if stage is Stage.RUNNING else None
    after = aftermath.of(home, tx, appeal.id, norms=facts.norms, now=now, revision=only)
    return dataclasses.replace(_as_submitted(facts, submission), **after)


def _as_submitted(facts: Facts, submission: Submission) -> Facts:
    """The facts with the norm and the policy that take down: those of the submission, not today's.

    Raises:
        NotPublishable: the ledger's copy of them cannot be read.
    """
    try:
        stored = clockfacts.thaw(submission.clock_facts)
    except ValueError as error:
        raise NotPublishable(f"{submission.appeal}: {error}", f"{submission.appeal}: {error}") from error
    others = (entry for entry in facts.norms.entries if entry.id != stored.norm.id)
    table = dataclasses.replace(facts.norms, entries=(*others, stored.norm))
    return dataclasses.replace(facts, norms=table, policy=stored.policy)


def _approval(tx: Tx, submission: Submission, appeal: Appeal, now: dt.datetime) -> dict[str, Any]:
    stored = latest_release(tx, submission)
    return {
        "approvers": signatures.approvers(tx, submission, stored, now=now),
        "verifiers": signatures.image_verifiers(tx, submission, appeal),
        "judged": _judged(stored),
    }


def _judged(stored: StoredRelease) -> Judged:
    """The edition that the manifest names; a release of an older program names no rules."""
    versions = parse_manifest(stored.manifest, stored.digest)["versions"]
    return Judged(norms=str(versions.get("norms", "")), rules=str(versions.get("rules", "")))


def _online(tx: Tx, submission: Submission, now: dt.datetime, *, ended: bool) -> dict[str, Any]:
    """What is open: after the end all of it, before that what was to go although the appeal goes on."""
    rows = [
        row
        for row in publications.open_rows(tx)
        if row.appeal == submission.appeal and (not row.tells_end or is_over(row, now))
    ]
    named = {row.id: f"{row.channel} {row.url or ''}".strip() for row in rows}
    copies = [item for item in byhand.open_items(tx, submission.appeal) if item.kind in byhand.COPIES]
    unread = publications.damaged(tx, submission.appeal, finished=True)
    spoiled = [Message(f"{row.channel} (row {row.id})", f"{row.channel} (Zeile {row.id})") for row in unread]
    searched = sweeping.searched(tx)
    latest = [row for row in publications.rows(tx, submission.appeal) if row.revision == submission.revision]
    return {
        "searched_at": searched.at,
        "orphans": tuple(one for found in searched.orphans.values() for one in found),
        "judged": Judged(norms=latest[-1].norms, rules=latest[-1].rules) if latest else None,
        "unattempted": tuple(named[row.id] for row in rows if row.state in CALLED and is_over(row, now)),
        "open_items": (
            *(Message.same(named[row.id]) for row in rows if (ended or row.want is Want.DOWN) and not is_told(row)),
            *spoiled,
            *(
                Message(f"{item.title.en} (item {item.id})", f"{item.title.de} (Posten {item.id})")
                for item in copies
                if ended
            ),
        ),
    }
