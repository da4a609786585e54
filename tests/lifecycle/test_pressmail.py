"""Press mail through the real lifecycle: one row for each recipient, one closing notice, corrections, refusals.

The mail server's own journal is the judge.
"""

import collections
import datetime as dt
import json
import pathlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fahndung.channels.pressmail import PressMail
from fahndung.errors import ChannelFailed, InvalidConfig, NotPublishable, UsageError
from fahndung.ledger import (
    accounts,
    actors,
    audit,
    byhand,
    endings,
    erasure,
    forgetting,
    publications,
    recipients,
    spans,
)
from fahndung.ledger.endings import Ending
from fahndung.ledger.publications import Publication
from fahndung.lifecycle import (
    account,
    causes,
    drafting,
    mailing,
    planning,
    readying,
    rehearsing,
    rounds,
    sweep,
    takedown,
    takendown,
    turns,
    verification,
    worker,
)
from fahndung.lifecycle.shift import on_shift
from fahndung.model.alarm import Kind
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId, PersonId
from fahndung.model.publication import State
from tests import world
from tests.channels import postmaster
from tests.channels.postmaster import CUT_AFTER, DEFERRED, PASSWORD, REFUSED, SPAM, Running
from tests.press import (
    PRESS,
    PRESS_REVIEW,
    A,
    B,
    C,
    configured,
    office,
    pair_office,
    press_template,
    server,
    to_the_press,
)
from tests.world import PAIR, PUBLISHED, World

__all__ = ["office", "pair_office", "press_template", "server"]

MINUTE = dt.timedelta(minutes=1)


def rows(made: World, appeal: str = PRESS) -> dict[str, Publication]:
    """The latest message to each address."""
    with made.ledger.read() as tx:
        found = publications.rows(tx, appeal, channel="press-mail")
        return {str(recipients.address_of(tx, row.target)): row for row in found}


def counted(server: Running) -> collections.Counter[str]:
    return collections.Counter(taken.to for taken in server.taken())


def end(made: World, now: dt.datetime = PUBLISHED, **values: Any) -> takendown.Outcome:
    reason = values.pop("reason", EndReason.FOUND)
    appeal = AppealId(values.pop("appeal", PRESS))
    ending = Ending(appeal=appeal, reason=reason, by="k.muster", at=now, **values)
    return takedown.end(made.home, made.ledger, ending, now=now)


@pytest.mark.peers
def test_each_newsroom_gets_one_mail_by_itself_and_the_end_in_the_same_thread(office: World, server: Running) -> None:
    done = office.publish(PRESS)
    assert (done.failed, done.refused) == ((), ())
    assert [row.state for row in done.mailings["press-mail"]] == [State.LIVE] * 3
    assert counted(server) == {A: 1, B: 1, C: 1}
    first = {mail["To"].addresses[0].addr_spec: mail for mail in server.mails()}
    for address, mail in first.items():
        others = {A, B, C, "weg@aus.example"} - {address}
        assert not [one for one in others if one in mail.as_string()]
        assert mail["Reply-To"] == postmaster.OFFICE
        assert mail["List-Unsubscribe"] == f"<mailto:{postmaster.OFFICE}?subject=Abmeldung>"
        assert "genügt eine Antwort mit „Abmeldung“" in mail.get_content()
        assert {"Cc", "Bcc"} & set(mail.keys()) == set()
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
        assert mail["Reply-To"] == postmaster.OFFICE
        assert not [one for one in {A, B, C} - {address} if one in mail.as_string()]
        assert "erledigt" in mail.get_content()
    assert all(row.state is State.BY_HAND and row.withdrawn_at for row in rows(office).values())


@pytest.mark.peers
def test_the_end_is_told_once_whatever_runs_afterwards(office: World, server: Running) -> None:
    office.publish(PRESS)
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


@pytest.mark.peers
def test_a_test_is_sent_whatever_an_accounts_embargo_and_not_before_the_instant(office: World, server: Running) -> None:
    def later(record: dict[str, Any]) -> None:
        to_the_press(record)
        record["revision"] = 2
        record["publication"]["not_before"] = world.NOT_BEFORE.isoformat()

    configured(office, server, embargo="15min")
    office.ready(office.case("witness-call", later))
    tried = {"appeal_id": PRESS, "to": "ich@polizei.example"}
    with pytest.raises(NotPublishable, match=r"08:00.*a test no more than the mail itself"):
        rehearsing.try_out(office.home, office.ledger, **tried, now=world.BEFORE)
    rehearsing.try_out(office.home, office.ledger, **tried, now=PUBLISHED)
    assert counted(server) == {"ich@polizei.example": 1}


