"""What runs from left to right inside Arabic and Persian lines."""

import bidi as peer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.posters import bidi
from fahndung.posters.bidi import LRI, PDI

CASES = [
    "اتصل على [040 66969-123] الآن",
    "الهاتف: [(040) 66969-123].",
    "[040 / 66969-123] أو [+49 40 66969-123]",
    "[040 – 66969-123] أو ([040 66969-123]",
    "اللوحة [L-AB 1234]، التاريخ [21.11.2026]، [08:00]",
    "من [08:00] – [10:00] في [1.11.2026] – [5.11.2026]",
    "من [08:00]–[10:00] أو [1.11.2026]–[5.11.2026]، عمره [20–25]",
    "[21. 11. 2026] أو [+49 (0)40 66969-123] أو العدد [13]. [040 66969-123]",
    "مقاس [30 x 40 cm] عند [51.3397° N, 12.3731° E] ملف [3 UJs 12/26]",
    "عمره [20 – 25] سنة",
    "الموقع [https://polizei.example/f/m7k4/] أو [hinweise@polizei.example].",
    "مرجع [512/26/174411] وفق [§ 131b StPO]",
    "في [Musterplatz 1, 01234 Musterstadt].",
    "كتاب [„Audi Quattro“] ([Audi A4]، أحمر) [(blau)]",
    "نسبة [50%] و[50]٪ و [-5] و محطة-[5]",
    "هاتف [٠٤٠ ٦٦٩٦٩-١٢٣]",
    "تلفن [۰۴۰ ۶۶۹۶۹-۱۲۳] می‌خواهم",
    "يوم [20. November 2026] خط [9 15:30 Uhr]",
    "أصدر [3], [5] و [7]",
    "Polizeidirektion Musterstadt, 040 66969-123",
    "محمد",
    "",
]
TEXTS = st.text("ابمح يA-Z1290٣۴ .,:;()[]«»„“/-–+%§@،؟ٌ\u00a0", max_size=40)


def without_isolates(text: str) -> str:
    return text.replace(LRI, "").replace(PDI, "")


def seen(line: str) -> str:
    """The characters of a directed line from left to right."""
    pieces = [piece.text[::-1] if piece.leftwards else piece.text for piece in reversed(bidi.segments(line))]
    return "".join(pieces)


def judged(line: str) -> str:
    """The same by another implementation of the whole algorithm; overrides because our isolates have one direction."""
    told = line.replace(LRI, LRI + "\u202d").replace(PDI, "\u202c" + PDI)
    drawn = peer.get_display(told, base_dir="R")
    return "".join(char for char in drawn if char not in f"{LRI}{PDI}\u202c\u202d")


@pytest.mark.parametrize("shown", CASES)
def test_each_expression_that_runs_from_left_to_right_is_one_piece(shown: str) -> None:
    wanted = shown.replace("[", LRI).replace("]", PDI)
    text = without_isolates(wanted)
    assert bidi.directed(text) == wanted


@given(TEXTS)
def test_isolates_change_no_text_and_are_added_once(text: str) -> None:
    directed = bidi.directed(text)
    assert without_isolates(directed) == text
    assert bidi.directed(directed) == directed
    assert directed.count(LRI) == directed.count(PDI)


@given(TEXTS.filter(bidi.is_directed))
def test_the_order_is_that_of_the_unicode_algorithm(text: str) -> None:
    line = bidi.directed(text)
    assert seen(line) == judged(line)


@pytest.mark.parametrize("number", ["040 66969-123", "(040) 66969-123", "L-AB 1234", "21.11.2026", "512/26/174411"])
@pytest.mark.parametrize("frame", ["اتصل {}", "{} اتصل", "رقم {}، أو {}.", "({}) لا", "«{}» لا"])
def test_numbers_are_read_as_they_are_written(number: str, frame: str) -> None:
    text = frame.format(number, number)
    assert seen(text).count(number) == text.count(number)


def test_without_isolates_the_algorithm_turns_a_phone_number_round() -> None:
    assert "123-66969 040" in peer.get_display("اتصل 040 66969-123", base_dir="R")


@given(TEXTS.filter(bidi.is_directed), st.data())
def test_a_break_changes_no_direction(text: str, data: st.DataObject) -> None:
    """Each character has the same direction in its line as in the whole text."""
    words = bidi.directed(" ".join(text.split())).split(" ")
    breaks = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    lines: list[str] = []
    for word, breaks_before in zip(words, breaks, strict=True):
        if lines and not breaks_before:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    parted = [piece for line in bidi.sealed(tuple(lines)) for piece in directions(line)]
    assert parted == [piece for piece in directions(" ".join(words)) if piece[0] != " "]


def directions(line: str) -> list[tuple[str, bool]]:
    if not bidi.is_directed(line):
        return [(char, False) for char in line if char != " "]
    return [(char, piece.leftwards) for piece in bidi.segments(line) for char in piece.text if char != " "]


def test_a_line_without_a_letter_of_its_own_keeps_the_direction_of_its_text() -> None:
    lines = bidi.sealed((f"في {LRI}Musterstadt", f"Nord{PDI}."))
    assert lines == (f"في {LRI}Musterstadt{PDI}", f"{LRI}Nord{PDI}.")
    assert seen(lines[1]) == ".Nord"


def test_a_line_of_signs_alone_keeps_the_direction_of_its_text() -> None:
    lines = bidi.sealed(("هنا", ").", ""))
    assert bidi.is_directed(lines[1])
    assert seen(lines[1]) == ".)"
    assert bidi.plain(lines[1]) == ")."


def test_texts_that_run_from_left_to_right_stay_as_they_are() -> None:
    assert bidi.sealed(("Nord", "-", "Süd")) == ("Nord", "-", "Süd")


def test_an_empty_line_stays_empty() -> None:
    assert bidi.sealed(("", f"{LRI}ab", "", f"cd{PDI} ب")) == ("", f"{LRI}ab{PDI}", "", f"{LRI}cd{PDI} ب")
