"""R26: where a picture comes from, when it was taken, and who says whom it shows."""

import dataclasses
from typing import Any

import pytest

from fahndung import resources
from fahndung.law import norms
from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.law.provenance import taken_at
from fahndung.model.appeal import Answer, Appeal, Category, Event
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.image import Image, SourceKind

from .build import JUDGE, ORDERED, appeal, at, facts, image, order, person, source, told

RECORDED = [SourceKind.CCTV, SourceKind.ATM, SourceKind.POLICE, SourceKind.OTHER]
UNDATED = [SourceKind.FAMILY, SourceKind.SKETCH, SourceKind.ID_DOCUMENT]
CAPTURED = "images/0/source/captured_at"


def shot(kind: SourceKind = SourceKind.CCTV, *, verified_by: str | None = "v.beispiel", **more: Any) -> Image:
    """A picture of the suspect."""
    return image("cctv-1", shows=(PersonId("p1"),), source=source(kind, **more), verified_by=verified_by)


def case(picture: Image, start: str | None = "2026-11-01T22:10", end: str | None = "2026-11-01T22:20") -> Appeal:
    """An appeal with one picture of an event."""
    return appeal(order(JUDGE), images=(picture,), persons=(person(),), event=Event(start=start, end=end))


def findings(subject: Appeal, stage: Stage = Stage.DRAFT, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of R26."""
    return told(judge(facts(subject, stage, **more)), "R26")


@pytest.mark.parametrize("kind", [*RECORDED, SourceKind.INTERNET])
def test_a_recording_says_who_holds_and_who_secured_it(kind: SourceKind) -> None:
    def named(**more: Any) -> list[tuple[str, str]]:
        return findings(case(shot(kind, second_verifier="z.zwei", **more)))

    assert named() == []
    assert named(holder=None) == []
    assert named(capturer=None) == [("warn", "images/0/source/capturer")]
    assert named(capturer=" ") == [("warn", "images/0/source/capturer")]
    assert named(capturer=None, holder=None) == [("block", "images/0/source")]


@pytest.mark.parametrize("kind", UNDATED)
def test_a_picture_that_does_not_show_the_deed_is_asked_neither(kind: SourceKind) -> None:
    assert findings(case(shot(kind, holder=None, capturer=None, captured_at=None))) == []
    assert findings(case(shot(kind, captured_at=at("2020-01-01 00:00")))) == []


@pytest.mark.parametrize("kind", RECORDED)
def test_a_recording_says_when_it_was_taken(kind: SourceKind) -> None:
    assert findings(case(shot(kind, captured_at=None))) == [("block", CAPTURED)]


@pytest.mark.parametrize(
    ("start", "end", "captured", "fits"),
    [
        ("2026-11-01T22:10", "2026-11-01T22:20", "2026-11-01 21:39:59", False),
        ("2026-11-01T22:10", "2026-11-01T22:20", "2026-11-01 21:40:00", True),
        ("2026-11-01T22:10", "2026-11-01T22:20", "2026-11-01 22:50:59", True),
        ("2026-11-01T22:10", "2026-11-01T22:20", "2026-11-01 22:51:00", False),
        ("2026-11-01T22:10", None, "2026-11-01 22:40:59", True),
        ("2026-11-01T22:10", None, "2026-11-01 22:41:00", False),
        (None, "2026-11-01T22:20", "2026-10-01 00:00", True),
        (None, "2026-11-01T22:20", "2026-11-01 22:51:00", False),
        ("2026-11-01T22:10:30", None, "2026-11-01 22:40:30", True),
        ("2026-11-01T22:10:30", None, "2026-11-01 22:40:31", False),
        ("2026-11-01", None, "2026-10-31 23:29:59", False),
        ("2026-11-01", None, "2026-10-31 23:30", True),
        ("2026-11-01", None, "2026-11-02 00:29:59", True),
        ("2026-11-01", None, "2026-11-02 00:30", False),
        ("2026-11", None, "2026-10-31 23:30", True),
        ("2026-11", None, "2026-12-01 00:29:59", True),
        ("2026-11", None, "2026-12-01 00:30", False),
        ("2026-12", None, "2027-01-01 00:29:59", True),
        ("2026", None, "2025-12-31 23:29", False),
        ("2026", None, "2027-01-01 00:29", True),
        ("2026", None, "2027-01-01 00:30", False),
        ("2024", None, "2024-12-31 23:59", True),
        ("2026-08", "2026-10-29", "2026-09-15 12:00", True),
        ("2026-08", "2026-10-29", "2026-10-30 00:30", False),
        ("2026-03-29", None, "2026-03-30 00:29:59", True),
        ("2026-10-25T02:30", None, "2026-10-25T02:30:00+02:00", True),
        ("2026-10-25T02:30", None, "2026-10-25T02:30:00+01:00", True),
        ("2026-10-25T02:30", None, "2026-10-25T01:59:00+02:00", False),
    ],
)
def test_a_recording_lies_within_the_event_and_half_an_hour(
    start: str | None, end: str | None, captured: str, fits: bool
) -> None:
    subject = case(shot(captured_at=at(captured)), start, end)
    assert findings(subject) == ([] if fits else [("block", CAPTURED)])
    explained = case(shot(captured_at=at(captured), time_deviation_reason="Lichtbild aus früherer Zeit"), start, end)
    assert findings(explained) == ([] if fits else [("warn", CAPTURED)])


@pytest.mark.parametrize(
    ("offset", "captured", "fits"),
    [
        (3600, "2026-11-01 23:14", True),
        (0, "2026-11-01 23:14", False),
        (-3600, "2026-11-01 21:14", True),
        (3600, "2026-11-01 21:14", False),
        (1, "2026-11-01 22:51:00", True),
        (-1, "2026-11-01 21:40:00", True),
        (1, "2026-11-01 21:40:00", False),
    ],
)
def test_a_camera_that_was_ahead_recorded_earlier_than_it_says(offset: int, captured: str, fits: bool) -> None:
    subject = case(shot(captured_at=at(captured), clock_offset_s=offset))
    assert findings(subject) == ([] if fits else [("block", CAPTURED)])


@pytest.mark.parametrize(("kind", "told"), [(SourceKind.OTHER, True), (SourceKind.CCTV, False)])
def test_a_portrait_of_no_kind_is_told_which_kinds_need_not_be_from_the_event(kind: SourceKind, told: bool) -> None:
    subject = case(shot(captured_at=at("2026-11-01 23:14"), kind=kind))
    (problem,) = [each for each in judge(facts(subject)) if each.field == CAPTURED]
    assert ("von der Art family, sketch oder id-document, nicht other" in problem.message.de) is told


def test_the_corrected_time_is_the_cameras_less_its_lead() -> None:
    assert taken_at(shot(captured_at=at("2026-11-01 22:14:30"), clock_offset_s=90)) == at("2026-11-01 22:13")
    assert taken_at(shot(captured_at=None)) is None


def test_a_reason_is_told_with_the_finding() -> None:
    subject = case(shot(captured_at=at("2020-01-01 00:00"), time_deviation_reason="Lichtbild aus der Haft"))
    (problem,) = [problem for problem in judge(facts(subject)) if problem.rule == "R26"]
    assert "Lichtbild aus der Haft" in problem.message.de
    assert "Lichtbild aus der Haft" in problem.message.en
    years_later = case(shot(captured_at=at("2046-01-01 00:00"), time_deviation_reason="Wiedererkannt"))
    assert findings(years_later) == [("warn", CAPTURED)]


@pytest.mark.parametrize(
    ("start", "end"), [("im Spätsommer", None), ("2026-11-01", "abends"), (None, None), ("2026-02-30", None)]
)
def test_a_time_in_words_is_compared_by_a_person(start: str | None, end: str | None) -> None:
    subject = case(shot(), start, end)
    assert findings(subject) == [("block", CAPTURED)]
    answer = Answer(rule="R26", by="v.beispiel", at=ORDERED, reason="Zeugin bestätigt den Abend", field=CAPTURED)
    assert findings(dataclasses.replace(subject, answers=(answer,))) == [("warn", CAPTURED)]
    assert findings(case(shot(time_deviation_reason="Abend bestätigt"), start, end)) == []
    nobody = dataclasses.replace(subject, images=(dataclasses.replace(shot(), shows=()),))
    assert findings(nobody) == []


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RELEASE, Stage.PUBLISH])
def test_drafter_verifier_and_second_verifier_are_different(stage: Stage) -> None:
    def given(verified_by: str | None, second: str | None) -> list[tuple[str, str]]:
        return findings(case(shot(second_verifier=second, verified_by=verified_by)), stage, now=ORDERED)

    assert given("v.beispiel", "z.zwei") == []
    assert given("k.muster", None) == [("block", "images/0/verified_by")]
    assert given("v.beispiel", "v.beispiel") == [("block", "images/0/source/second_verifier")]
    assert given("v.beispiel", "k.muster") == [("block", "images/0/source/second_verifier")]
    assert given(None, "z.zwei") == ([("warn", "images/0/verified_by")] if stage is Stage.DRAFT else [])


def test_a_draft_that_names_no_verifier_of_a_person_is_told_and_passes() -> None:
    (told,) = [problem for problem in judge(facts(case(shot(verified_by=None)))) if problem.rule == "R26"]
    assert (told.severity, told.field) == ("warn", "images/0/verified_by")
    assert "verify-image" in told.message.en
    assert "verify-image" in told.message.de
    thing = case(dataclasses.replace(shot(verified_by=None), shows=()))
    assert findings(dataclasses.replace(thing, category=Category.OBJECT, persons=())) == []


@pytest.mark.parametrize(
    ("kind", "holder", "needed"),
    [
        (SourceKind.INTERNET, "Suchmaschine", True),
        (SourceKind.OTHER, "Facebook-Profil", True),
        (SourceKind.FAMILY, "Instagram-Konto der Tochter", True),
        (SourceKind.FAMILY, "Familie", False),
        (SourceKind.CCTV, "Verkehrsbetriebe", False),
    ],
)
def test_a_picture_from_the_internet_needs_a_second_verifier(kind: SourceKind, holder: str, needed: bool) -> None:
    second = ("block", "images/0/source/second_verifier")
    assert (second in findings(case(shot(kind, holder=holder)))) is needed
    assert second not in findings(case(shot(kind, holder=holder, second_verifier="z.zwei")))


@pytest.mark.parametrize(
    ("verified_by", "second", "signed", "missing"),
    [
        ("v.beispiel", None, {"v.beispiel"}, []),
        ("v.beispiel", None, set(), ["verified_by"]),
        ("v.beispiel", None, {"z.zwei"}, ["verified_by"]),
        (None, None, {"z.zwei"}, []),
        (None, None, {"k.muster"}, ["verified_by"]),
        (None, None, set(), ["verified_by"]),
        ("v.beispiel", "z.zwei", {"v.beispiel"}, ["source/second_verifier"]),
        ("v.beispiel", "z.zwei", {"z.zwei"}, ["verified_by"]),
        ("v.beispiel", "z.zwei", {"v.beispiel", "z.zwei"}, []),
        (None, "z.zwei", {"z.zwei"}, ["verified_by"]),
        (None, "z.zwei", {"z.zwei", "v.beispiel"}, []),
    ],
)
def test_at_publication_those_who_have_to_have_signed(
    verified_by: str | None, second: str | None, signed: set[str], missing: list[str]
) -> None:
    subject = case(
        shot(SourceKind.INTERNET if second else SourceKind.CCTV, second_verifier=second, verified_by=verified_by)
    )
    verifiers = {ImageId("cctv-1"): frozenset(signed)}
    expected = [("block", f"images/0/{field}") for field in missing]
    assert findings(subject, Stage.PUBLISH, now=ORDERED, verifiers=verifiers) == expected
    assert findings(subject, Stage.RELEASE, verifiers=verifiers) == []
    assert findings(subject, Stage.PUBLISH, now=ORDERED) == []
    assert findings(subject, Stage.PUBLISH, now=ORDERED, verifiers={}) != []


def test_in_an_appeal_about_persons_every_picture_needs_a_signature() -> None:
    nobody = case(dataclasses.replace(shot(), shows=()))
    assert findings(nobody, Stage.PUBLISH, now=ORDERED, verifiers={}) == [("block", "images/0/verified_by")]


def test_a_picture_of_a_thing_needs_no_signature() -> None:
    thing = appeal(
        None,
        basis="saechspvdg-84-3",
        category=Category.OBJECT,
        decision=order(),
        images=(dataclasses.replace(shot(), shows=()),),
    )
    assert findings(thing, Stage.PUBLISH, now=ORDERED, verifiers={}) == []


@pytest.mark.parametrize(
    ("minutes", "en", "de"), [(1, "1 minute away", "1 Minute abseits"), (2, "2 minutes", "2 Minuten")]
)
def test_one_minute_is_told_in_the_singular(minutes: int, en: str, de: str) -> None:
    figure = f"""
[[figure]]
id = "image-time-tolerance-minutes"
title = "x"
reference = "x"
valid_from = 2016-03-01
number = {minutes}
"""
    short = norms.parse(resources.norms_text() + figure)
    subject = case(shot(captured_at=at("2026-11-01 23:30")), "2026-11-01T22:10", "2026-11-01T22:20")
    (problem,) = [p for p in judge(facts(subject, norms=short)) if p.field == CAPTURED]
    assert f"more than {en}" in problem.message.en
    assert f"mehr als {de}" in problem.message.de
