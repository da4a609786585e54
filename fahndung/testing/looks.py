"""What an invented person looks like: nobody is meant, nobody is like them.

Draws nothing.
"""

import dataclasses

from fahndung.testing.drawing import Colour, dice, mixed

SKINS: tuple[Colour, ...] = ((246, 211, 184), (237, 194, 160), (222, 172, 132), (190, 136, 98), (140, 94, 66))
HAIRS: dict[str, Colour] = {
    "black": (38, 33, 36),
    "brown": (84, 58, 42),
    "chestnut": (122, 74, 44),
    "dark-blond": (156, 121, 76),
    "blond": (209, 174, 116),
    "red": (172, 82, 42),
    "grey": (152, 152, 156),
    "white": (222, 220, 216),
}
STYLES = ("short", "side-part", "curly", "long", "bob", "bun", "receding", "bald", "cap", "beanie")
CLOTHES = ("jacket", "hoodie", "shirt", "pullover", "coat")
IRISES: tuple[Colour, ...] = ((92, 66, 44), (70, 104, 132), (86, 110, 78), (60, 46, 38))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an invented person looks like.

    Attributes:
        jaw: 0 narrow … 1 broad. age: years, for lines and colours.
        beard: 0 none, 1 stubble, 2 full. stripe: a light stripe across the jacket.
    """

    skin: Colour = SKINS[1]
    hair: str = "brown"
    style: str = "short"
    iris: Colour = IRISES[0]
    jaw: float = 0.5
    age: int = 30
    beard: int = 0
    glasses: bool = False
    lashes: bool = False
    clothes: str = "jacket"
    cloth: Colour = (48, 52, 60)
    stripe: bool = False
    hat: Colour = (60, 70, 84)


def look(seed: int) -> Look:
    """Somebody; always the same for the same number."""
    roll = dice(seed)
    lashes = roll.random() < 0.5
    style = roll.choice(("long", "bob", "bun", "curly") if lashes else ("short", "side-part", "curly", "receding"))
    palette = ((48, 52, 60), (60, 78, 104), (112, 58, 56), (72, 92, 80), (150, 128, 98), (92, 88, 112))
    return Look(
        skin=roll.choice(SKINS),
        hair=roll.choice(sorted(HAIRS)),
        style=style,
        iris=roll.choice(IRISES),
        jaw=roll.uniform(0.1, 0.5) if lashes else roll.uniform(0.4, 0.9),
        age=roll.randint(19, 70),
        beard=0 if lashes else roll.choice((0, 0, 1, 2)),
        glasses=roll.random() < 0.3,
        lashes=lashes,
        clothes=roll.choice(CLOTHES),
        cloth=roll.choice(palette),
        stripe=roll.random() < 0.3,
    )


def hair_colour(who: Look) -> Colour:
    """The colour of the hair at that age."""
    turned = min(max((who.age - 50) / 40, 0.0), 0.6) if who.hair not in ("grey", "white") else 0.0
    return mixed(HAIRS[who.hair], HAIRS["grey"], turned)
