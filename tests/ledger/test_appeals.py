import hashlib

import pytest

from fahndung.approval import Act
from fahndung.errors import InvalidRecord, UsageError
from fahndung.ledger import appeals, audit
from fahndung.ledger.faults import Contradiction
from fahndung.model.appeal import Category

from .world import APPEAL, BY, MINUTE, NOW, manifest, signed_act, submission


def test_a_submission_comes_back_as_handed_in(ledger):
    second = submission(revision=2, category=Category.MISSING, criminal=False, clock_facts=b'{"a":1}')
    with ledger.write(NOW) as tx:
        appeals.submit(tx, second, by=BY)
    with ledger.read() as tx:
        assert appeals.get(tx, APPEAL, 1) == submission()
        assert appeals.get(tx, APPEAL) == appeals.get(tx, APPEAL, 2) == second
        assert appeals.all(tx) == (submission(), second)


@pytest.mark.parametrize(("appeal", "revision"), [(APPEAL, 1), (APPEAL, 3), ("new-1", 2), ("new-1", 0)])
def test_revisions_are_handed_in_one_after_the_other(ledger, appeal, revision):
    with pytest.raises(InvalidRecord, match="the next one is") as caught, ledger.write(NOW) as tx:
        appeals.submit(tx, submission(appeal, revision), by=BY)
    assert caught.value.exit_code == 3


def test_an_unknown_drafter_is_refused(ledger):
    with pytest.raises(UsageError, match="niemand"), ledger.write(NOW) as tx:
        appeals.submit(tx, submission("new-1", prepared_by="niemand"), by=BY)


def test_an_unknown_appeal_is_a_usage_error_or_none(ledger):
    with ledger.read() as tx:
        assert appeals.find(tx, "new-1") is None
        assert appeals.find(tx, APPEAL, 2) is None
        with pytest.raises(UsageError, match="new-1 has not been"):
            appeals.get(tx, "new-1")
        with pytest.raises(UsageError, match="revision 2"):
            appeals.get(tx, APPEAL, 2)


def test_acts_come_back_in_order_and_by_kind(ledger):
    acts = [
        signed_act("k.muster", Act.SUBMIT, "r"),
        signed_act(subject="a"),
        signed_act(subject="b"),
        signed_act("k.muster", Act.VERIFY_IMAGE, "i"),
    ]
    with ledger.write(NOW) as tx:
        for act in acts:
            appeals.add_act(tx, act)
    with ledger.read() as tx:
        assert appeals.acts(tx, APPEAL) == tuple(acts)
        assert appeals.acts(tx, APPEAL, 1, Act.APPROVE) == tuple(acts[1:3])
        assert appeals.acts(tx, APPEAL, 2) == appeals.acts(tx, "new-1") == ()
        assert audit.export(tx, APPEAL)[-1]["action"] == "act.verify-image"


def test_nobody_signs_the_same_thing_twice(ledger):
    with ledger.write(NOW) as tx:
        appeals.add_act(tx, signed_act())
        appeals.add_act(tx, signed_act("k.muster"))
    with pytest.raises(UsageError, match=r"already signed this on 20\d\d-\d\d-\d\d at "), ledger.write(NOW) as tx:
        appeals.add_act(tx, signed_act(at=NOW + MINUTE))


@pytest.mark.parametrize("change", [{"revision": 2}, {"appeal": "new-1"}, {"person": "niemand"}])
def test_an_act_needs_a_known_person_and_revision(ledger, change):
    with pytest.raises(UsageError), ledger.write(NOW) as tx:
        appeals.add_act(tx, signed_act(**change))


def test_a_countersignature_is_no_act_of_an_appeal(ledger):
    with pytest.raises(Contradiction), ledger.write(NOW) as tx:
        appeals.add_act(tx, signed_act(act=Act.COUNTERSIGN))


def test_a_release_comes_back_and_the_one_built_last_is_the_latest(ledger):
    first, _ = manifest()
    second, data = manifest(build=2)
    with ledger.write(NOW) as tx:
        appeals.add_release(tx, second, APPEAL, 1, data, at=NOW + MINUTE, by=BY)
    with ledger.read() as tx:
        assert appeals.release(tx, second).manifest == data
        assert appeals.latest_release(tx, APPEAL, 1).digest == second
        assert appeals.release(tx, first).at == NOW
        assert appeals.latest_release(tx, APPEAL, 2) is None
    with ledger.write(NOW) as tx:
        appeals.add_release(tx, first, APPEAL, 1, manifest()[1], at=NOW + 2 * MINUTE, by=BY)
    with ledger.read() as tx:
        assert appeals.latest_release(tx, APPEAL, 1).digest == first


def test_the_release_built_last_again_changes_nothing(ledger):
    digest, data = manifest()
    with ledger.read() as tx:
        before = audit.head(tx)
    with ledger.write(NOW) as tx:
        appeals.add_release(tx, digest, APPEAL, 1, data, at=NOW + MINUTE, by=BY)
    with ledger.read() as tx:
        assert audit.head(tx) == before


def test_a_digest_that_is_not_the_manifests_is_refused(ledger):
    with pytest.raises(Contradiction, match="is not the digest"), ledger.write(NOW) as tx:
        appeals.add_release(tx, "ab" * 32, APPEAL, 1, b"{}", at=NOW, by=BY)


def test_a_digest_belongs_to_one_revision(ledger):
    digest, data = manifest()
    with ledger.write(NOW) as tx:
        appeals.submit(tx, submission(revision=2), by=BY)
    with pytest.raises(Contradiction, match="revision 1"), ledger.write(NOW) as tx:
        appeals.add_release(tx, digest, APPEAL, 2, data, at=NOW, by=BY)


def test_a_release_needs_a_known_revision(ledger):
    data = b"{}"
    with pytest.raises(UsageError), ledger.write(NOW) as tx:
        appeals.add_release(tx, hashlib.sha256(data).hexdigest(), "new-1", 1, data, at=NOW, by=BY)
    with ledger.read() as tx, pytest.raises(UsageError, match="No release"):
        appeals.release(tx, "ab" * 32)
