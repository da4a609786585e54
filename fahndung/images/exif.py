"""What the EXIF data and the colour profile of a foreign picture say, as facts.

Reads through Pillow, and maker notes through exifread, which fails on some files: what cannot be read is a fact, too.
Decides nothing. Run it in the limited child.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import exifread
from PIL import ExifTags, Image, ImageCms

from fahndung.errors import UnsafeImage
from fahndung.images import areas, decoding
from fahndung.images.inventory import Fact
from fahndung.images.probing import Probe

NOTES = "maker notes"
"""What the reader of maker notes is called where it fails."""

_LONGEST = 200
_OWNERS = {"Artist", "Copyright", "CameraOwnerName", "XPAuthor", "HostComputer", "Photographer", "ImageEditor"}
_SERIALS = {"BodySerialNumber", "LensSerialNumber", "CameraSerialNumber", "ImageUniqueID", "RawDataUniqueID"}
_TIME = re.compile(r"DateTime|Subsec|OffsetTime|PreviewDate", re.IGNORECASE)
_WORDS = {"ImageDescription", "UserComment", "XPTitle", "XPComment", "XPKeywords", "XPSubject", "ImageTitle"}
_WORDS |= {"DocumentName", "PageName", "OriginalRawFileName", "RelatedSoundFile"}
_PROGRAMS = {"ProcessingSoftware", "CameraFirmware", "RAWDevelopingSoftware", "ImageEditingSoftware"}
_PROGRAMS |= {"MetadataEditingSoftware"}
_NEWER = {
    0xA436: "ImageTitle",
    0xA437: "Photographer",
    0xA438: "ImageEditor",
    0xA439: "CameraFirmware",
    0xA43A: "RAWDevelopingSoftware",
    0xA43B: "ImageEditingSoftware",
    0xA43C: "MetadataEditingSoftware",
}
"""Tags of EXIF 3.0, which Pillow does not name."""

_CHARSETS = (b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", b"\0\0\0\0\0\0\0\0")
_NO_THUMBNAIL: dict[str, Any] = {"extract_thumbnail": False}
"""exifread builds one in time that grows with the square of what a file says; its types are older than the option."""
_READ = 8 * 2**20
"""Bytes that the reader of maker notes gets in all: texts as long as the file, again and again, would be read else."""
_TOLD = ("serial", "owner", "firmware", "internalserial")


def facts(untrusted: bytes, probe: Probe) -> list[Fact]:
    """What EXIF data and colour profile say about camera, owner, time and place, and which of them failed."""
    return [*_read("EXIF", _pillow, untrusted, probe), *_read("ICC", _profile, untrusted, probe)]


def notes(untrusted: bytes, probe: Probe, reads: int) -> list[Fact]:
    """Serial numbers and owners in the maker's notes.

    Args:
        reads: values after which the reader is stopped. It takes every count in a file at its word, up to four
            milliards of bytes read one by one.
    """
    return _read(NOTES, lambda data, probe: _maker_notes(data, probe, reads), untrusted, probe)


def _read(name: str, reader: Callable[[bytes, Probe], Iterator[Fact]], untrusted: bytes, probe: Probe) -> list[Fact]:
    found: list[Fact] = []
    try:
        found.extend(reader(untrusted, probe))
    except Exception:  # readers raise ten unrelated classes on damaged files
        found.append(("unreadable", name))
    return found


def _pillow(untrusted: bytes, probe: Probe) -> Iterator[Fact]:
    exif = _tags(untrusted, probe)
    tags = _named(exif) | _named(exif.get_ifd(ExifTags.IFD.Exif))
    if "Make" in tags or "Model" in tags:
        yield "camera", plain(f"{tags.get('Make', '')} {tags.get('Model', '')}")
    if "LensModel" in tags:
        yield "lens", plain(tags["LensModel"])
    times = {name for name in tags if _TIME.search(name)}
    for kind, names in (
        ("owner", _OWNERS),
        ("serial", _SERIALS),
        ("time", times),
        ("description", _WORDS),
        ("software", _PROGRAMS),
    ):
        for name in sorted(names & tags.keys()):
            if value := plain(_uncoded(tags[name])):
                yield kind, {"what": name, "value": value}
    if "Software" in tags:
        yield "software", plain(tags["Software"])
    if tags.get("Orientation", 1) != 1:
        yield "orientation", plain(tags["Orientation"])
    if "MakerNote" in tags:
        yield "maker-note", len(tags["MakerNote"])
    yield from _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    # the second directory of a TIFF file is its second page
    thumbnail = exif.get_ifd(ExifTags.IFD.IFD1) if probe.format != "TIFF" or probe.frames == 1 else {}
    if thumbnail:
        if stamp := thumbnail.get(ExifTags.Base.DateTime):
            yield "time", {"what": "IFD1 DateTime", "value": plain(stamp)}
        size = thumbnail.get(ExifTags.Base.JpegIFByteCount)
        yield "thumbnail", {"bytes": size if isinstance(size, int) else 0, "in": "EXIF"}


def _tags(untrusted: bytes, probe: Probe) -> Image.Exif:
    """The tags; of a TIFF also where Pillow has no mode for its pixels, which are of no interest here."""
    try:
        return decoding.opened(untrusted, probe).getexif()
    except UnsafeImage:
        if probe.format != "TIFF":
            raise
    exif = Image.Exif()
    exif.load(untrusted)
    return exif


def _named(tags: Mapping[int, Any]) -> dict[str, Any]:
    return {_NEWER.get(tag) or ExifTags.TAGS.get(tag, str(tag)): value for tag, value in tags.items()}


def _uncoded(value: object) -> object:
    """A comment without the eight bytes that name its character set."""
    return value[8:] if isinstance(value, bytes) and value[:8] in _CHARSETS else value


def _place(gps: Mapping[int, Any]) -> Iterator[Fact]:
    if not gps:
        return
    place: dict[str, object] = {}
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if latitude is not None and longitude is not None:
        place = {"lat": latitude, "lon": longitude}
    if stamp := gps.get(ExifTags.GPS.GPSDateStamp):
        place["date"] = plain(stamp)
    yield "gps", place
    if stamp or gps.get(ExifTags.GPS.GPSTimeStamp):
        yield "time", {"what": "GPS, UTC", "value": f"{plain(stamp or '')} {_clock(gps)}".strip()}
    yield from _around(gps)


def _clock(gps: Mapping[int, Any]) -> str:
    try:
        hour, minute, second = (float(part) for part in gps[ExifTags.GPS.GPSTimeStamp])
        return f"{int(hour):02}:{int(minute):02}:{second:05.2f}".removesuffix(".00")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return ""


_AROUND = {
    ExifTags.GPS.GPSAltitude: ("GPSAltitude", " m"),
    ExifTags.GPS.GPSImgDirection: ("GPSImgDirection", "°"),
    ExifTags.GPS.GPSSpeed: ("GPSSpeed", ""),
    ExifTags.GPS.GPSTrack: ("GPSTrack", "°"),
    ExifTags.GPS.GPSDestBearing: ("GPSDestBearing", "°"),
    ExifTags.GPS.GPSHPositioningError: ("GPSHPositioningError", " m"),
}


def _around(gps: Mapping[int, Any]) -> Iterator[Fact]:
    """Height, direction, speed, where it was headed, and what the device says about how it knows."""
    for tag, (name, unit) in _AROUND.items():
        try:
            value = f"{float(gps[tag]):g}{unit}"
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            continue
        below = tag == ExifTags.GPS.GPSAltitude and gps.get(ExifTags.GPS.GPSAltitudeRef) in {b"\1", 1}
        yield "where", {"what": name, "value": f"-{value}" if below else value}
    target = [
        _degrees(gps.get(tag), gps.get(reference), negative)
        for tag, reference, negative in (
            (ExifTags.GPS.GPSDestLatitude, ExifTags.GPS.GPSDestLatitudeRef, "S"),
            (ExifTags.GPS.GPSDestLongitude, ExifTags.GPS.GPSDestLongitudeRef, "W"),
        )
    ]
    if None not in target:
        yield "where", {"what": "GPSDest", "value": f"{target[0]} {target[1]}"}
    for tag in (ExifTags.GPS.GPSAreaInformation, ExifTags.GPS.GPSProcessingMethod):
        if value := plain(_uncoded(gps.get(tag, ""))):
            yield "where", {"what": tag.name, "value": value}


def _degrees(parts: Any, reference: object, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if value != value or abs(value) > 360:
        return None
    return round(-value if reference == negative else value, 6)


def _profile(untrusted: bytes, probe: Probe) -> Iterator[Fact]:
    profile = decoding.opened(untrusted, probe).info.get("icc_profile")
    if profile:
        name = ""
        try:
            name = plain(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))))
        finally:
            yield "icc", {"bytes": len(profile), "name": name or "–"}


class _Allowance:
    """So many values and bytes that a reader may still have, of all blocks together."""

    def __init__(self, reads: int) -> None:
        self._reads, self._bytes = reads, _READ

    def take(self, size: int) -> None:
        """One value of so many bytes.

        Raises:
            _EnoughError: it is one too many.
        """
        self._reads, self._bytes = self._reads - 1, self._bytes - size
        if min(self._reads, self._bytes) < 0:
            raise _EnoughError


class _EnoughError(Exception):
    """The reader wants more than an honest file makes it want."""


class _Measured(io.BytesIO):
    """A file of which no more is read than is allowed."""

    def __init__(self, data: bytes, allowance: _Allowance) -> None:
        super().__init__(data)
        self._allowance = allowance

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, if they are allowed."""
        data = super().read(size)
        self._allowance.take(len(data))
        return data


