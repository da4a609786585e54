"""The sheets that a poster takes: one; those its facts are dealt to; those of one language each. Warns of nothing."""

import contextlib
import dataclasses
from collections.abc import Callable, Sequence
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import middle, paging, palette, sheets, story, strings, tongues, words
from fahndung.posters.marks import Layout, Photo
from fahndung.posters.paging import PAPERS, Order
from fahndung.posters.sheets import ALONE, Place

_LESSER = (0.2, 0.17, 0.14, 0.11, 0.08)
"""What a single photo shall cover at least, tried in this order, on a sheet on which it cannot reach its goal."""
_BOTH = 2
"""Sheets on which both languages stand; where they take more, fewer of one language each are looked for."""


class Spread(NamedTuple):
    """The sheets in order, and whether each of them speaks one of two languages."""

    pages: tuple[Layout, ...]
    apart: bool = False

    @property
    def least(self) -> float:
        """The least share of a sheet that photos cover."""
        return min(page.photo_share for page in self.pages)


def spread(order: Order, place: Place = ALONE) -> tuple[Layout, ...]:
    """The page; the sheets, where facts leave a single photo too little of one.

    Raises:
        NotPublishable: it does not hold.
    """
    if sheets.may_reach(order) and (made := paging.reaching(order, place.line)) is not None:
        return (made,)
    pages = _nearest(order, place)
    if pages is not None and pages[0].photo_share >= order.goal:
        return pages
    try:
        alone = paging.best(order, place.line)
    except NotPublishable:
        if pages is None:
            raise
        return pages
    return pages if pages is not None and Spread(pages).least > alone.photo_share else (alone,)


def _nearest(order: Order, place: Place) -> tuple[Layout, ...] | None:
    """The page, or sheets, on which a single photo comes as near to its goal as it can; None where it cannot."""
    if len(order.frames) != 1:
        return None
    aims = [aim for aim in (order.goal, *_LESSER) if sheets.may_reach(dataclasses.replace(order, aim=aim))]
    made = (sheets.dealt(order, aims[at:], place) for at in range(len(aims)))
    return next((pages for pages in made if pages is not None), None)


def bilingual(order: Order, photos: Sequence[Photo]) -> Spread:
    """Both languages on one sheet, or its facts on one for each; all of each language on sheets of its own where photos
    get more of the page so and do not reach their goal otherwise, or where it takes fewer.

    Raises:
        NotPublishable: it does not hold in either way.
    """
    reaching = _reaching(order)
    if reaching is not None and len(reaching.pages) <= _BOTH:
        return reaching
    refusal: NotPublishable | None = None
    try:
        parted = Spread(_apart(order, photos), apart=True)
    except NotPublishable as found:
        refusal, parted = found, None
    if parted is not None and parted.least >= order.goal:
        return parted if reaching is None or len(parted.pages) < len(reaching.pages) else reaching
    together = reaching or _held(lambda: paging.best(order))
    if parted is None and together is None:
        assert refusal is not None
        raise refusal
    return max(filter(None, (together, parted)), key=lambda made: made.least)


def _reaching(order: Order) -> Spread | None:
    """Sheets that speak both languages and on each of which photos reach their goal; None where there are none."""
    if not sheets.may_reach(order):
        made = _held(lambda: paging.best(order))
        return made if made is not None and made.least >= order.goal else None
    if (page := paging.reaching(order)) is not None:
        return Spread((page,))
    pages = sheets.dealt(order, (order.goal,))
    return Spread(pages) if pages is not None and Spread(pages).least >= order.goal else None


def _held(make: Callable[[], Layout]) -> Spread | None:
    with contextlib.suppress(NotPublishable):
        return Spread((make(),))
    return None


def _apart(both: Order, photos: Sequence[Photo]) -> tuple[Layout, ...]:
    """All of it in German, then all of it in the other language: each as it is planned alone, with a line on every
    sheet that says to the readers of either where theirs begins.

    Raises:
        NotPublishable: one of them does not hold.
    """
    german, other = (_alone(one, photos, both.paper) for one in both.sheet.apart)

    def line(before: int) -> str:
        own, its = (
            words.word(one.sheet, "page-language", number=str(number)) for one, number in ((german, 1), (other, before + 1))
        )
        return f"{own} · {tongues.switched(its)}"

    before = 1
    while len(mine := spread(german, Place(0, 1, line(before)))) > before:
        before = len(mine)
    its = spread(other, Place(before, 0, line(before)))
    if len(mine) > 1 and len(its) > 1:
        mine = spread(german, Place(0, len(its), line(before)))
    return (*mine, *(_in_language(page, other.sheet.lang) for page in its))


def _alone(untrusted_sheet: Sheet, photos: Sequence[Photo], paper: str) -> Order:
    sheet = strings.checked(untrusted_sheet)
    told = story.story(sheet, palette.band(sheet.category))
    return Order(sheet=sheet, frames=middle.frames(sheet, photos, PAPERS[paper]), told=told, paper=paper)


def _in_language(page: Layout, lang: str) -> Layout:
    """The page as one of a document in another language; parts in two say for each piece which it is."""
    parts = (
        part if tongues.plain(part.text) != part.text else dataclasses.replace(part, lang=lang) for part in page.parts
    )
    return dataclasses.replace(page, parts=tuple(parts))
