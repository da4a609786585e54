"""Commands about the ledger as a whole: ledger migrate."""

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import say


@click.group(help=say("The ledger as a whole.", "Das Register als Ganzes."))
def ledger() -> None:
    """The group of ``ledger migrate``."""


@ledger.command(
    help=say(
        "Brings an older ledger to this program's schema and keeps a copy of it.",
        "Bringt ein älteres Register auf den Stand dieses Programms und behält eine Kopie.",
    )
)
@command
def migrate(call: Call) -> None:
    """Under the home's lock; what is up to date stays as it is."""
    from fahndung.home import open_home
    from fahndung.ledger.store import Ledger

    home = open_home(call.home_path)
    rehearsal = Ledger.kind_at(home.ledger_path, home_id=home.identity) == "rehearsal"
    with home.lock():
        now = call.instant(rehearsal=rehearsal)
        kept = Ledger.migrate(home.ledger_path, home_id=home.identity, now=now, by=call.by)
    if kept is None:
        told = say("The ledger is up to date.", "Das Register ist auf dem neuesten Stand.")
    else:
        told = say(
            f"The ledger was migrated; the older one is kept as {kept}. Next: 'fahndung takedown'.",
            f"Das Register ist umgestellt; das ältere bleibt als {kept}. Weiter: „fahndung takedown“.",
        )
    call.print({"migrated": kept is not None, "kept": None if kept is None else str(kept)}, [told])
