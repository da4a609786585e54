"""The commands ``alarms``, ``alarms ack`` and ``alarms test``: what somebody has to know, and who took it over."""

from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, home_option, json_option, local, note, now_option, person_option
from fahndung.cli.language import language, say
from fahndung.cli.session import session
from fahndung.errors import InvalidConfig

if TYPE_CHECKING:
    from fahndung.ledger.alarms import Alarm
    from fahndung.lifecycle.alerts import Sent

CHANNEL_FAILED = 6


@click.group(
    invoke_without_command=True,
    help=say(
        "Lists the open alarms; ack takes one over, test tries every way.",
        "Zeigt die offenen Alarme; ack quittiert einen, test probiert jeden Weg.",
    ),
)
@home_option
@now_option
@person_option
@json_option
@click.pass_context
def alarms(ctx: click.Context, home: str | None, now: str | None, as_person: str | None, as_json: bool) -> None:
    """The list, or the group of ``alarms ack`` and ``alarms test``."""
    ctx.obj = (ctx.find_object(Call) or Call()).merged(home, now, as_person, as_json)
    if ctx.invoked_subcommand is None:
        ctx.invoke(_list)


@click.command()
@command
def _list(call: Call) -> int:
    """What is open, as the last run found it."""
    from fahndung.ledger import alarms as ledger

    with session(call, takes_away=True) as run:
        with run.ledger.read() as tx:
            found = ledger.open_alarms(tx)
        lines = [line for one in found for line in _lines(one)]
        call.print(
            {"alarms": [_json(one) for one in found]}, lines or [say("No alarm is open.", "Kein Alarm ist offen.")]
        )
        return run.code(0)


@alarms.command(
    help=say(
        "A person takes an alarm over: it is not sent again.",
        "Eine Person quittiert einen Alarm: Er wird nicht noch einmal gesendet.",
    )
)
@click.argument("alarm_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--note", "remark", metavar="N", help=say("what is being done", "was getan wird"))
@command
def ack(call: Call, alarm_id: int, remark: str | None) -> int:
    """It stays open until its cause is over."""
    from fahndung.ledger import alarms as ledger

    with session(call, takes_away=True) as run:
        with run.ledger.write(run.now) as tx:
            taken = ledger.acknowledge(tx, alarm_id, person=run.by, note=remark, now=run.now)
        told = say(f"Alarm {alarm_id} is acknowledged.", f"Alarm {alarm_id} ist quittiert.")
        call.print(_json(taken), [told])
        return run.code(0)


@alarms.command(
    help=say(
        "Sends a test alarm to everybody on every way and says what happened.",
        "Sendet einen Probealarm auf jedem Weg an alle und sagt, was geschah.",
    )
)
@command
def test(call: Call) -> int:
    """Raises nothing."""
    from fahndung.lifecycle import alerts

    with session(call, takes_away=True) as run:
        if run.config is None or not run.config.alarm.all_routes():
            raise InvalidConfig(
                "no way is configured in [alarm] of fahndung.toml, so nobody would be told; add one there",
                "In [alarm] der fahndung.toml ist kein Weg eingerichtet, niemand würde benachrichtigt; bitte eintragen",
            )
        told = alerts.test(run.config, home=run.home.identity, now=run.now)
        for problem in alerts.problems(run.config, production=run.ledger.kind == "production"):
            note(problem.message.in_language(language()))
        call.print({"ways": [_sent_json(one) for one in told]}, [_sent_line(one) for one in told])
        return run.code(CHANNEL_FAILED if any(one.failed for one in told) else 0)


def _json(one: "Alarm") -> dict[str, Any]:
    from fahndung.model.plain import to_plain

    return {
        "id": one.id,
        "kind": one.kind.value,
        "level": one.kind.level.value,
        "appeal": one.appeal,
        "subject": one.subject,
        "what": one.what.in_language(language()),
        "raised_at": to_plain(one.raised_at),
        "sent_at": to_plain(one.sent_at),
        "sends": one.sends,
        "next_at": to_plain(one.next_at),
        "failed": [{"way": way, "why": failure.why.in_language(language())} for way, failure in one.failed.items()],
        "acknowledged_at": to_plain(one.acknowledged_at),
        "acknowledged_by": one.acknowledged_by,
        "note": one.acknowledged_note,
    }


def _lines(one: "Alarm") -> list[str]:
    from fahndung.lifecycle.alarmtexts import LEVELS, WORDS

    title = WORDS[one.kind].title.in_language(language())
    level = LEVELS[one.kind.level].in_language(language())
    lines = [f"{one.id:>5}  {level}: {title}. {one.what.in_language(language())}"]
    if one.acknowledged_by is not None:
        by, at = one.acknowledged_by, local(one.acknowledged_at)
        lines.append(say(f"       acknowledged by {by}, {at}", f"       quittiert von {by}, {at}"))
    elif one.sent_at is None:
        lines.append(say("       nobody was told yet", "       noch niemand benachrichtigt"))
    else:
        times, at = one.sends, local(one.sent_at)
        lines.append(say(f"       sent {times} times, last {at}", f"       {times} Mal gesendet, zuletzt {at}"))
    failed = ((way, failure.why.in_language(language())) for way, failure in one.failed.items())
    return lines + [
        say(f"       NOT SENT: {way}: {why}", f"       NICHT GESENDET: {way}: {why}") for way, why in failed
    ]


def _sent_json(one: "Sent") -> dict[str, Any]:
    return {
        "way": one.route,
        "ok": one.failed is None,
        "why": None if one.failed is None else one.failed.in_language(language()),
    }


def _sent_line(one: "Sent") -> str:
    if one.failed is None:
        return say(f"{one.route}: sent", f"{one.route}: gesendet")
    why = one.failed.in_language(language())
    return say(f"{one.route} FAILED: {why}", f"{one.route} GESTÖRT: {why}")
