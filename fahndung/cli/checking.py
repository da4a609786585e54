"""The command that says every finding about a case folder or an appeal of the home. Decides nothing."""

import pathlib
from typing import TYPE_CHECKING

import click

from fahndung.cli.call import Call, command, local, problem_json, problem_line
from fahndung.cli.language import language, say
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.session import session
from fahndung.model.ids import is_id

if TYPE_CHECKING:
    from fahndung.cases.findings import Findings
    from fahndung.checking import Judgement
    from fahndung.law.clock import Clock, End

NOT_PUBLISHABLE, STILL_ONLINE = 4, 7
FOLDER = click.Path(path_type=pathlib.Path)


@click.command(
    help=say(
        "Says every finding at once: about a case folder, or about an appeal of the home at its stage.",
        "Nennt alle Beanstandungen: zu einem Fallordner, oder zu einer Fahndung des Heims in ihrem Stand.",
    )
)
@click.argument("target", metavar="DIR|ID", type=FOLDER)
@reason_option("case-work")
@command
def check(call: Call, target: pathlib.Path, reason: str) -> int:
    """Schema, law, images, texts; the clocks, and the end for each medium."""
    from fahndung.cases import findings

    home = call.found_home()
    if home is not None and is_id(str(target)) and not target.is_dir():
        return _check_stored(call, str(target), reason)
    found = findings.check(target, home=home)
    call.print(
        {"ok": not found.blocked, **_findings_json(found)},
        [
            *map(problem_line, found.problems),
            *_verdict(found.blocked),
            *map(_end_line, found.ends),
            *(route.line(language()) for route in found.routes),
        ],
    )
    return found.exit_code


def _check_stored(call: Call, appeal_id: str, reason: str) -> int:
    """An appeal of the home; what stands against one that is online is something online that should not be."""
    from fahndung import checking

    with session(call, takes_away=True) as run:
        queried(run, appeal_id, reason)
        found = checking.check(run.home, run.ledger, appeal_id=appeal_id, now=run.now)
    heading = say(
        f"{found.appeal} revision {found.revision}: {found.state}, judged as {found.stage.value}.",
        f"{found.appeal} Revision {found.revision}: {found.state}, beurteilt als {found.stage.value}.",
    )
    call.print(
        {
            "ok": not found.blocked,
            "id": found.appeal,
            "revision": found.revision,
            "state": found.state,
            "stage": found.stage.value,
            **_findings_json(found),
        },
        [
            heading,
            *map(problem_line, found.problems),
            *_outcome(found),
            *(route.line(language()) for route in found.routes),
        ],
    )
    if not found.blocked:
        return run.code(0)
    return run.code(STILL_ONLINE if found.may_be_online else NOT_PUBLISHABLE)


def _findings_json(found: "Findings | Judgement") -> dict[str, object]:
    """What was found, the same of a folder and of an appeal of the home."""
    return {
        "problems": [problem_json(problem) for problem in found.problems],
        "clocks": [_clock_json(clock) for clock in found.clocks],
        "ends": [_end_json(end) for end in found.ends],
        "accounts": [route.as_json(language()) for route in found.routes],
    }


def _outcome(found: "Judgement") -> list[str]:
    """The verdict on an appeal of the home; of one that has ended, nothing has an end any more."""
    from fahndung.law.gate import Stage

    if found.stage is Stage.ENDED:
        if found.blocked:
            return [say("Something is left to do.", "Es ist noch etwas zu tun.")]
        return [say("Nothing is left to do.", "Es ist nichts mehr zu tun.")]
    if found.stage is Stage.RUNNING and found.blocked:
        told = say("Something stands against this appeal, which is online.", "Gegen diese Fahndung spricht etwas.")
        return [told, *map(_end_line, found.ends)]
    return [*_verdict(found.blocked), *map(_end_line, found.ends)]


def _clock_json(clock: "Clock") -> dict[str, object]:
    at = clock.at
    return {
        "kind": clock.kind,
        "at": at.isoformat() if at else None,
        "source": clock.source,
        "media": sorted(medium.value for medium in clock.media),
        "lifted": clock.lifted,
    }


def _end_json(end: "End") -> dict[str, object]:
    at = end.at
    return {
        "medium": end.medium.value,
        "at": at.isoformat() if at else None,
        "because": end.because.in_language(language()),
    }


def _end_line(end: "End") -> str:
    from fahndung.law.words import MEDIA

    medium = MEDIA[end.medium].in_language(language())
    return f"{medium:<18} {local(end.at)}  {end.because.in_language(language())}"


def _verdict(blocked: bool) -> list[str]:
    if blocked:
        return [say("This appeal cannot be published as it is.", "So kann diese Fahndung nicht veröffentlicht werden.")]
    return [
        say(
            "Nothing stands against this appeal. It must be gone:",
            "Gegen diese Fahndung spricht nichts. Sie muss weg sein:",
        )
    ]
