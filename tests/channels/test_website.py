import dataclasses
import json
import os
import pathlib
import re
import stat
import threading
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from fahndung import channels, resources
from fahndung.channels import placing, server
from fahndung.channels.base import Channel
from fahndung.channels.kinds import KIND_MEDIA
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.channels.withdrawal import Withdrawal
from fahndung.errors import ChannelFailed, NotPublishable, Rejected
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Marked, Posting, Reference, Unknown

from . import build
from .build import IMAGES, SLUG

PAGE = f"fahndung/{SLUG}/index.html"
LISTS = (
    "index.html",
    "feed.atom",
    "feed.json",
    "ninjs.json",
    "api/v1/appeals.json",
    "robots.txt",
    "fahndung-canary.txt",
)
ALONE = (f"api/v1/appeals/{SLUG}.json", f"cap/{SLUG}.xml")


@pytest.fixture
def channel(tmp_path: pathlib.Path) -> Website:
    return build.website(tmp_path / "home")


def root(channel: Website) -> pathlib.Path:
    return channel.endpoint.root


def test_a_website_is_a_channel(channel: Website) -> None:
    as_channel: Channel = channel
    assert (as_channel.name, as_channel.kind, as_channel.medium) == ("website", "website", Medium.WEBSITE)
    assert KIND_MEDIA[as_channel.kind] is as_channel.medium


def test_it_tells_its_abilities_in_both_languages(channel: Website) -> None:
    row = channel.capabilities().as_json(channel.name)
    assert row["can_delete"] is True
    assert (row["name"], row["delete_window"], row["reads_back"]) == ("website", None, "files")
    assert row["proof"] != channel.capabilities().as_json(channel.name, "de")["proof"]
    assert json.dumps(row)


def test_publishing_puts_up_page_pictures_lists_and_canary(channel: Website) -> None:
    seen, checkpoint = build.collector()
    draft = channel.prepare(build.release(channel.endpoint.base_url))
    channel.publish(draft, checkpoint)
    expected = {PAGE, *(f"bilder/{SLUG}/{name}" for name in IMAGES)}
    expected |= {*LISTS, *ALONE}
    assert set(build.public_files(root(channel))) == expected
    assert seen == list(draft.references)
    assert (root(channel) / "fahndung-canary.txt").read_text().strip() == build.NONCE
    assert (root(channel) / "robots.txt").read_text() == "User-agent: *\nDisallow: /bilder/\n"
    assert isinstance(channel.look(build.posting(draft)), Live)


def test_files_are_0644_and_folders_0755_whatever_the_umask(channel: Website) -> None:
    before = os.umask(0o077)
    try:
        build.publish(channel)
    finally:
        os.umask(before)
    for path in root(channel).rglob("*"):
        if path.name != "lock":
            assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_publishing_twice_changes_no_byte(channel: Website) -> None:
    draft = build.publish(channel)
    before = build.public_files(root(channel))
    channel.publish(draft, lambda _: None)
    assert build.public_files(root(channel)) == before


def test_a_draft_survives_the_ledger_and_can_be_published_by_a_channel_opened_from_it(channel: Website) -> None:
    draft = channel.prepare(build.release(channel.endpoint.base_url))
    endpoint = json.loads(json.dumps(dict(draft.endpoint)))
    again = channels.from_ledger("website", endpoint)
    again.publish(draft, lambda _: None)
    assert isinstance(again.look(build.posting(draft)), Live)
    again.withdraw(build.posting(draft))
    assert isinstance(channel.look(build.posting(draft)), Gone)


def test_the_ledger_row_holds_no_word_about_the_person(channel: Website) -> None:
    draft = channel.prepare(build.release(channel.endpoint.base_url))
    row = json.dumps([dict(draft.withdrawal), dict(draft.endpoint)])
    assert build.TITLE not in row
    assert "Stand 1" not in row


def test_withdrawing_leaves_markers_and_a_tombstone_only(channel: Website) -> None:
    draft = build.publish(channel)
    channel.withdraw(build.posting(draft))
    assert set(build.public_files(root(channel))) == {*LISTS, ALONE[1]}
    assert not list(root(channel).rglob(f"entries/{SLUG}*"))
    assert (root(channel) / f".fahndung/gone/{SLUG}.html").read_text() == build.GONE
    feed = json.loads((root(channel) / "feed.json").read_text())
    assert feed["items"] == []
    assert feed["_fahndung"]["withdrawn"][0]["at"] == "2026-12-01T09:00:00Z"
    assert 'when="2026-12-01T09:00:00Z"' in (root(channel) / "feed.atom").read_text()
    assert SLUG not in (root(channel) / "index.html").read_text()
    gone = channel.look(build.posting(draft))
    assert isinstance(gone, Gone), gone


def test_withdrawing_again_or_what_never_stood_is_a_success(channel: Website) -> None:
    draft = channel.prepare(build.release(channel.endpoint.base_url))
    channel.withdraw(build.posting(draft))
    before = build.public_files(root(channel))
    channel.withdraw(build.posting(draft, at="2027-01-01T00:00:00+00:00"))
    assert build.public_files(root(channel)) == before


def test_without_an_instant_the_tombstone_takes_the_entrys(channel: Website) -> None:
    draft = build.publish(channel)
    channel.withdraw(Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=()))
    assert "2026-11-21T15:00:00Z" in (root(channel) / "feed.atom").read_text()


