"""Telegram channels through the real lifecycle: whole lives, tombstones, and workers killed at a line or in a call."""

import contextlib
import dataclasses
import datetime as dt
import functools
import hashlib
import pathlib
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung.channels import telegramapi
from fahndung.channels.telegram import WINDOW, Telegram
from fahndung.channels.telegramaccount import Endpoint
from fahndung.errors import FahndungError
from fahndung.ledger import byhand, publications
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import (
    account,
    previewing,
    previewpage,
    publishing,
    readying,
    takedown,
    takendown,
    verification,
)
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.publication import CLOSINGS, Draft, State, Tombstone
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningTelegram, running_telegram
from tests.channels import botspec, patience, simulated, telegrams
from tests.channels.telegrams import CREDENTIAL, TOKEN, VARIABLE
from tests.ledger import world as small
from tests.ledger.world import HOUR
from tests.lifecycle import accounts, killing
from tests.lifecycle import stand as stands
from tests.lifecycle.accounts import AccountStand
from tests.lifecycle.killing import STEPS, Clock
from tests.lifecycle.stand import MODES
from tests.world import PAIR_REVIEW, PUBLISHED, World

NOTICE = "ended-order"
"""What an end by the clock calls for in the small world: an order lies behind its appeal."""


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process says and hears fits the specification; of the children that are killed nobody knows."""
    record = botspec.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@dataclasses.dataclass(kw_only=True)
class BotStand(AccountStand):
    """A stand on a simulated Telegram; ``more``: how its channel is configured beside the rest."""

    more: dict[str, Any] = dataclasses.field(default_factory=dict)

    def config(self) -> dict[str, Any]:
        told = self.platform.config(credential=self.credential, **self.more)
        return {key: value for key, value in told.items() if key != "kind"}

    def draft(self, marker: str) -> Draft:
        release = telegrams.release(manifest={"markers": {"telegram": marker}})
        return self.open("telegram", self.config()).prepare(release)

    def shown(self, marker: str) -> list[str]:
        """The hashes of what is online with a marker."""
        return [item["sha256"] for item in self.platform.online() if item["marker"] == marker]

    def notice(self, marker: str, kind: str) -> str:
        """The hash of a closing notice."""
        closings = self.draft(marker).withdrawal[CLOSINGS]
        assert isinstance(closings, dict)
        return hashlib.sha256(closings[kind].encode()).hexdigest()


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "public"))


@contextlib.contextmanager
def standing(profile: str) -> Iterator[BotStand]:
    """A stand on a channel of that kind; its pages do not lag, because the test's clock is not the platform's."""
    platform = functools.partial(running_telegram, profile=profile, lag_s=0)
    made = functools.partial(BotStand, more=telegrams.suited(profile))
    how: dict[str, Any] = {"made": Telegram, "endpoint": Endpoint.from_ledger, "credential": CREDENTIAL, "stand": made}
    with accounts.standing(platform, **how) as found, pytest.MonkeyPatch.context() as patch:
        assert isinstance(found, BotStand)
        patch.setenv(VARIABLE, found.platform.token)
        found.mode = MODES["lookup" if profile == "public" else "none"]
        yield found


@pytest.fixture
def stand(profile: str) -> Iterator[BotStand]:
    """The profile is the test's parameter."""
    with standing(profile) as made:
        yield made


@pytest.mark.peers
class TestRounds(accounts.Rounds):
    """18 kills at lines, and 8 in the middle of a write."""


@pytest.mark.peers
@pytest.mark.parametrize("mistake", [simulated.unlisted_empty_when_limited, simulated.unlisted_sends_again])
class TestMistaken(accounts.Mistaken):
    """Past the listing that the channel reads before it sends."""


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["private"], indirect=True)
def test_in_a_private_channel_a_kill_at_any_line_posts_nothing_twice_and_leaves_the_rest_to_a_person(
    stand: BotStand,
) -> None:
    print(f"FAHNDUNG_SEED={accounts.SEED}")
    for name, step in STEPS.items():
        lines = killing.sample(killing.lines_of(stand, step), 2, accounts.SEED)
        assert list(killing.violations(stand, step, lines)) == [], name
    assert max(stands.created(stand.platform.journal()).values()) == 1


