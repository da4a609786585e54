"""What ``check`` and ``build`` say about a poster that holds, and where its photos are too small: why, and what helps.

Plans nothing. Pixels and the form of a photo are named before the texts: where they are the cause, shorter texts
change nothing.
"""

import math
from collections.abc import Sequence

from fahndung.errors import Message, NotPublishable, Problem
from fahndung.posters import crowd, middle, refusals
from fahndung.posters.gallery import LEAST_DPI
from fahndung.posters.head import INNER
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH, Layout, Tag
from fahndung.posters.paging import Order

_MANY_ROWS = 8
"""Facts beyond that are hardly remembered. Source: Hunt, Ioannou, Synnott 2019 (shorter descriptions are)."""
_PAGE = PAGE_WIDTH * PAGE_HEIGHT
_WIDE, _TALL = 1.2, 0.6
"""Width to height: a photo beyond takes more room than its area."""


def small(layout: Layout, order: Order) -> tuple[Problem, ...]:
    """That the photos cover less than they should, and what would help; empty where they do not."""
    if layout.photo_share >= order.goal:
        return ()
    limits = limited(order)
    return limits or (_short_of_room(layout, order),)


def limited(order: Order) -> tuple[Problem, ...]:
    """What keeps photos below their goal whatever the texts are: too few pixels, or the form of a single one."""
    if not order.frames:
        return ()
    by_form = sum(INNER**2 / frame.aspect for frame in order.frames) / _PAGE
    by_pixels = sum(frame.cap**2 / frame.aspect for frame in order.frames) / _PAGE
    field = order.frames[0].field if len(order.frames) == 1 else "images"
    if by_form < min(by_pixels, order.goal) and len(order.frames) == 1:
        return (_too_wide(order, by_form),)
    if by_pixels >= order.goal:
        return ()
    share, goal = _percent(by_pixels), _goal(order)
    return (
        middle.warned(
            field,
            f"the pixels do for {share} of the poster at {LEAST_DPI:.0f} dpi, {goal} are the aim. "
            "Use a larger original; shorter texts do not help.",
            f"Die Pixel reichen bei {LEAST_DPI:.0f} dpi für {share} des Plakats, Ziel sind {goal}. "
            "Bitte ein größeres Original verwenden; kürzere Texte helfen nicht.",
        ),
    )


def _too_wide(order: Order, share: float) -> Problem:
    (frame,) = order.frames
    times = f"{frame.aspect:.1f}"
    return middle.warned(
        frame.field,
        f"the photo is {times} times as wide as high: across the whole poster it covers {_percent(share)} of it, "
        f"{_goal(order)} are the aim. Crop it; shorter texts do not help.",
        f"Das Bild ist {times.replace('.', ',')}-mal so breit wie hoch: Über die ganze Breite füllt es "
        f"{_percent(share)} des Plakats, Ziel sind {_goal(order)}. Bitte zuschneiden; kürzere Texte helfen nicht.",
    )


def _short_of_room(layout: Layout, order: Order) -> Problem:
    sheet = order.sheet
    rows = sum(len(group.facts) for group in sheet.groups) + len(sheet.whereabouts)
    shapes = _shapes(order)
    en = "long texts" + (f" and {' and '.join(word for word, _ in shapes)} photos" if shapes else "")
    de = "lange Texte" + (f" und {' und '.join(wort for _, wort in shapes)} Bilder" if shapes else "")
    helps = ("Shorten them, or crop the photo.", "Bitte kürzen oder das Bild zuschneiden.")
    if not shapes:
        helps = ("Shorten them.", "Bitte kürzen.")
    goal = _goal(order)
    return middle.warned(
        "images",
        f"photos cover {_percent(layout.photo_share)} of the poster, {goal} are the aim; {rows} rows of facts (up to "
        f"{_MANY_ROWS} are remembered), {en} take the room. {helps[0]}",
        f"Bilder füllen {_percent(layout.photo_share)} des Plakats, Ziel sind {goal}; {rows} Zeilen Angaben (bis zu "
        f"{_MANY_ROWS} prägen sich ein), {de} nehmen den Platz. {helps[1]}",
    )


