"""R03 to R07, R09 and R13: what the clocks mean for an appeal. Computes no end: ``fahndung.law.clocks`` does."""

import functools
from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law import clocks as clockwork
from fahndung.law.clock import (
    CONSENT,
    MEDIA_UNTIL,
    NO_NORM,
    RECORD_UNTIL,
    REVIEW,
    SCOPE_MEDIA,
    SCOPE_UNTIL,
    WARRANT,
    Clock,
)
from fahndung.law.facts import BEFORE_PUBLICATION, TIMED, Facts, Stage, clocks_of
from fahndung.law.periods import stamp
from fahndung.law.reminding import due_reminders
from fahndung.law.rule import Rule, block, warn
from fahndung.law.words import list_media

UNTIMED = frozenset({Stage.DRAFT, Stage.RELEASE})

FIELDS = {
    WARRANT: "legal/warrant",
    REVIEW: "publication/review_at",
    CONSENT: "legal/consent/revoked_at",
    RECORD_UNTIL: "publication/until",
    NO_NORM: "legal/basis",
}
"""Where in the record a clock is set; for the others in the order's scope or its confirmations."""


def field_of(clock: Clock, mandate_field: str) -> str:
    """The place in the record that an officer would look at because of a clock."""
    in_scope = {
        SCOPE_UNTIL: f"{mandate_field}/scope/until",
        MEDIA_UNTIL: f"{mandate_field}/scope/media_until",
    }
    return FIELDS.get(clock.kind) or in_scope.get(clock.kind, "legal/confirmations")


def over(rule: str, facts: Facts) -> Iterator[Problem]:
    """Each clock of a rule that has run out: half-open, ``now >= at`` is over."""
    for clock in clocks_of(facts):
        if clock.rule != rule or clock.kind == SCOPE_MEDIA:  # a medium never allowed is not "over"
            continue
        if not clock.lifted and facts.now is not None and facts.now >= clock.at:
            media, since = list_media(clock.media), stamp(clock.at)
            yield block(
                rule,
                field_of(clock, facts.mandate_field),
                f"Over since {since.en} for {media.en}. {clock.because.en}",
                f"Beendet seit {since.de} für: {media.de}. {clock.because.de}",
                clock.source,
            )


def order_in_force(rule: str, title: Message, source: str) -> Rule:
    """The entry for the clocks of one rule: nothing is or stays published past their end."""
    return Rule(id=rule, stages=TIMED, source=source, title=title, judge=functools.partial(over, rule))


def reminder(facts: Facts) -> Iterator[Problem]:
    """R07: each end that may come has its reminder: half of the time is over, or 24 or 6 hours are left (policy)."""
    if facts.now is None:
        return
    for clock, step in due_reminders(clocks_of(facts), facts.used, facts.now, facts.policy):
        yield warn(
            "R07",
            facts.mandate_field,
            f"{step.text.en} {clock.because.en}",
            f"{step.text.de} {clock.because.de}",
            clock.source,
        )


def warrant_known(facts: Facts) -> Iterator[Problem]:
    """R06: whether a warrant exists; a record that does not say so counts as one without, and its week runs."""
    norm, warrant = facts.norm, facts.appeal.legal.warrant
    if norm is not None and norm.warrant is not None and warrant is None:
        yield warn(
            "R06",
            "legal/warrant",
            "The record does not say whether an arrest warrant exists, so the week for its decision runs from the "
            "order on. Enter when it was issued (legal/warrant/at) or until when it must be decided "
            "(legal/warrant/due).",
            "Der Datensatz sagt nicht, ob ein Haft-, Unterbringungs- oder Vollstreckungshaftbefehl besteht; deshalb "
            "läuft die Wochenfrist für die Entscheidung darüber ab der Anordnung. Eintragen, wann er erlassen wurde "
            "(legal/warrant/at) oder bis wann über ihn zu entscheiden ist (legal/warrant/due).",
            norm.warrant.source,
        )


def warrant_not_lost(facts: Facts) -> Iterator[Problem]:
    """R06: a warrant that was refused, or that came after its week, does not carry the search."""
    warrant = facts.appeal.legal.warrant
    for clock in clocks_of(facts):
        if clock.kind != WARRANT or warrant is None or clock.lifted:
            continue
        if warrant.refused is not None:
            yield block("R06", "legal/warrant/refused", clock.because.en, clock.because.de, clock.source)
        elif warrant.at is not None:
            when, end = stamp(warrant.at), stamp(clock.at)
            yield block(
                "R06",
                "legal/warrant/at",
                f"The arrest warrant of {when.en} came after its time had run out on {end.en}. Obtain a new order.",
                f"Der Haftbefehl vom {when.de} kam nach Ablauf der Frist am {end.de}. Neue Anordnung einholen.",
                clock.source,
            )


