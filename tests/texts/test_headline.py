from typing import Any

import pytest

from fahndung.errors import InvalidConfig
from fahndung.model.appeal import Appeal, Category, Event, Office, Place
from fahndung.model.ids import PersonId
from fahndung.model.sought import Basis, Names, NamesShown, Person, Range, Role
from fahndung.model.texts import Texts
from fahndung.texts import headline
from fahndung.texts.words import Words, load
from tests.texts import build

WORDS = load("de")
KNOWN_14 = Range(min=14, max=14, basis=Basis.KNOWN)
LENA = Names(given="Lena", family="Beispiel", shown=NamesShown.GIVEN)


def missing(sex: str | None = None, names: Names | None = None, age: Range | None = None) -> Appeal:
    person = Person(id=PersonId("p1"), role=Role.MISSING, sex=sex, names=names, age=age)
    return build.missing(Category.MISSING, persons=(person,))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (missing("female", LENA, KNOWN_14), "14-jährige Lena vermisst – Öffentlichkeitsfahndung"),
        (missing("male", LENA, KNOWN_14), "14-jähriger Lena vermisst – Öffentlichkeitsfahndung"),
        (missing(None, LENA, KNOWN_14), "Lena (14) vermisst – Öffentlichkeitsfahndung"),
        (missing("female", LENA), "Lena vermisst – Öffentlichkeitsfahndung"),
        (missing("male", None, KNOWN_14), "14-Jähriger vermisst – Öffentlichkeitsfahndung"),
        (missing("male"), "Mann vermisst – Öffentlichkeitsfahndung"),
        (missing(), "Person vermisst – Öffentlichkeitsfahndung"),
        (missing("female", None, Range(min=70, max=75)), "Frau vermisst – Öffentlichkeitsfahndung"),
        (
            missing("female", None, Range(min=70, max=70, basis=Basis.APPARENT)),
            "Frau vermisst – Öffentlichkeitsfahndung",
        ),
        (missing("female", LENA, Range(min=0, max=0)), "Lena vermisst – Öffentlichkeitsfahndung"),
        (build.appeal(Category.MISSING), "Person vermisst – Öffentlichkeitsfahndung"),
        (build.unknown_suspect(), "Wer kennt diesen Mann? – Öffentlichkeitsfahndung: Raub in einer Straßenbahn"),
        (
            build.unknown_suspect(images=(), event=Event()),
            "Wer kann Hinweise geben? – Öffentlichkeitsfahndung: Raub (§ 249 StGB)",
        ),
        (build.convict(), "Polizei sucht Erik Beispiel – Fahndung zur Vollstreckung einer Strafe"),
        (build.witness(), "Polizei sucht wichtige Zeugin"),
        (build.dead(), "Unbekannter Toter – Wer kann Hinweise geben?"),
        (build.helpless(), "Unbekannter Mann in hilfloser Lage – Wer kann Hinweise geben?"),
        (build.thing(), "Wem gehören diese Gegenstände?"),
        (build.thing(event=Event(places=(Place(role="scene", text="Hof"),))), "Wer kennt diese Gegenstände?"),
        (build.thing(objects=build.thing().objects[:1], event=Event()), "Wer kennt diesen Gegenstand?"),
        (build.witness_call(), "Zeugenaufruf: Verkehrsunfall auf der Musterallee"),
        (build.witness_call(event=Event()), "Zeugenaufruf der Polizei"),
    ],
)
def test_headlines_follow_the_patterns_of_the_category(case: Appeal, expected: str) -> None:
    assert headline.headline(WORDS, case) == expected


def test_an_authored_title_overrides_the_pattern() -> None:
    case = build.missing(texts=Texts(summary={"de": "x"}, title={"de": "Wo ist Lena?"}))
    assert headline.headline(WORDS, case) == "Wo ist Lena?"


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({"sex": "female"}, "diese Frau"),
        ({"sex": "diverse"}, "diese Person"),
        ({"sex": "male", "age": Range(min=14, max=17)}, "diesen Jugendlichen"),
        ({"sex": "male", "age": Range(min=17, max=18)}, "diesen Mann"),
        ({"sex": "female", "age": Range(min=10, max=13)}, "dieses Mädchen"),
        ({"sex": None, "age": Range(min=10)}, "diese Person"),
    ],
)
def test_the_person_in_the_headline_is_worded_by_sex_and_age(changes: dict[str, Any], who: str) -> None:
    case = build.with_person(build.unknown_suspect(), **{"age": None} | changes)
    assert headline.headline(WORDS, case).startswith(f"Wer kennt {who}? ")


