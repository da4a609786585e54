"""The QR code: large modules, or no code."""

import pytest

from fahndung.errors import NotPublishable
from fahndung.posters import codes
from fahndung.posters.marks import Area, Code
from tests.posters import build


@pytest.mark.parametrize("length", [19, 31, 40, 60, 74, 80, 90, 100, 106])
def test_modules_are_never_smaller_than_0_8_mm(length: int) -> None:
    url = "https://a.example/".ljust(length, "x")
    _, modules = codes.correction(url)
    side = max(codes.SIDE, (modules + 8) * codes.MODULE)
    assert side / (modules + 8) >= codes.MODULE - 1e-9
    assert side <= codes.LARGEST_SIDE


def test_short_addresses_get_the_stronger_correction() -> None:
    assert codes.correction("https://polizei.example/f/m7k4")[0] == "q"
    assert codes.correction("https://a.example/".ljust(100, "x"))[0] == "m"


@pytest.mark.parametrize(("length", "level"), [(86, "q"), (87, "m"), (122, "m")])
def test_the_stronger_correction_is_given_up_where_the_code_is_full(length: int, level: str) -> None:
    assert codes.correction("https://a.example/".ljust(length, "x"))[0] == level


@pytest.mark.parametrize("length", [123, 130, 500])
def test_an_address_too_long_is_refused(length: int) -> None:
    with pytest.raises(NotPublishable, match="page_url"):
        codes.correction("https://a.example/".ljust(length, "x"))


def test_an_address_beyond_ascii_is_refused() -> None:
    with pytest.raises(NotPublishable, match="xn--"):
        codes.correction("https://müsterstadt.example/")


def test_the_code_is_read_out_as_its_address() -> None:
    sheet = build.sheet()
    figure, side = codes.code(sheet)
    ground, code = figure.marks
    assert isinstance(ground, Area)
    assert isinstance(code, Code)
    assert side == ground.width == code.side >= codes.SIDE
    assert sheet.page_url in figure.text


def test_the_matrix_is_square_and_holds_zeros_and_ones() -> None:
    rows = codes.matrix("https://polizei.example/f/m7k4", "q")
    assert rows is not None
    assert {len(row) for row in rows} == {len(rows)}
    assert {cell for row in rows for cell in row} == {0, 1}
