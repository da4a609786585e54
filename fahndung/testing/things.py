"""Invented things and places, drawn: a bicycle, a watch, a rucksack; a tram and a shop as a camera sees them.

Draws on a canvas; makes no files.
"""

import math
from collections.abc import Callable

from fahndung.testing.drawing import (
    Canvas,
    Colour,
    Point,
    darker,
    dice,
    ellipse,
    lighter,
    mirrored,
    mixed,
    path,
    ribbon,
    smooth,
)

Painter = Callable[[Canvas, int], None]


def table(canvas: Canvas, wood: Colour = (214, 206, 194)) -> None:
    """A plain surface with light from the upper left, as a police photographer lays things out on."""
    canvas.gradient(lighter(wood, 0.35), darker(wood, 0.1))
    canvas.place(0, 0, 1)
    width, height = canvas.width, canvas.height
    canvas.shape(
        ellipse(width * 0.3, height * 0.25, width * 0.5, height * 0.4), (255, 255, 250), alpha=0.35, blur=width * 0.12
    )


def scale_bar(canvas: Canvas) -> None:
    """A ruler of ten fields along the lower edge."""
    canvas.place(canvas.width * 0.05, canvas.height * 0.93, canvas.width * 0.021)
    canvas.shape(path("-0.2,-0.4 10.2,-0.4 10.2,0.7 -0.2,0.7"), (250, 250, 248))
    for field in range(10):
        canvas.shape(_block(field, -0.2, 1, 0.4), (30, 30, 32) if field % 2 else (220, 220, 218))


def _block(x: float, y: float, width: float, height: float) -> list[Point]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def bicycle(canvas: Canvas, seed: int) -> None:
    """A touring bicycle against a wall."""
    frame = dice(seed).choice(((36, 92, 124), (140, 44, 48), (48, 104, 76)))
    canvas.gradient((222, 214, 202), (204, 194, 180))
    canvas.place(canvas.width / 2, canvas.height * 0.6, canvas.width / 10)
    canvas.shape(_block(-6, 1.72, 12, 5), (150, 144, 138))
    canvas.shape(_block(-6, 1.68, 12, 0.1), (120, 114, 108), alpha=0.7)
    canvas.shape(ellipse(0.1, 1.9, 3.9, 0.2), (30, 28, 30), alpha=0.4, blur=0.12)
    for hub in (-2.2, 2.2):
        _wheel(canvas, hub)
    _frame(canvas, frame)


def _wheel(canvas: Canvas, hub: float) -> None:
    rim = [*ellipse(hub, 0.4, 1.42, 1.42, steps=72)]
    canvas.line([*rim, rim[0]], (34, 34, 36), 0.15)
    inner = [*ellipse(hub, 0.4, 1.3, 1.3, steps=72)]
    canvas.line([*inner, inner[0]], (190, 192, 196), 0.06)
    for spoke in range(18):
        turn = math.tau * spoke / 18
        canvas.line([(hub, 0.4), (hub + 1.3 * math.cos(turn), 0.4 + 1.3 * math.sin(turn))], (150, 152, 156), 0.018)
    canvas.shape(ellipse(hub, 0.4, 0.12, 0.12), (90, 92, 96))
    guard = [(hub + 1.6 * math.cos(a), 0.4 + 1.6 * math.sin(a)) for a in (3.5, 4.0, 4.5, 5.0, 5.4)]
    canvas.line(guard, (60, 62, 66), 0.07)


