"""The pictures that ``new`` asks for: what they show, where they come from, who verifies them. Judges nothing."""

import hashlib
import pathlib
from collections.abc import Iterator
from typing import Any

import click

from fahndung.cli import asking
from fahndung.cli.call import note
from fahndung.cli.language import language, say
from fahndung.cli.sheets import read_untrusted
from fahndung.errors import FahndungError, Message, UnsafeImage
from fahndung.law.provenance import UNDATED
from fahndung.model.appeal import Category
from fahndung.model.image import SourceKind

SOURCES = {
    SourceKind.CCTV.value: Message("surveillance camera", "Überwachungskamera"),
    SourceKind.ATM.value: Message("cash machine", "Geldautomat"),
    SourceKind.FAMILY.value: Message("family", "Familie"),
    SourceKind.POLICE.value: Message("police", "Polizei"),
    SourceKind.ID_DOCUMENT.value: Message("identity document", "Ausweis"),
    SourceKind.SKETCH.value: Message("sketch", "Phantombild"),
    SourceKind.INTERNET.value: Message("internet", "Internet"),
    SourceKind.OTHER.value: Message("other", "Sonstiges"),
}
USUAL = {
    Category.UNKNOWN_SUSPECT: SourceKind.CCTV,
    Category.WITNESS: SourceKind.CCTV,
    Category.MISSING: SourceKind.FAMILY,
    Category.MISSING_CHILD: SourceKind.FAMILY,
}
"""Where the pictures of a category come from as a rule; from the police elsewhere."""


def ask(record: dict[str, Any], category: Category, *, people: bool) -> Iterator[tuple[str, bytes]]:
    """The pictures by the names that they get; the record is told of each. ``people``: they show the person sought."""
    while path := asking.optional("picture file (empty: no more)", "Bilddatei (leer: keine weitere)"):
        try:
            data = read_untrusted(pathlib.Path(path))
        except FahndungError as error:
            note(error.message.in_language(language()))
            continue
        images = record.setdefault("images", [])
        number = len(images) + 1
        name = f"bild-{number}{pathlib.Path(path).suffix.lower() or '.jpg'}"
        images.append(
            asking.filled(
                id=f"bild-{number}",
                file=name,
                sha256=hashlib.sha256(data).hexdigest(),
                frame=_frame(data),
                shows=["p1"] if people else None,
                alt={
                    "de": asking.text(
                        "what does it show, for people who cannot see it",
                        "Was zeigt es, für Menschen, die es nicht sehen?",
                    )
                },
                source=_source(category),
                verified_by=asking.optional(
                    "who verifies whom it shows (not who prepared this)", "Wer prüft, wen es zeigt (andere Person)?"
                ),
                bystanders=asking.optional(
                    "bystanders: none, redacted or waived: who and why",
                    "Unbeteiligte: none, redacted oder waived: wer und warum",
                ),
            )
        )
        yield name, data


def _source(category: Category) -> dict[str, Any]:
    """Where it comes from; when and by whom it was taken is asked only where the law asks for it."""
    kind = asking.one_of("source", "Quelle", SOURCES, default=USUAL.get(category, SourceKind.POLICE).value)
    source = {"kind": kind, **asking.filled(holder=asking.optional("holder", "Herkunft"))}
    if kind not in UNDATED:
        source |= asking.filled(
            capturer=asking.optional("who secured it", "Wer hat es gesichert?"),
            captured_at=asking.optional_instant("captured at (20.11.2026 15:00)", "Aufgenommen am (20.11.2026 15:00)"),
        )
    return source


def _frame(untrusted: bytes) -> int | None:
    """Which picture of the file is meant, asked where it holds several."""
    from fahndung.images import probing
    from fahndung.images.limits import DEFAULT

    try:
        probe = probing.probe(untrusted, DEFAULT)
    except UnsafeImage:
        return None  # check tells why
    choices = probe.frames - probe.hidden
    if choices < 2:
        return None
    chosen: int = click.prompt(
        say(f"the file holds {choices} pictures; which one", f"Die Datei enthält {choices} Bilder; welches"),
        type=click.IntRange(1, choices),
        err=True,
    )
    return chosen
