"""R36 to R38: when an appeal must end, and what must be true before it counts as ended. Takes nothing down.

R37 (a takedown needs nobody's permission) is kept by the shape of the project: no rule runs before a takedown. The rule
here only reports one that was due and that nobody tried.
"""

from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.clock import CONSENT
from fahndung.law.deadlines import UNTIMED, order_in_force
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage, clocks_of
from fahndung.law.rule import How, Rule, ask, block

R36_SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2; RiStBV Nr. 39 Abs. 2; § 91 Abs. 2 SächsPVDG"
R38_SOURCE = "§ 75 BDSG; § 31 SächsDSUG"


def no_end_recorded(facts: Facts) -> Iterator[Problem]:
    """R36: a revoked consent or a review that ended the appeal, whatever the time is."""
    for clock in clocks_of(facts):
        if clock.rule == "R36":
            field = "legal/consent/revoked_at" if clock.kind == CONSENT else ""
            yield block("R36", field, clock.because.en, clock.because.de, clock.source)


def somebody_sought(facts: Facts) -> Iterator[Problem]:
    """R36: with the last person the appeal ends."""
    persons = facts.appeal.persons
    if persons and all(person.id in facts.ended_persons for person in persons):
        yield block(
            "R36",
            "persons",
            "The search is over for every person of the appeal; the appeal must end.",
            "Die Fahndung nach allen Personen des Aufrufs ist beendet; der Aufruf muss enden.",
            R36_SOURCE,
        )


def nobody_shown_again(facts: Facts) -> Iterator[Problem]:
    """R36: a person whose search is over is not shown again; the id says who it is."""
    for index, person in enumerate(facts.appeal.persons):
        if person.id in facts.ended_persons:
            yield block(
                "R36",
                f"persons/{index}",
                f"The search for {person.id} is over. Leave this person out; after an error, or if the search begins "
                "anew, use a new id and a new order.",
                f"Die Fahndung nach {person.id} ist beendet. Diese Person bitte weglassen; nach einem Irrtum oder bei "
                "einer neuen Suche eine neue Kennung und eine neue Anordnung verwenden.",
                R36_SOURCE,
            )


def no_picture_again(facts: Facts) -> Iterator[Problem]:
    """R36: no picture of somebody whose search is over comes back under another id; after an error it is asked."""
    for index, image in enumerate(facts.appeal.images):
        field = f"images/{index}"
        if image.cut in facts.ended_pictures:
            yield block(
                "R36",
                field,
                f"The picture {image.id} showed somebody whose search is over. Leave it out.",
                f"Das Bild {image.id} zeigte jemanden, nach dem nicht mehr gesucht wird. Weglassen.",
                R36_SOURCE,
            )
        elif image.cut in facts.doubted_pictures:
            yield from ask(
                facts,
                "R36",
                field,
                f"The picture {image.id} was online when the appeal was ended because of an error. Is it right now?",
                f"Das Bild {image.id} war online, als die Fahndung wegen eines Irrtums beendet wurde. Stimmt es jetzt?",
                R36_SOURCE,
            )


def takedown_attempted(facts: Facts) -> Iterator[Problem]:
    """R37: what was due was tried."""
    for item in facts.unattempted:
        yield block(
            "R37",
            "",
            f"The takedown of {item} was due and nobody has tried it. Run 'fahndung takedown' now; it "
            "needs no permission.",
            f"Die Löschung von {item} war fällig und wurde nicht versucht. Sofort „fahndung takedown“ ausführen; eine "
            "Freigabe ist nicht nötig.",
            R36_SOURCE,
        )


def verified_gone(facts: Facts) -> Iterator[Problem]:
    """R38: ended means that every copy was read back as gone, and paper was ticked off.

    While an appeal goes on, that is asked of what a person's end, a medium's end or a later revision took away.
    """
    for item in facts.open_items:
        yield block(
            "R38",
            "",
            f"{item.en} has not been verified as gone. Run 'fahndung takedown'; paper is closed by a person.",
            f"{item.de} ist nicht nachweislich entfernt. „fahndung takedown“ ausführen; Papier hakt ein Mensch ab.",
            R38_SOURCE,
        )


_NOT_ENDED = Message("Nothing has ended the appeal.", "Nichts hat den Aufruf beendet.")

RULES = (
    order_in_force("R36", _NOT_ENDED, R36_SOURCE),
    Rule(id="R36", stages=UNTIMED, source=R36_SOURCE, title=_NOT_ENDED, judge=no_end_recorded),
    Rule(
        id="R36",
        stages=BEFORE_PUBLICATION | {Stage.RUNNING},
        source=R36_SOURCE,
        title=Message("Somebody is still sought.", "Es wird noch jemand gesucht."),
        judge=somebody_sought,
    ),
    Rule(
        id="R36",
        stages=frozenset({Stage.RELEASE, Stage.PUBLISH}),
        source=R36_SOURCE,
        title=Message(
            "Nobody is shown whose search is over.", "Niemand wird gezeigt, nach dem nicht mehr gesucht wird."
        ),
        judge=nobody_shown_again,
    ),
    Rule(
        id="R36",
        stages=frozenset({Stage.RELEASE}),
        source=R36_SOURCE,
        title=Message("No picture comes back after the end.", "Kein Bild kehrt nach dem Ende zurück."),
        how=How.ASKED,
        judge=no_picture_again,
    ),
    Rule(
        id="R37",
        stages=frozenset({Stage.RUNNING, Stage.ENDED}),
        source=R36_SOURCE,
        title=Message("Every due takedown was tried.", "Jede fällige Löschung wurde versucht."),
        judge=takedown_attempted,
    ),
    Rule(
        id="R38",
        stages=frozenset({Stage.RUNNING, Stage.ENDED}),
        source=R38_SOURCE,
        title=Message("Every copy is gone.", "Jede Kopie ist entfernt."),
        judge=verified_gone,
    ),
)
