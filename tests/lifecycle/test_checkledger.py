"""What the ledger tells of itself when it is examined; and the whole examination, whatever is broken."""

import datetime as dt
import pathlib
from typing import Any

import pytest

from fahndung.errors import Message
from fahndung.home import Home
from fahndung.home.config import CONFIG_NAME, Config
from fahndung.ledger import accounts, alarms, claims, endings, publications, pulse
from fahndung.ledger.alarms import Failure
from fahndung.ledger.endings import Ending
from fahndung.ledger.store import Ledger
from fahndung.ledger.tables import account as account_table
from fahndung.lifecycle import checkup
from fahndung.lifecycle.diagnosis import Finding, Verdict, exit_code
from fahndung.model.alarm import Kind
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from tests.ledger import world as small
from tests.ledger.world import BY, DAY, FAULT, HOUR, MINUTE, NOW
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, World

AGE = 10 * MINUTE


def examined(
    world: World, now: dt.datetime = PUBLISHED, machine: dt.datetime | None = None, **more: Any
) -> tuple[Finding, ...]:
    def head(home: Home, config: Config | None) -> pathlib.Path:
        return home.path / "head.json"

    path = world.home.path
    clocks = {"clock": lambda _: now, "machine": lambda: machine or now}
    return checkup.examine(path, keys=path / "keys", head=head, **clocks, **more)


def of(findings: tuple[Finding, ...], check: str) -> list[Finding]:
    return [one for one in findings if one.check == check]


def bad(findings: tuple[Finding, ...]) -> list[str]:
    return [one.check for one in findings if one.verdict is Verdict.BAD]


def test_a_home_in_order_is_all_right(empty: World) -> None:
    findings = examined(empty)
    assert bad(findings) == []
    checks = {one.check for one in findings}
    assert checks >= {"configuration", "ledger", "clock-ledger", "last-success", "locks", "overdue", "alarms"}
    assert checks >= {"time-zones", "ntp", "disk", "permissions", "credentials", "audit-head", "backup"}


def test_a_folder_that_is_no_home_may_hide_anything(tmp_path: pathlib.Path, empty: World) -> None:
    (empty.home.path / "home-id").unlink()
    findings = examined(empty)
    assert [one.check for one in findings] == ["home"]
    assert exit_code(findings) == 7


def test_a_broken_configuration_stops_no_other_check(empty: World) -> None:
    (empty.home.path / CONFIG_NAME).write_text("nonsense", "utf-8")
    findings = examined(empty)
    assert bad(findings) == ["configuration"]
    assert of(findings, "ledger")[0].verdict is Verdict.OK
    assert exit_code(findings) == 6


def test_a_ledger_that_is_lost_stops_no_other_check(empty: World) -> None:
    (empty.home.path / "ledger.db").write_bytes(b"")
    findings = examined(empty)
    assert bad(findings) == ["ledger"]
    assert of(findings, "disk")
    assert exit_code(findings) == 7


@pytest.mark.peers
def test_a_database_that_is_away_is_told(empty: World) -> None:
    empty.home.record_address("postgresql://fahndung@127.0.0.1:9/fahndung")
    findings = examined(empty)
    assert bad(findings) == ["configuration", "ledger"]
    assert exit_code(findings) == 7


