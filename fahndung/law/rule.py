"""What a rule of the register is, and the two ways to report a finding. Holds no rule itself."""

import dataclasses
import enum
from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import Facts, Stage
from fahndung.model.appeal import Category


class How(enum.StrEnum):
    """How far a program can decide a rule.

    ``enforced``: it decides. ``asked``: a person answers in the record, with name and reason. ``kept``: the shape of
    the program keeps it, and the rule reports where that failed.
    """

    ENFORCED = "enforced"
    ASKED = "asked"
    KEPT = "kept"


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
    how: How = How.ENFORCED
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


def ask(
    facts: Facts, rule: str, field: str, en: str, de: str, source: str = "", severity: Severity = Severity.BLOCK
) -> Iterator[Problem]:
    """A question that only a person can decide: open, it weighs ``severity``; answered, the answer is told.

    An answer of the record (``answers``) counts for its rule, and if it names a field, for that field and what is
    below it only; where ``now`` is known, not before it was given.
    """
    for answer in facts.appeal.answers:
        named = answer.field is None or field == answer.field or field.startswith(f"{answer.field}/")
        given = facts.now is None or answer.at <= facts.now
        if answer.rule == rule and named and given and answer.by.strip() and answer.reason.strip():
            yield warn(
                rule,
                field,
                f"{en} {answer.by} answered: {answer.reason}",
                f"{de} Beantwortet von {answer.by}: {answer.reason}",
                source,
            )
            return
    report = block if severity is Severity.BLOCK else warn
    yield report(
        rule,
        field,
        f'{en} A person answers that in the record: "answers" with rule {rule}, by, at and reason.',
        f"{de} Das beantwortet ein Mensch im Datensatz: „answers“ mit rule {rule}, by, at und reason.",
        source,
    )


def unlocked(facts: Facts, field: str) -> bool:
    """Whether the record unlocks a field (or the one that it is part of) with a name and a reason (R18).

    An unlock is for one field: ``persons/0/names`` counts for what is below it, ``persons``, ``persons/0`` and
    ``texts`` do not, because nobody weighs a whole person or every text in one sentence.
    """
    return any(
        (field == given.field or (_is_narrow(given.field) and field.startswith(f"{given.field}/")))
        and given.by.strip()
        and given.reason.strip()
        for given in facts.appeal.unlock
    )


def _is_narrow(field: str) -> bool:
    return sum(not part.isdigit() for part in field.split("/")) > 1
