"""R27: which suggested faces are decided, and what is said of those that are not."""

from typing import Any

import pytest

from fahndung.errors import Problem
from fahndung.law.faces import Fate, decided, faces_decided
from fahndung.law.facts import Facts, Stage
from fahndung.model.appeal import Appeal
from fahndung.model.faces import Absence, Face, Instrument, Look, Search, Seen
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.image import Box, VisibleFace

from .build import JUDGE, appeal, facts, image, order
from .build_outputs import found, outputs

TOOL = Instrument(name="CenterFace", sha256="0" * 64, version="5")
AT = Box(x=100, y=100, width=40, height=50)
NEXT = Box(x=300, y=100, width=40, height=50)


def box(x: int, y: int, width: int, height: int) -> Box:
    return Box(x=x, y=y, width=width, height=height)


def seen(where: Box = AT, score: float = 0.87, hidden: float = 0.0) -> Seen:
    return Seen(face=Face(box=where, score=score), hidden=hidden, mask=box(94, 92, 52, 66))


def person(where: Box, who: str = "p1") -> VisibleFace:
    return VisibleFace(box=where, person=PersonId(who))


def waived(where: Box) -> VisibleFace:
    return VisibleFace(box=where, by="k.muster", reason="Werbetafel")


def case(*entries: VisibleFace) -> Appeal:
    return appeal(order(JUDGE), images=(image("cctv-1", bystanders="none", faces=entries),))


def look(*suggested: Seen, file: str = "") -> Look:
    return Look(image=ImageId("cctv-1"), file=file, seen=suggested)


def fates(entries: tuple[VisibleFace, ...], *suggested: Seen) -> list[tuple[Fate, int | None]]:
    (pictured,) = case(*entries).images
    return [(one.fate, one.entry) for one in decided(pictured, look(*suggested))]


def judged(subject: Appeal, *looks: Look, instrument: Instrument | Absence = TOOL) -> list[Problem]:
    return [*faces_decided(searched(subject, *looks, instrument=instrument))]


def searched(subject: Appeal, *looks: Look, instrument: Instrument | Absence = TOOL, **more: Any) -> Facts:
    read = outputs(faces=Search(instrument=instrument, looks=looks))
    return facts(subject, Stage.RELEASE, outputs=read, **more)


@pytest.mark.parametrize(
    ("entries", "suggested", "expected"),
    [
        ((), seen(), Fate.OPEN),
        ((), seen(score=0.2), Fate.OPEN),
        ((), seen(score=0.19), Fate.POSSIBLE),
        ((), seen(hidden=0.9), Fate.HIDDEN),
        ((), seen(hidden=0.89), Fate.OPEN),
        ((), seen(hidden=0.89, score=0.1), Fate.POSSIBLE),
        ((person(AT),), seen(), Fate.PERSON),
        ((person(AT),), seen(score=0.1), Fate.PERSON),
        ((waived(AT),), seen(), Fate.WAIVED),
        ((person(box(120, 125, 20, 25)),), seen(), Fate.PERSON),  # its middle is 120, 125
        ((person(box(121, 125, 20, 25)),), seen(), Fate.OPEN),
        ((person(box(80, 100, 40, 50)),), seen(), Fate.OPEN),  # ends at 120
        ((person(box(60, 60, 120, 150)),), seen(), Fate.PERSON),  # nine times as large
        ((person(box(60, 60, 121, 150)),), seen(), Fate.OPEN),
    ],
)
def test_a_face_is_hidden_or_a_persons_or_waived_or_open(
    entries: tuple[VisibleFace, ...], suggested: Seen, expected: Fate
) -> None:
    ((fate, entry),) = fates(entries, suggested)
    assert fate is expected
    assert entry == (0 if fate in {Fate.PERSON, Fate.WAIVED} else None)


def test_an_entry_speaks_of_one_face_and_that_of_the_surest() -> None:
    around = person(box(90, 90, 120, 100))
    behind = seen(box(150, 100, 40, 50), 0.6)
    assert fates((around,), behind, seen()) == [(Fate.PERSON, 0), (Fate.OPEN, None)]
    (problem,) = judged(case(around), look(behind, seen()))
    assert "faces/0 already stands for another face" in problem.message.en
    assert fates((around, waived(box(150, 100, 40, 50))), behind, seen()) == [(Fate.PERSON, 0), (Fate.WAIVED, 1)]


