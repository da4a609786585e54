import json
from collections.abc import Mapping

import pytest

from fahndung.channels import wordpresspage
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.channels.wordpresspage import Page
from fahndung.errors import NotPublishable

from . import linkposts, wordpresses
from .test_wordpressaccount import values
from .wordpresses import PAGE, release, slug

ENDPOINT = Endpoint(**values())
KEY = linkposts.marker("one 1")
CARD, MAN = f"card{KEY}.jpg", f"man{KEY}.jpg"


def compose(**how: object) -> Page:
    return wordpresspage.compose(release(**how), ENDPOINT)  # type: ignore[arg-type]


def test_a_page_is_the_approved_one_between_its_marker_and_the_end_with_the_card_first() -> None:
    page = compose()
    assert (page.slug, page.marker, page.title) == (slug("one"), KEY, wordpresses.NEUTRAL)
    assert page.url == f"https://www.polizei.example/fahndung/{slug('one')}/"
    assert page.content.startswith(
        f'<!-- wp:html -->\n<div id="fahndung-{KEY}" class="fahndung" lang="de">\n'
        f'<img class="fahndung-card" src="{CARD}" alt="Karte der Polizei" width="1200" height="630">\n<h1>'
    )
    assert page.content.endswith("<p>Polizeidirektion Musterstadt, Stand 1</p>\n</div>\n<!-- /wp:html -->")
    assert "Zum Inhalt" not in page.content
    assert [*page.pictures] == [CARD, MAN] == [*page.alts] == [*wordpresspage.alts_in(page.content)]
    assert page.alts[MAN] == 'Mann "in" Jacke & Hose'
    assert json.loads(page.head) == {
        "title": wordpresses.NEUTRAL,
        "told": wordpresses.TOLD,
        "description": wordpresses.TOLD,
        "image": CARD,
    }


def test_a_picture_that_only_a_link_leads_to_goes_along_with_the_words_of_the_one_before_it() -> None:
    linked = '<p><a href="../../bilder/{slug}/big{key}.jpg"><img src="../../bilder/{slug}/man{key}.jpg" alt="Mann"></a>'
    page = compose(
        page=PAGE.replace("<h1>", f'{linked}<a href="tel:110">110</a><h1>'),
        files={f"website/images/big{KEY}.jpg": b"big", "website/images/unused.jpg": b"unused"},
    )
    assert [*page.pictures] == [CARD, MAN, f"big{KEY}.jpg"]
    assert page.alts[f"big{KEY}.jpg"] == "Mann"


def test_a_page_without_card_language_and_foot_is_the_rest() -> None:
    bare = "<!DOCTYPE html><html><body><main>\n<p>Text</p>\n</main></body></html>"
    page = compose(page=bare)
    assert page.content == (
        f'<!-- wp:html -->\n<div id="fahndung-{KEY}" class="fahndung">\n<p>Text</p>\n</div>\n<!-- /wp:html -->'
    )
    assert page.head == "{}"
    assert page.pictures == {}


def test_a_card_that_the_page_does_not_show_is_not_offered() -> None:
    assert "image" not in json.loads(compose(page=PAGE.replace('card{key}.jpg">', 'other.jpg">')).head)


ENTRY = "website/entry.json"
UNFIT: Mapping[str, Mapping[str, object]] = {
    "it has no slug": {"manifest": {"slug": "kurz"}},
    "no marker for it": {"manifest": {"markers": {"wordpress": "x"}}},
    "it was built for": {"base": "https://other.example/"},
    "website/page.html is missing": {"files": {"website/page.html": None}},
    "website/page.html is missing or not UTF-8": {"files": {"website/page.html": b"\xff"}},
    "website/entry.json is missing": {"files": {ENTRY: None}},
    "website/entry.json is missing or broken": {"files": {ENTRY: b"[]"}},
    "website/entry.json names no title": {"files": {ENTRY: b'{"title": " ", "url": "x"}'}},
    "its page has no <main>": {"page": "<html><body><p>Text</p></body></html>"},
    "does not hold": {"files": {f"website/images/{MAN}": None}},
    "the text of a picture": {"page": PAGE.replace("Jacke", "100%20")},
    "the text of a picture has <": {"page": PAGE.replace("Jacke", "&lt;b&gt;")},
    "loads or runs something": {"page": PAGE.replace("<h1>", "<script>alert(1)</script><h1>")},
}


@pytest.mark.parametrize("why", UNFIT)
def test_what_does_not_fit_is_refused(why: str) -> None:
    with pytest.raises(NotPublishable, match=why):
        compose(**UNFIT[why])


@pytest.mark.parametrize(
    "part",
    [
        "<!-- /wp:html -->",
        '<img src="https://elsewhere.example/x.jpg" alt="">',
        '<img src="../../bilder/anderswo/x.jpg" alt="">',
        '<p style="background: url(x.jpg)">',
        '<p onclick="x()">',
        "<style>p {{}}</style>",
        '<iframe src="x"></iframe>',
        '<form action="x"></form>',
    ],
)
def test_a_page_that_runs_loads_or_ends_its_block_is_refused(part: str) -> None:
    with pytest.raises(NotPublishable, match=r"loads or runs something|does not hold"):
        compose(page=PAGE.replace("<h1>", f"{part}<h1>"))


def test_names_and_addresses_are_exchanged_back_and_forth() -> None:
    page, urls = compose(), {CARD: "https://x.example/1.jpg?a=1&b=2", MAN: "https://x.example/2.jpg"}
    filled = wordpresspage.filled(page.content, urls)
    assert 'src="https://x.example/1.jpg?a=1&amp;b=2"' in filled
    assert MAN not in filled
    assert wordpresspage.unfilled(filled, urls) == page.content
    assert wordpresspage.unfilled(wordpresspage.filled(page.head, urls), urls) == page.head


def test_a_marker_is_found_where_it_was_put_and_nowhere_else() -> None:
    assert wordpresspage.marker_in(wordpresspage.empty(KEY)) == KEY
    assert wordpresspage.marker_in(compose().content) == KEY
    assert wordpresspage.marker_in('<div id="fahndung-kurz">') is None
    assert wordpresspage.markers_in(f'<p id="fahndung-{KEY}"><p id="fahndung-{KEY}">') == {KEY}
