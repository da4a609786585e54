"""The canonical list of a release's inputs and outputs, whose hash is signed, and its comparison with stored files."""

import hashlib
import json
import pathlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from fahndung import __version__, resources, variants
from fahndung.errors import Message, NotPublishable, Problem, Severity
from fahndung.images import heif, libraries
from fahndung.model.appeal import Appeal
from fahndung.model.closing import CLOSING_KINDS
from fahndung.model.people import sought
from fahndung.model.plain import instant_text
from fahndung.model.publication import closing, without
from fahndung.model.release import Digest, File, Release
from fahndung.posters import bidi, shaping
from fahndung.release import naming
from fahndung.release.files import WEBSITE_KINDS
from fahndung.release.setting import Setting
from fahndung.texts.rendering import SHARED
from fahndung.texts.words import NAME

SCHEMA = "fahndung/release/1"
LIBRARIES = ("babel", "exifread", "jinja2", "pillow", "pymupdf-fonts", "pyphen", "reportlab", "segno")


def manifest(
    appeal: Appeal,
    setting: Setting,
    page_url: str,
    inputs: Mapping[str, bytes],
    files: Sequence[File],
    languages: Sequence[str] = (),
) -> dict[str, Any]:
    """What is signed: ids, names, media and ends, the hash of every input and output, the versions that made them.

    Args:
        languages: in which it was made besides German.
    """
    return {
        "schema": SCHEMA,
        "id": appeal.id,
        "revision": appeal.revision,
        "category": appeal.category.value,
        "slug": naming.slug(setting.salt, appeal.id),
        "page_url": page_url,
        **({"languages": list(languages)} if languages else {}),
        "markers": {name: naming.marker(setting.salt, appeal.id, appeal.revision, name) for name in setting.channels},
        "closing_posts": {
            kind: {
                name: naming.marker(setting.salt, appeal.id, appeal.revision, name, closing(kind))
                for name in setting.channels
            }
            for kind in CLOSING_KINDS
        },
        "media": sorted(setting.media),
        "ends": [
            {"medium": medium.value, "at": None if end is None else instant_text(end)}
            for medium, end in sorted(setting.ends.items())
        ],
        "inputs": [{"name": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in sorted(inputs.items())],
        # Of a file of several pictures, the one that was approved; the others never leave the case folder.
        **({"frames": frames} if (frames := {one.id: one.frame for one in appeal.images if one.frame}) else {}),
        "outputs": [
            {"name": file.name, "media_type": file.media_type, "sha256": file.sha256, "bytes": len(file.data)}
            for file in sorted(files, key=lambda file: file.name)
        ],
        "versions": {
            "fahndung": __version__,
            "norms": setting.norms_version,
            "rules": setting.rules_version,
            "templates": templates_version("de", setting.templates_home),
            **{f"templates-{lang}": templates_version(lang, setting.templates_home) for lang in languages},
            **{name: version(name) for name in LIBRARIES},
            **libraries.versions(),
            **_decoders(inputs),
            **_shapers(languages),
        },
    }


def _decoders(inputs: Mapping[str, bytes]) -> dict[str, str]:
    """The version of the extra ``heic`` where a picture of the case folder needs it."""
    used = heif.installed()
    return {"pillow-heif": used} if used and any(heif.needs_extra(data) for data in inputs.values()) else {}


def _shapers(languages: Sequence[str]) -> dict[str, str]:
    """The version of the extra ``rtl`` where a language may have posters made with it."""
    used = shaping.installed()
    return {"uharfbuzz": used} if used and any(map(bidi.right_to_left, languages)) else {}


def templates_version(lang: str, home: pathlib.Path | None) -> str:
    """SHA-256 over names and texts of all templates of a language, overrides included."""
    digest = hashlib.sha256()
    for folder in (lang,) if lang == "de" else (lang, SHARED):
        for name in sorted({*resources.template_names(folder), *((NAME,) if folder == lang else ())}):
            digest.update(f"{name}\0{resources.template_text(folder, name, home)}\0".encode())
    return digest.hexdigest()


def persons(appeal: Appeal, setting: Setting, parts: Sequence[variants.Variant]) -> dict[str, Any]:
    """The persons sought, and the variants without one of them with pictures and markers; ids only."""
    listed = []
    for part in parts:
        shown = [
            f"website/images/{naming.public_name(setting.salt, appeal, image.id, kind)}"
            for image in part.appeal.images
            for kind in WEBSITE_KINDS
        ]
        shown.append(f"website/images/{naming.card_name(setting.salt, appeal)}")
        target = without(part.person)
        markers = {
            name: naming.marker(setting.salt, appeal.id, appeal.revision, name, target) for name in setting.channels
        }
        listed.append(variants.listing(part, images=shown, markers=markers))
    return {"persons": [person.id for person in sought(appeal)], variants.FOLDER: listed}


def from_stored(digest: str, manifest: Mapping[str, Any], stored: Mapping[str, bytes]) -> Release:
    """The release whose files were read from disk and compared."""
    files = {
        entry["name"]: File(name=entry["name"], media_type=entry["media_type"], data=stored[entry["name"]])
        for entry in manifest["outputs"]
    }
    return Release(digest=Digest(digest), manifest=manifest, files=files)


def parse_manifest(untrusted: bytes, digest: str) -> Mapping[str, Any]:
    """The manifest, if its canonical form has that digest.

    Raises:
        NotPublishable: one byte differs.
    """
    if hashlib.sha256(untrusted).hexdigest() != digest:
        raise NotPublishable(
            f"the manifest is not the one with digest {digest}; build and approve again",
            f"Das Manifest ist nicht das mit der Prüfsumme {digest}; bitte neu bauen und freigeben",
        )
    manifest: Mapping[str, Any] = json.loads(untrusted)
    return manifest


def compare(manifest: Mapping[str, Any], outputs: Mapping[str, bytes], inputs: Mapping[str, bytes]) -> None:
    """Holds stored files against the manifest.

    Raises:
        NotPublishable: a file is missing, changed or was added, with every such file named.
    """
    problems = [
        *_differences(manifest["outputs"], {n: b for n, b in outputs.items() if n != "manifest.json"}, "release"),
        *_differences(manifest["inputs"], inputs, "case"),
    ]
    if problems:
        raise NotPublishable(
            "files differ from what was approved: " + "; ".join(p.message.en for p in problems),
            "Dateien weichen vom Freigegebenen ab: " + "; ".join(p.message.de for p in problems),
            problems=problems,
        )


def _differences(entries: Sequence[Mapping[str, Any]], stored: Mapping[str, bytes], where: str) -> list[Problem]:
    expected = {entry["name"]: entry["sha256"] for entry in entries}
    found = {name: hashlib.sha256(data).hexdigest() for name, data in stored.items()}
    said = []
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) == found.get(name):
            continue
        en, de = (
            ("is missing", "fehlt")
            if name not in found
            else ("was added", "kam hinzu")
            if name not in expected
            else ("was changed", "wurde verändert")
        )
        said.append(
            Problem(
                rule="integrity",
                severity=Severity.BLOCK,
                field=f"{where}/{name}",
                message=Message(f"{where}: {name} {en}", f"{where}: {name} {de}"),
            )
        )
    return said
