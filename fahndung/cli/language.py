"""Which of the two languages the terminal speaks. Follows ``LC_ALL``, ``LC_MESSAGES``, ``LANG``; knows no text."""

import os


def language() -> str:
    """``de`` or ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "de" if value.lower().startswith("de") else "en"
    return "en"


def say(en: str, de: str) -> str:
    """The text in the language of the terminal."""
    return de if language() == "de" else en
