"""Which pages search engines may list, and where they are told."""

import dataclasses
import pathlib
import xml.etree.ElementTree as ElementTree

import pytest

from fahndung.channels import layout, server, sitemap
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.model.publication import Altered, Gone, Live, Unknown

from . import build
from .build import INDEX, OTHER_SLUG, SLUG
from .test_feeds import BASE, entry

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LISTED = dataclasses.replace(entry(1, 1), indexed=True)


@pytest.fixture
def channel(tmp_path: pathlib.Path) -> Website:
    return build.website(tmp_path)


def root(channel: Website) -> pathlib.Path:
    return channel.endpoint.root


@pytest.mark.parametrize(
    ("told", "listed"),
    [
        (f'<meta name="robots" content="{INDEX}">', True),
        ("<meta name=Robots content=all>", True),
        ("", False),
        ('<meta name="robots" content="">', False),
        ('<meta name="robots" content="noindex, noarchive">', False),
        ('<meta name="robots" content="none">', False),
        ('<meta name="robots" content="all"><META name="robots" content="NoIndex">', False),
        ('<!-- <meta name="robots" content="all"> -->', False),
    ],
)
def test_the_page_itself_says_whether_it_may_be_listed(told: str, listed: bool) -> None:
    assert sitemap.may_list(f"<!DOCTYPE html><html><head>{told}</head><p>Text</p></html>") is listed


def test_the_sitemap_names_each_page_that_may_be_listed_with_its_last_change() -> None:
    odd = dataclasses.replace(LISTED, url="https://f.example/a&b/", slug="z" * 16)
    files = sitemap.files(BASE, build.NONCE, [odd, entry(2, 2), LISTED])
    found = ElementTree.fromstring(files[layout.SITEMAP])
    assert found.tag == f"{NAMESPACE}urlset"
    assert [[part.text for part in url] for url in found] == [
        [LISTED.url, "2026-11-01T15:00:00Z"],
        ["https://f.example/a&b/", "2026-11-01T15:00:00Z"],
    ]
    assert f"Sitemap: {BASE}sitemap.xml" in files[layout.ROBOTS].decode().splitlines()
    assert sorted(path for path in files if path.startswith(layout.INDEXED)) == [
        f"{layout.INDEXED}/{LISTED.slug}",
        f"{layout.INDEXED}/{'z' * 16}",
    ]


def test_without_a_page_for_search_engines_there_is_neither_sitemap_nor_key() -> None:
    assert sitemap.files(BASE, build.NONCE, [entry(1, 1)]) == {layout.ROBOTS: b"User-agent: *\nDisallow: /bilder/\n"}


def test_the_key_is_of_the_form_that_indexnow_asks_for_and_the_homes_own() -> None:
    key = sitemap.key(build.NONCE)
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")
    assert key != sitemap.key("another")


def test_a_page_with_noindex_is_told_nowhere_before_and_after_its_end(channel: Website) -> None:
    build.publish(channel, slug=OTHER_SLUG, robots=INDEX)
    draft = build.publish(channel)
    for _ in ("before", "after"):
        told = build.public_files(root(channel))
        assert SLUG not in told["sitemap.xml"].decode() + told["robots.txt"].decode()
        assert not (root(channel) / layout.indexed(SLUG)).exists()
        assert draft.withdrawal["indexed"] is False
        channel.withdraw(build.posting(draft))
    assert isinstance(channel.look(build.posting(draft)), Gone)


def test_a_page_leaves_the_sitemap_at_its_end_and_the_last_one_takes_it_along(channel: Website) -> None:
    first, second = (build.publish(channel, slug=slug, robots=INDEX) for slug in (SLUG, OTHER_SLUG))
    assert first.withdrawal["indexed"] is True
    assert isinstance(channel.look(build.posting(first)), Live)
    assert isinstance(build.withdrawn(channel, first), Gone)
    told = build.public_files(root(channel))["sitemap.xml"].decode()
    assert SLUG not in told
    assert OTHER_SLUG in told
    assert isinstance(channel.look(build.posting(second)), Live)
    assert isinstance(build.withdrawn(channel, second), Gone)
    left = build.public_files(root(channel))
    assert "sitemap.xml" not in left
    assert "Sitemap" not in left["robots.txt"].decode()
    assert left["fahndung-indexnow.txt"].decode().strip() == sitemap.key(build.NONCE), "the end has to be told with it"
    assert not list((root(channel) / layout.INDEXED).iterdir())


def test_a_revision_that_may_not_be_listed_any_more_leaves_the_sitemap(channel: Website) -> None:
    build.publish(channel, robots=INDEX)
    later = build.publish(channel, revision=2)
    assert "sitemap.xml" not in build.public_files(root(channel))
    assert not (root(channel) / layout.indexed(SLUG)).exists()
    assert isinstance(channel.look(build.posting(later)), Live)


def test_a_sitemap_that_is_not_as_it_should_be_is_seen(channel: Website) -> None:
    draft, told = build.publish(channel, robots=INDEX), root(channel) / "sitemap.xml"
    stood = told.read_bytes()
    told.write_bytes(stood.replace(SLUG.encode(), b"x" * 16))
    seen = channel.look(build.posting(draft))
    assert isinstance(seen, Altered)
    assert "sitemap.xml does not list it" in seen.why
    told.unlink()
    assert isinstance(channel.look(build.posting(draft)), Altered)
    channel.withdraw(build.posting(draft))
    told.write_bytes(stood)
    seen = channel.look(build.posting(draft))
    assert isinstance(seen, Altered)
    assert "sitemap.xml lists it" in seen.why
    told.unlink()
    told.mkdir()
    seen = channel.look(build.posting(draft))
    assert isinstance(seen, Unknown), seen
    channel.withdraw(build.posting(draft))
    assert isinstance(channel.look(build.posting(draft)), Gone), "the next takedown puts it right"


def test_a_page_that_should_not_be_listed_and_is_is_not_as_approved(channel: Website) -> None:
    draft = build.publish(channel)
    (root(channel) / "sitemap.xml").write_text(f"<loc>{draft.withdrawal['slug']}</loc>")
    assert isinstance(channel.look(build.posting(draft)), Altered)


def test_what_is_no_page_has_no_marker(channel: Website) -> None:
    build.publish(channel, robots=INDEX)
    site = Site(root(channel))
    assert server.answer(site, f"/fahndung/{SLUG}/").robots != server.answer(site, f"/bilder/{SLUG}/cctv-1.jpg").robots