@pytest.mark.peers
def test_after_the_window_a_kill_at_any_line_leaves_a_tombstone_and_a_person_who_was_told(stand: BotStand) -> None:
    print(f"FAHNDUNG_SEED={accounts.SEED}")
    rounds = 0
    for name, before in (("withdraw", 1), ("look", 2), ("look", 3)):
        most = buried(stand, before, 0)
        for line in killing.sample(most, 5, accounts.SEED):
            rounds += 1
            buried(stand, before, line)
        assert most > 200, name
    assert rounds == 15
    assert stand.platform.online() == ()
    assert max(stands.created(stand.platform.journal()).values()) == 1


@pytest.mark.peers
@pytest.mark.parametrize(
    "fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.CUT_AFTER, Fault.GARBAGE, Fault.LIMITED]
)
@pytest.mark.parametrize("call", [Call.DELETE, Call.EDIT])
def test_a_late_takedown_that_fails_goes_on_until_the_notice_stands(
    stand: BotStand, monkeypatch: pytest.MonkeyPatch, call: Call, fault: Fault
) -> None:
    patience.spare(monkeypatch)
    buried(stand, 1, 0, fault=fault, call=call)


def buried(stand: BotStand, before: int, line: int, *, fault: Fault | None = None, call: Call = Call.DELETE) -> int:
    """A publication whose end comes too late for a bot; a child is killed at that line of the turn after ``before``.

    Returns how many lines that turn has, if nobody is killed.
    """
    clock, marker = Clock(), stand.marker()
    with stand.place() as place:
        with Ledger.open(place, home_id=small.HOME) as ledger:
            row = accounts._planned(stand, ledger, marker, clock)
            with stand.shift(ledger, clock) as shift:
                for number in range(before):
                    killing._turn(shift, stand, row)
                    if number == 0:
                        stand.platform.forward(WINDOW)
                        clock.reach(small.NOW + killing.LIFE)
                    else:
                        clock.reach(killing._row(shift, row).next_at)
        if fault is not None:
            simulated.Switch(stand.platform, {}).add(fault, call)
        act = functools.partial(
            killing._act, stand, place, STEPS["withdraw"], row, marker, clock, contextlib.nullcontext
        )
        lines = killing._killed(act, line)
        stand.platform.clear()
        with Ledger.open(place, home_id=small.HOME) as ledger, stand.shift(ledger, clock) as shift:
            killing._recover(shift, clock.now)
            found = killing._turns(shift, stand, row, clock, lambda now: now.state is State.TOMBSTONE)
            assert found.state is State.TOMBSTONE, found.problem
            assert stand.shown(marker) == [stand.notice(marker, NOTICE)]
            assert len(_open_items(ledger, row)) == 1
            stand.platform.by_hand(id=int(found.references[0].id if found.references else found.remote_id or 0))
            found = killing._turns(shift, stand, row, clock, lambda now: now.is_down)
            assert found.state is State.WITHDRAWN
            assert stand.shown(marker) == []
            assert _open_items(ledger, row) == ()
    return lines or 0


def _open_items(ledger: Ledger, row: int) -> tuple[int, ...]:
    with ledger.read() as tx:
        return byhand.open_copies(tx, small.APPEAL, row)


@pytest.mark.peers
def test_a_mistake_that_never_edits_is_caught(stand: BotStand) -> None:
    class Forgets(Telegram):
        """Gives what is too old to a person as it is."""

        def _take_down(self, reference: Any, *, notice: str | None) -> None:
            self._api.delete(reference)

    stand.made = Forgets
    with pytest.raises(AssertionError):
        buried(stand, 1, 0)


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningTelegram]:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with telegrams.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningTelegram, profile: str) -> World:
    """A home with that channel beside its website."""
    return accounts.office(empty, server.config(credential=CREDENTIAL, **telegrams.suited(profile)))


