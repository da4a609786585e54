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
from fahndung.posters import bidi, middle, palette, refusals, strings, words
from fahndung.posters.body import Search
from fahndung.posters.density import DENSITIES, TIGHT, Density
from fahndung.posters.foot import foot
from fahndung.posters.gallery import Frame
from fahndung.posters.head import INNER, head
from fahndung.posters.marks import Layout, Photo, mirrored
from fahndung.posters.setting import Setter
from fahndung.posters.story import continued, story

PAPERS = {"a4": 1.0, "a3": 2**0.5}
"""Paper to the factor from A4 points to its own."""

MOST_PHOTOS = 12
"""On the first page."""
MOST_ON_A_PAGE = 20
MOST_PAGES = 4
_FEWER = (6, 4, 2, 1)
"""How many photos the first page keeps, tried in this order, where another page is needed anyway."""

_LONG_WORD = 24
_GOALS = (0.0, 0.25, 0.20)
"""Share of the page that no, one, several photos shall cover. What yields for it, and in which order: decision 0041."""
_FAIR_SIZE = 11.0
"""pt; where the text would get smaller for the goal, closer fixed parts are tried as well."""
_MANY_ROWS = 8
"""Facts beyond that are hardly remembered. Source: Hunt, Ioannou, Synnott 2019 (shorter descriptions are)."""
_COST_OF_DENSITY = 0.02
_LEAST_SHARE_ABOVE_STRIPS = 0.08
"""Share of the page; strips are an extra and never worth faces that nobody can make out."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A layout, and what its middle is worth."""

    layout: Layout
    worth: float


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
            made = _paged(sheet, frames, count, paper, strips=strips)
        except NotPublishable as found:
            refusal = refusal or found
            if any(problem.field != "images" for problem in found.problems):
                break
        else:
            return mirrored(made) if bidi.right_to_left(sheet.lang) else made
    assert refusal is not None
    raise refusal


def _paged(sheet: Sheet, frames: tuple[Frame, ...], count: int, paper: str, *, strips: bool) -> Layout:
    """The first page with ``count`` photos, and as few further ones as the others need."""
    others = frames[count:]
    pages = -(-len(others) // MOST_ON_A_PAGE)
    first = _first(sheet, frames[:count], paper, strips=strips, more=bool(others))
    each = -(-len(others) // pages) if pages else 0
    further = tuple(
        _further(sheet, others[i * each : (i + 1) * each], paper, number=i + 2, pages=pages + 1) for i in range(pages)
    )
    return dataclasses.replace(first, further=further)


def _first(sheet: Sheet, frames: tuple[Frame, ...], paper: str, *, strips: bool, more: bool) -> Layout:
    """The first page: the least close density whose photos reach the goal, else the best of all.

    Raises:
        NotPublishable: none holds.
    """
    told = story(sheet, palette.band(sheet.category), more=words.word(sheet, "more") if more else "")
    goal = _GOALS[min(len(frames), 2)]
    refusal: NotPublishable | None = None
    for hyphenate in (True,) if _has_long_word(sheet) else (False, True):  # only where it does not hold otherwise
        setter = Setter(language=sheet.lang, hyphenate=hyphenate, beside=sheet.beside)
        search = Search(setter, frames, told, width=INNER, goal=goal, scale=PAPERS[paper])
        best, worth = None, -math.inf
        for cost, density in enumerate(DENSITIES):
            try:
                above = worth + cost * _COST_OF_DENSITY
                made = _page(sheet, setter, search, density, paper, strips=strips, above=above)
            except NotPublishable as found:
                refusal = found
                continue
            if made is not None:
                best, worth = made, made.worth - cost * _COST_OF_DENSITY
            if best is not None and (not frames or _well(best.layout, goal)):
                break
        if best is not None:
            if strips and frames and best.layout.photo_share < _LEAST_SHARE_ABOVE_STRIPS:
                raise _crowded(best.layout)
            return _judged(best.layout, sheet, goal)
    assert refusal is not None
    raise refusal


def _page(
    sheet: Sheet,
    setter: Setter,
    search: Search,
    density: Density,
    paper: str,
    *,
    strips: bool = False,
    first: bool = True,
    above: float = -math.inf,
) -> _Planned | None:
    """One page at that density; None where it holds but is worth no more than ``above``.

    Raises:
        NotPublishable: it does not hold.
    """
    head_parts, top = head(sheet, setter, density)
    foot_parts, bottom = foot(sheet, setter, density, strips=strips, first=first)
    top, bottom = top + density.above, bottom - density.below
    body = search.best(bottom - top, above=above)
    if body is None:
        if above > -math.inf:
            return None
        raise search.shortage(bottom - top)
    made = middle.parts(body, sheet, top, bottom - top)
    layout = Layout(
        paper=paper,
        scale=PAPERS[paper],
        parts=head_parts + made + foot_parts,
        body_size=body.size,
        warnings=middle.coarse_photos(made, paper),
    )
    return _Planned(layout=layout, worth=body.score)


def _well(layout: Layout, goal: float) -> bool:
    return layout.photo_share >= goal and layout.body_size >= _FAIR_SIZE


def _judged(layout: Layout, sheet: Sheet, goal: float) -> Layout:
    """The layout, with a warning where its photos stay below the goal."""
    if layout.photo_share >= goal:
        return layout
    return dataclasses.replace(layout, warnings=(_small(layout, sheet, goal), *layout.warnings))


def _further(sheet: Sheet, frames: tuple[Frame, ...], paper: str, *, number: int, pages: int) -> Layout:
    """A page of photos that may hang alone: who seeks whom, whom to call, until when, by whose order, stands here too.

    Raises:
        NotPublishable: the photos do not hold.
    """
    setter = Setter(language=sheet.lang, hyphenate=True, beside=sheet.beside)
    told = continued(sheet, words.word(sheet, "page", number=str(number), pages=str(pages)))
    search = Search(setter, frames, told, width=INNER, goal=0.0, scale=PAPERS[paper])
    made = _page(sheet, setter, search, TIGHT, paper, first=False)
    assert made is not None  # nothing to be worth more than
    return made.layout


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


def _has_long_word(sheet: Sheet) -> bool:
    rows = [row for group in (*sheet.groups,) for row in group.facts] + list(sheet.whereabouts)
    texts = [sheet.summary, *sheet.questions, *(text for row in rows for text in (row.label, row.value))]
    return any(len(word) >= _LONG_WORD for text in texts for word in text.split())
