"""What is compared: each takes a JPEG file and does what its line says, once."""

import functools
import io
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable

from PIL import Image, ImageCms

from benchmarks.images.photos import BOX
from fahndung.images import renditions
from fahndung.model.image import Box
from tests.images import originals

SIZES = {"web": (2048, 85), "print": (2048, 92), "card": (1200, 85), "thumb": (400, 85)}
_SRGB = ImageCms.createProfile("sRGB")


def ours(data: bytes) -> None:
    """Four renditions (as of a thing: one of a person has three) with one box filled, each walked and decoded again."""
    box = Box(x=BOX[0], y=BOX[1], width=BOX[2], height=BOX[3])
    renditions.render(data, image=originals.record(box), card=True)


def ours_without_box(data: bytes) -> None:
    """The same of a picture that needs no redaction."""
    renditions.render(data, image=None, card=True)


def naive(data: bytes) -> None:
    """Four times: open, colours at full size, fill, scale, save. Nothing is verified."""
    for side, quality in SIZES.values():
        picture = Image.open(io.BytesIO(data))
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        converted = ImageCms.profileToProfile(picture, profile, _SRGB, outputMode="RGB")
        assert converted is not None
        converted.paste((128, 128, 128), (BOX[0], BOX[1], BOX[0] + BOX[2], BOX[1] + BOX[3]))
        share = side / max(converted.size)
        small = converted.resize(
            (round(converted.width * share), round(converted.height * share)), Image.Resampling.LANCZOS
        )
        small.save(io.BytesIO(), "JPEG", quality=quality)


@functools.cache
def _floor_arrays(size: tuple[int, int]) -> list[tuple[object, int, str]]:
    import numpy

    whole = numpy.asarray(Image.open(io.BytesIO(_shown[size])).convert("RGB"))
    arrays = []
    for name, (side, quality) in SIZES.items():
        share = min(1.0, side / max(size))
        step = numpy.asarray(Image.fromarray(whole).resize((round(size[0] * share), round(size[1] * share))))
        arrays.append((numpy.ascontiguousarray(step), quality, "444" if name == "print" else "420"))
    return arrays


_shown: dict[tuple[int, int], bytes] = {}


def floor(data: bytes) -> None:
    """One full decode and four baseline encodes of pixels that lie ready, by libjpeg-turbo alone: no scaling."""
    import simplejpeg

    size = Image.open(io.BytesIO(data)).size
    _shown.setdefault(size, data)
    arrays = _floor_arrays(size)
    simplejpeg.decode_jpeg(data)
    for array, quality, subsampling in arrays:
        simplejpeg.encode_jpeg(array, quality=quality, colorspace="RGB", colorsubsampling=subsampling)


def _tool(*command: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "photo.jpg"
            path.write_bytes(data)
            words = [part.format(file=path, folder=folder) for part in command]
            subprocess.run(words, check=True, capture_output=True)

    return run


TOOLS = {
    "mat2 (one file, full size)": ("mat2", "--inplace", "{file}"),
    "exiftool -all= (one file, no pixel)": ("exiftool", "-q", "-overwrite_original", "-all=", "{file}"),
    "ImageMagick (four sizes in one run)": (
        *("convert", "{file}", "-strip", "-colorspace", "sRGB"),
        *("(", "+clone", "-resize", "2048x2048>", "-quality", "85", "-write", "{folder}/web.jpg", "+delete", ")"),
        *("(", "+clone", "-resize", "2048x2048>", "-quality", "92", "-write", "{folder}/print.jpg", "+delete", ")"),
        *("(", "+clone", "-resize", "1200x1200", "-quality", "85", "-write", "{folder}/card.jpg", "+delete", ")"),
        *("-resize", "400x400", "-quality", "85", "{folder}/thumb.jpg"),
    ),
}
FLOOR = "floor (libjpeg-turbo: decode, 4 encodes)"
OURS = "fahndung, one box (4 files, verified)"
NAIVE = "naive: 4 x (open, CMS, fill, LANCZOS, save)"


def pipelines() -> dict[str, Callable[[bytes], None]]:
    """All of them by name, the floor first; those of a program that is not installed are left out."""
    made = {FLOOR: floor, OURS: ours, "fahndung, no box (4 files, verified)": ours_without_box, NAIVE: naive}
    return made | {name: _tool(*command) for name, command in TOOLS.items() if _works(command[0])}


@functools.cache
def _works(program: str) -> bool:
    asked = {"exiftool": "-ver", "mat2": "--version", "convert": "-version"}[program]
    return shutil.which(program) is not None and subprocess.run([program, asked], capture_output=True).returncode == 0


def missing() -> list[str]:
    """Programs that are compared where they are installed, and are not."""
    return [command[0] for command in TOOLS.values() if not _works(command[0])]
