"""What a channel's ``Capabilities`` are made of: limits, money, replies, and what it was tried against. Values only."""

import dataclasses
import datetime as dt
import decimal
from typing import Literal

from fahndung.errors import Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a connector was tried against by the tests of its author, and when it last was written for that.

    Attributes:
        by: a server written from documentation, the real program, or an account on the real platform.
        version: of that server or of the specification behind it, in no language.
        note: what has to be known of it beside that.
    """

    by: Literal["simulator", "real-server", "live-account"]
    version: str
    date: dt.date
    note: Message | None = None

    def as_json(self, language: str) -> dict[str, str]:
        """JSON values."""
        version = self.version if self.note is None else f"{self.version}: {self.note.in_language(language)}"
        return {"by": self.by, "version": version, "date": self.date.isoformat()}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TextLimit:
    """The most that a text holds, and in what the platform counts it."""

    most: int
    unit: Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """The most that goes along with one text.

    Attributes:
        count: files. bytes: of one file. pixels: width times height of one picture; None: no limit is known.
        types: the media types that are taken.
        alt_length: characters of an alternative text; None: no limit is known.
    """

    count: int
    bytes: int
    pixels: int | None
    types: tuple[str, ...]
    alt_length: int | None

    def as_json(self) -> dict[str, object]:
        """JSON values."""
        return {**dataclasses.asdict(self), "types": [*self.types]}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What becomes of a copy when a later revision is published, and why so.

    Attributes:
        named: the channel has to be told which copy it takes the place of (``Draft.replaces``); one that is not finds
            the place by itself, or has none.
    """

    how: Literal["in-place", "replace", "none"]
    why: Message
    named: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the platform charges for one act, in the currency of that code (ISO 4217)."""

    what: Message
    amount: decimal.Decimal
    currency: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What strangers can still do with a copy, and the setting that keeps them from more.

    Attributes:
        setting: in the platform's own words, as its interface names it; empty: it has none.
    """

    setting: str
    remains: Message


REPLACED = Edit(
    how="replace",
    why=Message(
        "The new post goes up first, then the old one is taken down: networks keep the earlier versions of a post and "
        "show them to everybody.",
        "Erst geht der neue Beitrag hinaus, dann wird der alte gelöscht: Netzwerke behalten frühere Fassungen eines "
        "Beitrags und zeigen sie allen.",
    ),
)
