"""The command ``adopt``: puts a post that somebody made by hand under takedown."""

from typing import TYPE_CHECKING, Any

import click

from fahndung.cli.call import Call, command, local
from fahndung.cli.language import language, say
from fahndung.cli.session import session

if TYPE_CHECKING:
    from fahndung.lifecycle.adopting import Adopted, ByHand


@click.command(
    help=say(
        "Puts a post made by hand on an account of the office under takedown: it ends with the appeal. "
        "A stranger's post becomes a by-hand item.",
        "Stellt einen von Hand gemachten Beitrag auf einem eigenen Konto unter Löschung: Er endet mit der Fahndung. "
        "Der Beitrag eines Fremden wird ein Handposten.",
    )
)
@click.argument("url", metavar="URL")
@click.argument("appeal_id", metavar="ID")
@click.option("--channel", required=True, metavar="N", help=say("the account that has it", "das Konto, das ihn hat"))
@command
def adopt(call: Call, url: str, appeal_id: str, channel: str) -> int:
    """Publishes nothing; removes nothing yet."""
    from fahndung.lifecycle import adopting

    with session(call, takes_away=True, moves_ends=True) as run:
        found = adopting.adopt(
            run.home, run.ledger, appeal=appeal_id, channel=channel, untrusted_url=url, now=run.now, by=run.by
        )
        if isinstance(found, adopting.ByHand):
            call.print(_item_json(found, url), [_item_line(found, url, appeal_id), *_alike_lines(found)])
            return run.code(0)
        call.print(_json(found), [_line(found, url)])
    return run.code(7 if found.over else 0)


def _item_json(found: "ByHand", url: str) -> dict[str, Any]:
    typed, own = found.resembles or (None, None)
    alike = None if own is None else {"name": typed, "ours": own}
    told = {"publication": None, "channel": None, "url": url, "item": found.item, "asked": [*found.asked]}
    return {**told, "resembles": alike}


def _alike_lines(found: "ByHand") -> list[str]:
    if found.resembles is None:
        return []
    typed, own = found.resembles
    return [
        say(
            f"CAUTION: the name {typed} resembles ours, {own}. Mistyped? Then our own post is not under takedown yet: "
            f"run this again with {own}, and close the item: 'fahndung close {found.item} --note mistyped'. "
            "Else somebody may pose as us: report the account to the platform.",
            f"ACHTUNG: Der Name {typed} ähnelt unserem, {own}. Vertippt? Dann steht der eigene Beitrag noch nicht "
            f"unter Löschung: mit {own} wiederholen und den Handposten abhaken: "
            f"„fahndung close {found.item} --note vertippt“. "
            "Sonst gibt sich vielleicht jemand für uns aus: das Konto der Plattform melden.",
        )
    ]


def _item_line(found: "ByHand", url: str, appeal: str) -> str:
    asked = ", ".join(found.asked) or "–"
    return say(
        f"{url}: no post of an account of ours that can be asked ({asked}), so nothing here can delete it. "
        f"By-hand item {found.item} of {appeal}: it is looked at daily and open until a person closes it. "
        f"The letter that asks for removal: 'fahndung copy letter {found.item} -o FILE'.",
        f"{url}: kein Beitrag eines eigenen Kontos, das sich fragen lässt ({asked}); von hier ist er nicht zu löschen. "
        f"Handposten {found.item} zu {appeal}: Er wird täglich angesehen und bleibt offen, bis jemand ihn abhakt. Das "
        f"Schreiben, das um Löschung bittet: „fahndung copy letter {found.item} -o DATEI“.",
    )


def _json(found: "Adopted") -> dict[str, Any]:
    from fahndung.model.plain import to_plain

    row = found.publication
    return {
        "publication": row.id,
        "channel": row.channel,
        "url": row.url,
        "ends_at": to_plain(row.due_at),
        "ends_because": None if row.due_because is None else row.due_because.in_language(language()),
        "over": found.over,
    }


def _line(found: "Adopted", url: str) -> str:
    row = found.publication
    if found.over:
        return say(
            f"{url}, {row.channel}: OVER; the next 'fahndung takedown' removes it",
            f"{url}, {row.channel}: VORBEI; das nächste „fahndung takedown“ löscht ihn",
        )
    return say(
        f"{url}, {row.channel}: taken down with the appeal, {local(row.due_at)} at the latest",
        f"{url}, {row.channel}: wird mit der Fahndung gelöscht, spätestens am {local(row.due_at)}",
    )
