"""What every value of the model asks of its instants."""

import datetime as dt


def aware(name: str, instant: dt.datetime | None) -> None:
    """Refuses a naive datetime: nobody would know which instant it is.

    Raises:
        ValueError: it has no offset.
    """
    if instant is not None and instant.utcoffset() is None:
        raise ValueError(f"{name} is a naive datetime")