def test_withdrawing_removes_whatever_else_lies_in_the_appeals_folders(channel: Website) -> None:
    draft = build.publish(channel)
    (root(channel) / f"bilder/{SLUG}/.tmp-1-left").write_bytes(b"half a picture")
    (root(channel) / f"fahndung/{SLUG}/old").mkdir()
    (root(channel) / f"fahndung/{SLUG}/old/page.html").write_bytes(b"old")
    channel.withdraw(build.posting(draft))
    assert not (root(channel) / f"bilder/{SLUG}").exists()
    assert not (root(channel) / f"fahndung/{SLUG}").exists()


def test_other_appeals_stay_untouched(channel: Website) -> None:
    draft, other = build.publish(channel), build.publish(channel, slug=build.OTHER_SLUG)
    channel.withdraw(build.posting(draft))
    assert isinstance(channel.look(build.posting(other)), Live)
    assert isinstance(channel.look(build.posting(draft)), Gone)


def test_an_appeal_can_be_published_again_after_its_end(channel: Website) -> None:
    draft = build.publish(channel)
    channel.withdraw(build.posting(draft))
    again = build.publish(channel, revision=2)
    assert isinstance(channel.look(build.posting(again)), Live)
    assert json.loads((root(channel) / "feed.json").read_text())["_fahndung"]["withdrawn"] == []
    channel.withdraw(build.posting(again))
    assert isinstance(channel.look(build.posting(again)), Gone)
    assert isinstance(channel.look(build.posting(draft, superseded=True)), Gone)


def status(channel: Website, path: str) -> int:
    return server.answer(Site(root(channel)), f"/{path}").status


def test_every_picture_of_an_ended_appeal_stays_410_when_a_new_order_takes_the_address(channel: Website) -> None:
    draft = build.publish(channel)
    seen = Reference(kind="file", id=f"bilder/{SLUG}/seen-once.jpg")
    ended = Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=(*draft.references, seen))
    channel.withdraw(ended)
    again = build.publish(channel, revision=2, images=NEW)
    assert status(channel, f"bilder/{SLUG}/cctv-1-thumb.jpg") == 410
    assert status(channel, seen.id) == 410
    assert status(channel, f"bilder/{SLUG}/cctv-1.jpg") == 200
    assert isinstance(channel.look(dataclasses.replace(ended, superseded=True)), Gone)
    assert isinstance(channel.look(build.posting(again)), Live)


NEW = {"cctv-1.jpg": b"\xff\xd8 changed \xff\xd9", "cctv-2.jpg": b"\xff\xd8 more \xff\xd9"}


