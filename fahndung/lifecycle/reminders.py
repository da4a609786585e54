"""What somebody should be reminded of now (R07), from the ledger. Tells nobody itself, ends nothing."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from fahndung.errors import Message
from fahndung.law.clock import ClockPolicy
from fahndung.law.periods import stamp
from fahndung.law.reminding import due_reminders
from fahndung.law.words import MEDIA
from fahndung.ledger.transaction import Tx
from fahndung.lifecycle.courses import courses
from fahndung.model.mandate import Authority, Medium


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One thing that comes near.

    Attributes:
        channel, medium: None where it is not about one.
        at: when it is too late.
        because: what ends then, and what would keep it from ending.
        step: the sharpest reminder that is due, by name. due_since: its instant. left: the same in words.
        lifted_by: whose confirmation would keep it from ending.
    """

    appeal: str
    channel: str | None
    medium: Medium | None
    at: dt.datetime
    because: Message
    step: str
    due_since: dt.datetime
    left: Message
    lifted_by: tuple[Authority, ...] = ()

    @property
    def message(self) -> Message:
        """The reminder as one line."""
        return self.of([self])

    def of(self, several: "Sequence[Reminder]") -> Message:
        """The same for ``several`` that differ from it in channel and medium only, which are named in turn."""
        where = [one.where for one in several]
        en, de = ", ".join(one.en for one in where), ", ".join(one.de for one in where)
        when = stamp(self.at)
        return Message(
            f"{self.appeal}{f' ({en})' if en else ''}: ends on {when.en}. {self.left.en} {self.because.en}",
            f"{self.appeal}{f' ({de})' if de else ''}: endet am {when.de}. {self.left.de} {self.because.de}",
        )

    @property
    def where(self) -> Message:
        """The channel, else the medium, else nothing."""
        if self.channel is not None:
            return Message(self.channel, self.channel)
        return Message("", "") if self.medium is None else MEDIA[self.medium]


def near(
    tx: Tx, *, now: dt.datetime, policy: ClockPolicy | None = None, appeal: str | None = None
) -> tuple[Reminder, ...]:
    """Everything that is near, what comes first in front; of one channel's many recipients once.

    Args:
        policy: when to remind, by today's configuration; None: as each appeal was handed in.
    """
    found = dict.fromkeys(_ends(tx, now, policy, appeal))
    return tuple(sorted(found, key=lambda one: (one.at, one.appeal, one.channel or "", one.medium or "")))


def _ends(tx: Tx, now: dt.datetime, policy: ClockPolicy | None, appeal: str | None) -> Iterator[Reminder]:
    """Each end that may still come of what is out, or approved to go out: its clock runs from the order (R07)."""
    for course in courses(tx, appeal):
        if not course.approved:
            continue
        for clock, step in due_reminders(course.clocks, [course.medium], now, policy or course.policy):
            yield Reminder(
                appeal=course.appeal,
                channel=course.channel,
                medium=course.medium,
                at=clock.at,
                because=clock.because,
                step=step.name,
                due_since=step.at,
                left=step.text,
                lifted_by=clock.lifted_by,
            )
