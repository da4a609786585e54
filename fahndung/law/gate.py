"""The one gate: facts in, findings out; and the clocks and ends of the same facts. Decides nothing about a finding."""

import datetime as dt
from collections.abc import Iterable

from fahndung.errors import Problem
from fahndung.law import clocks as clockwork
from fahndung.law.clock import Clock, End
from fahndung.law.facts import EndedOrder, Facts, Stage, clocks_of
from fahndung.law.rule import Rule
from fahndung.law.rules import REGISTER
from fahndung.model.mandate import Medium

__all__ = ["EndedOrder", "Facts", "Stage", "clocks", "ends", "fixed_end", "judge"]


def judge(facts: Facts, rules: Iterable[Rule] | None = None) -> tuple[Problem, ...]:
    """Every finding of the rules that apply at this stage, of all or of those given; an equal one is told once."""
    asked = REGISTER if rules is None else rules
    found = (problem for rule in asked if rule.applies(facts) for problem in rule.judge(facts))
    return tuple(dict.fromkeys(found))


def clocks(facts: Facts) -> tuple[Clock, ...]:
    """Every clock of the appeal, lifted ones too; the record's and the ledger's confirmations both count."""
    return clocks_of(facts)


def ends(facts: Facts) -> tuple[End, ...]:
    """The earliest end for each medium in use; nothing without an order or a decision."""
    return clockwork.ends_of(clocks_of(facts), () if facts.mandate is None else facts.used)


def fixed_end(facts: Facts) -> dict[Medium, dt.datetime | None]:
    """For each medium in use the latest end that confirmations and reviews could still give it."""
    return clockwork.fixed_ends_of(clocks_of(facts), () if facts.mandate is None else facts.used)
