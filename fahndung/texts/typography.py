"""The last pass over values: NFC, no-break spaces, dashes, quotes, ellipses, as each language sets them. Idempotent.

Changes blanks, quotes, dots and dashes only, and the letter x between two figures; nothing at all inside telephone
numbers, addresses, plates and file numbers. Does not check spelling and does not shorten. Languages without rules of
their own are brought to NFC only.
Source of the German spacing: DIN 5008, as far as it is named in the notes of the project, read 2026-11-22; of all
other rules: ``habits`` and the table in docs/templates.md.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator

from babel import dates as babel_dates

from fahndung.texts import habits
from fahndung.texts.habits import Habits

_NBSP = "\u00a0"
_BLANK = "[ \u00a0]"

# Kept as they are: addresses, e-mail, telephone numbers (DIN 5008 and the common slash), file numbers, plates.
_KEPT = (
    r"(?:https?://|www\.)\S+"
    r"|(?<![^\s@])[^\s@]+@[^\s@]+\.[^\s@]+"
    r"|(?<![\w.,:])(?:\+\d{1,3}|0\d{1,5})[ \u00a0/]*\d[\d \u00a0/–-]*\d"
    r"|(?<!\w)\d+[ \u00a0][A-Z][A-Za-z]{0,3}[ \u00a0]\d+/\d+"
    r"|(?<!\w)\d+(?:[/-]\d+)+"
    r"|(?<!\w)[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ \u00a0]?\d{1,4}[EH]?(?!\w)"
)

# Each abbreviation with its parts; the parts are set with no-break spaces between them.
_ABBREVIATIONS = (
    "z. B.",
    "d. h.",
    "u. a.",
    "i. d. R.",
    "o. Ä.",
    "o. ä.",
    "z. T.",
    "u. U.",
    "v. a.",
    "s. o.",
    "s. u.",
    "m. E.",
)
_OPENS = r"(?<![^\s(\[„–-])"
"""Where a quote may begin."""
_CLIPPED = r"(?:n|ne|nen|nem|ner|s)\b"
"""Words whose apostrophe stands in front: „'ne Frau“."""
_QUOTES = '"„“”«»'
_NUMBER = r"(?<![\w.,:/-])\d+(?:[.,:]\d+)*"
_DECIMAL = r"(?<![\w.,:/-])\d+[.,]\d+"
_DRIVE = "4x4"
"""The name of a drive, no product."""


def polish(text: str, lang: str = "de") -> str:
    """``text`` as it is to be printed; a second pass changes nothing."""
    text = unicodedata.normalize("NFC", text)
    for rule in _rules(lang):
        text = rule(text)
    return text


def _rule(
    pattern: str, replacement: str | Callable[[re.Match[str]], str], needs: Collection[str] = ()
) -> Callable[[str], str]:
    """A rule; ``needs``: what the pattern cannot fit without one of, so that most rules are never compiled."""

    @functools.cache
    def compiled() -> re.Pattern[str]:
        return re.compile(f"(?P<kept>{_KEPT})|(?:{pattern})")

    def replace(match: re.Match[str]) -> str:
        if match["kept"] is not None:
            return match["kept"]
        return replacement if isinstance(replacement, str) else replacement(match)

    def apply(text: str) -> str:
        return compiled().sub(replace, text) if not needs or any(map(text.__contains__, needs)) else text

    return apply


@functools.cache
def _rules(lang: str) -> tuple[Callable[[str], str], ...]:
    own = habits.LANGUAGES.get(lang)
    if own is None:
        return ()
    return (
        _rule(r"(?<!\.)\.{3}(?!\.)", "…", ("...",)),
        _rule(rf"(?<=[^\s\u00a0])[ ](?:{own.dashes})(?=[ ])", own.dash),
        *_quotes(*own.quotes),
        *(_spaced(abbreviation) for abbreviation in (_ABBREVIATIONS if lang == "de" else ())),
        *_numbers(lang, own),
        *_bound(own.bound),
    )


