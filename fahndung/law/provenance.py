"""R26: where a picture comes from, whether it was taken at the event, and who says whom it shows. Opens no picture."""

import datetime as dt
from collections.abc import Iterator, Mapping

from fahndung.errors import Message, Problem, Severity
from fahndung.law import moments
from fahndung.law.facts import BEFORE_PUBLICATION, Facts, Stage
from fahndung.law.passages import words_of
from fahndung.law.periods import stamp
from fahndung.law.rule import Rule, ask, block, warn
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.image import Image, SourceKind
from fahndung.model.people import about_persons

SOURCE = "§§ 47, 74 BDSG; §§ 3, 30 SächsDSUG; Umfang: Vorschlag des Programms (Fall Hagen 2021)"

_OTHER_KIND = Message(
    " A portrait that does not show the event is of the kind family, sketch or id-document, not other.",
    " Ein Porträt, das nicht das Ereignis zeigt, ist von der Art family, sketch oder id-document, nicht other.",
)
UNDATED = frozenset({SourceKind.FAMILY, SourceKind.SKETCH, SourceKind.ID_DOCUMENT})
"""Kinds that are asked neither who took them nor when: they do not show the deed."""


def origin_named(facts: Facts) -> Iterator[Problem]:
    """R26: who holds a recording and who secured it."""
    for index, image in enumerate(facts.appeal.images):
        source, field = image.source, f"images/{index}/source"
        if source.kind in UNDATED or _said(source.capturer):
            continue
        if not _said(source.holder):
            yield block(
                "R26",
                field,
                f"Nobody knows where {image.id} comes from. Enter who holds the recording (holder) and who secured it "
                "(capturer).",
                f"Woher {image.id} stammt, ist nicht vermerkt. Eintragen, wem die Aufnahme gehört (holder) und wer sie "
                "gesichert hat (capturer).",
                SOURCE,
            )
            continue
        yield warn(
            "R26",
            f"{field}/capturer",
            f"The record does not say who secured {image.id}. Enter it (capturer).",
            f"Wer {image.id} gesichert hat, ist nicht vermerkt. Bitte eintragen (capturer).",
            SOURCE,
        )


def _said(text: str | None) -> bool:
    return bool((text or "").strip())


def taken_at_the_event(facts: Facts) -> Iterator[Problem]:
    """R26: a recording is from the time of the event, give or take a tolerance, or the record says why not."""
    event = facts.appeal.event
    during = moments.event_span(event.start, event.end)
    for index, image in enumerate(facts.appeal.images):
        field = f"images/{index}/source/captured_at"
        if image.source.kind in UNDATED:
            continue
        if image.source.captured_at is None:
            yield block(
                "R26",
                field,
                f"The record does not say when {image.id} was taken, so it cannot be held against the event. Enter it.",
                f"Wann {image.id} aufgenommen wurde, ist nicht vermerkt; mit der Tatzeit lässt sich das Bild nicht "
                "abgleichen. Bitte eintragen.",
                SOURCE,
            )
        elif during is None:
            yield from _incomparable(facts, image, field)
        else:
            yield from _compared(facts, image, field, *during)


def taken_at(image: Image) -> dt.datetime | None:
    """When a picture was taken by a clock that is right; ``clock_offset_s`` tells how far the camera's was ahead."""
    source = image.source
    if source.captured_at is None:
        return None
    try:
        return source.captured_at - dt.timedelta(seconds=source.clock_offset_s or 0)
    except OverflowError:
        return source.captured_at


def _incomparable(facts: Facts, image: Image, field: str) -> Iterator[Problem]:
    """The event has no time that can be computed with: a person compares, where the picture shows somebody."""
    if image.shows and not _said(image.source.time_deviation_reason):
        yield from ask(
            facts,
            "R26",
            field,
            f"The time of the event cannot be compared with that of {image.id}. Do they fit?",
            f"Die Zeit des Ereignisses lässt sich mit der von {image.id} nicht vergleichen. Passen sie zueinander?",
            SOURCE,
        )


def _compared(
    facts: Facts, image: Image, field: str, first: dt.datetime | None, after: dt.datetime | None
) -> Iterator[Problem]:
    at = taken_at(image)
    figure = facts.norms.figure("image-time-tolerance-minutes", None if facts.mandate is None else facts.mandate.at)
    tolerance = dt.timedelta(minutes=0 if figure is None else figure.amount)
    if at is None or ((first is None or at - first >= -tolerance) and (after is None or at - after < tolerance)):
        return
    when = stamp(at)
    reason = image.source.time_deviation_reason
    if _said(reason):
        yield warn(
            "R26",
            field,
            f"{image.id} was not taken at the time of the event but on {when.en}. The record says why: {reason}",
            f"{image.id} wurde nicht zur Zeit des Ereignisses aufgenommen, sondern am {when.de}. Begründung im "
            f"Datensatz: {reason}",
            SOURCE,
        )
        return
    minutes = tolerance // dt.timedelta(minutes=1)
    kind = _OTHER_KIND if image.source.kind is SourceKind.OTHER else Message("", "")
    en, de = ("minute", "Minute") if minutes == 1 else ("minutes", "Minuten")
    yield block(
        "R26",
        field,
        f"{image.id} was taken on {when.en}, more than {minutes} {en} away from the event: it may show somebody "
        f"else. Check it, correct the times or clock_offset_s, or give time_deviation_reason.{kind.en}",
        f"{image.id} wurde am {when.de} aufgenommen, mehr als {minutes} {de} abseits des Ereignisses: Es könnte "
        f"jemand anderen zeigen. Prüfen, Zeiten oder clock_offset_s berichtigen oder time_deviation_reason angeben."
        f"{kind.de}",
        SOURCE,
    )


