import dataclasses

from fahndung.model.sheet import STROKE, SWITCH, Fact, Sheet
from fahndung.posters import tongues
from fahndung.texts.bilingual import bilingual
from fahndung.texts.compose import sheet
from tests.texts import build
from tests.texts.test_languages import MARK, in_language


def composed(lang: str) -> Sheet:
    return sheet(
        in_language(build.unknown_suspect(), lang),
        lang=lang,
        page_url=build.PAGE_URL,
        imprint=build.IMPRINT,
        valid_until=build.UNTIL,
        media=build.ALL_MEDIA,
    )


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in strings(one)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [text for field in dataclasses.fields(value) for text in strings(getattr(value, field.name))]
    return []


def test_no_text_of_either_language_is_lost() -> None:
    german, polish = composed("de"), composed("pl")
    both = bilingual(german, polish)
    assert both.apart == (german, polish)
    told = "\n".join(strings(dataclasses.replace(both, apart=())))
    assert [text for one in (german, polish) for text in strings(one) if text.rstrip(":") not in told] == []
    assert both.tip_sentence == f"{german.tip_sentence} {SWITCH}{polish.tip_sentence}{SWITCH}"
    assert both.summary == german.summary == polish.summary == MARK
    assert polish.fixed["valid"] in both.fixed["valid"]
    assert both.fixed["emergency"] == german.fixed["emergency"]


def test_rows_stand_side_by_side_and_the_same_text_once() -> None:
    german, polish = composed("de"), composed("pl")
    both = bilingual(german, polish)
    assert both.groups[0].facts[0] == Fact(
        label=f"Geschlecht{STROKE}{SWITCH}Płeć{SWITCH}", value=f"männlich{STROKE}{SWITCH}mężczyzna{SWITCH}"
    )
    assert both.whereabouts[-1].value == german.whereabouts[-1].value
    assert both.office == german.office


def test_rows_that_do_not_match_stand_one_under_the_other() -> None:
    german, polish = composed("de"), composed("pl")
    fewer = dataclasses.replace(polish, whereabouts=polish.whereabouts[1:])
    rows = bilingual(german, fewer).whereabouts
    assert [tongues.said(row.label, other=False) for row in rows[: len(german.whereabouts)]] == [
        row.label for row in german.whereabouts
    ]
    assert not any(tongues.alone(row.label, other=True) for row in rows[: len(german.whereabouts)])
    assert [row.label for row in rows[len(german.whereabouts) :]] == [
        f"{SWITCH}{row.label}{SWITCH}" for row in fewer.whereabouts
    ]


def test_a_colon_stands_once_after_the_words_of_both() -> None:
    fixed = bilingual(composed("de"), composed("pl")).fixed
    assert fixed["live-only"] == f"Aktueller Stand{STROKE}{SWITCH}Aktualny stan:{SWITCH}"
