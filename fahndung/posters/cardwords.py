"""What stands on a card, each text with its sizes in px, colour and distance. Places nothing."""

import urllib.parse

from fahndung.model.sheet import Sheet
from fahndung.posters import palette, words
from fahndung.posters.cardstack import Block
from fahndung.posters.marks import Weight


def authority(sheet: Sheet, largest: int, lines: int) -> Block:
    """Who seeks."""
    return Block(
        text=sheet.authority,
        attribute="authority",
        largest=largest,
        least=22,
        color=palette.WHITE,
        weight=Weight.BOLD,
        lines=lines,
    )


def role(sheet: Sheet, largest: int) -> Block:
    """The word of the band."""
    return Block(
        text=sheet.band,
        attribute="band",
        largest=largest,
        least=44,
        color=palette.WHITE,
        weight=Weight.BOLD,
        lines=3,
        leading=1.1,
    )


def marker(sheet: Sheet, largest: int) -> list[Block]:
    """That a witness is sought, if so."""
    if sheet.marker is None:
        return []
    made = Block(
        text=sheet.marker,
        attribute="marker",
        largest=largest,
        least=28,
        color=palette.INK,
        weight=Weight.BOLD,
        lines=2,
        gap=26,
        ground=palette.SIGNAL,
    )
    return [made]


def warning(sheet: Sheet) -> list[Block]:
    """The warning in a box, if there is one."""
    if sheet.warning is None:
        return []
    made = Block(
        text=sheet.warning,
        attribute="warning",
        largest=30,
        least=22,
        color=palette.WHITE,
        weight=Weight.BOLD,
        lines=4,
        ground=palette.ALARM,
    )
    return [made]


def phone(sheet: Sheet, largest: int, color: str) -> Block:
    """The telephone number, which is not broken."""
    text = sheet.phone.replace("-", "\u2011").replace(" ", "\u00a0")  # one word: a number is not broken
    return Block(text=text, attribute="phone", largest=largest, least=40, color=color, weight=Weight.BOLD, gap=24)


def fixed(
    sheet: Sheet, key: str, attribute: str, largest: int, color: str, weight: Weight = Weight.BOLD, gap: int = 0
) -> Block:
    """A fixed word of cards."""
    text = words.word(sheet, key)
    return Block(
        text=text, attribute=attribute, largest=largest, least=22, color=color, weight=weight, lines=2, gap=gap
    )


def plain(sheet: Sheet, attribute: str, largest: int, least: int, *, gap: int, lines: int) -> Block:
    """A sentence of the sheet."""
    return _said(str(getattr(sheet, attribute)), attribute, largest, least, gap=gap, lines=lines)


def address_line(sheet: Sheet, largest: int) -> Block:
    """The page's address."""
    return _said(address(sheet), "page_url", largest, 20, gap=14, lines=2)


def _said(text: str, attribute: str, largest: int, least: int, *, gap: int, lines: int) -> Block:
    return Block(text=text, attribute=attribute, largest=largest, least=least, color=palette.INK, lines=lines, gap=gap)


def address(sheet: Sheet) -> str:
    """The page's address as a card shows it."""
    return sheet.page_url.partition("://")[2]


def host(sheet: Sheet) -> str:
    """Whose page it is, without the rest of the address."""
    return urllib.parse.urlsplit(sheet.page_url).netloc


def stand(sheet: Sheet, text: str | None = None) -> Block:
    """The date, or the ``text`` that has it."""
    return Block(text=text or sheet.stand, attribute="stand", largest=26, least=20, color=palette.GREY, lines=2, gap=12)
