"""Commands from publication to the proven end: publish, confirm, review, end, status, takedown, verify."""

import datetime as dt
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, key_option, local, note, parse_instant
from fahndung.cli.holding import held_json, held_line
from fahndung.cli.items import item_json, item_line
from fahndung.cli.language import language, say
from fahndung.cli.parted import gone_line, person_json, person_line, remainder_json, remainder_line
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.reminding import policy_of_today, reminder_json, reminder_line
from fahndung.cli.session import load_private_key, session
from fahndung.cli.told import breach_json, breach_line, receiver_json, receiver_line
from fahndung.cli.watching import crying, looked_after
from fahndung.model.appeal import AppealId, Medium, PersonId
from fahndung.model.publication import EndReason, Live

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.errors import Message
    from fahndung.home import Home
    from fahndung.ledger.publications import Publication
    from fahndung.lifecycle.account import Account, Standing
    from fahndung.lifecycle.publishing import Published, Ready
    from fahndung.lifecycle.reminders import Reminder
    from fahndung.lifecycle.takedown import Outcome

CHANNEL_FAILED, STILL_ONLINE, REMINDER = 6, 7, 8


@click.command(
    help=say("Hands an approved release to its channels.", "Gibt eine freigegebene Veröffentlichung an ihre Kanäle.")
)
@click.argument("appeal_id", metavar="ID")
@click.option("--channel", "only", multiple=True, metavar="NAME", help=say("only this one", "nur diesen"))
@click.option("--dry-run", is_flag=True, help=say("everything up to the send", "alles bis zum Senden"))
@command
def publish(call: Call, appeal_id: str, only: tuple[str, ...], dry_run: bool) -> int:
    """Verifies signatures, bytes and law again; every draft fits before one is sent."""
    from fahndung.lifecycle import publishing

    with session(call, moves_ends=True) as run:
        if dry_run:
            ready = publishing.prepare(run.home, run.ledger, appeal_id=appeal_id, now=run.now, only=only)
            _print_ready(call, ready)
            return 0
        done = publishing.publish(run.home, run.ledger, appeal_id=appeal_id, now=run.now, by=run.by, only=only)
        _print_published(call, done)
        if done.pending:
            return STILL_ONLINE
        wrong = [entry for entry in done.sent if not publishing.is_right(entry)]
        return CHANNEL_FAILED if done.failed or wrong else 0


@click.command(
    help=say(
        "Records the confirmation of an order, signed.", "Hält die Bestätigung einer Anordnung unterschrieben fest."
    )
)
@click.argument("appeal_id", metavar="ID")
@click.option("--by", "kind", required=True, type=click.Choice(["judge", "prosecutor", "enforcement"]))
@click.option("--authority", required=True, metavar="A")
@click.option("--reference", required=True, metavar="R")
@click.option("--at", "at", required=True, metavar="T")
@key_option
@command
def confirm(call: Call, appeal_id: str, kind: str, authority: str, reference: str, at: str, key: str | None) -> None:
    """Changes no record and no released byte; lifts a clock."""
    from fahndung.lifecycle import acts
    from fahndung.model.appeal import Authority, Confirmation

    with session(call, moves_ends=True) as run:
        confirmation = Confirmation(
            by=Authority(kind), authority=authority, reference=reference, at=parse_instant("--at", at)
        )
        acts.confirm(
            run.ledger,
            appeal_id=appeal_id,
            confirmation=confirmation,
            person=run.by,
            key=load_private_key(run.by, key),
            now=run.now,
        )
        call.print(
            {"id": appeal_id, "confirmed_by": kind, "at": confirmation.at.isoformat()},
            [
                say(
                    f"The confirmation of {appeal_id} is recorded.",
                    f"Die Bestätigung für {appeal_id} ist festgehalten.",
                )
            ],
        )


