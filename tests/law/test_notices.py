"""R22, R24: what stands with a reward, and with a danger."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category, Plan, Reward
from fahndung.model.appeal import Warning as SafetyNote
from fahndung.model.ids import PersonId
from fahndung.model.image import Image, Source, SourceKind
from fahndung.model.reading import Outputs
from fahndung.model.sought import Role

from .build import (
    JUDGE,
    ORDERED,
    PICTURE,
    POSTER_FILE,
    appeal,
    at,
    depicted,
    facts,
    image,
    order,
    outputs,
    person,
    retold,
    told,
    with_pieces,
)

FULL = ["page", "press", POSTER_FILE]
INFORMED = at("2026-11-20 14:00")
OFFERED = Reward(
    amount_eur=3000,
    for_what="Hinweise, die zur Ermittlung des Tatverdächtigen führen",
    private_persons_only=True,
    taker="jede Polizeidienststelle in Musterstadt",
    lka_informed_at=INFORMED,
)
LINES = (
    "Es ist eine Belohnung von 3.000 € ausgesetzt für: Hinweise, die zur Ermittlung des Tatverdächtigen führen.",
    "Die Belohnung ist ausschließlich für Privatpersonen bestimmt.",
    "Mitteilungen nimmt entgegen: jede Polizeidienststelle in Musterstadt.",
)


def found(rule: str, subject: Appeal, built: Outputs | None = None, **more: Any) -> list[tuple[str, str]]:
    return told(judge(facts(subject, outputs=built, **more)), rule)


def offering(**changes: Any) -> Appeal:
    return depicted(reward=dataclasses.replace(OFFERED, **changes))


def test_a_complete_offer_passes() -> None:
    assert found("R22", offering(), outputs({"reward": LINES})) == []
    assert found("R22", depicted(), outputs()) == []


@pytest.mark.parametrize(
    ("amount", "consent", "expected"),
    [
        (12_500, None, []),
        (12_501, None, [("block", "reward/amount_eur")]),
        (12_501, " ", [("block", "reward/amount_eur")]),
        (12_501, "SMI 33-0141/26", []),
    ],
)
def test_above_the_limit_the_ministry_consents(
    amount: int, consent: str | None, expected: list[tuple[str, str]]
) -> None:
    assert found("R22", offering(amount_eur=amount, ministry_consent=consent)) == expected


def test_the_limit_counts_as_of_the_order() -> None:
    early = order(JUDGE, at("2005-11-24 12:00"))
    before = appeal(early, reward=dataclasses.replace(OFFERED, amount_eur=1_000_000))
    assert found("R22", before) == []  # the table has no limit for that day


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"for_what": None}, "reward/for_what"),
        ({"for_what": " "}, "reward/for_what"),
        ({"private_persons_only": None}, "reward/private_persons_only"),
        ({"private_persons_only": False}, "reward/private_persons_only"),
        ({"taker": None}, "reward/taker"),
        ({"lka_informed_at": None}, "reward/lka_informed_at"),
    ],
)
def test_the_record_makes_the_mandatory_statements(changes: dict[str, Any], field: str) -> None:
    assert found("R22", offering(**changes)) == [("block", field)]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", FULL)
def test_page_press_and_poster_make_them_too(line: str, name: str) -> None:
    assert found("R22", offering(), retold(outputs({"reward": LINES}), name, line)) == [("block", name)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (INFORMED, []),
        (INFORMED - dt.timedelta(seconds=1), [("block", "reward/lka_informed_at")]),
        (INFORMED + dt.timedelta(days=1), []),
    ],
)
def test_the_state_office_knows_before_publication(now: dt.datetime, expected: list[tuple[str, str]]) -> None:
    assert found("R22", offering(), stage=Stage.PUBLISH, now=now) == expected
    assert found("R22", offering(), stage=Stage.RELEASE, now=now) == []


NOTE = "Der Gesuchte könnte bewaffnet sein. Wählen Sie den Notruf 110."


def dangerous(**more: Any) -> Appeal:
    return depicted(warning=SafetyNote(code="armed"), **more)


@pytest.mark.parametrize("name", FULL)
def test_the_safety_note_stands_on_page_press_and_poster(name: str) -> None:
    built = outputs({"warning": NOTE})
    assert found("R24", dangerous(), built) == []
    assert found("R24", dangerous(), retold(built, name, NOTE)) == [("block", name)]


def test_the_safety_note_names_the_emergency_number() -> None:
    assert found("R24", dangerous(), outputs({"warning": "Vorsicht!"})) == [("block", "warning")]


def test_a_code_without_a_note_is_blocked() -> None:
    assert found("R24", dangerous(), outputs()) == [("block", "warning"), *(("block", name) for name in FULL)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Er war mit einer Schusswaffe bewaffnet.", True),
        ("Der Mann gilt als gewalttätig.", True),
        ("Er ist gewaltbereit.", True),
        ("Er trug eine Waffe bei sich.", True),
        ("Der Mann war unbewaffnet.", False),
        ("Es kam zu einer Gewalttat.", False),
    ],
)
def test_a_danger_in_the_text_without_a_note_is_asked_about(text: str, asked: bool) -> None:
    built = with_pieces(outputs(), texts_narrative=text)
    assert found("R24", depicted(), built) == ([("block", "warning")] if asked else [])
    noted = with_pieces(outputs({"warning": NOTE}), texts_narrative=text)
    assert found("R24", dangerous(), noted) == []


def test_a_person_may_answer_that_no_note_is_needed() -> None:
    answer = Answer(rule="R24", by="k.muster", at=ORDERED, reason="Die Waffe ist sichergestellt.")
    built = with_pieces(outputs(), texts_narrative="Er war bewaffnet.")
    (only,) = [problem for problem in judge(facts(depicted(answers=(answer,)), outputs=built)) if problem.rule == "R24"]
    assert only.severity == "warn"
    assert "Die Waffe ist sichergestellt." in only.message.de


def dead(picture: Image, category: Category = Category.UNKNOWN_DEAD, role: Role = Role.DEAD) -> Appeal:
    return appeal(
        None,
        basis="saechspvdg-84-3",
        category=category,
        decision=order(JUDGE),
        persons=(person(role=role),),
        images=(picture,),
    )


def picture(kind: SourceKind = SourceKind.POLICE, *, sensitive: bool = False) -> Image:
    return image("cctv-1", shows=(PersonId("p1"),), source=Source(kind=kind), sensitive=sensitive)


@pytest.mark.parametrize(
    ("subject", "veiled"),
    [
        (dead(picture()), True),
        (dead(picture(SourceKind.SKETCH)), False),
        (dead(picture(SourceKind.SKETCH, sensitive=True)), True),
        (dead(picture(), Category.MISSING), True),
        (dead(picture(), Category.MISSING, Role.MISSING), False),
        (depicted(images=(picture(sensitive=True),)), True),
        (depicted(images=(picture(),)), False),
    ],
)
def test_the_dead_and_the_disturbing_wait_for_a_click(subject: Appeal, veiled: bool) -> None:
    assert found("R24", subject, outputs()) == ([("block", "images/0")] if veiled else [])
    behind = dataclasses.replace(outputs().page, open_pictures=())
    assert found("R24", subject, outputs(page=behind)) == []
    assert PICTURE in outputs().page.open_pictures


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RELEASE])
def test_the_state_police_office_knows_before_the_planned_publication(stage: Stage) -> None:
    def planned(start: dt.datetime | None) -> list[tuple[str, str]]:
        subject = dataclasses.replace(offering(lka_informed_at=ORDERED), publication=Plan(not_before=start))
        return found("R22", subject, stage=stage)

    assert planned(None) == planned(ORDERED) == []
    assert planned(ORDERED - dt.timedelta(seconds=1)) == [("block", "reward/lka_informed_at")]
