"""Cards for shared links, for networks and screens: pixels, and the words that say the same to those who do not see.

Neutral ones show neither face nor name, because previews are copied. Does not encode, does not cut pictures and does
not decide who may be shown: the image room does the first two, ``release.cards`` the last (decision 0045).
"""

import functools
import io

from PIL import Image, ImageDraw, ImageFont

from fahndung.model.raster import Raster
from fahndung.model.sheet import Picture, Sheet
from fahndung.posters import cardlayout, cardwords, words
from fahndung.posters.cardlayout import SIZES, Card, Room, Shape, rooms
from fahndung.posters.marks import Weight
from fahndung.posters.words import Draft
from fahndung.resources import font_bytes

__all__ = ["SIZES", "Room", "Shape", "alt", "neutral", "portrait", "rooms"]


def neutral(sheet: Sheet, shape: Shape = Shape.LINK, *, draft: bool = False) -> Raster:
    """The card without a face: the same sheet gives the same pixels.

    Args:
        draft: whether the mark lies across it that says so.

    Raises:
        NotPublishable: a string cannot be drawn or does not fit; the message names its field.
    """
    return _finished(_drawn(cardlayout.neutral(sheet, shape)), sheet, draft=draft)


def portrait(sheet: Sheet, picture: Raster, shape: Shape, room: Room, *, foot: int = 0, draft: bool = False) -> Raster:
    """The card with a picture, ``foot`` px lower than the shape: a band with the marker of the picture follows there.

    Args:
        picture: redacted and cut already, exactly as large as the room.
        room: one of ``rooms(sheet, shape, foot)``.

    Raises:
        NotPublishable: as above. ValueError: the picture has another size than its room.
    """
    if (picture.width, picture.height) != (room.width, room.height):
        raise ValueError(f"a picture of {picture.width}x{picture.height} px for a room of {room.width}x{room.height}")
    image = _drawn(cardlayout.portrait(sheet, shape, room, foot))
    image.paste(Image.frombytes("RGB", (picture.width, picture.height), picture.rgb), (room.x, room.y))
    return _finished(image, sheet, draft=draft)


def alt(sheet: Sheet, shape: Shape, picture: Picture | None = None, *, draft: bool = False) -> str:
    """What a card shows and says, for the alternative text of whoever uploads it: every word on it, in its order.

    That of a draft begins with the word that lies across the card.
    """
    lines = _said(sheet, shape, picture)
    if picture is None:
        kind = words.word(sheet, "card-alt")
    else:
        kind = words.word(sheet, "card-alt-picture", picture=picture.alt.rstrip(".!?"))
    mark = [words.word(sheet, "draft")] if draft else []
    return " ".join(text if text[-1:] in ".!?" else f"{text}." for text in (*mark, kind, *lines))


def _said(sheet: Sheet, shape: Shape, picture: Picture | None) -> list[str]:
    address = cardwords.address(sheet)
    named = [sheet.authority, sheet.band]
    if picture is None:
        named += [sheet.marker] if sheet.marker else []
        named += [words.word(sheet, "card-line"), words.word(sheet, "card-why")]
        link = [words.word(sheet, "card-open"), address, sheet.stand]
        return named + (link if shape is Shape.LINK else [sheet.phone, sheet.tip_sentence, address, sheet.stand])
    asked = sheet.questions[0] if sheet.questions else sheet.headline
    place = cardwords.host(sheet) if shape is Shape.LINK else address
    rest = (asked, sheet.warning, sheet.phone, sheet.tip_sentence, sheet.innocence, place, sheet.stand)
    return named + [text for text in rest if text]


def _drawn(card: Card) -> Image.Image:
    image = Image.new("RGB", (card.width, card.height))
    pen = ImageDraw.Draw(image)
    for area in card.areas:
        pen.rectangle((area.x, area.y, area.x + area.width - 1, area.y + area.height - 1), fill=area.color)
    for line in card.lines:
        pen.text((line.x, line.y), line.text, fill=line.color, font=_font(line.weight, round(line.size)), anchor="ls")
    return image


def _finished(image: Image.Image, sheet: Sheet, *, draft: bool) -> Raster:
    if draft:
        _mark_draft(image, words.draft(sheet))
    return Raster(width=image.width, height=image.height, rgb=image.tobytes())


def _mark_draft(image: Image.Image, draft: Draft) -> None:
    """The word across the card, light with a dark edge, so that it is seen on every ground."""
    text = draft.across
    font = _font(Weight.BOLD, 190)
    left, top, right, bottom = font.getbbox(text, stroke_width=4)
    layer = Image.new("RGBA", (round(right - left) + 40, round(bottom - top) + 40))
    ImageDraw.Draw(layer).text(
        (20 - left, 20 - top), text, font=font, fill=(255, 255, 255, 150), stroke_width=4, stroke_fill=(0, 0, 0, 190)
    )
    turned = layer.rotate(30 if image.width > image.height else 40, expand=True, resample=Image.Resampling.BICUBIC)
    for place in ((image.width // 3, image.height // 4), (image.width * 2 // 3, image.height * 3 // 4)):
        image.paste(turned, (place[0] - turned.width // 2, place[1] - turned.height // 2), turned)


@functools.lru_cache(maxsize=64)
def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    # basic layout: the same pixels whether or not a shaping library is installed
    return ImageFont.truetype(io.BytesIO(font_bytes(weight.value)), size, layout_engine=ImageFont.Layout.BASIC)
