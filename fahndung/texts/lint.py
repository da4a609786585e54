"""Checks the texts that will really be sent, whatever made them: R14, R15, R16, R21, R39.

Trusts neither the composer nor a home's templates. Checks no other rule and changes no text.
"""

import pathlib
import re
import urllib.parse
from collections.abc import Iterable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.model.appeal import Appeal, Person
from fahndung.model.reading import LIVE, Kind, folded
from fahndung.model.sheet import Sheet
from fahndung.texts import pages, people, readings, typography
from fahndung.texts.dates import stand_instant
from fahndung.texts.outputs import Outputs

_NOT_ACCUSED = re.compile(r"nicht\s+beschuldigt", re.IGNORECASE)
_CULPRIT = r"(?:Straf|Gewalt|Sexual|Einzel|Serien|Haupt|Mit)?[Tt]äter(?:in|innen|n|s)?"
_DEED_NOUN = (
    r"(?:[Vv]erbrecher|Räuber|Dieb|Einbrecher|Mörder|Vergewaltiger|Betrüger|Brandstifter)(?:in|innen|en|e|n|s)?"
)
_GUILT = re.compile(
    rf"(?P<unknown>\b[Uu]nbekannte[nrms]?,?(?:\s\w+e[nrms]?,?){{0,2}}\s{_CULPRIT}\b)"
    r"|(?P<suspected>\b(?:[Mm]utmaßliche|[Vv]ermutliche)[nrms]?\s\w+)"
    rf"|\b(?:Schwer)?(?:{_CULPRIT}|{_DEED_NOUN}|Kriminelle[nrms]?)\b"
)
_SOURCES = {
    "R14": "§ 131a Abs. 4, § 131b Abs. 2 StPO",
    "R15": "Nr. 23 RiStBV",
    "R16": "Nr. 3.2 VwV Öffentlichkeitsfahndung",
    "R21": "§ 74 BDSG, § 30 SächsDSUG",
    "R39": "Nr. 2.1 VwV Öffentlichkeitsfahndung, § 75 Abs. 3 BDSG",
}


def lint(appeal: Appeal, outputs: Outputs, sheet: Sheet) -> tuple[Problem, ...]:
    """All findings about the rendered texts, in the order of the rules.

    ``field`` is the record's field where one is to blame, else the name of the output (``page``, ``press``, ``teaser``,
    ``entry``, ``list_item``, ``alts/<image id>``, ``closings/<kind>``).
    """
    sent = _sent(outputs)
    return (
        *_witness(appeal, outputs, sheet, sent),
        *_guilt(appeal, outputs, sheet, sent),
        *_tips(sheet, sent),
        *_stand(appeal, sheet, sent),
        *_closings(appeal, outputs, sheet),
    )


def _sent(outputs: Outputs) -> dict[str, str]:
    """The outputs that go out while the appeal is live, as plain text."""
    return {text.name: text.text for text in readings.texts(outputs) if text.kind in LIVE and text.kind is not Kind.ALT}


def _problem(rule: str, field: str, en: str, de: str, severity: Severity = Severity.BLOCK) -> Problem:
    return Problem(rule=rule, severity=severity, field=field, message=Message(en, de), source=_SOURCES[rule])


def _witness(appeal: Appeal, outputs: Outputs, sheet: Sheet, sent: dict[str, str]) -> Iterator[Problem]:
    """R14: the marker in every text, in front of every picture's alternative text, and on the page at the picture."""
    if not people.seeks_witness(appeal):
        return
    if sheet.marker is None or not _NOT_ACCUSED.search(sheet.marker):
        yield _problem(
            "R14",
            "marker",
            "the marker of a witness does not say 'not accused'; correct [marker] in templates/<lang>/words.toml",
            "Die Kennzeichnung sagt nicht „nicht Beschuldigte(r)“; bitte [marker] in words.toml berichtigen",
        )
        return
    marker = folded(sheet.marker)
    page_alts = pages.read(outputs.page_html).page.alts
    missing = [name for name, text in sent.items() if marker not in text]
    for index, image in enumerate(appeal.images):
        if people.shown_witnesses(appeal, image) is None:
            continue
        alt = folded(outputs.alts.get(image.id, ""))
        if not _NOT_ACCUSED.search(alt) or alt not in page_alts:
            missing.append(f"images/{index}/alt")
    for name in missing:
        yield _problem(
            "R14",
            name,
            f"{name}: the marker '{marker}' is missing; everything about a witness carries it",
            f"{name}: Die Kennzeichnung „{marker}“ fehlt; sie gehört in jeden Text über Zeuginnen und Zeugen",
        )


