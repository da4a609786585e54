"""The neutral card: role and address, never a face or a name."""

import hashlib
import subprocess
import sys

import pytest
from PIL import Image

from fahndung.errors import NotPublishable
from fahndung.model.raster import Raster
from fahndung.model.sheet import Sheet
from fahndung.posters import palette
from fahndung.posters.cards import neutral
from tests.posters import build

KINDS = {
    "missing": build.sheet(),
    "witness": build.witness(),
    "objects": build.objects(),
    "dead": build.dead(),
    "long": build.witness().__class__(
        **{
            **{name: getattr(build.witness(), name) for name in build.witness().__slots__},
            "band": "Unbekannte hilflose Person gefunden",
        }
    ),
    "english": build.sheet(lang="en"),
}


def picture(raster: Raster) -> Image.Image:
    return Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)


@pytest.mark.parametrize("sheet", KINDS.values(), ids=KINDS)
def test_a_card_has_the_size_of_link_previews_and_a_clean_border(sheet: Sheet) -> None:
    raster = neutral(sheet)
    assert (raster.width, raster.height) == (1200, 630)
    image = picture(raster)
    color = palette.rgb(palette.band(sheet.category))
    for strip in (image.crop((0, 0, 1200, 40)), image.crop((0, 0, 60, 480)), image.crop((1140, 0, 1200, 480))):
        assert strip.getcolors() == [(strip.width * strip.height, color)]
    assert image.crop((0, 612, 1200, 630)).getcolors() == [(1200 * 18, (255, 255, 255))]


@pytest.mark.parametrize("sheet", KINDS.values(), ids=KINDS)
def test_the_lines_of_a_card_stand_apart(sheet: Sheet) -> None:
    image = picture(neutral(sheet))
    color = palette.rgb(palette.band(sheet.category))

    def blank(top: int, bottom: int) -> bool:
        return image.crop((0, top, 1200, bottom)).getcolors() == [(1200 * (bottom - top), color)]

    assert blank(96, 110)
    assert blank(355, 368)
    assert blank(460, 480)


def test_a_card_shows_no_name_no_headline_and_no_picture() -> None:
    other = build.sheet(
        headline="Anna Beispiel vermisst",
        summary="Ganz anderer Text",
        questions=("Wer?",),
        groups=(),
        whereabouts=(),
        pictures=(),
        phone="040 66969-999",
    )
    assert neutral(other) == neutral(build.sheet())


def test_the_witness_marker_stands_on_the_card() -> None:
    image = picture(neutral(build.witness()))
    colors = image.getcolors(1 << 20) or []
    assert sum(count for count, color in colors if color == palette.rgb(palette.SIGNAL)) > 10_000


def test_the_same_sheet_gives_the_same_pixels_in_another_process() -> None:
    code = (
        "import hashlib\nfrom fahndung.posters.cards import neutral\nfrom tests.posters import build\n"
        "print(hashlib.sha256(neutral(build.witness()).rgb).hexdigest())"
    )
    root = str(build.pathlib.Path(__file__).parents[2])
    other = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": root}, cwd=root
    )
    assert hashlib.sha256(neutral(build.witness()).rgb).hexdigest() == other.stdout.strip()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"band": "Q" * 80}, "category"),
        ({"band": "Sehr langes Wort " * 20}, "category"),
        ({"marker": "Q" * 90}, "persons"),
        ({"authority": "Q" * 120}, "authority"),
        ({"page_url": "https://a.example/" + "q" * 120}, "page_url"),
        ({"band": "Vermisst 😀"}, "category"),
    ],
)
def test_what_does_not_fit_on_a_card_is_refused_by_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(NotPublishable) as caught:
        neutral(build.sheet(**changes))
    assert caught.value.problems[0].field == field


def test_a_card_that_would_run_from_right_to_left_is_refused() -> None:
    with pytest.raises(NotPublishable, match="right to left"):
        neutral(build.arabic())
