"""The words of every language against those of German: same places, same placeholders, drawable, in every form."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fahndung import resources
from fahndung.model.appeal import Appeal, Category
from fahndung.model.sought import Basis, Range
from fahndung.posters import fonts
from fahndung.posters.marks import Weight
from fahndung.texts import describe
from fahndung.texts.compose import sheet
from fahndung.texts.words import load
from tests.texts import build

LANGUAGES = ["ar", "cs", "de", "en", "fa", "hsb", "pl", "ru", "tr", "uk"]
OTHERS = [lang for lang in LANGUAGES if lang != "de"]
FORMS = {"male", "female", "other", "several"}
MARK = "…"


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every wording with its place; a group of grammatical forms is one wording."""
    if isinstance(node, Mapping) and not node.keys() <= FORMS:
        for key, below in node.items():
            yield from leaves(below, f"{path}.{key}".strip("."))
    elif isinstance(node, list):
        for index, below in enumerate(node):
            yield from leaves(below, f"{path}.{index}")
    else:
        yield path, node


def forms(wording: Any) -> dict[str, str]:
    return dict(wording) if isinstance(wording, Mapping) else {"other": wording}


GERMAN_ONLY = ("leftover.", "mail.")
"""Words of outputs that exist in German alone: mails to newsrooms, and what a website says where no ledger knows."""


def placeholders(wording: Any) -> set[frozenset[str]]:
    return {frozenset(re.findall(r"\{(\w+)\}", text)) for text in forms(wording).values()}


def table(lang: str, *, without: str = "meta") -> dict[str, Any]:
    return dict(leaves({key: value for key, value in load(lang).table.items() if key != without}))


def in_language(value: Any, lang: str) -> Any:
    """An appeal whose every text has ``MARK`` in that language."""
    if isinstance(value, Mapping):
        return {**value, lang: MARK} if "de" in value else value
    if isinstance(value, tuple):
        return tuple(in_language(one, lang) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: in_language(getattr(value, one.name), lang) for one in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


def test_the_languages_are_those_that_are_promised() -> None:
    assert resources.template_languages() == LANGUAGES


@pytest.mark.parametrize("lang", OTHERS)
def test_a_language_has_every_place_of_german_with_the_same_placeholders(lang: str) -> None:
    german, own = {key: told for key, told in table("de").items() if not key.startswith(GERMAN_ONLY)}, table(lang)
    pages = {key for key in own if key.startswith("page.")}
    assert own.keys() - pages == german.keys()
    assert pages == {key for key in table("en") if key.startswith("page.")}
    assert {key: placeholders(own[key]) for key in german} == {key: placeholders(german[key]) for key in german}
    for key, wording in german.items():
        assert "other" in forms(own[key]) or forms(wording).keys() <= forms(own[key]).keys(), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_says_who_has_reviewed_it(lang: str) -> None:
    meta = load(lang).table["meta"]
    assert isinstance(meta, Mapping)
    assert meta["name"]
    assert meta["direction"] == ("rtl" if lang in {"ar", "fa"} else "ltr")
    assert meta["reviewed"] is bool(meta["by"] and meta["date"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_typeface_has_every_letter_of_a_language(lang: str) -> None:
    texts = [text for wording in table(lang).values() for text in forms(wording).values()]
    for text in map(fonts.settled, texts):
        assert fonts.flaws(text, lang) == (), text
        unknown = {char for char in text if ord(char) not in fonts.font(Weight.BOLD).face.charToGlyph}
        assert unknown <= {"\u200c"}, text


@pytest.mark.peers
@pytest.mark.parametrize("lang", OTHERS)
def test_every_form_of_every_category_is_worded(lang: str) -> None:
    german = {load("de").form(f"category.{category}.title", "other") for category in Category}
    for appeal in (appeal for category in Category for appeal in of_all_forms(category)):
        made = sheet(
            in_language(appeal, lang),
            lang=lang,
            page_url=build.PAGE_URL,
            imprint=build.IMPRINT,
            valid_until=build.UNTIL,
            media=build.ALL_MEDIA,
        )
        said = repr(dataclasses.replace(made, fixed={}))
        assert "{" not in said.replace("fixed={}", "")
        assert "duration-" not in said
        assert not [title for title in german if title in said]


def of_all_forms(category: Category) -> Iterator[Appeal]:
    base = build.missing(category) if category is not Category.OBJECT else build.thing()
    if not base.persons:
        yield base
        return
    (person,) = base.persons
    for sex in ("male", "female", None):
        for age in (Range(min=12, max=12, basis=Basis.KNOWN), Range(min=20, max=25, basis=Basis.ESTIMATED), None):
            yield dataclasses.replace(base, persons=(dataclasses.replace(person, sex=sex, age=age),))
    yield dataclasses.replace(base, persons=(person, dataclasses.replace(person, sex="male")))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("de", ["1 Jahr", "2 Jahre", "22 Jahre", "25 Jahre"]),
        ("pl", ["1 rok", "2 lata", "22 lata", "25 lat"]),
        ("cs", ["1 rok", "2 roky", "22 let", "25 let"]),
        ("hsb", ["1 lěto", "2 lěće", "22 lět", "25 lět"]),
        ("ru", ["1 год", "2 года", "22 года", "25 лет"]),
        ("uk", ["1 рік", "2 роки", "22 роки", "25 років"]),
        ("tr", ["1", "2", "22", "25"]),
        ("fa", ["1 سال", "2 سال", "22 سال", "25 سال"]),
        ("ar", ["سنة", "سنتان", "22 سنة", "25 سنة"]),
    ],
)
def test_years_are_counted_as_the_language_counts(lang: str, said: list[str]) -> None:
    words = load(lang)
    ages = [Range(min=age, max=age, basis=Basis.KNOWN) for age in (1, 2, 22, 25)]
    assert [describe.figure(words, age, "duration-year") for age in ages] == said
