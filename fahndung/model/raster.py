"""Pixels and nothing else: what crosses from a decoding child process to everybody else."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """An upright sRGB picture, 8 bit a channel.

    Attributes:
        width, height: px.
        rgb: ``width * height * 3`` bytes, rows from the top, no padding.
    """

    width: int
    height: int
    rgb: bytes

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError("a raster has at least one pixel")
        if len(self.rgb) != self.width * self.height * 3:
            raise ValueError(f"{len(self.rgb)} bytes are not {self.width}x{self.height} RGB pixels")
