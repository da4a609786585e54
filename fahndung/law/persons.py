"""R18: what an appeal of its category may tell of a person, and what needs an unlock with name and reason.

Judges fields of the record and the pieces that are printed; what is hidden of a name is searched for by ``untold``.
"""

import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.figures import Content
from fahndung.law.passages import content_of, own_words, without, words_of
from fahndung.law.places import FIELDS, fold, precise
from fahndung.law.rule import How, Rule, ask, block, unlocked
from fahndung.law.untold import SOURCE, untold
from fahndung.law.words import CATEGORIES
from fahndung.model.appeal import Category
from fahndung.model.sought import NamesShown, Person, Role

SHELTERED = frozenset({Category.MISSING, Category.MISSING_CHILD, Category.HELPLESS})
"""Those whose home or care home nobody is to learn from an appeal."""
LAST_SEEN = "last-seen"

VICTIMS = "Nr. 1.2 VwV Öffentlichkeitsfahndung"
ADDRESSES = "§ 27 Abs. 2 SächsDSUG; § 54 Abs. 1 SächsPVDG"

_SHOWN_WORDS = {
    NamesShown.NONE: Message("no name", "kein Name"),
    NamesShown.GIVEN: Message("the given name", "der Vorname"),
    NamesShown.GIVEN_INITIAL: Message("given name and initial", "Vorname und Anfangsbuchstabe"),
    NamesShown.FULL: Message("the full name", "der volle Name"),
}
_WIDTH = list(NamesShown)

_ROAD = r"(?<!Bundes)(?<!Staats)(?<!Landes)(?<!Kreis)(?<!Europa)"
_NO_STREET = (
    r"(?!(?:Gleis|Bahnsteig|Linie|Bus|Zug|Tor|Haus|Halle|Zimmer|Raum|Station|Eingang|Ausgang|Abschnitt|Alter|Kilometer|"
    r"Haltestelle|Stra(?:ß|ss)enbahnlinie|Buslinie|Autobahn|Bundesstra(?:ß|ss)e|Staatsstra(?:ß|ss)e|Wagen|Sektor|Jahr|"
    r"Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|\w+(?:tag|abend|woch)s?)\b)"
)
_ENDING = (
    r"[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Gg]ä(?:ß|ss)chen|[Rr]ing|[Uu]fer|[Dd]amm|[Cc]haussee|[Ss]teig|[Zz]eile|"
    r"[Pp]romenade|[Mm]arkt|[Gg]raben|[Ww]inkel"
)
_AT = r"(?:Am|Im|An der|An den|Auf der|Auf dem|In der|Zum|Zur|Hinter der|Hinter dem|Vor dem|Unter den)"
_NUMBER = (
    r"\s*(?:Nr\.\s*|Hausnummer\s+)?\d{1,3}(?:\s?[a-h]\b)?(?:\s?[-–/]\s?\d{1,3})?(?![\d:%°])(?!\.\d)(?!\s*-\s*[Jj]ährig)"
    r"(?!\.?\s*(?:Uhr|Kilometer|km|Meter|m|Minuten|Stunden|Tage|Wochen|Euro|Grad|Prozent|Jahre|Personen|cm|kg|"
    r"Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
)
_STREET = re.compile(
    rf"(?:{_ROAD}(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.)|\b[\w-]*(?:{_ENDING})|"
    r"\b[Ss]tra(?:ß|ss)e (?:de[rs]|am|an der) (?:[\w.]+ )?[A-ZÄÖÜ][\w-]+|"
    rf"\b{_AT} {_NO_STREET}[A-ZÄÖÜ][\w-]+){_NUMBER}"
)
"""A street and a house number; no road of the country, no clock time, no date, no distance."""


def fields_listed(facts: Facts) -> Iterator[Problem]:
    """R18: every field of a person that would be printed is one that the category may tell, or is unlocked."""
    content = content_of(facts)
    if content is None:
        yield _no_content(facts)
        return
    category = CATEGORIES[facts.appeal.category]
    for index, person in enumerate(facts.appeal.persons):
        for field in _printed(person, content):
            place = f"persons/{index}/{field}"
            if not unlocked(facts, place):
                yield block(
                    "R18",
                    place,
                    f"An appeal of the kind “{category.en}” does not tell this. Leave it out or unlock it: “unlock” "
                    f"with field {place}, by and reason.",
                    f"Ein Aufruf der Art „{category.de}“ nennt diese Angabe nicht. Weglassen oder freigeben: „unlock“ "
                    f"mit field {place}, by und reason.",
                    content.reference,
                )


def _no_content(facts: Facts) -> Problem:
    category = CATEGORIES[facts.appeal.category]
    return block(
        "R18",
        "category",
        f"The table of norms does not say what an appeal of the kind “{category.en}” may tell. Correct the instant of "
        "the order or add a [[content]] to norms.toml.",
        f"Die Tabelle der Normen sagt nicht, was ein Aufruf der Art „{category.de}“ nennen darf. Zeitpunkt der "
        "Anordnung berichtigen oder [[content]] in norms.toml ergänzen.",
        SOURCE,
    )


def _printed(person: Person, content: Content) -> Iterator[str]:
    """The fields that are filled, printed and not listed. A closed nationality is a matter of R20."""
    full = person.names is not None and person.names.shown is NamesShown.FULL
    for field in FIELDS:
        hidden = field in content.fields or (field == "birth" and not full)
        if getattr(person, field) and not hidden and (field != "nationalities" or content.nationality):
            yield field
    if full and person.names is not None and person.names.aliases and "aliases" not in content.fields:
        yield "names/aliases"


