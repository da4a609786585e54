"""The public pictures of one original, all from one decode: web, thumbnail, print, and of a thing a card for posts.

Who needs a picture for paper alone takes the ``Printable``: one file is made of it, of the px that the paper shows.
Every file is encoded from pixels, walked and decoded again (``encoding``). Which regions are hidden, how the picture
is cropped and what the band below it says comes from the caller.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from PIL.Image import Resampling

from fahndung.errors import Message
from fahndung.images import framing, intake, redaction
from fahndung.images.encoding import Jpeg, encode, encode_pixels
from fahndung.images.framing import Picture, View
from fahndung.images.limits import DEFAULT, Limits
from fahndung.model.image import Box, Fill, Image

__all__ = ["Jpeg", "Printable", "Printed", "Renditions", "encode", "printable", "render"]

MASTER, THUMB, CARD = 2048, 400, (1200, 630)
"""px: the longer side of a web picture, that of a thumbnail, the size of a card."""

PRINT = 2700
"""px of the longer side of a printed picture: the largest on an A3 poster is 222 mm high, at 300 dpi 2628 px."""


FOR_PAPER = (92, "4:4:4")
"""Quality and colour of a print picture."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The picture for paper.

    Attributes:
        print: at most 2048 px, or as many as were asked for, quality 92, full colour resolution.
        regions: the filled rectangles of each file, by its name, in its own px.
        views: where the upright original lies in each file, by its name.
        look: what is seen in the regions.
    """

    print: Jpeg
    regions: Mapping[str, tuple[Box, ...]]
    views: Mapping[str, View]
    look: Fill = Fill.SOLID


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Renditions(Printed):
    """What is published of one picture.

    Attributes:
        web: at most 2048 px.
        thumb: at most 400 px.
        card: 1200 x 630 px, to go along with a post; None unless asked for.
        warnings: what was odd about the original.
    """

    web: Jpeg
    thumb: Jpeg
    card: Jpeg | None = None
    warnings: tuple[Message, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Printable:
    """The picture for paper before it is a file: cropped, filled, with its band, not marked yet."""

    picture: Picture
    look: Fill

    @property
    def size(self) -> tuple[int, int]:
        """px across and down."""
        return self.picture.pixels.size

    def printed(self) -> Printed:
        """The file that :func:`render` makes of it."""
        jpeg = _encoded(_marked(self.picture, self.look), self.look, *FOR_PAPER)
        regions, views = {"print": self.picture.regions}, {"print": self.picture.view}
        return Printed(print=jpeg, regions=regions, views=views, look=self.look)

    def jpeg(self, width: int, quality: int, subsampling: str) -> bytes:
        """A file of so many px across, checked like every other; its pixels are averaged (HAMMING).

        Raises:
            UnsafeImage: it fails its check.
        """
        across, down = self.size
        size = (width, max(round(down * width / across), 1))
        smaller = framing.resized(self.picture, size, resample=Resampling.HAMMING)
        return _encoded(_marked(smaller, self.look), self.look, quality, subsampling).data


def render(
    untrusted: bytes,
    *,
    image: Image | None,
    marker: str | None = None,
    printed: int = MASTER,
    card: bool = False,
    limits: Limits = DEFAULT,
) -> Renditions:
    """The public pictures of ``untrusted``.

    Args:
        image: its frame, redactions, crop and focus (px of the upright original); None: the whole picture as it is.
        marker: words for a band below each picture; the band is added to the canvas and covers nothing.
        printed: px that the longer side of the print picture has at most, ``MASTER`` or more. More costs more: such
            a photograph has to be decoded in full.
        card: whether one is made as well. Nobody uses that of a person, and what is not made cannot get anywhere.

    Raises:
        UnsafeImage: the file is refused, a shape is out of range, or an encoded picture fails its check.
    """
    decoded = _decoded(untrusted, image, printed, limits)
    whole, look = _whole(decoded), image.fill if image else Fill.SOLID
    master = framing.shrunk(whole, MASTER)
    focus, faces, warnings = _focus(decoded.window, master.pixels.size, image)
    small = _marked(framing.banded(framing.shrunk(master, THUMB), marker, THUMB), look)
    cut = _marked(framing.card(master, CARD, focus=focus, faces=faces, marker=marker), look) if card else None
    large = framing.banded(master, marker, MASTER)
    redaction.mark(large.pixels, large.regions, look)  # without a band these are the master's pixels, needed no more
    sheet = large if whole is master else _marked(framing.banded(whole, marker, printed), look)
    made = {
        "web": (large, 85, "4:2:0"),
        "thumb": (small, 85, "4:2:0"),
        "print": (sheet, *FOR_PAPER),
    } | ({} if cut is None else {"card": (cut, 85, "4:2:0")})
    encoded = {name: _encoded(picture, look, quality, colour) for name, (picture, quality, colour) in made.items()}
    return Renditions(
        **encoded,
        regions={name: picture.regions for name, (picture, *_) in made.items()},
        views={name: picture.view for name, (picture, *_) in made.items()},
        look=look,
        warnings=decoded.warnings + warnings,
    )


def printable(
    untrusted: bytes,
    *,
    image: Image | None,
    marker: str | None = None,
    printed: int = MASTER,
    limits: Limits = DEFAULT,
) -> Printable:
    """The print picture alone, as pixels; the arguments are those of :func:`render`.

    Raises:
        UnsafeImage: the file is refused, or a shape is out of range.
    """
    whole = _whole(_decoded(untrusted, image, printed, limits))
    return Printable(picture=framing.banded(whole, marker, printed), look=image.fill if image else Fill.SOLID)


def _decoded(untrusted: bytes, image: Image | None, longest: int, limits: Limits) -> intake.Decoded:
    return intake.decode(
        untrusted,
        longest=longest,
        hidden=image.hidden if image else (),
        crop=image.crop if image else None,
        frame=image.frame if image else None,
        limits=limits,
    )


def _whole(decoded: intake.Decoded) -> Picture:
    """The pixels themselves, with their regions on the grid of JPEG blocks and filled again."""
    pixels = decoded.pixels
    regions = tuple(redaction.snapped(region, pixels.size) for region in decoded.regions)
    redaction.fill(pixels, regions)
    whole = (decoded.window.width, decoded.window.height)
    view = View().moved(-decoded.window.x, -decoded.window.y).resized(whole, pixels.size)
    return Picture(pixels=pixels, regions=regions, view=view)


def _focus(
    window: Box, size: tuple[int, int], image: Image | None
) -> tuple[Box | None, list[Box], tuple[Message, ...]]:
    """What the card must show and what it must not cut, in a picture of ``size`` px of the original's ``window``."""
    if image is None:
        return None, [], ()
    faces = [seen for face in image.faces if (seen := _seen(window, size, face.box))]
    if image.focus is None:
        named = [seen for face in image.faces if face.person is not None and (seen := _seen(window, size, face.box))]
        return _around(named), faces, ()
    focus = _seen(window, size, image.focus)
    if focus is not None:
        return focus, faces, ()
    name = f"{image.focus.x},{image.focus.y},{image.focus.width},{image.focus.height}"
    warning = Message(
        f"The focus {name} has no part in the picture as it is cropped; the card shows the whole picture.",
        f"Das Motivfeld {name} liegt außerhalb des gezeigten Bildes; die Karte zeigt das ganze Bild.",
    )
    return None, faces, (warning,)


def _seen(window: Box, size: tuple[int, int], box: Box) -> Box | None:
    """``box`` of the upright original in px of a picture of its ``window``; None where no part of it is shown."""
    seen = redaction.moved((box,), window)
    return redaction.scaled(seen[0], (window.width, window.height), size) if seen else None


def _around(boxes: Sequence[Box]) -> Box | None:
    """The smallest box around all of them."""
    if not boxes:
        return None
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _marked(picture: Picture, look: Fill) -> Picture:
    """``picture`` with its regions framed; the picture itself stays, for others are made of it."""
    if not picture.regions:
        return picture
    pixels = picture.pixels.copy()
    redaction.mark(pixels, picture.regions, look)
    return dataclasses.replace(picture, pixels=pixels)


def _encoded(picture: Picture, look: Fill, quality: int, subsampling: str) -> Jpeg:
    pixels = picture.pixels
    data = encode_pixels(pixels, quality=quality, subsampling=subsampling, regions=picture.regions, look=look)
    return Jpeg(data=data, width=pixels.width, height=pixels.height)
