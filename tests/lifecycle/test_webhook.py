"""Receivers of signed events through the real lifecycle: whole lives, and workers killed at a line or in a call."""

import contextlib
import functools
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.channels.webhook import Webhook
from fahndung.channels.webhookaccount import Endpoint
from fahndung.errors import FahndungError
from fahndung.ledger import byhand
from fahndung.testing.running import RunningReceiver, running_receiver
from tests.channels import receivers, simulated
from tests.channels.receivers import CREDENTIAL, MANIFEST, VARIABLE
from tests.lifecycle import accounts
from tests.lifecycle.accounts import AccountStand
from tests.world import World


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process says and hears fits the schema; of the children that are killed nobody knows."""
    record = receivers.record()
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@contextlib.contextmanager
def standing(profile: str) -> Iterator[AccountStand]:
    """A stand on a receiver of that kind."""
    platform = functools.partial(running_receiver, profile=profile)
    how = {"made": Webhook, "endpoint": Endpoint.from_ledger, "credential": CREDENTIAL, "manifest": MANIFEST}
    with accounts.standing(platform, **how) as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, made.platform.token)
        yield made


@pytest.fixture
def stand(profile: str) -> Iterator[AccountStand]:
    """The profile is the test's parameter."""
    with standing(profile) as made:
        yield made


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["public"])
class TestRounds(accounts.Rounds):
    """18 kills at lines, and 8 in the middle of a write."""

    every = 1


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningReceiver]:
    monkeypatch.setenv(VARIABLE, simulated.TOKEN)
    with receivers.in_a_thread(tmp_path, profile) as started:
        yield started


@pytest.fixture
def office(empty: World, server: RunningReceiver) -> World:
    """A home with that receiver beside its website."""
    return accounts.office(empty, server.config(credential=CREDENTIAL))


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["public"])
def test_an_appeal_lives_on_website_and_receiver_and_ends_on_both(office: World, server: RunningReceiver) -> None:
    accounts.live_and_end(office, server, lag_s=0)
    with office.ledger.read() as tx:
        left = [item.what.de for item in byhand.open_items(tx) if item.channel == "webhook"]
    assert left == [], "whoever answered the event with its signature knows of the end"


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["private"])
def test_without_a_roster_for_what_strangers_write_nothing_is_published(office: World, server: RunningReceiver) -> None:
    accounts.refused_unwatched(office, server)


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["private"])
def test_where_nobody_can_write_no_roster_is_needed(empty: World, server: RunningReceiver) -> None:
    office = accounts.office(empty, server.config(credential=CREDENTIAL, comments="none"))
    appeal = office.ready(office.case("jewellery-theft", accounts.on_account("webhook", watched=False)))
    assert office.publish(appeal).failed == ()
    assert len(server.online()) == 1


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["private"])
def test_an_order_that_does_not_name_its_medium_keeps_it_closed(empty: World, server: RunningReceiver) -> None:
    def change(record: dict[str, Any]) -> None:
        accounts.on_account("webhook")(record)
        record["legal"]["order"]["scope"]["media"].remove("online-press")

    office = accounts.office(empty, server.config(credential=CREDENTIAL, medium="online-press"))
    with pytest.raises(FahndungError, match="does not name the medium online press"):
        office.ready(office.case("jewellery-theft", change))
    assert server.online() == ()
