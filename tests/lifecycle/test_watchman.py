"""The alarms of whoever works: after the work, beside it, and although the ledger is away."""

import dataclasses
import datetime as dt
import pathlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from fahndung.errors import FahndungError, LedgerMissing, Message, UsageError
from fahndung.home import Home
from fahndung.home.config import CONFIG_NAME, Config, parse_config
from fahndung.ledger import alarms, pulse
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import publication
from fahndung.lifecycle import alerts, causes, watchman
from fahndung.lifecycle.watchman import AWAY_SECONDS, Watchman
from fahndung.model.alarm import EMERGENCY_NAME
from tests.ledger import world
from tests.ledger.world import APPEAL, DUE, MINUTE, NOW, SECOND
from tests.lifecycle.test_alerts import BASE

AWAY = LedgerUnavailable("away", "weg")
BACK = causes.came_back(APPEAL, ["website"])
PAGER = """
[[alarm.ways]]
name = "pager"
kind = "command"
command = ["/bin/sh", "-c", "cat >> {log}; echo >> {log}"]
"""


@dataclasses.dataclass
class Duty:
    """A home whose pager writes into a file, and its watchman."""

    home: Home
    ledger: Ledger
    config: Config
    told: list[Message]
    seconds: float = 0.0
    clock: Message | None = None
    beats: int = 0

    @property
    def paged(self) -> str:
        log = self.home.path / "pager.log"
        return log.read_text("utf-8") if log.exists() else ""

    def watchman(self, config: Config | None = None) -> Watchman:
        return Watchman(
            self.home,
            self.ledger,
            config or self.config,
            by="worker",
            tell=self.told.append,
            clock=lambda: self.clock,
            beat=self.beat,
            tick=lambda: self.seconds,
        )

    def beat(self) -> None:
        self.beats += 1

    def kinds(self) -> list[str]:
        with self.ledger.read() as tx:
            return [one.kind.value for one in alarms.open_alarms(tx)]

    def pulse(self) -> pulse.Pulse:
        with self.ledger.read() as tx:
            return pulse.read(tx)

    def after_run(self, now: dt.datetime = NOW, **more: object) -> list[Message]:
        return watchman.after_run(self.home, self.ledger, self.config, now=now, by="timer", **more)  # type: ignore[arg-type]


def everybody(worker: int) -> bool:
    return True


@pytest.fixture
def duty(tmp_path: pathlib.Path) -> Iterator[Duty]:
    text = BASE + PAGER.format(log=tmp_path / "pager.log")
    (tmp_path / CONFIG_NAME).write_text(text, "utf-8")
    config = parse_config(text, tmp_path)
    with world.make(tmp_path / "ledger.db") as ledger:
        yield Duty(home=Home(path=tmp_path, identity=world.HOME), ledger=ledger, config=config, told=[])


def late(duty: Duty) -> None:
    with duty.ledger.write(NOW) as tx:
        world.bring(tx, "live")


def test_after_a_run_what_is_past_its_end_is_raised_sent_and_no_success(duty: Duty) -> None:
    late(duty)
    now = DUE + 2 * MINUTE
    assert duty.after_run(now) == []
    assert duty.kinds() == ["overdue"]
    assert APPEAL in duty.paged
    assert duty.pulse() == pulse.Pulse(run=now, success=None)


def test_a_worker_takes_over_what_the_configuration_says_since_and_nothing_of_a_broken_one(duty: Duty) -> None:
    watch, file = duty.watchman(), duty.home.path / CONFIG_NAME
    text = file.read_text("utf-8")
    file.write_text(text.replace("pager.log", "other.log"), "utf-8")
    watch.look(alive=everybody, now=NOW)
    file.write_text("[alarm", "utf-8")
    late(duty)
    watch.look(alive=everybody, now=DUE + 2 * MINUTE)
    watch.close()
    assert (duty.paged, APPEAL in (duty.home.path / "other.log").read_text("utf-8")) == ("", True)


def test_a_run_that_left_nothing_is_a_success_and_sends_nothing(duty: Duty) -> None:
    assert duty.after_run() == []
    assert duty.paged == ""
    assert duty.pulse() == pulse.Pulse(run=NOW, success=NOW)


def test_what_a_run_met_is_told_although_nothing_of_it_is_left(duty: Duty) -> None:
    duty.after_run(happened=(BACK, causes.worker_died(7, 2)))
    assert sorted(duty.kinds()) == ["came-back", "worker-dead"]
    assert "wieder online" in duty.paged


