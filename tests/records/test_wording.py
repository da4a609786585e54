import jsonschema
import pytest

from fahndung.records import wording


def sentences(schema: dict[str, object], value: object) -> list[str]:
    return [wording.message(error).en for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"const": "a"}, "b", 'must be "a", not "b"'),
        ({"pattern": "^a$"}, "b", "“b” does not have the form asked for"),
        ({"minLength": 1}, "", "is empty; leave the field out"),
        ({"minItems": 2}, [1], "has 1 entries, needed are 2"),
        ({"minItems": 1}, [], "is empty; leave the field out"),
        ({"maxProperties": 1}, {"a": 1, "b": 2}, "has 2 entries, allowed are 1"),
        ({"type": "object"}, 1.5, "must be a group of fields in { }, but is a number"),
        ({"anyOf": [{"type": "object"}, {"type": "string", "minLength": 1}]}, "", "is empty; leave the field out"),
        ({"multipleOf": 2}, 3, "does not have the form that the record asks for here (multipleOf)"),
    ],
)
def test_general_sentences_serve_where_the_schema_has_none_of_its_own(
    schema: dict[str, object], value: object, expected: str
) -> None:
    assert sentences(schema, value) == [expected]


def test_a_format_that_is_not_a_time_is_named() -> None:
    validator = jsonschema.Draft202012Validator({"format": "ipv4"}, format_checker=jsonschema.FormatChecker())
    assert [wording.message(error).en for error in validator.iter_errors("x")] == ["“x” is not of the form ipv4"]


def test_the_zero_sentence_is_not_used_for_false() -> None:
    schema = {
        "type": "object",
        "x-message": {"zero": {"en": "zero", "de": "null"}, "type": {"en": "kind", "de": "Art"}},
    }
    assert sentences(schema, 0) == ["zero"]
    assert sentences(schema, False) == ["kind"]