def _shapes(order: Order) -> list[tuple[str, str]]:
    """The forms of photos that take more room than their area."""
    wide = any(frame.aspect > _WIDE for frame in order.frames)
    tall = any(frame.aspect < _TALL for frame in order.frames)
    return [("wide", "breite")] * wide + [("tall", "hohe")] * tall


def crowded(layout: Layout, order: Order) -> NotPublishable:
    """That strips leave too little of the photos, or that these are too small for a poster with them."""
    share = _percent(layout.photo_share)
    if limits := limited(order):
        return refusals.refused(
            limits[0].field,
            f"above tear-off strips it would cover {share} of the poster only; {limits[0].message.en} "
            "Or print it without strips.",
            f"Über Abreißstreifen füllte es nur {share} des Plakats. {limits[0].message.de} "
            "Oder ohne Streifen drucken.",
        )
    return refusals.refused(
        "images",
        f"above tear-off strips photos would cover {share} of the poster only. Shorten the texts, or print it without.",
        f"Über Abreißstreifen füllten Bilder nur {share} des Plakats. Bitte Texte kürzen oder ohne Streifen drucken.",
    )


def unseen(face: float) -> NotPublishable:
    """That above strips a face would be too small, where persons do not move to another sheet for them."""
    share = _tenths(face)
    return refusals.refused(
        "images",
        f"above tear-off strips a face would cover {share.en} of its sheet only, and nobody moves to another sheet for "
        "them. Shorten the texts, or print it without.",
        f"Über Abreißstreifen füllte ein Gesicht nur {share.de} seines Blattes, und niemand wechselt "
        "für Streifen das Blatt. Bitte Texte kürzen oder ohne Streifen drucken.",
    )


def untorn(photos: int, most: int) -> NotPublishable:
    """That so many photos stand on several sheets, which have no strips."""
    return refusals.refused(
        "images",
        f"{photos} photos stand on several sheets, and those have no tear-off strips. Print it without, or show {most} "
        "photos at most.",
        f"{photos} Bilder stehen auf mehreren Blättern, und diese haben keine Abreißstreifen. Bitte ohne drucken oder "
        f"höchstens {most} Bilder zeigen.",
    )


def too_many_beside(photos: int, most: int) -> NotPublishable:
    """That so many photos do not hold in two languages: each has sheets of its own only where one shows all photos."""
    return refusals.refused(
        "images",
        f"{photos} photos do not hold on a poster in two languages with texts as long as these. Show {most} photos "
        "at most, then each language can have a sheet of its own, or print a poster for each language.",
        f"{photos} Bilder passen mit so langen Texten nicht auf ein zweisprachiges Plakat. Bitte höchstens {most} "
        "Bilder zeigen, dann kann jede Sprache ihr eigenes Blatt haben, oder für jede Sprache ein Plakat drucken.",
    )


def _goal(order: Order) -> str:
    return f"{order.goal * 100:.0f} %"


def _percent(share: float) -> str:
    return f"{math.floor(share * 100)} %"


def _tenths(share: float) -> Message:
    told = f"{math.floor(share * 1000) / 10:.1f} %"
    return Message(told, told.replace(".", ","))


def moved(photos: int, sheets: int) -> Problem:
    """That photos stand on further sheets, and how many of them."""
    one = ("photo stands", "Bild steht") if photos == 1 else ("photos stand", "Bilder stehen")
    where = _further(sheets)
    return middle.warned(
        "images",
        f"{photos} {one[0]} on {where[0]}. Hang all of them side by side, or show fewer photos.",
        f"{photos} {one[1]} auf {where[1]}. Bitte alle nebeneinander aushängen oder weniger Bilder zeigen.",
    )


def _further(sheets: int) -> tuple[str, str]:
    if sheets == 1:
        return "a further sheet", "einem weiteren Blatt"
    return f"{sheets} further sheets", f"{sheets} weiteren Blättern"


