"""Advice on plain German: long sentences, passive chains, abbreviations, a poster that says too much. Only warns.

One finding a field, with the words that it is about. What it takes for a passive is an estimate by word form, not
grammar; other languages are not read. Limits and abbreviations are the home's own to change (``plain.toml``).
"""

import dataclasses
import functools
import pathlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from babel import dates as babel_dates

from fahndung import resources
from fahndung.errors import InvalidConfig, Message, Problem, Severity
from fahndung.model.reading import Piece
from fahndung.model.sheet import Sheet

LANG = "de"
FOLDER, NAME = f"plain-{LANG}", "plain.toml"
RULE = "plain"
SOURCE = f"Vorschlag des Programms (templates/{FOLDER}/{NAME})"
_SHOWN = 60
"""Characters of a sentence that a finding quotes."""
_SHORT = frozenset({"texts/summary", "texts/plain", "warning/text"})
_NARRATIVE = "texts/narrative"
_LIMITS = ("sentence", "long_sentence", "poster_words", "facts")
_CHAIN = 3
"""So many sentences with a passive in a row are a chain; two passives in one sentence are one as well."""

_WORD = re.compile(r"[^\W_]+(?:[-–/.,:’'·][^\W_]+)*")
_END = re.compile(r"(?<=[.!?…])[“”\")]*\s+(?=[„“\"(]?[A-ZÄÖÜ\d])")
_SHORT_WORDS = "Dr|Prof|St|Nr|Abs|Art|Az|Tel|Str|ca|bzw|geb|Std|Abt|Hr|Fr"
_NO_END = re.compile(rf"(?:(?<!\w)(?:[^\W\d_]|{_SHORT_WORDS})|[^\W\d_]str)\.[“”\")]*$")
"""An initial, a short word, a street (*Beispielstr.*)."""
_ORDINAL = re.compile(r"(?<![\w.])\d{1,2}\.$")
_COUNTED = re.compile(r"\b(?:[Dd](?:er|ie|as|en|em|es)|[Ii]m)\s\d{1,2}\.$")
"""„Der 3. Mann“, „im 2. Stock“: behind an article stands a number that counts, not the end."""
_BEFORE = 20
"""Characters before a full stop in which these three are looked for; the longest has ten."""
_CLOCK = re.compile(r"\b(\d{1,2}(?:[:.]\d{2})?)\sUhr\b")
_AUXILIARY = re.compile(r"\b(?:wird|werden|wurden?|worden)\b")
_PAST = re.compile(r"\b(?:wurden?|worden)\b")
_PERFECT = re.compile(r"\b(?:habe|hat|haben|hatten?|ist|sind|war(?:en)?|sei|seien|wäre|wären)\b")
_BEFORE_NOUN = re.compile(r"(?:enden|[bdfghkmnprsuzß]ten)$")
"""The ends of what stands before a noun: *am folgenden Tag*, *nach der gesuchten Frau*."""
_TO_DO = re.compile(r"\bzu\s\w+")
_CLAUSE = re.compile(
    r",\s(?=(?:als|bevor|da|das|dass|dem|den|der|deren|dessen|die|nachdem|ob|obwohl|sodass|während|weil|welche[rnms]?"
    r"|wenn|wer|wie|wo|wobei|womit)\b)"
)
"""Where a subordinate clause begins: a participle in it does not belong to the verb before."""
_PREFIX = "(?:be|ver|er|ent|zer|miss|durch|über|unter)"
_PARTICIPLE = re.compile(rf"[a-zäöü]{{0,9}}?ge[a-zäöüß]{{2,}}(?:t|en)|[a-zäöüß]{{3,}}iert|{_PREFIX}[a-zäöüß]{{2,}}t")
_PARTICIPLE_EN = re.compile(rf"{_PREFIX}[a-zäöüß]{{2,}}en")
_NONE = frozenset(
    [
        "überhaupt",
        "unterdessen",
        "insgesamt",
        "gegen",
        "gestern",
        "ersten",
        "erst",
        "beiden",
        "bekannt",
        "bereit",
        "besten",
        "verschiedenen",
        "gesamten",
    ]
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What counts as too much (words, words, words, rows), and each abbreviation with what it stands for."""

    sentence: int
    long_sentence: int
    poster_words: int
    facts: int
    abbreviations: Mapping[str, str]


def guide(home: pathlib.Path | None = None) -> Guide:
    """The limits and abbreviations; a home's own file replaces them whole.

    Raises:
        InvalidConfig: the file is broken or lacks something.
    """
    path = resources.template_path(FOLDER, NAME, home)
    try:
        read = tomllib.loads(resources.template_text(FOLDER, NAME, home))
        limits, short = read["limits"], read["abbreviations"]
        numbers = {name: limits[name] for name in _LIMITS}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        said = f"{path}: {error}"
        raise InvalidConfig(
            f"{said}; correct it, or remove the home's copy", f"{said}; berichtigen oder die eigene Kopie entfernen"
        ) from error
    bad = [name for name, most in numbers.items() if type(most) is not int or most < 1]
    bad += [] if isinstance(short, dict) and all(isinstance(one, str) for one in short.values()) else ["abbreviations"]
    if bad:
        named = ", ".join(bad)
        raise InvalidConfig(
            f"{path}: {named}: limits are whole numbers from 1, abbreviations are texts",
            f"{path}: {named}: Grenzen sind ganze Zahlen ab 1, Abkürzungen sind Texte",
        )
    return Guide(abbreviations=short, **numbers)


def findings(pieces: Iterable[Piece], sheet: Sheet, guide: Guide, *, poster: bool) -> tuple[Problem, ...]:
    """The advice on an appeal's German texts, one finding a field, in the order of the record's texts.

    Args:
        pieces: the authored texts as they are printed. poster: whether there will be one.
    """
    if sheet.lang != LANG:
        return ()
    texts: dict[str, list[str]] = defaultdict(list)
    for piece in pieces:
        texts[piece.field].append(piece.text)
    told = {field: list(_said(field, said, guide)) for field, said in texts.items()}
    for field, message in _crowded(sheet, guide) if poster else ():
        told.setdefault(field, []).append(message)
    return tuple(_problem(field, messages) for field, messages in told.items() if messages)


def sentences(text: str) -> list[str]:
    """The sentences of a German text; „1. November“, „Dr.“ and „Heinrich M.“ end none."""
    found, start = [], 0
    for match in _END.finditer(text):
        before = text[max(start, match.start() - _BEFORE) : match.start()]
        if _NO_END.search(before) or _COUNTED.search(before):
            continue
        if _ORDINAL.search(before) and _months().match(text, match.end()):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    return [*found, rest] if (rest := text[start:].strip()) else found


def words(text: str) -> int:
    """How many words a text has; „34-Jähriger“, a date and a time of day are one each."""
    return len(_WORD.findall(_CLOCK.sub(r"\1", _dates().sub("Datum", text))))


def passives(sentence: str) -> int:
    """How many passives a sentence seems to have: participles beside an auxiliary, which may stand for several of them.

    One that a perfect tense may need (*hat gesehen*, *ist verschwunden*) counts for none.
    """
    return sum(map(_passives_of, _CLAUSE.split(sentence)))


def _passives_of(clause: str) -> int:
    if not _AUXILIARY.search(clause):
        return 0
    lower = [word for word in _WORD.findall(_TO_DO.sub("", clause)) if word[0].islower() and word not in _NONE]
    past = _PAST.search(clause) is not None  # else "verletzen" may be an infinitive
    lower = [word for word in lower if not _BEFORE_NOUN.search(word)]
    found = [word for word in lower if _PARTICIPLE.fullmatch(word) or (past and _PARTICIPLE_EN.fullmatch(word))]
    others = max(len(_PERFECT.findall(clause)) - clause.count(" worden"), 0)  # "ist verkauft worden" is a passive
    return max(len(found) - others, 0)


def _said(field: str, texts: list[str], guide: Guide) -> Iterator[Message]:
    """What is to be said of the texts of one field."""
    strict = field in _SHORT or field.startswith("texts/questions/")
    if strict or field == _NARRATIVE:
        all_sentences = [sentence for text in texts for sentence in sentences(text)]
        yield from _long(all_sentences, guide.sentence if strict else guide.long_sentence, guide)
        yield from _chain(all_sentences)
    yield from _abbreviated(" ".join(texts), guide)


def _long(told: list[str], most: int, guide: Guide) -> Iterator[Message]:
    over = sorted((sentence for sentence in told if words(sentence) > most), key=words, reverse=True)
    if not over:
        return
    count, quoted = words(over[0]), _quoted(over[0])
    very = count > guide.long_sentence
    more = len(over) - 1
    en, de = (f"; {more} more are long", f"; {more} weitere sind lang") if more else ("", "")
    yield Message(
        f"a {'very ' if very else ''}long sentence of {count} words (“{quoted}”{en}); up to {most} read well",
        f"ein {'sehr ' if very else ''}langer Satz mit {count} Wörtern („{quoted}“{de}); bis {most} liest er sich gut",
    )


def _chain(told: list[str]) -> Iterator[Message]:
    counts = [passives(sentence) for sentence in told]
    twice = next((sentence for sentence, count in zip(told, counts, strict=True) if count > 1), None)
    row = next((at for at in range(len(counts) - _CHAIN + 1) if all(counts[at : at + _CHAIN])), None)
    if twice is not None:
        quoted = _quoted(twice)
        yield Message(
            f"several passives in one sentence (“{quoted}”); say who did it",
            f"mehrmals Leideform („wurde …“) in einem Satz („{quoted}“); besser sagen, wer etwas tat",
        )
    elif row is not None:
        quoted = _quoted(told[row])
        yield Message(
            f"{_CHAIN} sentences in a row are passive (from “{quoted}”); say who did it",
            f"{_CHAIN} Sätze nacheinander in Leideform („wurde …“, ab „{quoted}“); besser sagen, wer etwas tat",
        )


def _abbreviated(text: str, guide: Guide) -> Iterator[Message]:
    folded = text.casefold()
    found = [
        (short, long)
        for short, long in guide.abbreviations.items()
        if long.casefold() not in folded and any(_is_short(short, match) for match in _pattern(short).finditer(text))
    ]
    if found:
        en = ", ".join(f"“{short}” ({long})" for short, long in found)
        de = ", ".join(f"„{short}“ ({long})" for short, long in found)
        yield Message(f"abbreviations that not everybody knows: {en}", f"Abkürzungen, die nicht jeder kennt: {de}")


def _is_short(short: str, found: re.Match[str]) -> bool:
    """Whether what was found is the abbreviation: with a capital within a sentence it is a name (Max.)."""
    if short[0].isupper() or found[0][0].islower():
        return True
    before = found.string[: found.start()].rstrip()
    return not before or before[-1] in ".!?…:„"


@functools.cache
def _pattern(short: str) -> re.Pattern[str]:
    parts = "\\s?".join(map(re.escape, short.split(" ")))
    return re.compile(rf"(?<![\w-]){parts}(?![\w-])", re.IGNORECASE)


def _crowded(sheet: Sheet, guide: Guide) -> Iterator[tuple[str, Message]]:
    """What a poster says too much of: it carries the summary and all facts."""
    count = words(sheet.summary)
    if count > guide.poster_words:
        yield (
            "texts/summary",
            Message(
                f"{count} words on the poster; up to {guide.poster_words} are read in passing",
                f"{count} Wörter auf dem Plakat; bis {guide.poster_words} werden im Vorbeigehen gelesen",
            ),
        )
    for group in sheet.groups:
        if len(group.facts) > guide.facts:
            yield (
                group.field,
                Message(
                    f"{len(group.facts)} facts on the poster; up to {guide.facts} are kept in mind",
                    f"{len(group.facts)} Angaben auf dem Plakat; bis {guide.facts} bleiben im Gedächtnis",
                ),
            )


def _problem(field: str, messages: list[Message]) -> Problem:
    en, de = (" – ".join(parts) for parts in zip(*messages, strict=True))
    message = Message(f"Plain language: {en}.", f"Einfache Sprache: {de}.")
    return Problem(rule=RULE, severity=Severity.WARN, field=field, message=message, source=SOURCE)


def _quoted(sentence: str) -> str:
    """The beginning of a sentence, without the quotes in it."""
    plain = re.sub(r"[„“”\"]", "", sentence)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN].rsplit(' ', 1)[0]} …"


@functools.cache
def _months() -> re.Pattern[str]:
    return re.compile("|".join(babel_dates.get_month_names("wide", locale=LANG).values()))


@functools.cache
def _dates() -> re.Pattern[str]:
    return re.compile(rf"\b\d{{1,2}}\.\s(?:{_months().pattern})(?:\s\d{{4}})?\b")
