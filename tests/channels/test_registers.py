"""The record for registers on a website: there while it may be, a placeholder from the first moment of its end."""

import dataclasses
import datetime as dt
import itertools
import json
import os
import pathlib
from collections.abc import Callable

import pytest

from fahndung.channels import joined, layout, placing, registers, shelf
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.channels.withdrawal import Withdrawal
from fahndung.errors import ChannelFailed, NotPublishable
from fahndung.model.publication import Altered, Gone, Live
from tests import pfifspec

from . import build
from .build import NAME, SLUG
from .test_crashes import Fuse, Killed
from .test_feeds import BASE, ENDED, entry
from .test_readback import Answer, at, look

RECORD = f"pfif/{SLUG}.xml"
END = dt.datetime(2026, 11, 30, 23, tzinfo=dt.UTC)
OPEN = dataclasses.replace(
    entry(1, 1), expires=END, record=build.record(BASE, slug="0000000000000001", expiry="2026-11-30T23:00:00Z")
)


@pytest.fixture
def channel(tmp_path: pathlib.Path) -> Website:
    return build.website(tmp_path)


def root(channel: Website) -> pathlib.Path:
    return channel.endpoint.root


def test_without_permission_there_is_no_file_no_marker_and_no_word_of_one(channel: Website) -> None:
    draft = build.publish(channel)
    assert RECORD not in build.public_files(root(channel))
    assert not list((root(channel) / ".fahndung/registers").glob("*"))
    assert "register_url" not in (root(channel) / "api/v1/appeals.json").read_text()
    assert b"pfif" not in b"".join(build.public_files(root(channel)).values())
    assert isinstance(build.withdrawn(channel, draft), Gone)
    assert RECORD not in build.public_files(root(channel))


def test_a_record_ends_with_a_correction_or_the_appeal_and_can_come_back(channel: Website) -> None:
    def fetch(path: str) -> bytes | None:
        return build.public_files(root(channel)).get(path)

    assert build.registers(channel, fetch) == [Live, Gone, Live, Gone, Gone]


def test_the_api_alone_names_the_record_and_no_list_names_the_person(channel: Website) -> None:
    build.publish(channel, registered=True)
    files = build.public_files(root(channel))
    (listed,) = json.loads(files["api/v1/appeals.json"])["appeals"]
    assert listed["register_url"] == f"{channel.endpoint.base_url}{RECORD}"
    assert [name for name, data in files.items() if NAME.encode() in data] == [RECORD]
    assert {name for name, data in files.items() if b"pfif" in data} == {
        RECORD,
        "api/v1/appeals.json",
        f"api/v1/appeals/{SLUG}.json",
    }


def test_the_ledgers_row_holds_that_there_is_a_record_and_no_word_of_it(channel: Website) -> None:
    draft = channel.prepare(build.release(channel.endpoint.base_url, registered=True))
    assert draft.withdrawal["registered"] is True
    assert NAME not in json.dumps(dict(draft.withdrawal))
    assert channel.prepare(build.release(channel.endpoint.base_url)).withdrawal["registered"] is False


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("<pfif", "no XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x/>', "declaration"),
        (build.record("https://other.example/"), "another page"),
        (build.record("https://fahndung.polizei.example/", slug="a" * 16), "another page"),
        (build.record("https://fahndung.polizei.example/", expiry="2026-12-01T23:00:00Z"), "does not expire"),
        (build.record("https://fahndung.polizei.example/", expiry="2026-11-01T23:00:00Z"), "does not expire"),
    ],
)
def test_a_record_that_is_not_of_the_page_or_outlives_it_is_refused(channel: Website, data: str, why: str) -> None:
    made = build.release(channel.endpoint.base_url, names={"website/pfif.xml": data.encode()})
    with pytest.raises(NotPublishable, match=why):
        channel.prepare(made)


@pytest.mark.parametrize(
    "bend",
    [
        at(RECORD, body=build.record("https://fahndung.polizei.example/").encode()),
        at(RECORD, status=404, body=b""),
        at(RECORD, body=b"<pfif/>"),
        lambda path, sight: dataclasses.replace(sight, body=sight.body + b"\n") if path == RECORD else sight,
    ],
)
def test_no_site_is_gone_whose_record_is_not_exactly_the_placeholder(channel: Website, bend: Answer) -> None:
    draft = build.publish(channel, registered=True)
    channel.withdraw(build.posting(draft))
    assert isinstance(look(channel, draft), Gone)
    assert isinstance(look(channel, draft, bend), Altered)


