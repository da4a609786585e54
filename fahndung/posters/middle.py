"""Between the sheet and the search: its photos as frames, and what the search found as parts on the page."""

import math
from collections.abc import Iterator, Mapping, Sequence

from fahndung.errors import Message, Problem, Severity, UsageError
from fahndung.model.ids import ImageId
from fahndung.model.sheet import Picture, Sheet
from fahndung.posters import strings
from fahndung.posters.body import Body
from fahndung.posters.boxes import Box
from fahndung.posters.composing import Placed
from fahndung.posters.dealing import Frame
from fahndung.posters.gallery import FAIR_DPI, LEAST_DPI, Hung, coarse
from fahndung.posters.head import MARGIN
from fahndung.posters.marks import Layout, Part, Photo, Tag, Weight

_MOST_SLACK = 60.0
_HEARD = ("summary", "facts", "question", "more", "innocence")
"""The texts of the middle in reading order, wherever they stand: facts beside the photos come after the summary too."""


def frames(sheet: Sheet, photos: Sequence[Photo], scale: float) -> tuple[Frame, ...]:
    """The photos as they are to be placed; ``scale`` turns A4 points into those of the paper.

    Raises:
        UsageError: the sheet does not name a photo. NotPublishable: a photo has too few pixels.
    """
    pictures = {picture.id: picture for picture in sheet.pictures}
    made = []
    for photo in photos:
        if photo.id not in pictures:
            raise UsageError(f"The sheet names no picture {photo.id!r}.", f"Das Blatt nennt kein Bild {photo.id!r}.")
        made.append(_frame(photo, pictures[photo.id], scale))
    for frame in made:
        if (refusal := coarse(frame)) is not None:
            raise refusal
    return tuple(made)


def _frame(photo: Photo, picture: Picture, scale: float) -> Frame:
    captions = ((picture.marker, Weight.BOLD), (picture.caption, Weight.REGULAR))
    return Frame(
        id=photo.id,
        aspect=photo.width / photo.height,
        cap=photo.width * 72 / LEAST_DPI / scale,
        px_width=photo.width,
        captions=tuple((text, weight) for text, weight in captions if text),
        field=strings.image_field(picture),
        of=picture.of,
    )


def parts(body: Body, sheet: Sheet, top: float, height: float) -> tuple[Part, ...]:
    """The middle's parts on the page; height that is left over is shared out above and below.

    Boxes are heard after all texts, as they are where they stand in the foot.
    """
    y = top + min(max(height - body.height, 0.0) * 0.4, _MOST_SLACK)
    alts = {picture.id: picture.alt for picture in sheet.pictures}
    made: list[Part] = []
    run: list[Part] = []
    boxed: list[Part] = []
    for piece in body.pieces:
        if isinstance(piece, Box):
            boxed += piece.moved(MARGIN, y).parts
            continue
        if isinstance(piece, Placed):
            run += [part.moved(piece.x + MARGIN, piece.y + y) for part in piece.block.parts]
            continue
        made += [*_heard(run), *(part.moved(MARGIN, y) for part in _figure(piece, alts))]
        run = []
    return (*made, *_heard(run), *boxed)


def _heard(run: Sequence[Part]) -> list[Part]:
    """Texts that no photo parts, in reading order."""
    return sorted(run, key=lambda part: _HEARD.index(part.name))


def _figure(hung: Hung, alts: Mapping[ImageId, str]) -> Iterator[Part]:
    """A photo, then what stands under it."""
    frame = hung.frame
    yield Part(name="photo", field=frame.field, text=alts[frame.id], marks=(hung.slot,), tag=Tag.FIGURE)
    if hung.captions:
        text = ". ".join(text for text, _ in frame.captions)
        yield Part(name="caption", field=f"{frame.field}/caption", text=text, marks=hung.captions)


def coarse_photos(pages: Sequence[Layout]) -> tuple[Problem, ...]:
    """A warning for each photo that will look coarse where it is largest on these pages."""
    least: dict[str, float] = {}
    for page in pages:
        for field, slot in page.slots:
            least[field] = min(least.get(field, FAIR_DPI), slot.dpi)
    paper = pages[0].paper.upper()
    return tuple(
        warned(
            field,
            f"{math.floor(dpi)} dpi on {paper}; from {FAIR_DPI:.0f} dpi on a photo looks sharp.",
            f"{math.floor(dpi)} dpi auf {paper}; erst ab {FAIR_DPI:.0f} dpi wirkt ein Bild scharf.",
        )
        for field, dpi in least.items()
        if dpi < FAIR_DPI
    )


def warned(field: str, en: str, de: str) -> Problem:
    """A finding that leaves the poster as it is."""
    return Problem(rule="poster", severity=Severity.WARN, field=field, message=Message(en, de))
