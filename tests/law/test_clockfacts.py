"""What the ledger keeps computes the same ends as the record, and holds no names."""

import dataclasses
import datetime as dt

import pytest

from fahndung import resources
from fahndung.law import clockfacts, gate, norms
from fahndung.law.clock import ClockPolicy
from fahndung.law.gate import Facts, Stage
from fahndung.law.periods import FAR
from fahndung.model.appeal import Appeal
from fahndung.model.mandate import Authority, Confirmation, Consent, Medium
from fahndung.testing import cases as examples

TABLE = norms.parse(resources.norms_text())


def example(name: str) -> Appeal:
    import json

    from fahndung import records

    return records.parse(json.loads(examples.files(name)["appeal.json"]))


def facts_of(appeal: Appeal) -> clockfacts.ClockFacts:
    mandate = appeal.legal.mandate
    assert mandate is not None
    norm = TABLE.norm(appeal.legal.basis, mandate.at)
    assert norm is not None
    return clockfacts.of(appeal, norm, ClockPolicy(), now=FAR)


@pytest.mark.peers
@pytest.mark.parametrize("name", examples.NAMES)
def test_thawed_facts_give_the_ends_of_the_record(name: str) -> None:
    appeal = example(name)
    media = frozenset({Medium.WEBSITE, Medium.POSTER})
    judged = gate.ends(Facts(stage=Stage.DRAFT, appeal=appeal, norms=TABLE, media=media))
    thawed = clockfacts.thaw(clockfacts.freeze(facts_of(appeal)))
    assert thawed == facts_of(appeal)
    assert clockfacts.thaw(clockfacts.freeze(facts_of(appeal))) is thawed, "all copies of an appeal share them"
    assert {end.medium: end.at for end in thawed.ends(media)} == {end.medium: end.at for end in judged}
    assert [clock.kind for clock in thawed.clocks(sorted(media))]


def test_frozen_facts_hold_no_free_text_about_people() -> None:
    appeal = example("missing-girl")
    frozen = clockfacts.freeze(facts_of(appeal)).decode()
    for word in ("Lina", "Eltern", "Musterhausen", "family-1"):
        assert word not in frozen


def test_a_revoked_consent_is_in_the_facts() -> None:
    appeal = example("missing-girl")
    revoked = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
    legal = dataclasses.replace(appeal.legal, consent=Consent(by="Eltern", revoked_at=revoked))
    facts = clockfacts.thaw(clockfacts.freeze(facts_of(dataclasses.replace(appeal, legal=legal))))
    (end,) = facts.ends([Medium.WEBSITE])
    assert (end.at, end.clock) == (revoked, "consent")


def test_without_a_fixed_end_there_is_none() -> None:
    appeal = example("missing-girl")
    decision = appeal.legal.decision
    assert decision is not None
    scope = dataclasses.replace(decision.scope, until=None)
    legal = dataclasses.replace(appeal.legal, decision=dataclasses.replace(decision, scope=scope))
    plan = dataclasses.replace(appeal.publication, until=None)
    facts = facts_of(dataclasses.replace(appeal, legal=legal, publication=plan))
    assert facts.fixed_end([Medium.WEBSITE]) is None


def test_a_record_without_mandate_has_no_facts() -> None:
    appeal = example("missing-girl")
    legal = dataclasses.replace(appeal.legal, decision=None)
    norm = TABLE.norm(appeal.legal.basis, dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    assert norm is not None
    with pytest.raises(ValueError, match="without a mandate"):
        clockfacts.of(dataclasses.replace(appeal, legal=legal), norm, ClockPolicy(), now=FAR)


@pytest.mark.parametrize("frozen", [b"{}", b"no json", b"[]"])
def test_spoiled_facts_are_a_value_error(frozen: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        clockfacts.thaw(frozen)


@pytest.mark.parametrize(("late", "counts"), [(0, 1), (1, 0)])
def test_a_confirmation_that_nobody_has_given_yet_stays_behind(late: int, counts: int) -> None:
    appeal = example("jewellery-theft")
    mandate = appeal.legal.mandate
    assert mandate is not None
    norm = TABLE.norm(appeal.legal.basis, mandate.at)
    assert norm is not None
    now = mandate.at + dt.timedelta(days=2)
    given = Confirmation(by=Authority.JUDGE, authority="AG", reference="1", at=now + dt.timedelta(seconds=late))
    legal = dataclasses.replace(appeal.legal, confirmations=(given,))
    kept = clockfacts.of(dataclasses.replace(appeal, legal=legal), norm, ClockPolicy(), now=now)
    assert len(kept.confirmations) == counts
