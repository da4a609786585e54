import json

import pytest

from fahndung.channels.endpoint import Endpoint
from fahndung.channels.preparing import draft
from fahndung.errors import NotPublishable

from . import build
from .build import SLUG


@pytest.fixture
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Endpoint:
    return build.website(tmp_path_factory.mktemp("home")).endpoint


def test_the_draft_names_page_pictures_and_what_taking_down_needs(endpoint: Endpoint) -> None:
    made = draft(build.release(endpoint.base_url), endpoint)
    page = f"fahndung/{SLUG}/index.html"
    assert set(made.withdrawal["files"]) == {page, f"bilder/{SLUG}/cctv-1.jpg", f"bilder/{SLUG}/cctv-1-thumb.jpg"}  # type: ignore[call-overload]
    assert [one.kind for one in made.references] == ["file", "file", "page"]
    assert made.references[-1].id == page
    assert made.references[-1].url == f"{endpoint.base_url}fahndung/{SLUG}/"
    assert made.marker == f"{SLUG}-r1"
    assert made.withdrawal["gone"] == build.GONE
    assert made.payload[page] == build.release(endpoint.base_url).files["website/page.html"].data
    assert json.dumps([dict(made.withdrawal), dict(made.endpoint)])


def test_the_same_release_gives_the_same_draft(endpoint: Endpoint) -> None:
    assert draft(build.release(endpoint.base_url), endpoint) == draft(build.release(endpoint.base_url), endpoint)


@pytest.mark.parametrize(
    "name",
    [
        "website/images/../../../etc/cron.d/evil.jpg",
        "website/images/..jpg",
        "website/images/a..b.jpg",
        "website/images/.htaccess",
        "website/images/sub/a.jpg",
        "website/images//a.jpg",
        "website/images/a.php",
        "website/images/a.jpg\n",
        "website/images/A.jpg",
        "website/images/a.jpg\0.html",
        "website/images/",
        "website/../evil.html",
        "website/evil.html",
        "website/",
    ],
)
def test_a_file_that_would_land_elsewhere_is_refused(endpoint: Endpoint, name: str) -> None:
    with pytest.raises(NotPublishable, match="no place on a website"):
        draft(build.release(endpoint.base_url, names={name: b"evil"}), endpoint)


@pytest.mark.parametrize(
    "slug", ["../../../../etc/x", "short", "UPPERCASE0123456", "x" * 65, 5, None, "a1b2c3d4e5f6g7h8\n"]
)
def test_a_slug_that_can_be_guessed_or_leads_elsewhere_is_refused(endpoint: Endpoint, slug: object) -> None:
    with pytest.raises(NotPublishable, match="slug"):
        draft(build.release(endpoint.base_url, manifest={"slug": slug}), endpoint)


@pytest.mark.parametrize("markers", [None, {}, {"other": "x"}, {"website": ""}, {"website": 5}, ["website"]])
def test_a_release_without_a_marker_for_this_channel_is_refused(endpoint: Endpoint, markers: object) -> None:
    with pytest.raises(NotPublishable, match="no marker"):
        draft(build.release(endpoint.base_url, manifest={"markers": markers}), endpoint)


@pytest.mark.parametrize("name", ["page.html", "gone.html", "frame.html", "item.html", "entry.json", "tombstone.json"])
@pytest.mark.parametrize("data", [None, b"", b"\xff\xfe"])
def test_a_missing_or_unreadable_part_is_refused(endpoint: Endpoint, name: str, data: bytes | None) -> None:
    with pytest.raises(NotPublishable, match="missing, empty or not UTF-8"):
        draft(build.release(endpoint.base_url, names={f"website/{name}": data}), endpoint)


def entry(endpoint: Endpoint, **values: object) -> bytes:
    own = json.loads(build.release(endpoint.base_url).files["website/entry.json"].data)
    return json.dumps(own | values).encode()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("frame.html", b"<ul></ul>", "exactly once"),
        ("frame.html", b"<!-- entries --><!-- entries -->", "exactly once"),
        ("frame.html", f"<!-- entries -->{SLUG}".encode(), "none may"),
        ("gone.html", f"{SLUG} ist beendet".encode(), "none may"),
        ("item.html", b"<li>no link</li>", "does not link"),
        ("entry.json", b"[]", "do not fit"),
        ("entry.json", b"5", "do not fit"),
        ("entry.json", b"{", "do not fit"),
        ("tombstone.json", b'{"id": "tag:other", "url": "x", "title": "a", "summary": "b"}', "another appeal"),
        ("tombstone.json", b'{"id": "tag:other", "url": "x"}', "title"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(endpoint: Endpoint, name: str, data: bytes, why: str) -> None:
    with pytest.raises(NotPublishable, match=why):
        draft(build.release(endpoint.base_url, names={f"website/{name}": data}), endpoint)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"updated": "2026-11-21T16:00:00"}, "offset"),
        ({"updated": 5}, "instant"),
        ({"title": ""}, "title"),
        ({"title": "a\x0bb"}, "control character"),
        ({"summary": "\ufffe"}, "control character"),
        ({"category": None}, "category"),
        ({"expires": "gestern"}, "Invalid isoformat"),
        ({"expires": 5}, "instant"),
    ],
)
def test_an_entry_that_no_feed_can_carry_is_refused(endpoint: Endpoint, values: dict[str, object], why: str) -> None:
    with pytest.raises(NotPublishable, match=why):
        draft(build.release(endpoint.base_url, names={"website/entry.json": entry(endpoint, **values)}), endpoint)


@pytest.mark.parametrize("words", [{"title": build.TITLE}, {"summary": f"Zu {SLUG}"}, {"summary": "a\x0bb"}])
def test_a_tombstone_that_tells_of_the_appeal_or_that_no_feed_can_carry_is_refused(
    endpoint: Endpoint, words: dict[str, str]
) -> None:
    own = json.loads(build.release(endpoint.base_url).files["website/tombstone.json"].data)
    with pytest.raises(NotPublishable, match=r"none may|control character"):
        draft(
            build.release(endpoint.base_url, names={"website/tombstone.json": json.dumps(own | words).encode()}),
            endpoint,
        )


def test_an_entry_without_an_end_is_prepared_and_one_that_leaves_it_open_is_not(endpoint: Endpoint) -> None:
    never = draft(
        build.release(endpoint.base_url, names={"website/entry.json": entry(endpoint, expires=None)}), endpoint
    )
    assert json.loads(never.payload[f".fahndung/entries/{SLUG}.json"])["expires"] is None
    silent = json.loads(entry(endpoint))
    del silent["expires"]
    with pytest.raises(NotPublishable, match="instant"):
        draft(build.release(endpoint.base_url, names={"website/entry.json": json.dumps(silent).encode()}), endpoint)


def test_a_release_built_for_another_address_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(NotPublishable, match=r"built for https://other\.example/"):
        draft(build.release("https://other.example/"), endpoint)