@pytest.mark.peers
def test_an_end_by_clock_is_told_with_its_reason(office: World, server: Running) -> None:
    office.publish(PRESS)
    done = takedown.takedown(office.home, office.ledger, now=PRESS_REVIEW, by="timer")
    assert len(done.told) == 3
    takedown.takedown(office.home, office.ledger, now=PRESS_REVIEW + MINUTE, by="timer")
    assert counted(server) == {A: 2, B: 2, C: 2}
    assert all("Widerruf" in mail["Subject"] for mail in server.mails()[3:])


@pytest.mark.peers
def test_an_end_for_the_press_alone_says_nothing_of_the_appeal_and_an_error_later_is_told(
    office: World, server: Running
) -> None:
    office.publish(PRESS)
    end(office, channel="press-mail")
    told = server.mails()[3:]
    assert [mail["Subject"].split(":")[0] for mail in told] == ["Rücknahme des Ersuchens an Sie"] * 3
    assert not any("erledigt" in mail.get_content() for mail in told)
    end(office, PUBLISHED + MINUTE, reason=EndReason.ERROR)
    assert all(mail["Subject"].startswith("EILT: Rückruf") for mail in server.mails()[6:])
    assert counted(server) == {A: 3, B: 3, C: 3}


@pytest.mark.peers
def test_an_end_by_clock_that_nobody_has_recorded_is_recorded_and_told_once(office: World, server: Running) -> None:
    office.publish(PRESS)
    with on_shift(office.home, office.ledger, what="t", by="t", clock=lambda: PRESS_REVIEW) as shift:
        with office.ledger.read() as tx:
            website, mails = (publications.rows(tx, PRESS, channel=name) for name in ("website", "press-mail"))
        for row in (*website, *mails):
            turns.turn(shift, row.id)
        with office.ledger.read() as tx:
            (wish,) = endings.endings(tx, PRESS)
    assert (wish.medium, wish.reason) == (mails[0].medium, EndReason.REVIEW)
    assert counted(server) == {A: 2, B: 2, C: 2}
    takedown.takedown(office.home, office.ledger, now=PRESS_REVIEW + MINUTE, by="timer")
    end(office, PRESS_REVIEW + 2 * MINUTE)
    assert counted(server) == {A: 2, B: 2, C: 2}


@pytest.mark.peers
def test_copies_stay_open_until_people_say_so_one_by_one_or_all(office: World) -> None:
    office.publish(PRESS)
    end(office)
    with office.ledger.write(PUBLISHED) as tx:
        (item,) = byhand.open_items(tx, PRESS)
        with pytest.raises(UsageError):
            byhand.acknowledge(tx, item.id, "weg@aus.example", person="k.muster", note="x", at=PUBLISHED)
        with pytest.raises(UsageError):
            byhand.acknowledge(tx, item.id, A, person="k.muster", note=" ", at=PUBLISHED)
        assert byhand.acknowledge(tx, item.id, A, person="k.muster", note="Mail vom 21.11.", at=PUBLISHED) == 2
    assert rows(office)[A].state is State.CLOSED
    with office.ledger.write(PUBLISHED) as tx:
        byhand.close(tx, item.id, person="k.muster", note="nachgefragt", at=PUBLISHED)
    assert {row.state for row in rows(office).values()} == {State.CLOSED}


@pytest.mark.peers
def test_the_last_acknowledgement_closes_the_item(office: World) -> None:
    office.publish(PRESS)
    end(office)
    with office.ledger.write(PUBLISHED) as tx:
        (item,) = byhand.open_items(tx, PRESS)
        left = [byhand.acknowledge(tx, item.id, one, person="k.muster", note="ok", at=PUBLISHED) for one in (A, B, C)]
        assert left == [2, 1, 0]
        assert byhand.open_items(tx, PRESS) == ()


