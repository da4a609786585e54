"""R01, R02, R08: order or decision, competence, no revival."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from fahndung.law import norms
from fahndung.law.facts import EndedOrder, Stage
from fahndung.law.gate import judge
from fahndung.law.words import AUTHORITIES, CATEGORIES, MEDIA, OF_AUTHORITY
from fahndung.model.appeal import Appeal, Category
from fahndung.model.mandate import Authority, Medium

from .build import (
    ENFORCEMENT,
    JUDGE,
    ORDERED,
    POLICE,
    POSTER,
    PROSECUTOR,
    WEBSITE,
    appeal,
    at,
    confirmation,
    facts,
    missing,
    order,
    table,
    told,
)

SECOND = dt.timedelta(seconds=1)


def findings(subject: Appeal, rule: str, stage: Stage = Stage.DRAFT, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of one rule."""
    return told(judge(facts(subject, stage, **more)), rule)


@pytest.mark.parametrize("category", [c for c in Category if c.value in ("unknown-suspect", "convict", "witness")])
def test_a_criminal_appeal_without_an_order_is_blocked(category: Category) -> None:
    assert findings(appeal(None, category=category), "R01") == [("block", "legal/order")]


@pytest.mark.parametrize(
    "category",
    [
        Category.MISSING,
        Category.MISSING_CHILD,
        Category.UNKNOWN_DEAD,
        Category.HELPLESS,
        Category.OBJECT,
        Category.WITNESS_CALL,
    ],
)
def test_a_preventive_appeal_without_a_decision_is_blocked(category: Category) -> None:
    assert findings(appeal(None, category=category), "R01") == [("block", "legal/decision")]
    decided = missing(order(POLICE), category=category)
    assert findings(decided, "R01") == []
    assert ("block", "legal/basis") not in findings(decided, "R02")


def test_a_decision_does_not_stand_for_an_order() -> None:
    assert findings(appeal(None, decision=order(JUDGE)), "R01") == [("block", "legal/order")]


def test_an_order_may_stand_for_a_decision_but_not_both() -> None:
    dead = appeal(order(PROSECUTOR), basis="stpo-88", category=Category.UNKNOWN_DEAD)
    assert findings(dead, "R01") == findings(dead, "R02") == []
    both = appeal(order(), basis="stpo-88", category=Category.UNKNOWN_DEAD, decision=order(POLICE))
    assert findings(both, "R01") == [("block", "legal/decision")]


@pytest.mark.parametrize("empty", ["authority", "reference"])
def test_an_order_names_its_authority_and_file_number(empty: str) -> None:
    blank: dict[str, Any] = {empty: " "}
    assert findings(appeal(order(**blank)), "R01") == [("block", f"legal/order/{empty}")]
    assert findings(missing(order(POLICE, **blank)), "R01") == [("block", f"legal/decision/{empty}")]


def test_an_unknown_norm_is_refused_with_the_fitting_ones() -> None:
    (problem,) = [each for each in judge(facts(appeal(order(), basis="stpo-131z"))) if each.rule == "R01"]
    assert (problem.field, problem.severity) == ("legal/basis", "block")
    assert problem.message.de.endswith("Für diese Kategorie kennt sie: stpo-131b-1.")


def test_a_norm_that_did_not_hold_at_the_order_is_refused() -> None:
    assert findings(appeal(order(when=at("2016-03-01 00:00"))), "R01") == []
    assert findings(appeal(order(when=at("2016-02-29 23:59"))), "R01") == [("block", "legal/basis")]


def test_a_norm_that_ran_out_since_is_warned_about_but_goes_on() -> None:
    entry = table().norm("stpo-131b-1", ORDERED)
    assert entry is not None
    last_day = dataclasses.replace(entry, valid_to=dt.date(2026, 11, 22))
    old = norms.NormTable(entries=(last_day,), version="x")
    running: dict[str, Any] = {"stage": Stage.RUNNING, "norms": old}
    assert findings(appeal(order()), "R01", now=at("2026-11-22 23:59"), **running) == []
    assert findings(appeal(order()), "R01", now=at("2026-11-23 00:00"), **running) == [("warn", "legal/basis")]


