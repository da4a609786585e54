"""Crash rounds and whole lives of accounts of the link method on a simulated platform, whichever it is, for tests.

A platform's own module inherits :class:`Rounds` and says how its server runs; the server's journal is the judge.
``FAHNDUNG_SEED`` chooses other lines.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
import html
import json
import os
import pathlib
import re
import signal
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, ClassVar

import pytest

from fahndung.channels import kinds
from fahndung.channels.base import Channel
from fahndung.errors import FahndungError
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import previewed, previewing, previewpage, takedown, turns
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.publication import Draft, EndReason
from fahndung.testing.faults import Call, Fault
from fahndung.testing.running import Running
from tests.channels import linkposts, simulated
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
THINGS_END = dt.datetime(2027, 5, 1, tzinfo=dt.UTC)
SECONDS = 15.0


@dataclasses.dataclass(kw_only=True)
class AccountStand(Stand):
    """A stand on a simulated platform.

    Attributes:
        made: the class of its channels, a mutant perhaps. endpoint: what reads a row of the ledger for it.
        credential: the name of the account's secret. manifest: what the release says beyond its marker.
        pictures: of how many things pictures go along; None: the policy lets none.
    """

    made: type[Any]
    endpoint: Callable[[Mapping[str, object]], Any]
    credential: str
    manifest: Mapping[str, object] = dataclasses.field(default_factory=dict)
    pictures: int | None = None

    @property
    def whole(self) -> list[str]:
        return [*["media"] * (self.pictures or 0), "post"]

    def marker(self) -> str:
        return linkposts.marker(f"{super().marker()} of this stand")

    def draft(self, marker: str) -> Draft:
        kind = self.platform.kind
        config = {
            key: value for key, value in self.platform.config(credential=self.credential).items() if key != "kind"
        }
        config |= {} if self.pictures is None else {"media": kinds.OBJECTS}
        release = linkposts.release(
            channel=kind, manifest={**self.manifest, "markers": {kind: marker}}, pictures=self.pictures
        )
        return self.open(kind, config).prepare(release)

    def open(self, kind: str, endpoint: Mapping[str, object]) -> Channel:
        made: Channel = self.made(self.endpoint(endpoint))
        return made


@contextlib.contextmanager
def standing(
    running: Callable[[pathlib.Path], contextlib.AbstractContextManager[Running]],
    stand: type[AccountStand] = AccountStand,
    **how: Any,
) -> Iterator[AccountStand]:
    """A stand on a platform that runs in the folder it is given; ``how`` as in :class:`AccountStand`."""
    with tempfile.TemporaryDirectory(dir=stands.roomy()) as name:
        folder = pathlib.Path(name)
        with running(folder) as platform:
            yield stand(mode=MODES["lookup"], platform=platform, folder=folder, server=None, **how)


@pytest.mark.no_cover
class Writes:
    """Kills in the middle of a write; a platform's class gives ``stand`` and the parameter ``profile``.

    Attributes:
        lies: how many deletions have to lie until a whole withdrawal does.
        every: which of a withdrawal's calls for the account is that of its look.
    """

    lies: ClassVar[int] = 1
    every: ClassVar[int] = 2

    @pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
    @pytest.mark.parametrize(("call", "step"), [(Call.CREATE, "publish"), (Call.DELETE, "withdraw")])
    def test_a_kill_in_the_middle_of_a_write_does_neither(
        self, stand: AccountStand, call: Call, step: str, fault: Fault
    ) -> None:
        kill_in(stand, call, step, fault)

    @pytest.mark.parametrize("believing", [False, True])
    def test_a_deletion_that_lied_is_found_out_unless_absence_is_believed(
        self, stand: AccountStand, believing: bool
    ) -> None:
        clock, marker = Clock(), stand.marker()
        with stand.place() as place, Ledger.open(place, home_id=small.HOME) as ledger:
            row = _planned(stand, ledger, marker, clock)
            with stand.shift(ledger, clock) as shift:
                killing._turn(shift, stand, row)
                clock.reach(small.NOW + killing.LIFE)
                if believing:
                    stand.made = simulated.believes_absence(stand.made)
                stand.platform.add(Fault.NOTHING, Call.DELETE, times=self.lies)
                stand.platform.add(Fault.GARBAGE, Call.WHOAMI, every=self.every)
                called_down = []
                for _ in range(4):
                    found = killing._row(shift, row)
                    called_down.append(found.is_down and bool(stand.online(marker)))
                    clock.reach(found.next_at)
                    killing._turn(shift, stand, row)
                assert any(called_down) is believing
                assert killing._row(shift, row).is_down
                assert believing or stand.online(marker) == []


class Rounds(Writes):
    """Crash rounds on each kind of server.

    Attributes:
        size: how many lines of each step. steps: in which steps.
        again: kinds of which a successor makes another, once it has removed the first.
    """

    size: ClassVar[int] = SIZE
    again: ClassVar[tuple[str, ...]] = ()
    steps: ClassVar[tuple[str, ...]] = tuple(STEPS)

    def test_a_kill_at_any_line_leaves_no_orphan_no_duplicate_and_nothing_unknown(self, stand: AccountStand) -> None:
        print(f"FAHNDUNG_SEED={SEED}")
        rounds = 0
        for name in self.steps:
            step = STEPS[name]
            lines = killing.sample(killing.lines_of(stand, step), self.size, SEED)
            rounds += len(lines)
            assert list(killing.violations(stand, step, lines)) == [], name
        assert rounds == self.size * len(self.steps)
        assert stand.platform.online() == ()
        made = stands.created(stand.platform.journal())
        assert max(count for (_, kind), count in made.items() if kind not in self.again) == 1


@pytest.mark.no_cover
class Mistaken:
    """What a kill at a line after a cut connection shows; a platform's class gives the parameter ``mistake``."""

    def test_a_mistake_is_caught(self, stand: AccountStand, mistake: simulated.Mistake) -> None:
        step = STEPS["resolve"]
        lines = killing.sample(killing.lines_of(stand, step), MUTANT_SIZE, SEED)
        stand.made = mistake(stand.made)
        assert any("at once" in violation for _, violation in killing.violations(stand, step, lines))


