"""What the post that tells an end says on each network: real words of every category, real connectors, offline."""

import datetime as dt
import functools
import json
import pathlib
import re
from typing import Any

import pytest

from fahndung import channels
from fahndung.errors import NotPublishable
from fahndung.lifecycle import closingposts
from fahndung.model.appeal import Appeal, Category
from fahndung.model.closing import CLOSING_KINDS
from fahndung.model.release import Digest, File, Release
from fahndung.release import files
from fahndung.texts.outputs import Outputs
from tests.channels import linkposts
from tests.texts import build

ENTRY = "website/entry.json"
DAY = dt.timedelta(days=1)
CASES = build.every_category()
ACCOUNTS: dict[str, dict[str, Any]] = {
    "mastodon": {"url": "https://social.polizei.example/", "account": "presse", "credential": "token"},
    "x": {"account": "polizei_muster", "credential": "token"},
    "facebook": {"page": "104729", "credential": "token", "app_secret": "secret"},
    "bluesky": {"url": "https://pds.polizei.example/", "account": "presse.polizei.example", "credential": "token"},
    "telegram": {"chat": -1001234567890, "credential": "token"},
    "threads": {"user": "104729", "credential": "token"},
}


@functools.cache
def rendered(category: Category) -> Outputs:
    return build.rendered(CASES[category])


@functools.cache
def address(category: Category) -> str:
    return build.composed(CASES[category]).page_url


def channel(kind: str, **values: Any) -> Any:
    config = {"kind": kind, "name": kind, **ACCOUNTS[kind], **values}
    return channels.from_config(config, home_id="h", nonce="n", home=pathlib.Path("/"))


def release(case: Appeal, kind: str, **manifest: object) -> Release:
    """The texts of a case as they are built, with the address of a page and a marker for each kind of end."""
    words, page = rendered(case.category), address(case.category)
    made = {file.name: file for file in files.text_files(words)}
    for name, file in made.items():
        text = file.data.decode().replace(page, linkposts.PAGE)
        made[name] = File(name=name, media_type=file.media_type, data=text.encode())
    made[ENTRY] = File(name=ENTRY, media_type="application/json", data=b'{"updated": "2026-11-20T15:00:00Z"}')
    markers = {end: {kind: linkposts.marker(end)} for end in CLOSING_KINDS}
    values = {"slug": linkposts.SLUG, "page_url": linkposts.PAGE, "closing_posts": markers, "markers": {kind: "m" * 26}}
    uploads = {"uploads": {kind: [{"image": "bild-1", "files": [], "alt": "texts/alt-bild-1.txt"}]}}
    return Release(digest=Digest("0" * 64), manifest={**values, **uploads, **manifest}, files=made)


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "facebook"])
def test_where_pictures_go_along_none_goes_with_the_end(kind: str) -> None:
    account = channel(kind, media="objects")
    made = closingposts.drafts(account, release(CASES[Category.OBJECT], kind), DAY)
    assert [draft.attachments for draft in made.values()] == [()] * len(CLOSING_KINDS)
    assert all(not name.startswith("media/") for draft in made.values() for name in draft.payload)


@pytest.mark.parametrize("kind", ACCOUNTS)
@pytest.mark.parametrize("category", list(Category))
def test_it_fits_and_names_nobody_and_shows_nothing(kind: str, category: Category) -> None:
    case = CASES[category]
    made = closingposts.drafts(channel(kind), release(case, kind), DAY)
    assert [*made] == list(CLOSING_KINDS)
    assert len({draft.marker for draft in made.values()}) == len(CLOSING_KINDS)
    for end, draft in made.items():
        assert (draft.target, draft.attachments, draft.marker) == (f"closing-{end}", (), linkposts.marker(end))
        assert draft.counted is not None
        assert 100 < draft.counted.length <= draft.counted.most
        said = b"\n".join(draft.payload.values()).decode()
        links, link = {*re.findall(r"https?://[^\s\"]+", said)}, f"{linkposts.PAGE}#{draft.marker}"
        assert {link} <= links <= {link, linkposts.PAGE}, "Bluesky shows the address and links to the marked one"
        names = [person.names for person in case.persons if person.names is not None]
        assert all(name not in said for one in names for name in (one.given, one.family, *one.aliases) if name)


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "x"])
def test_what_does_not_fit_is_refused_and_never_cut(kind: str) -> None:
    case = CASES[Category.UNKNOWN_SUSPECT]
    made = release(case, kind)
    name = "texts/closing-post-error.txt"
    long = File(name=name, media_type="text/plain", data=b"x" * 600 + made.files[name].data)
    with pytest.raises(NotPublishable, match=r"[0-9]{3} characters|zählt|graphemes|[0-9]+ are allowed"):
        closingposts.drafts(
            channel(kind), Release(digest=made.digest, manifest=made.manifest, files={**made.files, name: long}), DAY
        )


def test_where_a_program_deletes_for_two_days_only_it_has_to_go_within_one() -> None:
    with pytest.raises(NotPublishable, match="closing_post_days"):
        closingposts.drafts(channel("telegram"), release(CASES[Category.UNKNOWN_SUSPECT], "telegram"), 2 * DAY)


@pytest.mark.parametrize("manifest", [{"closing_posts": None}, {"closing_posts": {}}])
def test_a_release_without_such_texts_is_refused(manifest: dict[str, object]) -> None:
    with pytest.raises(NotPublishable, match="closing-post-reached"):
        closingposts.drafts(channel("x"), release(CASES[Category.UNKNOWN_SUSPECT], "x", **manifest), DAY)


def test_a_channel_that_is_no_account_on_a_network_is_refused() -> None:
    site = channels.from_config(
        {"kind": "website", "name": "website", "root": "site", "base_url": "https://fahndung.polizei.example/"},
        home_id="h",
        nonce="n",
        home=pathlib.Path("/"),
    )
    with pytest.raises(NotPublishable, match="closing_post_days"):
        closingposts.drafts(site, release(CASES[Category.UNKNOWN_SUSPECT], "website"), DAY)


def test_the_instant_is_filled_in_and_nothing_else() -> None:
    account, made = channel("bluesky"), release(CASES[Category.UNKNOWN_SUSPECT], "bluesky")
    later = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
    plain, dated = (closingposts.draft(account, made, "reached", at).payload["post.json"] for at in (None, later))
    before, after = json.loads(plain), json.loads(dated)
    assert before != after
    assert before | {"createdAt": "2026-11-25T08:00:00.000Z"} == after
