"""Which details of a text about a person identify together (R31). Counts them; the rule of ``posts`` weighs them.

A post that points to the force's page needs no detail at all. Counted are age, place, date, deed, occupation,
nationality, plate, and health, religion, origin or sexual life: each narrows a crowd down, and a few together leave one
person for whoever knows the surroundings. Sex halves the crowd only and counts beside something else alone. „Zeuge“,
„vermisst“ and the force's own region say what the post is about, not who, and never count. Names and words of the
description are no question of number: one is too many.

Source: first formal objection in Saxony, 2015: a suspect could be told from the data in a police post on Facebook.
"""

import datetime as dt
import functools
import re

from fahndung.errors import Message
from fahndung.law import moments
from fahndung.law.facts import Facts
from fahndung.law.names import spelled
from fahndung.law.passages import own_words, without, word_list, words_of
from fahndung.law.places import fold, words_told
from fahndung.law.sensitive import nationalities
from fahndung.law.untold import spoken_date
from fahndung.model.appeal import Category

KINDS = {
    "age": Message("age", "Alter"),
    "place": Message("place", "Ort"),
    "date": Message("date", "Datum"),
    "deed": Message("deed", "Tat"),
    "occupation": Message("occupation", "Beruf"),
    "nationality": Message("nationality", "Staatsangehörigkeit"),
    "plate": Message("plate", "Kennzeichen"),
    "special": Message("health, religion, origin or sexual life", "Gesundheit, Religion, Herkunft oder Sexualleben"),
    "sex": Message("sex", "Geschlecht"),
}
_SPECIAL = ("health", "diagnosis", "suicide", "religion", "origin", "sexual-life")
_AGE = re.compile(r"\b\d{1,3}\s?-?\s?[Jj]ährig|\b\d{1,3}\s+Jahre\b|\bAlter(?:\s+von)?:?\s+\d{1,3}\b|\(\d{1,2}\)")
_SEX = re.compile(r"\b(?:Mann(?:es)?|Frau|Mädchen|Junge|Dame|Herr|männlich\w*|weiblich\w*|Seniorin?|Schülerin?)\b")
LINK = re.compile(r"https?://[^\s<>\"]+|www\.[^\s<>\"]+|(?<![\w@./-])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>\"]*", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")
_NOUN = re.compile(r"\b[A-ZÄÖÜ][^\W\d_]{3,}")
_ENDINGS = ("em", "en", "er", "es", "e", "s", "n")
_STEM = 4

_WITHOUT_DEED = frozenset({Category.MISSING, Category.MISSING_CHILD, Category.HELPLESS, Category.UNKNOWN_DEAD})
"""Their event says what the post is about."""


def details(facts: Facts, text: str) -> tuple[str, ...]:
    """The kinds of identifying details in a post, each once; every place of the event counts."""
    plain = without_frame(facts, text)
    appeal = facts.appeal
    found = ["age"] if _AGE.search(plain) else []
    places = [_distinct(facts, place.text) for place in appeal.event.places]
    found += ["place" for words in dict.fromkeys(places) if words & _nouns(plain)]
    found += ["date"] if _tells_date(facts, plain) else []
    deed = _distinct(facts, f"{appeal.event.what or ''} {appeal.legal.offence or ''}")
    found += ["deed"] if appeal.category not in _WITHOUT_DEED and deed & _nouns(plain) else []
    stems = frozenset(map(stem, WORD.findall(plain)))
    jobs = {stem(w) for p in appeal.persons for t in words_told(p, "occupation") for w in WORD.findall(t)}
    found += ["occupation"] if (jobs - ordinary_stems(facts)) & stems else []
    citizens = {stem(word) for p in appeal.persons for told in p.nationalities for word in WORD.findall(told)}
    found += ["nationality"] if citizens & stems or nationalities(facts, plain) else []
    plates = {item.plate for item in appeal.objects if item.plate}
    found += ["plate"] if any(_bare(plate) in _bare(plain) for plate in plates) else []
    found += ["special"] if any(words_of(facts, list_id, plain) for list_id in _SPECIAL) else []
    return (*found, "sex") if found and _SEX.search(plain) else tuple(found)


def without_frame(facts: Facts, text: str) -> str:
    """A post without what stands in every post: Stand, sentences of law, marker, the force's own name and region."""
    outputs, region = facts.outputs, facts.appeal.authority.region
    frame = [region or ""]
    if outputs is not None:
        wording = outputs.wording
        frame += [wording.stand, wording.tip_sentence, wording.contact_sentence, wording.marker or "", wording.page_url]
        frame += [wording.innocence or ""]
    return without(without(LINK.sub(" ", fold(text)), map(fold, frame)), own_words(facts))


def stem(word: str) -> str:
    """The word without case and ending: ``schwarzer`` as ``schwarz``. Crude, and the same on both sides."""
    plain = word.casefold()
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _STEM:
            return plain.removesuffix(ending)
    return plain


def _nouns(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _NOUN.findall(text))


def _distinct(facts: Facts, text: str) -> frozenset[str]:
    """The nouns of a text that tell something: not the region, not what every appeal says."""
    plain = without(fold(text), [fold(facts.appeal.authority.region or "")])
    return _nouns(plain) - ordinary_stems(facts)


def ordinary_stems(facts: Facts) -> frozenset[str]:
    """The stems of words that could describe anybody."""
    plain = word_list(facts, "plain-word")
    return frozenset() if plain is None else _stems(plain.words)


@functools.lru_cache(maxsize=8)
def _stems(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(stem, words))


def _tells_date(facts: Facts, text: str) -> bool:
    event = facts.appeal.event
    for told in filter(None, (event.start, event.end)):
        span = moments.span(told)
        if span is not None and span[1] - span[0] <= dt.timedelta(hours=25):
            if any(pattern.search(spelled(text)) for pattern in spoken_date(span[0])):
                return True
        elif span is None and fold(told) in text:
            return True
    return False


def _bare(plate: str) -> str:
    return re.sub(r"[\W_]", "", plate).casefold()
