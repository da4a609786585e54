"""The door for a sheet's words: every string that a poster may print is settled and checked, all findings at once.

Does not look at lengths; that is the layout's business.
"""

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any

from fahndung.errors import NotPublishable, Problem, Severity
from fahndung.model.sheet import Fact, FactGroup, Picture, Sheet
from fahndung.posters import fonts, tongues

_FIELDS = {
    "band": "category",
    "headline": "texts/title",
    "marker": "persons",
    "innocence": "persons",
    "summary": "texts/summary",
    "office": "contact/office",
    "phone": "contact/phone",
    "email": "contact/email",
    "hours": "contact/hours",
    "contact_sentence": "contact/office",
    "tip_sentence": "contact",
    "order_sentence": "legal/order/authority",
    "warning": "warning/text",
    "authority": "authority/name",
    "reference": "reference",
    "stand": "publication/stand",
    "valid_until": "publication/until",
    "page_url": "page_url",
}
_LISTS = {"questions": "texts/questions/{}", "reward": "reward/for_what", "imprint": "imprint"}


def field_of(attribute: str, index: int = 0) -> str:
    """The record's field behind an attribute of the sheet (``headline`` → ``texts/title``)."""
    return (_FIELDS.get(attribute) or _LISTS[attribute]).format(index)


def image_field(picture: Picture) -> str:
    """How a message names a picture: its place in the record; by its id on a sheet that does not say the place."""
    return picture.field or f"images/{picture.id}"


def checked(untrusted: Sheet) -> Sheet:
    """The sheet with every printed string ready to draw.

    Raises:
        NotPublishable: a string holds something that cannot be drawn as it stands; ``problems`` has them all.
    """
    problems: list[Problem] = []

    def text(value: str, field: str, told: tuple[str, ...] = ()) -> str:
        settled = fonts.settled(value)
        own = settled if untrusted.beside is None else tongues.plain(settled)
        own = functools.reduce(lambda left, other: left.replace(fonts.settled(other), " "), told, own)
        problems.extend(
            Problem(rule="poster", severity=Severity.BLOCK, field=field, message=why)
            for why in fonts.flaws(own, untrusted.lang)
        )
        return settled

    def facts(rows: tuple[Fact, ...], field: str) -> tuple[Fact, ...]:
        return tuple(
            Fact(label=text(row.label, row.field or field), value=text(row.value, row.field or field), field=row.field)
            for row in rows
        )

    repeated = {"contact_sentence": (untrusted.office, untrusted.phone)}  # told of their own fields
    plain: dict[str, Any] = {
        name: None if (value := getattr(untrusted, name)) is None else text(value, field, repeated.get(name, ()))
        for name, field in _FIELDS.items()
    }
    lists: dict[str, Any] = {
        name: tuple(text(value, field_of(name, i)) for i, value in enumerate(getattr(untrusted, name)))
        for name in _LISTS
    }
    pictures = tuple(
        dataclasses.replace(
            picture,
            caption=None if picture.caption is None else text(picture.caption, f"{image_field(picture)}/caption"),
            marker=None if picture.marker is None else text(picture.marker, image_field(picture)),
        )
        for picture in untrusted.pictures
    )
    groups = tuple(
        FactGroup(title=text(group.title, group.field), facts=facts(group.facts, group.field), field=group.field)
        for group in untrusted.groups
    )
    for place, word in _fixed(untrusted):
        text(word, place)
    sheet = dataclasses.replace(
        untrusted,
        fixed={key: fonts.settled(word) for key, word in untrusted.fixed.items()},
        whereabouts=facts(untrusted.whereabouts, "event"),
        groups=groups,
        pictures=pictures,
        **plain,
        **lists,
    )
    if problems:
        raise _refusal(problems)
    return sheet


def _fixed(untrusted: Sheet) -> Iterator[tuple[str, str]]:
    """The fixed words, each with its place in the wording of its language."""
    for one in untrusted.apart or (untrusted,):
        yield from ((f"templates/{one.lang}/words.toml: poster.{key}", word) for key, word in one.fixed.items())


def _refusal(problems: list[Problem]) -> NotPublishable:
    en = "; ".join(f"{problem.field}: {problem.message.en}" for problem in problems)
    de = "; ".join(f"{problem.field}: {problem.message.de}" for problem in problems)
    return NotPublishable(
        f"The poster cannot print these fields as they stand: {en}. Write them with other characters.",
        f"Das Plakat kann diese Felder nicht unverändert drucken: {de}. Bitte andere Zeichen verwenden.",
        problems=problems,
    )
