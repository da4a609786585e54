"""An alarm goes out although the ledger is away, but not at every turn."""

import json
import pathlib
from collections.abc import Iterator

import pytest

from fahndung.home import Home
from fahndung.home.config import Config, parse_config
from fahndung.ledger.faults import LedgerUnavailable
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.emergency import Emergency
from fahndung.model.alarm import EMERGENCY_NAME, Kind
from tests.alerting import peers
from tests.alerting.peers import Postbox
from tests.ledger import world as small
from tests.ledger.world import FAULT, MINUTE, NOW, SECOND
from tests.lifecycle.test_alerts import BASE

MAIL = """
[alarm.mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "fahndung@polizei.example"
[[alarm.ways]]
name = "bereitschaft"
kind = "mail"
to = ["bereitschaft@polizei.example"]
"""


@pytest.fixture
def box(tmp_path: pathlib.Path) -> Iterator[Postbox]:
    with peers.postbox(tmp_path, login=False, encrypted=False) as made:
        yield made


@pytest.fixture
def home(tmp_path: pathlib.Path) -> Home:
    return Home(path=tmp_path, identity="home-1")


@pytest.fixture
def config(box: Postbox, tmp_path: pathlib.Path) -> Config:
    return parse_config(BASE + MAIL.format(port=box.server.port), tmp_path)


@pytest.mark.peers
def test_a_ledger_that_is_away_is_told_within_a_minute_and_then_every_half_hour(
    home: Home, config: Config, box: Postbox, tmp_path: pathlib.Path
) -> None:
    small.make(tmp_path / "ledger.db").close()
    emergency = Emergency(home, config)

    def turn(second: int) -> bool:
        now = NOW + second * SECOND
        try:
            with Ledger.open(home.ledger_path, home_id="home-1", busy_timeout=0.01) as ledger, ledger.write(now):
                emergency.over()
        except LedgerUnavailable as error:
            return bool(emergency.tell(error.message, now=now))
        return False

    assert not turn(0)
    with small.Ledger.open(home.ledger_path, home_id="home-1") as other, other.write(NOW):
        told = [second for second in range(10, 3700, 10) if turn(second)]
    assert told == [10, 1810, 3610]
    assert not turn(3700)
    assert len(box.mails) == 3
    mail = box.mails[0]
    assert mail["Subject"] == "[Polizeidirektion Musterstadt] DRINGEND: Register nicht benutzbar"
    text = mail.get_content()
    assert "fahndung doctor; danach fahndung takedown" in text
    assert "Das Register" in text
    assert not (home.path / EMERGENCY_NAME).exists()


def test_the_next_process_knows_what_was_told(home: Home, config: Config, box: Postbox) -> None:
    assert len(Emergency(home, config).tell(FAULT, now=NOW)) == 1
    assert (home.path / EMERGENCY_NAME).stat().st_mode & 0o777 == 0o600
    assert Emergency(home, config).tell(FAULT, now=NOW + MINUTE) == ()
    assert len(Emergency(home, config).tell(FAULT, now=NOW + MINUTE, kind=Kind.CLOCK)) == 1
    assert len(Emergency(home, config).tell(FAULT, now=NOW + 30 * MINUTE)) == 1
    Emergency(home, config).over()
    assert len(Emergency(home, config).tell(FAULT, now=NOW + 31 * MINUTE)) == 1


def test_a_clock_that_was_set_back_silences_nothing(home: Home, config: Config, box: Postbox) -> None:
    emergency = Emergency(home, config)
    emergency.tell(FAULT, now=NOW)
    assert len(emergency.tell(FAULT, now=NOW - MINUTE)) == 1


def test_one_that_reached_nobody_is_tried_again_after_a_minute(home: Home, config: Config, box: Postbox) -> None:
    box.refused.add("bereitschaft@polizei.example")
    emergency = Emergency(home, config)
    (told,) = emergency.tell(FAULT, now=NOW)
    assert told.failed is not None
    assert emergency.tell(FAULT, now=NOW + 59 * SECOND) == ()
    box.refused.clear()
    (told,) = emergency.tell(FAULT, now=NOW + MINUTE)
    assert told.failed is None
    assert emergency.tell(FAULT, now=NOW + 2 * MINUTE) == ()


@pytest.mark.parametrize(
    "content", ["", "[]", "[1]", '{"ledger": 3}', '{"nothing": "x"}', '{"ledger": "2026-11-20T12:00:00"}']
)
def test_a_spoiled_memory_silences_nothing(home: Home, config: Config, box: Postbox, content: str) -> None:
    (home.path / EMERGENCY_NAME).write_text(content)
    assert len(Emergency(home, config).tell(FAULT, now=NOW)) == 1
    assert json.loads((home.path / EMERGENCY_NAME).read_text()) == {"ledger": NOW.isoformat()}


def test_where_no_file_can_be_written_the_process_remembers(config: Config, box: Postbox) -> None:
    emergency = Emergency(Home(path=pathlib.Path("/proc/no/such"), identity="home-1"), config)
    assert len(emergency.tell(FAULT, now=NOW)) == 1
    assert emergency.tell(FAULT, now=NOW + MINUTE) == ()
    emergency.over()
    assert len(emergency.tell(FAULT, now=NOW + MINUTE)) == 1
