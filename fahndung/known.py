"""Which pictures of a case are known in the home under another one. Reads prints; changes nothing.

The index is one file in each case folder. A case that is deleted has left it, and nobody has to remember that.
"""

import pathlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fahndung.home import Home
from fahndung.images import aside, prints
from fahndung.images.prints import Print
from fahndung.model.appeal import ImageId
from fahndung.model.provenance import Known

_LARGEST = 2**20


def elsewhere(
    home: Home,
    appeal: str,
    untrusted: Mapping[ImageId, bytes],
    frames: Mapping[ImageId, int | None] = MappingProxyType({}),
) -> dict[ImageId, tuple[Known, ...]]:
    """For each picture those of other appeals with the same bytes or nearly the same look, in their latest revision.

    Args:
        frames: which picture of its file each is (from 1).
    """
    if not untrusted:
        return {}
    own = {image: prints.of(data, frame=frames.get(image)) for image, data in untrusted.items()}
    found: dict[ImageId, dict[tuple[str, str], Known]] = {image: {} for image in own}
    for other, revision, image, stored in _index(home):
        if other == appeal:
            continue
        for mine, seen in own.items():
            if seen.sha256 == stored.sha256 or seen.near(stored):
                same = seen.sha256 == stored.sha256
                found[mine][other, image] = Known(appeal=other, revision=revision, image=image, same=same)
    return {image: tuple(known.values()) for image, known in found.items() if known}


def _index(home: Home) -> Iterator[tuple[str, int, str, Print]]:
    """Appeal, revision, image and print of every stored case, revisions in their order."""
    root = home.path / "cases"
    for path in sorted(root.glob(f"*/*/{aside.PRINTS}"), key=_place):
        appeal, revision = path.relative_to(root).parts[:2]
        if not revision.isdecimal() or appeal.startswith("."):
            continue
        try:
            with path.open("rb") as stream:
                untrusted = stream.read(_LARGEST)
        except OSError:
            continue
        for image, stored in aside.parse_prints(untrusted).items():
            yield appeal, int(revision), image, stored


def _place(path: pathlib.Path) -> tuple[str, int]:
    revision = path.parents[1].name
    return path.parents[2].name, int(revision) if revision.isdecimal() else 0