def _quotes(opening: str, closing: str) -> Iterator[Callable[[str], str]]:
    """Straight quotes and those of a neighbour; inside, no other quote is touched."""
    inner = rf"(?P<inner>[^{_QUOTES}\n]*)(?<=\S)"
    straight = rf'(?<![^\s(\[{opening}–-])"(?=[^\s"]){inner}"(?!\w)'
    yield _rule(straight, lambda m: f"{opening}{m['inner']}{closing}", '"')
    if opening == "„":
        ends = "".join(sorted({'"', "“", "”"} - {closing}))
        yield _rule(rf'„(?=[^\s"]){inner}[{ends}](?!\w)', lambda m: f"„{m['inner']}{closing}", "„")
        yield _rule(rf"(?<![^\s(\[–-])“(?=\S){inner}”(?!\w)", lambda m: f"„{m['inner']}{closing}", "“")
    if (opening, closing) == ("„", "“"):
        single = r"(?P<inner>[^'‚‘’\n]*)(?<=\S)"
        yield _rule(rf"{_OPENS}'(?!{_CLIPPED})(?=[^\s']){single}'(?!\w)", lambda m: f"‚{m['inner']}‘", "'")
        yield _rule(rf"{_OPENS}‘(?=[^\s’]){single}’(?!\w)", lambda m: f"‚{m['inner']}‘", "‘")


def _numbers(lang: str, own: Habits) -> Iterator[Callable[[str], str]]:
    """What stays on the line of a number, and what is parted from it."""
    months = _one_of(
        name for width in ("wide", "abbreviated") for name in babel_dates.get_month_names(width, locale=lang).values()
    )
    yield _rule(rf"(?<!\w)(?P<word>{_one_of(own.before)})[ ](?=\d)", lambda m: m["word"] + _NBSP)
    yield _rule(r"(?P<word>§§?)[ ]?(?=\d)", lambda m: m["word"] + _NBSP, "§")
    dot, parted = habits.dot(lang), habits.parted(lang)
    yield _rule(rf"(?<=\d){re.escape(dot)}[ ](?=(?:{months})(?!\w))", dot + _NBSP)
    factor = r"\d+(?:,\d+)?"
    product = _rule(rf"(?<![\w.,/-]){factor}(?:{_BLANK}?[x×]{_BLANK}?{factor})+(?![\w/-])", _product, "x×")
    yield product  # parts the last number from its x, so that its unit is found
    # a house number may end in a letter (5g); a decimal number is none
    short = _one_of(unit for unit in parted if len(unit) == 1 and unit.isalpha())
    long = _one_of(unit for unit in parted if len(unit) > 1 or not unit.isalpha())
    for number, unit in ((_NUMBER, long), (_DECIMAL, short)):
        yield _rule(rf"(?P<number>{number})(?P<unit>{unit})(?![\w-])", lambda m: f"{m['number']}{_NBSP}{m['unit']}")
    yield _rule(rf"(?<=\d)[ ](?=(?:{_one_of(habits.attached(lang))})(?!\w))", _NBSP)
    yield product  # and where a unit stood close to the last number


def _product(match: re.Match[str]) -> str:
    if match[0] == _DRIVE:
        return match[0]
    return re.sub(rf"{_BLANK}?[x×]{_BLANK}?", f"{_NBSP}×{_NBSP}", match[0])


def _bound(letters: str) -> Iterator[Callable[[str], str]]:
    """One-letter words that stay with the next one."""
    if letters:
        yield _rule(rf"(?<!\S)(?P<word>[{letters}])[ ](?=\w)", lambda m: m["word"] + _NBSP)


def _one_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first; one that never fits for none."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) or r"(?!)"


def _spaced(abbreviation: str) -> Callable[[str], str]:
    parts = [re.escape(part) for part in abbreviation.split(" ")]
    parts[0] = f"(?P<first>[{parts[0][0].upper()}{parts[0][0]}])" + parts[0][1:]
    rest = _NBSP.join(abbreviation.split(" ")[1:])
    pattern = r"(?<!\w)" + f"{_BLANK}?".join(parts) + r"(?!\w)"
    return _rule(pattern, lambda match: f"{match['first']}.{_NBSP}{rest}", abbreviation.split(" ")[-1:])
