"""A poster as positions: a sheet and the sizes of its photos in, a :class:`Layout` out, or an error naming the field.

Draws nothing. The poster shows band, marker, first question, headline (without what band and question say already),
photos, summary, facts, further questions, presumption of innocence, warning, reward, contact, order sentence, dates and
imprint. It never shows the narrative, the media notice or the tip form's address: they stand on the page behind the QR
code, whatever space is left. Photos that the first page does not hold stand on pages of their own.
"""

import dataclasses
from collections.abc import Sequence

from fahndung.errors import NotPublishable, Problem, UsageError
from fahndung.model.sheet import Sheet
from fahndung.posters import advice, bidi, crowd, middle, paging, palette, refusals, spread, story, strings, words
from fahndung.posters.dealing import Frame
from fahndung.posters.marks import Layout, Photo, mirrored
from fahndung.posters.paging import PAPERS, Order

__all__ = ["PAPERS", "plan"]

MOST_PHOTOS = 12
"""On the first page."""
MOST_ON_A_PAGE = 20
MOST_PAGES = 4
_FEWER = (6, 4, 2, 1)
"""How many photos the first page keeps, tried in this order, where another page is needed anyway."""

_LEAST_SHARE_ABOVE_STRIPS = 0.08
"""Share of the page; strips are an extra and never worth faces that nobody can make out."""


def plan(untrusted_sheet: Sheet, photos: Sequence[Photo], *, paper: str = "a4", strips: bool = False) -> Layout:
    """The poster's layout.

    Args:
        untrusted_sheet: a composed sheet; its strings are checked here.
        photos: the photos to show, in order; their ids stand in the sheet's pictures.
        paper: ``a4`` or ``a3``.
        strips: whether the lower edge of the first page has strips to tear off.

    Raises:
        NotPublishable: a field cannot be printed or does not fit; the message names it.
        UsageError: unknown paper, or a photo that the sheet does not name.
    """
    if paper not in PAPERS:
        raise UsageError(f"Unknown paper {paper!r}; use a4 or a3.", f"Unbekanntes Papier {paper!r}; möglich: a4, a3.")
    if strips and untrusted_sheet.beside is not None:
        raise refusals.refused(
            "publication/languages",
            "a poster in two languages has no tear-off strips. Print it without.",
            "Ein zweisprachiges Plakat hat keine Abreißstreifen. Bitte ohne drucken.",
        )
    sheet = strings.checked(untrusted_sheet)
    most = _FEWER[0] + MOST_ON_A_PAGE * (MOST_PAGES - 1)
    if len(photos) > most:
        raise refusals.refused(
            "images",
            f"a poster holds {most} photos, here are {len(photos)}. Choose the best ones.",
            f"Ein Plakat fasst {most} Bilder, hier sind es {len(photos)}. Bitte die besten auswählen.",
        )
    frames = middle.frames(sheet, photos, PAPERS[paper])
    refusal: NotPublishable | None = None
    told = story.story(sheet, palette.band(sheet.category))
    order = Order(sheet=sheet, frames=frames, told=told, paper=paper, strips=strips)
    if len(frames) > MOST_PHOTOS and not crowd.of(order):
        if strips:
            raise advice.untorn(len(frames), MOST_PHOTOS)
        counts: tuple[int, ...] = _FEWER
    else:  # strips are an extra: no photo moves to another sheet for them
        counts = (len(frames), *(n for n in _FEWER if n < len(frames) and not strips))
    for count in counts:
        try:
            made = _paged(order, photos, count)
        except NotPublishable as found:
            refusal = refusal or found
            if any(problem.field != "images" for problem in found.problems):
                if sheet.apart and counts is _FEWER:  # one more photo, not that text, is what does not hold
                    raise advice.too_many_beside(len(frames), MOST_PHOTOS) from found
                break
        else:
            made = made._replace(warnings=(*made.warnings, *middle.coarse_photos((made, *made.further))))
            return mirrored(made) if bidi.right_to_left(sheet.lang) else made
    assert refusal is not None
    raise refusal


def _paged(order: Order, photos: Sequence[Photo], count: int) -> Layout:
    """The first page with ``count`` photos, and as few further ones as the others need."""
    sheet, others = order.sheet, order.frames[count:]
    if not others:
        return _in_two(order, photos) if sheet.apart else _whole(order)
    told = story.story(sheet, palette.band(sheet.category), more=words.word(sheet, "more"))
    fewer = Order(sheet=sheet, frames=order.frames[:count], told=told, paper=order.paper)
    first = _judged(paging.best(fewer), fewer)
    further = _galleries(fewer, others)
    warnings = (advice.moved(len(others), len(further)), *first.warnings)
    return first._replace(further=further, warnings=warnings)


def _galleries(first: Order, frames: tuple[Frame, ...]) -> tuple[Layout, ...]:
    """Pages that show these photos, as few as hold them.

    Raises:
        NotPublishable: not even as many as a poster may have.
    """
    refusal: NotPublishable | None = None
    for pages in range(-(-len(frames) // MOST_ON_A_PAGE), MOST_PAGES):
        each = -(-len(frames) // pages)
        shown = [frames[at : at + each] for at in range(0, len(frames), each)]
        total = str(len(shown) + 1)
        titles = [words.word(first.sheet, "page", number=str(n), pages=total) for n in range(2, len(shown) + 2)]
        orders = [dataclasses.replace(first, frames=some, told=story.continued(first.sheet)) for some in shown]
        try:
            return tuple(map(paging.further, orders, titles))
        except NotPublishable as found:
            refusal = found
            if any(problem.field != "images" for problem in found.problems):
                break
    assert refusal is not None
    raise refusal


def _whole(order: Order) -> Layout:
    """All photos on one page; facts go on on further ones where a single photo would get too small for them.

    Raises:
        NotPublishable: it does not hold, or strips leave too little of the photos.
    """
    pages = spread.spread(order)
    if order.strips and order.frames and pages[0].photo_share < _LEAST_SHARE_ABOVE_STRIPS:
        raise advice.crowded(pages[0], order)
    if not pages[1:]:
        return _judged(pages[0], order)
    if len(order.frames) > 1:
        return _first(pages, advice.persons(order, pages), *advice.parted(order, pages))
    reached = pages[0].photo_share >= order.goal
    return _first(pages, *((advice.dealt(order, pages),) if reached else advice.parted(order, pages)))


def _in_two(order: Order, photos: Sequence[Photo]) -> Layout:
    """All photos of a bilingual poster on one page, or on each of its sheets.

    Raises:
        NotPublishable: it does not hold.
    """
    pages, german = spread.bilingual(order, photos)
    if not pages[1:]:
        return _judged(pages[0], order)
    told = [advice.spoken(order, pages, apart=german > 0)]
    if len(order.frames) > 1 and len(pages) > 2:
        told.append(advice.persons(order, pages[:german], pages[german:]))
    return _first(pages, *told, *advice.parted(order, pages))


def _first(pages: Sequence[Layout], *warnings: Problem) -> Layout:
    """The first of the sheets with the others behind it."""
    return pages[0]._replace(further=tuple(pages[1:]), warnings=warnings)


def _judged(layout: Layout, order: Order) -> Layout:
    """The layout, with a warning where its photos stay below the goal."""
    return layout._replace(warnings=advice.small(layout, order))
