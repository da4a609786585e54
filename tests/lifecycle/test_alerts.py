"""From a cause in the ledger to a mail in a real mail server: repeated until acknowledged, whatever one way does."""

import dataclasses
import datetime as dt
import json
import logging
import pathlib
import sys
from collections.abc import Iterator

import pytest

from fahndung.home.config import Config, parse_config
from fahndung.ledger import alarms, audit
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import alarms as watching
from fahndung.lifecycle import alarmtexts, alerts
from fahndung.lifecycle.alerts import Sent
from fahndung.model.alarm import Alarming, Kind, Level, MailWay
from fahndung.model.publication import State
from fahndung.testing.faults import Call, Fault
from fahndung.testing.memory import MemoryPlatform
from tests.alerting import peers
from tests.alerting.peers import KEY, PASSWORD, Postbox
from tests.ledger import world as small
from tests.ledger.world import APPEAL, BY, DAY, HOUR, MINUTE, NOW, WHY
from tests.lifecycle import shifts

BASE = """
schema = "fahndung/config/1"
[authority]
name = "Polizeidirektion Musterstadt"
[imprint]
publisher = "Polizeidirektion Musterstadt"
address = "Musterstraße 1"
"""
WAYS = """
[alarm]
press_office = ["presse@polizei.example"]
[alarm.people]
"k.muster" = "k.muster@polizei.example"
[alarm.to]
default = ["bereitschaft", "pager", "leitstelle"]
reminder = ["bereitschaft"]
[alarm.mail]
host = "127.0.0.1"
port = {port}
from = "fahndung@polizei.example"
user = "fahndung"
credential = "alarm-mail"
ca_file = "cert.pem"
[[alarm.ways]]
name = "bereitschaft"
kind = "mail"
to = ["bereitschaft@polizei.example"]
[[alarm.ways]]
name = "pager"
kind = "command"
command = ["{python}", "-c", "import sys; open({kept!r}, 'a').write(sys.stdin.read() + '---')"]
[[alarm.ways]]
name = "leitstelle"
kind = "webhook"
url = "{url}"
credential = "alarm-webhook"
"""
HALF_HOUR = 30 * MINUTE


@dataclasses.dataclass(kw_only=True)
class Office:
    """An office with three ways, a ledger, and whatever arrived."""

    config: Config
    ledger: Ledger
    box: Postbox
    hooks: peers.Receiver
    kept: pathlib.Path

    @property
    def paged(self) -> int:
        """How often the pager was called."""
        return self.kept.read_text("utf-8").count("---") if self.kept.exists() else 0

    @property
    def received(self) -> tuple[int, int, int]:
        """How much arrived by mail, pager and webhook."""
        return len(self.box.mails), self.paged, len(self.hooks.got)

    def turn(self, now: dt.datetime) -> tuple[Sent, ...]:
        """What a worker does once a minute."""
        with self.ledger.write(now) as tx:
            watching.watch(tx, now=now, by="worker")
        return alerts.deliver(self.ledger, self.config, now=now)

    def ack(self, number: int, now: dt.datetime) -> None:
        """A person takes it over."""
        with self.ledger.write(now) as tx:
            alarms.acknowledge(tx, number, person=BY, note=None, now=now)

    def raised(self, kind: Kind, count: int = 1) -> None:
        """So many alarms of a kind."""
        with self.ledger.write(NOW) as tx:
            for number in range(count):
                alarms.raise_(tx, kind, f"s-{number}", WHY, now=NOW, by=BY, appeal=APPEAL)

    def open(self) -> tuple[alarms.Alarm, ...]:
        """The open alarms."""
        with self.ledger.read() as tx:
            return alarms.open_alarms(tx)


