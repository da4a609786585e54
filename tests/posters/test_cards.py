"""Cards: role and address, never a face or a name on the neutral ones; nothing outside, nothing over something else."""

import dataclasses
import hashlib
import itertools
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from fahndung.errors import NotPublishable
from fahndung.model.raster import Raster
from fahndung.model.sheet import Sheet
from fahndung.posters import cardlayout, fonts, palette
from fahndung.posters.cardlayout import Card
from fahndung.posters.cards import SIZES, Shape, alt, neutral, portrait, rooms
from fahndung.posters.marks import Area, Line
from tests.posters import build

KINDS = {
    "missing": build.sheet(),
    "witness": build.witness(),
    "objects": build.objects(),
    "dead": build.dead(),
    "convict": build.convict(),
    "suspect": build.suspect(1),
    "long": dataclasses.replace(build.witness(), band="Unbekannte hilflose Person gefunden"),
    "english": build.sheet(lang="en"),
}
NARROW = 24
"""px: the least between a text and the edge of its part."""


def picture(raster: Raster) -> Image.Image:
    return Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)


def planned(sheet: Sheet) -> list[Card]:
    made = [cardlayout.neutral(sheet, shape) for shape in Shape]
    for shape, foot in itertools.product(Shape, (0, 91)):
        fitting = []
        for room in rooms(sheet, shape, foot):
            try:
                fitting.append(cardlayout.portrait(sheet, shape, room, foot))
            except NotPublishable:
                continue
        assert fitting or foot, f"no room of {shape} leaves enough for the texts"
        made += fitting
    return made


