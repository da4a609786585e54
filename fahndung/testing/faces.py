"""The parts of a drawn face.

Places nothing: the canvas has been placed by ``figures``.
"""

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
    smooth,
)
from fahndung.testing.looks import Look


def face(who: Look) -> list[Point]:
    """The outline of the face."""
    j = (who.jaw - 0.5) * 0.16
    right = (
        (0, -1.5),
        (0.55, -1.42),
        (0.9, -1.02),
        (0.99, -0.4),
        (0.96, 0.2),
        (0.88 + j, 0.72),
        (0.66 + j * 1.4, 1.14),
        (0.34 + j, 1.4),
        (0, 1.47),
    )
    return smooth(mirrored(right))


def head(canvas: Canvas, who: Look) -> None:
    """Head and ears with light and shade, and the lines of age."""
    skin = who.skin
    for side in (-1, 1):
        ear = smooth(path("0.93,-0.12 1.12,-0.2 1.17,0.06 1.07,0.38 0.92,0.42", side))
        canvas.shape(ear, darker(skin, 0.06))
        inner = path("1.0,-0.05 1.09,-0.02 1.07,0.16 1.01,0.28", side)
        canvas.line(inner, darker(skin, 0.3), 0.035, alpha=0.7, tapered=True)
    outline = face(who)
    canvas.shape(outline, skin)
    canvas.shape(ellipse(0.95, 0.35, 0.5, 1.5), darker(skin, 0.42), alpha=0.42, blur=0.2, clip=outline)
    canvas.shape(ellipse(-0.35, -0.55, 0.5, 0.45), lighter(skin, 0.55), alpha=0.4, blur=0.24, clip=outline)
    for side in (-1, 1):
        canvas.shape(ellipse(side * 0.56, 0.5, 0.24, 0.16), (214, 104, 88), alpha=0.2, blur=0.12, clip=outline)
        canvas.shape(ellipse(side * 0.42, -0.03, 0.3, 0.17), darker(skin, 0.4), alpha=0.24, blur=0.09, clip=outline)
    canvas.shape(ellipse(0, 1.12, 0.3, 0.06), darker(skin, 0.4), alpha=0.28, blur=0.06, clip=outline)
    if who.age > 45:
        _lines(canvas, who)


def _lines(canvas: Canvas, who: Look) -> None:
    strength = min((who.age - 40) / 45, 0.8)
    shade = darker(who.skin, 0.4)
    for side in (-1, 1):
        fold = [(side * px, py) for px, py in ((0.22, 0.5), (0.36, 0.66), (0.4, 0.86))]
        canvas.line(fold, shade, 0.03, alpha=0.7 * strength, blur=0.008, tapered=True)
        for spread in (-0.06, 0.02, 0.09):
            corner = [(side * 0.66, 0.03 + spread / 3), (side * 0.78, 0.04 + spread)]
            canvas.line(corner, shade, 0.02, alpha=0.55 * strength, tapered=True)
        bag = [(side * px, py) for px, py in ((0.26, 0.14), (0.42, 0.2), (0.58, 0.14))]
        canvas.line(bag, shade, 0.022, alpha=0.6 * strength, blur=0.008, tapered=True)
    for height in (-0.72, -0.6):
        brow = [(-0.42, height + 0.03), (0, height), (0.42, height + 0.03)]
        canvas.line(brow, shade, 0.02, alpha=0.45 * strength, tapered=True)


def eyes(canvas: Canvas, who: Look) -> None:
    """Both eyes."""
    lid = darker(who.skin, 0.72)
    for side in (-1, 1):
        x = side * 0.42
        almond = smooth(
            [
                (x - 0.2, 0.01),
                (x - 0.09, -0.085),
                (x + 0.07, -0.09),
                (x + 0.2, 0.0),
                (x + 0.08, 0.065),
                (x - 0.09, 0.065),
            ]
        )
        canvas.shape(almond, (247, 243, 238))
        canvas.shape(ellipse(x, -0.015, 0.098, 0.098), darker(who.iris, 0.35), clip=almond)
        canvas.shape(ellipse(x, -0.01, 0.08, 0.08), who.iris, clip=almond)
        canvas.shape(ellipse(x, -0.015, 0.042, 0.042), (20, 16, 18), clip=almond)
        canvas.shape(ellipse(x - 0.03, -0.045, 0.018, 0.018), (255, 255, 255), clip=almond)
        canvas.shape(ellipse(x, -0.11, 0.22, 0.055), darker(who.skin, 0.6), alpha=0.35, blur=0.02, clip=almond)
        upper = [
            (x - side * 0.2, 0.015),
            (x - side * 0.08, -0.085),
            (x + side * 0.08, -0.092),
            (x + side * 0.215, -0.005),
        ]
        canvas.line(upper, lid, 0.05 if who.lashes else 0.036, tapered=True)
        if who.lashes:
            canvas.line([(x + side * 0.17, -0.04), (x + side * 0.25, -0.07)], lid, 0.03, tapered=True)
        crease = [(x - side * 0.17, -0.1), (x, -0.165), (x + side * 0.18, -0.1)]
        canvas.line(crease, darker(who.skin, 0.42), 0.02, alpha=0.6, tapered=True)
        canvas.line(
            [(x - 0.15, 0.06), (x, 0.085), (x + 0.15, 0.055)], darker(who.skin, 0.4), 0.016, alpha=0.6, tapered=True
        )