@pytest.fixture
def office(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("FAHNDUNG_ALARM_MAIL", PASSWORD)
    monkeypatch.setenv("FAHNDUNG_ALARM_WEBHOOK", KEY)
    kept = tmp_path / "pager.txt"
    with peers.postbox(tmp_path) as box, peers.receiver() as hooks, small.make(tmp_path / "ledger.db") as ledger:
        ways = WAYS.format(port=box.server.port, python=sys.executable, kept=str(kept), url=hooks.url)
        config = parse_config(BASE + ways, tmp_path)
        yield Office(config=config, ledger=ledger, box=box, hooks=hooks, kept=kept)


@pytest.mark.peers
def test_an_expired_token_reaches_a_person_by_mail_within_five_minutes_and_again_until_acknowledged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = shifts.Office(ledger=office.ledger, platform=MemoryPlatform(shifts.MODES["key and lookup"]))
    row = desk.plan()
    desk.platform.faults.add(Fault.UNAUTHORIZED, Call.UPLOAD)
    assert desk.turn(row).row.state is State.PUBLISHING
    channel = desk.row(row).channel
    arrived = next(NOW + n * MINUTE for n in range(6) if office.turn(NOW + n * MINUTE))
    assert arrived - NOW <= 5 * MINUTE
    assert office.received == (1, 1, 1)
    (mail,) = office.box.mails
    (alarm,) = office.open()
    assert mail["Subject"] == (
        f"[Polizeidirektion Musterstadt] DRINGEND: Zugang abgelaufen oder abgelehnt (Alarm {alarm.id})"
    )
    text = mail.get_content()
    for line in (
        f"Was:        Kanal {channel} nimmt seit 20.11.2026 um 13:00 Uhr den Zugang nicht an: Dort kann nichts",
        f"Alarm:      {alarm.id}, seit 20.11.2026 um 13:00 Uhr, 1. Meldung",
        "Jetzt tun:  Zugang (Token) beim Anbieter erneuern und hinterlegen; vorher kann dort nichts gelöscht werden.",
        f"Befehl:     fahndung channels test {channel}",
        f"Quittieren: fahndung alarms ack {alarm.id} --as PERSON",
    ):
        assert line in text
    for minute in range(1, 30):
        assert office.turn(arrived + minute * MINUTE) == ()
    assert len(office.turn(arrived + HALF_HOUR)) == 3
    assert office.received == (2, 2, 2)
    assert "2. Meldung" in office.box.mails[1].get_content()
    assert office.box.mails[1]["References"] == mail["Message-ID"]
    office.ack(alarm.id, arrived + HALF_HOUR + MINUTE)
    for hour in range(1, 50):
        assert office.turn(arrived + hour * HOUR) == ()
    assert office.received == (2, 2, 2)
    everything = "".join([str(office.open()), caplog.text, office.kept.read_text("utf-8"), *map(str, office.box.mails)])
    everything += repr(office.hooks.got)
    for secret in (PASSWORD, KEY):
        assert secret not in everything
        assert secret.encode() not in (office.kept.with_name("ledger.db").read_bytes())


def test_a_mail_server_that_is_away_stops_no_other_way_and_is_tried_again_alone(
    office: Office, tmp_path: pathlib.Path
) -> None:
    server = office.config.alarm.server
    assert server is not None
    away = dataclasses.replace(server, port=peers.free_port())
    office.config = dataclasses.replace(office.config, alarm=dataclasses.replace(office.config.alarm, server=away))
    office.raised(Kind.LEDGER)
    told = alerts.deliver(office.ledger, office.config, now=NOW)
    assert [(one.route, one.failed is None) for one in told] == [
        ("bereitschaft/0", False),
        ("pager", True),
        ("leitstelle", True),
    ]
    (one,) = office.open()
    assert (one.sends, one.next_at, one.failed["bereitschaft/0"].tries) == (1, NOW + MINUTE, 1)
    assert "no mail server at" in one.failed["bereitschaft/0"].why.en
    tries = [
        NOW + n * MINUTE for n in range(1, 30) if alerts.deliver(office.ledger, office.config, now=NOW + n * MINUTE)
    ]
    assert [(at - NOW) / MINUTE for at in tries] == [1, 3, 7, 15]
    assert office.received == (0, 1, 1)
    (subfolder := tmp_path / "again").mkdir()
    with peers.postbox(subfolder) as box:
        office.config = dataclasses.replace(
            office.config, alarm=dataclasses.replace(office.config.alarm, server=box.server)
        )
        told = alerts.deliver(office.ledger, office.config, now=NOW + HALF_HOUR)
        assert [one.failed for one in told] == [None, None, None]
        assert len(box.mails) == 1
    (one,) = office.open()
    assert (one.failed, one.sends, one.next_at) == ({}, 2, NOW + 2 * HALF_HOUR)


def test_a_retry_that_succeeds_is_followed_by_the_usual_round(office: Office) -> None:
    office.hooks.status = 500
    office.raised(Kind.LEDGER)
    alerts.deliver(office.ledger, office.config, now=NOW)
    office.hooks.status = 200
    (told,) = alerts.deliver(office.ledger, office.config, now=NOW + MINUTE)
    assert (told.route, told.failed) == ("leitstelle", None)
    first, again = (json.loads(body) for _, body in office.hooks.got)
    assert first["key"] == again["key"] == f"alarm-{told.alarms[0]}-1"
    assert first["alarms"][0]["times"] == again["alarms"][0]["times"] == 1
    (one,) = office.open()
    assert (one.failed, one.next_at, one.sends) == ({}, NOW + HALF_HOUR, 1)


def test_where_nobody_was_reached_everybody_is_tried_again_ever_more_seldom(office: Office) -> None:
    broken = dataclasses.replace(
        office.config.alarm,
        default=("bereitschaft",),
        server=None,
        ways={"bereitschaft": MailWay(name="b", to=("a@b",))},
    )
    office.config = dataclasses.replace(office.config, alarm=broken)
    office.raised(Kind.CLOCK)
    tries = [n for n in range(70) if alerts.deliver(office.ledger, office.config, now=NOW + n * MINUTE)]
    assert tries == [0, 1, 3, 7, 15, 30, 45, 60]
    (one,) = office.open()
    assert (one.sends, one.sent_at) == (0, None)


def test_what_is_not_urgent_is_repeated_once_a_day(office: Office) -> None:
    office.raised(Kind.BY_HAND_OVERDUE)
    hours = [n for n in range(50) if alerts.deliver(office.ledger, office.config, now=NOW + n * HOUR)]
    assert hours == [0, 24, 48]
    assert office.box.mails[0]["Subject"].startswith("[Polizeidirektion Musterstadt] Hinweis: pdl-2026-0117 Handposten")
    assert office.box.mails[0]["Importance"] is None


def test_a_reminder_goes_to_the_preparer_and_the_press_office_too(office: Office) -> None:
    office.raised(Kind.REMINDER)
    told = alerts.deliver(office.ledger, office.config, now=NOW)
    assert [one.route for one in told] == ["bereitschaft/0", "press-office/0", "person/k.muster"]
    assert [mail["To"] for mail in office.box.mails] == [
        "bereitschaft@polizei.example",
        "presse@polizei.example",
        "k.muster@polizei.example",
    ]
    assert "polizei.example" not in repr(office.open())


def test_a_reminder_of_an_unknown_appeal_goes_to_the_others(office: Office) -> None:
    with office.ledger.write(NOW) as tx:
        alarms.raise_(tx, Kind.REMINDER, "x", WHY, now=NOW, by=BY, appeal="nobody")
        alarms.raise_(tx, Kind.REMINDER, "y", WHY, now=NOW, by=BY)
    told = alerts.deliver(office.ledger, office.config, now=NOW)
    assert {one.route for one in told} == {"bereitschaft/0", "press-office/0"}


def test_many_alarms_at_once_are_one_message(office: Office) -> None:
    office.raised(Kind.OVERDUE, 40)
    told = alerts.deliver(office.ledger, office.config, now=NOW)
    assert [len(one.alarms) for one in told] == [40, 40, 40]
    (mail,) = office.box.mails
    assert mail["Subject"] == "[Polizeidirektion Musterstadt] DRINGEND: 40 Alarme"
    assert mail.get_content().count(WHY.de) == 40
    assert all(one.sends == 1 for one in office.open())
    (body,) = (json.loads(body) for _, body in office.hooks.got)
    assert len(body["alarms"]) == 40


def test_many_notices_are_no_urgent_message(office: Office) -> None:
    office.raised(Kind.REMINDER, 6)
    alerts.deliver(office.ledger, office.config, now=NOW)
    assert office.box.mails[0]["Subject"].endswith("Hinweis: 6 Alarme")


def test_without_a_way_nothing_is_claimed(office: Office) -> None:
    office.config = dataclasses.replace(office.config, alarm=Alarming())
    office.raised(Kind.CLOCK)
    assert alerts.deliver(office.ledger, office.config, now=NOW) == ()
    assert office.open()[0].next_at == NOW


def test_a_run_that_dies_while_it_sends_leaves_the_alarm_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    office.raised(Kind.CLOCK)
    with monkeypatch.context() as patch:
        patch.setattr(alerts.sending, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            alerts.deliver(office.ledger, office.config, now=NOW)
    assert alerts.deliver(office.ledger, office.config, now=NOW + MINUTE) == ()
    assert len(alerts.deliver(office.ledger, office.config, now=NOW + alerts.CLAIM)) == 3
    assert audit.verify(office.ledger) == ()


def test_every_kind_has_words_and_fills_them(office: Office) -> None:
    assert set(alarmtexts.WORDS) == set(Kind)
    with office.ledger.write(NOW) as tx:
        for kind in Kind:
            number = alarms.raise_(tx, kind, "website", WHY, now=NOW, by=BY, appeal=APPEAL)
            told = alarmtexts.notices([alarms.get(tx, number)], {number: 1}, home="h", authority="A", now=NOW)
            ((notice, numbers),) = told
            assert numbers == (number,)
            assert "{" not in notice.text
            assert notice.subject.isprintable()


def test_problems_are_no_way_in_production_and_credentials_that_are_missing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alerts.problems(office.config, production=True) == ()
    monkeypatch.delenv("FAHNDUNG_ALARM_MAIL")
    monkeypatch.delenv("FAHNDUNG_ALARM_WEBHOOK")
    found = alerts.problems(office.config, production=True)
    assert [one.field for one in found] == ["alarm/mail/credential", "alarm/ways/leitstelle/credential"]
    bare = dataclasses.replace(office.config, alarm=Alarming())
    (problem,) = alerts.problems(bare, production=True)
    assert (problem.field, problem.severity.value) == ("alarm/ways", "warn")
    assert alerts.problems(bare, production=False) == ()


def test_urgent_alarms_are_repeated_every_half_hour_and_others_daily_by_default() -> None:
    assert Alarming().repeat == {Level.URGENT: HALF_HOUR, Level.NOTICE: DAY}
