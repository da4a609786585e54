"""The sheets that a poster takes: one; those its facts are dealt to; those of one language each. Warns of nothing."""

import contextlib
import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import advice, crowd, middle, paging, palette, sheets, story, strings, tongues, words
from fahndung.posters.density import SPARE
from fahndung.posters.marks import Layout, Photo
from fahndung.posters.paging import PAPERS, Order
from fahndung.posters.sheets import ALONE, Place

_LESSER = (0.2, 0.17, 0.14, 0.11, 0.08)
"""What a single photo shall cover at least, tried in this order, on a sheet on which it cannot reach its goal."""

_LARGER = 1.02
"""Times as large, a photo is worth another sheet."""


class Spread(NamedTuple):
    """The sheets in order, and how many speak German alone: the others the other language alone; none: both."""

    pages: tuple[Layout, ...]
    german: int = 0

    @property
    def least(self) -> float:
        """The least share of a sheet that photos cover."""
        return min(page.photo_share for page in self.pages)


def spread(order: Order, place: Place = ALONE) -> tuple[Layout, ...]:
    """The page; the sheets, where facts leave a single photo too little of one.

    Raises:
        NotPublishable: it does not hold.
    """
    if order.strips and crowd.of(order):
        return _torn(order)
    if sheets.may_reach(order) and (made := paging.reaching(order, place.line)) is not None:
        return (made,)
    pages = _nearest(order, place)
    if pages is not None and pages[0].photo_share >= order.goal:
        return pages
    try:
        alone = paging.best(order, place.line)
    except NotPublishable:
        if pages is None and (pages := _by_persons(order, place)) is None:
            raise
        return pages
    if not crowd.made_out(alone, order):
        pages = _by_persons(order, place, above=crowd.least_face(alone, order) * _LARGER)
        return pages or (alone,)
    return pages if pages is not None and Spread(pages).least > alone.photo_share else (alone,)


def _torn(order: Order) -> tuple[Layout, ...]:
    """Persons on as many sheets as without strips, the same on each: nobody moves to another sheet for strips.

    Raises:
        NotPublishable: they do not hold so, or faces that could be made out without strips cannot above them.
    """
    plain = spread(dataclasses.replace(order, strips=False))
    if not plain[1:]:
        return (paging.best(order),)
    pages = crowd.on(order, len(plain))
    if crowd.made_out(plain[0], order) and not crowd.made_out(pages[0], order):
        raise advice.unseen(crowd.least_face(pages[0], order))
    return pages


def _by_persons(order: Order, place: Place, *, above: float = 0.0) -> tuple[Layout, ...] | None:
    """Sheets of whole persons with larger faces than one has; None where it does with one."""
    return crowd.dealt(order, place, above=above) if crowd.of(order) else None


def _nearest(order: Order, place: Place) -> tuple[Layout, ...] | None:
    """The page, or sheets, on which a single photo comes as near to its goal as it can; None where it cannot."""
    if len(order.frames) != 1:
        return None
    aims = [aim for aim in (order.goal, *_LESSER) if sheets.may_reach(dataclasses.replace(order, aim=aim))]
    made = (sheets.dealt(order, aims[at:], place) for at in range(len(aims)))
    return next((pages for pages in made if pages is not None), None)


def bilingual(order: Order, photos: Sequence[Photo]) -> Spread:
    """Both languages on one sheet, or on two with the facts of one each; where photos do not reach their goal so and
    get more of the page on sheets of one language each, these.

    Raises:
        NotPublishable: it does not hold in either way.
    """
    can_reach = sheets.may_reach(order)
    together = _reaching(order) if can_reach else _held(order)
    if together is not None and _enough(together, order):
        return together
    try:
        parted = _apart(order, photos)
    except NotPublishable:
        if (together := together or _held(order)) is None:
            raise
        return together
    if parted.least < order.goal and can_reach:
        together = _held(order)
    return parted if together is None or parted.least > together.least else together


def _enough(made: Spread, order: Order) -> bool:
    """Whether photos reach their goal, or a single one is nearly as large as its form and pixels let it be anywhere."""
    larger = dataclasses.replace(order, aim=made.least * _LARGER)
    return made.least >= order.goal or (len(order.frames) == 1 and not sheets.may_reach(larger))


def _reaching(order: Order) -> Spread | None:
    """Both languages on one sheet, or the facts of each on one of two, with the photo at its goal; None: not so."""
    if (page := paging.reaching(order)) is not None:
        return Spread((page,))
    german, other = (story.spoken(order.told, other=each) for each in (False, True))
    _, *more = tongues.paragraphs(words.word(order.sheet, "more-facts", number="2"))
    pages = []
    for told, title in (
        (story.hinting(german, tuple(more)), ""),
        (other, words.word(order.sheet, "page-facts", number="2", pages="2")),
    ):
        own = dataclasses.replace(order, told=told)
        page = paging.reaching(own, title) or paging.sparing(own, SPARE, title)
        if page is None:
            return None
        pages.append(page)
    return Spread(tuple(pages))


def _held(order: Order) -> Spread | None:
    """All of it on one sheet, whatever is left to photos; None where it does not hold."""
    with contextlib.suppress(NotPublishable):
        return Spread((paging.best(order),))
    return None


def _apart(both: Order, photos: Sequence[Photo]) -> Spread:
    """All of it in German, then all of it in the other language: each as it is planned alone, with a line on every
    sheet that says to the readers of either where theirs begins.

    Raises:
        NotPublishable: one of them does not hold.
    """
    german, other = (_alone(one, photos, both.paper) for one in both.sheet.apart)

    def line(before: int) -> str:
        own, its = (
            words.word(one.sheet, "page-language", number=str(number))
            for one, number in ((german, 1), (other, before + 1))
        )
        return f"{own} · {tongues.switched(its)}"

    before = 1  # the other language mostly takes as many
    while len(mine := spread(german, Place(0, before, line(before)))) > before:
        before = len(mine)
    its = spread(other, Place(before, 0, line(before)))
    if len(mine) > 1 and len(its) != before:
        mine = spread(german, Place(0, len(its), line(before)))
    return Spread((*mine, *(_in_language(page, other.sheet.lang) for page in its)), german=len(mine))


def _alone(untrusted_sheet: Sheet, photos: Sequence[Photo], paper: str) -> Order:
    sheet = strings.checked(untrusted_sheet)
    told = story.story(sheet, palette.band(sheet.category))
    return Order(sheet=sheet, frames=middle.frames(sheet, photos, PAPERS[paper]), told=told, paper=paper)


def _in_language(page: Layout, lang: str) -> Layout:
    """The page as one of a document in another language; parts in two say for each piece which it is."""
    parts = (part if tongues.plain(part.text) != part.text else part._replace(lang=lang) for part in page.parts)
    return page._replace(parts=tuple(parts))
