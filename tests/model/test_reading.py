import unicodedata

import pytest

from fahndung.model.reading import letters


@pytest.mark.parametrize(
    "set_otherwise",
    [
        "Straßen- bahn, Größe 12",
        "STRASSENBAHN GRÖSSE 12",
        unicodedata.normalize("NFD", "Straßenbahn – Größe: 12"),
        "Straßen\u00adbahn\u00a0Größe\n12",
    ],
)
def test_settings_of_one_sentence_have_the_same_letters(set_otherwise: str) -> None:
    assert letters(set_otherwise) == letters("Straßenbahn Größe 12")


def test_another_sentence_has_others_and_signs_have_none() -> None:
    assert letters("Straßenbahn 12") != letters("Straßenbahn 13")
    assert letters(" –.,/ ") == ""
