"""Column types that are the same on every database: instants as microseconds, JSON as canonical text.

Knows no table.
"""

import datetime as dt
import functools
import json
from collections.abc import Mapping
from typing import Any

import rfc8785
import sqlalchemy as sa

from fahndung.errors import Message
from fahndung.ledger.faults import Unreadable

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

EARLIEST = dt.datetime(1000, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""Beyond these an instant cannot be told in every time zone; the ledger neither writes nor reads one."""

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit integer; SQLite's STRICT tables know it as INTEGER."""


def to_micros(instant: dt.datetime) -> int:
    """Microseconds since 1970 UTC.

    Raises:
        ValueError: the instant is naive, or beyond ``EARLIEST`` and ``LATEST``.
    """
    if instant.utcoffset() is None:
        raise ValueError("a naive datetime never enters the ledger")
    if not EARLIEST <= instant <= LATEST:
        raise ValueError("an instant beyond the years 1000 to 9998 never enters the ledger")
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> dt.datetime:
    """The aware UTC instant of ``to_micros``.

    Raises:
        ValueError: no instant that ``to_micros`` gives.
    """
    try:
        instant = EPOCH + micros * _MICROSECOND
    except OverflowError:
        raise ValueError(f"{micros} is no instant") from None
    if not EARLIEST <= instant <= LATEST:
        raise ValueError(f"{micros} is no instant")
    return instant


def storable(number: int) -> bool:
    """Whether a number that a caller names fits into a column; one that does not is nobody's number."""
    return -(2**63) <= number < 2**63


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
        instant: dt.datetime | None = decoded(self, value)
        return instant


class Json(sa.types.TypeDecorator[Any]):
    """JSON values, stored as their canonical text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """JSON values to canonical text."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """Text to JSON values."""
        return decoded(self, value)


class Words(sa.types.TypeDecorator[Message]):
    """A sentence in both languages, stored as its canonical JSON.

    What is stored otherwise comes out as it stands, for either language: words decide nothing, and spoilt ones must
    not keep anybody from taking down.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Message | None, dialect: sa.Dialect) -> str | None:
        """Sentence to canonical text."""
        return None if value is None else canonical(value._asdict()).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Message | None:
        """Text to sentence."""
        return None if value is None else _sentence(value)


class Notes(sa.types.TypeDecorator[dict[str, Any]]):
    """A JSON object of what was seen or answered, stored as its canonical text.

    What is stored otherwise comes out as it stands under the name ``unreadable``. Like words it decides no takedown;
    whoever reads a part of it has to do without that part.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, object] | None, dialect: sa.Dialect) -> str | None:
        """JSON object to canonical text."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> dict[str, Any] | None:
        """Text to JSON object."""
        return None if value is None else _notes(value)


def _notes(stored: str) -> dict[str, Any]:
    try:
        told = json.loads(stored)
    except (ValueError, RecursionError):
        told = None
    return told if isinstance(told, dict) else {"unreadable": stored}


def _sentence(stored: str) -> Message:
    try:
        told = json.loads(stored)
    except (ValueError, RecursionError):
        return Message.same(stored)
    named = isinstance(told, dict) and set(told) == set(Message._fields)
    return Message(**told) if named and all(isinstance(one, str) for one in told.values()) else Message.same(stored)


def as_stored(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """The columns of a table unconverted, so that a value that cannot be read spoils no other row."""
    plain_types: dict[type, sa.types.TypeEngine[Any]] = {Instant: WHOLE, Json: sa.Text()}
    return [
        sa.type_coerce(column, plain_types[type(column.type)]).label(column.name)
        if type(column.type) in plain_types
        else column
        for column in table.columns
    ]


def values(table: sa.Table, row: sa.Row[Any]) -> dict[str, Any]:
    """The values of a row that was selected with ``as_stored``, by column.

    Raises:
        Unreadable: one of them is not what this program writes.
    """
    stored = dict(row._mapping)
    return stored | {name: decoded(kind, stored[name]) for name, kind in _encoded(table)}


@functools.cache
def _encoded(table: sa.Table) -> tuple[tuple[str, sa.types.TypeEngine[Any]], ...]:
    return tuple((column.name, column.type) for column in table.columns if isinstance(column.type, Instant | Json))


def decoded(kind: sa.types.TypeEngine[Any], stored: Any) -> Any:
    """The value of a stored one.

    Raises:
        Unreadable: it is not what this program writes.
    """
    if stored is None or not isinstance(kind, Instant | Json):
        return stored
    try:
        return from_micros(stored) if isinstance(kind, Instant) else json.loads(stored)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(
            f"The ledger holds a value that cannot be read ({error}): it was changed from outside, or is damaged. "
            "Restore the newest backup, then run a sweep.",
            f"Das Register enthält einen unlesbaren Wert ({error}): es wurde von außen verändert oder ist beschädigt. "
            "Bitte die neueste Sicherung zurückspielen und danach alle Kanäle absuchen lassen.",
        ) from error
