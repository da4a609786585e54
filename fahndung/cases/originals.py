"""What the gate and the office must know of the original pictures of a case. Changes none."""

from typing import Any

from fahndung import records
from fahndung.errors import Message, Problem, Severity
from fahndung.home import Home
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId

_NAMED = 5


def facts(case: records.Case, home: Home | None) -> dict[str, Any]:
    """What the gate must know of the original files: the time in each, and where the home knows it from (R26)."""
    from fahndung import known  # here, because who verifies or approves must not wait for what reads pictures
    from fahndung.images import captured

    taken = {image: found for image, data in case.images.items() if (found := captured.taken(data)) is not None}
    return {
        "captures": taken,
        "known": {} if home is None else known.elsewhere(home, case.appeal.id, case.images, _frames(case)),
    }


def uncompared(home: Home, appeal: Appeal) -> list[Problem]:
    """Cases of the home whose pictures were not held against this record's: silence must not look like "unknown"."""
    from fahndung import known

    left = known.uncompared(home, appeal.id) if appeal.images else ()
    if not left:
        return []
    named = ", ".join(left[:_NAMED]) + (" …" if len(left) > _NAMED else "")
    message = Message(
        f"the pictures were not compared with those of {len(left)} other cases, whose prints are missing or damaged: "
        f"{named}. Look at those yourself, or restore evidence/prints.json in their folders from the backup",
        f"Die Bilder wurden nicht mit denen von {len(left)} anderen Fällen verglichen, deren Abdrücke fehlen oder "
        f"beschädigt sind: {named}. Bitte selbst ansehen oder evidence/prints.json in deren Ordnern aus der Sicherung "
        "zurückholen",
    )
    return [Problem(rule="R26", severity=Severity.WARN, field="images", message=message, source="R26")]


def beside(case: records.Case) -> dict[str, bytes]:
    """What is laid beside the originals: the report of what they carry, the pictures inside them, their prints."""
    from fahndung.images import aside

    originals = {image.id: (image.file, case.images[image.id]) for image in case.appeal.images}
    return aside.files(originals, _frames(case))


def _frames(case: records.Case) -> dict[ImageId, int | None]:
    """Which picture of its file each image is."""
    return {image.id: image.frame for image in case.appeal.images}
