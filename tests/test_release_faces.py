"""A detector looks at the originals and at all that is made of them; what it finds stops a release or stands in it."""

import dataclasses
import hashlib
import io
import json
import pathlib
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from fahndung import premises, records, release
from fahndung.cases import findings
from fahndung.errors import Problem, UnsafeImage
from fahndung.images import faces
from fahndung.images.faces import packaged as really_packaged
from fahndung.law import gate
from fahndung.law.gate import Stage
from fahndung.model.faces import Absence
from fahndung.release import faces as release_faces
from tests.finder import CYAN, GREEN, MAGENTA, Finder
from tests.world import World, write_case

SUSPECT, BYSTANDER = [400, 300, 100, 120], [900, 320, 90, 110]
FINDER = Finder(scores={MAGENTA: 0.9, GREEN: 0.6})
Change = Callable[[dict[str, Any]], object]


def picture(*patches: tuple[list[int], tuple[int, int, int]], size: tuple[int, int] = (1280, 960)) -> bytes:
    """A grey PNG with patches, each a face for the finder."""
    canvas = Image.new("RGB", size, (90, 90, 90))
    for (x, y, width, height), colour in patches:
        canvas.paste(colour, (x, y, x + width, y + height))
    data = io.BytesIO()
    canvas.save(data, "PNG")
    return data.getvalue()


TWO = picture((SUSPECT, MAGENTA), (BYSTANDER, GREEN))


def folder(path: pathlib.Path, content: bytes = TWO, **fields: Any) -> pathlib.Path:
    """The tram robbery with ``content`` as its picture: cards for the press, one person, no posters (None: none)."""

    def change(record: dict[str, Any]) -> None:
        (image,) = record["images"]
        for name in ("redactions", "faces", "crop", "focus"):
            image.pop(name, None)
        image |= {"file": "still.png", "sha256": hashlib.sha256(content).hexdigest(), "bystanders": "none"} | fields
        for name in [name for name, value in image.items() if value is None]:
            del image[name]

    case = write_case(path, "tram-robbery", change)
    (case / "still.png").write_bytes(content)
    return case


def examined(case_folder: pathlib.Path, detector: faces.Detector | Absence) -> tuple[release.Examined, list[Problem]]:
    """The release and what the gate says of faces in it."""
    case = records.load(case_folder)
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.RELEASE)
    setting = dataclasses.replace(premises.setting_of(facts, None, None, salt=b"s" * 32), detector=detector)
    made = release.examine(case.appeal, case.images, {}, setting, judge=lambda appeal, outputs: ())
    said = gate.judge(dataclasses.replace(facts, outputs=made.outputs))
    return made, [one for one in said if one.rule == "R27" and one.field.endswith("faces")]


P1 = {"box": [390, 280, 120, 150], "person": "p1"}
GONE = {"box": BYSTANDER, "reason": "bystander"}


def test_a_face_that_is_neither_named_nor_hidden_stops_the_release(tmp_path: pathlib.Path) -> None:
    _, found = examined(folder(tmp_path, faces=[P1]), FINDER)
    (problem,) = found
    assert problem.severity == "block"
    assert "cctv-1: [900, 320, 90, 110] looks like a face (score 0.60)" in problem.message.en


@pytest.mark.peers
@pytest.mark.parametrize(
    "fields",
    [
        {"faces": [P1], "redactions": [GONE]},
        {"faces": [P1], "crop": [300, 200, 400, 500]},
        {"faces": [P1, {"box": BYSTANDER, "by": "k.muster", "reason": "Werbetafel"}]},
    ],
)
def test_a_face_that_is_hidden_cropped_away_or_waived_passes(tmp_path: pathlib.Path, fields: dict[str, Any]) -> None:
    made, found = examined(folder(tmp_path, **fields), FINDER)
    assert found == []
    assert made.built is not None


@pytest.mark.peers
def test_the_manifest_says_what_looked_what_was_found_where_and_what_was_decided(tmp_path: pathlib.Path) -> None:
    waiver = {"box": [640, 500, 60, 60], "by": "k.muster", "reason": "Aufkleber"}
    content = picture((SUSPECT, MAGENTA), (BYSTANDER, GREEN), ([650, 505, 40, 40], CYAN))
    case = folder(tmp_path, content, faces=[P1, waiver], redactions=[GONE])
    made, found = examined(case, Finder(scores={MAGENTA: 0.9, GREEN: 0.6, CYAN: 0.15}))
    assert found == []
    assert made.built is not None
    listed = made.built.release.manifest["faces"]
    assert isinstance(listed, dict)
    assert listed["detector"] == {"name": "Finder", "sha256": "0" * 64, "version": "1", "sure": 0.2}
    assert listed["complete"] is False
    looks = {look["file"]: look["found"] for look in listed["looks"]}
    assert looks[""] == [
        {"box": SUSPECT, "score": 0.9, "fate": "person", "entry": 0},
        {"box": BYSTANDER, "score": 0.6, "fate": "hidden", "entry": None},
        {"box": [650, 505, 40, 40], "score": 0.15, "fate": "waived", "entry": 1},
    ]
    pictures = {name for name in made.built.release.files if name.endswith(".jpg") and "neutral" not in name}
    (neutral,) = {name for name in pictures if "website/images" in name and name not in looks}  # drawn, shows nobody
    assert set(looks) == {"", *pictures - {neutral}}
    assert "Aufkleber" not in json.dumps(listed, ensure_ascii=False)
    assert "k.muster" not in json.dumps(listed, ensure_ascii=False)
    told = release_faces.sentence(made.built.release.manifest)
    assert told.en.startswith(f"Faces suggested by Finder 00000000…, OpenCV 1, in {len(looks)} pictures: 1 hidden, ")
    assert " named, " in told.en
    assert "begründet belassen" in told.de


