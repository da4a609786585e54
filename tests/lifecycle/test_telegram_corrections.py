"""A correction on Telegram takes the place of the earlier text in the same message, whatever fails meanwhile."""

import contextlib
import dataclasses
import datetime as dt
import functools
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels.base import Checkpoint
from fahndung.channels.telegram import WINDOW, Telegram
from fahndung.errors import OutcomeUnknown, PlaceLost
from fahndung.ledger import audit, byhand, publications
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import publishing, readying, takedown
from fahndung.model.ids import PersonId
from fahndung.model.publication import Draft, Posting, State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningTelegram
from fahndung.testing.telegramstock import chat_id
from tests.channels import botspec, patience, telegrams
from tests.channels.telegrams import CREDENTIAL, TOKEN, VARIABLE
from tests.ledger import world as small
from tests.ledger.world import HOUR
from tests.lifecycle import accounts, killing
from tests.lifecycle.killing import STEPS, Clock
from tests.lifecycle.test_routed import corrected
from tests.lifecycle.test_telegram import NOTICE, BotStand, ended, on_telegram, shows, standing
from tests.world import PAIR, PUBLISHED, World

pytestmark = pytest.mark.peers
LATER = PUBLISHED + dt.timedelta(hours=72)


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is said and heard fits the specification."""
    record = botspec.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "public"))


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningTelegram]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with telegrams.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningTelegram, profile: str) -> World:
    """A home with that channel beside its website, an appeal that is out, and its second revision, approved."""
    made = accounts.office(empty, server.config(credential=CREDENTIAL, **telegrams.suited(profile)))
    appeal = made.ready(made.case("jewellery-theft", accounts.on_account("telegram")))
    assert made.publish(appeal).failed == ()
    made.ready(made.case("jewellery-theft", corrected(accounts.on_account("telegram"))))
    return made


APPEAL = PAIR


def pair(office: World) -> tuple[Publication, Publication]:
    """Its two revisions on Telegram."""
    first, second = on_telegram(office, APPEAL)
    return first, second


def verbs(server: RunningTelegram) -> list[str]:
    return [one.verb for one in server.journal() if one.kind == "post"]


def later(office: World, *hours: float) -> None:
    for one in hours:
        takedown.takedown(office.home, office.ledger, now=LATER + one * HOUR, by="timer")


def settled(office: World, at: dt.datetime = LATER + 2 * HOUR) -> publishing.Published:
    """Published once more, when what was sent shows."""
    return office.publish(APPEAL, at)


def test_days_later_the_same_message_shows_the_second_revision_and_nothing_is_left_to_a_person(
    office: World, server: RunningTelegram
) -> None:
    (before,) = server.online()
    server.forward(LATER - PUBLISHED)
    done = office.publish(APPEAL, LATER)
    assert (done.failed, done.refused, done.pending) == ((), (), ())
    first, second = pair(office)
    (now,) = server.online()
    assert (now["id"], now["marker"]) == (before["id"], second.marker)
    assert verbs(server) == ["create", "edit"]
    assert (first.state, first.superseded, second.state) == (State.WITHDRAWN, True, State.LIVE)
    assert first.remote_id == second.remote_id
    with office.ledger.read() as tx:
        assert [one.gone_at for one in publications.seen(tx, first.id)] == [None], "the message is not gone"
        assert byhand.open_copies(tx, APPEAL, first.id) == ()
    later(office, 1, 2, 25, 200)
    assert pair(office)[0].state is State.CLOSED
    assert verbs(server) == ["create", "edit"], "later looks at the first revision leave the message alone"
    ended(office, APPEAL, at=LATER + 201 * HOUR)
    assert (pair(office)[1].state, shows(office, server, pair(office)[1])) == (State.TOMBSTONE, "reached")
    assert audit.verify(office.ledger) == ()


def test_within_the_window_the_end_of_the_second_revision_deletes_the_message(
    office: World, server: RunningTelegram
) -> None:
    office.publish(APPEAL)
    assert ended(office, APPEAL).online_past_end == 0
    assert {row.state for row in pair(office)} == {State.WITHDRAWN}
    assert (server.online(), verbs(server)) == ((), ["create", "edit", "delete"])


def test_the_window_is_warned_of_from_when_the_message_went_out(office: World) -> None:
    end = pair_end(office)
    at = end - dt.timedelta(hours=47)
    (warning,) = readying.prepare(office.home, office.ledger, appeal_id=APPEAL, now=at).warnings
    assert "48 hours" in warning.en, "the message is older than its second revision"


def pair_end(office: World) -> dt.datetime:
    (first,) = on_telegram(office, APPEAL)
    assert first.due_at is not None
    return first.due_at


def test_a_third_revision_takes_the_place_of_the_second(office: World, server: RunningTelegram) -> None:
    office.publish(APPEAL)

    def third(record: dict[str, Any]) -> None:
        corrected(accounts.on_account("telegram"))(record)
        record["revision"] = 3

    office.ready(office.case("jewellery-theft", third))
    server.forward(LATER - PUBLISHED)
    assert office.publish(APPEAL, LATER).pending == ()
    rows = on_telegram(office, APPEAL)
    assert [row.state for row in rows] == [State.WITHDRAWN, State.WITHDRAWN, State.LIVE]
    assert [one["marker"] for one in server.online()] == [rows[2].marker]
    assert verbs(server) == ["create", "edit", "edit"]


@pytest.mark.parametrize("profile", ["lagging"], indirect=True)
def test_on_an_account_that_was_pointed_elsewhere_the_same_number_is_another_message(
    office: World, server: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAHNDUNG_TELEGRAM_TWO", telegrams.OTHER)
    config = office.home.path / "fahndung.toml"
    moved = config.read_text("utf-8").replace(str(chat_id(0)), str(chat_id(1))).replace(CREDENTIAL, "telegram-two")
    config.write_text(moved.replace(f'account = "{telegrams.ACCOUNT}"', 'account = "wache"'), "utf-8")
    office.publish(APPEAL, PUBLISHED + HOUR)
    takedown.takedown(office.home, office.ledger, now=PUBLISHED + 2 * HOUR, by="timer")  # the listing has caught up
    first, second = pair(office)
    assert (first.remote_id, first.endpoint["chat"]) == (second.remote_id, chat_id(0))
    assert second.endpoint["chat"] == chat_id(1)
    assert (first.state, second.state) == (State.WITHDRAWN, State.LIVE)
    assert verbs(server) == ["create", "create", "delete"]


def test_a_listing_that_still_shows_the_first_revision_never_leads_to_the_deletion_of_the_message(
    office: World, server: RunningTelegram
) -> None:
    office.publish(APPEAL)
    assert len(server.online()) == 1
    time.sleep(3 * telegrams.LAG_S)
    settled(office, PUBLISHED + HOUR)
    takedown.takedown(office.home, office.ledger, now=PUBLISHED + 2 * HOUR, by="timer")
    first, second = pair(office)
    assert (first.state, second.state, verbs(server)) == (State.WITHDRAWN, State.LIVE, ["create", "edit"])


@pytest.mark.parametrize("how", ["deleted", "not to be edited"])
def test_what_cannot_be_corrected_is_a_new_message_first_and_then_the_old_one_goes(
    office: World, server: RunningTelegram, how: str
) -> None:
    (before,) = server.online()
    if how == "deleted":
        server.by_hand(id=int(before["id"]))
    else:
        server.add(Fault.REFUSED, Call.EDIT)
    done = office.publish(APPEAL, PUBLISHED + HOUR)
    assert (done.failed, done.refused, done.pending) == ((), (), ())
    first, second = pair(office)
    assert [one["marker"] for one in server.online()] == [second.marker]
    assert first.state is State.WITHDRAWN
    assert verbs(server) == (["create", "delete", "create"] if how == "deleted" else ["create", "create", "delete"])
    with office.ledger.read() as tx:
        assert publications.posting_of(tx, second).references != publications.posting_of(tx, first).references


UNHEARD = (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.LIMITED)


@pytest.mark.parametrize("fault", UNHEARD)
def test_a_lost_answer_never_leads_to_a_second_message(
    office: World, server: RunningTelegram, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    patience.spare(monkeypatch)
    server.forward(LATER - PUBLISHED)
    server.add(fault, Call.EDIT, seconds=patience.SILENT_S)
    assert [name for name, _ in office.publish(APPEAL, LATER).failed] == ["telegram"]
    server.clear()
    done = settled(office)
    assert (done.failed, done.pending) == ((), ())
    first, second = pair(office)
    assert (first.state, second.state, verbs(server)) == (State.WITHDRAWN, State.LIVE, ["create", "edit"])


def test_a_damaged_second_revision_that_cannot_be_sent_again_keeps_its_message(
    office: World, server: RunningTelegram
) -> None:
    office.publish(APPEAL)
    (message,) = server.online()
    server.by_hand(id=int(message["id"]), text="etwas anderes")
    server.add(Fault.LIMITED, Call.CREATE)
    assert [name for name, _ in office.publish(APPEAL, PUBLISHED + HOUR).failed] == ["telegram"]
    with office.ledger.read() as tx:
        assert [one.id for one in publications.posting_of(tx, pair(office)[1]).references] == [message["id"]]


@pytest.mark.parametrize("age", [dt.timedelta(0), LATER - PUBLISHED])
@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
def test_what_ends_while_nobody_knows_of_the_correction_comes_down_once_and_for_all(
    office: World, server: RunningTelegram, monkeypatch: pytest.MonkeyPatch, fault: Fault, age: dt.timedelta
) -> None:
    patience.spare(monkeypatch)
    server.forward(age)
    server.add(fault, Call.EDIT, seconds=patience.SILENT_S)
    office.publish(APPEAL, LATER)
    server.clear()
    ended(office, APPEAL, at=LATER)
    later(office, 1, 2, 3)
    first, second = pair(office)
    if age < WINDOW:
        assert {first.state, second.state} == {State.WITHDRAWN}
        assert server.online() == ()
        return
    assert (first.state, second.state) == (State.WITHDRAWN, State.TOMBSTONE)
    assert shows(office, server, dataclasses.replace(second, remote_id=first.remote_id)) == "reached"
    edits = server.calls(Call.EDIT)
    later(office, 30, 60, 90)
    assert server.calls(Call.EDIT) == edits, "the two revisions do not write over each other"
    with office.ledger.read() as tx:
        assert len(byhand.open_copies(tx, APPEAL, second.id)) == 1


def test_the_end_of_one_person_is_a_new_message_because_the_earlier_one_has_to_be_seen_to_go(
    office: World, server: RunningTelegram
) -> None:
    office.publish(APPEAL)
    ended(office, APPEAL, person=PersonId("p2"))
    assert [one["marker"] for one in server.online()] == [on_telegram(office, APPEAL)[-1].marker]
    assert verbs(server) == ["create", "edit", "create", "delete"]


@pytest.mark.parametrize("profile", ["private"], indirect=True)
def test_in_a_private_channel_a_correction_is_a_new_message(office: World, server: RunningTelegram) -> None:
    office.publish(APPEAL)
    assert verbs(server) == ["create", "create", "delete"]


def corrected_by_a_child(stand: BotStand, line: int, *, late: bool = False) -> int:
    """A child that corrects a message is killed at that line (0: at none); its successor has to cope.

    Returns how many lines the correction has, if nobody is killed. ``late``: the successor comes when all is over.
    """
    clock, old, new = Clock(), stand.marker(), stand.marker()
    made = len(stand.platform.journal())
    with stand.place() as place:
        with Ledger.open(place, home_id=small.HOME) as ledger, stand.shift(ledger, clock) as shift:
            first = accounts._planned(stand, ledger, old, clock)
            killing._turn(shift, stand, first)
            stand.platform.forward(WINDOW)
            second = accounts._planned(stand, ledger, new, clock)
        act = functools.partial(
            killing._act, stand, place, STEPS["publish"], second, new, clock, contextlib.nullcontext
        )
        lines = killing._killed(act, line)
        with Ledger.open(place, home_id=small.HOME) as ledger, stand.shift(ledger, clock) as shift:
            killing._recover(shift, clock.now)
            if not late:
                up = killing._turns(shift, stand, second, clock, lambda row: row.state is State.LIVE)
                down = killing._turns(shift, stand, first, clock, lambda row: row.is_down)
                assert (up.state, down.state) == (State.LIVE, State.WITHDRAWN), (up.problem, down.problem)
                assert stand.shown(old) == []
                assert len(stand.shown(new)) == 1
            clock.reach(small.NOW + killing.LIFE)
            for _ in range(3):  # in every order, and as often as one likes
                for row in (first, second):
                    if not killing._row(shift, row).is_down:
                        killing._turn(shift, stand, row)
                clock.reach(clock.now + HOUR)
            left = [one for one in stand.platform.online() if one["marker"] in {old, new}]
            assert len(left) == 1, "a bot can delete it no more"
            states = {killing._row(shift, row).state for row in (first, second)}
            assert State.TOMBSTONE in states
            assert states <= {State.TOMBSTONE, State.WITHDRAWN, State.CANCELLED}
            assert left[0]["sha256"] in {
                stand.notice(old, NOTICE),
                stand.notice(new, NOTICE),
                stand.notice(old, "replaced"),
            }
        assert audit_is_whole(place)
    verbs = [one.verb for one in stand.platform.journal()[made:] if one.kind == "post"]
    assert verbs.count("create") == 1, verbs
    stand.platform.by_hand(id=int(left[0]["id"]))
    return lines or 0


def audit_is_whole(place: pathlib.Path | str) -> bool:
    with Ledger.open(place, home_id=small.HOME) as ledger:
        return audit.verify(ledger) == ()


@pytest.fixture
def stand() -> Iterator[BotStand]:
    with standing("public") as made:
        yield made


@pytest.mark.parametrize("late", [False, True])
def test_a_kill_at_any_line_leaves_one_message_and_nothing_unknown(stand: BotStand, late: bool) -> None:
    print(f"FAHNDUNG_SEED={accounts.SEED}")
    lines = corrected_by_a_child(stand, 0, late=late)
    assert lines > 200
    for line in killing.sample(lines, 8, accounts.SEED):
        corrected_by_a_child(stand, line, late=late)


class Forgets(Telegram):
    """Takes down what a later revision has the place of."""

    def withdraw(self, posting: Posting) -> None:
        super().withdraw(dataclasses.replace(posting, yielded=()))


class Repeats(Telegram):
    """Makes a new message of whatever is not corrected at once."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        try:
            super().publish(draft, checkpoint)
        except (OutcomeUnknown, PlaceLost):
            super().publish(dataclasses.replace(draft, replaces=None), checkpoint)


@pytest.mark.parametrize("mistake", [Forgets, Repeats])
def test_a_mistake_is_caught(stand: BotStand, mistake: type[Telegram], monkeypatch: pytest.MonkeyPatch) -> None:
    patience.spare(monkeypatch)
    stand.made = mistake
    stand.platform.add(Fault.CUT_BEFORE, Call.EDIT)
    with pytest.raises(AssertionError):
        corrected_by_a_child(stand, 0)
