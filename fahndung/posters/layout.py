"""A poster as positions: a sheet and the sizes of its photos in, a :class:`Layout` out, or an error naming the field.

Draws nothing. The poster shows band, marker, first question, headline (without what band and question say already),
photos, summary, facts, further questions, presumption of innocence, warning, reward, contact, order sentence, dates and
imprint. It never shows the narrative, the media notice or the tip form's address: they stand on the page behind the QR
code, whatever space is left. Photos that the first page does not hold stand on pages of their own.
"""

import dataclasses
import math
from collections.abc import Sequence

from fahndung.errors import NotPublishable, Problem, UsageError
from fahndung.model.sheet import Sheet
from fahndung.posters import bidi, middle, paging, palette, refusals, spread, story, strings, words
from fahndung.posters.dealing import Frame
from fahndung.posters.marks import Layout, Photo, Tag, mirrored
from fahndung.posters.paging import PAPERS, Order

__all__ = ["PAPERS", "plan"]

MOST_PHOTOS = 12
"""On the first page."""
MOST_ON_A_PAGE = 20
MOST_PAGES = 4
_FEWER = (6, 4, 2, 1)
"""How many photos the first page keeps, tried in this order, where another page is needed anyway."""

_MANY_ROWS = 8
"""Facts beyond that are hardly remembered. Source: Hunt, Ioannou, Synnott 2019 (shorter descriptions are)."""
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
    if len(frames) > MOST_PHOTOS:
        counts: tuple[int, ...] = _FEWER
    else:  # strips are an extra: no photo moves to another sheet for them
        counts = (len(frames), *(n for n in _FEWER if n < len(frames) and not strips))
    for count in counts:
        try:
            made = _paged(sheet, photos, frames, count, paper, strips=strips)
        except NotPublishable as found:
            refusal = refusal or found
            if any(problem.field != "images" for problem in found.problems):
                break
        else:
            return mirrored(made) if bidi.right_to_left(sheet.lang) else made
    assert refusal is not None
    raise refusal


