"""The QR code of a poster.

Draws nothing; refuses addresses that make the modules too small.
"""

import functools

from fahndung.model.sheet import Sheet
from fahndung.posters import encoding, palette, refusals, strings, words
from fahndung.posters.marks import MM, Area, Code, Part, Tag

SIDE = 33 * MM
"""With the quiet zone; readable from about 0.3 m."""
LARGEST_SIDE = 43 * MM
MODULE = 0.8 * MM
"""A module is never smaller."""
QUIET = 4
"""Modules of white on each side. Source: ISO/IEC 18004, quiet zone of QR codes."""


@functools.lru_cache(maxsize=4)
def matrix(url: str, correction: str) -> encoding.Matrix | None:
    """Rows of 0 and 1, without a quiet zone; None: too long. Kept: a poster asks for its size first, draws it later."""
    return encoding.matrix(url, correction)


def correction(url: str) -> tuple[str, int]:
    """The error correction (``q``, else ``m``) at which the modules are large enough, and modules a side.

    Raises:
        NotPublishable: the address is too long, or not plain ASCII.
    """
    field = strings.field_of("page_url")
    if not url.isascii():
        raise refusals.refused(
            field,
            "the address holds letters beyond ASCII; write the host in its xn-- form.",
            "Die Adresse enthält Zeichen außerhalb von ASCII; bitte den Rechnernamen in der xn---Form schreiben.",
        )
    most = int(LARGEST_SIDE / MODULE) - 2 * QUIET
    for level in ("q", "m"):
        made = matrix(url, level)
        if made is not None and len(made) <= most:
            return level, len(made)
    raise refusals.refused(
        field,
        f"the address has {len(url)} characters; a QR code readable on paper holds 122. Use a shorter one.",
        f"Die Adresse hat {len(url)} Zeichen; ein auf Papier lesbarer QR-Code fasst 122. Bitte eine kürzere.",
    )


def code(sheet: Sheet) -> tuple[Part, float]:
    """The code relative to its top left corner, and its side in pt.

    Raises:
        NotPublishable: the address does not fit.
    """
    url = sheet.page_url
    level, modules = correction(url)
    side = max(SIDE, (modules + 2 * QUIET) * MODULE)
    figure = Part(
        name="code",
        field=strings.field_of("page_url"),
        text=f"{words.word(sheet, 'code-alt')} {url}",
        marks=(
            Area(x=0, y=0, width=side, height=side, color=palette.WHITE, radius=4),
            Code(x=0, y=0, side=side, url=url, correction=level),
        ),
        tag=Tag.FIGURE,
    )
    return figure, side
