"""R39: what stands after the end: a closing notice for every reason, and nothing of a person, a picture or a place.

Reads the built closing notices, the page that answers 410, and the feed's tombstone; composes none. A finding never
repeats what it found.
Source: VwV Öffentlichkeitsfahndung Nr. 2.1, § 75 Abs. 3 BDSG, § 31 Abs. 3 SächsDSUG, read 2026-11-26.
"""

import pathlib
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Mapping

from babel import dates as babel_dates

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.outlets import lacks, lexicon
from fahndung.law.rule import Rule, ask, block
from fahndung.model.appeal import Appeal
from fahndung.model.closing import CLOSING_KINDS, HERE, EndReason, closing_kind
from fahndung.model.reading import Kind, Outputs, Text
from fahndung.model.sought import Person

SOURCE = "VwV Öffentlichkeitsfahndung Nr. 2.1; § 75 Abs. 3 BDSG; § 31 Abs. 3 SächsDSUG"

REASON_WORDS = {
    EndReason.FOUND: Message("goal reached", "Ziel erreicht"),
    EndReason.LAPSED: Message("order lapsed", "Anordnung außer Kraft"),
    EndReason.REVOKED: Message("revoked", "Widerruf"),
    EndReason.REVIEW: Message("not continued after review", "keine Fortdauer nach Prüfung"),
    EndReason.CONSENT: Message("consent revoked", "Einwilligung widerrufen"),
    EndReason.EXPIRED: Message("time over", "Zeitablauf"),
    EndReason.ERROR: Message("error", "Irrtum"),
}

