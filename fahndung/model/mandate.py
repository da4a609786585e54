"""The legal side of an appeal: who ordered, confirmed or reviewed it, what that allows, and until when."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping

from fahndung.model.ids import ImageId, NormId
from fahndung.model.instants import aware


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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an order allows. What it does not name is not allowed.

    ``images`` and ``names`` are None where the order is silent about them. ``missing_registers``: registers of missing
    persons may take over who is sought; silence allows it to nobody.
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
    missing_registers: bool = False

    def __post_init__(self) -> None:
        aware("scope.until", self.until)


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
        aware("order.at", self.at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A judge's, prosecutor's or enforcement authority's confirmation of an order."""

    by: Authority
    authority: str
    reference: str
    at: dt.datetime

    def __post_init__(self) -> None:
        aware("confirmation.at", self.at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The outcome of a periodic review: it goes on until an instant, or it ends."""

    at: dt.datetime
    until: dt.datetime | None = None
    ends: bool = False

    def __post_init__(self) -> None:
        aware("review.at", self.at)
        aware("review.until", self.until)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Warrant:
    """The arrest warrant whose decision § 131 (2) StPO wants within a week."""

    due: dt.datetime | None = None
    at: dt.datetime | None = None
    refused: dt.datetime | None = None

    def __post_init__(self) -> None:
        for name in ("due", "at", "refused"):
            aware(f"warrant.{name}", getattr(self, name))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who consented to a preventive appeal and when, or why nobody was asked.

    ``missing_registers``: whoever it was consented as well that registers of missing persons take over name and
    description; silence is no.
    """

    by: str | None = None
    at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    why_not: str | None = None
    missing_registers: bool = False

    def __post_init__(self) -> None:
        aware("consent.at", self.at)
        aware("consent.revoked_at", self.revoked_at)


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
