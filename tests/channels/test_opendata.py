"""The JSON API against its own schema, ninjs against IPTC's where it is at hand (``FAHNDUNG_SPECS``)."""

import dataclasses
import datetime as dt
import json
import pathlib
from typing import Any

import jsonschema
import pytest

from fahndung import resources
from fahndung.channels import opendata
from fahndung.model.appeal import Category

from .openapi import needed
from .test_feeds import BASE, ENDED, entry

END = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
ENDING = dataclasses.replace(entry(1, 1, category="missing"), expires=END)


def schema(part: str = "") -> jsonschema.Draft202012Validator:
    whole = json.loads(resources.schema_text("appeals-1.json"))
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": whole["$defs"]} if part else whole)


def test_the_list_tells_active_and_ended_appeals_in_the_documented_form() -> None:
    values = json.loads(opendata.appeals(BASE, "PD Musterstadt", [ENDING, entry(2, 2)], [ENDED]))
    schema().validate(values)
    assert [one["id"] for one in values["appeals"]] == [entry(2, 2).id, ENDING.id]
    assert [one["expires"] for one in values["appeals"]] == [None, "2026-12-01T12:00:00Z"]
    assert values["withdrawn"] == [
        {"id": ENDED.id, "status": "withdrawn", "url": ENDED.url, "at": "2026-11-30T00:00:00Z"}
    ]
    assert values["updated"] == "2026-11-30T00:00:00Z"


def test_an_empty_list_is_valid_and_reads_no_clock() -> None:
    values = json.loads(opendata.appeals(BASE, "PD", [], []))
    schema().validate(values)
    assert values["updated"] == "1970-01-01T00:00:00Z"


def test_a_single_appeal_is_what_the_list_says_of_it() -> None:
    alone = json.loads(opendata.appeal_file(ENDING))
    schema("active").validate(alone)
    assert alone == opendata.appeal(ENDING)
    assert alone["api_url"] == f"{BASE}api/v1/appeals/{ENDING.slug}.json"
    assert alone["alert_url"] == f"{BASE}cap/{ENDING.slug}.xml"


def test_nothing_is_told_beyond_the_entry_and_no_picture() -> None:
    told = {ENDING.id, ENDING.url, ENDING.title, ENDING.summary, ENDING.category, "active"}
    told |= {"2026-11-01T15:00:00Z", "2026-12-01T12:00:00Z"}
    told |= {f"{BASE}api/v1/appeals/{ENDING.slug}.json", f"{BASE}cap/{ENDING.slug}.xml"}
    assert set(opendata.appeal(ENDING).values()) == told
    assert b"bilder/" not in opendata.appeals(BASE, "PD", [ENDING], [ENDED]) + opendata.ninjs([ENDING], [ENDED])


def test_the_documented_example_fits_the_schema() -> None:
    text = (pathlib.Path(__file__).parents[2] / "docs/feeds.md").read_text("utf-8").partition("## The JSON API")[2]
    example = json.loads(
        "".join(line for line in text.splitlines(keepends=True) if line.startswith("    ")).partition("    <alert")[0]
    )
    schema().validate(example)
    assert [len(example[name]) for name in ("appeals", "withdrawn")] == [1, 1]


def test_the_schema_knows_every_category_and_no_other() -> None:
    known = json.loads(resources.schema_text("appeals-1.json"))["$defs"]["active"]["properties"]["category"]["enum"]
    assert known == [one.value for one in Category]


def test_ninjs_says_usable_while_it_runs_and_canceled_afterwards() -> None:
    running, ended = json.loads(opendata.ninjs([ENDING], [ENDED]))
    assert (running["uri"], running["pubstatus"], running["expires"]) == (ENDING.id, "usable", "2026-12-01T12:00:00Z")
    assert running["headlines"] == [{"value": ENDING.title}]
    assert (ended["uri"], ended["pubstatus"]) == (ENDED.id, "canceled")
    assert ended["versioncreated"] == "2026-11-30T00:00:00Z"
    assert ended["descriptions"] == [{"value": ENDED.summary}]
    assert ended.keys() == running.keys() - {"expires", "renditions"}
    assert "expires" not in opendata.ninjs_item(entry(2, 2))


def test_ninjs_fits_the_schema_of_iptc() -> None:
    rules: dict[str, Any] = json.loads(needed("ninjs-schema_2.1.json").read_text("utf-8"))
    for one in json.loads(opendata.ninjs([ENDING, entry(2, 2)], [ENDED])):
        jsonschema.Draft202012Validator(rules).validate(one)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(rules).validate(one | {"pubstatus": "ended"})
