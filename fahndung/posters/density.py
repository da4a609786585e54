"""How much room the fixed parts of a poster take: ``ROOMY`` first, ``TIGHT`` where the middle does not hold otherwise.

Both keep every minimum (phone 18 pt, at least 30 pt where it fits; footer 7 pt); neither leaves anything out.
"""

import dataclasses


def steps(high: float, low: float, step: float = 0.5) -> tuple[float, ...]:
    """Sizes from ``high`` down to ``low``, both included."""
    return tuple(high - i * step for i in range(int((high - low) / step + 1e-9) + 1))


Ways = tuple[tuple[tuple[float, ...], int], ...]
"""Ways to set a title, best first: sizes in pt, and the most lines."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Sizes in pt; ``between`` is the space between boxes, ``above`` and ``below`` that around the middle."""

    band: Ways
    marker: tuple[float, ...]
    question: Ways
    headline: Ways
    phone: tuple[float, ...]
    warning: tuple[float, ...]
    reward: tuple[float, ...]
    conditions: float
    between: float
    above: float
    below: float


ROOMY = Density(
    band=((steps(60, 40, 1), 1), (steps(40, 28, 1), 2)),
    marker=steps(26, 17),
    question=((steps(36, 27), 1), (steps(30, 22), 2), (steps(26, 15), 3)),
    headline=((steps(16, 12), 1), (steps(15, 12), 2), (steps(12, 11), 3)),
    phone=steps(50, 18),
    warning=steps(16, 10.5),
    reward=steps(17, 11),
    conditions=9.0,
    between=11.0,
    above=14.0,
    below=12.0,
)

TIGHT = Density(
    band=((steps(44, 34, 1), 1), (steps(34, 24, 1), 2)),
    marker=steps(20, 15),
    question=((steps(28, 19), 1), (steps(21, 16), 2), (steps(18, 14), 3)),
    headline=((steps(13, 10.5), 1), (steps(12, 10.5), 2), (steps(11, 10), 3)),
    phone=steps(34, 18),
    warning=steps(13, 9.5),
    reward=steps(13, 10),
    conditions=8.0,
    between=7.0,
    above=10.0,
    below=9.0,
)
