"""Every printed string passes one door."""

import dataclasses

import pytest

from fahndung.errors import NotPublishable
from fahndung.posters import strings
from fahndung.texts.bilingual import bilingual
from fahndung.texts.words import load
from tests.posters import build

BAD = "Mia 😀"


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ("band", "category"),
        ("headline", "texts/title"),
        ("marker", "persons"),
        ("innocence", "persons"),
        ("summary", "texts/summary"),
        ("office", "contact/office"),
        ("phone", "contact/phone"),
        ("email", "contact/email"),
        ("hours", "contact/hours"),
        ("contact_sentence", "contact/office"),
        ("tip_sentence", "contact"),
        ("order_sentence", "legal/order/authority"),
        ("warning", "warning/text"),
        ("authority", "authority/name"),
        ("reference", "reference"),
        ("stand", "publication/stand"),
        ("valid_until", "publication/until"),
        ("page_url", "page_url"),
    ],
)
def test_a_string_that_cannot_be_drawn_is_refused_by_its_field(attribute: str, field: str) -> None:
    with pytest.raises(NotPublishable) as caught:
        strings.checked(build.sheet(**{attribute: BAD}))
    assert [problem.field for problem in caught.value.problems] == [field]
    assert "U+1F600" in caught.value.message.en
    assert "U+1F600" in caught.value.message.de
    assert caught.value.exit_code == 4


def test_what_the_sentence_on_tips_takes_from_another_field_is_told_of_that_field_alone() -> None:
    phone = "040 66969-123 ☎"
    with pytest.raises(NotPublishable) as caught:
        strings.checked(build.sheet(phone=phone, contact_sentence=f"Hinweise bitte unter {phone}."))
    assert [problem.field for problem in caught.value.problems] == ["contact/phone"]


def test_lists_name_the_place_in_the_list() -> None:
    with pytest.raises(NotPublishable) as caught:
        strings.checked(build.sheet(questions=("Wer?", BAD), reward=("a", BAD), imprint=(BAD,)))
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["texts/questions/1", "reward/for_what", "imprint"]


def test_facts_groups_and_captions_are_checked() -> None:
    sheet = build.sheet(
        whereabouts=build.facts((BAD, "x")),
        groups=(build.group(BAD, ("Alter", BAD), field="persons/2"),),
        pictures=(build.picture("foto-1", BAD, BAD),),
    )
    with pytest.raises(NotPublishable) as caught:
        strings.checked(sheet)
    fields = [problem.field for problem in caught.value.problems]
    assert sorted(fields) == ["event", "images/foto-1", "images/foto-1/caption", "persons/2", "persons/2"]


FIXED = load("de").texts("poster")


@pytest.mark.parametrize("key", FIXED)
def test_a_fixed_word_that_cannot_be_drawn_is_refused_by_its_place_in_the_wording(key: str) -> None:
    with pytest.raises(NotPublishable) as caught:
        strings.checked(build.sheet(fixed={**FIXED, key: f"{FIXED[key]} \a日שלום"}))
    (bell, direction, glyph) = caught.value.problems
    assert {bell.field, direction.field, glyph.field} == {f"templates/de/words.toml: poster.{key}"}


def test_fixed_words_come_out_settled() -> None:
    sheet = strings.checked(build.sheet(fixed={**FIXED, "valid": "Nur gu\u0308ltig\n hier"}))
    assert sheet.fixed["valid"] == "Nur gültig hier"


def test_the_fixed_words_of_both_languages_of_a_sheet_are_checked() -> None:
    german, polish = build.sheet(), build.sheet(lang="pl")
    broken = dataclasses.replace(polish, fixed={**polish.fixed, "valid": BAD})
    with pytest.raises(NotPublishable) as caught:
        strings.checked(bilingual(german, broken))
    assert [problem.field for problem in caught.value.problems] == ["templates/pl/words.toml: poster.valid"]


def test_the_narrative_is_not_printed_and_not_asked() -> None:
    assert strings.checked(build.sheet(paragraphs=(BAD,))).paragraphs == (BAD,)


def test_clean_strings_come_out_settled() -> None:
    sheet = strings.checked(build.sheet(summary="C\u030capek\n  kam"))
    assert sheet.summary == "Čapek kam"


def test_a_clean_sheet_is_unchanged() -> None:
    sheet = build.convict()
    assert dataclasses.asdict(strings.checked(sheet)) == dataclasses.asdict(sheet)
