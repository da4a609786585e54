"""What is kept of an appeal so that its ends can be computed without record or configuration.

Values only: takedown reads them from the ledger, so that neither a lost case folder nor a changed configuration
can stop it. Computes nothing itself.
"""

import dataclasses
import datetime as dt
import functools
import json
from collections.abc import Iterable

import rfc8785

from fahndung.law.clock import Clock, ClockPolicy, End
from fahndung.law.clocks import clocks, ends, fixed_end
from fahndung.law.norms import Norm
from fahndung.model.appeal import Appeal, Category, Plan
from fahndung.model.mandate import Confirmation, Consent, Medium, Order, Review, Warrant
from fahndung.model.plain import from_plain, to_plain


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """The mandate with everything that can end it; no names, no descriptions."""

    order: Order
    norm: Norm
    plan: Plan
    warrant: Warrant | None
    category: Category
    confirmations: tuple[Confirmation, ...]
    consent: Consent | None
    policy: ClockPolicy

    @property
    def stand(self) -> dt.datetime:
        """The instant that is printed as Stand (R21)."""
        return self.plan.stand or self.order.at

    def ends(
        self,
        media: Iterable[Medium],
        *,
        confirmations: tuple[Confirmation, ...] = (),
        reviews: tuple[Review, ...] = (),
    ) -> tuple[End, ...]:
        """The end of each medium; the record's confirmations and those given here both count."""
        return ends(
            self.order,
            self.norm,
            confirmations=self.confirmations + confirmations,
            reviews=reviews,
            media=media,
            plan=self.plan,
            warrant=self.warrant,
            category=self.category,
            policy=self.policy,
            consent=self.consent,
        )

    def clocks(
        self,
        media: Iterable[Medium],
        *,
        confirmations: tuple[Confirmation, ...] = (),
        reviews: tuple[Review, ...] = (),
    ) -> tuple[Clock, ...]:
        """Every clock that runs."""
        return clocks(
            self.order,
            self.norm,
            confirmations=self.confirmations + confirmations,
            reviews=reviews,
            media=media,
            plan=self.plan,
            warrant=self.warrant,
            category=self.category,
            policy=self.policy,
            consent=self.consent,
        )

    def fixed_end(self, media: Iterable[Medium]) -> dt.datetime | None:
        """The last instant that no confirmation and no review can move; None if there is none."""
        latest = fixed_end(
            self.order,
            self.norm,
            confirmations=self.confirmations,
            reviews=(),
            media=media,
            plan=self.plan,
            warrant=self.warrant,
            category=self.category,
            policy=self.policy,
            consent=self.consent,
        ).values()
        known = [end for end in latest if end is not None]
        return max(known) if known and len(known) == len(latest) else None


def of(appeal: Appeal, norm: Norm, policy: ClockPolicy, *, now: dt.datetime) -> ClockFacts:
    """The facts of a record that has a mandate; its free texts stay behind.

    A confirmation that the record dates after ``now`` stays behind too: nobody has given it yet, and it counts once
    it is recorded.

    Raises:
        ValueError: the record has neither order nor decision.
    """
    mandate = appeal.legal.mandate
    if mandate is None:
        raise ValueError("a record without a mandate has no clock facts")
    scope = dataclasses.replace(mandate.scope, region=None, images=None)
    return ClockFacts(
        order=dataclasses.replace(mandate, imminent_danger=None, scope=scope),
        norm=norm,
        plan=appeal.publication,
        warrant=appeal.legal.warrant,
        category=appeal.category,
        confirmations=tuple(given for given in appeal.legal.confirmations if given.at <= now),
        consent=_without_names(appeal.legal.consent),
        policy=policy,
    )


def _without_names(consent: Consent | None) -> Consent | None:
    return None if consent is None else dataclasses.replace(consent, by=None, why_not=None)


def freeze(facts: ClockFacts) -> bytes:
    """Canonical bytes (RFC 8785) for the ledger."""
    return rfc8785.dumps(to_plain(facts))


@functools.lru_cache(maxsize=256)
def thaw(frozen: bytes) -> ClockFacts:
    """The facts from the ledger's bytes; all copies of an appeal ask for the same ones.

    Raises:
        ValueError: the bytes are not such facts.
    """
    try:
        facts = from_plain(ClockFacts, json.loads(frozen))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the ledger's clock facts cannot be read: {error}") from error
    assert isinstance(facts, ClockFacts)
    return facts
