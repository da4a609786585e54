"""Who is sought: the grammatical form, the shown name, the witnesses. What headline, description and lint share.

Knows no wording; decides nothing about law.
"""

import types
from collections.abc import Mapping, Sequence

from fahndung.errors import InvalidRecord, Problem, Severity
from fahndung.errors import Message as Sentence
from fahndung.model.appeal import Appeal, Category, Image, Localized, NamesShown, Person, Role
from fahndung.texts.words import OTHER, Words

SEVERAL = "several"
THINGS = frozenset({Category.OBJECT, Category.WITNESS_CALL})
_OWNER_SOUGHT = frozenset({"found", "seized"})
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


def localized(text: Localized, lang: str, field: str) -> str:
    """The text in ``lang``.

    Raises:
        InvalidRecord: the record has no text in that language there.
    """
    if lang in text:
        return text[lang]
    message = Sentence(
        f"{field} has no text in the language {lang!r}; add it to the record",
        f"{field} hat keinen Text in der Sprache „{lang}“; bitte in der Akte ergänzen",
    )
    problem = Problem(rule="record", severity=Severity.BLOCK, field=field, message=message)
    raise InvalidRecord(message.en, message.de, problems=(problem,))


def about_persons(appeal: Appeal) -> bool:
    """Whether anybody can be recognised by the appeal; then teaser, lists and titles stay neutral (R30, R31)."""
    return appeal.category not in THINGS or bool(appeal.persons) or any(image.shows for image in appeal.images)


def sought(appeal: Appeal) -> tuple[Person, ...]:
    """The persons whom the appeal is about: those in the category's own role, else all."""
    role = _SOUGHT.get(appeal.category)
    return tuple(person for person in appeal.persons if person.role is role) or appeal.persons


def suspects(appeal: Appeal) -> tuple[Person, ...]:
    """The persons under suspicion. Convicts are none (R15)."""
    return tuple(person for person in appeal.persons if person.role is Role.SUSPECT)


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


def sex(person: Person) -> str:
    """``male``, ``female``, or ``other`` for diverse and unknown."""
    return person.sex if person.sex in ("male", "female") else OTHER


def form(persons: Sequence[Person]) -> str:
    """The grammatical form for these persons; ``other`` for nobody."""
    if len(persons) > 1:
        return SEVERAL
    return sex(persons[0]) if persons else OTHER


def appeal_form(appeal: Appeal) -> str:
    """The grammatical form of the persons, or where there are none of the things, that the appeal is about."""
    if about_persons(appeal):
        return form(sought(appeal))
    return SEVERAL if len(appeal.objects) > 1 else OTHER


def owner_sought(appeal: Appeal) -> bool:
    """Whether things were found or seized and their owner is asked for, rather than the things."""
    return any(place.role in _OWNER_SOUGHT for place in appeal.event.places)


def shown_name(words: Words, person: Person) -> str | None:
    """As much of the name as ``names.shown`` allows; None if nothing."""
    names = person.names
    if names is None or names.shown is NamesShown.NONE:
        return None
    if names.shown is NamesShown.GIVEN or names.family is None:
        return names.given
    if names.shown is NamesShown.GIVEN_INITIAL:
        return None if names.given is None else _with_initial(words, names.given, names.family)
    return names.family if names.given is None else words.text("name.full", given=names.given, family=names.family)


def _with_initial(words: Words, given: str, family: str) -> str:
    # "von Beispiel" is abbreviated "B.", as registers sort it
    initial = next((letter for letter in family if letter.isupper()), family[:1])
    return words.text("name.given_initial", given=given, initial=initial)
