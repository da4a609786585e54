"""What a person or a thing looks like, as rows of label and value.

Prints what the record holds and marks estimates as such (R21); what may be held is asked by the law rules.
"""

from collections import Counter
from typing import Literal

from babel import units

from fahndung.model.appeal import Appeal
from fahndung.model.sheet import Fact, FactGroup
from fahndung.model.sought import Basis, Item, NamesShown, Person, Range
from fahndung.model.texts import Localized
from fahndung.texts import dates, habits, people
from fahndung.texts.words import Words

_YEARS = "duration-year"
_LOOKS_BEFORE_MARKS = ("build", "complexion", "hair", "beard", "glasses", "eyes", "shoe_size")
_LOOKS_AFTER_MARKS = ("speech", "occupation", "clothing", "belongings", "transport", "condition")

_FIELDS = {
    "name": "names",
    "aliases": "names/aliases",
    "birth_name": "birth/name",
    "age_apparent": "age",
    "height": "height_cm",
    "weight": "weight_kg",
}
"""Where a row's value stands in the record, if not under the row's own name."""


def groups(words: Words, appeal: Appeal) -> tuple[FactGroup, ...]:
    """One group for each person with a description and for each thing, in the record's order.

    A thing without further rows is a group with its title alone.
    """
    return _person_groups(words, appeal) + tuple(
        FactGroup(
            title=people.localized(item.kind, words.lang, f"objects/{index}/kind"),
            facts=_item_facts(words, item, f"objects/{index}", with_serial=not people.owner_sought(appeal)),
            field=f"objects/{index}",
        )
        for index, item in enumerate(appeal.objects)
    )


def _person_groups(words: Words, appeal: Appeal) -> tuple[FactGroup, ...]:
    of_role = Counter(person.role for person in appeal.persons)
    seen: Counter[str] = Counter()
    made = []
    for index, person in enumerate(appeal.persons):
        title = words.form(f"role.{person.role}", people.sex(person))
        if of_role[person.role] > 1:
            seen[person.role] += 1
            title = words.text("group.numbered", title=title, number=str(seen[person.role]))
        field = f"persons/{index}"
        if facts := _person_facts(words, person, field):
            made.append(FactGroup(title=title, facts=facts, field=field))
    return tuple(made)


def _person_facts(words: Words, person: Person, field: str) -> tuple[Fact, ...]:
    rows: list[tuple[str, str | None]] = [
        *_identity(words, person),
        ("sex", None if person.sex is None else words.text(f"sex.{person.sex}")),
        _age(words, person.age),
        ("nationalities", ", ".join(person.nationalities)),
        ("appearance_origin", _text(words, person.appearance_origin, f"{field}/appearance_origin")),
        ("height", None if person.height_cm is None else figure(words, person.height_cm, "length-centimeter")),
        ("weight", None if person.weight_kg is None else figure(words, person.weight_kg, "mass-kilogram")),
        *((name, _text(words, getattr(person, name), f"{field}/{name}")) for name in _LOOKS_BEFORE_MARKS),
        ("marks", _joined(words, person.marks, f"{field}/marks")),
        ("languages", ", ".join(person.languages)),
        *((name, _text(words, getattr(person, name), f"{field}/{name}")) for name in _LOOKS_AFTER_MARKS),
    ]
    return _facts(words, rows, field)


def _item_facts(words: Words, item: Item, field: str, *, with_serial: bool) -> tuple[Fact, ...]:
    rows: list[tuple[str, str | None]] = [
        ("make", item.make),
        ("model", item.model),
        # an owner proves ownership with the number: it is not told to everybody who claims the thing
        ("serial", item.serial if with_serial else None),
        ("plate", item.plate),
        ("marks", _joined(words, item.marks, f"{field}/marks")),
        ("description", _text(words, item.description, f"{field}/description")),
    ]
    return _facts(words, rows, field)


def _facts(words: Words, rows: list[tuple[str, str | None]], field: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(label=words.text(f"label.{label}"), value=value, field=f"{field}/{_FIELDS.get(label, label)}")
        for label, value in rows
        if value
    )


def _identity(words: Words, person: Person) -> list[tuple[str, str | None]]:
    """Name rows. Aliases and birth identify as a full name does, so they come with a full name only."""
    rows: list[tuple[str, str | None]] = [("name", people.shown_name(words, person))]
    if person.names is not None and person.names.shown is NamesShown.FULL:
        rows += [("aliases", ", ".join(person.names.aliases)), *_birth(words, person)]
    return rows


def _birth(words: Words, person: Person) -> list[tuple[str, str | None]]:
    birth = person.birth or {}
    several = birth.get("dates")
    used = [birth["date"]] if "date" in birth else []
    used += [date for date in several if date not in used] if isinstance(several, list | tuple) else []
    date = words.text("list.dates").join(dates.partial(words, str(value)) for value in used)
    place = ", ".join(str(birth[key]) for key in ("place", "country") if key in birth)
    name = birth.get("name")
    return [("birth_name", None if name is None else str(name)), ("birth", _birth_line(words, date, place))]


def _birth_line(words: Words, date: str, place: str) -> str:
    if not place:
        return date
    return words.text("birth.both", date=date, place=place) if date else words.text("birth.place", place=place)


def _age(words: Words, age: Range | None) -> tuple[str, str | None]:
    if age is None:
        return "age", None
    if age.basis is Basis.APPARENT:
        return "age_apparent", figure(words, age, _YEARS, basis="age_apparent")
    return "age", figure(words, age, _YEARS)


def figure(words: Words, span: Range, unit: str, *, basis: str | None = None) -> str | None:
    """A range with its unit and how it was established: ``etwa 175 bis 180 cm (geschätzt)``.

    Args:
        unit: a CLDR unit (``length-centimeter``, ``mass-kilogram``, ``duration-year``).
        basis: the wording to use where it is not the range's own basis.
    """
    style = f"basis.{basis or span.basis or 'none'}"
    if span.max is None:
        if span.min is None:
            return None
        return words.text(f"{style}.open", value=words.text("range.at_least", value=_amount(words, span.min, unit)))
    highest = _amount(words, span.max, unit)
    if span.min is None:
        return words.text(f"{style}.open", value=words.text("range.at_most", value=highest))
    if span.min == span.max:
        return words.text(f"{style}.exact", value=highest)
    return words.text(f"{style}.exact", value=words.text("range.span", min=str(span.min), max=highest))


def _amount(words: Words, value: int, unit: str) -> str:
    if unit == _YEARS and habits.has_ages_alone(words.lang):
        return str(value)
    lengths: tuple[Literal["long", "short"], ...] = ("long", "short") if unit.startswith("duration") else ("short",)
    for length in lengths:  # Babel 2.18 lacks the long form of years in Persian, and writes the unit's id
        said = units.format_unit(value, unit, length=length, locale=words.lang)
        if unit not in said:
            return said
    return str(value)


def _text(words: Words, text: Localized | None, field: str) -> str | None:
    return None if text is None else people.localized(text, words.lang, field)


def _joined(words: Words, texts: tuple[Localized, ...], field: str) -> str:
    return words.text("list.marks").join(
        people.localized(text, words.lang, f"{field}/{index}") for index, text in enumerate(texts)
    )
