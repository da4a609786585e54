import pytest

from fahndung.model.appeal import Event, Place
from fahndung.model.ids import PersonId
from fahndung.model.sheet import FactGroup
from fahndung.model.sought import PERSON_TEXTS, Basis, Names, NamesShown, Person, Range, Role
from fahndung.texts import describe
from fahndung.texts.words import load
from tests.texts import build

WORDS = load("de")
CM = "length-centimeter"


def rows(group: FactGroup) -> dict[str, str]:
    return {fact.label: fact.value for fact in group.facts}


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Range(min=175, max=180, basis=Basis.ESTIMATED), "etwa 175 bis 180 cm (geschätzt)"),
        (Range(min=175, max=175, basis=Basis.ESTIMATED), "etwa 175 cm (geschätzt)"),
        (Range(min=175, basis=Basis.ESTIMATED), "mindestens 175 cm (geschätzt)"),
        (Range(max=180, basis=Basis.ESTIMATED), "höchstens 180 cm (geschätzt)"),
        (Range(min=175, max=180, basis=Basis.APPARENT), "etwa 175 bis 180 cm (dem Anschein nach)"),
        (Range(min=178, max=178, basis=Basis.MEASURED), "178 cm (gemessen)"),
        (Range(min=178, max=178, basis=Basis.KNOWN), "178 cm"),
        (Range(min=175, max=180), "etwa 175 bis 180 cm"),
        (Range(basis=Basis.KNOWN), None),
    ],
)
def test_a_figure_says_how_it_was_established(span: Range, expected: str | None) -> None:
    assert describe.figure(WORDS, span, CM) == expected


@pytest.mark.parametrize(("years", "expected"), [(1, "1 Jahr"), (2, "2 Jahre")])
def test_years_are_counted_in_german(years: int, expected: str) -> None:
    assert describe.figure(WORDS, Range(min=years, max=years, basis=Basis.KNOWN), "duration-year") == expected


def test_every_descriptive_field_of_a_person_is_printed() -> None:
    """All that have a text: by the same list it is translated and sought as a trace."""
    said = {name: {"de": f"Angabe {name}"} for name in PERSON_TEXTS}
    person = Person(
        id=PersonId("p1"),
        role=Role.SUSPECT,
        sex="diverse",
        nationalities=("deutsch", "sorbisch"),
        age=Range(min=20, max=25, basis=Basis.APPARENT),
        height_cm=Range(min=170, max=170),
        weight_kg=Range(min=70, max=75, basis=Basis.ESTIMATED),
        marks=({"de": "Narbe"}, {"de": "Ohrring"}),
        languages=("Deutsch",),
        **said,  # type: ignore[arg-type]  # texts only
    )
    (group,) = describe.groups(WORDS, build.unknown_suspect(persons=(person,)))
    values = rows(group)
    assert {text["de"] for text in said.values()} <= set(values.values())
    assert values["Geschlecht"] == "divers"
    assert values["Scheinbares Alter"] == "etwa 20 bis 25 Jahre"
    assert values["Größe"] == "etwa 170 cm"
    assert values["Gewicht"] == "etwa 70 bis 75 kg (geschätzt)"
    assert values["Besondere Merkmale"] == "Narbe; Ohrring"
    assert values["Staatsangehörigkeit"] == "deutsch, sorbisch"
    assert group.title == "Tatverdächtige Person"


def test_aliases_and_birth_come_with_a_full_name_only() -> None:
    convict = build.convict()
    (full,) = describe.groups(WORDS, convict)
    assert rows(full)["Auch bekannt als"] == "Momo"
    assert rows(full)["Geboren"] == "Mai 1990 oder 4. Mai in Musterdorf"
    assert rows(full)["Geburtsname"] == "Muster"
    less = Names(given="Erik", family="Beispiel", aliases=("Momo",), shown=NamesShown.GIVEN_INITIAL)
    (reduced,) = describe.groups(WORDS, build.with_person(convict, names=less))
    assert rows(reduced) == {"Name": "Erik B.", "Geschlecht": "männlich", "Staatsangehörigkeit": "deutsch"}


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ({"date": "1990-05-04"}, "4. Mai 1990"),
        ({"place": "Musterdorf", "country": "Deutschland"}, "in Musterdorf, Deutschland"),
        ({"dates": ["1990", "1991"]}, "1990 oder 1991"),
        ({"name": "Muster"}, None),
        (None, None),
    ],
)
def test_a_birth_is_told_as_far_as_it_is_known(birth: dict[str, object] | None, expected: str | None) -> None:
    (group,) = describe.groups(WORDS, build.with_person(build.convict(), birth=birth))
    assert rows(group).get("Geboren") == expected


def test_persons_of_one_role_are_numbered_and_undescribed_ones_left_out() -> None:
    first = Person(id=PersonId("p1"), role=Role.SUSPECT, sex="male")
    second = Person(id=PersonId("p2"), role=Role.SUSPECT, sex="female")
    silent = Person(id=PersonId("p3"), role=Role.VICTIM)
    groups = describe.groups(WORDS, build.unknown_suspect(persons=(first, second, silent)))
    assert [group.title for group in groups] == ["Tatverdächtiger (1)", "Tatverdächtige (2)"]
    assert [group.field for group in groups] == ["persons/0", "persons/1"]


def test_things_are_listed_even_without_details() -> None:
    ring, watch = describe.groups(WORDS, build.thing())
    assert (ring.title, ring.field) == ("Siegelring", "objects/0")
    assert rows(ring)["Marke"] == "Musterschmiede"
    assert (watch.title, watch.facts) == ("Taschenuhr", ())


def test_the_number_of_a_thing_whose_owner_is_sought_is_withheld() -> None:
    found = describe.groups(WORDS, build.thing())[0]
    stolen = describe.groups(WORDS, build.thing(event=Event(places=(Place(role="scene", text="Musterallee"),))))[0]
    assert "Individualnummer" not in rows(found)
    assert rows(stolen)["Individualnummer"] == "S-4711"
