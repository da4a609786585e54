"""Hair and hats of drawn people.

Places nothing: the canvas has been placed by ``figures``.
"""

from fahndung.testing.drawing import Canvas, Colour, Point, darker, dice, ellipse, lighter, mirrored, path, smooth
from fahndung.testing.faces import face
from fahndung.testing.looks import Look


def behind(canvas: Canvas, who: Look, hair: Colour) -> None:
    """The hair that falls behind neck and shoulders."""
    shade = darker(hair, 0.3)
    if who.style == "long":
        right = path("0,-1.62 0.7,-1.5 1.12,-0.9 1.24,0.0 1.26,1.0 1.34,1.9 1.2,2.7 0.7,2.75 0,2.3")
        canvas.shape(smooth(mirrored(right)), shade)
    elif who.style == "bob":
        right = path("0,-1.62 0.7,-1.5 1.14,-0.9 1.26,0.0 1.28,0.8 1.12,1.36 0.7,1.4 0,1.2")
        canvas.shape(smooth(mirrored(right)), shade)
    elif who.style == "bun":
        canvas.shape(ellipse(0, -1.72, 0.46, 0.4), shade)
        canvas.line([(-0.3, -1.85), (0, -1.98), (0.3, -1.85)], lighter(hair, 0.2), 0.06, alpha=0.6, tapered=True)


_CAPS: dict[str, list[Point]] = {
    # outline: left temple, over the crown, right temple, back along the hairline
    "short": path(
        "-1.02,-0.12 -1.08,-0.7 -0.86,-1.3 -0.4,-1.62 0.1,-1.68 0.55,-1.58 0.95,-1.2 "
        "1.09,-0.65 1.02,-0.12 0.93,-0.42 0.84,-0.78 0.5,-0.98 0.1,-0.94 -0.3,-1.02 "
        "-0.66,-0.9 -0.88,-0.7 -0.93,-0.42",
    ),
    "side-part": path(
        "-1.03,0.0 -1.1,-0.7 -0.9,-1.32 -0.45,-1.66 0.15,-1.74 0.65,-1.6 1.02,-1.15 1.1,-0.6 "
        "1.03,0.0 0.93,-0.35 0.86,-0.62 0.5,-0.74 0.0,-0.9 -0.4,-1.16 -0.66,-0.96 -0.86,-0.72 "
        "-0.93,-0.35",
    ),
    "receding": path(
        "-1.02,0.05 -1.1,-0.5 -1.02,-1.0 -0.75,-1.38 -0.3,-1.58 0.3,-1.58 0.75,-1.38 "
        "1.02,-1.0 1.1,-0.5 1.02,0.05 0.93,-0.4 0.88,-0.9 0.66,-1.28 0.25,-1.3 0.0,-1.22 "
        "-0.25,-1.3 -0.66,-1.28 -0.88,-0.9 -0.93,-0.4",
    ),
    "long": path(
        "-1.2,0.8 -1.2,-0.5 -0.98,-1.25 -0.5,-1.62 0.0,-1.7 0.5,-1.62 0.98,-1.25 1.2,-0.5 "
        "1.2,0.8 1.02,0.55 0.96,-0.1 0.84,-0.62 0.45,-1.02 0.02,-1.26 -0.45,-1.02 -0.84,-0.62 "
        "-0.96,-0.1 -1.02,0.55",
    ),
    "bob": path(
        "-1.1,1.34 -1.26,0.7 -1.22,-0.4 -1.0,-1.25 -0.5,-1.64 0.0,-1.72 0.5,-1.64 1.0,-1.25 "
        "1.22,-0.4 1.26,0.7 1.1,1.34 0.88,1.2 0.95,0.5 0.94,0.0 0.88,-0.52 0.5,-0.52 "
        "0.0,-0.46 -0.5,-0.52 -0.88,-0.52 -0.94,0.0 -0.95,0.5 -0.88,1.2",
    ),
    "bun": path(
        "-1.02,0.0 -1.08,-0.6 -0.9,-1.25 -0.45,-1.6 0.0,-1.66 0.45,-1.6 0.9,-1.25 1.08,-0.6 "
        "1.02,0.0 0.95,-0.4 0.82,-0.82 0.45,-1.12 0.0,-1.2 -0.45,-1.12 -0.82,-0.82 -0.95,-0.4",
    ),
    "curly": path(
        "-1.06,0.1 -1.2,-0.3 -1.14,-0.7 -1.22,-1.05 -0.95,-1.35 -0.82,-1.66 -0.45,-1.7 "
        "-0.15,-1.88 0.2,-1.76 0.55,-1.8 0.82,-1.5 1.1,-1.32 1.12,-0.95 1.24,-0.6 1.14,-0.25 "
        "1.08,0.1 0.94,-0.3 0.86,-0.62 0.6,-0.86 0.3,-0.8 0.0,-0.92 -0.3,-0.8 -0.6,-0.88 "
        "-0.86,-0.62 -0.94,-0.3",
    ),
}


