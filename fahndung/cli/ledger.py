"""Commands about the ledger as a whole: ledger migrate, ledger move, ledger accept-zone."""

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import say


@click.group(help=say("The ledger as a whole.", "Das Register als Ganzes."))
def ledger() -> None:
    """The group of ``ledger migrate``, ``ledger move`` and ``ledger accept-zone``."""


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
    address = home.ledger_address
    rehearsal = Ledger.kind_at(address, home_id=home.identity) == "rehearsal"
    with home.lock(), home.desk():
        now = call.instant(rehearsal=rehearsal, server=lambda: Ledger.clock_at(address))
        kept = Ledger.migrate(address, home_id=home.identity, now=now, by=call.by, beside=home.ledger_path)
    if kept is None:
        told = say("The ledger is up to date.", "Das Register ist auf dem neuesten Stand.")
    else:
        told = say(
            f"The ledger was migrated; the older one is kept as {kept}. Next: 'fahndung takedown'.",
            f"Das Register ist umgestellt; das ältere bleibt als {kept}. Weiter: „fahndung takedown“.",
        )
    call.print({"migrated": kept is not None, "kept": None if kept is None else str(kept)}, [told])


@ledger.command(
    help=say(
        "Moves the ledger to a PostgreSQL database (its address), or back into the home (file); compares every row.",
        "Verlegt das Register in eine PostgreSQL-Datenbank (Adresse) oder zurück ins Heim (file); vergleicht alles.",
    )
)
@click.option("--to", "place", metavar="ADDRESS|file", required=True, help=say("the new place", "der neue Ort"))
@command
def move(call: Call, place: str) -> None:
    """Under the home's lock; the old ledger is refused from then on, and the home's record names the new one."""
    from fahndung.home import open_home
    from fahndung.ledger.moving import move
    from fahndung.ledger.store import Ledger

    home = open_home(call.home_path)
    with home.lock(), home.desk():
        old, new = home.ledger_address, home.ledger_path if place == "file" else place
        rehearsal = Ledger.kind_at(old, home_id=home.identity) == "rehearsal"
        now = call.instant(rehearsal=rehearsal, server=lambda: Ledger.clock_at(old))
        rows = move(old, new, home_id=home.identity, now=now, by=call.by, rehearsed=call.now is not None)
        home.record_address(new)
    line = "no [ledger] address" if place == "file" else f'[ledger] address = "{new}"'
    zeile = "keine [ledger] address" if place == "file" else f'[ledger] address = "{new}"'
    told = say(
        f"The ledger lies in {new} now; all {rows} rows are the same. Next: fahndung.toml has to say so ({line}). "
        f"{old} is refused from now on; it still holds personal data: remove it when the new place has been backed up.",
        f"Das Register liegt jetzt in {new}; alle {rows} Zeilen sind gleich. Weiter: in fahndung.toml eintragen "
        f"({zeile}). {old} gilt nicht mehr, enthält aber noch personenbezogene Daten: löschen, sobald der neue Ort "
        "gesichert ist.",
    )
    call.print({"from": str(old), "to": str(new), "rows": rows}, [told])


@ledger.command(
    "accept-zone",
    help=say(
        "A person has looked at the ends after local time was defined anew: the later ones count again.",
        "Eine Person hat die Enden nach neu festgelegter Ortszeit geprüft: Die späteren gelten wieder.",
    ),
)
@command
def accept_zone(call: Call) -> None:
    """Until then the earlier of the old and the new end counts."""
    from fahndung.cli.session import session
    from fahndung.lifecycle import ends, zones

    with session(call, moves_ends=True) as run, run.ledger.write(run.now) as tx:
        freed = zones.accept(tx, now=run.now, by=run.by)
        if freed:
            ends.refresh(tx, now=run.now, by=run.by)
    told = say(
        f"{len(freed)} ends were held back and are as computed again.",
        f"{len(freed)} Enden waren vorgezogen und gelten wieder wie berechnet.",
    )
    call.print({"publications": list(freed)}, [told])
