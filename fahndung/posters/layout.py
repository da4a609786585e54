"""A poster as positions: a sheet and the sizes of its photos in, a :class:`Layout` out, or an error naming the field.

Draws nothing. The poster shows band, marker, first question, headline (without what band and question say already),
photos, summary, facts, further questions, presumption of innocence, warning, reward, contact, order sentence, dates and
imprint. It never shows the narrative, the media notice or the tip form's address: they stand on the page behind the QR
code, whatever space is left.
"""

import itertools
from collections.abc import Sequence

from fahndung.errors import Message, NotPublishable, Problem, Severity, UsageError
from fahndung.model.sheet import Picture, Sheet
from fahndung.posters import bidi, palette, refusals, strings
from fahndung.posters.body import Body, Search
from fahndung.posters.density import ROOMY, TIGHT, Density
from fahndung.posters.foot import foot
from fahndung.posters.gallery import FAIR_DPI, LEAST_DPI, Frame, Gallery, coarse
from fahndung.posters.head import INNER, MARGIN, head
from fahndung.posters.marks import Layout, Part, Photo, Slot, Tag, Weight, mirrored
from fahndung.posters.setting import Setter
from fahndung.posters.story import Composer, story

PAPERS = {"a4": 1.0, "a3": 2**0.5}
"""Paper to the factor from A4 points to its own."""

MOST_PHOTOS = 12
_LONG_WORD = 24
_MOST_SLACK = 60.0
_FAIR_SHARE = 0.10
"""Share of the paper; where the photos get less, the fixed parts have to give way."""


def plan(untrusted_sheet: Sheet, photos: Sequence[Photo], *, paper: str = "a4", strips: bool = False) -> Layout:
    """The poster's layout.

    Args:
        untrusted_sheet: a composed sheet; its strings are checked here.
        photos: the photos to show, in order; their ids stand in the sheet's pictures.
        paper: ``a4`` or ``a3``.
        strips: whether the lower edge has strips to tear off.

    Raises:
        NotPublishable: a field cannot be printed or does not fit; the message names it.
        UsageError: unknown paper, or a photo that the sheet does not name.
    """
    if paper not in PAPERS:
        raise UsageError(f"Unknown paper {paper!r}; use a4 or a3.", f"Unbekanntes Papier {paper!r}; möglich: a4, a3.")
    sheet = strings.checked(untrusted_sheet)
    frames = _frames(sheet, photos, PAPERS[paper])
    hyphens = (True,) if _has_long_word(sheet) else (False, True)
    refusals_met: list[NotPublishable] = []
    best: Layout | None = None
    for density, hyphenate in itertools.product((ROOMY, TIGHT), hyphens):
        made = _planned(sheet, frames, paper, density, strips=strips, hyphenate=hyphenate)
        if isinstance(made, NotPublishable):
            refusals_met.append(made)
            continue
        if best is None or made.photo_share > 1.25 * best.photo_share:
            best = made
        if not frames or best.photo_share >= _FAIR_SHARE or density is TIGHT:
            break
    if best is None:
        raise refusals_met[-1]
    return mirrored(best) if bidi.right_to_left(sheet.lang) else best


def _planned(
    sheet: Sheet, frames: tuple[Frame, ...], paper: str, density: Density, *, strips: bool, hyphenate: bool
) -> Layout | NotPublishable:
    """The layout, or why there is none."""
    setter = Setter(language=sheet.lang, hyphenate=hyphenate)
    try:
        above, top = head(sheet, setter, density)
        below, bottom = foot(sheet, setter, density, strips=strips)
    except NotPublishable as refusal:
        return refusal
    top, bottom = top + density.above, bottom - density.below
    gallery = Gallery(setter, frames, scale=PAPERS[paper]) if frames else None
    told = story(sheet, palette.band(sheet.category))
    search = Search(Composer(setter), gallery, told, width=INNER, height=bottom - top)
    body = search.best()
    if body is None:
        return search.shortage()
    middle = _parts(body, sheet, top, bottom - top)
    coarse_ones = (part for part in middle for mark in part.marks if isinstance(mark, Slot) and mark.dpi < FAIR_DPI)
    return Layout(
        paper=paper,
        scale=PAPERS[paper],
        parts=above + middle + below,
        body_size=body.size,
        warnings=tuple(_fair(part) for part in coarse_ones),
    )


def _frames(sheet: Sheet, photos: Sequence[Photo], scale: float) -> tuple[Frame, ...]:
    if len(photos) > MOST_PHOTOS:
        raise refusals.refused(
            "images",
            f"a poster holds {MOST_PHOTOS} photos, here are {len(photos)}. Choose the best ones.",
            f"Ein Plakat fasst {MOST_PHOTOS} Bilder, hier sind es {len(photos)}. Bitte die besten auswählen.",
        )
    pictures = {picture.id: picture for picture in sheet.pictures}
    frames = []
    for photo in photos:
        if photo.id not in pictures:
            raise UsageError(f"The sheet names no picture {photo.id!r}.", f"Das Blatt nennt kein Bild {photo.id!r}.")
        frames.append(_frame(photo, pictures[photo.id], scale))
    for frame in frames:
        if (refusal := coarse(frame)) is not None:
            raise refusal
    return tuple(frames)


def _frame(photo: Photo, picture: Picture, scale: float) -> Frame:
    captions = ((picture.marker, Weight.BOLD), (picture.caption, Weight.REGULAR))
    return Frame(
        id=photo.id,
        aspect=photo.width / photo.height,
        cap=photo.width * 72 / LEAST_DPI / scale,
        px_width=photo.width,
        captions=tuple((text, weight) for text, weight in captions if text),
        field=strings.image_field(picture),
    )


def _has_long_word(sheet: Sheet) -> bool:
    rows = [row for group in (*sheet.groups,) for row in group.facts] + list(sheet.whereabouts)
    texts = [sheet.summary, *sheet.questions, *(text for row in rows for text in (row.label, row.value))]
    return any(len(word) >= _LONG_WORD for text in texts for word in text.split())


def _parts(body: Body, sheet: Sheet, top: float, height: float) -> tuple[Part, ...]:
    """The middle's parts on the page; height that is left over is shared out above and below."""
    y = top + min(max(height - body.height, 0.0) * 0.4, _MOST_SLACK)
    alts = {picture.id: picture.alt for picture in sheet.pictures}
    parts: list[Part] = []
    for hung in body.wall.hung if body.wall else ():
        frame = hung.frame
        parts.append(
            Part(name="photo", field=frame.field, text=alts[frame.id], marks=(hung.slot,), tag=Tag.FIGURE).moved(
                MARGIN, y
            )
        )
        if hung.captions:
            text = ". ".join(text for text, _ in frame.captions)
            caption = Part(name="caption", field=f"{frame.field}/caption", text=text, marks=hung.captions)
            parts.append(caption.moved(MARGIN, y))
    for placed in body.placed:
        parts += [part.moved(placed.x + MARGIN, placed.y + y) for part in placed.block.parts]
    return tuple(parts)


def _fair(part: Part) -> Problem:
    dpi = min(mark.dpi for mark in part.marks if isinstance(mark, Slot))
    message = Message(
        f"{part.field}: {dpi:.0f} dpi on this paper; from {FAIR_DPI:.0f} dpi on a photo looks sharp.",
        f"{part.field}: {dpi:.0f} dpi auf diesem Papier; erst ab {FAIR_DPI:.0f} dpi wirkt ein Bild scharf.",
    )
    return Problem(rule="poster", severity=Severity.WARN, field=part.field, message=message)
