"""R31 and R32: what posts on networks of others say about persons, and who watches what strangers write below it."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem
from fahndung.law.details import KINDS, LINK, WORD, details, ordinary_stems, stem, without_frame
from fahndung.law.facts import BEFORE_PUBLICATION, Comments, Facts
from fahndung.law.passages import host, own_words, without
from fahndung.law.places import fold, words_told
from fahndung.law.rule import Rule, ask, block, warn
from fahndung.law.untold import every_name
from fahndung.model.mandate import Medium
from fahndung.model.people import about_persons
from fahndung.model.reading import Kind

R31_SOURCE = "Nr. 3.2 VwV Öffentlichkeitsfahndung; Beanstandung des Sächsischen Datenschutzbeauftragten 2015"
R32_SOURCE = "Nr. 3.2 VwV Öffentlichkeitsfahndung; Beschluss der DSK vom 28.03.2014"

_DESCRIPTION = (
    *("shoe_size", "build", "complexion", "hair", "beard", "eyes", "glasses", "clothing", "belongings", "marks"),
    *("speech", "languages", "transport", "condition"),
)
_MEASURE = re.compile(r"\b\d{2,3}\s?(?:cm|kg)\b|\b[12][.,]\d{1,2}\s?m\b|\b\d(?:[.,]\d{1,2})?\s?Meter\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One post: what a finding calls it, its text and its addresses."""

    name: str
    text: str
    links: tuple[str, ...] = ()


def _posts(facts: Facts) -> Iterator[_Told]:
    """Every post about persons: the built teasers, and the drafts of the channels."""
    if not about_persons(facts.appeal):
        return
    for text in () if facts.outputs is None else facts.outputs.live(Kind.POST):
        yield _Told(name=text.name, text=fold(text.text))
    for post in facts.posts:
        name = f"posts/{post.channel}"
        yield _Told(name=name, text=fold(post.text), links=post.links)


def links_to_own_page(facts: Facts) -> Iterator[Problem]:
    """R31: a post links to the host of the force's page and to no other, not even to another one of the police."""
    own = None if facts.outputs is None else host(facts.outputs.wording.page_url)
    for post in _posts(facts):
        links = dict.fromkeys((*post.links, *(link.rstrip(".,;:!?)“") for link in LINK.findall(post.text))))
        for link in links:
            if own is not None and host(link) != own:
                yield block(
                    "R31",
                    post.name,
                    f"The post links to {host(link) or link}; only {own} may be linked to.",
                    f"Der Beitrag verweist auf {host(link) or link}; verlinkt werden darf nur {own}.",
                    R31_SOURCE,
                )


def nobody_named(facts: Facts) -> Iterator[Problem]:
    """R31: no part of any person's name in a post. The finding does not repeat it."""
    for post in _posts(facts):
        plain, finders = without(post.text, own_words(facts)), tuple(every_name(facts))
        if any(finder.is_in(plain) for finder in finders):
            yield block(
                "R31",
                post.name,
                "The post has a part of a person's name. Take it out; the name stands on the page that is linked to.",
                "Der Beitrag enthält einen Teil eines Namens. Bitte entfernen; er steht auf der verlinkten Seite.",
                R31_SOURCE,
            )
        elif any(finder.may_be_in(plain) for finder in finders):
            yield from ask(
                facts,
                "R31",
                post.name,
                "The post has a word that is also a part of a person's name. Does it mean something else there?",
                "Der Beitrag enthält ein Wort, das auch Teil eines Namens ist. Ist dort etwas anderes gemeint?",
                R31_SOURCE,
            )


def nobody_described(facts: Facts) -> Iterator[Problem]:
    """R31: no word of the description in a post, however it is inflected."""
    described = _description(facts)
    for post in _posts(facts):
        plain = without_frame(facts, post.text)
        words = [word for word in WORD.findall(plain) if stem(word) in described]
        words += _MEASURE.findall(plain)
        if words:
            told = ", ".join(dict.fromkeys(words))
            yield block(
                "R31",
                post.name,
                f"The post describes a person ({told}). Take that out; the description stands on the page.",
                f"Der Beitrag beschreibt eine Person ({told}). Bitte entfernen; die Beschreibung steht auf der Seite.",
                R31_SOURCE,
            )


