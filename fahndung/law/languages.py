"""What holds for page and posters in another language too, as far as a program can compare it.

The sentences that were composed in the language have to stand there whole, and the rules that compare values or look at
files and at a page's behaviour judge them as they judge German. Word lists are German and find nothing here: the build
says that a person has to read.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem
from fahndung.law import closings, guilt, links, notices, pages, persons, sheets, stand, untold, wording
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.outlets import lacks
from fahndung.law.rule import Rule, block
from fahndung.model import people
from fahndung.model.reading import Kind, Text, Wording

Judge = Callable[[Facts], Iterable[Problem]]

_WHOLE = frozenset({Kind.PAGE, Kind.POSTER})


def _judged_as_german(judge: Judge) -> Judge:
    """The judge, asked of each other language; what it says of German as well is told there."""

    def judged(facts: Facts) -> Iterator[Problem]:
        spoken = () if facts.outputs is None else facts.outputs.languages
        told = frozenset(judge(facts)) if spoken else frozenset()
        for outputs in spoken:
            for found in judge(dataclasses.replace(facts, outputs=outputs, posts=())):
                if found not in told:
                    yield _named(found, outputs.wording.lang)

    return judged


def _of_pages(judge: Judge) -> Judge:
    """The judge, asked only where there is a page."""

    def judged(facts: Facts) -> Iterable[Problem]:
        return judge(facts) if facts.outputs is not None and facts.outputs.live(Kind.PAGE) else ()

    return judged


def _named(found: Problem, lang: str) -> Problem:
    en, de = found.message
    return dataclasses.replace(found, message=Message(f"{lang}: {en}", f"{lang}: {de}"))


def _said(
    rule: str, source: str, sentences: Callable[[Wording], Iterable[str | None]], kinds: frozenset[Kind] = _WHOLE
) -> Judge:
    """A judge that wants sentences, as they were composed, on page and posters of each language."""

    def judged(facts: Facts) -> Iterator[Problem]:
        for outputs in () if facts.outputs is None else facts.outputs.languages:
            for text in outputs.live(*kinds):
                for sentence in filter(None, sentences(outputs.wording)):
                    if lacks(text.text, sentence):
                        yield _lacking(rule, text, sentence, source)

    return judged


def _lacking(rule: str, text: Text, sentence: str, source: str) -> Problem:
    return block(rule, text.name, f"This is missing: {sentence}", f"Es fehlt: {sentence}", source)


def ended_told(facts: Facts) -> Iterator[Problem]:
    """R39: the address of a page answers after the end in each language in which it was read.

    Source: VwV Öffentlichkeitsfahndung Nr. 2.1, § 75 Abs. 3 BDSG, § 31 Abs. 3 SächsDSUG, read 2026-11-26.
    """
    gone = () if facts.outputs is None else [text for text in facts.outputs.texts if text.kind is Kind.GONE]
    for text in gone:
        for outputs in () if facts.outputs is None else facts.outputs.languages:
            for sentence in outputs.wording.after:
                if lacks(text.text, sentence):
                    yield _lacking("R39", text, sentence, closings.SOURCE)


def witness_pictures_marked(facts: Facts) -> Iterator[Problem]:
    """R14: the marker stands in every description of a witness's picture.

    Source: § 131a Abs. 4, § 131b Abs. 2 StPO, read 2026-11-26.
    """
    for outputs in () if facts.outputs is None else facts.outputs.languages:
        for image in facts.appeal.images:
            if people.shown_witnesses(facts.appeal, image) is None:
                continue
            name = f"{outputs.wording.lang}/alts/{image.id}"
            told = next((text.text for text in outputs.texts if text.name == name), "")
            if all(lacks(told, marker) for marker in outputs.wording.picture_markers):
                yield block(
                    "R14",
                    name,
                    "The description of the picture does not say that the person is not accused.",
                    "Die Bildbeschreibung sagt nicht, dass die Person nicht beschuldigt ist.",
                    wording.R14_SOURCE,
                )


def posters_complete(facts: Facts) -> Iterator[Problem]:
    """R23: imprint, and that only the page is current; in one language its own address in words and as a code.

    Source: § 6 SächsPresseG, read 2026-11-26.
    """
    for outputs in () if facts.outputs is None else facts.outputs.languages:
        said = outputs.wording
        codes = {sheet.name: sheet.codes for sheet in outputs.sheets}
        for text in outputs.live(Kind.POSTER):
            wanted = [*said.imprint, said.only_while_online or ""]
            wanted += [said.page_url.partition("://")[2]] if text.name in codes else []
            for sentence in wanted:
                if lacks(text.text, sentence):
                    yield _lacking("R23", text, sentence, sheets.R23_SOURCE)
            if said.page_url not in codes.get(text.name, (said.page_url,)):
                yield _lacking("R23", text, f"QR {said.page_url}", sheets.R23_SOURCE)


def _rule(id: str, source: str, en: str, de: str, judge: Judge) -> Rule:
    title = Message(f"In other languages: {en}", f"In anderen Sprachen: {de}")
    return Rule(id=id, stages=BEFORE_PUBLICATION, source=source, title=title, judge=judge)


def _as_german(rule: Rule, *, page: bool = False) -> Rule:
    """The entry of the register that judges other languages as German is judged."""
    judge = _judged_as_german(_of_pages(rule.judge) if page else rule.judge)
    title = Message(f"In other languages: {rule.title.en}", f"In anderen Sprachen: {rule.title.de}")
    return dataclasses.replace(rule, title=title, judge=judge)


_SENTENCES = (
    ("R14", wording.R14_SOURCE, "the marker.", "die Kennzeichnung.", lambda said: (said.marker,)),
    ("R15", guilt.SOURCE, "the presumption of innocence.", "die Unschuldsvermutung.", lambda said: (said.innocence,)),
    ("R16", wording.R16_SOURCE, "the sentence on tips.", "der Hinweissatz.", lambda said: (said.tip_sentence,)),
    ("R17", wording.R17_SOURCE, "the contact.", "die Ansprechstelle.", lambda said: (said.contact_sentence,)),
    ("R22", notices.R22_SOURCE, "the reward's terms.", "die Angaben zur Belohnung.", lambda said: said.reward),
    ("R24", notices.R24_SOURCE, "the safety note.", "der Sicherheitshinweis.", lambda said: (said.warning,)),
)
_AS_GERMAN = frozenset(
    {
        stand.dated_and_signed,
        sheets.codes_lead_to_the_page,
        sheets.nothing_hidden,
        sheets.accessible,
        links.own_hosts_only,
        untold.untold,
    }
)
"""Judges that compare values or look at files."""
_PAGES_AS_GERMAN = frozenset({rule.judge for rule in pages.RULES} | {notices.disturbing_behind_a_click})
_GERMAN = (*stand.RULES, *sheets.RULES, *links.RULES, *persons.RULES, *pages.RULES, *notices.RULES)

RULES = (
    *(_rule(id, source, en, de, _said(id, source, said)) for id, source, en, de, said in _SENTENCES),
    _rule("R14", wording.R14_SOURCE, "pictures of witnesses.", "Bilder von Zeuginnen.", witness_pictures_marked),
    _rule("R23", sheets.R23_SOURCE, "what a poster must carry.", "was ein Plakat trägt.", posters_complete),
    _rule(
        "R21",
        stand.SOURCE,
        "a page is valid only while it is there, and German is binding.",
        "eine Seite gilt nur, solange sie da ist, und verbindlich ist die deutsche.",
        _said("R21", stand.SOURCE, lambda said: said.page_notes, frozenset({Kind.PAGE})),
    ),
    _rule("R39", closings.SOURCE, "what stands after the end.", "was nach dem Ende dasteht.", ended_told),
    *(_as_german(rule) for rule in _GERMAN if rule.judge in _AS_GERMAN),
    *(_as_german(rule, page=True) for rule in _GERMAN if rule.judge in _PAGES_AS_GERMAN),
)
