"""When a person is reminded that an end comes near (R07): at half time and so long before it. Computes no end itself.

The one place that decides it; the gate, ``status``, ``takedown --warn`` and the calendar ask here.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from fahndung.errors import Message
from fahndung.law.clock import Clock, ClockPolicy
from fahndung.law.norms import in_order
from fahndung.model.mandate import Medium

HALF = "half"
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder of one end.

    Attributes:
        name: ``half``, or how long before the end as an ISO 8601 duration (``PT24H``).
        at: the first instant (UTC) at which it is due.
        left: the elapsed time between it and the end.
    """

    name: str
    at: dt.datetime
    left: dt.timedelta

    @property
    def text(self) -> Message:
        """What is true from then on: ``At most 6 hours are left.``"""
        if self.name == HALF:
            return Message("Half of the time is over.", "Die Hälfte der Zeit ist vorbei.")
        if self.left == _HOUR:
            return Message("At most one hour is left.", "Es bleibt höchstens eine Stunde.")
        in_days = self.left > 2 * _DAY and not self.left % _DAY
        amount = f"{self.left / (_DAY if in_days else _HOUR):g}"
        unit = Message("days", "Tage") if in_days else Message("hours", "Stunden")
        return Message(
            f"At most {amount} {unit.en} are left.", f"Es bleiben höchstens {amount.replace('.', ',')} {unit.de}."
        )


def steps(start: dt.datetime, end: dt.datetime, policy: ClockPolicy) -> tuple[Step, ...]:
    """The reminders of a clock that runs from ``start`` to ``end``, by time; those before its start are left out.

    Elapsed time, whatever the clocks on the wall do. A length that is half of the time too is told as the length.

    Source: R07, § 131c Abs. 2 StPO (the period begins with the order), read 2026-11-26.
    """
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    whole = end - start
    names = {left: f"PT{left / _HOUR:g}H" for left in policy.reminders}
    if policy.remind_at_half:
        names.setdefault(whole / 2, HALF)
    chosen = sorted((left for left in names if dt.timedelta() < left <= whole), reverse=True)
    return tuple(Step(name=names[left], at=end - left, left=left) for left in chosen)


def due_step(start: dt.datetime, end: dt.datetime, now: dt.datetime, policy: ClockPolicy) -> Step | None:
    """The sharpest reminder that is due: half-open, from its instant on and until the end."""
    if now >= end:
        return None
    return next((step for step in reversed(steps(start, end, policy)) if now >= step.at), None)


def due_reminders(
    clocks: Iterable[Clock], media: Iterable[Medium], now: dt.datetime, policy: ClockPolicy
) -> tuple[tuple[Clock, Step], ...]:
    """Each clock that may end one of the media and is to be reminded of now, by time; nothing of what is over."""
    running = can_end(clocks, media)
    over = {medium for clock in running if now >= clock.at for medium in clock.media}
    left = can_end(running, [medium for medium in Medium if medium not in over])
    found = ((clock, due_step(clock.since, clock.at, now, policy)) for clock in left)
    return tuple((clock, step) for clock, step in found if step is not None)


def can_end(clocks: Iterable[Clock], media: Iterable[Medium]) -> tuple[Clock, ...]:
    """The clocks that can still end one of the media, by time, each with those media only.

    Each of them is worth a reminder, not the earliest alone: a confirmation may lift that one. What lies behind an
    end that nothing can move is not.
    """
    bound: dict[Clock, list[Medium]] = {}
    running = sorted((clock for clock in clocks if not clock.lifted), key=lambda clock: clock.at)
    for medium in in_order(media):
        for clock in running:
            if medium in clock.media:
                bound.setdefault(clock, []).append(medium)
                if clock.final:
                    break
    narrowed = [dataclasses.replace(clock, media=tuple(own)) for clock, own in bound.items()]
    return tuple(sorted(narrowed, key=lambda clock: clock.at))