@pytest.mark.peers
def test_a_refused_address_is_final_and_told_and_gets_no_closing_notice(office: World, server: Running) -> None:
    server.fail(REFUSED, B)
    server.fail(SPAM, C)
    for _ in range(2):
        done = office.publish(PRESS)
        assert (done.failed, done.refused) == ((), ()), "somebody got it, and no retry helps the others"
        states = {address: row.state for address, row in rows(office).items()}
        assert states == {A: State.LIVE, B: State.REJECTED, C: State.REJECTED}
        assert {row.state for row in done.mailings["press-mail"]} == {State.LIVE, State.REJECTED}
    assert PASSWORD not in repr(rows(office))
    end(office)
    assert counted(server) == {A: 2}


@pytest.mark.peers
def test_a_mailing_that_nobody_took_is_refused_and_one_that_may_yet_arrive_has_failed(
    office: World, server: Running
) -> None:
    server.fail(REFUSED, A, B)
    server.fail(DEFERRED, C)
    done = office.publish(PRESS)
    assert ([name for name, _ in done.failed], done.refused) == (["press-mail"], ())
    server.fail(REFUSED, C)
    for _ in range(2):
        done = office.publish(PRESS, PUBLISHED + MINUTE)
        assert done.failed == ()
        ((name, why),) = done.refused
        assert (name, "refused the address (550)" in why.en) == ("press-mail", True)


@pytest.mark.peers
@pytest.mark.parametrize(("fault", "code"), [(REFUSED, "refused"), (DEFERRED, "failed")])
def test_what_a_worker_was_told_is_told_alike(office: World, server: Running, fault: str, code: str) -> None:
    server.fail(fault, A, B, C)
    office.publish(PRESS)
    with office.home.lock():
        done = office.publish(PRESS, only=["press-mail"], patience=0)
    told = {"failed": done.failed, "refused": done.refused}
    assert {name: [channel for channel, _ in why] for name, why in told.items() if why} == {code: ["press-mail"]}


@pytest.mark.peers
def test_a_refusal_for_now_is_tried_again_later(office: World, server: Running) -> None:
    server.fail(DEFERRED, B)
    done = office.publish(PRESS)
    assert [name for name, _ in done.failed] == ["press-mail"]
    row = rows(office)[B]
    assert (row.state, row.problem is not None, row.next_at is not None) == (State.PUBLISHING, True, True)
    again = office.publish(PRESS, PUBLISHED + 10 * MINUTE)
    assert (again.failed, again.refused) == ((), ())
    assert counted(server) == {A: 1, B: 1, C: 1}


def test_a_login_that_is_refused_is_an_alarm_and_not_tried_for_everybody(office: World, server: Running) -> None:
    server.rule(no_login=True)
    with pytest.raises(Exception, match="refused user or password"):
        office.publish(PRESS)
    server.rule(no_login=False)
    with office.ledger.read() as tx:
        assert publications.rows(tx, PRESS) == ()


@pytest.mark.peers
@pytest.mark.parametrize("policy", ["by-hand", "repeat"])
def test_a_lost_connection_after_the_mail_follows_the_policy(
    press_template: pathlib.Path, server: Running, tmp_path: pathlib.Path, policy: str
) -> None:
    for made in world.copied(press_template, tmp_path / "home"):
        configured(made, server, on_unknown=policy)
        server.fail(CUT_AFTER, B)
        made.publish(PRESS)
        assert rows(made)[B].state is State.PUBLISHING
        done = made.publish(PRESS, PUBLISHED + 10 * MINUTE)
        assert counted(server) == {A: 1, B: 2 if policy == "repeat" else 1, C: 1}
        copies = [taken for taken in server.taken() if taken.to == B]
        assert len({(copy.id, copy.sha256) for copy in copies}) == 1, "the same bytes, the same Message-ID"
        with made.ledger.read() as tx:
            items = byhand.open_items(tx, PRESS)
        assert [B in item.what.de for item in items] == ([] if policy == "repeat" else [True])
        assert all("ask this recipient" in item.why.en and "löschen" not in item.why.de for item in items)
        assert bool(done.failed) is (policy == "by-hand")
        end(made, PUBLISHED + 20 * MINUTE)  # who may have it is told
        assert counted(server)[B] == (3 if policy == "repeat" else 2)


