"""Verifies again that a stored release may be online now: bytes, signatures, law, the clock itself. Sends nothing."""

import dataclasses
import datetime as dt

from fahndung.dossier import signatures
from fahndung.dossier.stored import load_release, stored_case
from fahndung.errors import InvalidConfig, NotPublishable, refuse_blocking
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.law import gate
from fahndung.law.facts import Judged
from fahndung.law.gate import Stage
from fahndung.ledger import publications
from fahndung.ledger.appeals import StoredRelease, Submission
from fahndung.ledger.store import Ledger
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.facts import stored_facts
from fahndung.model.appeal import Appeal
from fahndung.model.ids import PersonId
from fahndung.model.release import Release
from fahndung.release import listed_uploads
from fahndung.texts import remainder

EMBARGO = "R13"
"""The rule that forbids to publish before ``not_before``."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Vetted:
    """A release as it was approved, with the record behind it.

    Attributes:
        approved_until: when too few approvals are left. judged: the edition of norms and rules that let it pass (R45).
    """

    release: Release
    appeal: Appeal
    approved_until: dt.datetime | None
    judged: Judged


def vet(
    home: Home,
    ledger: Ledger,
    config: Config,
    submission: Submission,
    stored: StoredRelease,
    *,
    now: dt.datetime,
    left_out: PersonId | None = None,
    early: bool = False,
) -> Vetted:
    """The release, if nothing forbids it at ``now``.

    Args:
        left_out: the person whom it is to be shown without; the law judges what is left then.
        early: it may be before its ``not_before``, since it is verified again at that instant.

    Raises:
        NotPublishable: a changed byte, a missing or expired approval, a rule of law, or a clock that runs behind.
    """
    behind = ledger.clock_behind(now)
    if behind is not None:
        raise NotPublishable(
            f"the clock is {behind} behind the ledger; set it right before publishing",
            f"Die Uhr geht gegenüber dem Register {behind} nach; vor dem Veröffentlichen richtigstellen",
        )
    release = load_release(home, stored)
    appeal = stored_case(home, submission).appeal
    with ledger.read() as tx:
        refuse_blocking(
            signatures.approval_problems(tx, submission, stored, appeal, required=config.approvals, now=now)
        )
        facts = stored_facts(tx, home, config, submission, _shown(appeal, left_out), stage=Stage.PUBLISH, now=now)
        until = signatures.approved_until(tx, submission, stored, required=config.approvals, now=now)
    facts = dataclasses.replace(facts, uploads=listed_uploads(release.manifest))
    refuse_blocking(one for one in gate.judge(facts) if not (early and one.rule == EMBARGO))
    judged = Judged(norms=facts.norms.version, rules=facts.rules)
    return Vetted(release=release, appeal=appeal, approved_until=until, judged=judged)


def refuse_left_accounts(tx: Tx, config: Config) -> None:
    """Refuses to publish anything while an account that may hold something is configured no more; takedown goes on.

    Raises:
        InvalidConfig: there is such an account.
    """
    left = sorted({row.channel for row in publications.open_rows(tx)} - set(config.channels))
    if left:
        names = ", ".join(left)
        raise InvalidConfig(
            f"fahndung.toml has no channel {names} any more, but something is online there, or may be. Put the section "
            "back until all of it is down; taking down goes on meanwhile.",
            f"fahndung.toml enthält den Kanal {names} nicht mehr, dort ist aber noch etwas online oder könnte es sein. "
            "Bitte den Abschnitt wieder aufnehmen, bis dort alles gelöscht ist; gelöscht wird weiterhin.",
        )


def _shown(appeal: Appeal, left_out: PersonId | None) -> Appeal:
    return appeal if left_out is None else remainder.reduced(appeal, appeal.person(left_out))
