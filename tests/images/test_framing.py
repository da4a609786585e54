import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fahndung.images import framing, marking, redaction
from fahndung.images.framing import Picture
from fahndung.model.image import Box

from .originals import scene

WORDS = "ZEUGE – NICHT BESCHULDIGTER"
CARD = (1200, 630)
GROUND = (235, 235, 235)


def plain(width: int, height: int, colour: tuple[int, int, int] = (0, 90, 0)) -> Picture:
    return Picture(pixels=Image.new("RGB", (width, height), colour))


def test_a_picture_without_words_gets_no_band() -> None:
    picture = plain(100, 80)
    assert framing.banded(picture, None, 2048) is picture


@pytest.mark.parametrize("width", [2048, 1200, 400, 300, 150])
def test_the_band_adds_canvas_and_covers_nothing(width: int) -> None:
    picture = Picture(pixels=scene(width, width // 2))
    banded = framing.banded(picture, WORDS, 2048)
    assert banded.pixels.width == width
    assert banded.pixels.height > width // 2
    assert banded.pixels.crop((0, 0, width, width // 2)).tobytes() == picture.pixels.tobytes()


@pytest.mark.parametrize("width", [2048, 400, 120])
def test_the_words_are_white_on_black_and_cut_nowhere(width: int) -> None:
    band = marking.band(WORDS, width).convert("L")
    ink = band.point(lambda level: 255 if level > 128 else 0).getbbox()
    assert ink
    assert ink[0] > 0
    assert ink[1] > 0
    assert ink[2] < band.width
    assert ink[3] < band.height
    assert ink[2] - ink[0] > band.width * 0.4


def test_long_words_break_into_lines_and_widen_a_very_narrow_picture() -> None:
    assert marking.band(WORDS, 120).width == 120
    assert marking.band(WORDS, 120).height > marking.band("ZEUGE", 120).height * 1.5
    assert marking.band(WORDS, 10).width > 80
    narrow = framing.banded(plain(10, 300), WORDS, 400)
    middle = narrow.pixels.width // 2
    assert [narrow.pixels.getpixel((x, 100)) for x in (2, middle, narrow.pixels.width - 3)] == [
        (0, 0, 0), (0, 90, 0), (0, 0, 0),
    ]  # fmt: skip


def test_a_long_word_is_written_smaller_before_the_canvas_grows() -> None:
    word = "Unbeteiligtenkennzeichnungspflichtenübersicht"
    assert marking.band(word, 480).width == 480
    assert marking.band(word, 480).height < marking.band("Zeuge", 480).height


def test_words_that_are_empty_give_an_empty_band() -> None:
    assert marking.band("", 100).getcolors() == [(100 * marking.band("", 100).height, (0, 0, 0))]


@pytest.mark.parametrize("size", [(1536, 2048), (400, 2048), (30, 2048), (2048, 2048), (2048, 30)])
@pytest.mark.parametrize("longest", [2048, 400])
def test_picture_and_band_together_stay_within_the_longer_side(size: tuple[int, int], longest: int) -> None:
    region = Box(x=0, y=0, width=8, height=8)
    pixels = Image.new("RGB", size)
    redaction.fill(pixels, [region])
    banded = framing.banded(framing.shrunk(Picture(pixels=pixels, regions=(region,)), longest), WORDS, longest)
    assert banded.pixels.height <= longest
    assert banded.pixels.width <= longest
    assert redaction.is_filled(banded.pixels, banded.regions)
    assert banded.regions


def test_shrinking_never_enlarges() -> None:
    picture = plain(100, 80)
    assert framing.shrunk(picture, 400) is picture
    assert framing.shrunk(picture, 50).pixels.size == (50, 40)


def test_a_card_is_filled_where_at_most_a_quarter_is_lost() -> None:
    card = framing.card(plain(1200, 700), CARD, focus=None, marker=None)
    assert card.pixels.getcolors() == [(1200 * 630, (0, 90, 0))]


@pytest.mark.parametrize("size", [(600, 800), (3000, 400), (640, 480)])
def test_a_card_shows_the_whole_picture_where_more_would_be_lost(size: tuple[int, int]) -> None:
    pixels = Image.new("RGB", size, (0, 90, 0))
    for x, y in ((0, 0), (size[0] - 40, 0), (0, size[1] - 40), (size[0] - 40, size[1] - 40)):
        pixels.paste((200, 0, 0), (x, y, x + 40, y + 40))
    card = framing.card(Picture(pixels=pixels), CARD, focus=None, marker=None).pixels
    assert card.size == CARD
    assert card.getpixel((0, 0)) == GROUND or card.getpixel((600, 0)) == GROUND
    reds = sum(1 for y in range(0, 630, 2) for x in range(0, 1200, 2) if card.getpixel((x, y)) == (200, 0, 0))
    share = min(1200 / size[0], 630 / size[1])
    assert reds == pytest.approx(4 * (40 * share / 2) ** 2, rel=0.35)


def test_a_card_of_a_witness_keeps_its_size_and_carries_the_words_below_the_picture() -> None:
    card = framing.card(plain(1200, 630), CARD, focus=None, marker=WORDS).pixels
    assert card.size == CARD
    band = marking.band(WORDS, 1200)
    assert card.crop((0, 630 - band.height, 1200, 630)).tobytes() == band.tobytes()
    assert card.getpixel((600, 630 - band.height - 2)) == (0, 90, 0)


@pytest.mark.peers
@settings(max_examples=60, deadline=None)
@given(width=st.integers(20, 300), height=st.integers(20, 300), data=st.data())
def test_the_focus_is_never_cut(width: int, height: int, data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    focus = Box(
        x=left,
        y=top,
        width=data.draw(st.integers(1, width - left)),
        height=data.draw(st.integers(1, height - top)),
    )
    window = framing._window((width, height), (120, 63), focus, [])
    if window is not None:
        assert redaction.overlap(focus, window) == focus
        assert redaction.overlap(window, Box(x=0, y=0, width=width, height=height)) == window
        assert window.width / window.height == pytest.approx(120 / 63, abs=3 / min(window.width, window.height) + 0.1)
    else:
        share = min(width / 120, height / 63)
        assert focus.width > round(120 * share) - 1 or focus.height > round(63 * share) - 1


@pytest.mark.peers
@settings(max_examples=150, deadline=None)
@given(size=st.tuples(st.integers(20, 300), st.integers(20, 300)), data=st.data())
def test_no_edge_of_the_card_goes_through_a_face_and_it_is_cut_wherever_that_can_be(
    size: tuple[int, int], data: st.DataObject
) -> None:
    width, height = size
    boxes = st.builds(
        lambda x, y, w, h: Box(x=x, y=y, width=min(w, width - x), height=min(h, height - y)),
        *(st.integers(0, side - 1) for side in size),
        *(st.integers(1, 60), st.integers(1, 60)),
    )
    focus, faces = data.draw(boxes), data.draw(st.lists(boxes, max_size=4))
    window = framing._window(size, (120, 63), focus, faces)
    free = framing._window(size, (120, 63), focus, [])
    if window is not None:
        assert redaction.overlap(focus, window) == focus
        assert all(redaction.overlap(face, window) in {None, face} for face in faces)
        assert free is not None
        assert (window.width, window.height) == (free.width, free.height)
    elif free is not None:
        for left in range(width - free.width + 1):  # tried one by one: nowhere is one that would do
            for top in range(height - free.height + 1):
                tried = Box(x=left, y=top, width=free.width, height=free.height)
                cut = [face for face in faces if redaction.overlap(face, tried) not in {None, face}]
                assert cut or redaction.overlap(focus, tried) != focus


def test_the_card_shows_the_part_around_the_focus() -> None:
    pixels = Image.new("RGB", (600, 1200), (0, 90, 0))
    pixels.paste((200, 0, 0), (250, 1000, 350, 1100))
    focus = Box(x=250, y=1000, width=100, height=100)
    card = framing.card(Picture(pixels=pixels), CARD, focus=focus, marker=None).pixels
    assert card.getpixel((600, 315)) == (200, 0, 0)
    assert card.getpixel((0, 0)) == (0, 90, 0)


def test_a_focus_that_does_not_fit_shows_the_whole_picture() -> None:
    focus = Box(x=0, y=0, width=600, height=1200)
    card = framing.card(plain(600, 1200), CARD, focus=focus, marker=None).pixels
    assert card.getpixel((0, 0)) == GROUND
    assert card.getpixel((600, 0)) == card.getpixel((600, 629)) == (0, 90, 0)


@pytest.mark.parametrize("focus", [None, Box(x=300, y=100, width=50, height=50)])
@pytest.mark.parametrize("size", [(640, 480), (700, 400), (200, 600)])
def test_regions_follow_the_picture_onto_the_card(size: tuple[int, int], focus: Box | None) -> None:
    region = Box(x=100, y=90, width=37, height=41)
    pixels = scene(*size)
    pixels.paste((128, 128, 128), redaction.edges(region))
    card = framing.card(
        Picture(pixels=pixels, regions=(region,)),
        CARD,
        focus=redaction.overlap(focus, Box(x=0, y=0, width=size[0], height=size[1])) if focus else None,
        marker=None,
    )
    assert card.regions
    assert redaction.is_filled(card.pixels, card.regions)
