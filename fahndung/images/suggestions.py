"""The answer of the child in which a detector looked, as values. Believes its types as little as any foreign data."""

import dataclasses
import math
from collections.abc import Mapping, Sequence

from fahndung.errors import UnsafeImage
from fahndung.images import redaction
from fahndung.model.appeal import Box
from fahndung.model.faces import Face, Instrument
from fahndung.model.raster import Raster


def read(
    instrument: Instrument, untrusted: Mapping[str, object], pictures: Sequence[Raster]
) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
    """The child's answer as values; a child that was taken over can lie about faces, not about types.

    Raises:
        UnsafeImage: it makes no sense.
    """
    found = untrusted.get("found")
    if not isinstance(found, list) or len(found) != len(pictures) or not all(isinstance(one, list) for one in found):
        raise _nonsense()
    version = str(untrusted.get("version", ""))[:40]
    read = tuple(
        tuple(face for row in rows if (face := _face(row, (picture.width, picture.height))) is not None)
        for rows, picture in zip(found, pictures, strict=True)
    )
    return dataclasses.replace(instrument, version=version), read


def _face(untrusted: object, size: tuple[int, int]) -> Face | None:
    """One row, its box rounded outward and cut to the picture; None where nothing of it lies inside."""
    if not isinstance(untrusted, list) or len(untrusted) != 5:
        raise _nonsense()
    numbers = [number for number in untrusted if isinstance(number, int | float) and math.isfinite(number)]
    if len(numbers) != 5 or not 0 <= numbers[4] <= 1 or max(map(abs, numbers)) > 1e7:
        raise _nonsense()
    left, top, right, bottom, score = numbers
    x, y = math.floor(left), math.floor(top)
    whole = Box(x=x, y=y, width=math.ceil(right) - x, height=math.ceil(bottom) - y)
    inside = redaction.overlap(whole, Box(x=0, y=0, width=size[0], height=size[1]))
    return None if inside is None else Face(box=inside, score=round(float(score), 2))


def _nonsense() -> UnsafeImage:
    return UnsafeImage("It gave an answer that makes no sense.", "Seine Antwort ergibt keinen Sinn.")
