"""When the search for one person is over: their face comes down in any case, and the variant goes on where it may."""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import pathlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung import checking, printing
from fahndung.channels import server
from fahndung.channels.site import Site
from fahndung.channels.website import Website
from fahndung.errors import ChannelFailed, NotPublishable
from fahndung.ledger import byhand, endings, people, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import parting, planning, takedown, verification
from fahndung.lifecycle.account import account
from fahndung.lifecycle.takendown import Outcome
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.publication import Gone, Live, Posting, State, Unknown
from tests import world
from tests.lifecycle.shifts import shift_of
from tests.lifecycle.test_confined import ELSEWHERE, NOT_HERE
from tests.world import BEFORE, PAIR, PAIR_REVIEW, PUBLISHED, World

P1, P2 = PersonId("p1"), PersonId("p2")
HOUR = dt.timedelta(hours=1)
LATER = PUBLISHED + HOUR
HIS, HERS = "Dreitagebart", "Pony"


def end(pair: World, person: str | None = P1, now: dt.datetime = LATER, **more: Any) -> Outcome:
    how = {"patience": more.pop("patience")} if "patience" in more else {}
    values: dict[str, Any] = {"reason": EndReason.FOUND, "by": "k.muster", "at": now} | more
    ending = Ending(appeal=AppealId(PAIR), person=None if person is None else PersonId(person), **values)
    return takedown.end(pair.home, pair.ledger, ending, now=now, **how)


def run(pair: World, now: dt.datetime = LATER + HOUR) -> Outcome:
    return takedown.takedown(pair.home, pair.ledger, now=now, by="timer")


def rows(pair: World) -> dict[str, Publication]:
    """Target to row."""
    with pair.ledger.read() as tx:
        return {row.target: row for row in publications.rows(tx, PAIR)}


def states(pair: World) -> dict[str, str]:
    return {target: row.state.value for target, row in rows(pair).items()}


def page(pair: World) -> tuple[int, str]:
    """What a visitor gets at the appeal's address."""
    slug = rows(pair)[""].withdrawal["slug"]
    shown = server.answer(Site(pair.site), f"/fahndung/{slug}/")
    return shown.status, shown.body.decode()


def pictures(pair: World, which: Callable[[str], bool] = lambda name: True) -> set[int]:
    """How the addresses of the full version's pictures answer."""
    paths = [path for path in rows(pair)[""].withdrawal["files"] if path.startswith("bilder/") and which(path)]  # type: ignore[attr-defined]
    return {server.answer(Site(pair.site), f"/{path}").status for path in paths}


def showing(pair: World, person: str) -> Callable[[str], bool]:
    """Whether a picture's address is one that shows that person."""
    manifest = json.loads(next((pair.home.path / "releases").glob("*/manifest.json")).read_bytes())
    (entry,) = [one for one in manifest["variants"] if one["person"] == person]
    harmless = {name.rpartition("/")[2] for name in entry["images"]}
    return lambda path: path.rpartition("/")[2] not in harmless


def gone_of(pair: World, person: str, word: str) -> bool:
    """Whether nothing of a person is to be seen any more: word, pictures, lists."""
    status, body = page(pair)
    assert status in {200, 410}
    return word not in body and pictures(pair, showing(pair, person)) == {410}


@pytest.mark.peers
def test_the_variant_takes_the_place_at_once_and_is_read_back(pair: World) -> None:
    assert HIS in page(pair)[1]
    outcome = end(pair)
    assert outcome.online_past_end == 0
    (remainder,) = outcome.remainders
    assert remainder.publication is not None
    assert remainder.publication.state is State.LIVE
    assert (remainder.person, remainder.why) == (P1, None)
    assert [row.superseded for row in outcome.withdrawn] == [True]
    assert states(pair) == {"": "withdrawn", "without-p1": "live"}
    status, body = page(pair)
    assert (status, HIS in body, HERS in body) == (200, False, True)
    assert gone_of(pair, P1, HIS)
    assert pictures(pair, lambda path: not showing(pair, P1)(path)) == {200}
    assert rows(pair)["without-p1"].verified_at == LATER
    assert rows(pair)["without-p1"].due_at == rows(pair)[""].due_at == PAIR_REVIEW
    assert rows(pair)["without-p1"].url == rows(pair)[""].url
    seen = verification.verify(pair.home, pair.ledger, now=LATER, by="test").seen
    assert all(one.right for one in seen)
    assert {type(one.look) for one in seen} == {Live, Gone}


