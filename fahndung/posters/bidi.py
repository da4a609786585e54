"""Which pieces of a line run from left to right inside a text that runs from right to left.

A line that is part of such a text carries its directions in itself: whatever runs from left to right (numbers, plates,
dates, addresses, names in Latin letters) stands in an isolate, LRI … PDI, and inside it every character runs that way.
With all of them isolated nothing is left for the bidirectional algorithm to guess: what stands outside has one
direction, so a line has the same order whether it is looked at alone or within its paragraph.
Source: Unicode Standard Annex 9, revision 50, rules X5b, X6a, L2, read 2026-11-27.

Measures nothing and shapes nothing.
"""

import dataclasses
import functools
import re
import unicodedata

LANGUAGES = frozenset({"ar", "fa"})
"""Languages whose sheets run from right to left."""

LRI = "\u2066"
PDI = "\u2069"
RLM = "\u200f"
ZWNJ = "\u200c"

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_DIGITS = frozenset({"EN", "AN"})
_SPACE = " \u00a0"
_OPENERS = "([{«‹„‚“‘"
_CLOSERS = {"(": ")", "[": "]", "{": "}", "«": "»", "‹": "›", "„": "“”", "‚": "‘’", "“": "”", "‘": "’"}
_MIRRORED = frozenset("()[]{}«»‹›")
_WORD = re.compile(f"[^{_SPACE}]+")
_BEFORE = "+-−±#@/_~$€£§°<>=*"
"""Signs that belong to what directly follows them."""
_AFTER = "%‰°€$£+*"
"""Signs that belong to what directly precedes them."""
_AFTER_ADDRESS = "/#&=_~-"
_ENDS = re.compile(r"[,;:.!?…]$")
_DASHES = frozenset({"–", "—"})
_CLOCK = re.compile(r"\d:\d|\d\.\d+\.")
_DAY = re.compile(r"(?<!\d)\d{1,2}\.$")
_LATER = re.compile(r"(?:\d{1,2}\.|\d{4}(?!\d))")
"""Day and month, and what follows them in a date with spaces."""
_BEYOND_GREEK = re.compile("[^\0-\u058f]")
"""Only these characters may run from right to left, and most lines have none: one look for all is fastest.

Said by what they are not: for the range itself 4 ms would go into a table of all characters at every start."""
_SPAN = re.compile(r"(?<=\d)[–—](?=\d)")
_SECTION = frozenset({"§", "§§", "№", "#"})


def right_to_left(language: str) -> bool:
    """Whether a sheet in that language runs from right to left."""
    return language in LANGUAGES


def is_directed(text: str) -> bool:
    """Whether the text, or the line of one, runs from right to left and must be shaped; others are drawn plainly."""
    return any(char in (LRI, PDI) or _runs_left(char) for char in _BEYOND_GREEK.findall(text))


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line with one direction."""

    text: str
    leftwards: bool


def plain(line: str) -> str:
    """The line without the characters that carry its directions."""
    return line.replace(LRI, "").replace(PDI, "").replace(RLM, "")


def segments(line: str) -> tuple[Segment, ...]:
    """The pieces of a directed line in logical order; seen from left to right they stand the other way round.

    A part of a line may begin or end inside an isolate.
    """
    whole = directed(line)
    opened = LRI + whole if PDI in whole.partition(LRI)[0] else whole
    made: list[Segment] = []
    for piece in re.split(f"({LRI}[^{PDI}]*{PDI}?)", opened):
        if bare := plain(piece):
            made.append(Segment(bare, leftwards=not piece.startswith(LRI)))
    return tuple(made)


@functools.lru_cache(maxsize=2048)
def directed(text: str) -> str:
    """The text with isolates around what runs from left to right in it.

    Unchanged are texts with no letter that runs from right to left, and those that have their isolates.
    """
    if LRI in text or PDI in text or not any(map(_runs_left, text)):
        return text
    made: list[str] = []
    at = 0
    for start, end in _pieces(text):
        made += [text[at:start], LRI, text[start:end], PDI]
        at = end
    return "".join((*made, text[at:]))


def sealed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of one directed text with every isolate closed in the line in which it opens.

    A line of signs alone gets a mark with the direction of its text.
    """
    if not any(map(is_directed, lines)):
        return lines
    made: list[str] = []
    is_open = False
    for line in lines:
        opened = f"{LRI}{line}" if is_open and line else line
        is_open = opened.count(LRI) > opened.count(PDI) if line else is_open
        closed = f"{opened}{PDI}" if is_open and line else opened
        closed = closed.replace(LRI + PDI, "")
        made.append(closed if is_directed(closed) or not closed else RLM + closed)
    return tuple(made)


