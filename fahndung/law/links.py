"""R30: no text leads readers to somebody else's host. Opens no address; posts about persons are R31's.

An address in a police text sends readers to it, and search engines too. Source: a force that named a suspicious site in
2012 and made it known.
"""

import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.details import LINK
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.outlets import lexicon
from fahndung.law.passages import host
from fahndung.law.places import fold, precise
from fahndung.law.rule import Rule, block, warn
from fahndung.model import people
from fahndung.model.reading import Kind, letters

SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2; Umfang: Vorschlag des Programms (Fall Niedersachsen 2012)"

_HANDLE = re.compile(r"(?<![\w.@/])@\w[\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?")
_AFTER = ".,;:!?)“\"'"


def own_hosts_only(facts: Facts) -> Iterator[Problem]:
    """R30: an address in a text is on the host of the page, of the tip form or of the office's mailbox."""
    said: set[str] = set()
    for field, text in _written(facts):
        for link in dict.fromkeys(match.rstrip(_AFTER) for match in LINK.findall(text)):
            if _known(facts, link, field, said):
                continue
            said.add(letters(link))
            yield block(
                "R30",
                field,
                f"The text has the address of a host of somebody else ({host(link) or link}); readers would follow it. "
                "Take it out.",
                f"Der Text nennt die Adresse eines fremden Servers ({host(link) or link}); Leserinnen und Leser würden "
                "ihr folgen. Bitte entfernen.",
                SOURCE,
            )


def no_accounts(facts: Facts) -> Iterator[Problem]:
    """R30: the name of an account is told: a network makes a link of it."""
    said: set[str] = set()
    for field, text in _written(facts):
        for handle in dict.fromkeys(match.rstrip(_AFTER) for match in _HANDLE.findall(text)):
            if handle in said:
                continue
            said.add(handle)
            yield warn(
                "R30",
                field,
                f"{handle} names an account; networks make a link of it. Is it the force's own? Else take it out.",
                f"{handle} nennt ein Konto; Netzwerke machen daraus einen Verweis. Ist es kein eigenes, bitte "
                "entfernen.",
                SOURCE,
            )


def _written(facts: Facts) -> Iterator[tuple[str, str]]:
    """What the public reads: first the record's pieces with their fields, then whole outputs, then posts."""
    outputs = facts.outputs
    if outputs is not None:
        for piece in dict.fromkeys(outputs.pieces):
            text = fold(piece.text)
            yield precise(facts.appeal, piece.field, text), text
        yield from ((text.name, fold(text.text)) for text in outputs.live())
    yield from ((f"posts/{post.channel}", fold(post.text)) for post in facts.posts)


def _known(facts: Facts, link: str, field: str, said: set[str]) -> bool:
    """Whether an address is the force's own, was told already, or is another rule's."""
    outputs = facts.outputs
    kinds = {} if outputs is None else {text.name: text.kind for text in outputs.live()}
    kind = Kind.POST if field.startswith("posts/") else kinds.get(field)
    if kind is Kind.POST and people.about_persons(facts.appeal):
        return True
    short, whole = letters(link), {letters(text) for text in _own_words(facts)} | said
    if kind is Kind.POSTER and any(short in text for text in whole):  # it breaks an address over two lines
        return True
    return short in said or _own(facts, link)


def _own_words(facts: Facts) -> Iterator[str]:
    outputs = facts.outputs
    yield facts.appeal.contact.tip_url or ""
    if outputs is not None:
        yield from (outputs.wording.page_url, *outputs.wording.imprint)


def _own(facts: Facts, link: str) -> bool:
    """Whether the host is one of the force's; without outputs nobody knows them all."""
    named = _bare(host(link))
    contact, outputs = facts.appeal.contact, facts.outputs
    if outputs is None or any(letters(link) in letters(line) for line in outputs.wording.imprint):
        return True
    hosts = {_bare(host(address)) for address in (outputs.wording.page_url, contact.tip_url) if address}
    mail = (contact.email or "").rpartition("@")[2].strip().casefold()
    freemail = lexicon(facts, "freemail")
    if mail and (freemail is None or freemail.found(mail) != (mail,)):
        hosts.add(_bare(mail))
        if named.endswith(f".{mail}"):
            return True
    return named != "" and named in hosts


def _bare(name: str | None) -> str:
    return (name or "").removeprefix("www.")


RULES = (
    Rule(
        id="R30",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("No text leads elsewhere.", "Kein Text führt auf fremde Server."),
        judge=own_hosts_only,
    ),
    Rule(
        id="R30",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Accounts are told.", "Auf Konten wird hingewiesen."),
        judge=no_accounts,
    ),
)