@pytest.mark.peers
@pytest.mark.parametrize("policy", ["by-hand", "repeat"])
def test_a_closing_notice_of_which_nobody_knows_follows_the_policy(
    press_template: pathlib.Path, server: Running, tmp_path: pathlib.Path, policy: str
) -> None:
    for made in world.copied(press_template, tmp_path / "home"):
        configured(made, server, on_unknown=policy)
        made.publish(PRESS)
        server.fail(CUT_AFTER, B)
        server.fail(REFUSED, C)
        end(made, PUBLISHED)
        takedown.takedown(made.home, made.ledger, now=PUBLISHED + 10 * MINUTE, by="timer")
        takedown.takedown(made.home, made.ledger, now=PUBLISHED + 20 * MINUTE, by="timer")
        assert counted(server) == {A: 2, B: 2, C: 1}
        with made.ledger.read() as tx:
            named = sorted(item.what.de for item in byhand.open_items(tx, PRESS))
        assert len(named) == 3
        assert rows(made)[C].withdrawn_at is None


@pytest.mark.peers
def test_who_opted_out_before_the_instant_of_sending_gets_nothing(office: World, server: Running) -> None:
    ready = readying.prepare(office.home, office.ledger, appeal_id=PRESS, now=PUBLISHED)
    planning.each(office.ledger, ready, now=PUBLISHED, by="k.muster")  # planned, and then the run was cut off
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


def test_many_messages_are_verified_together_for_a_moment_and_then_anew(office: World, server: Running) -> None:
    ready = readying.prepare(office.home, office.ledger, appeal_id=PRESS, now=PUBLISHED)
    planning.each(office.ledger, ready, now=PUBLISHED, by="k.muster")
    seconds = [0.0]
    verified = drafting.Verified(lambda: seconds[0])

    def draft(row: Publication) -> str:
        made = drafting.draft_of(office.home, office.ledger, row, now=PUBLISHED, verified=verified)
        return made.marker

    messages = list(rows(office).values())
    assert draft(messages[0]) == messages[0].marker
    for path in office.home.path.glob("releases/*/texts/press.txt"):
        path.write_text("verändert", "utf-8")
    seconds[0] = drafting.FRESH_S - 0.1
    assert draft(messages[1]) == messages[1].marker, "as it was approved, whatever lies there now"
    seconds[0] = drafting.FRESH_S
    with pytest.raises(NotPublishable):
        draft(messages[2])


@pytest.mark.peers
def test_the_ledger_knows_addresses_in_one_place_and_the_log_none(office: World) -> None:
    office.publish(PRESS)
    end(office)
    with office.ledger.read() as tx:
        bodies = b"".join(tx.connection.exec_driver_sql("SELECT body FROM event").scalars())
        stored = repr(tx.connection.exec_driver_sql("SELECT * FROM publication").all())
        stored += repr(tx.connection.exec_driver_sql("SELECT * FROM by_hand").all())
        stored += repr(tx.connection.exec_driver_sql("SELECT * FROM operation").all())
        known = set(actors.names(tx).values())
        exported = json.dumps(audit.export(tx, PRESS))
    for address in (A, B, C):
        assert address.encode() not in bodies
        assert address not in stored
        assert f"mailto:{address}" in known
        assert address in exported
    assert audit.verify(office.ledger) == ()


@pytest.mark.peers
def test_an_address_is_forgotten_when_neither_a_row_nor_an_event_needs_it(office: World) -> None:
    office.publish(PRESS)
    end(office, PUBLISHED + MINUTE)
    with office.ledger.read() as tx:
        found, _ = spans.spans(tx)
        assert {one.end for one in found if one.channel == "press-mail"} == {PUBLISHED + MINUTE}
    later = PUBLISHED + 2 * MINUTE
    with office.ledger.write(later) as tx:
        for item in byhand.open_items(tx, PRESS):
            byhand.close(tx, item.id, person="k.muster", note="nachgefragt", at=later)
        assert not [name for name in forgetting.unneeded(tx) if name.startswith("mailto:")], "the log names them"
        numbers = [number for number, _ in erasure.dated(tx, PRESS)]
        erasure.erase(tx, numbers, at=later, by="worker", reason="log", under="§ 76 BDSG")
        assert {f"mailto:{one}" for one in (A, B, C)} <= {*forgetting.unneeded(tx)}
        for one in (A, B, C):
            forgetting.name(tx, f"mailto:{one}", at=later, by="worker", reason="unneeded")
        stored = repr(tx.connection.exec_driver_sql("SELECT * FROM actor").all())
        row = publications.rows(tx, PRESS, channel="press-mail")[0]
        assert recipients.told(tx, row.target).de.endswith("gelöscht")
    assert not [one for one in (A, B, C) if one in stored]
    assert audit.verify(office.ledger) == ()


