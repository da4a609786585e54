"""The command ``calendar``: every end as an iCalendar file, on demand."""

import pathlib

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import say
from fahndung.cli.reminding import policy_of_today
from fahndung.cli.session import session


@click.command(
    help=say(
        "Prints every end as an iCalendar file, or writes it to FILE. The home's own one ([calendar] file) is kept up "
        "to date by every command that may move an end.",
        "Gibt alle Enden als iCalendar-Datei aus oder schreibt sie nach FILE. Die des Heims ([calendar] file) hält "
        "jeder Befehl aktuell, der ein Ende verschieben kann.",
    )
)
@click.option("-o", "output", metavar="FILE", type=click.Path(path_type=pathlib.Path))
@command
def calendar(call: Call, output: pathlib.Path | None) -> None:
    """Ids and reasons only; the ledger is enough."""
    from fahndung.lifecycle import calendar as lifecycle_calendar
    from fahndung.model.plain import to_plain

    with session(call, takes_away=True) as run:
        entries, data = lifecycle_calendar.current(run.ledger, policy_of_today(run), now=run.now)
    if output is not None:
        lifecycle_calendar.write(output, data)
    document = {
        "file": None if output is None else str(output),
        "entries": [{"uid": entry.uid, "at": to_plain(entry.at), "summary": entry.summary} for entry in entries],
    }
    told = say(f"{len(entries)} entries in {output}", f"{len(entries)} Einträge in {output}")
    call.print(document, data.decode().splitlines() if output is None else [told])
