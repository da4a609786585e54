"""Sweeping: what came back goes, what nobody knows is told, and nothing is called complete that was not looked at."""

import contextlib
import dataclasses
import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung import channels
from fahndung.errors import ChannelFailed, StillOnline, UsageError
from fahndung.home import Home
from fahndung.ledger import accounts, publications, sweeping
from fahndung.ledger.audit import Head
from fahndung.ledger.faults import impossible
from fahndung.lifecycle import sweep, takedown
from fahndung.lifecycle.sweep import Swept, Wish
from fahndung.model.publication import Live, Marked, Reference, State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import MemoryChannel
from fahndung.testing.posts import Modes
from tests.ledger import world as small
from tests.lifecycle.shifts import HOUR, Office, office
from tests.lifecycle.test_publishing import rows
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, TRAM, World

REMOVE = Wish(remove=True)
MODES = Modes(key_lifetime=HOUR)
HEAD = Head(seq=9, hash="0" * 64, count=9, home_id="h")


def events(tx: Any, action: str) -> list[dict[str, Any]]:
    from fahndung.ledger.tables import event

    bodies = [json.loads(body) for body in tx.connection.execute(event.select().order_by(event.c.seq)).scalars("body")]
    return [body for body in bodies if body["action"] == action]


@dataclasses.dataclass(kw_only=True)
class Desk:
    """An office whose only account lies on a platform in memory."""

    office: Office
    home: Home

    def sweep(self, wish: Wish | None = None, *, calls: bool = True, **changes: Any) -> Swept:
        return sweep.run(self.home, self.office.shift(**changes), wish or Wish(), calls=calls)

    def put_up(self, marker: str) -> tuple[Reference, ...]:
        """Past the ledger."""
        made: list[Reference] = []
        channel = self.office.platform.channel()
        channel.publish(self.office.draft(marker), made.append)
        return tuple(made)

    def live(self, marker: str = "m-1", **changes: Any) -> int:
        row = self.office.plan(marker, **changes)
        assert self.office.turn(row).row.state is State.LIVE
        return row

    def down(self, marker: str = "m-1") -> int:
        row = self.live(marker)
        self.office.end()
        assert self.office.turn(row).row.is_down
        return row

    def searched(self) -> sweeping.Searched:
        with self.office.ledger.read() as tx:
            return sweeping.searched(tx)


@pytest.fixture
def desk(tmp_path: pathlib.Path, empty: World) -> Iterator[Desk]:
    """No website in the configuration."""
    path = empty.home.path / "fahndung.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[[channels]]")], "utf-8")
    made = office(tmp_path / "small.db", MODES)
    with contextlib.closing(made.ledger):
        yield Desk(office=made, home=empty.home)


