import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from fahndung.errors import UnsafeImage
from fahndung.images import encoding, redaction
from fahndung.images.encoding import encode
from fahndung.images.walker import check_jpeg
from fahndung.model.image import Box
from fahndung.model.raster import Raster

from . import originals
from .originals import scene

REGION = Box(x=101, y=53, width=61, height=43)


def raster(image: Image.Image) -> Raster:
    return Raster(width=image.width, height=image.height, rgb=image.convert("RGB").tobytes())


def filled(image: Image.Image) -> Image.Image:
    redaction.fill(image, [REGION])
    return image


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_the_file_holds_the_picture_and_nothing_else(subsampling: str) -> None:
    data = encode(raster(scene()), quality=85, subsampling=subsampling)
    check_jpeg(data)
    image = opened(data)
    assert image.size == (320, 240)
    assert image.info.keys() == {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


@pytest.mark.peers
def test_the_same_pixels_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys;from tests.images.test_encoding import *;"
        "sys.stdout.buffer.write(encode(raster(scene()), quality=85))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    ).stdout
    assert other == encode(raster(scene()), quality=85)


@pytest.mark.parametrize("quality", [10, 60, 92])
def test_a_region_reads_back_as_its_fill_at_any_quality_and_place(quality: int) -> None:
    data = encode(raster(filled(scene())), quality=quality, regions=[REGION])
    assert redaction.is_filled(opened(data), [REGION], redaction.TOLERANCE)


@pytest.mark.parametrize("quality", [85, 100])
def test_dense_noise_can_be_encoded(quality: int) -> None:
    noise = Image.merge("RGB", [originals.noise(700, 500, seed) for seed in (1, 2, 3)])
    data = encode(raster(noise), quality=quality, subsampling="4:4:4")
    assert opened(data).size == (700, 500)


def test_without_regions_the_quality_asked_for_is_kept() -> None:
    assert len(encode(raster(scene()), quality=30)) < len(encode(raster(scene()), quality=90)) / 2


def test_pixels_that_are_not_filled_are_not_encoded() -> None:
    image = filled(scene())
    image.putpixel((REGION.x, REGION.y), (128, 128, 129))
    with pytest.raises(UnsafeImage, match="not filled"):
        encode(raster(image), quality=90, regions=[REGION])


def test_an_encoder_that_forgets_the_fill_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    unfilled = encode(raster(scene()), quality=100, subsampling="4:4:4")
    monkeypatch.setattr(encoding, "_jpeg", lambda *_: unfilled)
    with pytest.raises(UnsafeImage, match="not filled"):
        encode(raster(filled(scene())), quality=90, regions=[REGION])


def test_an_encoder_that_changes_the_size_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    other = encode(raster(scene(64, 64)), quality=90)
    monkeypatch.setattr(encoding, "_jpeg", lambda *_: other)
    with pytest.raises(UnsafeImage, match="reads back as RGB"):
        encode(raster(scene()), quality=90)


def test_an_encoder_that_adds_a_comment_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    scene().save(buffer, "JPEG", comment=b"made by")
    monkeypatch.setattr(encoding, "_jpeg", lambda *_: buffer.getvalue())
    with pytest.raises(UnsafeImage, match="COM"):
        encode(raster(scene()), quality=90)


def test_pixels_that_carry_something_are_not_encoded() -> None:
    image = scene()
    image.info["comment"] = b"made by"
    with pytest.raises(UnsafeImage, match="comment"):
        encoding.encode_pixels(image, quality=90)
