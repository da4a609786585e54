"""Where a German text tells somebody's guilt as a fact: nouns, verbs, words of guilt. The grammar of R15, no rule.

Word lists come from the tables; what is here is where they may stand. Reads sentence by sentence, knows no meaning:
a sentence that prejudges in other words is not found.
"""

import dataclasses
import re
from collections.abc import Iterator

from fahndung.law.figures import Lexicon

_SENTENCE_END = re.compile(r"(?<=[.!?…:])(?<!\b\d\.)(?<!\b\d\d\.)(?<!\b[A-Za-z]\.)(?<!\bNr\.)(?<!\bSt\.)\s+")
_CLAUSE_END = re.compile(r"[,;:()]|\s[–-]\s")
_WORD = re.compile(r"[\w-]+")
_ARTICLES = frozenset(["der", "die", "das", "dem", "den", "des", "ein", "eine", "einen", "einem", "einer", "eines"])
_DETERMINER = re.compile(
    r"der|die|das|de[mnrs]|(?:ein|dies|sein|ihr)(?:e[mnrs]?)?|zwei|drei|vier|fünf"
    r"|(?:mehrer|all|viel|einig|weiter|beid)e[nr]?",
    re.IGNORECASE,
)
_REACH = 7
"""Words before a noun that may belong to it."""

_UNKNOWN = re.compile(r"\b[Uu]n(?:bekannt|erkannt|identifiziert)\w*")
_UNKNOWN_SUBJECT = re.compile(
    r"\b[Uu]nbekannte[rs]?\b|\b[Uu]nbekannt geblieben\w*|\b(?:von|durch)\s+(?:\w+\s+){0,3}[Uu]nbekannten\b"
)
_SHOWN = re.compile(
    r"\b(?:gesuchte|abgebildete|gezeigte|dargestellte|tatverdächtige|verdächtige|beschuldigte)[nrms]?\b"
    r"|\bdiese[rsmn]?\s+(?:mann|frau|person|junge|jugendliche)",
    re.IGNORECASE,
)
_BY_THE_SHOWN = re.compile(
    r"\b(?:von|durch)\s+(?:(?:dem|der|den|diesem|dieser)\s+(?:\w+\s+){0,2}"
    r"(?:gesuchten|abgebildeten|gezeigten|tatverdächtigen|verdächtigen|beschuldigten)|ihm)\b",
    re.IGNORECASE,
)
_IN_QUESTION = re.compile(r"\s+(?:in\s+(?:betracht|frage)|infrage|verdächtig|beschuldigt|vermutet)", re.IGNORECASE)
_NOT_A = re.compile(r"\b(?:kein(?:e[nmrs]?)?|nicht\s+(?:der|die))\s+$", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:nicht(?!\s+nur)|kein\w*|niemand\w*)\b", re.IGNORECASE)
_ASKS = re.compile(r"\W*(?:wer|wem|wen|was|welche[rsmn]?)\b", re.IGNORECASE)
_ONESELF = re.compile(r"\bsich\b(?!.*\bund\b)", re.IGNORECASE)
_HAS = re.compile(r"\b(?:hat|hatte|hatten)\b", re.IGNORECASE)
_HAVE = re.compile(r"\bhaben\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:ist|sind|war|waren)\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:soll|sollen|sollte[nst]?|könnten?|kann|können|dürften?|mag|mögen|will|wollen)\b", re.I)
_CLAUSE_GOES_ON = re.compile(r"\s+(?:und|oder|sowie|hat|hatte|hatten|haben|worden)\b", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:fahrzeug|wagen|auto|leichnam|leiche|verstorbene|tote)\w*", re.IGNORECASE)
_WITH_SEIN = "eingebrochen"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The word lists that the search needs, as of one day."""

    culprits: Lexicon | None
    deeds: Lexicon | None
    deeds_past: Lexicon | None
    guilt: Lexicon | None
    suspicion: Lexicon | None
    suspected: Lexicon | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One finding. ``noun``: what somebody is called, else what somebody did. ``unknown``: said of an unknown."""

    word: str
    noun: bool
    unknown: bool


def hits(text: str, words: Vocabulary) -> Iterator[Hit]:
    """Every place that tells guilt as a fact, in the order of the text."""
    unknown_before = False
    for sentence in _SENTENCE_END.split(text):
        yield from _nouns(sentence, words)
        unknown = unknown_before or bool(_UNKNOWN_SUBJECT.search(sentence))
        hedged = words.suspicion is not None and bool(words.suspicion.found(sentence))
        for clause in _CLAUSE_END.split(sentence):
            of_unknown = unknown and not _SHOWN.search(clause)
            yield from (Hit(word=word, noun=False, unknown=False) for word in _guilt(clause, words))
            if not hedged:
                yield from (Hit(word=word, noun=False, unknown=of_unknown) for word in _deeds(clause, sentence, words))
        unknown_before = unknown


def _nouns(sentence: str, words: Vocabulary) -> Iterator[Hit]:
    """What a person is called: ``Täter``, unless mutmaßlich, or only a part of a word."""
    for match in words.culprits.matches(sentence) if words.culprits else ():
        before, after = sentence[: match.start()], sentence[match.end() :]
        if re.match(r"[-‑]", after) or _IN_QUESTION.match(after) or _NOT_A.search(before):
            continue
        attributes = _attributes(before)
        if words.suspected is not None and words.suspected.found(attributes):
            continue
        yield Hit(word=match.group(), noun=True, unknown=bool(_UNKNOWN.search(attributes)))


def _attributes(before: str) -> str:
    """The words right before a noun that belong to it: back to an article, or to the end of another sentence part."""
    taken: list[str] = []
    for word in reversed(_WORD.findall(re.split(r"[;:()]", before)[-1])[-_REACH:]):
        if word.casefold() in _ARTICLES:
            break
        taken.append(word)
    return " ".join(reversed(taken))


def _deeds(clause: str, sentence: str, words: Vocabulary) -> Iterator[str]:
    """Verbs of a deed in the indicative; ``soll … haben``, passive and questions after the doer are none."""
    if _ASKS.match(clause) or _NEGATED.search(clause):
        return
    for match in words.deeds.matches(clause) if words.deeds else ():
        if not _ONESELF.search(clause[: match.start()]) and _tells(clause, sentence, match):
            yield match.group()
    for match in words.deeds_past.matches(clause) if words.deeds_past else ():
        last = _WORD.findall(clause[: match.start()])[-1:]
        if match.group().islower() and not (last and _DETERMINER.fullmatch(last[0])):
            yield match.group()


def _tells(clause: str, sentence: str, participle: re.Match[str]) -> bool:
    """Whether the clause says that the deed was done by its subject, or by the person who is shown."""
    before, after = clause[: participle.start()], clause[participle.end() :]
    if _BY_THE_SHOWN.search(clause):
        return True
    if after.strip(" .!?…„“") and not _CLAUSE_GOES_ON.match(after):
        return False
    if _HAS.search(clause) or _HAVE.search(before):
        return True
    if re.match(r"\s+haben\b", after):
        return not _MODAL.search(sentence)
    return participle.group().casefold() == _WITH_SEIN and bool(_IS.search(clause)) and "worden" not in after


def _guilt(clause: str, words: Vocabulary) -> Iterator[str]:
    for match in words.guilt.matches(clause) if words.guilt else ():
        moved = match.group().casefold() == "überführt" and _MOVED.search(clause)
        if not moved and not _NEGATED.search(clause):
            yield match.group()
