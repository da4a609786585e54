"""R01, R02: what a preventive appeal needs beside its decision: consent, purpose, the prosecutor told. Decides none."""

from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.rule import How, Rule, ask
from fahndung.model.appeal import Category

CONSENT_SOURCE = "§ 7 SächsDSUG; Praxis der Länder"
PURPOSE_SOURCE = "Nr. 4 VwV Öffentlichkeitsfahndung"
DEAD_SOURCE = "§ 159 Abs. 1 StPO"
ABOUT_A_PERSON = frozenset({Category.MISSING, Category.MISSING_CHILD, Category.HELPLESS, Category.UNKNOWN_DEAD})


def consent_told(facts: Facts) -> Iterator[Problem]:
    """R01: who consented and when, or why nobody was asked; consent is practice, not a condition of the law.

    Source: § 24 KunstUrhG, § 7 SächsDSUG, read 2026-11-26.
    """
    consent = facts.appeal.legal.consent
    if facts.criminal or facts.mandate is None:
        return
    if consent is not None and ((consent.by and consent.at is not None) or (consent.why_not or "").strip()):
        return
    yield from ask(
        facts,
        "R01",
        "legal/consent",
        "Who consented to this appeal, and when? Or why was nobody asked (legal/consent)?",
        "Wer hat in diesen Aufruf eingewilligt, und wann? Oder warum wurde niemand gefragt (legal/consent)?",
        CONSENT_SOURCE,
        Severity.WARN,
    )


def purpose_prevails(facts: Facts) -> Iterator[Problem]:
    """R02: a missing person and a crime in one appeal: which purpose prevails decides who orders.

    Source: Nr. 4 VwV Öffentlichkeitsfahndung, read 2026-11-26.
    """
    if facts.norm is None or facts.criminal or not (facts.appeal.legal.offence or "").strip():
        return
    yield from ask(
        facts,
        "R02",
        "legal/basis",
        "The record names an offence and rests on a preventive norm. Does the prevention of danger prevail? If not, it "
        "needs an order under the Code of Criminal Procedure.",
        "Der Datensatz nennt eine Straftat und stützt sich auf eine Norm der Gefahrenabwehr. Geht die Gefahrenabwehr "
        "vor? Wenn nicht, braucht er eine Anordnung nach der Strafprozessordnung.",
        PURPOSE_SOURCE,
    )


def prosecutor_told(facts: Facts) -> Iterator[Problem]:
    """R02: of an unknown dead the police tell the prosecutor at once.

    Source: § 159 Abs. 1 StPO, read 2026-11-26.
    """
    if facts.norm is None or facts.criminal:
        return
    yield from ask(
        facts,
        "R02",
        "legal/decision",
        "Has the public prosecutor been told of the unknown dead?",
        "Ist die Staatsanwaltschaft über den unbekannten Toten unterrichtet?",
        DEAD_SOURCE,
        Severity.WARN,
    )


RULES = (
    Rule(
        id="R01",
        severity=Severity.WARN,
        categories=ABOUT_A_PERSON,
        stages=BEFORE_PUBLICATION,
        source=CONSENT_SOURCE,
        title=Message("Consent, or why nobody was asked.", "Einwilligung, oder warum niemand gefragt wurde."),
        how=How.ASKED,
        judge=consent_told,
    ),
    Rule(
        id="R02",
        categories=ABOUT_A_PERSON,
        stages=BEFORE_PUBLICATION,
        source=PURPOSE_SOURCE,
        title=Message("The prevailing purpose is decided.", "Welche Aufgabe vorgeht, ist entschieden."),
        how=How.ASKED,
        judge=purpose_prevails,
    ),
    Rule(
        id="R02",
        severity=Severity.WARN,
        categories=frozenset({Category.UNKNOWN_DEAD}),
        stages=BEFORE_PUBLICATION,
        source=DEAD_SOURCE,
        title=Message("The prosecutor knows of the dead.", "Die Staatsanwaltschaft weiß von dem Toten."),
        how=How.ASKED,
        judge=prosecutor_told,
    ),
)
