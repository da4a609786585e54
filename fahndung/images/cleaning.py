"""Clean one picture outside any case: nothing but its pixels stays, the given shapes are filled.

Keeps size and sharpness as far as a fresh JPEG can; writes no file and knows no record.
"""

from collections.abc import Sequence

from PIL import Image

from fahndung.images import intake, redaction
from fahndung.images.encoding import encode
from fahndung.images.limits import DEFAULT, Limits
from fahndung.model.appeal import Fill, Shape
from fahndung.model.raster import Raster


def clean(
    untrusted: bytes,
    hidden: Sequence[Shape] = (),
    *,
    look: Fill = Fill.SOLID,
    frame: int | None = None,
    limits: Limits = DEFAULT,
) -> bytes:
    """``untrusted`` as an upright sRGB JPEG of quality 92 and the original's size, with ``hidden`` filled.

    Args:
        hidden: px of the upright original; each grows by at least 16 px on every side.
        look: what is seen in their place.
        frame: number of the picture that is meant in a file of several, from 1.

    Raises:
        UnsafeImage: the file is refused, a shape is out of range, or the result fails its check.
    """
    decoded = intake.decode(untrusted, longest=None, hidden=hidden, frame=frame, limits=limits)
    raster = decoded.raster
    if decoded.regions:
        picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
        regions = tuple(redaction.snapped(region, picture.size) for region in decoded.regions)
        redaction.mark(picture, regions, look)
        raster = Raster(width=picture.width, height=picture.height, rgb=picture.tobytes())
        return encode(raster, quality=92, subsampling="4:4:4", regions=regions, look=look)
    return encode(raster, quality=92, subsampling="4:4:4")
