"""Commands about paper and pictures: poster, redact, inspect."""

import pathlib
from typing import TYPE_CHECKING, Literal

import click

from fahndung.cli.call import Call, command, note, problem_line
from fahndung.cli.language import language, say
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.session import session
from fahndung.errors import UsageError

if TYPE_CHECKING:
    from fahndung.model.appeal import Box

UNSAFE = 5


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
    "--lang", "langs", multiple=True, default=("de",), help=say("language of the wording", "Sprache des Wortlauts")
)
@click.option("--strips", is_flag=True, help=say("tear-off strips at the foot", "Abreißstreifen am Fuß"))
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
    draft: bool,
    reason: str,
) -> None:
    """Without the DRAFT mark only from a live approved release with poster in scope; then noted as a by-hand item."""
    from fahndung import printing

    if langs != ("de",):
        raise UsageError("posters come in German so far: --lang de", "Plakate gibt es bisher auf Deutsch: --lang de")
    if pathlib.Path(target).is_dir():
        made = printing.of_folder(pathlib.Path(target), paper=paper, strips=strips)
    else:
        with session(call) as run:
            queried(run, target, reason)
            made = printing.of_appeal(
                run.home, run.ledger, appeal_id=target, paper=paper, strips=strips, draft=draft, now=run.now, by=run.by
            )
    write_new(output, made.pdf)
    for problem in made.problems:
        note(problem_line(problem))
    for item in made.items:
        note(
            say(
                f"Paper must come down too: item {item} stays open until 'fahndung close {item}'.",
                f"Auch Papier muss abgehängt werden: Posten {item} bleibt offen bis „fahndung close {item}“.",
            )
        )
    call.print(
        {
            "file": str(output),
            "bytes": len(made.pdf),
            "draft": made.draft,
            "item": next(iter(made.items), None),
            "items": list(made.items),
        },
        [
            say(
                f"{output}: {paper.upper()}{', draft' if made.draft else ''}",
                f"{output}: {paper.upper()}{', Entwurf' if made.draft else ''}",
            )
        ],
    )


@click.command(
    help=say(
        "Cleans images and folders of images outside any case: only pixels go out, boxes are filled.",
        "Bereinigt Bilder und Bilderordner außerhalb eines Falls: nur Bildpunkte, Rechtecke gefüllt.",
    )
)
@click.argument("images", metavar="IMAGE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=pathlib.Path))
@click.option("-o", "output", required=True, metavar="FILE|DIR", type=click.Path(path_type=pathlib.Path))
@click.option(
    "--box",
    "boxes",
    multiple=True,
    metavar="x,y,w,h",
    help=say("in pixels of the upright image", "in Bildpunkten des aufrechten Bildes"),
)
@click.option(
    "--frame",
    type=click.IntRange(min=1),
    metavar="N",
    help=say("which picture of a file of several, from 1", "welches Bild einer Datei mit mehreren, ab 1"),
)
@command
def redact(
    call: Call, images: tuple[pathlib.Path, ...], output: pathlib.Path, boxes: tuple[str, ...], frame: int | None
) -> int:
    """Exit 5 names what could not be made safe."""
    from fahndung.cli import manypictures
    from fahndung.images.cleaning import clean

    regions = [parse_box(box) for box in boxes]
    kind: Literal["JPEG", "PNG"] = "PNG" if output.suffix.lower() == ".png" and not output.is_dir() else "JPEG"

    def told(made: manypictures.Redacted) -> None:
        for row in made.warned:
            note(f"{row[0]}: {row[1]}")
        call.print(made.as_json(), made.lines())

    made = manypictures.redact(images, output, lambda data: clean(data, regions, frame=frame, kind=kind), told)
    return UNSAFE if made.failed else 0


@click.command(
    help=say("Shows what images carry besides their pixels.", "Zeigt, was Bilder außer Bildpunkten mit sich tragen.")
)
@click.argument("images", metavar="IMAGE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=pathlib.Path))
@command
def inspect(call: Call, images: tuple[pathlib.Path, ...]) -> int:
    """Informs; decides nothing."""
    from fahndung.cli import manypictures
    from fahndung.errors import Message
    from fahndung.images import evidence

    def look(path: pathlib.Path) -> evidence.Evidence:
        return evidence.inspect(read_untrusted(path), name=path.name)

    gathered, outcomes = manypictures.inspected(images, look)
    failed = False
    skipped = manypictures.rows(gathered.skipped)
    reports: list[dict[str, object]] = []
    lines: list[str] = []
    for index, path in enumerate(gathered.pictures):
        found = outcomes[index]
        if isinstance(found, Message):
            failed = True
            reports.append({"image": str(path), "error": found.in_language(language())})
            lines.append(f"{path}: {found.in_language(language())}")
            continue
        reports.append({"image": str(path), **found.as_json()})
        lines += [f"{path}:", *(f"  {sentence}" for sentence in found.sentences(language()))]
    unreadable = manypictures.rows(gathered.unreadable)
    reports += [{"image": row["image"], "error": row["why"]} for row in unreadable]
    lines += [manypictures.left_alone(row) for row in skipped]
    lines += [f"{row['image']}: {row['why']}" for row in unreadable]
    call.print({"images": reports, "skipped": skipped}, lines)
    return UNSAFE if failed or unreadable else 0


def parse_box(text: str) -> "Box":
    """``x,y,w,h`` as a box.

    Raises:
        UsageError: not four whole numbers.
    """
    from fahndung.model.appeal import Box

    parts = text.split(",")
    if len(parts) != 4 or not all(part.strip().lstrip("-").isdigit() for part in parts):
        raise UsageError(f"--box {text}: four whole numbers x,y,w,h", f"--box {text}: vier ganze Zahlen x,y,w,h")
    x, y, width, height = (int(part) for part in parts)
    return Box(x=x, y=y, width=width, height=height)


def read_untrusted(path: pathlib.Path) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", f"{path} ist nicht lesbar: {error.strerror}"
        ) from error


def write_new(path: pathlib.Path, data: bytes, *, mode: int = 0o644) -> None:
    """Writes a file whole: a new file beside it, then a rename, so that no old bytes can stay behind.

    Raises:
        UsageError: it cannot be written.
    """
    import os
    import tempfile

    try:
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:99]}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            pathlib.Path(scratch).chmod(mode)
            pathlib.Path(scratch).rename(path)
        except BaseException:
            pathlib.Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", f"{path} ist nicht schreibbar: {error.strerror}"
        ) from error
