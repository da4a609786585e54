"""Before and after: what each original carried, and that each picture of the release is a picture and nothing else.

Makes bytes and writes nothing. The report names people and places, so it lies in the case folder and goes with it.
"""

import hashlib
import json
from collections.abc import Mapping

from fahndung.errors import UnsafeImage
from fahndung.images import aside, walker

SCHEMA = "fahndung/before-after/1"


def files(
    digest: str, kept: Mapping[str, bytes], outputs: Mapping[str, bytes], versions: Mapping[str, str]
) -> dict[str, bytes]:
    """The report of one release as JSON and as German and English text, by name.

    Args:
        kept: what was laid aside at submission (``aside``): what the originals carried.
        outputs: name in the release to bytes of every picture.
        versions: what made them, as in the manifest.
    """
    after = {name: _beyond(data) for name, data in sorted(outputs.items())}
    name = f"{aside.FOLDER}/release-{digest}"
    values = {
        "schema": SCHEMA,
        "release": digest,
        "before": json.loads(kept[aside.REPORT])["images"],
        "after": [
            {"file": file, "sha256": hashlib.sha256(outputs[file]).hexdigest(), "beyond_allowlist": beyond}
            for file, beyond in after.items()
        ],
        "versions": dict(versions),
    }
    made = {f"{name}.json": aside.as_json(values)}
    for language in ("de", "en"):
        before = kept.get(f"{aside.FOLDER}/report.{language}.txt", b"").decode()
        lines = [before, *_told(after, language), "", _made_with(versions, language), ""]
        made[f"{name}.{language}.txt"] = "\n".join(lines).encode()
    return made


def _beyond(data: bytes) -> str | None:
    """What the walker refuses in a picture, in English; None for a picture that is nothing else."""
    try:
        walker.check_jpeg(data)
    except UnsafeImage as refusal:
        return refusal.message.en
    return None


def _told(after: Mapping[str, str | None], language: str) -> list[str]:
    clean = "nur das Bild" if language == "de" else "the picture and nothing else"
    return [f"{name}: {clean if beyond is None else beyond}" for name, beyond in after.items()]


def _made_with(versions: Mapping[str, str], language: str) -> str:
    listed = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return f"{'Hergestellt mit' if language == 'de' else 'Made with'}: {listed}"