def online(office: World, *, watched: bool = False) -> str:
    """An appeal of two persons that is out."""
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("telegram", watched=watched)))
    assert office.publish(appeal).failed == ()
    return appeal


def ended(office: World, appeal: str, reason: EndReason = EndReason.FOUND, **how: Any) -> takendown.Outcome:
    at = how.pop("at", PUBLISHED)
    wish = Ending(appeal=AppealId(appeal), reason=reason, by="k.muster", at=at, **how)
    return takedown.end(office.home, office.ledger, wish, now=at)


def on_telegram(office: World, appeal: str) -> list[Publication]:
    with office.ledger.read() as tx:
        return list(publications.rows(tx, appeal, channel="telegram"))


def shows(office: World, server: RunningTelegram, row: Publication) -> str:
    """The kind of notice that a row's message shows; empty: none."""
    (one,) = [one for one in server.online() if one["id"] == row.remote_id]
    closings = row.withdrawal[CLOSINGS]
    assert isinstance(closings, dict)
    hashes = {hashlib.sha256(text.encode()).hexdigest(): kind for kind, text in closings.items()}
    return hashes.get(one["sha256"], "")


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["lagging"], indirect=True)
def test_an_appeal_lives_on_website_and_account_and_ends_on_both(office: World, server: RunningTelegram) -> None:
    accounts.live_and_end(office, server, lag_s=3 * telegrams.LAG_S)


@pytest.mark.peers
def test_what_telegram_changed_is_taken_down_before_anybody_is_told(
    office: World, server: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = telegramapi.Api.post
    monkeypatch.setattr(telegramapi.Api, "post", lambda api, text: (post(api, text)[0], False))
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("telegram")))
    done = office.publish(appeal)
    (failed,) = done.failed
    assert "changed the text" in failed[1].en
    assert server.online() == ()
    assert server.calls(Call.CREATE) == 1
    assert (done.pending, done.refused) == ((), ())
    (row,) = on_telegram(office, appeal)
    assert row.state is State.WITHDRAWN


@pytest.mark.peers
def test_what_telegram_changed_and_does_not_delete_is_told_as_online(
    office: World, server: RunningTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = telegramapi.Api.post
    monkeypatch.setattr(telegramapi.Api, "post", lambda api, text: (post(api, text)[0], False))
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("telegram")))
    server.add(Fault.ERROR_BEFORE, Call.DELETE)
    done = office.publish(appeal)
    assert [one.channel for one in done.pending] == ["telegram"]


