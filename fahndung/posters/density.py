"""How much room the fixed parts of a poster take: ``ROOMY`` first, the closer ones where the photos get too little.

All keep every minimum (phone 30 pt, footer 7 pt); none leaves anything out.
"""

import dataclasses


def steps(high: float, low: float, step: float = 0.5) -> tuple[float, ...]:
    """Sizes from ``high`` down to ``low``, both included."""
    return tuple(high - i * step for i in range(int((high - low) / step + 1e-9) + 1))


Ways = tuple[tuple[tuple[float, ...], int], ...]
"""Ways to set a title, best first: sizes in pt, and the most lines."""

LEAST_PHONE = 30.0
"""pt: read from some metres."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Sizes in pt.

    Attributes:
        said: sizes of office, contact sentence, ways to reach it, and of the lines under them.
        between: space between boxes. above, below: around the middle. pad: inside the contact band.
        boxes_beside: warning and reward stand beside the photo, not across the page.
        frugal: what else can share a line does: role and sender, what is said beside the code, the footer's sentences.
        brief_strips: those to tear off say role, phone and reference only.
    """

    band: Ways
    marker: tuple[float, ...]
    question: Ways
    headline: Ways
    phone: tuple[float, ...]
    said: tuple[float, float, float, float]
    warning: tuple[float, ...]
    reward: tuple[float, ...]
    conditions: float
    between: float
    above: float
    below: float
    pad: float
    brief_strips: bool = False
    frugal: bool = False
    boxes_beside: bool = False


ROOMY = Density(
    band=((steps(60, 40, 1), 1), (steps(40, 28, 1), 2)),
    marker=steps(26, 17),
    question=((steps(36, 27), 1), (steps(30, 22), 2), (steps(26, 15), 3)),
    headline=((steps(16, 12), 1), (steps(15, 12), 2), (steps(12, 11), 3)),
    phone=steps(50, LEAST_PHONE),
    said=(14.0, 10.5, 10.5, 9.0),
    warning=steps(16, 10.5),
    reward=steps(17, 11),
    conditions=9.0,
    between=11.0,
    above=14.0,
    below=12.0,
    pad=11.0,
)

FIRM = Density(
    band=((steps(52, 38, 1), 1), (steps(38, 26, 1), 2)),
    marker=steps(23, 16),
    question=((steps(32, 23), 1), (steps(25, 19), 2), (steps(22, 14.5), 3)),
    headline=((steps(14, 11), 1), (steps(13, 11), 2), (steps(11.5, 10.5), 3)),
    phone=steps(44, LEAST_PHONE),
    said=(13.5, 10.0, 10.0, 9.0),
    warning=steps(14.5, 10),
    reward=steps(15, 10.5),
    conditions=8.5,
    between=9.0,
    above=12.0,
    below=10.0,
    pad=10.0,
)

TIGHT = Density(
    band=((steps(44, 34, 1), 1), (steps(34, 24, 1), 2)),
    marker=steps(20, 15),
    question=((steps(28, 19), 1), (steps(21, 16), 2), (steps(18, 14), 3)),
    headline=((steps(13, 10.5), 1), (steps(12, 10.5), 2), (steps(11, 10), 3)),
    phone=steps(38, LEAST_PHONE),
    said=(13.0, 10.0, 10.0, 8.5),
    warning=steps(13, 9.5),
    reward=steps(13, 10),
    conditions=8.0,
    between=7.0,
    above=10.0,
    below=9.0,
    pad=9.0,
)

CLOSE = Density(
    band=((steps(36, 28, 1), 1), (steps(28, 22, 1), 2)),
    marker=steps(16, 13),
    question=((steps(24, 17.5), 1), (steps(18, 14.5), 2), (steps(16, 13), 3)),
    headline=((steps(11.5, 9.5), 1), (steps(11, 9.5), 2)),
    phone=steps(34, LEAST_PHONE),
    said=(12.0, 9.5, 9.5, 8.5),
    warning=steps(12, 9.5),
    reward=steps(12, 9.5),
    conditions=8.0,
    between=6.0,
    above=8.0,
    below=7.0,
    pad=7.0,
)

DENSITIES = (ROOMY, FIRM, TIGHT, CLOSE)

SPARE = Density(
    band=((steps(28, 24, 1), 1), (steps(24, 20, 1), 2)),
    marker=steps(15, 13),
    question=((steps(22, 17), 1), (steps(17, 14.5), 2), (steps(15, 13), 3)),
    headline=((steps(10.5, 9.5), 1), (steps(10.5, 9.5), 2)),
    phone=steps(32, LEAST_PHONE),
    said=(11.0, 9.5, 9.5, 8.5),
    warning=steps(11, 9.5),
    reward=steps(11, 9.5),
    conditions=8.0,
    between=4.0,
    above=4.0,
    below=4.0,
    pad=5.0,
    brief_strips=True,
)
"""Only for a sheet whose facts go on on another one: the photo is all that it still has to give room to."""

BARE = dataclasses.replace(SPARE, frugal=True)
"""Only where ``SPARE`` does not do either."""

BOXED = dataclasses.replace(BARE, boxes_beside=True)
"""Only for a sheet with a warning or a reward that keeps its photo from the goal everywhere else."""
