"""The appeal record as a value: what an investigator hands in, once it has been validated.

Instants are aware UTC datetimes; texts a citizen reads are mappings from language code to text.
Constructors refuse nonsense; what the law asks for is asked by ``fahndung.law``, not here.
"""

import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Mapping
from typing import NewType

AppealId = NewType("AppealId", str)
PersonId = NewType("PersonId", str)
ImageId = NewType("ImageId", str)
ChannelName = NewType("ChannelName", str)
NormId = NewType("NormId", str)

Localized = Mapping[str, str]
"""Language code (``de``, ``hsb``) to text; ``de`` is always there."""

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def is_id(text: str) -> bool:
    """Whether ``text`` may name an appeal, a person, an image or a channel (ids become paths)."""
    return ID_PATTERN.fullmatch(text) is not None and ".." not in text


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


class Role(enum.StrEnum):
    """The part a person has in the appeal."""

    SUSPECT = "suspect"
    CONVICT = "convict"
    WITNESS = "witness"
    MISSING = "missing"
    DEAD = "dead"
    HELPLESS = "helpless"
    VICTIM = "victim"
    COMPANION = "companion"


class Medium(enum.StrEnum):
    """A medium that an order may name (its scope)."""

    WEBSITE = "website"
    SOCIAL = "social"
    ONLINE_PRESS = "online-press"
    PRINT = "print"
    TV = "tv"
    RADIO = "radio"
    POSTER = "poster"


class Authority(enum.StrEnum):
    """Who ordered, decided or confirmed."""

    JUDGE = "judge"
    PROSECUTOR = "prosecutor"
    POLICE = "police"
    ENFORCEMENT = "enforcement"


class Basis(enum.StrEnum):
    """How a figure about a person was established."""

    APPARENT = "apparent"
    ESTIMATED = "estimated"
    MEASURED = "measured"
    KNOWN = "known"


class SourceKind(enum.StrEnum):
    """Where a picture comes from."""

    CCTV = "cctv"
    ATM = "atm"
    FAMILY = "family"
    POLICE = "police"
    ID_DOCUMENT = "id-document"
    SKETCH = "sketch"
    INTERNET = "internet"
    OTHER = "other"


class NamesShown(enum.StrEnum):
    """How much of a person's name the public reads."""

    NONE = "none"
    GIVEN = "given"
    GIVEN_INITIAL = "given-initial"
    FULL = "full"


