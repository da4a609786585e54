"""Commands on the way to publication: submit, verify-image, build, preview, approve."""

import pathlib
from typing import TYPE_CHECKING

import click

from fahndung.cli.call import (
    Call,
    command,
    key_option,
    local,
    note,
    parse_instant,
    problem_json,
    problem_line,
    report_error,
)
from fahndung.cli.language import language, say
from fahndung.cli.querying import queried, reason_option
from fahndung.cli.session import load_private_key, session
from fahndung.errors import FahndungError
from fahndung.model.people import about_persons

if TYPE_CHECKING:
    from fahndung.model.appeal import Appeal

NOT_PUBLISHABLE = 4
FOLDER = click.Path(path_type=pathlib.Path)


@click.command(help=say("Takes a case folder into the home, signed.", "Reicht einen Fallordner unterschrieben ein."))
@click.argument("folder", metavar="DIR", type=FOLDER)
@key_option
@command
def submit(call: Call, folder: pathlib.Path, key: str | None) -> int:
    """`check` first; prepared_by must be who submits."""
    from fahndung.cases import submitting

    with session(call, moves_ends=True) as run:
        try:
            found = submitting.submit(
                folder, run.home, run.ledger, person=run.by, key=load_private_key(run.by, key), now=run.now
            )
        except FahndungError as error:
            report_error(call, error)
            note(
                say(
                    f"{folder} was NOT taken in; the home is as it was.",
                    f"{folder} wurde NICHT eingereicht; im Heim ist alles, wie es war.",
                )
            )
            return error.exit_code
        assert found.case is not None
        appeal = found.case.appeal
        call.print(
            {
                "id": appeal.id,
                "revision": appeal.revision,
                "problems": [problem_json(problem) for problem in found.problems],
            },
            [
                *map(problem_line, found.problems),
                say(
                    f"{appeal.id} revision {appeal.revision} is submitted.",
                    f"{appeal.id} Revision {appeal.revision} ist eingereicht.",
                ),
                _after_submit(appeal),
            ],
        )
    return 0


@click.command(
    name="verify-image",
    help=say("Confirms, as a second person, whom an image shows.", "Bestätigt als zweite Person, wen ein Bild zeigt."),
)
@click.argument("appeal_id", metavar="ID")
@click.argument("image_id", metavar="IMAGE")
@key_option
@command
def verify_image(call: Call, appeal_id: str, image_id: str, key: str | None) -> None:
    """Signed; the drafter cannot do it (R26)."""
    from fahndung.cases import signing
    from fahndung.ledger import appeals

    with session(call) as run:
        image = signing.verify_image(
            run.home,
            run.ledger,
            appeal_id=appeal_id,
            image_id=image_id,
            person=run.by,
            key=load_private_key(run.by, key),
            now=run.now,
        )
        with run.ledger.read() as tx:
            built = appeals.latest_release(tx, appeal_id, appeals.get(tx, appeal_id).revision)
        call.print(
            {"id": appeal_id, "image": image_id, "frame": image.frame, "verified_by": run.by},
            [
                say(
                    f"{run.by} verified {image_id} of {appeal_id} ({image.file}{_which(image.frame, 'picture')}).",
                    f"{run.by} hat {image_id} von {appeal_id} geprüft ({image.file}{_which(image.frame, 'Bild')}).",
                ),
                _after_build() if built else _to_build(appeal_id),
            ],
        )


@click.command(
    help=say(
        "Makes the release: images, texts, page, posters, manifest.",
        "Baut die Veröffentlichung: Bilder, Texte, Seite, Plakate, Manifest.",
    )
)
@click.argument("appeal_id", metavar="ID")
@command
def build(call: Call, appeal_id: str) -> None:
    """Reads no clock: the same input gives the same bytes."""
    from fahndung.cases import building

    with session(call, moves_ends=True) as run:
        built = building.build(run.home, run.ledger, appeal_id=appeal_id, now=run.now, by=run.by)
        made = built.release
        folder = run.home.release_folder(made.digest)
        for problem in built.problems:
            note(problem_line(problem))
        call.print(
            {
                "id": appeal_id,
                "revision": made.manifest["revision"],
                "digest": made.digest,
                "folder": str(folder),
                "files": made.manifest["outputs"],
            },
            [
                say(f"{len(made.files)} files in {folder}", f"{len(made.files)} Dateien in {folder}"),
                say(f"digest {made.digest}", f"Prüfsumme {made.digest}"),
                _noted(run.home.case_folder(appeal_id, int(str(made.manifest["revision"]))), made.digest),
                _after_build(),
            ],
        )


