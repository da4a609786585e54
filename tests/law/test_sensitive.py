"""R19 and R20: health, religion, origin, sexual life and nationality, phrase by phrase on both sides."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.facts import Nationality
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category, Unlock
from fahndung.model.ids import PersonId
from fahndung.model.sought import Person, Role

from .build import JUDGE, ORDERED, POLICE, appeal, facts, missing, order, person, told
from .build_outputs import found, narrated

BLOCKED = [("block", "texts/narrative")]
REASON = {"strictly_necessary": "Nur daran zu erkennen"}

SENSITIVE = [
    "Er ist auf Medikamente angewiesen.",
    "Sie benötigt dringend Medikamente.",
    "Der Vermisste ist herzkrank.",
    "Sie ist psychisch krank.",
    "Er leidet an einer psychischen Erkrankung.",
    "befindet sich in einer psychischen Ausnahmesituation",
    "Der Mann ist geistig behindert.",
    "Sie hat eine geistige Behinderung.",
    "Er ist gehbehindert und nutzt einen Rollator.",
    "Sie sitzt im Rollstuhl.",
    "Er ist gehörlos.",
    "Die Frau trägt ein Hörgerät.",
    "Sie ist im siebten Monat schwanger.",
    "Er wirkt verwirrt und desorientiert.",
    "Der Mann ist drogensüchtig.",
    "ist in ärztlicher Behandlung",
    "Er braucht Insulin.",
    "Die Vermisste ist pflegebedürftig.",
    "Er ist Muslim.",
    "ein streng religiöser Mann",
    "jüdischen Glaubens",
    "Sie gehört den Zeugen Jehovas an.",
    "trug eine Burka",
    "südländisches Aussehen",
    "Der Täter war dunkelhäutig.",
    "mit arabischem Aussehen",
    "osteuropäischer Herkunft",
    "türkischstämmiger Mann",
    "mit Migrationshintergrund",
    "Angehöriger der Roma",
    "Er ist homosexuell.",
    "arbeitet als Prostituierte",
    "Transfrau",
]
NEUTRAL = [
    "befindet sich vermutlich in einer hilflosen Lage",
    "Er ist in einer Ausnahmesituation.",
    "Sie benötigt Hilfe.",
    "Er braucht dringend Hilfe und Betreuung.",
    "Der Geschädigte wurde leicht verletzt und kam ins Krankenhaus.",
    "Ein Krankenwagen stand am Ort.",
    "Die Krankenkasse wurde benachrichtigt.",
    "trägt eine Brille mit dunklem Gestell",
    "alte Narbe am Knie, hinkender Gang",
    "graues Kopftuch mit Blumenmuster",
    "stämmige Statur",
    "spricht Arabisch und Polnisch",
    "mit sächsischer Mundart",
    "evangelische Kirche am Markt",
    "Er war alkoholisiert.",
    "Entwendet wurden Medikamente aus einer Apotheke.",
    "Es kam zu Verkehrsbehinderungen.",
    "Er behinderte die Einsatzkräfte.",
    "Christian und Christin Beispiel",
    "farbige Jacke",
    "ein blinder Alarm",
    "eine Taube saß auf dem Dach",
    "Er verwirrte die Kassiererin mit Fragen.",
    "freier Eintritt",
    "Pizzeria Roma",
    "am Hindukusch",
    "Die Gläubiger wurden benannt.",
    "dunkler Teint, dunkle Haare",
    "sportlich, auffallend breitschultrig",
    "orthopädische Schuhe",
]
NAMED = [
    "Die Frau ist dement.",
    "Er leidet an Demenz.",
    "an Alzheimer erkrankt",
    "wegen Depressionen",
    "Er ist schizophren.",
    "Der Junge ist Autist.",
    "Er ist Diabetiker.",
    "Ein Suizid ist nicht auszuschließen.",
    "Er ist suizidal.",
    "Er hinterließ einen Abschiedsbrief.",
    "Sie könnte sich etwas antun.",
    "Er hat eine PTBS.",
    "Sie will sich das Leben nehmen.",
]


def lost(**more: Any) -> Appeal:
    """A search for a missing adult of whom nothing is told."""
    return missing(order(POLICE), **({"persons": (person(role=Role.MISSING),)} | more))


def reasoned(subject: Appeal) -> Appeal:
    """The same with a reason why sensitive data are strictly necessary."""
    return dataclasses.replace(subject, legal=dataclasses.replace(subject.legal, **REASON))


@pytest.mark.parametrize("text", SENSITIVE)
def test_a_sensitive_phrase_needs_a_reason(text: str) -> None:
    assert set(found(narrated(lost(), text), "R19")) == set(BLOCKED)
    assert found(narrated(reasoned(lost()), text), "R19") == []


@pytest.mark.parametrize("text", NEUTRAL)
def test_a_neutral_phrase_passes(text: str) -> None:
    assert found(narrated(lost(), text), "R19") == []


@pytest.mark.parametrize("text", NAMED)
def test_a_diagnosis_or_an_intention_of_suicide_is_not_named_even_with_a_reason(text: str) -> None:
    assert found(narrated(reasoned(lost()), text), "R19") == BLOCKED
    unlocked = lost(unlock=(Unlock(field="texts/narrative", reason="Hilfe braucht es", by="f.freigabe"),))
    assert found(narrated(reasoned(unlocked), text), "R19") == []
    assert found(narrated(unlocked, text), "R19") == BLOCKED


def test_a_suspects_health_counts_as_well() -> None:
    suspect = appeal(order(JUDGE), persons=(person(),))
    assert found(narrated(suspect, "Der Tatverdächtige ist psychisch krank."), "R19") == BLOCKED


@pytest.mark.parametrize(("reason", "blocked"), [(None, True), ("", True), ("  ", True), ("Einziges Merkmal", False)])
def test_the_fields_on_origin_and_condition_need_a_reason(reason: str | None, blocked: bool) -> None:
    somebody = person(appearance_origin={"de": "mitteleuropäisch"}, condition={"de": "blass"})
    subject = appeal(order(JUDGE), persons=(somebody,), legal={"strictly_necessary": reason})
    expected = [("block", "persons/0/appearance_origin"), ("block", "persons/0/condition")] if blocked else []
    assert told(judge(facts(subject)), "R19") == expected


def test_the_dead_have_no_health_but_an_origin_and_a_death_of_their_own() -> None:
    dead = Person(id=PersonId("p1"), role=Role.DEAD, condition={"de": "lag länger im Wasser, Diabetiker"})
    subject = dataclasses.replace(lost(persons=(dead,)), category=Category.UNKNOWN_DEAD)
    assert told(judge(facts(subject)), "R19") == []
    assert found(narrated(subject, "Diabetiker, herzkrank", "persons/0"), "R19") == []
    assert found(narrated(subject, "Der Tote war herzkrank."), "R19") == []
    assert found(narrated(subject, "Der Tote hat südländisches Aussehen."), "R19") == BLOCKED
    assert found(narrated(subject, "Ein Suizid liegt nahe."), "R19") == BLOCKED
    companion = Person(id=PersonId("p2"), role=Role.COMPANION)
    both = dataclasses.replace(subject, persons=(dead, companion))
    assert found(narrated(both, "herzkrank"), "R19") == BLOCKED


def test_a_finding_names_the_field_of_the_person_that_says_it() -> None:
    somebody = person(role=Role.HELPLESS, clothing={"de": "Mantel"}, belongings={"de": "Rollator"})
    subject = dataclasses.replace(lost(persons=(somebody,)), category=Category.HELPLESS)
    assert found(narrated(subject, "Rollator", "persons/0"), "R19") == [("block", "persons/0/belongings")]


PEOPLE = [
    "ein polnischer Mann",
    "der Ukrainer",
    "eine rumänische Staatsangehörige",
    "polnische Staatsangehörigkeit",
    "ein 22-jähriger polnischer Staatsbürger",
    "der polnische 22-Jährige",
    "ein deutscher Mann",
    "eine syrische junge Frau",
    "zwei bulgarische Tatverdächtige",
    "Er ist Pole.",
    "eine Französin",
    "ist Deutscher",
    "Schweizer Staatsbürger",
    "ein Schweizer Mann",
]
THINGS = [
    "mit polnischem Kennzeichen",
    "spricht Polnisch",
    "spricht Deutsch mit polnischem Akzent",
    "ein polnisch sprechender Mann",
    "polnischsprachige Frau",
    "unterwegs nach Polen",
    "ein deutscher Schäferhund",
    "Deutsche Bahn",
    "in Deutschland",
    "Schweizer Taschenmesser",
    "Norwegerpullover",
    "türkisches Restaurant",
    "ein französisches Fahrrad. Der Mann",
]


@pytest.mark.parametrize("text", PEOPLE)
def test_somebodys_nationality_in_a_text_is_asked_where_the_category_is_closed(text: str) -> None:
    assert found(narrated(lost(), text), "R20") == BLOCKED
    answered = lost(answers=(Answer(rule="R20", by="f.freigabe", at=ORDERED, reason="Einziger Hinweis"),))
    assert found(narrated(answered, text), "R20") == [("warn", "texts/narrative")]
    unlocked = lost(unlock=(Unlock(field="texts/narrative", reason="Einziger Hinweis", by="f.freigabe"),))
    assert found(narrated(unlocked, text), "R20") == []


@pytest.mark.parametrize("text", THINGS)
def test_a_language_a_country_and_a_thing_are_nobodys_nationality(text: str) -> None:
    assert found(narrated(lost(), text), "R20") == []


@pytest.mark.parametrize("category", [Category.MISSING, Category.MISSING_CHILD, Category.HELPLESS, Category.WITNESS])
def test_a_closed_category_tells_no_nationality_unless_unlocked(category: Category) -> None:
    subject = dataclasses.replace(lost(persons=(person(nationalities=("dänisch",)),)), category=category)
    field = "persons/0/nationalities"
    assert told(judge(facts(subject)), "R20") == [("block", field)]
    assert ("block", field) not in told(judge(facts(subject)), "R18")
    unlocked = dataclasses.replace(subject, unlock=(Unlock(field=field, reason="Nötig", by="f.freigabe"),))
    assert told(judge(facts(unlocked)), "R20") == []
    answered = dataclasses.replace(
        subject, answers=(Answer(rule="R20", by="f.freigabe", at=ORDERED, reason="Nötig", field=field),)
    )
    assert told(judge(facts(answered)), "R20") == [("block", field)]


def test_the_force_decides_about_suspects() -> None:
    subject = appeal(order(JUDGE), persons=(person(nationalities=("dänisch",)),))
    by_reason = {"nationality": Nationality.REASON}
    assert told(judge(facts(subject)), "R20") == []
    assert told(judge(facts(subject, **by_reason)), "R20") == [("warn", "persons/0/nationalities")]
    assert found(narrated(subject, "ein dänischer Mann"), "R20") == []
    assert ("warn", "texts/narrative") in found(narrated(subject, "ein dänischer Mann", **by_reason), "R20")
    unlocked = dataclasses.replace(
        subject, unlock=(Unlock(field="persons/0/nationalities", reason="Nötig", by="f.freigabe"),)
    )
    assert told(judge(facts(unlocked, **by_reason)), "R20") == []


def test_a_nationality_of_the_dead_is_a_matter_of_the_whitelist() -> None:
    dead = person(role=Role.DEAD, nationalities=("dänisch",))
    subject = dataclasses.replace(lost(persons=(dead,)), category=Category.UNKNOWN_DEAD)
    assert told(judge(facts(subject)), "R20") == []
    assert told(judge(facts(subject)), "R18") == [("block", "persons/0/nationalities")]


def test_the_fields_for_languages_are_no_nationality() -> None:
    somebody = person(role=Role.MISSING, languages=("Deutsch", "Dänisch"), speech={"de": "redet wie ein Franzose"})
    subject = lost(persons=(somebody,))
    assert found(narrated(subject, "Deutsch, Dänisch", "persons/0"), "R20") == []
    assert found(narrated(subject, "redet wie ein Franzose", "persons/0"), "R20") == []
    assert found(narrated(subject, "redet wie ein Franzose"), "R20") == []
    assert found(narrated(subject, "sieht aus wie ein Franzose"), "R20") == BLOCKED
