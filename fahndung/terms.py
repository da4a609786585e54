"""What the force demands of one of its accounts: which appeals go there, how long, how much later, how many a day.

Every key stands in the account's ``[[channels]]`` table and none of them reaches a connector. Decides about no appeal.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from fahndung.errors import Message
from fahndung.model.appeal import Category

KEYS = frozenset({"regions", "categories", "ttl", "embargo", "posts_per_day"})
_SPAN = re.compile(r"([1-9][0-9]{0,4})(min|h|d)")
_UNITS = {"min": dt.timedelta(minutes=1), "h": dt.timedelta(hours=1), "d": dt.timedelta(days=1)}


_CATEGORIES = {
    Category.UNKNOWN_SUSPECT: "unbekannte Tatverdächtige",
    Category.KNOWN_SUSPECT: "bekannte Tatverdächtige",
    Category.CONVICT: "Verurteilte",
    Category.WITNESS: "gesuchte Zeugen",
    Category.MISSING: "Vermisste",
    Category.MISSING_CHILD: "vermisste Kinder",
    Category.UNKNOWN_DEAD: "unbekannte Tote",
    Category.HELPLESS: "hilflose Personen",
    Category.OBJECT: "Sachen",
    Category.WITNESS_CALL: "Zeugenaufrufe",
}


def category_name(category: Category) -> Message:
    """A category as a list names it; in English by its word in the record."""
    return Message(category.value, _CATEGORIES[category])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one account; what is empty or None limits nothing.

    Attributes:
        regions: NUTS or AGS codes. categories: of appeals.
        ttl: how long a copy stays there at most.
        embargo: how much later than everything else an appeal goes out there.
        posts_per_day: how many appeals are posted there in any 24 hours at most.
    """

    regions: tuple[str, ...] = ()
    categories: frozenset[Category] = frozenset()
    ttl: dt.timedelta | None = None
    embargo: dt.timedelta | None = None
    posts_per_day: int | None = None

    def as_json(self) -> dict[str, object]:
        """JSON values; spans in seconds."""
        return {
            "regions": list(self.regions),
            "categories": sorted(self.categories),
            "ttl": self.ttl and self.ttl.total_seconds(),
            "embargo": self.embargo and self.embargo.total_seconds(),
            "posts_per_day": self.posts_per_day,
        }

    def words(self, language: str) -> list[str]:
        """What they limit, each in a few words."""
        said = []
        if self.regions:
            listed = ", ".join(self.regions)
            said.append(Message(f"regions {listed} only", f"nur {listed}"))
        if self.categories:
            names = [category_name(one) for one in sorted(self.categories)]
            en, de = ", ".join(one.en for one in names), ", ".join(one.de for one in names)
            said.append(Message(f"{en} only", f"nur {de}"))
        if self.ttl is not None:
            length = told(self.ttl)
            said.append(Message(f"a copy stays {length.en} at most", f"eine Kopie bleibt höchstens {length.de}"))
        if self.embargo is not None:
            length = told(self.embargo)
            said.append(Message(f"{length.en} later than everything else", f"{length.de} später als alles andere"))
        if self.posts_per_day is not None:
            most = self.posts_per_day
            en, de = ("1 appeal", "1 Fahndung") if most == 1 else (f"{most} appeals", f"{most} Fahndungen")
            said.append(Message(f"{en} in 24 hours at most", f"höchstens {de} in 24 Stunden"))
        return [one.in_language(language) for one in said]


def parse(table: Mapping[str, Any]) -> Terms:
    """The terms in a ``[[channels]]`` table that the schema has passed."""
    return Terms(
        regions=tuple(table.get("regions", ())),
        categories=frozenset(Category(name) for name in table.get("categories", ())),
        ttl=span(table["ttl"]) if "ttl" in table else None,
        embargo=span(table["embargo"]) if "embargo" in table else None,
        posts_per_day=table.get("posts_per_day"),
    )


def meet(own: Collection[str], other: Collection[str]) -> bool:
    """Whether two lists of region codes meet: NUTS and AGS codes nest by prefix, and no code means everywhere."""
    if not own or not other:
        return True
    pairs = ((one.strip().upper(), two.strip().upper()) for one in own for two in other)
    return any(one.startswith(two) or two.startswith(one) for one, two in pairs)


def span(text: str) -> dt.timedelta:
    """The span that ``15min``, ``48h`` or ``3d`` names.

    Raises:
        ValueError: it names none.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no span like 15min, 48h or 3d")
    return int(found[1]) * _UNITS[found[2]]


def told(length: dt.timedelta) -> Message:
    """A span in words: in hours if it is whole hours, else in minutes."""
    minutes = round(length.total_seconds() / 60)
    if minutes % 60:
        return Message(f"{minutes} minutes", f"{minutes} Minuten")
    hours = minutes // 60
    return Message(*(("one hour", "eine Stunde") if hours == 1 else (f"{hours} hours", f"{hours} Stunden")))
