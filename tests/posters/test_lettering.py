"""Lines on a page, against another engine's shaping, and read back from the file."""

import io
import itertools
import re
import subprocess

import numpy as np
import pypdf
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features
from reportlab.pdfgen.canvas import Canvas

from fahndung.model.reading import letters
from fahndung.posters import bidi, fonts, lettering
from fahndung.posters.marks import Weight
from fahndung.posters.setting import Setter
from fahndung.resources import font_bytes

SIZE = 60
DPI = 144
EM = SIZE * DPI // 72
WIDTH, HEIGHT = 1400, 200
LEFT, BASELINE = 20, 80

TEXTS = [
    "محمد عبد الله بن عيسى",
    "اتصل على 040 66969-123 الآن.",
    "اللوحة L-AB 1234 (زرقاء)، عند A1",
    "بتاريخ Fr 21.11.2026، 08:00",
    "كتاب «الشرطة» [نسبة] 50% و٥٠٪؟",
    "في Polizeidirektion Musterstadt، مركز «أ»",
    "می‌خواهم با ۰۴۰ ۶۶۹۶۹-۱۲۳ تماس بگیرم؟",
    "مُحَمَّدٌ لا يُستبعد آلإِسلام",
    "Musterplatz 1, 01234 Musterstadt (الطابق)",
    "www.polizei.example/f/m7k4 أو 512/26/174411",
]


def set_lines(weight: Weight) -> list[str]:
    setter = Setter(language="ar", hyphenate=False)
    return [setter.lines(text, weight=weight, size=SIZE, width=WIDTH, field="f")[0] for text in TEXTS]


def page(lines: list[str], weight: Weight) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, initialFontName=fonts.name(weight))
    for line in lines:
        lettering.write(canvas, LEFT, BASELINE, line, weight=weight, size=SIZE)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def peer(line: str, weight: Weight) -> NDArray[np.uint8]:
    """The line by Pillow's libraries: fribidi orders it, raqm and its own HarfBuzz shape it, FreeType draws it."""
    image = Image.new("L", (WIDTH * DPI // 72, HEIGHT * DPI // 72))
    face = io.BytesIO(font_bytes(weight.value))
    font = ImageFont.truetype(face, EM, layout_engine=ImageFont.Layout.RAQM)
    told = line.replace(bidi.LRI, bidi.LRI + "\u202d").replace(bidi.PDI, "\u202c" + bidi.PDI)
    plain = [found.span() for found in re.finditer(f"{bidi.LRI}[^{bidi.PDI}]*", told)]
    settings = [f"{name}[{start}:{end}]=0" for name in ("kern", "liga", "calt") for start, end in plain]
    at = (LEFT * DPI / 72, (HEIGHT - BASELINE) * DPI / 72)
    ImageDraw.Draw(image).text(at, told, fill=255, font=font, anchor="ls", direction="rtl", features=settings)
    return np.asarray(image)


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The least share (0 … 1) of common ink in any piece of the line two thirds of an em wide."""
    shifted = [np.roll(other, (dy, dx), (0, 1)) for dy, dx in itertools.product((-1, 0, 1), repeat=2)]
    best = max(shifted, key=lambda moved: int(((one > 127) & (moved > 127)).sum()))
    shares = []
    step = EM * 2 // 3
    for at in range(0, one.shape[1], step):
        a, b = one[:, at : at + step] > 127, best[:, at : at + step] > 127
        if (a | b).sum() > 5 * step:
            shares.append(float((a & b).sum() / (a | b).sum()))
    return min(shares)


@pytest.mark.peers
@pytest.mark.parametrize("weight", list(Weight))
def test_the_ink_is_that_of_another_engine(weight: Weight) -> None:
    assert features.check("raqm"), "Pillow without raqm; on Debian: apt-get install libfribidi0"
    lines = set_lines(weight)
    pages = rendered(page(lines, weight))
    for line, drawn in zip(lines, pages, strict=True):
        judge = peer(line, weight)
        assert likeness(judge, drawn) > 0.7, line
    turned = peer(lines[1].replace("040 66969-123", "123-66969 040"), weight)
    assert likeness(turned, pages[1]) < 0.5


def rendered(pdf: bytes) -> list[NDArray[np.uint8]]:
    """The pages' ink by poppler, 255 where it is full."""
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-"]
    out = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    size = WIDTH * DPI // 72, HEIGHT * DPI // 72
    header = f"P5\n{size[0]} {size[1]}\n255\n".encode()
    length = len(header) + size[0] * size[1]
    made = []
    for at in range(0, len(out), length):
        assert out[at : at + len(header)] == header
        pixels = np.frombuffer(out, np.uint8, size[0] * size[1], at + len(header))
        made.append((255 - pixels).reshape(size[1], size[0]))
    return made


@pytest.mark.parametrize("weight", list(Weight))
def test_every_letter_can_be_copied_and_searched(weight: Weight) -> None:
    reader = pypdf.PdfReader(io.BytesIO(page(set_lines(weight), weight)))
    for text, drawn in zip(TEXTS, reader.pages, strict=True):
        assert letters(text) in letters(drawn.extract_text())


def test_no_glyph_is_mapped_to_a_private_or_no_character() -> None:
    reader = pypdf.PdfReader(io.BytesIO(page(set_lines(Weight.REGULAR), Weight.REGULAR)))
    maps = [
        font.get_object()["/ToUnicode"].get_object().get_data().decode()
        for drawn in reader.pages
        for font in drawn["/Resources"]["/Font"].values()
    ]
    assert any("<06440627>" in one for one in maps)
    assert not any("<F0" in one for one in maps)


def test_the_same_lines_give_the_same_bytes() -> None:
    lines = set_lines(Weight.BOLD)
    first = page(lines, Weight.BOLD)
    page(lines[::-1], Weight.BOLD)
    assert page(lines, Weight.BOLD) == first
