"""A drawn QR code says its address, and one module more or less makes it say nothing."""

import pytest
import segno

from fahndung.posters import codes
from fahndung.posters.decoding import text_of

URL = "https://polizei-musterstadt.example/f/m7k4"


@pytest.mark.parametrize("level", ["l", "m", "q", "h"])
@pytest.mark.parametrize("length", [19, 42, 84, 106, 120, 300])
def test_what_was_drawn_is_read(level: str, length: int) -> None:
    url = URL[:length].ljust(length, "x")
    made = segno.make_qr(url, error=level, boost_error=False)
    assert text_of(tuple(bytes(row) for row in made.matrix)) == url


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_known(mask: int) -> None:
    made = segno.make_qr(URL, error="q", mask=mask, boost_error=False)
    assert text_of(tuple(bytes(row) for row in made.matrix)) == URL


@pytest.mark.parametrize(("row", "column"), [(0, 0), (8, 2), (6, 12), (28, 28), (20, 20), (15, 9)])
def test_one_wrong_module_anywhere_makes_it_unreadable(row: int, column: int) -> None:
    drawn = codes.matrix("https://polizei.example/f/m7k4", "q")
    assert drawn is not None
    assert text_of(drawn) == "https://polizei.example/f/m7k4"
    rows = [bytearray(row) for row in drawn]
    assert len(rows) == 29
    rows[row][column] ^= 1
    assert text_of(tuple(map(bytes, rows))) == ""


@pytest.mark.parametrize("size", [0, 20, 21, 28, 29, 181])
def test_a_square_of_the_wrong_size_or_of_nothing_is_no_code(size: int) -> None:
    assert text_of((bytes(size),) * size) == ""
    assert text_of((b"\1" * size,) * size) == ""
    assert text_of((bytes(size + 1),) * size) == ""


def test_numbers_and_capitals_in_their_own_modes_are_not_read() -> None:
    for text in ("0123456789", "HTTPS://A.EXAMPLE/"):
        made = segno.make_qr(text, boost_error=False)
        assert made.mode != "byte"
        assert text_of(tuple(bytes(row) for row in made.matrix)) == ""
