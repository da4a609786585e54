"""A picture inside a card: the focus stays whole, what is hidden stays hidden, the band stays below."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fahndung.images import framing, insets, marking, reading, redaction, renditions
from fahndung.images.framing import Picture, View
from fahndung.model.ids import ImageId
from fahndung.model.image import Box, Fill
from fahndung.model.raster import Raster
from tests.images import originals

ROOMS = ((656, 880), (1080, 656), (472, 630))


@pytest.mark.peers
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_focus_is_whole_inside_the_room_for_any_picture(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(2, 700)), data.draw(st.integers(2, 700))
    room = data.draw(st.sampled_from([(164, 220), (270, 164), (118, 157)]))
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    focus = Box(
        x=left,
        y=top,
        width=data.draw(st.integers(1, width - left)),
        height=data.draw(st.integers(1, height - top)),
    )
    made = insets.fitted(Picture(pixels=Image.new("RGB", (width, height))), room, focus)
    assert made.pixels.size == room
    view = made.view
    edges = (
        focus.x * view.across + view.left,
        focus.y * view.down + view.top,
        (focus.x + focus.width) * view.across + view.left,
        (focus.y + focus.height) * view.down + view.top,
    )
    assert min(edges[:2]) >= -1e-6
    assert edges[2] <= room[0] + 1e-6
    assert edges[3] <= room[1] + 1e-6


def test_a_box_of_the_original_is_found_in_the_picture_and_grows_at_most_a_px() -> None:
    picture = Picture(pixels=Image.new("RGB", (500, 400)), view=View(left=-10.5, top=3.25, across=0.5, down=0.5))
    assert insets.seen(picture, Box(x=101, y=50, width=31, height=20)) == Box(x=40, y=28, width=16, height=11)
    assert insets.seen(picture, Box(x=0, y=0, width=10, height=10)) is None


def test_the_room_that_shows_most_comes_first() -> None:
    upright = Picture(pixels=Image.new("RGB", (600, 800)))
    assert insets.best_first(upright, ROOMS[:2], None) == [0, 1]
    assert insets.best_first(Picture(pixels=Image.new("RGB", (1600, 1000))), ROOMS[:2], None) == [1, 0]
    assert insets.best_first(upright, ROOMS[:2], Box(x=250, y=100, width=100, height=120)) == [1, 0]


@pytest.mark.peers
def test_what_was_hidden_is_filled_and_framed_and_the_marker_is_read_back() -> None:
    photo = originals.jpeg(Image.effect_noise((1280, 960), 90).convert("RGB"))
    for look in Fill:
        record = originals.record(Box(x=401, y=203, width=133, height=181), fill=look)
        made = renditions.render(photo, image=record, marker="Zeugin – nicht Beschuldigte")
        source = insets.source(made, "Zeugin – nicht Beschuldigte")
        assert source.pixels.height == made.print.height - marking.band("Zeugin – nicht Beschuldigte", 1280).height
        for room in ROOMS:
            inset = insets.fitted(source, room, None)
            surface = Image.new("RGB", (1080, 990), (255, 255, 255))
            surface.paste(inset.pixels, (0, 40))
            raster = Raster(width=1080, height=990, rgb=surface.tobytes())
            done = insets.finished(raster, inset, (0, 40), "Zeugin – nicht Beschuldigte", look)
            read = reading.read(
                "card",
                done.jpeg.data,
                image=ImageId("a"),
                marker="Zeugin – nicht Beschuldigte",
                regions=done.regions,
                look=look,
            )
            assert (read.clean, read.marked, read.redaction_marked) == (True, True, True)
            hidden = done.view.original(done.regions[0])
            assert hidden.x <= 401
            assert hidden.y <= 203
            assert hidden.x + hidden.width >= 401 + 133
            assert hidden.y + hidden.height >= 203 + 181
            again = Image.open(io.BytesIO(done.jpeg.data))
            assert again.size == (1080, 990 + insets.foot("Zeugin – nicht Beschuldigte", 1080))


def test_covered_is_the_room_where_the_picture_is_cut_and_less_where_it_stands_whole() -> None:
    assert framing.covered((1200, 700), (1200, 630), None) == 1200 * 630
    assert framing.covered((600, 1200), (600, 600), None) == 300 * 600
    assert redaction.FILL
