"""R13, R34, R35, R42: who received what, was it written down first, and does anything stand without an order?

Sends nothing and looks at no channel: what was seen there is handed in.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem, Severity
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.periods import stamp
from fahndung.law.rule import How, Rule, block, warn
from fahndung.model.appeal import Placard
from fahndung.model.mandate import Medium

PRESS = frozenset({Medium.PRINT, Medium.ONLINE_PRESS, Medium.TV, Medium.RADIO})
AFTER = frozenset({Stage.RUNNING, Stage.ENDED})
UNTIMED = frozenset({Stage.DRAFT, Stage.RELEASE})

R13_SOURCE = "§ 4 Abs. 4 SächsPresseG"
R34_SOURCE = "§ 82 Abs. 1 SächsPVDG; § 76 BDSG; § 32 SächsDSUG"
R35_SOURCE = "§ 82 Abs. 1 SächsPVDG; § 75 Abs. 3 mit § 58 Abs. 5 BDSG"
R42_SOURCE = "§ 75 Abs. 4 BDSG; § 31 Abs. 4 SächsDSUG; Abstand: Vorschlag des Programms"


def press_at_once(facts: Facts) -> Iterator[Problem]:
    """R13: all newsrooms get it at the same time; how near that must be is a figure of the table.

    Source: § 4 Abs. 4 SächsPresseG (equal and simultaneous access), read 2026-11-26.
    """
    sent = sorted(who.sent_at for who in facts.receivers or () if who.medium in PRESS and who.sent_at is not None)
    span = facts.norms.figure("press-simultaneity", sent[0]) if sent else None
    if span is not None and sent[-1] >= span.after(sent[0]):
        first, last = stamp(sent[0]), stamp(sent[-1])
        yield block(
            "R13",
            "",
            f"Newsrooms were not served at the same time: the first on {first.en}, the last on {last.en}.",
            f"Die Redaktionen wurden nicht gleichzeitig beliefert: die erste am {first.de}, die letzte am {last.de}.",
            R13_SOURCE,
        )


def written_first(facts: Facts) -> Iterator[Problem]:
    """R34: whatever stands on a channel has its row in the ledger, written before the call."""
    for item in facts.unrecorded:
        yield block(
            "R34",
            "",
            f"{item} stands on a channel, but no row of the ledger knows it. Take it down, and find out who put it up.",
            f"{item} steht auf einem Kanal, im Register fehlt es. Löschen und klären, wer es eingestellt hat.",
            R34_SOURCE,
        )


def posters_placed(facts: Facts) -> Iterator[Problem]:
    """R35: of paper the record knows where it hangs, how much of it, and who takes it down."""
    for index, placard in enumerate(facts.appeal.posters):
        for name in _unsaid(placard):
            yield block(
                "R35",
                f"posters/{index}/{name}",
                f"The posters of this entry lack {name}; say where they hang, how many, and who takes them down.",
                f"Zu diesen Plakaten fehlt {name}; angeben, wo sie hängen, wie viele es sind und wer sie abnimmt.",
                R35_SOURCE,
            )
    if Medium.POSTER in facts.media and not facts.appeal.posters:
        yield warn(
            "R35",
            "posters",
            "Posters are allowed, but the record does not say where they will hang. Enter place, number and person "
            "before they are put up.",
            "Plakate sind erlaubt, aber der Datensatz sagt nicht, wo sie hängen werden. Vor dem Aushang Ort, Zahl und "
            "Person eintragen.",
            R35_SOURCE,
        )


def _unsaid(placard: Placard) -> list[str]:
    said = {"place": placard.place, "count": placard.count, "person": placard.person}
    return [name for name, value in said.items() if not value]


def no_orphans(facts: Facts) -> Iterator[Problem]:
    """R42: whatever can be reached has a live order behind it, and somebody has looked for it lately."""
    for item in facts.orphans:
        yield warn(
            "R42",
            "",
            f"{item} can be reached, but no order in force carries it. Take it down.",
            f"{item} ist abrufbar, aber keine geltende Anordnung trägt es. Löschen.",
            R42_SOURCE,
        )
    now, searched, span = facts.now, facts.searched_at, facts.norms.figure("orphan-check", facts.searched_at)
    if now is None or span is None:
        return
    if searched is None:
        yield warn(
            "R42",
            "",
            "No search for publications without an order is on record. Look through every channel.",
            "Eine Suche nach Veröffentlichungen ohne Anordnung ist nicht vermerkt. Jeden Kanal durchsehen.",
            R42_SOURCE,
        )
    elif now >= span.after(searched):
        when = stamp(searched)
        yield warn(
            "R42",
            "",
            f"Publications without an order were last looked for on {when.en}; that is too long ago.",
            f"Nach Veröffentlichungen ohne Anordnung wurde zuletzt am {when.de} gesucht; das ist zu lange her.",
            R42_SOURCE,
        )


RULES = (
    Rule(
        id="R13",
        stages=AFTER,
        source=R13_SOURCE,
        title=Message("The press got it at the same time.", "Die Presse wurde gleichzeitig beliefert."),
        judge=press_at_once,
    ),
    Rule(
        id="R34",
        stages=AFTER,
        source=R34_SOURCE,
        title=Message("Every transmission was written down first.", "Jede Übermittlung wurde vorher vermerkt."),
        how=How.KEPT,
        judge=written_first,
    ),
    Rule(
        id="R35",
        stages=BEFORE_PUBLICATION,
        source=R35_SOURCE,
        title=Message("It is known where paper hangs.", "Wo Papier hängt, ist bekannt."),
        judge=posters_placed,
    ),
    Rule(
        id="R42",
        severity=Severity.WARN,
        stages=frozenset({Stage.RUNNING}),
        source=R42_SOURCE,
        title=Message("Nothing stands without an order.", "Nichts steht ohne Anordnung."),
        judge=no_orphans,
    ),
)
