"""Printable posters and neutral share cards, drawn from a composed sheet. Values in, bytes out.

Does not read records, files or the clock, does not decode originals, does not decide what may be shown.
The names below are loaded when they are first used, because the PDF engine takes a third of a second to import.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fahndung.posters.layout import plan
    from fahndung.posters.marks import Layout, Photo, Pixels
    from fahndung.posters.sheetpdf import drawn, poster

__all__ = ["Layout", "Photo", "Pixels", "drawn", "plan", "poster"]

_HOMES = dict.fromkeys(("Layout", "Photo", "Pixels"), "marks") | {
    "plan": "layout",
    "drawn": "sheetpdf",
    "poster": "sheetpdf",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"fahndung.posters.{_HOMES[name]}"), name)