@click.command(
    help=say("Records the outcome of a review, signed.", "Hält das Ergebnis einer Prüfung unterschrieben fest.")
)
@click.argument("appeal_id", metavar="ID")
@click.option(
    "--continue", "goes_on", is_flag=True, help=say("it goes on, with --until", "sie läuft weiter, mit --until")
)
@click.option("--until", metavar="T", help=say("the next review", "die nächste Prüfung"))
@click.option("--end", "ends", is_flag=True, help=say("it ends now", "sie endet jetzt"))
@key_option
@command
def review(call: Call, appeal_id: str, goes_on: bool, until: str | None, ends: bool, key: str | None) -> int:
    """Either --continue --until T, or --end."""
    from fahndung.errors import UsageError
    from fahndung.lifecycle import acts
    from fahndung.model.appeal import Review

    if goes_on == ends or goes_on != (until is not None):
        raise UsageError("either --continue --until T, or --end", "entweder --continue --until T oder --end")
    with session(call, moves_ends=True) as run:
        outcome = Review(at=run.now, until=parse_instant("--until", until) if until else None, ends=ends)
        acts.review(
            run.ledger,
            appeal_id=appeal_id,
            outcome=outcome,
            person=run.by,
            key=load_private_key(run.by, key),
            now=run.now,
        )
    if ends:
        return _end(call, appeal_id, EndReason.REVIEW)
    call.print(
        {"id": appeal_id, "until": outcome.until.isoformat() if outcome.until else None},
        [say(f"The review of {appeal_id} is recorded.", f"Die Prüfung von {appeal_id} ist festgehalten.")],
    )
    return 0


@click.command(
    help=say(
        "Ends an appeal now and takes it down everywhere. Needs no approval and no key.",
        "Beendet eine Fahndung und löscht sie überall. Braucht weder Freigabe noch Schlüssel.",
    )
)
@click.argument("appeal_id", metavar="ID")
@click.option("--reason", required=True, type=click.Choice([reason.value for reason in EndReason]))
@click.option("--person", "person_id", metavar="PID", help=say("only this person", "nur diese Person"))
@click.option(
    "--medium",
    type=click.Choice([medium.value for medium in Medium]),
    help=say("only this medium", "nur dieses Medium"),
)
@click.option("--channel", metavar="N", help=say("only this channel", "nur diesen Kanal"))
@click.option("--tip/--no-tip", default=None, help=say("whether a tip led to it", "ob ein Hinweis dazu führte"))
@command
def end(
    call: Call,
    appeal_id: str,
    reason: str,
    person_id: str | None,
    medium: str | None,
    channel: str | None,
    tip: bool | None,
) -> int:
    """The wish is committed first; then everything is withdrawn and read back."""
    return _end(call, appeal_id, EndReason(reason), person_id, Medium(medium) if medium else None, channel, tip)


def _end(
    call: Call,
    appeal_id: str,
    reason: EndReason,
    person_id: str | None = None,
    medium: Medium | None = None,
    channel: str | None = None,
    tip: bool | None = None,
) -> int:
    from fahndung.ledger.endings import Ending
    from fahndung.lifecycle import takedown as lifecycle_takedown

    with session(call, takes_away=True, moves_ends=True) as run:
        if person_id is not None:
            _known_person(run, appeal_id, person_id)
        ending = Ending(
            appeal=AppealId(appeal_id),
            reason=reason,
            by=run.by,
            at=run.now,
            medium=medium,
            channel=channel,
            person=PersonId(person_id) if person_id else None,
            tip=tip,
        )
        outcome = lifecycle_takedown.end(run.home, run.ledger, ending, now=run.now, may_publish=run.may_publish)
    told = say(
        f"{appeal_id} is ended as asked; nothing was online.",
        f"{appeal_id} ist wie gewünscht beendet; online war nichts.",
    )
    code = print_outcome(call, outcome, told, ended=run.home)
    wrong = any(remainder.publication and remainder.why for remainder in outcome.remainders)
    return run.code(code or (CHANNEL_FAILED if wrong else 0))


