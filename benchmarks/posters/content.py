"""One poster's content for all engines: an invented missing girl, the same words, typeface, photo and QR code."""

import functools
import io
import pathlib

import segno
from PIL import Image, ImageChops

from fahndung.model.sheet import Sheet
from fahndung.posters import palette
from fahndung.resources import font_bytes
from fahndung.testing import pictures
from tests.images import originals
from tests.posters import build

PHOTO = "foto-1"


@functools.cache
def sheet() -> Sheet:
    """What the poster says, composed already: no engine pays for that."""
    return build.sheet()


def code() -> bytes:
    """The QR code of the page as SVG, for the engines that have none of their own."""
    out = io.BytesIO()
    segno.make(sheet().page_url, error="q").save(out, kind="svg", border=4)
    return out.getvalue()


def color() -> str:
    """The category's colour, as ``#rrggbb``."""
    return palette.band(sheet().category)


def rows() -> list[tuple[str, str]]:
    """Label and value of every fact."""
    told = sheet()
    return [(fact.label, fact.value) for group in (told.whereabouts, *(g.facts for g in told.groups)) for fact in group]


def foot() -> list[str]:
    """The small lines at the end."""
    told = sheet()
    lines = (told.contact_sentence, told.tip_sentence, told.order_sentence, told.stand, told.valid_until, *told.imprint)
    return [line for line in lines if line]


def photo() -> bytes:
    """A phone's file of 12 megapixels, upright: the drawn girl with a sensor's grain, quality 92, 4:2:0, with EXIF."""
    drawn = Image.open(io.BytesIO(pictures.portrait(1, width=3024, height=4032))).convert("RGB")
    grain = Image.effect_noise(drawn.size, 9)
    grainy = ImageChops.add(drawn, Image.merge("RGB", (grain, grain, grain)), 1, -128)
    return originals.jpeg(grainy, quality=92, subsampling="4:2:0", exif=originals.exif(orientation=1))


def write_fonts(folder: pathlib.Path) -> None:
    """FiraGO as files: Typst and WeasyPrint read fonts from a folder."""
    for weight in ("regular", "bold"):
        (folder / f"FiraGO-{weight}.ttf").write_bytes(font_bytes(weight))