class PicturedWrites(Writes):
    """The writes with a picture of a thing beside each post."""

    lies = 2

    def test_a_kill_in_the_middle_of_an_upload_leaves_nothing_that_is_shown(self, stand: AccountStand) -> None:
        for fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            kill_in(stand, Call.UPLOAD, "publish", fault)


def kill_in(
    stand: AccountStand,
    call: Call,
    step: str,
    fault: Fault,
    manners: Collection[killing.Manner] = (killing.Manner.PLAIN, killing.Manner.HARSH),
) -> None:
    """Kills children in the middle of a write that hangs so, and judges what their successors make of it."""
    for manner in manners:
        assert struck(stand, call, step, fault, line=None, manner=manner).violations == ()


def struck(
    stand: AccountStand, call: Call, step: str, fault: Fault, *, line: int | None, manner: killing.Manner | int
) -> killing.Trial:
    """Kills a child at that line of a step in which a fault strikes a call (0: at none), and judges its successor.

    Args:
        line: None: it is killed as soon as the platform has the call, which has to hang.
    """
    clock, marker, lines = Clock(), stand.marker(), None
    with stand.place() as place:
        with Ledger.open(place, home_id=small.HOME) as ledger:
            row = _planned(stand, ledger, marker, clock)
            killing._prepare(stand, ledger, STEPS[step], row, clock)
        stand.platform.add(fault, call, seconds=HANGS_S)
        if line is None:
            killed_in(stand.platform, call, functools.partial(_turn, stand, place, row, clock))
        else:
            act = functools.partial(killing._act, stand, place, STEPS[step], row, marker, clock, contextlib.nullcontext)
            lines = killing._killed(act, line)
        stand.platform.clear()
        with Ledger.open(place, home_id=small.HOME) as ledger:
            found = tuple(killing._judged(stand, ledger, STEPS[step], row, marker, clock, manner=manner))
        stand.platform.clear()
    return killing.Trial(lines=lines, violations=found)


def _planned(stand: Stand, ledger: Ledger, marker: str, clock: Clock) -> int:
    with ledger.write(clock.now) as tx:
        return stands.plan(tx, stand.draft(marker), now=clock.now, due_at=clock.now + killing.LIFE)


def _turn(stand: Stand, place: pathlib.Path | str, row: int, clock: Clock) -> None:
    with Ledger.open(place, home_id=small.HOME) as ledger, stand.shift(ledger, clock) as shift:
        turns.turn(shift, row, draft_of=lambda published: stand.draft(published.marker))


def killed_in(platform: Running, call: Call, act: Callable[[], object]) -> None:
    """Kills a child as soon as the platform has its call, which has to hang."""
    before = platform.calls(call)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            act()
        os._exit(1)
    until = time.monotonic() + SECONDS
    while platform.calls(call) == before and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended by itself"


def office(empty: World, config: Mapping[str, object]) -> World:
    """A home with that account beside its website."""
    path = empty.home.path / "fahndung.toml"
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in config.items())
    path.write_text(f"{path.read_text('utf-8')}\n[[channels]]\n{lines}\n", "utf-8")
    return empty


def on_account(kind: str, *, watched: bool = True) -> Callable[[dict[str, Any]], None]:
    """Makes a case go to the account as well: the order allows it, the crime weighs enough.

    Args:
        watched: whether somebody watches the replies.
    """

    def change(record: dict[str, Any]) -> None:
        record["publication"]["channels"].append(kind)
        record["legal"]["order"]["scope"]["media"].append("social")
        record["legal"] |= {
            "serious_in_individual_case": True,
            "social_media": "Bandenmäßige Begehung mit hohem Schaden; milderes verspricht wesentlich weniger Erfolg.",
        }
        if watched:
            record["monitoring_24_7"] = {"roster": "Lagezentrum, rund um die Uhr"}
        else:
            record.pop("monitoring_24_7", None)

    return change


