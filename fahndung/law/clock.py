"""What a clock is, what an end is, and what a force may decide about them. Computes none: ``clocks`` does."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from fahndung.errors import Message
from fahndung.model.appeal import Category
from fahndung.model.mandate import Authority, Medium

REVIEW = "review"
WARRANT = "warrant"
CONSENT = "consent"
SCOPE_MEDIA = "scope-media"
SCOPE_UNTIL = "scope-until"
MEDIA_UNTIL = "media-until"
RECORD_UNTIL = "record-until"
NO_NORM = "no-norm"
"""The kinds of clocks besides ``lapse-24h`` and ``lapse-week`` (``lapse-`` and the period's label)."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClockPolicy:
    """What a force may decide about the clocks.

    Attributes:
        weekend_extension: § 43 (2) StPO for the one-week periods. Off, since the earlier day is always lawful. Only
            Saturdays and Sundays extend; public holidays are not known to the program.
        elapsed_weeks: a week is 168 hours if that is less than the calendar week. Wins over ``weekend_extension``.
        review_preventive: the review period of preventive appeals, instead of the one in the table of norms;
            elapsed time.
        reminders: how long before an end a warning is due (R07).
        remind_at_half: whether half of the time is a reminder too (R07).
    """

    weekend_extension: bool = False
    elapsed_weeks: bool = False
    review_preventive: Mapping[Category, dt.timedelta] = dataclasses.field(default_factory=dict)
    reminders: tuple[dt.timedelta, ...] = (dt.timedelta(hours=24), dt.timedelta(hours=6))
    remind_at_half: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock that runs, or that was stopped in time.

    Attributes:
        kind: ``lapse-24h``, ``lapse-week``, ``warrant``, ``review``, ``scope-until``, ``media-until``,
            ``record-until``, ``consent``; ``scope-media`` (the order does not name the medium) and ``no-norm``
            (nobody knows the norm) are over from the order on.
        at: the first instant (UTC) after it.
        media: the media it binds, of those asked about.
        rule: the rule that reports it.
        lifted: stopped in time; it ends nothing.
        final: nothing recorded later can move it.
        lifted_by: whose confirmation stops it, or would stop it.
        since: when it was set running: by the order, or by the review that moved it. Half of its time counts from
            there; two clocks that end alike are the same clock all the same.
    """

    kind: str
    at: dt.datetime
    because: Message
    source: str
    media: tuple[Medium, ...]
    rule: str
    lifted: bool = False
    final: bool = False
    lifted_by: tuple[Authority, ...] = ()
    since: dt.datetime = dataclasses.field(compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """When one medium must be clear.

    Attributes:
        at: the first instant (UTC) at which it must be gone; None if no end is known.
        clock: the kind of the clock that ends it.
    """

    medium: Medium
    at: dt.datetime | None
    because: Message
    clock: str
    source: str
