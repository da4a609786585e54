"""What a file is and how large it claims to be, read from the raw bytes before any decoder sees them.

Decodes nothing and judges nothing but what it cannot name; ``intake.sniff`` judges. Every walk is counted in
``steps``, so that no file can keep it busy.
"""

import dataclasses
import re
import struct

from fahndung.errors import UnsafeImage
from fahndung.images import foreign, isobmff, tiffpages
from fahndung.images.limits import DEFAULT, Limits

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_ALL_COEFFICIENTS = (1 << 64) - 1
MAGIC = 32
"""Bytes by which every accepted format is known."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What the bytes say.

    Attributes:
        format: ``JPEG``, ``PNG``, ``WEBP``, ``TIFF``, ``BMP``, ``GIF``, ``AVIF`` or ``HEIF``.
        width, height: px as stored, before any orientation is applied.
        frames: pictures in the file (a JPEG with further JPEGs behind it counts as one).
        hidden: how many of them hang below others and cannot be chosen (sub-pictures of a TIFF).
        frame: number of the chosen one, from 1; None where nobody chose.
        scans: scans of a JPEG.
        end: offset of the first byte behind the picture; what follows is no part of it.
        spread: px (horizontal, vertical) over which one stored value colours its neighbours.
        complete: False for a progressive JPEG whose scans never reach full precision: a decoder then
            guesses detail from neighbouring blocks.
        foreign_colours: the file names another colour space than sRGB by numbers (CICP), without a profile.
    """

    format: str
    width: int
    height: int
    frames: int = 1
    hidden: int = 0
    frame: int | None = None
    scans: int = 0
    end: int
    spread: tuple[int, int] = (1, 1)
    complete: bool = True
    foreign_colours: bool = False


