"""Throws invented answers at the parent of a child that was taken over: ``python -m tests.fuzz.answers --seconds 600``.

Each goes through a pipe as the real ones do. The parent may refuse (``UnsafeImage``, or as a child that died); what it
takes must keep its promises: the canvas has the size that the parent computed itself, hidden parts are filled, texts
are one line, boxes lie in the picture, pieces are named by their bytes.
"""

import contextlib
import json
import math
import os
import struct
import time
from collections.abc import Callable
from typing import Any

import atheris

with atheris.instrument_imports(include=["fahndung.images"]):
    from fahndung.errors import UnsafeImage
    from fahndung.images import answers, captured, child, decoding, evidence, intake, placing, redaction, wording
    from fahndung.images import suggestions as answer
    from fahndung.images.limits import Limits
    from fahndung.images.probing import Probe

from PIL import Image

from fahndung.model.faces import Instrument
from fahndung.model.image import Box, Ellipse, Polygon, Shape
from fahndung.model.raster import Raster
from tests.fuzz.searching import search

LIMITS = Limits(answer=100_000)
KEYS = ("sizes", "odd", "facts", "pieces", "found", "version", "refused", "failed", "memory", "DateTimeOriginal")
INNER = ("what", "value", "in", "bytes", "name", "lat", "lon", "date", *KEYS)
WORDS = (*sorted(wording.KINDS), *decoding.ODDITIES, "jpg", "png", "EXIF", "5.0.0", "2026:11:01 22:14:07", "+01:00")
DEEPEST = 4

counted = {"executions": 0, "refused": 0, "cut off": 0, "pictures": 0, "facts": 0, "pieces": 0, "faces": 0, "times": 0}


def value(data: Any, depth: int = 0) -> object:
    """Something that JSON can say."""
    kind = data.ConsumeIntInRange(0, 9 if depth < DEEPEST else 5)
    if kind < 2:
        return data.ConsumeIntInRange(-1, 120)
    if kind == 2:
        return data.ConsumeFloat()
    if kind == 3:
        return data.PickValueInList([None, True, False, 2**31, 10**400, -(2**63), 0.5])
    if kind == 4:
        return data.PickValueInList([*WORDS])
    if kind == 5:
        return data.ConsumeUnicode(data.ConsumeIntInRange(0, 60))
    if kind < 9:
        return [value(data, depth + 1) for _ in range(data.ConsumeIntInRange(0, 6))]
    return {data.PickValueInList([*INNER]): value(data, depth + 1) for _ in range(data.ConsumeIntInRange(0, 4))}


def received(header: bytes, size: int, body: bytes, take: Callable[..., object]) -> object:
    """What the parent makes of these bytes when a child writes them; None where it makes nothing of them."""
    reading, writing = os.pipe()
    said: tuple[str, ...] = ()
    try:
        os.write(writing, struct.pack(">IQ", len(header), size) + header + body)
        os.close(writing)
        return child._received(reading, take, time.monotonic() + 30, LIMITS)
    except UnsafeImage as refusal:
        counted["refused"] += 1
        said = refusal.message
    except child._CutOff:
        counted["cut off"] += 1
    finally:
        os.close(reading)
    assert all(text.isprintable() for text in said)
    return None


def plan(data: Any) -> placing.Plan:
    """A small picture, shapes and a crop in it or not."""

    def box() -> tuple[int, int, int, int]:
        x, y, width, height = (data.ConsumeIntInRange(-50, 150) for _ in range(4))
        return x, y, width, height

    shapes: list[Shape] = []
    for _ in range(data.ConsumeIntInRange(0, 3)):
        x, y, width, height = box()
        kind = data.ConsumeIntInRange(0, 2)
        if kind == 2:
            shapes.append(Polygon(points=tuple(box()[:2] for _ in range(data.ConsumeIntInRange(3, 6)))))
        else:
            whole = Box(x=x, y=y, width=width, height=height)
            shapes.append(Ellipse(box=whole) if kind else whole)
    crop = Box(**dict(zip(("x", "y", "width", "height"), box(), strict=True))) if data.ConsumeBool() else None
    probe = Probe(
        format=data.PickValueInList(["JPEG", "PNG", "WEBP", "HEIF"]),
        width=data.ConsumeIntInRange(1, 90),
        height=data.ConsumeIntInRange(1, 90),
        end=1,
        spread=data.PickValueInList([(1, 1), (16, 32)]),
    )
    longest = data.PickValueInList([None, 1, 20, 64])
    return placing.Plan(probe=probe, longest=longest, hidden=tuple(shapes), crop=crop, profile=1)