@pytest.mark.parametrize(
    ("sexes", "who"),
    [(("male", "male"), "diese Männer"), (("female", "female"), "diese Frauen"), (("male", None), "diese Personen")],
)
def test_several_persons_are_worded_together(sexes: tuple[str | None, ...], who: str) -> None:
    persons = tuple(
        Person(id=PersonId(f"p{index}"), role=Role.SUSPECT, sex=sex) for index, sex in enumerate(sexes, start=1)
    )
    assert headline.headline(WORDS, build.unknown_suspect(persons=persons)).startswith(f"Wer kennt {who}? ")


def test_a_pictured_but_undescribed_person_is_a_person() -> None:
    case = build.unknown_suspect(persons=())
    assert headline.headline(WORDS, case).startswith("Wer kennt diese Person? ")


def test_several_missing_persons_are_named_together_or_not_at_all() -> None:
    lena = Person(id=PersonId("p1"), role=Role.MISSING, names=LENA)
    tom = Person(id=PersonId("p2"), role=Role.MISSING, names=Names(given="Tom", shown=NamesShown.GIVEN))
    unnamed = Person(id=PersonId("p3"), role=Role.MISSING)
    both = build.missing(persons=(lena, tom))
    assert headline.headline(WORDS, both) == "Lena und Tom vermisst – Öffentlichkeitsfahndung"
    mixed = build.missing(persons=(lena, unnamed))
    assert headline.headline(WORDS, mixed) == "Mehrere Minderjährige vermisst – Öffentlichkeitsfahndung"


@pytest.mark.parametrize(
    ("case", "band"),
    [
        (build.missing(), "Vermisst"),
        (build.unknown_suspect(), "Fahndung"),
        (build.witness(), "Zeugin gesucht"),
        (build.witness(persons=()), "Zeugin oder Zeuge gesucht"),
        (build.dead(), "Unbekannter Toter"),
        (build.thing(), "Sachfahndung"),
        (build.witness_call(), "Zeugenaufruf"),
    ],
)
def test_the_band_says_the_role(case: Appeal, band: str) -> None:
    assert headline.band(WORDS, case) == band


def test_the_public_title_tells_category_and_region_and_no_name() -> None:
    assert headline.public_title(WORDS, build.missing()) == "Vermisstenfahndung – Musterstadt"
    without = build.missing(authority=Office(name="Polizei"))
    assert headline.public_title(WORDS, without) == "Vermisstenfahndung"


def test_the_authored_questions_go_first() -> None:
    assert headline.questions(WORDS, build.missing()) == (
        "Wer hat Lena seit Mittwoch gesehen?",
        "Wer weiß, wo sie sich aufhält?",
    )
    assert headline.questions(WORDS, build.thing()) == (
        "Wem gehören diese Gegenstände? Bitte halten Sie einen Eigentumsnachweis bereit.",
    )


@pytest.mark.parametrize(
    ("sexes", "expected"),
    [
        (("male",), "Zeuge – nicht Beschuldigter"),
        (("female",), "Zeugin – nicht Beschuldigte"),
        ((None,), "Zeugin oder Zeuge – nicht beschuldigt"),
        ((), "Zeugin oder Zeuge – nicht beschuldigt"),
        (("male", "female"), "Zeugen – nicht Beschuldigte"),
    ],
)
def test_the_marker_follows_the_sex(sexes: tuple[str | None, ...], expected: str) -> None:
    witnesses = tuple(Person(id=PersonId("p1"), role=Role.WITNESS, sex=sex) for sex in sexes)
    assert headline.marker(WORDS, witnesses) == expected


def test_a_category_without_words_is_refused_by_key() -> None:
    with pytest.raises(InvalidConfig, match=r"category\.missing-child\.band"):
        headline.band(Words(lang="de", path="templates/de/words.toml", table={}), build.missing())