@pytest.mark.peers
def test_what_ends_after_the_window_shows_its_notice_counts_as_online_and_goes_when_a_person_deletes_it(
    office: World, server: RunningTelegram
) -> None:
    appeal = online(office)
    server.forward(WINDOW)
    done = ended(office, appeal)
    (row,) = on_telegram(office, appeal)
    assert (row.state, shows(office, server, row)) == (State.TOMBSTONE, "reached")
    assert done.online_past_end == 1, "the website is gone; exit code 7 says that this is not"
    (item,) = [one for one in done.by_hand if one.publication == row.id and one.kind is byhand.Kind.COPY]
    assert "App" in item.why.de
    with office.ledger.read() as tx:
        standing = account.account(tx, now=PUBLISHED)
    assert standing.overdue == 1
    assert standing.appeals[0].state == "ending"

    seen = verification.verify(office.home, office.ledger, now=PUBLISHED + HOUR, by="test")
    (look,) = [one for one in seen.seen if one.publication.id == row.id]
    assert isinstance(look.look, Tombstone)
    assert not look.right
    assert seen.outcome.online_past_end == 1

    again = takedown.takedown(office.home, office.ledger, now=PUBLISHED + 2 * HOUR, by="timer")
    assert again.online_past_end == 1
    assert server.calls(Call.EDIT) == 1, "what stands is looked at, and not written again"

    ended(office, appeal, EndReason.ERROR, at=PUBLISHED + 3 * HOUR)
    (row,) = on_telegram(office, appeal)
    assert (row.state, shows(office, server, row)) == (State.TOMBSTONE, "error"), "in the same run"

    takedown.takedown(office.home, office.ledger, now=PUBLISHED + 4 * HOUR, by="timer")
    server.by_hand(id=int(row.remote_id or 0), text="Wir suchen weiter!")
    spoiled = takedown.takedown(office.home, office.ledger, now=PUBLISHED + 5 * HOUR, by="timer")
    (row,) = on_telegram(office, appeal)
    assert (row.state, shows(office, server, row)) == (State.TOMBSTONE, "error"), "what somebody changed is put right"
    assert spoiled.online_past_end == 1

    server.by_hand(id=int(row.remote_id or 0))
    last = takedown.takedown(office.home, office.ledger, now=PUBLISHED + 6 * HOUR, by="timer")
    (row,) = on_telegram(office, appeal)
    assert (row.state, last.online_past_end) == (State.WITHDRAWN, 0)
    with office.ledger.read() as tx:
        assert byhand.open_copies(tx, appeal, row.id) == ()


@pytest.mark.peers
def test_the_end_of_one_person_leaves_the_notice_of_a_part_and_the_variant_is_deleted_in_time(
    office: World, server: RunningTelegram
) -> None:
    appeal = online(office)
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    told = shown.as_json("de")["channels"][1]
    assert {"reached", "reached-part", "error", "replaced"} <= told["closings"].keys()
    assert "48 Stunden" in told["warning"]
    assert told["withdrawal"].startswith("Solange die Plattform")
    for whole in ("\n".join(shown.lines("de")), previewpage.page(shown, "de")):
        assert "48 Stunden" in whole
        assert "Az." in whole
        assert "hat sich erledigt und ist beendet" in whole
        assert "für eine von mehreren Personen: gefunden, ermittelt oder aufgeklärt" in whole
        assert "sie geht in anderer Fassung weiter" in whole
        assert "reached" not in whole, "an officer approves it, who reads words and not our kinds"
    server.forward(WINDOW)
    ended(office, appeal, person=PersonId("p2"))
    whole, variant = on_telegram(office, appeal)
    assert (whole.state, shows(office, server, whole)) == (State.TOMBSTONE, "reached-part")
    assert (variant.state, shows(office, server, variant)) == (State.LIVE, "")
    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + HOUR, by="timer")
    whole, variant = on_telegram(office, appeal)
    assert variant.state is State.WITHDRAWN
    assert shows(office, server, whole) == "ended-order", "the end of the rest is told where the notice of a part stood"

    with office.ledger.write(PAIR_REVIEW) as tx:
        (item,) = byhand.open_copies(tx, appeal, whole.id)
        byhand.close(tx, item, person="k.muster", note="gelöscht", at=PAIR_REVIEW)
        assert publications.get(tx, whole.id).state is State.CLOSED
    verification.verify(office.home, office.ledger, now=PAIR_REVIEW + 2 * HOUR, by="test")
    assert on_telegram(office, appeal)[0].state is State.WITHDRAWING, "a person was wrong: it is still there"
    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + 3 * HOUR, by="timer")
    assert on_telegram(office, appeal)[0].state is State.TOMBSTONE


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["private"], indirect=True)
def test_in_a_private_channel_nobody_looks_and_a_person_confirms_that_it_is_gone(
    office: World, server: RunningTelegram
) -> None:
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("telegram", watched=False)))
    (warning,) = readying.prepare(office.home, office.ledger, appeal_id=appeal, now=PUBLISHED).warnings
    assert "48 hours" in warning.en
    assert "in der App" in warning.de
    soon = readying.prepare(office.home, office.ledger, appeal_id=appeal, now=PAIR_REVIEW - dt.timedelta(hours=47))
    assert soon.warnings == ()
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    told = shown.as_json("de")["channels"][1]
    assert "Mitglieder" in told["withdrawal"]
    out = office.publish(appeal)
    assert out.warnings == (warning,)
    (sent,) = [one for one in out.sent if one.publication.channel == "telegram"]
    assert sent.look is None
    assert publishing.is_right(sent)
    office.publish(appeal)
    assert server.calls(Call.CREATE) == 1, "what nobody can look at is not sent again"
    seen = verification.verify(office.home, office.ledger, now=PUBLISHED, by="test")
    assert {one.publication.channel for one in seen.seen} == {"website"}
    takedown.takedown(office.home, office.ledger, now=PUBLISHED + 25 * HOUR, by="timer")
    with office.ledger.read() as tx:
        (row,) = publications.rows(tx, appeal, channel="telegram")
    assert (row.state, row.problem) == (State.LIVE, None)

    done = ended(office, appeal)
    (row,) = on_telegram(office, appeal)
    assert server.online() == ()
    assert (row.state, done.online_past_end) == (State.BY_HAND, 1)
    assert "Mitglieder" in done.by_hand[-1].why.de
    seen = verification.verify(office.home, office.ledger, now=PUBLISHED + HOUR, by="test")
    assert seen.outcome.online_past_end == 1
    with office.ledger.write(PUBLISHED) as tx:
        (item,) = byhand.open_copies(tx, appeal, row.id)
        byhand.close(tx, item, person="k.muster", note="nachgesehen", at=PUBLISHED)
    last = takedown.takedown(office.home, office.ledger, now=PUBLISHED + 2 * HOUR, by="timer")
    assert last.online_past_end == 0
    assert verification.verify(office.home, office.ledger, now=PUBLISHED + 2 * HOUR, by="test").outcome.pending == ()