def names_not_wider(facts: Facts) -> Iterator[Problem]:
    """R18: no more of a name than the category shows, or it is unlocked; of a missing person never the surname."""
    content = content_of(facts)
    if content is None:
        return
    allowed = _SHOWN_WORDS[content.names]
    for index, person in enumerate(facts.appeal.persons):
        field = f"persons/{index}/names"
        if person.names is None or unlocked(facts, f"{field}/shown"):
            continue
        if _WIDTH.index(person.names.shown) > _WIDTH.index(content.names):
            yield block(
                "R18",
                field,
                f"More of the name is shown than this kind of appeal shows: at most {allowed.en}. Set shown to "
                f"{content.names} or unlock {field} with by and reason.",
                f"Vom Namen wird mehr gezeigt, als diese Art Aufruf zeigt: höchstens {allowed.de}. shown auf "
                f"{content.names} setzen oder {field} mit by und reason freigeben.",
                content.reference,
            )


def victims_asked(facts: Facts) -> Iterator[Problem]:
    """R18: a victim's name is shown only after the victim was contacted; the contact lies in the past."""
    for index, person in enumerate(facts.appeal.persons):
        if person.role is not Role.VICTIM or person.names is None or person.names.shown is NamesShown.NONE:
            continue
        field = f"persons/{index}/contacted_before"
        if person.contacted_before is None:
            yield block(
                "R18",
                field,
                "A victim's name is shown although the victim was not contacted before. Contact the victim and enter "
                "when, or set shown to none.",
                "Der Name eines Opfers wird gezeigt, ohne dass vorher Kontakt aufgenommen wurde. Kontakt aufnehmen und "
                "eintragen, wann, oder shown auf none setzen.",
                VICTIMS,
            )
        elif facts.now is not None and person.contacted_before > facts.now:
            yield block(
                "R18",
                field,
                "The contact with the victim lies in the future; the name may be shown only after it.",
                "Der Kontakt mit dem Opfer liegt in der Zukunft; der Name darf erst danach gezeigt werden.",
                VICTIMS,
            )


def no_address(facts: Facts) -> Iterator[Problem]:
    """R18: no street with a house number of somebody who is missing or helpless; the office's own may stand."""
    for field, text in _pieces(facts, own_words(facts)):
        if _STREET.search(text) and not unlocked(facts, field):
            yield block(
                "R18",
                field,
                f"{field} tells a street with a house number. Leave the number out, or unlock the field with by and "
                "reason.",
                f"{field} nennt eine Straße mit Hausnummer. Die Nummer weglassen oder das Feld mit by und reason "
                "freigeben.",
                ADDRESSES,
            )


def _pieces(facts: Facts, allowed: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What is printed of the record with its field, without the phrases that are allowed."""
    for piece in () if facts.outputs is None else dict.fromkeys(facts.outputs.pieces):
        text = fold(piece.text)
        yield precise(facts.appeal, piece.field, text), without(text, allowed)


def no_facility(facts: Facts) -> Iterator[Problem]:
    """R18: no kind of home or clinic; where somebody was last seen there, a person decides whether it must be said."""
    places = facts.appeal.event.places
    for index, place in enumerate(places):
        words, field = words_of(facts, "facility", place.text), f"event/places/{index}"
        if not words or unlocked(facts, f"{field}/text"):
            continue
        if place.role != LAST_SEEN:
            yield _facility(field, words[0])
            continue
        yield from ask(
            facts,
            "R18",
            field,
            f"The place last seen tells a kind of facility (“{words[0]}”). Must it be said so that people can help?",
            f"Der letzte Aufenthaltsort nennt eine Art von Einrichtung („{words[0]}“). Ist das für Hinweise nötig?",
            ADDRESSES,
        )
    judged = {fold(place.text) for place in places}
    for field, text in _pieces(facts, own_words(facts) | judged):
        words = words_of(facts, "facility", text)
        if words and not unlocked(facts, field):
            yield _facility(field, words[0])


def _facility(field: str, word: str) -> Problem:
    return block(
        "R18",
        field,
        f"{field} tells a kind of facility (“{word}”), which says something about health or family. Write neutrally, "
        "or unlock the field with by and reason.",
        f"{field} nennt eine Art von Einrichtung („{word}“); das sagt etwas über Gesundheit oder Familie. Neutral "
        "schreiben oder das Feld mit by und reason freigeben.",
        ADDRESSES,
    )


RULES = (
    Rule(
        id="R18",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Only fields that the category may tell.", "Nur Angaben, die diese Art Aufruf nennen darf."),
        judge=fields_listed,
    ),
    Rule(
        id="R18",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("No more of a name than the category shows.", "Vom Namen nicht mehr als vorgesehen."),
        judge=names_not_wider,
    ),
    Rule(
        id="R18",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message(
            "What is not shown of a person stands in no output.",
            "Was von einer Person nicht gezeigt wird, steht nirgends.",
        ),
        judge=untold,
    ),
    Rule(
        id="R18",
        stages=BEFORE_PUBLICATION | {Stage.RUNNING},
        source=VICTIMS,
        title=Message("A victim was contacted before.", "Mit dem Opfer wurde vorher Kontakt aufgenommen."),
        judge=victims_asked,
    ),
    Rule(
        id="R18",
        categories=SHELTERED,
        stages=BEFORE_PUBLICATION,
        source=ADDRESSES,
        title=Message("No house number.", "Keine Hausnummer."),
        judge=no_address,
    ),
    Rule(
        id="R18",
        categories=SHELTERED,
        stages=BEFORE_PUBLICATION,
        source=ADDRESSES,
        title=Message("No kind of facility.", "Keine Art von Einrichtung."),
        how=How.ASKED,
        judge=no_facility,
    ),
)
