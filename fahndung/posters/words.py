"""The few fixed words of posters and cards: those of the sheet, from the table ``[poster]`` of its wording."""

from typing import NamedTuple

from fahndung.model.sheet import Sheet
from fahndung.posters import fonts


class Draft(NamedTuple):
    """The words of the mark of a draft: ``across`` the page, and the ``line`` at its upper edge."""

    across: str
    line: str


def word(sheet: Sheet, key: str, **values: str) -> str:
    """The word of that key in the sheet's language, or in its two, with its ``{placeholders}`` filled."""
    text = sheet.fixed[key]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def draft(sheet: Sheet) -> Draft:
    """The words that mark a draft, as they are drawn: they are laid over a sheet whose words were checked."""
    return Draft(across=fonts.settled(word(sheet, "draft")), line=fonts.settled(word(sheet, "draft-line")))
