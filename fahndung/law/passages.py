"""What the rules on content read: the record's pieces as they are printed, then what outputs and posts say besides.

Fetches word lists and contents as they stood at the mandate; says nothing about what may stand where.
"""

import dataclasses
import re
import urllib.parse
from collections.abc import Iterable, Sequence

from fahndung.law.facts import Facts
from fahndung.law.figures import Content, Lexicon
from fahndung.law.places import fold, precise
from fahndung.model.reading import Kind, Outputs, Text

_GAP = " | "
_BROKEN = re.compile(r"(?<=\w)- (?=[a-zäöüß])")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that the public reads.

    Attributes:
        field: the record's field if the record says it, else the output's name.
        outputs: the outputs in which it stands.
        authored: whether the record says it; otherwise a template or an officer's post does.
    """

    field: str
    text: str
    outputs: tuple[str, ...]
    authored: bool


def passages(facts: Facts) -> tuple[Passage, ...]:
    """Pieces of the record, then live outputs and posts without those pieces; the force's own name is left out.

    Nothing where nothing was built. The same facts are read once, however many rules ask.
    """
    if not facts.passages:
        facts.passages.append(_read(facts))
    return facts.passages[0]


def _read(facts: Facts) -> tuple[Passage, ...]:
    outputs, own = facts.outputs, own_words(facts)
    live = [(f"posts/{post.channel}", fold(post.text)) for post in facts.posts]
    pieces: tuple[tuple[str, str], ...] = ()
    if outputs is not None:
        live = [(text.name, _joined(text)) for text in outputs.live()] + live
        told = ((piece.field, fold(piece.text)) for piece in outputs.pieces)
        pieces = tuple(dict.fromkeys((precise(facts.appeal, field, text), text) for field, text in told if text))
    found = [
        Passage(
            field=field,
            text=without(text, own),
            outputs=tuple(name for name, whole in live if text in whole),
            authored=True,
        )
        for field, text in pieces
    ]
    said = {text for _, text in pieces}
    rests = ((name, without(without(whole, said), own)) for name, whole in live)
    return (*found, *(Passage(field=name, text=rest, outputs=(name,), authored=False) for name, rest in rests))


def blamed(found: Sequence[Passage]) -> tuple[Passage, ...]:
    """Of the passages that say something, those to correct: the record's own, where there are any.

    An output repeats what the record says, on a poster with lines broken in between; it is to blame alone only where
    the record does not say it.
    """
    return tuple(passage for passage in found if passage.authored) or tuple(found)


def content_of(facts: Facts) -> Content | None:
    """What the category may tell, as it stood at the mandate (without one: as it stands)."""
    return facts.norms.content(facts.appeal.category, None if facts.mandate is None else facts.mandate.at)


def word_list(facts: Facts, list_id: str) -> Lexicon | None:
    """A word list as it stood at the mandate."""
    return facts.norms.lexicon(list_id, None if facts.mandate is None else facts.mandate.at)


def words_of(facts: Facts, list_id: str, text: str) -> tuple[str, ...]:
    """The words of a text that are in a list; none where the table has no such list."""
    lexicon = word_list(facts, list_id)
    return () if lexicon is None else lexicon.found(text)


def own_words(facts: Facts) -> frozenset[str]:
    """The authority's, the office's and the printer's names and addresses, and the host of the page."""
    appeal = facts.appeal
    words = [appeal.authority.name, appeal.authority.unit, appeal.contact.office]
    words += [appeal.contact.email, appeal.contact.tip_url, appeal.contact.phone]
    if facts.outputs is not None:
        words += _of_wording(facts.outputs)
    return frozenset(fold(word) for word in words if word and word.strip())


def _of_wording(outputs: Outputs) -> list[str | None]:
    wording = outputs.wording
    return [wording.authority, *wording.imprint, wording.page_url, host(wording.page_url)]


def host(untrusted_url: str) -> str | None:
    """The host of an address in lower case; None where there is none."""
    try:
        return urllib.parse.urlsplit(untrusted_url if "//" in untrusted_url else f"//{untrusted_url}").hostname
    except ValueError:
        return None


def without(text: str, phrases: Iterable[str]) -> str:
    """The text without these phrases, the longest first; a phrase inside a longer word stays.

    A mark stands in the gap: what was apart must not come together to say something new.
    """
    longest = sorted(filter(None, phrases), key=len, reverse=True)
    if not longest:
        return text
    listed = "|".join(map(re.escape, longest))
    return fold(re.sub(rf"(?<!\w)(?:{listed})(?!\w)", _GAP, text))


def _joined(text: Text) -> str:
    """The text; on a sheet also with the words joined that the end of a line has broken."""
    plain = fold(text.text)
    joined = _BROKEN.sub("", plain) if text.kind is Kind.POSTER else plain
    return plain if joined == plain else f"{plain} {joined}"
