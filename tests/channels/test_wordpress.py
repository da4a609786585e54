"""The WordPress channel keeps the contract on a real WordPress of Debian's packages; its database is the judge.

A relay before it makes its calls fail. ``FAHNDUNG_TEST_WP`` names another site.
"""

import dataclasses
import json
import os
import re
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pytest

from fahndung import channels, http
from fahndung.channels import wordpressapi
from fahndung.channels.base import Channel
from fahndung.channels.kinds import KIND_COMMENTS
from fahndung.channels.wordpress import WordPress
from fahndung.channels.wordpressobjects import files_of
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    Duplicate,
    NotPublishable,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unsupported,
)
from fahndung.http import Answer
from fahndung.law.facts import Comments
from fahndung.lifecycle import draftreading
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Reference, Unknown
from fahndung.model.release import Release
from fahndung.testing.asking import Witness
from fahndung.testing.contract import ChannelContract, Switch, posting, published
from fahndung.testing.faults import Call, Fault
from fahndung.testing.pictures import portrait
from fahndung.texts import pages

from . import linkposts, robot, simulated, wordpresses, wpsite
from .elsewhere import Elsewhere
from .robot import Robot
from .test_wordpressaccount import values
from .wordpresses import RunningRelay
from .wprelay import Relay
from .wpsite import Site


@pytest.mark.peers
class TestContract(ChannelContract):
    """One user for each test."""

    @pytest.fixture
    def server(self, wordpress: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningRelay]:
        with wordpresses.in_a_thread(wordpress) as (started, _):
            monkeypatch.setenv(wordpresses.VARIABLE, started.token)
            yield started

    @pytest.fixture
    def channel(self, server: RunningRelay) -> Channel:
        return wordpresses.channel(server)

    @pytest.fixture
    def release(self, server: RunningRelay) -> Release:
        return server.release(f"{server.user.id} one")

    @pytest.fixture
    def other_release(self, server: RunningRelay) -> Release:
        return server.release(f"{server.user.id} two")

    @pytest.fixture
    def faults(self, server: RunningRelay) -> Switch:
        return wordpresses.switch(server)

    @pytest.fixture
    def online(self, server: RunningRelay) -> Callable[[], Collection[str]]:
        return lambda: {one["id"] for one in server.online()}

    @pytest.fixture
    def secrets(self, server: RunningRelay) -> Collection[str]:
        return (server.token,)


@pytest.mark.peers
class TestContractElsewhere(Elsewhere):
    """The same against any site: ``FAHNDUNG_TEST_WP`` is its address, ``…_USER`` who logs in there, ``…_PASSWORD`` an
    application password. It needs the plugin, the page "fahndung" and a picture; what it makes it removes again."""

    __test__ = "FAHNDUNG_TEST_WP" in os.environ
    handed = {wordpresses.VARIABLE: "FAHNDUNG_TEST_WP_PASSWORD"}  # noqa: RUF012 - never changed

    def opened(self) -> Channel:
        config = values(base_url=os.environ["FAHNDUNG_TEST_WP"], user=os.environ["FAHNDUNG_TEST_WP_USER"])
        return channels.from_ledger("wordpress", config)

    def released(self, name: str) -> Release:
        return wordpresses.release(name, base=os.environ["FAHNDUNG_TEST_WP"])


@pytest.fixture
def relayed(wordpress: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[RunningRelay, Relay]]:
    with wordpresses.in_a_thread(wordpress) as (started, relay):
        monkeypatch.setenv(wordpresses.VARIABLE, started.token)
        yield started, relay


@pytest.fixture
def server(relayed: tuple[RunningRelay, Relay]) -> RunningRelay:
    return relayed[0]


@pytest.fixture
def channel(server: RunningRelay) -> WordPress:
    return wordpresses.channel(server)


@pytest.fixture
def draft(channel: WordPress, server: RunningRelay) -> Draft:
    return channel.prepare(server.release(f"{server.user.id}"))


@pytest.fixture
def site(wordpress: Site) -> Iterator[Site]:
    """The site with a theme that people use."""
    wordpress.wear(wpsite.THEME)
    yield wordpress
    wordpress.wear("bare")


def stranger(url: str) -> Answer:
    return http.get(url)


def edit(server: RunningRelay, **change: object) -> None:
    """What an administrator changes of the user's page by hand."""
    (page,) = (one["id"] for one in server.online() if one["kind"] == "page")
    server.site.call(f"pages/{page}", **change)


