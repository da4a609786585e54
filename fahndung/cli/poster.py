"""The command ``poster``: the printable poster of a case folder or of a live appeal."""

import os
import pathlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import click

from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import say
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.sheets import expect_name, write_new

if TYPE_CHECKING:
    from fahndung.drafts import Printed
    from fahndung.ledger.store import Ledger


@click.command(
    help=say(
        "Writes the printable poster of a case folder (draft) or of a live appeal.",
        "Schreibt das druckbare Plakat eines Fallordners (Entwurf) oder einer laufenden Fahndung.",
    )
)
@click.argument("target", metavar="ID|DIR")
@click.option("-o", "output", required=True, metavar="FILE", type=click.Path(path_type=pathlib.Path))
@click.option("--paper", type=click.Choice(["a4", "a3"]), default="a4")
@click.option(
    "--lang",
    "langs",
    multiple=True,
    default=("de",),
    metavar="CODE",
    help=say("language; twice for German and another", "Sprache; zweimal für Deutsch und eine weitere"),
)
@click.option("--strips", is_flag=True, help=say("tear-off strips at the foot", "Abreißstreifen am Fuß"))
@click.option("--bw", is_flag=True, help=say("black and white, saves toner", "Schwarzweiß, spart Toner"))
@click.option("--draft", is_flag=True, help=say("DRAFT across it in any case", "in jedem Fall ENTWURF"))
@reason_option("release")
@command
def poster(
    call: Call,
    target: str,
    output: pathlib.Path,
    paper: Literal["a4", "a3"],
    langs: tuple[str, ...],
    strips: bool,
    bw: bool,
    draft: bool,
    reason: str,
) -> None:
    """Without the DRAFT mark only from a live approved release with poster in scope; then noted as a by-hand item."""
    from fahndung import drafts

    expect_name(output, "PDF", ".pdf")
    spoken = drafts.spoken(langs)
    if os.path.isdir(target):  # also where somebody may not look
        made = drafts.of_folder(
            pathlib.Path(target), paper=paper, strips=strips, bw=bw, langs=spoken, home=call.found_home()
        )
        write_new(output, made.pdf)
    else:
        from fahndung import printing
        from fahndung.cli.session import session

        with session(call) as run:
            queried(run, target, reason)
            made = printing.of_appeal(
                run.home,
                run.ledger,
                appeal_id=target,
                paper=paper,
                strips=strips,
                bw=bw,
                draft=draft,
                now=run.now,
                by=run.by,
                langs=spoken,
            )
            write_new(output, made.pdf)  # first: who cannot be told of the items has the sheet all the same
            for line in _hung(run.ledger, made.items):
                note(line)
    for problem in made.problems:
        note(problem_line(problem))
    mark = say(", draft", ", Entwurf") if made.draft else ""
    call.print(_as_json(made, output), [f"{output}: {paper.upper()}{mark}"])


def _hung(ledger: "Ledger", items: Iterable[int]) -> Iterator[str]:
    """What stays open because paper was printed."""
    from fahndung.ledger import byhand

    with ledger.read() as tx:
        titles = [(item, byhand.get(tx, item).title) for item in items]
    for item, title in titles:
        yield say(
            f"Paper must come down too ({title.en}): item {item} stays open until 'fahndung close {item}'.",
            f"Auch Papier muss abgehängt werden ({title.de}): Posten {item} bleibt offen bis „fahndung close {item}“.",
        )


def _as_json(made: "Printed", output: pathlib.Path) -> dict[str, object]:
    return {
        "file": str(output),
        "bytes": len(made.pdf),
        "draft": made.draft,
        "item": next(iter(made.items), None),
        "items": list(made.items),
    }
