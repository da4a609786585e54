"""Mastodon accounts through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call."""

import contextlib
import functools
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.channels import mastodonmedia
from fahndung.channels.mastodon import Mastodon
from fahndung.channels.mastodonaccount import Endpoint
from fahndung.testing.mastodonstock import PROFILES
from fahndung.testing.running import RunningMastodon, running_mastodon
from tests.channels import mastodons, simulated
from tests.channels.mastodons import CREDENTIAL, VARIABLE
from tests.lifecycle import accounts
from tests.lifecycle.accounts import AccountStand
from tests.world import World


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process says and hears fits the specification; of the children that are killed nobody knows."""
    record = mastodons.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@contextlib.contextmanager
def standing(profile: str) -> Iterator[AccountStand]:
    """A stand on a server of that kind; its listings do not lag, because the test's clock is not the server's."""
    server = functools.partial(running_mastodon, profile=profile, lag_s=0)
    how = {"made": Mastodon, "endpoint": Endpoint.from_ledger, "credential": CREDENTIAL}
    with accounts.standing(server, **how) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, made.platform.token)
        yield made


@pytest.fixture
def stand(profile: str) -> Iterator[AccountStand]:
    """The profile is the test's parameter."""
    with standing(profile) as made:
        yield made


@pytest.mark.peers
@pytest.mark.parametrize("profile", PROFILES)
class TestRounds(accounts.Rounds):
    """72 kills at lines, on the four kinds of servers, and 32 in the middle of a write."""


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+"])
class TestRoundsWithPictures(accounts.PicturedWrites, accounts.Rounds):
    """On the server that removes a picture with its post; and 6 kills at lines."""

    size = 1

    @pytest.fixture
    def stand(self, stand: AccountStand, monkeypatch: pytest.MonkeyPatch) -> AccountStand:
        monkeypatch.setattr(mastodonmedia, "READY_S", 0.01)
        stand.pictures = 1
        return stand


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["gts"])
@pytest.mark.parametrize("mistake", [simulated.empty_when_limited, simulated.sends_again])
class TestMistaken(accounts.Mistaken):
    """On the server that ignores keys."""


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMastodon]:
    monkeypatch.setenv(VARIABLE, mastodons.TOKEN)
    with mastodons.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningMastodon, profile: str) -> World:
    """A home with that account beside its website."""
    settle = 3 * mastodons.LAG_S if PROFILES[profile].lag_s else 0
    return accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=settle))


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+", "gts"])
def test_an_appeal_lives_on_website_and_account_and_ends_on_both(office: World, server: RunningMastodon) -> None:
    accounts.live_and_end(office, server, lag_s=3 * mastodons.LAG_S)


@pytest.fixture
def pictured(empty: World, server: RunningMastodon, profile: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, with a policy that lets pictures of things go along."""
    monkeypatch.setattr(mastodonmedia, "READY_S", 0.01)
    return accounts.office(empty, server.config(credential=CREDENTIAL, settle_s=0, media="objects"))


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+"])
def test_pictures_of_things_go_along_and_end_with_their_post(pictured: World, server: RunningMastodon) -> None:
    accounts.things_live_and_end(pictured, server, lag_s=0)


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+"])
def test_pictures_of_persons_stay_home_whatever_the_policy(pictured: World, server: RunningMastodon) -> None:
    accounts.persons_stay_home(pictured, server)


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+"])
def test_without_a_roster_for_the_replies_nothing_is_published(office: World, server: RunningMastodon) -> None:
    accounts.refused_unwatched(office, server)