def persons(order: Order, *spoken: Sequence[Layout]) -> Problem:
    """That persons stand on further sheets, how many of them, and where a face is small even so.

    Args:
        spoken: the sheets; of two languages apart, those of each.
    """
    away = max(sum(part.tag is Tag.SUBHEADING for page in own[1:] for part in page.named("facts")) for own in spoken)
    where = _further(max(map(len, spoken)) - 1)
    least = min(crowd.least_face(page, order) for own in spoken for page in own)
    one = ("person stands", "Person steht") if away == 1 else ("persons stand", "Personen stehen")
    hang = ("Hang all of them side by side", "Bitte alle nebeneinander aushängen")
    if least >= crowd.LEAST_FACE:
        return middle.warned(
            "persons",
            f"{away} {one[0]} on {where[0]}, so that every face can be made out. {hang[0]}.",
            f"{away} {one[1]} auf {where[1]}, damit jedes Gesicht zu erkennen ist. {hang[1]}.",
        )
    share = _tenths(least)
    return middle.warned(
        "persons",
        f"{away} {one[0]} on {where[0]}, and even so a face covers {share.en} of its sheet only. {hang[0]}, or put "
        "fewer persons on a poster.",
        f"{away} {one[1]} auf {where[1]}, und selbst so füllt ein Gesicht nur {share.de} seines "
        f"Blattes. {hang[1]} oder weniger Personen auf ein Plakat nehmen.",
    )


def parted(order: Order, pages: Sequence[Layout]) -> tuple[Problem, ...]:
    """That photos stay below their goal on one of several sheets, and what would help; empty where they do not."""
    least = min(page.photo_share for page in pages)
    if least >= order.goal:
        return ()
    goal, limits = _goal(order), limited(order)
    helps = (" Shorten the texts.", " Bitte Texte kürzen.")
    if _shapes(order):
        helps = (" Shorten the texts, or crop the photos.", " Bitte Texte kürzen oder die Bilder zuschneiden.")
    if limits:
        helps = ("", "")
    told = middle.warned(
        "images",
        f"{len(pages)} sheets, and photos cover {_percent(least)} of a page only; {goal} are the aim.{helps[0]}",
        f"{len(pages)} Blätter, und Bilder füllen nur {_percent(least)} einer Seite; Ziel sind {goal}.{helps[1]}",
    )
    return (*limits, told)


def spoken(order: Order, pages: Sequence[Layout], *, apart: bool) -> Problem:
    """That two languages stand on several sheets, and how they are to be hung."""
    number, goal = len(pages), _goal(order)
    if not apart:
        return middle.warned(
            "publication/languages",
            f"{number} sheets, each with the photo, questions and contact in both languages and the facts in one, "
            f"so that the photo covers {goal} of the page. Hang them side by side.",
            f"{number} Blätter, jedes mit Bild, Fragen und Kontakt in beiden Sprachen und den Angaben in einer, "
            f"damit das Bild {goal} der Seite füllt. Bitte nebeneinander aushängen.",
        )
    why = (f", so that photos cover {goal} of each", f", damit Bilder {goal} jeder Seite füllen")
    if not order.frames:
        why = (", because one does not hold both", ", weil eines nicht beide fasst")
    elif min(page.photo_share for page in pages) < order.goal:
        why = ("", "")
    return middle.warned(
        "publication/languages",
        f"{number} sheets, first all of it in German, then all of it in the other language{why[0]}. Hang them side "
        "by side, or print them on both sides of the paper.",
        f"{number} Blätter, erst alles auf Deutsch, dann alles in der anderen Sprache{why[1]}. Bitte nebeneinander "
        "aushängen oder beidseitig drucken.",
    )


def dealt(order: Order, pages: Sequence[Layout]) -> Problem:
    """That facts stand on further sheets, how many of them, and what would help."""
    goal = _goal(order)
    where = _further(len(pages) - 1)
    away = [part for page in pages[1:] for part in page.named("facts") if part.tag is Tag.VALUE]
    return middle.warned(
        away[0].field,
        f"{len(away)} rows of facts stand on {where[0]}, so that the photo covers {goal} of the page. "
        f"Shorten the texts, and one sheet holds all ({_MANY_ROWS} rows are remembered).",
        f"{len(away)} Zeilen Angaben stehen auf {where[1]}, damit das Bild {goal} der Seite füllt. "
        f"Mit kürzeren Texten reicht ein Blatt ({_MANY_ROWS} Zeilen prägen sich ein).",
    )
