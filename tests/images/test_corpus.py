"""Pictures that nobody made for these tests: whatever installed Python and Debian packages bring along.

The machine decides which there are, so only the least number is fixed; a refusal is right, an exception is not.
"""

import hashlib
import os
import pathlib
import sysconfig

import pytest

from fahndung.errors import UnsafeImage
from fahndung.images import cleaning, evidence, probing, walker

from .witness import witnessed

ROOTS = (pathlib.Path(sysconfig.get_paths()["purelib"]), pathlib.Path("/usr/share"), pathlib.Path("/usr/lib"))
SUFFIXES = ("jpg", "jpeg", "png", "gif", "tif", "tiff", "webp", "bmp", "avif", "heic")
MOST, LEAST = (60 if os.environ.get("FAHNDUNG_WHOLE") else 15), 40
"""Pictures of each suffix that are taken, and of all together that there must be."""


def corpus() -> list[pathlib.Path]:
    """Some pictures of each suffix, spread over the packages by their hash, each content once."""
    found: dict[str, dict[str, pathlib.Path]] = {suffix: {} for suffix in SUFFIXES}
    for root in ROOTS:
        for folder, _, names in os.walk(root):
            for name in names:
                path, suffix = pathlib.Path(folder, name), name.rpartition(".")[2].lower()
                if suffix in found and path.is_file() and path.stat().st_size:
                    found[suffix].setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    return [paths[digest] for paths in found.values() for digest in sorted(paths)[:MOST]]


@pytest.mark.peers
def test_pictures_of_installed_packages_come_out_clean_or_are_refused(tmp_path: pathlib.Path) -> None:
    files = corpus()
    assert len(files) >= LEAST, "wordpress and chromium bring more than that"
    refused = {}
    for number, path in enumerate(files):
        data = path.read_bytes()
        assert evidence.inspect(data, name=path.name).size == len(data)
        try:
            frames = probing.probe(data).frames
            made = cleaning.clean(data, frame=frames if frames > 1 else None).data
        except UnsafeImage as refusal:
            refused[str(path)] = refusal.message.en
            continue
        walker.check_jpeg(made)
        (tmp_path / f"{number}.jpg").write_bytes(made)
    assert witnessed(tmp_path) == {}
    assert len(refused) <= len(files) / 10, refused
