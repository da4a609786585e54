"""A sheet without one of the persons sought: blocks and pictures are taken away, no word is changed or composed anew.

Judges nothing: what the rest would still tell of that person is found by ``traces``, whether it is a part by ``parts``.
"""

import dataclasses

from fahndung.model.appeal import Appeal, Category
from fahndung.model.image import Image
from fahndung.model.sheet import Sheet
from fahndung.model.sought import Person
from fahndung.texts import people


def separate(appeal: Appeal) -> tuple[Person, ...]:
    """The persons who could be left out while somebody else is still sought; nobody where only one is sought."""
    sought = people.sought(appeal)
    return sought if len(sought) > 1 else ()


def reduced(appeal: Appeal, person: Person) -> Appeal:
    """The record without a person, and without every picture that shows them or of which nobody can tell."""
    return dataclasses.replace(
        appeal,
        persons=tuple(other for other in appeal.persons if other.id != person.id),
        images=tuple(image for image in appeal.images if _may_stay(appeal, image, person)),
    )


def remainder(appeal: Appeal, sheet: Sheet, person: Person) -> Sheet:
    """The sheet without the person's block and pictures; every other string is the same object."""
    kept = {image.id for image in reduced(appeal, person).images}
    field = f"persons/{appeal.persons.index(person)}"
    return dataclasses.replace(
        sheet,
        groups=tuple(group for group in sheet.groups if group.field != field),
        pictures=tuple(picture for picture in sheet.pictures if picture.id in kept),
        apart=tuple(remainder(appeal, one, person) for one in sheet.apart),
    )


def _may_stay(appeal: Appeal, image: Image, person: Person) -> bool:
    """Whether a picture shows somebody else only; one that names nobody may stay where things are sought."""
    return person.id not in image.shows if image.shows else appeal.category is Category.OBJECT
