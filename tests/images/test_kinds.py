"""Every hostile kind goes through intake, renditions and a plain cleaning; exiftool and exifread are the witnesses."""

import io
import pathlib
import re
import time

import exifread
import pytest
from PIL import JpegImagePlugin

from fahndung.errors import UnsafeImage
from fahndung.images import cleaning, evidence, redaction, renditions, walker
from fahndung.images.limits import DEFAULT
from fahndung.model.image import Image

from . import originals
from .kinds import KINDS, File
from .witness import witnessed

RUN = 16


def published(file: File) -> dict[str, bytes]:
    """The four renditions, their regions checked in re-decoded pixels, and what ``redact`` writes."""
    bare = originals.record(file.box)
    chosen = {name: getattr(bare, name) for name in Image.__slots__} | {"frame": file.frame}
    made = renditions.render(file.data, image=Image(**chosen), card=True)
    outputs = {name: getattr(made, name).data for name in ("web", "thumb", "card", "print")}
    for name, data in outputs.items():
        assert made.regions[name] or name == "card"
        picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        picture.load()
        assert redaction.is_filled(picture, made.regions[name], redaction.TOLERANCE)
    return outputs | {"redact": cleaning.clean(file.data, [file.box], frame=file.frame).data}


def check(file: File, folder: pathlib.Path) -> None:
    """Put what is published of a file into ``folder``; nothing if it is refused as it has to be."""
    start = time.monotonic()
    assert evidence.inspect(file.data, name=file.name).size == len(file.data)
    outputs, refusal = {}, None
    try:
        outputs = published(file)
    except UnsafeImage as error:
        refusal = error.message
    if refusal is None:
        assert not file.refused, f"{file.name} came out"
    else:
        assert file.refused is not None, (file.name, refusal)
        assert re.search(file.refused, refusal.en), (file.name, refusal)
        assert refusal.de
    assert time.monotonic() - start < 3 * DEFAULT.wall_s
    secrets = {window for secret in file.secrets for window in windows(secret)}
    for name, data in outputs.items():
        walker.check_jpeg(data)
        assert exifread.process_file(io.BytesIO(data)) == {}
        assert [window for window in secrets if window in data] == []
        (folder / f"{file.name.replace('/', '_')}.{name}.jpg").write_bytes(data)


def windows(secret: bytes) -> list[bytes]:
    """Every run of 16 bytes of it; shorter secrets count whole."""
    return [secret[at : at + RUN] for at in range(max(1, min(200, len(secret)) - RUN + 1))]


@pytest.mark.peers
@pytest.mark.parametrize("number", KINDS, ids=[f"{number} {kind.__name__}" for number, kind in KINDS.items()])
def test_of_every_hostile_kind_comes_a_clean_picture_or_a_clear_refusal(number: int, tmp_path: pathlib.Path) -> None:
    for file in KINDS[number]():
        check(file, tmp_path)
    assert witnessed(tmp_path) == {}


@pytest.mark.peers
def test_the_witness_finds_what_the_first_kinds_carry(tmp_path: pathlib.Path) -> None:
    files = [file for number in range(1, 7) for file in KINDS[number]()]
    for file in files:
        assert any(secret[:RUN] in file.data for secret in file.secrets)
        (tmp_path / file.name).write_bytes(file.data)
    assert witnessed(tmp_path).keys() == {file.name for file in files}


def test_there_are_the_23_kinds_and_every_one_has_files() -> None:
    assert list(KINDS) == list(range(1, 24))
