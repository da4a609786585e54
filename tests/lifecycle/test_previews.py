"""No preview of a published page shows a person, whichever program makes it: what it offers is the card."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from fahndung.channels.server import Server
from fahndung.home.config import CONFIG_NAME
from fahndung.testing import cases as examples
from tests.channels import robot
from tests.channels.robot import AGENTS, Robot
from tests.world import World

CARD = (1200, 630)
NAMES = ("missing-girl", "tram-robbery", "jewellery-theft", "unknown-dead")


@pytest.fixture
def server(empty: World) -> Iterator[Server]:
    """The home's website as visitors see it; releases are built for its address."""
    with Server(empty.site) as started:
        config = empty.home.path / CONFIG_NAME
        config.write_text(config.read_text("utf-8").replace("http://127.0.0.1:8477/", started.url), "utf-8")
        yield started


@pytest.mark.peers
@pytest.mark.parametrize("name", NAMES)
def test_what_a_preview_shows_is_the_card_and_no_person(empty: World, server: Server, name: str) -> None:
    appeal = empty.ready(empty.case(name))
    (published,) = empty.publish(appeal).sent
    originals = [data for file, data in examples.files(name).items() if file.endswith(".jpg")]
    pictures = [path.read_bytes() for path in empty.site.glob("bilder/*/*.jpg")]
    (card,) = [data for data in pictures if Image.open(io.BytesIO(data)).size == CARD]
    shown = [data for data in pictures if data != card]
    assert shown
    assert not robot.shows(card, [*originals, *shown])
    url = str(published.publication.url)
    for agent in AGENTS:
        found = Robot(agent).pictures(url)
        assert {one.way for one in found} == {"og:image", "twitter:image", "img"}
        assert {one.data for one in found} == {card}
        assert Robot(agent).pictures(server.url) == [], "the start page has no picture"


@pytest.mark.peers
def test_a_page_without_its_card_is_caught(empty: World, server: Server) -> None:
    (published,) = empty.publish(empty.ready(empty.case("missing-girl"))).sent
    (page,) = empty.site.glob("fahndung/*/index.html")
    lines = page.read_text("utf-8").splitlines()
    page.write_text("\n".join(line for line in lines if "og:image" not in line and " hidden>" not in line), "utf-8")
    found = Robot("Facebook").pictures(str(published.publication.url))
    originals = [data for file, data in examples.files("missing-girl").items() if file.endswith(".jpg")]
    assert any(robot.shows(one.data, originals) for one in found if one.way == "img")
