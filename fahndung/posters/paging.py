"""One page of a poster: the least close way to set it whose photos reach their share of the paper."""

import contextlib
import dataclasses
import functools
import math
from collections.abc import Callable
from typing import NamedTuple

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import middle
from fahndung.posters.body import Search
from fahndung.posters.boxes import Box, beside
from fahndung.posters.dealing import Frame
from fahndung.posters.density import DENSITIES, TIGHT, Density
from fahndung.posters.foot import foot
from fahndung.posters.head import INNER, head
from fahndung.posters.marks import Layout, Part
from fahndung.posters.setting import Setter
from fahndung.posters.story import Story

PAPERS = {"a4": 1.0, "a3": 2**0.5}
"""Paper to the factor from A4 points to its own."""

_GOALS = (0.0, 0.25, 0.20)
"""Share of the page that no, one, several photos shall cover. What yields for it, and in which order: decision 0041."""
_LONG_WORD = 24
_FAIR_SIZE = 11.0
"""pt; where the text would get smaller for the goal, closer fixed parts are tried as well."""
_CLEARLY = 1.05
"""Times as large, photos are worth smaller texts than the usual way to set a page has."""
_COST_OF_DENSITY = 0.02
_COST_OF_THRIFT = 0.02


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a page is made of: words, photos, paper, and whether strips to tear off stand at its lower edge."""

    sheet: Sheet
    frames: tuple[Frame, ...]
    told: Story
    paper: str
    strips: bool = False
    aim: float | None = None
    """A lesser share of the page for the photos, where their goal is out of reach."""
    setters: dict[bool, Setter] = dataclasses.field(default_factory=dict, compare=False)
    """By whether they hyphenate: what was measured for one page is not measured again for the next."""

    def setter(self, *, hyphenate: bool) -> Setter:
        """Sets the page's texts."""
        if not self.setters:
            setter = Setter(language=self.sheet.lang, hyphenate=True, beside=self.sheet.beside)
            self.setters.update({True: setter, False: setter.unbroken()})
        return self.setters[hyphenate]

    @property
    def goal(self) -> float:
        """The share of the page that the photos shall cover."""
        return _GOALS[min(len(self.frames), 2)] if self.aim is None else self.aim

    def search(
        self,
        setter: Setter,
        goal: float,
        *,
        thrifty: bool = False,
        strict: bool = False,
        boxes: Callable[[float, float], Box | None] | None = None,
        beyond: float | None = None,
    ) -> Search:
        """The search for the page's middle."""
        return Search(
            setter,
            self.frames,
            self.told,
            width=INNER,
            goal=goal,
            scale=PAPERS[self.paper],
            thrifty=thrifty,
            strict=strict,
            boxes=boxes,
            beyond=beyond,
        )


class _Planned(NamedTuple):
    """A layout, and what its middle is worth."""

    layout: Layout
    worth: float


def best(order: Order, title: str = "") -> Layout:
    """The page: roomy if the photos reach their goal so, else closer, else thrifty; the best of all if none does.

    Raises:
        NotPublishable: none holds.
    """
    refusal: NotPublishable | None = None
    for hyphenate in _hyphenations(order):
        try:
            made = _best(order, order.setter(hyphenate=hyphenate), title=title)
        except NotPublishable as found:
            refusal = found
        else:
            assert made is not None  # not strict
            return made
    assert refusal is not None
    raise refusal


def reaching(order: Order, title: str = "") -> Layout | None:
    """The page as :func:`best` makes it if its photo reaches the goal, quickly told; None if it does not."""
    for hyphenate in _hyphenations(order):
        with contextlib.suppress(NotPublishable):
            if (made := _best(order, order.setter(hyphenate=hyphenate), title=title, strict=True)) is not None:
                return made
    return None


def sparing(order: Order, density: Density, title: str = "") -> Layout | None:
    """The page with as little paper for its words as can be, if its photo reaches the goal so; None if not."""
    setter = order.setter(hyphenate=True)
    try:
        made = _page(order, setter, _frugal(order, setter, density), density, title=title)
    except NotPublishable:
        return None
    return None if made is None else made.layout


def spares(order: Order, density: Density, title: str = "") -> bool:
    """Whether :func:`sparing` makes a page, quickly told."""
    setter = order.setter(hyphenate=True)
    try:
        _, _, top, bottom = _edges(order, setter, density, title)
    except NotPublishable:
        return False
    return _frugal(order, setter, density).holds(bottom - top)


