"""The command ``hold``: a person keeps a channel from publishing, or lets it publish again."""

from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local
from fahndung.cli.language import say
from fahndung.cli.session import session

if TYPE_CHECKING:
    from fahndung.cli.session import Session
    from fahndung.ledger.accounts import Account
    from fahndung.ledger.transaction import Tx


@click.command(
    help=say(
        "Keeps a channel from publishing; taking down goes on. --release lets it publish again.",
        "Hindert einen Kanal am Veröffentlichen; gelöscht wird weiter. --release gibt ihn wieder frei.",
    )
)
@click.argument("channel", metavar="CHANNEL")
@click.option("--release", "lets_go", is_flag=True, help=say("let it publish again", "wieder veröffentlichen lassen"))
@command
def hold(call: Call, channel: str, lets_go: bool) -> int:
    """To hold works whatever state the ledger is in; to release does not."""
    from fahndung.ledger import accounts

    with session(call, takes_away=not lets_go) as run:
        with run.ledger.write(run.now) as tx:
            _enter(run, tx, channel)
            if lets_go:
                accounts.release(tx, channel, now=run.now, by=run.by)
            else:
                accounts.hold(tx, channel, now=run.now, by=run.by)
            held = accounts.get(tx, channel)
        call.print(
            held_json(held),
            [
                say(f"{channel} publishes again.", f"{channel} veröffentlicht wieder.")
                if lets_go
                else say(
                    f"{channel} publishes nothing until it is released; taking down goes on.",
                    f"{channel} veröffentlicht nichts, bis er freigegeben wird; gelöscht wird weiter.",
                )
            ],
        )
    return run.code(0)


def _enter(run: "Session", tx: "Tx", channel: str) -> None:
    """Makes an account of the configuration known to the ledger.

    Raises:
        UsageError: neither knows it.
    """
    from fahndung.errors import UsageError
    from fahndung.ledger import accounts

    configured = {} if run.config is None else run.config.channels
    if channel in configured:
        accounts.add(tx, channel, str(configured[channel]["kind"]))
    known = sorted({*configured, *(account.name for account in accounts.all(tx))})
    if channel not in known:
        named = ", ".join(known)
        raise UsageError(
            f"There is no channel {channel}, but: {named}", f"Einen Kanal {channel} gibt es nicht, aber: {named}"
        )


def held_json(account: "Account") -> dict[str, Any]:
    """Since when a person holds an account, and who; nulls where nobody does."""
    from fahndung.model.plain import to_plain

    return {"channel": account.name, "held_at": to_plain(account.held_at), "held_by": account.held_by}


def held_line(account: "Account") -> str:
    """The same for people, of an account that is held."""
    since, by = local(account.held_at), account.held_by
    return say(
        f"{account.name} publishes nothing, held since {since} by {by}",
        f"{account.name} veröffentlicht nichts, angehalten seit {since} durch {by}",
    )
