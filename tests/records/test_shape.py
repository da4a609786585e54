from typing import Any

import pytest

from fahndung.errors import InvalidRecord
from fahndung.records import parse
from tests.records.build import image, person, record, refused

HOUSE = {"en": "x"}


def order(**more: Any) -> dict[str, Any]:
    basis = {"by": "judge", "authority": "AG", "reference": "1", "at": "2026-11-20T15:00:00+01:00"}
    return record(legal={"basis": "stpo-131b-1", "order": basis | more})


def test_the_least_record_passes() -> None:
    assert refused(record()) == {}


@pytest.mark.parametrize("name", sorted(set(record()) - {"schema"}))
def test_each_required_field_is_asked_for_by_its_title(name: str) -> None:
    short = record()
    del short[name]
    assert list(refused(short)) == [name]
    assert refused(short)[name].startswith("is missing (")


def test_a_missing_schema_field_is_asked_for_with_the_rest() -> None:
    assert "schema" in refused({"id": "a"})
    assert len(refused({"id": "a"})) == 9


@pytest.mark.parametrize("version", ["fahndung/appeal/2", "", None, 1])
def test_another_form_gets_one_message_and_nothing_else(version: object) -> None:
    messages = refused({"schema": version, "unknown": 1, "id": "../x"})
    assert list(messages) == ["schema"]


def test_the_message_about_another_form_names_both_forms() -> None:
    message = refused(record(schema="fahndung/appeal/2"))["schema"]
    assert message == ('this program reads records of the form fahndung/appeal/1, this one says "fahndung/appeal/2"')


@pytest.mark.parametrize("untrusted", [None, [], "x", 1, True])
def test_what_is_not_an_object_is_no_record(untrusted: object) -> None:
    assert list(refused(untrusted)) == [""]


