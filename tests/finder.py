"""A detector for tests that takes patches of pure colours for faces: fast, and it really looks at the pixels."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from PIL import Image, ImageChops

from fahndung.errors import UnsafeImage
from fahndung.model.faces import Face, Instrument
from fahndung.model.image import Box
from fahndung.model.raster import Raster

MAGENTA, GREEN, CYAN = (255, 0, 255), (0, 255, 0), (0, 255, 255)
_NEAR = 90


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finder:
    """Finds each of ``scores``' colours once a picture."""

    scores: Mapping[tuple[int, int, int], float]
    broken: bool = False

    @property
    def instrument(self) -> Instrument:
        """What it is."""
        return Instrument(name="Finder", sha256="0" * 64)

    def find(
        self, pictures: Sequence[Raster], *, as_is: Collection[int] = ()
    ) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
        """As ``fahndung.images.faces.Detector``."""
        if self.broken:
            raise UnsafeImage("It broke.", "Kaputt.")
        return dataclasses.replace(self.instrument, version="1"), tuple(self._found(one) for one in pictures)

    def _found(self, picture: Raster) -> tuple[Face, ...]:
        pixels = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
        found = []
        for colour, score in self.scores.items():
            away = ImageChops.difference(pixels, Image.new("RGB", pixels.size, colour)).split()
            most = ImageChops.lighter(ImageChops.lighter(away[0], away[1]), away[2])
            patch = most.point(lambda level: 255 if level < _NEAR else 0).getbbox()
            if patch is not None:
                left, top, right, bottom = patch
                found.append(Face(box=Box(x=left, y=top, width=right - left, height=bottom - top), score=score))
        return tuple(found)
