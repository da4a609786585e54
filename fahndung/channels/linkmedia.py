"""The pictures that go along with a post by the link method: only of things, only as approved. Pure; knows no platform.

Three have to say so: the record (the picture shows an object and nobody), the order (social media), and the force's
policy for the account (``media = "objects"``). The gate asks all three (R31); what is asked here again is that the
approved manifest lists the picture for this account, and that the appeal is not about persons.
"""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fahndung.channels import linkpost
from fahndung.channels.abilities import MediaLimits
from fahndung.channels.accountkeys import Check
from fahndung.channels.kinds import NONE, OBJECTS
from fahndung.errors import NotPublishable
from fahndung.model.ids import ChannelName
from fahndung.model.people import THINGS
from fahndung.model.publication import Attachment, Posting
from fahndung.model.release import File, Release

POLICY: Check = (lambda value: value in (NONE, OBJECTS), "none or objects", "none oder objects")
FOLDER = "media/"
"""Where the pictures stand in a payload."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture as it is sent: ``name`` is its part of the payload, width and height are in px."""

    name: str
    data: bytes
    media_type: str
    alt: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Lower-case hex SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def chosen(release: Release, channel: ChannelName, limits: MediaLimits | None) -> tuple[Picture, ...]:
    """The pictures for an account, each in the largest of its approved renditions that the platform takes.

    Args:
        limits: the platform's; None: the policy lets none go along.

    Raises:
        NotPublishable: the release was built for another policy, is about persons, lacks a file, or does not fit.
    """
    listed = _listed(release, channel, sent=limits is not None)
    if limits is None:
        return ()
    if listed and not _about_things(release.manifest):
        raise linkpost.refused(
            channel,
            "it is about persons, and no picture goes along with a post about persons",
            "sie betrifft Personen, und mit Beiträgen über Personen geht kein Bild hinaus",
        )
    if len(listed) > limits.count:
        raise linkpost.refused(
            channel,
            f"{len(listed)} pictures would go along, {limits.count} are allowed; take “object” from some (images/…)",
            f"{len(listed)} Bilder gingen mit, erlaubt sind {limits.count}; bei einigen „object“ weglassen (images/…)",
        )
    return tuple(_picture(release, channel, entry, limits, index) for index, entry in enumerate(listed, start=1))


def payload(pictures: Sequence[Picture]) -> dict[str, bytes]:
    """Their parts of a draft's payload."""
    return {picture.name: picture.data for picture in pictures}


def withdrawal(pictures: Sequence[Picture]) -> list[dict[str, object]]:
    """What looking needs to know of them, as JSON values."""
    return [{"alt": picture.alt, "sha256": picture.sha256} for picture in pictures]


def attachments(pictures: Sequence[Picture]) -> tuple[Attachment, ...]:
    """As a preview shows them."""
    return tuple(Attachment(name=picture.name, media_type=picture.media_type, alt=picture.alt) for picture in pictures)


def alts(posting: Posting) -> list[str]:
    """The alternative texts that were approved, in order."""
    media = posting.withdrawal.get("media", [])
    return [str(one["alt"]) for one in media] if isinstance(media, list) else []


def _listed(release: Release, channel: ChannelName, *, sent: bool) -> list[Mapping[str, Any]]:
    """What the manifest lists for an account; approved was that, and nothing else."""
    uploads = release.manifest.get("uploads")
    listed = uploads.get(channel) if isinstance(uploads, Mapping) else None
    if sent is not isinstance(listed, list):
        raise linkpost.refused(
            channel,
            "it was built when “media” said otherwise for this account",
            "sie wurde gebaut, als „media“ für dieses Konto anders lautete",
        )
    return listed or []


def _about_things(manifest: Mapping[str, object]) -> bool:
    return manifest.get("category") in {category.value for category in THINGS} and manifest.get("persons") == []


def _picture(
    release: Release, channel: ChannelName, entry: Mapping[str, Any], limits: MediaLimits, index: int
) -> Picture:
    alt = _alt(release, channel, entry, limits)
    for file, width, height in _renditions(release, channel, entry):
        if _fits(file, width * height, limits):
            data, media_type = file.data, file.media_type
            name = f"{FOLDER}{index}.jpg"
            return Picture(name=name, data=data, media_type=media_type, alt=alt, width=width, height=height)
    raise linkpost.refused(
        channel,
        f"no rendition of the picture {entry['image']} fits ({limits.bytes} bytes at most); crop it",
        f"keine Fassung des Bildes {entry['image']} passt (höchstens {limits.bytes} Byte); zuschneiden",
    )


def _renditions(release: Release, channel: ChannelName, entry: Mapping[str, Any]) -> Iterator[tuple[File, int, int]]:
    for listed in entry["files"]:
        file = release.files.get(listed["name"])
        if file is None:
            raise _lacks(channel, listed["name"])
        yield file, listed["width"], listed["height"]


def _fits(file: File, pixels: int, limits: MediaLimits) -> bool:
    small = limits.pixels is None or pixels <= limits.pixels
    return small and len(file.data) <= limits.bytes and file.media_type in limits.types


def _alt(release: Release, channel: ChannelName, entry: Mapping[str, Any], limits: MediaLimits) -> str:
    file = release.files.get(entry["alt"])
    text = "" if file is None else file.data.decode().strip()
    if not text:
        raise _lacks(channel, entry["alt"])
    if limits.alt_length is not None and len(text) > limits.alt_length:
        raise linkpost.refused(
            channel,
            f"{entry['alt']} has {len(text)} characters, {limits.alt_length} are allowed",
            f"{entry['alt']} hat {len(text)} Zeichen, erlaubt sind {limits.alt_length}",
        )
    return text


def _lacks(channel: ChannelName, name: str) -> NotPublishable:
    return linkpost.refused(channel, f"{name} is missing or empty", f"{name} fehlt oder ist leer")