def picture(data: Any) -> None:
    """An answer about pixels, half of them with sizes that the file can have."""
    asked = plan(data)
    upright = (asked.probe.width, asked.probe.height)[:: data.PickValueInList([1, -1])]
    share = data.PickValueInList([1, 2, 4, 8])
    loaded = tuple(-(-side // share) for side in upright)
    header = {"sizes": [*upright, *loaded], "odd": []} if data.ConsumeBool() else value(data)
    size = data.ConsumeIntInRange(0, 30_000)
    expected = None
    with contextlib.suppress(UnsafeImage):
        expected = placing.placed(asked, upright, loaded)
        if data.ConsumeBool():
            size = expected.size[0] * expected.size[1] * 3
    body = (data.ConsumeBytes(64) or b"\0") * (size // 64 + 64)
    body = body[: size if data.ConsumeBool() else data.ConsumeIntInRange(0, size)]
    found = received(
        json.dumps(header).encode(), size, body, lambda told, count, read: intake._decoded(asked, told, count, read)
    )
    if not isinstance(found, intake.Decoded):
        return
    counted["pictures"] += 1
    width, height = found.pixels.size
    assert 0 < width <= 90
    assert 0 < height <= 90
    assert asked.longest is None or max(width, height) <= asked.longest
    assert redaction.is_filled(found.pixels, found.regions, 0)
    for region in found.regions:
        assert redaction.clipped(region, (width, height)) == region
    strips = b"".join(decoding._strips(found.pixels))
    assert strips == found.pixels.tobytes()
    assert Image.frombytes("RGB", (width, height), strips).size == (width, height)


def facts(data: Any) -> None:
    header = json.dumps({"facts": [[data.PickValueInList([*WORDS]), value(data, 2)] for _ in range(3)]}).encode()
    take = lambda told, _size, _read: answers.facts(told.get("facts"), answers.KINDS, 9)  # noqa: E731
    found = received(header, 0, b"", take)
    if isinstance(found, list):
        counted["facts"] += 1
        for finding in evidence._findings(found):
            assert all(text.isprintable() for text in finding.message)
            assert math.isfinite(len(json.dumps(finding.value, allow_nan=False)))


def pieces(data: Any) -> None:
    body = data.PickValueInList([b"\xff\xd8\xff", b"\x89PNG", b"%PDF-", b""]) + data.ConsumeBytes(50)
    listed = [[value(data, 3), data.PickValueInList([*WORDS]), value(data, 3)] for _ in range(2)]
    if data.ConsumeBool():
        listed = [["EXIF", "jpg", len(body)]]
    found = received(json.dumps({"pieces": listed}).encode(), len(body), body, evidence.pieces)
    for piece in found if isinstance(found, tuple) else ():
        counted["pieces"] += 1
        assert piece.name[64:] in {".jpg", ".png", ".pdf"}
        assert piece.where.isprintable()


def suggestions(data: Any) -> None:
    rows = [[value(data, 3) for _ in range(5)] for _ in range(2)]
    if data.ConsumeBool():
        rows = [[data.ConsumeFloat() if data.ConsumeBool() else 7 for _ in range(4)] + [0.5]]
    header = json.dumps({"version": "5.0.0", "found": [rows]}).encode()
    white = [Raster(width=64, height=48, rgb=bytes(64 * 48 * 3))]
    take = lambda told, _size, _read: answer.read(Instrument(name="a", sha256="0"), told, white)  # noqa: E731
    found = received(header, 0, b"", take)
    for face in found[1][0] if isinstance(found, tuple) else ():
        counted["faces"] += 1
        assert redaction.clipped(face.box, (64, 48)) == face.box
        assert 0.1 <= face.score <= 1


def times(data: Any) -> None:
    stamp = data.ConsumeUnicode(19) if data.ConsumeBool() else "2026:11:01 22:14:07"
    texts = captured._texts(json.loads(json.dumps([stamp, value(data, 3)])))
    if texts is not None:
        counted["times"] += captured.parsed("DateTimeOriginal", *texts) is not None


def raw(data: Any) -> None:
    """Bytes as they are: as header and body, or as the header alone."""
    header = data.ConsumeBytes(data.ConsumeIntInRange(0, 200))
    received(header, data.ConsumeIntInRange(0, 200), data.ConsumeBytes(200), lambda told, size, read: read(size))


TARGETS = (picture, picture, facts, pieces, suggestions, times, raw)


def one(untrusted: bytes) -> None:
    counted["executions"] += 1
    data = atheris.FuzzedDataProvider(untrusted)
    TARGETS[data.ConsumeIntInRange(0, len(TARGETS) - 1)](data)


def seeds() -> dict[str, bytes]:
    """Bytes of several lengths: what they mean, the targets say."""
    return {str(size): bytes((number * 37 + size) % 256 for number in range(size)) for size in (8, 64, 300, 1000, 4000)}


if __name__ == "__main__":
    search(one, seeds(), counted)
