"""R21: how current an output is, who answers for it, and which of its figures were only estimated. Computes nothing."""

import re
from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.outlets import lacks, lexicon, outlets, pieces
from fahndung.law.periods import stamp
from fahndung.law.rule import Rule, block, warn
from fahndung.model import people
from fahndung.model.reading import Kind
from fahndung.model.sought import Basis, Range

SOURCE = "§§ 73, 74 Abs. 1 BDSG; §§ 29, 30 Abs. 1 SächsDSUG"

FIGURES = {"age": r"jahr|jähr|alter", "height_cm": r"cm|\bm\b|zentimeter|meter", "weight_kg": r"kg|kilo"}
"""The figures of a person, each with what tells a printed line about it from others."""

_GUESSED = frozenset({Basis.APPARENT, Basis.ESTIMATED})


def dated_and_signed(facts: Facts) -> Iterator[Problem]:
    """R21: Stand and authority in every output.

    Source: § 74 Abs. 1 BDSG, § 30 Abs. 1 SächsDSUG (how current the data are), read 2026-11-26.
    """
    if facts.outputs is None:
        return
    if facts.appeal.publication.stand is None and facts.mandate is None:
        yield block(
            "R21",
            "publication/stand",
            "There is no Stand: give publication/stand, or the order or decision with its instant.",
            "Es gibt keinen Stand: publication/stand angeben oder Anordnung oder Entscheidung mit Zeitpunkt.",
            SOURCE,
        )
    needed = (
        ("Stand", "Der Stand", facts.outputs.wording.stand),
        ("authority", "Die Behörde", facts.appeal.authority.name),
    )
    for text in outlets(facts):
        for en, de, wanted in needed:
            if lacks(text.text, wanted):
                yield block(
                    "R21",
                    text.name,
                    f"The {en} ('{wanted}') is missing.",
                    f"{de} („{wanted}“) fehlt.",
                    SOURCE,
                )


def valid_while_online(facts: Facts) -> Iterator[Problem]:
    """R21: the page says that it is valid only while it is there: who prints it has to look again.

    The template marks the sentence, in whatever words.
    Source: § 74 Abs. 1 BDSG, § 30 Abs. 1 SächsDSUG (how current the data are), read 2026-11-26.
    """
    for text in outlets(facts, {Kind.PAGE}):
        if lacks(text.text, text.valid_while_online):
            yield block(
                "R21",
                text.name,
                "The sentence is missing that the appeal is valid only while its page can be called up "
                "(such as '{% filter valid_while_online %}Diese Fahndung gilt nur, solange diese Seite abrufbar ist."
                "{% endfilter %}'; any words do, the template has to mark them).",
                "Der Satz fehlt, dass die Fahndung nur gilt, solange ihre Seite abrufbar ist "
                "(etwa: „{% filter valid_while_online %}Diese Fahndung gilt nur, solange diese Seite abrufbar ist."
                "{% endfilter %}“; der Wortlaut ist frei, die Vorlage muss ihn so kennzeichnen).",
                SOURCE,
            )


def stand_reached(facts: Facts) -> Iterator[Problem]:
    """R21: nothing is published with a Stand that has not come yet.

    Source: § 74 Abs. 1 BDSG, § 30 Abs. 1 SächsDSUG (how current the data are), read 2026-11-26.
    """
    at = facts.appeal.publication.stand
    if at is not None and facts.now is not None and at > facts.now:
        when = stamp(at)
        yield block(
            "R21",
            "publication/stand",
            f"The Stand lies in the future ({when.en}); nobody can know the data as of then. Correct it or wait.",
            f"Der Stand liegt in der Zukunft ({when.de}); so kennt die Daten noch niemand. Berichtigen oder warten.",
            SOURCE,
        )


def estimates_marked(facts: Facts) -> Iterator[Problem]:
    """R21: what was estimated is printed as an estimate.

    Source: § 73 BDSG, § 29 SächsDSUG (facts apart from assessments), read 2026-11-26.
    """
    words = lexicon(facts, "estimate")
    if words is None:
        return
    for index, person in enumerate(facts.appeal.persons):
        for name in FIGURES:
            span: Range | None = getattr(person, name)
            if span is None or span.basis not in _GUESSED:
                continue
            for field, text in _printed(facts, index, name, span):
                if not words.found(text):
                    yield block(
                        "R21",
                        field,
                        f"'{text}' was estimated and is printed as a fact; write 'etwa' or 'geschätzt'.",
                        f"„{text}“ ist geschätzt und steht da als Tatsache; „etwa“ oder „geschätzt“ schreiben.",
                        SOURCE,
                    )


def _printed(facts: Facts, index: int, name: str, span: Range) -> Iterator[tuple[str, str]]:
    """The lines that print a person's figure, with the field to blame; a title counts where one person is sought."""
    own = f"persons/{index}"
    alone = people.sought(facts.appeal) == (facts.appeal.persons[index],)
    for piece in pieces(facts):
        of_person = piece.field == own or piece.field.startswith(f"{own}/")
        in_title = piece.field == "texts/title" and name == "age" and alone
        if (of_person or in_title) and _prints(piece.text, span, FIGURES[name]):
            yield (f"{own}/{name}" if of_person else piece.field), piece.text


def _prints(text: str, span: Range, about: str) -> bool:
    """Whether a line prints that figure: all its numbers, and a word or unit of its kind."""
    numbers = [number for number in (span.min, span.max) if number is not None]
    found = all(re.search(rf"(?<![\d.,]){number}(?!\d)", text) for number in numbers)
    return bool(numbers) and found and re.search(about, text, re.IGNORECASE) is not None


def figures_founded(facts: Facts) -> Iterator[Problem]:
    """R21: of each figure the record says how it was established."""
    for index, person in enumerate(facts.appeal.persons):
        for name in FIGURES:
            span: Range | None = getattr(person, name)
            if span is not None and span.basis is None and (span.min, span.max) != (None, None):
                yield warn(
                    "R21",
                    f"persons/{index}/{name}",
                    "How was this figure established? Enter basis: apparent, estimated, measured or known.",
                    "Wie wurde diese Angabe festgestellt? basis angeben: apparent, estimated, measured oder known.",
                    SOURCE,
                )


RULES = (
    Rule(
        id="R21",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Stand and authority are told.", "Stand und Behörde sind genannt."),
        judge=dated_and_signed,
    ),
    Rule(
        id="R21",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("The page is valid only while it is there.", "Die Seite gilt nur, solange sie abrufbar ist."),
        judge=valid_while_online,
    ),
    Rule(
        id="R21",
        stages=frozenset({Stage.PUBLISH}),
        source=SOURCE,
        title=Message("The Stand has been reached.", "Der Stand liegt nicht in der Zukunft."),
        judge=stand_reached,
    ),
    Rule(
        id="R21",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Estimates are told as estimates.", "Schätzungen sind als solche erkennbar."),
        judge=estimates_marked,
    ),
    Rule(
        id="R21",
        severity=Severity.WARN,
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Figures say how they were established.", "Zahlenangaben nennen ihre Grundlage."),
        judge=figures_founded,
    ),
)
