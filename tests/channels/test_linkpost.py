import pytest

from fahndung.channels import linkpost
from fahndung.channels.linkpost import Teaser
from fahndung.errors import NotPublishable
from fahndung.model.ids import ChannelName
from fahndung.model.release import TEASERS, Release

from . import linkposts
from .linkposts import PAGE

CHANNEL = ChannelName("mastodon")
MARKER = linkposts.marker("one")
LENGTHS = {name: f"{name} {PAGE} {'x' * size}" for name, size in zip(TEASERS, (200, 100, 10), strict=True)}


def taken(release: Release, *, most: int = 1000) -> Teaser:
    """The teaser that an account takes which counts characters, ``most`` of them."""

    def fit(teaser: Teaser) -> None:
        if len(teaser.linked) > most:
            counted = len(teaser.linked)
            raise linkpost.refused(CHANNEL, f"{counted} of {most}", f"{counted} von {most}")

    return linkpost.longest(release, CHANNEL, fit)[0]


def test_the_link_carries_the_marker_and_nothing_else_changes() -> None:
    teaser = taken(linkposts.release())
    assert teaser.marker == MARKER
    assert teaser.text == linkposts.TEASER.strip()
    assert teaser.linked == linkposts.TEASER.strip().replace(PAGE, f"{PAGE}#{MARKER}")
    assert linkpost.marker_of(f"{PAGE}#{MARKER}") == MARKER


def test_a_full_stop_after_the_link_is_no_part_of_it() -> None:
    assert taken(linkposts.release(teaser=f"Siehe {PAGE}.")).linked == f"Siehe {PAGE}#{MARKER}."


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
        taken(linkposts.release(teaser=teaser))
    assert "genau einmal" in caught.value.message.de
    assert "mastodon" in caught.value.message.en


@pytest.mark.parametrize("teaser", [None, "", " \n", b"\xff"])
def test_a_release_without_a_readable_teaser_is_refused(teaser: str | bytes | None) -> None:
    with pytest.raises(NotPublishable, match="missing, empty or not UTF-8"):
        taken(linkposts.release(teaser=teaser))


@pytest.mark.parametrize(
    "markers", [None, [], {}, {"other": MARKER}, {"mastodon": 5}, {"mastodon": "short"}, {"mastodon": MARKER.upper()}]
)
def test_a_release_without_a_marker_that_could_be_found_again_is_refused(markers: object) -> None:
    with pytest.raises(NotPublishable, match="no marker"):
        taken(linkposts.release(manifest={"markers": markers}))


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
        taken(linkposts.release(manifest=manifest))


@pytest.mark.parametrize("name", TEASERS)
def test_the_longest_that_fits_is_taken_whole_to_the_last_character(name: str) -> None:
    release, size = linkposts.release(teasers=LENGTHS), len(LENGTHS[name]) + len("#") + len(MARKER)
    teaser = taken(release, most=size)
    assert (teaser.name, teaser.text) == (f"texts/{name}.txt", LENGTHS[name])
    if name == TEASERS[-1]:
        with pytest.raises(NotPublishable) as caught:
            taken(release, most=size - 1)
        assert [caught.value.message.en.count(f"texts/{one}.txt: ") for one in TEASERS] == [1, 1, 1]
        assert f"texts/{name}.txt: {size} von {size - 1}" in caught.value.message.de
    else:
        assert taken(release, most=size - 1).name != teaser.name


def test_a_text_that_links_elsewhere_gives_way_to_one_that_does_not() -> None:
    longer = LENGTHS | {TEASERS[0]: f"{PAGE} https://elsewhere.example/"}
    assert taken(linkposts.release(teasers=longer)).name == f"texts/{TEASERS[1]}.txt"


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("Größe", 5),
        ("Gro\u0308ße", 5),
        ("🚲", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇩🇪🇪🇺", 2),
        ("👍🏽", 1),
        ("a\r\nb", 3),
        ("नमस्ते", 3),
        ("Zeugin – „Tram“ 🚋", 17),
    ],
)
def test_a_text_is_as_long_as_what_a_person_sees_of_it(text: str, counted: int) -> None:
    assert linkpost.graphemes(text) == counted


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
