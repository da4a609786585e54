"""Invented people on a canvas: head and shoulders, or the whole person.

Makes no files.
"""

from fahndung.testing import faces, hair
from fahndung.testing.drawing import Canvas, Colour, Point, darker, ellipse, lighter, mirrored, path, smooth
from fahndung.testing.looks import Look, hair_colour


def bust(canvas: Canvas, who: Look, x: float, y: float, unit: float) -> None:
    """Head and shoulders; the face's middle lies at ``x``, ``y`` px, half its width is ``unit`` px."""
    _upper_body(canvas, who, x, y, unit, _torso())


def standing(canvas: Canvas, who: Look, x: float, y: float, unit: float, *, trousers: Colour = (92, 96, 104)) -> None:
    """The whole person, about 21 units from the face's middle down to the soles."""
    canvas.place(x, y, unit)
    canvas.shape(ellipse(0.6, 20.2, 3.6, 0.6), (10, 10, 14), alpha=0.4, blur=0.4)
    for side in (-1, 1):
        shoe = smooth(path("0.5,19.4 1.6,19.4 2.1,20.0 2.0,20.4 0.45,20.4", side))
        canvas.shape(shoe, (44, 42, 44))
        leg = path("0.05,9.0 2.0,9.0 2.0,12.0 1.75,16.0 1.6,19.8 0.5,19.8 0.4,15.0", side)
        canvas.shape(smooth(leg), trousers)
        crease = [(side * 1.2, 10.5), (side * 1.1, 14.5), (side * 1.05, 19.0)]
        canvas.line(crease, darker(trousers, 0.5), 0.16, alpha=0.4, blur=0.1, tapered=True)
    canvas.line([(0, 9.6), (0.05, 12.5), (0.1, 17.0)], darker(trousers, 0.7), 0.22, alpha=0.6, blur=0.1, tapered=True)
    for side in (-1, 1):
        canvas.shape(ellipse(side * 2.85, 10.4, 0.5, 0.75), darker(who.skin, 0.08 if side < 0 else 0.25))
        sleeve = path("1.3,2.4 2.1,2.6 2.75,4.0 3.2,7.0 3.4,10.0 2.4,10.1 2.2,7.2 1.6,5.0", side)
        canvas.shape(smooth(sleeve), darker(who.cloth, 0.08 if side < 0 else 0.25))
    right = path("0,1.86 0.5,1.8 0.78,1.9 1.4,2.12 2.0,2.6 2.2,4.0 2.15,7.0 2.2,9.8 0,10.0")
    _upper_body(canvas, who, x, y, unit, smooth(mirrored(right)))
    canvas.line([(-2.15, 9.55), (0, 9.75), (2.15, 9.55)], darker(who.cloth, 0.5), 0.1, alpha=0.7)


def _upper_body(canvas: Canvas, who: Look, x: float, y: float, unit: float, torso: list[Point]) -> None:
    canvas.place(x, y, unit)
    colour = hair_colour(who)
    hair.behind(canvas, who, colour)
    _clothing(canvas, who, torso)
    _neck(canvas, who)
    _collar(canvas, who)
    faces.head(canvas, who)
    faces.eyes(canvas, who)
    faces.nose_and_mouth(canvas, who)
    if who.beard:
        faces.beard(canvas, who, colour)
    hair.before(canvas, who, colour)
    faces.brows(canvas, who, colour)
    if who.glasses:
        faces.glasses(canvas)


def _neck(canvas: Canvas, who: Look) -> None:
    skin = who.skin
    wide = 0.5 + (who.jaw - 0.5) * 0.18
    neck = smooth(
        [
            (-wide, 0.8),
            (wide, 0.8),
            (wide + 0.02, 1.5),
            (wide + 0.25, 1.95),
            (0, 2.35),
            (-wide - 0.25, 1.95),
            (-wide - 0.02, 1.5),
        ]
    )
    canvas.shape(neck, darker(skin, 0.07))
    canvas.shape(ellipse(0.1, 1.3, 0.75, 0.42), darker(skin, 0.55), alpha=0.5, blur=0.12, clip=neck)


def _torso() -> list[Point]:
    right = path("0,1.86 0.5,1.8 0.78,1.9 1.4,2.12 1.98,2.5 2.3,3.2 2.5,5.2 2.6,9.0 0,9.1")
    return smooth(mirrored(right))


