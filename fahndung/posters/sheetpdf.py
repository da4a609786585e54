"""A poster as PDF bytes: the same sheet and photos give the same bytes, in every process and on every day."""

import dataclasses
from collections.abc import Sequence

from fahndung.errors import Problem, UsageError
from fahndung.model.sheet import Sheet
from fahndung.posters import drawing, fonts, jpegs
from fahndung.posters.layout import plan
from fahndung.posters.marks import Photo


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A poster's bytes, and what whoever prints it should know."""

    pdf: bytes
    warnings: tuple[Problem, ...]


def poster(
    sheet: Sheet, photos: Sequence[Photo], *, paper: str = "a4", draft: bool = False, strips: bool = False
) -> bytes:
    """The printable poster: see :func:`drawn`."""
    return drawn(sheet, photos, paper=paper, draft=draft, strips=strips).pdf


def drawn(
    sheet: Sheet, photos: Sequence[Photo], *, paper: str = "a4", draft: bool = False, strips: bool = False
) -> Drawn:
    """The printable poster with its warnings.

    Args:
        sheet: what it says.
        photos: JPEGs rebuilt from pixels; embedded as they are, whole, in this order.
        paper: ``a4`` or ``a3``.
        draft: put a DRAFT mark across the page.
        strips: strips to tear off at the lower edge.

    Raises:
        NotPublishable: a field cannot be printed or does not fit; the message names it.
        UnsafeImage: a photo's bytes hold more than a picture.
        UsageError: unknown paper, or a photo twice or unknown to the sheet.
    """
    if len({photo.id for photo in photos}) != len(photos):
        raise UsageError("A photo was given twice.", "Ein Bild wurde doppelt übergeben.")
    for photo in photos:
        jpegs.check(photo)
    layout = plan(sheet, photos, paper=paper, strips=strips)
    about = drawing.About(
        title=fonts.settled(sheet.headline),
        author=fonts.settled(sheet.authority),
        subject=fonts.settled(sheet.band),
        language="de-DE" if sheet.lang == "de" else sheet.lang,
    )
    pages = (layout, *layout.further)
    shown = {photo.id: photo for photo in photos}
    return Drawn(
        pdf=drawing.pdf(pages, shown, about=about, draft=sheet.lang if draft else None),
        warnings=tuple(warning for page in pages for warning in page.warnings),
    )