def test_what_stands_there_without_permission_or_otherwise_is_noticed_while_the_page_is_up(channel: Website) -> None:
    draft = build.publish(channel)
    stolen = at(RECORD, status=200, body=build.record(channel.endpoint.base_url).encode())
    assert isinstance(look(channel, draft), Live)
    assert isinstance(look(channel, draft, stolen), Altered)
    channel.withdraw(build.posting(draft))
    assert isinstance(look(channel, draft, stolen), Altered)
    again = build.publish(channel, registered=True)
    assert isinstance(look(channel, again), Live)
    assert isinstance(look(channel, again, at(RECORD, body=b"<pfif/>")), Altered)


def test_a_correction_whose_site_still_shows_the_record_is_not_done(channel: Website) -> None:
    old = build.publish(channel, registered=True)
    shown = (root(channel) / RECORD).read_bytes()
    new = build.publish(channel, revision=2)
    (root(channel) / RECORD).write_bytes(shown)
    replaced = build.posting(old, superseded=True)
    assert [type(channel.look(one)) for one in (replaced, build.posting(new))] == [Altered, Altered]
    channel.withdraw(replaced)
    assert [type(channel.look(one)) for one in (replaced, build.posting(new))] == [Gone, Live]


def dies(*_: object) -> None:
    raise Killed


