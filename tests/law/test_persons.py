"""R18: what a kind of appeal may tell of a person, on both sides of each boundary."""

import dataclasses
from typing import Any

import pytest

from fahndung.law.facts import Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category, Event, Place, Unlock
from fahndung.model.ids import PersonId
from fahndung.model.sought import Names, NamesShown, Person, Range, Role

from .build import JUDGE, ORDERED, POLICE, appeal, at, facts, missing, order, person, told
from .build_outputs import EXAMPLES, example, found, narrated

MINE = frozenset({"R18", "R19", "R20", "R26", "R27", "R28", "R31", "R32"})
GIVEN_INITIAL, GIVEN, FULL, NONE = NamesShown.GIVEN_INITIAL, NamesShown.GIVEN, NamesShown.FULL, NamesShown.NONE


def lost(**more: Any) -> Person:
    """A missing person whose given name and initial are shown."""
    fields: dict[str, Any] = {
        "id": PersonId("p1"),
        "role": Role.MISSING,
        "names": Names(given="Heinrich", family="Musterfeld", shown=GIVEN_INITIAL),
    }
    return Person(**(fields | more))


def search(*persons: Person, **more: Any) -> Appeal:
    """A search for missing persons."""
    return missing(order(POLICE), persons=persons, **more)


def unlock(field: str, by: str = "f.freigabe", reason: str = "Für die Suche nötig") -> tuple[Unlock, ...]:
    """One unlocked field."""
    return (Unlock(field=field, by=by, reason=reason),)


def fields(subject: Appeal, **more: Any) -> list[tuple[str, str]]:
    """Severity and field of the findings of R18 in a draft."""
    return told(judge(facts(subject, **more)), "R18")


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_is_blocked_by_what_it_prints(name: str) -> None:
    assert [p for p in judge(example(name)) if p.rule in MINE and p.severity == "block"] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_read_at_all(name: str) -> None:
    case, built = example(name).appeal, example(name).outputs
    assert built is not None
    summary = case.texts.summary["de"]
    assert any(summary[:20] in text.text for text in built.texts)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("occupation", {"de": "Bäcker"}),
        ("appearance_origin", {"de": "mitteleuropäisch"}),
        ("condition", {"de": "Narbe am Kinn"}),
    ],
)
def test_a_field_that_the_category_does_not_tell_is_blocked_unless_unlocked(field: str, value: Any) -> None:
    subject = search(lost(**{field: value}))
    assert fields(subject) == [("block", f"persons/0/{field}")]
    assert fields(dataclasses.replace(subject, unlock=unlock(f"persons/0/{field}"))) == []
    assert fields(dataclasses.replace(subject, unlock=unlock(f"persons/1/{field}"))) != []
    assert fields(dataclasses.replace(subject, unlock=unlock(f"persons/0/{field}", reason=" "))) != []


@pytest.mark.parametrize(
    ("field", "value"), [("age", Range(min=67, max=67)), ("clothing", {"de": "Hemd"}), ("languages", ("Deutsch",))]
)
def test_a_field_that_the_category_tells_passes(field: str, value: Any) -> None:
    assert fields(search(lost(**{field: value}))) == []


def test_a_birth_that_is_not_printed_is_no_finding() -> None:
    born = {"date": "1959-03-07"}
    assert fields(search(lost(birth=born))) == []
    shown_in_full = lost(birth=born, names=Names(given="Heinrich", family="Musterfeld", aliases=("Heini",), shown=FULL))
    assert fields(search(shown_in_full)) == [
        ("block", "persons/0/birth"),
        ("block", "persons/0/names/aliases"),
        ("block", "persons/0/names"),
    ]


def test_a_wanted_man_is_told_with_name_alias_and_birth() -> None:
    wanted = person(
        names=Names(given="Torben", family="Beispielmann", aliases=("Toto",), shown=FULL), birth={"date": "1985-03-07"}
    )
    subject = appeal(order(JUDGE), basis="stpo-131-3", category=Category.KNOWN_SUSPECT, persons=(wanted,))
    assert fields(subject) == []


