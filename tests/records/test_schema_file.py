import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from fahndung.records import shape

SCHEMA = shape.schema()


def nodes(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield place, part
        for name in ("properties", "$defs", "patternProperties"):
            for key, below in part.get(name, {}).items():
                yield from nodes(below, f"{place}/{key}")
        for name in ("items", "additionalProperties"):
            yield from nodes(part.get(name), f"{place}/{name}")
        for name in ("anyOf", "prefixItems"):
            for at, below in enumerate(part.get(name, ())):
                yield from nodes(below, f"{place}/{name}/{at}")


NODES = list(nodes(SCHEMA))


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_no_object_takes_unknown_fields() -> None:
    objects = [(place, part) for place, part in NODES if part.get("type") == "object"]
    assert len(objects) > 30
    assert [place for place, part in objects if part.get("additionalProperties") is not False] == []


def test_only_few_fields_are_required() -> None:
    required = set(SCHEMA["required"])
    assert required == {
        *("schema", "id", "revision", "category", "reference"),
        *("prepared_by", "authority", "legal", "texts", "contact"),
    }
    assert SCHEMA["properties"]["legal"]["required"] == ["basis"]
    assert SCHEMA["properties"]["texts"]["required"] == ["summary"]
    assert SCHEMA["$defs"]["image"]["required"] == ["id", "file", "sha256", "alt", "source"]


def test_every_field_has_a_title_and_every_definition_an_example_for_a_form() -> None:
    definitions = SCHEMA["$defs"]
    fields = [(f"{place}/{name}", field) for place, part in NODES for name, field in part.get("properties", {}).items()]
    untitled = [
        place
        for place, field in fields
        if "title" not in field and "title" not in definitions.get(field.get("$ref", "").rpartition("/")[2], {})
    ]
    assert untitled == []
    simple = {name: part for name, part in definitions.items() if part.get("type") not in ("object", "array")}
    assert [name for name, part in simple.items() if "examples" not in part] == []


def test_every_example_in_it_is_valid() -> None:
    checker = jsonschema.FormatChecker()
    count = 0
    for place, part in NODES:
        for example in part.get("examples", ()):
            whole = {**part, "$defs": SCHEMA["$defs"]}
            jsonschema.Draft202012Validator(whole, format_checker=checker).validate(example)
            count += 1
            assert place
    assert count > 60


def test_every_sentence_has_both_languages() -> None:
    sentences = [(place, sentence) for place, part in NODES for sentence in part.get("x-message", {}).values()]
    assert len(sentences) > 10
    assert [place for place, sentence in sentences if set(sentence) != {"en", "de"}] == []


@pytest.mark.parametrize("pattern", sorted({part["pattern"] for _, part in NODES if "pattern" in part}))
def test_every_pattern_holds_from_begin_to_end(pattern: str) -> None:
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    re.compile(pattern)


OTHER_LISTS = [
    "id",
    "revision",
    "reference",
    "category",
    "outcome",
    "texts/title",
    "texts/summary",
    "texts/narrative",
    "texts/questions",
    "legal/offence",
    "legal/charges",
    "event/from",
    "event/to",
    "event/places",
    "person/role",
    "names/aliases",
    "birth/dates",
    "birth/place",
    "birth/country",
    "age/text",
    "age/at",
    "person/sex",
    "person/nationalities",
    "person/languages",
    "person/height_cm",
    "person/weight_kg",
    "person/build",
    "person/complexion",
    "person/hair",
    "person/eyes",
    "person/beard",
    "person/marks",
    "person/clothing",
    "person/belongings",
    "person/occupation",
    "person/appearance_origin",
    "person/companions",
    "dead/condition",
    "dead/found_at",
    "dead/pmi",
    "object/make",
    "object/serial",
    "object/marks",
    "object/vehicle",
    "warning/code",
    "warning/text",
    "reward/amount_eur",
    "reward/conditions",
    "image/caption",
    "image/alt",
    "image/sensitive",
    "image/sha256",
    "source/captured_at",
    "videos",
    "audio",
    "posters/items/url",
    "posters/items/language",
    "contact/tip_url",
    "translations",
    "publication/published_at",
    "publication/modified_at",
    "publication/until",
    "foreign_ids",
]


@pytest.mark.parametrize("place", OTHER_LISTS)
def test_what_other_police_lists_carry_has_a_place(place: str) -> None:
    places = {f"{where}/{name}" for where, part in NODES for name in part.get("properties", {})}
    assert any(known.endswith(f"/{place}") for known in places)
