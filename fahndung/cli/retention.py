"""The command ``retention``: what is due after the end, and doing it."""

from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local, note
from fahndung.cli.language import language, say
from fahndung.cli.session import session

if TYPE_CHECKING:
    from fahndung.lifecycle.retention import Done, Task

INCOMPLETE = 6


@click.command(
    help=say(
        "Shows what is due after the end; with --do erases release files and log entries, makes records read-only.",
        "Zeigt, was nach dem Ende fällig ist; mit --do löscht es Gebautes und Protokolleinträge und sperrt Datensätze.",
    )
)
@click.argument("appeal_id", metavar="ID", required=False)
@click.option("--do", "perform", is_flag=True, help=say("do it", "ausführen"))
@command
def retention(call: Call, appeal_id: str | None, perform: bool) -> int:
    """Without --do nothing changes; what only a person can do is shown and never done."""
    from fahndung.lifecycle import retention as lifecycle

    with session(call, takes_away=not perform) as run:
        done = None
        if perform:
            done = lifecycle.do(run.home, run.ledger, now=run.now, by=run.by, appeal=appeal_id)
        left = lifecycle.tasks(run.home, run.ledger, now=run.now, appeal=appeal_id)
    for appeal, why in done.failed if done else ():
        note(f"{appeal}: {why.in_language(language())}")
    lines = [*(_done_lines(done) if done else ()), *map(_line, left)]
    document = {"tasks": [_json(task) for task in left], "done": None if done is None else _done_json(done)}
    call.print(document, lines or [say("Nothing is due.", "Nichts ist fällig.")])
    return run.code(INCOMPLETE if done is not None and done.failed else 0)


def _json(task: "Task") -> dict[str, Any]:
    from fahndung.model.plain import to_plain

    return {
        "appeal": task.appeal,
        "kind": task.kind.value,
        "due": task.due,
        "at": to_plain(task.at),
        "count": task.count,
        "by": "program" if task.by_program else "person",
        "what": task.what.in_language(language()),
        "source": task.source,
    }


def _line(task: "Task") -> str:
    when = say("due", "fällig") if task.due else say("later", "später")
    if not task.due and task.at is not None:
        when = say(f"from {local(task.at)}", f"ab {local(task.at)}")
    who = "" if task.by_program else say("  (a person)", "  (ein Mensch)")
    return f"{task.appeal}  {when:<8} {task.what.in_language(language())}{who}  [{task.source}]"


def _done_json(done: "Done") -> dict[str, Any]:
    return {
        "releases": done.releases,
        "answers": done.answers,
        "restricted": done.restricted,
        "log_entries": done.entries,
        "failed": [{"appeal": appeal, "why": why.in_language(language())} for appeal, why in done.failed],
    }


def _done_lines(done: "Done") -> list[str]:
    return [
        say(
            f"erased: {done.releases} releases, {done.answers} answers, {done.entries} entries of the log; "
            f"made read-only: {done.restricted} records",
            f"gelöscht: Dateien von {done.releases} Veröffentlichungen, {done.answers} Antworten, {done.entries} "
            "Protokolleinträge; "
            f"nur noch lesbar: {done.restricted} Datensätze",
        )
    ]
