"""R30: how a page about persons behaves: no picture in a preview, none in a search engine, nothing from elsewhere.

Opens no page: what it loads and tells machines is handed in. A network fetches and keeps what a page offers as preview;
afterwards nobody can take it back.
"""

import datetime as dt
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.norms import NormTable
from fahndung.law.outlets import ordered_at
from fahndung.law.rule import Rule, block
from fahndung.model import people
from fahndung.model.appeal import Appeal
from fahndung.model.reading import Outputs, Page

SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2; § 71 BDSG; § 27 SächsDSUG"

UNSEEN = frozenset({"noindex", "noimageindex", "noarchive"})
"""What keeps a page and its pictures out of search engines."""
_UNGUESSABLE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{16,}(?![A-Za-z0-9])")
"""16 letters and digits of base 32 hold 80 bit."""
_FEWEST_DIFFERENT = 6
"""In 16 random letters and digits there are practically always more different ones."""


def _about_persons(facts: Facts) -> Outputs | None:
    return facts.outputs if people.about_persons(facts.appeal) else None


def no_face_in_previews(facts: Facts) -> Iterator[Problem]:
    """R30: a network may show the neutral card, or nothing.

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2 (data on own servers, hampering automated retrieval), read 2026-11-26.
    """
    outputs = _about_persons(facts)
    if outputs is None:
        return
    neutral = {_file_name(rendition.name) for rendition in outputs.renditions if rendition.image is None}
    for name, address in _everywhere(outputs, lambda page: page.previews):
        if _file_name(address) not in neutral or not _own(address, outputs.wording.page_url):
            yield block(
                "R30",
                name,
                f"Networks would show a picture as a preview: {address}. Only the neutral card may be one.",
                f"Netzwerke würden ein Bild als Vorschau zeigen: {address}. Zulässig ist nur die neutrale Karte.",
                SOURCE,
            )


def directives(norms: NormTable, appeal: Appeal, at: dt.datetime | None) -> frozenset[str]:
    """What the page of an appeal has to tell search engines: as its category says.

    A category without an entry is kept from them, and so is an appeal about things that shows or describes somebody.

    Args:
        at: when it was ordered; None: the newest entry counts.
    """
    content = norms.content(appeal.category, at)
    known = UNSEEN if content is None else content.robots
    return known | UNSEEN if appeal.category in people.THINGS and people.about_persons(appeal) else known


def robots_told(facts: Facts) -> Iterator[Problem]:
    """R30: the directives to search engines that the category wants."""
    if facts.outputs is None:
        return
    content = facts.norms.content(facts.appeal.category, ordered_at(facts))
    missing = sorted(directives(facts.norms, facts.appeal, ordered_at(facts)) - facts.outputs.page.robots)
    if missing:
        told = ", ".join(missing)
        yield block(
            "R30",
            "page",
            f"The page does not tell search engines: {told}. Add it to the robots directive of page.html.j2.",
            f"Die Seite sagt Suchmaschinen nicht: {told}. In der robots-Angabe von page.html.j2 ergänzen.",
            SOURCE if content is None else content.reference,
        )


def pictures_unguessable(facts: Facts) -> Iterator[Problem]:
    """R30: nobody finds a picture whose address nobody told him."""
    outputs = _about_persons(facts)
    if outputs is None:
        return
    for index, image in enumerate(facts.appeal.images):
        for address in outputs.pictures_of.get(image.id, ()):
            if not _unguessable(_file_name(address)):
                yield block(
                    "R30",
                    f"images/{index}",
                    f"The address {address} of the picture can be guessed; its file name needs 16 random letters and "
                    "digits (80 bit).",
                    f"Die Adresse {address} des Bildes ist zu erraten; der Dateiname braucht 16 zufällige Buchstaben "
                    "und Ziffern (80 Bit).",
                    SOURCE,
                )


def nothing_from_elsewhere(facts: Facts) -> Iterator[Problem]:
    """R30: all that the page and what belongs to it loads comes from the host of the page."""
    outputs = _about_persons(facts)
    if outputs is None:
        return
    for name, address in _everywhere(outputs, lambda page: page.loads):
        if not _own(address, outputs.wording.page_url):
            shown = address if len(address) <= 80 else f"{address[:79]}…"
            yield block(
                "R30",
                name,
                f"The page loads something that is not a file on its own host: {shown}. Take it out of the template.",
                f"Die Seite lädt etwas, das keine Datei auf dem eigenen Server ist: {shown}. Aus der Vorlage nehmen.",
                SOURCE,
            )


def nothing_acts(facts: Facts) -> Iterator[Problem]:
    """R30: nothing on the page or what belongs to it runs, frames, takes in or leads away by itself.

    Source: VwV Öffentlichkeitsfahndung Nr. 3.2 (data on own servers, hampering automated retrieval), read 2026-11-26.
    """
    outputs = _about_persons(facts)
    if outputs is None:
        return
    for name, what in _everywhere(outputs, lambda page: page.acts):
        yield block(
            "R30",
            name,
            f"The page does something by itself: {what}. A page of an appeal only shows; take it out of the template.",
            f"Die Seite tut von sich aus etwas: {what}. Eine Fahndungsseite zeigt nur; bitte aus der Vorlage nehmen.",
            SOURCE,
        )


def _everywhere(outputs: Outputs, told: Callable[[Page], tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """What is told of the page and of everything else that is HTML, with the name of the text it stands in."""
    for name, page in (("page", outputs.page), *outputs.fragments.items()):
        yield from ((name, one) for one in told(page))


def _file_name(address: str) -> str:
    """The last part of an address's path, or of a release's file name; empty for what is no address."""
    try:
        return urllib.parse.unquote(urllib.parse.urlsplit(address.strip()).path).rpartition("/")[2]
    except ValueError:
        return ""


def _unguessable(name: str) -> bool:
    return any(len(set(run.casefold())) >= _FEWEST_DIFFERENT for run in _UNGUESSABLE.findall(name))


def _own(address: str, page_url: str) -> bool:
    """Whether an address, seen from the page, leads to the page's own host over the same scheme."""
    try:
        own = urllib.parse.urlsplit(page_url)
        found = urllib.parse.urlsplit(urllib.parse.urljoin(page_url, address.strip()))
        return (found.scheme, found.hostname, found.port) == (own.scheme, own.hostname, own.port)
    except ValueError:
        return False


def _rule(title: Message, judge: Callable[[Facts], Iterable[Problem]]) -> Rule:
    return Rule(id="R30", stages=BEFORE_PUBLICATION, source=SOURCE, title=title, judge=judge)


RULES = (
    _rule(Message("No person in a preview.", "Keine Person in einer Vorschau."), no_face_in_previews),
    _rule(Message("Search engines are told.", "Suchmaschinen sind unterrichtet."), robots_told),
    _rule(Message("Pictures cannot be guessed.", "Bilder sind nicht zu erraten."), pictures_unguessable),
    _rule(Message("Nothing comes from elsewhere.", "Nichts kommt von anderswo."), nothing_from_elsewhere),
    _rule(Message("Nothing runs on the page.", "Auf der Seite läuft nichts ab."), nothing_acts),
)
