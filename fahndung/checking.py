"""Judges an appeal of the home at the stage that it has reached. Changes nothing."""

import dataclasses
import datetime as dt

from fahndung import routing
from fahndung.cases import findings
from fahndung.dossier.stored import stored_case
from fahndung.errors import Problem, blocking
from fahndung.home import Home
from fahndung.law import gate
from fahndung.law.clock import Clock, End
from fahndung.law.gate import Stage
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.account import account
from fahndung.lifecycle.facts import STAGES, stored_facts

DUTIES = frozenset({"R13", "R35", "R39", "R40", "R41", "R43", "R45"})
"""Rules about what has to be done or kept: broken, they do not mean that something is online that should not be."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the gate says of a stored appeal: its stage, every finding, the clocks with what was recorded since.

    ``routes``: each configured account, and whether the appeal goes there.
    """

    appeal: str
    revision: int
    state: str
    stage: Stage
    problems: tuple[Problem, ...]
    clocks: tuple[Clock, ...]
    ends: tuple[End, ...]
    routes: tuple[routing.Route, ...]

    @property
    def blocked(self) -> bool:
        """Whether anything stands against it."""
        return bool(self._blocking)

    @property
    def may_be_online(self) -> bool:
        """Whether something of it is, or may be, online that should not be."""
        return self.stage in {Stage.RUNNING, Stage.ENDED} and bool(self._blocking - DUTIES)

    @property
    def _blocking(self) -> frozenset[str]:
        return frozenset(problem.rule for problem in blocking(self.problems))


def check(home: Home, ledger: Ledger, *, appeal_id: str, now: dt.datetime) -> Judgement:
    """Every finding about the latest revision of an appeal at its stage.

    Raises:
        UsageError: no such appeal. NotPublishable: the stored case was changed or is lost, so nobody can judge it.
    """
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        (standing,) = account(tx, now=now, appeal=appeal_id).appeals
        stage = STAGES[standing.state]
        case = stored_case(home, submission)
        config = home.config()
        facts = stored_facts(tx, home, config, submission, case.appeal, stage=stage, now=now)
    problems = gate.judge(facts)
    if stage is Stage.PUBLISH:
        problems = (*problems, *routing.problems(case.appeal, config))
    if stage is Stage.RELEASE:  # nothing is approved yet, so the outputs may still change: they are read too
        problems = tuple(dict.fromkeys((*problems, *findings.check(case.folder, home=home).problems)))
    return Judgement(
        appeal=submission.appeal,
        revision=submission.revision,
        state=standing.state,
        stage=stage,
        problems=problems,
        clocks=gate.clocks(facts),
        ends=gate.ends(facts),
        routes=routing.routes(case.appeal, config),
    )