def _maker_notes(untrusted: bytes, probe: Probe, reads: int) -> Iterator[Fact]:
    """Of all but TIFF the EXIF block alone, which is a TIFF: exifread's own walks through files loop on some."""
    logging.getLogger("exifread").setLevel(logging.CRITICAL)
    blocks = [untrusted[: probe.end]]
    if probe.format != "TIFF":
        blocks = [area.data for area in areas.areas(untrusted, probe) if area.where == "EXIF"]
    tags: dict[str, Any] = {}
    allowance = _Allowance(reads)
    for block in blocks:
        tiff = _Measured(block.removeprefix(b"Exif\0\0"), allowance)
        tags |= exifread.process_file(tiff, **_NO_THUMBNAIL)
    for name, tag in sorted(tags.items()):
        if name.startswith("MakerNote ") and any(word in name.lower() for word in _TOLD):
            value = plain(tag)
            if value:
                kind = "owner" if "owner" in name.lower() else "serial" if "serial" in name.lower() else "software"
                yield kind, value if kind == "software" else {"what": name, "value": value}


def plain(untrusted_value: object) -> str:
    """A metadata value as one printable line; more than 200 characters end in an ellipsis."""
    if isinstance(untrusted_value, bytes):
        wide = untrusted_value[1::2].count(0) * 2 > len(untrusted_value) // 2
        untrusted_value = untrusted_value.decode("utf-16-le" if wide else "utf-8", "replace")
    text = "".join(letter if letter.isprintable() else " " for letter in str(untrusted_value))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
