"""R36 to R39: when an appeal must end, and what must be true before it counts as ended. Takes nothing down.

R37 (a takedown needs nobody's permission) is kept by the shape of the project: no rule runs before a takedown. The rule
here only reports one that was due and that nobody tried.
"""

import re
import unicodedata
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law import clocks as clockwork
from fahndung.law.deadlines import UNTIMED, order_in_force
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage, clocks_of
from fahndung.law.rule import Rule, block
from fahndung.model.publication import EndReason

R36_SOURCE = "VwV Öffentlichkeitsfahndung Nr. 3.2; RiStBV Nr. 39 Abs. 2; § 91 Abs. 2 SächsPVDG"
R38_SOURCE = "§ 75 BDSG; § 31 SächsDSUG"
R39_SOURCE = "VwV Öffentlichkeitsfahndung Nr. 2.1; § 75 Abs. 3 BDSG; § 31 Abs. 3 SächsDSUG"

_PICTURE = re.compile(r"<img\b|data:image/|\.(?:jpe?g|png|gif|webp|avif|heic|tiff?)\b", re.IGNORECASE)
_GENITIVE = r"(?:s|es|ns|ens|['’]s|['’])?"

REASON_WORDS = {
    EndReason.FOUND: Message("goal reached", "Ziel erreicht"),
    EndReason.LAPSED: Message("order lapsed", "Anordnung außer Kraft"),
    EndReason.REVOKED: Message("revoked", "Widerruf"),
    EndReason.REVIEW: Message("not continued after review", "keine Fortdauer nach Prüfung"),
    EndReason.CONSENT: Message("consent revoked", "Einwilligung widerrufen"),
    EndReason.EXPIRED: Message("time over", "Zeitablauf"),
    EndReason.ERROR: Message("error", "Irrtum"),
}


def no_end_recorded(facts: Facts) -> Iterator[Problem]:
    """R36: a revoked consent or a review that ended the appeal, whatever the time is."""
    for clock in clocks_of(facts):
        if clock.rule == "R36":
            field = "legal/consent/revoked_at" if clock.kind == clockwork.CONSENT else ""
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
    """R38: ended means that every copy was read back as gone, and paper was ticked off."""
    for item in facts.open_items:
        yield block(
            "R38",
            "",
            f"{item} has not been verified as gone; the appeal is not ended.",
            f"{item} ist nicht nachweislich entfernt; der Aufruf ist nicht beendet.",
            R38_SOURCE,
        )


def closings_exist(facts: Facts) -> Iterator[Problem]:
    """R39: there is a closing text for each reason for which one is needed."""
    if facts.closings is None:
        return
    for reason in EndReason:
        if reason in facts.ending_reasons and not facts.closings.get(reason.value, "").strip():
            word = REASON_WORDS[reason]
            yield block(
                "R39",
                f"closings/{reason.value}",
                f"The closing text for the reason “{word.en}” is missing.",
                f"Der Abschlusstext für den Grund „{word.de}“ fehlt.",
                R39_SOURCE,
            )


def closings_neutral(facts: Facts) -> Iterator[Problem]:
    """R39: no closing text repeats a picture or a name. The finding does not repeat it either."""
    forbidden = [_pattern(word) for word in facts.forbidden_words if word.strip()]
    for kind, text in (facts.closings or {}).items():
        plain = unicodedata.normalize("NFC", text)
        if _PICTURE.search(plain):
            yield block(
                "R39",
                f"closings/{kind}",
                "The closing text refers to a picture; take it out.",
                "Der Abschlusstext verweist auf ein Bild; bitte entfernen.",
                R39_SOURCE,
            )
        if any(pattern.search(plain) for pattern in forbidden):
            yield block(
                "R39",
                f"closings/{kind}",
                "The closing text repeats a name or another word of a person of the appeal; take it out.",
                "Der Abschlusstext wiederholt einen Namen oder eine andere Angabe zu einer Person des Aufrufs; bitte "
                "entfernen.",
                R39_SOURCE,
            )


def _pattern(word: str) -> re.Pattern[str]:
    """The word as a whole word, in any case, with a German genitive ending."""
    plain = re.escape(unicodedata.normalize("NFC", word.strip()))
    return re.compile(rf"(?<!\w){plain}{_GENITIVE}(?!\w)", re.IGNORECASE)


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
        id="R37",
        stages=frozenset({Stage.RUNNING, Stage.ENDED}),
        source=R36_SOURCE,
        title=Message("Every due takedown was tried.", "Jede fällige Löschung wurde versucht."),
        judge=takedown_attempted,
    ),
    Rule(
        id="R38",
        stages=frozenset({Stage.ENDED}),
        source=R38_SOURCE,
        title=Message("Every copy is gone.", "Jede Kopie ist entfernt."),
        judge=verified_gone,
    ),
    Rule(
        id="R39",
        stages=frozenset({Stage.RELEASE, Stage.PUBLISH, Stage.RUNNING, Stage.ENDED}),
        source=R39_SOURCE,
        title=Message("The closing texts exist.", "Die Abschlusstexte liegen vor."),
        judge=closings_exist,
    ),
    Rule(
        id="R39",
        stages=frozenset({Stage.RELEASE, Stage.PUBLISH, Stage.RUNNING, Stage.ENDED}),
        source=R39_SOURCE,
        title=Message("The closing texts are neutral.", "Die Abschlusstexte sind neutral."),
        judge=closings_neutral,
    ),
)
