"""Finding the largest size at which a text holds in a fixed place."""

from collections.abc import Iterable

from fahndung.posters import refusals
from fahndung.posters.marks import Line, Weight
from fahndung.posters.setting import Misfit, Setter
from fahndung.posters.story import stacked


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
    smallest = 0.0
    for size in sizes:
        smallest = size
        try:
            lines = setter.balanced(text, weight=weight, size=size, width=width, field=field, most=most_lines)
        except Misfit:
            continue
        if len(lines) <= most_lines:
            return size, lines
    longest = max((setter.width(word, weight, smallest) for word in text.split(" ")), default=0.0)
    if longest > width:
        raise refusals.too_wide(field, needed=longest, available=width)
    needed = setter.width(text, weight, smallest)
    raise refusals.too_wide(field, needed=needed, available=width * most_lines)


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
        high = size * setter.leading(leading)
        raise refusals.too_high(field, needed=len(lines) * high, available=most_lines * high)
    return stacked(setter, lines, weight=weight, size=size, color=color, x=0.0, y=y, leading=leading)