def no_room(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the disk is full for records."""
    for name in ("write", "create"):
        real = getattr(type(channel._site), name)

        def full(self: object, path: str, data: bytes, real: Callable[..., object] = real) -> object:
            if path == RECORD:
                raise ChannelFailed("disk full", "Platte voll")
            return real(self, path, data)

        monkeypatch.setattr(type(channel._site), name, full)


def test_a_correction_takes_the_record_away_before_anything_else_and_no_other_appeal_brings_it_back(
    channel: Website,
) -> None:
    old = build.publish(channel, registered=True)
    new = channel.prepare(build.release(channel.endpoint.base_url, revision=2))
    with pytest.raises(Killed):
        channel.publish(new, dies)
    placeholder = (root(channel) / RECORD).read_bytes()
    assert pfifspec.read(placeholder)["source_date"] == "2026-11-22T15:00:00Z"
    build.publish(channel, slug=build.OTHER_SLUG)
    assert (root(channel) / RECORD).read_bytes() == placeholder
    assert isinstance(channel.look(build.posting(old)), Live)
    channel.publish(new, lambda _: None)
    assert (root(channel) / RECORD).read_bytes() == placeholder
    assert isinstance(channel.look(build.posting(new)), Live)


def test_a_correction_that_dies_before_the_lists_has_taken_the_record_away(
    channel: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.publish(channel, registered=True)
    monkeypatch.setattr("fahndung.channels.shelf.join", dies)
    with pytest.raises(Killed):
        build.publish(channel, revision=2)
    assert set(pfifspec.read((root(channel) / RECORD).read_bytes())) == pfifspec.KEPT


def test_a_correction_without_room_for_the_placeholder_deletes_the_record_and_goes_no_further(
    channel: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.publish(channel, registered=True)
    page = (root(channel) / f"fahndung/{SLUG}/index.html").read_bytes()
    with monkeypatch.context() as patch:
        no_room(channel, patch)
        with pytest.raises(ChannelFailed, match="disk full"):
            build.publish(channel, revision=2)
    assert not (root(channel) / RECORD).exists()
    assert (root(channel) / f"fahndung/{SLUG}/index.html").read_bytes() == page
    assert isinstance(channel.look(build.posting(build.publish(channel, revision=2))), Live)


def test_a_correction_over_an_entry_that_is_damaged_takes_the_record_away_as_well(channel: Website) -> None:
    build.publish(channel, registered=True)
    (root(channel) / f".fahndung/entries/{SLUG}.json").write_text("{}")
    with pytest.raises(Killed):
        channel.publish(channel.prepare(build.release(channel.endpoint.base_url, revision=2)), dies)
    assert set(pfifspec.read((root(channel) / RECORD).read_bytes())) == pfifspec.KEPT


def test_a_pending_entry_that_cannot_be_read_takes_its_record_away_and_keeps_no_other_list_from_being_written(
    channel: Website,
) -> None:
    build.publish(channel, registered=True)
    pending = root(channel) / f"{layout.PENDING}/{SLUG}.json"
    pending.mkdir(parents=True)
    with pytest.raises(ChannelFailed):
        build.publish(channel, slug=build.OTHER_SLUG)
    listed = json.loads((root(channel) / "api/v1/appeals.json").read_text())["appeals"]
    assert len(listed) == 2, "the other appeal is in the lists"
    assert set(pfifspec.read((root(channel) / RECORD).read_bytes())) == pfifspec.KEPT


def test_a_join_without_room_for_a_record_leaves_no_earlier_one(
    channel: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.publish(channel, registered=True)
    later = channel.prepare(build.release(channel.endpoint.base_url, revision=2, registered=True))
    no_room(channel, monkeypatch)
    with pytest.raises(ChannelFailed, match="disk full"):
        channel.publish(later, lambda _: None)
    assert not (root(channel) / RECORD).exists()
    assert "Stand 2" in (root(channel) / "feed.atom").read_text()


def test_a_record_that_never_came_spoils_no_other_revision_and_leaves_no_placeholder(channel: Website) -> None:
    old, new = build.publish(channel), build.publish(channel, revision=2)
    replaced = build.posting(old, superseded=True)
    channel.withdraw(replaced)
    half_up = channel.prepare(build.release(channel.endpoint.base_url, revision=3, registered=True))
    with pytest.raises(Killed):
        channel.publish(half_up, dies)
    build.publish(channel, slug=build.OTHER_SLUG)
    assert not (root(channel) / RECORD).exists()
    assert [type(channel.look(one)) for one in (replaced, build.posting(new))] == [Gone, Live]
    last = build.publish(channel, revision=4)
    never = build.posting(half_up, superseded=True)
    channel.withdraw(never)
    assert [type(channel.look(one)) for one in (replaced, never, build.posting(last))] == [Gone, Gone, Live]
    assert not (root(channel) / RECORD).exists()


@pytest.mark.peers
@pytest.mark.no_cover
def test_wherever_a_publication_dies_no_record_lacks_its_marker_and_no_replaced_revision_comes_back(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    fuse = Fuse(monkeypatch, after=False, error=Killed())
    for step in range(100):
        channel = build.website(tmp_path / str(step))
        replaced = build.posting(build.publish(channel), superseded=True)
        build.publish(channel, revision=2)
        channel.withdraw(replaced)
        draft = channel.prepare(build.release(channel.endpoint.base_url, revision=3, registered=True))
        record, marker = root(channel) / RECORD, root(channel) / layout.registered(SLUG)
        fuse.left = step
        try:
            channel.publish(draft, lambda _: None)
        except Killed:
            fuse.left = None
            assert marker.exists() or not record.exists()
            if record.exists() or not marker.exists():
                assert isinstance(channel.look(replaced), Gone), step
            build.publish(channel, slug=build.OTHER_SLUG)
            assert isinstance(channel.look(replaced), Gone), step
            assert record.exists() == marker.exists() == (find_entry(channel) == draft.marker)
            channel.publish(draft, lambda _: None)
            assert isinstance(channel.look(build.posting(draft)), Live)
            continue
        assert step > 12
        return
    raise AssertionError("the fuse never ran out")


def find_entry(channel: Website) -> str:
    """The marker of the revision whose entry is approved."""
    entry = shelf.read_entry(channel._site, layout.ENTRIES, SLUG)
    return entry.marker if entry is not None else ""


def test_where_no_marker_has_room_no_record_is_written(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    write = type(channel._site).write

    def full(self: object, path: str, data: bytes) -> None:
        if path == layout.registered(SLUG):
            raise ChannelFailed("disk full", "Platte voll")
        write(channel._site, path, data)  # type: ignore[arg-type]

    monkeypatch.setattr(type(channel._site), "write", full)
    with pytest.raises(ChannelFailed, match="disk full"):
        build.publish(channel, registered=True)
    assert not (root(channel) / RECORD).exists()


def test_where_the_placeholder_has_no_room_nothing_of_the_record_stays(
    channel: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = build.publish(channel, registered=True)
    no_room(channel, monkeypatch)
    with pytest.raises(ChannelFailed, match="disk full"):
        channel.withdraw(build.posting(draft))
    assert RECORD not in build.public_files(root(channel))
    assert isinstance(channel.look(build.posting(draft)), Altered)
    monkeypatch.undo()
    assert isinstance(build.withdrawn(channel, draft), Gone)


def test_the_placeholder_stands_before_the_lock_is_asked_for(channel: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = build.publish(channel, registered=True)

    def hangs(self: object) -> None:
        raise ChannelFailed("somebody writes", "jemand schreibt")

    monkeypatch.setattr(type(channel._site), "locked", hangs)
    with pytest.raises(ChannelFailed, match="somebody writes"):
        channel.withdraw(build.posting(draft))
    assert set(pfifspec.read((root(channel) / RECORD).read_bytes())) == pfifspec.KEPT


@pytest.mark.parametrize("stands", ["record", "earlier", "placeholder", "nothing"])
def test_no_join_of_another_appeal_writes_a_record_back_over_a_takedown_at_whatever_moment(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, stands: str
) -> None:
    """The takedown waits for the lock and has marked the page and put the placeholder, each at any moment of the join.

    What is asked after each step is what a joining process would leave that dies right then.
    """
    monkeypatch.setattr(os, "fsync", lambda _: None)
    channel = build.website(tmp_path)
    withdrawal = Withdrawal.parse(build.publish(channel, registered=True).withdrawal)
    record, site = root(channel) / RECORD, channel._site
    paths = (RECORD, layout.gone_page(SLUG), layout.registered(SLUG))
    before = {
        "record": record.read_bytes(),
        "earlier": record.read_bytes().replace(b"2026", b"2025"),
        "placeholder": registers.after(withdrawal.tombstone),
        "nothing": None,
    }[stands]
    rest = {path: site.read(path) for path in paths[1:]}
    steps: list[Callable[[], None]] = []

    def watched(name: str) -> Callable[..., object]:
        real = getattr(type(site), name)

        def called(store: Site, path: str, *args: object) -> object:
            mine = inside[0]
            if mine and path in paths:
                inside[0] = False
                moment[0] += 1
                for at, act in zip(moments, steps, strict=True):
                    if at == moment[0]:
                        act()
            done = real(store, path, *args)
            if mine and moment[0] >= moments[-1]:
                assert NAME not in (record.read_text() if record.exists() else ""), (moments, name, path)
            inside[0] = mine
            return done

        return called

    inside, moment, moments, longest = [False], [0], (99, 99), 0
    for name in ("read", "stamp", "write", "remove", "create"):
        monkeypatch.setattr(type(site), name, watched(name))
    steps = [lambda: placing._mark_gone(site, withdrawal), lambda: placing._expire(site, withdrawal)]
    for moments in [(99, 99), *itertools.combinations_with_replacement(range(1, 12), 2)]:
        for path, data in {RECORD: before, **rest}.items():
            site.remove(path) if data is None else site.write(path, data)
        inside[0], moment[0] = True, 0
        shelf.join(site, channel.endpoint)
        inside[0], longest = False, max(longest, moment[0])
        if moments == (99, 99):
            assert NAME in record.read_text()  # nobody took it down: it is back
    assert longest < 11


def test_a_sweep_can_end_a_record_that_no_ledger_knows(channel: Website) -> None:
    draft = build.publish(channel, registered=True)
    own = tuple(one.reference for one in channel.listing())
    assert RECORD not in [one.id for one in own]
    posting = channel.leftover(draft.marker, own)
    channel.withdraw(posting)
    assert isinstance(channel.look(posting), Gone)
    assert set(pfifspec.read((root(channel) / RECORD).read_bytes())) == pfifspec.KEPT
    assert channel.listing() == ()
    (root(channel) / "pfif/strange.xml").write_text("x")
    assert [one.reference.id for one in channel.listing()] == ["pfif/strange.xml"]


class TestFiles:
    def test_the_marker_alone_decides_whether_an_ended_appeal_leaves_a_placeholder(self) -> None:
        path = layout.record_file(ENDED.slug)
        assert path not in joined.files(BASE, "PD", "Titel", [], [ENDED])
        files = joined.files(BASE, "PD", "Titel", [], [ENDED], [ENDED.slug])
        assert pfifspec.read(files[path])["expiry_date"] == "2026-11-30T00:00:00Z"

    def test_a_running_record_stands_as_approved_and_one_taken_away_has_expired_with_the_stand(self) -> None:
        assert registers.while_up(OPEN, known=True) == OPEN.record.encode()
        closed = registers.while_up(dataclasses.replace(OPEN, record=""), known=True)
        assert closed is not None
        assert pfifspec.read(closed)["source_date"] == "2026-11-01T15:00:00Z"
        assert registers.while_up(dataclasses.replace(OPEN, record=""), known=False) is None

    def test_what_is_put_over_a_record_takes_it_away_at_once_and_brings_none(self) -> None:
        closed = dataclasses.replace(OPEN, record="", updated=OPEN.updated + dt.timedelta(days=1))
        taken = registers.while_up(OPEN, closed, known=True)
        assert taken == registers.while_up(closed, known=True) == registers.while_up(closed, OPEN, known=True)
        assert taken != OPEN.record.encode()
        assert registers.while_up(OPEN, dataclasses.replace(OPEN, marker="b"), known=True) == OPEN.record.encode()
        assert registers.while_up(None, closed, known=True) is None

    def test_an_entry_without_an_end_has_no_record(self) -> None:
        registers.check(OPEN)
        with pytest.raises(ValueError, match="does not expire"):
            registers.check(dataclasses.replace(OPEN, expires=None))
