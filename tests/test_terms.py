"""What the force demands of an account: spans, regions that meet, and what the schema lets which kind say."""

import dataclasses
import datetime as dt
import json
import pathlib

import pytest

from fahndung import channels, resources, terms
from fahndung.channels.kinds import KIND_MEDIA
from fahndung.errors import InvalidConfig
from fahndung.home.config import parse_config
from fahndung.model.appeal import Category
from fahndung.model.mandate import Medium
from tests.home.test_config import CONFIG

OWN = '\n[[channels]]\nname = "bote"\nkind = "bote"\n'
ALL = {"regions", "categories", "ttl", "embargo", "posts_per_day"}
ALLOWED: dict[Medium | None, set[str]] = {
    Medium.WEBSITE: {"regions", "categories"},
    Medium.PRINT: {"regions", "categories", "embargo"},
}


@pytest.mark.parametrize(
    ("text", "minutes", "en", "de"),
    [
        ("15min", 15, "15 minutes", "15 Minuten"),
        ("60min", 60, "one hour", "eine Stunde"),
        ("47h", 47 * 60, "47 hours", "47 Stunden"),
        ("2d", 48 * 60, "48 hours", "48 Stunden"),
        ("90min", 90, "90 minutes", "90 Minuten"),
    ],
)
def test_a_span_is_read_and_told(text: str, minutes: int, en: str, de: str) -> None:
    length = terms.span(text)
    assert length == dt.timedelta(minutes=minutes)
    assert terms.told(length) == (en, de)


@pytest.mark.parametrize("text", ["", "0h", "48", "48 h", "1w", "-1h", "123456h"])
def test_no_other_word_is_a_span(text: str) -> None:
    with pytest.raises(ValueError, match="no span"):
        terms.span(text)
    with pytest.raises(InvalidConfig):
        parse_config(f'{CONFIG}{OWN}ttl = "{text}"\n', pathlib.Path("/"))


@pytest.mark.parametrize(
    ("own", "other", "met"),
    [
        (["DED"], ["DED5"], True),
        (["DED5"], ["DED"], True),
        (["DED5"], ["DED2"], False),
        (["DED2", "DED5"], ["DE1", "ded5"], True),
        ([], ["DED5"], True),
        (["DED5"], [], True),
        (["14713"], ["147"], True),
        (["14713"], ["14729"], False),
    ],
)
def test_regions_meet_where_one_code_begins_with_the_other(own: list[str], other: list[str], met: bool) -> None:
    assert terms.meet(own, other) is met


def test_the_terms_of_an_account_are_read_told_and_no_business_of_its_connector(tmp_path: pathlib.Path) -> None:
    said = 'regions = ["DED5"]\ncategories = ["missing"]\nttl = "47h"\nembargo = "15min"\nposts_per_day = 3\n'
    config = parse_config(CONFIG + OWN + said, tmp_path)
    assert config.terms["website"] == terms.Terms()
    assert config.terms["website"].words("en") == []
    own = config.terms["bote"]
    assert own == terms.Terms(
        regions=("DED5",),
        categories=frozenset({Category.MISSING}),
        ttl=dt.timedelta(hours=47),
        embargo=dt.timedelta(minutes=15),
        posts_per_day=3,
    )
    assert (config.stays, config.most_a_day) == ({"bote": dt.timedelta(hours=47)}, {"bote": 3})
    assert own.as_json() == {
        "regions": ["DED5"],
        "categories": ["missing"],
        "ttl": 47 * 3600.0,
        "embargo": 900.0,
        "posts_per_day": 3,
    }
    assert own.words("en") == [
        "regions DED5 only",
        "missing only",
        "a copy stays 47 hours at most",
        "15 minutes later than everything else",
        "3 appeals in 24 hours at most",
    ]
    assert "höchstens 47 Stunden" in " ".join(own.words("de"))
    assert ALL <= channels.NOT_THE_CONNECTORS
    assert ALL == {field.name for field in dataclasses.fields(terms.Terms)} == terms.KEYS


def test_the_schema_lets_each_kind_say_what_makes_sense_there() -> None:
    schema = json.loads(resources.schema_text("config-1.json"))["properties"]["channels"]["items"]
    said = {
        part["if"]["properties"]["kind"]["const"]: ALL & part["then"]["properties"].keys() for part in schema["allOf"]
    }
    assert said.keys() == channels.KINDS.keys()
    assert said == {kind: ALLOWED.get(KIND_MEDIA.get(kind), ALL) for kind in said}
    assert schema["properties"]["categories"]["items"]["enum"] == [category.value for category in Category]


def test_one_appeal_a_day_is_told_in_the_singular() -> None:
    for most, de, en in ((1, "1 Fahndung", "1 appeal"), (2, "2 Fahndungen", "2 appeals")):
        own = terms.Terms(posts_per_day=most)
        assert own.words("de") == [f"höchstens {de} in 24 Stunden"]
        assert own.words("en") == [f"{en} in 24 hours at most"]
