"""R15: nobody without a conviction is called a culprit, by the record or by a template. Grammar: ``prejudgement``.

Reads German. Source: Nr. 23 RiStBV (no prejudgement), §§ 131b, 131c StPO ("unbekannter Täter"), read 2026-11-26.
"""

import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.outlets import OUTLETS, lexicon, outlets, pieces
from fahndung.law.prejudgement import Hit, Vocabulary, hits
from fahndung.law.rule import Rule, block, warn
from fahndung.model import people
from fahndung.model.reading import Kind, folded, letters
from fahndung.model.sought import Person, Role

SOURCE = "Nr. 23 RiStBV; Art. 6 Abs. 2 EMRK"

_NARRATIVE = "texts/narrative"
_REWARD = "reward"
_OF_PERSONS = re.compile(r"(persons|images)/(\d+)(?:/|$)")
_LETTERING = re.compile(r"„[^“]*“|\"[^\"]*\"|\b(?:Aufschrift|Schriftzug|Aufdruck)\s+\S+")


def pieces_unprejudiced(facts: Facts) -> Iterator[Problem]:
    """R15: the record's own words; where nobody is suspected, only those about an unconvicted person or a picture."""
    words = _vocabulary(facts)
    suspected = people.suspected(facts.appeal)
    for piece in pieces(facts):
        if suspected or _about_unconvicted(facts, piece.field):
            text = _LETTERING.sub(" ", piece.text) if _OF_PERSONS.match(piece.field) else piece.text
            for hit in hits(_unnamed(facts, folded(text)), words):
                yield _problem(piece.field, hit)


def templates_unprejudiced(facts: Facts) -> Iterator[Problem]:
    """R15: what an output says beyond the record's own words."""
    if not people.suspected(facts.appeal):
        return
    words = _vocabulary(facts)
    known = sorted(filter(None, {folded(piece.text) for piece in pieces(facts)}), key=len, reverse=True)
    said = letters(" ".join(known))
    for text in outlets(facts, OUTLETS | {Kind.ALT}):
        rest = folded(text.text)
        if text.kind is not Kind.POSTER:  # a poster hyphenates: there a word counts if no piece has it
            for piece in known:
                rest = re.sub(rf"(?<!\w){re.escape(piece)}(?!\w)", " . ", rest)
        for hit in hits(_unnamed(facts, rest), words):
            if text.kind is not Kind.POSTER or letters(hit.word) not in said:
                yield _problem(text.name, hit)


def _vocabulary(facts: Facts) -> Vocabulary:
    return Vocabulary(
        culprits=lexicon(facts, "culprits"),
        deeds=lexicon(facts, "deeds"),
        deeds_past=lexicon(facts, "deeds-past"),
        guilt=lexicon(facts, "guilt"),
        suspicion=lexicon(facts, "suspicion"),
        suspected=lexicon(facts, "suspected"),
    )


def _about_unconvicted(facts: Facts, field: str) -> bool:
    """Whether a field describes or depicts somebody who is not convicted."""
    match = _OF_PERSONS.match(field)
    if match is None:
        return False
    room, index = match[1], int(match[2])
    persons = facts.appeal.persons
    if room == "persons":
        return index < len(persons) and _unconvicted(persons[index])
    if index >= len(facts.appeal.images):
        return False
    shows = facts.appeal.images[index].shows
    return any(_unconvicted(person) for person in persons if not shows or person.id in shows)


def _unconvicted(person: Person) -> bool:
    return person.role is not Role.CONVICT


def _unnamed(facts: Facts, text: str) -> str:
    """The text without the persons' names: somebody may be called Räuber or Dieb."""
    for person in facts.appeal.persons:
        names = () if person.names is None else (person.names.given, person.names.family, *person.names.aliases)
        for name in filter(None, names):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "N", text)
    return text


def _problem(field: str, hit: Hit) -> Problem:
    if hit.noun and hit.unknown and field == _NARRATIVE:
        return warn(
            "R15",
            field,
            f"'{hit.word}' is fine about an unknown person in the narrative, not about the person who is shown.",
            f"„{hit.word}“ ist im Sachverhalt über Unbekannte zulässig, nicht über die gezeigte Person.",
            SOURCE,
        )
    report = warn if _only_told(field, hit) else block
    if hit.noun:
        return report(
            "R15",
            field,
            f"'{hit.word}' prejudges a person who is not convicted; write 'Tatverdächtiger' or 'Tatverdächtige'.",
            f"„{hit.word}“ greift einem Urteil vor; „Tatverdächtiger“ oder „Tatverdächtige“ schreiben.",
            SOURCE,
        )
    return report(
        "R15",
        field,
        f"'{hit.word}' tells the deed or the guilt of a person who is not convicted as a fact; write 'soll … haben' "
        "or 'steht im Verdacht'.",
        f"„{hit.word}“ stellt Tat oder Schuld einer nicht verurteilten Person als erwiesen dar; „soll … haben“ oder "
        "„steht im Verdacht“ schreiben.",
        SOURCE,
    )


def _only_told(field: str, hit: Hit) -> bool:
    """What weighs less: an unknown's deed where no picture and no description is meant; the terms of a reward.

    Nr. IV.1 VwV Auslobung itself says "Ergreifung des Täters".
    """
    if field == _REWARD:
        return True
    return hit.unknown and not hit.noun and _OF_PERSONS.match(field) is None


RULES = (
    Rule(
        id="R15",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("The record's words prejudge nobody.", "Der Wortlaut der Akte greift keinem Urteil vor."),
        judge=pieces_unprejudiced,
    ),
    Rule(
        id="R15",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("No template prejudges anybody.", "Keine Vorlage greift einem Urteil vor."),
        judge=templates_unprejudiced,
    ),
)
