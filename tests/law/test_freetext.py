"""R18 on free text where the record holds nothing to look for: births of the missing, names of victims."""

import dataclasses
import time
from typing import Any

import pytest

from fahndung.law.facts import Facts
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category, Unlock
from fahndung.model.sought import Names, NamesShown, Role

from .build import JUDGE, ORDERED, POLICE, appeal, missing, order, person, scope
from .build_outputs import found, narrated

BLOCKED = [("block", "texts/narrative")]
SHELTERED = [
    (Category.MISSING, Role.MISSING),
    (Category.MISSING_CHILD, Role.MISSING),
    (Category.HELPLESS, Role.HELPLESS),
]


def lost(category: Category = Category.MISSING, role: Role = Role.MISSING, **more: Any) -> Appeal:
    """A search for somebody of whom the record holds no birth."""
    return missing(order(POLICE), category=category, persons=(person(role=role, **more),))


def told(subject: Appeal, text: str) -> list[tuple[str, str]]:
    return found(narrated(subject, text), "R18")


BIRTHS = [
    "Lina, geb. 3.4.2013, trug eine Jacke.",
    "Er wurde geboren am 03.04.1960 in Dresden.",
    "geboren 1960",
    "Jahrgang 1960",
    "Jahrgang '60",
    "Geburtsjahrgang 1960",
    "Geboren wurde er am 3. April 1960.",
    "Geb.-Datum: 03.04.1960",
    "(* 03.04.1960)",
    "Geburtsdatum: 3.4.13",
    "am 3. April 2013 geboren",
    "Der 1960 in Leipzig geborene Mann",
    "Er ist in Dresden geboren.",
    "gebürtige Dresdnerin",
    "Erika M., geb. Beispiel",
    "born on 3 April 2013",
]


@pytest.mark.parametrize("text", BIRTHS)
def test_a_birth_in_a_text_is_blocked_though_the_record_holds_none(text: str) -> None:
    assert told(lost(), text) == BLOCKED


@pytest.mark.parametrize(
    "text",
    [
        "Sie wurde am 3.4.2026 gegen 16.30 Uhr zuletzt gesehen.",
        "Er ist seit 2013 in Dresden.",
        "Sie ist etwa 13 Jahre alt und 160 cm groß.",
        "Das Kind wird bald geboren. Am 3. April 2026 ging sie fort.",
        "Sie besucht die Jahrgangsstufe 7.",
        "Fahrrad, Baujahr 2013",
        "Sie kam vom Geburtstag ihrer Oma.",
    ],
)
def test_other_dates_and_places_pass(text: str) -> None:
    assert told(lost(), text) == []


@pytest.mark.parametrize(("category", "role"), SHELTERED)
def test_births_are_blocked_for_the_missing_and_helpless_only(category: Category, role: Role) -> None:
    assert told(lost(category, role), "Jahrgang 1960") == BLOCKED
    suspect = appeal(order(JUDGE), basis="stpo-131-3", category=Category.KNOWN_SUSPECT, persons=(person(),))
    assert told(suspect, "Jahrgang 1960") == []


@pytest.mark.parametrize("field", ["texts/narrative", "persons/0/birth"])
def test_a_birth_may_be_unlocked(field: str) -> None:
    opened = dataclasses.replace(lost(), unlock=(Unlock(field=field, by="f.freigabe", reason="Nötig"),))
    assert told(opened, "Jahrgang 1960") == []
    other = dataclasses.replace(lost(), unlock=(Unlock(field="texts/summary", by="f.freigabe", reason="Nötig"),))
    assert told(other, "Jahrgang 1960") == BLOCKED


@pytest.mark.parametrize("field", ["texts", "persons", "persons/0"])
def test_no_unlock_opens_a_whole_person_or_every_text(field: str) -> None:
    opened = dataclasses.replace(lost(), unlock=(Unlock(field=field, by="f.freigabe", reason="Nötig"),))
    assert told(opened, "Jahrgang 1960") == BLOCKED


def test_what_the_record_holds_is_found_once() -> None:
    assert told(lost(birth={"date": "1960-04-03"}), "geboren am 03.04.1960") == BLOCKED
    assert told(lost(birth={"date": "1960-04-03"}), "geboren am 04.04.1961") == BLOCKED


@pytest.mark.peers
def test_a_birth_is_sought_in_time_however_the_text_is_made() -> None:
    began = time.monotonic()
    told(lost(), "geboren " + "in Am " * 4000)
    assert time.monotonic() - began < 5


VICTIMS = [
    "Die Geschädigte Erika Musterfrau rief um Hilfe.",
    "Das Opfer Erika Mustermann",
    "Verletzte Frau Erika M.",
    "die verletzte Frau Musterfrau",
    "Geschädigter war Heinz Beispiel.",
    "Opfer: Dr. Jürgen von Beispiel",
    "Opfer ist die 34-jährige Erika Musterfrau.",
    "Der verletzte Radfahrer Max Beispiel",
    "Todesopfer Anna-Lena Öztürk",
]


@pytest.mark.parametrize("text", VICTIMS)
def test_the_name_of_a_victim_is_asked_about_in_every_category(text: str) -> None:
    suspect = appeal(order(JUDGE), persons=(person(),))
    call = appeal(None, basis="vwv-unterrichtung-i-2", category=Category.WITNESS_CALL, decision=order(POLICE))
    assert told(suspect, text) == told(call, text) == told(lost(), text) == BLOCKED


@pytest.mark.parametrize(
    "text",
    [
        "Die Geschädigte rief um Hilfe.",
        "Das Opfer wurde verletzt, Zeugen riefen die Polizei.",
        "Die verletzte Frau kam ins Krankenhaus.",
        "Verletzte Frau – Zeugen gesucht",
        "Der Geschädigte Anfang November",
        "Das Opfer Ende zwanzig",
        "Raub mit Verletzten Polizei Musterstadt",
        "Verletzte Person Musterstadt Bahnhof",
        "Eine verletzte Radfahrerin Musterstraße",
    ],
)
def test_a_victim_without_a_name_passes(text: str) -> None:
    assert told(appeal(order(JUDGE), persons=(person(),)), text) == []


def test_a_person_answers_for_the_name_or_unlocks_it() -> None:
    subject = appeal(order(JUDGE), persons=(person(),))
    answer = Answer(rule="R18", by="f.freigabe", at=ORDERED, reason="Am 20.11. gefragt", field="texts/narrative")
    assert told(dataclasses.replace(subject, answers=(answer,)), VICTIMS[0]) == [("warn", "texts/narrative")]
    opened = dataclasses.replace(subject, unlock=(Unlock(field="texts/narrative", by="f.freigabe", reason="Nötig"),))
    assert told(opened, VICTIMS[0]) == []


def test_a_person_of_the_record_is_judged_by_the_record() -> None:
    shown = Names(given="Erika", family="Musterfrau", shown=NamesShown.FULL)
    victim = person(role=Role.VICTIM, names=shown, contacted_before=ORDERED)
    assert told(appeal(order(JUDGE, scope=scope(names=True)), persons=(victim,)), VICTIMS[0]) == [
        ("block", "persons/0/names")
    ]


def test_a_finding_repeats_neither_birth_nor_name() -> None:
    problems = [p for p in _judged("geb. 3.4.2013") + _judged(VICTIMS[0]) if p.rule == "R18"]
    assert len(problems) == 2
    assert not any("2013" in each or "Erika" in each for problem in problems for each in problem.message)


def _judged(text: str) -> list[Any]:
    given: Facts = narrated(lost(), text)
    return list(judge(given))