def _known_person(run: "Session", appeal_id: str, person_id: str) -> None:
    """Refuses a mistyped person where the records can still be read; a lost case must not stop an end.

    All revisions are asked: an earlier one may be online while a later one waits.
    """
    from fahndung import dossier
    from fahndung.errors import NotPublishable, UsageError
    from fahndung.ledger import appeals

    with run.ledger.read() as tx:
        latest = appeals.get(tx, appeal_id).revision
        every = [appeals.get(tx, appeal_id, revision) for revision in range(1, latest + 1)]
    try:
        known = (dossier.stored_case(run.home, submission).appeal.persons for submission in every)
        persons = dict.fromkeys(person.id for revision in known for person in revision)
    except NotPublishable as error:
        note(error.message.in_language(language()))
        return
    if person_id not in persons:
        named = ", ".join(persons)
        raise UsageError(
            f"{appeal_id} has no person {person_id}, but: {named}",
            f"{appeal_id} hat keine Person {person_id}, sondern: {named}",
        )


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
    with session(call, takes_away=True) as run:
        if numbers:
            return run.code(standing.print_numbers(run))
        if appeal_id is not None:
            queried(run, appeal_id, reason)
        found, near, paper = _standing(run, appeal_id)
        document = {**_account_json(found, run.home), "reminders": [reminder_json(reminder) for reminder in near]}
        document |= {"paper": paper}
        lines = [*_account_lines(found, run.now), *map(reminder_line, near), *paper]
        if everything:
            standing.print_all(call, document, lines, _ended(run))
        else:
            call.print(document, lines)
    return run.code(STILL_ONLINE if found.overdue else 0)


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
            yield _standing_json(one, run.home), _standing_lines(one)


@click.command(
    help=say(
        "Ends whatever is over, retries and verifies what is not yet gone.",
        "Löscht alles Abgelaufene und prüft nach, was noch nicht weg ist.",
    )
)
@click.option("--warn", is_flag=True, help=say("exit 8 if an end is near", "Rückgabewert 8, wenn ein Ende naht"))
@command
def takedown(call: Call, warn: bool) -> int:
    """For cron and timers; needs the ledger and secrets only."""
    from fahndung.lifecycle import takedown as lifecycle_takedown

    with crying(call), session(call, takes_away=True, moves_ends=True) as run:
        work = functools.partial(
            lifecycle_takedown.takedown, run.home, run.ledger, now=run.now, by=run.by, may_publish=run.may_publish
        )
        outcome = looked_after(run, work)
        near: tuple[Reminder, ...] = ()
        unreported: list[Message] = []
        if warn:
            from fahndung.lifecycle import reminders, retention, telling

            with run.ledger.read() as tx:
                near = reminders.near(tx, now=run.now, policy=policy_of_today(run))
                unreported = [*retention.breach_warnings(tx, run.now), *telling.paper_warnings(tx, run.now)]
    for line in (*map(reminder_line, near), *(message.in_language(language()) for message in unreported)):
        note(line)
    nothing = say("Nothing is due.", "Nichts ist fällig.")
    code = run.code(print_outcome(call, outcome, nothing, reminders=near if warn else None))
    return REMINDER if (near or unreported) and code == 0 else code


