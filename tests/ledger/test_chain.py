"""The chain as a whole: any history verifies, all of it or part by part; any tampering with it is found."""

import dataclasses
import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from fahndung.errors import Message
from fahndung.ledger import about, actors, audit, byhand, chain, erasure, forgetting, queries
from fahndung.ledger.store import Ledger

from .test_audit import _tamper as tamper
from .world import APPEAL, BY, DAY, HOME, NOW, hand_in, plan, run

APPEALS = (APPEAL, "other-1", "other-2")
PEOPLE = (BY, "s.gast", "d.schutz", "worker")


def _open(tmp_path_factory, template):
    path = tmp_path_factory.mktemp("chain") / "ledger.db"
    path.write_bytes(template)
    return Ledger.open(path, home_id=HOME)


def _event(tx, draw, at):
    audit.append(
        tx,
        at=at,
        by=draw(st.sampled_from(PEOPLE)),
        action="test",
        appeal=draw(st.sampled_from((*APPEALS, None))),
        data={"seq": 1, "appeal": "x", "text": draw(st.text(max_size=5))},
        persons={"recipient": draw(st.sampled_from(("zeitung", None)))},
    )


def _query(tx, draw, at):
    queries.note(tx, APPEAL, at=at, by=draw(st.sampled_from(PEOPLE)), reason="oversight")


def _hand(tx, draw, at):
    item = byhand.add(
        tx,
        byhand.ByHand(appeal=APPEAL, what=Message.same(draw(st.text(max_size=3))), why=Message.same("")),
        at=at,
        by=BY,
    )
    byhand.close(tx, item, person=BY, note="weg", at=at)


def _erase(tx, draw, at):
    numbers = [seq for appeal in APPEALS for seq, _ in erasure.dated(tx, appeal)]
    if numbers:
        some = draw(st.lists(st.sampled_from(numbers), max_size=6))
        erasure.erase(tx, some, at=at, by="d.schutz", reason="log-criminal", under="§ 76 Abs. 4 BDSG")


def _forget(tx, draw, at):
    for name in forgetting.unneeded(tx):
        forgetting.name(tx, name, at=at, by="d.schutz", reason="unneeded")


STEPS = (_event, _query, _hand, _erase, _erase, _forget)


@pytest.mark.peers
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_history_with_erasures_verifies_whole_and_part_by_part(tmp_path_factory, template, data):
    with _open(tmp_path_factory, template) as ledger:
        with ledger.read() as tx:
            since = audit.head(tx)
        heads = [since]
        for number in range(data.draw(st.integers(1, 12))):
            with ledger.write(NOW) as tx:
                data.draw(st.sampled_from(STEPS))(tx, data.draw, NOW + number * DAY)
            with ledger.read() as tx:
                part = audit.judge(tx, since=since)
                assert part.problems == ()
                assert (part.since, part.events) == (since.seq, part.head.seq - since.seq)
                heads.append(part.head)
                since = data.draw(st.sampled_from(heads))
                bodies = run(tx, "SELECT seq, body FROM event WHERE length(body) > 0").all()
        for known in heads:
            assert audit.verify(ledger, known) == ()
        for seq, body in bodies:
            assert rfc8785.dumps(json.loads(body)) == body
            assert json.loads(body)["seq"] == seq
        assert part.head.seq == part.head.count


TAMPERINGS = {
    "body": "UPDATE event SET body = x'7b7d' WHERE seq = {n}",
    "erased": "UPDATE event SET body = x'' WHERE seq = {n}",
    "appeal": "UPDATE event SET appeal = 'another' WHERE seq = {n}",
    "hash": "UPDATE event SET hash = zeroblob(32) WHERE seq = {n}",
    "body-hash": "UPDATE event SET body_hash = zeroblob(32) WHERE seq = {n}",
    "removed": "DELETE FROM event WHERE seq = {n}",
    "cut": "DELETE FROM event WHERE seq >= {n}",
    "moved": "UPDATE event SET seq = 100000 WHERE seq = {n}",
}


@pytest.mark.peers
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_tampering_with_any_history_is_found(tmp_path_factory, template, data):
    with _open(tmp_path_factory, template) as ledger:
        with ledger.write(NOW) as tx:
            for step in (_event, _erase, _event, _query):
                step(tx, data.draw, NOW)
            head = audit.head(tx)
            found = "SELECT seq, appeal FROM event WHERE length(body) > 0 ORDER BY seq"
            whole = [tuple(row) for row in run(tx, found)]
        kind = data.draw(st.sampled_from(sorted(TAMPERINGS)))
        # of an event of no appeal the table itself refuses the erasure
        number, _ = data.draw(st.sampled_from([row for row in whole if kind != "erased" or row[1] is not None]))
        tamper(ledger, TAMPERINGS[kind].format(n=number))
        assert audit.verify(ledger, head) != ()


@pytest.fixture
def grown(ledger):
    """A ledger with a head up to which it was verified, and more events after it."""
    with ledger.write(NOW) as tx:
        plan(tx)
        hand_in(tx, "other-1")
        since = audit.head(tx)
        plan(tx, "m-2", appeal="other-1")
        audit.append(tx, at=NOW, by="s.gast", action="test", appeal=APPEAL)
    return ledger, since


def _part(ledger, since, known=None):
    with ledger.read() as tx:
        return {problem.field for problem in audit.judge(tx, known, since=since).problems}


