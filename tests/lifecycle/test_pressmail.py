"""Press mail through the real lifecycle: one row for each recipient, one closing notice, corrections, refusals.

The mail server's own journal is the judge.
"""

import collections
import datetime as dt
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from fahndung.errors import NotPublishable, UsageError
from fahndung.ledger import actors, audit, byhand, publications, recipients
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import account, drafting, publishing, rehearsing, takedown, turns, verification
from fahndung.lifecycle.shift import on_shift
from fahndung.model.appeal import AppealId, PersonId
from fahndung.model.publication import EndReason, State
from tests import world
from tests.channels import postmaster
from tests.channels.postmaster import CUT_AFTER, DEFERRED, PASSWORD, REFUSED, SPAM, VARIABLE, Running
from tests.world import PAIR, PAIR_REVIEW, PUBLISHED, World

A, B, C = "a@zeitung.example", "b@blatt.example", "c@funk.example"
MINUTE = dt.timedelta(minutes=1)
_MARK = "\n# press\n[[channels]]\n"


def to_the_press(record: dict[str, Any]) -> None:
    record["publication"]["channels"].append("press-mail")


def configured(made: World, server: Running, **values: Any) -> None:
    path = made.home.path / "fahndung.toml"
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in server.config(**values).items())
    before, _, _ = path.read_text("utf-8").partition(_MARK)
    path.write_text(f"{before}{_MARK}{lines}\n", "utf-8")