def frame(line: Line) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what is drawn."""
    return line.x, line.y - line.size * fonts.CAP_HEIGHT, line.x + line.width, line.y + line.size * fonts.DESCENT


def within(line: Line, area: Area, by: float) -> bool:
    left, top, right, bottom = frame(line)
    return (
        area.x + by <= left and right <= area.x + area.width - by and area.y <= top and bottom <= area.y + area.height
    )


def assert_stands(card: Card) -> None:
    for one, other in itertools.combinations(card.lines, 2):
        (a, b, c, d), (e, f, g, h) = frame(one), frame(other)
        assert c <= e or g <= a or d <= f or h <= b, f"{one.text} lies over {other.text}"
    for line in card.lines:
        left, top, right, bottom = frame(line)
        assert left >= 36
        assert right <= card.width - 36
        assert top >= 36
        assert bottom <= card.height - 24
        grounds = [area for area in card.areas if within(line, area, 0)]
        assert grounds, f"{line.text} crosses the edge of its part"
        assert palette.contrast(line.color, grounds[-1].color) >= 4.5, line.text
        if card.room is not None:
            room = card.room
            assert right <= room.x or left >= room.x + room.width or top >= room.y + room.height
        assert line.size >= 20


@pytest.mark.parametrize("sheet", KINDS.values(), ids=KINDS)
def test_texts_stand_apart_inside_their_parts_and_can_be_read(sheet: Sheet) -> None:
    for card in planned(sheet):
        assert_stands(card)
        said = " ".join(line.text for line in card.lines).replace("\u2011", "-").replace("\u00a0", " ")
        assert sheet.stand.replace("\u00a0", " ") in said
        assert " ".join(sheet.authority.split()) in said
        assert (card.room is not None or sheet.marker is None) or sheet.marker.replace("\u00a0", " ") in said


def stood_or_refused(made: Callable[[], Card]) -> Card | NotPublishable:
    try:
        return made()
    except NotPublishable as refusal:
        return refusal


words = st.text(st.characters(codec="latin-1", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=24)


@pytest.mark.peers
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_text_stands_or_is_refused_by_its_field(data: st.DataObject) -> None:
    texts = {
        name: " ".join(data.draw(st.lists(words, min_size=1, max_size=most)))
        for name, most in {"band": 5, "authority": 9, "tip_sentence": 25, "warning": 25, "innocence": 30}.items()
    }
    sheet = build.sheet(**texts, questions=(texts["tip_sentence"],), marker=texts["band"])
    shape = data.draw(st.sampled_from(Shape))
    room = data.draw(st.sampled_from(rooms(sheet, shape)))
    for made in (lambda: cardlayout.neutral(sheet, shape), lambda: cardlayout.portrait(sheet, shape, room)):
        card = stood_or_refused(made)
        if isinstance(card, Card):
            assert_stands(card)
        else:
            assert card.problems[0].field


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("name", ["missing", "convict", "long"])
def test_what_is_drawn_keeps_free_of_the_edges(name: str, shape: Shape) -> None:
    sheet = KINDS[name]
    raster = neutral(sheet, shape)
    assert (raster.width, raster.height) == SIZES[shape]
    image = picture(raster)
    room = rooms(sheet, shape)[-1]
    grey = Raster(width=room.width, height=room.height, rgb=bytes([120, 120, 120]) * (room.width * room.height))
    with_grey = picture(portrait(sheet, grey, shape, room))
    colors = {palette.rgb(palette.band(sheet.category)), palette.rgb(palette.WHITE), (120, 120, 120)}
    for drawn in (image, with_grey):
        width, height = drawn.size
        strips = [
            (0, 0, width, NARROW),
            (0, height - NARROW, width, height),
            (0, 0, NARROW, height),
            (width - NARROW, 0, width, height),
        ]
        for strip in strips:
            assert {color for _, color in drawn.crop(strip).getcolors() or []} <= colors
    assert with_grey.crop((room.x, room.y, room.x + room.width, room.y + room.height)).getcolors() == [
        (room.width * room.height, (120, 120, 120))
    ]


def test_a_neutral_card_shows_no_name_no_headline_and_no_picture() -> None:
    other = build.sheet(
        headline="Anna Beispiel vermisst",
        summary="Ganz anderer Text",
        questions=("Wer?",),
        groups=(),
        whereabouts=(),
        pictures=(),
    )
    for shape in Shape:
        assert neutral(other, shape) == neutral(build.sheet(), shape)
        assert alt(other, shape) == alt(build.sheet(), shape)


def test_the_witness_marker_stands_on_the_card() -> None:
    colors = picture(neutral(build.witness())).getcolors(1 << 20) or []
    assert sum(count for count, color in colors if color == palette.rgb(palette.SIGNAL)) > 10_000


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("name", KINDS)
def test_the_alternative_text_says_every_word_of_the_card(name: str, shape: Shape) -> None:
    sheet = KINDS[name]
    shown = sheet.pictures[0] if sheet.pictures else None
    cards = [(cardlayout.neutral(sheet, shape), alt(sheet, shape))]
    if shown is not None:
        cards.append((cardlayout.portrait(sheet, shape, rooms(sheet, shape)[0]), alt(sheet, shape, shown)))
        assert shown.alt in cards[-1][1]
    for card, said in cards:
        for line in card.lines:
            for word in line.text.replace("\u2011", "-").replace("\u00a0", " ").split():
                assert word in said.replace("\u00a0", " ") or word == "–", word


def test_a_draft_is_marked_in_every_shape_from_end_to_end() -> None:
    for shape in Shape:
        plain, marked = picture(neutral(build.sheet(), shape)), picture(neutral(build.sheet(), shape, draft=True))
        same = ImageChops.difference(plain, marked).convert("L").histogram()[0]
        assert same < 0.92 * plain.width * plain.height


def test_a_picture_of_another_size_than_its_room_is_refused() -> None:
    sheet = build.sheet()
    with pytest.raises(ValueError, match="1x1 px"):
        portrait(sheet, Raster(width=1, height=1, rgb=b"abc"), Shape.LINK, rooms(sheet, Shape.LINK)[0])


@pytest.mark.peers
def test_the_same_sheet_gives_the_same_pixels_in_another_process() -> None:
    code = (
        "import hashlib\nfrom fahndung.posters.cards import neutral\nfrom tests.posters import build\n"
        "print(hashlib.sha256(neutral(build.witness()).rgb).hexdigest())"
    )
    root = str(build.pathlib.Path(__file__).parents[2])
    other = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": root}, cwd=root
    )
    assert hashlib.sha256(neutral(build.witness()).rgb).hexdigest() == other.stdout.strip()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"band": "Q" * 80}, "category"),
        ({"band": "Sehr langes Wort " * 20}, "category"),
        ({"marker": "Q" * 90}, "persons"),
        ({"authority": "Q" * 120}, "authority/name"),
        ({"page_url": "https://a.example/" + "q" * 180}, "page_url"),
        ({"band": "Vermisst 😀"}, "category"),
    ],
)
def test_what_does_not_fit_on_a_card_is_refused_by_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(NotPublishable) as caught:
        neutral(build.sheet(**changes))
    assert caught.value.problems[0].field == field


def test_a_card_that_would_run_from_right_to_left_is_refused_whatever_it_says() -> None:
    for sheet in (build.arabic(), build.persian(), build.sheet(lang="ar")):
        with pytest.raises(NotPublishable, match="left to right"):
            neutral(sheet)