def _frame(canvas: Canvas, frame: Colour) -> None:
    crank, seat, head, rear, front = (-0.35, 0.5), (-0.95, -1.3), (1.5, -1.25), (-2.2, 0.4), (2.2, 0.4)
    for start, end, width in (
        (rear, crank, 0.09),
        (rear, seat, 0.08),
        (crank, seat, 0.15),
        (crank, (1.62, -0.8), 0.16),
        (seat, head, 0.15),
    ):
        canvas.line([start, end], frame, width)
        canvas.line(
            [(start[0] - 0.02, start[1] - 0.03), (end[0] - 0.02, end[1] - 0.03)],
            lighter(frame, 0.55),
            width / 5,
            alpha=0.7,
        )
    canvas.line([(1.4, -1.6), (1.68, -0.65)], darker(frame, 0.2), 0.18)
    canvas.line([(1.68, -0.65), (1.85, -0.1), front], darker(frame, 0.25), 0.11)
    canvas.line([seat, (-1.08, -1.75)], (120, 122, 126), 0.1)
    saddle = smooth(path("-1.6,-1.88 -1.2,-1.92 -0.5,-1.82 -0.52,-1.74 -1.0,-1.7 -1.5,-1.72"))
    canvas.shape(saddle, (86, 58, 40))
    canvas.line([(1.4, -1.6), (1.34, -1.85), (1.75, -1.98)], (120, 122, 126), 0.1)
    canvas.line([(1.75, -1.98), (1.35, -2.06), (0.95, -1.95)], (52, 50, 50), 0.12)
    canvas.line([(-2.2, 0.32), (-0.35, 0.28)], (60, 60, 62), 0.035)
    canvas.line([(-2.2, 0.5), (-0.35, 0.74)], (60, 60, 62), 0.035)
    canvas.shape(ellipse(-0.35, 0.5, 0.27, 0.27), (74, 74, 78))
    canvas.shape(ellipse(-0.35, 0.5, 0.15, 0.15), (160, 162, 166))
    canvas.line([(-0.35, 0.5), (0.0, 1.1)], (70, 70, 74), 0.09)
    canvas.shape(_block(-0.2, 1.08, 0.45, 0.11), (40, 40, 42))
    canvas.line([(-3.0, -1.18), (-1.0, -1.18)], (70, 72, 76), 0.07)
    canvas.line([(-2.9, -1.18), (-2.25, 0.35)], (70, 72, 76), 0.05)
    bag = smooth(path("-3.0,-1.05 -1.75,-1.05 -1.7,0.1 -1.85,0.3 -2.9,0.3 -3.05,0.1"), steps=6)
    canvas.shape(bag, (176, 116, 52))
    canvas.shape(ellipse(-1.9, 0.0, 0.4, 0.7), (90, 50, 20), alpha=0.4, blur=0.2, clip=bag)
    canvas.line([(-3.0, -0.6), (-2.35, -0.45), (-1.72, -0.6)], (116, 72, 30), 0.05)
    canvas.shape(_block(-2.45, -0.62, 0.2, 0.3), (214, 200, 160))
    canvas.shape(ellipse(2.0, -1.12, 0.17, 0.17), (236, 232, 214))


def watch(canvas: Canvas, seed: int) -> None:
    """A wrist watch with an engraving, laid out with a scale."""
    table(canvas)
    scale_bar(canvas)
    canvas.place(canvas.width / 2, canvas.height / 2, canvas.height / 8.4)
    leather, metal = (104, 66, 42), (198, 176, 120)
    canvas.shape(ellipse(0.25, 0.3, 1.9, 3.2), (60, 50, 40), alpha=0.35, blur=0.3)
    for flip in (-1, 1):
        strap = smooth(
            [(px, flip * py) for px, py in path("-0.86,1.1 0.86,1.1 0.72,2.4 0.6,3.35 0,3.55 -0.6,3.35 -0.72,2.4")]
        )
        canvas.shape(strap, leather)
        canvas.shape(ellipse(0.6, flip * 2.2, 0.4, 1.4), darker(leather, 0.6), alpha=0.5, blur=0.2, clip=strap)
        for side in (-0.6, 0.6):
            seam = [(side, flip * 1.5), (side * 0.86, flip * 2.4), (side * 0.74, flip * 3.2)]
            canvas.line(seam, lighter(leather, 0.5), 0.03, alpha=0.7)
    for hole in (2.3, 2.7, 3.1):
        canvas.shape(ellipse(0, hole, 0.07, 0.07), (40, 24, 16))
    canvas.line([(-0.7, -3.3), (0.7, -3.3)], metal, 0.16)
    canvas.shape(ellipse(1.62, 0, 0.2, 0.22), darker(metal, 0.15))
    canvas.shape(ellipse(0, 0, 1.55, 1.55, steps=80), darker(metal, 0.3))
    canvas.shape(ellipse(-0.03, -0.03, 1.48, 1.48, steps=80), lighter(metal, 0.25))
    canvas.shape(ellipse(0, 0, 1.3, 1.3, steps=80), (246, 242, 230))
    canvas.shape(ellipse(0.2, 0.25, 1.25, 1.25), (120, 100, 60), alpha=0.16, blur=0.3, clip=ellipse(0, 0, 1.3, 1.3))
    for mark in range(60):
        turn = math.tau * mark / 60
        reach = 1.0 if mark % 5 == 0 else 1.13
        ends = [(math.cos(turn) * length, math.sin(turn) * length) for length in (reach, 1.18)]
        canvas.line(ends, (50, 46, 40), 0.06 if mark % 5 == 0 else 0.02)
    hour, minute = dice(seed).uniform(3.4, 3.9), dice(seed).uniform(5.2, 5.6)
    canvas.line([(0, 0), (0.6 * math.cos(hour), 0.6 * math.sin(hour))], (36, 42, 64), 0.1)
    canvas.line([(0, 0), (0.95 * math.cos(minute), 0.95 * math.sin(minute))], (36, 42, 64), 0.06)
    canvas.shape(ellipse(0, 0.55, 0.3, 0.3), (226, 220, 202))
    canvas.line([(0, 0.55), (0.12, 0.38)], (150, 40, 36), 0.03)
    canvas.shape(ellipse(0, 0, 0.09, 0.09), (36, 42, 64))
    canvas.shape(ellipse(-0.5, -0.6, 0.5, 0.3), (255, 255, 255), alpha=0.4, blur=0.15)


