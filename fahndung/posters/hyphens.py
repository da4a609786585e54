"""Where a word that is wider than its column may be broken.

Loading the patterns costs most of a second and happens only when the first such word is met. Measures nothing.
"""

import functools
import re
from typing import Any

from fahndung.posters import bidi, fonts

_ADDRESS = re.compile(r"(?<=[/.@_?&=-])(?=.)")
_WORD = re.compile(r"[^\W\d_]{8,}")
_LEAST_FRAGMENT = 3


def is_address(word: str) -> bool:
    """Whether the word is an address of mail or of a page."""
    return "@" in word or "://" in word or bool(re.search(r"[^\W_]\.[^\W_].*/|/.*/|\.[a-z]{2,}$", word))


def of_address(word: str) -> list[str]:
    """The pieces of an address, which is broken after its signs and gets no hyphen."""
    return _ADDRESS.split(word)


def of_word(word: str, language: str) -> list[str]:
    """The pieces of a word of that language; each that wants a hyphen ends in a soft one."""
    patterns = _patterns(language)
    if patterns is None:
        return [word]
    marked = _WORD.sub(lambda found: str(patterns.inserted(found[0], hyphen=fonts.SOFT_HYPHEN)), word)
    return re.split(rf"(?<={fonts.SOFT_HYPHEN})", marked)


@functools.cache
def _patterns(language: str) -> Any:
    import pyphen

    if bidi.right_to_left(language):
        language = "de"  # what such a sheet says in Latin letters are German names; Arabic words match no pattern
    known = pyphen.language_fallback(language.replace("-", "_"))
    return None if known is None else pyphen.Pyphen(lang=known, left=_LEAST_FRAGMENT, right=_LEAST_FRAGMENT)
