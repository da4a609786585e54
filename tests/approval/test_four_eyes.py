import dataclasses
import datetime as dt

import pytest

from fahndung import approval
from fahndung.approval import Act, Standing, Statement

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MICROSECOND = dt.timedelta(microseconds=1)
DIGEST = "ab" * 32
APPROVER = frozenset({"approver"})
PEOPLE = {
    "entwurf": Standing(id="entwurf", roles=frozenset({"drafter", "approver"}), key_id="k0"),
    "bild": Standing(id="bild", roles=frozenset({"image-verifier", "approver"}), key_id="k1"),
    "eins": Standing(id="eins", roles=APPROVER, key_id="k2"),
    "zwei": Standing(id="zwei", roles=APPROVER, key_id="k3"),
    "pruefer": Standing(id="pruefer", roles=frozenset({"reviewer"}), key_id="k4"),
}


def given(person, **changes):
    statement = Statement(
        act=Act.APPROVE,
        home_id="home-1",
        appeal="fall-1",
        revision=2,
        subject=DIGEST,
        person=person,
        role="approver",
        at=NOW - HOUR,
        expires=NOW + HOUR,
        key_id=PEOPLE[person].key_id if person in PEOPLE else "k9",
    )
    return dataclasses.replace(statement, **changes)


RELEASE = {
    "home_id": "home-1",
    "appeal": "fall-1",
    "revision": 2,
    "digest": DIGEST,
    "drafter": "entwurf",
    "verifiers": {"bild"},
}


def judge(*approvals, people=PEOPLE, required=1, now=NOW):
    return approval.four_eyes(**RELEASE, approvals=approvals, people=people, now=now, required=required)


def counted(*approvals, people=PEOPLE, now=NOW):
    return approval.valid_approvals(**RELEASE, approvals=iter(approvals), people=people, now=now)


def test_one_approval_by_another_person_suffices():
    assert judge(given("eins")) == ()


def test_no_approval_is_a_blocking_problem_of_r44():
    (problem,) = judge()
    assert (problem.rule, problem.severity) == ("R44", "block")
    assert "0 of 1" in problem.message.en


@pytest.mark.parametrize(
    ("approvals", "why"),
    [
        (given("entwurf"), "prepared the record"),
        (given("bild"), "verified an image"),
        (given("pruefer"), "not an approver"),
        (given("eins", role="reviewer"), "not an approver"),
        (given("niemand"), "not niemand's"),
        (given("eins", key_id="k3"), "not eins's"),
        (given("eins", subject="cd" * 32), "another release"),
        (given("eins", appeal="fall-2"), "another release"),
        (given("eins", revision=1), "another release"),
        (given("eins", home_id="home-2"), "another release"),
        (given("eins", act=Act.REVIEW), "another release"),
        (given("eins", expires=NOW), "expired"),
        (given("eins", at=NOW + approval.CLOCK_TOLERANCE + MICROSECOND), "in the future"),
    ],
)
def test_an_approval_that_does_not_count_is_explained(approvals, why):
    assert counted(approvals) == ()
    missing, refused = judge(approvals)
    assert "0 of 1" in missing.message.en
    assert why in refused.message.en
    assert refused.message.de != refused.message.en


@pytest.mark.parametrize(
    "change",
    [{"expires": NOW + MICROSECOND}, {"expires": None}, {"at": NOW + approval.CLOCK_TOLERANCE}],
    ids=["expires-later", "no-expiry", "within-tolerance"],
)
def test_an_approval_counts_up_to_its_limits(change):
    assert judge(given("eins", **change)) == ()


@pytest.mark.parametrize(
    ("revoked_at", "counts"),
    [(NOW - 2 * HOUR, False), (NOW - HOUR, False), (NOW, False), (NOW + MICROSECOND, True)],
    ids=["before-signing", "at-signing", "now", "later"],
)
def test_a_revoked_key_counts_neither_at_signing_nor_now(revoked_at, counts):
    people = {**PEOPLE, "eins": dataclasses.replace(PEOPLE["eins"], revoked_at=revoked_at)}
    assert (judge(given("eins"), people=people) == ()) is counts


def test_a_key_that_is_revoked_before_a_slightly_later_signature_does_not_count():
    people = {**PEOPLE, "eins": dataclasses.replace(PEOPLE["eins"], revoked_at=NOW + MICROSECOND)}
    assert judge(given("eins", at=NOW + 2 * MICROSECOND), people=people) != ()


def test_two_approvals_by_one_person_are_one():
    assert "1 of 2" in judge(given("eins"), given("eins"), required=2)[0].message.en
    assert judge(given("eins"), given("zwei"), required=2) == ()


def test_two_persons_with_one_key_are_one():
    people = {**PEOPLE, "zwei": dataclasses.replace(PEOPLE["zwei"], key_id="k2")}
    assert judge(given("eins"), given("zwei", key_id="k2"), people=people, required=2) != ()


def test_a_standing_under_another_name_does_not_count():
    assert judge(given("eins"), people={"eins": dataclasses.replace(PEOPLE["zwei"], key_id="k2")}) != ()


def test_a_bad_approval_beside_enough_good_ones_is_no_problem():
    assert judge(given("entwurf"), given("eins")) == ()


def test_less_than_one_approval_cannot_be_asked_for():
    with pytest.raises(ValueError):
        judge(given("eins"), required=0)


def test_the_approvals_that_count_come_the_longest_first():
    short, long = given("eins"), given("zwei", expires=NOW + 2 * HOUR)
    endless = given("drei", key_id="k7", expires=None)
    people = {**PEOPLE, "drei": Standing(id="drei", roles=APPROVER, key_id="k7")}
    assert counted(short, given("entwurf"), long, endless, people=people) == (endless, long, short)
    assert counted(short, given("entwurf"), long, endless, people=people, now=NOW + HOUR) == (endless, long)


def test_of_two_approvals_by_one_person_the_longer_one_counts():
    short, long = given("eins"), given("eins", at=NOW - 2 * HOUR, expires=NOW + 2 * HOUR)
    assert counted(short, long) == counted(long, short) == (long,)


def test_of_two_persons_with_one_key_the_longer_approval_counts():
    people = {**PEOPLE, "zwei": dataclasses.replace(PEOPLE["zwei"], key_id="k2")}
    long = given("zwei", key_id="k2", expires=None)
    assert counted(given("eins"), long, people=people) == (long,)


@pytest.mark.parametrize("required", [1, 2, 3])
def test_enough_approvals_are_as_many_as_count(required):
    approvals = (given("eins"), given("zwei"), given("entwurf"), given("eins", expires=None))
    assert len(counted(*approvals)) == 2
    assert (judge(*approvals, required=required) == ()) is (required <= 2)
