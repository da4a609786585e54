"""R16: no text asks strangers to comment. Whether the sentence on tips is there is ``wording``'s business.

Reads German and a little English, sentence by sentence; what is denied in its own clause asks for nothing.
"""

import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.passages import blamed, passages, without, words_of
from fahndung.law.places import fold
from fahndung.law.rule import Rule, block, warn

SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2"

_SENTENCE_END = re.compile(r"[.!?|]+(?:\s+|$)")
_CLAUSE_END = re.compile(r"[,;:()]|\s[–-]\s|\b(?:sondern|but)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:nicht(?!\s+nur)|kein\w*|niemals|nie|weder|ohne|statt|anstatt|not(?!\s+only)|never|no|don't|instead|without|"
    r"deaktiviert\w*|abgeschaltet\w*|ausgeschaltet\w*|geschlossen\w*|gesperrt\w*|gelöscht\w*|entfernt\w*|absehen|"
    r"abzusehen|verzichten|verzichtet|unterlassen|vermeiden|disabled|deleted|removed|refrain)\b",
    re.IGNORECASE,
)
_BIDS = re.compile(r"\W*Kommentier(?:t|e)?\b(?!\s+(?:wurden?|wird|werden|ha[tb]\w*|ist|sind)\b)")


def nobody_invited(facts: Facts) -> Iterator[Problem]:
    """R16: neither the record nor a template nor a post asks for comments.

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2 (tips do not go into the network), read 2026-11-26.
    """
    sentence = "" if facts.outputs is None else fold(facts.outputs.wording.tip_sentence)
    read = [(passage, without(passage.text, [sentence])) for passage in passages(facts)]
    calls = {passage: word for passage, text in read if (word := _call(facts, text))}
    for passage in blamed(tuple(calls)):
        yield block(
            "R16",
            passage.field,
            f"{passage.field} asks for comments (“{calls[passage]}”). Tips go to the police by telephone or e-mail; "
            "take the call out.",
            f"{passage.field} lädt zum Kommentieren ein („{calls[passage]}“). Hinweise gehen telefonisch oder per "
            "E-Mail an die Polizei; die Aufforderung streichen.",
            SOURCE,
        )
    mentions = {passage: word for passage, text in read if passage not in calls and (word := _mention(facts, text))}
    for passage in blamed(tuple(mentions)):
        yield warn(
            "R16",
            passage.field,
            f"{passage.field} speaks of comments (“{mentions[passage]}”); make sure that nobody takes it as a call.",
            f"{passage.field} spricht von Kommentaren („{mentions[passage]}“); niemand darf es als Aufforderung lesen.",
            SOURCE,
        )


def _call(facts: Facts, text: str) -> str | None:
    """The first words that ask for comments: a call by itself, or comments and a word to readers in one sentence."""
    for sentence in _SENTENCE_END.split(text):
        for clause in _affirmed(sentence):
            if bid := _BIDS.match(clause):
                return bid.group().strip()
            if found := words_of(facts, "call-for-comments", clause):
                return found[0]
            found = words_of(facts, "comments", clause)
            if found and words_of(facts, "call-for-words", sentence):
                return found[0]
    return None


def _mention(facts: Facts, text: str) -> str | None:
    for clause in _affirmed(_SENTENCE_END.sub(" ; ", text)):
        if found := words_of(facts, "comments", clause):
            return found[0]
    return None


def _affirmed(sentence: str) -> Iterator[str]:
    """The clauses of a sentence that deny nothing."""
    return (clause for clause in _CLAUSE_END.split(sentence) if not _DENIED.search(clause))


RULES = (
    Rule(
        id="R16",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Nobody is asked to comment.", "Niemand wird zum Kommentieren aufgefordert."),
        judge=nobody_invited,
    ),
)
