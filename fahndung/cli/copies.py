"""Commands about copies that others keep: copy, copy add, copy letter."""

import datetime as dt
import pathlib
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local
from fahndung.cli.items import item_json, item_line
from fahndung.cli.language import language, say
from fahndung.cli.listing import ListingGroup
from fahndung.cli.session import session

if TYPE_CHECKING:
    from fahndung.ledger.byhand import Item
    from fahndung.ledger.transaction import Tx


@click.group(
    cls=ListingGroup,
    help=say(
        "Copies that others keep, such as a newspaper. copy [ID] lists the open ones.",
        "Kopien, die andere behalten haben, etwa eine Zeitung. copy [ID] listet die offenen.",
    ),
)
def copy() -> None:
    """The group of ``copy list``, ``copy add`` and ``copy letter``."""


@copy.command(
    name="list",
    help=say("Lists foreign copies and what the last look showed.", "Listet Fremdkopien und was zuletzt dort war."),
)
@click.argument("appeal_id", metavar="ID", required=False)
@command
def list_copies(call: Call, appeal_id: str | None) -> int:
    """Looks at none: takedown and worker do, once a day."""
    from fahndung.ledger import appeals, copies

    with session(call, takes_away=True) as run, run.ledger.read() as tx:
        if appeal_id is not None:
            appeals.get(tx, appeal_id)
        found = copies.open_copies(tx, appeal_id)
        rows = [_copy_json(tx, item, run.now) for item in found]
        lines = [_copy_line(tx, item, run.now) for item in found]
    nothing = say("No foreign copy is known.", "Keine Fremdkopie bekannt.")
    call.print({"copies": rows}, lines or [nothing])
    return run.code(0)


@copy.command(
    name="add",
    help=say(
        "Notes a copy that somebody else keeps; it is looked at daily and open until a person closes it.",
        "Hält eine Kopie bei jemand anderem fest; sie wird täglich angesehen und bleibt offen, bis jemand sie abhakt.",
    ),
)
@click.argument("url", metavar="URL")
@click.argument("appeal_id", metavar="ID")
@click.option("--where", metavar="NAME", help=say("who keeps it", "wer sie hält"))
@click.option("--note", "remark", metavar="N")
@command
def add(call: Call, url: str, appeal_id: str, where: str | None, remark: str | None) -> None:
    """Asks nobody yet."""
    from fahndung.ledger import byhand
    from fahndung.lifecycle import foreign

    with session(call, moves_ends=True) as run:
        item = foreign.add(
            run.ledger, appeal=appeal_id, untrusted_url=url, where=where, note=remark, now=run.now, by=run.by
        )
        with run.ledger.read() as tx:
            known = byhand.get(tx, item)
            call.print(_copy_json(tx, known, run.now), [_copy_line(tx, known, run.now)])


@copy.command(
    name="letter",
    help=say(
        "Writes the draft of the letter that asks for the removal of a copy.",
        "Schreibt den Entwurf des Schreibens, das um die Löschung einer Kopie bittet.",
    ),
)
@click.argument("item", metavar="ITEM", type=click.IntRange(1, 2**63 - 1))
@click.option("-o", "output", required=True, metavar="FILE", type=click.Path(path_type=pathlib.Path))
@command
def letter(call: Call, item: int, output: pathlib.Path) -> int:
    """A person reads, signs and sends it."""
    from fahndung.cli.sheets import write_new
    from fahndung.lifecycle import letters

    with session(call, takes_away=True) as run, run.ledger.read() as tx:
        text = letters.removal(run.home, tx, item, now=run.now)
    write_new(output, text.encode())
    call.print(
        {"item": item, "file": str(output)},
        [say(f"{output}: a draft; read it before you send it", f"{output}: ein Entwurf; vor dem Absenden lesen")],
    )
    return run.code(0)


def _copy_json(tx: "Tx", item: "Item", now: dt.datetime) -> dict[str, Any]:
    from fahndung.ledger import copies
    from fahndung.lifecycle import foreign
    from fahndung.model.plain import to_plain

    sight = copies.last_sight(item)
    return {
        **item_json(item),
        "seen": None if sight is None else sight.outcome.value,
        "status": None if sight is None else sight.status,
        "since": None if sight is None else to_plain(sight.since),
        "told": foreign.told(sight).in_language(language()),
        "looked_at": to_plain(item.looked_at),
        "next_at": to_plain(item.next_at),
        "over": now >= foreign.over_since(tx, item),
    }


def _copy_line(tx: "Tx", item: "Item", now: dt.datetime) -> str:
    from fahndung.ledger import copies
    from fahndung.lifecycle import foreign

    what = foreign.told(copies.last_sight(item)).in_language(language())
    when = "" if item.looked_at is None else f" ({local(item.looked_at)})"
    over = say("; OVER", "; ÜBERFÄLLIG") if now >= foreign.over_since(tx, item) else ""
    return f"{item_line(item)}: {what}{when}{over}"