@click.command(help=say("Reads every publication back.", "Liest jede Veröffentlichung zurück."))
@click.argument("appeal_id", metavar="ID", required=False)
@command
def verify(call: Call, appeal_id: str | None) -> int:
    """What should be online and what should be gone."""
    from fahndung.ledger import appeals
    from fahndung.lifecycle import verification
    from fahndung.lifecycle.settling import told as look_told

    with session(call, takes_away=True) as run:
        if appeal_id is not None:
            with run.ledger.read() as tx:
                appeals.get(tx, appeal_id)
        found = verification.verify(run.home, run.ledger, now=run.now, by=run.by, appeal=appeal_id)
    for seen in found.seen:
        told = look_told(seen.look).in_language(language())
        mark = (
            say("as it should be", "wie es sein soll")
            if seen.right
            else say("NOT as it should be", "NICHT wie es sein soll")
        )
        row = seen.publication
        note(f"{row.appeal} r{row.revision} {row.channel}: {told} ({mark})")
    looks = len(found.seen)
    wrong = [seen for seen in found.seen if not seen.right]
    told = say(
        f"{looks} publications looked at, {len(wrong)} not as they should be.",
        f"{looks} Veröffentlichungen angesehen, {len(wrong)} nicht wie sie sein sollen.",
    )
    code = print_outcome(call, found.outcome, told)
    return run.code(code or (CHANNEL_FAILED if wrong else 0))


def _print_ready(call: Call, ready: "Ready") -> None:
    rows = [
        {
            "channel": draft.channel,
            "urls": [reference.url for reference in draft.references],
            "bytes": sum(map(len, draft.payload.values())),
        }
        for _, draft in ready.drafts
    ]
    lines = [
        say(f"{row['channel']}: would send {row['bytes']} bytes", f"{row['channel']}: würde {row['bytes']} Byte senden")
        for row in rows
    ]
    call.print({"digest": ready.stored.digest, "dry_run": True, "drafts": rows}, lines)


def _print_published(call: Call, done: "Published") -> None:
    from fahndung.lifecycle.settling import told

    sent = [
        {
            **publication_json(entry.publication),
            "seen": type(entry.look).__name__.lower(),
            "why": say("online, every byte as approved", "online, jedes Byte wie freigegeben")
            if isinstance(entry.look, Live)
            else told(entry.look).in_language(language()),
        }
        for entry in done.sent
    ]
    failed = [{"channel": name, "why": message.in_language(language())} for name, message in done.failed]
    lines = [f"{row['channel']}: {row['url']}  ({row['why']})" for row in sent]
    lines += [
        say(f"{row['channel']} FAILED: {row['why']}", f"{row['channel']} GESTÖRT: {row['why']}") for row in failed
    ]
    call.print({"published": sent, "failed": failed, "pending": [pending_json(p) for p in done.pending]}, lines)


def print_outcome(
    call: Call,
    outcome: "Outcome",
    nothing: str,
    *,
    ended: "Home | None" = None,
    reminders: "tuple[Reminder, ...] | None" = None,
    more: dict[str, Any] | None = None,
) -> int:
    """Prints what a run did, with ``more`` in the document; 7 if something may be online past its end."""
    withdrawn = [publication_json(row) for row in outcome.withdrawn]
    pending = [pending_json(row) for row in outcome.pending]
    items = [item_json(item) for item in outcome.by_hand]
    remainders = [remainder_json(remainder) for remainder in outcome.remainders]
    lines = [remainder_line(row) for row in remainders]
    lines += [gone_line(row) for row in outcome.withdrawn]
    lines += [
        say(
            f"NOT GONE: {row['channel']} {row['url']}: {row['why']}",
            f"NICHT WEG: {row['channel']} {row['url']}: {row['why']}",
        )
        for row in pending
    ]
    unrecorded = [publication_json(row) for row in outcome.unrecorded]
    lines += [
        say(
            f"gone, but not recorded yet: {row['channel']} {row['url']}; the next run records it",
            f"weg, aber noch nicht vermerkt: {row['channel']} {row['url']}; der nächste Lauf vermerkt es",
        )
        for row in unrecorded
    ]
    lines = lines or [nothing]
    lines += [item_line(item) for item in outcome.by_hand]
    document: dict[str, Any] = {"withdrawn": withdrawn, "pending": pending, "by_hand": items}
    if unrecorded:  # only while the ledger cannot be written
        document["unrecorded"] = unrecorded
    if remainders:  # only where a person was left out
        document["remainders"] = remainders
    if ended is not None:
        document["receivers"] = [receiver_json(one, ended) for one in outcome.receivers]
        lines += [receiver_line(one, ended) for one in outcome.receivers if one.untold]
    document["online_past_end"] = outcome.online_past_end
    if reminders is not None:
        document["reminders"] = [reminder_json(reminder) for reminder in reminders]
    call.print(document | (more or {}), lines)
    if outcome.online_past_end:
        return STILL_ONLINE
    return CHANNEL_FAILED if outcome.unrecorded else 0


