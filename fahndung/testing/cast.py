"""Who and what is to be seen on the pictures of the example cases: a way to draw each of them, by case and image id.

The records themselves stand in ``examples/<case>.json``.
"""

import functools
from collections.abc import Callable, Mapping

from fahndung.model.image import Box
from fahndung.testing import pictures
from fahndung.testing.looks import IRISES, SKINS, Look
from fahndung.testing.pictures import Phone

Draw = Callable[[], bytes]

SIZE = {"width": 900, "height": 1200}
"""Portraits of the examples, px."""

_TRAM_CAMERA = Phone(make="Musterkamera", model="Dome 4", serial="DK4-00917", owner="Verkehrsbetriebe Musterstadt")
_SHOP_CAMERA = Phone(
    make="Musterkamera", model="Bullet 2", serial="BK2-11402", owner="Juwelier Beispiel", taken_at="2026:11:07 11:32:40"
)
_STATION_CAMERA = Phone(
    make="Musterkamera",
    model="Dome 4",
    serial="DK4-00918",
    owner="Verkehrsbetriebe Musterstadt",
    taken_at="2026:11:03 18:41:55",
)
_POLICE = Phone(
    make="Mustercam",
    model="D-70",
    serial="MC70-2210",
    owner="Erkennungsdienst",
    taken_at="2025:03:14 10:05:00",
    comment="",
)
_PHONE_OF_THE_FAMILY = Phone(
    owner="Familie Musterfeld",
    taken_at="2026:07:12 16:20:31",
    offset="+02:00",
    comment="Sommerfest im Garten",
    orientation=6,
)
_PHONE_OF_THE_MOTHER = Phone(
    owner="Mama", taken_at="2026:10:03 11:02:45", offset="+02:00", comment="Lina vor der Schule"
)

_ROBBER = Look(hair="dark-blond", cloth=(34, 34, 38), stripe=True, age=23)
_THIEF = Look(hair="brown", style="cap", beard=1, cloth=(44, 50, 62), age=38)
_SECOND_THIEF = Look(hair="blond", style="bob", lashes=True, jaw=0.3, clothes="coat", cloth=(112, 62, 66), age=31)
_WITNESS = Look(hair="chestnut", style="bun", lashes=True, jaw=0.35, clothes="coat", cloth=(66, 96, 104), age=35)
_WANTED = Look(hair="black", skin=SKINS[2], beard=2, age=41, jaw=0.8, clothes="pullover", cloth=(70, 74, 82))
_CONVICT = Look(hair="grey", style="receding", age=56, jaw=0.75, cloth=(92, 74, 56), beard=1)
_COMPOSITE = Look(hair="black", style="curly", age=34, jaw=0.6, clothes="coat", beard=1)
_MISSING_MAN = Look(
    hair="grey", style="side-part", age=67, glasses=True, clothes="shirt", cloth=(92, 122, 150), jaw=0.55
)
_MISSING_GIRL = Look(
    hair="blond", style="long", lashes=True, jaw=0.2, age=14, iris=IRISES[1], clothes="hoodie", cloth=(142, 98, 128)
)
_MISSING_BOY = Look(hair="brown", style="short", jaw=0.3, age=12, iris=IRISES[2], clothes="hoodie", cloth=(158, 40, 42))
_DEAD = Look(hair="grey", age=58, beard=2, jaw=0.6, clothes="pullover", cloth=(96, 92, 88))

Still = tuple[bytes, tuple[Box, ...]]


@functools.cache
def tram() -> Still:
    """The man in the tram, and an old lady."""
    return pictures.cctv_still(5, wanted=(_ROBBER,), stamp="01.11.2026 22:14:07", phone=_TRAM_CAMERA)


@functools.cache
def shop() -> Still:
    """The two in the shop, and a customer."""
    wanted = (_THIEF, _SECOND_THIEF)
    return pictures.cctv_still(11, scene="shop", wanted=wanted, stamp="07.11.2026 11:32:40", phone=_SHOP_CAMERA)


@functools.cache
def station() -> Still:
    """The witness in the tram, between two passengers."""
    stamp = "03.11.2026 18:41:55"
    return pictures.cctv_still(23, wanted=(_WITNESS,), bystanders=2, stamp=stamp, phone=_STATION_CAMERA)


_portrait = functools.partial(pictures.portrait, width=SIZE["width"], height=SIZE["height"])
_thing = functools.partial(
    pictures.object_photo,
    1,
    phone=Phone(
        make="Mustercam", model="D-70", serial="MC70-2211", owner="Kriminaltechnik", taken_at="2026:10:31 09:00:00"
    ),
)

PICTURES: Mapping[str, Mapping[str, Draw]] = {
    "tram-robbery": {"cctv-1": lambda: tram()[0]},
    "jewellery-theft": dict.fromkeys(("both", "man", "woman"), lambda: shop()[0]),
    "tram-witness": {"cctv-1": lambda: station()[0]},
    "wanted-man": {"portrait": lambda: _portrait(41, background="studio", who=_WANTED, phone=_POLICE)},
    "escaped-convict": {"portrait": lambda: _portrait(56, background="studio", who=_CONVICT, phone=_POLICE)},
    "long-words": {"sketch": lambda: pictures.sketch(34, who=_COMPOSITE)},
    "missing-man": {
        "family-1": lambda: _portrait(
            67, background="park", bystander=True, who=_MISSING_MAN, phone=_PHONE_OF_THE_FAMILY
        )
    },
    "missing-girl": {
        "family-1": lambda: _portrait(14, background="sea", who=_MISSING_GIRL, phone=_PHONE_OF_THE_MOTHER)
    },
    "border-boy": {"family-1": lambda: _portrait(12, background="park", who=_MISSING_BOY, phone=_PHONE_OF_THE_MOTHER)},
    "unknown-dead": {"sketch": lambda: pictures.sketch(58, who=_DEAD)},
    "found-things": {kind: functools.partial(_thing, kind) for kind in ("bicycle", "watch", "rucksack")},
}
