"""R01, R10, R35: whether registers of missing persons may take somebody over, and what that means. Sends nothing.

Such a register (PFIF) is somebody else's and lives by names: no medium of an order or decision covers it, and Nr. 3.2
VwV Öffentlichkeitsfahndung lets persons into online offers of others by link only. So it needs a word of its own in the
decision (``scope/missing_registers``), the whole name that the decision lets be shown, and somebody who consented to
just that (``legal/consent/missing_registers``).
"""

from collections.abc import Callable, Iterable, Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.rule import Rule, block, warn
from fahndung.law.words import CATEGORIES
from fahndung.model.mandate import Medium
from fahndung.model.people import REGISTRABLE
from fahndung.model.sought import NamesShown, Role

SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2; § 84 Abs. 3, § 83 Abs. 1 SächsPVDG; Auslegung des Programms"
CONSENT_SOURCE = "§ 7 SächsDSUG"
COPIES_SOURCE = "§ 82 Abs. 1, § 84 Abs. 5 SächsPVDG; zesty.ca/pfif/1.4"
FIELD = "scope/missing_registers"


def only_of_missing_persons(facts: Facts) -> Iterator[Problem]:
    """R10: only the police's own decision about somebody missing can let registers take over who is sought."""
    mandate, category = facts.mandate, facts.appeal.category
    if mandate is None or not mandate.scope.missing_registers:
        return
    if facts.appeal.legal.order is not None or category not in REGISTRABLE:
        kind = CATEGORIES[category]
        yield block(
            "R10",
            f"{facts.mandate_field}/{FIELD}",
            f"Registers of missing persons take over nobody from an appeal of the kind “{kind.en}” or from an order; "
            "only from a decision about a missing person. Take missing_registers out.",
            f"Vermisstenregister übernehmen niemanden aus einem Aufruf der Art „{kind.de}“ und nichts aus einer "
            "Anordnung; nur aus einer Entscheidung zu einer vermissten Person. missing_registers streichen.",
            SOURCE,
        )


def one_whole_name(facts: Facts) -> Iterator[Problem]:
    """R10: a record is about one person by the whole name, which decision and record let be shown, on our own page."""
    mandate = facts.mandate
    if not _is_registered(facts) or mandate is None:
        return
    scope = f"{facts.mandate_field}/scope"
    if mandate.scope.names is not True:
        yield _lacking(
            f"{scope}/names",
            "the decision has to allow names (names: true)",
            "die Entscheidung muss die Namensnennung zulassen (names: true)",
        )
    if Medium.WEBSITE not in mandate.scope.media:
        yield _lacking(
            f"{scope}/media",
            "the decision has to name the website, where the record lies",
            "die Entscheidung muss die Internetseite nennen; dort liegt der Datensatz",
        )
    persons = facts.appeal.persons
    if [person.role for person in persons] != [Role.MISSING]:
        yield _lacking(
            "persons",
            "the appeal has to be about one missing person and nobody else; make one appeal of each",
            "der Aufruf muss von einer vermissten Person handeln und von niemandem sonst; je Person ein Aufruf",
        )
        return
    names = persons[0].names
    if names is None or names.shown is not NamesShown.FULL or not (names.given and names.family):
        yield _lacking(
            "persons/0/names",
            "given name and surname have to be there and shown (shown: full); a stand-in would lead others astray",
            "Vor- und Nachname müssen dastehen und gezeigt werden (shown: full); ein Ersatz führt andere in die Irre",
        )


def _lacking(field: str, en: str, de: str) -> Problem:
    return block(
        "R10",
        field,
        f"The decision lets registers of missing persons take over who is sought (missing_registers); for that {en}.",
        f"Die Entscheidung erlaubt die Übernahme in Vermisstenregister (missing_registers); dafür gilt: {de}.",
        SOURCE,
    )


def consented(facts: Facts) -> Iterator[Problem]:
    """R01: for registers somebody said yes, to just that, and the record says who and when.

    A consent to the appeal is none to them, and why nobody was asked is not enough.
    """
    if not _is_registered(facts):
        return
    consent = facts.appeal.legal.consent
    named = consent is not None and consent.by and consent.at is not None
    if consent is not None and named and consent.missing_registers:
        return
    yield block(
        "R01",
        "legal/consent/missing_registers" if named else "legal/consent",
        "Who consented that registers of missing persons take over name and description, and when? A consent to the "
        "appeal alone is none to that. Enter by, at and missing_registers: true, or take missing_registers out of the "
        "decision.",
        "Wer hat eingewilligt, dass Vermisstenregister Namen und Beschreibung übernehmen, und wann? Die Einwilligung "
        "in den Aufruf allein genügt dafür nicht. by, at und missing_registers: true eintragen oder missing_registers "
        "in der Entscheidung streichen.",
        CONSENT_SOURCE,
    )


def copies_told(facts: Facts) -> Iterator[Problem]:
    """R35: nobody is told who takes the record over; that is said before anybody approves it."""
    if not _is_registered(facts):
        return
    yield warn(
        "R35",
        f"{facts.mandate_field}/{FIELD}",
        "Name and description are offered to registers of missing persons. Nobody learns who takes them over, and no "
        "copy there can be asked about: at the end only the placeholder in the record's place asks for its deletion.",
        "Name und Beschreibung werden Vermisstenregistern angeboten. Wer sie übernimmt, erfährt niemand, und keine "
        "Kopie dort lässt sich abfragen: Am Ende bittet nur der Platzhalter an der Stelle des Datensatzes um Löschung.",
        COPIES_SOURCE,
    )


def _is_registered(facts: Facts) -> bool:
    """Whether a decision of a kind that may say so lets registers take somebody over."""
    decision, category = facts.appeal.legal.decision, facts.appeal.category
    return (
        facts.appeal.legal.order is None
        and category in REGISTRABLE
        and decision is not None
        and decision.scope.missing_registers
    )


def _rule(
    id: str, source: str, title: Message, judge: Callable[[Facts], Iterable[Problem]], severity: Severity
) -> Rule:
    return Rule(id=id, severity=severity, stages=BEFORE_PUBLICATION, source=source, title=title, judge=judge)


RULES = (
    _rule(
        "R10",
        SOURCE,
        Message("Registers take over missing persons only.", "Register übernehmen nur Vermisste."),
        only_of_missing_persons,
        Severity.BLOCK,
    ),
    _rule(
        "R10",
        SOURCE,
        Message("Registers get one whole name that may be shown.", "Register erhalten einen ganzen, zeigbaren Namen."),
        one_whole_name,
        Severity.BLOCK,
    ),
    _rule(
        "R01",
        CONSENT_SOURCE,
        Message("Somebody consented to registers themselves.", "In Register selbst wurde eingewilligt."),
        consented,
        Severity.BLOCK,
    ),
    _rule(
        "R35",
        COPIES_SOURCE,
        Message("Nobody knows who took a record over.", "Wer einen Datensatz übernahm, ist unbekannt."),
        copies_told,
        Severity.WARN,
    ),
)
