"""R27 and R28: only safe renditions go out, and originals stay where they are.

Opens no picture; what was built is told by readings of the bytes.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.rule import How, Rule, block
from fahndung.model.image import Image, SourceKind

R27_SOURCE = "§ 47 BDSG; Nr. 1.2 VwV Öffentlichkeitsfahndung; Umfang: Vorschlag des Programms"
R28_SOURCE = "§ 64 BDSG; Nr. 3.2 VwV Öffentlichkeitsfahndung"

WITHOUT_BYSTANDERS = frozenset({SourceKind.SKETCH, SourceKind.ID_DOCUMENT})
MEDIA_TYPES = frozenset({"image/jpeg", "application/pdf", "application/json", "application/xml"})
"""What is published, next to ``text/*``. Sound and film have tracks that nothing here checks yet."""
_WAIVED = "waived:"


def bystanders_considered(facts: Facts) -> Iterator[Problem]:
    """R27: somebody has looked for people who are not sought, and what was said is so."""
    for index, image in enumerate(facts.appeal.images):
        if image.source.kind not in WITHOUT_BYSTANDERS and (fault := _bystanders(image)) is not None:
            yield block("R27", f"images/{index}/bystanders", fault.en, fault.de, R27_SOURCE)


def _bystanders(image: Image) -> Message | None:
    said = (image.bystanders or "").strip()
    if said == "none" or (said == "redacted" and (image.redactions or image.crop)):
        return None
    if said == "redacted":
        return Message(
            f"{image.id} is said to be redacted, but has neither a redaction nor a crop. Mark the region.",
            f"{image.id} soll unkenntlich gemacht sein, hat aber weder Schwärzung noch Ausschnitt. Bereich eintragen.",
        )
    if said.startswith(_WAIVED):
        if said.removeprefix(_WAIVED).strip():
            return None
        return Message(
            f"{image.id} shows bystanders with a waiver that says neither who nor why. Write “waived: who and why”.",
            f"{image.id} zeigt Unbeteiligte ohne Angabe, wer warum zu sehen sein darf: „waived: wer und warum“.",
        )
    return Message(
        f"Does {image.id} show people who are not sought, plates or house numbers? Look at it and enter in bystanders: "
        "none, redacted, or “waived: who and why”.",
        f"Zeigt {image.id} Unbeteiligte, Kennzeichen oder Hausnummern? Ansehen und in bystanders eintragen: none, "
        "redacted oder „waived: wer und warum“.",
    )


def renditions_clean(facts: Facts) -> Iterator[Problem]:
    """R27: a published picture holds pixels only, and every filled region is marked as such."""
    for rendition in () if facts.outputs is None else facts.outputs.renditions:
        if not rendition.clean:
            yield block(
                "R27",
                rendition.name,
                f"{rendition.name} holds more than pixels: {rendition.why}. Build again; report this if it stays.",
                f"{rendition.name} enthält mehr als Bildpunkte: {rendition.why}. Neu bauen; bleibt es dabei, melden.",
                R27_SOURCE,
            )
        if rendition.redaction_marked is False:
            yield block(
                "R27",
                rendition.name,
                f"A redacted region of {rendition.name} is not filled, or not marked as redacted. Build again.",
                f"Ein Bereich in {rendition.name} ist nicht geschwärzt oder nicht als geschwärzt erkennbar. Neu bauen.",
                R27_SOURCE,
            )


def files_checkable(facts: Facts) -> Iterator[Problem]:
    """R27: only kinds of files go out that are checked in every part; sound and film are not."""
    for name, told in () if facts.outputs is None else sorted(facts.outputs.files.items()):
        media_type = told.partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES and not media_type.startswith("text/"):
            yield block(
                "R27",
                name,
                f"{name} is of the kind {media_type}, whose tracks and layers nothing checks. Leave it out.",
                f"{name} ist von der Art {media_type}; deren Spuren und Ebenen prüft hier nichts. Weglassen.",
                R27_SOURCE,
            )


def originals_kept(facts: Facts) -> Iterator[Problem]:
    """R28: no file of the release is an original, and nobody else can read where originals lie."""
    for name in () if facts.outputs is None else facts.outputs.originals:
        yield block(
            "R28",
            name,
            f"{name} is an original, byte for byte. It must not leave the case store; build again.",
            f"{name} ist Byte für Byte ein Original. Es darf die Fallablage nicht verlassen; neu bauen.",
            R28_SOURCE,
        )
    for path in facts.exposed:
        yield block(
            "R28",
            "",
            f"Others than the case user can read {path}. Take their rights away (chmod 700), and keep the website's "
            "root outside the case store.",
            f"{path} ist für andere als die Fallkennung lesbar. Rechte entziehen (chmod 700); das Verzeichnis der "
            "Website gehört nicht in die Fallablage.",
            R28_SOURCE,
        )


RULES = (
    Rule(
        id="R27",
        stages=BEFORE_PUBLICATION,
        source=R27_SOURCE,
        title=Message("Somebody has looked for bystanders.", "Nach Unbeteiligten wurde gesehen."),
        how=How.ASKED,
        judge=bystanders_considered,
    ),
    Rule(
        id="R27",
        stages=BEFORE_PUBLICATION,
        source=R27_SOURCE,
        title=Message("Pictures hold pixels only.", "Bilder enthalten nur Bildpunkte."),
        judge=renditions_clean,
    ),
    Rule(
        id="R27",
        stages=BEFORE_PUBLICATION,
        source=R27_SOURCE,
        title=Message("Only files that are checked go out.", "Nur geprüfte Dateiarten werden veröffentlicht."),
        judge=files_checkable,
    ),
    Rule(
        id="R28",
        stages=BEFORE_PUBLICATION | {Stage.RUNNING},
        source=R28_SOURCE,
        title=Message("Originals stay in the case store.", "Originale bleiben in der Fallablage."),
        how=How.KEPT,
        judge=originals_kept,
    ),
)