def test_a_clock_that_is_wrong_is_an_alarm_until_it_is_right(duty: Duty) -> None:
    duty.after_run(clock=Message("the clock is late", "Die Uhr geht nach"))
    assert duty.kinds() == ["clock"]
    duty.after_run(NOW + MINUTE)
    assert duty.kinds() == []


def test_reminders_are_computed_every_five_minutes_only(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dt.datetime] = []
    monkeypatch.setattr(watchman.alarms, "remind", lambda tx, *, now, by, policy: calls.append(now))
    for minute in range(11):
        duty.after_run(NOW + minute * MINUTE)
    assert calls == [NOW, NOW + 5 * MINUTE, NOW + 10 * MINUTE]


def test_an_entry_that_cannot_be_read_is_told_within_five_minutes(duty: Duty) -> None:
    duty.after_run()
    with duty.ledger.write(NOW) as tx:
        row = world.bring(tx, "live")
        tx.connection.execute(sa.update(publication).where(publication.c.id == row).values(endpoint=[]))
    duty.after_run(NOW + 5 * MINUTE)
    assert duty.kinds() == ["damaged"]
    assert APPEAL in duty.paged


def test_without_a_configuration_alarms_are_raised_and_not_sent(duty: Duty) -> None:
    told = watchman.after_run(duty.home, duty.ledger, None, now=NOW, by="timer", happened=(BACK,))
    assert told == []
    assert duty.kinds() == ["came-back"]


def test_a_way_that_fails_is_told_and_raises_nothing(duty: Duty) -> None:
    text = BASE + '[[alarm.ways]]\nname = "pager"\nkind = "command"\ncommand = ["/bin/false"]\n'
    config = parse_config(text, duty.home.path)
    (told,) = watchman.after_run(duty.home, duty.ledger, config, now=NOW, by="timer", happened=(BACK,))
    assert told.en.startswith("an alarm did not go out on pager")