def rucksack(canvas: Canvas, seed: int) -> None:
    """A rucksack with a patch, laid out with a scale."""
    table(canvas, (206, 210, 212))
    scale_bar(canvas)
    cloth = dice(seed).choice(((58, 78, 70), (64, 72, 98), (112, 60, 52)))
    canvas.place(canvas.width / 2, canvas.height * 0.52, canvas.height / 8.2)
    canvas.shape(ellipse(0.3, 3.1, 2.7, 0.4), (50, 50, 54), alpha=0.5, blur=0.25)
    canvas.line(path("-0.5,-3.0 -0.4,-3.55 0.4,-3.55 0.5,-3.0"), darker(cloth, 0.5), 0.22)
    for side in (-1, 1):
        strap = [(side * 1.5, -2.3), (side * 2.6, -0.6), (side * 2.5, 1.6), (side * 1.9, 2.8)]
        canvas.line(strap, darker(cloth, 0.4), 0.4)
    right = path("0,-3.2 1.1,-3.05 1.8,-2.2 2.05,0.0 2.1,2.2 1.8,3.05 0,3.2")
    body = smooth(mirrored(right))
    canvas.shape(body, cloth)
    canvas.shape(ellipse(1.8, 0.4, 0.9, 3.2), darker(cloth, 0.7), alpha=0.5, blur=0.35, clip=body)
    canvas.shape(ellipse(-0.8, -2.0, 0.8, 0.8), lighter(cloth, 0.5), alpha=0.35, blur=0.4, clip=body)
    canvas.line(path("-1.85,-1.4 -1.0,-1.75 0,-1.85 1.0,-1.75 1.85,-1.4"), (188, 190, 194), 0.06)
    pocket = smooth(path("-1.4,0.2 0,0.05 1.4,0.2 1.5,1.6 1.3,2.65 0,2.8 -1.3,2.65 -1.5,1.6"), steps=8)
    canvas.shape([(x + 0.06, y + 0.1) for x, y in pocket], darker(cloth, 0.8), alpha=0.45, blur=0.08, clip=body)
    canvas.shape(pocket, lighter(cloth, 0.08))
    canvas.line([(-1.2, 0.6), (0, 0.48), (1.2, 0.6)], (188, 190, 194), 0.05)
    canvas.line([(1.05, 0.6), (1.12, 0.95)], (210, 170, 60), 0.1)
    patch = ellipse(-0.1, 1.65, 0.62, 0.62)
    canvas.shape(patch, (226, 208, 160))
    canvas.line([*patch, patch[0]], (150, 60, 44), 0.07)
    hills = smooth(path("-0.7,1.95 -0.35,1.5 -0.05,1.8 0.25,1.4 0.6,1.95 0.2,2.3 -0.5,2.25"))
    canvas.shape(hills, (74, 112, 92), clip=patch)
    canvas.shape(ellipse(-0.25, 1.38, 0.13, 0.13), (214, 108, 60))


OBJECTS: dict[str, Painter] = {"bicycle": bicycle, "watch": watch, "rucksack": rucksack}


