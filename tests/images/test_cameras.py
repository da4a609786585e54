"""What cameras write beside a picture is named, laid aside and in no output; exiftool reads the same in it."""

import json
import pathlib
import subprocess

import pytest

from fahndung.images import cleaning, evidence

from . import cameras, originals
from .kinds import KINDS, scene

PROVENANCE = {file.name: file.data for file in KINDS[11]()}
MPO = {"phone.jpg": cameras.phone, "stereo.mpo": cameras.stereo}


def said(data: bytes, name: str) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for finding in evidence.inspect(data, name=name).findings:
        found.setdefault(finding.kind, []).append(finding.value)
    return found


@pytest.mark.peers
@pytest.mark.parametrize("name", PROVENANCE)
def test_a_record_of_origin_is_named_once_with_who_wrote_what_and_its_preview_is_cut_out(name: str) -> None:
    data = PROVENANCE[name]
    found = said(data, name)
    assert len(found["c2pa"]) == 1
    assert isinstance(found["c2pa"][0], int)
    assert found["c2pa"][0] > 65_536
    assert found["c2pa-thumbnail"] == [True]
    told = json.dumps([finding.value for finding in evidence.inspect(data, name=name).findings], ensure_ascii=False)
    for secret in ("c2pa", "software", "owner"):
        assert originals.SECRETS[secret] in told
    assert "IMG_4711.jpg" in told
    assert "2026-11-01T22:14:00Z" in told
    (inside,) = evidence.inspect(data, name=name).embedded
    assert (inside.where, inside.untrusted[-2:]) == ("C2PA", b"\xff\xd9")


@pytest.mark.peers
@pytest.mark.parametrize(("name", "further"), [("phone.jpg", 1), ("stereo.mpo", 2)])
def test_the_further_pictures_of_a_camera_are_told_and_cut_out_whole(name: str, further: int) -> None:
    data = MPO[name](originals.jpeg(scene()))
    found = said(data, name)
    assert "more-pictures" in found
    assert "trailer" in found
    inside = evidence.inspect(data, name=name).embedded
    assert len(inside) == further
    assert data.endswith(b"".join(piece.untrusted for piece in inside))
    assert cleaning.clean(data).data == cleaning.clean(originals.jpeg(scene())).data


def test_what_the_further_pictures_say_is_told_with_the_file() -> None:
    found = evidence.inspect(cameras.stereo(originals.jpeg(scene())), name="stereo.mpo")
    told = {
        (finding.value["number"], finding.value["kind"])
        for finding in found.findings
        if finding.kind == "further-picture" and isinstance(finding.value, dict)
    }
    assert {(number, kind) for number in (2, 3) for kind in ("gps", "time", "serial", "owner", "camera")} <= told
    assert {finding.kind for finding in found.findings}.isdisjoint({"gps", "time"})  # the first says nothing
    assert "Picture 3 in it: The file says where the picture was taken: latitude 51.34, longitude 12.37." in (
        found.sentences("en")
    )
    assert "Bild 2 darin: Die Datei verrät den Aufnahmeort: Breite 51,34, Länge 12,37." in found.sentences("de")


def test_a_further_picture_behind_a_trailer_of_another_kind_is_told_too() -> None:
    data = originals.jpeg() + b"padding" + originals.jpeg(exif=originals.exif()) + b"PK\3\4"
    assert {"number": 2, "kind": "gps", "value": {"lat": 51.34, "lon": 12.37, "date": "2026:11:01"}} in (
        said(data, "a.jpg")["further-picture"]
    )


@pytest.mark.peers
def test_exiftool_reads_the_same_in_them(tmp_path: pathlib.Path) -> None:
    files = PROVENANCE | {name: make(originals.jpeg(scene())) for name, make in MPO.items()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    asked = subprocess.run(["exiftool", "-j", "-a", "-u", "-G1", str(tmp_path)], capture_output=True, check=True)
    tags = {pathlib.Path(one["SourceFile"]).name: one for one in json.loads(asked.stdout)}
    for name in ("c2pa.jpg", "c2pa.png"):
        assert originals.SECRETS["c2pa"] in tags[name].values()
        assert tags[name]["JUMBF:JUMDLabel"] == "c2pa"
    assert [tags[name]["MPF0:NumberOfImages"] for name in MPO] == [2, 3]
    assert tags["phone.jpg"]["MPImage2:MPImageType"] == "Large Thumbnail (full HD equivalent)"
    assert "PreviewImage" in "".join(tags["phone.jpg"])
    assert not [name for name, told in tags.items() if "ExifTool:Error" in told]
