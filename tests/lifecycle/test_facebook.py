"""Facebook Pages through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call."""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fahndung.channels.facebook import Facebook
from fahndung.channels.facebookaccount import Endpoint
from fahndung.ledger.store import Ledger
from fahndung.model.publication import State
from fahndung.testing.facebook import APP_SECRET
from fahndung.testing.facebookstock import PROFILES, Showing
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import RunningFacebook, running_facebook
from tests.channels import facebooks, simulated
from tests.channels.facebooks import APP_VARIABLE, CREDENTIAL, VARIABLE
from tests.ledger import world as small
from tests.lifecycle import accounts, killing
from tests.lifecycle.accounts import AccountStand
from tests.world import World


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process says and hears fits the specification; of the children that are killed nobody knows."""
    record = facebooks.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@dataclasses.dataclass(kw_only=True)
class PageStand(AccountStand):
    """A stand on a simulated Graph API.

    Attributes:
        drafts: whether its account makes drafts first. visible: drafts that nobody can find do not count as online.
    """

    drafts: bool
    visible: bool

    def open(self, kind: str, endpoint: Mapping[str, object]) -> Any:
        return super().open(kind, {**endpoint, "drafts": self.drafts})

    def online(self, marker: str) -> list[str]:
        found = super().online(marker)
        return [kind for kind in found if kind == "post"] if self.visible else found


@contextlib.contextmanager
def standing(profile: str) -> Iterator[AccountStand]:
    """A stand on a Graph API of that kind; its listings do not lag: the test's clock is not the platform's."""
    platform = functools.partial(running_facebook, profile=profile, lag_s=0)
    kind = PROFILES[profile]
    made = functools.partial(PageStand, drafts=kind.showing is Showing.SHOWN, visible=not kind.lists_drafts)
    how = {"made": Facebook, "endpoint": Endpoint.from_ledger, "credential": CREDENTIAL, "stand": made}
    with accounts.standing(platform, **how) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, found.platform.token)
        patch.setenv(APP_VARIABLE, APP_SECRET)
        yield found


@pytest.fixture
def stand(profile: str) -> Iterator[AccountStand]:
    """The profile is the test's parameter."""
    with standing(profile) as made:
        yield made


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["flip", "no-flip", "deaf"])
class TestRounds(accounts.Rounds):
    """54 kills at lines: with drafts, and without them where a draft cannot be shown; 32 in the middle of a write."""

    every = 3

    @pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
    def test_a_kill_while_a_draft_is_shown_does_neither(self, stand: PageStand, fault: Fault) -> None:
        if not stand.drafts:
            pytest.skip("it is shown at once")
        accounts.kill_in(stand, Call.SHOW, "publish", fault)


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["flip"])
class TestRoundsWithPictures(accounts.PicturedWrites, accounts.Rounds):
    """Where a photo has to be deleted by itself: 3 kills at lines, and in the middle of an upload as well."""

    size = 1
    every = 3
    steps = ("publish", "resolve", "withdraw")

    @pytest.fixture
    def stand(self, stand: AccountStand) -> AccountStand:
        stand.pictures = 1
        return stand


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("profile", ["unlisted"])
def test_where_drafts_are_listed_nowhere_a_kill_at_any_line_leaves_nothing_that_anybody_is_shown(
    stand: AccountStand,
) -> None:
    print(f"FAHNDUNG_SEED={accounts.SEED}")
    for name, step in killing.STEPS.items():
        lines = killing.sample(killing.lines_of(stand, step), accounts.SIZE, accounts.SEED)
        assert list(killing.violations(stand, step, lines)) == [], name
    assert {one["kind"] for one in stand.platform.online()} <= {"draft"}


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["no-flip"])
@pytest.mark.parametrize("mistake", [simulated.empty_when_limited, simulated.sends_again])
class TestMistaken(accounts.Mistaken):
    """Where posts are shown at once."""


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("profile", ["flip"])
@pytest.mark.parametrize("mistake", [simulated.empty_when_limited, simulated.sends_again])
def test_with_drafts_a_caller_that_is_wrong_shows_nothing_twice(stand: PageStand, mistake: simulated.Mistake) -> None:
    step = killing.STEPS["resolve"]
    lines = killing.sample(killing.lines_of(stand, step), accounts.SIZE, accounts.SEED)
    stand.made, stand.visible = mistake(stand.made), True
    assert not [told for _, told in killing.violations(stand, step, lines) if "copies" in told or "times" in told]


@pytest.mark.peers
@pytest.mark.parametrize(("profile", "state"), [("no-flip", State.WITHDRAWN), ("deaf", State.PUBLISHING)])
def test_a_draft_that_cannot_be_shown_is_never_called_live_and_does_not_stay(stand: PageStand, state: State) -> None:
    stand.drafts, clock, marker = True, killing.Clock(), stand.marker()
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        row = accounts._planned(stand, ledger, marker, clock)
        with stand.shift(ledger, clock) as shift:
            for _ in range(4):
                killing._turn(shift, stand, row)
                found = killing._row(shift, row)
                assert found.state is not State.LIVE
                assert "post" not in stand.online(marker)
                if found.is_down or found.next_at is None:
                    break
                clock.reach(found.next_at)
            assert found.state is state
            assert found.problem is None or "drafts = false" in found.problem.en or state is State.WITHDRAWN
            clock.reach(small.NOW + killing.LIFE)
            for _ in range(4):
                killing._turn(shift, stand, row)
                clock.reach(killing._row(shift, row).next_at)
            assert killing._row(shift, row).is_down
            assert stand.online(marker) == []


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningFacebook]:
    facebooks.secrets(monkeypatch)
    with facebooks.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningFacebook, profile: str) -> World:
    """A home with that account beside its website."""
    return accounts.office(empty, server.config(credential=CREDENTIAL, **facebooks.suited(profile)))


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["flip", "no-flip", "lagging"])
def test_an_appeal_lives_on_website_and_account_and_ends_on_both(office: World, server: RunningFacebook) -> None:
    accounts.live_and_end(office, server, lag_s=3 * facebooks.LAG_S)


@pytest.fixture
def pictured(empty: World, server: RunningFacebook, profile: str) -> World:
    """The same, with a policy that lets pictures of things go along."""
    return accounts.office(empty, server.config(credential=CREDENTIAL, media="objects", **facebooks.suited(profile)))


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["flip"])
def test_pictures_of_things_go_along_and_end_with_their_post(pictured: World, server: RunningFacebook) -> None:
    accounts.things_live_and_end(pictured, server, lag_s=0)


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["flip"])
def test_pictures_of_persons_stay_home_whatever_the_policy(pictured: World, server: RunningFacebook) -> None:
    accounts.persons_stay_home(pictured, server)


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["flip"])
def test_without_a_roster_for_the_comments_nothing_is_published(office: World, server: RunningFacebook) -> None:
    accounts.refused_unwatched(office, server)
