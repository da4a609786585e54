"""How each language is set: its quotes, dashes, units and what stays on one line. Values only; sets nothing itself.

What CLDR says is read from Babel (2.18 ships CLDR 47): units, the percent sign, the place of the euro sign, the dot
behind the day of a date. Babel leaves out the quotes: those are the ``quotationStart`` and ``quotationEnd`` of CLDR,
``main/<language>/delimiters.json`` of cldr-misc-full 46.1.0 and 48.2.0, which agree, read 2026-11-27.
What CLDR does not say has the source named beside it in docs/templates.md; where there is none, it says so there.
"""

import dataclasses
import functools
import re
from collections.abc import Iterator

import babel
from babel import units

_LATIN = ("mm", "cm", "m", "km", "g", "kg", "l", "ml", "km/h")
"""Symbols of units that no language translates. Source: The International System of Units, 9th edition, 5.2, 5.4.3."""
_MEASURED = (
    *("length-millimeter", "length-centimeter", "length-meter", "length-kilometer"),
    *("mass-gram", "mass-kilogram", "volume-milliliter", "volume-liter", "speed-kilometer-per-hour"),
)
_COUNTS = (1, 2, 3, 5, 11, 100)
"""Numbers of every plural form in the ten languages."""
_PARTED_SIGN = re.compile(r"0[ \u00a0\u202f]([%€])")
_FIGURE = re.compile(r"[\d.,]+(?P<gap>[ \u00a0\u202f]?)(?P<symbol>\D.*)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What stands in no data of Babel.

    Attributes:
        quotes: the outer ones. dash: what a hyphen between blanks becomes, with what stands before it.
        dashes: what is a dash between blanks and becomes ``dash``. units: what stays with the number before it.
        before: what stays with the number after it. bound: one-letter words that no line ends with.
        ages_alone: whether an age behind its label is a number alone: *Yaş: 34*; *34 yıl* is a span of time.
    """

    quotes: tuple[str, str]
    dash: str = " –"
    dashes: str = "--?"
    units: tuple[str, ...] = ()
    ages_alone: bool = False
    before: tuple[str, ...] = ()
    bound: str = ""


_EM_DASH = "\u00a0—"
LANGUAGES = {
    "de": Habits(
        quotes=("„", "“"),
        dashes="--?|—",
        units=(*_LATIN, "EUR", "Euro", "Uhr"),
        before=("Abs.", "Art.", "Nr.", "Ziff.", "Tel.", "Az.", "S.", "Notruf"),
    ),
    "en": Habits(quotes=("“", "”"), units=_LATIN, before=("No.", "no.", "Nos.", "p.", "pp.", "Sec.", "Art.")),
    "pl": Habits(
        quotes=("„", "”"),
        units=(*_LATIN, "zł"),
        before=("nr", "Nr", "art.", "ust.", "tel.", "ul.", "s.", "godz."),
        bound="aiouwzAIOUWZ",
    ),
    "cs": Habits(
        quotes=("„", "“"),
        units=(*_LATIN, "Kč", "hod.", "let"),
        before=("č.", "čl.", "odst.", "tel.", "s."),
        bound="aikosuvzAIKOSUVZ",
    ),
    "hsb": Habits(quotes=("„", "“"), units=(*_LATIN, "hodź."), before=("č.", "čo.", "wotr.", "tel.")),
    "uk": Habits(
        quotes=("«", "»"),
        dash=_EM_DASH,
        dashes="--?|—",
        units=("р.",),
        before=("№", "ст.", "ч.", "п.", "тел."),
        bound="аівзуяоАІВЗУЯО",
    ),
    "ru": Habits(
        quotes=("«", "»"),
        dash=_EM_DASH,
        dashes="--?|—",
        units=("г.",),
        before=("№", "ст.", "ч.", "п.", "тел."),
        bound="аивксуояАИВКСУОЯ",
    ),
    "tr": Habits(
        quotes=("“", "”"), units=_LATIN, ages_alone=True, before=("No.", "No:", "Md.", "md.", "s.", "saat", "Tel.")
    ),
    "ar": Habits(quotes=("”", "“"), before=("رقم",)),
    "fa": Habits(quotes=("«", "»"), units=("متر", "یورو"), before=("شماره", "ساعت")),
}


def has_ages_alone(lang: str) -> bool:
    """Whether an age behind its label is a number alone; where nobody says so, it has its years."""
    return lang in LANGUAGES and LANGUAGES[lang].ages_alone


def dot(lang: str) -> str:
    """What stands behind the day of a date: a dot, or nothing."""
    return "." if str(babel.Locale.parse(lang).date_formats["long"].pattern).startswith("d.") else ""


@functools.cache
def attached(lang: str) -> frozenset[str]:
    """What stays on the line of the number before it."""
    return parted(lang) | {"%", "€", *(symbol for symbol, _ in _measures(lang))} | {*LANGUAGES[lang].units}


@functools.cache
def parted(lang: str) -> frozenset[str]:
    """What has a blank between the number and itself: where somebody wrote none, one is set."""
    locale = babel.Locale.parse(lang)
    patterns = locale.percent_formats[None].pattern, locale.currency_formats["standard"].pattern.replace("¤", "€")
    signs = {match[1] for pattern in patterns if (match := _PARTED_SIGN.search(pattern))}
    measured = {symbol for symbol, is_parted in _measures(lang) if is_parted}
    return frozenset(signs | measured | {*LANGUAGES[lang].units})


@functools.cache
def _measures(lang: str) -> tuple[tuple[str, bool], ...]:
    return tuple(dict.fromkeys(_read(lang)))


def _read(lang: str) -> Iterator[tuple[str, bool]]:
    """Every symbol that CLDR writes behind a number of the language, and whether a blank parts them."""
    for unit in _MEASURED:
        for count in _COUNTS:
            said = units.format_unit(count, unit, length="short", locale=lang)
            if match := _FIGURE.fullmatch(said.replace("\u200e", "").replace("\u200f", "")):
                yield match["symbol"], bool(match["gap"])
