"""The invented example cases as case folders: ``python -m fahndung.testing.cases DIR [NAME…]`` writes them.

Deterministic to the byte; what stands in ``DIR`` under the same names is replaced. No person, place or file
number of the examples exists.
"""

import functools
import hashlib
import importlib.resources
import json
import pathlib
import sys
from collections.abc import Mapping

from fahndung.testing import cast

NAMES: tuple[str, ...] = (
    "tram-robbery",
    "jewellery-theft",
    "wanted-man",
    "escaped-convict",
    "tram-witness",
    "missing-man",
    "missing-girl",
    "unknown-dead",
    "helpless-woman",
    "found-things",
    "witness-call",
    "long-words",
    "border-boy",
    "ten-languages",
)
"""The cases that there are, by the name of their folder; each category is among them."""


@functools.cache
def files(name: str) -> Mapping[str, bytes]:
    """The files of one example: ``appeal.json`` and the pictures, their SHA-256 filled in.

    Raises:
        KeyError: no such example.
    """
    if name not in NAMES:
        raise KeyError(name)
    text = importlib.resources.files("fahndung.testing").joinpath("examples", f"{name}.json").read_text("utf-8")
    pictures: dict[str, bytes] = {}
    for image in json.loads(text).get("images", ()):
        content = cast.PICTURES[name][image["id"]]()
        pictures[image["file"]] = content
        text = text.replace('"sha256": "drawn"', f'"sha256": "{hashlib.sha256(content).hexdigest()}"', 1)
    return {"appeal.json": text.encode("utf-8"), **pictures}


def write(folder: pathlib.Path, *names: str) -> list[pathlib.Path]:
    """Writes the named examples, or all, below ``folder``; their case folders come out.

    Raises:
        KeyError: no such example.
        OSError: the folder cannot be written.
    """
    written: list[pathlib.Path] = []
    for name in names or NAMES:
        case = folder / name
        case.mkdir(parents=True, exist_ok=True)
        for file, content in files(name).items():
            (case / file).write_bytes(content)
        written.append(case)
    return written


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), *sys.argv[2:])
