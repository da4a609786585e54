"""Commands about pictures outside any case: redact, inspect; and how a command writes a file."""

import dataclasses
import os
import pathlib
from typing import Literal

import click

from fahndung.cli.call import Call, command, note, report_error, shown
from fahndung.cli.language import language, say
from fahndung.errors import Message, UnsafeImage, UsageError, os_reason

UNSAFE = 5


@click.command(
    help=say(
        "Cleans images and folders of images outside any case: only pixels go out, shapes are filled.",
        "Bereinigt Bilder und Bilderordner außerhalb eines Falls: nur Bildpunkte, Flächen gefüllt.",
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
    "--ellipse",
    "ellipses",
    multiple=True,
    metavar="x,y,w,h",
    help=say("inside such a box", "in einem solchen Rechteck"),
)
@click.option(
    "--polygon",
    "polygons",
    multiple=True,
    metavar="x,y,x,y,x,y…",
    help=say("its corners in order", "Ecken der Reihe nach"),
)
@click.option(
    "--noise", is_flag=True, help=say("fills with a pattern instead of one grey", "füllt mit Muster statt einem Grau")
)
@click.option(
    "--frame",
    type=click.IntRange(min=1),
    metavar="N",
    help=say("which picture of a file of several, from 1", "welches Bild einer Datei mit mehreren, ab 1"),
)
@command
def redact(
    call: Call,
    images: tuple[pathlib.Path, ...],
    output: pathlib.Path,
    boxes: tuple[str, ...],
    ellipses: tuple[str, ...],
    polygons: tuple[str, ...],
    noise: bool,
    frame: int | None,
) -> int:
    """Exit 5 names what could not be made safe."""
    from fahndung.cli import manypictures, shapes
    from fahndung.images.cleaning import Cleaned, clean
    from fahndung.model.image import Fill

    hidden = shapes.parsed(boxes=boxes, ellipses=ellipses, polygons=polygons)
    look = Fill.NOISE if noise else Fill.SOLID
    kind: Literal["JPEG", "PNG"] = "PNG" if output.suffix.lower() == ".png" and not os.path.isdir(output) else "JPEG"

    def cleaned(data: bytes) -> Cleaned:
        return clean(data, hidden, look=look, frame=frame, kind=kind)

    def told(made: manypictures.Redacted) -> None:
        for row in made.warned:
            note(f"{shown(row[0])}: {row[1]}")
        call.print(made.as_json(), made.lines())

    made = manypictures.redact(images, output, cleaned, told)
    if made.stopped is not None:
        report_error(dataclasses.replace(call, json=False), made.stopped)
        return made.stopped.exit_code
    return UNSAFE if made.failed else 0


@click.command(
    help=say("Shows what images carry besides their pixels.", "Zeigt, was Bilder außer Bildpunkten mit sich tragen.")
)
@click.argument("images", metavar="IMAGE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=pathlib.Path))
@click.option(
    "--faces", "look", is_flag=True, help=say("where a detector suggests faces", "wo ein Detektor Gesichter vermutet")
)
@click.option(
    "-o",
    "output",
    metavar="DIR",
    type=click.Path(path_type=pathlib.Path, file_okay=False),
    help=say(
        "new folder for pictures and films that lie inside", "neuer Ordner für Bilder und Filme, die darin liegen"
    ),
)
@command
def inspect(call: Call, images: tuple[pathlib.Path, ...], look: bool, output: pathlib.Path | None) -> int:
    """Informs; decides nothing; exit 5 where something is no picture, or none can be made of it.

    What lies inside is as untrusted as the file, and only its owner may read it.
    """
    from fahndung.cli import manypictures
    from fahndung.cli.suggesting import Suggested, detector_of, suggested
    from fahndung.images import evidence

    detector = detector_of(call) if look else None
    if output is not None:
        new_folder(output)

    def looked_at(path: pathlib.Path) -> tuple[evidence.Evidence, Suggested | None]:
        untrusted = read_untrusted(path)
        found = evidence.inspect(untrusted, name=path.name)
        return found, None if detector is None or found.refused else suggested(untrusted, detector)

    gathered, outcomes = manypictures.inspected(images, looked_at)
    failed = False
    skipped = manypictures.rows(gathered.skipped)
    reports: list[dict[str, object]] = []
    lines: list[str] = []
    for index, path in enumerate(gathered.pictures):
        outcome = outcomes[index]
        if isinstance(outcome, Message):
            failed = True
            reports.append({"image": str(path), "error": outcome.in_language(language())})
            lines.append(f"{shown(path)}: {shown(outcome.in_language(language()))}")
            continue
        found, seen = outcome
        failed |= found.refused is not None  # told in its sentences
        reports.append({"image": str(path), **found.as_json(), **({} if seen is None else {"faces": seen.as_json()})})
        if output is not None:
            for piece in found.embedded:
                write_new(output / piece.name, piece.untrusted, mode=0o600)
        sentences = [*found.sentences(language()), *([] if seen is None else seen.lines())]
        lines += [f"{shown(path)}:", *(f"  {shown(sentence)}" for sentence in sentences)]
    unreadable = manypictures.rows(gathered.unreadable)
    reports += [{"image": row["image"], "error": row["why"]} for row in unreadable]
    lines += [manypictures.left_alone(row) for row in skipped]
    lines += [f"{shown(row['image'])}: {row['why']}" for row in unreadable]
    call.print({"images": reports, "skipped": skipped}, lines)
    return UNSAFE if failed or unreadable else 0


def new_folder(path: pathlib.Path) -> None:
    """Makes a folder that only its owner may enter; one that is there already has to be such a folder.

    Raises:
        UsageError: it cannot be made, or others may look into it.
    """
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        shut = path.stat().st_mode & 0o077 == 0
    except OSError as error:
        raise UsageError(
            f"{path} cannot be made: {os_reason(error).en}", f"{path} lässt sich nicht anlegen: {os_reason(error).de}"
        ) from error
    if not shut:
        raise UsageError(
            f"others may look into {path}; name a new folder, or close it with 'chmod 700'",
            f"In {path} dürfen andere hineinsehen; bitte einen neuen Ordner nennen oder „chmod 700“ ausführen",
        )


def read_untrusted(path: pathlib.Path) -> bytes:
    """The bytes of a file that somebody named; of one that is too large no more are read than are accepted.

    Raises:
        UsageError: it cannot be read. UnsafeImage: it is too large.
    """
    from fahndung.images.limits import DEFAULT

    try:
        with path.open("rb") as stream:
            data = stream.read(DEFAULT.size + 1)
    except OSError as error:
        raise UsageError(
            f"{shown(path)} cannot be read: {os_reason(error).en}",
            f"{shown(path)} ist nicht lesbar: {os_reason(error).de}",
        ) from error
    if len(data) > DEFAULT.size:
        raise UnsafeImage(
            f"{path} is larger than {DEFAULT.size} bytes. Export it smaller, as JPEG.",
            f"{path} ist größer als {DEFAULT.size} Bytes. Bitte kleiner als JPEG exportieren.",
        )
    return data


def expect_name(output: pathlib.Path, kind: str, *endings: str) -> None:
    """Passes if the name says what the file will be, or nothing.

    Raises:
        UsageError: it ends like a file of another kind.
    """
    if output.suffix and output.suffix.lower() not in endings:
        raise UsageError(
            f"{output.name}: what is written is a {kind} file; let its name end in {endings[0]}",
            f"{output.name}: Geschrieben wird eine {kind}-Datei; bitte den Namen auf {endings[0]} enden lassen",
        )


def write_new(path: pathlib.Path, data: bytes, *, mode: int = 0o644) -> None:
    """Writes a file whole: a new file beside it, then a rename, so that no old bytes can stay behind.

    Raises:
        UsageError: it cannot be written.
    """
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
            f"{path} cannot be written: {os_reason(error).en}", f"{path} ist nicht schreibbar: {os_reason(error).de}"
        ) from error
