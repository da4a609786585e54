"""The appeal record as a value: what an investigator hands in, once it has been validated.

Instants are aware UTC datetimes; texts a citizen reads are mappings from language code to text.
Constructors refuse nonsense; what the law asks for is asked by ``fahndung.law``, not here.
"""

import dataclasses
import datetime as dt
import enum
import re

from fahndung.model.ids import AppealId, ChannelName, PersonId, is_id
from fahndung.model.image import Image
from fahndung.model.instants import aware
from fahndung.model.mandate import Legal
from fahndung.model.sought import Item, Person
from fahndung.model.texts import Localized, Texts

_BLANK = "[ \u00a0\u202f]"
_GROUP = rf"(?!(?:11[025]|116{_BLANK}?[0-9]{{3}}|0[0-9]{{2,}})(?![0-9]))[0-9]{{2,}}"
"""Figures of a number; neither an emergency number nor the area code of another one."""
_NUMBER = (
    rf"110|112|115|116{_BLANK}?[0-9]{{3}}"
    rf"|(?:0[1-9][0-9]{{1,4}}|0[1-9]{_BLANK}[0-9]{{2}}|\(0{_BLANK}?[1-9](?:{_BLANK}?[0-9]){{1,4}}\)"
    rf"|(?:\+|00){_BLANK}?(?:39{_BLANK}?0[0-9]{{1,3}}"
    rf"|[1-9][0-9]{{0,2}}{_BLANK}?(?:(?:\(0\){_BLANK}?)?[1-9][0-9]{{0,4}}|\([1-9][0-9]{{0,4}}\))))"
    rf"{_BLANK}?[/-]?{_BLANK}?{_GROUP}(?:{_BLANK}{_GROUP})*"
    rf"(?:[-–\u2011][0-9]{{1,6}}|{_BLANK}[-–]{_BLANK}(?!11[025](?![0-9]))[0-9]{{1,6}})?"
)
"""One telephone number as it is written in Germany: area code, number, extension behind a hyphen (DIN 5008), with the
common slash and brackets, and foreign ones, of which Italian ones keep their 0. Two numbers, or a number with words,
are none: whoever stripped them would dial a third."""
_MOST_FIGURES = 15
"""With the country code, without the plus. Source: ITU-T E.164, from own knowledge."""


class Category(enum.StrEnum):
    """What kind of appeal it is; decides norm, wording and rules."""

    UNKNOWN_SUSPECT = "unknown-suspect"
    KNOWN_SUSPECT = "known-suspect"
    CONVICT = "convict"
    WITNESS = "witness"
    MISSING = "missing"
    MISSING_CHILD = "missing-child"
    UNKNOWN_DEAD = "unknown-dead"
    HELPLESS = "helpless"
    OBJECT = "object"
    WITNESS_CALL = "witness-call"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The authority that is responsible for the appeal."""

    name: str
    unit: str | None = None
    region: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the event: ``role`` is scene, last-seen, found, residence, sighting …"""

    role: str
    text: str
    lat: float | None = None
    lon: float | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, when and where. ``start``/``end`` keep the record's own wording.

    They are partial local times ("2026", "2026-11", "2026-11-01", "2026-11-01T22:10") or free text.
    """

    what: str | None = None
    start: str | None = None
    end: str | None = None
    places: tuple[Place, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who takes tips."""

    office: str
    phone: str
    email: str | None = None
    tip_url: str | None = None
    hours: str | None = None

    @property
    def dialled(self) -> str | None:
        """What a telephone dials for ``phone``: figures, after a plus perhaps; None where that cannot be told."""
        if not re.fullmatch(_NUMBER, self.phone):  # compiled for whoever asks: 2 ms
            return None
        figures = re.sub(r"^00", "+", re.sub(r"\(0\)|[^0-9+]", "", self.phone))
        abroad = re.sub(r"^\+|^0", lambda start: "" if start[0] == "+" else "49", figures)
        return figures if len(abroad) <= _MOST_FIGURES else None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When and where the appeal goes out (``publication`` of the record); ``languages`` besides German."""

    channels: tuple[ChannelName, ...] = ()
    stand: dt.datetime | None = None
    not_before: dt.datetime | None = None
    until: dt.datetime | None = None
    review_at: dt.datetime | None = None
    region_codes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("stand", "not_before", "until", "review_at"):
            aware(f"publication.{name}", getattr(self, name))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A reward and what VwV Auslobung wants said with it."""

    amount_eur: int
    for_what: str | None = None
    private_persons_only: bool | None = None
    taker: str | None = None
    ministry_consent: str | None = None
    lka_informed_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A safety note (``armed``, ``violent``, ``do-not-approach`` …)."""

    code: str
    text: Localized | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person's answer to a question that a rule cannot decide; ``field``: only there."""

    rule: str
    by: str
    at: dt.datetime
    reason: str
    field: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placard:
    """Where posters hang (R35): place, how many, who answers for them."""

    place: str | None = None
    count: int | None = None
    person: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """A field that is published although the category's whitelist has it not."""

    field: str
    reason: str
    by: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One revision of one appeal."""

    id: AppealId
    revision: int
    category: Category
    reference: str
    prepared_by: str
    authority: Office
    legal: Legal
    event: Event = Event()
    persons: tuple[Person, ...] = ()
    objects: tuple[Item, ...] = ()
    images: tuple[Image, ...] = ()
    texts: Texts
    contact: Contact
    publication: Plan = Plan()
    reward: Reward | None = None
    warning: Warning | None = None
    risk: str | None = None
    monitoring_roster: str | None = None
    answers: tuple[Answer, ...] = ()
    unlock: tuple[Unlock, ...] = ()
    posters: tuple[Placard, ...] = ()
    archive_offer: bool | None = None

    def __post_init__(self) -> None:
        if not is_id(self.id):
            raise ValueError(f"{self.id!r} is not an id")
        if self.revision < 1:
            raise ValueError("revisions count from 1")

    def person(self, person_id: PersonId) -> Person:
        """The person with that id.

        Raises:
            KeyError: no such person.
        """
        for person in self.persons:
            if person.id == person_id:
                return person
        raise KeyError(person_id)
