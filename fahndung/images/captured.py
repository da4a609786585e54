"""When the camera's clock says that a picture was taken (EXIF). Judges nothing."""

import datetime as dt
import re
import warnings

from fahndung.errors import UnsafeImage
from fahndung.images import child, decoding, probing
from fahndung.images.child import Answer
from fahndung.images.limits import DEFAULT, Limits
from fahndung.law.periods import BERLIN
from fahndung.model.provenance import Capture

_EXIF_IFD = 0x8769
_TAGS = (("DateTimeOriginal", 0x9003, 0x9011), ("DateTimeDigitized", 0x9004, 0x9012))
_STAMP = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_LONGEST = 40
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)


def taken(untrusted: bytes, limits: Limits = DEFAULT) -> Capture | None:
    """The time in the file; None where it has none, or none that can be read. ``DateTime`` is when it was changed.

    Read in the limited child; nothing is raised.
    """
    try:
        header = child.run(lambda: _read(untrusted, limits), limits).header
    except UnsafeImage:
        return None
    for name, _, _ in _TAGS:
        if (texts := _texts(header.get(name))) and (found := parsed(name, *texts)):
            return found
    return None


def _texts(untrusted_value: object) -> tuple[str, str] | None:
    """Stamp and offset as the child found them; None for what is not two short texts."""
    if not isinstance(untrusted_value, list) or len(untrusted_value) != 2:
        return None
    stamp, offset = untrusted_value
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in (stamp, offset)):
        return None
    return stamp, offset


def parsed(tag: str, stamp: str, offset: str) -> Capture | None:
    """EXIF's ``2026:11:01 22:14:07`` with its offset (``+01:00``), or without one as local time in Europe/Berlin."""
    match, zone = _STAMP.match(stamp.strip()), _OFFSET.match(offset.strip())
    if match is None:
        return None
    try:
        local = dt.datetime(*(int(part) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        if zone is not None:
            ahead = dt.timedelta(hours=int(zone[2]), minutes=int(zone[3])) * (-1 if zone[1] == "-" else 1)
            instants = [local.replace(tzinfo=dt.timezone(ahead)).astimezone(dt.UTC)]
        else:
            instants = [local.replace(tzinfo=BERLIN, fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
    except (ValueError, OverflowError):
        return None
    return Capture(instants=tuple(dict.fromkeys(instants)), tag=tag, zoned=zone is not None)


def _read(untrusted: bytes, limits: Limits) -> Answer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd tags; what it could read counts
        tags = decoding.opened(untrusted, probing.probe(untrusted, limits)).getexif().get_ifd(_EXIF_IFD)
    return Answer(
        {
            name: [str(tags.get(at, ""))[:_LONGEST], str(tags.get(zone, ""))[:_LONGEST]]
            for name, at, zone in _TAGS
            if at in tags
        }
    )
