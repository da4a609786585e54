import dataclasses
from typing import Any

import pytest

from fahndung.model.appeal import Appeal, Reward
from fahndung.model.sought import Role
from fahndung.texts import translation
from fahndung.texts.words import Words, load
from tests.texts import build
from tests.texts.test_languages import in_language


@pytest.fixture
def polish() -> Words:
    return load("pl")


def with_translations(appeal: Appeal, **given: str) -> Appeal:
    told = {field.replace("__", "/"): text for field, text in given.items()}
    return dataclasses.replace(appeal, texts=dataclasses.replace(appeal.texts, translations={"pl": told}))


def test_every_text_that_would_be_shown_is_asked_for(polish: Words) -> None:
    appeal = build.missing()
    assert translation.missing(polish, appeal) == (
        "texts/summary",
        "texts/narrative",
        "texts/questions/0",
        "texts/questions/1",
        "persons/0/build",
        "persons/0/hair",
        "persons/0/eyes",
        "persons/0/clothing",
        "persons/0/belongings",
        "persons/0/transport",
        "persons/0/marks/0",
        "persons/0/marks/1",
        "images/0/alt",
        "images/0/caption",
        "contact/hours",
        "event/places/0/text",
        "event/places/1/text",
    )
    assert translation.missing(load("de"), in_language(appeal, "de")) == (
        "contact/hours",
        "event/places/0/text",
        "event/places/1/text",
    )


def test_with_all_of_them_nothing_is_missing_and_each_is_shown(polish: Words) -> None:
    appeal = with_translations(
        in_language(build.missing(), "pl"), contact__hours="całą dobę", event__places__0__text="dworzec",
        event__places__1__text="centrum",
    )  # fmt: skip
    assert translation.missing(polish, appeal) == ()
    told = translation.translated(polish, appeal)
    assert (told.contact.hours, [place.text for place in told.event.places]) == ("całą dobę", ["dworzec", "centrum"])
    assert told.persons == appeal.persons


def test_words_in_the_place_of_a_time_are_texts_and_dates_are_not(polish: Words) -> None:
    def asked(**event: Any) -> set[str]:
        appeal = build.missing()
        appeal = dataclasses.replace(appeal, event=dataclasses.replace(appeal.event, places=(), **event))
        return {field for field in translation.missing(polish, appeal) if field.startswith("event/")}

    assert asked(start="2026-11", end="2026-11-20T10:00") == set()
    assert asked(start="am Abend", end="in der Nacht") == {"event/from", "event/to"}


def test_offence_and_event_are_asked_for_where_they_are_printed(polish: Words) -> None:
    suspect = translation.missing(polish, build.unknown_suspect())
    assert {"legal/offence", "event/what", "reward/for_what", "persons/0/languages/0"} <= set(suspect)
    missing = build.missing()
    victim = dataclasses.replace(missing.persons[0], role=Role.VICTIM)
    changed = dataclasses.replace(
        missing,
        persons=(victim,),
        legal=dataclasses.replace(missing.legal, offence="Raub"),
        event=dataclasses.replace(missing.event, what="Vermisstenfall"),
    )
    assert not {"legal/offence", "event/what"} & set(translation.missing(polish, changed))


def test_every_single_field_takes_its_translation(polish: Words) -> None:
    appeal = dataclasses.replace(build.unknown_suspect(), reward=Reward(amount_eur=1000, for_what="Hinweise"))
    told = translation.translated(
        polish,
        with_translations(
            appeal,
            event__what="rozbój",
            legal__offence="rozbój (§ 249)",
            persons__0__languages__0="niemiecki",
            reward__for_what="informacje",
        ),
    )
    assert (told.event.what, told.legal.offence, told.persons[0].languages) == (
        "rozbój",
        "rozbój (§ 249)",
        ("niemiecki",),
    )
    assert told.reward is not None
    assert told.reward.for_what == "informacje"


def test_a_page_goes_without_the_text_in_plain_language_where_there_is_none(polish: Words) -> None:
    appeal = build.missing()
    plain = dataclasses.replace(appeal, texts=dataclasses.replace(appeal.texts, plain={"de": "Einfach."}))
    assert "texts/plain" not in translation.missing(polish, plain)
    assert translation.translated(polish, plain).texts.plain is None
    both = dataclasses.replace(plain, texts=dataclasses.replace(plain.texts, plain={"de": "Einfach.", "pl": "Prosto."}))
    assert translation.translated(polish, both).texts.plain == {"de": "Einfach.", "pl": "Prosto."}


def test_a_translation_of_what_is_not_there_is_unused(polish: Words) -> None:
    appeal = with_translations(build.missing(), event__places__1__text="centrum", event__places__2__text="nigdzie")
    assert translation.unused(polish, appeal) == ("event/places/2/text",)


@pytest.mark.parametrize(
    ("field", "single"),
    [("event/what", True), ("persons/0/languages/1", True), ("persons/0/hair", False), ("images/0/alt", False)],
)
def test_where_a_translation_belongs(field: str, single: bool) -> None:
    assert translation.is_single(field) is single


def test_the_region_of_the_order_is_translated_where_the_record_does_so_and_is_never_missed(polish: Words) -> None:
    appeal = build.missing()
    mandate = appeal.legal.mandate
    assert mandate is not None
    mandate = dataclasses.replace(mandate, scope=dataclasses.replace(mandate.scope, region="Großraum Musterstadt"))
    appeal = dataclasses.replace(appeal, legal=dataclasses.replace(appeal.legal, order=None, decision=mandate))
    assert not [field for field in translation.missing(polish, appeal) if field.startswith("legal/decision")]
    assert translation.german_region(polish, appeal) == "Großraum Musterstadt"
    told = with_translations(appeal, legal__decision__scope__region="okolice Musterstadt")
    assert translation.german_region(polish, told) is None
    assert translation.unused(polish, told) == ()
    spoken = translation.translated(polish, told).legal.mandate
    assert spoken is not None
    assert spoken.scope.region == "okolice Musterstadt"