def test_a_part_is_walked_from_where_it_was_verified(grown):
    ledger, since = grown
    with ledger.read() as tx:
        verdict = audit.judge(tx, since=since)
    assert (verdict.problems, verdict.events, verdict.since) == ((), 2, since.seq)
    tamper(ledger, f"UPDATE event SET body_hash = zeroblob(32) WHERE seq = {since.seq + 1}")
    assert _part(ledger, since) == {f"event/{since.seq + 1}"}


def test_an_older_change_shows_in_a_full_verification_only(grown):
    ledger, since = grown
    tamper(ledger, f"UPDATE event SET body_hash = zeroblob(32) WHERE seq = {since.seq - 1}")
    assert _part(ledger, since) == set()
    assert _part(ledger, None) == {f"event/{since.seq - 1}"}


def test_an_older_removal_shows_in_a_part_too(grown):
    ledger, since = grown
    tamper(ledger, f"DELETE FROM event WHERE seq = {since.seq - 1}")
    assert _part(ledger, since) == {"event"}


def test_a_chain_that_was_replaced_under_the_mark_is_found(grown):
    ledger, since = grown
    assert f"event/{since.seq}" in _part(ledger, dataclasses.replace(since, hash="11" * 32))


def test_an_erasure_of_what_was_verified_before_is_borne_out_in_a_part(grown):
    ledger, since = grown
    with ledger.write(NOW) as tx:
        erasure.erase(tx, [since.seq, since.seq + 1], at=NOW, by=BY, reason="x", under="§ 1")
    assert _part(ledger, since) == set()
    tamper(ledger, f"UPDATE event SET body = x'7b7d' WHERE seq = {since.seq}")
    assert _part(ledger, since) == {f"event/{since.seq + 3}"}


def test_a_head_is_held_against_a_part_as_well(grown):
    ledger, since = grown
    with ledger.read() as tx:
        known = audit.head(tx)
    assert _part(ledger, since, known) == set()
    assert _part(ledger, since, dataclasses.replace(known, hash="11" * 32)) == {f"event/{known.seq}"}
    assert _part(ledger, since, dataclasses.replace(known, home_id="home-2")) == {"event"}
    tamper(ledger, f"DELETE FROM event WHERE seq = {known.seq}")
    assert _part(ledger, since, known) == {"event"}


def test_more_rows_than_stand_in_memory_are_one_chain(grown, monkeypatch):
    ledger, _ = grown
    monkeypatch.setattr(chain, "AT_ONCE", 2)
    assert _part(ledger, None) == set()


@pytest.mark.parametrize(
    "body",
    [
        b'{"action":"a","appeal":null,"at":"x","seq":%d}',
        b'{"seq":%d,"appeal":null}',
        b' {"action":"a","appeal":null,"at":"x","seq":%d}',
    ],
)
def test_a_body_that_is_written_otherwise_is_read_as_a_whole(body):
    filed = chain._Filed()
    assert filed.right(7, None, body % 7)
    assert not filed.right(8, None, body % 7)
    assert not filed.right(7, "x", body % 7)


@pytest.mark.parametrize(
    ("appeal", "body"),
    [
        ("b", b'{"action":"a","appeal":"a","at":"","data":{"appeal":"b","at":""},"seq":7}'),
        ("b", b'{"action":"a\\",\\"appeal\\":\\"b\\",\\"at\\":\\"","appeal":"a","at":"","seq":7}'),
        ("a", b'{"action":"a","appeal":"a","at":"","seq":17}'),
        ("a", b'{"action":"a","appeal":"a","at":"","data":{"seq":7},"seq":8}'),
        ("a", b'{"action":"a","appeal":"ab","at":"","seq":7}'),
        ("a", b"[" * 100_000),
    ],
)
def test_what_only_looks_like_the_number_and_the_appeal_is_not_taken_for_them(appeal, body):
    assert not chain._Filed().right(7, appeal, body)


def test_the_mark_of_the_last_verification_comes_back(ledger):
    with ledger.write(NOW) as tx:
        assert about.verified(tx) is None
        for _ in range(2):
            head = audit.head(tx)
            about.set_verified(tx, head)
            assert about.verified(tx) == head
            audit.append(tx, at=NOW, by=BY, action="test")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "null",
        "[]",
        '{"seq":1}',
        '{"seq":1,"hash":"xy","count":1,"home_id":"home-1"}',
        '{"seq":1,"hash":"00","count":1,"home_id":"home-1"}',
        f'{{"seq":"1","hash":"{"00" * 32}","count":1,"home_id":"home-1"}}',
        "[" * 100_000,
    ],
)
def test_a_mark_that_cannot_be_read_is_none(ledger, value):
    with ledger.write(NOW) as tx:
        run(tx, "INSERT INTO meta (k, v) VALUES ('verified', ?)", (value,))
        assert about.verified(tx) is None


def test_another_homes_mark_is_none(ledger):
    with ledger.write(NOW) as tx:
        about.set_verified(tx, dataclasses.replace(audit.head(tx), home_id="home-2"))
        assert about.verified(tx) is None


def test_the_log_tells_whom_it_still_mentions(grown):
    ledger, _ = grown
    with ledger.read() as tx:
        known = actors.names(tx)
        assert {known[own] for own in chain.mentioned(tx)} == {BY, "s.gast", "f.freigabe"}


def test_an_empty_head_is_in_every_chain_and_another_homes_in_none(grown):
    ledger, since = grown
    with ledger.read() as tx:
        assert chain.holds(tx, chain.Head(seq=0, hash="00" * 32, count=0, home_id=HOME))
        assert chain.holds(tx, since)
        assert not chain.holds(tx, dataclasses.replace(since, home_id="home-2"))
        assert not chain.holds(tx, dataclasses.replace(since, hash="11" * 32))
