"""Where in the record a printed text comes from. Compares texts; judges nothing."""

import re
from collections.abc import Iterator, Mapping

from fahndung.model.appeal import Appeal
from fahndung.model.reading import exchanged, folded
from fahndung.model.sought import Person

FIELDS = (
    *("sex", "age", "birth", "nationalities", "appearance_origin", "height_cm", "weight_kg", "shoe_size", "build"),
    *("complexion", "hair", "beard", "eyes", "glasses", "clothing", "belongings", "marks", "speech", "languages"),
    *("occupation", "transport", "condition"),
)
"""The fields of a person that are printed, apart from the names."""

_APOSTROPHES = {"\u2019": "'", "\u02bc": "'"}


def fold(text: str) -> str:
    """The text as it is compared with the record: as every reading holds it, with one kind of apostrophe."""
    return exchanged(folded(text), _APOSTROPHES)


def person_of(appeal: Appeal, field: str) -> Person | None:
    """The person to whom a field of the record belongs; None if to nobody."""
    match = re.match(r"persons/(\d+)(?:/|$)", field)
    index = -1 if match is None else int(match[1])
    return appeal.persons[index] if 0 <= index < len(appeal.persons) else None


def words_told(person: Person, field: str) -> tuple[str, ...]:
    """The free texts of one field of a person, in every language, folded."""
    value = getattr(person, field)
    texts = value if isinstance(value, tuple) else (value,)
    return tuple(
        fold(text)
        for each in texts
        for text in (each.values() if isinstance(each, Mapping) else (each,))
        if isinstance(text, str)
    )


def precise(appeal: Appeal, field: str, text: str) -> str:
    """The field below ``field`` from which a printed text comes, as far as the texts tell; else ``field``."""
    known = list(_below(appeal, field))
    equal = [place for place, told in known if told == text]
    inside = [place for place, told in known if told and (told in text or text in told)]
    return next(iter(equal or inside), field)


def _below(appeal: Appeal, field: str) -> Iterator[tuple[str, str]]:
    person = person_of(appeal, field)
    if field == "texts/title" and appeal.texts.title is None:  # composed of what happened
        yield from (("event/what", fold(appeal.event.what or "")), ("legal/offence", fold(appeal.legal.offence or "")))
    elif field == "event":
        yield "event/what", fold(appeal.event.what or "")
        yield from ((f"event/places/{index}", fold(place.text)) for index, place in enumerate(appeal.event.places))
    elif person is not None and field.count("/") == 1:
        for name in FIELDS:
            joined = words_told(person, name)
            yield from ((f"{field}/{name}", told) for told in (*joined, ", ".join(joined)))
