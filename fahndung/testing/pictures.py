"""Photographs of invented people and things: drawn, but with all that a real device leaves in a file.

Deterministic by seed, reads no clock; nobody who exists is shown.
"""

import io

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageMath, ImageOps

from fahndung import resources
from fahndung.model.image import Box
from fahndung.testing import figures, things
from fahndung.testing.drawing import Canvas, Colour, darker, dice, ellipse, grain, lighter
from fahndung.testing.exif import Phone, photograph
from fahndung.testing.looks import Look, look

__all__ = ["Box", "Look", "Phone", "bystander_box", "cctv_still", "object_photo", "portrait", "sketch"]

BACKGROUNDS: dict[str, tuple[Colour, Colour]] = {
    "park": ((196, 214, 190), (122, 150, 112)),
    "sea": ((206, 222, 232), (140, 172, 186)),
    "room": ((222, 208, 192), (176, 152, 132)),
    "studio": ((204, 210, 216), (164, 172, 180)),
    "evening": ((170, 160, 184), (92, 92, 122)),
}

_BYSTANDER = (0.845, 0.4, 0.085)
"""Where the bystander's face lies: shares of width, height, and half its width as a share of the width."""


def portrait(
    seed: int,
    *,
    width: int = 1200,
    height: int = 1600,
    background: str | None = None,
    bystander: bool = False,
    who: Look | None = None,
    phone: Phone | None = None,
) -> bytes:
    """A JPEG of one person, head and shoulders, as from a family album; ``bystander`` adds a second face."""
    roll = dice(seed)
    canvas = Canvas(width, height, (200, 200, 200))
    _backdrop(canvas, seed, background or roll.choice(sorted(BACKGROUNDS)))
    middle = 0.5
    if bystander:
        x, y, unit = _BYSTANDER
        figures.bust(canvas, look(seed + 7919), x * width, y * height, unit * width)
        canvas.soften(width / 500)
        middle = 0.42
    figures.bust(canvas, who or look(seed), middle * width, 0.41 * height, 0.205 * width)
    picture = grain(canvas.finished(), seed, 0.007)
    return photograph(picture, phone or Phone())


def bystander_box(*, width: int = 1200, height: int = 1600) -> Box:
    """Where ``portrait(bystander=True)`` shows the second face, in px of the upright picture."""
    x, y, unit = _BYSTANDER
    return _head_box(x * width, y * height, unit * width, width, height)


def cctv_still(
    seed: int,
    *,
    scene: str = "tram",
    width: int = 1280,
    height: int = 960,
    wanted: tuple[Look, ...] | None = None,
    bystanders: int = 1,
    stamp: str = "01.11.2026 22:14:07",
    phone: Phone | None = None,
) -> tuple[bytes, tuple[Box, ...]]:
    """A still of a fixed camera with its time stamp, and the boxes of the heads: the wanted first, then bystanders."""
    canvas = Canvas(width, height, (90, 90, 90))
    things.SCENES[scene](canvas, seed)
    sought = wanted or (look(seed),)
    boxes: list[Box] = []
    unit = width / 27
    for at in range(bystanders):
        x, y = (0.83 - 0.67 * (at % 2)) * width, (0.34 + 0.015 * at) * height
        figures.standing(canvas, look(seed + 101 + at), x, y, unit * 0.8)
        boxes.append(_head_box(x, y, unit * 0.8, width, height))
    canvas.soften(width / 1100)
    for at, who in enumerate(sought):
        x = (0.47 + (at - (len(sought) - 1) / 2) * 0.27) * width
        y = (0.27 + 0.025 * (at % 2)) * height
        figures.standing(canvas, who, x, y, unit)
        boxes.insert(at, _head_box(x, y, unit, width, height))
    picture = _as_camera(canvas.finished(), seed, stamp)
    return photograph(
        picture, phone or Phone(make="Musterkamera", model="Dome 4", owner="Verkehrsbetriebe"), quality=76
    ), tuple(boxes)


def object_photo(seed: int, kind: str, *, width: int = 1200, height: int = 900, phone: Phone | None = None) -> bytes:
    """A JPEG of a thing: ``bicycle``, ``watch`` or ``rucksack``."""
    canvas = Canvas(width, height, (200, 200, 200))
    things.OBJECTS[kind](canvas, seed)
    return photograph(grain(canvas.finished(), seed, 0.007), phone or Phone())


