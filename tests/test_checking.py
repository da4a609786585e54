"""An appeal of the home is judged at the stage that it has reached."""

import re

import pytest

from fahndung import checking, resources
from fahndung.errors import NotPublishable, UsageError
from fahndung.law.gate import Stage
from fahndung.lifecycle import acts, retention, takedown
from fahndung.model.mandate import Authority, Confirmation
from tests.world import BEFORE, GIRL, GIRL_REVIEW, NOT_BEFORE, PUBLISHED, TRAM, World


def look(world: World, appeal: str = GIRL, now=PUBLISHED) -> checking.Judgement:
    return checking.check(world.home, world.ledger, appeal_id=appeal, now=now)


def blocking(found: checking.Judgement) -> set[str]:
    return {problem.rule for problem in found.problems if problem.severity == "block"}


@pytest.mark.peers
def test_the_stage_follows_the_life_of_the_appeal(empty: World) -> None:
    empty.submit(empty.case("missing-girl"))
    assert look(empty, now=BEFORE).stage is Stage.RELEASE
    empty.verify_images(GIRL)
    empty.build(GIRL)
    empty.approve(GIRL)
    embargoed = look(empty, now=BEFORE)
    assert (embargoed.stage, blocking(embargoed)) == (Stage.PUBLISH, {"R13"})
    assert blocking(look(empty, now=NOT_BEFORE)) == set()
    empty.publish(GIRL)
    live = look(empty)
    assert (live.state, live.stage, live.blocked) == ("live", Stage.RUNNING, False)
    takedown.takedown(empty.home, empty.ledger, now=GIRL_REVIEW, by="timer")
    assert look(empty, now=GIRL_REVIEW).stage is Stage.ENDED


def test_what_is_over_and_not_taken_down_blocks(approved: World) -> None:
    approved.publish(GIRL)
    found = look(approved, now=GIRL_REVIEW)
    assert found.stage is Stage.RUNNING
    assert {"R09", "R37"} <= blocking(found)
    assert found.may_be_online


def test_a_duty_that_is_open_is_not_something_online(approved: World) -> None:
    approved.publish(GIRL)
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    left = look(approved, now=GIRL_REVIEW)
    assert blocking(left) == {"R40"}  # the built pictures still lie in the home
    assert not left.may_be_online
    retention.do(approved.home, approved.ledger, now=GIRL_REVIEW, by="k.muster")
    assert not look(approved, now=GIRL_REVIEW).blocked


def test_a_release_of_an_edition_that_nobody_knows_is_not_published(approved: World, monkeypatch) -> None:
    monkeypatch.setattr("fahndung.lifecycle.facts.parse_manifest", lambda *_: {"versions": {"norms": "n"}})
    assert blocking(look(approved)) == {"R45"}
    with pytest.raises(NotPublishable, match="edition"):
        approved.publish(GIRL)


def test_an_unknown_appeal_is_refused_by_name(empty: World) -> None:
    with pytest.raises(UsageError, match="pdl-2026-9999"):
        look(empty, "pdl-2026-9999")


def test_what_was_recorded_since_counts(approved: World) -> None:
    def lapse_lifted() -> list[bool]:
        return [clock.lifted for clock in look(approved, TRAM).clocks if clock.kind == "lapse-week"]

    approved.publish(TRAM)
    assert lapse_lifted() == [False]
    given = Confirmation(by=Authority.JUDGE, authority="Amtsgericht", reference="281 Gs 77/26", at=PUBLISHED)
    key = approved.keys["r.pruefung"]
    acts.confirm(approved.ledger, appeal_id=TRAM, confirmation=given, person="r.pruefung", key=key, now=PUBLISHED)
    assert lapse_lifted() == [True]


def test_what_runs_is_judged_by_the_norm_that_takes_it_down(approved: World) -> None:
    approved.publish(TRAM)
    before = look(approved, TRAM).ends
    text = resources.norms_text().split("[[norm]]")
    mine = next(part for part in text if 'id = "stpo-131b-1"' in part).split("[[figure]]")[0]
    lasting = re.sub(r"lapse = \[.*?\n\]\n", "", mine, flags=re.DOTALL)
    (approved.home.path / "norms.toml").write_text("[[norm]]" + lasting)
    assert look(approved, TRAM).ends == before
