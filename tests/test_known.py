"""What is laid beside the originals of a case, and how a picture is known again under another one."""

import hashlib
import json
import pathlib
import shutil

import pytest
from PIL import Image

from fahndung import known
from fahndung.cases import building, findings
from fahndung.dossier.stored import latest_release, load_release
from fahndung.images import aftercheck, aside
from fahndung.model.ids import ImageId
from tests.world import BEFORE, GIRL, TRAM, World


def copied(world: World, folder: pathlib.Path, change: object = None) -> bytes:
    """The first picture of a stored case, laid into another case folder as its first picture."""
    record = json.loads((folder / "appeal.json").read_text("utf-8"))
    stored = world.home.case_folder(GIRL, 1)
    source = json.loads((stored / "appeal.json").read_text("utf-8"))["images"][0]["file"]
    target = folder / record["images"][0]["file"]
    if change is None:
        shutil.copy(stored / source, target)
    else:
        with Image.open(stored / source) as picture:
            picture.convert("RGB").resize((picture.width // 2, picture.height // 2)).save(target, "JPEG", quality=60)
    record["images"][0]["sha256"] = hashlib.sha256(target.read_bytes()).hexdigest()
    (folder / "appeal.json").write_text(json.dumps(record), "utf-8")
    return target.read_bytes()


@pytest.mark.peers
def test_a_picture_of_another_case_is_a_warning_until_that_case_is_deleted(approved: World) -> None:
    home = approved.home
    folder = approved.case("tram-robbery")
    same = copied(approved, folder)
    told = [one.message.en for one in findings.check(folder, home=home).problems if one.rule == "R26"]
    assert any("is the same file as" in message and GIRL in message for message in told)
    near = copied(approved, folder, change="smaller")
    found = known.elsewhere(home, TRAM, {ImageId("cctv-1"): near})
    assert [(one.appeal, one.same) for one in found[ImageId("cctv-1")]] == [(GIRL, False)]
    assert known.elsewhere(home, GIRL, {ImageId("a"): same}) == {}
    shutil.rmtree(home.path / "cases" / GIRL)
    assert known.elsewhere(home, TRAM, {ImageId("a"): same, ImageId("b"): near}) == {}


def test_a_case_without_readable_prints_is_named_and_foreign_folders_are_passed_over(approved: World) -> None:
    home, folder = approved.home, approved.case("tram-robbery")
    copied(approved, folder)
    for name in ("x/notes", ".scratch/1"):
        (home.path / "cases" / name).mkdir(parents=True)
        (home.path / "cases" / name / "appeal.json").write_text("{}", "utf-8")
    assert known.uncompared(home, TRAM) == ()
    for damage in ("{", "[]", '{"a": 1}', '{"a": {}}', '{"a": {"sha256": "00", "look": "no"}}', None):
        prints = home.case_folder(GIRL, 1) / aside.PRINTS
        prints.unlink() if damage is None else prints.write_text(damage, "utf-8")
        assert known.uncompared(home, TRAM) == (GIRL,)
        assert known.uncompared(home, GIRL) == ()
        assert known.elsewhere(home, TRAM, {ImageId("a"): b"x"}) == {}
    told = [one.message for one in findings.check(folder, home=home).problems if one.rule == "R26"]
    (said,) = [message for message in told if "not compared" in message.en]
    assert GIRL in said.en
    assert GIRL in said.de
    assert known.elsewhere(home, TRAM, {}) == {}


@pytest.mark.peers
def test_the_build_warns_too_of_cases_that_were_not_compared(approved: World) -> None:
    other = approved.home.case_folder("ANDERER-1", 1)
    other.mkdir(parents=True)
    (other / "appeal.json").write_text("{}", "utf-8")
    made = building.build(approved.home, approved.ledger, appeal_id=GIRL, now=BEFORE, by="k.muster")
    (said,) = [one.message.en for one in made.problems if "not compared" in one.message.en]
    assert "ANDERER-1" in said
    before = {file.name for file in made.release.files.values()}
    assert not [name for name in before if b"ANDERER-1" in made.release.files[name].data]


def test_what_lies_inside_an_original_is_laid_aside_closed_and_listed(approved: World) -> None:
    folder = approved.home.case_folder(GIRL, 1) / "evidence"
    assert folder.stat().st_mode & 0o777 == 0o700
    report = json.loads((folder / "report.json").read_text("utf-8"))
    pieces = [path for path in folder.iterdir() if len(path.stem) == 64]
    assert pieces
    for piece in pieces:
        assert hashlib.sha256(piece.read_bytes()).hexdigest() == piece.stem
        assert piece.stat().st_mode & 0o777 == 0o600
        assert piece.name in json.dumps(report)
    for language, words in (("de", "Die Datei verrät den Aufnahmeort"), ("en", "The file says where")):
        assert words in (folder / f"report.{language}.txt").read_text("utf-8")


@pytest.mark.peers
def test_the_build_notes_before_and_after_in_the_case_folder_and_nowhere_else(approved: World) -> None:
    with approved.ledger.read() as tx:
        from fahndung.ledger import appeals

        stored = latest_release(tx, appeals.get(tx, GIRL))
    folder = approved.home.case_folder(GIRL, 1) / "evidence"
    report = json.loads((folder / f"release-{stored.digest}.json").read_text("utf-8"))
    assert {found["kind"] for image in report["before"] for found in image["findings"]} >= {"gps", "owner", "thumbnail"}
    made = load_release(approved.home, stored)
    pictures = {name for name, file in made.files.items() if file.media_type.startswith("image/")}
    assert {entry["file"] for entry in report["after"]} == pictures
    assert {entry["beyond_allowlist"] for entry in report["after"]} == {None}
    assert report["versions"]["pillow"]
    assert "nur das Bild" in (folder / f"release-{stored.digest}.de.txt").read_text("utf-8")
    assert not any("evidence" in name for name in made.files)
    shutil.rmtree(folder)  # of a case from before there was such a folder
    building.build(approved.home, approved.ledger, appeal_id=GIRL, now=BEFORE, by="k.muster")
    assert (folder / f"release-{stored.digest}.json").is_file()


def test_what_the_walker_refuses_stands_in_the_report() -> None:
    kept = {aside.REPORT: b'{"images": []}'}
    made = aftercheck.files("d", kept, {"a.jpg": b"\xff\xd8no"}, {"pillow": "13"})
    (entry,) = json.loads(made["evidence/release-d.json"])["after"]
    assert "something besides the picture" in entry["beyond_allowlist"]
    assert b"Made with: pillow 13" in made["evidence/release-d.en.txt"]