def _frugal(order: Order, setter: Setter, density: Density) -> Search:
    """The search for a middle that takes as little paper as can be, with the boxes where that density has them."""
    boxes = functools.partial(beside, order.sheet, setter, density) if density.boxes_beside else None
    return order.search(setter, order.goal, thrifty=True, strict=True, boxes=boxes)


def further(order: Order, title: str) -> Layout:
    """A page that may hang alone: who seeks whom, whom to call, until when, by whose order, stands here too.

    Raises:
        NotPublishable: it does not hold.
    """
    setter = order.setter(hyphenate=True)
    made = _page(order, setter, order.search(setter, 0.0), TIGHT, title=title)
    assert made is not None  # nothing to be worth more than
    return made.layout


def _hyphenations(order: Order) -> tuple[bool, ...]:
    """Whether words are hyphenated: at once where there are long ones, else only where nothing holds without."""
    return (True,) if _has_long_word(order.sheet) else (False, True)


def _best(order: Order, setter: Setter, *, title: str = "", strict: bool = False) -> Layout | None:
    """The best page that this setter makes; the thrifty way only where it makes the photos reach their goal, or holds.

    A ``strict`` one is made only if they reach it; None if they do not.

    Raises:
        NotPublishable: none holds.
    """
    refusal: NotPublishable | None = None
    best, worth = None, -math.inf
    for sparing, densities in ((False, DENSITIES), (True, DENSITIES[-1:])):
        enough = best is not None and (not order.strips or best.photo_share >= order.goal / 2)
        search = order.search(setter, order.goal, thrifty=sparing, strict=strict or (sparing and enough))
        for density in densities:
            cost = DENSITIES.index(density) * _COST_OF_DENSITY + sparing * _COST_OF_THRIFT
            try:
                made = _page(order, setter, search, density, title=title, above=worth + cost)
            except NotPublishable as found:
                refusal = found
                continue
            if made is not None:
                best, worth = made.layout, made.worth - cost
            if best is not None and (not order.frames or _well(best, order.goal)):
                break
        if best is not None and best.photo_share >= order.goal:
            return best
    if not strict and (finer := _finer(order, setter, best, title)) is not None:
        return finer
    if best is None and refusal is not None:
        raise refusal
    return best


def _finer(order: Order, setter: Setter, usual: Layout | None, title: str) -> Layout | None:
    """The best page with persons in finer cells whose photos cover clearly more than the usual one's; None for none."""
    if len({frame.of for frame in order.frames if len(frame.of) == 1}) < 2:
        return None
    search = order.search(setter, order.goal, beyond=usual.photo_share * _CLEARLY if usual is not None else 0.0)
    best, worth = None, -math.inf
    for at, density in enumerate(DENSITIES):
        with contextlib.suppress(NotPublishable):
            made = _page(order, setter, search, density, title=title, above=worth + at * _COST_OF_DENSITY)
            if made is not None:
                best, worth = made.layout, made.worth - at * _COST_OF_DENSITY
    return best


def _page(
    order: Order, setter: Setter, search: Search, density: Density, *, title: str = "", above: float = -math.inf
) -> _Planned | None:
    """One page at that density; None where it holds but is worth no more than ``above``, or a strict search ends.

    Raises:
        NotPublishable: it does not hold.
    """
    head_parts, foot_parts, top, bottom = _edges(order, setter, density, title)
    body = search.best(bottom - top, above=above)
    if body is None:
        if above > -math.inf or search.strict:
            return None
        raise search.shortage(bottom - top)
    made = middle.parts(body, order.sheet, top, bottom - top)
    layout = Layout(
        paper=order.paper,
        scale=PAPERS[order.paper],
        parts=head_parts + made + foot_parts,
        body_size=body.size,
    )
    return _Planned(layout=layout, worth=body.score)


def _edges(
    order: Order, setter: Setter, density: Density, title: str
) -> tuple[tuple[Part, ...], tuple[Part, ...], float, float]:
    """The parts of the top and of the bottom, and where the middle begins and ends.

    Raises:
        NotPublishable: they do not hold.
    """
    head_parts, top = head(order.sheet, setter, density, page=title)
    foot_parts, bottom = foot(order.sheet, setter, density, torn=order.strips)
    return head_parts, foot_parts, top + density.above, bottom - density.below


def _well(layout: Layout, goal: float) -> bool:
    return layout.photo_share >= goal and layout.body_size >= _FAIR_SIZE


def _has_long_word(sheet: Sheet) -> bool:
    rows = [row for group in (*sheet.groups,) for row in group.facts] + list(sheet.whereabouts)
    texts = [sheet.summary, *sheet.questions, *(text for row in rows for text in (row.label, row.value))]
    return any(len(word) >= _LONG_WORD for text in texts for word in text.split())
