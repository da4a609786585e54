"""R18 on free text where the record holds nothing to look for: births of the missing and helpless, names of victims.

Reads words, not meanings. What the record holds is ``untold``'s business, and no finding repeats what it found.
"""

import functools
import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.names import spelled
from fahndung.law.passages import Passage, blamed, passages, word_list
from fahndung.law.persons import SHELTERED, VICTIMS
from fahndung.law.rule import How, Rule, ask, block, unlocked
from fahndung.law.untold import SOURCE, name_parts, secrets

_MONTH = (
    r"(?:Jan(?:uar)?|Feb(?:ruar)?|Feber|M(?:ae|a)rz|Mrz|Apr(?:il)?|Mai|Juni?|Juli?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"O[kc]t(?:ober)?|Nov(?:ember)?|De[zc](?:ember)?|January|February|March|May|June|July)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_DATE = (
    rf"(?:\d\d?\.?\s?(?:{_MONTH}\b\.?(?:\s?(?:{_YEAR}|\d\d\b))?|[./-]\s?\d\d?\b(?:[./-]\s?(?:{_YEAR}|\d\d\b))?)|"
    rf"{_MONTH}\.?\s(?:\d\d?,?\s)?{_YEAR}|{_YEAR}-\d\d-\d\d|{_YEAR}\b)"
)
_BORN = r"(?:geb\.|geb(?=\s)|geboren\w*|born|Geburtsdatum|Geb\.-Datum|Geburtstag|Geburtsjahr|date of birth|DOB)"
_PLACE = r"(?-i:in|zu|aus|bei)\s+(?:(?:der|dem|den)\s+)?(?-i:[A-Z])[\w./-]*(?:\s\([\w.\s-]+\))?"
_SMALL = r"er|sie|es|ist|war|wurde|is|was|am|im|in|on|den|der|the|Jahre?|year|etwa|ca\.|\w+tag"
_BETWEEN = rf"(?:[\s,:;(]+(?:{_SMALL}|{_PLACE})){{0,5}}[\s,:;(]*"
_BIRTH = re.compile(
    rf"(?<!\w)(?:{_BORN}{_BETWEEN}{_DATE}|{_DATE}\)?{_BETWEEN}{_BORN}(?!\w)|"
    rf"\*\s?\d\d?\.\s?(?:\d\d?\.|{_MONTH})\s?{_YEAR}|"
    rf"(?:Geburts)?Jahrgang(?:\s+|:\s*)(?:{_YEAR}|'?\d\d\b)|"
    rf"geboren\w*\s+{_PLACE}|{_PLACE}\s+geboren|gebuertig\w*\s+(?:{_PLACE}|(?-i:[A-Z])\w+)|Geburtsort\w*|"
    rf"(?:geb\.|geborene[rn]?)\s+(?-i:[A-Z])\w+|Geburtsname\w*)",
    re.IGNORECASE,
)
"""A date, year, place or name of birth, in words of one sentence."""

_NO_NAME = (
    rf"(?:{_MONTH}|Anfang|Mitte|Ende|Zeug(?:e|en|in|innen)|Hinweise?|Polizei\w*|Kriminal\w*|Telefon|Person(?:en)?|"
    r"Mann|Frau|Kind(?:er)?|Junge|Maedchen|\w+(?:fahrer|gaenger)(?:in)?|\w+(?:tag|woch)s?|Uhr|Wer|Wo|Die|Der|Das|"
    r"Ein|Eine|Sie|Er|Es|Nach|Bei|In|Im|Am|Auf|Und)\b"
)
_NAME = rf"(?!{_NO_NAME})[A-Z][a-z]+(?:-[A-Z][a-z]+)*"
_TITLE = r"(?:Frau|Herrn?|Dr\.|Prof\.|Mr\.?|Mrs\.?|Ms\.?)"
_LINK = r"[\s,:(\"„]+(?:(?:ist|war|heisst|hiess|namens|mit Namen|is|was|named)\s+)?(?:(?:der|die|das|the)\s+)?"
_WHO = r"(?:\d+-jaehrige[rn]?\s+)?(?:\w+(?:fahrer|gaenger)(?:in)?\s+)?"
_SURNAME = rf"(?:(?:von|van|de|der|den|zu)\s+)*(?:{_NAME}|[A-Z]\.)"


@functools.cache
def _named() -> re.Pattern[str]:
    """After a word for a victim: given name and surname or its initial, or a form of address and a name.

    Most appeals have no such word, and it takes 2 ms to compile.
    """
    return re.compile(rf"{_LINK}{_WHO}(?:{_TITLE}\s+(?P<only>{_NAME})|(?:{_TITLE}\s+)*(?P<first>{_NAME})\s+{_SURNAME})")


def births_untold(facts: Facts) -> Iterator[Problem]:
    """R18: no date, year, place or name of birth of somebody missing or helpless, unless a birth is unlocked."""
    if any(unlocked(facts, f"persons/{index}/birth") for index in range(len(facts.appeal.persons))):
        return
    hidden = secrets(facts)
    told = [
        passage
        for passage in passages(facts)
        if _BIRTH.search(spelled(passage.text)) and not any(secret.finder.is_in(passage.text) for secret in hidden)
    ]
    for passage in blamed(told):
        if not unlocked(facts, passage.field):
            yield block(
                "R18",
                passage.field,
                f"{passage.field} tells when or where somebody was born, or a birth name. Take it out (an age is "
                "enough), or unlock the field with by and reason.",
                f"{passage.field} nennt Geburtsdatum, Geburtsjahr, Geburtsort oder Geburtsnamen. Entfernen (das Alter "
                "genügt) oder das Feld mit by und reason freigeben.",
                SOURCE,
            )


def victims_unnamed(facts: Facts) -> Iterator[Problem]:
    """R18: where a text seems to name a victim who is no person of the record, somebody says why that may be.

    Source: Nr. 1.2 VwV Öffentlichkeitsfahndung (names of those concerned, contact before), read 2026-11-26.
    """
    known = {spelled(part).casefold() for person in facts.appeal.persons for part in name_parts(person)}
    for passage in blamed([passage for passage in passages(facts) if _names_victim(facts, passage, known)]):
        if not unlocked(facts, passage.field):
            yield from ask(
                facts,
                "R18",
                passage.field,
                f"{passage.field} seems to name a victim. Names of victims are left out; if this one is indispensable: "
                "was the victim contacted before?",
                f"{passage.field} scheint ein Opfer beim Namen zu nennen. Namen von Opfern bleiben weg; ist dieser "
                "unerlässlich: Wurde vorher Kontakt aufgenommen?",
                VICTIMS,
            )


def _names_victim(facts: Facts, passage: Passage, known: set[str]) -> bool:
    victims, nouns = word_list(facts, "victim"), word_list(facts, "person-noun")
    for match in () if victims is None else victims.matches(passage.text):
        named = _named().match(spelled(f"…{passage.text[match.end() :]}").removeprefix("..."))
        first = "" if named is None else named["only"] or named["first"]
        if first and first.casefold() not in known and (nouns is None or not nouns.found(first)):
            return True
    return False


RULES = (
    Rule(
        id="R18",
        categories=SHELTERED,
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("No birth in free text.", "Keine Geburtsangaben im Freitext."),
        judge=births_untold,
    ),
    Rule(
        id="R18",
        stages=BEFORE_PUBLICATION,
        source=VICTIMS,
        title=Message("No victim named in free text.", "Kein Opfer im Freitext benannt."),
        how=How.ASKED,
        judge=victims_unnamed,
    ),
)
