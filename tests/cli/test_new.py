"""new: from questions to a case folder that check takes."""

import json
import pathlib

import pytest

from fahndung.testing import pictures
from tests.cli.driver import Terminal

MISSING = """pdl-2026-0900
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
y

Bushaltestelle
Vermisstenfall
2026-11-20T15:40
female
abc
14
160-165
schlank


Lina
Die 14-jährige Lina wird seit Freitag vermisst.

Polizeirevier Musterstadt-Süd
040 66969-161
hinweise@polizei.example
{photo}
Foto: Mädchen mit langen Haaren
family
Familie

v.beispiel
none

"""


def test_a_missing_child_from_answers(office: Terminal, tmp_path: pathlib.Path) -> None:
    photo = tmp_path / "DCIM 1.JPG"
    photo.write_bytes(pictures.portrait(3, width=900, height=1200))
    folder = tmp_path / "case"
    result = office.run("new", "missing-child", folder, answers=MISSING.format(photo=photo))
    assert "offset" in result.stderr
    record = json.loads((folder / "appeal.json").read_text("utf-8"))
    assert record["images"][0]["file"] == "bild-1.jpg"
    assert record["persons"][0]["age"] == {"min": 14, "max": 14, "basis": "estimated"}
    office.run("check", folder)


def test_a_folder_with_something_in_it_is_left_alone(office: Terminal, tmp_path: pathlib.Path) -> None:
    (tmp_path / "letter").write_text("x")
    office.run("new", "missing", tmp_path, code=2)
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["letter"]


@pytest.mark.parametrize("category", ["object", "unknown-suspect", "witness-call"])
def test_an_interrupted_interview_writes_nothing(office: Terminal, tmp_path: pathlib.Path, category: str) -> None:
    office.run("new", category, tmp_path / "case", answers="pdl-1\n", code=1)
    assert not (tmp_path / "case").exists()
