"""The last pass over German values: NFC, no-break spaces, dashes, quotes, ellipses. Idempotent.

Changes blanks, quotes, dots and dashes only, never a letter or a digit, and nothing at all inside telephone numbers,
addresses and file numbers. Does not check spelling and does not shorten.
Source of the spacing rules: DIN 5008, as far as it is named in the project's notes, read 2026-11-22.
"""

import functools
import re
import unicodedata
from collections.abc import Callable

from babel import dates as babel_dates

_NBSP = "\u00a0"
_BLANK = "[ \u00a0]"

# Kept as they are: addresses, e-mail, telephone numbers (DIN 5008 and the common slash), file numbers.
_KEPT = (
    r"(?:https?://|www\.)\S+"
    r"|[^\s@]+@[^\s@]+\.[^\s@]+"
    r"|(?<![\w.,:])(?:\+\d{1,3}|0\d{1,5})[ \u00a0/]*\d[\d \u00a0/–-]*\d"
    r"|(?<!\w)\d+[ \u00a0][A-Z][A-Za-z]{0,3}[ \u00a0]\d+/\d+"
    r"|(?<!\w)\d+(?:[/-]\d+)+"
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
_BEFORE_NUMBER = ("Abs.", "Art.", "Nr.", "Ziff.", "Tel.", "Az.", "S.", "Notruf")
_OPENS = r"(?<![^\s(\[„–-])"
"""Where a quote may begin."""
_CLIPPED = r"(?:n|ne|nen|nem|ner|s)\b"
"""Words whose apostrophe stands in front: „'ne Frau“."""
_UNITS = ("mm", "cm", "m", "km", "g", "kg", "l", "ml", "km/h", "€", "%", "Euro", "EUR", "Uhr")


def polish(text: str, lang: str = "de") -> str:
    """``text`` as it is to be printed; a second pass changes nothing.

    Languages other than German are brought to NFC only: their rules of spacing differ.
    """
    text = unicodedata.normalize("NFC", text)
    for rule in _rules() if lang == "de" else ():
        text = rule(text)
    return text


def _rule(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    compiled = re.compile(f"(?P<kept>{_KEPT})|(?:{pattern})")

    def replace(match: re.Match[str]) -> str:
        if match["kept"] is not None:
            return match["kept"]
        return replacement if isinstance(replacement, str) else replacement(match)

    return lambda text: compiled.sub(replace, text)


def _spaced(abbreviation: str) -> Callable[[str], str]:
    parts = [re.escape(part) for part in abbreviation.split(" ")]
    parts[0] = f"(?P<first>[{parts[0][0].upper()}{parts[0][0]}])" + parts[0][1:]
    rest = _NBSP.join(abbreviation.split(" ")[1:])
    pattern = r"(?<!\w)" + f"{_BLANK}?".join(parts) + r"(?!\w)"
    return _rule(pattern, lambda match: f"{match['first']}.{_NBSP}{rest}")


@functools.cache
def _rules() -> tuple[Callable[[str], str], ...]:
    months = "|".join(babel_dates.get_month_names("wide", locale="de").values())
    units = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
    before = "|".join(re.escape(word) for word in _BEFORE_NUMBER)
    return (
        _rule(r"(?<!\.)\.{3}(?!\.)", "…"),
        _rule(r"(?P<gap>(?<=[^\s\u00a0])[ ](?:--?|—))(?=[ ])", " –"),
        _rule(r'(?<![^\s(\[„–-])"(?=[^\s"])(?P<inner>[^"„“”\n]*)(?<=\S)"(?!\w)', lambda m: f"„{m['inner']}“"),
        _rule(r'„(?=[^\s"])(?P<inner>[^"„“”\n]*)(?<=\S)["”](?!\w)', lambda m: f"„{m['inner']}“"),
        _rule(r"(?<![^\s(\[–-])“(?=\S)(?P<inner>[^\"„“”\n]*)(?<=\S)”(?!\w)", lambda m: f"„{m['inner']}“"),
        _rule(rf"{_OPENS}'(?!{_CLIPPED})(?=[^\s'])(?P<inner>[^'‚‘’\n]*)(?<=\S)'(?!\w)", lambda m: f"‚{m['inner']}‘"),
        _rule(rf"{_OPENS}‘(?=[^\s’])(?P<inner>[^'‚‘’\n]*)(?<=\S)’(?!\w)", lambda m: f"‚{m['inner']}‘"),
        *(_spaced(abbreviation) for abbreviation in _ABBREVIATIONS),
        _rule(rf"(?<!\w)(?P<word>{before})[ ](?=\d)", lambda m: m["word"] + _NBSP),
        _rule(r"(?P<word>§§?)[ ]?(?=\d)", lambda m: m["word"] + _NBSP),
        _rule(rf"(?<=\d)(?P<dot>\.)[ ](?=(?:{months})(?!\w))", "." + _NBSP),
        _rule(rf"(?<=\d)[ ](?=(?:{units})(?!\w))", _NBSP),
    )
