"""Breaking text into lines of a given width, measured with the real typeface.

Hyphenates only words that are wider than the column. Never cuts, never shrinks: what cannot be broken raises
:class:`Misfit`. In a text that runs from right to left, each line carries the directions of its pieces (see
:mod:`~fahndung.posters.bidi`), whatever the break has parted.
"""

import functools
import math
import re
from typing import NamedTuple

from fahndung.posters import bidi, fonts, hyphens, tongues
from fahndung.posters.marks import Weight

_NATURAL = re.compile(r"(?<=[^\W\d_]{3}[-/])(?=[^\W\d_]{3})")
_ROUNDING = 1e-6
"""Of a line; a text that fills lines to the last hundredth of a point is not taken for longer."""


class Misfit(Exception):
    """A word of ``field`` is wider (pt) than its column. Stays inside this room."""

    def __init__(self, field: str, *, needed: float, available: float) -> None:
        super().__init__(field)
        self.field = field
        self.needed = needed
        self.available = available


class _Words(NamedTuple):
    """A text's words in one cut: each with its width in em (none where it may be broken) and its fragments.

    ``total`` is the width of them all in one line (em; none where one may be broken), ``whole`` that line, ``least``
    the width of all their letters and the spaces between.
    """

    each: tuple[tuple[float, tuple[str, ...]], ...]
    total: float
    whole: str
    least: float


