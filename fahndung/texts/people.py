"""The persons of an appeal in words: grammatical form, shown name. What headline and description share.

Who is sought, suspected or a witness is said by ``fahndung.model.people``. Decides nothing about law.
"""

from collections.abc import Sequence

from fahndung.errors import InvalidRecord, Problem, Severity
from fahndung.errors import Message as Sentence
from fahndung.model.appeal import Appeal
from fahndung.model.people import (
    SUSPICION,
    about_persons,
    registered,
    seeks_witness,
    shown_witnesses,
    sought,
    suspects,
    witnesses,
)
from fahndung.model.sought import NamesShown, Person
from fahndung.model.texts import Localized
from fahndung.texts.words import OTHER, Words

__all__ = [
    "SEVERAL",
    "SUSPICION",
    "about_persons",
    "appeal_form",
    "form",
    "localized",
    "owner_sought",
    "registered",
    "seeks_witness",
    "sex",
    "shown_name",
    "shown_witnesses",
    "sought",
    "suspects",
    "witnesses",
]

SEVERAL = "several"
_OWNER_SOUGHT = frozenset({"found", "seized"})


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