def _guilt(appeal: Appeal, outputs: Outputs, sheet: Sheet, sent: dict[str, str]) -> Iterator[Problem]:
    """R15: nobody under suspicion is called a culprit, neither by the record nor by a template."""
    if not _exposes_suspect(appeal):
        return
    pieces = readings.pieces(appeal, sheet)
    for piece in pieces:
        yield from _guilt_in(piece.field, piece.text)
    known = sorted({piece.text for piece in pieces}, key=len, reverse=True)
    for name, text in sent.items():
        rest = text
        for printed in known:
            rest = rest.replace(printed, " ")
        yield from _guilt_in(name, rest)


def _exposes_suspect(appeal: Appeal) -> bool:
    """Whether somebody without a conviction is depicted, named or described as a suspect."""
    return appeal.category in people.SUSPICION or bool(people.suspects(appeal))


def _guilt_in(field: str, text: str) -> Iterator[Problem]:
    for match in _GUILT.finditer(text):
        word = match.group()
        if match["suspected"]:
            continue
        if match["unknown"] and field == readings.NARRATIVE:
            yield _problem(
                "R15",
                field,
                f"'{word}': fine about an unknown person in the narrative, not about the person who is shown",
                f"„{word}“: im Sachverhalt über Unbekannte zulässig, nicht über die gezeigte Person",
                Severity.WARN,
            )
            continue
        yield _problem(
            "R15",
            field,
            f"{field}: '{word}' prejudges a person who is not convicted; write 'Tatverdächtiger' or 'Tatverdächtige'",
            f"{field}: „{word}“ greift einem Urteil vor; bitte „Tatverdächtiger“ oder „Tatverdächtige“ schreiben",
        )


def _tips(sheet: Sheet, sent: dict[str, str]) -> Iterator[Problem]:
    """R16: the sentence on tips in everything that is posted or mailed. The list's one stands above the list."""
    sentence = folded(sheet.tip_sentence)
    for name, text in sent.items():
        if name != "list_item" and (not sentence or sentence not in text):
            yield _problem(
                "R16",
                name,
                f"{name}: the sentence that tips go to the police and not into comments is missing",
                f"{name}: Der Satz, dass Hinweise an die Polizei und nicht in Kommentare gehören, fehlt",
            )


def _stand(appeal: Appeal, sheet: Sheet, sent: dict[str, str]) -> Iterator[Problem]:
    """R21: Stand and authority in everything that goes out."""
    if stand_instant(appeal) is None:
        yield _problem(
            "R21",
            "publication/stand",
            "there is no Stand: give publication.stand, or the order or decision with its instant",
            "Es gibt keinen Stand: bitte publication.stand angeben oder Anordnung oder Entscheidung mit Zeitpunkt",
        )
    authority = typography.polish(appeal.authority.name, sheet.lang)
    for needed, en, de in ((sheet.stand, "Stand", "Der Stand"), (authority, "authority", "Die Behörde")):
        for name, text in sent.items():
            if folded(needed) not in text:
                yield _problem(
                    "R21", name, f"{name}: the {en} ('{needed}') is missing", f"{name}: {de} („{needed}“) fehlt"
                )


def _closings(appeal: Appeal, outputs: Outputs, sheet: Sheet) -> Iterator[Problem]:
    """R39: no name, no image file and no place in a closing notice, the 410 page and the tombstone."""
    after = (Kind.CLOSING, Kind.GONE, Kind.TOMBSTONE)
    texts = {text.name: text.text for kind in after for text in readings.texts(outputs) if text.kind is kind}
    if "<img" in outputs.gone_html.lower():
        yield _problem("R39", "gone", "gone: the page shows a picture", "gone: Die Seite zeigt ein Bild")
    secrets = sorted(set(_secrets(appeal)))
    for name, text in texts.items():
        told = _without_sender(text, appeal, sheet)
        for secret in secrets:
            if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", told):
                yield _problem(
                    "R39",
                    name,
                    f"{name}: '{secret}' of the record stands in it; a closing names no person, picture or place",
                    f"{name}: „{secret}“ aus der Akte steht darin; dort ist weder Person noch Bild noch Ort zu nennen",
                )


def _secrets(appeal: Appeal) -> Iterator[str]:
    for person in appeal.persons:
        yield from filter(None, map(folded, _names(person)))
    for image in appeal.images:
        yield pathlib.PurePosixPath(image.file).name
    for place in appeal.event.places:
        yield folded(place.text)


def _names(person: Person) -> Iterable[str]:
    if person.names is None:
        return ()
    return (person.names.given or "", person.names.family or "", *person.names.aliases)


def _without_sender(text: str, appeal: Appeal, sheet: Sheet) -> str:
    """The text without the authority's own name, imprint and host, which may contain a town's name."""
    host = urllib.parse.urlsplit(sheet.page_url).netloc
    own = {sheet.authority, appeal.authority.name, appeal.authority.unit, *sheet.imprint, host}
    for part in sorted(filter(None, map(folded, filter(None, own))), key=len, reverse=True):
        text = text.replace(part, " ")
    return text
