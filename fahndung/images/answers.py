"""What the limited child says that a file carries, as far as it can be a fact. Checks values and reads no file.

A child that was taken over can say that a file carries what it does not. It can say nothing else: no other kind, no
other type, no number or text without end, nothing that moves a terminal or names a place on the disk.
"""

import math
from collections.abc import Callable, Container

from fahndung.errors import UnsafeImage
from fahndung.images import embedded, exif, wording
from fahndung.images.inventory import Fact

LARGEST = 2**31
"""The largest number that a fact may hold, and what larger ones are told as."""

_COUNTS = {"maker-note", "xmp", "iptc", "c2pa", "more-pictures", "more"}
_OWN = {"frames", "trailer", "embedded", "wrong-name", "too-large", "undecodable"}
KINDS = wording.KINDS - _OWN
"""What a child may tell; the others its parent sees for itself."""

_ANGLE = 360
_WHERE = 40
_BEGINNINGS: dict[str, Callable[[bytes], bool]] = {
    "jpg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "png": lambda data: data.startswith(b"\x89PNG"),
    "webp": lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP",
    "ppm": lambda data: data.startswith(b"P6 "),
    "mp4": lambda data: data[4:8] == b"ftyp",
    "zip": lambda data: data.startswith(b"PK\x03\x04"),
    "pdf": lambda data: data.startswith(b"%PDF-"),
}
"""The endings that a piece may get, each with what its bytes begin with."""


def facts(untrusted_value: object, kinds: Container[str], most: int) -> list[Fact]:
    """The facts of an answer, at most ``most`` of these kinds.

    Raises:
        UnsafeImage: it is anything else.
    """
    if not isinstance(untrusted_value, list) or len(untrusted_value) > most:
        raise nonsense()
    return [_fact(fact, kinds) for fact in untrusted_value]


def _fact(untrusted_fact: object, kinds: Container[str]) -> Fact:
    if not isinstance(untrusted_fact, list) or len(untrusted_fact) != 2:
        raise nonsense()
    kind, value = untrusted_fact
    if not isinstance(kind, str) or kind not in kinds:
        raise nonsense()
    if kind == "gps":
        return kind, _place(value)
    if kind == wording.FURTHER:
        return kind, _further(value)
    wanted = wording.parts(kind)
    if not wanted:
        return kind, value is True or _count(value)
    if isinstance(value, dict):
        if not wanted <= value.keys() <= {"what", *wanted}:
            raise nonsense()
        return kind, {name: _count(part) if name == "bytes" else _text(part) for name, part in value.items()}
    if wanted != {"value"}:
        raise nonsense()
    return kind, _count(value) if kind in _COUNTS else _text(value)


def _further(untrusted_value: object) -> dict[str, object]:
    """A fact of another picture, which speaks of no third one."""
    if not isinstance(untrusted_value, dict) or untrusted_value.keys() != {"number", "kind", "value"}:
        raise nonsense()
    kind, value = _fact([untrusted_value["kind"], untrusted_value["value"]], KINDS - {wording.FURTHER})
    return {"number": _count(untrusted_value["number"]), "kind": kind, "value": value}


def _place(untrusted_value: object) -> dict[str, object]:
    """Latitude and longitude, both or none, and a date."""
    if not isinstance(untrusted_value, dict) or not untrusted_value.keys() <= {"lat", "lon", "date"}:
        raise nonsense()
    angles: dict[str, object] = {
        name: angle for name, angle in untrusted_value.items() if name != "date" and _is_angle(angle)
    }
    if angles.keys() != untrusted_value.keys() - {"date"} or len(angles) == 1:
        raise nonsense()
    return angles | ({"date": _text(untrusted_value["date"])} if "date" in untrusted_value else {})


def _is_angle(untrusted_value: object) -> bool:
    return type(untrusted_value) is float and math.isfinite(untrusted_value) and abs(untrusted_value) <= _ANGLE


def _text(untrusted_value: object) -> str:
    if not isinstance(untrusted_value, str):
        raise nonsense()
    return exif.plain(untrusted_value)


def _count(untrusted_value: object) -> int:
    if type(untrusted_value) is not int or not 0 <= untrusted_value <= LARGEST:
        raise nonsense()
    return untrusted_value


def sayable(value: object) -> object:
    """In the child: the value of a fact as ``facts`` takes it, whatever a file made of it."""
    if isinstance(value, dict):
        return {key: sayable(part) for key, part in value.items()}
    if (isinstance(value, float) and math.isfinite(value)) or isinstance(value, bool):
        return value
    return max(0, min(value, LARGEST)) if isinstance(value, int) else exif.plain(value)


def pieces(untrusted_value: object, size: int) -> list[tuple[str, str, int]]:
    """Where each piece lay, its ending, its bytes; ``size`` are those of all together, which follow.

    Raises:
        UnsafeImage: it is anything else, or more than ``embedded`` cuts out.
    """
    if not isinstance(untrusted_value, list) or len(untrusted_value) > embedded.MOST or size > embedded.LARGEST:
        raise nonsense()
    found = [_piece(piece) for piece in untrusted_value]
    if sum(length for _, _, length in found) != size:
        raise nonsense()
    return found


def _piece(untrusted_piece: object) -> tuple[str, str, int]:
    if not isinstance(untrusted_piece, list) or len(untrusted_piece) != 3:
        raise nonsense()
    where, ending, length = untrusted_piece
    if not isinstance(where, str) or not isinstance(ending, str) or ending not in _BEGINNINGS:
        raise nonsense()
    return exif.plain(where[:_WHERE]), ending, _count(length)


def begins(data: bytes, ending: str) -> bytes:
    """``data``, which begins as files of this ending do.

    Raises:
        UnsafeImage: it begins otherwise.
    """
    if not _BEGINNINGS[ending](data):
        raise nonsense()
    return data


def nonsense() -> UnsafeImage:
    """The error about an answer that no honest reader gives."""
    return UnsafeImage(
        "The picture decoder gave an answer that makes no sense; the file is hostile. Do not use it.",
        "Der Bilddekoder lieferte eine unsinnige Antwort; die Datei ist bösartig. Bitte nicht verwenden.",
    )