def _description(facts: Facts) -> frozenset[str]:
    """The stems of the words that describe somebody, without those that could describe anybody."""
    told = (text for person in facts.appeal.persons for field in _DESCRIPTION for text in words_told(person, field))
    return frozenset(stem(word) for text in told for word in WORD.findall(text)) - ordinary_stems(facts)


def nobody_recognisable(facts: Facts) -> Iterator[Problem]:
    """R31: the details of a post together do not tell who it is."""
    at = None if facts.mandate is None else facts.mandate.at
    figure = facts.norms.figure("identifying-details", at) or facts.norms.figure("identifying-details")
    for post in _posts(facts):
        found = details(facts, post.text)
        if figure is None or len(found) < figure.amount - 1:
            continue
        en = ", ".join(KINDS[kind].en for kind in found)
        de = ", ".join(KINDS[kind].de for kind in found)
        if len(found) >= figure.amount:
            yield block(
                "R31",
                post.name,
                f"The post tells so much ({en}) that the person can be recognised. Leave the link only.",
                f"Der Beitrag sagt so viel ({de}), dass die Person erkennbar wird. Der Verweis auf die Seite genügt.",
                R31_SOURCE,
            )
        else:
            yield warn(
                "R31",
                post.name,
                f"The post tells {en}; one detail more and the person can be recognised. Better leave that out.",
                f"Der Beitrag nennt {de}; eine Angabe mehr, und die Person wird erkennbar. Besser weglassen.",
                R31_SOURCE,
            )


def comments_watched(facts: Facts) -> Iterator[Problem]:
    """R32: where strangers may write, somebody watches around the clock, and the record says who."""
    if (facts.appeal.monitoring_roster or "").strip():
        return
    for index, channel in enumerate(facts.appeal.publication.channels):
        social = (facts.channel_media or {}).get(channel) is Medium.SOCIAL
        comments = facts.comments.get(channel)
        if comments is Comments.OPEN or (social and comments is None):
            where = ", ".join(facts.commented.get(channel) or [channel])
            yield block(
                "R32",
                f"publication/channels/{index}",
                f"Strangers may comment on {where}, or nobody knows whether they may. Enter who watches there around "
                "the clock (monitoring_24_7/roster), or take it out of the record; comments can be closed only where "
                "the platform lets an account do that.",
                f"Auf {where} kann kommentiert werden, oder es ist nicht bekannt. Eintragen, wer dort rund um die Uhr "
                "überwacht (monitoring_24_7/roster), oder aus dem Datensatz streichen; abschalten lassen sich "
                "Kommentare nur, wo die Plattform es dem Konto erlaubt.",
                R32_SOURCE,
            )


def _rule(title: Message, judge: Callable[[Facts], Iterable[Problem]]) -> Rule:
    return Rule(id="R31", stages=BEFORE_PUBLICATION, source=R31_SOURCE, title=title, judge=judge)


RULES = (
    _rule(Message("Posts link to the own page only.", "Beiträge verlinken nur die eigene Seite."), links_to_own_page),
    _rule(Message("Posts name nobody.", "Beiträge nennen niemanden."), nobody_named),
    _rule(Message("Posts describe nobody.", "Beiträge beschreiben niemanden."), nobody_described),
    _rule(Message("Posts make nobody recognisable.", "Beiträge machen niemanden erkennbar."), nobody_recognisable),
    Rule(
        id="R32",
        stages=BEFORE_PUBLICATION,
        source=R32_SOURCE,
        title=Message("Comments are off or watched.", "Kommentare sind aus oder überwacht."),
        judge=comments_watched,
    ),
)