@pytest.mark.parametrize(
    ("category", "widest"),
    [
        (Category.MISSING, GIVEN_INITIAL),
        (Category.MISSING_CHILD, GIVEN),
        (Category.HELPLESS, GIVEN),
        (Category.UNKNOWN_DEAD, NONE),
        (Category.UNKNOWN_SUSPECT, NONE),
        (Category.KNOWN_SUSPECT, FULL),
        (Category.CONVICT, FULL),
        (Category.WITNESS, FULL),
    ],
)
@pytest.mark.parametrize("shown", list(NamesShown))
def test_no_more_of_a_name_than_the_category_shows(category: Category, widest: NamesShown, shown: NamesShown) -> None:
    subject = appeal(
        order(POLICE), category=category, persons=(person(names=Names(given="Ada", family="Muth", shown=shown)),)
    )
    wider = list(NamesShown).index(shown) > list(NamesShown).index(widest)
    assert (("block", "persons/0/names") in fields(subject)) is wider
    assert fields(dataclasses.replace(subject, unlock=unlock("persons/0/names"))) == []


def test_a_table_without_the_category_lets_nothing_pass() -> None:
    before = search(lost())
    early = dataclasses.replace(
        before, legal=dataclasses.replace(before.legal, decision=order(when=at("2016-02-29 12:00")))
    )
    assert ("block", "category") in fields(early)
    on_time = dataclasses.replace(before.legal, decision=order(when=at("2016-03-01 00:00")))
    assert ("block", "category") not in fields(dataclasses.replace(before, legal=on_time))


def victim(**more: Any) -> Person:
    """A victim whose name is shown."""
    names = Names(given="Ada", family="Muth", shown=FULL)
    return Person(**({"id": PersonId("p2"), "role": Role.VICTIM, "names": names} | more))


def test_a_victim_is_named_only_after_a_contact() -> None:
    def named(**more: Any) -> Appeal:
        return appeal(order(JUDGE), basis="stpo-131-3", category=Category.KNOWN_SUSPECT, persons=(victim(**more),))

    assert fields(named()) == [("block", "persons/0/contacted_before")]
    assert fields(dataclasses.replace(named(), unlock=unlock("persons/0/contacted_before"))) != []
    assert fields(named(names=Names(given="Ada", shown=NONE))) == []
    contacted = named(contacted_before=ORDERED)
    assert fields(contacted) == []
    assert told(judge(facts(contacted, Stage.PUBLISH, now=ORDERED)), "R18") == []
    early = facts(contacted, Stage.PUBLISH, now=at("2026-11-20 14:59"))
    assert told(judge(early), "R18") == [("block", "persons/0/contacted_before")]


STREETS = [
    "wohnt in der Beispielstraße 12",
    "zuletzt in der Beispielstr. 12a gesehen",
    "am Musterweg 3 b in Musterstadt",
    "Musterplatz 4–6",
    "an der Bahnhofsallee Nr. 7",
    "in der Straße des Friedens 112",
    "Am Anger 5",
    "Unter den Linden 77",
    "Hinterer Beispielring 9",
    "Strasse der Einheit 4",
]
NO_STREETS = [
    "in der Beispielstraße",
    "auf der Bundesstraße 95 bei Musterstadt",
    "Staatsstraße 177",
    "am Musterplatz um 22:10 Uhr",
    "am Musterplatz 14.30 Uhr",
    "auf dem Weg 2 Kilometer entfernt",
    "Hauptbahnhof Musterstadt, 28. Oktober 2026",
    "Haltestelle Musterplatz 3 Minuten entfernt",
    "Straßenbahnlinie 9, Haltestelle Musterplatz",
    "Am Freitag 20 Personen befragt",
    "Am Gleis 3 des Bahnhofs",
    "Beispielring, 14-jährig",
    "Im Alter von 14 Jahren",
    "Musterallee 2026",
]


