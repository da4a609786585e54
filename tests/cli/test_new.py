"""new: from questions to a case folder that check takes."""

import json
import pathlib

import pytest
from PIL import Image

from fahndung.testing import pictures
from tests.cli.driver import Terminal

MISSING = """M 1
pdl-2026-0900
521/26/1
k.muster
Polizeidirektion Musterstadt

Musterstadt

police
Polizeidirektion Musterstadt
521/26/1
2026-11-21 morgens
2026-11-21T07:30:00+01:00
website, fax
website, poster
Freistaat Sachsen
Freitag
2026-12-05T00:00:00+01:00
vielleicht
ja
Eltern
2026-11-21T07:10:00+01:00
Bushaltestelle
Vermisstenfall
2026-11-20T15:40
female
abc
²
14
160-165
schlank


Lina
Die 14-jährige Lina wird seit Freitag vermisst.

Polizeirevier Musterstadt-Süd
040 66969-161
hinweise@polizei.example
/nothing/there.jpg
{photo}
{blanks}
Foto: Mädchen mit langen Haaren

Familie
v.beispiel
none

"""
SUSPECT = """pdl-2026-0901
512/26/1
k.muster
Polizeidirektion Musterstadt



{by}
Staatsanwaltschaft Musterstadt
304 Js 1/26
2026-11-20T15:00:00+01:00
website, poster


n
Flucht droht, kein Gericht erreichbar
Raub (§ 249 StGB)
Raub mit Verletzung
Interne Ausschreibung
2026-11-20T14:00:00+01:00



unknown





Die Polizei sucht einen Mann.

Polizeirevier Musterstadt-Süd
040 66969-161


"""
THING = """pdl-2026-0902
512/26/2
k.muster
Polizeidirektion Musterstadt



police
Polizeidirektion Musterstadt
512/26/2
2026-11-20T15:00:00+01:00
website


y


Lagerhalle

Fahrrad
Die Polizei sucht Eigentümer.

Polizeirevier Musterstadt-Süd
040 66969-161


"""


@pytest.mark.peers
def test_a_missing_child_from_answers(office: Terminal, tmp_path: pathlib.Path) -> None:
    photo = tmp_path / "DCIM 1.JPG"
    photo.write_bytes(pictures.portrait(3, width=900, height=1200))
    folder = tmp_path / "case"
    result = office.run("new", "missing-child", folder, answers=MISSING.format(photo=photo, blanks="   "))
    for word in ("Small letters", "offset", "Any of", "number or a range", "cannot be read", "has to stand here"):
        assert word in result.stderr
    record = json.loads((folder / "appeal.json").read_text("utf-8"))
    assert record["images"][0]["file"] == "bild-1.jpg"
    assert record["images"][0]["source"] == {"kind": "family", "holder": "Familie"}  # proposed; no time is asked of it
    assert record["persons"][0]["age"] == {"min": 14, "max": 14, "basis": "estimated"}
    assert record["legal"]["consent"]["by"] == "Eltern"
    office.run("check", folder)


@pytest.mark.peers
def test_a_known_suspect_is_asked_for_danger_and_warrant(office: Terminal, tmp_path: pathlib.Path) -> None:
    office.run("new", "known-suspect", tmp_path / "case", answers=SUSPECT.format(by="police"))
    record = json.loads((tmp_path / "case" / "appeal.json").read_text("utf-8"))
    assert record["texts"]["summary"] == {
        "de": "Die Polizei sucht einen Mann."
    }  # no name was asked for: none is allowed
    legal = record["legal"]
    assert legal["order"]["imminent_danger"].startswith("Flucht")
    assert legal["warrant"] == {"at": "2026-11-20T14:00:00+01:00"}


@pytest.mark.peers
def test_a_convict_is_asked_for_the_enforcement_warrant(office: Terminal, tmp_path: pathlib.Path) -> None:
    answers = SUSPECT.format(by="").replace("Flucht droht, kein Gericht erreichbar\n", "")
    office.run("new", "convict", tmp_path / "case", answers=answers)
    legal = json.loads((tmp_path / "case" / "appeal.json").read_text("utf-8"))["legal"]
    assert (legal["order"]["by"], legal["warrant"]) == ("enforcement", {"at": "2026-11-20T14:00:00+01:00"})


def test_a_thing_has_no_person(office: Terminal, tmp_path: pathlib.Path) -> None:
    office.run("new", "object", tmp_path / "case", answers=THING)
    record = json.loads((tmp_path / "case" / "appeal.json").read_text("utf-8"))
    assert "persons" not in record
    assert record["objects"][0]["kind"] == {"de": "Fahrrad"}


def test_a_folder_with_something_in_it_is_left_alone(office: Terminal, tmp_path: pathlib.Path) -> None:
    (tmp_path / "letter").write_text("x")
    office.run("new", "missing", tmp_path, code=2)
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["letter"]


@pytest.mark.parametrize("category", ["object", "unknown-suspect", "witness-call"])
def test_an_interrupted_interview_writes_nothing(office: Terminal, tmp_path: pathlib.Path, category: str) -> None:
    office.run("new", category, tmp_path / "case", answers="pdl-1\n", code=130)
    assert not (tmp_path / "case").exists()


def test_a_german_answers_in_german(office: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    answers = THING.replace("\npolice\n", "\ndie Polizei\n").replace("\ny\n", "\nj\n")
    answers = answers.replace("\nwebsite\n", "\nInternetseite, Plakat\n")
    answers = answers.replace("2026-11-20T15:00:00+01:00", "25.10.2026 02:30\n29.03.2026 02:30\n25.10.2026 03:00")
    office.run("new", "object", tmp_path / "case", answers=answers)
    decision = json.loads((tmp_path / "case" / "appeal.json").read_text("utf-8"))["legal"]["decision"]
    assert decision["at"] == "2026-10-25T03:00:00+01:00"  # the hour before is there twice, that in March not at all
    assert decision["scope"]["media"] == ["website", "poster"]
    assert (decision["by"], decision["scope"]["names"]) == ("police", True)


def test_of_a_file_with_several_pictures_it_is_asked_which_one_is_meant(
    office: Terminal, tmp_path: pathlib.Path
) -> None:
    film = tmp_path / "film.gif"
    first, second = Image.new("RGB", (64, 48), (90, 0, 0)), Image.new("RGB", (64, 48), (0, 90, 0))
    first.save(film, save_all=True, append_images=[second])
    picture = f"{film}\n3\n2\nFahrrad\nother\n\n\n\n\nnone\n\n"
    result = office.run("new", "object", tmp_path / "case", answers=THING.removesuffix("\n") + picture)
    assert "holds 2 pictures; which one" in result.stderr
    record = json.loads((tmp_path / "case" / "appeal.json").read_text("utf-8"))
    assert record["images"][0]["frame"] == 2
