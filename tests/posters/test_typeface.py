"""The typeface read at once holds what the engine reads number by number."""

import io

import pytest
from reportlab.pdfbase.ttfonts import TTFError, TTFontFace

from fahndung.posters.typeface import Typeface
from fahndung.resources import font_bytes

_FORMAT_OF_SEGMENTS = b"\0\x04"


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_all_tables_are_those_that_the_engine_reads(weight: str) -> None:
    theirs = vars(TTFontFace(io.BytesIO(font_bytes(weight))))
    ours = Typeface(io.BytesIO(font_bytes(weight)))
    passed_over = {"_pos", "_pdfScale"}  # where reading ended, and a function
    assert {name: getattr(ours, name) for name in theirs if name not in passed_over} == {
        name: value for name, value in theirs.items() if name not in passed_over
    }


def test_characters_told_in_another_way_are_refused() -> None:
    data = bytearray(font_bytes())
    record = data.index(b"cmap")
    start = int.from_bytes(data[record + 8 : record + 12], "big") + 20
    assert data[start : start + 2] == _FORMAT_OF_SEGMENTS
    data[start + 1] = 6
    with pytest.raises(TTFError, match="segments"):
        Typeface(io.BytesIO(bytes(data)))
