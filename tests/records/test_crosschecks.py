from typing import Any

import pytest

from fahndung.records import crosschecks
from tests.records.build import ORDER, image, person, record, refused


def _faced(face: dict[str, Any]) -> dict[str, Any]:
    return person() | {"images": [image(shows=["p1"], faces=[{"box": [0, 0, 9, 9], **face}])]}


TWINS = [{"id": "p1", "role": "suspect"}, {"id": "p1", "role": "victim"}]


@pytest.mark.parametrize(
    ("untrusted", "field", "words"),
    [
        (record(persons=TWINS), "persons/1/id", "“p1” is already the id of persons/0"),
        (record(images=[image(), image()]), "images/1/id", "already the id of images/0"),
        (record(objects=[{"id": "a", "kind": {"de": "Rad"}}] * 2), "objects/1/id", "already the id"),
        (record(images=[image(object="car")]), "images/0/object", "not the id of an object"),
        (
            record(
                persons=[{"id": "p1", "role": "victim"}],
                objects=[{"id": "car", "kind": {"de": "Pkw"}}],
                images=[image(object="car", shows=["p1"])],
            ),
            "images/0/object",
            "shows nobody",
        ),
        (_faced({"person": "p9"}), "images/0/faces/0/person", "“p9” is not in “shows”"),
        (_faced({}), "images/0/faces/0", "names a person of “shows”, or who waived it"),
        (_faced({"by": "k.muster"}), "images/0/faces/0", "names a person of “shows”, or who waived it"),
        (_faced({"person": "p1", "by": "k.muster", "reason": "a"}), "images/0/faces/0", "names a person of “shows”"),
        (record(images=[image(shows=["p9"])]), "images/0/shows/0", "“p9” is not the id of a person"),
        (
            record(unlock=[{"field": "persons/3/birth", "reason": "a", "by": "b"}]),
            "unlock/0/field",
            "“3” is not the id",
        ),
        (person(age={"min": 30, "max": 20}), "persons/0/age", "min 30 is more than max 20"),
        (person(height_cm={"min": 181, "max": 180}), "persons/0/height_cm", "runs backwards"),
        (person(weight_kg={"min": 81, "max": 80}), "persons/0/weight_kg", "runs backwards"),
        (record(legal={"basis": "a", "order": ORDER, "decision": ORDER}), "legal/decision", "not both"),
        (
            record(publication={"not_before": "2026-11-21T08:00:00+01:00", "until": "2026-11-21T07:00:00Z"}),
            "publication/until",
            "lies before “not_before” or at the same instant",
        ),
        (
            record(legal={"basis": "a", "order": ORDER | {"at": "2027-02-20T00:00:00+01:00"}}),
            "legal/order/scope/until",
            "lies before “at”",
        ),
        (record(event={"from": "2026-11-02", "to": "2026-11-01T10:00"}), "event/to", "lies before “from”"),
        (record(event={"from": "2026-13-01"}), "event/from", "is not a local time"),
        (record(event={"to": "2026-11-01T22:10+01:00"}), "event/to", "is not a local time"),
        (person(birth={"date": "1990-02-30"}), "persons/0/birth/date", "1990-02-30 is not a day of the calendar"),
        (person(birth={"dates": ["1990", "1991-13"]}), "persons/0/birth/dates/1", "not a day of the calendar"),
        (
            person(condition={"de": "a"}, dead={"condition": {"de": "b"}}),
            "persons/0/dead/condition",
            "already stands in persons/0/condition",
        ),
        (record(outcome={"kind": "captured"}), "outcome/kind", "the search is over (captured)"),
        (person(outcome={"kind": "found"}), "persons/0/outcome/kind", "the search is over (found)"),
    ],
)
def test_a_contradiction_is_told_at_its_place(untrusted: object, field: str, words: str) -> None:
    messages = refused(untrusted)
    assert list(messages) == [field]
    assert words in messages[field]


@pytest.mark.parametrize(
    "untrusted",
    [
        record(event={"from": "2026-11-01T22:10", "to": "2026-11-01T22:10"}),
        record(event={"from": "2026-11", "to": "2026-11-01"}),
        record(event={"from": "am Abend", "to": "2026-11-01"}),
        person(age={"min": 20, "max": 20}, names={"aliases": ["„Momo“"]}),
        person(age={"max": 20}),
        person(birth={"dates": ["1990", "--05-04"]}, outcome={"kind": "open"}),
        person() | {"images": [image(shows=["p1"])]},
        person() | {"unlock": [{"field": "persons/0/birth", "reason": "a", "by": "b"}]},
        person() | {"unlock": [{"field": "persons/p1/birth", "reason": "a", "by": "b"}]},
        record(unlock=[{"field": "birth", "reason": "a", "by": "b"}]),
        record(publication={"not_before": "2026-11-21T08:00:00+01:00"}),
    ],
)
def test_what_agrees_passes(untrusted: object) -> None:
    assert refused(untrusted) == {}


@pytest.mark.parametrize("untrusted", [None, [], {"persons": 3, "images": [1], "event": "x", "legal": []}, {}])
def test_records_of_any_shape_are_survived(untrusted: Any) -> None:
    assert crosschecks.problems(untrusted) == []


def test_values_of_the_wrong_kind_are_left_to_the_schema() -> None:
    wrong = {
        "persons": [{"id": 1, "age": {"min": "a", "max": 2}, "birth": {"date": 3}}],
        "images": [{"shows": "p1"}],
        "unlock": [{"field": 1}],
        "publication": {"not_before": "gestern", "until": 4},
        "event": {"from": 2026},
    }
    assert [problem.field for problem in crosschecks.problems(wrong)] == []
