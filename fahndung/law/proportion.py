"""R11, R12, R25: is it proportionate to search in public, and to use the networks of others? Weighs nothing itself."""

from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.rule import How, Rule, ask, block, warn
from fahndung.model.appeal import Category
from fahndung.model.mandate import Medium

CRIMINAL_PERSONS = frozenset({Category.UNKNOWN_SUSPECT, Category.KNOWN_SUSPECT, Category.CONVICT, Category.WITNESS})
"""The categories of VwV Öffentlichkeitsfahndung; its Nr. 4 leaves out the others."""
PERSONS = frozenset(Category) - {Category.OBJECT, Category.WITNESS_CALL}

R11_SOURCE = "Nr. 3.2 VwV Öffentlichkeitsfahndung"
R12_SOURCE = "Nr. 1.2 VwV Öffentlichkeitsfahndung; §§ 131 Abs. 3, 131a Abs. 3, 131b StPO"
R25_SOURCE = "Nr. 3.2 VwV Öffentlichkeitsfahndung"


def serious_enough_for_networks(facts: Facts) -> Iterator[Problem]:
    """R11: networks of others only for a crime that is serious in this very case, with the reason.

    That the order names the medium is asked by R10. Source: Nr. 3.2 VwV Öffentlichkeitsfahndung, read 2026-11-26.
    """
    if Medium.SOCIAL not in facts.media:
        return
    legal = facts.appeal.legal
    if legal.serious_in_individual_case is not True:
        yield block(
            "R11",
            "legal/serious_in_individual_case",
            "Social networks may be used only for a crime that is serious in the individual case. Say so (true), or "
            "leave the network out.",
            "Soziale Netzwerke dürfen nur bei einer auch im Einzelfall schwerwiegenden Straftat genutzt werden. Das "
            "bestätigen (true) oder das Netzwerk weglassen.",
            R11_SOURCE,
        )
    if not (legal.social_media or "").strip():
        yield block(
            "R11",
            "legal/social_media",
            "The reason for using social networks is missing: why is the crime serious here, and why do milder means "
            "promise much less?",
            "Die Begründung für soziale Netzwerke fehlt: Warum wiegt die Tat hier schwer, und warum versprechen "
            "mildere Mittel erheblich weniger Erfolg?",
            R11_SOURCE,
        )


def milder_means_told(facts: Facts) -> Iterator[Problem]:
    """R12: what was tried before: internal search, text without a picture, regional print.

    Source: Nr. 1.2 VwV Öffentlichkeitsfahndung; LG Saarbrücken, 16.05.2025, 3 Qs 3/25; read 2026-11-26.
    """
    if not (facts.appeal.legal.milder_means or "").strip():
        yield warn(
            "R12",
            "legal/milder_means",
            "Nothing is said about milder means. Write down what was tried before (internal search, appeal without a "
            "picture, regional print) or why that is hopeless.",
            "Zu milderen Mitteln steht nichts. Eintragen, was vorher versucht wurde (interne Ausschreibung, Aufruf "
            "ohne Bild, regionale Presse) oder warum das aussichtslos ist.",
            R12_SOURCE,
        )


def offence_weighed(facts: Facts) -> Iterator[Problem]:
    """R12: why the crime is one of considerable importance.

    Source: § 131 Abs. 3, § 131a Abs. 3, § 131b Abs. 1 und 2 StPO, Nr. 2.4 VwV Öffentlichkeitsfahndung,
    read 2026-11-26.
    """
    if not (facts.appeal.legal.considerable_offence or "").strip():
        yield warn(
            "R12",
            "legal/considerable_offence",
            "It is not said why the crime is of considerable importance (of a convict: at least one year left to "
            "serve, or another public interest). Write it down.",
            "Warum die Straftat von erheblicher Bedeutung ist, steht nicht da (bei Verurteilten: noch mindestens ein "
            "Jahr zu verbüßen oder ein anderes öffentliches Interesse). Bitte eintragen.",
            R12_SOURCE,
        )


def no_network_at_risk(facts: Facts) -> Iterator[Problem]:
    """R25: where hatred or assaults are likely, no comments and no networks of others.

    Source: Nr. 3.2 VwV Öffentlichkeitsfahndung, read 2026-11-26.
    """
    if Medium.SOCIAL not in facts.media:
        return
    if (facts.appeal.risk or "").strip():
        yield warn(
            "R25",
            "risk",
            "The record tells a risk of discrimination or assaults. Leave social networks out, and comments off.",
            "Der Datensatz nennt die Gefahr von Diskriminierung oder Übergriffen. Auf soziale Netzwerke verzichten und "
            "Kommentare abschalten.",
            R25_SOURCE,
        )
        return
    yield from ask(
        facts,
        "R25",
        "risk",
        "Is discrimination or an assault to be expected when this appeal goes to social networks?",
        "Sind Anfeindungen oder Übergriffe zu erwarten, wenn dieser Aufruf in soziale Netzwerke geht?",
        R25_SOURCE,
        Severity.WARN,
    )


RULES = (
    Rule(
        id="R11",
        categories=CRIMINAL_PERSONS,
        stages=BEFORE_PUBLICATION,
        source=R11_SOURCE,
        title=Message(
            "Social networks only for a crime that is serious in this case.",
            "Soziale Netzwerke nur bei einer auch im Einzelfall schweren Straftat.",
        ),
        how=How.ASKED,
        judge=serious_enough_for_networks,
    ),
    Rule(
        id="R12",
        severity=Severity.WARN,
        categories=PERSONS,
        stages=BEFORE_PUBLICATION,
        source=R12_SOURCE,
        title=Message("Milder means are told.", "Mildere Mittel sind dargelegt."),
        how=How.ASKED,
        judge=milder_means_told,
    ),
    Rule(
        id="R12",
        severity=Severity.WARN,
        categories=CRIMINAL_PERSONS,
        stages=BEFORE_PUBLICATION,
        source=R12_SOURCE,
        title=Message("The offence is weighed.", "Die Bedeutung der Straftat ist dargelegt."),
        how=How.ASKED,
        judge=offence_weighed,
    ),
    Rule(
        id="R25",
        severity=Severity.WARN,
        categories=PERSONS,
        stages=BEFORE_PUBLICATION,
        source=R25_SOURCE,
        title=Message("No social network where hatred is likely.", "Kein soziales Netzwerk, wo Anfeindungen drohen."),
        how=How.ASKED,
        judge=no_network_at_risk,
    ),
)
