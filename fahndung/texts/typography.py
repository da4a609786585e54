"""The last pass over values: NFC, no-break spaces, dashes, quotes, ellipses, as each language sets them. Idempotent.

Changes blanks, quotes, dots and dashes only, and the letter x between two figures; nothing at all inside telephone
numbers, addresses, plates and file numbers. Does not check spelling and does not shorten. Languages without rules of
their own are brought to NFC only.
Source of the German spacing: DIN 5008, as far as it is named in the notes of the project, read 2026-11-22.
The quotes are those that are common in each language; in Arabic and Persian the angled ones.
"""

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Callable, Iterator

from babel import dates as babel_dates

_NBSP = "\u00a0"
_BLANK = "[ \u00a0]"

# Kept as they are: addresses, e-mail, telephone numbers (DIN 5008 and the common slash), file numbers, plates.
_KEPT = (
    r"(?:https?://|www\.)\S+"
    r"|[^\s@]+@[^\s@]+\.[^\s@]+"
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
_METRIC = ("mm", "cm", "m", "km", "g", "kg", "l", "ml", "km/h", "€", "EUR")
_CYRILLIC = ("мм", "см", "м", "км", "г", "кг", "л", "мл", "€", "%")
_NUMBER = r"(?<![\w.,:/-])\d+(?:[.,:]\d+)*"
_DECIMAL = r"(?<![\w.,:/-])\d+[.,]\d+"
_DRIVE = "4x4"
"""The name of a drive, no product."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Habits:
    """How a language is set.

    Attributes:
        quotes: the outer ones. units: what stays with the number before it. before: what stays with the number after.
        dot: what stands behind the day of a date. bound: one-letter words that no line ends with.
    """

    quotes: tuple[str, str]
    units: tuple[str, ...] = (*_METRIC, "%")
    before: tuple[str, ...] = ()
    dot: str = ""
    bound: str = ""


_LANGUAGES = {
    "de": _Habits(
        quotes=("„", "“"),
        units=(*_METRIC, "%", "Euro", "Uhr"),
        before=("Abs.", "Art.", "Nr.", "Ziff.", "Tel.", "Az.", "S.", "Notruf"),
        dot=".",
    ),
    "en": _Habits(quotes=("“", "”"), units=_METRIC, before=("No.", "no.", "Nos.", "p.", "pp.", "Sec.", "Art.")),
    "pl": _Habits(
        quotes=("„", "”"),
        units=(*_METRIC, "zł"),
        before=("nr", "Nr", "art.", "ust.", "tel.", "ul.", "s.", "godz."),
        bound="aiouwzAIOUWZ",
    ),
    "cs": _Habits(
        quotes=("„", "“"),
        units=(*_METRIC, "%", "Kč", "hod.", "let"),
        before=("č.", "čl.", "odst.", "tel.", "s."),
        dot=".",
        bound="aikosuvzAIKOSUVZ",
    ),
    "hsb": _Habits(quotes=("„", "“"), units=(*_METRIC, "%", "hodź."), before=("č.", "čo.", "wotr.", "tel."), dot="."),
    "uk": _Habits(
        quotes=("«", "»"),
        units=(*_CYRILLIC, "км/год", "р."),
        before=("№", "ст.", "ч.", "п.", "тел."),
        bound="аівзуяоАІВЗУЯО",
    ),
    "ru": _Habits(
        quotes=("«", "»"),
        units=(*_CYRILLIC, "км/ч", "г."),
        before=("№", "ст.", "ч.", "п.", "тел."),
        bound="аивксуояАИВКСУОЯ",
    ),
    "tr": _Habits(quotes=("“", "”"), units=_METRIC, before=("No.", "No:", "Md.", "md.", "s.", "saat", "Tel.")),
    "ar": _Habits(quotes=("«", "»"), units=("مم", "سم", "م", "كم", "كغ", "€"), before=("رقم",)),
    "fa": _Habits(
        quotes=("«", "»"), units=("سانتی‌متر", "متر", "کیلومتر", "کیلوگرم", "یورو", "€"), before=("شماره", "ساعت")
    ),
}


def polish(text: str, lang: str = "de") -> str:
    """``text`` as it is to be printed; a second pass changes nothing."""
    text = unicodedata.normalize("NFC", text)
    for rule in _rules(lang):
        text = rule(text)
    return text


def _rule(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    compiled = re.compile(f"(?P<kept>{_KEPT})|(?:{pattern})")

    def replace(match: re.Match[str]) -> str:
        if match["kept"] is not None:
            return match["kept"]
        return replacement if isinstance(replacement, str) else replacement(match)

    return lambda text: compiled.sub(replace, text)


@functools.cache
def _rules(lang: str) -> tuple[Callable[[str], str], ...]:
    habits = _LANGUAGES.get(lang)
    if habits is None:
        return ()
    return (
        _rule(r"(?<!\.)\.{3}(?!\.)", "…"),
        _rule(r"(?P<gap>(?<=[^\s\u00a0])[ ](?:--?|—))(?=[ ])", " –"),
        *_quotes(*habits.quotes),
        *(_spaced(abbreviation) for abbreviation in (_ABBREVIATIONS if lang == "de" else ())),
        *_numbers(lang, habits),
        *_bound(habits.bound),
    )


def _quotes(opening: str, closing: str) -> Iterator[Callable[[str], str]]:
    """Straight quotes and those of a neighbour; inside, no other quote is touched."""
    inner = rf"(?P<inner>[^{_QUOTES}\n]*)(?<=\S)"
    yield _rule(rf'(?<![^\s(\[{opening}–-])"(?=[^\s"]){inner}"(?!\w)', lambda m: f"{opening}{m['inner']}{closing}")
    if opening == "„":
        ends = "".join(sorted({'"', "“", "”"} - {closing}))
        yield _rule(rf'„(?=[^\s"]){inner}[{ends}](?!\w)', lambda m: f"„{m['inner']}{closing}")
        yield _rule(rf"(?<![^\s(\[–-])“(?=\S){inner}”(?!\w)", lambda m: f"„{m['inner']}{closing}")
    if (opening, closing) == ("„", "“"):
        single = r"(?P<inner>[^'‚‘’\n]*)(?<=\S)"
        yield _rule(rf"{_OPENS}'(?!{_CLIPPED})(?=[^\s']){single}'(?!\w)", lambda m: f"‚{m['inner']}‘")
        yield _rule(rf"{_OPENS}‘(?=[^\s’]){single}’(?!\w)", lambda m: f"‚{m['inner']}‘")


def _numbers(lang: str, habits: _Habits) -> Iterator[Callable[[str], str]]:
    """What stays on the line of a number, and what is parted from it."""
    months = "|".join(map(re.escape, babel_dates.get_month_names("wide", locale=lang).values()))
    yield _rule(rf"(?<!\w)(?P<word>{_one_of(habits.before)})[ ](?=\d)", lambda m: m["word"] + _NBSP)
    yield _rule(r"(?P<word>§§?)[ ]?(?=\d)", lambda m: m["word"] + _NBSP)
    yield _rule(rf"(?<=\d){re.escape(habits.dot)}[ ](?=(?:{months})(?!\w))", habits.dot + _NBSP)
    # a house number may end in a letter (5g); a decimal number is none
    short = _one_of(tuple(unit for unit in habits.units if len(unit) == 1 and unit.isalpha()))
    long = _one_of(tuple(unit for unit in habits.units if len(unit) > 1 or not unit.isalpha()))
    for number, unit in ((_NUMBER, long), (_DECIMAL, short)):
        yield _rule(rf"(?P<number>{number})(?P<unit>{unit})(?![\w-])", lambda m: f"{m['number']}{_NBSP}{m['unit']}")
    yield _rule(rf"(?<=\d)[ ](?=(?:{_one_of(habits.units)})(?!\w))", _NBSP)
    factor = r"\d+(?:,\d+)?"
    yield _rule(rf"(?<![\w.,/-]){factor}(?:{_BLANK}?[x×]{_BLANK}?{factor})+(?![\w/-])", _product)


def _product(match: re.Match[str]) -> str:
    if match[0] == _DRIVE:
        return match[0]
    return re.sub(rf"{_BLANK}?[x×]{_BLANK}?", f"{_NBSP}×{_NBSP}", match[0])


def _bound(letters: str) -> Iterator[Callable[[str], str]]:
    """One-letter words that stay with the next one."""
    if letters:
        yield _rule(rf"(?<!\S)(?P<word>[{letters}])[ ](?=\w)", lambda m: m["word"] + _NBSP)


def _one_of(words: tuple[str, ...]) -> str:
    """A pattern for one of the words, the longest first; one that never fits for none."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _spaced(abbreviation: str) -> Callable[[str], str]:
    parts = [re.escape(part) for part in abbreviation.split(" ")]
    parts[0] = f"(?P<first>[{parts[0][0].upper()}{parts[0][0]}])" + parts[0][1:]
    rest = _NBSP.join(abbreviation.split(" ")[1:])
    pattern = r"(?<!\w)" + f"{_BLANK}?".join(parts) + r"(?!\w)"
    return _rule(pattern, lambda match: f"{match['first']}.{_NBSP}{rest}")
