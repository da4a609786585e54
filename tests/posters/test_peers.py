"""Other programs read the poster: poppler its text, fonts and pictures, zbar its code, exiftool its metadata."""

import pathlib
import re
import subprocess

import pytest

from fahndung.model.sheet import Sheet
from fahndung.posters import drawn, poster
from tests.posters import build

pytestmark = pytest.mark.peers

KINDS = {
    "missing": (build.sheet(), 1),
    "suspect-0": (build.suspect(0), 0),
    "suspect-4": (build.suspect(4), 4),
    "witness": (build.witness(), 1),
    "objects": (build.objects(), 6),
    "dead": (build.dead(), 1),
    "convict": (build.convict(), 2),
}


def run(*command: str | pathlib.Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def written(folder: pathlib.Path, sheet: Sheet, count: int, **options: object) -> pathlib.Path:
    path = folder / "poster.pdf"
    photos = [build.portrait(f"foto-{i + 1}", 600, 800, seed=i) for i in range(count)]
    path.write_bytes(poster(sheet, photos, **options))  # type: ignore[arg-type]
    return path


def joined(text: str) -> str:
    """The text without white space and without the hyphens of line ends."""
    return re.sub(r"\s", "", re.sub(r"(?<=\w)[-\u00ad]\n(?=[a-zäöüß])", "", text))


@pytest.mark.parametrize(("sheet", "count"), KINDS.values(), ids=KINDS)
def test_the_text_comes_out_complete_and_in_order(tmp_path: pathlib.Path, sheet: Sheet, count: int) -> None:
    text = joined(run("pdftotext", "-raw", written(tmp_path, sheet, count), "-"))
    facts = [word for group in sheet.groups for fact in group.facts for word in (fact.label, fact.value)]
    for word in (*facts, sheet.summary, sheet.innocence or "", sheet.marker or "", *sheet.reward, *sheet.imprint):
        assert joined(word) in text
    order = [
        sheet.authority,
        sheet.band,
        sheet.questions[0],
        sheet.headline,
        sheet.whereabouts[0].value,
        sheet.warning or "",
        sheet.office,
        sheet.phone,
        sheet.contact_sentence,
        sheet.tip_sentence,
        sheet.order_sentence or "",
        sheet.stand,
        sheet.valid_until or "",
    ]
    places = [text.index(joined(word)) for word in order if word]
    assert places == sorted(places)


def test_umlauts_and_ligatures_survive_extraction(tmp_path: pathlib.Path) -> None:
    sheet = build.sheet(summary="Öffentlich auffällig: Straße, fünf, Schifffahrt, 1,65 m – „so“.")
    text = run("pdftotext", "-raw", written(tmp_path, sheet, 1), "-")
    for word in ("Öffentlich", "auffällig:", "Straße,", "Schifffahrt,", "„so“."):
        assert word in text


def test_all_fonts_are_embedded_subsets_with_unicode(tmp_path: pathlib.Path) -> None:
    rows = run("pdffonts", written(tmp_path, build.convict(), 2, draft=True, strips=True)).splitlines()[2:]
    assert rows
    for row in rows:
        assert "FiraGO" in row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"]


def test_extracted_photos_are_the_bytes_made_for_their_place_and_carry_no_metadata(tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, build.suspect(4), 4)
    run("pdfimages", "-all", path, tmp_path / "out")
    given = [build.portrait(f"foto-{i + 1}", 600, 800, seed=i) for i in range(4)]
    placed = {photo.jpeg for photo in drawn(build.suspect(4), given).photos.values()}
    found = sorted(tmp_path.glob("out-*"))
    assert {file.read_bytes() for file in found} == placed
    assert len(placed) == 4
    for file in found:
        groups = run("exiftool", "-G", "-s", file)
        assert not re.search(r"^\[(EXIF|XMP|IPTC|ICC_Profile|Photoshop|MakerNotes)\]", groups, re.M)


def test_the_document_carries_no_metadata_of_people_or_machines(tmp_path: pathlib.Path) -> None:
    text = run("exiftool", "-PDF:all", "-XMP:all", written(tmp_path, build.sheet(), 1))
    assert "Polizeidirektion Musterstadt" in text
    assert not re.search(r"anonymous|unspecified|ReportLab|20(?!00)\d\d:", text)


@pytest.mark.parametrize("options", [{}, {"paper": "a3"}, {"strips": True}], ids=["a4", "a3", "strips"])
def test_the_code_is_read_from_a_coarse_print(tmp_path: pathlib.Path, options: dict[str, object]) -> None:
    sheet = build.sheet(page_url="https://www.polizei-musterstadt.example/fahndung/pdl-2026-0117/")
    path = written(tmp_path, sheet, 1, **options)
    run("pdftoppm", "-r", "90", "-gray", "-png", "-singlefile", path, tmp_path / "page")
    assert run("zbarimg", "--raw", "-q", tmp_path / "page.png").strip() == sheet.page_url


def test_a_tagged_document_is_reported(tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, build.witness(), 1)
    assert re.search(r"^Tagged:\s+yes", run("pdfinfo", path), re.M)
    structure = run("pdfinfo", "-struct-text", path)
    assert "H1" in structure
    assert "Figure" in structure