@pytest.mark.peers
def test_the_other_person_has_a_variant_too(pair: World) -> None:
    end(pair, P2)
    assert states(pair) == {"": "withdrawn", "without-p2": "live"}
    assert gone_of(pair, P2, HERS)
    assert HIS in page(pair)[1]


@pytest.mark.peers
def test_a_rehearsal_puts_no_variant_up_elsewhere(pair: World) -> None:
    row = dataclasses.replace(rows(pair)[""], kind="mastodon", endpoint=ELSEWHERE)
    found = parting._prospect(pair.home, pair.ledger, row, P1, LATER, may_publish=True)
    assert found.ready is None
    assert found.why is not None
    assert NOT_HERE in found.why.en


@pytest.mark.peers
def test_the_start_page_still_lists_the_appeal_and_no_tombstone_stands(pair: World) -> None:
    end(pair)
    slug = str(rows(pair)[""].withdrawal["slug"])
    assert slug in (pair.site / "index.html").read_text("utf-8")
    assert "deleted-entry" not in (pair.site / "feed.atom").read_text("utf-8")


@pytest.mark.peers
def test_ending_the_same_person_again_changes_nothing(pair: World) -> None:
    end(pair)
    before = {path: path.read_bytes() for path in pair.site.rglob("*") if path.is_file()}
    again = end(pair, now=LATER + HOUR)
    assert (again.withdrawn, again.remainders, again.online_past_end) == ((), (), 0)
    assert states(pair)["without-p1"] == "live"
    assert {path: path.read_bytes() for path in pair.site.rglob("*") if path.is_file()} == before


@pytest.mark.peers
def test_the_last_persons_end_is_the_end_of_the_appeal(pair: World) -> None:
    end(pair)
    outcome = end(pair, P2, LATER + HOUR)
    assert outcome.online_past_end == 0
    assert "without both" in str(outcome.remainders[0].why)
    assert set(states(pair).values()) == {"withdrawn"}
    assert page(pair)[0] == 410
    assert pictures(pair) == {410}
    with pair.ledger.read() as tx:
        assert endings.is_ended(tx, PAIR, 1)
        assert [(wish.person, wish.reason) for wish in endings.endings(tx, PAIR)][-1] == (None, EndReason.FOUND)
        (standing,) = account(tx, now=LATER + HOUR, appeal=PAIR).appeals
    assert (standing.state, standing.ends_at) == ("ended", LATER + HOUR)


@pytest.mark.peers
def test_a_second_before_its_end_the_variant_stays_and_at_the_end_it_goes(pair: World) -> None:
    end(pair)
    assert run(pair, PAIR_REVIEW - dt.timedelta(seconds=1)).withdrawn == ()
    assert page(pair)[0] == 200
    (row,) = run(pair, PAIR_REVIEW).withdrawn
    assert row.target == "without-p1"
    assert page(pair)[0] == 410
    assert pictures(pair) == {410}
    with pair.ledger.read() as tx:
        assert endings.endings(tx, PAIR)[-1].reason is EndReason.REVIEW


@pytest.mark.peers
def test_the_variants_end_comes_from_the_ledger_alone(pair: World) -> None:
    import shutil

    end(pair)
    for folder in ("cases", "releases"):
        shutil.rmtree(pair.home.path / folder)
    (pair.home.path / "fahndung.toml").write_text("", "utf-8")
    assert run(pair, PAIR_REVIEW).online_past_end == 0
    assert pictures(pair) == {410}


@pytest.mark.peers
def test_the_end_of_the_appeal_takes_the_variant_down(pair: World) -> None:
    end(pair)
    assert [row.target for row in end(pair, None, LATER + HOUR).withdrawn] == ["without-p1"]
    assert pictures(pair) == {410}


@pytest.mark.peers
def test_the_full_version_stays_refused(pair: World) -> None:
    end(pair)
    with pytest.raises(NotPublishable, match="ended"):
        pair.publish(PAIR, LATER + HOUR)
    assert states(pair) == {"": "withdrawn", "without-p1": "live"}


