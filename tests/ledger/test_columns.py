import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.ledger import columns
from fahndung.model.mandate import Medium


@pytest.mark.peers
@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001  # bounds
def test_an_instant_survives_to_the_microsecond(instant):
    assert columns.from_micros(columns.to_micros(instant)) == instant.astimezone(dt.UTC)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError):
        columns.to_micros(dt.datetime(2026, 1, 1))  # noqa: DTZ001  # the mistake that is tested


def test_json_is_stored_in_canonical_form():
    assert columns.canonical({"b": (1, Medium.PRINT), "a": frozenset({"y", "x"})}) == b'{"a":["x","y"],"b":[1,"print"]}'


def test_what_json_cannot_carry_is_refused():
    with pytest.raises(ValueError):
        columns.canonical({"x": 2**60})


@pytest.mark.parametrize("year", [999, 9999])
def test_an_instant_that_not_every_time_zone_can_tell_is_neither_written_nor_read(year):
    instant = dt.datetime(year, 12, 31, tzinfo=dt.UTC)
    with pytest.raises(ValueError):
        columns.to_micros(instant)
    with pytest.raises(ValueError):
        columns.from_micros((instant - columns.EPOCH) // dt.timedelta(microseconds=1))