@pytest.fixture
def server(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with postmaster.in_a_thread(tmp_path / "mail") as started:
        started.list(f"{A},Die Zeitung,,", f"{B},Das Blatt,DED2,nein", f"{C},Funk,,no", "weg@aus.example,,,ja")
        yield started


@pytest.fixture(scope="session")
def press_template(empty_template: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A closed home with an approved appeal for two persons that goes to the press as well."""
    path = tmp_path_factory.mktemp("press") / "home"
    for made in world.copied(empty_template, path):
        configured(made, Running(port=25, folder=path, pid=0))
        made.ready(made.case("jewellery-theft", to_the_press))
    return path


@pytest.fixture
def office(press_template: pathlib.Path, server: Running, tmp_path: pathlib.Path) -> Iterator[World]:
    for made in world.copied(press_template, tmp_path / "home"):
        configured(made, server)
        yield made


def rows(made: World) -> dict[str, Publication]:
    """The latest message to each address."""
    with made.ledger.read() as tx:
        found = publications.rows(tx, PAIR, channel="press-mail")
        return {str(recipients.address_of(tx, row.target)): row for row in found}


def counted(server: Running) -> collections.Counter[str]:
    return collections.Counter(taken.to for taken in server.taken())


def end(made: World, now: dt.datetime = PUBLISHED, **values: Any) -> takedown.Outcome:
    reason = values.pop("reason", EndReason.FOUND)
    ending = Ending(appeal=AppealId(PAIR), reason=reason, by="k.muster", at=now, **values)
    return takedown.end(made.home, made.ledger, ending, now=now)


def test_each_newsroom_gets_one_mail_by_itself_and_the_end_in_the_same_thread(office: World, server: Running) -> None:
    done = office.publish(PAIR)
    assert done.failed == ()
    assert [row.state for row in done.mailings["press-mail"]] == [State.LIVE] * 3
    assert counted(server) == {A: 1, B: 1, C: 1}
    first = {mail["To"].addresses[0].addr_spec: mail for mail in server.mails()}
    for address, mail in first.items():
        others = {A, B, C, "weg@aus.example"} - {address}
        assert not [one for one in others if one in mail.as_string()]
        assert mail["Reply-To"] == postmaster.OFFICE
        assert "Wichtiger Hinweis für Medien" in mail.get_content()
        assert "Endet die Fahndung, bitten wir um Löschung" in mail.get_content()
        assert list(mail.iter_attachments()) == []
    assert len({mail["Message-ID"] for mail in first.values()}) == 3

    outcome = end(office, PUBLISHED + MINUTE)
    assert (outcome.online_past_end, outcome.pending) == (0, ())
    assert {row.channel for row in outcome.withdrawn} == {"website"}
    assert len(outcome.told) == 3
    closing = {mail["To"].addresses[0].addr_spec: mail for mail in server.mails()[3:]}
    assert closing.keys() == first.keys()
    for address, mail in closing.items():
        assert mail["In-Reply-To"] == mail["References"] == first[address]["Message-ID"]
        assert "erledigt" in mail.get_content()
    assert all(row.state is State.BY_HAND and row.withdrawn_at for row in rows(office).values())


def test_the_end_is_told_once_whatever_runs_afterwards(office: World, server: Running) -> None:
    office.publish(PAIR)
    end(office)
    for hours in range(1, 4):
        later = PUBLISHED + hours * 60 * MINUTE
        done = takedown.takedown(office.home, office.ledger, now=later, by="timer")
        assert done.online_past_end == 0
        verification.verify(office.home, office.ledger, now=later, by="timer")
    assert counted(server) == {A: 2, B: 2, C: 2}
    with office.ledger.read() as tx:
        standing = account.account(tx, now=later)
        assert standing.overdue == 0
        (item,) = standing.by_hand
    assert item.channel == "press-mail"


def test_an_end_by_clock_is_told_with_its_reason(office: World, server: Running) -> None:
    office.publish(PAIR)
    done = takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW, by="timer")
    assert len(done.told) == 3
    takedown.takedown(office.home, office.ledger, now=PAIR_REVIEW + MINUTE, by="timer")
    assert counted(server) == {A: 2, B: 2, C: 2}
    assert all("Widerruf" in mail["Subject"] for mail in server.mails()[3:])


def test_copies_stay_open_until_people_say_so_one_by_one_or_all(office: World) -> None:
    office.publish(PAIR)
    end(office)
    with office.ledger.write(PUBLISHED) as tx:
        (item,) = byhand.open_items(tx, PAIR)
        with pytest.raises(UsageError):
            byhand.acknowledge(tx, item.id, "weg@aus.example", person="k.muster", note="x", at=PUBLISHED)
        with pytest.raises(UsageError):
            byhand.acknowledge(tx, item.id, A, person="k.muster", note=" ", at=PUBLISHED)
        assert byhand.acknowledge(tx, item.id, A, person="k.muster", note="Mail vom 21.11.", at=PUBLISHED) == 2
    assert rows(office)[A].state is State.CLOSED
    with office.ledger.write(PUBLISHED) as tx:
        byhand.close(tx, item.id, person="k.muster", note="nachgefragt", at=PUBLISHED)
    assert {row.state for row in rows(office).values()} == {State.CLOSED}


def test_the_last_acknowledgement_closes_the_item(office: World) -> None:
    office.publish(PAIR)
    end(office)
    with office.ledger.write(PUBLISHED) as tx:
        (item,) = byhand.open_items(tx, PAIR)
        left = [byhand.acknowledge(tx, item.id, one, person="k.muster", note="ok", at=PUBLISHED) for one in (A, B, C)]
        assert left == [2, 1, 0]
        assert byhand.open_items(tx, PAIR) == ()


def test_a_refused_address_is_final_and_told_and_gets_no_closing_notice(office: World, server: Running) -> None:
    server.fail(REFUSED, B)
    server.fail(SPAM, C)
    done = office.publish(PAIR)
    assert [name for name, _ in done.failed] == ["press-mail"]
    states = {address: row.state for address, row in rows(office).items()}
    assert states == {A: State.LIVE, B: State.REJECTED, C: State.REJECTED}
    assert PASSWORD not in repr(rows(office))
    again = office.publish(PAIR)
    assert again.failed == ()
    end(office)
    assert counted(server) == {A: 2}


def test_a_refusal_for_now_is_tried_again_later(office: World, server: Running) -> None:
    server.fail(DEFERRED, B)
    done = office.publish(PAIR)
    assert [name for name, _ in done.failed] == ["press-mail"]
    row = rows(office)[B]
    assert (row.state, row.problem is not None, row.next_at is not None) == (State.PUBLISHING, True, True)
    again = office.publish(PAIR, PUBLISHED + 10 * MINUTE)
    assert again.failed == ()
    assert counted(server) == {A: 1, B: 1, C: 1}


def test_a_login_that_is_refused_is_an_alarm_and_not_tried_for_everybody(office: World, server: Running) -> None:
    server.rule(no_login=True)
    with pytest.raises(Exception, match="refused user or password"):
        office.publish(PAIR)
    server.rule(no_login=False)
    with office.ledger.read() as tx:
        assert publications.rows(tx, PAIR) == ()


@pytest.mark.parametrize("policy", ["by-hand", "repeat"])
def test_a_lost_connection_after_the_mail_follows_the_policy(
    press_template: pathlib.Path, server: Running, tmp_path: pathlib.Path, policy: str
) -> None:
    for made in world.copied(press_template, tmp_path / "home"):
        configured(made, server, on_unknown=policy)
        server.fail(CUT_AFTER, B)
        made.publish(PAIR)
        assert rows(made)[B].state is State.PUBLISHING
        done = made.publish(PAIR, PUBLISHED + 10 * MINUTE)
        assert counted(server) == {A: 1, B: 2 if policy == "repeat" else 1, C: 1}
        copies = [taken for taken in server.taken() if taken.to == B]
        assert len({(copy.id, copy.sha256) for copy in copies}) == 1, "the same bytes, the same Message-ID"
        with made.ledger.read() as tx:
            items = byhand.open_items(tx, PAIR)
        assert [B in item.what for item in items] == ([] if policy == "repeat" else [True])
        assert bool(done.failed) is (policy == "by-hand")
        end(made, PUBLISHED + 20 * MINUTE)  # who may have it is told
        assert counted(server)[B] == (3 if policy == "repeat" else 2)


@pytest.mark.parametrize("policy", ["by-hand", "repeat"])
def test_a_closing_notice_of_which_nobody_knows_follows_the_policy(
    press_template: pathlib.Path, server: Running, tmp_path: pathlib.Path, policy: str
) -> None:
    for made in world.copied(press_template, tmp_path / "home"):
        configured(made, server, on_unknown=policy)
        made.publish(PAIR)
        server.fail(CUT_AFTER, B)
        server.fail(REFUSED, C)
        end(made, PUBLISHED)
        takedown.takedown(made.home, made.ledger, now=PUBLISHED + 10 * MINUTE, by="timer")
        takedown.takedown(made.home, made.ledger, now=PUBLISHED + 20 * MINUTE, by="timer")
        assert counted(server) == {A: 2, B: 2, C: 1}
        with made.ledger.read() as tx:
            named = sorted(item.what for item in byhand.open_items(tx, PAIR))
        assert len(named) == 3
        assert rows(made)[C].withdrawn_at is None


def test_who_opted_out_before_the_instant_of_sending_gets_nothing(office: World, server: Running) -> None:
    ready = publishing.prepare(office.home, office.ledger, appeal_id=PAIR, now=PUBLISHED)
    publishing._each(office.ledger, ready, now=PUBLISHED, by="k.muster")  # planned, and then the run was cut off
    server.list(f"{A},,,", f"{B},,,ja")
    with on_shift(office.home, office.ledger, what="t", by="t", clock=lambda: PUBLISHED) as shift:
        for row in rows(office).values():
            turns.turn(
                shift, row.id, draft_of=lambda one: drafting.draft_of(office.home, office.ledger, one, now=PUBLISHED)
            )
    assert {address: row.state for address, row in rows(office).items()} == {
        A: State.LIVE,
        B: State.CANCELLED,
        C: State.CANCELLED,
    }
    assert counted(server) == {A: 1}


def test_the_ledger_knows_addresses_in_one_place_and_the_log_none(office: World) -> None:
    office.publish(PAIR)
    end(office)
    with office.ledger.read() as tx:
        bodies = b"".join(tx.connection.exec_driver_sql("SELECT body FROM event").scalars())
        stored = repr(tx.connection.exec_driver_sql("SELECT * FROM publication").all())
        stored += repr(tx.connection.exec_driver_sql("SELECT * FROM by_hand").all())
        stored += repr(tx.connection.exec_driver_sql("SELECT * FROM operation").all())
        known = set(actors.names(tx).values())
        exported = json.dumps(audit.export(tx, PAIR))
    for address in (A, B, C):
        assert address.encode() not in bodies
        assert address not in stored
        assert f"mailto:{address}" in known
        assert address in exported
    assert audit.verify(office.ledger) == ()


def test_a_person_whose_search_is_over_is_told_and_the_end_once_more(office: World, server: Running) -> None:
    office.publish(PAIR)
    end(office, PUBLISHED, person=PersonId("p2"))
    part = [mail for mail in server.mails()[3:] if "teilweise beendet" in mail["Subject"]]
    assert len(part) == 3
    takedown.takedown(office.home, office.ledger, now=PUBLISHED + MINUTE, by="timer")
    assert counted(server) == {A: 2, B: 2, C: 2}
    end(office, PUBLISHED + 2 * MINUTE)
    whole = server.mails()[6:]
    assert [("beendet" in mail["Subject"], "teilweise" in mail["Subject"]) for mail in whole] == [(True, False)] * 3
    assert len({mail["Message-ID"] for mail in server.mails()}) == 9


def test_an_error_that_came_to_light_after_the_end_is_told_as_well(office: World, server: Running) -> None:
    office.publish(PAIR)
    end(office)
    end(office, PUBLISHED + MINUTE, reason=EndReason.ERROR)
    end(office, PUBLISHED + 2 * MINUTE, reason=EndReason.ERROR)
    assert counted(server) == {A: 3, B: 3, C: 3}
    assert all(mail["Subject"].startswith("EILT") for mail in server.mails()[6:])


def test_a_test_goes_to_one_address_and_leaves_no_trace(office: World, server: Running) -> None:
    assert rehearsing.try_out(office.home, office.ledger, appeal_id=PAIR, to="ich@polizei.example", now=PUBLISHED) == (
        "press-mail",
    )
    (mail,) = server.mails()
    assert mail["To"].addresses[0].addr_spec == "ich@polizei.example"
    assert mail["Subject"].startswith("TEST, nicht veröffentlichen: ")
    with office.ledger.read() as tx:
        assert publications.rows(tx, PAIR) == ()
    office.publish(PAIR)
    end(office)
    with pytest.raises(NotPublishable):
        rehearsing.try_out(office.home, office.ledger, appeal_id=PAIR, to="ich@polizei.example", now=PUBLISHED)
