"""Everything that stands against a case folder, at once. Changes nothing."""

import dataclasses
import pathlib

from fahndung import records, routing
from fahndung.cases import examining, originals
from fahndung.errors import (
    FahndungError,
    InvalidRecord,
    Message,
    NotPublishable,
    Problem,
    Severity,
    UnsafeImage,
    blocking,
)
from fahndung.home import Home
from fahndung.home.config import Config
from fahndung.law import gate
from fahndung.law.clock import Clock, End
from fahndung.law.gate import Stage
from fahndung.model.appeal import Appeal
from fahndung.premises import NO_SALT, gate_facts, setting_of


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
        return bool(blocking(self.problems))

    @property
    def verdict(self) -> type[FahndungError] | None:
        """The error that the findings amount to; None if nothing blocks."""
        stopping = blocking(self.problems)
        if not stopping:
            return None
        if self.case is None:
            return InvalidRecord
        return UnsafeImage if any(problem.rule == "image" for problem in stopping) else NotPublishable

    @property
    def exit_code(self) -> int:
        """0, or that of the verdict."""
        return 0 if self.verdict is None else self.verdict.exit_code

    def refuse(self) -> None:
        """Raises what the findings amount to.

        Raises:
            InvalidRecord, UnsafeImage, NotPublishable: with every finding.
        """
        if self.verdict is not None:
            raise self.verdict.over(self.problems)


def check(folder: pathlib.Path, *, home: Home | None = None) -> Findings:
    """Schema, law, images and texts of a case folder: every finding at once. Reads no clock, changes nothing."""
    try:
        case = records.load(folder)
    except InvalidRecord as error:
        return Findings(problems=error.problems)
    config = None if home is None else home.config()
    stage = Stage.DRAFT if home is None else Stage.RELEASE
    facts = gate_facts(case.appeal, config, home, stage=stage, **originals.facts(case, home))
    setting = setting_of(facts, config, home, salt=NO_SALT)
    examined = examining.examine(case, facts, setting)
    judged = (
        *examining.judge(facts, examined, setting),
        *_channels(case.appeal, config),
        *([] if home is None else originals.uncompared(home, case.appeal)),
    )
    problems = dict.fromkeys((*case.warnings, *judged, *examined.problems))
    goes = () if config is None else routing.routes(case.appeal, config)
    return Findings(problems=tuple(problems), clocks=gate.clocks(facts), ends=gate.ends(facts), case=case, routes=goes)


def _channels(appeal: Appeal, config: Config | None) -> list[Problem]:
    if appeal.publication.channels:
        return [] if config is None else list(routing.problems(appeal, config))
    message = Message(
        "no channel is named, so nothing can be published",
        "Es ist kein Kanal genannt; veröffentlicht werden kann so nichts",
    )
    return [Problem(rule="R10", severity=Severity.WARN, field="publication/channels", message=message, source="R10")]
