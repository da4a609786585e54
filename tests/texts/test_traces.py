"""What the rest of an appeal still tells of a person who was left out: found on one side, not on the other."""

from typing import Any

import pytest

from fahndung.model.appeal import Appeal, Event, Place, Reward
from fahndung.model.appeal import Warning as Note
from fahndung.model.ids import PersonId
from fahndung.model.sought import Basis, Item, Names, NamesShown, Person, Range, Role
from fahndung.model.texts import Texts
from fahndung.texts import remainder, traces

from . import build

MAN = Person(
    id=PersonId("p1"),
    role=Role.SUSPECT,
    sex="male",
    names=Names(given="Jan Ole", family="von Beispiel", aliases=("Q 7", "Locke"), shown=NamesShown.FULL),
    birth={"date": "1984-03-07", "place": "Musterstadt", "name": "Muster-Vogel"},
    age=Range(min=35, max=45, basis=Basis.APPARENT),
    height_cm=Range(min=178, max=185),
    weight_kg=Range(min=90, max=90),
    hair={"de": "dunkelbraun, unter einer Kappe"},
    clothing={"de": "dunkelblaue Lederjacke, graue Hose"},
    belongings={"de": "Einkaufstasche, Uhr, Hut"},
    marks=({"de": "Narbe am Kinn"},),
    nationalities=("polnisch",),
)
WOMAN = Person(
    id=PersonId("p2"),
    role=Role.SUSPECT,
    sex="female",
    age=Range(min=28, max=30),
    clothing={"de": "weinroter Mantel, graue Hose"},
)


def case(summary: str = "Die Polizei bittet um Hinweise.", **changes: Any) -> Appeal:
    values: dict[str, Any] = {
        "persons": (MAN, WOMAN),
        "images": (build.picture("frau", alt={"de": "Standbild"}, caption=None, shows=(WOMAN.id,)),),
        "texts": Texts(title={"de": "Wer kennt sie?"}, summary={"de": summary}),
        "event": Event(what="Diebstahl", start="2026-11-07T11:25"),
        "warning": None,
        "reward": None,
    }
    return build.unknown_suspect(**values | changes)


def found(appeal: Appeal, person: Person = MAN) -> tuple[str, ...]:
    return traces.traces(appeal, remainder.remainder(appeal, build.composed(appeal), person), person)


@pytest.mark.parametrize(
    "telling",
    [
        "Jan wird gesucht.",
        "Wer hat OLE gesehen?",
        "Beispiels Wohnung ist leer.",
        "Vogel gilt als verschwunden.",
        "Man nennt ihn Q 7.",
        "Locke war dabei.",
        "Der 40-Jährige floh.",
        "Ein etwa 35 bis 38 Jahre alter Mann.",
        "Ein Vierzigjähriger floh.",
        "Er ist fünfundvierzig Jahre alt.",
        "Der Mann (40) floh.",
        "Der Mann ist Mitte 40.",
        "Er ist Ende dreißig.",
        "geboren am 7.3.1984",
        "geboren am 07.03.84",
        "Jahrgang 1984",
        "Er ist 180 cm groß.",
        "Er ist 1,80 m groß.",
        "Er wiegt 90 kg.",
        "Der Mann mit der Kappe stand Schmiere.",
        "Die Kappen wurden gefunden.",
        "Eine Baseballkappe blieb zurück.",
        "Er trug eine dunkelblaue Jacke.",
        "Das Dunkelblau fiel auf.",
        "Die Lederjacken sind auffällig.",
        "In der Tasche lagen Ringe.",
        "Er trug einen Hut.",
        "Er trug eine auffällige Uhr.",
        "Die Narbe fiel auf.",
        "Ein polnischer Staatsangehöriger.",
        "Die Lederja\u00adcke fiel auf.",
    ],
)
def test_a_trace_is_found(telling: str) -> None:
    assert found(case(telling)) == ("texts/summary",)