def tram(canvas: Canvas, seed: int) -> None:
    """The inside of a tram at night."""
    roll = dice(seed)
    canvas.gradient((148, 152, 154), (96, 98, 100))
    width, height = canvas.width, canvas.height
    canvas.place(0, 0, width / 16)
    floor = 9.2 * height / width * 16 / 12
    canvas.shape(_block(0, floor, 16, 6), (74, 76, 80))
    canvas.shape(_block(0, 0, 16, 0.9), (196, 198, 198))
    for at in range(3):
        canvas.shape(_block(1.5 + at * 5, 0.25, 3, 0.28), (255, 255, 246))
        canvas.shape(_block(1.2 + at * 5, 0.1, 3.6, 0.7), (255, 255, 240), alpha=0.4, blur=0.3)
    for left, wide in path("-1.2,4.2 3.5,2.3 6.2,2.3 9.4,3.2 13.1,3.4"):
        pane = _block(left, 1.5, wide, floor - (2.2 if wide == 2.3 else 4.6))
        canvas.shape(pane, (24, 30, 42))
        for _ in range(7):
            x, y = left + roll.uniform(0, wide), roll.uniform(1.8, floor - 3.4)
            light = roll.choice(((232, 186, 110), (196, 206, 224), (214, 112, 84)))
            canvas.shape(ellipse(x, y, 0.16, 0.16), light, alpha=0.55, blur=0.06, clip=pane)
        canvas.shape(
            [(left + 0.3, 1.5), (left + 0.9, 1.5), (left + 0.2, floor - 3), (left, floor - 3)],
            (255, 255, 255),
            alpha=0.1,
            clip=pane,
        )
    canvas.line([(6.0, 1.2), (6.0, floor)], (58, 60, 64), 0.1)
    for left in (-0.6, 10.0, 12.9):
        back = smooth(
            [(left, floor - 3.1), (left + 2.2, floor - 3.1), (left + 2.35, floor - 0.9), (left - 0.1, floor - 0.9)],
            steps=6,
        )
        canvas.shape(back, (64, 84, 118))
        canvas.shape(ellipse(left + 1.9, floor - 1.8, 0.6, 1.2), (30, 40, 60), alpha=0.5, blur=0.2, clip=back)
        canvas.shape(_block(left - 0.1, floor - 1.1, 2.4, 0.5), (52, 70, 100))
    for x in (3.1, 8.95, 12.6):
        canvas.line([(x, 0.9), (x, floor + 0.8)], (214, 176, 52), 0.16)
        canvas.line([(x - 0.04, 0.9), (x - 0.04, floor + 0.8)], (250, 226, 130), 0.04, alpha=0.8)
    canvas.line([(0, 1.25), (16, 1.25)], (206, 170, 56), 0.1)
    canvas.soften(1.2)


def shop(canvas: Canvas, seed: int) -> None:
    """The inside of a shop with shelves and a door."""
    roll = dice(seed)
    canvas.gradient((190, 188, 180), (150, 146, 138))
    width, height = canvas.width, canvas.height
    canvas.place(0, 0, width / 16)
    floor = 9.2 * height / width * 16 / 12
    canvas.shape(_block(0, floor, 16, 6), (168, 164, 154))
    for tile in range(-3, 20):
        canvas.line([(tile, floor), (8 + (tile - 8) * 1.7, 13)], (140, 136, 128), 0.04)
    for left, wide in ((0.2, 4.8), (10.8, 5.0)):
        canvas.shape(_block(left, 1.0, wide, floor - 0.9), (112, 104, 96))
        for row in range(5):
            bottom = 2.5 + row * 1.45
            if bottom > floor:
                break
            canvas.shape(_block(left, bottom, wide, 0.14), (210, 206, 196))
            x = left + 0.1
            while x < left + wide - 0.45:
                w, h = roll.uniform(0.25, 0.45), roll.uniform(0.6, 1.1)
                tint = mixed(
                    roll.choice(((176, 72, 60), (72, 116, 150), (206, 172, 84), (96, 140, 96), (200, 200, 196))),
                    (128, 124, 118),
                    0.25,
                )
                canvas.shape(_block(x, bottom - h, w, h), tint)
                canvas.shape(_block(x, bottom - h * 0.7, w, h * 0.25), lighter(tint, 0.6), alpha=0.6)
                x += w + 0.05
    canvas.shape(_block(5.8, 1.6, 4.2, floor - 1.6), (90, 92, 96))
    for left in (6.0, 8.0):
        canvas.shape(_block(left, 1.8, 1.85, floor - 1.8), (196, 214, 226))
        canvas.shape(
            [(left + 0.2, 1.8), (left + 0.9, 1.8), (left + 0.3, floor), (left, floor)], (255, 255, 255), alpha=0.4
        )
    canvas.shape(ribbon([(7.75, 5.0), (7.75, 6.4)], [0.06, 0.06]), (60, 62, 66))
    canvas.soften(1.4)


SCENES: dict[str, Painter] = {"tram": tram, "shop": shop}