def brows(canvas: Canvas, who: Look, hair: Colour) -> None:
    """Both brows."""
    colour = darker(mixed(hair, (70, 52, 42), 0.35), 0.15)
    thick = 0.052 if who.lashes else 0.078
    for side in (-1, 1):
        arch = 0.05 if who.lashes else 0.025
        spine = [(side * 0.19, -0.255), (side * 0.36, -0.3 - arch), (side * 0.53, -0.29 - arch), (side * 0.68, -0.215)]
        canvas.line(spine, colour, thick, alpha=0.92, blur=0.004, tapered=True)


def nose_and_mouth(canvas: Canvas, who: Look) -> None:
    """Nose and mouth."""
    skin = who.skin
    side = smooth(path("0.05,-0.12 0.13,0.2 0.2,0.47 0.06,0.54 0.05,0.2"))
    canvas.shape(side, darker(skin, 0.38), alpha=0.36, blur=0.03)
    canvas.shape(ellipse(-0.035, 0.2, 0.035, 0.26), lighter(skin, 0.6), alpha=0.36, blur=0.03)
    canvas.shape(ellipse(-0.02, 0.42, 0.07, 0.06), lighter(skin, 0.6), alpha=0.3, blur=0.03)
    wing = darker(skin, 0.46)
    canvas.line([(-0.19, 0.42), (-0.2, 0.5), (-0.13, 0.53)], wing, 0.03, alpha=0.75, tapered=True)
    canvas.line([(0.19, 0.42), (0.2, 0.5), (0.13, 0.53)], wing, 0.03, alpha=0.75, tapered=True)
    canvas.line(path("-0.13,0.525 -0.05,0.545 0,0.565 0.05,0.545 0.13,0.525"), wing, 0.034, alpha=0.8, tapered=True)
    lip = mixed(skin, (176, 74, 74) if who.lashes else (168, 92, 82), 0.62 if who.lashes else 0.5)
    upper = smooth(
        path(
            "-0.31,0.86 -0.14,0.8 -0.05,0.785 0,0.8 0.05,0.785 0.14,0.8 0.31,0.86 0.12,0.875 0,0.88 -0.12,0.875",
        ),
        steps=6,
    )
    full = 0.99 if who.lashes else 0.965
    lower = smooth(
        [
            (-0.3, 0.862),
            (-0.12, 0.872),
            (0, 0.878),
            (0.12, 0.872),
            (0.3, 0.862),
            (0.17, full - 0.03),
            (0, full),
            (-0.17, full - 0.03),
        ],
        steps=6,
    )
    canvas.shape(lower, lighter(lip, 0.12))
    canvas.shape(upper, darker(lip, 0.14))
    canvas.shape(ellipse(-0.05, 0.925, 0.1, 0.02), (255, 240, 234), alpha=0.3, blur=0.02)
    canvas.line(path("-0.33,0.855 -0.14,0.868 0,0.88 0.14,0.868 0.33,0.855"), darker(lip, 0.6), 0.026, tapered=True)


def beard(canvas: Canvas, who: Look, hair: Colour) -> None:
    """Stubble or a full beard."""
    outline = face(who)
    lips = ellipse(0, 0.885, 0.3, 0.085)
    right = path("0,0.64 0.26,0.66 0.42,0.74 0.6,0.68 0.77,0.42 0.87,0.05 1.06,0.0 1.05,1.0 0.6,1.62 0,1.68")
    area = smooth(mirrored(right))
    if who.beard == 1:
        canvas.shape(area, darker(hair, 0.3), alpha=0.3, blur=0.06, clip=outline)
        canvas.shape(lips, mixed(who.skin, (168, 92, 82), 0.5), alpha=0.5, blur=0.03)
        return
    skin = mixed(who.skin, (168, 92, 82), 0.5)
    canvas.shape(area, darker(hair, 0.12), alpha=0.94, blur=0.03, clip=[(px * 1.02, py * 1.03) for px, py in outline])
    roll = dice(who.age * 31 + who.beard)
    for _ in range(90):
        px, py = roll.uniform(-0.8, 0.8), roll.uniform(0.75, 1.4)
        strand = [(px, py), (px * 0.98, py + 0.09)]
        canvas.line(strand, lighter(hair, 0.25), 0.012, alpha=0.4, tapered=True, clip=outline)
    canvas.shape(lips, skin, blur=0.012)
    canvas.line([(-0.28, 0.868), (0, 0.885), (0.28, 0.868)], darker(skin, 0.6), 0.026, tapered=True)


def glasses(canvas: Canvas) -> None:
    """Glasses with a dark frame."""
    frame = (42, 38, 40)
    for side in (-1, 1):
        x = side * 0.43
        rim = smooth([(x - 0.31, -0.12), (x, -0.2), (x + 0.31, -0.12), (x + 0.27, 0.16), (x, 0.24), (x - 0.27, 0.16)])
        canvas.shape(rim, (226, 238, 246), alpha=0.16)
        canvas.shape(
            smooth([(x - 0.2, -0.14), (x - 0.05, -0.17), (x - 0.17, 0.12), (x - 0.24, 0.08)]),
            (255, 255, 255),
            alpha=0.2,
        )
        canvas.line([*rim[::4], rim[0]], frame, 0.045)
        canvas.line([(side * 0.74, -0.08), (side * 1.02, -0.12)], frame, 0.045)
    canvas.line([(-0.13, -0.06), (0, -0.11), (0.13, -0.06)], frame, 0.045)
