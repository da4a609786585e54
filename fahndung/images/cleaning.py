"""Clean one picture outside any case: nothing but its pixels stays, the given shapes are filled.

Keeps size and sharpness as far as a fresh JPEG can, or all of them in a PNG; writes no file and knows no record.
"""

import dataclasses
from collections.abc import Sequence
from typing import Literal

from fahndung.errors import Message
from fahndung.images import intake, redaction
from fahndung.images.encoding import encode_pixels, encode_png
from fahndung.images.limits import DEFAULT, Limits
from fahndung.model.image import Fill, Shape


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The bytes of a fresh file, and what was odd about the original."""

    data: bytes
    warnings: tuple[Message, ...] = ()


def clean(
    untrusted: bytes,
    hidden: Sequence[Shape] = (),
    *,
    look: Fill = Fill.SOLID,
    frame: int | None = None,
    kind: Literal["JPEG", "PNG"] = "JPEG",
    limits: Limits = DEFAULT,
) -> Cleaned:
    """``untrusted`` as an upright sRGB file of the original's size, with ``hidden`` filled.

    Args:
        hidden: px of the upright original; each grows by at least 16 px on every side.
        look: what is seen in their place.
        frame: number of the picture that is meant in a file of several, from 1.
        kind: a JPEG of quality 92, or a PNG that loses nothing.

    Raises:
        UnsafeImage: the file is refused, a shape is out of range, or the result fails its check.
    """
    decoded = intake.decode(untrusted, longest=None, hidden=hidden, frame=frame, limits=limits)
    picture = decoded.pixels
    regions = tuple(redaction.snapped(region, picture.size) for region in decoded.regions)
    redaction.mark(picture, regions, look)
    if kind == "PNG":
        data = encode_png(picture, regions=regions, look=look)
    else:
        data = encode_pixels(picture, quality=92, subsampling="4:4:4", regions=regions, look=look)
    return Cleaned(data=data, warnings=decoded.warnings)
