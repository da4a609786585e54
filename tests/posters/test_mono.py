"""Black and white: the same poster, legible in grey, without large dark areas."""

import io
import re

import pypdf
import pytest
from PIL import Image

from fahndung.posters import jpegs, mono, palette, plan, poster, reading
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH, Area, Line, Slot
from tests.posters import build

PHOTO = build.portrait("foto-1", 300, 400)


@pytest.mark.peers
def test_no_color_is_left_and_nothing_but_colors_changes() -> None:
    for sheet in (build.witness(), build.convict(), build.sheet()):
        layout = plan(sheet, [build.plain(p.id, 900, 1200) for p in sheet.pictures], strips=True)
        grey = mono.layout(layout)
        assert [(p.name, p.text, [line.text for line in p.lines]) for p in grey.parts] == [
            (p.name, p.text, [line.text for line in p.lines]) for p in layout.parts
        ]
        colors = {getattr(mark, "color", palette.INK) for part in grey.parts for mark in part.marks}
        assert colors <= {palette.INK, palette.GREY, palette.WHITE, mono.GROUND}
        inked = [m for p in grey.parts for m in p.marks if isinstance(m, Area) and m.color != palette.WHITE]
        dark = [area for area in inked if palette.contrast(area.color, palette.WHITE) > 2]
        assert sum(area.width * area.height for area in dark) < 0.001 * PAGE_WIDTH * PAGE_HEIGHT


def test_every_line_stands_out_from_its_ground() -> None:
    layout = mono.layout(plan(build.convict(), [build.plain(f"foto-{i}", 900, 1200) for i in (1, 2)]))
    lines = [mark for part in layout.parts for mark in part.marks if isinstance(mark, Line)]
    assert min(palette.contrast(line.color, mono.GROUND) for line in lines) >= 4.5


def test_photos_are_grey_whole_and_clean() -> None:
    grey = mono.photo(PHOTO)
    jpegs.check(grey)
    with Image.open(io.BytesIO(grey.jpeg)) as opened:
        assert opened.mode == "L"
        assert opened.size == (PHOTO.width, PHOTO.height)


def test_further_pages_are_grey_as_well() -> None:
    sheet = build.sheet(pictures=build.pictures(13))
    (page,) = mono.layout(plan(sheet, [build.plain(p.id, 900, 1200) for p in sheet.pictures])).further
    grounds = {mark.color for part in page.named("ground") for mark in part.marks if isinstance(mark, Area)}
    assert grounds == {mono.GROUND}
    assert sum(isinstance(mark, Slot) for part in page.parts for mark in part.marks) == 7


def test_its_bytes_hide_nothing_and_say_the_same() -> None:
    sheet = build.sheet()
    color, grey = (poster(sheet, [PHOTO], bw=bw) for bw in (False, True))
    read = [reading.read("x.pdf", data, authority=sheet.authority) for data in (color, grey)]
    assert read[0] == read[1]
    assert read[1][1].hidden == ()
    assert read[1][1].codes == (sheet.page_url,)


def test_the_draft_mark_is_grey_too() -> None:
    for bw in (False, True):
        (page,) = pypdf.PdfReader(io.BytesIO(poster(build.sheet(), [PHOTO], draft=True, bw=bw))).pages
        contents = page.get_contents()
        assert contents is not None
        colors = re.findall(rb"^([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)", contents.get_data(), re.MULTILINE)
        assert colors
        assert all(max(map(float, one)) - min(map(float, one)) < 0.1 for one in colors) is bw