@click.command(
    help=say("Shows what each channel would send, byte for byte.", "Zeigt Byte für Byte, was jeder Kanal senden würde.")
)
@click.argument("appeal_id", metavar="ID")
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=pathlib.Path),
    help=say("write an HTML page as well", "auch als HTML-Seite schreiben"),
)
@reason_option("release")
@command
def preview(call: Call, appeal_id: str, output: pathlib.Path | None, reason: str) -> int:
    """Offline; sends nothing."""
    from fahndung.lifecycle import previewing

    with session(call) as run:
        queried(run, appeal_id, reason)
        shown = previewing.preview(run.home, run.ledger, appeal_id=appeal_id)
        if output is not None:
            from fahndung.cli.sheets import write_new
            from fahndung.lifecycle import previewpage

            write_new(output, previewpage.page(shown, language(), home=run.home.path).encode(), mode=0o600)
        call.print(shown.as_json(language()), shown.lines(language()))
    return NOT_PUBLISHABLE if shown.refused else 0


@click.command(
    help=say(
        "Signs a release: another person than who prepared it or verified its images.",
        "Gibt eine Veröffentlichung frei: eine andere Person als Erstellung und Bildprüfung.",
    )
)
@click.argument("appeal_id", metavar="ID")
@click.option(
    "--expires",
    metavar="INSTANT",
    help=say("until when; default the computed end", "bis wann; sonst das berechnete Ende"),
)
@key_option
@command
def approve(call: Call, appeal_id: str, expires: str | None, key: str | None) -> None:
    """Over digest, id, revision, role and expiry."""
    from fahndung import approving

    with session(call, moves_ends=True) as run:
        statement = approving.approve(
            run.home,
            run.ledger,
            appeal_id=appeal_id,
            person=run.by,
            key=load_private_key(run.by, key),
            now=run.now,
            expires=parse_instant("--expires", expires) if expires else None,
        )
        until = statement.expires.isoformat() if statement.expires else None
        call.print(
            {
                "id": appeal_id,
                "revision": statement.revision,
                "digest": statement.subject,
                "approved_by": run.by,
                "expires": until,
            },
            [
                say(
                    f"{run.by} approved {appeal_id} revision {statement.revision}, digest {statement.subject}.",
                    f"{run.by} hat {appeal_id} Revision {statement.revision} freigegeben: {statement.subject}.",
                ),
                say(
                    f"The approval ends: {local(statement.expires) if until else 'with the clocks of the appeal'}",
                    f"Die Freigabe endet: {local(statement.expires) if until else 'mit den Fristen der Fahndung'}",
                ),
                say(f"Next: 'fahndung publish {appeal_id}'.", f"Weiter: „fahndung publish {appeal_id}“."),
            ],
        )


def _which(frame: int | None, word: str) -> str:
    """Which picture of its file is meant, where it has several."""
    return "" if frame is None else f", {word} {frame}"


def _noted(case_folder: pathlib.Path, digest: str) -> str:
    """Where it stands what the originals carried and the pictures do not: for the office, published nowhere."""
    report = case_folder / "evidence" / f"release-{digest}.{language()}.txt"
    return say(f"what the originals carried, and the pictures do not: {report}", f"Vorher und nachher: {report}")


def _after_build() -> str:
    return say(
        "Next: look at it ('fahndung preview'), then another person runs 'fahndung approve'.",
        "Weiter: ansehen („fahndung preview“), dann gibt eine andere Person frei („fahndung approve“).",
    )


def _to_build(appeal_id: str) -> str:
    return say(f"Next: 'fahndung build {appeal_id}'.", f"Weiter: „fahndung build {appeal_id}“.")


def _after_submit(appeal: "Appeal") -> str:
    waiting = [image for image in appeal.images if image.shows or about_persons(appeal)]
    if not waiting:
        return _to_build(appeal.id)
    named = ", ".join(f"{image.id} ({image.verified_by or say('anybody else', 'jemand anderes')})" for image in waiting)
    return say(
        f"Next: 'fahndung verify-image {appeal.id} IMAGE' for {named}; then 'fahndung build {appeal.id}'.",
        f"Weiter: „fahndung verify-image {appeal.id} BILD“ für {named}; dann „fahndung build {appeal.id}“.",
    )