@pytest.mark.peers
def test_a_new_revision_replaces_the_variant(pair: World) -> None:
    end(pair)

    def without_him(record: dict[str, Any]) -> None:
        record["revision"] = 2
        del record["persons"][0]
        record["images"] = record["images"][2:]
        record["legal"]["order"]["scope"]["images"] = ["woman"]

    pair.ready(pair.case("jewellery-theft", without_him))
    pair.publish(PAIR, LATER + HOUR)
    with pair.ledger.read() as tx:
        found = [(row.revision, row.target, row.state.value) for row in publications.rows(tx, PAIR)]
    assert found == [(1, "", "withdrawn"), (1, "without-p1", "withdrawn"), (2, "", "live")]
    assert page(pair)[0] == 200


@pytest.mark.peers
def test_a_new_revision_may_not_show_the_person_again(pair: World) -> None:
    end(pair)
    folder = pair.case("jewellery-theft", lambda record: record.update(revision=2))
    with pytest.raises(NotPublishable, match="p1 is over"):
        pair.submit(folder)


@pytest.mark.peers
def test_a_revision_handed_in_before_the_person_ended_is_not_built_after(pair: World) -> None:
    pair.submit(pair.case("jewellery-theft", lambda record: record.update(revision=2)))
    assert end(pair).remainders[0].publication is not None
    with pytest.raises(NotPublishable, match="has ended"):
        pair.build(PAIR)


@pytest.mark.peers
def test_an_ending_of_one_channel_parts_there_only(pair: World) -> None:
    assert end(pair, channel="website").remainders[0].publication is not None
    with pair.ledger.read() as tx:
        (standing,) = account(tx, now=LATER, appeal=PAIR).appeals
    assert [person.state for person in standing.persons] == ["sought", "sought"]


def test_an_ending_of_another_medium_touches_nothing(pair: World) -> None:
    outcome = end(pair, medium=Medium.SOCIAL)
    assert (outcome.withdrawn, outcome.remainders) == ((), ())
    assert states(pair) == {"": "live"}


@pytest.mark.peers
def test_the_account_tells_each_persons_state_and_the_appeal_stays_live(pair: World) -> None:
    def told(now: dt.datetime) -> tuple[str, list[tuple[str, str, dt.datetime | None, EndReason | None]]]:
        with pair.ledger.read() as tx:
            (standing,) = account(tx, now=now, appeal=PAIR).appeals
        return standing.state, [(one.id, one.state, one.since, one.reason) for one in standing.persons]

    sought = (P2, "sought", None, None)
    assert told(LATER) == ("live", [(P1, "sought", None, None), sought])
    end(pair, reason=EndReason.ERROR)
    assert told(LATER) == ("live", [(P1, "ended", LATER, EndReason.ERROR), sought])
    end(pair, None, LATER + HOUR)
    over = [(P1, "ended", LATER, EndReason.ERROR), (P2, "ended", LATER + HOUR, EndReason.FOUND)]
    assert told(LATER + HOUR) == ("ended", over)


@pytest.mark.peers
def test_before_a_build_nobody_knows_the_persons(empty: World) -> None:
    appeal = empty.submit(empty.case("missing-girl"))
    with empty.ledger.read() as tx:
        assert account(tx, now=BEFORE, appeal=appeal).appeals[0].persons == ()


# -- where no variant may go up, all of it comes down


def spoil_release(pair: World) -> None:
    next((pair.home.path / "releases").glob("*/variants/p1/website/page.html")).write_text("x", "utf-8")


def lose_release(pair: World) -> None:
    import shutil

    shutil.rmtree(pair.home.path / "releases")


def lose_case(pair: World) -> None:
    import shutil

    shutil.rmtree(pair.home.path / "cases")


def spoil_configuration(pair: World) -> None:
    (pair.home.path / "fahndung.toml").write_text("[[", "utf-8")


def revoke_approver(pair: World) -> None:
    with pair.ledger.write(LATER) as tx:
        people.revoke(tx, "f.freigabe", at=LATER, by="test")


@pytest.mark.parametrize("harm", [spoil_release, lose_release, lose_case, spoil_configuration, revoke_approver])
def test_whatever_is_wrong_with_the_variant_the_whole_goes_down_and_why_is_told(
    pair: World, harm: Callable[[World], None]
) -> None:
    harm(pair)
    outcome = end(pair)
    assert outcome.online_past_end == 0
    (remainder,) = outcome.remainders
    assert remainder.publication is None
    assert remainder.why is not None
    assert page(pair)[0] == 410
    assert pictures(pair) == {410}
    assert states(pair) == {"": "withdrawn"}


