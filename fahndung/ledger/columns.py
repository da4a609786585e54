"""Column types that are the same on every database: instants as microseconds, JSON as canonical text.

Knows no table.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import rfc8785
import sqlalchemy as sa

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit integer; SQLite's STRICT tables know it as INTEGER."""


def to_micros(instant: dt.datetime) -> int:
    """Microseconds since 1970 UTC.

    Raises:
        ValueError: the instant is naive.
    """
    if instant.utcoffset() is None:
        raise ValueError("a naive datetime never enters the ledger")
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> dt.datetime:
    """The aware UTC instant of ``to_micros``."""
    return EPOCH + micros * _MICROSECOND


def plain(value: object) -> Any:
    """JSON values as the dicts, lists and strings that the canonical form is made of."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item) for item in value]
        return sorted(items) if isinstance(value, set | frozenset) else items
    return str(value) if isinstance(value, str) else value


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of JSON values.

    Raises:
        ValueError: a value that JSON cannot carry.
    """
    return rfc8785.dumps(plain(value))


class Instant(sa.types.TypeDecorator[dt.datetime]):
    """An aware UTC datetime, stored as microseconds since 1970."""

    impl = WHOLE
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> int | None:
        """Aware datetime to integer."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Integer to aware datetime."""
        return None if value is None else from_micros(value)


class Json(sa.types.TypeDecorator[Any]):
    """JSON values, stored as their canonical text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """JSON values to canonical text."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """Text to JSON values."""
        return None if value is None else json.loads(value)
