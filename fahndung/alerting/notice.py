"""What goes out: a text of an alarm, or of several, ready for every way. Words it not."""

import dataclasses
from collections.abc import Mapping

from fahndung.model.alarm import Level


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to a person. Nothing in it is personal data, and no secret.

    Attributes:
        key: names this message; the same one sent again has the same key.
        thread: the key of the first message about the same thing; equal to ``key`` in that one.
        home: names the home among others.
        document: the same for machines: JSON values.
    """

    key: str
    thread: str
    home: str
    level: Level
    subject: str
    text: str
    document: Mapping[str, object]