def _paged(
    sheet: Sheet, photos: Sequence[Photo], frames: tuple[Frame, ...], count: int, paper: str, *, strips: bool
) -> Layout:
    """The first page with ``count`` photos, and as few further ones as the others need."""
    others = frames[count:]
    if not others:
        told = story.story(sheet, palette.band(sheet.category))
        order = Order(sheet=sheet, frames=frames, told=told, paper=paper, strips=strips)
        return _in_two(order, photos) if sheet.apart else _whole(order)
    told = story.story(sheet, palette.band(sheet.category), more=words.word(sheet, "more"))
    pages = -(-len(others) // MOST_ON_A_PAGE)
    order = Order(sheet=sheet, frames=frames[:count], told=told, paper=paper)
    first = _judged(paging.best(order), order)
    each = -(-len(others) // pages)
    titles = [words.word(sheet, "page", number=str(n), pages=str(pages + 1)) for n in range(2, pages + 2)]
    orders = (
        Order(sheet=sheet, frames=others[i * each : (i + 1) * each], told=story.continued(sheet), paper=paper)
        for i in range(pages)
    )
    return dataclasses.replace(first, further=tuple(map(paging.further, orders, titles)))


def _whole(order: Order) -> Layout:
    """All photos on one page; facts go on on further ones where a single photo would get too small for them.

    Raises:
        NotPublishable: it does not hold, or strips leave too little of the photos.
    """
    pages = spread.spread(order)
    if order.strips and order.frames and pages[0].photo_share < _LEAST_SHARE_ABOVE_STRIPS:
        raise _crowded(pages[0])
    if not pages[1:]:
        return _judged(pages[0], order)
    return _first(pages, _dealt(order, pages) if pages[0].photo_share >= order.goal else _parted(order, pages))


def _in_two(order: Order, photos: Sequence[Photo]) -> Layout:
    """All photos of a bilingual poster on one page, or on each of its sheets.

    Raises:
        NotPublishable: it does not hold.
    """
    pages, apart = made = spread.bilingual(order, photos)
    if not pages[1:]:
        return _judged(pages[0], order)
    return _first(pages, _parted(order, pages) if made.least < order.goal else _spoken(order, pages, apart=apart))


def _first(pages: Sequence[Layout], *warnings: Problem) -> Layout:
    """The first of the sheets with the others behind it."""
    return dataclasses.replace(pages[0], further=tuple(pages[1:]), warnings=(*warnings, *pages[0].warnings))


def _parted(order: Order, pages: Sequence[Layout]) -> Problem:
    """That photos stay below their goal, even on further sheets, and what would help."""
    least = math.floor(min(page.photo_share for page in pages) * 100)
    goal = f"{order.goal * 100:.0f} %"
    return middle.warned(
        "images",
        f"{len(pages)} sheets, and photos cover {least} % of a page only; {goal} are the aim. "
        "Shorten the texts, or crop the photos.",
        f"{len(pages)} Blätter, und Bilder füllen nur {least} % einer Seite; Ziel sind {goal}. "
        "Bitte Texte kürzen oder die Bilder zuschneiden.",
    )


def _spoken(order: Order, pages: Sequence[Layout], *, apart: bool) -> Problem:
    """That two languages stand on several sheets, and how they are to be hung."""
    number, goal = len(pages), f"{order.goal * 100:.0f} %"
    if not apart:
        return middle.warned(
            "publication/languages",
            f"{number} sheets, each with the photo, questions and contact in both languages and the facts in one, "
            f"so that the photo covers {goal} of the page. Hang them side by side.",
            f"{number} Blätter, jedes mit Bild, Fragen und Kontakt in beiden Sprachen und den Angaben in einer, "
            f"damit das Bild {goal} der Seite füllt. Bitte nebeneinander aushängen.",
        )
    why = (
        (f"so that photos cover {goal} of each", f"damit Bilder {goal} jeder Seite füllen")
        if order.frames
        else ("because one does not hold both", "weil eines nicht beide fasst")
    )
    return middle.warned(
        "publication/languages",
        f"{number} sheets, first all of it in German, then all of it in the other language, {why[0]}. Hang them side "
        "by side, or print them on both sides of the paper.",
        f"{number} Blätter, erst alles auf Deutsch, dann alles in der anderen Sprache, {why[1]}. Bitte nebeneinander "
        "aushängen oder beidseitig drucken.",
    )


def _dealt(order: Order, pages: Sequence[Layout]) -> Problem:
    """That facts stand on further sheets, how many of them, and what would help."""
    goal = f"{order.goal * 100:.0f} %"
    more = len(pages) - 1
    where = (
        ("a further sheet", "einem weiteren Blatt")
        if more == 1
        else (f"{more} further sheets", f"{more} weiteren Blättern")
    )
    away = [part for page in pages[1:] for part in page.named("facts") if part.tag is Tag.VALUE]
    return middle.warned(
        away[0].field,
        f"{len(away)} rows of facts stand on {where[0]}, so that the photo covers {goal} of the page. "
        f"Shorten the texts, and one sheet holds all ({_MANY_ROWS} rows are remembered).",
        f"{len(away)} Zeilen Angaben stehen auf {where[1]}, damit das Bild {goal} der Seite füllt. "
        f"Mit kürzeren Texten reicht ein Blatt ({_MANY_ROWS} Zeilen prägen sich ein).",
    )


def _judged(layout: Layout, order: Order) -> Layout:
    """The layout, with a warning where its photos stay below the goal."""
    if layout.photo_share >= order.goal:
        return layout
    return dataclasses.replace(layout, warnings=(_small(layout, order.sheet, order.goal), *layout.warnings))


def _crowded(layout: Layout) -> NotPublishable:
    share = f"{math.floor(layout.photo_share * 100)} %"
    return refusals.refused(
        "images",
        f"above tear-off strips photos would cover {share} of the poster only. Shorten the texts, or print it without.",
        f"Über Abreißstreifen füllten Bilder nur {share} des Plakats. Bitte Texte kürzen oder ohne Streifen drucken.",
    )


def _small(layout: Layout, sheet: Sheet, goal: float) -> Problem:
    """That the photos cover less than they should, and what would help."""
    rows = sum(len(group.facts) for group in sheet.groups) + len(sheet.whereabouts)
    share = f"{math.floor(layout.photo_share * 100)} %"
    return middle.warned(
        "images",
        f"photos cover {share} of the poster, {goal * 100:.0f} % are the aim; {rows} rows of facts (up to {_MANY_ROWS} "
        "are remembered), long texts and wide photos take the room. Shorten them, or crop the photo.",
        f"Bilder füllen {share} des Plakats, Ziel sind {goal * 100:.0f} %; {rows} Zeilen Angaben (bis zu {_MANY_ROWS} "
        "prägen sich ein), lange Texte und breite Bilder nehmen den Platz. Bitte kürzen oder das Bild zuschneiden.",
    )
