"""R26: what the original files say of time and origin."""

import datetime as dt
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Event
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.image import Image, SourceKind
from fahndung.model.provenance import Capture, Known

from .build import JUDGE, appeal, at, facts, image, order, person, source, told

SHOT = at("2026-11-01 22:14")


def findings(kind: SourceKind = SourceKind.CCTV, *wrote: dt.datetime, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of R26 about one picture whose file says ``wrote``."""
    tag, said = more.pop("tag", "DateTimeOriginal"), {"captured_at": SHOT} | more
    given = {ImageId("cctv-1"): Capture(instants=wrote, tag=tag, zoned=True)} if wrote else {}
    return told(judge(facts(_case(kind, **said), Stage.DRAFT, captures=given)), "R26")


def _case(kind: SourceKind, **said: Any) -> Any:
    picture: Image = image("cctv-1", shows=(PersonId("p1"),), source=source(kind, **said), verified_by="v.beispiel")
    event = Event(start="2026-11-01T22:10", end="2026-11-01T22:20")
    return appeal(order(JUDGE), images=(picture,), persons=(person(),), event=event)


FIELD = "images/0/source/captured_at"


def test_the_time_of_the_file_is_held_against_that_of_the_record() -> None:
    assert findings() == []
    assert findings(SourceKind.CCTV, SHOT) == []
    figure = facts(_case(SourceKind.CCTV)).norms.figure("image-time-tolerance-minutes", None)
    assert figure is not None
    tolerance = dt.timedelta(minutes=figure.amount)
    for sign in (1, -1):
        assert findings(SourceKind.CCTV, SHOT + sign * tolerance) == []
        assert findings(SourceKind.CCTV, SHOT + sign * (tolerance + dt.timedelta(seconds=1))) == [("block", FIELD)]


def test_one_of_two_local_hours_is_enough() -> None:
    far = SHOT - dt.timedelta(days=1)
    assert findings(SourceKind.CCTV, far, SHOT) == []
    assert findings(SourceKind.CCTV, far) == [("block", FIELD)]


def test_a_reason_a_copy_and_a_picture_that_does_not_show_the_deed_weigh_less() -> None:
    far = SHOT - dt.timedelta(days=1)
    assert findings(SourceKind.CCTV, far, time_deviation_reason="Uhr steht") == [("warn", FIELD)]
    assert findings(SourceKind.CCTV, far, tag="DateTimeDigitized") == [("warn", FIELD)]
    assert findings(SourceKind.FAMILY, far) == [("warn", FIELD)]
    assert findings(SourceKind.FAMILY, far, captured_at=None) == []


def test_the_offset_of_the_camera_explains_nothing_here_because_both_times_are_its_own() -> None:
    assert findings(SourceKind.CCTV, SHOT, clock_offset_s=60) == []


@pytest.mark.parametrize(("zoned", "words"), [(True, "mit Zeitzone"), (False, "als Ortszeit Europe/Berlin gelesen")])
def test_it_says_how_the_time_was_read(*, zoned: bool, words: str) -> None:
    given = Capture(instants=(SHOT - dt.timedelta(days=1),), tag="DateTimeOriginal", zoned=zoned)
    found = judge(facts(_case(SourceKind.CCTV), Stage.DRAFT, captures={ImageId("cctv-1"): given}))
    (message,) = (one.message.de for one in found if one.field == FIELD)
    assert words in message


def test_a_picture_of_another_case_is_told_with_its_case() -> None:
    seen = Known(appeal="pdl-2026-0009", revision=2, image="family-1", same=False)
    found = judge(facts(_case(SourceKind.CCTV), Stage.DRAFT, known={ImageId("cctv-1"): (seen,)}))
    (problem,) = (one for one in found if one.rule == "R26")
    assert (str(problem.severity), problem.field) == ("warn", "images/0/file")
    assert "family-1 of pdl-2026-0009 (revision 2)" in problem.message.en
    assert "sieht fast gleich aus" in problem.message.de


def test_a_capture_without_an_instant_or_zone_is_no_capture() -> None:
    for instants in ((), (dt.datetime(2026, 1, 1),)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="offset"):
            Capture(instants=instants, tag="DateTimeOriginal", zoned=False)
