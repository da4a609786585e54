"""What rules about outputs share: which texts go out, whether one says a sentence, word lists as of the order.

Judges nothing.
"""

import datetime as dt
from collections.abc import Iterable

from fahndung.law.facts import Facts
from fahndung.law.figures import Lexicon
from fahndung.model.reading import Kind, Piece, Text, letters

OUTLETS = frozenset({Kind.PAGE, Kind.PRESS, Kind.POST, Kind.FEED, Kind.LISTING, Kind.REGISTER, Kind.POSTER})
"""Texts that stand for themselves while the appeal is online; an alternative text stands with its picture."""

FULL = frozenset({Kind.PAGE, Kind.PRESS, Kind.POSTER})
"""Those that tell the whole appeal."""


def outlets(facts: Facts, kinds: Iterable[Kind] = OUTLETS) -> tuple[Text, ...]:
    """The texts of these kinds, drafts for networks of others among the posts; none where nothing was built."""
    if facts.outputs is None:
        return ()
    wanted = frozenset(kinds)
    drafts = facts.posts if Kind.POST in wanted else ()
    return (
        *facts.outputs.live(*wanted),
        *(Text(name=f"posts/{post.channel}", kind=Kind.POST, text=post.text) for post in drafts),
    )


def pieces(facts: Facts) -> tuple[Piece, ...]:
    """The record's own words as they are printed; none where nothing was built."""
    return () if facts.outputs is None else facts.outputs.pieces


def lacks(text: str, sentence: str) -> bool:
    """Whether a text does not say that sentence, letter by letter; an empty sentence is never said."""
    wanted = letters(sentence)
    return not wanted or wanted not in letters(text)


def ordered_at(facts: Facts) -> dt.datetime | None:
    """The instant as of which figures and word lists count; None (the newest) without a mandate."""
    return None if facts.mandate is None else facts.mandate.at


def lexicon(facts: Facts, id: str) -> Lexicon | None:
    """A word list as it stood when it was ordered."""
    return facts.norms.lexicon(id, ordered_at(facts))


def unsaid(facts: Facts, text: str, id: str) -> bool:
    """Whether a text has none of the wordings of a list; a list that is not in force asks for nothing."""
    wordings = lexicon(facts, id)
    return wordings is not None and not wordings.told_in(text)