def _runs_left(char: str) -> bool:
    return char >= "\u0590" and unicodedata.bidirectional(char) in {*_RIGHT_TO_LEFT, "AN"}


def _breaks(char: str) -> bool:
    """Whether no piece that runs from left to right goes on over this character."""
    kind = unicodedata.bidirectional(char)
    return kind in _RIGHT_TO_LEFT or kind == "NSM" or char in "،" + ZWNJ


def _is_core(char: str) -> bool:
    kind = unicodedata.bidirectional(char)
    return kind == "L" or (kind in _DIGITS and char.isdigit())


def _pieces(text: str) -> list[tuple[int, int]]:
    """Start and end of each piece that runs from left to right."""
    made: list[tuple[int, int]] = []
    start = 0
    for end in (*(index for index, char in enumerate(text) if _breaks(char)), len(text)):
        for first, last in _joined(text, start, end) if end > start else ():
            made.append(_trimmed(text, first, last, touches=first > 0 and text[first - 1] not in _SPACE))
        start = end + 1
    return made


def _joined(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Words of one stretch that hold letters or digits, put together where they are one expression."""
    words = [span for found in _WORD.finditer(text, start, end) for span in _parted(text, *found.span())]
    pairs = _pairs(text, start, end)
    lone = {i for i in range(start, end) if text[i] in _MIRRORED and i not in pairs and i not in pairs.values()}
    pieces: list[tuple[int, int]] = []
    between: list[str] = []
    inner = start
    for first, last in words:
        word = text[first:last]
        if not any(map(_is_core, word)):
            between.append(word)
            continue
        core = next(index for index in range(first, last) if _is_core(text[index]))
        parted = pieces and not lone.isdisjoint(range(inner, core))
        if pieces and not parted and _go_together(text[slice(*pieces[-1])], between, word):
            pieces[-1] = (pieces[-1][0], last)
        else:
            if between and between[-1] in _SECTION:
                first = text.rindex(between[-1], 0, first)
            pieces.append((first, last))
            inner = core
        between = []
    return pieces


def _parted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A word in one piece; two instants with a dash between them in three."""
    dash = _SPAN.search(text, start, end)
    if dash is None or not (_CLOCK.search(text, start, dash.start()) and _CLOCK.search(text, dash.end(), end)):
        return [(start, end)]
    return [(start, dash.start()), dash.span(), (dash.end(), end)]


def _go_together(left: str, between: list[str], right: str) -> bool:
    """Whether what stands on both sides of a space is one expression.

    With a letter before it everything is (UAX 9, W7 and N1). Groups of digits are: a phone number must not turn round.
    Instants are kept apart, so that a span of time reads in the direction of the text.
    """
    if any(char.isalpha() for char in left):
        return True
    if _ENDS.search(left) and not left.endswith("."):
        return False
    if not between:
        return not left.endswith(".") or any(map(str.isalpha, right)) or bool(_DAY.search(left) and _LATER.match(right))
    instants = _CLOCK.search(left) or _CLOCK.search(right)
    return all(sign in "/-" or (sign in _DASHES and not instants) for sign in between)


def _trimmed(text: str, start: int, end: int, *, touches: bool) -> tuple[int, int]:
    """The piece without the punctuation at its ends that belongs to the text around it."""
    core = [index for index in range(start, end) if _is_core(text[index])]
    first, last = core[0], core[-1] + 1
    address = any(sign in text[first:last] for sign in "/@_=")
    while last < end and text[last] in _AFTER + (_AFTER_ADDRESS if address else ""):
        last += 1
    while first > start and text[first - 1] in _BEFORE and not (touches and first - 1 == start):
        first -= 1
    if text[start:first].strip(_SPACE) in _SECTION:
        first = start
    pairs = _pairs(text, start, end)
    while True:
        if last < end and first <= pairs.get(last, -1):
            last += 1
        elif first > start and any(opener == first - 1 and closer <= last for closer, opener in pairs.items()):
            last, first = max(last, *(c + 1 for c, o in pairs.items() if o == first - 1)), first - 1
        else:
            return first, last


def _pairs(text: str, start: int, end: int) -> dict[int, int]:
    """The place of each closing bracket or quotation mark to that of its opening one."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for index in range(start, end):
        char = text[index]
        if waiting and char in _CLOSERS[text[waiting[-1]]]:
            found[index] = waiting.pop()
        elif char in _OPENERS:
            waiting.append(index)
    return found