@pytest.mark.peers
def test_where_ledger_or_clock_cannot_be_trusted_nothing_is_put_up(
    pair: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(parting, "put_up", dies)
        with pytest.raises(Killed):
            end(pair)
    outcome = takedown.takedown(pair.home, pair.ledger, now=LATER, by="timer", may_publish=False)
    assert "trusted" in str(outcome.remainders[0].why)
    assert states(pair) == {"": "withdrawn", "without-p1": "cancelled"}
    assert pictures(pair) == {410}


def test_a_spoiled_manifest_in_the_ledger_stops_no_end(pair: World) -> None:
    with contextlib.closing(sqlite3.connect(pair.home.ledger_path)) as database:
        database.execute("UPDATE release SET manifest = x'5b5d'")
        database.commit()
    assert end(pair).online_past_end == 0
    assert pictures(pair) == {410}
    with pair.ledger.read() as tx:
        assert account(tx, now=LATER, appeal=PAIR).appeals[0].persons == ()


def test_a_variant_past_its_end_is_not_put_up(pair: World) -> None:
    outcome = end(pair, now=PAIR_REVIEW)
    assert [remainder.publication for remainder in outcome.remainders] == [None]
    assert states(pair) == {"": "withdrawn"}
    assert pictures(pair) == {410}


def test_a_bug_in_the_variant_keeps_nothing_online(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(parting.variants, "view", broken)
        outcome = end(pair)
    assert outcome.online_past_end == 0
    assert "ZeroDivisionError" in str(outcome.remainders[0].why)
    assert pictures(pair) == {410}


def test_a_variant_that_cannot_be_entered_does_not_undo_the_wish(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*args: object, **kwargs: object) -> None:
        raise NotPublishable("no", "nein")

    with monkeypatch.context() as patch:
        patch.setattr(planning, "plan", refuses)
        outcome = end(pair)
    assert [remainder.publication for remainder in outcome.remainders] == [None]
    with pair.ledger.read() as tx:
        assert [wish.person for wish in endings.endings(tx, PAIR)] == [P1]
    assert pictures(pair) == {410}


@pytest.mark.peers
@pytest.mark.parametrize("half", [False, True])
def test_a_call_that_fails_takes_the_whole_down(pair: World, monkeypatch: pytest.MonkeyPatch, half: bool) -> None:
    real = Website.publish

    def fails(self: Website, draft: Any, checkpoint: Any) -> None:
        if half:
            real(self, draft, checkpoint)
        raise ChannelFailed("disk full", "Platte voll")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "publish", fails)
        outcome = end(pair)
    assert outcome.online_past_end == 0
    assert outcome.remainders[0].why is not None
    assert outcome.remainders[0].why.en == "disk full"
    assert states(pair) == {"": "withdrawn", "without-p1": "withdrawn"}
    assert page(pair)[0] == 410
    assert pictures(pair) == {410}


@pytest.mark.peers
def test_a_full_version_that_cannot_be_withdrawn_stays_due_beside_the_variant(
    pair: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Website, posting: object) -> None:
        raise ChannelFailed("no route", "kein Weg")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "withdraw", fails)
        outcome = end(pair)
    assert outcome.online_past_end == 1
    assert HIS not in page(pair)[1]  # the page was replaced all the same
    assert states(pair) == {"": "withdrawing", "without-p1": "live"}
    assert run(pair).online_past_end == 0
    assert gone_of(pair, P1, HIS)
    assert page(pair)[0] == 200


