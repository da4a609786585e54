"""Bluesky accounts through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call.

The server is a real one (PDS), its own listing and its own journal are the judges; faults come from a relay before it.
"""

import contextlib
import dataclasses
import functools
from collections.abc import Iterator

import pytest

from fahndung.channels import kinds
from fahndung.channels.bluesky import Bluesky
from fahndung.channels.blueskyaccount import Endpoint
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import previewing, takedown
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.publication import Draft, EndReason
from fahndung.testing.faults import Call, Fault
from tests.channels import blueskys
from tests.channels.blueskys import AnotherPlace, RunningRelay
from tests.channels.pds import Pds
from tests.ledger.world import HOUR
from tests.lifecycle import accounts, killing
from tests.lifecycle.accounts import AccountStand
from tests.lifecycle.killing import STEPS
from tests.world import PAIR_REVIEW, PUBLISHED, World

pytestmark = pytest.mark.peers


@dataclasses.dataclass(kw_only=True)
class BlueskyStand(AccountStand):
    """A stand on a real server."""

    @property
    def whole(self) -> list[str]:
        return sorted([*super().whole, "postgate", "threadgate"])

    def draft(self, marker: str) -> Draft:
        assert isinstance(self.platform, RunningRelay)
        values = {} if self.pictures is None else {"media": kinds.OBJECTS}
        config = self.platform.config(credential=self.credential, **values)
        channel = self.open("bluesky", {key: value for key, value in config.items() if key != "kind"})
        draft = channel.prepare(blueskys.release(manifest={"markers": {"bluesky": marker}}, pictures=self.pictures))
        self.platform.markers[str(draft.withdrawal["key"])] = marker
        return draft


@contextlib.contextmanager
def standing(pds: Pds) -> Iterator[AccountStand]:
    """A stand on a new account of that server."""
    how = {"made": Bluesky, "endpoint": Endpoint.from_ledger, "credential": blueskys.CREDENTIAL}
    account = functools.partial(blueskys.in_a_process, pds)
    with accounts.standing(account, BlueskyStand, **how) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv(blueskys.VARIABLE, made.platform.token)
        yield made


@pytest.fixture
def stand(pds: Pds) -> Iterator[AccountStand]:
    with standing(pds) as made:
        yield made


class TestRounds(accounts.Rounds):
    """18 kills at lines, and 12 in the middle of a write."""

    lies, every = 6, 1

    @pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
    def test_a_kill_between_the_records_of_one_post_does_neither(self, stand: AccountStand, fault: Fault) -> None:
        accounts.kill_in(stand, Call.UPLOAD, "publish", fault)
        assert stand.platform.online() == ()


class TestRoundsWithPictures(accounts.PicturedWrites, accounts.Rounds):
    """The writes with a picture, and 6 kills at lines."""

    size, lies, every = 1, 6, 1

    @pytest.fixture
    def stand(self, stand: AccountStand) -> AccountStand:
        stand.pictures = 1
        return stand


def test_a_channel_that_writes_elsewhere_every_time_is_caught(stand: AccountStand) -> None:
    stand.made = AnotherPlace
    with pytest.raises(AssertionError, match="it is live, and"):
        killing.lines_of(stand, STEPS["resolve"])


@pytest.fixture
def server(pds: Pds, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningRelay]:
    with blueskys.in_a_thread(pds) as (started, _):
        monkeypatch.setenv(blueskys.VARIABLE, started.token)
        yield started


@pytest.fixture
def office(empty: World, server: RunningRelay) -> World:
    """A home with that account beside its website."""
    return accounts.office(empty, server.config(credential=blueskys.CREDENTIAL))


def test_an_appeal_lives_on_website_and_account_and_ends_on_both_and_nobody_has_to_watch_replies(
    office: World, server: RunningRelay
) -> None:
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("bluesky", watched=False)))
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    (website, post) = shown.as_json("de")["channels"]
    text, record = post["parts"]
    page = website["urls"][0]
    assert page in text["text"]
    assert post["marker"] not in text["text"]
    assert f"{page}#{post['marker']}" in record["text"]
    assert {*shown.variants} == {"p1", "p2"}

    published = office.publish(appeal)
    assert published.failed == ()
    assert [one["marker"] for one in server.online()] == [post["marker"]] * 3

    ended = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p2"))
    takedown.end(office.home, office.ledger, ended, now=PUBLISHED)
    (left,) = {one["marker"] for one in server.online()}
    assert left != post["marker"]

    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert server.online() == ()
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + HOUR, by="timer")
    assert (done.online_past_end, done.pending) == (0, ())
    assert [one.verb for one in server.journal() if one.kind == "post"] == ["create", "create", "delete", "delete"]


def test_pictures_of_things_go_along_and_end_with_their_post(empty: World, server: RunningRelay) -> None:
    config = server.config(credential=blueskys.CREDENTIAL, media=kinds.OBJECTS)
    accounts.things_live_and_end(accounts.office(empty, config), server, lag_s=0)
