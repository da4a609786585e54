"""R26: what the original files themselves say of time and origin, held against the record. Opens no picture."""

import datetime as dt
from collections.abc import Iterator

from fahndung.errors import Message, Problem
from fahndung.law.facts import BEFORE_PUBLICATION, Facts
from fahndung.law.periods import stamp
from fahndung.law.provenance import SOURCE, UNDATED
from fahndung.law.rule import Rule, block, warn
from fahndung.model.image import Image
from fahndung.model.provenance import Capture

_OWN_TIME = "DateTimeOriginal"


def clocks_agree(facts: Facts) -> Iterator[Problem]:
    """R26: the time that the camera wrote is the one in the record, give or take the tolerance, or it says why not.

    ``captured_at`` is what the camera's clock showed (``clock_offset_s`` is taken off it), so both are the same clock.
    """
    figure = facts.norms.figure("image-time-tolerance-minutes", None if facts.mandate is None else facts.mandate.at)
    tolerance = dt.timedelta(minutes=0 if figure is None else figure.amount)
    for index, image in enumerate(facts.appeal.images):
        capture, said = facts.captures.get(image.id), image.source.captured_at
        if capture is None or said is None or any(abs(at - said) <= tolerance for at in capture.instants):
            continue
        yield _disagree(image, f"images/{index}/source/captured_at", capture, said)


def _disagree(image: Image, field: str, capture: Capture, said: dt.datetime) -> Problem:
    told, wrote = stamp(said), stamp(capture.instants[0])
    zone_en, zone_de = (
        ("with its offset", "mit Zeitzone")
        if capture.zoned
        else ("without a zone, read as local time Europe/Berlin", "ohne Zeitzone, als Ortszeit Europe/Berlin gelesen")
    )
    reason = (image.source.time_deviation_reason or "").strip()
    rest_en, rest_de = (
        (f"The record says why: {reason}", f"Begründung im Datensatz: {reason}")
        if reason
        else (
            "captured_at is what the camera's clock showed, clock_offset_s how far it was ahead: correct them, or give "
            "time_deviation_reason.",
            "captured_at ist die Anzeige der Kamerauhr, clock_offset_s ihr Vorgang: berichtigen oder "
            "time_deviation_reason angeben.",
        )
    )
    # a scan, an export or a family's picture may well carry the time of its copy
    weigh = warn if reason or capture.tag != _OWN_TIME or image.source.kind in UNDATED else block
    return weigh(
        "R26",
        field,
        f"The file of {image.id} says it was taken on {wrote.en} ({capture.tag}, {zone_en}), the record says "
        f"{told.en}. {rest_en}",
        f"Die Datei von {image.id} nennt als Aufnahmezeit den {wrote.de} ({capture.tag}, {zone_de}), der Datensatz den "
        f"{told.de}. {rest_de}",
        SOURCE,
    )


def known_elsewhere(facts: Facts) -> Iterator[Problem]:
    """R26: a picture that the home knows from another case may have been mixed up (case Hagen)."""
    for index, image in enumerate(facts.appeal.images):
        for known in facts.known.get(image.id, ()):
            en, de = (
                ("is the same file as", "ist dieselbe Datei wie")
                if known.same
                else ("looks nearly the same as", "sieht fast gleich aus wie")
            )
            yield warn(
                "R26",
                f"images/{index}/file",
                f"{image.id} {en} {known.image} of {known.appeal} (revision {known.revision}). Make sure that it "
                "belongs to this case and was not mixed up.",
                f"{image.id} {de} {known.image} in {known.appeal} (Revision {known.revision}). Bitte sicherstellen, "
                "dass es zu diesem Fall gehört und nicht verwechselt wurde.",
                SOURCE,
            )


RULES = (
    Rule(
        id="R26",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("File and record name the same time.", "Datei und Datensatz nennen dieselbe Aufnahmezeit."),
        judge=clocks_agree,
    ),
    Rule(
        id="R26",
        stages=BEFORE_PUBLICATION,
        source=SOURCE,
        title=Message("A picture known from another case is told.", "Ein Bild aus einem anderen Fall wird gemeldet."),
        judge=known_elsewhere,
    ),
)
