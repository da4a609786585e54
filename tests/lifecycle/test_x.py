"""X accounts through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call."""

import contextlib
import datetime as dt
import functools
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.channels import xmedia
from fahndung.channels.x import X
from fahndung.channels.xaccount import Endpoint
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import takedown
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningX, running_x
from fahndung.testing.xshapes import PROFILES
from tests.channels import simulated, xs
from tests.channels.xs import CREDENTIAL, VARIABLE
from tests.ledger import world as small
from tests.lifecycle import accounts, killing
from tests.lifecycle.accounts import AccountStand
from tests.world import PAIR_REVIEW, World

pytestmark = pytest.mark.peers


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process says and hears fits the specification; of the children that are killed nobody knows."""
    record = xs.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@contextlib.contextmanager
def standing(profile: str) -> Iterator[AccountStand]:
    """A stand on an API of that kind; its listings do not lag, because the test's clock is not the platform's."""
    platform = functools.partial(running_x, profile=profile, lag_s=0)
    how = {"made": X, "endpoint": Endpoint.from_ledger, "credential": CREDENTIAL}
    with accounts.standing(platform, **how) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, xs.keys(made.platform.token))
        yield made


@pytest.fixture
def stand(profile: str) -> Iterator[AccountStand]:
    """The profile is the test's parameter."""
    with standing(profile) as made:
        yield made


@pytest.mark.parametrize("profile", PROFILES)
class TestRounds(accounts.Rounds):
    """54 kills at lines, on the three kinds of APIs, and 24 in the middle of a write."""


@pytest.mark.parametrize("profile", ["strict"])
class TestRoundsWithPictures(accounts.PicturedWrites, accounts.Rounds):
    """A picture of a thing beside each post, which goes when its post goes; and 6 kills at lines."""

    size = 1
    lies = 1

    @pytest.fixture
    def stand(self, stand: AccountStand) -> AccountStand:
        stand.pictures = 1
        return stand


@pytest.mark.parametrize("profile", ["playground"])
@pytest.mark.parametrize("mistake", [simulated.unlisted_empty_when_limited, simulated.unlisted_sends_again])
class TestMistaken(accounts.Mistaken):
    """On the API that takes a text twice, and past the listing that the channel reads before it sends."""


@pytest.mark.no_cover
@pytest.mark.parametrize("profile", ["playground"])
@pytest.mark.parametrize("mistake", [simulated.empty_when_limited, simulated.sends_again])
def test_the_listing_before_a_post_keeps_a_caller_that_is_wrong_from_posting_twice(
    stand: AccountStand, mistake: simulated.Mistake
) -> None:
    step = killing.STEPS["resolve"]
    lines = killing.sample(killing.lines_of(stand, step), accounts.SIZE, accounts.SEED)
    stand.made = mistake(stand.made)
    assert list(killing.violations(stand, step, lines)) == []


@pytest.mark.parametrize("profile", ["playground"])
def test_a_call_of_unknown_outcome_is_made_again_after_two_listings_that_wait(stand: AccountStand) -> None:
    clock, marker = killing.Clock(), stand.marker()
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        row = accounts._planned(stand, ledger, marker, clock)
        with stand.shift(ledger, clock) as shift:
            stand.platform.add(Fault.CUT_BEFORE, Call.CREATE)
            killing._turn(shift, stand, row)
            asked, began = stand.platform.calls(Call.LIST), clock.now
            while not stand.online(marker):
                found = killing._row(shift, row)
                assert found.next_at is not None
                clock.reach(found.next_at)
                killing._turn(shift, stand, row)
            assert clock.now - began >= dt.timedelta(minutes=2)
            assert stand.platform.calls(Call.LIST) - asked == 2
            assert stand.platform.calls(Call.CREATE) == 2


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningX]:
    monkeypatch.setenv(VARIABLE, xs.keys())
    with xs.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningX, profile: str) -> World:
    """A home with that account beside its website."""
    settle = 3 * xs.LAG_S if PROFILES[profile].lag_s else 0
    return accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=settle))


@pytest.mark.parametrize("profile", PROFILES)
def test_an_appeal_lives_on_website_and_account_and_ends_on_both(office: World, server: RunningX) -> None:
    accounts.live_and_end(office, server, lag_s=3 * xs.LAG_S)


@pytest.fixture
def pictured(empty: World, server: RunningX, profile: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, with a policy that lets pictures of things go along."""
    monkeypatch.setattr(xmedia, "READY_S", 0.01)
    settle = 3 * xs.LAG_S if PROFILES[profile].lag_s else 0
    return accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=settle, media="objects"))


@pytest.mark.parametrize("profile", ["lagging"])
def test_pictures_of_things_go_along_and_end_with_their_post(pictured: World, server: RunningX) -> None:
    accounts.things_live_and_end(pictured, server, lag_s=3 * xs.LAG_S)


@pytest.mark.parametrize("profile", ["strict"])
def test_pictures_of_persons_stay_home_whatever_the_policy(pictured: World, server: RunningX) -> None:
    accounts.persons_stay_home(pictured, server)


@pytest.mark.parametrize("profile", ["strict"])
def test_nobody_has_to_watch_replies_that_nobody_can_write(office: World, server: RunningX) -> None:
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("x", watched=False)))
    assert office.publish(appeal).failed == ()
    assert len(server.online()) == 1
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert (done.online_past_end, server.online()) == (0, ())
