"""What a sheet without a person still tells of them: names, age, figures, distinctive words of their description.

Says where, never what: a finding must not repeat the secret. When in doubt it finds one too many. Reads German.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from fahndung.model.appeal import Appeal
from fahndung.model.sheet import Sheet
from fahndung.model.sought import PERSON_TEXTS, Person, Range
from fahndung.model.texts import Localized

_PARTICLES = frozenset({"von", "vom", "van", "de", "del", "della", "di", "da", "der", "den", "zu", "zum", "zur", "und"})
_UNTELLING = """
aber alle alles als alt am an ander auch auf aus bei beid beim bekleidet bis dabei damit dann das dass dem den
der des die dies diese dieser doch dort durch ein eine einem einen einer eines einig er es etwa etwas frau
frauen für ganz gegen gehabt genau getragen hat hatte hinter hinweis ihm ihn ihr ihre im immer in ist jahr junge
kann kein keine kind leicht mal mann mehr mehrere mit mutmaßlich mädchen männer nach neben nicht noch nur ob
oben oder oft ohne person polizei rund sehr sein seine sich sie sind so soll sonst sowie sprach spricht stark
trug trägt um und unten unter vermutlich vom von vor war wie wird wirkt wohl wurde zu zum zur zwei zwischen über
üblich
"""
_COMMON = frozenset(_UNTELLING.split())
_ENDINGS = ("en", "em", "er", "es", "e", "n", "s")
_LONGEST_SPAN = 80
_COMPOUND = 5
"""Letters from which on a word is sought anywhere in a longer one, or a longer one's last part for it."""
_PART = 3
"""Letters that the first part of a compound has at least: ``fuhr`` is no ``Uhr``."""
_CLOCK_TIME = re.compile(r"\d{1,2}(?:[:.]\d{2})?\s*uhr")
_ONES = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = (
    *("zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")


def traces(appeal: Appeal, sheet: Sheet, person: Person) -> tuple[str, ...]:
    """The record's fields in which the rest of the appeal speaks of a person, each once.

    The description of another person is searched for the name only: two people may both be of 1.80 m.

    Args:
        sheet: without the person's block and pictures.
    """
    others = [other for other in appeal.persons if other.id != person.id]
    names = [_name_pattern(name) for name in _names(person)]
    marks = [*names, *_age_patterns(person), *_size_patterns(person)]
    own = _words(_described(person, sheet.lang))
    shared = _words([text for other in others for text in _described(other, sheet.lang)])
    sender = _words([appeal.authority.name, appeal.authority.unit or "", appeal.authority.region or ""])
    distinctive = own - shared - sender
    found = []
    for field, text in _pieces(appeal, sheet):
        folded = _folded(text)
        hit = any(pattern.search(folded) for pattern in (names if field.startswith("persons/") else marks))
        if not hit and not field.startswith("persons/"):
            hit = _speaks(folded, distinctive)
        if hit:
            found.append(field)
    return tuple(dict.fromkeys(found))


def _pieces(appeal: Appeal, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Every text of the sheet that the record's author could have written, with its field in the record."""
    yield "texts/title", sheet.headline
    yield "texts/summary", sheet.summary
    yield from (("texts/narrative", paragraph) for paragraph in sheet.paragraphs)
    yield from ((f"texts/questions/{index}", question) for index, question in enumerate(sheet.questions))
    yield from (("event", fact.value) for fact in sheet.whereabouts)
    yield from ((group.field, fact.value) for group in sheet.groups for fact in group.facts)
    yield from ((group.field, group.title) for group in sheet.groups if group.field.startswith("objects/"))
    place = {image.id: index for index, image in enumerate(appeal.images)}
    for picture in sheet.pictures:
        yield f"images/{place[picture.id]}/alt", picture.alt
        yield f"images/{place[picture.id]}/caption", picture.caption or ""
    yield "warning/text", sheet.warning or ""
    yield from (("reward", line) for line in sheet.reward)
    yield "texts/plain", (appeal.texts.plain or {}).get(sheet.lang, "")


def _folded(text: str) -> str:
    """Small letters, plain blanks and hyphens, composed; a clock time is no trace of somebody's ``Uhr``."""
    plain = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u2011", "-")
    return _CLOCK_TIME.sub(" ", " ".join(plain.split()).casefold())


def _names(person: Person) -> set[str]:
    """Every part of a name that tells somebody, and every whole alias, in small letters."""
    given = person.names
    birth = person.birth or {}
    whole = [] if given is None else [given.given or "", given.family or "", *given.aliases]
    whole.append(str(birth.get("name", "")))
    parts = [part for name in whole for part in re.findall(r"\w{2,}", _folded(name))]
    return {name for name in [*map(_folded, whole), *parts] if name and name not in _PARTICLES}


def _name_pattern(name: str) -> re.Pattern[str]:
    """The name as a whole word, with a German genitive."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?:s|es|ns|ens|['’]s?)?(?!\w)")


def _span(figures: Range | None) -> list[int]:
    """Every whole number that a range covers; its known end where it has only one."""
    if figures is None:
        return []
    known = [figure for figure in (figures.min, figures.max) if figure is not None]
    if not known:
        return []
    return list(range(min(known), min(max(known), min(known) + _LONGEST_SPAN) + 1))


def _age_patterns(person: Person) -> Iterator[re.Pattern[str]]:
    """``14-jährig``, ``vierzehnjährig``, ``14 Jahre``, ``(14)``, ``Mitte 40``, and the date of birth."""
    ages = _span(person.age)
    birth = person.birth or {}
    dates = birth.get("dates")
    for date in (birth.get("date"), *(dates if isinstance(dates, list | tuple) else ())):
        if date is not None:
            yield from _date_patterns(str(date))
    if not ages:
        return
    told = _any([word for age in ages for word in (str(age), _spelled(age)) if word])
    tens = _any([word for age in ages for word in (str(age // 10 * 10), _spelled(age // 10 * 10)) if word])
    yield re.compile(rf"(?<![\w.,]){told}[\s-]*(?:jährig|jahr|lebensjahr)")
    yield re.compile(rf"\(\s*{told}\s*\)")
    yield re.compile(rf"(?<!\w)(?:anfang|mitte|ende)\s+(?:der\s+)?{tens}(?:er|ern)?(?!\w)")


def _date_patterns(date: str) -> Iterator[re.Pattern[str]]:
    """A day as it is written in the record, and as German texts write it; the year of birth alone as well."""
    yield re.compile(rf"(?<!\d){re.escape(date)}(?!\d)")
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date):
        year, month, day = match.groups()
        yield re.compile(rf"(?<!\d)0?{int(day)}\.\s*0?{int(month)}\.\s*(?:{year}|{year[2:]})(?!\d)")
    if match := re.match(r"\d{4}", date):
        yield re.compile(rf"(?:geboren|jahrgang|geb\.)\D{{0,40}}{match.group()}|\*\s*{match.group()}")


def _size_patterns(person: Person) -> Iterator[re.Pattern[str]]:
    """Height (``1,85 m`` too) and weight."""
    if heights := _span(person.height_cm):
        yield re.compile(rf"(?<!\d){_any(map(str, heights))}\s*(?:cm|zentimeter)")
        metres = [rf"{height // 100}[,.]{height % 100:02d}" for height in heights if height >= 100]
        if metres:
            yield re.compile(rf"(?<!\d)(?:{'|'.join(metres)})\s*m(?:eter)?(?!\w)")
    if weights := _span(person.weight_kg):
        yield re.compile(rf"(?<!\d){_any(map(str, weights))}\s*(?:kg|kilo)")


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


def _spelled(number: int) -> str:
    """A number below hundred as a German word in small letters; empty above."""
    if number < 10:
        return _ONES[number]
    if number < 20:
        return _TEENS[number - 10]
    if number >= 100:
        return ""
    tens, ones = _TENS[number // 10], _ONES[number % 10]
    return (f"{ones}und{tens}" if ones else tens).casefold()


def _described(person: Person, lang: str) -> list[str]:
    """The authored words about a person."""
    texts: list[Localized | None] = [*(getattr(person, name) for name in PERSON_TEXTS), *person.marks]
    return [
        *(text.get(lang, "") for text in texts if isinstance(text, Mapping)),
        *person.nationalities,
        *person.languages,
    ]


def _words(texts: Iterable[str]) -> frozenset[str]:
    """The stems of the words that tell something."""
    return frozenset(
        stem
        for text in texts
        for word in re.findall(r"[^\W\d_]{3,}", _folded(text))
        if word not in _COMMON and (stem := _stem(word)) not in _COMMON
    )


def _stem(word: str) -> str:
    """The word without one German ending, of which at least three letters are left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _speaks(folded: str, distinctive: frozenset[str]) -> bool:
    """Whether a text holds one of the words, inflected or in a compound, or what a compound among them is about.

    ``Kappe`` is found in ``Baseballkappe``, and ``Einkaufstasche`` in ``Tasche``.
    """
    for stem in _words([folded]):
        for word in distinctive:
            last_part = stem.endswith(word) and (stem == word or len(stem) >= len(word) + _PART)
            inside = last_part or (len(word) >= _COMPOUND and word in stem)
            about = len(stem) >= _COMPOUND and word.endswith(stem)
            if inside or about:
                return True
    return False
