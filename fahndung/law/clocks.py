"""Every clock that can end an appeal, and the earliest end for each medium. No other module computes an end.

Pure: takes an order, its norm and what was recorded since; never asks what time it is. Half-open: an end is the first
instant at which nothing may be online any more, ``now >= at`` means over.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict, Unpack

from fahndung.errors import Message
from fahndung.law import reasons
from fahndung.law.clock import (
    CONSENT,
    MEDIA_UNTIL,
    NO_NORM,
    RECORD_UNTIL,
    REVIEW,
    SCOPE_MEDIA,
    SCOPE_UNTIL,
    WARRANT,
    Clock,
    ClockPolicy,
    End,
)
from fahndung.law.norms import Kind, Lapse, LapseMedia, Norm, in_order
from fahndung.law.periods import FAR, Period, later
from fahndung.model.appeal import Category, Plan
from fahndung.model.mandate import Confirmation, Consent, Medium, Order, Review, Warrant

PREVENTIVE_CEILING = Period(months=6)


class Grounds(TypedDict):
    """What the clocks are computed from, besides order and norm. ``media`` are those in use."""

    confirmations: tuple[Confirmation, ...]
    reviews: tuple[Review, ...]
    media: Iterable[Medium]
    plan: Plan
    warrant: Warrant | None
    category: Category
    policy: ClockPolicy
    consent: NotRequired[Consent | None]


def ends(order: Order, norm: Norm, **grounds: Unpack[Grounds]) -> tuple[End, ...]:
    """The earliest applicable end for each medium, in the order of the enumeration."""
    grounds["media"] = in_order(grounds["media"])
    return ends_of(clocks(order, norm, **grounds), grounds["media"])


def fixed_end(order: Order, norm: Norm, **grounds: Unpack[Grounds]) -> dict[Medium, dt.datetime | None]:
    """For each medium the end if every confirmation, warrant and review came in time; None if none remains."""
    grounds["media"] = in_order(grounds["media"])
    return fixed_ends_of(clocks(order, norm, **grounds), grounds["media"])


def clocks(order: Order, norm: Norm, **grounds: Unpack[Grounds]) -> tuple[Clock, ...]:
    """Every clock of an order for the media in use, lifted ones too."""
    used = in_order(grounds["media"])
    if not used:
        return ()
    policy, warrant, consent = grounds["policy"], grounds["warrant"], grounds.get("consent")
    found = [_lapse(order, norm, lapse, used, grounds["confirmations"], policy) for lapse in norm.lapses]
    found.append(_warrant(order, norm, used, warrant, policy))
    found += _limits(order, norm, used, grounds["plan"])
    found.append(_review(order, norm, used, grounds))
    found.append(_consent(order, used, consent))
    return tuple(clock for clock in found if clock is not None and clock.media)


def ends_of(running: Iterable[Clock], media: Iterable[Medium]) -> tuple[End, ...]:
    """The earliest end for each medium among clocks; of several at one instant the first in the list is told."""
    alive = [clock for clock in running if not clock.lifted]
    found = []
    for medium in in_order(media):
        first = min((clock for clock in alive if medium in clock.media), key=lambda clock: clock.at, default=None)
        if first is None:
            found.append(End(medium=medium, at=None, because=reasons.NO_END, clock="", source=""))
        else:
            found.append(End(medium=medium, at=first.at, because=first.because, clock=first.kind, source=first.source))
    return tuple(found)


def fixed_ends_of(running: Iterable[Clock], media: Iterable[Medium]) -> dict[Medium, dt.datetime | None]:
    """The earliest end for each medium among the clocks that nothing recorded later can move."""
    return {end.medium: end.at for end in ends_of([clock for clock in running if clock.final], media)}


def without_norm(order: Order, media: Iterable[Medium]) -> tuple[Clock, ...]:
    """The clock of an order whose norm the table does not have: nobody can say that it still holds, so it is over."""
    used = in_order(media)
    over = Clock(
        kind=NO_NORM,
        at=order.at,
        because=reasons.no_norm(order),
        source="",
        media=used,
        rule="R01",
        final=True,
        since=order.at,
    )
    return (over,) if used else ()


def review_limit(order_at: dt.datetime, norm: Norm, category: Category, policy: ClockPolicy) -> dt.datetime:
    """The latest instant of a review that follows ``order_at``: a maximum for criminal norms, else a default.

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2, § 91 Abs. 3 SächsPVDG, read 2026-11-22.
    """
    own = policy.review_preventive.get(category) if norm.kind is Kind.PREVENTIVE else None
    return norm.review_period(category).after(order_at) if own is None else later(order_at, own)


def review_ceiling(order_at: dt.datetime, norm: Norm, category: Category, policy: ClockPolicy) -> dt.datetime:
    """The latest instant that anybody may name for the review that follows ``order_at``; what is later does not count.

    Criminal: the legal maximum. Preventive: no norm gives a figure, so six months, the longest period that this table
    knows and that the administrative rule knows for criminal searches (own choice), or the force's own where longer.

    Source: own choice on the model of VwV Öffentlichkeitsfahndung Nr. 3.2; § 91 Abs. 3 SächsPVDG, read 2026-11-22.
    """
    limit = review_limit(order_at, norm, category, policy)
    return max(limit, PREVENTIVE_CEILING.after(order_at)) if norm.kind is Kind.PREVENTIVE else limit


def _week(period: Period, start: dt.datetime, policy: ClockPolicy) -> dt.datetime:
    return period.after(start, weekend_extension=policy.weekend_extension, elapsed_weeks=policy.elapsed_weeks)


def _lapse(
    order: Order,
    norm: Norm,
    lapse: Lapse,
    media: tuple[Medium, ...],
    confirmations: Iterable[Confirmation],
    policy: ClockPolicy,
) -> Clock | None:
    """Source: § 131 Abs. 3 S. 4, § 131c Abs. 2 StPO, read 2026-11-22."""
    if order.by not in lapse.orderers:
        return None
    at = _week(lapse.after, order.at, policy)
    confirmed = min(
        (given for given in confirmations if given.by in lapse.lifted_by and order.at <= given.at < at),
        key=lambda given: given.at,
        default=None,
    )
    because = reasons.lapses(order, lapse, at) if confirmed is None else reasons.confirmed(order, lapse, confirmed)
    by_hours = "R03" if lapse.after.hours else "R04"
    return Clock(
        kind=f"lapse-{lapse.after.label}",
        at=at,
        because=because,
        source=lapse.source,
        media=norm.bound(lapse, media, order.scope),
        rule="R05" if lapse.media is LapseMedia.OTHER else by_hours,
        lifted=confirmed is not None,
        lifted_by=lapse.lifted_by,
        since=order.at,
    )


def _warrant(
    order: Order, norm: Norm, media: tuple[Medium, ...], warrant: Warrant | None, policy: ClockPolicy
) -> Clock | None:
    """The week for the decision on the warrant, whoever ordered; a refusal ends at once.

    A record that is silent about the warrant counts as one without. A judge's order is bound as well: § 131 (3) lets
    judge and prosecutor search "in the cases of subsections 1 and 2" (docs/decisions/0009-warrant-silence.md).

    Source: § 131 Abs. 2 S. 2, Abs. 3 S. 1 StPO, VwV Öffentlichkeitsfahndung Nr. 2.1 Abs. 4, Nr. 2.4 Abs. 2,
    read 2026-11-26.
    """
    if norm.warrant is None:
        return None
    silent = warrant is None
    warrant = warrant or Warrant()
    due = _week(norm.warrant.after, order.at, policy)
    if warrant.due is not None:
        due = min(due, warrant.due)
    issued = warrant.at if warrant.at is not None and warrant.at < due else None
    if warrant.refused is not None:
        # a warrant that comes after the refusal makes a new order possible, it does not revive this one
        issued_first = issued is not None and issued < warrant.refused
        at = warrant.refused if issued_first else min(due, warrant.refused)
        because = reasons.warrant_refused(warrant.refused)
    else:
        at = due
        missing = reasons.warrant_unknown(due) if silent else reasons.warrant_due(due)
        because = missing if issued is None else reasons.warrant_issued(issued)
    return Clock(
        kind=WARRANT,
        at=at,
        because=because,
        source=norm.warrant.source,
        media=media,
        rule="R06",
        lifted=issued is not None and warrant.refused is None,
        final=warrant.refused is not None,
        since=order.at,
    )


def _limits(order: Order, norm: Norm, media: tuple[Medium, ...], plan: Plan) -> Iterator[Clock]:
    """What the order or the record itself limits; nothing lifts these.

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2 (manner, extent and duration), read 2026-11-22.
    """
    scope = order.scope
    unnamed = tuple(medium for medium in media if medium not in scope.media)
    yield _fixed(SCOPE_MEDIA, order, order.at, reasons.not_in_scope(order, unnamed), norm.reference, unnamed)
    if scope.until is not None:
        yield _fixed(SCOPE_UNTIL, order, scope.until, reasons.scope_until(order, scope.until), norm.reference, media)
    for medium in media:
        if (limit := scope.media_until.get(medium)) is not None:
            at = later(order.at, limit) if isinstance(limit, dt.timedelta) else limit
            yield _fixed(MEDIA_UNTIL, order, at, reasons.media_until(order, medium, at), norm.reference, (medium,))
    if plan.until is not None:
        yield _fixed(RECORD_UNTIL, order, plan.until, reasons.record_until(plan.until), "publication.until", media)


def _fixed(kind: str, order: Order, at: dt.datetime, because: Message, source: str, media: tuple[Medium, ...]) -> Clock:
    return Clock(kind=kind, at=at, because=because, source=source, media=media, rule="R10", final=True, since=order.at)


def _review(order: Order, norm: Norm, media: tuple[Medium, ...], grounds: Grounds) -> Clock:
    """The review clock as the reviews have moved it; a late review moves nothing.

    Where registers may take somebody over none moves it later: their record tells its expiry, and after that instant no
    file of ours may still hold the person (docs/decisions/0048-registers.md).

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2, § 91 Abs. 3 SächsPVDG, read 2026-11-22.
    """
    category, policy = grounds["category"], grounds["policy"]

    def capped(wish: dt.datetime | None, since: dt.datetime) -> dt.datetime:
        if wish is None:
            return review_limit(since, norm, category, policy)
        return min(wish, review_ceiling(since, norm, category, policy))

    due, since, ended = capped(grounds["plan"].review_at, order.at), order.at, False
    for review in sorted(grounds["reviews"], key=_in_turn):
        if not order.at <= review.at < due:
            continue
        if review.ends:
            due, ended = review.at, True
            break
        if order.scope.missing_registers:
            continue
        due, since = capped(review.until, review.at), review.at
    return Clock(
        kind=REVIEW,
        at=due,
        because=reasons.review_ended(due) if ended else _due(order, due),
        source=norm.review_source,
        media=media,
        rule="R36" if ended else "R09",
        final=ended or order.scope.missing_registers,
        since=since,
    )


def _due(order: Order, at: dt.datetime) -> Message:
    return reasons.record_expires(at) if order.scope.missing_registers else reasons.review_due(at)


def _in_turn(review: Review) -> tuple[dt.datetime, bool, dt.timedelta]:
    """By time; of several at one instant the one that reaches least far comes last, and so counts."""
    return review.at, not review.ends, FAR - (review.until or FAR)


def _consent(order: Order, media: tuple[Medium, ...], consent: Consent | None) -> Clock | None:
    """Source: § 7 SächsDSUG (consent can be revoked), read 2026-11-22."""
    if consent is None or (revoked := consent.revoked_at) is None or (consent.at is not None and consent.at > revoked):
        return None
    return Clock(
        kind=CONSENT,
        at=revoked,
        because=reasons.consent_revoked(revoked),
        source="§ 7 SächsDSUG",
        media=media,
        rule="R36",
        final=True,
        since=order.at,
    )
