"""What an original carries besides its picture, in plain words: camera, owner, place, hidden pictures.

Informs the person who handles it and decides nothing: whatever is found or overlooked here, the published picture is
built from pixels alone.
"""

import dataclasses
import hashlib
import warnings
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from fahndung.errors import Message, UnsafeImage
from fahndung.images import answers, areas, child, embedded, exif, intake, inventory, probing, told, wording
from fahndung.images.child import Answer
from fahndung.images.inventory import Fact
from fahndung.images.limits import DEFAULT, Limits
from fahndung.images.probing import Probe

MOST = 500
"""Facts that are told of one file; of more only how many."""

NOTES = frozenset({"serial", "owner", "software", "unreadable", "more"})
"""What the maker's notes can tell."""

_TRIED = 256
_PICTURES = frozenset({"jpg", "png", "webp"})
_FURTHER = 8
"""Pictures behind the first of which is told what they say; of all others, that they are there."""
_NOTES_CPU_S, _NOTES_MEMORY = 3, 2**29
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
class Embedded:
    """A picture, film or archive that lies inside the file, as untrusted as the file itself.

    Attributes:
        where: the part in which it lies: ``EXIF``, ``XMP``, ``Photoshop``, ``C2PA``, ``behind`` …
        name: SHA-256 of its bytes and the ending that fits them.
    """

    where: str
    name: str
    untrusted: bytes


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that was found in one file.

    Attributes:
        name: the file's name as the caller gave it.
        size: bytes.
        sha256: of the whole file, hexadecimal.
        format: ``JPEG`` …, or empty where the file is no accepted picture.
        width, height: px as stored; 0 where unknown.
        refused: why no picture can be made of it; None where that was tried and done.
        embedded: what lies inside, each once; a finding tells of each.
    """

    name: str
    size: int
    sha256: str
    format: str = ""
    width: int = 0
    height: int = 0
    refused: Message | None = None
    findings: tuple[Finding, ...] = ()
    embedded: tuple[Embedded, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The same as JSON values."""
        return {
            "name": self.name,
            "bytes": self.size,
            "sha256": self.sha256,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "refused": None if self.refused is None else self.refused._asdict(),
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
    digest = hashlib.sha256(untrusted).hexdigest()
    if len(untrusted) > limits.size:
        (large,) = _findings([("too-large", limits.size)])
        return Evidence(name=name, size=len(untrusted), sha256=digest, refused=large.message, findings=(large,))
    try:
        probe = probing.probe(untrusted, limits)
    except UnsafeImage as refusal:
        no_picture = Finding(kind="unreadable", message=refusal.message, value=refusal.message.en)
        return Evidence(name=name, size=len(untrusted), sha256=digest, refused=refusal.message, findings=(no_picture,))
    refused = _refusal(untrusted, probe, limits)
    facts = [
        *_told(untrusted, probe, limits),
        *inventory.around(untrusted, probe),
        *_notes(untrusted, probe, limits),
    ]
    inside, failed = _inside(untrusted, probe, limits)
    facts += [*failed, *_described(inside)]
    if PurePath(name).suffix.lower() not in _ENDINGS.get(probe.format, ()):
        facts.append(("wrong-name", {"name": name, "format": probe.format}))
    return Evidence(
        name=name,
        size=len(untrusted),
        sha256=digest,
        format=probe.format,
        width=probe.width,
        height=probe.height,
        refused=refused,
        findings=(*_undecodable(refused), *_findings(facts)),
        embedded=inside,
    )


def _refusal(untrusted: bytes, probe: Probe, limits: Limits) -> Message | None:
    """Why no picture can be made of the file, tried in the child: of several pictures the first, of any all its parts.

    What is read is thrown away; a JPEG is read at a part of its size.
    """
    try:
        intake.decode(untrusted, longest=_TRIED, frame=1 if probe.frames > 1 else None, limits=limits)
    except UnsafeImage as refusal:
        return refusal.message
    return None


def _undecodable(refused: Message | None) -> Iterable[Finding]:
    if refused is not None:
        en, de = (wording.message("undecodable", text) for text in refused)
        yield Finding(kind="undecodable", message=Message(en.en, de.de), value=refused.en)


def _told(untrusted: bytes, probe: Probe, limits: Limits) -> list[Fact]:
    """What the file says of itself, but for the maker's notes; how it could not be read, where it could not."""
    try:
        return answers.facts(
            child.run(lambda: look(untrusted, probe, limits), limits).header.get("facts"), answers.KINDS, MOST + 1
        )
    except UnsafeImage as failure:
        return [("unreadable", failure.message.en)]


def look(untrusted: bytes, probe: Probe, limits: Limits) -> Answer:
    """In the child: everything but the maker's notes, of the picture and of those behind it."""
    return _answer([*_carried(untrusted, probe), *_behind(untrusted[probe.end :], limits)])


def _carried(untrusted: bytes, probe: Probe) -> list[Fact]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd tags; what it could read counts
        facts = [*exif.facts(untrusted, probe), *inventory.parts(untrusted, probe)]
    try:
        facts += told.facts(untrusted, probe, areas.areas(untrusted, probe))
    except Exception:  # our own reading of foreign bytes must not take the other findings with it
        facts.append(("unreadable", "XMP, IPTC, C2PA"))
    return facts


def _behind(untrusted: bytes, limits: Limits) -> Iterable[Fact]:
    """What each further picture behind the first says: a camera with two lenses writes the place into both."""
    pictures = [one for one in embedded.pieces([areas.Area("behind", untrusted)], limits) if one.ending in _PICTURES]
    for number, picture in enumerate(pictures[:_FURTHER], 2):
        try:
            facts = _carried(picture.data, probing.probe(picture.data, limits))
        except UnsafeImage as refusal:  # cut out, it is another picture than it was in its place
            facts = [("unreadable", refusal.message.en)]
        for kind, value in facts:
            yield wording.FURTHER, {"number": number, "kind": kind, "value": value}


def _answer(facts: list[Fact]) -> Answer:
    cut = [(kind, answers.sayable(value)) for kind, value in facts[:MOST]]
    return Answer({"facts": cut + ([("more", len(facts) - MOST)] if len(facts) > MOST else [])})


def _inside(untrusted: bytes, probe: Probe, limits: Limits) -> tuple[tuple[Embedded, ...], list[tuple[str, object]]]:
    """In a child of its own as well: what lies inside, and whether that could not be told."""

    def work() -> Answer:
        found = embedded.pieces(areas.areas(untrusted, probe), limits)
        listed = [[piece.where, piece.ending, len(piece.data)] for piece in found]
        return Answer({"pieces": listed}, b"".join(piece.data for piece in found))

    try:
        return child.taken(work, pieces, limits), []
    except UnsafeImage:
        return (), [("unreadable", "embedded pictures")]


def pieces(untrusted_header: Mapping[str, object], size: int, read: child.Read) -> tuple[Embedded, ...]:
    """The child's answer as values, each piece named by its bytes.

    Raises:
        UnsafeImage: it is nonsense, or more than is cut out of one file.
    """
    return tuple(
        Embedded(where=where, name=f"{hashlib.sha256(data).hexdigest()}.{ending}", untrusted=data)
        for where, ending, length in answers.pieces(untrusted_header.get("pieces"), size)
        for data in (answers.begins(read(length), ending),)
    )


def _described(inside: Iterable[Embedded]) -> Iterable[tuple[str, object]]:
    for piece in inside:
        yield "embedded", {"in": piece.where, "bytes": len(piece.untrusted), "name": piece.name}


def _notes(untrusted: bytes, probe: Probe, limits: Limits) -> list[Fact]:
    """In a child of its own, so that its reader cannot take the other findings with it."""
    short = dataclasses.replace(limits, cpu_s=min(limits.cpu_s, _NOTES_CPU_S), memory=min(limits.memory, _NOTES_MEMORY))
    try:
        header = child.run(lambda: notes(untrusted, probe, limits), short).header
        return answers.facts(header.get("facts"), NOTES, MOST + 1)
    except UnsafeImage:
        return [("unreadable", exif.NOTES)]


def notes(untrusted: bytes, probe: Probe, limits: Limits) -> Answer:
    """In the child: what the maker's notes say."""
    return _answer(exif.notes(untrusted, probe, limits.reads))


def _findings(facts: Iterable[Fact]) -> Iterable[Finding]:
    seen = set()
    for kind, value in facts:
        message = wording.message(kind, value)
        if message not in seen:
            seen.add(message)
            yield Finding(kind=kind, message=message, value=value)
