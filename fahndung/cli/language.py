"""Which of the two languages the terminal speaks. Follows ``LC_ALL``, ``LC_MESSAGES``, ``LANG``; knows no text."""

import gettext
import os
import pathlib
from typing import Literal

CLICK = "click"
"""The catalogue ``locale/de/LC_MESSAGES/click.po``: what click says by itself."""


def language() -> Literal["de", "en"]:
    """``de`` or ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "de" if value.lower().startswith("de") else "en"
    return "en"


def say(en: str, de: str) -> str:
    """The text in the language of the terminal."""
    return de if language() == "de" else en


def teach_click() -> None:
    """Makes click say usage, help and wrong calls in the terminal's language; to be called before the commands load."""
    if language() == "de":
        gettext.bindtextdomain(CLICK, str(pathlib.Path(__file__).with_name("locale")))
        gettext.textdomain(CLICK)
