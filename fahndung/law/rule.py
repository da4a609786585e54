"""What a rule of the register is, and the two ways to report a finding. Holds no rule itself."""

import dataclasses
from collections.abc import Callable, Iterable

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import Facts, Stage
from fahndung.model.appeal import Category


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of the register. A rule with several questions has several entries with one id.

    Attributes:
        severity: what the rule stands for; a finding may weigh less.
        categories: None means all.
        source: the norm behind it.
        judge: the findings about some facts; must bear an incomplete record.
    """

    id: str
    severity: Severity = Severity.BLOCK
    categories: frozenset[Category] | None = None
    stages: frozenset[Stage]
    source: str
    title: Message
    judge: Callable[[Facts], Iterable[Problem]]

    def applies(self, facts: Facts) -> bool:
        """Whether the rule speaks at that stage, for that category."""
        return facts.stage in self.stages and (self.categories is None or facts.appeal.category in self.categories)


def block(rule: str, field: str, en: str, de: str, source: str = "") -> Problem:
    """A finding that stops the appeal."""
    return Problem(rule=rule, severity=Severity.BLOCK, field=field, message=Message(en, de), source=source)


def warn(rule: str, field: str, en: str, de: str, source: str = "") -> Problem:
    """A finding that is told and passed."""
    return Problem(rule=rule, severity=Severity.WARN, field=field, message=Message(en, de), source=source)
