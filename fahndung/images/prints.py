"""By what a picture is known again: the hash of its bytes, and a difference hash of what it shows.

The difference hash (neighbours brighter or darker, in rows and in columns of a small grey picture) survives scaling
and another compression, and says nothing about who is in the picture. Compared with pictures of the same home only.
"""

import dataclasses
import hashlib

from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import intake
from fahndung.images.limits import DEFAULT, Limits

NEAR = 12
"""Of 128: so many bits differ at most in pictures that count as nearly the same."""

_SIDE = 8
_LONGEST = 256


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """``sha256`` of the file (hexadecimal); ``look``: 128 bits, None for a picture that is flat or was not decoded."""

    sha256: str
    look: int | None = None

    def near(self, other: "Print") -> bool:
        """Whether both look nearly the same."""
        if self.look is None or other.look is None:
            return False
        return (self.look ^ other.look).bit_count() <= NEAR


def of(untrusted: bytes, *, frame: int | None = None, limits: Limits = DEFAULT) -> Print:
    """The print of a file, or of one picture (from 1) of several in it; nothing is raised."""
    digest = hashlib.sha256(untrusted).hexdigest()
    try:
        raster = intake.decode(untrusted, longest=_LONGEST, frame=frame, limits=limits).raster
    except UnsafeImage:
        return Print(sha256=digest)
    return Print(sha256=digest, look=_look(Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)))


def _look(picture: Image.Image) -> int | None:
    side = _SIDE + 1
    pixels = picture.convert("L").resize((side, side), Image.Resampling.LANCZOS).tobytes()
    bits = [
        pixels[row * side + column] > pixels[(row + down) * side + column + across]
        for across, down in ((1, 0), (0, 1))
        for row in range(_SIDE)
        for column in range(_SIDE)
    ]
    if sum(bits) < NEAR or max(pixels) - min(pixels) < NEAR:  # of flat pictures any two look the same
        return None
    return sum(bit << place for place, bit in enumerate(bits))
