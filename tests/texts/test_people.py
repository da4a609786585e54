import pytest

from fahndung.errors import InvalidRecord
from fahndung.model.ids import PersonId
from fahndung.model.sought import Names, NamesShown, Person, Role
from fahndung.texts import people
from fahndung.texts.words import load

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


def test_a_missing_language_names_the_field() -> None:
    with pytest.raises(InvalidRecord) as caught:
        people.localized({"de": "ja"}, "hsb", "texts/summary")
    assert [problem.field for problem in caught.value.problems] == ["texts/summary"]
