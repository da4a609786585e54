"""Where everything of one picture lies, from its sizes alone: window, hidden regions, the size that comes out.

Pure numbers. The limited child cuts and fills by it, and so does its parent, which need not believe the child what is
hidden and where: of a picture it takes two sizes, and those only as the file's own bytes allow them (``is_possible``).
"""

import dataclasses

from fahndung.errors import Message, UnsafeImage
from fahndung.images import redaction
from fahndung.images.probing import Probe
from fahndung.model.image import Box, Shape

Size = tuple[int, int]
"""px across and down."""

_SHARES = (1, 2, 4, 8)
"""A JPEG can be decoded at one, a half, a quarter, an eighth of its size, rounded up (libjpeg)."""
_RESTLESS = {"WEBP", "GIF", "AVIF", "HEIF"}
_NOISE = Message(
    "WebP, GIF, AVIF and HEIC files spread faint noise of a hidden part over the whole picture. Nobody can be "
    "recognised in it; still, take the camera's original (JPEG, PNG) if there is one.",
    "WebP-, GIF-, AVIF- und HEIC-Dateien verteilen schwaches Rauschen verdeckter Teile über das ganze Bild. Erkennbar "
    "ist darin niemand; besser ist dennoch das Original der Kamera (JPEG, PNG), falls vorhanden.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What ``intake.decode`` was asked for. ``profile`` is the largest ICC profile in bytes."""

    probe: Probe
    longest: int | None
    hidden: tuple[Shape, ...] = ()
    crop: Box | None = None
    profile: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where it lies.

    Attributes:
        loaded: the regions to fill in the picture as it was loaded, px of that.
        kept: the part of the loaded picture that is kept.
        window: the same, px of the upright original.
        size: px of what comes out.
        regions: the filled regions of what comes out, in its px.
        said: what was odd about shapes and crop.
    """

    loaded: tuple[Box, ...]
    kept: Box
    window: Box
    size: Size
    regions: tuple[Box, ...]
    said: tuple[Message, ...]


def is_possible(probe: Probe, upright: Size, loaded: Size) -> bool:
    """Whether a file that claims what ``probe`` says can stand upright and be loaded in these sizes."""
    stored = (probe.width, probe.height)
    if upright not in {stored, stored[::-1]}:
        return False
    shares = _SHARES if probe.format == "JPEG" else (1,)
    return loaded in {(-(-upright[0] // share), -(-upright[1] // share)) for share in shares}


def placed(plan: Plan, upright: Size, loaded: Size) -> Placed:
    """Where everything lies in a picture of ``upright`` px that was loaded with ``loaded`` px.

    Raises:
        UnsafeImage: a shape or the crop has no area, lies outside the picture, or is too narrow to be shown.
    """
    grown, clipped = redaction.grown(plan.hidden, upright, _spread(plan.probe, upright))
    said = [*clipped, *([_NOISE] if grown and plan.probe.format in _RESTLESS else [])]
    slack = 0 if loaded == upright else 1
    filled = regions = tuple(redaction.scaled(region, upright, loaded, slack=slack) for region in grown)
    window, kept = Box(x=0, y=0, width=upright[0], height=upright[1]), Box(x=0, y=0, width=loaded[0], height=loaded[1])
    if plan.crop is not None:
        window, clipped = redaction.within(plan.crop, upright, en="crop", de="Ausschnittsfeld")
        said.extend(clipped)
        kept = _inward(window, upright, loaded, slack)
        regions = redaction.moved(filled, kept)
    full = (kept.width, kept.height)
    size = _shrunk(full, plan.longest)
    regions = tuple(redaction.scaled(region, full, size) for region in regions)
    return Placed(loaded=filled, kept=kept, window=window, size=size, regions=regions, said=tuple(said))


def _spread(probe: Probe, upright: Size) -> Size:
    """How far a stored value reaches in the upright picture; a square one may have lain on its side."""
    across, down = probe.spread
    if probe.width == probe.height:
        return max(across, down), max(across, down)
    return (across, down) if upright == (probe.width, probe.height) else (down, across)


def _inward(window: Box, old: Size, new: Size, slack: int) -> Box:
    """``window`` in the loaded picture, rounded inward: what was cropped away stays away.

    Raises:
        UnsafeImage: nothing is left of it.
    """
    end_x, end_y = window.x + window.width, window.y + window.height
    left = -(-window.x * new[0] // old[0]) + (slack if window.x else 0)
    top = -(-window.y * new[1] // old[1]) + (slack if window.y else 0)
    right = end_x * new[0] // old[0] - (slack if end_x < old[0] else 0)
    bottom = end_y * new[1] // old[1] - (slack if end_y < old[1] else 0)
    if left >= right or top >= bottom:
        raise UnsafeImage(
            f"The crop of {window.width} x {window.height} pixels is too narrow to be shown. Make it wider.",
            f"Der Ausschnitt von {window.width} x {window.height} Pixeln ist zu schmal. Bitte breiter wählen.",
        )
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _shrunk(size: Size, longest: int | None) -> Size:
    if longest is None or max(size) <= longest:
        return size
    share = longest / max(size)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))
