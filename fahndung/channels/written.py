"""JSON values as they lie in files and ledger rows: the same bytes for the same value, and checked reading of parts.

Knows no value by name; whatever is wrong is a ``ValueError`` that says what.
"""

import datetime as dt
import json
from collections.abc import Mapping


def encode(values: object) -> bytes:
    """The same bytes for the same values."""
    return (json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def an_object(untrusted: bytes) -> Mapping[str, object]:
    """The JSON object in a file.

    Raises:
        ValueError: it holds none.
    """
    try:
        values = json.loads(untrusted)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - callers meet one kind of nonsense
    return values


def text(values: Mapping[str, object], name: str) -> str:
    """A text that is there and not empty.

    Raises:
        ValueError: it is anything else.
    """
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is not a text")
    value.encode()  # half a character cannot be written anywhere; the error is a ValueError
    return value


def text_or_empty(values: Mapping[str, object], name: str) -> str:
    """A text that may be empty, as it is where an earlier version wrote none.

    Raises:
        ValueError: it is anything else.
    """
    return "" if values.get(name, "") == "" else text(values, name)


def flag(values: Mapping[str, object], name: str) -> bool:
    """Yes or no; no where it is missing, because an earlier version knew no such word.

    Raises:
        ValueError: it is anything else.
    """
    value = values.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")  # noqa: TRY004 - callers meet one kind of nonsense
    return value


def instant(untrusted: object) -> dt.datetime:
    """An ISO 8601 instant with an offset, in UTC.

    Raises:
        ValueError: it is anything else.
    """
    if not isinstance(untrusted, str):
        raise ValueError("an instant is a text")  # noqa: TRY004 - callers meet one kind of nonsense
    parsed = dt.datetime.fromisoformat(untrusted)
    if parsed.utcoffset() is None:
        raise ValueError("an instant has an offset")
    try:
        return parsed.astimezone(dt.UTC)
    except OverflowError as error:
        raise ValueError("an instant lies within the years 1 to 9999") from error


def told_instant(untrusted: object) -> dt.datetime | None:
    """The same of an answer that may lack it: None where it is no such instant."""
    try:
        return instant(untrusted)
    except ValueError:
        return None


def instant_or_none(values: Mapping[str, object], name: str) -> dt.datetime | None:
    """An instant, or None where the value says ``null``.

    Raises:
        ValueError: it is anything else, or missing.
    """
    return None if name in values and values[name] is None else instant(values.get(name))


def utc(at: dt.datetime) -> str:
    """An instant as feeds write it: in UTC, with ``Z``."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
