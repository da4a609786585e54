"""The files that are laid beside the originals of a case: what they carried, what lies inside them, their prints.

Makes bytes and writes nothing. All of it lies in the case folder and nowhere else, so it goes when that goes.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from fahndung.images import evidence, prints
from fahndung.images.evidence import Evidence
from fahndung.images.prints import Print
from fahndung.model.ids import ImageId

FOLDER = "evidence"
"""The folder inside a case folder."""

REPORT = f"{FOLDER}/report.json"
PRINTS = f"{FOLDER}/prints.json"
SCHEMA = "fahndung/evidence/1"


def files(
    originals: Mapping[ImageId, tuple[str, bytes]], frames: Mapping[ImageId, int | None] = MappingProxyType({})
) -> dict[str, bytes]:
    """Report (JSON, German and English text), embedded pictures by content hash, and prints.

    Args:
        originals: image id to file name and untrusted bytes. frames: which picture of the file it is (from 1).
    """
    found = {image: evidence.inspect(data, name=name) for image, (name, data) in originals.items()}
    made = {f"{FOLDER}/{piece.name}": piece.untrusted for one in found.values() for piece in one.embedded}
    made[REPORT] = as_json({"schema": SCHEMA, "images": _listed(found)})
    for language in ("de", "en"):
        made[f"{FOLDER}/report.{language}.txt"] = _text(found, language)
    seen = {image: prints.of(data, frame=frames.get(image)) for image, (_, data) in originals.items()}
    made[PRINTS] = as_json({image: {"sha256": one.sha256, "look": one.look} for image, one in seen.items()})
    return made


def parse_prints(untrusted: bytes) -> dict[str, Print] | None:
    """The prints of a case by image id; None where they are damaged."""
    try:
        values = json.loads(untrusted)
        return {image: _print(one["sha256"], one["look"]) for image, one in values.items()}
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
        return None


def _print(sha256: object, look: object) -> Print:
    """Raises TypeError for what is none."""
    if not isinstance(sha256, str) or not (look is None or type(look) is int):
        raise TypeError
    return Print(sha256=sha256, look=look)


def as_json(values: object) -> bytes:
    """JSON as it is written into the folder."""
    return (json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _listed(found: Mapping[ImageId, Evidence]) -> list[dict[str, object]]:
    """Reports as JSON values."""
    return [{"image": image, **one.as_json()} for image, one in found.items()]


def _text(found: Mapping[ImageId, Evidence], language: str) -> bytes:
    """Reports for people."""
    lines: list[str] = []
    for image, one in found.items():
        lines += [f"{image} ({one.name}, sha256 {one.sha256})", *(f"  {line}" for line in one.sentences(language)), ""]
    return "\n".join(lines).encode()
