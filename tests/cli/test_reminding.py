"""A reminder is one line for each end, with every channel that it ends."""

import dataclasses
import datetime as dt

from fahndung.cli.reminding import reminder_lines
from fahndung.errors import Message
from fahndung.lifecycle.reminders import Reminder
from fahndung.model.mandate import Medium

AT = dt.datetime(2026, 12, 2, 8, 0, tzinfo=dt.UTC)
WEBSITE = Reminder(
    appeal="pdl-2026-0201",
    channel="website",
    medium=Medium.WEBSITE,
    at=AT,
    because=Message("It must be reviewed.", "Sie ist zu prüfen."),
    step="half",
    due_since=AT - dt.timedelta(days=5),
    left=Message("Half of the time is over.", "Die Hälfte der Zeit ist vorbei."),
)


def test_what_ends_at_once_for_one_reason_is_one_line_that_names_every_channel() -> None:
    land = dataclasses.replace(WEBSITE, channel="mastodon-land", medium=Medium.SOCIAL)
    paper = dataclasses.replace(WEBSITE, channel=None, medium=Medium.POSTER)
    (line,) = reminder_lines([land, WEBSITE, paper])
    where = "pdl-2026-0201 (mastodon-land, website, poster)"
    assert line == f"reminder: {where}: ends on 2026-12-02 at 09:00. Half of the time is over. It must be reviewed."


def test_what_ends_otherwise_is_a_line_of_its_own() -> None:
    later = dataclasses.replace(WEBSITE, at=AT + dt.timedelta(hours=1))
    other = dataclasses.replace(WEBSITE, appeal="pdl-2026-0202")
    sharper = dataclasses.replace(WEBSITE, step="PT6H", left=Message("Six hours.", "Sechs Stunden."))
    assert len(reminder_lines([WEBSITE, later, other, sharper])) == 4
