"""R40, R41 and R43: what has to be done once an appeal is over, or went wrong. Does none of it.

Sources: § 75 Abs. 2 BDSG, § 489 StPO, §§ 31, 32 SächsDSUG, §§ 65, 66, 76 BDSG, read 2026-11-26. The periods are dated
figures (``breach-notice``, ``log-criminal``, ``log-preventive``), which the higher rooms have counted.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import Facts, Stage
from fahndung.law.periods import stamp
from fahndung.law.rule import How, Rule, ask, block, warn

R40_SOURCE = "§ 75 Abs. 2 BDSG; § 489 StPO; § 31 Abs. 2 SächsDSUG"
R40_ARCHIVE_SOURCE = "§ 31 Abs. 5 SächsDSUG"
R41_SOURCE = "§§ 65, 66 BDSG mit § 500 StPO; §§ 21, 22 SächsDSUG"
R43_SOURCE = "§ 76 Abs. 4 BDSG mit § 500 StPO; § 32 Abs. 5 SächsDSUG"


def derivatives_erased(facts: Facts) -> Iterator[Problem]:
    """R40: after the end no picture that was built lies in the home."""
    for item in facts.derivatives:
        yield block(
            "R40",
            "",
            f"{item} still lies in the home although the appeal has ended; erase it: fahndung retention --do.",
            f"{item} liegt noch im Heim, obwohl der Aufruf beendet ist; löschen: fahndung retention --do.",
            R40_SOURCE,
        )


def archive_offer(facts: Facts) -> Iterator[Problem]:
    """R40: whether the archive is offered the papers of a preventive appeal before they are erased."""
    if facts.criminal or facts.appeal.archive_offer is not None:
        return
    yield from ask(
        facts,
        "R40",
        "archive_offer",
        "Must these papers be offered to the State Archive before they are erased?",
        "Sind die Unterlagen vor der Löschung dem Sächsischen Staatsarchiv anzubieten?",
        R40_ARCHIVE_SOURCE,
        severity=Severity.WARN,
    )


def breach_reported(facts: Facts) -> Iterator[Problem]:
    """R41: an open breach is told with its instant, and blocks from that instant on.

    Without ``now`` nobody has asked whether it is overdue.
    """
    for breach in facts.breaches:
        if breach.reported_at is not None:
            continue
        due = stamp(breach.due_at)
        if facts.now is not None and facts.now >= breach.due_at:
            yield block(
                "R41",
                "",
                f"A breach of data protection had to be reported to the supervisor before {due.en}. Report it now, say "
                "why it is late, and close its by-hand item.",
                f"Eine Datenschutzverletzung war der Aufsicht vor dem {due.de} zu melden. Jetzt melden, die Verspätung "
                "begründen und den Handposten schließen.",
                R41_SOURCE,
            )
        else:
            yield warn(
                "R41",
                "",
                f"A breach of data protection is to be reported to the supervisor before {due.en}; then close its "
                "by-hand item.",
                f"Eine Datenschutzverletzung ist der Aufsicht vor dem {due.de} zu melden; danach den Handposten "
                "schließen.",
                R41_SOURCE,
            )


def logs_erased(facts: Facts) -> Iterator[Problem]:
    """R43: entries of the log whose time is over."""
    if facts.logs_due > 0:
        yield warn(
            "R43",
            "",
            f"The time of {facts.logs_due} entries of the log is over; erase them: fahndung retention --do.",
            f"Die Frist von {facts.logs_due} Einträgen des Protokolls ist um; löschen: fahndung retention --do.",
            R43_SOURCE,
        )


_AFTER_PUBLICATION = frozenset({Stage.RUNNING, Stage.ENDED})

RULES = (
    Rule(
        id="R40",
        stages=frozenset({Stage.ENDED}),
        source=R40_SOURCE,
        title=Message("What was built is erased after the end.", "Das Gebaute ist nach dem Ende gelöscht."),
        judge=derivatives_erased,
    ),
    Rule(
        id="R40",
        severity=Severity.WARN,
        stages=frozenset({Stage.ENDED}),
        source=R40_ARCHIVE_SOURCE,
        title=Message("The archive was thought of.", "An das Archiv ist gedacht."),
        how=How.ASKED,
        judge=archive_offer,
    ),
    Rule(
        id="R41",
        stages=_AFTER_PUBLICATION,
        source=R41_SOURCE,
        title=Message("Every breach is reported in time.", "Jede Datenschutzverletzung ist rechtzeitig gemeldet."),
        judge=breach_reported,
    ),
    Rule(
        id="R43",
        severity=Severity.WARN,
        stages=_AFTER_PUBLICATION,
        source=R43_SOURCE,
        title=Message(
            "The log is kept no longer than its time.", "Das Protokoll wird nicht über seine Frist gehalten."
        ),
        judge=logs_erased,
    ),
)