def test_a_ledger_that_is_away_after_a_run_is_cried_out(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise AWAY

    with monkeypatch.context() as patch:
        patch.setattr(watchman, "look", away)
        assert duty.after_run() == [AWAY.message]
    assert "Register nicht benutzbar" in duty.paged
    assert (duty.home.path / EMERGENCY_NAME).exists()
    duty.after_run(NOW + MINUTE)
    assert not (duty.home.path / EMERGENCY_NAME).exists()


def test_a_bug_in_an_alarm_hides_nothing_that_the_run_did(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(watchman, "look", bug)
    assert [told.en for told in duty.after_run()] == ["a bug stopped the alarms (ZeroDivisionError)"]


def test_a_cry_needs_only_the_configuration(duty: Duty) -> None:
    assert watchman.cry(duty.home, AWAY.message, now=NOW) == []
    assert "weg" in duty.paged
    (duty.home.path / CONFIG_NAME).write_text("nonsense", "utf-8")
    (told,) = watchman.cry(duty.home, AWAY.message, now=NOW)
    assert "not valid TOML" in told.en


def waited(watch: Watchman, true: Callable[[], bool], now: dt.datetime = NOW) -> None:
    """Looks until it is so, for a minute at most."""
    for _ in range(6000):
        watch.look(alive=everybody, now=now)
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError


def test_the_watchman_looks_at_once_then_each_minute_and_when_something_changed(duty: Duty) -> None:
    watch = duty.watchman()
    watch.look(alive=everybody, now=NOW)
    assert duty.pulse().run == NOW
    watch.look(alive=everybody, now=NOW + MINUTE - SECOND)
    assert duty.pulse().run == NOW
    watch.look(alive=everybody, now=NOW + MINUTE)
    assert duty.pulse().run == NOW + MINUTE
    watch.heard((BACK,))
    watch.look(alive=everybody, now=NOW + MINUTE + SECOND)
    assert duty.kinds() == ["came-back"]
    assert duty.beats == 4
    waited(watch, lambda: "wieder online" in duty.paged, NOW + MINUTE + SECOND)  # once nothing else is being sent
    watch.close()


def test_a_look_that_failed_loses_nothing_that_was_heard(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = duty.watchman()
    watch.heard((BACK,))
    with monkeypatch.context() as patch:
        patch.setattr(duty.ledger, "write", lambda now: (_ for _ in ()).throw(AWAY))
        with pytest.raises(LedgerUnavailable):
            watch.look(alive=everybody, now=NOW)
    watch.look(alive=everybody, now=NOW)
    assert duty.kinds() == ["came-back"]
    watch.close()


def test_sending_keeps_no_look_waiting(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    calls: list[dt.datetime] = []

    def slow(ledger: Ledger, config: Config, *, now: dt.datetime) -> tuple[alerts.Sent, ...]:
        calls.append(now)
        go.wait(10)
        return (alerts.Sent(route="pager", alarms=(1,), failed=Message("hung", "hing")),)

    monkeypatch.setattr(alerts, "deliver", slow)
    watch = duty.watchman()
    watch.heard((BACK,))
    for minute in range(3):
        watch.look(alive=everybody, now=NOW + minute * MINUTE)
    assert duty.pulse().run == NOW + 2 * MINUTE
    go.set()
    waited(watch, lambda: len(calls) == 2, NOW + 2 * MINUTE)  # what was raised meanwhile
    watch.close()
    assert calls == [NOW, NOW + 2 * MINUTE]
    assert {told.en for told in duty.told} == {"an alarm did not go out on pager: hung"}


def test_a_bug_while_sending_is_told(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchman, "_deliver", lambda *_: 1 / 0)
    watch = duty.watchman()
    waited(watch, lambda: bool(duty.told))
    assert duty.told[0].en == "a bug stopped the alarms (ZeroDivisionError)"
    watch.close()


@pytest.mark.parametrize("error", [AWAY, LedgerMissing("gone", "fort")])
def test_a_ledger_that_is_away_for_long_is_cried_out_within_a_minute(duty: Duty, error: FahndungError) -> None:
    watch = duty.watchman()
    watch.look(alive=everybody, now=NOW)
    duty.seconds += AWAY_SECONDS - 1
    watch.failed(error, now=NOW)
    watch.close()
    assert duty.paged == ""
    watch = duty.watchman()
    duty.seconds += AWAY_SECONDS
    watch.failed(error, now=NOW)
    watch.close()
    assert "Register nicht benutzbar" in duty.paged
    assert AWAY_SECONDS + alerts.sending.TOGETHER_S <= 60


def test_a_cry_is_over_when_the_ledger_answers(duty: Duty) -> None:
    watch = duty.watchman()
    duty.seconds = AWAY_SECONDS
    watch.failed(AWAY, now=NOW)
    waited(watch, lambda: not (duty.home.path / EMERGENCY_NAME).exists() and "nicht benutzbar" in duty.paged)
    assert watch.silent_seconds == 0
    watch.close()


def test_a_cry_that_is_slow_is_over_all_the_same(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> None:
    answered, cried = threading.Event(), threading.Event()
    cry = watchman._cry

    def slow(*args: Any) -> list[Message]:
        assert answered.wait(60)
        failed = cry(*args)
        cried.set()
        return failed

    monkeypatch.setattr(watchman, "_cry", slow)
    watch = duty.watchman()
    duty.seconds = AWAY_SECONDS
    watch.failed(AWAY, now=NOW)
    watch.look(alive=everybody, now=NOW)
    answered.set()
    waited(watch, lambda: cried.is_set() and not (duty.home.path / EMERGENCY_NAME).exists())
    assert "nicht benutzbar" in duty.paged
    watch.close()


def test_other_trouble_is_told_and_cried_to_nobody(duty: Duty) -> None:
    watch = duty.watchman()
    duty.seconds = 10 * AWAY_SECONDS
    watch.failed(UsageError("odd", "seltsam"), now=NOW)
    watch.close()
    assert [told.en for told in duty.told] == ["odd"]
    assert duty.paged == ""


def test_the_same_trouble_is_told_once_a_minute(duty: Duty) -> None:
    watch = duty.watchman()
    for second in range(121):
        duty.seconds = float(second)
        watch.told(AWAY.message)
    assert len(duty.told) == 3
    watch.close()


def test_without_a_configuration_a_cry_says_that_nobody_hears_it(duty: Duty) -> None:
    watch = Watchman(duty.home, duty.ledger, None, by="w", tell=duty.told.append, tick=lambda: duty.seconds)
    duty.seconds = AWAY_SECONDS
    watch.failed(AWAY, now=NOW)
    waited(watch, lambda: len(duty.told) > 1)
    assert "nobody can be told" in duty.told[1].en
    watch.close()
