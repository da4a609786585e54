import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.texts.typography import polish

TOKENS = st.sampled_from(
    [
        *"abzÄß019 .-–—„“”\"'‚‘’/:()+@§…\n\u00a0",
        "'Zug'",
        "‘Zug’",
        "'ne ",
        "z. B.",
        "d.h.",
        "...",
        "....",
        " - ",
        " -- ",
        "14. März",
        "16:30 Uhr",
        "§ 131b",
        "§131",
        "Az. 512/26/174411",
        "304 Js 1234/26",
        "040 66969-123",
        "+49 40 66969-123",
        "https://a.example/x-y...z",
        "a@b.example",
        "180 cm",
        "5 €",
        "Notruf 110",
        "u\u0308",
        " ",
    ]
)
TEXTS = st.lists(TOKENS, max_size=14).map("".join) | st.text(max_size=40)


def letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFC", text) if sign.isalnum())


@given(TEXTS)
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = polish(text)
    assert polish(once) == once


@given(TEXTS)
def test_no_letter_and_no_digit_is_changed(text: str) -> None:
    assert letters(polish(text)) == letters(text)


@given(TEXTS)
def test_the_result_is_in_normal_form(text: str) -> None:
    assert unicodedata.is_normalized("NFC", polish(text))


@pytest.mark.parametrize(
    ("rough", "fine"),
    [
        ("z.B. heute", "z.~B. heute"),
        ("Z. B. heute", "Z.~B. heute"),
        ("i.d.R. abends", "i.~d.~R. abends"),
        ("d. h. morgen", "d.~h. morgen"),
        ("am 14. März 2031", "am 14.~März 2031"),
        ("um 16:30 Uhr", "um 16:30~Uhr"),
        ("§ 131b und §§ 131a, 131c", "§~131b und §§~131a, 131c"),
        ("§249 StGB", "§~249 StGB"),
        ("Az. 512/26/174411", "Az.~512/26/174411"),
        ("Nr. 5, Abs. 2", "Nr.~5, Abs.~2"),
        ("etwa 180 cm und 80 kg", "etwa 180~cm und 80~kg"),
        ("1,65 m groß", "1,65~m groß"),
        ("5.000 € oder 20 %", "5.000~€ oder 20~%"),
        ("Notruf 110", "Notruf~110"),
        ("gestern - heute -- morgen — bald", "gestern – heute – morgen – bald"),
        ('Der "Zug" fuhr', "Der „Zug“ fuhr"),
        ('("Zug")', "(„Zug“)"),
        ("Der “Zug” fuhr", "Der „Zug“ fuhr"),
        ('Der „Zug" fuhr', "Der „Zug“ fuhr"),
        ("und so weiter...", "und so weiter…"),
        ("Der 'Zug' fuhr", "Der ‚Zug‘ fuhr"),
        ("Der ‘Zug’ fuhr", "Der ‚Zug‘ fuhr"),
        ("Er rief: „Halt, 'Polizei'!“", "Er rief: „Halt, ‚Polizei‘!“"),
        ("Mu\u0308ller", "Müller"),
    ],
)
def test_german_spacing_quotes_and_dashes(rough: str, fine: str) -> None:
    assert polish(rough) == fine.replace("~", "\u00a0")


@pytest.mark.parametrize(
    "untouched",
    [
        "https://polizei.example/a-b...c?x=%22y%22",
        "hinweise@polizei.example",
        "040 66969-123",
        "+49 40 66969-123",
        "0351 / 66969 - 123",
        "512/26/174411",
        "304 Js 1234/26",
        'Monitor mit 24" Diagonale',
        "Musterstadt-Nord",
        "....",
        "14. mal",
        "180 cmx",
        "„Zug“ und „Bus“",
        "‚Zug‘ und ‚Bus‘",
        "Hans' Rad und Max' Tasche",
        "'ne Kneipe in Hans' Straße",
        "Wie geht's? Geht's gut?",
    ],
)
def test_numbers_addresses_and_the_rest_stay(untouched: str) -> None:
    assert polish(untouched) == untouched


def test_other_languages_are_only_normalised() -> None:
    assert polish('mu\u0308 "a" - 5 cm', "hsb") == 'mü "a" - 5 cm'
