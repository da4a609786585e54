"""Which looks for faces can be spared: at the same picture in two files, and at pixels that were looked at before.

An appeal is examined when it is checked, when it is submitted and when it is built: three times the same pixels. What
is remembered, as long as this process runs, is a digest of them and numbers, no pixel. It is kept in no file: whoever
could change that file would switch the gate off.
"""

import hashlib
from collections.abc import Sequence
from typing import cast

from PIL import Image, ImageChops

from fahndung.model.faces import Face, Instrument
from fahndung.model.raster import Raster

Key = tuple[str, bool, int, int, bytes]
Seen = tuple[Instrument, tuple[Face, ...]]

_ALIKE = 8
"""Levels, and px of a side of the blocks whose means are compared: two files of the same picture differ by up to 5 in
photographs (12 in coloured noise) with our qualities; whatever can be seen in one of them alone, by far more."""
_MOST = 500
_seen: dict[Key, Seen] = {}


def key(weights: str, picture: Raster, *, as_is: bool) -> Key:
    """What a look depends on: the network's SHA-256, the pixels, and whether they may be enlarged."""
    return weights, as_is, picture.width, picture.height, hashlib.sha256(picture.rgb).digest()


def recall(keys: Sequence[Key]) -> dict[Key, Seen]:
    """What was seen before, of these."""
    return {one: seen for one in keys if (seen := _seen.get(one)) is not None}


def keep(seen: dict[Key, Seen]) -> None:
    """Remembers it, and forgets the oldest."""
    _seen.update(seen)
    for one in list(_seen)[: max(0, len(_seen) - _MOST)]:
        _seen.pop(one, None)


def forget() -> None:
    """Remembers nothing any more."""
    _seen.clear()


def alike(pictures: Sequence[Image.Image]) -> list[int]:
    """For each picture the place of the first that shows the same, but for what encoding did to it."""
    small = [one.reduce(_ALIKE) for one in pictures]
    return [
        next(at for at in range(place + 1) if at == place or _is_same(pictures, small, at, place))
        for place in range(len(pictures))
    ]


def _is_same(pictures: Sequence[Image.Image], small: Sequence[Image.Image], one: int, other: int) -> bool:
    if pictures[one].size != pictures[other].size:
        return False
    away = ImageChops.difference(small[one], small[other])
    return max(high for _, high in cast("tuple[tuple[int, int], ...]", away.getextrema())) <= _ALIKE