_AFTER = frozenset({Kind.CLOSING, Kind.GONE, Kind.TOMBSTONE})
_PICTURE = re.compile(r"<img\b|data:image/|\.(?:jpe?g|png|gif|webp|avif|heic|tiff?)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_GENITIVE = r"(?:s|es|ns|ens|['’]s|['’])?"
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PARTICLES = frozenset(
    [
        "Der",
        "Die",
        "Das",
        "Den",
        "Dem",
        "Von",
        "Vom",
        "Zu",
        "Zur",
        "Zum",
        "Van",
        "De",
        "Da",
        "Di",
        "El",
        "Al",
        "Le",
        "La",
        "Bin",
        "Ben",
        "Ibn",
        "Abu",
    ]
)
_SHORTEST_PLACE = 4
_BIRTH = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def closings_exist(facts: Facts) -> Iterator[Problem]:
    """R39: there is a notice for every reason for which the appeal can end, and a text for the old address."""
    if facts.outputs is None:
        return
    told = {text.name for text in facts.outputs.texts if text.kind in _AFTER and text.text.strip()}
    criminal = facts.appeal.legal.order is not None
    for kind in CLOSING_KINDS:
        words = [REASON_WORDS[reason] for reason in EndReason if closing_kind(reason, criminal) == kind]
        if words and f"closings/{kind}" not in told:
            en, de = ", ".join(word.en for word in words), ", ".join(word.de for word in words)
            yield block(
                "R39",
                f"closings/{kind}",
                f"The closing text is missing for these reasons: {en}.",
                f"Der Abschlusstext fehlt für diese Gründe: {de}.",
                SOURCE,
            )
    if f"closings/{HERE}" not in told:
        yield block(
            "R39",
            f"closings/{HERE}",
            "The closing text is missing for the end in one medium or on one channel only.",
            "Der Abschlusstext fehlt für das Ende nur in einem Medium oder auf einem Kanal.",
            SOURCE,
        )
    for name in ("gone", "tombstone"):
        if name not in told:
            yield block(
                "R39",
                name,
                "The neutral text is missing that stands at the old address and in the feed after the end.",
                "Der neutrale Text fehlt, der nach dem Ende unter der alten Adresse und im Feed steht.",
                SOURCE,
            )


def closings_ask_for_deletion(facts: Facts) -> Iterator[Problem]:
    """R39: whoever kept a picture or a text is asked to delete it, wherever the end is told.

    The template marks the request, in whatever words; that it stands in the text is looked for, what it says is read
    by who approves.
    """
    if facts.outputs is None:
        return
    for text in facts.outputs.texts:
        if text.kind in _AFTER and text.text.strip() and lacks(text.text, text.asks_deletion):
            yield block(
                "R39",
                text.name,
                "The text after the end does not ask for the deletion of pictures and texts that somebody kept "
                "(such as '{% filter asks_deletion %}Bitte löschen Sie Bilder und Texte.{% endfilter %}'; any words "
                "do, the template has to mark them).",
                "Der Text nach dem Ende bittet nicht darum, Bilder und Texte zu löschen, die jemand behalten hat "
                "(etwa: „{% filter asks_deletion %}Bitte löschen Sie Bilder und Texte.{% endfilter %}“; der Wortlaut "
                "ist frei, die Vorlage muss ihn so kennzeichnen).",
                SOURCE,
            )


def closings_neutral(facts: Facts) -> Iterator[Problem]:
    """R39: no picture, and no word of the record about a person or a place."""
    if facts.outputs is None:
        return
    names, places, dates = _names(facts.appeal), _places(facts.appeal), _birth_dates(facts.appeal)
    usual = lexicon(facts, "closing-words")
    usual_words = frozenset(word.casefold() for word in usual.words) if usual is not None else frozenset()
    for text in facts.outputs.texts:
        if text.kind not in _AFTER:
            continue
        plain = _without_sender(_composed(text.text), facts.appeal, facts.outputs)
        page = facts.outputs.fragments.get(text.name)
        shows = page is not None and (page.alts or page.open_pictures or page.previews)
        if shows or _PICTURE.search(plain) or any(_stands(name, plain) for name in _files(facts.appeal)):
            yield _leak(text, "refers to a picture", "verweist auf ein Bild")
        if any(_stands(name, plain) for name in names if name.casefold() not in usual_words):
            yield _leak(
                text, "repeats a name of a person of the appeal", "wiederholt den Namen einer Person des Aufrufs"
            )
        elif any(_stands(name, plain) for name in names):
            yield from ask(
                facts,
                "R39",
                text.name,
                "A person's name is also a common word, and that word stands in this text. Is it only the word?",
                "Der Name einer Person ist auch ein gewöhnliches Wort, und das steht in diesem Text. Ist nur das Wort "
                "gemeint?",
                SOURCE,
            )
        if any(_stands(place, plain) for place in places if place.casefold() not in usual_words):
            yield _leak(text, "names a place of the record", "nennt einen Ort aus der Akte")
        if any(re.search(date, plain, re.IGNORECASE) for date in dates):
            yield _leak(text, "names a date of birth", "nennt ein Geburtsdatum")


def _leak(text: Text, en: str, de: str) -> Problem:
    return block(
        "R39",
        text.name,
        f"The text after the end {en}; take it out.",
        f"Der Text nach dem Ende {de}; bitte entfernen.",
        SOURCE,
    )


def _composed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _stands(word: str, text: str) -> bool:
    """Whether a word stands in a text as written or in capitals, also in the genitive; in an address in any case."""
    plain = re.escape(_composed(word))
    exact = rf"(?<!\w)(?:{plain}|{re.escape(_composed(word).upper())}){_GENITIVE}(?!\w)"
    if re.search(exact, text):
        return True
    anyhow = re.compile(rf"(?<![^\W_]){plain}(?![^\W_])", re.IGNORECASE)
    return any(anyhow.search(urllib.parse.unquote(address)) for address in _ADDRESS.findall(text))


def _names(appeal: Appeal) -> frozenset[str]:
    """All names of all persons, whole and in parts."""
    whole = {_composed(name) for person in appeal.persons for name in _whole_names(person)}
    parts = {part for name in whole for part in _PART.findall(name)}
    return frozenset(
        name
        for name in whole | {part for part in parts if part[0].isupper() and part not in _PARTICLES}
        if len(name) > 1
    )


def _whole_names(person: Person) -> Iterator[str]:
    if person.names is not None:
        yield from filter(None, (person.names.given, person.names.family, *person.names.aliases))
    if name := (person.birth or {}).get("name"):
        yield str(name)


def _places(appeal: Appeal) -> frozenset[str]:
    """Places of the event and of birth, whole, and their nouns (a name among them cannot be told from a noun)."""
    whole = {_composed(place.text) for place in appeal.event.places}
    for person in appeal.persons:
        birth: Mapping[str, object] = person.birth or {}
        whole |= {_composed(str(birth[key])) for key in ("place", "country") if key in birth}
    parts = {part for name in whole for part in _PART.findall(name)}
    return frozenset(whole - {""} | {part for part in parts if part[0].isupper() and len(part) >= _SHORTEST_PLACE})


def _files(appeal: Appeal) -> frozenset[str]:
    return frozenset(pathlib.PurePosixPath(image.file).name for image in appeal.images)


def _birth_dates(appeal: Appeal) -> frozenset[str]:
    """Patterns of the dates of birth, as a German text or a machine writes them."""
    found: set[str] = set()
    months = babel_dates.get_month_names("wide", locale="de")
    for person in appeal.persons:
        birth: Mapping[str, object] = person.birth or {}
        several = birth.get("dates")
        for value in (birth.get("date"), *(several if isinstance(several, list | tuple) else ())):
            match = _BIRTH.fullmatch(str(value))
            if match is not None:
                found.add(_date_pattern(match, months))
    return frozenset(found)


def _date_pattern(match: re.Match[str], months: Mapping[int, str]) -> str:
    year, month, day = match[1], match[2], match[3]
    if month is None:
        return rf"(?<!\d){year}(?!\d)"
    name = re.escape(months.get(int(month), month))
    if day is None:
        return rf"(?<!\d)(?:{year}-{month}|0?{int(month)}[./]\s*{year}|{name}\s+{year})(?!\d)"
    return rf"(?<!\d)(?:{year}-{month}-{day}|0?{int(day)}\.\s*(?:0?{int(month)}\.|{name})\s*{year})(?!\d)"


def _without_sender(text: str, appeal: Appeal, outputs: Outputs) -> str:
    """The text without the authority's own name, imprint, host and file number: they may contain a town's name."""
    wording = outputs.wording
    own = {wording.authority, appeal.authority.name, appeal.authority.unit or "", *wording.imprint, appeal.reference}
    for part in sorted(filter(None, map(_composed, own)), key=len, reverse=True):
        text = text.replace(part, " ")
    host = urllib.parse.urlsplit(wording.page_url).netloc
    return text.replace(host, "_") if host else text  # what follows the host is still an address


RULES = (
    Rule(
        id="R39",
        stages=frozenset(Stage),
        source=SOURCE,
        title=Message("The closing texts exist.", "Die Abschlusstexte liegen vor."),
        judge=closings_exist,
    ),
    Rule(
        id="R39",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("The closing texts ask for deletion.", "Die Abschlusstexte bitten um Löschung."),
        judge=closings_ask_for_deletion,
    ),
    Rule(
        id="R39",
        stages=frozenset(Stage),
        source=SOURCE,
        title=Message("The closing texts are neutral.", "Die Abschlusstexte sind neutral."),
        judge=closings_neutral,
    ),
)