def test_what_cannot_be_looked_at_is_a_finding(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(checkup.checkhome, "rights", refuses)
    findings = examined(empty)
    assert bad(findings) == ["permissions"]
    assert of(findings, "backup")


@pytest.mark.parametrize("live", [True, False])
def test_the_switch_is_7_only_where_something_may_be_online(approved: World, live: bool) -> None:
    if live:
        approved.publish(GIRL)
    findings = examined(approved, max_age=AGE)
    assert bad(findings) == ["last-success"]
    assert exit_code(findings) == (7 if live else 6)
    with approved.ledger.write(PUBLISHED) as tx:
        pulse.beat(tx, well=True, now=PUBLISHED)
    assert exit_code(examined(approved, PUBLISHED + AGE, max_age=AGE)) == 0
    assert exit_code(examined(approved, PUBLISHED + AGE + MINUTE, max_age=AGE)) == (7 if live else 6)


def test_what_is_past_its_end_is_told_before_anybody_raised_an_alarm(approved: World) -> None:
    approved.publish(GIRL)
    findings = examined(approved, GIRL_REVIEW + HOUR)
    (found,) = of(findings, "overdue")
    assert (found.verdict, found.online) == (Verdict.BAD, True)
    assert GIRL in found.what.en


@pytest.mark.parametrize("state", ["by-hand", "tombstone"])
def test_what_only_a_person_can_delete_is_online_past_its_end(empty: World, state: str) -> None:
    with empty.ledger.write(NOW) as tx:
        small.hand_in(tx)
        row = small.bring(tx, state)
    (found,) = of(examined(empty, NOW + HOUR), "overdue")
    assert (found.verdict, found.online) == (Verdict.BAD, True)
    assert found.todo is not None
    assert "fahndung close" in found.todo.en
    with empty.ledger.write(NOW) as tx:
        publications.close(tx, row, person=BY, now=NOW)
    assert [one.verdict for one in of(examined(empty, NOW + HOUR), "overdue")] == [Verdict.OK]


def test_a_clock_behind_the_ledger_says_how_to_accept_it(empty: World) -> None:
    with Ledger.open(empty.home.ledger_path, home_id=empty.home.identity) as real, real.write(PUBLISHED + DAY):
        pass
    (found,) = of(examined(empty), "clock-ledger")
    assert (found.verdict, found.online) == (Verdict.BAD, True)
    assert found.todo is not None
    assert "--accept-clock" in found.todo.en


def test_who_ended_without_a_word_and_who_is_at_work(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        claims.join(tx, 7, what="worker", host="host-1", pid=4711, now=PUBLISHED)
    (found,) = of(examined(approved), "locks")
    assert (found.verdict, "worker 7 (host-1, pid 4711)" in found.what.en) == (Verdict.WARN, True)
    with approved.home.lock():
        (found,) = of(examined(approved), "locks")
    assert (found.verdict, found.what.en.partition(":")[0]) == (Verdict.OK, "somebody has the calling place")
    with approved.ledger.write(PUBLISHED) as tx:
        claims.leave(tx, 7, now=PUBLISHED)
    (found,) = of(examined(approved), "locks")
    assert found.what.en == "nobody is at work"


def test_a_claim_that_is_held_too_long_is_bad(approved: World) -> None:
    approved.publish(GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        claims.join(tx, 7, what="worker", host="host-1", pid=4711, now=PUBLISHED)
        (row,) = publications.rows(tx, GIRL)
        wish = Ending(appeal=AppealId(GIRL), reason=EndReason.FOUND, by=BY, at=PUBLISHED)
        endings.end(tx, wish)
        tx.connection.exec_driver_sql(f"UPDATE publication SET lease_by = 7, lease_no = 9 WHERE id = {row.id}")
    locks = of(examined(approved, PUBLISHED + HOUR), "locks")
    assert [(one.verdict, one.online) for one in locks if one.verdict is Verdict.BAD] == [(Verdict.BAD, True)]


def test_a_token_that_expires_soon_is_a_warning_and_one_that_expired_is_bad(approved: World) -> None:
    approved.publish(GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        tx.connection.execute(account_table.update().values(token_ends_at=PUBLISHED + DAY))
    (found,) = of(examined(approved), "token")
    assert found.verdict is Verdict.WARN
    (found,) = of(examined(approved, PUBLISHED + DAY), "token")
    assert found.verdict is Verdict.BAD


def test_a_channel_that_fails_is_bad(approved: World) -> None:
    approved.publish(GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        accounts.failing(tx, "website", FAULT, now=PUBLISHED)
    assert bad(examined(approved, PUBLISHED + HOUR)) == ["channel"]


def test_an_alarm_that_did_not_go_out_is_bad(empty: World) -> None:
    with empty.ledger.write(PUBLISHED) as tx:
        raised = alarms.raise_(tx, Kind.CHANNEL_FAILING, "x", Message("a", "a"), now=PUBLISHED, by=BY)
        failed = {"pager": Failure(tries=1, why=FAULT)}
        alarms.sent(tx, raised, whole_round=False, failed=failed, next_at=PUBLISHED, now=PUBLISHED)
    (found,) = [one for one in of(examined(empty), "alarms") if one.verdict is Verdict.BAD]
    assert "pager" in found.what.en


def test_a_credential_of_an_alarm_that_is_missing_is_bad(empty: World) -> None:
    path = empty.home.path / CONFIG_NAME
    way = '\n[[alarm.ways]]\nname = "hook"\nkind = "webhook"\nurl = "https://a.example/"\ncredential = "alarm-hook"\n'
    path.write_text(path.read_text("utf-8") + way, "utf-8")
    (found,) = of(examined(empty), "alarms")
    assert (found.verdict, "alarm-hook" in found.what.en) == (Verdict.BAD, True)


@pytest.mark.parametrize(("state", "full", "code"), [("live", False, 7), ("closed", False, 0), ("closed", True, 6)])
def test_a_row_that_cannot_be_read_is_found_in_full_wherever_it_is(
    empty: World, state: str, full: bool, code: int
) -> None:
    with empty.ledger.write(NOW) as tx:
        small.hand_in(tx)
        row = small.bring(tx, state)
        small.run(tx, f"UPDATE publication SET withdrawal = 'x' WHERE id = {row}")
    assert exit_code(examined(empty, PUBLISHED, full=full)) == code


@pytest.mark.peers
def test_the_clock_of_a_server_is_the_witness(empty: World, database: str) -> None:
    with Ledger.create(database, kind="rehearsal", home_id=empty.home.identity, now=NOW) as ledger:
        now = ledger.server_clock()
    assert now is not None
    empty.home.record_address(database)
    path = empty.home.path / CONFIG_NAME
    path.write_text(path.read_text("utf-8") + f'\n[ledger]\naddress = "{database}"\n', "utf-8")
    findings = examined(empty, now - HOUR)
    (found,) = of(findings, "clock-ledger")
    assert (found.verdict, found.todo is not None and "accept" in found.todo.en) == (Verdict.BAD, False)
    (found,) = of(findings, "locks")
    assert found.what.en.startswith("at work or ended")
