"""What an AVIF or HEIC file says of itself: which pictures it holds, how large each is, and whether it was cut.

Reads boxes of ISO/IEC 14496-12 and items of ISO/IEC 23008-12 from the raw bytes and decodes nothing. Every box and
every entry is counted by the caller's ``take``, which ends the walk of a file that is chopped up.
"""

import dataclasses
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

_CODED = {b"hvc1": "HEIF", b"av01": "AVIF"}
_PICTURES = frozenset({*_CODED, b"grid", b"iovl", b"iden"})
_SEQUENCES = frozenset({b"avis", b"msf1", b"hevc", b"hevx"})
_USUAL_PRIMARIES = frozenset({1, 2, 5, 6})
_USUAL_TRANSFERS = frozenset({1, 2, 6, 13, 14, 15})

Take = Callable[[], None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What the boxes say of the chosen picture.

    Attributes:
        format: ``AVIF`` or ``HEIF``; empty where the coding of the picture is not accepted.
        width, height: px as a decoder hands it out, apart from turns by 90 degrees.
        frames: pictures that a viewer can show; tiles, thumbnails and auxiliary pictures are not counted.
        clipped: the picture shows less than what is coded (``clap``).
        foreign_colours: the colours are told by numbers of another space than sRGB (``nclx``).
        end: offset of the first byte behind the last box.
    """

    format: str
    width: int = 0
    height: int = 0
    frames: int = 0
    clipped: bool = False
    foreign_colours: bool = False
    end: int


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


class _Property(NamedTuple):
    kind: bytes
    body: bytes


def foreign_colours(primaries: int, transfer: int) -> bool:
    """Whether numbers of ISO/IEC 23091-2 (CICP) name another colour space than sRGB or one that looks like it."""
    return primaries not in _USUAL_PRIMARIES or transfer not in _USUAL_TRANSFERS


def read(data: bytes, take: Take, frame: int | None = None) -> Container:
    """What the file says; of several pictures, the one with number ``frame`` (from 1), else the primary one.

    Raises:
        struct.error, IndexError, KeyError: a box ends too early or something that must be there is missing.
    """
    boxes = list(_boxes(data, 0, len(data), take))
    end = boxes[-1].end
    by_kind = {box.kind: box for box in reversed(boxes)}
    if b"moov" in by_kind and data[8:12] in _SEQUENCES:
        return _sequence(data, by_kind[b"moov"], end, take)
    return _stills(data, by_kind[b"meta"], end, take, frame)


def _boxes(data: bytes, start: int, end: int, take: Take) -> Iterator[_Box]:
    """The boxes between two offsets; one that reaches beyond ``end`` is clipped, nonsense ends the walk."""
    while start + 8 <= end:
        take()
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        if size < head or not kind.isascii():
            return
        yield _Box(kind, start + head, min(end, start + size))
        start += size


def _stills(data: bytes, meta: _Box, end: int, take: Take, frame: int | None) -> Container:
    inner = {box.kind: box for box in _boxes(data, meta.start + 4, meta.end, take)}
    items = _items(data, inner[b"iinf"], take)
    coding = next((_CODED[kind] for kind in _CODED if any(kind == item for item, _ in items.values())), "")
    if not coding:
        return Container(format="", end=end)
    primary = _number(data, inner[b"pitm"].start)
    shown = _shown(data, inner.get(b"iref"), items, primary, take)
    chosen = shown[frame - 1] if frame is not None and frame <= len(shown) else primary
    properties = _properties(data, inner[b"iprp"], chosen, take)
    width, height = next(struct.unpack_from(">II", one.body, 4) for one in properties if one.kind == b"ispe")
    clap = next((one.body for one in properties if one.kind == b"clap"), None)
    if clap is not None:
        width, height = _clipped(clap)
    return Container(
        format=coding,
        width=width,
        height=height,
        frames=len(shown),
        clipped=clap is not None,
        foreign_colours=_has_foreign_colours(properties),
        end=end,
    )


def _has_foreign_colours(properties: list[_Property]) -> bool:
    """Whether numbers tell the colours, and no profile does."""
    told = [one.body for one in properties if one.kind == b"colr"]
    numbers = [struct.unpack_from(">HH", body, 4) for body in told if body[:4] == b"nclx"]
    profiled = any(body[:4] in {b"prof", b"rICC"} for body in told)
    return not profiled and any(foreign_colours(*pair) for pair in numbers)


def _number(data: bytes, at: int) -> int:
    """The item number behind the version and flags at ``at``."""
    (number,) = struct.unpack_from(">I" if data[at] else ">H", data, at + 4)
    return int(number)


def _items(data: bytes, box: _Box, take: Take) -> dict[int, tuple[bytes, bool]]:
    """Kind of each item, and whether it is marked as hidden."""
    found = {}
    for entry in _boxes(data, box.start + (8 if data[box.start] else 6), box.end, take):
        wide = data[entry.start] >= 3
        number, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, entry.start + 4)
        found[number] = (kind, bool(data[entry.start + 3] & 1))
    return found


def _shown(
    data: bytes, references: _Box | None, items: dict[int, tuple[bytes, bool]], primary: int, take: Take
) -> list[int]:
    """The items that a viewer can show, by number: neither hidden nor part, thumbnail or helper of another."""
    parts = set()
    if references is not None:
        wide = bool(data[references.start])
        code, step = ("I", 4) if wide else ("H", 2)
        for box in _boxes(data, references.start + 4, references.end, take):
            source, count = struct.unpack_from(f">{code}H", data, box.start)
            if box.kind in {b"thmb", b"auxl"}:
                parts.add(source)
            elif box.kind == b"dimg" and items.get(source, (b"", False))[0] != b"tmap":
                for index in range(count):
                    take()
                    parts.add(struct.unpack_from(f">{code}", data, box.start + step + 2 + step * index)[0])
    return sorted(
        number
        for number, (kind, hidden) in items.items()
        if number == primary or (kind in _PICTURES and not hidden and number not in parts)
    )


def _properties(data: bytes, box: _Box, item: int, take: Take) -> list[_Property]:
    """The properties of one item, in the order in which they apply."""
    inner = list(_boxes(data, box.start, box.end, take))
    store = next(one for one in inner if one.kind == b"ipco") if inner else _Box(b"", 0, 0)
    pool = [_Property(one.kind, data[one.start : one.end]) for one in _boxes(data, store.start, store.end, take)]
    found = []
    for table in (one for one in inner if one.kind == b"ipma"):
        version, flags = data[table.start], data[table.start + 3]
        (entries,) = struct.unpack_from(">I", data, table.start + 4)
        at = table.start + 8
        for _ in range(entries):
            take()
            (number,) = struct.unpack_from(">I" if version else ">H", data, at)
            at += 4 if version else 2
            count, at = data[at], at + 1
            for _ in range(count):
                take()
                index = struct.unpack_from(">H", data, at)[0] & 0x7FFF if flags & 1 else data[at] & 0x7F
                at += 2 if flags & 1 else 1
                if number == item and index:
                    found.append(pool[index - 1])
    return found


def _clipped(clap: bytes) -> tuple[int, int]:
    """Width and height of a clean aperture, rounded to px."""
    width, under_width, height, under_height = struct.unpack_from(">IIII", clap)
    if not under_width or not under_height:
        raise IndexError
    return (width + under_width // 2) // under_width, (height + under_height // 2) // under_height


def _sequence(data: bytes, moov: _Box, end: int, take: Take) -> Container:
    """An animated AVIF: the samples of its first track with a size. Sequences of other codings are videos."""
    for track in (box for box in _boxes(data, moov.start, moov.end, take) if box.kind == b"trak"):
        inner = {box.kind: box for box in _boxes(data, track.start, track.end, take)}
        width, height = (side >> 16 for side in struct.unpack_from(">II", data, inner[b"tkhd"].end - 8))
        if not width or not height:
            continue
        box = inner[b"mdia"]
        for kind in (b"minf", b"stbl"):
            box = next(one for one in _boxes(data, box.start, box.end, take) if one.kind == kind)
        table = {one.kind: one for one in _boxes(data, box.start, box.end, take)}
        coding = data[table[b"stsd"].start + 12 : table[b"stsd"].start + 16]
        (samples,) = struct.unpack_from(">I", data, table[b"stsz"].start + 8)
        if coding == b"av01":
            return Container(format="AVIF", width=width, height=height, frames=samples, end=end)
    return Container(format="", end=end)
