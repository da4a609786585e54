"""The command that tells what is open and online where, and what ends it next. Calls no channel."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local
from fahndung.cli.holding import held_json, held_line
from fahndung.cli.items import item_json, item_lines
from fahndung.cli.language import language, say
from fahndung.cli.mailings import mailing_lines, mailings_json, parted
from fahndung.cli.outcome import STILL_ONLINE, publication_json, publication_line
from fahndung.cli.parted import person_json, person_line
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.reminding import policy_of_today, reminder_json, reminder_lines
from fahndung.cli.session import session
from fahndung.cli.told import breach_json, breach_line, receiver_json, untold_json, untold_line
from fahndung.cli.wording import state_word

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.home import Home
    from fahndung.lifecycle.account import Account, Standing
    from fahndung.lifecycle.reminders import Reminder


@click.command(
    help=say(
        "What is open and online where, which clock ends it next, what is overdue.",
        "Was wo offen und online ist, welche Frist es beendet, was überfällig ist.",
    )
)
@click.argument("appeal_id", metavar="ID", required=False)
@click.option("--all", "everything", is_flag=True, help=say("ended appeals too", "auch beendete"))
@click.option("--metrics", "numbers", is_flag=True, help=say("numbers, as OpenMetrics", "Zahlen, als OpenMetrics"))
@reason_option("oversight")
@command
def status(call: Call, appeal_id: str | None, everything: bool, numbers: bool, reason: str) -> int:
    """Calls no channel. One case by name is a query, which is logged; the overview is supervision."""
    from fahndung.cli import standing
    from fahndung.errors import UsageError

    if (appeal_id is not None) + everything + numbers > 1:
        raise UsageError("either ID, or --all, or --metrics", "entweder ID oder --all oder --metrics")
    if numbers and call.json:
        raise UsageError("either --metrics or --json", "entweder --metrics oder --json")
    with session(call, takes_away=True) as run:
        if numbers:
            return run.code(standing.print_numbers(run))
        if appeal_id is not None:
            queried(run, appeal_id, reason)
        found, near, paper = _standing(run, appeal_id)
        with run.ledger.read() as tx:
            mailings = {one.appeal: mailings_json(tx, parted(one.publications)[1]) for one in found.appeals}
        document = {
            **_account_json(found, run.home, mailings),
            "reminders": [reminder_json(reminder) for reminder in near],
        }
        document |= {"paper": paper}
        lines = [*_account_lines(found, run.now, mailings, listed=everything), *reminder_lines(near), *paper]
        if everything:
            standing.print_all(call, document, lines, _ended(run))
        else:
            call.print(document, lines)
    return run.code(STILL_ONLINE if found.overdue or found.altered else 0)


def _standing(run: "Session", appeal_id: str | None) -> "tuple[Account, tuple[Reminder, ...], list[str]]":
    from fahndung.lifecycle import reminders, telling
    from fahndung.lifecycle.account import account

    with run.ledger.read() as tx:
        found = account(tx, now=run.now, appeal=appeal_id)
        near = reminders.near(tx, now=run.now, policy=policy_of_today(run), appeal=appeal_id)
        paper = [message.in_language(language()) for message in telling.paper_warnings(tx, run.now, appeal_id)]
    return found, tuple(near), paper


def _ended(run: "Session") -> "Iterator[tuple[dict[str, Any], list[str]]]":
    from fahndung.lifecycle.account import ended

    with run.ledger.read() as tx:
        for one in ended(tx, now=run.now):
            mailings = mailings_json(tx, parted(one.publications)[1])
            yield _standing_json(one, run.home, mailings), _standing_lines(one, mailings)


def _standing_json(one: "Standing", home: "Home", mailings: list[dict[str, Any]]) -> dict[str, Any]:
    from fahndung.model.plain import to_plain

    return {
        "id": one.appeal,
        "revision": one.revision,
        "category": one.category,
        "state": one.state,
        "ends_at": to_plain(one.ends_at),
        "ends_because": one.ends_because.in_language(language()) if one.ends_because else None,
        "persons": [person_json(person) for person in one.persons],
        "publications": [publication_json(row) for row in parted(one.publications)[0]],
        "mailings": mailings,
        "receivers": [receiver_json(addressee, home) for addressee in one.receivers],
        "restricted_at": to_plain(one.restricted_at),
    }


Mailings = Mapping[str, list[dict[str, Any]]]


def _account_json(found: "Account", home: "Home", mailings: Mailings) -> dict[str, Any]:
    return {
        "appeals": [_standing_json(one, home, mailings[one.appeal]) for one in found.appeals],
        "ended": found.ended,
        "by_hand": [item_json(item) for item in found.by_hand],
        "breaches": [breach_json(breach) for breach in found.breaches],
        "held": [held_json(account) for account in found.held],
        "untold": [untold_json(told) for told in found.untold],
        "overdue": found.overdue,
        "altered": len(found.altered),
    }


def _heading(one: "Standing") -> str:
    """How it stands, for people: to the takedown it is live once a call has begun, to them once a copy was accepted."""
    begun = {row.state.value for row in one.publications if row.may_stand and not row.tells_end}
    return "publishing" if one.state == "live" and begun == {"publishing"} else one.state


def _standing_lines(
    one: "Standing", mailings: list[dict[str, Any]], altered: frozenset[int] = frozenset()
) -> list[str]:
    because = one.ends_because.in_language(language()) if one.ends_because else ""
    state = state_word(_heading(one)) + ("" if one.restricted_at is None else say(", restricted", ", gesperrt"))
    lines = [f"{one.appeal} r{one.revision}  {state}  {local(one.ends_at)}  {because}"]
    lines += [person_line(person) for person in one.persons if len(one.persons) > 1]
    copies = parted(one.publications)[0]
    shown = [row for row in copies if row.state.value == "live" and not row.tells_end]
    latest = max((row.revision for row in shown), default=0)
    lines += [
        publication_line(row, altered=row.id in altered, earlier=row in shown and row.revision < latest)
        for row in copies
    ]
    return lines + mailing_lines(mailings)


def _account_lines(found: "Account", now: dt.datetime, mailings: Mailings, *, listed: bool) -> list[str]:
    lines = [line for one in found.appeals for line in _standing_lines(one, mailings[one.appeal], found.altered)]
    lines += item_lines(found.by_hand)
    lines += [breach_line(breach, now) for breach in found.breaches]
    lines += [held_line(account) for account in found.held]
    lines += [untold_line(told) for told in found.untold]
    if found.ended:
        how = "" if listed else say(" (--all lists them)", " (--all zeigt sie)")
        lines.append(say("ended: ", "beendet: ") + f"{found.ended}{how}")
    if found.altered:
        lines.append(
            say(
                f"online otherwise than approved: {len(found.altered)}",
                f"anders online als freigegeben: {len(found.altered)}",
            )
        )
    lines.append(say(f"overdue: {found.overdue}", f"überfällig: {found.overdue}"))
    return lines
