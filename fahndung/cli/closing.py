"""The command ``close``: a person says that a by-hand item is done."""

import click

from fahndung.cli.call import Call, command
from fahndung.cli.language import say
from fahndung.cli.session import session


@click.command(
    help=say(
        "A person says that what only a person can remove is gone.",
        "Eine Person bestätigt, dass ein Handposten erledigt ist.",
    )
)
@click.argument("item", metavar="ITEM", type=click.IntRange(1, 2**63 - 1))
@click.option("--note", "remark", required=True, metavar="N")
@click.option(
    "--recipient",
    metavar="ADDRESS",
    help=say("only this recipient of a press mail", "nur dieser Empfänger einer Pressemail"),
)
@command
def close(call: Call, item: int, remark: str, recipient: str | None) -> None:
    """Paper, mail, foreign copies; of a receiver the note says who confirmed that the end is known there."""
    from fahndung.ledger import byhand

    with session(call, moves_ends=True) as run:
        left = 0
        with run.ledger.write(run.now) as tx:
            if recipient is None:
                byhand.close(tx, item, person=run.by, note=remark, at=run.now)
            else:
                left = byhand.acknowledge(tx, item, recipient, person=run.by, note=remark, at=run.now)
        line = say(f"Item {item} is closed.", f"Posten {item} ist erledigt.")
        if left:
            line = say(f"Item {item}: {left} recipients are left.", f"Posten {item}: noch {left} Empfänger offen.")
        call.print({"item": item, "closed_by": run.by, "left": left}, [line])