class Setter:
    """Sets text for one poster; remembers what it measured."""

    def __init__(self, *, language: str, hyphenate: bool, beside: str | None = None) -> None:
        self._language = language
        self._beside = beside
        self._foreign: frozenset[str] = frozenset()
        self._told: set[str] = set()
        self._set: dict[tuple[str, Weight, float, float, float], tuple[str, ...] | Misfit] = {}
        self._hyphenate = hyphenate
        self._leftwards = bidi.right_to_left(language)
        self._widths: dict[Weight, dict[str, float]] = {weight: {} for weight in Weight}
        self._words: dict[Weight, dict[str, _Words]] = {weight: {} for weight in Weight}

    def unbroken(self) -> "Setter":
        """A setter of the same texts that breaks no word with a hyphen."""
        other = Setter(language=self._language, hyphenate=False, beside=self._beside)
        other._widths, other._words = self._widths, self._words
        return other

    @property
    def rise(self) -> float:
        """How far the large letters of the language reach above the baseline, in em."""
        return fonts.ARABIC_RISE if self._leftwards else fonts.CAP_HEIGHT

    @property
    def fall(self) -> float:
        """How far its letters reach below the baseline, in em."""
        return fonts.ARABIC_FALL if self._leftwards else fonts.DESCENT

    def leading(self, wanted: float) -> float:
        """The distance of baselines in em: more than wanted where letters of the language would touch."""
        return max(wanted, fonts.ARABIC_LEADING) if self._leftwards else wanted

    def em(self, text: str, weight: Weight) -> float:
        """Width of one line in em."""
        known = self._widths[weight]
        if text not in known:
            known[text] = fonts.em_width(text, weight)
        return known[text]

    def width(self, text: str, weight: Weight, size: float) -> float:
        """Width of one line in pt."""
        return self.em(text, weight) * size

    def lines(
        self, text: str, *, weight: Weight, size: float, width: float, field: str, before: float = 0.0
    ) -> tuple[str, ...]:
        """The text in lines no wider than ``width`` pt; a lone short word at the end is given company.

        The first line leaves ``before`` pt free for a label; it is empty where nothing holds after the label.

        Raises:
            Misfit: one word is wider and cannot be broken.
        """
        key = text, weight, size, width, before
        if key not in self._set:
            try:
                self._set[key] = self._filled(text, weight, width / size, field, before / size)
            except Misfit as misfit:
                self._set[key] = misfit
        found = self._set[key]
        if isinstance(found, Misfit):
            raise Misfit(field, needed=found.needed * size, available=width)
        return found

    def _filled(self, text: str, weight: Weight, limit: float, field: str, before: float) -> tuple[str, ...]:
        """The lines at most ``limit`` em wide; see :meth:`lines`."""
        text = self._directed(text)
        lines = self._greedy(text, weight, limit, field, before)
        step = limit
        while len(lines) > 1 and self.em(lines[-1], weight) < 0.18 * limit and step > 0.8 * limit:
            step -= 0.04 * limit
            try:
                fuller = self._greedy(text, weight, step, field, before, column=limit)
            except Misfit:
                break
            if len(fuller) > len(lines):
                break
            lines = fuller
        return self._sealed(lines)

    def least(self, text: str, weight: Weight) -> float:
        """The em that the words of the text and the spaces between them fill, wherever its lines break."""
        return self._split(self._directed(text), weight).least

    def balanced(
        self, text: str, *, weight: Weight, size: float, width: float, field: str, most: float = math.inf
    ) -> tuple[str, ...]:
        """Like :meth:`lines`, with lines of about the same length: for headlines.

        More than ``most`` lines are left as they are: whoever asks does not want them.
        """
        high = width / size
        text = self._directed(text)
        lines = self._greedy(text, weight, high, field)
        if not 1 < len(lines) <= most:
            return self._sealed(lines)
        low = high / max(len(lines), 1) * 0.8
        for _ in range(9):
            middle = (low + high) / 2
            try:
                tried = self._greedy(text, weight, middle, field, column=width / size)
            except Misfit:
                low = middle
                continue
            if len(tried) > len(lines):
                low = middle
            else:
                high, lines = middle, tried
        return self._sealed(lines)

    def _directed(self, text: str) -> str:
        if self._beside is not None and text not in self._told:
            self._told.add(text)
            self._foreign |= tongues.foreign(text)
        return bidi.directed(text) if self._leftwards else text

    def _sealed(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        return bidi.sealed(lines) if self._leftwards else lines

    def _greedy(
        self,
        text: str,
        weight: Weight,
        limit: float,
        field: str,
        before: float = 0.0,
        column: float | None = None,
    ) -> tuple[str, ...]:
        """Lines filled one after the other up to ``limit`` em.

        Words that the whole ``column`` would hold are not broken for the sake of a narrower limit.
        """
        words = self._split(text, weight)
        if words.total <= limit and not before:
            return (words.whole,) if words.whole else ()
        done: list[str] = []
        line, used = "", before
        space = self.em(" ", weight)
        for wide, fragments in words.each:
            if wide <= limit:
                longer = used + space + wide
                if used and longer <= limit:
                    line, used = f"{line} {fragments[0]}" if line else fragments[0], longer
                else:
                    done += [line] if used else []
                    line, used = fragments[0], wide
                continue
            if used and not line:
                done.append("")
            if any(self.em(fragment, weight) > limit for fragment in fragments):
                fragments = self._forced(fragments, weight, (limit, column or limit), field)
            taken = used - self.em(line, weight) if line else 0.0
            line, full = self._flow(fragments, line, taken, weight, limit, field)
            done += full
            used = self.em(line, weight) + (0.0 if full else taken)
        return (*done, line) if line else tuple(done)

    def _flow(
        self, fragments: tuple[str, ...], line: str, taken: float, weight: Weight, limit: float, field: str
    ) -> tuple[str, list[str]]:
        """Continue ``line`` with a word that may be broken between its fragments: the open line, the full ones.

        A label takes ``taken`` em of the line that is open now.
        """
        full: list[str] = []
        joint = " " if line else ""
        for position, fragment in enumerate(fragments):
            last = position == len(fragments) - 1
            if taken + self.em(_shown(line + joint + fragment, last=last), weight) <= limit:
                line, joint = line + joint + fragment, ""
                continue
            if line:
                full.append(_shown(line, last=joint == " "))
            line, joint, taken = fragment, "", 0.0
            if self.em(_shown(line, last=last), weight) > limit:
                raise Misfit(field, needed=self.em(line, weight), available=limit)
        return line.replace(fonts.SOFT_HYPHEN, ""), full

    def _split(self, text: str, weight: Weight) -> _Words:
        known = self._words[weight]
        if text not in known:
            known[text] = self._measured(text, weight)
        return known[text]

    def _measured(self, text: str, weight: Weight) -> _Words:
        parted = [
            tuple(part.replace(fonts.SOFT_HYPHEN, "") for part in _NATURAL.split(word))
            for word in text.split(" ")
            if word
        ]
        each = tuple((self.em(word[0], weight) if len(word) == 1 else math.inf, word) for word in parted)
        space = self.em(" ", weight)
        total = functools.reduce(lambda used, one: used + space + one[0], each[1:], each[0][0] if each else 0.0)
        # joined letters have other widths where a word is parted, so that nothing is said of such words
        letters = sum(
            self.em(part, weight) for word in parted for part in word if not self._leftwards or len(word) == 1
        )
        least = letters + space * max(len(parted) - 1, 0)
        return _Words(each, total, " ".join("".join(word) for word in parted), least)

    def _forced(
        self, fragments: tuple[str, ...], weight: Weight, limits: tuple[float, float], field: str
    ) -> tuple[str, ...]:
        """The word in every piece it may be broken into; a piece that wants a hyphen ends in a soft one."""
        pieces: list[str] = []
        limit, column = limits
        for fragment in fragments:
            if (wide := self.em(fragment, weight)) <= limit:
                pieces.append(fragment)
            elif wide <= column:
                raise Misfit(field, needed=wide, available=limit)
            elif hyphens.is_address(fragment):
                pieces += hyphens.of_address(fragment)
            elif self._hyphenate:
                foreign = self._beside if fragment in self._foreign else None
                pieces += hyphens.of_word(fragment, foreign or self._language)
            else:
                raise Misfit(field, needed=wide, available=limit)
        return tuple(pieces)


def fewest(em: float, limit: float, space: float) -> int:
    """Fewer lines of ``limit`` em no text takes that fills ``em``, if each line's end swallows a ``space``."""
    return math.ceil((em + space) / (limit + space) - _ROUNDING)


def _shown(line: str, *, last: bool) -> str:
    """The line as drawn: a soft hyphen at its end becomes a real one, the others vanish."""
    bare = line.replace(fonts.SOFT_HYPHEN, "")
    return bare + "-" if line.endswith(fonts.SOFT_HYPHEN) and not last else bare