@pytest.mark.parametrize(
    "silent",
    [
        "Ein Mann und eine Frau stehen im Verdacht.",
        "Janine wird nicht gesucht.",
        "Der 46-Jährige ist Zeuge.",
        "Der 34-Jährige ist Zeuge.",
        "Anfang 50 sei der Zeuge.",
        "Am 7. November 2026 gegen 11:25 Uhr, bis 12 Uhr.",
        "Die graue Hose tragen beide.",
        "Der Schaden beträgt 40 Euro.",
        "Der Zug fuhr 186 cm weiter und 1,86 m zurück.",
        "Die Beute wog 91 kg.",
        "Die Polizeidirektion Musterstadt ermittelt.",
        "Der weinrote Mantel gehört der Frau, die 28 Jahre alt ist.",
        "Vor 140 Jahren und 1984 gab es das schon.",
    ],
)
def test_what_tells_nothing_of_them_is_no_trace(silent: str) -> None:
    assert found(case(silent)) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"texts": Texts(title={"de": "Wer kennt Jan?"}, summary={"de": "x"})}, "texts/title"),
        ({"texts": Texts(summary={"de": "x"}, narrative={"de": "Eins.\n\nZwei mit Kappe."})}, "texts/narrative"),
        (
            {"texts": Texts(summary={"de": "x"}, questions=({"de": "Wo?"}, {"de": "Wem fiel Jan auf?"}))},
            "texts/questions/1",
        ),
        ({"texts": Texts(summary={"de": "x"}, plain={"de": "Jan ist weg."})}, "texts/plain"),
        ({"event": Event(what="Diebstahl durch Jan")}, "event"),
        ({"event": Event(places=(Place(role="scene", text="vor Jans Haus"),))}, "event"),
        ({"warning": Note(code="armed", text={"de": "Jan ist bewaffnet."})}, "warning/text"),
        ({"reward": Reward(amount_eur=100, for_what="Hinweise auf Jan")}, "reward"),
        ({"objects": (Item(id="o", kind={"de": "Lederjacke"}),)}, "objects/0"),
        ({"objects": (Item(id="o", kind={"de": "Ring"}, description={"de": "gehört Jan"}),)}, "objects/0"),
        ({"images": (build.picture("f", alt={"de": "Frau, hinter ihr Jan"}, shows=(WOMAN.id,)),)}, "images/0/alt"),
        (
            {
                "images": (
                    build.picture("m", shows=(MAN.id,)),
                    build.picture("f", alt={"de": "Frau"}, caption={"de": "Frau neben der Kappe"}, shows=(WOMAN.id,)),
                )
            },
            "images/1/caption",
        ),
    ],
)
def test_every_text_is_searched_and_the_field_is_the_records(changes: dict[str, Any], field: str) -> None:
    assert field in found(case(**changes))


def test_another_persons_description_is_searched_for_the_name_only() -> None:
    like_him = Person(id=WOMAN.id, role=Role.SUSPECT, age=Range(min=40, max=40), clothing={"de": "Lederjacke"})
    assert found(case(persons=(MAN, like_him))) == ()
    told = Person(id=WOMAN.id, role=Role.SUSPECT, condition={"de": "war mit Jan unterwegs"})
    assert found(case(persons=(MAN, told))) == ("persons/1",)


def test_a_word_that_another_person_shares_tells_nothing() -> None:
    shared = Person(id=WOMAN.id, role=Role.SUSPECT, clothing={"de": "Lederjacke"})
    assert found(case("Die Lederjacke fiel auf.")) == ("texts/summary",)
    assert found(case("Die Lederjacke fiel auf.", persons=(MAN, shared))) == ()


def test_a_composed_headline_with_both_names_is_a_trace() -> None:
    def called(who: str, given: str) -> Person:
        return Person(id=PersonId(who), role=Role.MISSING, names=Names(given=given, shown=NamesShown.GIVEN))

    appeal = build.missing(
        persons=(called("p1", "Anna"), called("p2", "Ben")), images=(), texts=Texts(summary={"de": "x"})
    )
    assert "texts/title" in found(appeal, appeal.persons[0])


def test_a_person_of_whom_nothing_is_known_leaves_no_trace() -> None:
    nobody = Person(id=PersonId("p1"), role=Role.SUSPECT, names=Names(), age=Range(basis=Basis.APPARENT))
    assert found(case("Ein Mann floh.", persons=(nobody, WOMAN)), nobody) == ()
    open_ended = Person(id=PersonId("p1"), role=Role.SUSPECT, age=Range(min=100), height_cm=Range(max=95))
    assert found(case("Er ist 100 Jahre alt.", persons=(open_ended, WOMAN)), open_ended) == ("texts/summary",)
    assert found(case("Er ist 95 cm groß.", persons=(open_ended, WOMAN)), open_ended) == ("texts/summary",)