def live_and_end(office: World, platform: Running, *, lag_s: float) -> None:
    """An appeal of two persons lives on website and account, loses one of them, and ends on both."""
    appeal = office.ready(office.case("jewellery-theft", on_account(platform.kind)))
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    (website, post) = shown.as_json("de")["channels"]
    part = next(one for one in post["parts"] if one["name"] == "post.txt")
    page = website["urls"][0]
    assert f"{page}#{post['marker']}" in part["text"]
    assert "Kontrolldatei" not in post["withdrawal"]
    assert "410" in website["withdrawal"]
    assert {*shown.variants} == {"p1", "p2"}
    assert all(parts is not None and len(parts) == 2 for parts in shown.variants.values())

    published = office.publish(appeal)
    assert (published.failed, published.refused) == ((), ())
    (linked,) = office.site.glob("fahndung/*/index.html")
    text = linked.read_text()
    assert not [name for name in ("image_src", "oembed") if name in text]
    (card,) = {*re.findall(r'"(?:og|twitter):image" content="([^"]*)"', text)}
    neutral = [path.read_bytes() for path in office.home.path.glob("releases/*/cards/neutral.jpg")]
    assert (office.site / urllib.parse.urlsplit(card).path.lstrip("/")).read_bytes() in neutral
    (online,) = platform.online()
    assert (online["marker"], online["sha256"]) == (post["marker"], part["sha256"])

    ended = Ending(appeal=AppealId(appeal), reason=EndReason.FOUND, by="k.muster", at=PUBLISHED, person=PersonId("p2"))
    takedown.end(office.home, office.ledger, ended, now=PUBLISHED)
    (left,) = platform.online()
    assert left["marker"] != online["marker"]

    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert platform.online() == ()
    time.sleep(lag_s)  # a listing that lags still names it, and nothing is called gone before it does not
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + HOUR, by="timer")
    assert (done.online_past_end, done.pending) == (0, ())
    effects = [one.verb for one in platform.journal() if one.kind == "post"]
    assert effects == ["create", "create", "delete", "delete"]


def things_live_and_end(office: World, platform: Running, *, lag_s: float) -> None:
    """Pictures of found things go along with their post, and go with it; the preview shows them beforehand."""
    appeal = office.ready(office.case("found-things", on_things(platform.kind)))
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    (_, post) = shown.as_json("de")["channels"]
    alts = ["blaues Herrenrad", "goldfarbene Armbanduhr", "dunkelgrüner Rucksack"]
    assert [alt in picture["alt"] for alt, picture in zip(alts, post["media"], strict=True)] == [True] * 3
    assert all(any(f"▣ {one['name']}: {one['alt']}" in line for line in shown.lines("de")) for one in post["media"])
    assert f"  ▣ {previewed.NO_CARD.de}" in shown.lines("de")
    page = previewpage.page(shown, "de")
    assert previewed.NO_CARD.de in page
    assert all(html.escape(one["alt"]) in page for one in post["media"])

    assert office.publish(appeal).failed == ()
    assert [one["kind"] for one in platform.online()].count("media") == 3
    assert {one["marker"] for one in platform.online()} == {post["marker"]}

    takedown.takedown(office.home, office.ledger, now=THINGS_END, by="timer")
    time.sleep(lag_s)
    done = takedown.takedown(office.home, office.ledger, now=THINGS_END + HOUR, by="timer")
    assert platform.online() == ()
    assert (done.online_past_end, done.pending) == (0, ())


def persons_stay_home(office: World, platform: Running) -> None:
    """Where the policy lets pictures of things go along, those of persons stay all the same."""
    appeal = office.ready(office.case("jewellery-theft", on_account(platform.kind)))
    shown = previewing.preview(office.home, office.ledger, appeal_id=appeal)
    told = shown.as_json("de")["channels"][1]
    assert (told["media"], told["card"]) == ([], None)
    assert office.publish(appeal).failed == ()
    assert [one["kind"] for one in platform.online()] == ["post"]


def on_things(kind: str) -> Callable[[dict[str, Any]], None]:
    """Makes a case of things go to the account as well."""

    def change(record: dict[str, Any]) -> None:
        record["publication"]["channels"].append(kind)
        record["monitoring_24_7"] = {"roster": "Lagezentrum, rund um die Uhr"}

    return change


def refused_unwatched(office: World, platform: Running) -> None:
    """Without a roster for the replies nothing is published."""
    with pytest.raises(FahndungError, match="watches there around the clock"):
        office.ready(office.case("jewellery-theft", on_account(platform.kind, watched=False)))
    assert platform.online() == ()
