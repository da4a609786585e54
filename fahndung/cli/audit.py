"""Commands about the audit chain: audit verify, audit export."""

import pathlib

import click

from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import say
from fahndung.cli.session import session

BROKEN = 4


@click.group(help=say("Checks and exports the audit chain.", "Prüft die Protokollkette und gibt sie aus."))
def audit() -> None:
    """The group of ``audit verify`` and ``audit export``."""


@audit.command(
    help=say(
        "Finds any changed, removed or reordered row; with --head a cut tail.",
        "Findet jede veränderte, entfernte oder vertauschte Zeile; mit --head ein abgeschnittenes Ende.",
    )
)
@click.option("--head", "head_file", metavar="FILE", type=click.Path(path_type=pathlib.Path))
@command
def verify(call: Call, head_file: pathlib.Path | None) -> int:
    """The whole chain."""
    from fahndung.cli.call import problem_json
    from fahndung.home import open_home
    from fahndung.ledger import audit as chain
    from fahndung.ledger.store import Ledger

    home = open_home(call.home_path)
    with Ledger.open(home.ledger_address, home_id=home.identity) as ledger:
        head = chain.read_head(head_file) if head_file else None
        problems = chain.verify(ledger, head)
        with ledger.read() as tx:
            count = chain.head(tx).count
    for problem in problems:
        note(problem_line(problem))
    verdict = say("the chain is whole", "die Kette ist unversehrt")
    if problems:
        verdict = say("the chain is BROKEN", "die Kette ist VERLETZT")
    call.print(
        {"ok": not problems, "events": count, "problems": [problem_json(problem) for problem in problems]},
        [say(f"{count} events: {verdict}", f"{count} Ereignisse: {verdict}")],
    )
    return BROKEN if problems else 0


@audit.command(help=say("Prints the deletion protocol of a case.", "Gibt das Löschprotokoll eines Falls aus."))
@click.argument("appeal_id", metavar="ID")
@command
def export(call: Call, appeal_id: str) -> None:
    """Every event of a case, oldest first."""
    from fahndung.ledger import appeals
    from fahndung.ledger import audit as chain

    with session(call, takes_away=True) as run:
        with run.ledger.read() as tx:
            appeals.get(tx, appeal_id)
            events = chain.export(tx, appeal_id)
        call.print(
            {"id": appeal_id, "events": events},
            [
                f"{event['seq']:>6}  {event['at']}  {event['by']:<16} {event['action']}  {event.get('reason') or ''}"
                for event in events
            ],
        )
