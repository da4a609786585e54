"""R19 and R20: health, religion, origin, sexual life and nationality, in fields and in what is printed.

Reads words, not meanings: a word list is data, and a reason in the record opens what must be told.
"""

import functools
import re
from collections.abc import Callable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Nationality
from fahndung.law.passages import Passage, content_of, passages, word_list, words_of
from fahndung.law.places import person_of, words_told
from fahndung.law.rule import How, Rule, ask, block, unlocked
from fahndung.model.appeal import Category
from fahndung.model.sought import Role

R19_SOURCE = "§ 48 BDSG; § 54 Abs. 1 SächsPVDG"
R20_SOURCE = "Pressekodex Nr. 12.1; Umfang: Vorschlag des Programms"

_KINDS = {
    "health": Message("health", "Gesundheit"),
    "religion": Message("religion", "Religion"),
    "origin": Message("ethnic origin", "ethnische Herkunft"),
    "sexual-life": Message("sexual life", "Sexualleben"),
}
_UNNAMED = {
    "suicide": Message("an intention of suicide", "eine Suizidabsicht"),
    "diagnosis": Message("a diagnosis", "eine Diagnose"),
}
_NO_LONGER_HEALTH = frozenset({"health", "diagnosis"})
_ADJECTIVE = ("e", "er", "en", "es", "em")


def necessity_stated(facts: Facts) -> Iterator[Problem]:
    """R19: what tells health, religion, origin or sexual life is strictly necessary, and the record says why."""
    if (facts.appeal.legal.strictly_necessary or "").strip():
        return
    for field, kind in _special_fields(facts):
        yield _unreasoned(field, kind, "")
    read = passages(facts)
    for list_id, kind in _KINDS.items():
        for passage, word in _blamed_words(read, functools.partial(_found, facts, list_id)):
            yield _unreasoned(passage.field, kind, word)


def _special_fields(facts: Facts) -> Iterator[tuple[str, Message]]:
    for index, person in enumerate(facts.appeal.persons):
        if person.appearance_origin:
            yield f"persons/{index}/appearance_origin", _KINDS["origin"]
        if person.condition and person.role is not Role.DEAD:
            yield f"persons/{index}/condition", _KINDS["health"]


def _unreasoned(field: str, kind: Message, word: str) -> Problem:
    en, de = (f" (“{word}”)", f" („{word}“)") if word else ("", "")
    return block(
        "R19",
        field,
        f"{field} tells something about {kind.en}{en}, and the record does not say why that is strictly necessary. "
        "Leave it out or give the reason in legal/strictly_necessary.",
        f"{field} sagt etwas über: {kind.de}{de}; der Datensatz sagt nicht, warum das unbedingt erforderlich ist. "
        "Weglassen oder in legal/strictly_necessary begründen.",
        R19_SOURCE,
    )


def nothing_diagnosed(facts: Facts) -> Iterator[Problem]:
    """R19: neither a diagnosis nor an intention of suicide is named; „hilflose Lage“ says enough."""
    read = passages(facts)
    for list_id, what in _UNNAMED.items():
        for passage, word in _blamed_words(read, functools.partial(_found, facts, list_id)):
            if not unlocked(facts, passage.field):
                yield block(
                    "R19",
                    passage.field,
                    f"{passage.field} names {what.en} (“{word}”). Write neutrally (“hilflose Lage”, "
                    "“Ausnahmesituation”, “benötigt Hilfe”) or unlock the field with by and reason.",
                    f"{passage.field} nennt {what.de} („{word}“). Neutral schreiben („hilflose Lage“, "
                    "„Ausnahmesituation“, „benötigt Hilfe“) oder das Feld mit by und reason freigeben.",
                    R19_SOURCE,
                )


def _blamed_words(
    read: tuple[Passage, ...], words: Callable[[Passage], tuple[str, ...]]
) -> Iterator[tuple[Passage, str]]:
    """Each passage to correct with its first word; an output's only if no piece of the record has that word.

    A sheet may have the end of a word that a line has broken: the piece has the whole word.
    """
    told = [(passage, words(passage)) for passage in read]
    authored = [word.casefold() for passage, found in told if passage.authored for word in found]
    for passage, found in told:
        own = [word for word in found if passage.authored or not any(word.casefold() in known for known in authored)]
        if own:
            yield passage, own[0]