@pytest.mark.peers
def test_a_person_whose_search_is_over_is_told_and_the_end_once_more(pair_office: World, server: Running) -> None:
    pair_office.publish(PAIR)
    end(pair_office, PUBLISHED, appeal=PAIR, person=PersonId("p2"))
    part = [mail for mail in server.mails()[3:] if "teilweise beendet" in mail["Subject"]]
    assert len(part) == 3
    takedown.takedown(pair_office.home, pair_office.ledger, now=PUBLISHED + MINUTE, by="timer")
    assert counted(server) == {A: 2, B: 2, C: 2}
    end(pair_office, PUBLISHED + 2 * MINUTE, appeal=PAIR)
    whole = server.mails()[6:]
    assert [("beendet" in mail["Subject"], "teilweise" in mail["Subject"]) for mail in whole] == [(True, False)] * 3
    assert len({mail["Message-ID"] for mail in server.mails()}) == 9


@pytest.mark.peers
def test_an_error_that_came_to_light_after_the_end_is_told_as_well(office: World, server: Running) -> None:
    office.publish(PRESS)
    end(office)
    end(office, PUBLISHED + MINUTE, reason=EndReason.ERROR)
    end(office, PUBLISHED + 2 * MINUTE, reason=EndReason.ERROR)
    assert counted(server) == {A: 3, B: 3, C: 3}
    assert all(mail["Subject"].startswith("EILT") for mail in server.mails()[6:])


@pytest.mark.peers
def test_a_test_goes_to_one_address_and_leaves_no_trace(office: World, server: Running) -> None:
    assert rehearsing.try_out(office.home, office.ledger, appeal_id=PRESS, to="ich@polizei.example", now=PUBLISHED) == (
        "press-mail",
    )
    (mail,) = server.mails()
    assert mail["To"].addresses[0].addr_spec == "ich@polizei.example"
    assert mail["Subject"].startswith("TEST, nicht veröffentlichen: ")
    with office.ledger.read() as tx:
        assert publications.rows(tx, PRESS) == ()
    office.publish(PRESS)
    end(office)
    with pytest.raises(NotPublishable):
        rehearsing.try_out(office.home, office.ledger, appeal_id=PRESS, to="ich@polizei.example", now=PUBLISHED)


def revised(record: dict[str, Any]) -> None:
    to_the_press(record)
    record["revision"] = 2
    record["publication"]["stand"] = "2026-11-17T09:10:00+01:00"


@pytest.mark.peers
def test_a_correction_goes_to_those_who_got_the_first_and_the_end_once(office: World, server: Running) -> None:
    server.fail(REFUSED, C)
    office.publish(PRESS)
    server.list(f"{A},,,", f"{B},,,ja", f"{C},,,", "neu@zeitung.example,,,")
    office.ready(office.case("witness-call", revised))
    done = office.publish(PRESS, PUBLISHED + MINUTE)
    assert (done.failed, done.refused) == ((), ())
    second = {mail["To"].addresses[0].addr_spec: mail for mail in server.mails()[2:]}
    assert second.keys() == {A, C, "neu@zeitung.example"}
    first = next(mail for mail in server.mails() if mail["To"].addresses[0].addr_spec == A)
    assert second[A]["Subject"].startswith("Korrektur: ")
    assert second[A]["In-Reply-To"] == first["Message-ID"]
    for address in (C, "neu@zeitung.example"):  # they never got the first one
        assert (second[address]["In-Reply-To"], "Korrektur" in second[address]["Subject"]) == (None, False)
    with office.ledger.read() as tx:
        (item,) = (one for one in byhand.open_items(tx, PRESS) if one.publication is not None)
    assert B in item.what.de, "who opted out got the first and hears nothing of the second: a person tells them"
    end(office, PUBLISHED + 2 * MINUTE)
    assert counted(server) == {A: 3, B: 2, C: 2, "neu@zeitung.example": 2}
    closing = [mail for mail in server.mails() if mail["To"].addresses[0].addr_spec == A][-1]
    assert closing["In-Reply-To"] == second[A]["Message-ID"]


