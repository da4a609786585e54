"""Who of an appeal's persons is sought, suspected or a witness. Knows no wording; decides nothing about law."""

import types
from collections.abc import Mapping

from fahndung.model.appeal import Appeal, Category
from fahndung.model.image import Image
from fahndung.model.sought import NamesShown, Person, Role

THINGS = frozenset({Category.OBJECT, Category.WITNESS_CALL})
REGISTRABLE = frozenset({Category.MISSING, Category.MISSING_CHILD})
"""The categories of which registers of missing persons may take anybody over."""
SUSPICION = frozenset({Category.UNKNOWN_SUSPECT, Category.KNOWN_SUSPECT})

_SOUGHT: Mapping[Category, Role] = types.MappingProxyType(
    {
        Category.UNKNOWN_SUSPECT: Role.SUSPECT,
        Category.KNOWN_SUSPECT: Role.SUSPECT,
        Category.CONVICT: Role.CONVICT,
        Category.WITNESS: Role.WITNESS,
        Category.MISSING: Role.MISSING,
        Category.MISSING_CHILD: Role.MISSING,
        Category.UNKNOWN_DEAD: Role.DEAD,
        Category.HELPLESS: Role.HELPLESS,
    }
)


def about_persons(appeal: Appeal) -> bool:
    """Whether anybody can be recognised by the appeal; then teaser, lists and titles stay neutral (R30, R31)."""
    return appeal.category not in THINGS or bool(appeal.persons) or any(image.shows for image in appeal.images)


def sought_role(category: Category) -> Role | None:
    """The part of those whom a category looks for; None where it looks for nobody."""
    return _SOUGHT.get(category)


def sought(appeal: Appeal) -> tuple[Person, ...]:
    """The persons whom the appeal is about: those in the category's own role, else all."""
    role = sought_role(appeal.category)
    return tuple(person for person in appeal.persons if person.role is role) or appeal.persons


def registered(appeal: Appeal) -> Person | None:
    """Whom registers of missing persons may take over: the one person of an appeal whose decision says so."""
    decision = appeal.legal.decision
    if decision is None or not decision.scope.missing_registers or len(appeal.persons) != 1:
        return None
    (person,) = appeal.persons
    names, allowed = person.names, appeal.category in REGISTRABLE and decision.scope.names is True
    whole = names is not None and names.shown is NamesShown.FULL and bool(names.given and names.family)
    return person if allowed and whole and person.role is Role.MISSING else None


def suspects(appeal: Appeal) -> tuple[Person, ...]:
    """The persons under suspicion. Convicts are none (R15)."""
    return tuple(person for person in appeal.persons if person.role is Role.SUSPECT)


def suspected(appeal: Appeal) -> bool:
    """Whether somebody without a conviction is depicted, named or described as a suspect (R15)."""
    return appeal.category in SUSPICION or bool(suspects(appeal))


def witnesses(appeal: Appeal) -> tuple[Person, ...]:
    """The persons sought as witnesses; victims and companions in a search for witnesses are none."""
    return tuple(person for person in appeal.persons if person.role is Role.WITNESS)


def seeks_witness(appeal: Appeal) -> bool:
    """Whether the marker of R14 is needed at all."""
    return appeal.category is Category.WITNESS or bool(witnesses(appeal))


def shown_witnesses(appeal: Appeal, image: Image) -> tuple[Person, ...] | None:
    """The witnesses that a picture shows; None if it needs no marker.

    A picture that names nobody gets the marker of all: better one too many than one too few.
    """
    if not seeks_witness(appeal):
        return None
    if not image.shows:
        return witnesses(appeal)
    return tuple(person for person in witnesses(appeal) if person.id in image.shows) or None
