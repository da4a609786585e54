"""What Photoshop's resources and the IPTC fields in them say about persons, places and times. Reads bytes only.

Source: Adobe Photoshop file format (image resource blocks), IPTC-NAA IIM 4.2, own reading.
"""

import struct
from collections.abc import Iterator

from fahndung.images.inventory import Fact

_IPTC, _EXIF, _XMP = 0x0404, 0x0422, 0x0424
_MOST = 2000
_FIELDS = {
    5: ("description", "ObjectName"),
    12: ("description", "SubjectReference"),
    25: ("description", "Keywords"),
    26: ("where", "ContentLocationCode"),
    27: ("where", "ContentLocationName"),
    40: ("description", "SpecialInstructions"),
    30: ("time", "ReleaseDate"),
    35: ("time", "ReleaseTime"),
    37: ("time", "ExpirationDate"),
    38: ("time", "ExpirationTime"),
    47: ("time", "ReferenceDate"),
    55: ("time", "DateCreated"),
    60: ("time", "TimeCreated"),
    62: ("time", "DigitalCreationDate"),
    63: ("time", "DigitalCreationTime"),
    65: ("software", "OriginatingProgram"),
    70: ("software", "ProgramVersion"),
    80: ("owner", "By-line"),
    85: ("owner", "By-lineTitle"),
    90: ("where", "City"),
    92: ("where", "Sub-location"),
    95: ("where", "Province-State"),
    100: ("where", "CountryCode"),
    101: ("where", "Country"),
    103: ("identifier", "OriginalTransmissionReference"),
    105: ("description", "Headline"),
    110: ("owner", "Credit"),
    115: ("owner", "Source"),
    116: ("owner", "CopyrightNotice"),
    118: ("owner", "Contact"),
    120: ("description", "Caption-Abstract"),
    122: ("owner", "Writer-Editor"),
    187: ("identifier", "UniqueDocumentID"),
    188: ("identifier", "UniqueDocumentID"),
}
"""Of record 2: kind of finding, and IPTC's name of the field."""


def resources(untrusted: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of each Photoshop resource."""
    position = 0
    for _ in range(_MOST):
        position = untrusted.find(b"8BIM", position)
        if position < 0 or position + 12 > len(untrusted):
            return
        (number,) = struct.unpack_from(">H", untrusted, position + 4)
        named = untrusted[position + 6] + 1
        at = position + 6 + named + (named & 1)
        size = int.from_bytes(untrusted[at : at + 4], "big")
        yield number, untrusted[at + 4 : at + 4 + size]
        position = at + 4 + (size if at + 4 + size <= len(untrusted) else 0)


def fields(untrusted: bytes) -> list[Fact]:
    """The IPTC fields that name somebody or something, in their order."""
    found: list[Fact] = []
    position, utf8 = 0, False
    for _ in range(_MOST):
        if untrusted[position : position + 1] != b"\x1c" or position + 5 > len(untrusted):
            break
        record, number, size = struct.unpack_from(">BBH", untrusted, position + 1)
        if size & 0x8000:
            break
        body = untrusted[position + 5 : position + 5 + size]
        position += 5 + size
        if (record, number) == (1, 90):
            utf8 = body == b"\x1b%G"
        elif record == 2 and (known := _FIELDS.get(number)):
            text = body.decode("utf-8" if utf8 or _is_utf8(body) else "latin-1", "replace")
            found.append((known[0], {"what": f"IPTC {known[1]}", "value": text}))
    return found


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def within(untrusted: bytes) -> Iterator[tuple[str, bytes]]:
    """What resources carry of other kinds, by the name of the area: ``IPTC``, ``EXIF``, ``XMP``."""
    names = {_IPTC: "IPTC", _EXIF: "EXIF", _XMP: "XMP"}
    for number, body in resources(untrusted):
        if number in names:
            yield names[number], body