@pytest.mark.peers
def test_a_correction_is_no_correction_to_whom_the_first_never_reached(office: World, server: Running) -> None:
    server.fail(DEFERRED, B)
    office.publish(PRESS)
    assert counted(server) == {A: 1, C: 1}
    office.ready(office.case("witness-call", revised))
    office.publish(PRESS, PUBLISHED + MINUTE)
    takedown.takedown(office.home, office.ledger, now=PUBLISHED + 20 * MINUTE, by="timer")
    assert counted(server) == {A: 2, B: 1, C: 2}
    (mail,) = (mail for mail in server.mails() if mail["To"].addresses[0].addr_spec == B)
    assert (mail["In-Reply-To"], "Korrektur" in mail["Subject"]) == (None, False)


@pytest.mark.peers
def test_the_press_is_told_after_the_others_were_taken_down_or_it_was_tried(
    office: World, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publish(PRESS)
    with office.ledger.write(PUBLISHED) as tx:
        for row in publications.rows(tx, PRESS):
            publications.want_down(tx, [row.id], now=PUBLISHED, by="t")
        wish = Ending(appeal=AppealId(PRESS), reason=EndReason.FOUND, by="t", at=PUBLISHED)
        endings.end(tx, wish)
        (website,) = publications.rows(tx, PRESS, channel="website")
        mails = publications.rows(tx, PRESS, channel="press-mail")
    with on_shift(office.home, office.ledger, what="t", by="t", clock=lambda: PUBLISHED) as shift:
        early = turns.turn(shift, mails[0].id)
        assert (early.outcome, early.row.state) == (None, State.LIVE)
        assert early.why is not None
        assert "website" in early.why.en

        def unreachable(self: object, posting: object) -> None:
            raise ChannelFailed("away", "weg")

        monkeypatch.setattr("fahndung.channels.website.Website.withdraw", unreachable)
        turns.turn(shift, website.id)
        assert len(server.taken()) == 3
        assert turns.turn(shift, mails[0].id).row.withdrawn_at == PUBLISHED
    assert len(server.taken()) == 4


@pytest.mark.peers
def test_a_notice_that_cannot_be_written_is_left_to_a_person(office: World, server: Running) -> None:
    office.publish(PRESS)
    for path in office.home.path.glob("releases/*/texts/closing-reached.txt"):
        path.unlink()
    done = end(office)
    assert (done.told, counted(server)) == ((), {A: 1, B: 1, C: 1})
    assert done.online_past_end == 3
    with office.ledger.read() as tx:
        assert len(byhand.open_items(tx, PRESS)) == 3
        assert all(not mailing.is_told(row) for row in publications.rows(tx, PRESS) if mailing.is_addressed(row))


@pytest.mark.peers
def test_an_address_that_was_forgotten_is_left_to_a_person(office: World, server: Running) -> None:
    office.publish(PRESS)
    with office.ledger.write(PUBLISHED) as tx:
        assert f"mailto:{A}" not in forgetting.unneeded(tx), "something may still have to be sent there"
        forgetting.name(tx, f"mailto:{A}", at=PUBLISHED, by="k.muster", reason="unneeded")
    end(office)
    assert counted(server) == {A: 1, B: 2, C: 2}
    with office.ledger.read() as tx:
        (item,) = (one for one in byhand.open_items(tx, PRESS) if one.publication is not None)
    assert "gelöscht" in item.what.de


@pytest.mark.peers
def test_an_empty_list_and_a_wrong_one_stop_everything_before_the_first_call(office: World, server: Running) -> None:
    server.list(f"{A},,,ja")
    with pytest.raises(NotPublishable, match="names nobody"):
        office.publish(PRESS)
    server.list(f"{A},,,", "b@blatt.example,Das\x07Blatt,,")
    with pytest.raises(InvalidConfig, match="line 3"):
        office.publish(PRESS)
    with office.ledger.read() as tx:
        assert publications.rows(tx, PRESS) == ()
    assert list(office.site.iterdir()) == []


@pytest.mark.peers
def test_the_region_chooses_who_gets_it(pair_office: World, server: Running) -> None:
    server.list(f"{A},,DED2,", f"{B},,DE3,", f"{C},,DE,")
    pair_office.publish(PAIR)
    assert counted(server) == {A: 1, C: 1}, "the order names DED"


@pytest.mark.peers
def test_a_mailing_is_no_orphan_and_no_reason_to_call_a_sweep_incomplete(office: World) -> None:
    office.publish(PRESS)
    swept = sweep.sweep(office.home, office.ledger, now=PUBLISHED, by="t")
    assert (swept.unlisted, swept.orphans) == ((), ())


@pytest.mark.peers
def test_a_worker_sends_what_is_planned_eight_at_once_and_each_once(office: World, server: Running) -> None:
    names = [f"n{number:02}@zeitung.example" for number in range(20)]
    server.list(*(f"{name},,," for name in names))
    ready = readying.prepare(office.home, office.ledger, appeal_id=PRESS, now=PUBLISHED)
    planning.each(office.ledger, ready, now=PUBLISHED, by="k.muster")
    with (
        on_shift(office.home, office.ledger, what="t", by="t", clock=lambda: PUBLISHED) as shift,
        ThreadPoolExecutor(8) as crew,
    ):
        draft_of = worker.drafting_at(office.home, shift)
        assert len(rounds.serve(shift, "press-mail", draft_of=draft_of, crew=crew).turned) == 20
        assert rounds.serve(shift, "press-mail", draft_of=draft_of, crew=crew).turned == ()
        assert counted(server) == dict.fromkeys(names, 1)
        wish = Ending(appeal=AppealId(PRESS), reason=EndReason.FOUND, by="t", at=PUBLISHED)
        with office.ledger.write(PUBLISHED) as tx:
            endings.end(tx, wish)
        for _ in range(3):
            rounds.serve(shift, "press-mail", crew=crew)
    assert counted(server) == dict.fromkeys(names, 2)


@pytest.mark.peers
def test_one_refused_login_stops_the_others_for_a_minute(office: World, server: Running) -> None:
    ready = readying.prepare(office.home, office.ledger, appeal_id=PRESS, now=PUBLISHED)
    planning.each(office.ledger, ready, now=PUBLISHED, by="k.muster")
    before = server.logins()
    server.rule(no_login=True)
    clock = [PUBLISHED]
    with on_shift(office.home, office.ledger, what="t", by="t", clock=lambda: clock[0]) as shift:
        draft_of = worker.drafting_at(office.home, shift)
        for row in rows(office).values():
            turns.turn(shift, row.id, draft_of=draft_of)
        assert server.logins() == before + 2, "the two ways in which one login is tried"
        with office.ledger.read() as tx:
            assert accounts.get(tx, "press-mail").refused_since == PUBLISHED
            (cause,) = causes.watched(tx, PUBLISHED, causes.Patience(), lambda number: True)
        assert cause.kind is Kind.TOKEN_EXPIRED
        server.rule(no_login=False)
        clock[0] += mailing.AFTER_REFUSAL
        for row in rows(office).values():
            turns.turn(shift, row.id, draft_of=draft_of)
    assert counted(server) == {A: 1, B: 1, C: 1}


@pytest.mark.peers
def test_a_login_that_is_refused_meanwhile_is_tried_once_and_all_go_out_later(
    office: World, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"n{number:02}@zeitung.example" for number in range(20)]
    server.list(*(f"{name},,," for name in names))
    before = server.logins()
    with monkeypatch.context() as patch:
        patch.setattr(PressMail, "check", lambda _: server.rule(no_login=True))
        done = office.publish(PRESS)
    assert [name for name, _ in done.failed] == ["press-mail"]
    assert server.logins() == before + 2, "the two ways in which one login is tried"
    server.rule(no_login=False)
    assert office.publish(PRESS, PUBLISHED + mailing.AFTER_REFUSAL).failed == ()
    assert counted(server) == dict.fromkeys(names, 1)


def test_a_rehearsal_hands_nothing_to_a_mail_server_of_the_world(office: World, server: Running) -> None:
    path = office.home.path / "fahndung.toml"
    path.write_text(path.read_text("utf-8").replace('host = "127.0.0.1"', 'host = "mail.polizei.example"'), "utf-8")
    with pytest.raises(NotPublishable, match=rf"on this machine only.*fahndung publish {PRESS} --channel website'"):
        office.publish(PRESS)
    with pytest.raises(NotPublishable, match="neither does it a test"):
        rehearsing.try_out(office.home, office.ledger, appeal_id=PRESS, to="me@polizei.example", now=PUBLISHED)
    assert server.taken() == []
