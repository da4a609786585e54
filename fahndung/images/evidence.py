"""What an original carries besides its picture, in plain words: camera, owner, place, hidden pictures.

Informs the person who handles it and decides nothing: whatever is found or overlooked here, the published picture is
built from pixels alone.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from fahndung.errors import Message, UnsafeImage
from fahndung.images import child, exif, inventory, probing, wording
from fahndung.images.child import Answer
from fahndung.images.limits import DEFAULT, Limits

_MOST = 500
_NOTES_CPU_S = 3
_ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "AVIF": (".avif", ".avifs"),
    "HEIF": (".heic", ".heif", ".heics", ".hif"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the file carries: ``kind`` for programs, ``message`` for people, ``value`` fit for JSON."""

    kind: str
    message: Message
    value: object


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that was found in one file.

    Attributes:
        name: the file's name as the caller gave it.
        size: bytes.
        sha256: of the whole file, hexadecimal.
        format: ``JPEG`` …, or empty where the file is no accepted picture.
        width, height: px as stored; 0 where unknown.
    """

    name: str
    size: int
    sha256: str
    format: str = ""
    width: int = 0
    height: int = 0
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The same as JSON values."""
        return {
            "name": self.name,
            "bytes": self.size,
            "sha256": self.sha256,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "findings": [
                {"kind": found.kind, "message": found.message._asdict(), "value": found.value}
                for found in self.findings
            ],
        }

    def sentences(self, language: str) -> list[str]:
        """One sentence for the file itself and one for each finding, in German (``de``) or English."""
        head = [wording.picture(self.format, self.width, self.height, self.size)] if self.format else []
        found = [finding.message for finding in self.findings]
        return [message.in_language(language) for message in [*head, *(found or [wording.NOTHING])]]


def inspect(untrusted: bytes, *, name: str, limits: Limits = DEFAULT) -> Evidence:
    """What ``untrusted`` carries. Files that are refused elsewhere are looked at as well; nothing is raised.

    Args:
        name: the file's name, told back and compared with what the file is.
    """
    facts: list[tuple[str, object]] = []
    header: Mapping[str, object] = {}
    digest = hashlib.sha256(untrusted).hexdigest()
    if len(untrusted) > limits.size:
        facts.append(("too-large", limits.size))
    else:
        try:
            header = child.run(lambda: _look(untrusted, limits), limits).header
        except UnsafeImage as refusal:
            return Evidence(
                name=name,
                size=len(untrusted),
                sha256=digest,
                findings=(Finding(kind="unreadable", message=refusal.message, value=refusal.message.en),),
            )
        facts.extend(_notes(untrusted, limits))
    kind = str(header.get("format", ""))
    if kind and PurePath(name).suffix.lower() not in _ENDINGS.get(kind, ()):
        facts.append(("wrong-name", {"name": name, "format": kind}))
    facts[:0] = _pairs(header.get("facts"))
    return Evidence(
        name=name,
        size=len(untrusted),
        sha256=digest,
        format=kind,
        width=_number(header.get("width")),
        height=_number(header.get("height")),
        findings=tuple(_findings(facts)),
    )


def _look(untrusted: bytes, limits: Limits) -> Answer:
    """In the child: everything but the maker's notes."""
    probe = probing.probe(untrusted, limits)
    facts = [*exif.facts(untrusted, probe), *inventory.parts(untrusted, probe)]
    cut = [(kind, exif.plain(value) if isinstance(value, str) else value) for kind, value in facts]
    if len(cut) > _MOST:
        cut[_MOST:] = [("more", len(cut) - _MOST)]
    return Answer({"format": probe.format, "width": probe.width, "height": probe.height, "facts": cut})


def _notes(untrusted: bytes, limits: Limits) -> Iterable[tuple[str, object]]:
    """In a child of its own, so that its reader cannot take the other findings with it."""
    short = dataclasses.replace(limits, cpu_s=min(limits.cpu_s, _NOTES_CPU_S))
    try:
        answer = child.run(lambda: Answer({"facts": exif.notes(untrusted, probing.probe(untrusted, limits))}), short)
    except UnsafeImage:
        return [("unreadable", exif.NOTES)]
    return _pairs(answer.header.get("facts"))


def _pairs(untrusted_facts: object) -> Iterable[tuple[str, object]]:
    for fact in untrusted_facts if isinstance(untrusted_facts, list) else []:
        if isinstance(fact, list) and len(fact) == 2:
            yield str(fact[0]), fact[1]


def _findings(facts: Iterable[tuple[str, object]]) -> Iterable[Finding]:
    seen = set()
    for kind, value in facts:
        try:
            message = wording.message(kind, value)
        except KeyError:
            kind, value = "unreadable", kind
            message = wording.message(kind, value)
        if message not in seen:
            seen.add(message)
            yield Finding(kind=kind, message=message, value=value)


def _number(untrusted_value: object) -> int:
    return untrusted_value if isinstance(untrusted_value, int) else 0
