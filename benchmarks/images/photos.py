"""Photo-like JPEG files of 2, 12 and 48 megapixels, drawn by the program: clouds of every size and a sensor's noise."""

import random

from PIL import Image, ImageChops

from tests.images import originals

SIZES = {"2": (1632, 1224), "12": (4032, 3024), "12-p3": (4032, 3024), "48": (8064, 6048)}
BOX = (700, 500, 260, 320)
"""Left, top, width, height in px of what is redacted."""


def photo(name: str, seed: int = 7) -> bytes:
    """The file of a name of ``SIZES``: quality 92, 4:2:0 as phones write it, with EXIF and a profile."""
    width, height = SIZES[name]
    dice = random.Random(f"{seed}")
    picture = Image.merge("RGB", [_plane(width, height, dice) for _ in range(3)])
    profile = originals.profile_with(*(originals.DISPLAY_P3 if name.endswith("p3") else originals.SRGB))
    return originals.jpeg(
        picture, quality=92, subsampling="4:2:0", exif=originals.exif(orientation=1), icc_profile=profile
    )


def _plane(width: int, height: int, dice: random.Random) -> Image.Image:
    plane = Image.new("L", (width, height), 128)
    for octave in range(2, 10):
        small = (max(2, width >> 11 - octave), max(2, height >> 11 - octave))
        cloud = Image.frombytes("L", small, dice.randbytes(small[0] * small[1]))
        swing = 0.6 / 1.6 ** (octave - 2)
        cloud = cloud.point([round(128 + (level - 128) * swing) for level in range(256)])
        plane = ImageChops.add(plane, cloud.resize((width, height), Image.Resampling.BICUBIC), 1, -128)
    tile = Image.frombytes("L", (512, 512), dice.randbytes(512 * 512)).point(
        [118 + level // 12 for level in range(256)]
    )
    grain = Image.new("L", (width, height))
    for left in range(0, width, 512):
        for top in range(0, height, 512):
            grain.paste(tile, (left, top))
    return ImageChops.add(plane, grain, 1, -128)