@pytest.mark.parametrize("category", [Category.MISSING, Category.MISSING_CHILD, Category.HELPLESS])
@pytest.mark.parametrize("text", STREETS)
def test_a_house_number_is_blocked_unless_unlocked(category: Category, text: str) -> None:
    subject = dataclasses.replace(search(lost(names=None)), category=category)
    assert found(narrated(subject, text), "R18") == [("block", "texts/narrative")]
    assert found(narrated(dataclasses.replace(subject, unlock=unlock("texts/narrative")), text), "R18") == []


@pytest.mark.parametrize("text", NO_STREETS)
def test_what_is_no_house_number_passes(text: str) -> None:
    assert found(narrated(search(lost()), text), "R18") == []


def test_a_suspect_may_be_told_with_the_address_of_the_scene() -> None:
    assert found(narrated(appeal(order(JUDGE)), STREETS[0]), "R18") == []


def test_the_office_may_tell_its_own_address() -> None:
    text = "Hinweise an: Polizeidirektion Musterstadt, Musterplatz 1, 01234 Musterstadt"
    assert found(narrated(search(lost()), f"Herausgeber: {text.removeprefix('Hinweise an: ')}"), "R18") == []
    assert found(narrated(search(lost()), "am Musterplatz 1"), "R18") == [("block", "texts/narrative")]


def test_a_facility_is_asked_where_somebody_was_last_seen_and_blocked_elsewhere() -> None:
    def seen(role: str) -> Appeal:
        return search(lost(), event=Event(places=(Place(role=role, text="Seniorenheim Beispielgrund"),)))

    assert fields(seen("residence")) == [("block", "event/places/0")]
    assert fields(seen("last-seen")) == [("block", "event/places/0")]
    assert fields(dataclasses.replace(seen("residence"), unlock=unlock("event/places/0"))) == []
    answered = dataclasses.replace(seen("last-seen"), answers=(answer("event/places/0"),))
    assert fields(answered) == [("warn", "event/places/0")]
    assert fields(dataclasses.replace(seen("residence"), answers=(answer("event/places/0"),))) != []
    printed = narrated(answered, "Seniorenheim Beispielgrund", "event")
    assert found(printed, "R18") == [("warn", "event/places/0")]


def answer(field: str) -> Answer:
    """An answer to R18 there."""
    return Answer(rule="R18", by="f.freigabe", at=ORDERED, reason="Nur dort wurde er gesehen", field=field)


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("verließ das Pflegeheim am Morgen", True),
        ("lebt im betreuten Wohnen", True),
        ("aus einer Wohngruppe abgängig", True),
        ("kam aus der Tagesklinik nicht zurück", True),
        ("besucht eine Förderschule", True),
        ("verließ am Morgen die Wohnung", False),
        ("besuchte die Schule", False),
    ],
)
def test_a_facility_in_a_text_is_blocked_unless_unlocked(text: str, blocked: bool) -> None:
    subject = search(lost())
    assert found(narrated(subject, text), "R18") == ([("block", "texts/narrative")] if blocked else [])
    assert found(narrated(dataclasses.replace(subject, unlock=unlock("texts/narrative")), text), "R18") == []


def test_without_outputs_only_fields_are_judged() -> None:
    assert fields(search(lost(), texts=dataclasses.replace(appeal(None).texts, summary={"de": "Musterfeld"}))) == []


def test_findings_tell_the_record_how_to_unlock() -> None:
    (problem,) = [p for p in judge(facts(search(lost(occupation={"de": "Bäcker"})))) if p.rule == "R18"]
    assert "persons/0/occupation" in problem.message.en
    assert "unlock" in problem.message.de
    assert "Bäcker" not in problem.message.de
