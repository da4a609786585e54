"""Frozen values to JSON values and back, by their type hints; for what the ledger and the manifest keep.

No validation beyond the types: what comes from outside goes through a JSON Schema instead.
"""

import dataclasses
import datetime as dt
import enum
import types
import typing
from collections.abc import Mapping
from typing import Any

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def to_plain(value: object) -> Any:
    """JSON values for a dataclass, enum, datetime (ISO 8601, UTC), timedelta (seconds), set or mapping.

    Raises:
        TypeError: a value of a type that has no plain form.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, str):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: to_plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dt.datetime):
        return instant_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset | set):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: Any, plain: Any) -> Any:
    """The value of type ``kind`` whose plain form is ``plain``.

    Raises:
        TypeError, ValueError, KeyError: ``plain`` is not the plain form of such a value.
    """
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, typing.NewType):
        return from_plain(kind.__supertype__, plain)
    if origin in (typing.Union, types.UnionType):
        return _from_union(args, plain)
    if origin is typing.Literal:
        return plain
    if origin in (tuple, frozenset):
        return origin(from_plain(args[0], item) for item in plain)
    if origin is not None and issubclass(origin, Mapping):
        return {from_plain(args[0], key): from_plain(args[1], item) for key, item in plain.items()}
    if kind in (object, Any):
        return plain
    return _from_class(kind, plain)


def _from_union(args: tuple[Any, ...], plain: Any) -> Any:
    if plain is None:
        return None
    wanted = [arg for arg in args if arg is not types.NoneType]
    if len(wanted) > 1:  # the one union of the model: an instant (text) or a duration (number)
        return from_plain(dt.datetime if isinstance(plain, str) else dt.timedelta, plain)
    return from_plain(wanted[0], plain)


def _from_class(kind: type, plain: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: from_plain(hints[name], plain[name]) for name in hints if name in plain})
    if issubclass(kind, tuple):
        hints = typing.get_type_hints(kind)
        return kind(*(from_plain(hint, plain[name]) for name, hint in hints.items()))
    if issubclass(kind, dt.datetime):
        return dt.datetime.fromisoformat(plain)
    if issubclass(kind, dt.date):
        return dt.date.fromisoformat(plain)
    if issubclass(kind, dt.timedelta):
        return dt.timedelta(seconds=plain)
    if issubclass(kind, enum.Enum):
        return kind(plain)
    if not isinstance(plain, kind):
        raise TypeError(f"{plain!r} is not {kind.__name__}")
    return plain


def instant_text(instant: dt.datetime) -> str:
    """ISO 8601 in UTC with ``+00:00``; the one way instants are written for machines."""
    return instant.astimezone(dt.UTC).isoformat()
