import json

import pytest

from fahndung.errors import InvalidRecord
from fahndung.records import reading
from tests.records.build import record


def message(untrusted: bytes) -> str:
    with pytest.raises(InvalidRecord) as caught:
        reading.values(untrusted)
    assert caught.value.exit_code == 3
    assert caught.value.message.de
    return caught.value.message.en


def test_json_comes_out_as_values() -> None:
    assert reading.values(json.dumps(record()).encode()) == record()


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert reading.values(b'\xef\xbb\xbf{"a": 1.5}') == {"a": 1.5}


@pytest.mark.parametrize("untrusted", [b"", b" \n\t"])
def test_an_empty_file_is_named_empty(untrusted: bytes) -> None:
    assert message(untrusted) == "appeal.json: appeal.json is empty"


def test_broken_json_is_told_with_line_and_column() -> None:
    assert "line 2, column 1" in message(b'{"a": 1,\n}')


def test_bytes_that_are_not_utf8_are_told_with_their_line() -> None:
    assert "byte 8 in line 2" in message(b'{"a":\n "\xe4"}')


def test_a_record_of_just_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    least = b'{"a": ""}'
    largest = b'{"a": "' + b"x" * (reading.LARGEST_RECORD - len(least)) + b'"}'
    assert len(largest) == reading.LARGEST_RECORD
    assert isinstance(reading.values(largest), dict)
    assert "larger than 1 MiB" in message(largest + b" ")


def test_nesting_up_to_the_limit_is_read_and_one_level_more_is_not() -> None:
    deepest = b"[" * reading.DEEPEST + b"]" * reading.DEEPEST
    assert isinstance(reading.values(deepest), list)
    assert "nested more than 32 levels" in message(b"[" + deepest + b"]")


@pytest.mark.parametrize("untrusted", [b"[" * 500_000, b'{"a":' * 100_000, b"[" * 900_000 + b"]" * 100_000])
def test_hostile_nesting_ends_in_a_message_not_in_a_crash(untrusted: bytes) -> None:
    assert "nested" in message(untrusted)


def test_brackets_inside_texts_are_not_nesting() -> None:
    text = "[{" * 100 + '\\"' + "[" * 100
    assert reading.values(b'{"a": "' + text.encode() + b'"}') == {"a": text.replace('\\"', '"')}


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 5000])
def test_numbers_that_are_none_are_refused(number: bytes) -> None:
    assert "a number that no appeal needs" in message(b'{"a": ' + number + b"}")


def test_names_that_stand_twice_are_kept_for_the_report() -> None:
    value = reading.values(b'{"a": 1, "b": 2, "a": 3, "b": 4, "c": 5}')
    assert isinstance(value, reading.RepeatedNames)
    assert value.repeated == ("a", "b")
