"""Receivers, breaches and news as JSON and as lines for people. Looks nothing up."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fahndung.cli.call import local
from fahndung.cli.language import language, say

if TYPE_CHECKING:
    from fahndung.home import Home
    from fahndung.ledger.breaches import Breach
    from fahndung.ledger.news import Told
    from fahndung.lifecycle.telling import Addressee


def receiver_json(one: "Addressee", home: "Home") -> dict[str, Any]:
    """Who got what, when, whether the end was told there; ``notice`` is the file that has to go there."""
    from fahndung.model.plain import to_plain

    receiver = one.receiver
    return {
        "name": receiver.name.in_language(language()),
        "channel": receiver.channel,
        "medium": None if receiver.medium is None else receiver.medium.value,
        "sent_at": to_plain(receiver.sent_at),
        "told_at": to_plain(receiver.told_at),
        "notice": _notice(one, home),
    }


def latest(addressees: "Iterable[Addressee]") -> "list[Addressee]":
    """Whoever got two revisions once, with the text of the last one."""
    return [*{(one.receiver.channel, one.receiver.target, one.receiver.item): one for one in addressees}.values()]


def receiver_line(one: "Addressee", home: "Home") -> str:
    """Whom to tell, and with what."""
    file = _notice(one, home)
    return say(f"To tell: {one.receiver.name.en}", f"Mitzuteilen: {one.receiver.name.de}") + (
        f": {file}" if file else ""
    )


def breach_json(breach: "Breach") -> dict[str, Any]:
    """A breach that is not reported yet."""
    from fahndung.model.plain import to_plain

    return {
        "appeal": breach.appeal,
        "known_at": to_plain(breach.known_at),
        "due_at": to_plain(breach.due_at),
        "item": breach.item,
    }


def breach_line(breach: "Breach", now: dt.datetime) -> str:
    """By when the supervisor has to be told."""
    due = local(breach.due_at)
    over = say("NOT REPORTED IN TIME", "NICHT RECHTZEITIG GEMELDET") if now >= breach.due_at else say("open", "offen")
    return say(
        f"breach of {breach.appeal}: report it before {due} (item {breach.item}): {over}",
        f"Datenschutzverletzung {breach.appeal}: melden vor dem {due} (Posten {breach.item}): {over}",
    )


def untold_json(told: "Told") -> dict[str, Any]:
    """What search engines or a network could not be told so far."""
    from fahndung.model.plain import to_plain

    return {
        "publication": told.publication,
        "whom": told.whom.lstrip("+"),
        "news": told.news.value,
        "tries": told.tries,
        "next_at": to_plain(told.next_at),
        "problem": told.problem.in_language(language()) if told.problem else None,
    }


def untold_line(told: "Told") -> str:
    """The same for people."""
    row = untold_json(told)
    return say(
        f"not told yet: {row['whom']} ({row['news']}): {row['problem']}",
        f"noch nicht gemeldet: {row['whom']} ({row['news']}): {row['problem']}",
    )


def _notice(one: "Addressee", home: "Home") -> str | None:
    """The file in the home's release; None before the end, where there is none, and once it was erased."""
    if one.notice is None or one.receiver.digest is None:
        return None
    file = home.release_folder(one.receiver.digest) / one.notice
    return str(file) if file.is_file() else None
