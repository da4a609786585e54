"""Which pictures of a case are known in the home under another one. Reads prints; changes nothing.

The index is one file in each case folder. A case that is deleted has left it, and nobody has to remember that.
"""

import pathlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from fahndung.home import Home
from fahndung.images import aside, prints
from fahndung.images.prints import Print
from fahndung.model.ids import ImageId
from fahndung.model.provenance import Known

_RECORD = "appeal.json"
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
    for other, revision, stored_prints in _index(home, appeal):
        for image, stored in (stored_prints or {}).items():
            for mine, seen in own.items():
                if seen.sha256 == stored.sha256 or seen.near(stored):
                    same = seen.sha256 == stored.sha256
                    found[mine][other, image] = Known(appeal=other, revision=revision, image=image, same=same)
    return {image: tuple(known.values()) for image, known in found.items() if known}


def uncompared(home: Home, appeal: str) -> tuple[str, ...]:
    """Other appeals, some of whose pictures ``elsewhere`` could not look at: their prints are missing or damaged."""
    return tuple(dict.fromkeys(other for other, _, stored in _index(home, appeal) if stored is None))


def _index(home: Home, appeal: str) -> Iterator[tuple[str, int, dict[str, Print] | None]]:
    """Each stored case of other appeals, revisions in their order, with its prints; None where they cannot be read."""
    root = home.path / "cases"
    for path in sorted(root.glob(f"*/*/{_RECORD}"), key=_place):
        other, revision = path.parts[-3:-1]
        if not revision.isdecimal() or other.startswith(".") or other == appeal:
            continue
        try:
            with (path.parent / aside.PRINTS).open("rb") as stream:
                stored = aside.parse_prints(stream.read(_LARGEST))
        except OSError:
            stored = None
        yield other, int(revision), stored


def _place(path: pathlib.Path) -> tuple[str, int]:
    revision = path.parent.name
    return path.parents[1].name, int(revision) if revision.isdecimal() else 0
