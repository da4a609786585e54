"""Press mails that came back: noted once, shown to an officer, and never a reason to keep the end from anybody."""

import pytest

from fahndung.channels.bounces import NoBounce
from fahndung.errors import InvalidRecord
from fahndung.ledger import actors, audit, bounces, byhand, forgetting, publications
from fahndung.ledger.bounces import Returned
from fahndung.ledger.byhand import Kind
from fahndung.lifecycle import account, bouncing, planning, readying, rehearsing, takedown
from fahndung.lifecycle.bouncing import Noted
from fahndung.model.publication import State
from tests.channels import returned
from tests.channels.postmaster import CUT_AFTER, REFUSED, Running
from tests.lifecycle.test_pressmail import MINUTE, counted, end, rows
from tests.press import PRESS, A, B, C, office, press_template, server
from tests.world import PUBLISHED, World

__all__ = ["office", "press_template", "server"]


def take_in(made: World, mail: bytes) -> Noted:
    told = bouncing.take_in(made.ledger, mail, now=PUBLISHED, by="cron")
    assert isinstance(told, Noted)
    return told


@pytest.mark.peers
def test_a_mail_that_came_back_is_noted_once_and_its_row_stays_what_it_is(office: World) -> None:
    office.publish(PRESS)
    before = rows(office)
    told = take_in(office, returned.postfix(before[B].marker))
    assert (told.to.de, told.new, told.item, told.row.id) == (B, True, None, before[B].id)
    again = take_in(office, returned.old_exim(before[B].marker))
    assert (again.new, again.item) == (False, None)
    assert rows(office) == before
    with office.ledger.read() as tx:
        assert bounces.of(tx, PRESS, "press-mail") == (
            Returned(publication=before[B].id, notice=None, status="5.1.1", reply=550, at=PUBLISHED),
        )
        assert byhand.open_items(tx, PRESS) == ()
        (event,) = (one for one in audit.export(tx, PRESS) if one["action"] == "publication.bounced")
    assert (event["data"]["status"], event["data"]["reply"]) == ("5.1.1", 550)
    assert audit.verify(office.ledger) == ()


@pytest.mark.peers
def test_who_is_said_to_have_got_nothing_is_told_of_the_end_all_the_same(office: World, server: Running) -> None:
    office.publish(PRESS)
    for address in (A, B, C):
        take_in(office, returned.postfix(rows(office)[address].marker))
    assert end(office, PUBLISHED + MINUTE).online_past_end == 0
    assert counted(server) == {A: 2, B: 2, C: 2}


@pytest.mark.peers
def test_a_notice_of_the_end_that_came_back_is_left_to_a_person(office: World, server: Running) -> None:
    office.publish(PRESS)
    end(office)
    own = server.mails()[-1]["Message-ID"].strip("<>").partition("@")[0]
    told = take_in(office, returned.gmail(own))
    assert told.bounce.notice == 1
    with office.ledger.read() as tx:
        (item,) = (one for one in byhand.open_items(tx, PRESS) if one.id == told.item)
        assert (item.kind, item.publication) == (Kind.TELL, told.row.id)
        assert told.to.de in item.what.de
        assert account.account(tx, now=PUBLISHED, appeal=PRESS).overdue == 0, "it is nothing that is online"
    assert take_in(office, returned.gmail(own)).item is None, "known already"
    with office.ledger.write(PUBLISHED) as tx:
        byhand.close(tx, item.id, person="k.muster", note="angerufen", at=PUBLISHED)
    assert not take_in(office, returned.gmail(own)).new
    done = takedown.takedown(office.home, office.ledger, now=PUBLISHED + MINUTE, by="timer")
    assert done.online_past_end == 0
    assert sum(counted(server).values()) == 6, "nothing is sent anew because somebody wrote a report"


@pytest.mark.peers
def test_where_a_person_has_to_look_already_there_is_no_second_item(office: World, server: Running) -> None:
    office.publish(PRESS)
    server.fail(CUT_AFTER, B)
    end(office)
    with office.ledger.read() as tx:
        (known,) = (one.id for one in byhand.open_items(tx, PRESS) if one.publication is not None)
    assert take_in(office, returned.postfix(f"{rows(office)[B].marker}.1")).item == known


@pytest.mark.peers
def test_a_report_invented_by_somebody_changes_nothing(office: World, server: Running) -> None:
    server.fail(REFUSED, B)
    ready = readying.prepare(office.home, office.ledger, appeal_id=PRESS, now=PUBLISHED)
    planning.each(office.ledger, ready, now=PUBLISHED, by="k.muster")
    planned = rows(office)[A].marker
    for mail in (
        returned.postfix("a" * 26),
        returned.postfix(planned),  # it was never sent
        returned.postfix(_website(office)),
    ):
        told = bouncing.take_in(office.ledger, mail, now=PUBLISHED, by="cron")
        assert isinstance(told, NoBounce)
        assert "went out from this home" in told.why.en
    office.publish(PRESS)
    told = bouncing.take_in(office.ledger, returned.postfix(f"{planned}.1"), now=PUBLISHED, by="cron")
    assert isinstance(told, NoBounce), "no notice of an end was ever sent"
    take_in(office, returned.postfix(rows(office)[B].marker))
    assert rows(office)[B].state is State.REJECTED
    with office.ledger.read() as tx:
        assert byhand.open_items(tx, PRESS) == ()


def _website(made: World) -> str:
    made.publish(PRESS, only=["website"])
    with made.ledger.read() as tx:
        (row,) = publications.rows(tx, PRESS, channel="website")
    return row.marker


@pytest.mark.peers
def test_a_test_that_came_back_is_not_of_the_ledger(office: World, server: Running) -> None:
    rehearsing.try_out(office.home, office.ledger, appeal_id=PRESS, to="ich@polizei.example", now=PUBLISHED)
    own = server.mails()[0]["Message-ID"].strip("<>").partition("@")[0]
    assert isinstance(bouncing.take_in(office.ledger, returned.qmail(own), now=PUBLISHED, by="cron"), NoBounce)
    with pytest.raises(InvalidRecord):
        bouncing.take_in(office.ledger, b"x" * (1 << 19), now=PUBLISHED, by="cron")


def test_a_bounce_names_no_address_in_the_ledger_and_forgets_with_it(office: World) -> None:
    office.publish(PRESS)
    take_in(office, returned.postfix(rows(office)[A].marker))
    with office.ledger.write(PUBLISHED) as tx:
        stored = repr(tx.connection.exec_driver_sql("SELECT * FROM operation").all())
        stored += repr(tx.connection.exec_driver_sql("SELECT body FROM event").all())
        assert A not in stored
        assert f"mailto:{A}" in set(actors.names(tx).values())
        row = rows(office)[A]
        forgetting.name(tx, f"mailto:{A}", at=PUBLISHED, by="k.muster", reason="unneeded")
    assert take_in(office, returned.postfix(row.marker)).to.de.endswith("gelöscht")
