"""Frozen values survive the way to JSON values and back."""

import datetime as dt
import enum
import json
import typing
from collections.abc import Mapping

import pytest

from fahndung.errors import Message
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Authority, Medium, Order, Scope
from fahndung.model.plain import from_plain, instant_text, to_plain

AT = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def order(**scope: object) -> Order:
    return Order(
        by=Authority.JUDGE,
        authority="Amtsgericht Musterstadt",
        reference="1 Gs 1/26",
        at=AT,
        scope=Scope(media=frozenset({Medium.WEBSITE, Medium.POSTER}), **scope),
    )


def test_an_order_comes_back_equal_through_json() -> None:
    value = order(
        until=AT,
        media_until={Medium.SOCIAL: dt.timedelta(days=3), Medium.WEBSITE: AT},
        region_codes=("DED",),
        names=False,
    )
    assert from_plain(Order, json.loads(json.dumps(to_plain(value)))) == value


def test_sets_are_written_sorted_so_that_bytes_repeat() -> None:
    assert to_plain(order().scope)["media"] == ["poster", "website"]


def test_a_named_tuple_comes_back() -> None:
    assert from_plain(Message, to_plain(Message("a", "b"))) == Message("a", "b")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (dt.date, dt.date(2026, 1, 2)),
        (AppealId, AppealId("a")),
        (Medium | None, None),
        (Medium | None, Medium.TV),
        (tuple[int, ...], (1, 2)),
        (Mapping[str, object], {"a": [1]}),
        (typing.Literal["a"], "a"),
        (float, 1.5),
    ],
)
def test_every_kind_of_the_model_comes_back(kind: object, value: object) -> None:
    assert from_plain(kind, to_plain(value)) == value


def test_a_type_without_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_plain(b"x")


def test_a_wrong_type_is_refused_on_the_way_back() -> None:
    with pytest.raises(TypeError, match="not int"):
        from_plain(int, "1")


def test_an_unknown_enum_value_is_refused() -> None:
    class Colour(enum.Enum):
        RED = "red"

    with pytest.raises(ValueError, match="blue"):
        from_plain(Colour, "blue")


def test_instants_are_written_in_utc() -> None:
    assert instant_text(AT) == "2026-11-20T14:00:00+00:00"