def before(canvas: Canvas, who: Look, hair: Colour) -> None:
    """The hair that frames the face, or the hat."""
    if who.style in ("cap", "beanie"):
        _hat(canvas, who, hair)
        return
    if who.style not in _CAPS:
        return
    outline = face(who)
    cap = smooth(_CAPS[who.style])
    canvas.shape([(px, py + 0.07) for px, py in cap], darker(who.skin, 0.6), alpha=0.35, blur=0.05, clip=outline)
    canvas.shape(cap, hair)
    canvas.shape(ellipse(0.75, -0.9, 0.5, 0.7), darker(hair, 0.6), alpha=0.45, blur=0.16, clip=cap)
    canvas.shape(ellipse(-0.4, -1.38, 0.45, 0.13), lighter(hair, 0.5), alpha=0.38, blur=0.09, clip=cap)
    roll = dice(len(who.style) * 101 + who.age)
    if who.style == "curly":
        for _ in range(70):
            px, py, size = roll.uniform(-1.15, 1.15), roll.uniform(-1.75, -0.2), roll.uniform(0.06, 0.12)
            tone = lighter(hair, 0.2) if roll.random() < 0.5 else darker(hair, 0.4)
            curl = [
                (px - size, py + size / 2),
                (px - size / 2, py - size),
                (px + size, py - size / 2),
                (px + size / 2, py + size),
            ]
            canvas.line(curl, tone, 0.04, alpha=0.4, tapered=True, clip=cap)
        return
    for _ in range(46):
        start = roll.uniform(-1.1, 1.1)
        bend = start * roll.uniform(0.98, 1.2)
        strand = [
            (start * 0.5 + 0.1, -1.7),
            (start, -1.25),
            (bend * 1.02, -0.6),
            (bend * 1.05, roll.uniform(-0.3, 1.0)),
        ]
        tone = lighter(hair, 0.22) if roll.random() < 0.5 else darker(hair, 0.35)
        canvas.line(strand, tone, 0.03, alpha=0.3, tapered=True, clip=cap)


def _hat(canvas: Canvas, who: Look, hair: Colour) -> None:
    for side in (-1, 1):
        canvas.shape(smooth(path("0.86,-0.8 1.03,-0.7 1.03,-0.05 0.93,-0.3", side)), hair)
    outline = face(who)
    canvas.shape(ellipse(0, -0.72, 1.1, 0.2), darker(who.skin, 0.7), alpha=0.45, blur=0.07, clip=outline)
    right = path("0,-1.84 0.6,-1.74 1.0,-1.35 1.1,-0.78 0.6,-0.74 0,-0.76")
    dome = smooth(mirrored(right))
    canvas.shape(dome, who.hat)
    canvas.shape(ellipse(0.85, -1.2, 0.5, 0.8), darker(who.hat, 0.6), alpha=0.45, blur=0.18, clip=dome)
    canvas.shape(ellipse(-0.45, -1.5, 0.4, 0.2), lighter(who.hat, 0.5), alpha=0.3, blur=0.1, clip=dome)
    if who.style == "beanie":
        cuff = smooth(path("-1.12,-1.0 0,-1.08 1.12,-1.0 1.14,-0.64 0,-0.7 -1.14,-0.64"))
        canvas.shape(cuff, lighter(who.hat, 0.08))
        for step in range(-11, 12):
            canvas.line([(step * 0.1, -1.03), (step * 0.101, -0.68)], darker(who.hat, 0.5), 0.022, alpha=0.5, clip=cuff)
        return
    for bend in (-0.55, 0.0, 0.55):
        canvas.line(
            [(bend * 0.4, -1.82), (bend * 1.1, -1.4), (bend * 1.25, -0.8)],
            darker(who.hat, 0.5),
            0.022,
            alpha=0.6,
            clip=dome,
        )
    peak = smooth(path("-1.0,-0.84 0,-0.98 1.0,-0.84 1.12,-0.62 0.5,-0.54 0,-0.52 -0.5,-0.54 -1.12,-0.62"))
    canvas.shape(peak, darker(who.hat, 0.25))
    canvas.line([(-1.0, -0.64), (0, -0.56), (1.0, -0.64)], lighter(who.hat, 0.3), 0.025, alpha=0.6, tapered=True)
