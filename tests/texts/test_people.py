import pytest

from fahndung.errors import InvalidRecord
from fahndung.model.appeal import Category, Names, NamesShown, Person, PersonId, Role
from fahndung.texts import people
from fahndung.texts.words import load
from tests.texts import build

WORDS = load("de")


def person(role: Role = Role.SUSPECT, **changes: object) -> Person:
    return Person(id=PersonId(str(changes.pop("id", "p1"))), role=role, **changes)  # type: ignore[arg-type]  # test values


@pytest.mark.parametrize(
    ("given", "family", "shown", "expected"),
    [
        ("Lena", "Beispiel", NamesShown.NONE, None),
        ("Lena", "Beispiel", NamesShown.GIVEN, "Lena"),
        ("Lena", "Beispiel", NamesShown.GIVEN_INITIAL, "Lena B."),
        ("Lena", "von Beispiel", NamesShown.GIVEN_INITIAL, "Lena B."),
        ("Lena", "al-beispiel", NamesShown.GIVEN_INITIAL, "Lena a."),
        ("Lena", "Beispiel", NamesShown.FULL, "Lena Beispiel"),
        ("Lena", None, NamesShown.FULL, "Lena"),
        ("Lena", None, NamesShown.GIVEN_INITIAL, "Lena"),
        (None, "Beispiel", NamesShown.FULL, "Beispiel"),
        (None, "Beispiel", NamesShown.GIVEN, None),
        (None, "Beispiel", NamesShown.GIVEN_INITIAL, None),
    ],
)
def test_a_name_is_shown_as_far_as_the_record_allows(
    given: str | None, family: str | None, shown: NamesShown, expected: str | None
) -> None:
    named = person(names=Names(given=given, family=family, shown=shown))
    assert people.shown_name(WORDS, named) == expected


def test_nobody_is_named_without_names() -> None:
    assert people.shown_name(WORDS, person()) is None


@pytest.mark.parametrize(
    ("sexes", "form"),
    [((), "other"), (("male",), "male"), (("female",), "female"), (("diverse",), "other"), ((None,), "other")],
)
def test_the_form_follows_the_sex(sexes: tuple[str | None, ...], form: str) -> None:
    assert people.form([person(sex=sex) for sex in sexes]) == form


def test_two_persons_are_several() -> None:
    assert people.form([person(), person()]) == "several"


def test_those_in_the_categorys_role_are_sought() -> None:
    suspect, victim = person(), person(Role.VICTIM, id="p2")
    case = build.unknown_suspect(persons=(victim, suspect))
    assert people.sought(case) == (suspect,)
    assert people.sought(build.witness_call(persons=(victim,))) == (victim,)
    assert people.suspects(case) == (suspect,)
    assert people.suspects(build.convict()) == ()


@pytest.mark.parametrize("category", list(Category))
def test_only_things_and_calls_without_persons_are_free_of_persons(category: Category) -> None:
    empty = build.appeal(category)
    assert people.about_persons(empty) is (category not in (Category.OBJECT, Category.WITNESS_CALL))


def test_a_picture_of_a_person_makes_it_an_appeal_about_persons() -> None:
    assert people.about_persons(build.thing(images=(build.picture(),)))
    assert people.about_persons(build.witness_call(persons=(person(Role.VICTIM),)))


def test_a_picture_that_shows_only_the_suspect_gets_no_witness_marker() -> None:
    seen = person(Role.WITNESS, id="p2", sex="male")
    shows_suspect, shows_witness, shows_nobody = (
        build.picture("a"),
        build.picture("b", shows=(PersonId("p1"), PersonId("p2"))),
        build.picture("c", shows=()),
    )
    case = build.unknown_suspect(persons=(person(), seen), images=(shows_suspect, shows_witness, shows_nobody))
    assert people.shown_witnesses(case, shows_suspect) is None
    assert people.shown_witnesses(case, shows_witness) == (seen,)
    assert people.shown_witnesses(case, shows_nobody) == (seen,)


def test_a_search_for_a_witness_without_a_described_person_marks_every_picture() -> None:
    shows_nobody = build.picture("a", shows=())
    case = build.witness(persons=(), images=(shows_nobody,))
    assert people.seeks_witness(case)
    assert people.shown_witnesses(case, shows_nobody) == ()


def test_a_missing_language_names_the_field() -> None:
    with pytest.raises(InvalidRecord) as caught:
        people.localized({"de": "ja"}, "hsb", "texts/summary")
    assert [problem.field for problem in caught.value.problems] == ["texts/summary"]