def test_one_face_that_was_found_twice_needs_one_entry() -> None:
    twice = seen(box(104, 104, 40, 50), 0.5)
    assert fates((person(AT),), seen(), twice) == [(Fate.PERSON, 0), (Fate.PERSON, 0)]
    assert len(judged(case(), look(seen(), twice))) == 1


def test_the_tightest_entry_speaks_of_a_face() -> None:
    wide, tight = person(box(60, 60, 120, 150)), waived(AT)
    assert fates((wide, tight), seen()) == [(Fate.WAIVED, 1)]


def test_an_undecided_face_stops_the_appeal_and_says_what_to_paste() -> None:
    subject = case(person(NEXT))
    given = searched(subject, look(seen(), seen(NEXT)))
    assert found(given, "R27") == [("block", "images/0/faces")]
    (problem,) = faces_decided(given)
    for words in (
        "cctv-1: [100, 100, 40, 50] looks like a face (score 0.87)",
        'redactions: {"box": [94, 92, 52, 66], "reason": "bystander"}',
        'faces: {"box": [100, 100, 40, 50], "person": "',
        'faces: {"box": [100, 100, 40, 50], "by": "…", "reason": "…"}',
        "Suggested, not complete",
    ):
        assert words in problem.message.en
    assert "(Wert 0,87)" in problem.message.de
    assert "nicht vollständig" in problem.message.de


def test_a_finished_picture_is_judged_like_the_original_and_told_once() -> None:
    web = look(seen(box(102, 101, 40, 50)), file="website/images/a.jpg")
    (problem,) = judged(case(), look(seen()), web)
    assert "website" not in problem.message.en
    (problem,) = judged(case(), look(), web)
    assert problem.severity == "block"
    assert "website/images/a.jpg (cctv-1): [102, 101, 40, 50]" in problem.message.en
    assert judged(case(person(AT)), look(), web) == []


def test_what_is_only_possible_is_told_and_passes() -> None:
    unsure = [seen(box(50 * at, 0, 10, 10), 0.15) for at in range(12)]
    (problem,) = judged(case(), look(*unsure), look(*unsure, file="website/images/a.jpg"))
    assert (problem.severity, problem.field) == ("warn", "images/0/faces")
    assert "[0, 0, 10, 10] (0.15)" in problem.message.en
    assert "and 2 more" in problem.message.en
    assert "(0,15)" in problem.message.de


@pytest.mark.parametrize(
    ("absence", "severity", "words"),
    [
        (Absence.OFF, "warn", "[images] faces = false"),
        (Absence.MISSING, "warn", "fahndung[faces]"),
        (Absence.DEMANDED, "block", "The home demands a face detector"),
    ],
)
def test_that_nothing_looked_is_told(absence: Absence, severity: str, words: str) -> None:
    (problem,) = judged(case(), instrument=absence)
    assert (problem.severity, problem.field) == (severity, "images")
    assert words in problem.message.en
    assert judged(appeal(order(JUDGE)), instrument=absence) == []


def test_a_look_at_one_image_says_nothing_of_another() -> None:
    first, second = case(person(AT)).images[0], image("cctv-2", bystanders="none")
    subject = appeal(order(JUDGE), images=(first, second))
    assert judged(subject, look(seen())) == []
    (problem,) = judged(subject, Look(image=ImageId("cctv-2"), seen=(seen(),)))
    assert problem.field == "images/1/faces"


def test_an_image_that_left_the_appeal_is_not_asked_about() -> None:
    assert judged(appeal(order(JUDGE)), look(seen())) == []


def test_a_stage_that_built_nothing_asks_nothing() -> None:
    assert [*faces_decided(facts(case(), Stage.DRAFT))] == []
    assert [*faces_decided(facts(case(), Stage.RELEASE, outputs=outputs()))] == []
