import datetime as dt
import re

import babel
import pytest

from fahndung.model.appeal import Category, Event, Plan
from fahndung.model.mandate import Authority
from fahndung.texts import dates
from fahndung.texts.words import load
from tests.texts import build

WORDS = load("de")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC), "20.11.2026, 16:00 Uhr"),
        (dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC), "02.07.2026, 00:30 Uhr"),
    ],
)
def test_instants_are_told_in_berlin_time(at: dt.datetime, expected: str) -> None:
    assert dates.instant(WORDS, at) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2027-01-15T00:00+01:00", "gültig bis 14.01.2027, 24:00 Uhr"),
        ("2027-01-15T00:00:30+01:00", "gültig bis 14.01.2027, 24:00 Uhr"),
        ("2027-01-14T23:59+01:00", "gültig bis 14.01.2027, 23:59 Uhr"),
        ("2027-01-15T00:01+01:00", "gültig bis 15.01.2027, 00:01 Uhr"),
        ("2027-01-01T00:00+01:00", "gültig bis 31.12.2026, 24:00 Uhr"),
        ("2026-07-01T22:00+00:00", "gültig bis 01.07.2026, 24:00 Uhr"),
        ("2027-01-15T16:30:59+01:00", "gültig bis 15.01.2027, 16:30 Uhr"),
    ],
)
def test_an_exclusive_end_is_never_printed_later_than_it_is(end: str, expected: str) -> None:
    assert dates.valid_until(WORDS, dt.datetime.fromisoformat(end)) == expected


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        ("2026", "2026"),
        ("2026-11", "November 2026"),
        ("2026-11-01", "1. November 2026"),
        ("2026-11-01T22:10", "1. November 2026, 22:10 Uhr"),
        ("2026-11-01T22:10:30", "1. November 2026, 22:10 Uhr"),
        ("2026-11-01T22:10+00:00", "1. November 2026, 23:10 Uhr"),
        ("2026-03-04T05:06", "4. März 2026, 05:06 Uhr"),
        ("--05-04", "4. Mai"),
        ("--02-29", "29. Februar"),
        ("Mitte Oktober 2026", "Mitte Oktober 2026"),
        ("2026-13", "2026-13"),
        ("2026-02-30", "2026-02-30"),
        ("2026-11-01T25:10", "2026-11-01T25:10"),
        ("0000", "0000"),
    ],
)
def test_partial_times_are_told_as_far_as_they_are_known(partial: str, expected: str) -> None:
    assert dates.partial(WORDS, partial) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, None),
        ("2026-11", None, "November 2026"),
        (None, "2026-11-01", "bis 1. November 2026"),
        ("2026-11-01", "2026-11-01", "1. November 2026"),
        ("2026-11-01T22:10", "2026-11-01T22:20", "1. November 2026, 22:10 bis 22:20 Uhr"),
        ("2026-11-01T22:10", "2026-11-02T01:00", "1. November 2026, 22:10 Uhr bis 2. November 2026, 01:00 Uhr"),
        ("2026-11-01", "2026-11-01T23:00", "1. November 2026 bis 1. November 2026, 23:00 Uhr"),
        ("gegen Mittag", "abends", "gegen Mittag bis abends"),
    ],
)
def test_a_span_of_time_is_told_once(start: str | None, end: str | None, expected: str | None) -> None:
    assert dates.when(WORDS, Event(start=start, end=end)) == expected


def test_the_stand_is_the_planned_one_else_the_mandates() -> None:
    case = build.missing()
    assert dates.stand_instant(case) == build.STAND
    without = build.missing(publication=Plan())
    assert dates.stand_instant(without) == build.mandate(Authority.POLICE, "x").at
    draft = build.missing(publication=Plan(), legal=build.legal(Category.MISSING, decision=None))
    assert dates.stand_instant(draft) is None


CLDR = {"en": "en_GB"}
"""The locale whose habits a language follows, where it is not its own."""


def pattern(written: object) -> str:
    """A pattern of CLDR as ours are written: the year in four figures, no words, and the blank that the font has."""
    text = re.sub(r"\by+\b", "yyyy", str(written)).replace("\u202f", "\u00a0")
    return text.removesuffix("'hodź'.").strip()


@pytest.mark.parametrize("lang", ["de", "en", "pl", "cs", "hsb", "uk", "ru", "tr", "ar", "fa"])
def test_dates_and_times_are_written_as_cldr_has_them(lang: str) -> None:
    locale, ours = babel.Locale.parse(CLDR.get(lang, lang)), load(lang).texts("formats")
    skeletons = locale.datetime_skeletons
    # DIN 5008 has two figures each; 12/11/2026 is November in London and December in New York
    numeric = locale.date_formats["medium"] if lang in {"de", "en"} else skeletons["yMd"]
    expected = {
        "date": pattern(numeric) if lang != "ar" else "yyyy/M/d",  # the same picture, without the marks of direction
        "day": pattern(locale.date_formats["long"].pattern),
        "day_without_year": pattern(skeletons["MMMMd"]),
        "month": pattern(skeletons["yMMMM"]),
        "time": pattern(skeletons["Hm"]),
    }
    assert {key: ours[key].replace("'р.'", "'р'.").replace("'г.'", "'г'.") for key in expected} == expected


@pytest.mark.parametrize("lang", ["de", "en", "pl", "cs", "hsb", "uk", "ru", "tr"])
def test_the_sign_of_the_euro_stands_where_cldr_has_it(lang: str) -> None:
    written = str(babel.Locale.parse(CLDR.get(lang, lang)).currency_formats["standard"].pattern)
    ours = load(lang).text("formats.money").replace("€", "¤")
    assert ours.replace(" ", "\u00a0") == written.replace("#,##0.00", "#,##0")