def publication_json(row: "Publication") -> dict[str, Any]:
    """A publication as contract.md's ``publications`` entry."""
    from fahndung.model.plain import to_plain

    return {
        "appeal": row.appeal,
        "revision": row.revision,
        "channel": row.channel,
        "medium": row.medium.value,
        "state": row.state.value,
        "ends_at": to_plain(row.due_at),
        "ends_because": row.due_because.in_language(language()) if row.due_because else None,
        "remote_id": row.remote_id,
        "url": row.url,
        "published_at": to_plain(row.published_at),
        "withdrawn_at": to_plain(row.withdrawn_at),
        "verified_at": to_plain(row.verified_at),
        "late_s": row.late_s,
        "problem": row.problem.in_language(language()) if row.problem else None,
        "judged_by": {"norms": row.norms, "rules": row.rules},
    }


def publication_line(row: "Publication") -> str:
    """Where it stands, and what stands in its way."""
    problem = f"  ({row.problem.in_language(language())})" if row.problem and not row.is_down else ""
    return f"    {row.channel:<16} {row.state.value:<12} {row.url or ''}{problem}"


def pending_json(pending: Any) -> dict[str, Any]:
    """A publication that may be online, as contract.md's ``pending`` entry."""
    return {
        "appeal": pending.appeal,
        "channel": pending.channel,
        "url": pending.url,
        "why": pending.why.in_language(language()),
    }


def _standing_json(one: "Standing", home: "Home") -> dict[str, Any]:
    from fahndung.model.plain import to_plain

    return {
        "id": one.appeal,
        "revision": one.revision,
        "category": one.category,
        "state": one.state,
        "ends_at": to_plain(one.ends_at),
        "ends_because": one.ends_because.in_language(language()) if one.ends_because else None,
        "persons": [person_json(person) for person in one.persons],
        "publications": [publication_json(row) for row in one.publications],
        "receivers": [receiver_json(addressee, home) for addressee in one.receivers],
        "restricted_at": to_plain(one.restricted_at),
    }


def _account_json(found: "Account", home: "Home") -> dict[str, Any]:
    return {
        "appeals": [_standing_json(one, home) for one in found.appeals],
        "ended": found.ended,
        "by_hand": [item_json(item) for item in found.by_hand],
        "breaches": [breach_json(breach) for breach in found.breaches],
        "held": [held_json(account) for account in found.held],
        "overdue": found.overdue,
    }


def _standing_lines(one: "Standing") -> list[str]:
    because = one.ends_because.in_language(language()) if one.ends_because else ""
    state = one.state if one.restricted_at is None else say(f"{one.state}, restricted", f"{one.state}, gesperrt")
    lines = [f"{one.appeal} r{one.revision}  {state}  {local(one.ends_at)}  {because}"]
    lines += [person_line(person) for person in one.persons if len(one.persons) > 1]
    return lines + [publication_line(row) for row in one.publications]


def _account_lines(found: "Account", now: dt.datetime) -> list[str]:
    lines = [line for one in found.appeals for line in _standing_lines(one)]
    lines += [item_line(item) for item in found.by_hand]
    lines += [breach_line(breach, now) for breach in found.breaches]
    lines += [held_line(account) for account in found.held]
    if found.ended:
        lines.append(say(f"ended: {found.ended} (--all lists them)", f"beendet: {found.ended} (--all zeigt sie)"))
    lines.append(say(f"overdue: {found.overdue}", f"überfällig: {found.overdue}"))
    return lines
