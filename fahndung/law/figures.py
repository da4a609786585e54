"""Dated figures, what each category may tell, and word lists, as values: the part of the norm tables that is no norm.

Reads no file and judges nothing; ``fahndung.law.norms`` joins these to one table with one version.
"""

import dataclasses
import datetime as dt
import functools
import re
import types
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from fahndung.law.periods import Period, local_date, parse_period, year_end
from fahndung.model.appeal import Category
from fahndung.model.reading import letters
from fahndung.model.sought import NamesShown

_NUMBER, _PERIOD, _SPAN = frozenset({"number"}), frozenset({"period"}), frozenset({"period", "year_end"})

FIGURES: Mapping[str, frozenset[str]] = types.MappingProxyType(
    {
        "reward-limit-eur": _NUMBER,
        "image-time-tolerance-minutes": _NUMBER,
        "identifying-details": _NUMBER,
        "breach-notice": _PERIOD,
        "press-simultaneity": _PERIOD,
        "orphan-check": _PERIOD,
        "log-criminal": _SPAN,
        "log-preventive": _SPAN,
    }
)
"""The figures that the program looks up, each with the kinds of value that it can compute with."""

LEXICONS = (
    *("diagnosis", "suicide", "facility", "health", "religion", "origin", "sexual-life"),
    *("nationality", "nationality-noun", "person-noun", "ordinary-name", "victim", "plain-word", "social-network"),
    *("not-accused", "not-in-comments", "to-the-police", "by-phone-or-mail", "always-reachable", "private-persons"),
    *("closing-words", "estimate", "danger", "personal-contact", "freemail"),
    *("comments", "call-for-words", "call-for-comments"),
    *("culprits", "deeds", "deeds-past", "guilt", "suspicion", "suspected"),
)
"""The word lists that the program looks up."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number or period of a rule, while it is valid. Exactly one of ``number``, ``period``, ``year_end`` is set.

    Attributes:
        number: in the unit that the id names (``reward-limit-eur``).
        period: counted from an event.
        year_end: the end of the n-th calendar year after the year of the event.
        reference: where it stands; a proposal of this program says so.
    """

    id: str
    title: str
    reference: str
    valid_from: dt.date
    valid_to: dt.date | None
    number: int | None
    period: Period | None
    year_end: int | None

    @property
    def amount(self) -> int:
        """The number.

        Raises:
            ValueError: the figure is a period.
        """
        if self.number is None:
            raise ValueError(f"the figure {self.id} is not a number")
        return self.number

    def after(self, start: dt.datetime) -> dt.datetime:
        """The first instant (UTC) after the period that ``start`` set running.

        Raises:
            ValueError: the figure is a number.
        """
        if self.period is not None:
            return self.period.after(start)
        if self.year_end is not None:
            return year_end(start, self.year_end)
        raise ValueError(f"the figure {self.id} is not a period")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an appeal of one category may tell of a person unless a field is unlocked (R18, R20, R30).

    Attributes:
        names: the most that may be shown of a name.
        fields: the fields of ``persons[]`` that may be printed (``aliases`` stands for ``names.aliases``).
        nationality: whether the force's policy decides (R20 warns), or it is closed (R20 blocks).
        robots: the directives that its page must carry.
    """

    category: Category
    reference: str
    valid_from: dt.date
    valid_to: dt.date | None
    names: NamesShown
    fields: frozenset[str]
    nationality: bool
    robots: frozenset[str]

    @property
    def id(self) -> str:
        """The category's name: by it a later entry replaces an earlier one."""
        return self.category.value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words by which a text is recognised; ``*`` at an end of a word stands for any letters there."""

    id: str
    reference: str
    valid_from: dt.date
    valid_to: dt.date | None
    words: tuple[str, ...]

    def found(self, text: str) -> tuple[str, ...]:
        """The words of ``text`` that are in the list, as they stand there, each once."""
        return tuple(dict.fromkeys(match.group() for match in self.matches(text)))

    def matches(self, text: str) -> tuple[re.Match[str], ...]:
        """Each place where a word of the list stands in ``text``, in order."""
        return _matches(self.words, text)

    def told_in(self, text: str) -> bool:
        """Whether a wording of the list is in ``text`` by its letters alone, however that is set or hyphenated."""
        said = letters(text)
        return any(letters(word) in said for word in self.words)


@functools.lru_cache(maxsize=2048)
def _matches(words: tuple[str, ...], text: str) -> tuple[re.Match[str], ...]:
    """Kept: an appeal is judged again at each step, and its outputs repeat each other's sentences."""
    return tuple(_pattern(words).finditer(text)) if words else ()


@functools.lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = (re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


class _Dated(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def valid_from(self) -> dt.date: ...
    @property
    def valid_to(self) -> dt.date | None: ...


_D = TypeVar("_D", bound=_Dated)


def as_of(entries: Iterable[_D], id: str, at: dt.datetime | None) -> _D | None:
    """The entry as it stood at that instant (None: the newest); an ended one does not give way to an older one."""
    day = None if at is None else local_date(at)
    begun = [entry for entry in entries if entry.id == id and (day is None or entry.valid_from <= day)]
    latest = max(begun, key=lambda entry: entry.valid_from, default=None)
    if latest is None or (day is not None and latest.valid_to is not None and latest.valid_to < day):
        return None
    return latest


def figure(entry: Mapping[str, Any]) -> Figure:
    """A ``[[figure]]`` that the schema has accepted."""
    period = entry.get("period")
    return Figure(
        id=entry["id"],
        title=entry["title"],
        reference=entry["reference"],
        **_validity(entry),
        number=entry.get("number"),
        period=None if period is None else parse_period(period),
        year_end=entry.get("year_end"),
    )


def content(entry: Mapping[str, Any]) -> Content:
    """A ``[[content]]`` that the schema has accepted."""
    return Content(
        category=Category(entry["category"]),
        reference=entry["reference"],
        **_validity(entry),
        names=NamesShown(entry["names"]),
        fields=frozenset(entry["fields"]),
        nationality=entry["nationality"] == "policy",
        robots=frozenset(entry["robots"]),
    )


def lexicon(entry: Mapping[str, Any]) -> Lexicon:
    """A ``[[lexicon]]`` that the schema has accepted."""
    return Lexicon(id=entry["id"], reference=entry["reference"], **_validity(entry), words=tuple(entry["words"]))


def _validity(entry: Mapping[str, Any]) -> dict[str, Any]:
    valid_to = entry.get("valid_to")
    return {
        "valid_from": dt.date.fromisoformat(entry["valid_from"]),
        "valid_to": None if valid_to is None else dt.date.fromisoformat(valid_to),
    }
