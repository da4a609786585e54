"""The record for registers of missing persons against our own strict reading of PFIF 1.4 (``tests.pfifspec``)."""

import dataclasses
import datetime as dt
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.model.appeal import Appeal, Category
from fahndung.model.mandate import Authority
from fahndung.model.sought import Names, NamesShown, Range, Role
from fahndung.texts import notices, pfif
from fahndung.texts.words import load
from tests import pfifspec
from tests.channels.openapi import needed

from . import build

URL = "https://fahndung.polizei.example/fahndung/k3m9x0q7t2w8z5b1/"
STAND = dt.datetime(2026, 11, 21, 16, 0, 0, 5, tzinfo=build.BERLIN_WINTER)
END = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
LENA = Names(given="Lena", family="Beispiel & Söhne", shown=NamesShown.FULL)


def girl(category: Category = Category.MISSING_CHILD, *, scope: dict[str, Any] | None = None, **person: Any) -> Appeal:
    """A missing girl whom registers may take over, unless something is changed."""
    allowed = {"missing_registers": True, "names": True} | (scope or {})
    decision = build.mandate(Authority.POLICE, "Polizeidirektion Musterstadt", **allowed)
    found = build.missing(category, legal=build.legal(category, decision=decision))
    return build.with_person(found, **({"names": LENA} | person))


def record(appeal: Appeal) -> str | None:
    return pfif.record(appeal, build.composed(appeal, page_url=URL), stand=STAND, end=END)


def read(appeal: Appeal) -> dict[str, str]:
    made = record(appeal)
    assert made is not None
    return pfifspec.read(made)


def test_the_record_says_who_is_sought_until_when_and_what_the_page_says_of_the_person() -> None:
    told = read(girl())
    description = told.pop("description")
    assert told == {
        "person_record_id": "fahndung.polizei.example/person.k3m9x0q7t2w8z5b1",
        "entry_date": "2026-11-21T15:00:00Z",
        "expiry_date": "2026-11-27T08:00:00Z",
        "author_name": "Polizeidirektion Musterstadt, Kriminalpolizeiinspektion",
        "author_email": "hinweise@polizei.example",
        "author_phone": "040 66969-123",
        "source_name": "Polizeidirektion Musterstadt, Kriminalpolizeiinspektion",
        "source_date": "2026-11-21T15:00:00Z",
        "source_url": URL,
        "full_name": "Lena Beispiel & Söhne",
        "given_name": "Lena",
        "family_name": "Beispiel & Söhne",
        "sex": "female",
        "age": "14",
    }
    sheet = build.composed(girl(), page_url=URL)
    lines = description.splitlines()
    assert "Größe: 165 cm" in lines
    assert lines[-3:] == [pfif.folded(one) for one in (sheet.contact_sentence, sheet.tip_sentence, sheet.stand)]
    assert not [line for line in lines if "Bahnhof" in line or "Jugendliche" in line]


@pytest.mark.parametrize(
    "appeal",
    [
        build.missing(),
        girl(scope={"missing_registers": False}),
        girl(scope={"names": None}),
        girl(scope={"names": False}),
        girl(Category.HELPLESS),
        girl(role=Role.COMPANION),
        girl(names=None),
        girl(names=dataclasses.replace(LENA, shown=NamesShown.GIVEN_INITIAL)),
        girl(names=dataclasses.replace(LENA, family=None)),
        dataclasses.replace(girl(), persons=girl().persons * 2),
        dataclasses.replace(girl(), persons=()),
    ],
)
def test_where_the_decision_or_the_name_does_not_allow_it_there_is_no_record(appeal: Appeal) -> None:
    assert record(appeal) is None


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (Range(min=13, max=15), "13-15"),
        (Range(min=14), None),
        (Range(max=14), None),
        (None, None),
        (Range(min=0, max=0), "0"),
    ],
)
def test_an_age_is_a_figure_or_a_closed_range(age: Range | None, told: str | None) -> None:
    assert read(girl(age=age)).get("age") == told


@pytest.mark.parametrize(("sex", "told"), [("male", "male"), ("diverse", "other"), (None, None)])
def test_sex_is_one_of_the_three_words_or_missing(sex: str | None, told: str | None) -> None:
    assert read(girl(sex=sex)).get("sex") == told


@pytest.mark.peers
@given(name=st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Cn", "Z"]), min_size=1))
def test_any_name_stays_the_name(name: str) -> None:
    made = record(girl(names=Names(given="x", family=f"x{name}x", shown=NamesShown.FULL)))
    assert made is not None
    family = ET.fromstring(made).findtext(f"*/{pfifspec.TAG}family_name")
    assert family == pfif.folded(f"x{name}x")


def test_a_placeholder_tells_that_it_has_expired_and_nothing_else() -> None:
    told = pfifspec.read(pfif.placeholder(URL, STAND))
    assert told == dict.fromkeys(("entry_date", "expiry_date", "source_date"), "2026-11-21T15:00:00Z") | {
        "person_record_id": read(girl())["person_record_id"]
    }


def test_the_reading_refuses_what_is_no_record_and_no_placeholder() -> None:
    made, empty = record(girl()) or "", pfif.placeholder(URL, STAND).decode()
    named = empty.replace("</pfif:person>", "<pfif:sex>female</pfif:sex></pfif:person>")
    for broken in (
        made.replace("15:00:00Z", "15:00:00+00:00"),
        made.replace("<pfif:sex>female", "<pfif:sex>weiblich"),
        made.replace("full_name", "name"),
        named,
        empty.replace("expiry_date>2026", "expiry_date>2027"),
    ):
        assert broken not in (made, empty)
        with pytest.raises(AssertionError):
            pfifspec.read(broken)


def test_the_fields_are_those_of_person_finders_example() -> None:
    person = ET.parse(needed("pfif-1.4-example.xml")).getroot()[0]
    names = {field.tag for field in person} - {f"{pfifspec.TAG}note"}
    assert names
    assert names <= {f"{pfifspec.TAG}{name}" for name in pfifspec.FIELDS}


def test_the_notice_for_the_media_excepts_registers_where_they_may_take_somebody_over_and_only_there() -> None:
    words = load("de")
    online = {"media": frozenset({build.Medium.WEBSITE, build.Medium.ONLINE_PRESS})}
    said = "Ausgenommen sind Vermisstenregister: Sie dürfen ohne Bild"
    for scope in ({}, online):
        assert said in (notices.media(words, girl(scope=scope), build.ALL_MEDIA, URL) or "")
    without = notices.media(words, girl(scope=online | {"missing_registers": False}), build.ALL_MEDIA, URL)
    assert said not in (without or "")