def _clothing(canvas: Canvas, who: Look, torso: list[Point]) -> None:
    cloth = who.cloth
    canvas.shape(torso, cloth)
    canvas.shape(ellipse(1.75, 3.7, 0.8, 2.0), darker(cloth, 0.6), alpha=0.5, blur=0.3, clip=torso)
    canvas.shape(ellipse(-1.1, 2.5, 0.7, 0.4), lighter(cloth, 0.5), alpha=0.32, blur=0.25, clip=torso)
    for side in (-1, 1):
        seam = [(side * 1.5, 2.55), (side * 1.42, 3.4), (side * 1.5, 4.6)]
        canvas.line(seam, darker(cloth, 0.5), 0.06, alpha=0.5, blur=0.03, tapered=True, clip=torso)
        fold = [(side * 0.9, 2.3), (side * 1.15, 2.9), (side * 1.12, 3.6)]
        canvas.line(fold, darker(cloth, 0.5), 0.1, alpha=0.28, blur=0.06, tapered=True, clip=torso)
    if who.stripe:
        band = smooth(path("-2.6,3.0 0,3.2 2.6,3.0 2.6,3.3 0,3.5 -2.6,3.3"))
        canvas.shape(band, (236, 236, 232), clip=torso)


def _collar(canvas: Canvas, who: Look) -> None:
    cloth, edge = who.cloth, darker(who.cloth, 0.45)
    if who.clothes == "pullover":
        canvas.line(path("-0.74,1.86 -0.4,2.2 0,2.32 0.4,2.2 0.74,1.86"), lighter(cloth, 0.14), 0.24)
        canvas.line(path("-0.66,1.98 -0.36,2.3 0,2.42 0.36,2.3 0.66,1.98"), edge, 0.03, alpha=0.6, tapered=True)
        return
    if who.clothes == "hoodie":
        hood = smooth(
            path(
                "-0.62,1.62 -1.12,1.75 -1.1,2.2 -0.5,2.62 0,2.78 0.5,2.62 1.1,2.2 1.12,1.75 0.62,1.62 "
                "0.5,2.0 0,2.34 -0.5,2.0",
            )
        )
        canvas.shape(hood, lighter(cloth, 0.1))
        canvas.shape(ellipse(0.7, 2.2, 0.4, 0.5), darker(cloth, 0.6), alpha=0.4, blur=0.12, clip=hood)
        for side in (-1, 1):
            canvas.line([(side * 0.22, 2.66), (side * 0.26, 3.0), (side * 0.22, 3.4)], (226, 224, 218), 0.05)
        return
    shirt = (238, 238, 236) if who.clothes in ("coat", "shirt") else lighter(cloth, 0.3)
    front = smooth(path("-0.62,1.82 0.62,1.82 0.34,2.5 0,3.1 -0.34,2.5"), steps=8)
    if who.clothes != "shirt":
        canvas.shape(front, shirt)
        canvas.line(path("-0.55,1.9 -0.28,2.2 0,2.3 0.28,2.2 0.55,1.9"), darker(shirt, 0.25), 0.05, alpha=0.8)
        open_neck = smooth(path("-0.5,1.7 0.5,1.7 0.3,2.12 0,2.24 -0.3,2.12"))
        canvas.shape(open_neck, darker(who.skin, 0.12))
        canvas.shape(ellipse(0.1, 1.75, 0.6, 0.2), darker(who.skin, 0.55), alpha=0.4, blur=0.1, clip=open_neck)
    for side in (-1, 1):
        lapel = smooth(path("0.5,1.66 0.84,1.78 0.95,2.3 0.5,2.72 0.06,3.12 0.36,2.4", side), steps=6)
        canvas.shape(lapel, lighter(cloth, 0.1 if side < 0 else 0.02))
        canvas.line([(side * 0.95, 2.3), (side * 0.5, 2.72), (side * 0.06, 3.12)], edge, 0.035, alpha=0.7, tapered=True)
    canvas.line([(0.02, 3.1), (0.02, 4.0), (0.0, 5.2)], edge, 0.05)
    if who.clothes == "jacket":
        canvas.line([(0.05, 3.15), (0.05, 4.0), (0.04, 5.2)], (176, 178, 182), 0.025)
    else:
        for height in (3.5, 4.1):
            canvas.shape(ellipse(0.14, height, 0.06, 0.06), edge)