class _Steps:
    """Counts what a walk has looked at."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.steps

    def take(self, count: int = 1) -> None:
        self._left -= count
        if self._left < 0:
            raise UnsafeImage(
                "The file is chopped into more parts than any camera writes; it is damaged or hostile. "
                "Export the picture again as a plain JPEG.",
                "Die Datei ist in mehr Teile zerlegt, als eine Kamera je schreibt; sie ist beschädigt oder bösartig. "
                "Bitte das Bild neu als einfaches JPEG exportieren.",
            )


def probe(untrusted: bytes, limits: Limits = DEFAULT, *, frame: int | None = None) -> Probe:
    """What ``untrusted`` claims to be, found by its first bytes and never by a name.

    Args:
        frame: number of the picture whose size is told, from 1; of fewer pictures, one of them.

    Raises:
        UnsafeImage: empty, of a format that is not accepted (named), or without readable dimensions.
    """
    steps = _Steps(limits)
    try:
        for magic, walk in _WALKS:
            if magic.match(untrusted):
                return dataclasses.replace(walk(untrusted, steps, frame), frame=frame)
    except (struct.error, IndexError, KeyError, OverflowError, StopIteration) as failure:
        raise _no_size() from failure
    raise foreign.refusal(untrusted)


def begins_like_a_picture(head: bytes) -> bool:
    """Whether the first ``MAGIC`` bytes of a file are those of an accepted format."""
    return any(magic.match(head) for magic, _ in _WALKS)


def _no_size() -> UnsafeImage:
    return UnsafeImage(
        "The file begins like a picture but ends before it says how large it is; it is cut off or damaged. "
        "Get it again from its source.",
        "Die Datei beginnt wie ein Bild, endet aber, bevor sie ihre Größe nennt; sie ist abgeschnitten oder "
        "beschädigt. Bitte erneut von der Quelle holen.",
    )


def _jpeg(data: bytes, steps: _Steps, _frame: int | None) -> Probe:
    size, spread, scans, end, progressive = (0, 0), (8, 8), 0, len(data), False
    precise: dict[int, int] = {}
    position = 2
    while found := _MARKER.search(data, position):
        steps.take()
        marker, position = data[found.end() - 1], found.end()
        if marker == 0xD9:
            end = position
            break
        if marker in {0xD8, 0x01}:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        if marker in _FRAME_HEADERS:
            steps.take(data[position + 7])
            size, spread, precise = _frame_header(data, position)
            progressive = marker in _PROGRESSIVE
        elif marker == 0xDA:
            scans += 1
            steps.take(data[position + 2])
            _scan_header(data, position, precise)
        position += length
    if size == (0, 0):
        raise _no_size()
    complete = not progressive or all(bits == _ALL_COEFFICIENTS for bits in precise.values())
    return Probe(format="JPEG", width=size[0], height=size[1], scans=scans, end=end, spread=spread, complete=complete)


def _frame_header(data: bytes, at: int) -> tuple[tuple[int, int], tuple[int, int], dict[int, int]]:
    height, width, count = struct.unpack_from(">HHB", data, at + 3)
    components = [struct.unpack_from(">BBB", data, at + 8 + 3 * index) for index in range(count)]
    across = max((sampling >> 4 for _, sampling, _ in components), default=1)
    down = max((sampling & 15 for _, sampling, _ in components), default=1)
    return (width, height), (8 * max(1, across), 8 * max(1, down)), {name: 0 for name, _, _ in components}


def _scan_header(data: bytes, at: int, precise: dict[int, int]) -> None:
    """Note in ``precise`` which coefficients of which component this scan brings to full precision."""
    count = data[at + 2]
    first, last, approximation = struct.unpack_from("BBB", data, at + 3 + 2 * count)
    if approximation & 15 == 0 and first <= last < 64:
        band = (1 << last + 1) - (1 << first)
        for index in range(count):
            name = data[at + 3 + 2 * index]
            precise[name] = precise.get(name, 0) | band


def _png(data: bytes, steps: _Steps, _frame: int | None) -> Probe:
    width, height = struct.unpack_from(">II", data, 16)
    position, frames, animated, shown, colours = 8, 0, False, False, False
    while position + 8 <= len(data):
        steps.take()
        length, kind = struct.unpack_from(">I4s", data, position)
        position += 12 + length
        animated = animated or kind == b"acTL"
        if kind == b"cICP" and length == 4:
            colours = isobmff.foreign_colours(*data[position - 8 : position - 6])
        if kind == b"fcTL":
            frames += 1
        elif kind == b"IDAT" and not shown:
            shown = True
            frames += frames == 0
        elif kind == b"IEND":
            break
    return Probe(
        format="PNG",
        width=width,
        height=height,
        frames=max(1, frames) if animated else 1,
        end=min(position, len(data)),
        foreign_colours=colours,
    )


def _gif(data: bytes, steps: _Steps, _frame: int | None) -> Probe:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13 + (3 << (flags & 7) + 1 if flags & 128 else 0)
    frames = 0
    while position < len(data):
        steps.take()
        kind = data[position]
        if kind == 0x2C and position + 10 <= len(data):
            left, top, across, down, local = struct.unpack_from("<HHHHB", data, position + 1)
            frames += 1
            width, height = max(width, left + across), max(height, top + down)
            position += 11 + (3 << (local & 7) + 1 if local & 128 else 0)
        elif kind == 0x21:
            position += 2
        else:
            position += kind == 0x3B
            break
        position = _skip_blocks(data, position, steps)
    return Probe(format="GIF", width=width, height=height, frames=frames, end=min(position, len(data)))


def _skip_blocks(data: bytes, position: int, steps: _Steps) -> int:
    while position < len(data) and data[position]:
        steps.take()
        position += 1 + data[position]
    return position + 1


def _webp(data: bytes, steps: _Steps, _frame: int | None) -> Probe:
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    size, frames, animated, position = (0, 0), 0, 0, 12
    while position + 8 <= end:
        steps.take()
        kind, length = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if kind == b"VP8X":
            size = (1 + int.from_bytes(data[body + 4 : body + 7], "little"),
                    1 + int.from_bytes(data[body + 7 : body + 10], "little"))  # fmt: skip
        elif kind in {b"VP8 ", b"VP8L"}:
            frames += 1
            size = size if size != (0, 0) else _webp_size(kind, data, body)
        animated += kind == b"ANMF"
        position = body + length + (length & 1)
    if size == (0, 0):
        raise _no_size()
    return Probe(format="WEBP", width=size[0], height=size[1], frames=frames + animated, end=end, spread=(32, 32))


def _webp_size(kind: bytes, data: bytes, body: int) -> tuple[int, int]:
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, body + 6)
        return width & 0x3FFF, height & 0x3FFF
    (bits,) = struct.unpack_from("<I", data, body + 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _bmp(data: bytes, steps: _Steps, _frame: int | None) -> Probe:
    steps.take()
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", data, 18)
    return Probe(format="BMP", width=width, height=abs(height), end=len(data))


def _tiff(data: bytes, steps: _Steps, frame: int | None) -> Probe:
    found = tiffpages.read(data, steps.take, frame)
    if found is None:
        raise _no_size()
    return Probe(
        format="TIFF",
        width=found.width,
        height=found.height,
        frames=found.pages + found.below,
        hidden=found.below,
        end=len(data),
        spread=(32, 32),
    )


def _isobmff(data: bytes, steps: _Steps, frame: int | None) -> Probe:
    found = isobmff.read(data, steps.take, frame)
    if not found.format:
        raise foreign.refusal(data)
    if found.clipped and found.format == "AVIF":
        # Viewers cut it, Pillow does not: boxes would lie elsewhere, and what was cut away would come back.
        raise UnsafeImage(
            "The AVIF file shows only a part of the picture that is stored in it (clap). Export what is seen as JPEG.",
            "Die AVIF-Datei zeigt nur einen Teil des gespeicherten Bildes (clap). Bitte das Sichtbare als JPEG "
            "exportieren.",
        )
    return Probe(
        format=found.format,
        width=found.width,
        height=found.height,
        frames=found.frames,
        end=found.end,
        spread=(32, 32),
        foreign_colours=found.foreign_colours,
    )


_WALKS = (
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    (re.compile(rb"GIF8[79]a"), _gif),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), _webp),
    (re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", re.DOTALL), _bmp),
    (re.compile(rb"....ftyp(?:avi[fs]|hei[cxms]|hev[cxms]|mi[af][f1]|msf1)", re.DOTALL), _isobmff),
    (re.compile(rb"(?:II[\x2a\x2b]\x00|MM\x00\x2a)(?!.{4}CR\x02)", re.DOTALL), _tiff),
)
