"""Has a detector look for faces in the originals and in all pictures of a release, and lists what came of it.

Knows which picture is where in its original, so that everything is told in the original's px; ``law.faces`` judges.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fahndung.errors import Message, Problem, Severity, UnsafeImage
from fahndung.images import faces, intake, redaction
from fahndung.images.framing import View
from fahndung.images.renditions import Renditions
from fahndung.law.faces import Fate, decided
from fahndung.model.appeal import Appeal
from fahndung.model.faces import SURE, Absence, Face, Instrument, Look, Search, Seen
from fahndung.model.ids import ImageId
from fahndung.model.image import Box, Image
from fahndung.release.files import Pictured, problem

MANIFEST = "faces"


def search(
    appeal: Appeal,
    untrusted_originals: Mapping[ImageId, bytes],
    pictures: Mapping[ImageId, Renditions],
    pictured: Sequence[Pictured],
    detector: faces.Detector | Absence,
) -> tuple[Search, list[Problem]]:
    """What was found in each picture that could be made safe, and which could not be looked at (they block).

    Args:
        pictures: what was rendered. pictured: the files of the release that are pictures.
    """
    if isinstance(detector, Absence):
        return Search(instrument=detector), []
    instrument, looks, problems = detector.instrument, [], []
    for index, image in enumerate(appeal.images):
        if image.id not in pictures:
            continue
        made = [one for one in pictured if one.image == image.id]
        try:
            instrument, found = _looked(detector, image, untrusted_originals[image.id], pictures[image.id], made)
        except UnsafeImage as error:
            problems.append(problem("image", Severity.BLOCK, f"images/{index}", error.message))
        else:
            looks += found
    return Search(instrument=instrument, looks=tuple(looks)), problems


def _looked(
    detector: faces.Detector, image: Image, untrusted: bytes, rendered: Renditions, made: Sequence[Pictured]
) -> tuple[Instrument, list[Look]]:
    """The looks at one original, as it is before anything is hidden, and at the files that were made of it."""
    opened = [intake.decode(untrusted, longest=faces.LONGEST, frame=image.frame)]
    opened += [intake.decode(one.file.data, longest=faces.LONGEST) for one in made]
    size = (opened[0].upright_width, opened[0].upright_height)
    views = [View(), *(rendered.views[one.rendition] for one in made)]
    names = ["", *(one.file.name for one in made)]
    instrument, found = faces.suggest(detector, opened, [max(view.across, view.down) for view in views[1:]])
    looks = []
    for name, view, suggested in zip(names, views, found, strict=True):
        seen = (_seen(face, view.original(face.box), image, size) for face in suggested)
        looks.append(Look(image=image.id, file=name, seen=tuple(one for one in seen if one is not None)))
    return instrument, looks


def _seen(face: Face, box: Box, image: Image, size: tuple[int, int]) -> Seen | None:
    """A suggestion in px of the original; None where it lies outside of it, in the band or beside the picture."""
    inside = redaction.clipped(box, size)
    if inside is None:
        return None
    placed = Face(box=inside, score=face.score)
    return Seen(face=placed, hidden=faces.hidden(inside, image, size), mask=faces.mask(inside, size))


def listing(appeal: Appeal, searched: Search) -> dict[str, Any]:
    """What the manifest says of it, without a name and without a reason: the record has those."""
    if isinstance(searched.instrument, Absence):
        return {MANIFEST: {"detector": None, "why": searched.instrument.value}}
    images = {image.id: image for image in appeal.images}
    tool = searched.instrument
    return {
        MANIFEST: {
            "complete": False,
            "detector": {"name": tool.name, "sha256": tool.sha256, "version": tool.version, "sure": SURE},
            "looks": [
                {"image": look.image, "file": look.file, "found": _found(images[look.image], look)}
                for look in searched.looks
            ],
        }
    }


def sentence(listed: Mapping[str, Any]) -> Message:
    """What ``listing`` put into a manifest, in one sentence for who looks at it before approving."""
    tool = listed.get(MANIFEST, {}).get("detector")
    if tool is None:
        return Message("Faces: no program looked for any.", "Gesichter: Kein Programm hat danach gesucht.")
    looks = listed[MANIFEST]["looks"]
    fates = [one["fate"] for look in looks for one in look["found"]]
    en = ", ".join(f"{fates.count(fate)} {_FATES[fate].en}" for fate in Fate if fate in fates) or "none"
    de = ", ".join(f"{fates.count(fate)} {_FATES[fate].de}" for fate in Fate if fate in fates) or "keine"
    by = f"{tool['name']} {tool['sha256'][:8]}…, OpenCV {tool['version']}"
    return Message(
        f"Faces suggested by {by}, in {len(looks)} pictures: {en}. Not complete: look yourself.",
        f"Gesichter, vorgeschlagen von {by}, in {len(looks)} Bildern: {de}. Nicht vollständig: bitte selbst ansehen.",
    )


_FATES = {
    Fate.HIDDEN: Message("hidden", "verdeckt"),
    Fate.PERSON: Message("named", "benannt"),
    Fate.WAIVED: Message("waived with a reason", "begründet belassen"),
    Fate.OPEN: Message("open", "offen"),
    Fate.POSSIBLE: Message("possible", "möglich"),
}


def _found(image: Image, look: Look) -> list[dict[str, Any]]:
    return [
        {
            "box": [box.x, box.y, box.width, box.height],
            "score": one.seen.face.score,
            "fate": one.fate.value,
            "entry": one.entry,
        }
        for one in decided(image, look)
        for box in [one.seen.face.box]
    ]