@pytest.mark.peers
def test_what_is_found_in_a_finished_picture_is_told_where_it_lies_in_the_original(tmp_path: pathlib.Path) -> None:
    low = [400, 1300, 100, 120]
    large = picture((low, MAGENTA), size=(2600, 1950))
    made, _ = examined(folder(tmp_path, large, crop=[300, 1200, 500, 400]), FINDER)
    assert made.outputs.faces is not None
    looks = made.outputs.faces.looks
    assert len(looks) == 4  # original, web, thumb, print
    for look in looks:
        (seen,) = look.seen
        box = (seen.face.box.x, seen.face.box.y, seen.face.box.width, seen.face.box.height)
        assert box == pytest.approx(low, abs=16), look.file  # a thumbnail's px is up to 7 of the original's


class Second(Finder):
    """Finds in the original nothing and all in what was made of it: the second look is one of its own."""

    def find(self, pictures: Any, *, as_is: Any = ()) -> Any:
        instrument, (_, *others) = super().find(pictures)
        return instrument, ((), *others[:-3], (), (), ())  # the last three are the original, turned


def test_a_face_that_only_a_finished_picture_shows_stops_the_release(tmp_path: pathlib.Path) -> None:
    _, found = examined(folder(tmp_path, faces=[P1]), Second(scores=FINDER.scores))
    (problem,) = found
    assert problem.severity == "block"
    assert "(cctv-1)" in problem.message.en
    assert "website/images/" in problem.message.en


def test_a_picture_that_could_not_be_looked_at_cannot_be_made_safe(tmp_path: pathlib.Path) -> None:
    made, _ = examined(folder(tmp_path), Finder(scores={}, broken=True))
    assert made.built is None
    with pytest.raises(UnsafeImage, match="It broke"):
        made.accepted()


def test_without_a_detector_the_manifest_says_so(tmp_path: pathlib.Path) -> None:
    made, found = examined(folder(tmp_path), Absence.OFF)
    assert made.built is not None
    assert made.built.release.manifest["faces"] == {"detector": None, "why": "off"}
    assert found == []


@pytest.mark.peers
def test_check_refuses_with_the_gates_exit_code(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "packaged", lambda: FINDER)
    assert findings.check(folder(tmp_path / "a")).exit_code == 4
    assert findings.check(folder(tmp_path / "b", faces=[P1], redactions=[GONE])).exit_code == 0


@pytest.mark.peers
@pytest.mark.parametrize(("wanted", "severity"), [("true", "block"), ("false", "warn")])
def test_a_home_demands_a_detector_or_goes_without(
    empty: World, monkeypatch: pytest.MonkeyPatch, wanted: str, severity: str
) -> None:
    if wanted == "false":
        monkeypatch.setattr(faces, "packaged", lambda: FINDER)  # there is one, and nobody asks it
    config = empty.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace("faces = false", f"faces = {wanted}"), "utf-8")
    found = findings.check(folder(empty.home.path / "incoming"), home=empty.home)
    (problem,) = [one for one in found.problems if one.rule == "R27"]
    assert (problem.severity, problem.field) == (severity, "images")


def test_without_the_extra_somebody_has_to_say_that_nobody_else_is_seen(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)  # as where it is not installed
    found = findings.check(folder(tmp_path, bystanders=None))
    about = {problem.field: problem for problem in found.problems if problem.rule == "R27"}
    assert found.exit_code == 4
    assert about["images/0/bystanders"].severity == "block"
    assert "none, redacted, or “waived: who and why”" in about["images/0/bystanders"].message.en
    assert about["images"].severity == "warn"
    assert "pip install 'fahndung[faces]'" in about["images"].message.de


@pytest.mark.peers
def test_the_real_detector_finds_a_passenger_whom_nobody_hid(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "packaged", really_packaged)

    def forget(record: dict[str, Any]) -> None:
        record["images"][0]["redactions"].pop()

    found = findings.check(write_case(tmp_path, "tram-witness", forget))
    assert found.case is not None
    assert len(found.case.appeal.images[0].redactions) == len(found.case.appeal.images[0].faces) == 1
    (problem,) = [one for one in found.problems if one.severity == "block"]
    assert (problem.rule, problem.field, found.exit_code) == ("R27", "images/0/faces", 4)
