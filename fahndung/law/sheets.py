"""R23, R29: what a poster must carry, and what no PDF may hide. Draws nothing and opens no file.

Source: § 6 SächsPresseG (name and address of printer and publisher), read 2026-11-26.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.outlets import lacks
from fahndung.law.rule import Rule, block
from fahndung.model.reading import Outputs, Sheet

R23_SOURCE = "§ 6 SächsPresseG; § 74 Abs. 1 BDSG; § 30 Abs. 1 SächsDSUG"
R29_SOURCE = "§ 71 Abs. 2 BDSG; § 27 Abs. 2 SächsDSUG; BfWebG"


def posters_complete(facts: Facts) -> Iterator[Problem]:
    """R23: imprint, Stand, the page's address in words and as a code, and that only the page is current."""
    if facts.outputs is None:
        return
    for sheet in facts.outputs.sheets:
        for what in _missing(facts, facts.outputs, sheet):
            yield block(
                "R23",
                sheet.name,
                f"On the poster this is missing: {what.en}.",
                f"Auf dem Plakat fehlt: {what.de}.",
                R23_SOURCE,
            )


def _missing(facts: Facts, outputs: Outputs, sheet: Sheet) -> Iterator[Message]:
    text = next((text.text for text in outputs.texts if text.name == sheet.name), "")
    wording = outputs.wording
    if not wording.imprint or any(lacks(text, line) for line in wording.imprint):
        yield Message("the imprint with publisher, address and printer", "das Impressum mit Herausgeber und Drucker")
    if lacks(text, wording.stand):
        yield Message(f"the Stand ('{wording.stand}')", f"der Stand („{wording.stand}“)")
    if lacks(text, wording.page_url.partition("://")[2]):
        yield Message("the address of the page in words", "die Adresse der Seite in Worten")
    if wording.page_url not in sheet.codes:
        yield Message("a QR code with the address of the page", "ein QR-Code mit der Adresse der Seite")
    if lacks(text, wording.only_while_online or ""):
        yield Message(
            "the sentence that it is valid only while the page can be called up",
            "der Satz, dass es nur gilt, solange die Seite abrufbar ist",
        )


def codes_lead_to_the_page(facts: Facts) -> Iterator[Problem]:
    """R23: no code on a poster leads anywhere else; one in two languages may lead to the page in either."""
    if facts.outputs is None:
        return
    for sheet in facts.outputs.sheets:
        spoken = [one for one in facts.outputs.languages if any(text.name == sheet.name for text in one.texts)]
        pages = {one.wording.page_url for one in (facts.outputs, *spoken)}
        for code in sheet.codes:
            if code not in pages:
                yield block(
                    "R23",
                    sheet.name,
                    f"A QR code leads to {code!r} instead of the page of the appeal.",
                    f"Ein QR-Code führt nach „{code}“ statt zur Seite des Aufrufs.",
                    R23_SOURCE,
                )


def nothing_hidden(facts: Facts) -> Iterator[Problem]:
    """R23, R29: what a reader does not see is not in the file."""
    if facts.outputs is None:
        return
    for sheet in facts.outputs.sheets:
        for hidden in sheet.hidden:
            yield block(
                "R29",
                sheet.name,
                f"The PDF holds something that a reader does not see: {hidden}.",
                f"Das PDF enthält etwas, das man nicht sieht: {hidden}.",
                R29_SOURCE,
            )


def accessible(facts: Facts) -> Iterator[Problem]:
    """R29: tagged, and every figure described, for those who hear a poster.

    Source: the duty of public bodies to publish accessible documents (BfWebG), as the project's notes state it.
    """
    if facts.outputs is None:
        return
    for sheet in facts.outputs.sheets:
        if not sheet.tagged:
            yield block(
                "R29",
                sheet.name,
                "The PDF is not tagged; screen readers cannot read it in order.",
                "Das PDF ist nicht ausgezeichnet (tagged); Vorleseprogramme finden keine Reihenfolge.",
                R29_SOURCE,
            )
        described = sum(bool(alt.strip()) for alt in sheet.alts)
        if described < sheet.figures:
            yield block(
                "R29",
                sheet.name,
                f"Of {sheet.figures} figures only {described} have an alternative text.",
                f"Von {sheet.figures} Abbildungen haben nur {described} einen Alternativtext.",
                R29_SOURCE,
            )


RULES = (
    Rule(
        id="R23",
        stages=BEFORE_PUBLICATION,
        source=R23_SOURCE,
        title=Message("A poster carries what it must.", "Ein Plakat trägt, was es muss."),
        judge=posters_complete,
    ),
    Rule(
        id="R23",
        stages=BEFORE_PUBLICATION,
        source=R23_SOURCE,
        title=Message("Codes lead to the page.", "Codes führen zur Seite."),
        judge=codes_lead_to_the_page,
    ),
    Rule(
        id="R29",
        stages=BEFORE_PUBLICATION,
        source=R29_SOURCE,
        title=Message("No PDF hides anything.", "Kein PDF verbirgt etwas."),
        judge=nothing_hidden,
    ),
    Rule(
        id="R29",
        stages=BEFORE_PUBLICATION,
        source=R29_SOURCE,
        title=Message("PDFs can be read aloud.", "PDFs lassen sich vorlesen."),
        judge=accessible,
    ),
)
