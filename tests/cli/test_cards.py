"""The command card: a draft of a folder, the approved bytes of a live appeal, and its words beside it."""

import io
import pathlib

import pytest
from PIL import Image

from tests.cli.driver import Terminal
from tests.world import GIRL, write_case

REVIEW = "2026-11-27T09:00:00+01:00"


def size(path: pathlib.Path) -> tuple[int, int]:
    return Image.open(io.BytesIO(path.read_bytes())).size


@pytest.mark.peers
def test_a_folder_gives_drafts_in_every_shape(office: Terminal, tmp_path: pathlib.Path) -> None:
    folder, jpg = write_case(tmp_path, "missing-girl"), tmp_path / "card.jpg"
    made = office.json("card", folder, "-o", jpg, "--shape", "portrait", "--face")
    assert made["draft"] is True
    assert size(jpg) == (1080, 1350)
    assert (tmp_path / "card.txt").read_text("utf-8") == f"{made['alt']}\n"
    assert made["alt"].startswith("ENTWURF. ")
    assert "fliederfarbenem Kapuzenpullover" in made["alt"]
    assert office.json("card", folder, "-o", jpg)["alt"].startswith("ENTWURF. Karte der Polizei ohne Bild")
    assert size(jpg) == (1200, 630)


@pytest.mark.peers
def test_of_a_live_appeal_come_the_approved_bytes_and_no_face_that_nobody_approved(
    desk: Terminal, tmp_path: pathlib.Path
) -> None:
    jpg = tmp_path / "card.jpg"
    assert desk.json("card", GIRL, "-o", jpg)["draft"] is True
    desk.run("publish", GIRL)
    made = desk.json("card", GIRL, "-o", jpg)
    approved = {path.read_bytes(): path for path in desk.home.glob("releases/*/cards/neutral.jpg")}
    assert made["draft"] is False
    beside = approved[jpg.read_bytes()].with_suffix(".txt")
    assert made["alt"] == beside.read_text("utf-8").strip()
    assert "face_cards" in desk.run("card", GIRL, "-o", jpg, "--face", code=4).stderr
    assert desk.json("card", GIRL, "-o", jpg, "--face", "--draft")["draft"] is True
    assert jpg.read_bytes() not in approved
    assert desk.json("card", GIRL, "-o", jpg, now=REVIEW)["draft"] is True
    desk.run("person", "revoke", "f.freigabe")
    desk.run("card", GIRL, "-o", jpg, code=4)


@pytest.mark.parametrize("name", ["card.txt", "card.png"])
def test_a_name_of_another_kind_of_file_is_refused(office: Terminal, tmp_path: pathlib.Path, name: str) -> None:
    folder = write_case(tmp_path, "missing-girl")
    told = office.run("card", folder, "-o", tmp_path / name, code=2).stderr
    assert name in told
    assert ".jpg" in told
    assert not (tmp_path / name).exists()


@pytest.mark.peers
def test_a_sensitive_picture_is_on_no_card(office: Terminal, tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "unknown-dead")
    assert "click" in office.run("card", folder, "-o", tmp_path / "card.jpg", "--face", code=4).stderr
