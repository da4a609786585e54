"""The register of all rules of law, in the order in which they are told. Judges nothing itself: ``gate`` does.

A new rule is one function and one ``Rule`` entry in the module of its subject.
"""

from fahndung.law import deadlines, ending, extent, mandate
from fahndung.law.facts import EndedOrder, Facts, Stage
from fahndung.law.rule import Rule

REGISTER: tuple[Rule, ...] = tuple(
    sorted((*mandate.RULES, *deadlines.RULES, *extent.RULES, *ending.RULES), key=lambda rule: rule.id)
)

__all__ = ["REGISTER", "EndedOrder", "Facts", "Rule", "Stage"]
