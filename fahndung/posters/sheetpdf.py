"""A poster as PDF bytes: the same sheet and photos give the same bytes, in every process and on every day."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence

from fahndung.errors import Problem, UsageError
from fahndung.model.ids import ImageId
from fahndung.model.sheet import Sheet
from fahndung.posters import drawing, fonts, jpegs, mono, sizing, tongues, words, xmp
from fahndung.posters.layout import plan
from fahndung.posters.marks import Layout, Photo, Pixels
from fahndung.posters.words import Draft


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A planned poster, ready to be drawn in colour and in grey.

    Attributes:
        draft: the words of its DRAFT mark, None for none. beside: the other language of a bilingual one.
    """

    layout: Layout
    photos: Mapping[ImageId, Photo]
    about: xmp.About
    draft: Draft | None
    beside: str | None

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What whoever prints it should know."""
        return tuple(warning for page in (self.layout, *self.layout.further) for warning in page.warnings)

    def pdf(self, *, bw: bool = False) -> bytes:
        """Its bytes; ``bw`` for printers without colour."""
        first = mono.layout(self.layout) if bw else self.layout
        photos = {name: mono.photo(shown) for name, shown in self.photos.items()} if bw else self.photos
        pages = (first, *first.further)
        return drawing.pdf(pages, photos, about=self.about, draft=self.draft, beside=self.beside, bw=bw)


def poster(
    sheet: Sheet,
    photos: Sequence[Photo | Pixels],
    *,
    paper: str = "a4",
    draft: bool = False,
    strips: bool = False,
    bw: bool = False,
) -> bytes:
    """The printable poster: see :func:`drawn`; ``bw`` for printers without colour."""
    return drawn(sheet, photos, paper=paper, draft=draft, strips=strips).pdf(bw=bw)


def drawn(
    sheet: Sheet, photos: Sequence[Photo | Pixels], *, paper: str = "a4", draft: bool = False, strips: bool = False
) -> Drawn:
    """The printable poster, planned and checked.

    Args:
        sheet: what it says.
        photos: JPEGs rebuilt from pixels, or those pixels; embedded whole, in this order, with no more pixels than the
            paper shows.
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
        if isinstance(photo, Photo):
            jpegs.check(photo)
    sizes = tuple(Photo(id=photo.id, jpeg=b"", width=photo.width, height=photo.height) for photo in photos)
    layout = _planned(sheet, sizes, paper, strips=strips)
    about = xmp.About(
        title=_told(sheet.headline),
        author=_told(sheet.authority),
        subject=_told(sheet.band),
        language="de-DE" if sheet.lang == "de" else sheet.lang,
    )
    return Drawn(
        layout=layout,
        photos={photo.id: photo for photo in sizing.fitted(photos, (layout, *layout.further))},
        about=about,
        draft=words.draft(sheet) if draft else None,
        beside=sheet.beside,
    )


def _told(text: str) -> str:
    """The text as a document says it of itself: whole, for PDF's own encoding has no soft hyphen."""
    return fonts.settled(tongues.plain(text)).replace(fonts.SOFT_HYPHEN, "")


@functools.lru_cache(maxsize=8)  # who checks an appeal and submits it has its sheets planned once
def _planned(sheet: Sheet, sizes: tuple[Photo, ...], paper: str, *, strips: bool) -> Layout:
    """The layout, which depends on the sizes of the photos and not on their pixels: it remembers no picture."""
    return plan(sheet, sizes, paper=paper, strips=strips)