class TestReplacing:
    def test_only_the_old_revisions_own_files_go(self, channel: Website) -> None:
        old, new = build.publish(channel), build.publish(channel, revision=2, images=NEW)
        posting = build.posting(old, superseded=True)
        assert isinstance(channel.look(posting), Live)
        channel.withdraw(posting)
        assert isinstance(channel.look(posting), Gone)
        assert isinstance(channel.look(build.posting(new)), Live)
        assert (root(channel) / f".fahndung/gone/{SLUG}/cctv-1-thumb.jpg").read_text() == build.GONE
        channel.withdraw(posting)
        assert isinstance(channel.look(build.posting(new)), Live)

    def test_a_picture_that_comes_back_is_shown_again(self, channel: Website) -> None:
        old = build.publish(channel)
        build.publish(channel, revision=2, images=NEW)
        channel.withdraw(build.posting(old, superseded=True))
        third = build.publish(channel, revision=3)
        assert isinstance(channel.look(build.posting(third)), Live)

    def test_old_bytes_at_a_shared_address_are_noticed(self, channel: Website) -> None:
        old = build.publish(channel)
        build.publish(channel, revision=2, images=NEW)
        posting = build.posting(old, superseded=True)
        channel.withdraw(posting)
        (root(channel) / f"bilder/{SLUG}/cctv-1.jpg").write_bytes(IMAGES["cctv-1.jpg"])
        altered = channel.look(posting)
        assert isinstance(altered, Altered)
        assert "still shows the replaced revision" in altered.why

    def test_the_end_of_the_later_revision_ends_both(self, channel: Website) -> None:
        old, new = build.publish(channel), build.publish(channel, revision=2, images=NEW)
        channel.withdraw(build.posting(new))
        for posting in (build.posting(new), build.posting(old, superseded=True)):
            assert isinstance(channel.look(posting), Gone)

    def test_a_ledger_that_does_not_know_the_successor_yet_cannot_tear_it_down(self, channel: Website) -> None:
        old, new = build.publish(channel), build.publish(channel, revision=2, images=NEW)
        before = {name: data for name, data in build.public_files(root(channel)).items() if "thumb" not in name}
        assert isinstance(channel.look(build.posting(old)), Live)
        for _ in range(2):
            channel.withdraw(build.posting(old))
            assert build.public_files(root(channel)) == before
            assert isinstance(channel.look(build.posting(old)), Gone)
            assert isinstance(channel.look(build.posting(new)), Live)
        assert status(channel, f"bilder/{SLUG}/cctv-1-thumb.jpg") == 410
        channel.withdraw(build.posting(new))
        assert isinstance(channel.look(build.posting(new)), Gone)
        assert isinstance(channel.look(build.posting(old)), Gone)

    def test_a_revision_ended_before_cannot_tear_down_the_new_order(self, channel: Website) -> None:
        old = build.publish(channel)
        channel.withdraw(build.posting(old))
        new = build.publish(channel, revision=2, images=NEW)
        channel.withdraw(build.posting(old))
        assert isinstance(channel.look(build.posting(new)), Live)

    def test_a_revision_that_was_never_put_up_takes_nothing_with_it(self, channel: Website) -> None:
        old = build.publish(channel)
        never = channel.prepare(build.release(channel.endpoint.base_url, revision=2, images=NEW))
        channel.withdraw(build.posting(never))
        assert isinstance(channel.look(build.posting(never)), Gone)
        assert isinstance(channel.look(build.posting(old)), Live)

    @pytest.mark.parametrize("first", ["old", "new"])
    def test_a_half_done_successor_goes_with_the_page_whose_place_it_has_begun_to_take(
        self, channel: Website, first: str
    ) -> None:
        old = build.publish(channel)
        new = channel.prepare(build.release(channel.endpoint.base_url, revision=2, images=NEW))

        def die_after_the_page(one: Reference) -> None:
            if one.kind == "page":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            channel.publish(new, die_after_the_page)
        channel.withdraw(build.posting(old if first == "old" else new))
        assert [name for name in build.public_files(root(channel)) if SLUG in name] == [f"cap/{SLUG}.xml"]
        assert channel.find(new.marker) == channel.find(old.marker) == ()
        assert isinstance(channel.look(build.posting(old)), Gone)
        assert isinstance(channel.look(build.posting(new)), Gone)
        channel.publish(new, lambda _: None)
        assert isinstance(channel.look(build.posting(new)), Live)

    def test_what_the_lists_still_say_of_the_old_revision_goes_as_well(
        self, channel: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = build.publish(channel, title="Vermisst: A. B.")
        with monkeypatch.context() as patch:
            patch.setattr("fahndung.channels.shelf.join", lambda *_: fail("join"))
            with pytest.raises(ChannelFailed, match="no join"):
                build.publish(channel, revision=2)
        assert "Vermisst" in (root(channel) / "feed.atom").read_text()
        channel.withdraw(build.posting(old))
        for name in ("index.html", "feed.atom", "feed.json"):
            assert "Vermisst" not in (root(channel) / name).read_text()
            assert build.TITLE in (root(channel) / name).read_text()

    def test_a_successor_that_comes_while_the_takedown_waits_for_the_lock_is_spared(
        self, channel: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = build.publish(channel)
        mark = placing._mark_gone
        came: list[Draft] = []

        def mark_too_late(site: Site, withdrawal: Withdrawal) -> None:
            if not came:
                came.append(build.publish(channel, revision=2, images=NEW))
            mark(site, withdrawal)

        monkeypatch.setattr(placing, "_mark_gone", mark_too_late)
        channel.withdraw(build.posting(old))
        assert isinstance(channel.look(build.posting(came[0])), Live)
        assert isinstance(channel.look(build.posting(old)), Gone)

    @pytest.mark.parametrize("aside", [False, True])
    def test_a_successor_whose_entry_is_damaged_keeps_its_page(self, channel: Website, aside: bool) -> None:
        old, new = build.publish(channel), build.publish(channel, revision=2, images={"other.jpg": b"\xff\xd8"})
        (root(channel) / f".fahndung/entries/{SLUG}.json").write_text("{}")
        if aside:
            build.publish(channel, slug=build.OTHER_SLUG)
        channel.withdraw(build.posting(old, superseded=True))
        assert isinstance(channel.look(build.posting(old, superseded=True)), Gone)
        assert (root(channel) / PAGE).read_bytes() == new.payload[PAGE]
        altered = channel.look(build.posting(new))
        assert isinstance(altered, Altered)
        assert "no entry" in altered.why

    def test_without_a_later_revision_a_superseded_posting_is_taken_down_whole(self, channel: Website) -> None:
        old = build.publish(channel)
        posting = build.posting(old, superseded=True)
        assert isinstance(channel.look(posting), Live)
        channel.withdraw(posting)
        assert isinstance(channel.look(posting), Gone)

    def test_a_picture_that_cannot_be_removed_is_told(self, channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
        old = build.publish(channel)
        build.publish(channel, revision=2, images={})
        keep = f"bilder/{SLUG}/cctv-1.jpg"
        remove = Site.remove
        monkeypatch.setattr(Site, "remove", lambda self, path: fail(path) if path == keep else remove(self, path))
        with pytest.raises(ChannelFailed, match=r"cctv-1\.jpg"):
            channel.withdraw(build.posting(old, superseded=True))
        assert not (root(channel) / f"bilder/{SLUG}/cctv-1-thumb.jpg").exists()
        assert isinstance(channel.look(build.posting(old, superseded=True)), Altered)


def fail(path: str) -> None:
    raise ChannelFailed(f"no {path}", f"kein {path}")


class TestFind:
    def test_it_finds_a_page_by_its_marker_alone(self, channel: Website) -> None:
        draft = build.publish(channel)
        build.publish(channel, slug=build.OTHER_SLUG)
        assert set(channel.find(draft.marker)) == set(draft.references)
        assert channel.find("another") == ()
        channel.withdraw(build.posting(draft))
        assert channel.find(draft.marker) == ()

    def test_a_fresh_site_holds_nothing(self, channel: Website) -> None:
        assert channel.find("any") == ()

    def test_a_half_published_page_is_found(self, channel: Website) -> None:
        draft = channel.prepare(build.release(channel.endpoint.base_url))
        with pytest.raises(KeyboardInterrupt):
            channel.publish(draft, interrupt)
        assert set(channel.find(draft.marker)) == set(draft.references)

    def test_a_missing_root_is_not_an_empty_one(self, channel: Website) -> None:
        root(channel).rmdir()
        with pytest.raises(ChannelFailed, match="mounted"):
            channel.find("any")

    def test_an_entry_under_another_pages_name_makes_the_listing_unclean(self, channel: Website) -> None:
        draft = build.publish(channel)
        entries = root(channel) / ".fahndung/entries"
        (entries / f"{SLUG}.json").rename(entries / f"{build.OTHER_SLUG}.json")
        with pytest.raises(ChannelFailed, match="another page"):
            channel.find(draft.marker)

    def test_a_damaged_entry_makes_the_listing_unclean(self, channel: Website) -> None:
        draft = build.publish(channel)
        (root(channel) / f".fahndung/entries/{SLUG}.json").write_text("{}")
        with pytest.raises(ChannelFailed, match="damaged"):
            channel.find(draft.marker)


def interrupt(_: Reference) -> None:
    raise KeyboardInterrupt


STRAY = Reference(
    kind="file", id=f"bilder/{SLUG}/stray.jpg", url=f"https://fahndung.polizei.example/bilder/{SLUG}/stray.jpg"
)


def stray(channel: Website, path: str = STRAY.id) -> None:
    (root(channel) / path).parent.mkdir(parents=True, exist_ok=True)
    (root(channel) / path).write_bytes(b"\xff\xd8 stray \xff\xd9")


class TestListing:
    def test_it_names_page_and_pictures_by_marker(self, channel: Website) -> None:
        first, second = build.publish(channel), build.publish(channel, slug=build.OTHER_SLUG)
        assert set(channel.listing()) == {
            Marked(marker=draft.marker, reference=one) for draft in (first, second) for one in draft.references
        }

    def test_a_half_published_page_is_listed(self, channel: Website) -> None:
        channel.claim()
        draft = channel.prepare(build.release(channel.endpoint.base_url))
        with pytest.raises(KeyboardInterrupt):
            channel.publish(draft, interrupt)
        assert {one.marker for one in channel.listing()} == {draft.marker}

    @pytest.mark.parametrize("path", [STRAY.id, f"fahndung/{SLUG}/draft/1.html", "bilder/readme.txt"])
    def test_a_file_without_an_entry_is_listed_without_a_marker(self, channel: Website, path: str) -> None:
        build.publish(channel)
        stray(channel, path)
        assert [one.reference.id for one in channel.listing() if one.marker is None] == [path]

    def test_a_link_is_listed_and_not_followed(self, channel: Website, tmp_path: pathlib.Path) -> None:
        channel.claim()
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "1.jpg").touch()
        (root(channel) / "bilder").mkdir()
        (root(channel) / "bilder" / "link").symlink_to(tmp_path / "elsewhere")
        assert [one.reference.id for one in channel.listing()] == ["bilder/link"]

    def test_a_site_that_nobody_has_claimed_may_be_the_wrong_one(self, channel: Website) -> None:
        build.publish(channel)
        root(channel).rename(root(channel).with_name("not-mounted"))
        root(channel).mkdir()
        with pytest.raises(ChannelFailed, match="not mounted"):
            channel.listing()

    def test_another_homes_site_is_not_listed(self, channel: Website) -> None:
        build.publish(channel)
        with pytest.raises(ChannelFailed, match="Another home"):
            build.website(root(channel).parent, nonce="another").listing()

    def test_an_entry_that_was_laid_aside_makes_it_unclean(self, channel: Website) -> None:
        build.publish(channel)
        (root(channel) / f".fahndung/entries/{SLUG}.json").write_text("{}")
        with pytest.raises(ChannelFailed, match="damaged"):
            channel.listing()


class TestLeftover:
    def test_a_whole_page_goes_and_its_410_says_nothing_else(self, channel: Website) -> None:
        draft = build.publish(channel)
        posting = channel.leftover(draft.marker, draft.references)
        channel.withdraw(posting)
        assert isinstance(channel.look(posting), Gone)
        assert channel.listing() == ()
        gone = (root(channel) / f".fahndung/gone/{SLUG}.html").read_text()
        assert "<h1>Nicht mehr verfügbar</h1><p>Diese Seite gibt es nicht mehr.</p>" in gone

    def test_a_home_says_it_in_its_own_words(self, channel: Website) -> None:
        own = root(channel).parent / "templates" / "de" / "words.toml"
        own.parent.mkdir(parents=True)
        told = resources.template_text("de", "words.toml")
        own.write_text(told.replace('"Diese Seite gibt es nicht mehr."', '"Hier war <etwas>."'), "utf-8")
        draft = build.publish(channel)
        channel.withdraw(channel.leftover(draft.marker, draft.references))
        gone = root(channel) / f".fahndung/gone/{SLUG}.html"
        assert "<p>Hier war &lt;etwas&gt;.</p>" in gone.read_text()
        assert "Hier war &lt;etwas&gt;." in (root(channel) / f"cap/{SLUG}.xml").read_text()

    @pytest.mark.parametrize(
        "broken",
        [
            "= =",
            "a = " + "[" * 5000,
            "a = " + "9" * 5000,
            '[leftover]\ntitle = "\\u0001"\ntext = "Weg."\nlist = "Liste"',
            '[leftover]\ntitle = "Weg"\ntext = "Weg."\nlist = "\\uFFFE"',
        ],
        ids=["no TOML", "no end", "no number", "a control character", "no character"],
    )
    def test_broken_words_of_a_home_keep_nothing_online(self, channel: Website, broken: str) -> None:
        own = root(channel).parent / "templates" / "de" / "words.toml"
        own.parent.mkdir(parents=True)
        own.write_text(broken, "utf-8")
        draft = build.publish(channel)
        posting = channel.leftover(draft.marker, draft.references)
        channel.withdraw(posting)
        assert isinstance(channel.look(posting), Gone)
        gone = (root(channel) / f".fahndung/gone/{SLUG}.html").read_text()
        assert "<h1>Nicht mehr verfügbar</h1>" in gone
        ET.fromstring((root(channel) / f"cap/{SLUG}.xml").read_text())

    def test_a_picture_beside_a_page_goes_alone(self, channel: Website) -> None:
        draft = build.publish(channel)
        stray(channel)
        posting = channel.leftover(None, [STRAY])
        channel.withdraw(posting)
        assert isinstance(channel.look(posting), Gone)
        assert isinstance(channel.look(build.posting(draft)), Live)

    def test_files_at_an_address_of_their_own_go_together(self, channel: Website) -> None:
        channel.claim()
        stray(channel)
        posting = channel.leftover(None, [STRAY])
        channel.withdraw(posting)
        assert channel.listing() == ()
        assert isinstance(channel.look(posting), Gone)

    def test_where_more_would_go_with_it_a_person_has_to_look(self, channel: Website) -> None:
        build.publish(channel)
        (root(channel) / f".fahndung/entries/{SLUG}.json").unlink()
        stray(channel)
        with pytest.raises(ChannelFailed, match="would go with it"):
            channel.leftover(None, [STRAY])

    def test_so_where_another_page_is_being_put_up(self, channel: Website) -> None:
        channel.claim()
        with pytest.raises(KeyboardInterrupt):
            channel.publish(channel.prepare(build.release(channel.endpoint.base_url)), interrupt)
        for path in (root(channel) / "bilder" / SLUG).iterdir():
            path.unlink()
        stray(channel)
        with pytest.raises(ChannelFailed, match="would go with it"):
            channel.leftover(None, [STRAY])

    @pytest.mark.parametrize("path", [f"fahndung/{SLUG}/draft/1.html", "bilder/readme.txt", "bilder/a/b/c"])
    def test_what_is_no_page_and_no_picture_is_for_a_person(self, channel: Website, path: str) -> None:
        channel.claim()
        stray(channel, path)
        (one,) = channel.listing()
        with pytest.raises(ChannelFailed, match="by hand"):
            channel.leftover(one.marker, [one.reference])


class TestCheck:
    def test_an_empty_folder_and_our_own_are_fine(self, channel: Website) -> None:
        channel.check()
        build.publish(channel)
        channel.check()

    def test_it_writes_nothing(self, channel: Website) -> None:
        channel.check()
        assert list(root(channel).iterdir()) == []

    def test_claiming_writes_the_canary_once(self, channel: Website) -> None:
        channel.claim()
        channel.claim()
        assert (root(channel) / "fahndung-canary.txt").read_text() == f"{build.NONCE}\n"
        with pytest.raises(NotPublishable, match="Another home"):
            build.website(root(channel).parent, nonce="another").claim()

    def test_taking_down_never_claims_an_empty_folder(self, channel: Website) -> None:
        draft = build.publish(channel)
        mounted = root(channel).rename(root(channel).with_name("not-mounted"))
        root(channel).mkdir()
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Unknown)
        assert (mounted / PAGE).exists()

    def test_a_missing_root_is_told(self, channel: Website) -> None:
        root(channel).rmdir()
        with pytest.raises(ChannelFailed, match="No such file"):
            channel.check()

    def test_a_root_without_permission_is_told(self, channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(ChannelFailed, match="Permission denied"):
            channel.check()

    def test_another_homes_canary_stops_everything_but_taking_down(self, channel: Website) -> None:
        draft = build.publish(channel)
        foreign = build.website(root(channel).parent, nonce="another")
        with pytest.raises(NotPublishable, match="Another home"):
            foreign.check()
        with pytest.raises(Rejected, match="Another home"):
            build.publish(foreign, slug=build.OTHER_SLUG)
        with pytest.raises(ChannelFailed, match="Another home"):
            foreign.find(draft.marker)
        assert not (root(channel) / f"fahndung/{build.OTHER_SLUG}").exists()
        foreign.withdraw(build.posting(draft))
        assert isinstance(foreign.look(build.posting(draft)), Unknown)
        assert isinstance(channel.look(build.posting(draft)), Gone)

    @pytest.mark.parametrize("name", ["index.html", "robots.txt", "feed.atom"])
    def test_somebody_elses_website_is_not_overwritten(self, channel: Website, name: str) -> None:
        (root(channel) / name).write_text("the force's home page")
        with pytest.raises(NotPublishable, match="already holds"):
            build.publish(channel)
        assert (root(channel) / name).read_text() == "the force's home page"

    def test_a_withdrawal_before_the_first_publication_does_not_lock_the_site(self, channel: Website) -> None:
        channel.withdraw(build.posting(channel.prepare(build.release(channel.endpoint.base_url))))
        draft = build.publish(channel)
        assert isinstance(channel.look(build.posting(draft)), Live)


class TestHostileDrafts:
    @pytest.mark.parametrize(
        "path", ["../evil.html", "fahndung/../../evil.html", f"bilder/{build.OTHER_SLUG}/x.jpg", ".fahndung/frame.html"]
    )
    def test_a_path_that_leads_elsewhere_is_refused(self, channel: Website, path: str) -> None:
        draft = channel.prepare(build.release(channel.endpoint.base_url))
        files = dict(draft.withdrawal["files"]) | {path: "0"}  # type: ignore[call-overload]
        with pytest.raises(NotPublishable):
            channel.publish(changed(draft, withdrawal=dict(draft.withdrawal) | {"files": files}), lambda _: None)
        with pytest.raises(NotPublishable):
            channel.publish(changed(draft, payload=dict(draft.payload) | {path: b"evil"}), lambda _: None)
        assert list(root(channel).rglob("*evil*")) == []

    def test_bytes_that_were_not_prepared_are_refused(self, channel: Website) -> None:
        draft = channel.prepare(build.release(channel.endpoint.base_url))
        with pytest.raises(NotPublishable, match="contradicts"):
            channel.publish(changed(draft, payload=dict(draft.payload) | {PAGE: b"evil"}), lambda _: None)
        with pytest.raises(NotPublishable, match="contradicts"):
            channel.publish(changed(draft, payload={PAGE: draft.payload[PAGE]}), lambda _: None)

    def test_a_draft_for_another_website_is_refused(self, channel: Website, tmp_path: pathlib.Path) -> None:
        other = build.website(tmp_path / "other")
        with pytest.raises(NotPublishable, match="another channel"):
            other.publish(channel.prepare(build.release(channel.endpoint.base_url)), lambda _: None)

    @pytest.mark.parametrize(
        "change", [{"slug": "../../etc"}, {"slug": None}, {"files": {}}, {"tombstone": []}, {"at": "gestern"},
                   {"at": "2026-12-01T10:00:00"}, {"files": {"/etc/passwd": "0"}}, {"files": [1]}, {"gone": ""},
                   {"at": 5}, {"at": "0001-01-01T00:00:00+14:00"}, {"files": {5: "0"}}, {"files": {PAGE: 5}},
                   {"gone": "half a character \ud800"}, {"frame": None}, {"tombstone": {}}, {"title_sha256": []},
                   {"updated": None, "at": None}]
    )  # fmt: skip
    def test_a_damaged_ledger_row_deletes_nothing(self, channel: Website, change: dict[str, object]) -> None:
        draft = build.publish(channel)
        before = build.public_files(root(channel))
        posting = Posting(marker="x", withdrawal=dict(draft.withdrawal) | change, references=())
        with pytest.raises(ChannelFailed, match="ledger"):
            channel.withdraw(posting)
        assert isinstance(channel.look(posting), Unknown)
        assert build.public_files(root(channel)) == before

    @pytest.mark.parametrize("withdrawal", [{}, [], None, "x", 5, [["slug", SLUG]]])
    def test_a_ledger_row_that_is_nonsense_is_told(self, channel: Website, withdrawal: Any) -> None:
        build.publish(channel)
        before = build.public_files(root(channel))
        for superseded in (False, True):
            posting = Posting(marker="x", withdrawal=withdrawal, references=(), superseded=superseded)
            with pytest.raises(ChannelFailed, match="ledger"):
                channel.withdraw(posting)
            assert isinstance(channel.look(posting), Unknown)
        assert build.public_files(root(channel)) == before

    @pytest.mark.parametrize("untrusted_id", ["../../etc/passwd", None, 5, [], {}])
    def test_a_reference_that_leads_elsewhere_deletes_nothing(self, channel: Website, untrusted_id: Any) -> None:
        draft = build.publish(channel)
        references = (Reference(kind="file", id=untrusted_id),)
        posting = Posting(marker=draft.marker, withdrawal=draft.withdrawal, references=references)
        with pytest.raises(ChannelFailed, match="cannot be"):
            channel.withdraw(posting)
        assert isinstance(channel.look(build.posting(draft)), Live)


def changed(draft: Draft, **values: object) -> Draft:
    return dataclasses.replace(draft, **values)  # type: ignore[arg-type]


NO_ENTRIES = [
    b"[]",
    b"{",
    b"\xff",
    b"[" * 200_000,
    b'{"slug": "another"}',
]


class TestDamage:
    @pytest.mark.parametrize("act", ["publish", "withdraw"])
    @pytest.mark.parametrize("data", NO_ENTRIES)
    def test_a_damaged_entry_of_another_appeal_is_laid_aside_and_stops_nothing(
        self, channel: Website, data: bytes, act: str
    ) -> None:
        draft, other = build.publish(channel), build.publish(channel, slug=build.OTHER_SLUG)
        entry = root(channel) / f".fahndung/entries/{build.OTHER_SLUG}.json"
        entry.write_bytes(data)
        if act == "publish":
            draft = build.publish(channel, revision=2)
            assert isinstance(channel.look(build.posting(draft)), Live)
        else:
            channel.withdraw(build.posting(draft))
            assert isinstance(channel.look(build.posting(draft)), Gone)
        aside = root(channel) / f".fahndung/damaged/{build.OTHER_SLUG}.json"
        assert aside.read_bytes() == data
        assert not entry.exists()
        altered = channel.look(build.posting(other))
        assert isinstance(altered, Altered)
        assert "no entry" in altered.why
        assert build.OTHER_SLUG not in (root(channel) / "feed.json").read_text()
        with pytest.raises(ChannelFailed, match="laid aside"):
            channel.find(draft.marker)

    @pytest.mark.parametrize("act", ["publish", "withdraw"])
    def test_publishing_it_again_or_taking_it_down_clears_what_was_laid_aside(self, channel: Website, act: str) -> None:
        draft = build.publish(channel)
        (root(channel) / f".fahndung/entries/{SLUG}.json").write_text("[]")
        build.publish(channel, slug=build.OTHER_SLUG)
        if act == "publish":
            channel.publish(draft, lambda _: None)
            assert isinstance(channel.look(build.posting(draft)), Live)
        else:
            channel.withdraw(build.posting(draft))
            assert isinstance(channel.look(build.posting(draft)), Gone)
        assert list((root(channel) / ".fahndung/damaged").iterdir()) == []

    def test_its_own_damaged_entry_stops_no_takedown(self, channel: Website) -> None:
        draft = build.publish(channel)
        (root(channel) / f".fahndung/entries/{SLUG}.json").write_text("[]")
        assert isinstance(channel.look(build.posting(draft)), Unknown)
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)

    @pytest.mark.parametrize("name", [f"{build.OTHER_SLUG}.json", SLUG, f"{SLUG}.json~", "x"])
    def test_whatever_else_lies_among_the_entries_is_laid_aside(self, channel: Website, name: str) -> None:
        draft = build.publish(channel)
        entries = root(channel) / ".fahndung/entries"
        (entries / name).write_bytes((entries / f"{SLUG}.json").read_bytes())
        (root(channel) / f".fahndung/damaged/{name}").mkdir(parents=True)
        channel.publish(draft, lambda _: None)
        assert isinstance(channel.look(build.posting(draft)), Live)
        assert [path.name for path in entries.iterdir()] == [f"{SLUG}.json"]
        assert (root(channel) / f".fahndung/damaged/{name}").is_file()

    def test_links_and_folders_among_the_entries_are_laid_aside(self, channel: Website) -> None:
        draft = build.publish(channel)
        entries = root(channel) / ".fahndung/entries"
        (entries / "link.json").symlink_to(entries / f"{SLUG}.json")
        (entries / "folder.json").mkdir()
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)
        assert sorted(os.listdir(root(channel) / ".fahndung/damaged")) == ["folder.json", "link.json"]

    def test_a_damaged_tombstone_is_laid_aside_and_stops_nothing(self, channel: Website) -> None:
        draft = build.publish(channel)
        (root(channel) / ".fahndung/tombstones").mkdir()
        (root(channel) / f".fahndung/tombstones/{build.OTHER_SLUG}.json").write_text("{}")
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)
        assert (root(channel) / f".fahndung/damaged/tombstone-{build.OTHER_SLUG}.json").read_text() == "{}"

    def test_what_cannot_be_laid_aside_is_told_after_everything_else_is_done(
        self, channel: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft = build.publish(channel)
        (root(channel) / f".fahndung/entries/{build.OTHER_SLUG}.json").write_text("[]")
        monkeypatch.setattr(Site, "move", lambda self, source, target: fail(target))
        with pytest.raises(ChannelFailed, match=r"no \.fahndung/damaged"):
            channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)


