"""Arabic and Persian lines as glyphs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.posters import bidi, fonts, shaping
from fahndung.posters.marks import Weight
from fahndung.posters.setting import Setter

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئءپچژگکی"
MARKS = "ًٌٍَُِّْ"
WORDS = st.lists(
    st.one_of(
        st.text(LETTERS + MARKS, min_size=1, max_size=7).filter(lambda word: word[0] in LETTERS),
        st.sampled_from(
            [
                "040",
                "66969-123",
                "L-AB",
                "1234",
                "Musterstadt-Mitte",
                "polizei.example/f/m7k4/",
                "(لا)",
                "می‌خواهم",
                "۱۲٫۵",
                "50%",
                "–",
            ]
        ),
    ),
    min_size=1,
    max_size=9,
)


def lines(words: list[str]) -> str:
    return bidi.directed(fonts.settled(" ".join(["شرطة", *words])))


@given(WORDS, st.sampled_from(Weight))
def test_every_character_is_drawn_exactly_once_and_in_its_order(words: list[str], weight: Weight) -> None:
    line = lines(words)
    drawn = [
        "".join(glyph.text for glyph in (reversed(run.glyphs) if run.leftwards else run.glyphs))
        for run in shaping.shaped(line, weight).runs
    ]
    assert unicodedata.normalize("NFC", "".join(drawn)) == bidi.plain(line)
    assert all(glyph.text for run in shaping.shaped(line, weight).runs for glyph in run.glyphs)


@pytest.mark.peers
@given(WORDS, st.sampled_from(Weight), st.integers(8, 30))
def test_no_line_is_wider_than_its_column_and_no_word_is_lost(words: list[str], weight: Weight, width: int) -> None:
    text = bidi.plain(lines(words))
    setter = Setter(language="ar", hyphenate=False)
    for made in (
        setter.lines(text, weight=weight, size=1, width=width, field="f"),
        setter.balanced(text, weight=weight, size=1, width=width, field="f"),
    ):
        assert [bidi.plain(line) for line in made] == lines_of(text, made)
        assert all(setter.width(line, weight, 1) <= width + 1e-9 for line in made)
        assert all(line.count(bidi.LRI) == line.count(bidi.PDI) for line in made)


def lines_of(text: str, made: tuple[str, ...]) -> list[str]:
    """The text cut where the lines end, each cut at a space or after a sign at which words may be broken."""
    cut = []
    for line in made:
        head = text[: len(bidi.plain(line))]
        cut.append(head)
        text = text[len(head) :]
        assert not text or text.startswith(" ") or head[-1] in "-/.", head
        text = text.removeprefix(" ")
    assert not text
    return cut


@given(WORDS, st.sampled_from(Weight))
def test_a_line_is_as_wide_as_its_words_and_spaces(words: list[str], weight: Weight) -> None:
    line = lines(words)
    apart = sum(fonts.em_width(word, weight) for word in bidi.sealed(tuple(line.split(" "))))
    assert fonts.em_width(line, weight) == pytest.approx(apart + line.count(" ") * fonts.em_width(" ", weight))


def advance(glyph: shaping.Glyph, weight: Weight) -> float:
    """How far the pen moves after it, in em, by the typeface alone; not at all after a mark."""
    face, font = shaping._face(weight)
    return 0.0 if glyph.text == bidi.ZWNJ else font.get_glyph_h_advance(glyph.id) / face.upem


@given(WORDS)
def test_glyphs_stand_from_left_to_right_and_fill_the_line(words: list[str]) -> None:
    shaped = shaping.shaped(lines(words), Weight.BOLD)
    glyphs = [glyph for run in reversed(shaped.runs) for glyph in run.glyphs]
    letters = [glyph for glyph in glyphs if advance(glyph, Weight.BOLD)]
    lefts = [glyph.x for glyph in letters]
    assert lefts == sorted(lefts)
    assert lefts[0] == pytest.approx(0.0, abs=0.1)
    assert lefts[-1] + advance(letters[-1], Weight.BOLD) == pytest.approx(shaped.width, abs=0.2)


@given(st.text("AVTo.-/:@fil0196ß„“ ", min_size=1, max_size=20), st.sampled_from(Weight))
def test_what_runs_from_left_to_right_is_as_wide_as_on_other_posters(text: str, weight: Weight) -> None:
    line = bidi.LRI + text + bidi.PDI
    assert fonts.em_width(line, weight) == pytest.approx(fonts.em_width(text, weight))


def test_letters_are_joined_and_ligatures_know_their_letters() -> None:
    apart = {glyph.id for letter in "محد" for run in shaping.shaped(letter, Weight.BOLD).runs for glyph in run.glyphs}
    (run,) = shaping.shaped("محمد", Weight.BOLD).runs
    assert apart.isdisjoint(glyph.id for glyph in run.glyphs)
    (run,) = shaping.shaped("لا", Weight.BOLD).runs
    assert [glyph.text for glyph in run.glyphs] == ["لا"]


def test_letters_that_must_stay_apart_do() -> None:
    (joined,) = shaping.shaped("میخواهم", Weight.REGULAR).runs
    (apart,) = shaping.shaped("می‌خواهم", Weight.REGULAR).runs
    assert {glyph.id for glyph in joined.glyphs} != {glyph.id for glyph in apart.glyphs}
    (place,) = (i for i, glyph in enumerate(apart.glyphs) if glyph.text == bidi.ZWNJ)
    assert apart.glyphs[place].x == apart.glyphs[place + 1].x


def test_brackets_open_towards_the_text() -> None:
    (run,) = shaping.shaped("(لا)", Weight.REGULAR).runs
    (plain,) = shaping.shaped(f"{bidi.LRI}(){bidi.PDI}", Weight.REGULAR).runs
    assert run.glyphs[0].id == plain.glyphs[0].id
    assert run.glyphs[-1].id == plain.glyphs[-1].id


def test_a_character_without_a_glyph_is_noticed() -> None:
    assert shaping.has_all("محمد 040")
    assert not shaping.has_all("محمد\u063d")


@pytest.mark.peers
@pytest.mark.parametrize("weight", list(Weight))
def test_no_letter_reaches_further_than_the_room_that_lines_leave(weight: Weight) -> None:
    face, font = shaping._face(weight)
    texts = [text for one in LETTERS for other in LETTERS for text in (one + other, f"{one}{other}َ", f"{one}{other}ِ")]
    high = low = 0.0
    for text in texts:
        for run in shaping.shaped(text, weight).runs:
            for glyph in run.glyphs:
                box = font.get_glyph_extents(glyph.id)
                up = glyph.y * face.upem
                low = min(low, up + box.y_bearing + box.height)
                if advance(glyph, weight):
                    high = max(high, up + box.y_bearing)
    assert high / face.upem <= fonts.ARABIC_RISE
    assert -low / face.upem <= fonts.ARABIC_FALL