FAULTS = (Fault.TIMEOUT_AFTER, Fault.CUT_AFTER, Fault.ERROR_BEFORE, Fault.GARBAGE, Fault.LIMITED, Fault.UNAUTHORIZED)


@pytest.mark.peers
def test_the_token_is_in_no_message_no_log_no_row_and_no_file_of_the_home(
    office: World,
    server: RunningTelegram,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(1)
    patience.spare(monkeypatch)
    appeal = online(office)
    server.forward(WINDOW)
    told = [repr(ended(office, appeal))]
    opened = readying.open_channel(office.home, office.ledger, office.home.config(), "telegram")
    with office.ledger.read() as tx:
        posting = publications.posting(tx, on_telegram(office, appeal)[0].id)
    for number, fault in enumerate(FAULTS):
        for call in (Call.WHOAMI, Call.LIST, Call.READ, Call.DELETE, Call.EDIT):
            simulated.Switch(server, {}).add(fault, call, times=None)
        told.append(repr(takedown.takedown(office.home, office.ledger, now=PUBLISHED + number * HOUR, by="timer")))
        told += [repr(opened.look(posting)), *failures(opened.check, lambda: opened.withdraw(posting))]
        server.clear()
    assert len([one for one in told if "Traceback" in one]) == 2 * len(FAULTS)
    files = [path.read_bytes() for path in office.home.path.rglob("*") if path.is_file()]
    assert len(files) > 10
    told += [caplog.text, *capfd.readouterr()]
    secret = TOKEN.partition(":")[2]
    assert not [one for one in told if secret in one]
    assert not [one for one in files if secret.encode() in one]


def failures(*acts: Callable[[], object]) -> Iterator[str]:
    """What is told of each act that fails, with all that it was caused by."""
    for act in acts:
        try:
            act()
        except FahndungError as error:
            yield f"{traceback.format_exc()} {error!r} {error.message} {vars(error)}"
