"""A draft says so on paper, and its marks hide nothing that is to be tried out."""

import io
import pathlib
import subprocess

import pytest
from PIL import Image, ImageChops

from fahndung.model.sheet import Sheet
from fahndung.posters import Photo, drawing, plan, poster, words
from fahndung.posters.marks import MM, PAGE_HEIGHT, PAGE_WIDTH, Area, Code
from tests.posters import build
from tests.posters.test_layout import boxes, ink

PHOTO = Photo(id=build.pictures(1)[0].id, jpeg=b"", width=900, height=1200)
DPI = 60


@pytest.mark.parametrize("sheet", [build.sheet(), build.witness(), build.arabic()], ids=["de", "marked", "ar"])
def test_the_notice_of_a_draft_stands_where_printers_print_and_nothing_else_does(sheet: Sheet) -> None:
    notice = drawing._notice(words.draft(sheet))
    (ground,) = (mark for mark in notice.marks if isinstance(mark, Area))
    (line,) = map(ink, notice.lines)
    assert line is not None
    for left, top, right, bottom in (line, (ground.x, ground.y, ground.x + ground.width, ground.y + ground.height)):
        assert min(left, top, PAGE_WIDTH - right, PAGE_HEIGHT - bottom) >= 8 * MM - 0.01
        for strips in (False, True):
            for name, box in boxes(plan(sheet, [PHOTO], strips=strips)):
                assert right <= box[0] or box[2] <= left or bottom <= box[1] or box[3] <= top, name


@pytest.mark.parametrize("sheet", [build.sheet(), build.arabic()], ids=["de", "ar"])
def test_the_mark_across_a_draft_leaves_the_code_free(sheet: Sheet, tmp_path: pathlib.Path) -> None:
    given = build.portrait("foto-1", 600, 800)
    (code,) = (m for part in plan(sheet, [given]).named("code") for m in part.marks if isinstance(m, Code))
    shown = []
    for draft in (False, True):
        path = tmp_path / f"{draft}.pdf"
        path.write_bytes(poster(sheet, [given], draft=draft))
        made = subprocess.run(["pdftoppm", "-r", str(DPI), str(path)], check=True, capture_output=True).stdout
        with Image.open(io.BytesIO(made)) as page:
            edges = (code.x, code.y, code.x + code.side, code.y + code.side)
            left, top, right, bottom = (round(edge * DPI / 72) for edge in edges)
            shown.append(page.convert("RGB").crop((left, top, right, bottom)))
    plain, marked = shown
    assert ImageChops.difference(plain, marked).getbbox() is None