def _aware(name: str, instant: dt.datetime | None) -> None:
    if instant is not None and instant.utcoffset() is None:
        raise ValueError(f"{name} is a naive datetime")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The authority that is responsible for the appeal."""

    name: str
    unit: str | None = None
    region: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an order allows. What it does not name is not allowed.

    ``images`` and ``names`` are None where the order is silent about them.
    ``media_until`` values are instants, or durations counted from the order.
    """

    media: frozenset[Medium] = frozenset()
    repeated: frozenset[Medium] = frozenset()
    region: str | None = None
    region_codes: tuple[str, ...] = ()
    until: dt.datetime | None = None
    media_until: Mapping[Medium, dt.datetime | dt.timedelta] = dataclasses.field(default_factory=dict)
    names: bool | None = None
    images: tuple[ImageId, ...] | None = None

    def __post_init__(self) -> None:
        _aware("scope.until", self.until)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A judge's, prosecutor's or police order; or a police decision in a preventive appeal."""

    by: Authority
    authority: str
    reference: str
    at: dt.datetime
    imminent_danger: str | None = None
    scope: Scope

    def __post_init__(self) -> None:
        _aware("order.at", self.at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A judge's, prosecutor's or enforcement authority's confirmation of an order."""

    by: Authority
    authority: str
    reference: str
    at: dt.datetime

    def __post_init__(self) -> None:
        _aware("confirmation.at", self.at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The outcome of a periodic review: it goes on until an instant, or it ends."""

    at: dt.datetime
    until: dt.datetime | None = None
    ends: bool = False

    def __post_init__(self) -> None:
        _aware("review.at", self.at)
        _aware("review.until", self.until)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Warrant:
    """The arrest warrant whose decision § 131 (2) StPO wants within a week."""

    due: dt.datetime | None = None
    at: dt.datetime | None = None
    refused: dt.datetime | None = None

    def __post_init__(self) -> None:
        for name in ("due", "at", "refused"):
            _aware(f"warrant.{name}", getattr(self, name))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who consented to a preventive appeal and when, or why nobody was asked."""

    by: str | None = None
    at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    why_not: str | None = None

    def __post_init__(self) -> None:
        _aware("consent.at", self.at)
        _aware("consent.revoked_at", self.revoked_at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Legal:
    """The legal side of an appeal."""

    basis: NormId
    offence: str | None = None
    considerable_offence: str | None = None
    milder_means: str | None = None
    order: Order | None = None
    decision: Order | None = None
    confirmations: tuple[Confirmation, ...] = ()
    social_media: str | None = None
    serious_in_individual_case: bool | None = None
    strictly_necessary: str | None = None
    consent: Consent | None = None
    warrant: Warrant | None = None

    @property
    def mandate(self) -> Order | None:
        """The order of a criminal appeal or the decision of a preventive one."""
        return self.order or self.decision


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
class Range:
    """A figure about a person (years, cm, kg) with how it was established."""

    min: int | None = None
    max: int | None = None
    basis: Basis | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A person's names and how much of them is shown."""

    given: str | None = None
    family: str | None = None
    aliases: tuple[str, ...] = ()
    shown: NamesShown = NamesShown.NONE


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of the appeal, described for the public.

    ``separable``: the texts say nothing about this person alone, so that a variant without them can be made.
    """

    id: PersonId
    role: Role
    sex: str | None = None
    names: Names | None = None
    birth: Mapping[str, object] | None = None
    nationalities: tuple[str, ...] = ()
    age: Range | None = None
    height_cm: Range | None = None
    weight_kg: Range | None = None
    shoe_size: Localized | None = None
    build: Localized | None = None
    complexion: Localized | None = None
    hair: Localized | None = None
    beard: Localized | None = None
    eyes: Localized | None = None
    glasses: Localized | None = None
    clothing: Localized | None = None
    belongings: Localized | None = None
    marks: tuple[Localized, ...] = ()
    speech: Localized | None = None
    languages: tuple[str, ...] = ()
    occupation: Localized | None = None
    transport: Localized | None = None
    condition: Localized | None = None
    appearance_origin: Localized | None = None
    contacted_before: dt.datetime | None = None
    separable: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing that is sought, found or shown (``objects[]`` of the record)."""

    id: str
    kind: Localized
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    plate: str | None = None
    marks: tuple[Localized, ...] = ()
    description: Localized | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels of the upright image: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def bounds(self) -> "Box":
        """The smallest box around it: itself."""
        return self


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """The ellipse that touches all four sides of a box."""

    box: Box

    @property
    def bounds(self) -> Box:
        """The smallest box around it."""
        return self.box


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """Three or more corners, x and y in pixels of the upright image; the last is joined to the first."""

    points: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if len(self.points) < 3:
            raise ValueError(f"a polygon has three corners or more, not {len(self.points)}")

    @property
    def bounds(self) -> Box:
        """The smallest box around its corners."""
        across, down = [x for x, _ in self.points], [y for _, y in self.points]
        return Box(x=min(across), y=min(down), width=max(across) - min(across), height=max(down) - min(down))


Shape = Box | Ellipse | Polygon
"""What a redaction can have."""


class Fill(enum.StrEnum):
    """What hidden pixels become; neither comes from them."""

    SOLID = "solid"
    NOISE = "noise"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A part of a picture that nobody outside may see."""

    shape: Shape
    reason: str = "other"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VisibleFace:
    """A face of a picture that stays visible: that of a person of the record, or one that ``by`` waived for a reason.

    ``person`` or both of ``by`` and ``reason`` are there, never all three.
    """

    box: Box
    person: PersonId | None = None
    by: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.person is None) is not (self.by is not None and self.reason is not None):
            raise ValueError("a visible face is a person's, or waived by somebody for a reason")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a picture comes from and when it was taken."""

    kind: SourceKind
    holder: str | None = None
    capturer: str | None = None
    captured_at: dt.datetime | None = None
    clock_offset_s: int | None = None
    time_deviation_reason: str | None = None
    second_verifier: str | None = None

    def __post_init__(self) -> None:
        _aware("source.captured_at", self.captured_at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that the record names; ``file`` is relative to the case folder.

    ``object`` is the id of the thing (``Item``) that it shows; then it shows nobody, not even somebody hidden.
    ``frame`` is the number of the picture that is meant in a file of several (animation, pages), from 1.
    ``fill`` is what all its hidden pixels become.
    """

    id: ImageId
    file: str
    sha256: str
    shows: tuple[PersonId, ...] = ()
    alt: Localized
    caption: Localized | None = None
    source: Source
    verified_by: str | None = None
    redactions: tuple[Redaction, ...] = ()
    fill: Fill = Fill.SOLID
    crop: Box | None = None
    focus: Box | None = None
    faces: tuple[VisibleFace, ...] = ()
    sensitive: bool = False
    bystanders: str | None = None
    object: str | None = None
    frame: int | None = None

    @property
    def hidden(self) -> tuple[Shape, ...]:
        """The shapes of its redactions, not yet grown."""
        return tuple(redaction.shape for redaction in self.redactions)

    @property
    def picture(self) -> str:
        """Which picture of which file it is."""
        return self.sha256 if self.frame in {None, 1} else f"{self.sha256}#{self.frame}"

    @property
    def cut(self) -> str:
        """Which part of which picture it is: the same frame may be cut to one person and to another."""
        box = self.crop
        return self.picture if box is None else f"{self.picture}:{box.x},{box.y},{box.width},{box.height}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The authored words. ``title`` replaces the composed headline, ``plain`` is in plain language.

    ``translations``: language code to the record's field (``event/what``) and its text, for fields that hold one text
    only.
    """

    title: Localized | None = None
    summary: Localized
    narrative: Localized | None = None
    questions: tuple[Localized, ...] = ()
    plain: Localized | None = None
    translations: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who takes tips."""

    office: str
    phone: str
    email: str | None = None
    tip_url: str | None = None
    hours: str | None = None


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
            _aware(f"publication.{name}", getattr(self, name))


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
