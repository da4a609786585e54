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
@command
def close(call: Call, item: int, remark: str) -> None:
    """Paper, mail, foreign copies; of a receiver the note says who confirmed that the end is known there."""
    from fahndung.ledger import byhand

    with session(call, moves_ends=True) as run:
        with run.ledger.write(run.now) as tx:
            byhand.close(tx, item, person=run.by, note=remark, at=run.now)
        call.print(
            {"item": item, "closed_by": run.by}, [say(f"Item {item} is closed.", f"Posten {item} ist erledigt.")]
        )