def sketch(
    seed: int, *, width: int = 900, height: int = 1200, who: Look | None = None, phone: Phone | None = None
) -> bytes:
    """A facial composite: the portrait as a pencil drawing on paper."""
    canvas = Canvas(width, height, (255, 255, 255))
    sitter = who or look(seed)
    figures.bust(canvas, sitter, 0.5 * width, 0.41 * height, 0.21 * width)
    grey = ImageOps.grayscale(canvas.finished())
    return photograph(_pencil(grey, seed), phone or Phone(make="Musterscan", model="A3", latitude=None, longitude=None))


def _head_box(x: float, y: float, unit: float, width: int, height: int) -> Box:
    left, top = max(round(x - 1.4 * unit), 0), max(round(y - 2.0 * unit), 0)
    right, bottom = min(round(x + 1.4 * unit), width), min(round(y + 1.8 * unit), height)
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _backdrop(canvas: Canvas, seed: int, name: str) -> None:
    top, bottom = BACKGROUNDS[name]
    canvas.gradient(top, bottom)
    roll = dice(seed + 1)
    canvas.place(0, 0, canvas.width)
    tall = canvas.height / canvas.width
    for _ in range(14):
        x, y, size = roll.random(), roll.random() * tall, roll.uniform(0.08, 0.26)
        tone = lighter(top, 0.5) if roll.random() < 0.5 else darker(bottom, 0.25)
        canvas.shape(ellipse(x, y, size, size * roll.uniform(0.8, 1.2)), tone, alpha=0.3, blur=0.03)
    canvas.shape(ellipse(0.3, 0.2, 0.6, 0.5), (255, 252, 240), alpha=0.35, blur=0.12)


def _as_camera(picture: Image.Image, seed: int, stamp: str) -> Image.Image:
    """Cooler, flatter and noisier, darker in the corners, with the camera's own line of text."""
    flat = ImageEnhance.Color(picture).enhance(0.62)
    tinted = Image.blend(flat, Image.new("RGB", picture.size, (96, 118, 132)), 0.13)
    light = Image.new("L", picture.size, 150)
    ImageDraw.Draw(light).ellipse(
        (-picture.width * 0.1, -picture.height * 0.15, picture.width * 1.1, picture.height * 1.1), fill=255
    )
    light = light.filter(ImageFilter.GaussianBlur(picture.width / 9))
    shaded = ImageChops.multiply(tinted, Image.merge("RGB", (light, light, light)))
    noisy = grain(shaded, seed, 0.03)
    draw = ImageDraw.Draw(noisy)
    font = ImageFont.truetype(io.BytesIO(resources.font_bytes("bold")), picture.height // 34)
    edge = picture.height // 30
    for x, anchor, text in ((edge, "ls", "KAMERA 04"), (picture.width - edge, "rs", stamp)):
        draw.text(
            (x, picture.height - edge),
            text,
            fill=(244, 246, 240),
            font=font,
            anchor=anchor,
            stroke_width=2,
            stroke_fill=(20, 22, 24),
        )
    return noisy


def _pencil(grey: Image.Image, seed: int) -> Image.Image:
    """Dodge of the picture with its blurred negative leaves lines; a part of the tones comes back as shading."""
    negative = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(grey.width / 70))
    drawn = ImageMath.lambda_eval(
        lambda args: args["convert"](args["min"](args["grey"] * 256 / (256 - args["negative"]), 255), "L"),
        grey=grey,
        negative=negative,
    )
    drawn = drawn.point([round(255 * (level / 255) ** 3) for level in range(256)])
    shading = ImageOps.autocontrast(grey).filter(ImageFilter.GaussianBlur(2))
    drawn = ImageChops.multiply(drawn, shading.point([round(178 + level * 0.3) for level in range(256)]))
    hatch = Image.new("L", grey.size, 255)
    pen = ImageDraw.Draw(hatch)
    roll = dice(seed)
    for start in range(-grey.height, grey.width, 7):
        pen.line(
            (start + roll.randint(-2, 2), grey.height, start + grey.height, roll.randint(-3, 3)), fill=188, width=2
        )
    dark = grey.point([max(0, min(255, (150 - level) * 4)) for level in range(256)])
    drawn = Image.composite(ImageChops.multiply(drawn, hatch), drawn, dark.filter(ImageFilter.GaussianBlur(3)))
    paper = ImageOps.colorize(drawn, (52, 50, 54), (250, 247, 239))
    return grain(paper, seed, 0.012)