@pytest.mark.peers
def test_a_variant_that_cannot_be_read_back_is_told(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Website.look

    def look(self: Website, posting: Any) -> Any:
        return real(self, posting) if posting.superseded else Unknown(why="no answer")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", look)
        outcome = end(pair)
    (remainder,) = outcome.remainders
    assert remainder.publication is not None
    assert remainder.why is not None
    assert "no answer" in remainder.why.en
    shift = shift_of(pair.ledger, LATER, open=fails_to_open)
    why = parting.read_back(shift, remainder).why
    assert why is not None
    assert fails_to_open_message.en in why.en


fails_to_open_message = ChannelFailed("cannot open", "nicht zu öffnen").message


def fails_to_open(kind: str, endpoint: object) -> Website:
    raise ChannelFailed(*fails_to_open_message)


@pytest.mark.peers
def test_the_face_is_down_before_the_variant_is_read_back(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_look, real_withdraw = Website.look, Website.withdraw

    def look(self: Website, posting: Any) -> Any:
        order.append("look at the old" if posting.superseded else "look at the variant")
        return real_look(self, posting)

    def withdraw(self: Website, posting: Any) -> None:
        order.append("withdraw")
        real_withdraw(self, posting)

    monkeypatch.setattr(Website, "look", look)
    monkeypatch.setattr(Website, "withdraw", withdraw)
    end(pair)
    assert order == ["withdraw", "look at the old", "look at the variant"]


@pytest.mark.peers
def test_while_another_run_works_the_wish_and_the_variant_are_written_down(pair: World) -> None:
    with pair.home.lock():
        assert end(pair, patience=0.05).online_past_end == 1
    assert states(pair) == {"": "live", "without-p1": "planned"}
    assert run(pair).remainders[0].publication is not None
    assert states(pair) == {"": "withdrawn", "without-p1": "live"}


@pytest.mark.peers
def test_a_ledger_that_cannot_be_written_takes_what_shows_the_person_down_and_spares_the_variant(
    pair: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise LedgerUnavailable("the disk is full", "Die Platte ist voll")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "write", full)
        assert end(pair).online_past_end == 1
        assert pictures(pair) == {410}
    end(pair)
    assert states(pair) == {"": "withdrawn", "without-p1": "live"}
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "write", full)
        end(pair)
        assert page(pair)[0] == 200
        end(pair, P2)
        assert page(pair)[0] == 410


# -- cut off


class Killed(BaseException):
    """The process died here."""


class Fuse:
    """Kills at the n-th change of the disk or commit of the ledger, before or after it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
        self.left: int | None = None
        self.after = after
        for name in ("write", "move", "remove"):
            monkeypatch.setattr(Site, name, self._changing(getattr(Site, name)))
        monkeypatch.setattr(Ledger, "write", self._committing(Ledger.write))

    def _strikes(self) -> bool:
        if self.left is None:
            return False
        self.left -= 1
        return self.left == -1

    def _changing(self, change: Callable[..., None]) -> Callable[..., None]:
        def changed(site: Site, *args: object) -> None:
            strikes = self._strikes()
            if strikes and not self.after:
                raise Killed
            change(site, *args)
            if strikes:
                raise Killed

        return changed

    def _committing(self, write: Callable[..., Any]) -> Callable[..., Any]:
        @contextlib.contextmanager
        def written(ledger: Ledger, now: dt.datetime) -> Iterator[Any]:
            strikes = self._strikes()
            with write(ledger, now) as tx:
                yield tx
                if strikes and not self.after:
                    raise Killed
            if strikes:
                raise Killed

        return written


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("after", [False, True])
def test_cut_off_anywhere_the_next_run_finishes_and_never_shows_the_person(
    pair_template: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    """Also where the releases are gone by the next run: then the planned variant is not put up and all goes down."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    fuse = Fuse(monkeypatch, after=after)
    # the ledger has the website's place: every copy stands there
    place, live, cut = tmp_path / "home", tmp_path / "live", tmp_path / "cut"
    for pair in world.copied(pair_template, place):
        pair.publish(PAIR)
    place.rename(live)
    for step in range(200):
        for pair in world.copied(live, place):
            harmful = showing(pair, P1)
            fuse.left = step
            try:
                end(pair)
            except Killed:
                fuse.left = None
            else:
                assert step > 20
                assert states(pair) == {"": "withdrawn", "without-p1": "live"}
                return
            with pair.ledger.read() as tx:
                wished = bool(endings.endings(tx, PAIR))
            if not wished:
                assert HIS in page(pair)[1]
                assert states(pair) == {"": "live"}
        place.rename(cut)
        for lost in (False, True) if wished else ():
            for pair in world.copied(cut, place):
                _goes_on(pair, harmful, step, lost=lost)
            shutil.rmtree(place)
        shutil.rmtree(cut)
    raise AssertionError("the fuse never ran out")


def _goes_on(pair: World, harmful: Callable[[str], bool], step: int, *, lost: bool) -> None:
    was_up = states(pair)["without-p1"] == "live"
    if lost:
        lose_release(pair)
    outcome = run(pair)
    assert outcome.online_past_end == 0, step
    assert HIS not in page(pair)[1]
    assert pictures(pair, harmful) == {410}, step
    if lost and not was_up:
        assert states(pair)["without-p1"] in {"cancelled", "withdrawn"}, step
        assert page(pair)[0] == 410
    else:
        assert states(pair)["without-p1"] == "live", step
        assert page(pair)[0] == 200
    assert states(pair)[""] == "withdrawn"
    again = run(pair)
    assert (again.withdrawn, again.pending, again.remainders) == ((), (), ())
    seen = verification.verify(pair.home, pair.ledger, now=LATER + HOUR, by="test").seen
    assert all(one.right for one in seen), step


@pytest.mark.peers
def test_copies_at_one_address_come_down_one_after_the_other(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the look at one meets what the takedown of the other has half done, and calls online what is gone then."""
    real_publish, real_withdraw = Website.publish, Website.withdraw

    def killed_before_the_receipt(self: Website, draft: Any, checkpoint: Any) -> None:
        real_publish(self, draft, checkpoint)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Website, "publish", killed_before_the_receipt)
        with pytest.raises(Killed):
            end(pair)
    assert states(pair) == {"": "live", "without-p1": "publishing"}
    lose_release(pair)
    meeting, met, order = threading.Barrier(2), [], []

    def withdraw(self: Website, posting: Posting) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(0.5)
            met.append(posting.marker)
        order.append(posting.marker)
        real_withdraw(self, posting)

    monkeypatch.setattr(Website, "withdraw", withdraw)
    assert run(pair).online_past_end == 0
    assert met == []
    assert order == [rows(pair)[""].marker, rows(pair)["without-p1"].marker]
    assert states(pair) == {"": "withdrawn", "without-p1": "withdrawn"}
    assert (page(pair)[0], pictures(pair)) == (410, {410})


@pytest.mark.peers
def test_only_the_variant_of_a_cut_off_run_is_waiting(pair: World) -> None:
    assert not any(parting.is_waiting(row) for row in rows(pair).values())
    end(pair)
    assert not any(parting.is_waiting(row) for row in rows(pair).values())


@pytest.mark.peers
def test_a_waiting_variant_whose_end_has_come_is_cancelled(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(parting, "put_up", dies)
        with pytest.raises(Killed):
            end(pair)
    assert states(pair) == {"": "live", "without-p1": "planned"}
    assert run(pair, PAIR_REVIEW).remainders == ()
    assert states(pair) == {"": "withdrawn", "without-p1": "cancelled"}
    assert pictures(pair) == {410}


@pytest.mark.peers
def test_the_end_of_the_other_person_cancels_a_waiting_variant(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(parting, "put_up", dies)
        with pytest.raises(Killed):
            end(pair)
    outcome = end(pair, P2)
    assert (outcome.online_past_end, outcome.remainders) == (0, ())
    assert states(pair) == {"": "withdrawn", "without-p1": "cancelled"}


@pytest.mark.peers
def test_paper_that_shows_the_person_is_to_be_taken_down_and_new_paper_is_another(posters: World) -> None:
    def printed() -> tuple[int, ...]:
        return printing.of_appeal(
            posters.home, posters.ledger, appeal_id=PAIR, paper="a4", strips=False, draft=False, now=LATER, by="test"
        ).items

    (old,) = printed()
    end(posters)
    with posters.ledger.read() as tx:
        told = [item.title.de for item in byhand.open_items(tx, PAIR)]
    assert told[0] == "Plakate, 10 Stück: Beispielpassage, Musterstadt"
    assert told[1] == f"Jetzt abnehmen, was p1 zeigt (Posten {old}), 10 Stück: Beispielpassage, Musterstadt"
    (new,) = printed()
    assert new != old
    end(posters)  # again: nothing is asked for twice
    with posters.ledger.read() as tx:
        assert len(byhand.open_items(tx, PAIR)) == 3


@pytest.mark.peers
def test_a_withdrawal_that_is_pending_while_the_rest_goes_on_is_told(
    pair: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(self: Website, posting: Posting) -> Unknown:
        return Unknown(why="silence")

    with monkeypatch.context() as patch:
        patch.setattr(Website, "look", silent)
        assert end(pair).online_past_end == 1
    found = checking.check(pair.home, pair.ledger, appeal_id=PAIR, now=LATER)
    assert "R38" in {problem.rule for problem in found.problems if problem.severity == "block"}
    assert found.may_be_online
