"""R13, R34, R35, R42: at once to all newsrooms, nothing without a row, paper by its place, nothing without an order."""

from typing import Any

import pytest

from fahndung.errors import Message, Problem
from fahndung.law.facts import Receiver, Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Placard
from fahndung.model.mandate import Medium

from .build import JUDGE, POSTER, appeal, at, facts, order, told

NOW = "2026-11-21 12:00"


def running(**more: Any) -> tuple[Problem, ...]:
    return judge(facts(appeal(order(JUDGE)), Stage.RUNNING, **({"now": at(NOW), "searched_at": at(NOW)} | more)))


def newsroom(when: str, medium: Medium = Medium.PRINT) -> Receiver:
    return Receiver(name=Message.same("Musterstädter Blatt"), medium=medium, sent_at=at(when))


@pytest.mark.parametrize(("last", "expected"), [("2026-11-21 08:59:59", []), ("2026-11-21 09:00", [("block", "")])])
def test_newsrooms_are_served_within_the_hour(last: str, expected: list[tuple[str, str]]) -> None:
    both = (newsroom("2026-11-21 08:00"), newsroom(last, Medium.ONLINE_PRESS))
    assert told(running(receivers=both), "R13") == expected


def test_the_own_website_is_no_newsroom_and_one_newsroom_is_no_comparison() -> None:
    website = Receiver(name=Message.same("website"), medium=Medium.WEBSITE, sent_at=at("2026-11-21 08:00"))
    assert told(running(receivers=(website, newsroom("2026-11-21 11:00"))), "R13") == []


def test_what_was_not_sent_yet_is_not_late() -> None:
    waiting = Receiver(name=Message.same("Musterfunk"), medium=Medium.RADIO, sent_at=None)
    assert told(running(receivers=(newsroom("2026-11-21 08:00"), waiting)), "R13") == []


@pytest.mark.parametrize("stage", [Stage.RUNNING, Stage.ENDED])
def test_what_no_row_knows_is_told(stage: Stage) -> None:
    found = judge(facts(appeal(order(JUDGE)), stage, now=at(NOW), unrecorded=("https://polizei.example/x/",)))
    (only,) = [problem for problem in found if problem.rule == "R34"]
    assert only.severity == "block"
    assert "https://polizei.example/x/" in only.message.de


def test_nothing_unrecorded_is_silent() -> None:
    assert told(running(), "R34") == []


def posters(*placards: Placard, media: frozenset[Medium] = frozenset({POSTER})) -> list[tuple[str, str]]:
    return told(judge(facts(appeal(order(JUDGE), posters=placards), media=media)), "R35")


WHOLE = {"place": "Musterplatz", "count": 20, "person": "Revier Mitte"}


def test_paper_by_place_number_and_person_is_fine() -> None:
    assert posters(Placard(**WHOLE)) == []


@pytest.mark.parametrize("missing", ["place", "count", "person"])
def test_paper_of_which_something_is_unknown_blocks(missing: str) -> None:
    assert posters(Placard(**(WHOLE | {missing: None}))) == [("block", f"posters/0/{missing}")]


def test_allowed_paper_without_a_place_is_a_warning() -> None:
    assert posters() == [("warn", "posters")]


def test_without_posters_nothing_is_asked() -> None:
    assert posters(media=frozenset({Medium.WEBSITE})) == []


def test_an_orphan_is_told() -> None:
    assert told(running(orphans=("https://polizei.example/alt/",)), "R42") == [("warn", "")]


@pytest.mark.parametrize(
    ("searched", "expected"),
    [(NOW, 0), ("2026-10-21 23:59", 0), ("2026-10-20 23:59", 1), (None, 1)],
)
def test_orphans_are_looked_for_every_month(searched: str | None, expected: int) -> None:
    found = running(searched_at=None if searched is None else at(searched))
    assert len(told(found, "R42")) == expected
