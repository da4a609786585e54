"""The commands that move the end or bring it: confirm, review, end, takedown; and verify, which reads all back."""

import functools
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, key_option, note, parse_instant
from fahndung.cli.language import language, say
from fahndung.cli.outcome import CHANNEL_FAILED, STILL_ONLINE, print_outcome
from fahndung.cli.reminding import policy_of_today, reminder_lines
from fahndung.cli.session import load_private_key, session
from fahndung.cli.watching import crying, looked_after, tell_others
from fahndung.cli.wording import counted
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered

if TYPE_CHECKING:
    import datetime as dt

    from fahndung.cli.session import Session
    from fahndung.errors import Message
    from fahndung.lifecycle.reminders import Reminder

REMINDER = 8


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
    from fahndung.model.mandate import Authority, Confirmation

    with session(call, moves_ends=True) as run:
        confirmation = Confirmation(
            by=Authority(kind), authority=authority, reference=reference, at=parse_instant("--at", at)
        )
        lapsing = acts.confirm(
            run.ledger,
            appeal_id=appeal_id,
            confirmation=confirmation,
            person=run.by,
            key=load_private_key(run.by, key),
            now=run.now,
        )
        end, line = _new_end(run, appeal_id)
    told = say(f"The confirmation of {appeal_id} is recorded.", f"Die Bestätigung für {appeal_id} ist festgehalten.")
    left = [one.in_language(language()) for one in lapsing]
    document = {"id": appeal_id, "confirmed_by": kind, "at": confirmation.at.isoformat(), **end, "lapsing": left}
    call.print(document, [told, *left, line])


def _new_end(run: "Session", appeal_id: str, until: "dt.datetime | None" = None) -> tuple[dict[str, Any], str]:
    """When an appeal ends now and what ends it, after something was recorded that moves an end.

    That stands already: where the end cannot be told, it is said, and no error makes anybody record it again.
    """
    from fahndung.errors import FahndungError
    from fahndung.law.periods import stamp
    from fahndung.lifecycle.account import account
    from fahndung.model.plain import to_plain

    try:
        with run.ledger.read() as tx:
            (found,) = account(tx, now=run.now, appeal=appeal_id).appeals
    except FahndungError as error:
        why = error.message.in_language(language())
        line = say(f"When it ends now cannot be told: {why}", f"Das Ende ist gerade nicht zu sagen: {why}")
        return {"ends_at": None, "ends_because": None}, line
    because = found.ends_because.in_language(language()) if found.ends_because else ""
    document = {"ends_at": to_plain(found.ends_at), "ends_because": because or None}
    if found.ends_at is None:
        return document, say("No end is known.", "Ein Ende ist nicht bekannt.")
    at = stamp(found.ends_at)
    if until is not None and found.ends_at < until:
        line = say(f"It ends before that all the same, on {at.en}", f"Das Ende liegt trotzdem schon am {at.de}")
    else:
        line = say(f"It ends now on {at.en}", f"Das Ende ist jetzt am {at.de}")
    return document, f"{line}: {because}"


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
    from fahndung.model.mandate import Review

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
        if goes_on:  # what ends it needs no other end, and must not wait for one to be computed
            end, line = _new_end(run, appeal_id, outcome.until)
    if ends:
        return _end(call, appeal_id, EndReason.REVIEW)
    told = say(f"The review of {appeal_id} is recorded.", f"Die Prüfung von {appeal_id} ist festgehalten.")
    until_told = outcome.until.isoformat() if outcome.until else None
    call.print({"id": appeal_id, "until": until_told, **end}, [told, line])
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
            f"{appeal_id} is ended as asked; nothing of that was online.",
            f"{appeal_id} ist wie gewünscht beendet; davon war nichts online.",
        )
        code = print_outcome(call, outcome, told, ended=run.home)
        for name in _going_on(run, appeal_id):
            note(say(f"stays online: {name}", f"bleibt online: {name}"))
        tell_others(run)
    wrong = any(remainder.publication and remainder.why for remainder in outcome.remainders)
    return run.code(code or (CHANNEL_FAILED if wrong else 0))


def _going_on(run: "Session", appeal_id: str) -> list[str]:
    """The accounts on which the appeal goes on: only a part of it was ended."""
    from fahndung.ledger import publications
    from fahndung.lifecycle.ends import is_over

    with run.ledger.read() as tx:
        rows = publications.rows(tx, appeal_id)
    return sorted({row.channel for row in rows if row.may_stand and not is_over(row, run.now) and not row.tells_end})


def _known_person(run: "Session", appeal_id: str, person_id: str) -> None:
    """Refuses a mistyped person where the records can still be read; a lost case must not stop an end.

    All revisions are asked: an earlier one may be online while a later one waits.
    """
    from fahndung.dossier.stored import stored_case
    from fahndung.errors import NotPublishable, UsageError
    from fahndung.ledger import appeals

    with run.ledger.read() as tx:
        latest = appeals.get(tx, appeal_id).revision
        every = [appeals.get(tx, appeal_id, revision) for revision in range(1, latest + 1)]
    try:
        known = (stored_case(run.home, submission).appeal.persons for submission in every)
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
        for line in (*reminder_lines(near), *(message.in_language(language()) for message in unreported)):
            note(line)
        nothing = say("Nothing is due.", "Nichts ist fällig.")
        code = print_outcome(call, outcome, nothing, reminders=near if warn else None)
        tell_others(run)
    code = run.code(code)
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
        f"{counted(looks, 'publication', 'publications')} looked at, not as it should be: {len(wrong)}.",
        f"{counted(looks, 'Veröffentlichung', 'Veröffentlichungen')} angesehen, nicht wie es sein soll: {len(wrong)}.",
    )
    code = print_outcome(call, found.outcome, told)
    if any(isinstance(seen.look, Altered) for seen in wrong):
        return run.code(STILL_ONLINE)
    return run.code(code or (CHANNEL_FAILED if wrong else 0))
