import pytest

from fahndung import approval
from fahndung.approval import Act
from fahndung.errors import NotPublishable, UsageError
from fahndung.ledger import people

from .world import BY, DAY, KEYS, NOW, person, signed


def test_a_person_comes_back_as_entered(ledger):
    new = person(
        "n.neu",
        name="Änne Neu",
        roles=frozenset({"drafter", "image-verifier"}),
        added_by="f.freigabe",
        envelope=b"countersigned",
    )
    with ledger.write(NOW) as tx:
        people.add(tx, new, by="f.freigabe")
    with ledger.read() as tx:
        assert people.get(tx, "n.neu") == new
        assert [known.id for known in people.all(tx)] == ["f.freigabe", "k.muster", "n.neu"]


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"drafter", "king"})])
def test_a_role_that_does_not_exist_is_refused(ledger, roles):
    with pytest.raises(UsageError, match="not a role"), ledger.write(NOW) as tx:
        people.add(tx, person("n.neu", roles=roles), by=BY)


def test_an_id_is_given_once_even_after_it_was_revoked(ledger):
    with ledger.write(NOW) as tx:
        people.revoke(tx, "k.muster", at=NOW, by=BY)
    with pytest.raises(UsageError, match=r"k\.muster is or was"), ledger.write(NOW) as tx:
        people.add(tx, person("k.muster", public_key=b"x" * 32), by=BY)


def test_two_people_never_share_a_key(ledger):
    with pytest.raises(UsageError, match=r"k\.muster is or was"), ledger.write(NOW) as tx:
        people.add(tx, person("n.neu", public_key=approval.public_bytes(KEYS["k.muster"])), by=BY)


def test_an_unknown_person_is_a_usage_error(ledger):
    with ledger.read() as tx, pytest.raises(UsageError, match="Nobody is entered as niemand"):
        people.get(tx, "niemand")


def test_of_two_revocations_the_earlier_one_stays(ledger):
    for at, kept in ((NOW + DAY, NOW + DAY), (NOW + 2 * DAY, NOW + DAY), (NOW, NOW)):
        with ledger.write(NOW) as tx:
            people.revoke(tx, BY, at=at, by=BY)
        with ledger.read() as tx:
            assert people.get(tx, BY).revoked_at == kept
            assert people.standings(tx)[BY].revoked_at == kept


def test_keys_of_revoked_people_stay_readable(ledger):
    with ledger.write(NOW) as tx:
        people.revoke(tx, BY, at=NOW, by=BY)
    with ledger.read() as tx:
        public = approval.public_bytes(KEYS[BY])
        assert people.keys(tx)[approval.key_id(public)] == public
        assert people.open_act(tx, signed(BY, Act.SUBMIT, "x")).person == BY


def test_an_act_in_somebody_elses_name_is_refused(ledger):
    with ledger.read() as tx, pytest.raises(NotPublishable, match="another person's key"):
        people.open_act(tx, signed("k.muster", Act.APPROVE, "x", claimed="f.freigabe"))


def test_an_act_for_another_home_is_refused(ledger):
    with ledger.read() as tx, pytest.raises(NotPublishable, match="another home"):
        people.open_act(tx, signed("f.freigabe", Act.APPROVE, "x", home_id="home-2"))
