"""Printable posters and neutral share cards, drawn from a composed sheet. Values in, bytes out.

The way through: ``strings`` checks every word; ``story`` makes paragraphs and tables of them, ``dealing`` frames of the
photos; ``paging`` asks ``head``, ``foot`` and ``strips`` for what is fixed and searches the rest with ``fitting``,
``composing``, ``columns``, ``gallery`` and ``cells``, all of which measure with ``setting``; ``body`` places what was
found, ``sheets``, ``spread`` and ``layout`` deal it to pages. ``drawing`` draws the pages, ``tagging``, ``archival``
and ``xmp`` say what they are, ``sheetpdf`` puts all this together. ``cards`` does the same for pixels; ``reading``,
``surface`` and ``decoding`` read finished posters back.

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
