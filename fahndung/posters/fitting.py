"""Finding the largest size at which a text holds in a fixed place."""

from collections.abc import Iterable

from fahndung.posters import refusals
from fahndung.posters.composing import stacked
from fahndung.posters.marks import Line, Weight
from fahndung.posters.setting import Misfit, Setter


def largest(
    setter: Setter,
    text: str,
    *,
    weight: Weight,
    sizes: Iterable[float],
    width: float,
    most_lines: int,
    field: str,
) -> tuple[float, tuple[str, ...]]:
    """The first of ``sizes`` (largest first) at which the text takes at most that many balanced lines, and the lines.

    Raises:
        NotPublishable: not even at the last size.
    """
    smallest, taken = 0.0, 0
    for size in sizes:
        smallest = size
        try:
            lines = setter.balanced(text, weight=weight, size=size, width=width, field=field, most=most_lines)
        except Misfit:
            continue
        if len(lines) <= most_lines:
            return size, lines
        taken = len(lines)
    longest = max((setter.width(word, weight, smallest) for word in text.split(" ")), default=0.0)
    if longest > width:
        raise refusals.too_wide(field, needed=longest, available=width)
    if most_lines == 1:
        raise refusals.too_wide(field, needed=setter.width(text, weight, smallest), available=width)
    raise refusals.too_long(field, lines=taken, most=most_lines, available=width)


def equal(
    setter: Setter,
    texts: tuple[str, ...],
    *,
    weight: Weight,
    sizes: Iterable[float],
    width: float,
    most_lines: int,
    field: str,
) -> tuple[float, tuple[tuple[str, ...], ...]]:
    """The largest size at which each of the texts holds as in :func:`largest`, and the lines of each.

    Raises:
        NotPublishable: one does not hold even at the last size.
    """
    sizes = tuple(sizes)

    def held(text: str, least: float) -> tuple[float, tuple[str, ...]]:
        tried = [size for size in sizes if size <= least]
        return largest(setter, text, weight=weight, sizes=tried, width=width, most_lines=most_lines, field=field)

    found = [held(text, sizes[0]) for text in texts]
    size = min(size for size, _ in found)
    again = (held(text, size) if own > size else (own, lines) for text, (own, lines) in zip(texts, found, strict=True))
    return size, tuple(lines for _, lines in again)


def paragraph(
    setter: Setter,
    text: str,
    *,
    weight: Weight,
    size: float,
    width: float,
    most_lines: int,
    color: str,
    y: float,
    field: str,
    leading: float = 1.25,
) -> tuple[tuple[Line, ...], float]:
    """The text at exactly that size from the top ``y`` at the left edge, and its height.

    Raises:
        NotPublishable: a word is too wide, or it takes more lines.
    """
    try:
        lines = setter.lines(text, weight=weight, size=size, width=width, field=field)
    except Misfit as misfit:
        raise refusals.too_wide(field, needed=misfit.needed, available=width) from misfit
    if len(lines) > most_lines:
        raise refusals.too_long(field, lines=len(lines), most=most_lines, available=width)
    return stacked(setter, lines, weight=weight, size=size, color=color, x=0.0, y=y, leading=leading)
