"""What a look concludes from what user and stranger are told, where a real site would not easily say so."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fahndung import channels
from fahndung.channels import wordpresslook, wordpresspage, wordpressreading
from fahndung.channels.wordpressaccount import Endpoint
from fahndung.channels.wordpressapi import Account
from fahndung.channels.wordpressobjects import Object
from fahndung.channels.wordpressreading import Control
from fahndung.errors import ChannelFailed, NotSent, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.testing.asking import Witness

from . import wordpresses
from .test_wordpressaccount import values


@dataclasses.dataclass
class Site:
    """A site in memory that shows one publication, to its user and to strangers; both ask it."""

    page: dict[str, Any] | None
    media: list[dict[str, Any]]
    shown: str | None
    files: dict[str, bytes]
    robots: str = "noindex"
    closed: bool = False
    named: tuple[str, ...] = ()

    def some_pictures(self) -> tuple[str, ...]:
        return ()

    def account(self) -> Account:
        return Account(pages=[self.page] if self.page else [], media=self.media)

    def find(self, _: Reference) -> Object | None:
        return None

    def control(self, _: object) -> Control:
        return Control(page="", file="", closed=self.closed)

    def is_told(self, reference: Reference) -> bool:
        assert not self.closed, "an interface that is closed to strangers is not asked"
        return bool(self.page) and reference.kind == "page"

    def file(self, url: str) -> bytes | None:
        return self.files.get(url)

    def lists(self, _: str) -> list[str]:
        return [*self.named]


class Stranger:
    """The same site, as a stranger asks it."""

    def __init__(self, site: Site) -> None:
        self.control, self.is_told, self.file, self.lists = site.control, site.is_told, site.file, site.lists
        self._site = site

    def page(self, _: str) -> Answer | None:
        site = self._site
        if site.shown is None:
            return None
        return Answer(status=200, headers={"x-robots-tag": site.robots}, body=site.shown.encode())


@pytest.fixture
def draft() -> Draft:
    return channels.from_ledger("wordpress", values()).prepare(wordpresses.release())


def posting(draft: Draft) -> Posting:
    return Posting(marker=draft.marker, withdrawal=dict(draft.withdrawal), references=())


def whole(draft: Draft) -> Site:
    """All of it as it was approved."""
    closed = {"comment_status": "closed", "ping_status": "closed"}
    media, urls, files = [], {}, {}
    content = draft.payload["page.html"].decode()
    for place, (name, alt) in enumerate(wordpresspage.alts_in(content).items()):
        urls[name] = f"https://www.polizei.example/u/{draft.marker}-{place}.jpg"
        files[urls[name]] = draft.payload[name]
        media.append(
            {"id": 10 + place, "slug": f"{draft.marker}-{place}", "title": {"raw": ""}, "alt_text": alt}
            | {"source_url": urls[name], "media_details": {}, **closed}
        )
    content = wordpresspage.filled(content, urls)
    page = {
        "id": 9,
        "slug": draft.withdrawal["slug"],
        "status": "publish",
        "link": draft.withdrawal["url"],
        "title": {"raw": draft.payload["title.txt"].decode()},
        "content": {"raw": content},
        "meta": {"fahndung_head": wordpresspage.filled(draft.payload["head.json"].decode(), urls)},
        **closed,
    }
    return Site(page=page, media=media, shown=f"<html>{content}</html>", files=files)


def look(draft: Draft, site: Site) -> Look:
    return wordpresslook.look(posting(draft), site, Stranger(site))  # type: ignore[arg-type]


def test_all_as_approved_is_live_also_where_the_interface_is_closed(draft: Draft) -> None:
    site = whole(draft)
    icon, card = "https://www.polizei.example/icon.png", next(iter(site.files))
    offered = f"{site.shown}{OFFERED.format(card)}{OFFERED.format(icon)}"
    for change in ({}, {"closed": True}, {"shown": offered}):
        assert isinstance(seen := look(draft, changed(site, **change)), Live), seen


def test_a_row_of_an_earlier_version_that_holds_the_address_alone_is_told_of_while_it_is_up(draft: Draft) -> None:
    row = Posting(marker=draft.marker, withdrawal={"url": draft.withdrawal["url"]}, references=())
    for site, verdict in ((whole(draft), Altered), (changed(whole(draft), page=None, media=[], shown=None), Gone)):
        seen = wordpresslook.look(row, site, Stranger(site))  # type: ignore[arg-type]
        assert isinstance(seen, verdict), seen


def changed(site: Site, **change: Any) -> Site:
    return dataclasses.replace(site, **change)


OFFERED = '<meta property="og:image" content="{}">'
CHANGES: Mapping[str, Callable[[Site], Site]] = {
    "search engines are not told": lambda site: changed(site, robots="noarchive"),
    "a stranger is not shown the page": lambda site: changed(site, shown=None),
    "a stranger reads something else": lambda site: changed(site, shown=str(site.shown).replace("sah", "hörte")),
    "does not show https": lambda site: changed(site, shown=str(site.shown).replace("/u/", "/v/")),
    "previews are offered https": lambda site: changed(site, shown=f"{site.shown}{OFFERED.format([*site.files][1])}"),
    "there are 1 pages and 0 pictures": lambda site: changed(site, media=[]),
}


@pytest.mark.parametrize("why", CHANGES)
def test_what_strangers_are_shown_otherwise_is_noticed(draft: Draft, why: str) -> None:
    seen = look(draft, CHANGES[why](whole(draft)))
    assert isinstance(seen, Altered)
    assert why in seen.why


def test_another_picture_under_its_address_and_another_text_are_noticed(draft: Draft) -> None:
    site = whole(draft)
    site.media[1]["alt_text"] = "Räuber"
    site.files = dict.fromkeys(site.files, b"another")
    seen = look(draft, site)
    assert isinstance(seen, Altered)
    assert seen.why.count("does not show the approved bytes") == 2
    assert "the text of" in seen.why


@pytest.mark.parametrize("head", ["no json", "[]", '{"image": 5}'])
def test_a_head_that_somebody_broke_is_noticed(draft: Draft, head: str) -> None:
    site = whole(draft)
    assert site.page is not None
    site.page["meta"] = {"fahndung_head": head}
    seen = look(draft, changed(site, shown=f"{site.shown}{OFFERED.format(next(iter(site.files)))}"))
    assert isinstance(seen, Altered)
    assert "its head is another" in seen.why
    assert "previews are offered" in seen.why


def test_what_a_list_still_names_is_not_gone(draft: Draft) -> None:
    gone = Site(page=None, media=[], shown=None, files={})
    assert isinstance(look(draft, gone), Gone)
    seen = look(draft, dataclasses.replace(gone, named=("https://www.polizei.example/feed/",)))
    assert isinstance(seen, Altered)
    assert "still named by https://www.polizei.example/feed/" in seen.why


@pytest.mark.parametrize("kind", ["page", "media"])
def test_an_address_that_a_hostile_site_named_is_told_and_never_asked(
    draft: Draft, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Client, "get", lambda _, place, **__: asked.append(place))
    site = Site(page=None, media=[], shown=None, files={})
    real = wordpressreading.Stranger(Endpoint(**values()))
    stranger = Stranger(site)
    stranger.page, stranger.file = (  # type: ignore[method-assign]
        lambda url: real.page(url) if "admin" in url else None,
        real.file,
    )
    named = Reference(kind=kind, id="7", url="http://127.0.0.1:8080/admin")
    whole = dataclasses.replace(posting(draft), references=(named,))
    seen = wordpresslook.look(whole, site, stranger)  # type: ignore[arg-type]
    assert isinstance(seen, Unknown)
    assert "http://127.0.0.1:8080/admin" in seen.why
    assert asked == []


def test_what_something_else_shows_at_the_address_is_not_gone(draft: Draft) -> None:
    assert isinstance(look(draft, Site(page=None, media=[], shown="<p>Anderes</p>", files={})), Altered)
    later = f'<div id="fahndung-{"a" * 26}">'
    seen = look(draft, Site(page=None, media=[], shown=later, files={}, named=("feed",)))
    assert isinstance(seen, Gone)
    assert seen.evidence["a later revision"] == [draft.withdrawal["url"]]


@pytest.mark.parametrize("error", [ChannelFailed("x", "x"), OutcomeUnknown("x", "x"), NotSent("x", "x")])
def test_a_publication_that_fails_before_its_first_write_was_surely_not_sent(
    draft: Draft, error: ChannelFailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel: Any = channels.from_ledger("wordpress", values())

    def fail() -> None:
        raise error

    monkeypatch.setattr(channel._api, "top", fail)
    with pytest.raises(NotSent):
        channel.publish(draft, Witness())