def other_people_verify(facts: Facts) -> Iterator[Problem]:
    """R26: drafter, verifier and second verifier are different; a picture from the internet needs all three."""
    drafter = facts.appeal.prepared_by
    for index, image in enumerate(facts.appeal.images):
        second, field = image.source.second_verifier, f"images/{index}/source/second_verifier"
        if image.verified_by == drafter:
            yield block(
                "R26",
                f"images/{index}/verified_by",
                f"{drafter} prepared this appeal; another person verifies whom its images show.",
                f"{drafter} hat diese Fahndung erstellt; wen die Bilder zeigen, prüft eine andere Person.",
                SOURCE,
            )
        if second is not None and second in (drafter, image.verified_by):
            yield block(
                "R26",
                field,
                f"{second} is the second verifier of {image.id} and has another part already. Name somebody else.",
                f"{second} soll {image.id} als zweite Person prüfen, ist aber schon beteiligt. Bitte jemand anderen "
                "nennen.",
                SOURCE,
            )
        if second is None and from_internet(facts, image):
            yield block(
                "R26",
                field,
                f"{image.id} comes from the internet: a name or a profile proves nothing. Name a second person who "
                "verifies whom it shows.",
                f"{image.id} stammt aus dem Internet: Name und Profil beweisen nichts. Eine zweite Person nennen, die "
                "prüft, wen es zeigt.",
                SOURCE,
            )


def verifier_named(facts: Facts) -> Iterator[Problem]:
    """R26: of each picture that shows a person the record says who verifies whom; told, for the signature decides."""
    for index, image in enumerate(facts.appeal.images):
        if image.verified_by is None and _needs_a_signature(facts.appeal, image):
            yield warn(
                "R26",
                f"images/{index}/verified_by",
                f"The record does not name who verifies whom {image.id} shows. Anybody but the drafter who has the "
                "role may do so with 'fahndung verify-image'; without that signature nothing is published.",
                f"Wer prüft, wen {image.id} zeigt, ist nicht vermerkt. Das kann jede Person mit dieser Rolle außer der "
                "erstellenden mit „fahndung verify-image“ tun; ohne diese Unterschrift wird nichts veröffentlicht.",
                SOURCE,
            )


def _needs_a_signature(appeal: Appeal, image: Image) -> bool:
    return bool(image.shows) or about_persons(appeal)


def from_internet(facts: Facts, image: Image) -> bool:
    """Whether a picture was found on the internet; one from a social network is, whatever its kind says."""
    source = image.source
    told = f"{source.holder or ''} {source.capturer or ''}"
    return source.kind is SourceKind.INTERNET or bool(words_of(facts, "social-network", told))


def images_verified(facts: Facts) -> Iterator[Problem]:
    """R26: whom a picture shows was signed by those who have to."""
    if facts.verifiers is not None:
        yield from unverified(facts.appeal, facts.verifiers)


def unverified(appeal: Appeal, verifiers: Mapping[ImageId, frozenset[str]]) -> Iterator[Problem]:
    """Pictures of persons for which a signature is missing.

    The named verifier signs, or anybody but the drafter where none is named; a named second verifier signs as well.
    """
    for index, image in enumerate(appeal.images):
        if not _needs_a_signature(appeal, image):
            continue
        second = image.source.second_verifier
        others = verifiers.get(image.id, frozenset()) - {appeal.prepared_by}
        wanted = others - {second} if image.verified_by is None else others & {image.verified_by}
        if not wanted:
            yield _unsigned(image, f"images/{index}/verified_by", image.verified_by)
        if second is not None and second not in others:
            yield _unsigned(image, f"images/{index}/source/second_verifier", second)


def _unsigned(image: Image, field: str, who: str | None) -> Problem:
    return block(
        "R26",
        field,
        f"{who or 'a second person'} has not verified whom {image.id} shows; run 'fahndung verify-image'.",
        f"{who or 'Eine zweite Person'} hat nicht bestätigt, wen {image.id} zeigt; „fahndung verify-image“ ausführen.",
        SOURCE,
    )


RULES = (
    Rule(
        id="R26",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Where a recording comes from is known.", "Die Herkunft jeder Aufnahme ist bekannt."),
        judge=origin_named,
    ),
    Rule(
        id="R26",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("A recording is from the time of the event.", "Jede Aufnahme passt zur Zeit des Ereignisses."),
        judge=taken_at_the_event,
    ),
    Rule(
        id="R26",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("Different people draft and verify.", "Erstellen und Prüfen sind getrennt."),
        judge=other_people_verify,
    ),
    Rule(
        id="R26",
        severity=Severity.WARN,
        stages=frozenset({Stage.DRAFT}),
        source=SOURCE,
        title=Message("Who verifies a picture is named.", "Wer ein Bild prüft, ist benannt."),
        judge=verifier_named,
    ),
    Rule(
        id="R26",
        stages=frozenset({Stage.PUBLISH}),
        source=SOURCE,
        title=Message("Whom a picture shows is signed.", "Wen ein Bild zeigt, ist unterschrieben."),
        judge=images_verified,
    ),
)