@pytest.mark.peers
def test_what_is_needed_is_checked_and_what_is_missing_is_told(server: RunningRelay, channel: WordPress) -> None:
    channel.check()
    site = server.site
    plugin = site.plugin.read_bytes()
    site.plugin.unlink()
    try:
        with pytest.raises(ChannelFailed, match="put contrib/wordpress"):
            channel.check()
    finally:
        site.plugin.write_bytes(plugin)
    (top,) = site.call("pages?slug=fahndung", method="GET")
    site.call(f"pages/{top['id']}", status="draft")
    try:
        with pytest.raises(ChannelFailed, match='no published page "fahndung"'):
            channel.check()
    finally:
        site.call(f"pages/{top['id']}", status="publish")
    channel.check()


@pytest.mark.peers
def test_a_user_who_may_not_delete_and_a_wrong_password_fail_the_check(
    wordpress: Site, server: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = wordpress.user("author")
    monkeypatch.setenv(wordpresses.VARIABLE, author.password)
    with pytest.raises(AuthError, match="may not delete_pages, delete_published_pages, edit_pages"):
        wordpresses.channel(server, user=author.name).check()
    monkeypatch.setenv(wordpresses.VARIABLE, "no password")
    with pytest.raises(AuthError):
        wordpresses.channel(server).check()


@pytest.mark.peers
def test_nobody_is_shown_anything_before_all_of_it_is_there(
    channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    told: list[Reference] = []

    def checkpoint(reference: Reference) -> None:
        told.append(reference)
        assert {one["status"] for one in server.online()} <= {"draft", "inherit"}
        assert stranger(str(draft.withdrawal["url"])).status == 404
        assert draft.marker not in stranger(f"{server.url}wp-json/wp/v2/media").body.decode()
        assert draft.marker not in stranger(f"{server.url}wp-json/wp/v2/pages").body.decode()

    channel.publish(draft, checkpoint)
    assert [one.kind for one in told] == ["page", "media", "media"]
    assert stranger(str(draft.withdrawal["url"])).status == 200
    assert [(one.verb, one.kind) for one in server.journal()] == [
        ("draft", "draft"),
        ("create", "media-0"),
        ("create", "media-1"),
        ("create", "post"),
    ]
    channel.withdraw(posting(draft))
    assert [(one.verb, one.kind) for one in server.journal()][4:] == [
        ("delete", "post"),
        ("delete", "media-0"),
        ("delete", "media-1"),
    ]


@pytest.mark.peers
def test_strangers_read_exactly_what_was_approved_and_programs_get_neutral_words_and_the_card(
    site: Site, channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    witness = published(channel, draft)
    whole = posting(draft, witness)
    assert isinstance(seen := channel.look(whole), Live), seen
    url, page = str(draft.withdrawal["url"]), stranger(str(draft.withdrawal["url"])).body.decode()
    assert '-- "Linie 9" :) 3x4 &amp; [caption]</h1>' in page
    read = pages.read(page).page
    assert {"noindex", "noimageindex", "noarchive"} <= read.robots
    (card, man) = (one.url for one in witness.references if one.kind == "media")
    assert {*read.previews} == {card}
    first = re.search(r'<img[^>]* src="([^"]*)"', page)
    assert first is not None
    assert first[1] == card
    for name, told in (("og:title", wordpresses.NEUTRAL), ("og:description", wordpresses.TOLD), ("og:url", url)):
        assert f'<meta property="{name}" content="{told}">' in page
    assert "oembed" not in page
    assert page.count("application/rss+xml") == 2, "the site's own feeds, and none of the page"
    assert stranger(f"{server.url}wp-json/oembed/1.0/embed?url={url}").status == 404
    slug = str(draft.withdrawal["slug"])
    for listed in ("feed/", "wp-sitemap-posts-page-1.xml", "wp-json/wp/v2/posts", "comments/feed/"):
        answer = stranger(server.url + listed)
        assert answer.status == 200
        assert slug not in answer.body.decode()
    (media,) = (one.id.partition(":")[0] for one in witness.references if one.url == man)
    assert stranger(f"{server.url}?attachment_id={media}").status in {301, 404}
    assert stranger(f"{url}{draft.marker}-1/").status == 404, "a picture has no page of its own"
    comment = http.post(f"{server.url}wp-json/wp/v2/comments", body=b"post=1&content=x&author_name=x")
    assert comment.status in {401, 403}


@pytest.mark.peers
def test_every_other_spelling_of_an_address_leads_to_the_one_that_was_approved(
    site: Site, channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    published(channel, draft)
    slug = str(draft.withdrawal["slug"])
    url = str(draft.withdrawal["url"])
    others = (
        "Fahndung/{}/",
        "fähndung/{}/",
        "fahndung/{}/embed/",
        "fahndung/{}/feed/",
        "fahndung/{}/2/",
    )
    for other in (*others, "index.php/fahndung/{}/", "?pagename=fahndung/{}", f"FAHNDUNG/{slug.upper()}"):
        answer = stranger(server.url + urllib.parse.quote(other.format(slug), safe="/%?="))
        assert answer.status in {301, 404}, other
        assert answer.headers.get("location", url) == url
    assert stranger(url).status == 200
    direct = stranger(f"{server.url}wp-content/mu-plugins/fahndung.php")
    assert (direct.status, direct.body) == (200, b""), "called by itself it does nothing and tells nothing"


@pytest.mark.peers
@pytest.mark.parametrize("agent", ["Facebook", "Telegram"])
def test_no_preview_shows_a_person_and_a_page_without_the_plugin_would(
    site: Site, channel: WordPress, server: RunningRelay, agent: str
) -> None:
    face, name = portrait(7, width=300, height=400), f"{server.user.id}"
    key = linkposts.marker(f"{name} 1")
    release = server.release(name, files={f"website/images/man{key}.jpg": face})
    draft = channel.prepare(release)
    whole = posting(draft, published(channel, draft))
    found = Robot(agent).pictures(str(draft.withdrawal["url"]))
    assert {one.way for one in found} == {"og:image", "twitter:image", "img"}
    assert not any(robot.shows(one.data, [face]) for one in found)
    (man,) = (one.url for one in whole.references if one.kind == "media" and "-1.jpg" in str(one.url))
    edit(server, content=f'<p>Fahndung</p><img src="{man}">')
    shown = Robot(agent).pictures(str(draft.withdrawal["url"]))
    assert any(robot.shows(one.data, [face]) for one in shown), "the control: a face is found where there is one"
    channel.withdraw(whole)
    assert Robot(agent).pictures(str(draft.withdrawal["url"])) == []


@pytest.mark.peers
def test_a_later_revision_takes_the_same_page_and_leaves_with_its_own_pictures(
    channel: WordPress, server: RunningRelay
) -> None:
    name = f"{server.user.id}"
    first, second = (channel.prepare(server.release(name, revision=number)) for number in (1, 2))
    old = posting(first, published(channel, first))
    new = posting(second, published(channel, second))
    assert [one.id for one in old.references if one.kind == "page"] == [
        one.id for one in new.references if one.kind == "page"
    ]
    assert isinstance(channel.look(new), Live)
    assert isinstance(seen := channel.look(old), Altered), seen
    channel.withdraw(old)
    assert isinstance(seen := channel.look(old), Gone), seen
    assert seen.evidence["a later revision"] == [first.withdrawal["url"]]
    assert isinstance(channel.look(new), Live)
    assert server.site.files(first.marker) == []
    verbs = [(one.verb, one.marker) for one in server.journal() if one.kind == "post"]
    assert verbs == [("create", first.marker), ("delete", first.marker), ("create", second.marker)]
    channel.withdraw(new)
    for whole in (old, new):
        assert isinstance(seen := channel.look(whole), Gone), seen
    assert (server.online(), server.site.files(second.marker)) == ((), [])


@pytest.mark.peers
def test_a_long_listing_is_read_as_a_whole(
    channel: WordPress, server: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordpressapi, "PAGE", 2)
    drafts = [channel.prepare(server.release(f"{server.user.id} {name}")) for name in ("one", "two")]
    made = [posting(draft, published(channel, draft)) for draft in drafts]
    assert {(one.marker, one.reference) for one in channel.listing()} == {
        (draft.marker, reference) for draft, whole in zip(drafts, made, strict=True) for reference in whole.references
    }
    for whole in made:
        channel.withdraw(whole)
    assert channel.listing() == ()


@pytest.mark.peers
def test_after_the_end_the_address_says_410_and_no_size_of_a_picture_is_left(
    channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    witness = published(channel, draft)
    whole = posting(draft, witness)
    sizes = [url for one in witness.references if one.kind == "media" for url in files_of(one)]
    assert len(sizes) == 4
    assert {stranger(url).status for url in sizes} == {200}
    channel.withdraw(whole)
    seen = channel.look(whole)
    assert isinstance(seen, Gone)
    ended = stranger(str(draft.withdrawal["url"]))
    assert (ended.status, ended.headers["x-robots-tag"]) == (410, "noindex, noimageindex, noarchive")
    assert {stranger(url).status for url in sizes} == {404}
    assert server.site.files(draft.marker) == []
    rows = "select count(*) from wp_posts where post_type = 'revision' and post_author = {}"
    assert server.site.sql(rows.format(server.user.id)) == ["0"], "no revision is kept of what was deleted"
    again = channel.prepare(server.release(f"{server.user.id}", revision=2))
    whole = posting(again, published(channel, again))
    assert isinstance(channel.look(whole), Live), "a new order may use the address again"
    channel.withdraw(whole)


HAND: Mapping[str, Mapping[str, object]] = {
    "its content is another": {"content": '<div id="fahndung-{}">Anders</div>'},
    "its title is another": {"title": "Räuber!"},
    "its head is another": {"meta": {"fahndung_head": '{"title": "Räuber!"}'}},
    "is open to comments": {"comment_status": "open"},
    "it is draft at": {"status": "draft"},
    "it is private at": {"status": "private"},
    "there are 0 pages": {"content": "Anders"},
    "it is publish at": {"slug": "anderswo"},
}


@pytest.mark.peers
@pytest.mark.parametrize("why", HAND)
def test_what_somebody_changes_by_hand_is_noticed_and_comes_down_all_the_same(
    channel: WordPress, server: RunningRelay, draft: Draft, why: str
) -> None:
    whole = posting(draft, published(channel, draft))
    edit(
        server,
        **{key: str(value).format(draft.marker) if key == "content" else value for key, value in HAND[why].items()},
    )
    seen = channel.look(whole)
    assert isinstance(seen, Altered), seen
    assert why in seen.why
    channel.withdraw(whole)
    assert server.online() == ()
    assert isinstance(seen := channel.look(whole), Gone), seen


@pytest.mark.peers
def test_what_lies_in_the_trash_is_not_gone_and_is_found_there(
    channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    whole = posting(draft, published(channel, draft))
    (page,) = (one["id"] for one in server.online() if one["kind"] == "page")
    server.site.call(f"pages/{page}", method="DELETE")
    assert stranger(str(draft.withdrawal["url"])).status == 404
    assert isinstance(seen := channel.look(whole), Altered), seen
    assert f"page {page}" in seen.why
    assert page in {one.id for one in channel.find(draft.marker)}
    channel.withdraw(posting(draft))
    assert server.online() == ()
    assert isinstance(channel.look(whole), Gone)


@pytest.mark.peers
def test_a_picture_whose_upload_nobody_answered_is_found_and_goes(
    channel: WordPress, server: RunningRelay, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = wordpresses.channel(server)
    witness = Witness()
    server.add(Fault.CUT_AFTER, Call.UPLOAD)
    with pytest.raises(OutcomeUnknown):
        channel.publish(draft, witness)
    assert [one.kind for one in witness.references] == ["page"]
    assert sorted(one.kind for one in channel.find(draft.marker)) == ["media", "page"]
    (media,) = (one["id"].partition(":")[0] for one in server.online() if one["kind"] == "media")
    server.site.call(f"media/{media}", title="Zeuge", slug="zeuge", alt_text="anders")
    assert sorted(one.kind for one in channel.find(draft.marker)) == ["media", "page"], "its file still names it"
    (grown,) = channel.grown(posting(draft, witness))
    witness(grown)
    assert channel.grown(posting(draft, witness)) == (), "what the ledger knows is no news"
    channel.withdraw(posting(draft, witness))
    assert (server.online(), server.site.files(draft.marker)) == ((), [])
    left = files_of(grown)[-1]
    path = server.site.uploads / left.partition("/uploads/")[2]
    path.write_bytes(b"a size that its deletion forgot")
    seen = channel.look(posting(draft, witness))
    path.unlink()
    assert isinstance(seen, Altered)
    assert left in seen.evidence["there"]  # type: ignore[operator]
    assert isinstance(channel.look(posting(draft, witness)), Gone)


@pytest.mark.peers
def test_what_a_limit_stopped_half_way_is_taken_up_and_nothing_is_made_twice(
    channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    witness = Witness()
    for call, which in ((Call.UPLOAD, 1), (Call.UPLOAD, 2), (Call.SHOW, 1)):
        server.add(Fault.LIMITED, call, every=which)
        with pytest.raises(RateLimited):
            channel.publish(dataclasses.replace(draft, references=tuple(witness.references)), witness)
    channel.publish(dataclasses.replace(draft, references=tuple(witness.references)), witness)
    assert isinstance(channel.look(posting(draft, witness)), Live)
    assert sorted(one.kind for one in server.journal()) == ["draft", "media-0", "media-1", "post"]
    with pytest.raises(Duplicate):
        channel.publish(draft, Witness())


@pytest.mark.peers
def test_what_arrives_after_its_withdrawal_is_refused(channel: WordPress, server: RunningRelay, draft: Draft) -> None:
    witness = published(channel, draft)
    channel.withdraw(posting(draft, witness))
    page = witness.references[0]
    with pytest.raises(Rejected):
        channel._api.write(page, {"status": "publish"})
    with pytest.raises(AuthError):
        channel._api.upload(page, f"{draft.marker}-0", wordpresses.picture("x"), "x")
    assert (server.online(), server.site.files(draft.marker)) == ((), [])


@pytest.mark.peers
def test_a_page_of_somebody_else_is_neither_written_nor_deleted(
    channel: WordPress, server: RunningRelay, draft: Draft
) -> None:
    (top,) = server.site.call("pages?slug=fahndung", method="GET")
    at = {"slug": draft.withdrawal["slug"], "parent": top["id"], "status": "publish", "content": "Vorher"}
    (made,) = [server.site.call("pages", **at, author=server.user.id)]
    with pytest.raises(Rejected, match="another page has the address"):
        channel.publish(draft, Witness())
    server.site.call(f"pages/{made['id']}", author=1)
    witness = Witness()
    with pytest.raises(NotPublishable, match="does not stand at the approved address"):
        channel.publish(draft, witness)
    assert len(witness.references) == 3
    channel.withdraw(posting(draft, witness))
    assert server.online() == ()
    assert stranger(str(draft.withdrawal["url"])).status == 200
    seen = channel.look(posting(draft, witness))
    assert isinstance(seen, Altered), "nobody can say what stands there"
    server.site.call(f"pages/{made['id']}?force=true", method="DELETE")
    assert isinstance(channel.look(posting(draft, witness)), Gone)


@pytest.mark.peers
def test_pictures_that_would_lie_on_another_server_are_not_shown(
    channel: WordPress, server: RunningRelay, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel._stranger, "is_ours", lambda _: False)
    witness = Witness()
    with pytest.raises(NotPublishable, match="would lie on another server"):
        channel.publish(draft, witness)
    assert {one["status"] for one in server.online()} == {"draft", "inherit"}
    with pytest.raises(Unsupported, match="it is not asked"):
        channel.withdraw(posting(draft, witness))
    assert server.online() == (), "a person has to look there, and everything else is gone"


@pytest.mark.peers
def test_what_the_site_would_change_is_not_shown_unless_its_user_may_write_any_html(
    wordpress: Site, server: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = wordpresses.PAGE.replace("<h1>", '<h1 itemscope="">')
    for role, refused in (("fahndung", True), ("editor", False)):
        user = wordpress.user(role)
        monkeypatch.setenv(wordpresses.VARIABLE, user.password)
        channel = wordpresses.channel(server, user=user.name)
        channel.check()
        draft, witness = channel.prepare(server.release(f"{user.id}", page=page)), Witness()
        if refused:
            with pytest.raises(NotPublishable, match="stores something else"):
                channel.publish(draft, witness)
            assert {one["status"] for one in wordpress.objects(user)} == {"draft", "inherit"}
        else:
            channel.publish(draft, witness)
            assert isinstance(channel.look(posting(draft, witness)), Live)
        channel.withdraw(posting(draft, witness))
        assert wordpress.objects(user) == ()


@pytest.mark.peers
def test_nothing_is_gone_while_the_site_shows_what_never_was_or_not_what_surely_is(
    channel: WordPress, server: RunningRelay, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = posting(draft, published(channel, draft))
    channel.withdraw(whole)
    (logo,) = server.site.uploads.rglob("wappen.jpg")
    where = f"{server.url}wp-content/uploads/{logo.relative_to(server.site.uploads)}"
    monkeypatch.setattr(channel._api, "some_pictures", lambda: ("https://elsewhere.example/x.jpg", where))
    assert isinstance(channel.look(whole), Gone)
    logo.rename(logo.with_name("kept"))
    try:
        assert isinstance(seen := channel.look(whole), Unknown), seen
        assert "no picture of its library" in seen.why
    finally:
        logo.with_name("kept").rename(logo)
    (top,) = server.site.call("pages?slug=fahndung", method="GET")
    server.site.call(f"pages/{top['id']}", status="draft")
    try:
        assert isinstance(channel.look(whole), Unknown)
    finally:
        server.site.call(f"pages/{top['id']}", status="publish")
    assert isinstance(channel.look(whole), Gone)


@pytest.mark.peers
@pytest.mark.parametrize("mistake", [simulated.empty_when_limited, simulated.believes_absence])
def test_the_contract_catches_a_mistake(
    server: RunningRelay, mistake: simulated.Mistake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for made, caught in ((WordPress, False), (mistake(WordPress), True)):
        channel: Any = made(wordpresses.channel(server).endpoint)
        release = server.release(f"{server.user.id} {made.__name__}")
        assert simulated.catches(mistake, channel, release, server, wordpresses.switch(server)) is caught


MUTANTS: Mapping[type[WordPress], Callable[[WordPress, Draft, RunningRelay], None]] = {
    wordpresses.LeavesPictures: lambda channel, draft, server: (
        ChannelContract().test_withdrawing_removes_all_and_twice_is_a_success(channel, draft, online(server))
    ),
    wordpresses.Trashes: lambda channel, draft, server: (
        ChannelContract().test_withdrawing_removes_all_and_twice_is_a_success(channel, draft, online(server))
    ),
    wordpresses.ForgetsTheTrash: lambda channel, draft, server: (
        test_what_lies_in_the_trash_is_not_gone_and_is_found_there(channel, server, draft)
    ),
    wordpresses.ShowsAtOnce: lambda channel, draft, server: test_nobody_is_shown_anything_before_all_of_it_is_there(
        channel, server, draft
    ),
}


def online(server: RunningRelay) -> Callable[[], Collection[str]]:
    return lambda: {one["id"] for one in server.online()}


@pytest.mark.peers
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mistake_of_this_channel_is_caught(server: RunningRelay, draft: Draft, mutant: type[WordPress]) -> None:
    with pytest.raises(AssertionError):
        MUTANTS[mutant](mutant(wordpresses.channel(server).endpoint), draft, server)


def test_what_the_channel_says_of_itself() -> None:
    opened = channels.from_ledger("wordpress", values())
    able = opened.capabilities()
    assert (able.recovery, able.can_delete, able.delete_window, able.can_find) == ("lookup", True, None, True)
    assert not able.rehearsal_only
    assert able.evidence is not None
    assert able.evidence.by == "real-server"
    assert "caches" in able.residual.en
    assert channels.medium_of("wordpress") is Medium.WEBSITE is opened.medium
    assert KIND_COMMENTS["wordpress"] is Comments.OFF


@pytest.mark.peers
def test_the_version_that_is_claimed_is_the_one_that_runs(wordpress: Site) -> None:
    checked = channels.from_ledger("wordpress", values()).capabilities().evidence
    assert checked is not None
    assert checked.version == f"WordPress {wordpress.version}"


def test_what_would_be_sent_is_the_page_its_head_its_title_and_its_pictures() -> None:
    draft = channels.from_ledger("wordpress", values()).prepare(wordpresses.release())
    assert [*draft.payload] == ["page.html", "head.json", "title.txt", *(one["name"] for one in listed(draft))]
    assert draft.references == ()
    text = json.dumps(dict(draft.withdrawal))
    assert not [word for word in ("Zeuge", "Mann", "Jacke", "Linie") if word in text], "no word about a person"
    assert [alt for _, alt in draftreading.pictures(draft)] == ["Karte der Polizei", 'Mann "in" Jacke & Hose']


def listed(draft: Draft) -> list[dict[str, str]]:
    found: list[dict[str, str]] = draft.withdrawal["pictures"]  # type: ignore[assignment]
    return found
