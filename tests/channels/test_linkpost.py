import pytest

from fahndung.channels import linkpost
from fahndung.errors import NotPublishable
from fahndung.model.appeal import ChannelName

from . import linkposts
from .linkposts import PAGE

CHANNEL = ChannelName("mastodon")
MARKER = linkposts.marker("one")


def test_the_link_carries_the_marker_and_nothing_else_changes() -> None:
    text, marker = linkpost.compose(linkposts.release(), CHANNEL)
    assert marker == MARKER
    assert text == linkposts.TEASER.strip().replace(PAGE, f"{PAGE}#{MARKER}")
    assert linkpost.marker_of(f"{PAGE}#{MARKER}") == MARKER


def test_a_full_stop_after_the_link_is_no_part_of_it() -> None:
    text, _ = linkpost.compose(linkposts.release(teaser=f"Siehe {PAGE}."), CHANNEL)
    assert text == f"Siehe {PAGE}#{MARKER}."


@pytest.mark.parametrize(
    "teaser",
    [
        "Zeugen gesucht",
        f"{PAGE}\n{PAGE}",
        f"{PAGE}\nhttps://elsewhere.example/",
        f"{PAGE}\nHTTP://elsewhere.example/x",
        f"{PAGE}?x=1",
        f"{PAGE}#x",
        f"{PAGE}bild.jpg",
        f"x{PAGE}\nsiehe{PAGE}",
        "https://fahndung.polizei.example/",
    ],
)
def test_a_teaser_that_links_to_anything_but_the_page_once_is_refused(teaser: str) -> None:
    with pytest.raises(NotPublishable, match="once, and to nothing else") as caught:
        linkpost.compose(linkposts.release(teaser=teaser), CHANNEL)
    assert "genau einmal" in caught.value.message.de
    assert "mastodon" in caught.value.message.en


@pytest.mark.parametrize("teaser", [None, "", " \n", b"\xff"])
def test_a_release_without_a_readable_teaser_is_refused(teaser: str | bytes | None) -> None:
    with pytest.raises(NotPublishable, match="missing, empty or not UTF-8"):
        linkpost.compose(linkposts.release(teaser=teaser), CHANNEL)


@pytest.mark.parametrize(
    "markers", [None, [], {}, {"other": MARKER}, {"mastodon": 5}, {"mastodon": "short"}, {"mastodon": MARKER.upper()}]
)
def test_a_release_without_a_marker_that_could_be_found_again_is_refused(markers: object) -> None:
    with pytest.raises(NotPublishable, match="no marker"):
        linkpost.compose(linkposts.release(manifest={"markers": markers}), CHANNEL)


@pytest.mark.parametrize(
    "manifest",
    [
        {"page_url": None},
        {"page_url": "https://noch-nicht-online.example/"},
        {"page_url": f"http://fahndung.polizei.example/fahndung/{linkposts.SLUG}/"},
        {"page_url": f"{PAGE}?x"},
        {"page_url": f"{PAGE}#x"},
        {"page_url": PAGE.rstrip("/")},
        {"slug": None},
        {"slug": "a1b2c3d4e5f6g7h8"},
        {"slug": ""},
    ],
)
def test_a_release_without_a_page_of_its_own_is_refused(manifest: dict[str, object]) -> None:
    with pytest.raises(NotPublishable, match="no page of the force's own"):
        linkpost.compose(linkposts.release(manifest=manifest), CHANNEL)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("Größe", 5),
        ("🚲", 1),
        ("👩‍🚒", 3),
        ("https://a.example/", 23),
        (f"{PAGE}#{MARKER}", 23),
        ("siehe https://a.example/b, dann HTTP://c.example!", 6 + 23 + 7 + 23 + 1),
        ("polizei.example", 15),
        ("https://", 8),
    ],
)
def test_an_address_counts_what_the_platform_says_and_all_else_by_code_point(text: str, counted: int) -> None:
    assert linkpost.length(text, url_characters=23) == counted


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        f"{PAGE}#{MARKER[:-1]}",
        f"{PAGE}#{MARKER}a",
        f"{PAGE}#{MARKER.upper()}",
        f"{PAGE}?{MARKER}",
        f"https://fahndung.polizei.example/#{MARKER}",
        f"https://fahndung.polizei.example/?/fahndung/#{MARKER}",
        f"#{MARKER}",
        "http://[",
        "",
    ],
)
def test_other_addresses_are_not_ours(address: str) -> None:
    assert linkpost.marker_of(address) is None


def test_markers_are_read_from_links_alone_and_each_once() -> None:
    other = linkposts.marker("two")
    page = (
        f'<p>{PAGE}#{other} <a href="{PAGE}#{MARKER}">x</a> <a class="y" href="{PAGE}#{MARKER}">x<br /></a>'
        f'<a href="https://x.example/?a=1&amp;b#c">y</a><a href>z</a><img src="{PAGE}#{other}"> &lt;<a'
    )
    assert linkpost.markers_in(page) == (MARKER,)
    assert linkpost.markers_in(f'<a href="https://x.example/a&#47;fahndung/x/#{other}">') == (other,)
    assert linkpost.markers_in("") == ()


def test_markers_are_read_from_the_addresses_of_a_text_each_once() -> None:
    other = linkposts.marker("two")
    text = (
        f"Siehe {PAGE}#{MARKER}, {PAGE}#{MARKER} und (HTTPS://x.example/fahndung/y/#{other})! /fahndung/z/#{'a' * 26}"
    )
    assert linkpost.markers_in_text(text) == (MARKER, other)
    assert linkpost.markers_in_text(f"https://x.example/#{MARKER} https://[/fahndung/#{MARKER}") == ()
    assert linkpost.markers_in_text("") == ()
