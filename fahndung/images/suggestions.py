"""The answer of the child in which a detector looked, as values. Believes its types as little as any foreign data."""

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence

from fahndung.errors import UnsafeImage
from fahndung.images import centerface, redaction
from fahndung.model.faces import Face, Instrument
from fahndung.model.image import Box
from fahndung.model.raster import Raster

_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}", re.ASCII)


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
    version = untrusted.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise _nonsense()
    if any(len(rows) > centerface.MOST for rows in found):
        raise _nonsense()
    read = tuple(
        tuple(face for row in rows if (face := _face(row, (picture.width, picture.height))) is not None)
        for rows, picture in zip(found, pictures, strict=True)
    )
    return dataclasses.replace(instrument, version=version), read


def _face(untrusted: object, size: tuple[int, int]) -> Face | None:
    """One row, its box rounded outward and cut to the picture; None where nothing of it lies inside."""
    if not isinstance(untrusted, list) or len(untrusted) != 5:
        raise _nonsense()
    # a float that is not finite is beyond all bounds or compares as false; a whole number may be too large for one
    if not all(type(number) in {int, float} and -1e7 <= number <= 1e7 for number in untrusted):
        raise _nonsense()
    left, top, right, bottom, score = untrusted
    if not centerface.POSSIBLE <= score <= 1 or left > right or top > bottom:
        raise _nonsense()
    x, y = math.floor(left), math.floor(top)
    whole = Box(x=x, y=y, width=math.ceil(right) - x, height=math.ceil(bottom) - y)
    inside = redaction.clipped(whole, size)
    return None if inside is None else Face(box=inside, score=round(float(score), 2))


def _nonsense() -> UnsafeImage:
    return UnsafeImage("It gave an answer that makes no sense.", "Seine Antwort ergibt keinen Sinn.")
