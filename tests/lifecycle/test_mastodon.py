"""Mastodon accounts through the real lifecycle: whole lives, and workers killed with SIGKILL at a line or in a call.

The server is another process, and its journal is the judge. ``FAHNDUNG_SEED`` chooses other lines.
"""

import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fahndung.channels.base import Channel
from fahndung.channels.mastodon import Mastodon
from fahndung.channels.mastodonaccount import Endpoint
from fahndung.errors import FahndungError
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import previewing, takedown, turns
from fahndung.model.appeal import AppealId, PersonId
from fahndung.model.publication import Draft, EndReason
from fahndung.testing.faults import Call, Fault
from fahndung.testing.mastodonstock import PROFILES
from fahndung.testing.running import ACCOUNT, RunningMastodon, running_mastodon
from tests.channels import linkposts, mastodons, openapi
from tests.channels.mastodons import CREDENTIAL, VARIABLE, BelievesAbsence, EmptyWhenLimited, SendsAgain
from tests.ledger import world as small
from tests.ledger.world import HOUR
from tests.lifecycle import killing
from tests.lifecycle import stand as stands
from tests.lifecycle.killing import STEPS, Clock
from tests.lifecycle.stand import MODES, Stand
from tests.world import PAIR_REVIEW, PUBLISHED, World

SEED = int(os.environ.get("FAHNDUNG_SEED", "0"))
SIZE = 3
MUTANT_SIZE = 40
HANGS_S = 20.0
SECONDS = 15.0


@dataclasses.dataclass
class MastodonStand(Stand):
    """A stand on a simulated Mastodon server; ``made``: the class of its channels, a mutant perhaps."""

    made: type[Mastodon] = Mastodon

    @property
    def whole(self) -> list[str]:
        return ["post"]

    def account(self) -> Endpoint:
        return Endpoint.from_config(
            {"name": "mastodon", "url": self.platform.url, "account": ACCOUNT, "credential": CREDENTIAL}
        )

    def marker(self) -> str:
        return linkposts.marker(f"{super().marker()} of this stand")

    def draft(self, marker: str) -> Draft:
        return self.made(self.account()).prepare(linkposts.release(manifest={"markers": {"mastodon": marker}}))

    def open(self, kind: str, endpoint: Mapping[str, object]) -> Channel:
        return self.made(Endpoint.from_ledger(endpoint))


@pytest.fixture(autouse=True)
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process says and hears fits the specification; of the children that are killed nobody knows."""
    record = openapi.Record(openapi.specification(mastodons.SPECIFICATION))
    record.watch(monkeypatch)
    yield
    assert record.wrong == []


@pytest.fixture
def stand(profile: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MastodonStand]:
    """The profile is the test's parameter; listings do not lag, because the test's clock is not the server's."""
    with (
        tempfile.TemporaryDirectory(dir=stands.roomy()) as folder,
        running_mastodon(pathlib.Path(folder), profile, lag_s=0) as server,
    ):
        monkeypatch.setenv(VARIABLE, server.token)
        yield MastodonStand(mode=MODES["lookup"], platform=server, folder=pathlib.Path(folder), server=None)


@pytest.mark.peers
@pytest.mark.parametrize("profile", PROFILES)
def test_a_kill_at_any_line_leaves_no_orphan_no_duplicate_and_nothing_unknown(stand: MastodonStand) -> None:
    print(f"FAHNDUNG_SEED={SEED}")
    rounds = 0
    for name, step in STEPS.items():
        lines = killing.sample(killing.lines_of(stand, step), SIZE, SEED)
        rounds += len(lines)
        assert list(killing.violations(stand, step, lines)) == [], name
    assert rounds == SIZE * len(STEPS), "72 rounds on the four kinds of servers"
    assert stand.platform.online() == ()
    assert max(stands.created(stand.platform.journal()).values()) == 1


@pytest.mark.peers
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
@pytest.mark.parametrize(("call", "step"), [(Call.CREATE, "publish"), (Call.DELETE, "withdraw")])
def test_a_kill_in_the_middle_of_a_write_does_neither(
    stand: MastodonStand, call: Call, step: str, fault: Fault
) -> None:
    for manner in (killing.Manner.PLAIN, killing.Manner.HARSH):
        clock, marker = Clock(), stand.marker()
        with stand.place() as place:
            with Ledger.open(place, home_id=small.HOME) as ledger:
                with ledger.write(clock.now) as tx:
                    row = stands.plan(tx, stand.draft(marker), now=clock.now, due_at=clock.now + killing.LIFE)
                killing._prepare(stand, ledger, STEPS[step], row, clock)
            stand.platform.add(fault, call, seconds=HANGS_S)
            _killed_in(stand, call, functools.partial(_turn, stand, place, row, clock))
            stand.platform.clear()
            with Ledger.open(place, home_id=small.HOME) as ledger:
                judged = killing._judged(stand, ledger, STEPS[step], row, marker, clock, manner=manner)
                assert list(judged) == []
            stand.platform.clear()


def _turn(stand: Stand, place: pathlib.Path | str, row: int, clock: Clock) -> None:
    with Ledger.open(place, home_id=small.HOME) as ledger, stand.shift(ledger, clock) as shift:
        turns.turn(shift, row, draft_of=lambda published: stand.draft(published.marker))


