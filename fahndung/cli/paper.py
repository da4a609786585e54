"""Commands about paper that hangs somewhere: posters, posters add, posters down."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local
from fahndung.cli.items import item_json, item_line
from fahndung.cli.language import say
from fahndung.cli.listing import ListingGroup
from fahndung.cli.session import session

if TYPE_CHECKING:
    from fahndung.ledger.byhand import Item
    from fahndung.ledger.transaction import Tx


@click.group(
    cls=ListingGroup,
    help=say(
        "Paper that hangs somewhere: how many, where, who. posters [ID] lists what is not down.",
        "Papier, das irgendwo hängt: wie viel, wo, wer. posters [ID] listet, was noch nicht ab ist.",
    ),
)
def posters() -> None:
    """The group of ``posters list``, ``posters add`` and ``posters down``."""


@posters.command(name="list", help=say("Lists where paper hangs.", "Listet, wo Papier hängt."))
@click.argument("appeal_id", metavar="ID", required=False)
@command
def list_posters(call: Call, appeal_id: str | None) -> int:
    """What is over first."""
    from fahndung.ledger import appeals, paper

    with session(call, takes_away=True) as run, run.ledger.read() as tx:
        if appeal_id is not None:
            appeals.get(tx, appeal_id)
        rows = [_paper_json(tx, item, run.now) for item in paper.open_paper(tx, appeal_id)]
        lines = [_paper_line(tx, item, run.now) for item in paper.open_paper(tx, appeal_id)]
    document = {"posters": rows, "overdue": sum(row["overdue"] for row in rows)}
    call.print(document, lines or [say("No paper is known to hang.", "Kein Papier bekannt, das hängt.")])
    return run.code(0)


@posters.command(
    name="add",
    help=say(
        "Notes that sheets hang at a place; paper that was printed gets its place so.",
        "Hält fest, dass an einem Ort Plakate hängen; Gedrucktes bekommt so seinen Ort.",
    ),
)
@click.argument("appeal_id", metavar="ID")
@click.option("--where", "place", required=True, metavar="PLACE", help=say("where it hangs", "wo es hängt"))
@click.option("--count", "pieces", required=True, type=int, metavar="N", help=say("how many sheets", "wie viele Stück"))
@click.option("--who", metavar="P", help=say("who answers for them", "wer dafür zuständig ist"))
@command
def add(call: Call, appeal_id: str, place: str, pieces: int, who: str | None) -> None:
    """After the end too: what hangs has to be known."""
    from fahndung.ledger import paper

    with session(call, moves_ends=True) as run:
        with run.ledger.write(run.now) as tx:
            item = paper.hang(tx, appeal_id, place=place, pieces=pieces, who=who, at=run.now, by=run.by)
        with run.ledger.read() as tx:
            call.print(_paper_json(tx, item, run.now), [_paper_line(tx, item, run.now)])


@posters.command(
    name="down",
    help=say("Notes that sheets of an item are down.", "Hält fest, dass Plakate eines Postens abgenommen sind."),
)
@click.argument("item", metavar="ITEM", type=click.IntRange(1, 2**63 - 1))
@click.option("--count", "pieces", type=int, metavar="N", help=say("so many of them [all]", "so viele davon [alle]"))
@click.option("--note", "remark", default="", metavar="N")
@command
def down(call: Call, item: int, pieces: int | None, remark: str) -> None:
    """The item closes with the last sheet."""
    from fahndung.ledger import paper

    with session(call, moves_ends=True) as run, run.ledger.write(run.now) as tx:
        left = paper.take_down(tx, item, person=run.by, at=run.now, pieces=pieces, note=remark)
    if left == 0:
        line = say(f"Item {item} is closed: all of it is down.", f"Posten {item} ist erledigt: alles abgenommen.")
    elif left is None:
        line = say(
            f"Item {item} stays open: nobody knows how many were hung.",
            f"Posten {item} bleibt offen: Niemand weiß, wie viele aufgehängt wurden.",
        )
    else:
        line = say(f"Item {item} stays open: {left} left.", f"Posten {item} bleibt offen: noch {left}.")
    call.print({"item": item, "left": left, "closed": left == 0}, [line])


def _paper_json(tx: "Tx", item: "Item", now: dt.datetime) -> dict[str, Any]:
    from fahndung.law.periods import FAR
    from fahndung.ledger import paper
    from fahndung.lifecycle import telling
    from fahndung.model.plain import to_plain

    since = telling.paper_over_since(tx, item)
    known = paper.details(item)
    return {
        **item_json(item),
        "who": known["who"],
        "down": known["down"],
        "over_at": None if since == FAR else to_plain(since),
        "overdue": now >= since,
    }


def _paper_line(tx: "Tx", item: "Item", now: dt.datetime) -> str:
    from fahndung.ledger import paper
    from fahndung.lifecycle import telling

    since = telling.paper_over_since(tx, item)
    who = ", ".join(paper.details(item)["who"])
    answers = say(f"; answers for it: {who}", f"; zuständig: {who}") if who else ""
    over = say(f"; OVER since {local(since)}", f"; ÜBERFÄLLIG seit {local(since)}") if now >= since else ""
    return f"{item_line(item)}{answers}{over}"
