"""QR codes against another encoder: the same modules, whatever the length of the address."""

import random

import pytest
import segno

from fahndung.posters import encoding


@pytest.mark.peers
@pytest.mark.parametrize("level", ["m", "q"])
def test_a_code_is_module_for_module_that_of_another_encoder(level: str) -> None:
    dice = random.Random(1)
    for length in range(9, 125):
        address = "https://" + "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789-./?&=#", k=length - 8))
        other = segno.make_qr(address, error=level, boost_error=False)
        expected = tuple(bytes(row) for row in other.matrix) if other.version <= encoding.MOST_VERSION else None
        assert encoding.matrix(address, level) == expected


def test_what_needs_more_than_version_7_has_no_code() -> None:
    assert encoding.matrix("a" * 122, "m") is not None
    assert encoding.matrix("a" * 123, "m") is None
    assert encoding.matrix("a" * 86, "q") is not None
    assert encoding.matrix("a" * 87, "q") is None


def test_capitals_are_bytes_too() -> None:
    other = segno.make_qr("HTTPS://A", error="q", mode="byte", boost_error=False)
    assert encoding.matrix("HTTPS://A", "q") == tuple(bytes(row) for row in other.matrix)