@pytest.mark.parametrize(
    ("untrusted", "field", "words"),
    [
        (person(heigth_cm={}), "persons/0/heigth_cm", "did you mean “height_cm”?"),
        (person(height={"min": 1}), "persons/0/height", "did you mean “height_cm”?"),
        (record(legal={"basis": "x", "imminent_danger": "x"}), "legal/imminent_danger", "it stands in legal/order"),
        (record(Category="missing"), "Category", "did you mean “category”?"),
        (record(hair={"de": "rot"}), "hair", "it stands in persons[]/hair"),
        (record(captured_a="x"), "captured_a", "it stands in images[]/source/captured_at"),
        (record(xyzzy=1), "xyzzy", "remove it"),
        (record(**{"a/b": 1}), "a~1b", "there is no field “a/b” here"),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest_known_one(untrusted: object, field: str, words: str) -> None:
    assert words in refused(untrusted)[field]


@pytest.mark.parametrize(
    ("untrusted", "field", "message"),
    [
        (person(height_cm=0), "persons/0/height_cm", "0 is not a height; leave the field out if it is unknown"),
        (person(height_cm={"min": 0}), "persons/0/height_cm/min", "0 is not a height; leave the field out if it is"),
        (person(weight_kg={"max": 0}), "persons/0/weight_kg/max", "0 is not a weight; leave the field out if it is"),
        (person(height_cm=180), "persons/0/height_cm", "is written as a range"),
        (person(height_cm={"min": 29}), "persons/0/height_cm/min", "29 is less than 30; check the figure"),
        (person(height_cm={"min": 261}), "persons/0/height_cm/min", "261 is more than 260; check the figure"),
        (person(height_cm={"min": 180.5}), "persons/0/height_cm/min", "must be a whole number, but is a number"),
        (person(height_cm={}), "persons/0/height_cm", "is empty; leave the field out"),
        (person(age={"min": 121}), "persons/0/age/min", "121 is more than 120"),
        (person(hair="rot"), "persons/0/hair", 'a text for citizens is written by language: {"de": "…"}'),
        (person(hair={"en": "red"}), "persons/0/hair/de", 'the German text ("de") is missing'),
        (person(hair={"de": "rot", "EN": "red"}), "persons/0/hair/EN", "“EN” is not a language code"),
        (person(hair={"de": "rot\nkurz"}), "persons/0/hair/de", "must be one line, without line breaks"),
        (person(hair={"de": "rot\n"}), "persons/0/hair/de", "must be one line, without line breaks"),
        (person(hair={"de": "x" * 301}), "persons/0/hair/de", "has 301 characters, allowed are 300"),
        (person(role="culprit"), "persons/0/role", '"culprit" is none of: suspect, convict, witness'),
        (person(sex="M"), "persons/0/sex", '"M" is none of: male, female, diverse'),
        (person(names=None), "persons/0/names", "is null, but must be a group of fields in { }"),
        (person(nationalities=["deutsch", "deutsch"]), "persons/0/nationalities", 'names "deutsch" twice'),
        (person(birth={"date": "4.5.1990"}), "persons/0/birth/date", "4.5.1990 is not a date: write 1990-05-04"),
        (record(id="PDL/2026"), "id", "PDL/2026 is not an id"),
        (record(id="a..b"), "id", "a..b is not an id"),
        (record(id="a\n"), "id", "must be one line"),
        (record(id="a" * 65), "id", "is not an id"),
        (record(prepared_by="K. Muster"), "prepared_by", "K. Muster is not an id"),
        (record(revision=0), "revision", "0 is less than 1"),
        (record(revision=True), "revision", "must be a whole number, but is true or false"),
        (record(revision="1"), "revision", "must be a whole number, but is a text in quotation marks"),
        (record(reference=5), "reference", "must be a text in quotation marks, but is a whole number"),
        (record(persons={}), "persons", "must be a list in [ ], but is a group of fields"),
        (record(archive_offer="ja"), "archive_offer", "must be true or false, but is a text"),
        (order(at="2026-11-20T15:00"), "legal/order/at", "2026-11-20T15:00 has no offset; write 2026-11-20T15:00:00+"),
        (order(at="gestern"), "legal/order/at", "“gestern” is not an instant"),
        (order(at=1795), "legal/order/at", "an instant is a text such as"),
        (order(scope={"media": ["web"]}), "legal/order/scope/media/0", '"web" is none of: website, social'),
        (order(scope={"media_until": {"tv": "P1H"}}), "legal/order/scope/media_until/tv", "P1H is neither an instant"),
        (order(scope={"media_until": {"tv": 3}}), "legal/order/scope/media_until/tv", "3 is neither an instant"),
        (order(scope={"region_codes": ["Sachsen"]}), "legal/order/scope/region_codes/0", "Sachsen is neither a NUTS"),
        (record(contact={"office": "a", "phone": "1", "email": "x"}), "contact/email", "x is not an e-mail address"),
        (record(contact={"office": "a", "phone": "1", "tip_url": "http://a.example"}), "contact/tip_url", "https://"),
        (
            record(contact={"office": "a", "phone": "1", "tip_url": "https://u@a.example"}),
            "contact/tip_url",
            "https://",
        ),
        (record(images=[image(sha256="ABC")]), "images/0/sha256", "a SHA-256 is 64 digits"),
        (record(images=[image(bystanders="waived: ")]), "images/0/bystanders", "is none of: none, redacted, waived"),
        (record(images=[image(frame=0)]), "images/0/frame", "0 is less than 1"),
        (record(images=[image(frame=1.5)]), "images/0/frame", "must be a whole number"),
        (record(images=[image(crop=[0, 0, 1])]), "images/0/crop", "a box is [x, y, width, height]"),
        (record(images=[image(crop=[0, 0, 1, 1, 1])]), "images/0/crop", "a box is [x, y, width, height]"),
        (record(images=[image(crop="0,0,1,1")]), "images/0/crop", "a box is [x, y, width, height]"),
        (record(images=[image(faces=[{"by": "a", "reason": "b"}])]), "images/0/faces/0/box", ""),
        (
            record(images=[image(faces=[{"box": [0, 0, 1, 1], "by": "a", "reason": " "}])]),
            "images/0/faces/0/reason",
            "",
        ),
        (record(images=[image(focus=[-1, 0, 1, 1])]), "images/0/focus/0", "a box is [x, y, width, height]"),
        (record(images=[image(focus=[0, 0, 1, 0])]), "images/0/focus/3", "a box is [x, y, width, height]"),
        (record(images=[image(focus=[0, 0, 1.5, 1])]), "images/0/focus/2", "a box is [x, y, width, height]"),
        (
            record(images=[image(redactions=[{}])]),
            "images/0/redactions/0",
            "needs exactly one of: box, ellipse, polygon",
        ),
        (
            record(images=[image(redactions=[{"box": [1, 1, 1, 1], "ellipse": [1, 1, 1, 1]}])]),
            "images/0/redactions/0",
            "needs exactly one of: box, ellipse, polygon",
        ),
        (
            record(images=[image(redactions=[{"ellipse": [1, 1, 1]}])]),
            "images/0/redactions/0/ellipse",
            "a box is [x, y, width, height]",
        ),
        (
            record(images=[image(redactions=[{"polygon": [[1, 1], [2, 2]]}])]),
            "images/0/redactions/0/polygon",
            "has 2 entries, needed are 3",
        ),
        (
            record(images=[image(redactions=[{"polygon": [[1, 1], [2, 2], [3, 1, 4]]}])]),
            "images/0/redactions/0/polygon/2",
            "a corner is [x, y]",
        ),
        (
            record(images=[image(redactions=[{"polygon": [[1, 1], [2, -2], [3, 1]]}])]),
            "images/0/redactions/0/polygon/1/1",
            "a corner is [x, y]",
        ),
        (record(images=[image(fill="blur")]), "images/0/fill", '"blur" is none of: solid, noise'),
        (record(images=[image(id=f"i{at}") for at in range(51)]), "images", "has 51 entries, allowed are 50"),
        (record(event={"places": [{"role": "a", "text": "b", "lat": 1}]}), "event/places/0", "“lat” needs “lon”"),
        (
            record(event={"places": [{"role": "a", "text": "b", "lat": 91, "lon": 0}]}),
            "event/places/0/lat",
            "91 is more",
        ),
        (record(warning={"code": "Waffen!"}), "warning/code", "Waffen! is not a code such as armed"),
    ],
)
def test_a_mistake_is_told_in_a_plain_sentence(untrusted: object, field: str, message: str) -> None:
    messages = refused(untrusted)
    assert list(messages) == [field]
    assert message in messages[field]


def test_german_sentences_quote_the_german_way() -> None:
    with pytest.raises(InvalidRecord) as caught:
        parse(person(hair={"de": "rot", "EN": "red"}))
    assert caught.value.problems[0].message.de.startswith("„EN“ ist kein Sprachkürzel")


@pytest.mark.parametrize(
    "untrusted",
    [
        order(scope={"media_until": {"tv": "P14D", "print": "2026-12-01T00:00:00+01:00"}}),
        record(contact={"office": "a", "phone": "1", "tip_url": "http://127.0.0.1:8080/hinweis"}),
        person(hair={"de": "rot", "hsb": "čerwjene", "zh-Hant": "紅"}),
        person(age={"min": 0, "max": 0}),
        person(height_cm={"min": 30, "max": 260}),
        record(images=[image(bystanders="waived: Ladeninhaber, einverstanden")]),
    ],
)
def test_unusual_but_right_values_pass(untrusted: object) -> None:
    assert refused(untrusted) == {}


@pytest.mark.parametrize("rule", ["R01", "R10", "R39", "R45"])
def test_an_answer_names_a_rule(rule: str) -> None:
    assert refused(_answer(rule)) == {}


@pytest.mark.parametrize("rule", ["R00", "R46", "R1", "r15", "R15 ", "R15\n", "R150", ""])
def test_an_answer_to_a_rule_that_there_is_not_is_refused(rule: str) -> None:
    assert list(refused(_answer(rule))) == ["answers/0/rule"]


def _answer(rule: str) -> dict[str, Any]:
    return record(answers=[{"rule": rule, "by": "k.muster", "at": "2026-11-20T15:00:00+01:00", "reason": "x"}])
