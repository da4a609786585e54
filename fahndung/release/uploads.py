"""Which pictures go along with posts on networks, as the manifest says it: approved are the pictures and their places.

Judges nothing: what the record, the order and the force's policy have to say for it is the business of the gate (R31).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.image import Image
from fahndung.model.people import about_persons
from fahndung.release import naming
from fahndung.release.setting import Setting

if TYPE_CHECKING:
    from fahndung.images.renditions import Renditions

MANIFEST = "uploads"


def planned_uploads(appeal: Appeal, setting: Setting) -> dict[str, dict[str, ImageId | None]]:
    """Channel to the files of the release that would go along with its post, each with the record's picture."""
    return {
        channel: {name: image.id for image in _of_things(appeal) for name in _names(appeal, image.id, setting).values()}
        for channel in _accounts(setting)
    }


def listing(appeal: Appeal, setting: Setting, pictures: "Mapping[ImageId, Renditions]") -> dict[str, Any]:
    """What the manifest says of it: for each account whose policy lets pictures go along, each picture's alternative
    text and its renditions, the larger one first. None in appeals about persons.
    """
    shown = [_listed(appeal, image, setting, pictures[image.id]) for image in _of_things(appeal)]
    return {MANIFEST: dict.fromkeys(_accounts(setting), shown)}


def listed_uploads(manifest: Mapping[str, Any]) -> dict[str, dict[str, ImageId | None]]:
    """The same as ``planned_uploads``, of a manifest."""
    return {
        channel: {file["name"]: ImageId(entry["image"]) for entry in entries for file in entry["files"]}
        for channel, entries in manifest.get(MANIFEST, {}).items()
    }


def _accounts(setting: Setting) -> Iterable[str]:
    return (name for name in setting.channels if name in setting.pictured)


def goes_along(appeal: Appeal, image: Image) -> bool:
    """Whether a picture is of a kind that may go along with posts at all: of a thing that the record names, and not
    behind a click (R31).
    """
    return not about_persons(appeal) and image.object is not None and not image.sensitive


def _of_things(appeal: Appeal) -> list[Image]:
    return [image for image in appeal.images if goes_along(appeal, image)]


def _names(appeal: Appeal, image: ImageId, setting: Setting) -> dict[str, str]:
    """Rendition to its file, the larger one first."""
    return {
        "web": f"website/images/{naming.public_name(setting.salt, appeal, image, 'web')}",
        "card": f"cards/{image}.jpg",
    }


def _listed(appeal: Appeal, image: Image, setting: Setting, made: "Renditions") -> dict[str, Any]:
    files = [
        {"name": name, "width": getattr(made, kind).width, "height": getattr(made, kind).height}
        for kind, name in _names(appeal, image.id, setting).items()
    ]
    return {"image": image.id, "alt": f"texts/alt-{image.id}.txt", "files": files}
