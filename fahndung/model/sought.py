"""The persons and things of an appeal, as the public is told of them."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping

from fahndung.model.ids import PersonId
from fahndung.model.texts import Localized


class Role(enum.StrEnum):
    """The part a person has in the appeal."""

    SUSPECT = "suspect"
    CONVICT = "convict"
    WITNESS = "witness"
    MISSING = "missing"
    DEAD = "dead"
    HELPLESS = "helpless"
    VICTIM = "victim"
    COMPANION = "companion"


CRIMINAL_ROLES = frozenset({Role.SUSPECT, Role.CONVICT})
"""Whose offence is told."""


class Basis(enum.StrEnum):
    """How a figure about a person was established."""

    APPARENT = "apparent"
    ESTIMATED = "estimated"
    MEASURED = "measured"
    KNOWN = "known"


class NamesShown(enum.StrEnum):
    """How much of a person's name the public reads."""

    NONE = "none"
    GIVEN = "given"
    GIVEN_INITIAL = "given-initial"
    FULL = "full"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure about a person (years, cm, kg) with how it was established."""

    min: int | None = None
    max: int | None = None
    basis: Basis | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A person's names and how much of them is shown."""

    given: str | None = None
    family: str | None = None
    aliases: tuple[str, ...] = ()
    shown: NamesShown = NamesShown.NONE


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of the appeal, described for the public.

    ``separable``: the texts say nothing about this person alone, so that a variant without them can be made.
    """

    id: PersonId
    role: Role
    sex: str | None = None
    names: Names | None = None
    birth: Mapping[str, object] | None = None
    nationalities: tuple[str, ...] = ()
    age: Range | None = None
    height_cm: Range | None = None
    weight_kg: Range | None = None
    shoe_size: Localized | None = None
    build: Localized | None = None
    complexion: Localized | None = None
    hair: Localized | None = None
    beard: Localized | None = None
    eyes: Localized | None = None
    glasses: Localized | None = None
    clothing: Localized | None = None
    belongings: Localized | None = None
    marks: tuple[Localized, ...] = ()
    speech: Localized | None = None
    languages: tuple[str, ...] = ()
    occupation: Localized | None = None
    transport: Localized | None = None
    condition: Localized | None = None
    appearance_origin: Localized | None = None
    contacted_before: dt.datetime | None = None
    separable: bool = True


PERSON_TEXTS = tuple(field.name for field in dataclasses.fields(Person) if field.type == Localized | None)
"""The fields of a person with an authored text: whatever is shown is translated, and sought as a trace of them."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing that is sought, found or shown (``objects[]`` of the record)."""

    id: str
    kind: Localized
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    plate: str | None = None
    marks: tuple[Localized, ...] = ()
    description: Localized | None = None