class TestOneAccount:
    def test_what_should_be_there_is_nothing_to_tell(self, desk: Desk) -> None:
        desk.live()
        found = desk.sweep()
        assert (found.listed, found.noted, found.orphans, found.unlisted) == (("memory",), 0, (), ())
        assert found.complete
        assert desk.searched().at == desk.office.now
        with desk.office.ledger.read() as tx:
            (told,) = events(tx, "sweep")
            assert accounts.get(tx, "memory").answered_at == desk.office.now
        assert told["data"] == {
            "complete": True,
            "accounts": 1,
            "unlisted": 0,
            "noted": 0,
            "taken_down": 0,
            "orphans": 0,
            "removed": 0,
        }

    def test_a_copy_that_a_live_row_does_not_know_is_noted(self, desk: Desk) -> None:
        row = desk.live()
        desk.office.platform.forget_keys()
        second = desk.put_up("m-1")
        assert desk.sweep().noted == len(second) == 2
        with desk.office.ledger.read() as tx:
            assert set(second) <= set(publications.posting(tx, row).references)
        assert desk.sweep().noted == 0

    def test_what_came_back_is_taken_down_again_and_read_back(self, desk: Desk) -> None:
        row = desk.down()
        desk.office.platform.forget_keys()
        desk.put_up("m-1")
        found = desk.sweep()
        assert [one.id for one in found.outcome.withdrawn] == [row]
        assert found.outcome.online_past_end == 0
        assert not desk.office.platform.online
        assert desk.office.row(row).state is State.WITHDRAWN

    def test_a_copy_of_what_was_given_up_is_taken_down(self, desk: Desk) -> None:
        row = desk.office.plan()
        with desk.office.ledger.write(desk.office.now) as tx:
            publications.give_up(tx, row, now=desk.office.now, by="test")
        desk.put_up("m-1")
        other = desk.live("m-2", target="2")
        found = desk.sweep()
        assert ([one.id for one in found.outcome.withdrawn], found.complete) == ([row], True)
        assert (desk.office.copies("m-1"), desk.office.copies("m-2")) == (0, 1)
        assert desk.office.row(other).state is State.LIVE
        assert desk.searched().at == desk.office.now

    def test_a_fault_with_what_one_account_shows_is_told_of_that_account(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.down()
        desk.office.platform.forget_keys()
        desk.put_up("m-1")

        def refused(*_: Any, **__: Any) -> None:
            raise impossible("a row that must not be")

        monkeypatch.setattr(publications, "saw", refused)
        found = desk.sweep()
        assert [one.channel for one in found.unlisted] == ["memory"]
        assert "a row that must not be" in found.unlisted[0].why.en
        assert (desk.searched().at, desk.searched().tried_at) == (None, desk.office.now)

    def test_a_takedown_that_fails_is_pending(self, desk: Desk) -> None:
        row = desk.down()
        desk.office.platform.forget_keys()
        desk.put_up("m-1")
        desk.office.platform.faults.add(Fault.ERROR_BEFORE, Call.DELETE, times=None)
        found = desk.sweep()
        assert found.outcome.online_past_end == 1
        assert desk.office.row(row).state is State.WITHDRAWING

    def test_beside_a_worker_that_one_takes_it_down(self, desk: Desk) -> None:
        row = desk.down()
        desk.office.platform.forget_keys()
        desk.put_up("m-1")
        found = desk.sweep(calls=False)
        assert [one.why.en for one in found.outcome.pending] == ["the worker is taking it down"]
        assert desk.office.platform.online
        assert desk.office.row(row).next_at == desk.office.now

    def test_what_goes_while_it_is_listed_is_not_taken_for_a_return(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = desk.down()
        stale = Marked(marker="m-1", reference=Reference(kind="post", id="post-2", url="memory:post-2"))
        unknown = Marked(marker="m-9", reference=Reference(kind="post", id="post-9"))
        answers = [(stale, unknown), ()]
        monkeypatch.setattr(MemoryChannel, "listing", lambda self: answers.pop(0))
        found = desk.sweep()
        assert found.orphans == ()
        assert desk.office.row(row).state is State.WITHDRAWN

    def test_an_orphan_is_told_and_stays(self, desk: Desk) -> None:
        desk.live()
        made = desk.put_up("nobody")
        (orphan,) = desk.sweep().orphans
        assert (orphan.channel, orphan.marker, set(orphan.references)) == ("memory", "nobody", set(made))
        assert (orphan.appeal, orphan.revision) == (None, None)
        assert desk.office.platform.copies("nobody") == 1
        assert desk.searched().orphans == {"memory": (orphan.where,)}

    def test_a_person_has_it_removed_and_the_log_says_so(self, desk: Desk) -> None:
        desk.live()
        made = desk.put_up("nobody")
        found = desk.sweep(REMOVE)
        assert (found.orphans, [one.why for one in found.removals]) == ((), [None])
        assert desk.office.copies("nobody") == 0
        assert desk.office.copies() == 1
        with desk.office.ledger.read() as tx:
            objects = [{"kind": one.kind, "id": one.id} for one in made]
            for action in ("orphan.remove", "orphan.gone"):
                (told,) = events(tx, action)
                assert told["data"] == {"channel": "memory", "marker": "nobody", "objects": objects}
        assert desk.searched().orphans == {}

    @pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.NOTHING])
    def test_one_that_does_not_go_stays_an_orphan(self, desk: Desk, fault: Fault) -> None:
        desk.live()
        desk.put_up("nobody")
        desk.office.platform.faults.add(fault, Call.DELETE, times=None)
        found = desk.sweep(REMOVE)
        assert len(found.orphans) == 1
        assert found.removals[0].why is not None
        with desk.office.ledger.read() as tx:
            assert len(events(tx, "orphan.left")) == 1
            assert events(tx, "orphan.gone") == []

    def test_a_row_that_came_meanwhile_saves_it(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.live()
        desk.put_up("m-2")
        named = sweep.named

        def planned(*arguments: Any) -> Any:
            desk.office.plan("m-2")
            return named(*arguments)

        monkeypatch.setattr(sweep, "named", planned)
        found = desk.sweep(REMOVE)
        assert [one.why and one.why.en for one in found.removals] == ["a row carries it by now"]
        assert desk.office.copies("m-2") == 1

    @pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.LIMITED, Fault.UNAUTHORIZED, Fault.GARBAGE])
    def test_an_account_that_does_not_answer_makes_it_incomplete(self, desk: Desk, fault: Fault) -> None:
        desk.live()
        desk.put_up("nobody")
        desk.sweep()
        desk.office.pass_time(HOUR)
        desk.office.platform.faults.add(fault, Call.LIST, times=None)
        found = desk.sweep()
        assert not found.complete
        assert [one.channel for one in found.unlisted] == ["memory"]
        known = desk.searched()
        assert (known.at, known.tried_at) == (desk.office.now - HOUR, desk.office.now)
        assert known.orphans["memory"], "what was found before is not forgotten"
        with desk.office.ledger.read() as tx:
            account = accounts.get(tx, "memory")
        assert account.failing_since == desk.office.now
        assert (account.refused_since is not None) is (fault is Fault.UNAUTHORIZED)

    def test_a_connector_with_a_bug_is_one_that_does_not_answer(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.live()
        monkeypatch.setattr(MemoryChannel, "listing", lambda self: 1 / 0)
        (one,) = desk.sweep().unlisted
        assert "ZeroDivisionError" in one.why.en

    def test_an_account_that_cannot_be_opened_makes_it_incomplete(self, desk: Desk) -> None:
        desk.live()

        def unknown(kind: str, endpoint: object) -> Any:
            raise ChannelFailed("no such kind", "keine solche Art")

        found = desk.sweep(open=unknown)
        assert [(one.channel, one.why.en) for one in found.unlisted] == [("memory", "no such kind")]

    def test_a_takedown_that_cannot_begin_is_pending(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.down()
        desk.office.platform.forget_keys()
        desk.put_up("m-1")

        def away(*_: object) -> Any:
            raise ChannelFailed("the place was lost", "Der Platz ging verloren")

        monkeypatch.setattr(sweep.withdrawal, "withdraw", away)
        assert [one.why.en for one in desk.sweep().outcome.pending] == ["the place was lost"]

    def test_an_object_of_a_row_that_cannot_be_read_is_told_with_the_row(self, desk: Desk) -> None:
        row = desk.live()
        with desk.office.ledger.write(desk.office.now) as tx:
            (reference, *_) = publications.posting(tx, row).references
            small.run(tx, "UPDATE publication SET draft_references = 'x' WHERE id = ?", (row,))
            assert sweeping.by_reference(tx, reference.kind, reference.id) == ()

    def test_one_that_cannot_list_is_looked_through_by_a_person(self, desk: Desk) -> None:
        desk.live()
        desk.office.platform.modes = Modes(lookup=False)
        found = desk.sweep()
        assert not found.complete
        with desk.office.ledger.read() as tx:
            assert accounts.get(tx, "memory").failing_since is None
        assert desk.sweep(Wish(looked_at=("memory",))).complete
        with desk.office.ledger.read() as tx:
            assert [one["data"] for one in events(tx, "sweep.looked_at")] == [{"channel": "memory"}]
        with pytest.raises(UsageError, match="no account another"):
            desk.sweep(Wish(looked_at=("another",)))

    def test_an_account_is_looked_through_for_ninety_days_after_its_last_row(self, desk: Desk) -> None:
        row = desk.down()
        for _ in range(4):
            next_at = desk.office.row(row).next_at
            assert next_at is not None
            desk.office.pass_time(next_at - desk.office.now)
            desk.office.turn(row)
        assert desk.office.row(row).state is State.CLOSED
        desk.office.pass_time(sweeping.KEPT)
        assert desk.sweep().listed == ("memory",)
        desk.office.pass_time(dt.timedelta(microseconds=1))
        assert desk.sweep().listed == ()

    def test_a_row_that_cannot_be_read_hides_nothing(self, desk: Desk) -> None:
        row = desk.live()
        with desk.office.ledger.write(desk.office.now) as tx:
            small.run(tx, "UPDATE publication SET draft_references = 'x' WHERE id = ?", (row,))
        found = desk.sweep()
        assert found.orphans == ()
        assert found.outcome.online_past_end == 1
        with desk.office.ledger.write(desk.office.now) as tx:
            small.run(tx, "UPDATE publication SET endpoint = '[]' WHERE id = ?", (row,))
        (one,) = desk.sweep().unlisted
        assert "does not say which account" in one.why.en

    def test_a_configuration_that_cannot_be_read_makes_it_incomplete(self, desk: Desk) -> None:
        desk.live()
        (desk.home.path / "fahndung.toml").write_text("[[", "utf-8")
        found = desk.sweep()
        assert (found.listed, [one.channel for one in found.unlisted]) == (("memory",), ["fahndung.toml"])

    def test_a_worker_sweeps_once_a_day(self, desk: Desk) -> None:
        def due() -> bool:
            with desk.office.ledger.read() as tx:
                return sweep.is_due(tx, desk.office.now)

        assert due()
        desk.sweep()
        assert not due()
        desk.office.pass_time(sweep.EVERY - dt.timedelta(seconds=1))
        assert not due()
        desk.office.pass_time(dt.timedelta(seconds=1))
        assert due()

    def test_a_mark_that_cannot_be_read_counts_for_nothing(self, desk: Desk) -> None:
        desk.sweep()
        for text in ("{", "[]", '{"at": "x"}', '{"orphans": 5}'):
            with desk.office.ledger.write(desk.office.now) as tx:
                small.run(tx, "UPDATE meta SET v = ? WHERE k = 'sweep'", (text,))
            assert desk.searched() == sweeping.Searched()
        desk.sweep()
        assert desk.searched().at == desk.office.now


class TestEndMissing:
    def test_what_is_not_there_any_more_counts_as_ended(self, desk: Desk) -> None:
        gone, kept = desk.live("m-1"), desk.live("m-2", target="board")
        for id in [id for id, item in desk.office.platform.online.items() if item.marker == "m-1"]:
            del desk.office.platform.online[id]
        planned = desk.office.plan("m-3", target="list")
        assert desk.sweep().missing == ()
        found = desk.sweep(Wish(end_missing=True))
        assert {row.id for row in found.missing} == {gone, planned}
        assert found.outcome.online_past_end == 0
        states = [desk.office.row(row).state for row in (gone, kept, planned)]
        assert states == [State.WITHDRAWN, State.LIVE, State.CANCELLED]

    def test_an_account_that_was_not_listed_ends_nothing(self, desk: Desk) -> None:
        row = desk.live()
        desk.office.platform.faults.add(Fault.ERROR_BEFORE, Call.LIST, times=None)
        assert desk.sweep(Wish(end_missing=True)).missing == ()
        assert desk.office.row(row).state is State.LIVE

    @pytest.mark.parametrize("what", ["orphan", "unlisted", "pending"])
    def test_a_ledger_is_not_accepted_while_something_is_left(self, desk: Desk, what: str) -> None:
        desk.down() if what == "pending" else desk.live()
        desk.office.platform.forget_keys()
        if what != "unlisted":
            desk.put_up("m-1" if what == "pending" else "nobody")
        faults = desk.office.platform.faults
        if what != "orphan":
            faults.add(Fault.ERROR_BEFORE, Call.DELETE if what == "pending" else Call.LIST, times=None)
        found = desk.sweep()
        with pytest.raises(StillOnline, match="memory"):
            sweep.reconcile(desk.office.ledger, found, HEAD, now=desk.office.now, by="k")
        faults.clear()
        desk.office.pass_time(HOUR)
        clean = desk.sweep(REMOVE)
        sweep.reconcile(desk.office.ledger, clean, HEAD, now=desk.office.now, by="k")
        with desk.office.ledger.read() as tx:
            (told,) = events(tx, "ledger.reconciled")
        assert told["data"] == {"seq": 9, "hash": "0" * 64, "count": 9, "ended": []}


def website_sweep(world: World, wish: Wish | None = None, now: dt.datetime = PUBLISHED) -> Swept:
    return sweep.sweep(world.home, world.ledger, now=now, by="z.zwei", wish=wish)


class TestWebsite:
    def test_an_account_is_listed_once_although_ledger_and_configuration_name_it(self, approved: World) -> None:
        approved.publish(GIRL)
        found = website_sweep(approved)
        assert (found.listed, found.orphans, found.complete) == (("website",), (), True)

    def test_files_that_came_back_without_their_entry_are_the_rows(self, approved: World) -> None:
        approved.publish(GIRL)
        picture = next(approved.site.glob("bilder/*/*.jpg"))
        data = picture.read_bytes()
        takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(data)
        found = website_sweep(approved, now=GIRL_REVIEW)
        assert (len(found.outcome.withdrawn), found.orphans) == (1, ())
        assert not picture.exists()

    @pytest.mark.peers
    def test_a_page_that_this_homes_ledger_lost_is_named_and_removed(self, approved: World) -> None:
        approved.publish(TRAM)
        approved.publish(GIRL)
        lose(approved, GIRL)
        (orphan,) = website_sweep(approved).orphans
        assert (orphan.appeal, orphan.revision) == (GIRL, 1)
        assert website_sweep(approved, REMOVE).orphans == ()
        (row,) = rows(approved, TRAM)
        with approved.ledger.read() as tx:
            posting = publications.posting(tx, row.id)
        assert isinstance(channels.from_ledger(row.kind, row.endpoint).look(posting), Live)
        assert len(list(approved.site.glob("fahndung/*/index.html"))) == 1

    def test_a_live_page_without_its_entry_is_no_orphan_and_stays(self, approved: World) -> None:
        approved.publish(GIRL)
        next(approved.site.glob(".fahndung/entries/*.json")).unlink()
        slug = str(rows(approved)[0].withdrawal["slug"])
        (approved.site / "bilder" / slug / "stray.jpg").write_bytes(b"x")
        found = website_sweep(approved, REMOVE)
        assert [one.why is None for one in found.removals] == [False]
        assert len(list(approved.site.glob("fahndung/*/index.html"))) == 1

    def test_a_site_under_a_second_name_is_not_torn_down(self, approved: World) -> None:
        approved.publish(GIRL)
        path = approved.home.path / "fahndung.toml"
        path.write_text(path.read_text("utf-8").replace('name = "website"', 'name = "site"'), "utf-8")
        found = website_sweep(approved, REMOVE)
        assert (set(found.listed), found.orphans, found.removals) == ({"website", "site"}, (), ())
        takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
        assert website_sweep(approved, now=GIRL_REVIEW).orphans == ()

    def test_a_site_that_is_not_mounted_is_not_an_empty_one(self, approved: World) -> None:
        approved.publish(GIRL)
        approved.site.rename(approved.site.with_name("elsewhere"))
        approved.site.mkdir()
        found = website_sweep(approved, Wish(end_missing=True))
        assert (found.complete, found.missing) == (False, ())

    def test_beside_a_worker_it_looks_all_the_same(self, approved: World) -> None:
        approved.publish(GIRL)
        with approved.home.lock():
            assert website_sweep(approved).complete


def lose(world: World, appeal: str) -> None:
    """As if the ledger had been restored from before the publication."""
    with world.ledger.write(PUBLISHED) as tx, small.unguarded(tx):
        of = "publication IN (SELECT id FROM publication WHERE appeal = ?)"
        for table in ("remote_object", "operation"):
            small.run(tx, f"DELETE FROM {table} WHERE {of}", (appeal,))
        small.run(tx, "DELETE FROM publication WHERE appeal = ?", (appeal,))
