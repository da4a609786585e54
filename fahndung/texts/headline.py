"""Headline, band, neutral title, marker and question of an appeal, by category and role.

Describes nobody; an authored ``texts.title`` or question is taken as it is.
"""

from babel import lists

from fahndung.model.appeal import Appeal, Category
from fahndung.model.sought import Basis, Person, Range
from fahndung.texts import people
from fahndung.texts.words import OTHER, Words

_CHILD_BELOW = 14
_YOUTH_BELOW = 18


def band(words: Words, appeal: Appeal) -> str:
    """The word of the poster's band and of the page's chip."""
    return words.form(f"category.{appeal.category}.band", people.appeal_form(appeal))


def public_title(words: Words, appeal: Appeal) -> str:
    """What the appeal is called where no detail may stand: ``Vermisstenfahndung – Musterstadt``."""
    title = words.form(f"category.{appeal.category}.title", people.appeal_form(appeal))
    region = appeal.authority.region
    return title if region is None else words.text("title.with_region", title=title, region=region)


def headline(words: Words, appeal: Appeal) -> str:
    """The authored title, else the first composed wording for which the record has all facts."""
    if appeal.texts.title is not None:
        return people.localized(appeal.texts.title, words.lang, "texts/title")
    key = _for_owner(appeal, f"category.{appeal.category}.headline")
    return words.first(key, people.appeal_form(appeal), **_facts(words, appeal))


def questions(words: Words, appeal: Appeal) -> tuple[str, ...]:
    """The authored questions, else the category's one."""
    if appeal.texts.questions:
        return tuple(
            people.localized(question, words.lang, f"texts/questions/{index}")
            for index, question in enumerate(appeal.texts.questions)
        )
    key = _for_owner(appeal, f"category.{appeal.category}.question")
    return (words.form(key, people.appeal_form(appeal)),)


def marker(words: Words, witnesses: tuple[Person, ...]) -> str:
    """R14: that the person is a witness and not accused."""
    return words.form("marker", people.form(witnesses))


def _for_owner(appeal: Appeal, key: str) -> str:
    return f"{key}_found" if appeal.category is Category.OBJECT and people.owner_sought(appeal) else key


def _facts(words: Words, appeal: Appeal) -> dict[str, str]:
    """The placeholders that can be filled; what is unknown is not in it."""
    persons = people.sought(appeal)
    facts: dict[str, str] = {}
    names = [name for person in persons if (name := people.shown_name(words, person))]
    if names and len(names) == len(persons):
        facts["name"] = lists.format_list(names, locale=words.lang)
    if len(persons) == 1 and (age := _certain_age(persons[0].age)):
        facts["age"] = str(age)
    if any(image.shows for image in appeal.images):
        facts["who"] = _who(words, persons)
    if what := appeal.event.what or appeal.legal.offence:
        facts["what"] = what
    return facts


def _certain_age(age: Range | None) -> int | None:
    """The age in years if it is one known figure; an estimate has no place in a headline."""
    if age is None or age.basis in (Basis.APPARENT, Basis.ESTIMATED) or age.min != age.max:
        return None
    return age.min


def _who(words: Words, persons: tuple[Person, ...]) -> str:
    if len(persons) > 1:
        sexes = {people.sex(person) for person in persons}
        return words.form("who.several", sexes.pop() if len(sexes) == 1 else OTHER)
    if not persons:
        return words.form("who.adult", OTHER)
    oldest = persons[0].age.max if persons[0].age is not None else None
    stage = "adult" if oldest is None or oldest >= _YOUTH_BELOW else "youth" if oldest >= _CHILD_BELOW else "child"
    return words.form(f"who.{stage}", people.sex(persons[0]))
