import datetime as dt
from typing import Any

import pytest

from fahndung.errors import InvalidRecord
from fahndung.records import cleaning, reading


def problems(untrusted: object) -> dict[str, str]:
    _, found = cleaning.cleaned(untrusted)
    return {problem.field: problem.message.en for problem in found}


def test_texts_come_out_in_nfc_with_unix_line_ends() -> None:
    assert cleaning.cleaned({"a": ["Mu\u0308ller\r\n\r\nAbsatz"]}) == ({"a": ["Müller\n\nAbsatz"]}, [])


def test_the_input_is_not_changed() -> None:
    untrusted: dict[str, Any] = {"a": {"b": ["u\u0308"]}}
    cleaning.cleaned(untrusted)
    assert untrusted == {"a": {"b": ["u\u0308"]}}


@pytest.mark.parametrize(
    "text",
    ["a\u00a0b", "Mann\u00adheim", "a\u200eb", "\u2067אב\u2069", "\u200dﻡ\u200c", "<p>fett</p> &amp;", "„Momo“ 👮‍♀️"],
)
def test_texts_that_can_be_printed_pass(text: str) -> None:
    assert problems([text]) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a\x00b", "U+0000"),
        ("a\tb", "U+0009"),
        ("a\rb", "U+000D"),
        ("a\x85b", "U+0085"),
        ("a\u202eb", "U+202E"),
        ("a\u200fb", "U+200F"),
        ("a\u200bb", "U+200B"),
        ("\ufeffa", "U+FEFF"),
        ("a\u2028b", "U+2028"),
        ("a\ud800", "U+D800"),
        ("a\ufffe", "U+FFFE"),
        ("a\ufdd0", "U+FDD0"),
        ("a\U000e0041", "U+E0041"),
        ("a\ue000", "U+E000"),
    ],
)
def test_invisible_characters_are_named_by_their_number(text: str, name: str) -> None:
    assert problems({"x": text}) == {"x": f"holds characters that cannot be seen ({name}); remove them"}


@pytest.mark.parametrize("text", ["a\u2067b", "a\u2069b", "\u2067a\nb\u2069"])
def test_a_text_direction_must_be_closed_in_its_own_paragraph(text: str) -> None:
    assert "without closing" in problems({"x": text})["x"]


@pytest.mark.parametrize(
    "text", ["-", "–", "?", "k. A.", "k.A.", "n/a", "N/A", "unbekannt", "Unknown", " keine Angabe "]
)
def test_placeholders_for_unknown_are_refused(text: str) -> None:
    assert "leave the field out" in problems({"x": text})["x"]


@pytest.mark.parametrize("text", ["Null", "A", "unbekannter Mann", "0", "K. Anders"])
def test_short_texts_that_say_something_pass(text: str) -> None:
    assert problems({"x": text}) == {}


def test_none_is_a_value_where_the_form_has_it() -> None:
    assert problems({"bystanders": "none", "names": {"shown": "none"}}) == {}
    assert list(problems({"hair": "none"})) == ["hair"]


@pytest.mark.parametrize("text", ["", "  ", "\u00a0\n"])
def test_empty_texts_are_refused(text: str) -> None:
    assert problems({"x": text})["x"].startswith("is empty")


def test_names_of_fields_are_checked_too() -> None:
    assert problems({"a\u202eb": 1, 7: 2, "": 3}) == {
        "a\\u202eb": "a\\u202eb is not a field",
        "7": "7 is not a field",
        "": " is not a field",
    }


def test_a_name_that_stands_twice_is_told_with_its_place() -> None:
    value = reading.values(b'{"a": [{"b": 1, "b": 2}]}')
    assert problems(value) == {"a/0/b": "stands here twice; keep one"}


@pytest.mark.parametrize("value", [(1,), b"x", dt.date(2026, 1, 1), float("nan"), float("inf"), {1, 2}, 1j])
def test_values_that_json_does_not_have_are_refused(value: object) -> None:
    assert "is not a JSON value" in problems([value])["0"]


def test_a_value_that_holds_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidRecord, match="nested"):
        cleaning.cleaned(endless)


def test_parts_that_are_shared_until_they_multiply_are_refused() -> None:
    shared: list[object] = ["x"] * 10
    for _ in range(12):
        shared = [shared] * 10
    with pytest.raises(InvalidRecord, match="too many values"):
        cleaning.cleaned(shared)


def test_pointers_escape_what_divides_them() -> None:
    assert cleaning.pointer("a/b", 0, "c~d") == "a~1b/0/c~0d"


def test_a_quoted_value_is_one_short_line() -> None:
    assert cleaning.shown("a\nb\u202e" + "x" * 100) == "a\\u000ab\\u202e" + "x" * 45 + "…"
