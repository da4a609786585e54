"""The doctor at the terminal: examines a home and its machine, and accepts a clock that was set right."""

import datetime as dt
import pathlib
import re
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli import heading
from fahndung.cli.call import Call, command, local, machine_clock
from fahndung.cli.language import language, say
from fahndung.cli.session import instant, open_ledger
from fahndung.errors import UsageError

if TYPE_CHECKING:
    from fahndung.lifecycle.diagnosis import Finding

_AGE = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@click.command(
    help=say(
        "Looks at clock, disks, rights, secrets, backup, ledger and alarms; says what to do. Changes nothing.",
        "Prüft Uhr, Platz, Rechte, Zugänge, Sicherung, Register und Alarme; sagt, was zu tun ist. Ändert nichts.",
    )
)
@click.option(
    "--max-age",
    "age",
    metavar="10m",
    help=say("bad if no run ended well for so long", "schlecht, wenn so lange kein Lauf gut endete"),
)
@click.option("--full", is_flag=True, help=say("read every row of the ledger", "jede Zeile des Registers lesen"))
@click.option(
    "--accept-clock",
    "accepts",
    is_flag=True,
    help=say(
        "this clock is right: lower the ledger's time, which a wrong one set; with --as",
        "Diese Uhr geht richtig: die Zeit des Registers senken, die eine falsche setzte; mit --as",
    ),
)
@command
def doctor(call: Call, age: str | None, full: bool, accepts: bool) -> int:
    """Exit code 6 if something is bad, 7 if something may be online past its end because of it.

    A clock is accepted while nobody works: a worker that went by the wrong time has to be stopped first.
    """
    if accepts:
        if age is not None or full:
            raise UsageError("--accept-clock stands alone", "--accept-clock steht allein")
        return _accept(call)
    from fahndung.lifecycle import checkup, diagnosis

    findings = checkup.examine(
        call.home_path,
        keys=pathlib.Path(click.get_app_dir("fahndung")),
        head=lambda home, config: heading.keeping(home, config, rehearsal=False).path,
        clock=lambda ledger: instant(call, ledger),
        machine=machine_clock,
        rehearsed=call.now is not None,
        max_age=None if age is None else _span(age),
        full=full,
    )
    code = diagnosis.exit_code(findings)
    document = {"ok": code == 0, "exit_code": code, "findings": [_json(one) for one in findings]}
    call.print(document, [line for one in findings for line in _lines(one)])
    return code


def _accept(call: Call) -> int:
    from fahndung.home import open_home
    from fahndung.ledger import clockmark, people
    from fahndung.ledger.store import CLOCK_TOLERANCE
    from fahndung.lifecycle import clock, clockskew
    from fahndung.lifecycle.shift import GLANCE_SECONDS

    if call.now is not None:
        raise UsageError(
            "--accept-clock is about the real time: without --now",
            "--accept-clock meint die wirkliche Zeit: ohne --now",
        )
    if call.named is None:
        raise UsageError(
            "a person has to say that the clock is right: --as PERSON",
            "Dass die Uhr richtig geht, sagt jemand: --as PERSON",
        )
    home = open_home(call.home_path)
    with home.lock(GLANCE_SECONDS), open_ledger(call, home) as ledger:
        now = instant(call, ledger)
        jump = clockskew.jumped(ledger, clock.began(now))
        with ledger.write(now) as tx:
            ledger.unattended(tx)  # a worker would go on by the wrong time, and raise the mark again
            people.trusted(tx, call.named)
            was = clockmark.accept(tx, now=now, by=call.named, tolerance=CLOCK_TOLERANCE, jump=jump)
    told = say(
        f"The ledger's time was {local(was)} and is {local(now)} now. Next: 'fahndung takedown'.",
        f"Die Zeit des Registers war {local(was)} und ist jetzt {local(now)}. Weiter: „fahndung takedown“.",
    )
    document = {"from": None if was is None else was.isoformat(), "to": now.isoformat(), "by": call.named}
    call.print(document, [told])
    return 0


def _span(text: str) -> dt.timedelta:
    found = _AGE.fullmatch(text)
    if found is None:
        raise UsageError(
            f"--max-age: {text!r} is not a span such as 90s, 10m, 2h or 1d",
            f"--max-age: {text!r} ist keine Dauer wie 90s, 10m, 2h oder 1d",
        )
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})


def _json(one: "Finding") -> dict[str, Any]:
    return {
        "check": one.check,
        "verdict": one.verdict.value,
        "what": one.what.in_language(language()),
        "todo": None if one.todo is None else one.todo.in_language(language()),
        "may_be_online": one.online,
    }


def _lines(one: "Finding") -> list[str]:
    mark = {"ok": "ok", "warn": say("warn", "Hinweis"), "bad": say("BAD", "SCHLECHT")}[one.verdict.value]
    lines = [f"{mark:<9} {one.check:<14} {one.what.in_language(language())}"]
    return lines if one.todo is None else [*lines, f"{'':<9} {'':<14} → {one.todo.in_language(language())}"]
