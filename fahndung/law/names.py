"""Finds a person's name in a text: whole words, in any case, transliterated, in the genitive; as parts of a name.

Decides nothing: a name that is an ordinary word as well is found as a doubt, unless it stands where a name stands.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator

from fahndung.law.figures import Lexicon
from fahndung.law.places import fold
from fahndung.model.reading import exchanged

_PARTICLES = frozenset(
    {"von", "van", "de", "der", "den", "dem", "zu", "zum", "zur", "vom", "da", "di", "do", "del", "della", "la", "le"}
    | {"el", "al", "bin", "ibn", "ben", "ter", "ten", "dos", "das", "du", "und"}
)
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ł": "l"}
_GENITIVE = r"(?:s|es|ns|ens|'s|')?"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_STREET = (
    r"(?!(?:-\w+)*-(?i:strasse|str\.|platz|allee|weg|ring|ufer|damm|bruecke|park|schule|gymnasium|museum|haus|klinik))"
)
_BEFORE = r"(?:Herrn?|Frau|Familie|Eheleute|Geschwister|Dr\.|Nachname|Vorname|Name|Alias|genannt)"
_SHORT, _EXACT = 2, 3
"""Letters: up to the first a name is taken for a word, up to the second its capital letter must be there."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Finds one name. ``sure``: it is the name; ``doubt``: the word could be there for itself."""

    sure: tuple[re.Pattern[str], ...]
    doubt: tuple[re.Pattern[str], ...] = ()

    def is_in(self, text: str) -> bool:
        """Whether the text names the person."""
        plain = spelled(text)
        return any(pattern.search(plain) for pattern in self.sure)

    def may_be_in(self, text: str) -> bool:
        """Whether the text has the word, whatever it means there."""
        plain = spelled(text)
        return any(pattern.search(plain) for pattern in self.doubt)


def spelled(text: str) -> str:
    """The text with umlauts written out and without accents, so that ``Müller`` and ``Mueller`` are one."""
    plain = exchanged(fold(text), _UMLAUTS)
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def parts(name: str) -> Iterator[str]:
    """The whole name and, where it has several words, each of them; no particles, no initials."""
    whole = fold(name).strip(" .,„“\"'")
    pieces = [piece for piece in re.split(r"[\s-]+", whole) if piece.casefold() not in _PARTICLES]
    for part in dict.fromkeys((whole, *pieces)):
        if len(part.strip(".")) > 1:
            yield part


def finder(name: str, others: Iterable[str], ordinary: Lexicon | None) -> Finder:
    """What finds this name (one that ``parts`` gave).

    Args:
        others: the person's other names: beside one of them an ordinary word is a name.
        ordinary: names that are words as well.
    """
    forms = {spelled(name), spelled(name.upper()), spelled(name).upper()}
    listed = "|".join(sorted(map(re.escape, forms)))
    word = rf"{_START}(?:{listed}){_GENITIVE}{_END}{_STREET}"
    if len(name) > _SHORT and not (ordinary is not None and ordinary.found(name) == (name,)):
        flags = re.NOFLAG if len(name) <= _EXACT else re.IGNORECASE
        return Finder(sure=(re.compile(word, flags),))
    beside = "|".join([_BEFORE, *(re.escape(spelled(other)) for other in others)])
    names = rf"(?:{_START}(?:{beside}),?\s+(?:\w+\s+)?{word}|{word},?\s+(?:{beside}){_END})"
    return Finder(sure=(re.compile(names),), doubt=(re.compile(word),))
