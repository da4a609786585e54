"""Threads accounts through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call."""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.channels.base import Checkpoint
from fahndung.channels.threads import Threads
from fahndung.channels.threadsaccount import Endpoint
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.shift import Shift
from fahndung.model.publication import Draft, State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningThreads, running_threads
from tests.channels import simulated, threadsaccounts
from tests.channels.threadsaccounts import CREDENTIAL, VARIABLE
from tests.ledger import world as small
from tests.lifecycle import accounts, killing
from tests.lifecycle.accounts import AccountStand
from tests.world import World


@contextlib.contextmanager
def standing(profile: str) -> Iterator[AccountStand]:
    """A stand on a platform of that kind; its listings do not lag, because the test's clock is not the platform's.

    Nor does its day end: the rounds take down more than half of what Threads lets an account delete in one.
    """
    platform = functools.partial(running_threads, profile=profile, lag_s=0, a_day=10**6)
    how = {"made": Threads, "endpoint": Endpoint.from_ledger, "credential": CREDENTIAL}
    with accounts.standing(platform, **how) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, made.platform.token)
        yield made


@pytest.fixture
def stand(profile: str) -> Iterator[AccountStand]:
    """The profile is the test's parameter."""
    with standing(profile) as made:
        yield made


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["twice"])
class TestRounds(accounts.Rounds):
    """18 kills at lines, where a container can be published twice, and 8 in the middle of a write."""


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["twice"])
@pytest.mark.parametrize("mistake", [simulated.sends_again])
class TestMistaken(accounts.Mistaken):
    """Where a container can be published twice."""


def _until_live(shift: Shift, stand: AccountStand, row: int, clock: killing.Clock) -> None:
    """Turns until it is live."""
    for _ in range(killing.MOST_TURNS):
        killing._turn(shift, stand, row)
        found = killing._row(shift, row)
        if found.state is State.LIVE:
            return
        clock.reach(found.next_at)
    raise AssertionError(found.problem)


class Forgets(Threads):
    """A mistake: what earlier calls made does not matter to it."""

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        super().publish(dataclasses.replace(draft, references=()), checkpoint)


@pytest.mark.peers
@pytest.mark.parametrize(("profile", "made", "posts"), [("prompt", Threads, 1), ("prompt", Forgets, 2)])
def test_a_listing_that_lacks_the_newest_makes_no_second_post_while_its_container_is_known(
    stand: AccountStand, made: type[Threads], posts: int
) -> None:
    clock, marker = killing.Clock(), stand.marker()
    stand.made = made
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        row = accounts._planned(stand, ledger, marker, clock)
        with stand.shift(ledger, clock) as shift:
            stand.platform.add(Fault.CUT_AFTER, Call.CREATE)
            stand.platform.add(Fault.STALE, Call.LIST)
            _until_live(shift, stand, row, clock)
            assert len(stand.online(marker)) == posts


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["slow"])
def test_what_is_not_ready_is_tried_again_with_the_same_container_until_it_is(stand: AccountStand) -> None:
    clock, marker = killing.Clock(), stand.marker()
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        row = accounts._planned(stand, ledger, marker, clock)
        with stand.shift(ledger, clock) as shift:
            _until_live(shift, stand, row, clock)
    assert [one.verb for one in stand.platform.journal()] == ["draft", "create"]


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["slow"])
def test_what_was_never_ready_ends_without_a_post(stand: AccountStand) -> None:
    clock, marker = killing.Clock(), stand.marker()
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        row = accounts._planned(stand, ledger, marker, clock)
        with stand.shift(ledger, clock) as shift:
            killing._turn(shift, stand, row)
            clock.reach(small.NOW + killing.LIFE)
            for _ in range(4):
                killing._turn(shift, stand, row)
                clock.reach(killing._row(shift, row).next_at)
            assert killing._row(shift, row).is_down
    assert [one.verb for one in stand.platform.journal()] == ["draft"]


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningThreads]:
    monkeypatch.setenv(VARIABLE, simulated.TOKEN)
    with threadsaccounts.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["prompt"])
def test_an_appeal_lives_on_website_and_account_and_ends_on_both(empty: World, server: RunningThreads) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0))
    accounts.live_and_end(office, server, lag_s=0)