def _found(facts: Facts, list_id: str, passage: Passage) -> tuple[str, ...]:
    """The words of a list in a text. An unlocked diagnosis is told as health; the dead have no health to protect."""
    if list_id in _NO_LONGER_HEALTH and _about_dead(facts, passage.field):
        return ()
    words = words_of(facts, list_id, passage.text)
    if list_id == "health" and unlocked(facts, passage.field):
        words += tuple(word for other in _UNNAMED for word in words_of(facts, other, passage.text))
    return words


def _about_dead(facts: Facts, field: str) -> bool:
    person = person_of(facts.appeal, field)
    if person is not None:
        return person.role is Role.DEAD
    persons = facts.appeal.persons
    return facts.appeal.category is Category.UNKNOWN_DEAD and all(each.role is Role.DEAD for each in persons)


def nationality_kept(facts: Facts) -> Iterator[Problem]:
    """R20: a nationality is told only where the category leaves it to the force, and the force names it."""
    content = content_of(facts)
    if content is None or (content.nationality and facts.nationality is Nationality.NAME):
        return
    for index, person in enumerate(facts.appeal.persons):
        field = f"persons/{index}/nationalities"
        if person.nationalities and not unlocked(facts, field):
            yield from _asked(facts, field, Severity.WARN) if content.nationality else (_closed(field),)
    severity = Severity.WARN if content.nationality else Severity.BLOCK
    for passage, word in _blamed_words(passages(facts), lambda passage: nationalities(facts, passage.text)):
        if not _says_language(facts, passage) and not unlocked(facts, passage.field):
            yield from _asked(facts, passage.field, severity, word)


def _closed(field: str) -> Problem:
    return block(
        "R20",
        field,
        "This kind of appeal does not tell a nationality. Leave it out or unlock the field with by and reason.",
        "Diese Art Aufruf nennt keine Staatsangehörigkeit. Weglassen oder das Feld mit by und reason freigeben.",
        R20_SOURCE,
    )


def _asked(facts: Facts, field: str, severity: Severity, word: str = "") -> Iterator[Problem]:
    en, de = (f" (“{word}”)", f" („{word}“)") if word else ("", "")
    return ask(
        facts,
        "R20",
        field,
        f"{field} tells a nationality{en}. Is it needed to find or to recognise the person?",
        f"{field} nennt eine Staatsangehörigkeit{de}. Ist sie nötig, um die Person zu finden oder zu erkennen?",
        R20_SOURCE,
        severity,
    )


def _says_language(facts: Facts, passage: Passage) -> bool:
    """Whether the text is what the record says of a person's languages, or the field of R20 itself."""
    for person in facts.appeal.persons if passage.authored else ():
        told = [words_told(person, field) for field in ("languages", "nationalities", "speech")]
        if passage.text in {text for texts in told for text in (*texts, ", ".join(texts))}:
            return True
    return False


def nationalities(facts: Facts, text: str) -> tuple[str, ...]:
    """The words of a text that tell somebody's nationality: a noun, or an adjective before a word for a person."""
    found = list(words_of(facts, "nationality-noun", text))
    for adjective in words_of(facts, "nationality", text):
        if "sprach" not in adjective.casefold():
            found += _with_person(facts, adjective, text)
    return tuple(dict.fromkeys(found))


def _with_person(facts: Facts, adjective: str, text: str) -> Iterator[str]:
    persons = word_list(facts, "person-noun")
    for match in re.finditer(rf"(?<!\w){re.escape(adjective)}(?P<next>(?:\s+[\w-]+){{1,3}})", text):
        for word in match["next"].split():
            if persons is not None and persons.found(word):
                yield f"{adjective} … {word}" if not match["next"].strip().startswith(word) else f"{adjective} {word}"
            if not word.endswith(_ADJECTIVE) or word.startswith("sprech") or "sprach" in word:
                break


RULES = (
    Rule(
        id="R19",
        stages=BEFORE_PUBLICATION,
        source=R19_SOURCE,
        title=Message("What is sensitive is strictly necessary.", "Sensible Angaben sind unbedingt erforderlich."),
        judge=necessity_stated,
    ),
    Rule(
        id="R19",
        stages=BEFORE_PUBLICATION,
        source=R19_SOURCE,
        title=Message("Neither diagnosis nor suicide is named.", "Weder Diagnose noch Suizidabsicht wird genannt."),
        judge=nothing_diagnosed,
    ),
    Rule(
        id="R20",
        stages=BEFORE_PUBLICATION,
        source=R20_SOURCE,
        title=Message("No nationality without need.", "Keine Staatsangehörigkeit ohne Notwendigkeit."),
        how=How.ASKED,
        judge=nationality_kept,
    ),
)
