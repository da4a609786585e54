import re
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.texts import lint, typography
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
        "5kg",
        "14:30Uhr",
        "3x4",
        "%",
        "«",
        "»",
        " w ",
        " в ",
        "№ 5",
        "27 Ekim",
        "DD-AB 123",
        " ",
    ]
)
TEXTS = st.lists(TOKENS, max_size=14).map("".join) | st.text(max_size=40)


LANGUAGES = st.sampled_from(["de", "en", "pl", "cs", "hsb", "uk", "ru", "tr", "ar", "fa"])
KEPT = st.sampled_from(
    [
        "040 66969-123",
        "+49 40 66969-123",
        "0351 / 66969 - 123",
        "https://a.example/x-y...z?q=3x4&u=5kg",
        "a@b.example",
        "DD-AB 123",
        "C-X 5E",
        "304 Js 1234/26",
        "512/26/174411",
    ]
)


def letters(text: str) -> str:
    """Letters and digits; an x between two numbers may become the sign of a product."""
    composed = re.sub(r"(?<=\d)[ \u00a0]?[x×][ \u00a0]?(?=\d)", "", unicodedata.normalize("NFC", text))
    return "".join(sign for sign in composed if sign.isalnum())


@given(TEXTS, LANGUAGES)
def test_a_second_pass_changes_nothing(text: str, lang: str) -> None:
    once = polish(text, lang)
    assert polish(once, lang) == once


@given(TEXTS, LANGUAGES)
def test_no_letter_and_no_digit_is_changed(text: str, lang: str) -> None:
    assert letters(polish(text, lang)) == letters(text)


@given(TEXTS, KEPT, TEXTS, LANGUAGES)
def test_numbers_addresses_and_plates_stand_as_they_were_written(before: str, kept: str, after: str, lang: str) -> None:
    assert kept in polish(f"{before}\n{kept}\n{after}", lang)


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
        ("5kg und 180cm", "5~kg und 180~cm"),
        ("1,65m groß", "1,65~m groß"),
        ("um 14:30Uhr", "um 14:30~Uhr"),
        ("20% oder 5.000€", "20~% oder 5.000~€"),
        ("ein Bild von 3x4 cm", "ein Bild von 3~×~4~cm"),
        ("3x40%", "3~×~40~%"),
        ("2 x 3,5 x 4", "2~×~3,5~×~4"),
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
        "Lindenstraße 5g und 5l, Haus 12m",
        "ein Geländewagen 4x4",
        "Seriennummer 3x4B2 und A5kg",
        "ein 5kg-Paket",
        "DD-AB 123",
    ],
)
def test_numbers_addresses_and_the_rest_stay(untouched: str) -> None:
    assert polish(untouched) == untouched


@pytest.mark.parametrize(
    ("lang", "rough", "fine"),
    [
        ("en", 'The "train" left on 27 October', "The “train” left on 27~October"),
        ("en", "Seen on 12 Nov 2026 at 5 Maystreet", "Seen on 12~Nov 2026 at 5 Maystreet"),
        ("en", "It's the dog's, 20% of 180cm", "It's the dog's, 20% of 180~cm"),
        ("pl", 'Napis "Stop" w Musterstadt, 27 października', "Napis „Stop” w~Musterstadt, 27~października"),
        ("pl", "Napis „Stop“ przy ul. 3 Maja", "Napis „Stop” przy ul.~3 Maja"),
        ("pl", "art. 5 i nr 7, godz. 16:10", "art.~5 i~nr~7, godz.~16:10"),
        ("cs", 'Nápis "Stop" v obchodě 27. října, § 255', "Nápis „Stop“ v~obchodě 27.~října, §~255"),
        ("hsb", 'Napis "Stop" 27. oktobra, § 255, 180cm', "Napis „Stop“ 27.~oktobra, §~255, 180~cm"),
        ("uk", 'Напис "Стоп" в Мустерштадті, 27 жовтня', "Напис «Стоп» в~Мустерштадті, 27~жовтня"),
        ("uk", "п'ять осіб, № 5, 180 см", "п'ять осіб, №~5, 180~см"),
        ("ru", 'Надпись "Стоп" - 27 октября, 180см', "Надпись «Стоп»~— 27~октября, 180~см"),
        ("tr", '"Dur" yazısı, 27 Ekim saat 20:45, Maren\'i', "“Dur” yazısı, 27~Ekim saat~20:45, Maren'i"),
        ("tr", "Alman Ceza Kanunu § 255", "Alman Ceza Kanunu §~255"),
        ("fa", 'نوشتهٔ "ایست" ساعت 20', "نوشتهٔ «ایست» ساعت~20"),
        ("ar", 'كلمة "قف" رقم 5', "كلمة ”قف“ رقم~5"),
        ("ar", "70كغم و175 سم", "70~كغم و175~سم"),
        ("uk", "20%, 5 % і 5л у 2026р. – без змін", "20%, 5~% і~5л у~2026~р. – без змін"),
        ("ru", "20%, 5 %", "20~%, 5~%"),
        ("pl", "20%, 60km/godz. — bez zmian - tu", "20%, 60~km/godz. — bez zmian – tu"),
        ("en", "a reward of €5,000 or 5,000€", "a reward of €5,000 or 5,000€"),
        ("tr", "saatte 60km/sa, %20", "saatte 60~km/sa, %20"),
        ("xx", 'mu\u0308 "a" - 5 cm', 'mü "a" - 5 cm'),
    ],
)
def test_each_language_is_set_by_its_own_rules(lang: str, rough: str, fine: str) -> None:
    assert polish(rough, lang) == fine.replace("~", "\u00a0")


def test_only_rules_that_a_text_could_meet_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_ = re.compile

    def noted(pattern: str) -> re.Pattern[str]:
        compiled.append(pattern)
        return compile_(pattern)

    typography._rules.cache_clear()
    monkeypatch.setattr(re, "compile", noted)
    polish("Lina kam nicht nach Hause")
    few = len(compiled)
    assert few <= 7
    assert polish("Sie trug z. B. „Mützen") == "Sie trug z.\u00a0B. „Mützen"
    assert len(compiled) == few + 2


@pytest.mark.parametrize(
    ("work", "piece"),
    [(typography.polish, "a"), (typography.polish, "a@"), (typography.polish, "7"), (lint.sentences, "A. ")],
)
def test_the_time_grows_with_the_length_of_a_text_and_not_with_its_square(
    work: Callable[[str], object], piece: str
) -> None:
    """Four times the text takes four times as long; the square would take sixteen times."""

    def taken(times: int) -> float:
        start = time.process_time()
        work(piece * (times // len(piece)))
        return time.process_time() - start

    taken(100)
    short = max(min(taken(4_000) for _ in range(3)), 1e-4)
    assert min(taken(16_000) for _ in range(3)) < 9 * short
