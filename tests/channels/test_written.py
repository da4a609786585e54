import datetime as dt

import pytest

from fahndung.channels import written


def test_the_same_values_give_the_same_bytes_whatever_their_order() -> None:
    assert (
        written.encode({"b": 1, "a": "ü"})
        == written.encode({"a": "ü", "b": 1})
        == '{\n "a": "ü",\n "b": 1\n}\n'.encode()
    )


@pytest.mark.parametrize("data", [b"[]", b"5", b"{", b"\xff", b"[" * 200_000])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|codec|Expecting|nested"):
        written.an_object(data)


def test_a_text_is_there_whole_and_not_empty_unless_that_is_allowed() -> None:
    assert written.text({"a": "x"}, "a") == written.text_or_empty({"a": "x"}, "a") == "x"
    assert written.text_or_empty({"a": ""}, "a") == written.text_or_empty({}, "a") == ""
    for value in ("", None, 5, "\ud800"):
        with pytest.raises(ValueError, match=r"not a text|surrogates"):
            written.text({"a": value}, "a")
    with pytest.raises(ValueError, match="not a text"):
        written.text_or_empty({"a": None}, "a")


def test_a_flag_is_no_where_it_is_missing_and_nonsense_where_it_is_neither() -> None:
    assert written.flag({"a": True}, "a") is True
    assert written.flag({"a": False}, "a") is written.flag({}, "a") is False
    for value in (None, 0, "true"):
        with pytest.raises(ValueError, match="neither true nor false"):
            written.flag({"a": value}, "a")


def test_an_instant_is_read_in_utc_and_may_be_none_only_where_it_says_so() -> None:
    at = dt.datetime(2026, 11, 21, 15, tzinfo=dt.UTC)
    assert written.instant("2026-11-21T16:00:00+01:00") == at
    assert written.instant_or_none({"a": "2026-11-21T16:00:00+01:00"}, "a") == at
    assert written.instant_or_none({"a": None}, "a") is None
    assert written.utc(at) == "2026-11-21T15:00:00Z"
    for value in (None, 5, "gestern", "2026-11-21T16:00:00", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(ValueError, match=r"instant|isoformat"):
            written.instant(value)
    with pytest.raises(ValueError, match="a text"):
        written.instant_or_none({}, "a")
