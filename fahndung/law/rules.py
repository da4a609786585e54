"""The register of all rules of law, in the order in which they are told. Judges nothing itself: ``gate`` does.

A new rule is one function and one ``Rule`` entry in the module of its subject.
"""

import hashlib

from fahndung.law import (
    aftermath,
    closings,
    deadlines,
    ending,
    extent,
    faces,
    freetext,
    guilt,
    invitations,
    languages,
    links,
    mandate,
    notices,
    originals,
    pages,
    persons,
    pictures,
    posts,
    preventive,
    proportion,
    provenance,
    registers,
    roles,
    sensitive,
    sheets,
    stand,
    transmission,
    trust,
    uploads,
    wording,
)
from fahndung.law.facts import EndedOrder, Facts, Stage
from fahndung.law.rule import Rule

MODULES = (
    mandate,
    preventive,
    deadlines,
    extent,
    registers,
    ending,
    closings,
    aftermath,
    proportion,
    transmission,
    trust,
    wording,
    invitations,
    stand,
    guilt,
    notices,
    sheets,
    pages,
    languages,
    links,
    persons,
    freetext,
    roles,
    sensitive,
    provenance,
    originals,
    pictures,
    faces,
    posts,
    uploads,
)

REGISTER: tuple[Rule, ...] = tuple(
    sorted((rule for module in MODULES for rule in module.RULES), key=lambda rule: rule.id)
)


def edition(register: tuple[Rule, ...] = REGISTER) -> str:
    """A short SHA-256 over what the rules say of themselves; each publication stores the one that judged it (R45)."""
    digest = hashlib.sha256()
    for rule in register:
        parts = (rule.id, rule.severity, rule.how, rule.source, *rule.title, *sorted(rule.stages))
        digest.update("\0".join((*map(str, parts), *sorted(rule.categories or ()), "\n")).encode())
    return digest.hexdigest()[:16]


__all__ = ["REGISTER", "EndedOrder", "Facts", "Rule", "Stage", "edition"]