def _killed_in(stand: Stand, call: Call, act: functools.partial[None]) -> None:
    """Kills a child as soon as the server has its call."""
    before = stand.platform.calls(call)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            act()
        os._exit(1)
    until = time.monotonic() + SECONDS
    while stand.platform.calls(call) == before and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended by itself"


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["gts"])
@pytest.mark.parametrize(
    ("made", "step", "told"),
    [
        (EmptyWhenLimited, "resolve", "at once"),
        (SendsAgain, "resolve", "at once"),
    ],
)
def test_a_mutant_is_caught(stand: MastodonStand, made: type[Mastodon], step: str, told: str) -> None:
    lines = killing.sample(killing.lines_of(stand, STEPS[step]), MUTANT_SIZE, SEED)
    stand.made = made
    found = killing.violations(stand, STEPS[step], lines)
    assert any(told in violation for _, violation in found)


@pytest.mark.peers
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("made", [Mastodon, BelievesAbsence])
def test_a_deletion_that_lied_is_found_out_unless_absence_is_believed(
    stand: MastodonStand, made: type[Mastodon]
) -> None:
    clock, marker = Clock(), stand.marker()
    with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
        with ledger.write(clock.now) as tx:
            row = stands.plan(tx, stand.draft(marker), now=clock.now, due_at=clock.now + killing.LIFE)
        with stand.shift(ledger, clock) as shift:
            killing._turn(shift, stand, row)
            clock.reach(small.NOW + killing.LIFE)
            stand.made = made
            stand.platform.add(Fault.NOTHING, Call.DELETE)
            stand.platform.add(Fault.GARBAGE, Call.WHOAMI, every=2)  # the first one is the withdrawal's
            called_down = []
            for _ in range(4):
                found = killing._row(shift, row)
                called_down.append(found.is_down and bool(stand.online(marker)))
                clock.reach(found.next_at)
                killing._turn(shift, stand, row)
            assert any(called_down) is (made is BelievesAbsence)
            assert killing._row(shift, row).is_down
            assert made is BelievesAbsence or stand.online(marker) == []


@pytest.fixture
def server(profile: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningMastodon]:
    monkeypatch.setenv(VARIABLE, mastodons.TOKEN)
    with mastodons.in_a_thread(tmp_path, profile) as started:
        yield started


def on_mastodon(record: dict[str, Any]) -> None:
    """The case goes to the account as well: the order allows it, the crime weighs enough, somebody watches replies."""
    record["publication"]["channels"].append("mastodon")
    record["legal"]["order"]["scope"]["media"].append("social")
    record["legal"] |= {
        "serious_in_individual_case": True,
        "social_media": "Bandenmäßige Begehung mit hohem Schaden; milderes verspricht wesentlich weniger Erfolg.",
    }
    record["monitoring_24_7"] = {"roster": "Lagezentrum, rund um die Uhr"}


@pytest.fixture
def office(empty: World, server: RunningMastodon, profile: str) -> World:
    """A home with that account beside its website."""
    path = empty.home.path / "fahndung.toml"
    settle = 3 * mastodons.LAG_S if PROFILES[profile].lag_s else 0
    values = server.config(credential=CREDENTIAL, settle_s=settle)
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    path.write_text(f"{path.read_text('utf-8')}\n[[channels]]\n{lines}\n", "utf-8")
    return empty


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+", "gts"])
def test_an_appeal_lives_on_website_and_account_and_ends_on_both(office: World, server: RunningMastodon) -> None:
    appeal = office.ready(office.case("jewellery-theft", on_mastodon))
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    (website, post) = shown.as_json("de")["channels"]
    (part,) = post["parts"]
    page = website["urls"][0]
    assert f"{page}#{post['marker']}" in part["text"]
    assert "Kontrolldatei" not in post["withdrawal"]
    assert "410" in website["withdrawal"]
    assert {*shown.variants} == {"p1", "p2"}
    assert all(parts is not None and len(parts) == 2 for parts in shown.variants.values())

    published = office.publish(appeal)
    assert published.failed == ()
    (linked,) = office.site.glob("fahndung/*/index.html")
    assert not [name for name in ("og:image", "twitter:image", "image_src", "oembed") if name in linked.read_text()]
    (online,) = server.online()
    assert (online["marker"], online["sha256"]) == (post["marker"], part["sha256"])

    ended = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p2"))
    takedown.end(office.home, office.ledger, ended, now=PUBLISHED)
    (left,) = server.online()
    assert left["marker"] != online["marker"]

    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert server.online() == ()
    time.sleep(3 * mastodons.LAG_S)  # a listing that lags still names it, and nothing is called gone before it does not
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + HOUR, by="timer")
    assert (done.online_past_end, done.pending) == (0, ())
    assert [one.verb for one in server.journal()] == ["create", "create", "delete", "delete"]


@pytest.mark.peers
@pytest.mark.parametrize("profile", ["4.4+"])
def test_without_a_roster_for_the_replies_nothing_is_published(office: World, server: RunningMastodon) -> None:
    def unwatched(record: dict[str, Any]) -> None:
        on_mastodon(record)
        del record["monitoring_24_7"]

    with pytest.raises(FahndungError, match="watches them around the clock"):
        office.ready(office.case("jewellery-theft", unwatched))
    assert server.online() == ()