def test_an_appeal_behind_a_410_is_never_listed(channel: Website) -> None:
    build.publish(channel)
    (root(channel) / ".fahndung/gone").mkdir()
    (root(channel) / f".fahndung/gone/{SLUG}.html").write_text(build.GONE)
    build.publish(channel, slug=build.OTHER_SLUG)
    assert SLUG not in (root(channel) / "feed.atom").read_text()


def test_a_takedown_during_a_publication_wins(channel: Website) -> None:
    draft = channel.prepare(build.release(channel.endpoint.base_url))
    ends: list[threading.Thread] = []

    def end_meanwhile(_: Reference) -> None:
        if not ends:
            ends.append(threading.Thread(target=channel.withdraw, args=(build.posting(draft),)))
            ends[0].start()
            marker = root(channel) / f".fahndung/gone/{SLUG}.html"
            for _try in range(500):
                if marker.exists():
                    return
                ends[0].join(0.01)
            raise AssertionError("the takedown waits for the publication")

    with pytest.raises(NotPublishable, match="taken down while"):
        channel.publish(draft, end_meanwhile)
    ends[0].join()
    assert isinstance(channel.look(build.posting(draft)), Gone)


def test_a_publication_that_hangs_cannot_keep_the_page_up(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fahndung.channels.site._LOCK_TRIES", 2)
    draft = build.publish(channel)
    with Site(root(channel)).locked(), pytest.raises(ChannelFailed, match="Another process"):
        channel.withdraw(build.posting(draft))
    with server.Server(root(channel)) as running:
        from fahndung import http

        assert http.get(f"{running.url}fahndung/{SLUG}/").status == 410


def test_a_full_disk_does_not_keep_the_page_up(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = build.publish(channel)
    write = Site.write

    def full(self: Site, path: str, data: bytes) -> None:
        if (root(channel) / PAGE).exists():
            fail(path)
        write(self, path, data)

    monkeypatch.setattr(Site, "write", full)
    channel.withdraw(build.posting(draft))
    assert isinstance(channel.look(build.posting(draft)), Gone)


def test_a_failing_step_keeps_no_other_step_from_being_done(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = build.publish(channel)
    monkeypatch.setattr("fahndung.channels.shelf.join", lambda *_: fail("join"))
    monkeypatch.setattr(placing, "_mark_gone", lambda *_: fail("marker"))
    with pytest.raises(ChannelFailed, match="no marker no join") as caught:
        channel.withdraw(build.posting(draft))
    assert caught.value.message.de == "kein marker kein join"
    assert not (root(channel) / PAGE).exists()


def test_without_a_frame_the_feeds_are_written_all_the_same(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = build.publish(channel)
    (root(channel) / ".fahndung/frame.html").unlink()
    monkeypatch.setattr(placing, "_bury", lambda *_: fail("bury"))
    with pytest.raises(ChannelFailed, match="no bury"):
        channel.withdraw(build.posting(draft))
    assert SLUG not in (root(channel) / "feed.json").read_text()


def test_the_frame_comes_back_from_the_ledger_if_the_site_lost_it(channel: Website) -> None:
    draft = build.publish(channel)
    (root(channel) / ".fahndung/frame.html").unlink()
    channel.withdraw(build.posting(draft))
    assert (root(channel) / "index.html").read_text() == build.FRAME.replace("<!-- entries -->", "")


class TestFeeds:
    """What only the files for programs can get wrong; that they must be right is in test_readback."""

    def test_what_no_entry_explains_goes_with_the_next_join_and_is_told_by_the_listing(self, channel: Website) -> None:
        draft = build.publish(channel)
        stale = [f"api/v1/appeals/{build.OTHER_SLUG}.json", f"cap/{build.OTHER_SLUG}.xml", "cap/x/y.xml"]
        for name in stale:
            (root(channel) / name).parent.mkdir(exist_ok=True)
            (root(channel) / name).write_text("{}")
        assert [one.reference.id for one in channel.listing() if one.marker is None] == sorted(stale)
        for one in channel.listing():
            if one.marker is None:
                with pytest.raises(ChannelFailed, match="by hand"):
                    channel.leftover(None, (one.reference,))
        channel.withdraw(build.posting(draft))
        assert channel.listing() == ()
        assert sorted(build.public_files(root(channel))) == sorted({*LISTS, ALONE[1]})

    @pytest.mark.parametrize("blocked", ["feed.atom", "api/v1/appeals.json", "ninjs.json", f"cap/{SLUG}.xml"])
    def test_a_list_that_cannot_be_written_keeps_no_other_one_from_it(self, channel: Website, blocked: str) -> None:
        draft = build.publish(channel)
        (root(channel) / blocked).unlink()
        (root(channel) / blocked / "folder").mkdir(parents=True)
        with pytest.raises(ChannelFailed):
            channel.withdraw(build.posting(draft))
        left = build.public_files(root(channel))
        assert left.keys() == {*LISTS, ALONE[1]} - {blocked}
        assert not [name for name, data in left.items() if build.TITLE.encode() in data]
        assert not isinstance(channel.look(build.posting(draft)), Gone)

    def test_the_alert_that_is_cancelled_is_the_one_that_stood_there(self, channel: Website) -> None:
        old = build.publish(channel)
        sent = re.search(r"<identifier>.*</sent>", (root(channel) / ALONE[1]).read_text())
        new = channel.prepare(build.release(channel.endpoint.base_url, revision=2))

        def die(_: Reference) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            channel.publish(new, die)
        channel.withdraw(build.posting(new))
        told = re.search(r"<references>(.*),(.*),(.*)</references>", (root(channel) / ALONE[1]).read_text())
        assert told is not None
        assert sent is not None
        wanted = f"<identifier>{told[2]}</identifier><sender>{told[1]}</sender><sent>{told[3]}</sent>"
        assert sent[0] == wanted
        assert [isinstance(channel.look(build.posting(one)), Gone) for one in (old, new)] == [True, True]

    def test_an_appeal_that_comes_back_is_an_alert_again_under_the_same_ids(self, channel: Website) -> None:
        before = {name: (root(channel) / name).read_bytes() for name in (*ALONE,) if build.publish(channel)}
        channel.withdraw(build.posting(build.publish(channel)))
        assert isinstance(channel.look(build.posting(build.publish(channel))), Live)
        assert {name: (root(channel) / name).read_bytes() for name in ALONE} == before
        assert json.loads((root(channel) / "api/v1/appeals.json").read_text())["withdrawn"] == []

    @pytest.mark.parametrize("name", ["ninjs.json", "api/v1/appeals.json", "api/v1/appeals/x.json", "cap/x.xml"])
    def test_a_folder_that_holds_somebody_elses_is_refused(self, channel: Website, name: str) -> None:
        (root(channel) / name).parent.mkdir(parents=True, exist_ok=True)
        (root(channel) / name).write_text("{}")
        with pytest.raises(Rejected, match="already holds"):
            build.publish(channel)
        assert set(build.public_files(root(channel))) == {name}

    def test_lists_that_repeat_a_tombstone_which_nobody_can_read_are_not_believed(self, channel: Website) -> None:
        draft = build.publish(channel)
        channel.withdraw(build.posting(draft))
        (root(channel) / f".fahndung/tombstones/{SLUG}.json").write_bytes(b"{}")
        seen = channel.look(build.posting(draft))
        assert isinstance(seen, Altered)
        assert "feed.atom still lists" in seen.why
        channel.withdraw(build.posting(draft))
        assert isinstance(channel.look(build.posting(draft)), Gone)
        assert ALONE[1] not in build.public_files(root(channel))

    def test_what_a_killed_writer_left_in_their_folders_is_cleared(self, channel: Website) -> None:
        draft = build.publish(channel)
        for folder in ("api/v1", "api/v1/appeals", "cap"):
            (root(channel) / folder / ".tmp-0-x").write_text("half")
        channel.withdraw(build.posting(draft))
        assert not list(root(channel).rglob(".tmp-*"))

    def test_a_sweep_can_take_down_an_appeal_that_no_ledger_knows_and_its_alert_is_cancelled(
        self, channel: Website
    ) -> None:
        draft = build.publish(channel)
        own = tuple(one.reference for one in channel.listing())
        posting = channel.leftover(draft.marker, own)
        channel.withdraw(posting)
        assert isinstance(channel.look(posting), Gone)
        assert "<msgType>Cancel</msgType>" in (root(channel) / ALONE[1]).read_text()