def test_nothing_is_published_under_an_order_of_the_future() -> None:
    publish: dict[str, Any] = {"stage": Stage.PUBLISH, "media": frozenset({WEBSITE})}
    assert findings(appeal(order()), "R01", now=ORDERED, **publish) == []
    assert findings(appeal(order()), "R01", now=ORDERED - SECOND, **publish) == [("block", "legal/order/at")]
    assert findings(missing(order(POLICE)), "R01", now=ORDERED - SECOND, **publish) == [("block", "legal/decision/at")]


CATEGORY_OF = {
    "stpo-131-3": Category.KNOWN_SUSPECT,
    "stpo-131a-3": Category.WITNESS,
    "stpo-131b-1": Category.UNKNOWN_SUSPECT,
    "stpo-131b-2": Category.WITNESS,
    "stpo-457": Category.CONVICT,
}
ALLOWED = {
    "stpo-131-3": {JUDGE: "", PROSECUTOR: "", POLICE: "danger"},
    "stpo-131a-3": {JUDGE: "", PROSECUTOR: "danger", POLICE: "danger"},
    "stpo-131b-1": {JUDGE: "", PROSECUTOR: "danger", POLICE: "danger"},
    "stpo-131b-2": {JUDGE: "", PROSECUTOR: "danger", POLICE: "danger"},
    "stpo-457": {ENFORCEMENT: "", POLICE: "danger"},
}


@pytest.mark.parametrize("norm_id", ALLOWED)
@pytest.mark.parametrize("by", list(Authority))
def test_only_who_the_norm_names_may_order_and_in_haste_only_with_reasons(norm_id: str, by: Authority) -> None:
    def found(danger: str | None) -> list[tuple[str, str]]:
        mandate = order(by, imminent_danger=danger)
        return findings(appeal(mandate, basis=norm_id, category=CATEGORY_OF[norm_id]), "R02")

    needs = ALLOWED[norm_id].get(by)
    if needs is None:
        assert found("Gefahr") == [("block", "legal/order/by")]
    else:
        missing_reason = [("block", "legal/order/imminent_danger")] if needs else []
        assert found("Flucht droht") == []
        assert found(None) == found("  ") == missing_reason


def test_only_the_police_decides_a_preventive_appeal() -> None:
    assert findings(missing(order(POLICE, imminent_danger=None)), "R02") == []
    assert findings(missing(order(JUDGE)), "R02") == [("block", "legal/decision/by")]


@pytest.mark.parametrize(
    ("basis", "category", "fits"),
    [
        ("stpo-131b-1", Category.UNKNOWN_SUSPECT, True),
        ("stpo-131b-1", Category.WITNESS, False),
        ("stpo-131b-2", Category.WITNESS, True),
        ("stpo-131b-2", Category.UNKNOWN_SUSPECT, False),
        ("stpo-131a-3", Category.KNOWN_SUSPECT, True),
        ("stpo-457", Category.KNOWN_SUSPECT, False),
    ],
)
def test_the_norm_fits_the_category(basis: str, category: Category, fits: bool) -> None:
    mandate = order(ENFORCEMENT if basis == "stpo-457" else JUDGE)
    expected = [] if fits else [("block", "legal/basis")]
    assert findings(appeal(mandate, basis=basis, category=category), "R02") == expected


def test_a_wrong_norm_names_the_fitting_ones() -> None:
    subject = appeal(order(JUDGE), basis="stpo-131b-1", category=Category.WITNESS)
    (problem,) = [each for each in judge(facts(subject)) if each.rule == "R02"]
    assert problem.message.de == (
        "§ 131b Abs. 1, § 131c StPO (stpo-131b-1) trägt keinen Aufruf der Kategorie „Zeugin oder Zeuge“, nur: "
        "„unbekannte tatverdächtige Person“. Passend: stpo-131a-3, stpo-131b-2."
    )


