"""Lines that go on: each ends with the space of its text, or with a soft hyphen where a word goes on.

Many readers copy, search or read aloud what is drawn and know nothing of ActualText; for them, words across lines must
not glue together nor fall apart. Measures nothing: a space at the end moves nothing, and both hyphens look the same.
Source: ISO 32000-1, 14.8.2.2.3 (hyphenation).
"""

from collections.abc import Iterator

from fahndung.posters import bidi, fonts
from fahndung.posters.marks import Line, Mark, Part

_BETWEEN = 1
"""Letters of a part's text that its lines may leave out in one place: the full stop between two captions."""


def marks(part: Part) -> Iterator[Mark]:
    """The part's marks, its lines with what is between them.

    Lines that are not found in the part's text stay as they are.
    """
    letters, spaces = _squeezed(part.text)
    at = 0
    for mark in part.marks:
        if not isinstance(mark, Line):
            yield mark
            continue
        text, _ = _squeezed(bidi.plain(mark.text))
        drawn, found = mark.text, letters.find(text, at, at + len(text) + _BETWEEN)
        if found < 0 and text.endswith("-"):
            text = text[:-1]
            if mark.text.endswith("-"):  # else an isolate ends the line, and whoever joins letters draws no soft hyphen
                drawn = mark.text[:-1] + fonts.SOFT_HYPHEN
            found = letters.find(text, at, at + len(text) + _BETWEEN)
        if found < 0:
            yield mark
            continue
        at = found + len(text)
        goes_on = at in spaces or (letters[at : at + 1] == "." and at + 1 in spaces)
        yield mark._replace(text=f"{drawn} " if goes_on else drawn)


def _squeezed(text: str) -> tuple[str, frozenset[int]]:
    """The text without white space and soft hyphens, and the places in it before which there was a space."""
    words = text.replace(fonts.SOFT_HYPHEN, "").split()
    places, at = [], 0
    for word in words:
        places.append(at)
        at += len(word)
    return "".join(words), frozenset(places)
