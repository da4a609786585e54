"""R18 on the outputs: what is not shown of a person stands nowhere, and no finding repeats it."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fahndung.law.facts import Facts, Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Answer, Appeal, Category, Event, Office, Place, Unlock
from fahndung.model.ids import PersonId
from fahndung.model.reading import Kind, Text
from fahndung.model.sought import Names, NamesShown, Person, Role

from .build import JUDGE, ORDERED, POLICE, appeal, facts, missing, order, person, scope
from .build_outputs import found, narrated, outputs, page, piece, post, wording

BLOCKED = [("block", "texts/narrative")]
FULL = NamesShown.FULL


def lost(given: str = "Heinrich", family: str = "Musterfeld", **more: Any) -> Appeal:
    """A search for a missing man; given name and initial are shown unless said otherwise."""
    named: dict[str, Any] = {"given": given, "family": family, "shown": NamesShown.GIVEN_INITIAL}
    named |= {key: more.pop(key) for key in ("aliases", "shown") if key in more}
    birth = more.pop("birth", None)
    somebody = Person(id=PersonId("p1"), role=Role.MISSING, names=Names(**named), birth=birth)
    return missing(order(POLICE), **({"persons": (somebody,)} | more))


def told(subject: Appeal, text: str) -> list[tuple[str, str]]:
    """The findings of R18 where the narrative says so."""
    return found(narrated(subject, text), "R18")


@pytest.mark.parametrize(
    "text",
    [
        "Heinrich Musterfeld wird vermisst.",
        "MUSTERFELD",
        "Musterfelds Rucksack",
        "die Brüder Musterfeld",
        "der musterfeld",
        "h.musterfeld@beispiel.example",
        "heinrich_musterfeld",
        "Muster\u00adfeld",
        "Musterfeld-Suche",
    ],
)
def test_a_family_name_that_is_not_shown_is_found_however_it_is_written(text: str) -> None:
    assert told(lost(), text) == BLOCKED


@pytest.mark.parametrize(
    "text",
    [
        "Heinrich M. wird vermisst.",
        "Heinrichs Rucksack",
        "im Musterfelder Weg",
        "Musterfeldern",
        "Musterfeld-Straße",
        "Musterfeld-Gymnasium",
        "ein Feld bei Musterstadt",
    ],
)
def test_what_is_shown_or_is_another_word_passes(text: str) -> None:
    assert told(lost(), text) == []


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("Müller-Lüdenscheidt", "Familie Mueller-Luedenscheidt"),
        ("Mueßig", "Müßig"),
        ("Novák", "Novak"),
        ("Strauß-Beispielhuber", "Herr Beispielhuber"),
        ("von Beispielhausen", "Beispielhausen"),
        ("O’Beispiel", "O'Beispiel"),
    ],
)
def test_umlauts_accents_and_parts_are_found(family: str, text: str) -> None:
    assert told(lost(family=family), text) == BLOCKED


@pytest.mark.parametrize(
    ("shown", "text", "blocked"),
    [
        (NamesShown.NONE, "Heinrich ging fort", True),
        (NamesShown.GIVEN, "Heinrich ging fort", False),
        (NamesShown.GIVEN_INITIAL, "Heinrich ging fort", False),
        (NamesShown.GIVEN, "Musterfeld ging fort", True),
        (NamesShown.FULL, "Heinrich Musterfeld ging fort", False),
        (NamesShown.FULL, "genannt Heini", False),
        (NamesShown.GIVEN_INITIAL, "genannt Heini", True),
        (NamesShown.NONE, "genannt Heini", True),
    ],
)
def test_what_is_hidden_follows_what_is_shown(shown: NamesShown, text: str, blocked: bool) -> None:
    subject = lost(shown=shown, aliases=("„Heini“",))
    assert told(dataclasses.replace(subject, category=Category.CONVICT), text) == (BLOCKED if blocked else [])


def test_an_order_that_allows_no_names_hides_them_in_every_text() -> None:
    def under(names: bool | None, *, by_order: bool) -> list[tuple[str, str]]:
        mandate = order(JUDGE, scope=scope(names=names))
        suspect = person(names=Names(given="Torben", family="Beispielmann", shown=FULL))
        legal: dict[str, Any] = {"decision": None if by_order else mandate}
        subject = appeal(mandate if by_order else None, category=Category.CONVICT, persons=(suspect,), **legal)
        return told(subject, "Torben Beispielmann")

    assert under(True, by_order=True) == []
    assert under(False, by_order=True) == BLOCKED
    assert under(None, by_order=True) == BLOCKED
    assert under(None, by_order=False) == []
    assert under(False, by_order=False) == BLOCKED


def test_a_name_that_is_shown_against_the_order_is_told_once_and_where_it_can_be_put_right() -> None:
    names = Names(given="Torben", family="Beispielmann", aliases=("Toto", "Heini"), shown=FULL)
    suspect = person(names=names, birth={"date": "1985-05-04"}, hair={"de": "wie Heini"})
    subject = appeal(order(JUDGE, scope=scope(names=False)), category=Category.CONVICT, persons=(suspect,))
    composed = [
        piece("Wer hat Torben Beispielmann gesehen?", "texts/title"),
        *(piece(value, "persons/0") for value in ("Torben Beispielmann", "Toto", "4. Mai 1985")),
    ]
    written = [piece("wie Heini", "persons/0"), piece("Torben Beispielmann ging fort", "texts/summary")]
    built = facts(subject, Stage.RELEASE, outputs=outputs(pieces=tuple(composed)))
    assert found(built, "R10") == [("block", "persons/0/names/shown")]
    assert found(built, "R18") == []
    both = facts(subject, Stage.RELEASE, outputs=outputs(pieces=(*composed, *written)))
    assert set(found(both, "R18")) == {("block", "texts/summary"), ("block", "persons/0/hair")}


def test_a_composed_headline_is_blamed_on_the_field_that_it_is_made_of() -> None:
    subject = dataclasses.replace(lost(shown=NamesShown.NONE), event=Event(what="Suche nach Musterfeld"))
    said = outputs(pieces=(piece("Zeugenaufruf: Suche nach Musterfeld", "texts/title"),))
    assert set(found(facts(subject, Stage.RELEASE, outputs=said), "R18")) == {("block", "event/what")}


@pytest.mark.parametrize(
    ("family", "text", "severity"),
    [
        ("Winter", "im Winter 2025", "ask"),
        ("Winter", "Heinrich Winter", "block"),
        ("Winter", "Herr Winter", "block"),
        ("Winter", "Winter, Heinrich", "block"),
        ("Winter", "im winterlichen Park", None),
        ("Braun", "braune Jacke, Augen braun", None),
        ("Braun", "Braun ist die Jacke", "ask"),
        ("Richter", "ein Richter hat angeordnet", "ask"),
        ("Vu", "Frau Vu", "block"),
        ("An", "An der Haltestelle", "ask"),
        ("Tom", "tom", None),
        ("Tom", "Tom", "block"),
    ],
)
def test_a_name_that_is_an_ordinary_word_is_a_question(family: str, text: str, severity: str | None) -> None:
    subject = lost(family=family)
    answered = dataclasses.replace(
        subject, answers=(Answer(rule="R18", by="f.freigabe", at=ORDERED, reason="Jahreszeit gemeint"),)
    )
    expected = [] if severity is None else BLOCKED
    assert told(subject, text) == expected
    assert told(answered, text) == ([("warn", "texts/narrative")] if severity == "ask" else expected)


def test_the_forces_own_names_are_no_secret() -> None:
    named = lost(family="Musterstadt", authority=Office(name="Polizeidirektion Musterstadt", unit="Revier Mitte"))
    assert told(named, "Die Polizeidirektion Musterstadt bittet um Hinweise.") == []
    assert told(named, "Der Mann heißt Musterstadt.") == BLOCKED
    said = outputs(
        texts=(page("Herausgeber: Haus Beispiel, Beispielort – beispielort.example"),),
        wording=wording(
            imprint=("Herausgeber: Haus Beispiel, Beispielort",), page_url="https://beispielort.example/fahndung/"
        ),
    )
    assert found(facts(lost(family="Beispielort"), Stage.RELEASE, outputs=said), "R18") == []


def test_a_name_that_another_person_shows_is_no_secret() -> None:
    shown = person(id=PersonId("p1"), names=Names(given="Ada", family="Beispielmann", shown=FULL))
    hidden = person(id=PersonId("p2"), names=Names(given="Bert", family="Beispielmann", shown=NamesShown.NONE))
    subject = appeal(order(JUDGE, scope=scope(names=True)), category=Category.CONVICT, persons=(shown, hidden))
    assert told(subject, "Ada Beispielmann") == []
    assert told(subject, "Bert Beispielmann") == BLOCKED


BORN = {"date": "2004-03-07", "place": "Beispielhausen", "name": "Muthesius", "country": "Dänemark"}


@pytest.mark.parametrize(
    "text",
    [
        "2004-03-07",
        "7.3.2004",
        "07.03.2004",
        "7. 3. 2004",
        "7. März 2004",
        "07. März 2004",
        "7. Mrz. 2004",
        "7.3.04",
        "07/03/2004",
        "March 7, 2004",
        "7 March 2004",
        "7.\u00a0März 2004",
        "geboren am 7. März",
        "Jahrgang 2004",
        "geb. 2004",
        "wurde 2004 geboren",
        "geborene Muthesius",
        "Muthesius",
        "in Beispielhausen geboren",
        "gebürtig aus Beispielhausen",
        "gebürtige Beispielhausenerin",
        "stammt aus Beispielhausen",
        "Geburtsort: Beispielhausen",
        "gebürtig aus Dänemark",
    ],
)
def test_birth_date_name_and_place_are_found(text: str) -> None:
    assert told(lost(birth=BORN), text) == BLOCKED
    assert (
        told(lost(birth=BORN, unlock=(Unlock(field="persons/0/birth", reason="Nötig", by="f.freigabe"),)), text) == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "7. März 2014",
        "17.3.2004",
        "7.3.20041",
        "seit 2004 in Musterstadt",
        "am 7. März",
        "7.3. 04:15 Uhr",
        "14-jährig",
        "unterwegs nach Dänemark",
        "geboren wurde die Idee",
    ],
)
def test_another_date_or_place_passes(text: str) -> None:
    assert told(lost(birth=BORN), text) == []


@pytest.mark.parametrize(
    ("date", "text", "blocked"),
    [
        ("2004", "Jahrgang 2004", True),
        ("2004", "Rathaus von 2004", False),
        ("2004-03", "geboren im März 2004", True),
        ("2004-03", "im März 2004", False),
        ("--03-07", "Geburtstag am 7.3.", True),
        ("--03-07", "am 7.3.", False),
        ("unbekannt", "unbekannt", False),
    ],
)
def test_a_partial_birth_date_is_found_where_a_birth_is_told(date: str, text: str, blocked: bool) -> None:
    assert told(lost(birth={"date": date}), text) == (BLOCKED if blocked else [])


def test_every_birth_date_that_was_used_is_hidden() -> None:
    assert told(lost(birth={"dates": ["1980-01-02", "1981-01-02"]}), "2.1.1981") == BLOCKED


def test_a_birth_place_is_asked_unless_the_record_explains_it() -> None:
    assert told(lost(birth=BORN), "fährt oft nach Beispielhausen") == [("warn", "texts/narrative")]
    there = Event(places=(Place(role="last-seen", text="Bahnhof Beispielhausen"),))
    assert told(lost(birth=BORN, event=there), "fährt oft nach Beispielhausen") == []


def test_a_birth_is_told_with_a_full_name_of_a_category_that_tells_it() -> None:
    wanted = person(names=Names(given="Torben", family="Beispielmann", shown=FULL), birth=BORN)
    mandate = order(JUDGE, scope=scope(names=True))
    subject = appeal(mandate, category=Category.KNOWN_SUSPECT, persons=(wanted,))
    assert told(subject, "geboren am 7.3.2004 in Beispielhausen") == []
    of_witness = told(dataclasses.replace(subject, category=Category.WITNESS), "geboren am 7.3.2004")
    assert of_witness == [("block", "persons/0/birth"), *BLOCKED]


def test_a_template_that_tells_a_name_is_found_by_its_output() -> None:
    said = outputs(texts=(page("Kopf Musterfeld Fuß"), Text(name="alts/a", kind=Kind.ALT, text="Herr Musterfeld")))
    assert found(facts(lost(), Stage.RELEASE, outputs=said), "R18") == [("block", "page"), ("block", "alts/a")]


def test_a_text_that_stands_after_the_end_is_not_read_here() -> None:
    said = outputs(texts=(Text(name="closings/reached", kind=Kind.CLOSING, text="Musterfeld"),))
    assert found(facts(lost(), Stage.RELEASE, outputs=said), "R18") == []


def test_a_word_broken_on_a_poster_is_joined() -> None:
    def on(kind: Kind) -> Facts:
        return facts(
            lost(), Stage.RELEASE, outputs=outputs(texts=(Text(name="x", kind=kind, text="Herr Muster- feld wird"),))
        )

    assert found(on(Kind.POSTER), "R18") == [("block", "x")]
    assert found(on(Kind.PAGE), "R18") == []


def test_a_post_of_a_channel_is_read_as_well() -> None:
    given = facts(lost(), Stage.RELEASE, posts=(post("Wo ist Musterfeld?"),))
    assert found(given, "R18") == [("block", "posts/mastodon")]


def test_a_finding_names_field_and_outputs_and_never_the_secret() -> None:
    text = "Heinrich Musterfeld, geb. 7.3.2004 in Beispielhausen, geborene Muthesius, genannt Heini"
    given = narrated(lost(birth=BORN, aliases=("Heini",)), text)
    problems = [problem for problem in judge(given) if problem.rule == "R18"]
    assert len(problems) == 5
    for problem in problems:
        assert problem.field == "texts/narrative"
        for message in problem.message:
            assert "page" in message
            assert "persons/0" in message
            for secret in ("Musterfeld", "2004", "Beispielhausen", "Muthesius", "Heini"):
                assert secret not in message


def test_a_piece_of_a_person_is_found_at_its_own_field() -> None:
    somebody = Person(
        id=PersonId("p1"),
        role=Role.MISSING,
        names=Names(given="Heinrich", family="Musterfeld", shown=NamesShown.GIVEN),
        marks=({"de": "Tätowierung „Musterfeld“"},),
    )
    said = outputs(pieces=(piece("Tätowierung „Musterfeld“", "persons/0"),))
    given = facts(missing(order(POLICE), persons=(somebody,)), Stage.RELEASE, outputs=said)
    assert found(given, "R18") == [("block", "persons/0/marks")]


@pytest.mark.peers
@given(
    st.text(max_size=12),
    st.text(max_size=12),
    st.text(max_size=60),
    st.sampled_from(["texts/narrative", "persons/0", "persons/9", "event", "", "reward"]),
    st.sampled_from(list(Category)),
    st.sampled_from(list(NamesShown)),
)
def test_no_record_and_no_text_make_the_rules_on_content_fall_over(
    name: str, place: str, text: str, field: str, category: Category, shown: NamesShown
) -> None:
    somebody = Person(
        id=PersonId("p1"),
        role=Role.VICTIM,
        names=Names(given=name, family=place, aliases=(name,), shown=shown),
        birth={"date": name, "dates": [place], "place": place, "name": name, "country": place},
        marks=({"de": place},),
        nationalities=(name,),
    )
    subject = dataclasses.replace(lost(persons=(somebody,)), category=category)
    said = narrated(subject, text, field, posts=(post(text, links=(name,)),))
    assert all(problem.message.en and problem.message.de for problem in judge(said))


def test_the_finding_is_a_sentence_whatever_must_not_be_told() -> None:
    (problem,) = [p for p in judge(narrated(lost(), "Musterfeld")) if p.rule == "R18"]
    assert "nicht genannt werden darf: ein Teil des Namens, der nicht gezeigt wird (zu lesen in:" in problem.message.de