LAPSE = at("2026-11-28 00:00")


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RELEASE])
@pytest.mark.parametrize(
    ("when", "found"),
    [
        (LAPSE - SECOND, []),
        (LAPSE, [("block", "legal/confirmations/0")]),
        (ORDERED, []),
        (ORDERED - SECOND, [("warn", "legal/confirmations/0")]),
    ],
)
def test_a_confirmation_outside_its_time_is_told(stage: Stage, when: dt.datetime, found: list[tuple[str, str]]) -> None:
    subject = appeal(order(), confirmations=(confirmation(JUDGE, when),))
    assert findings(subject, "R08", stage, media=frozenset({WEBSITE})) == found


def test_a_late_confirmation_of_the_ledger_has_no_index() -> None:
    late = confirmation(JUDGE, LAPSE)
    assert findings(appeal(order()), "R08", confirmations=(late,)) == [("block", "legal/confirmations")]


def test_a_late_confirmation_that_is_not_needed_is_not_told() -> None:
    late = (confirmation(JUDGE, LAPSE),)
    assert findings(appeal(order(), confirmations=late), "R08", media=frozenset({POSTER})) == []
    in_time = (confirmation(JUDGE, LAPSE - SECOND), confirmation(JUDGE, LAPSE + SECOND))
    assert findings(appeal(order(), confirmations=in_time), "R08") == []
    assert findings(appeal(order(JUDGE), confirmations=late), "R08") == []


def test_a_prosecutors_confirmation_of_a_police_order_does_not_save_the_website() -> None:
    subject = appeal(order(POLICE), confirmations=(confirmation(PROSECUTOR, ORDERED + SECOND),))
    both = frozenset({WEBSITE, POSTER})
    assert findings(subject, "R04", media=both) == [("warn", "legal/confirmations/0")]
    assert findings(subject, "R05", media=both) == findings(subject, "R08", media=both) == []
    (problem,) = [each for each in judge(facts(subject, media=both)) if each.rule == "R04"]
    assert "Internetseite. Bestätigen muss: ein Gericht." in problem.message.de


def test_an_order_that_has_ended_is_not_used_again() -> None:
    ended = EndedOrder(reference="304 Js 1234/26", at=ORDERED)
    for subject in (appeal(order(JUDGE)), missing(order(POLICE))):
        field = "legal/order" if subject.legal.order else "legal/decision"
        assert findings(subject, "R08", ended_orders=(ended,)) == [("block", field)]


def test_a_new_order_under_the_same_file_number_is_a_new_order() -> None:
    ended = EndedOrder(reference="304 Js 1234/26", at=ORDERED)
    assert findings(appeal(order(JUDGE, ORDERED + SECOND)), "R08", ended_orders=(ended,)) == []
    assert findings(appeal(order(JUDGE, reference="305 Js 1/26")), "R08", ended_orders=(ended,)) == []


@pytest.mark.parametrize("stage", [Stage.RUNNING, Stage.ENDED])
def test_what_runs_is_not_asked_for_its_papers_again(stage: Stage) -> None:
    subject = appeal(order(authority=""))
    assert findings(subject, "R01", stage, now=ORDERED) == []


def test_every_word_has_both_languages() -> None:
    assert set(AUTHORITIES) == set(OF_AUTHORITY) == set(Authority)
    assert set(CATEGORIES) == set(Category)
    assert set(MEDIA) == set(Medium)
    for words in (AUTHORITIES, OF_AUTHORITY, CATEGORIES, MEDIA):
        assert all(word.en and word.de for word in words.values())


@pytest.mark.parametrize("by", [PROSECUTOR, POLICE])
def test_who_needs_imminent_danger_reads_as_a_sentence_in_both_languages(by: Authority) -> None:
    (problem,) = [each for each in judge(facts(appeal(order(by, imminent_danger=None)))) if each.rule == "R02"]
    assert f"{AUTHORITIES[by].en} may order only in imminent danger." in problem.message.en
    assert f"darf {AUTHORITIES[by].de} nur bei Gefahr im Verzug anordnen." in problem.message.de
