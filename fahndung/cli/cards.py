"""The command card: a picture for a shared link, a network or a screen, with its alternative text beside it."""

import os
import pathlib

import click

from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import say
from fahndung.cli.querying import queried, reason_option

SHAPES = ("link", "portrait", "square")


@click.command(
    help=say(
        "Writes a card (JPEG) of a case folder (draft) or a live appeal, its alternative text beside it.",
        "Schreibt eine Karte (JPEG) eines Fallordners (Entwurf) oder einer laufenden Fahndung mit Alternativtext.",
    )
)
@click.argument("target", metavar="ID|DIR")
@click.option("-o", "output", required=True, metavar="FILE", type=click.Path(path_type=pathlib.Path))
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default="link",
    help=say("1200 x 630, 1080 x 1350 or 1080 x 1080 px", "1200 x 630, 1080 x 1350 oder 1080 x 1080 px"),
)
@click.option(
    "--face", is_flag=True, help=say("with the first picture of the record", "mit dem ersten Bild des Datensatzes")
)
@click.option("--draft", is_flag=True, help=say("DRAFT across it in any case", "in jedem Fall ENTWURF"))
@reason_option("release")
@command
def card(call: Call, target: str, output: pathlib.Path, shape: str, face: bool, draft: bool, reason: str) -> None:
    """Without the DRAFT mark only from a live approved release that has this card."""
    from fahndung import drafts
    from fahndung.cli.sheets import expect_name, write_new
    from fahndung.posters.cards import Shape

    expect_name(output, "JPEG", ".jpg", ".jpeg")
    beside = output.with_suffix(".txt")
    if os.path.isdir(target):  # also where somebody may not look
        made = drafts.card_of_folder(pathlib.Path(target), shape=Shape(shape), face=face, home=call.found_home())
    else:
        from fahndung import printing
        from fahndung.cli.session import session

        with session(call) as run:
            queried(run, target, reason)
            made = printing.card_of_appeal(
                run.home, run.ledger, appeal_id=target, shape=Shape(shape), face=face, draft=draft, now=run.now
            )
    write_new(beside, f"{made.alt}\n".encode())  # first: no card lies there without its words
    write_new(output, made.jpeg)
    for problem in made.problems:
        note(problem_line(problem))
    if not made.draft:
        note(
            say(
                "Post it by hand only where the order allows it, and tell the post with 'fahndung adopt'.",
                "Nur einstellen, wo die Anordnung es erlaubt, und den Beitrag dann mit „fahndung adopt“ melden.",
            )
        )
    mark = say(", draft", ", Entwurf") if made.draft else ""
    call.print(
        {"file": str(output), "bytes": len(made.jpeg), "alt": made.alt, "text": str(beside), "draft": made.draft},
        [f"{output}: {shape}{mark}", f"{beside}: {made.alt}"],
    )