def review_in_time(facts: Facts) -> Iterator[Problem]:
    """R09: the review comes after the order and not later than the norm, or the policy, allows.

    Of a preventive appeal a day beyond the force's period warns, and one beyond the ceiling blocks.
    """
    mandate, norm, review_at = facts.mandate, facts.norm, facts.appeal.publication.review_at
    if mandate is None or norm is None or review_at is None:
        return
    limit = clockwork.review_limit(mandate.at, norm, facts.appeal.category, facts.policy)
    ceiling = clockwork.review_ceiling(mandate.at, norm, facts.appeal.category, facts.policy)
    end, latest = stamp(limit), stamp(ceiling)
    if review_at <= mandate.at:
        yield block(
            "R09",
            "publication/review_at",
            "The review is planned before the order was given; enter a later time.",
            "Die Prüfung liegt vor der Anordnung; einen späteren Zeitpunkt eintragen.",
            norm.review_source,
        )
    elif review_at > ceiling:
        yield block(
            "R09",
            "publication/review_at",
            f"The review is planned too late: it must come by {latest.en}. The publication ends then at the latest.",
            f"Die Prüfung ist zu spät geplant: Sie muss bis {latest.de} stattfinden. "
            "Spätestens dann endet die Veröffentlichung.",
            norm.review_source,
        )
    elif review_at > limit:
        yield warn(
            "R09",
            "publication/review_at",
            f"The review is planned later than the force's own period, which ends {end.en}.",
            f"Die Prüfung ist später geplant als die eigene Prüffrist, die am {end.de} endet.",
            norm.review_source,
        )


def embargo(facts: Facts) -> Iterator[Problem]:
    """R13: nothing goes out before the planned instant."""
    start = facts.appeal.publication.not_before
    if start is not None and facts.now is not None and facts.now < start:
        when = stamp(start)
        yield block(
            "R13",
            "publication/not_before",
            f"Nothing may go out before {when.en}.",
            f"Vor dem {when.de} darf nichts veröffentlicht werden.",
            "publication.not_before",
        )


def embargo_before_end(facts: Facts) -> Iterator[Problem]:
    """R13: an embargo until after the end means that nothing would ever go out."""
    start = facts.appeal.publication.not_before
    known = [end.at for end in clockwork.ends_of(clocks_of(facts), facts.used) if end.at is not None]
    if start is not None and known and start >= max(known):
        end = stamp(max(known))
        yield warn(
            "R13",
            "publication/not_before",
            f"The publication may start only when it is already over ({end.en}). Correct the times or have the "
            "order confirmed.",
            f"Die Veröffentlichung dürfte erst beginnen, wenn sie schon beendet ist ({end.de}). Zeiten berichtigen "
            "oder Bestätigung einholen.",
            "publication.not_before",
        )


_REVIEWS = "VwV Öffentlichkeitsfahndung Nr. 3.2; § 91 Abs. 3 SächsPVDG"

RULES = (
    order_in_force(
        "R03",
        Message(
            "A police order is confirmed within 24 hours.",
            "Die Eilanordnung der Polizei ist binnen 24 Stunden bestätigt.",
        ),
        "§ 131 Abs. 3 S. 4 StPO",
    ),
    order_in_force(
        "R04",
        Message(
            "A judge confirms within a week what lasts online.",
            "Ein Gericht bestätigt andauernde Veröffentlichungen binnen einer Woche.",
        ),
        "§ 131c Abs. 2 S. 1 StPO",
    ),
    order_in_force(
        "R05",
        Message(
            "The prosecutor confirms within a week what the police ordered for other media.",
            "Die Staatsanwaltschaft bestätigt Anordnungen der Polizei für andere Medien binnen einer Woche.",
        ),
        "§ 131c Abs. 2 S. 2 StPO",
    ),
    order_in_force(
        "R06",
        Message("The warrant is decided within a week.", "Über den Haftbefehl ist binnen einer Woche entschieden."),
        "§ 131 Abs. 2 S. 2 StPO",
    ),
    Rule(
        id="R06",
        severity=Severity.WARN,
        stages=UNTIMED,
        source="§ 131 Abs. 2 StPO",
        title=Message("It is known whether a warrant exists.", "Ob ein Haftbefehl besteht, ist vermerkt."),
        judge=warrant_known,
    ),
    Rule(
        id="R06",
        stages=UNTIMED,
        source="§ 131 Abs. 2 S. 2 StPO",
        title=Message(
            "The warrant was not refused and not late.", "Der Haftbefehl ist weder abgelehnt noch verspätet."
        ),
        judge=warrant_not_lost,
    ),
    Rule(
        id="R07",
        severity=Severity.WARN,
        stages=TIMED,
        source="§ 131c Abs. 2 StPO",
        title=Message("The end is not near.", "Das Ende steht nicht bevor."),
        judge=reminder,
    ),
    order_in_force(
        "R09", Message("The review is not overdue.", "Die Prüfung der Fortdauer ist nicht überfällig."), _REVIEWS
    ),
    Rule(
        id="R09",
        stages=BEFORE_PUBLICATION,
        source=_REVIEWS,
        title=Message("The review is planned in time.", "Die Prüfung der Fortdauer ist rechtzeitig geplant."),
        judge=review_in_time,
    ),
    Rule(
        id="R13",
        stages=frozenset({Stage.PUBLISH}),
        source="publication.not_before",
        title=Message("The embargo is over.", "Die Sperrfrist ist abgelaufen."),
        judge=embargo,
    ),
    Rule(
        id="R13",
        severity=Severity.WARN,
        stages=UNTIMED,
        source="publication.not_before",
        title=Message("The embargo ends before the appeal.", "Die Sperrfrist endet vor dem Aufruf."),
        judge=embargo_before_end,
    ),
)
