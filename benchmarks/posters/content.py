"""One poster's content for all engines: an invented missing girl, the same words, typeface, photo and QR code."""

import dataclasses
import io
import pathlib

from PIL import Image, ImageChops

from fahndung.model.sheet import Fact, Sheet
from fahndung.resources import font_bytes
from fahndung.testing import pictures
from tests.images import originals
from tests.posters import build

PHOTO = "foto-1"


def sheet(number: int) -> Sheet:
    """What the poster says, composed already: no engine pays for that.

    Every appeal says something else in all its texts, for an engine may remember what it has set before.
    """
    whole = build.sheet()
    name = "".join(chr(97 + number // 26**place % 26) for place in range(4)).capitalize()
    swapped = {
        field: getattr(whole, field).replace("Mia", name).replace("Musterstadt", f"{name}stadt")
        for field in ("headline", "summary", "office", "contact_sentence", "authority")
    }
    groups = tuple(
        dataclasses.replace(group, facts=tuple(_swapped(fact, name) for fact in group.facts)) for group in whole.groups
    )
    return dataclasses.replace(
        whole,
        **swapped,
        questions=tuple(question.replace("Mia", name) for question in whole.questions),
        groups=groups,
        whereabouts=tuple(_swapped(fact, name) for fact in whole.whereabouts),
        imprint=tuple(line.replace("Musterstadt", f"{name}stadt") for line in whole.imprint),
        stand=f"{whole.stand} ({number})",
        reference=f"{whole.reference}-{number}",
        phone=f"040 66969-{number % 1000:03}",
        page_url=f"{whole.page_url}{name.upper()}",
    )


def _swapped(fact: Fact, name: str) -> Fact:
    return Fact(label=fact.label, value=f"{fact.value}, {name}")


def numbered(photo: bytes, number: int) -> bytes:
    """The same pixels in another file: a comment behind the first two bytes."""
    return photo[:2] + b"\xff\xfe\x00\x06" + number.to_bytes(4, "big") + photo[2:]


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
