"""How the terminal tells a reminder, and whose policy decides when. Decides nothing itself."""

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fahndung.cli.language import language, say
from fahndung.model.plain import to_plain

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.law.clock import ClockPolicy
    from fahndung.lifecycle.reminders import Reminder


def policy_of_today(run: "Session") -> "ClockPolicy | None":
    """When to remind, by the configuration; None where it cannot be read, and each appeal's own counts."""
    from fahndung.premises import clock_policy

    return None if run.config is None else clock_policy(run.config)


def reminder_json(reminder: "Reminder") -> dict[str, Any]:
    """A reminder as an entry of ``reminders``."""
    return {
        "appeal": reminder.appeal,
        "channel": reminder.channel,
        "medium": to_plain(reminder.medium),
        "at": to_plain(reminder.at),
        "because": reminder.because.in_language(language()),
        "step": reminder.step,
        "due_since": to_plain(reminder.due_since),
        "lifted_by": to_plain(reminder.lifted_by),
    }


def reminder_lines(reminders: "Iterable[Reminder]") -> list[str]:
    """One line for people for each end that comes near, with every channel that it ends."""
    alike: dict[Reminder, list[Reminder]] = {}
    for one in reminders:
        alike.setdefault(dataclasses.replace(one, channel=None, medium=None), []).append(one)
    mark = say("reminder: ", "Erinnerung: ")
    return [mark + every[0].of(every).in_language(language()) for every in alike.values()]
