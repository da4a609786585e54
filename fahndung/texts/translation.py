"""An appeal as another language tells it: which of the record's texts are missing there, and the record with them.

Translates nothing: every text comes from the record. Names of persons, offices and makes stay as they are.
"""

import dataclasses
import re
from collections.abc import Iterator

from fahndung.model.appeal import Appeal, Event, Place
from fahndung.model.mandate import Legal, Order
from fahndung.model.sought import Person, Role
from fahndung.model.texts import Localized
from fahndung.texts import dates
from fahndung.texts.words import Words

_BY_LANGUAGE = re.compile(r"texts/|images/|objects/|warning/|persons/\d+/(?!nationalities|languages)")
_CRIMINAL_ROLES = frozenset({Role.SUSPECT, Role.CONVICT})
_PERSON_TEXTS = (
    "appearance_origin",
    "build",
    "complexion",
    "hair",
    "beard",
    "glasses",
    "eyes",
    "shoe_size",
    "speech",
    "occupation",
    "clothing",
    "belongings",
    "transport",
    "condition",
)


def missing(words: Words, appeal: Appeal) -> tuple[str, ...]:
    """The fields of the record that would be shown and have no text in that language, in the record's order.

    The text in plain language is an extra: a language without it goes without that section. The region of the order is
    mostly a name, which stays: it is in the language where the record has it so.
    """
    given = appeal.texts.translations.get(words.lang, {})
    localized = (field for field, text in _localized(appeal) if words.lang not in text)
    plain = (field for field in _plain(words, appeal) if field not in given and field != _region_field(appeal))
    return (*localized, *plain)


def german_region(words: Words, appeal: Appeal) -> str | None:
    """The region of the order or decision as a page in that language says it in German; None: it is translated."""
    mandate = appeal.legal.mandate
    given = appeal.texts.translations.get(words.lang, {})
    return None if mandate is None or _region_field(appeal) in given else mandate.scope.region


def is_single(field: str) -> bool:
    """Whether a field of the record holds one text only, so that its translations stand under ``texts``."""
    return not _BY_LANGUAGE.match(field)


def unused(words: Words, appeal: Appeal) -> tuple[str, ...]:
    """The fields named under ``texts/translations`` of that language that are not there in the record."""
    return tuple(field for field in appeal.texts.translations.get(words.lang, {}) if field not in dict(_single(appeal)))


def translated(words: Words, appeal: Appeal) -> Appeal:
    """The record whose fields with one text only hold that of the language, as far as there is one."""
    given = appeal.texts.translations.get(words.lang, {})
    texts = appeal.texts
    if texts.plain is not None and words.lang not in texts.plain:
        texts = dataclasses.replace(texts, plain=None)
    offence = given.get("legal/offence", appeal.legal.offence)
    hours = given.get("contact/hours", appeal.contact.hours)
    reward = appeal.reward
    if reward is not None:
        reward = dataclasses.replace(reward, for_what=given.get("reward/for_what", reward.for_what))
    return dataclasses.replace(
        appeal,
        texts=texts,
        legal=_with_region(dataclasses.replace(appeal.legal, offence=offence), given),
        contact=dataclasses.replace(appeal.contact, hours=hours),
        event=_event(appeal.event, given),
        persons=tuple(_person(person, given, f"persons/{index}") for index, person in enumerate(appeal.persons)),
        reward=reward,
    )


def _region_field(appeal: Appeal) -> str:
    """Where the record has the region of the order or decision."""
    return f"legal/{'decision' if appeal.legal.order is None else 'order'}/scope/region"


def _with_region(legal: Legal, given: Localized) -> Legal:
    def named(mandate: Order | None, field: str) -> Order | None:
        if mandate is None or field not in given:
            return mandate
        return dataclasses.replace(mandate, scope=dataclasses.replace(mandate.scope, region=given[field]))

    order, decision = (named(getattr(legal, kind), f"legal/{kind}/scope/region") for kind in ("order", "decision"))
    return dataclasses.replace(legal, order=order, decision=decision)


def _event(event: Event, given: Localized) -> Event:
    places = (
        dataclasses.replace(place, text=given.get(f"event/places/{index}/text", place.text))
        for index, place in enumerate(event.places)
    )
    return dataclasses.replace(
        event,
        what=given.get("event/what", event.what),
        start=given.get("event/from", event.start),
        end=given.get("event/to", event.end),
        places=tuple[Place, ...](places),
    )


def _person(person: Person, given: Localized, field: str) -> Person:
    def told(name: str, german: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(given.get(f"{field}/{name}/{index}", text) for index, text in enumerate(german))

    return dataclasses.replace(
        person,
        nationalities=told("nationalities", person.nationalities),
        languages=told("languages", person.languages),
    )


def _localized(appeal: Appeal) -> Iterator[tuple[str, Localized]]:
    """Every text by language that a page shows, with its field."""
    texts = appeal.texts
    for name in ("title", "summary", "narrative"):
        if (text := getattr(texts, name)) is not None:
            yield f"texts/{name}", text
    yield from ((f"texts/questions/{index}", text) for index, text in enumerate(texts.questions))
    for at, person in enumerate(appeal.persons):
        for name in _PERSON_TEXTS:
            if (text := getattr(person, name)) is not None:
                yield f"persons/{at}/{name}", text
        yield from ((f"persons/{at}/marks/{index}", text) for index, text in enumerate(person.marks))
    for at, item in enumerate(appeal.objects):
        yield f"objects/{at}/kind", item.kind
        yield from ((f"objects/{at}/marks/{index}", text) for index, text in enumerate(item.marks))
        if item.description is not None:
            yield f"objects/{at}/description", item.description
    for at, image in enumerate(appeal.images):
        yield f"images/{at}/alt", image.alt
        if image.caption is not None:
            yield f"images/{at}/caption", image.caption
    if appeal.warning is not None and appeal.warning.text is not None:
        yield "warning/text", appeal.warning.text


def _single(appeal: Appeal) -> Iterator[tuple[str, str]]:
    """Every field that holds one text only, with its German text."""
    event, legal = appeal.event, appeal.legal
    for field, text in (
        ("event/what", event.what),
        ("event/from", event.start),
        ("event/to", event.end),
        ("legal/offence", legal.offence),
        ("contact/hours", appeal.contact.hours),
        (_region_field(appeal), None if legal.mandate is None else legal.mandate.scope.region),
        ("reward/for_what", None if appeal.reward is None else appeal.reward.for_what),
    ):
        if text:
            yield field, text
    yield from ((f"event/places/{index}/text", place.text) for index, place in enumerate(event.places))
    for at, person in enumerate(appeal.persons):
        for name in ("nationalities", "languages"):
            yield from ((f"persons/{at}/{name}/{index}", text) for index, text in enumerate(getattr(person, name)))


def _plain(words: Words, appeal: Appeal) -> Iterator[str]:
    """Those of ``_single`` that a page of this appeal shows as words."""
    has_offence = any(person.role in _CRIMINAL_ROLES for person in appeal.persons)
    tells_event = words.has(f"category.{appeal.category}.what")
    shown = {
        "event/what": tells_event,
        "legal/offence": has_offence or (tells_event and not appeal.event.what),
        "event/from": dates.is_prose(appeal.event.start or ""),
        "event/to": dates.is_prose(appeal.event.end or ""),
    }
    yield from (field for field, _ in _single(appeal) if shown.get(field, True))
