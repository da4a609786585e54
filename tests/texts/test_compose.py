import datetime as dt
import pathlib

import pytest

from fahndung import resources
from fahndung.errors import InvalidConfig, InvalidRecord, UsageError
from fahndung.model.appeal import Appeal, Category, Contact, Event, Office, Place, Plan
from fahndung.model.ids import PersonId
from fahndung.model.image import Box, Redaction
from fahndung.model.sheet import Fact
from fahndung.model.sought import Person, Role
from fahndung.model.texts import Texts
from fahndung.texts import compose, outputs
from tests.texts import build

EVERY = build.every_category()


@pytest.mark.parametrize("category", list(Category))
def test_every_category_composes(category: Category) -> None:
    case = EVERY[category]
    composed = build.composed(case)
    assert composed.category is category
    assert composed.headline
    assert composed.band
    assert composed.questions
    assert composed.stand == "Stand: 20.11.2026, 16:00\u00a0Uhr"
    assert composed.valid_until == "gültig bis 14.01.2027, 24:00\u00a0Uhr"


@pytest.mark.parametrize("category", list(Category))
def test_the_barest_appeal_of_a_category_composes(category: Category) -> None:
    composed = build.composed(build.appeal(category), valid_until=None)
    assert composed.valid_until is None
    assert composed.headline


@pytest.mark.parametrize("category", list(Category))
def test_suspicion_is_told_of_suspects_and_not_of_convicts(category: Category) -> None:
    suspected = category in (Category.UNKNOWN_SUSPECT, Category.KNOWN_SUSPECT)
    assert (build.composed(EVERY[category]).innocence is not None) is suspected
    assert (build.composed(build.appeal(category)).innocence is not None) is suspected


def test_several_suspects_are_presumed_innocent_together() -> None:
    two = tuple(Person(id=PersonId(name), role=Role.SUSPECT, sex="male") for name in ("p1", "p2"))
    assert (build.composed(build.unknown_suspect(persons=two)).innocence or "").startswith("Die gesuchten Personen")


def test_the_marker_of_a_witness_stands_before_every_alt() -> None:
    composed = build.composed(build.witness())
    assert composed.marker == "Zeugin – nicht Beschuldigte"
    (picture,) = composed.pictures
    assert picture.marker == composed.marker
    assert picture.alt.startswith("Zeugin – nicht Beschuldigte. Standbild")
    assert build.composed(build.missing()).marker is None


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Zeugin, nicht Beschuldigte. Standbild: Frau", "Zeugin – nicht Beschuldigte. Standbild: Frau"),
        ("zeugin – nicht beschuldigte", "Zeugin – nicht Beschuldigte"),
        ("Zeugin in einem Bus", "Zeugin – nicht Beschuldigte. Zeugin in einem Bus"),
    ],
)
def test_a_marker_that_the_author_has_written_is_not_told_twice(written: str, printed: str) -> None:
    case = build.witness(images=(build.picture(alt={"de": written}),))
    assert [picture.alt for picture in build.composed(case).pictures] == [printed]


def test_a_redaction_is_told_in_the_caption() -> None:
    first, second = build.composed(build.unknown_suspect()).pictures
    assert first.caption == "Tatverdächtiger in der Straßenbahn (Teile des Bildes sind unkenntlich gemacht)"
    assert (first.redacted, second.redacted, second.caption) == (True, False, None)


@pytest.mark.parametrize(
    ("crop", "told"),
    [
        (None, True),
        (Box(x=0, y=0, width=300, height=300), True),
        (Box(x=0, y=0, width=60, height=300), True),  # beside the box, but it grows
        (Box(x=0, y=0, width=30, height=300), False),
        (Box(x=220, y=0, width=90, height=300), False),
        (Box(x=0, y=220, width=300, height=90), False),
        (Box(x=0, y=0, width=300, height=30), False),
    ],
)
def test_a_redaction_outside_the_crop_is_not_told(crop: Box | None, told: bool) -> None:
    redaction = Redaction(shape=Box(x=100, y=100, width=50, height=50))
    case = build.unknown_suspect(images=(build.picture(crop=crop, redactions=(redaction,)),))
    (shown,) = build.composed(case).pictures
    assert shown.redacted is told
    assert ("unkenntlich" in (shown.caption or "")) is told
    redactions = build.unknown_suspect().images[0].redactions
    bare = build.unknown_suspect(images=(build.picture(caption=None, redactions=redactions),))
    assert build.composed(bare).pictures[0].caption == "Teile des Bildes sind unkenntlich gemacht"


def test_pictures_of_the_dead_are_sensitive_without_being_told() -> None:
    assert build.composed(build.dead()).pictures[0].sensitive
    assert not build.composed(build.missing()).pictures[0].sensitive
    assert build.composed(build.missing(images=(build.picture(sensitive=True),))).pictures[0].sensitive


def test_time_and_places_become_rows() -> None:
    assert build.composed(build.missing()).whereabouts == (
        Fact(label="Vermisst seit", value="18.\u00a0November 2026, 16:30\u00a0Uhr", field="event/from"),
        Fact(label="Zuletzt gesehen", value="Bahnhof Musterstadt-Süd", field="event/places/0/text"),
        Fact(label="Mögliche Richtung", value="Innenstadt", field="event/places/1/text"),
    )
    labels = [fact.label for fact in build.composed(build.unknown_suspect()).whereabouts]
    assert labels == ["Tatverdacht", "Tatzeit", "Tatort"]


def test_the_event_has_a_row_unless_headline_or_offence_say_it() -> None:
    def labels(case: Appeal) -> list[str]:
        return [fact.label for fact in build.composed(case).whereabouts]

    title = Texts(title={"de": "Polizei bittet um Hinweise"}, summary={"de": "s"})
    other = build.unknown_suspect(texts=title)
    assert labels(other)[:2] == ["Tat", "Tatverdacht"]
    same = build.unknown_suspect(texts=title, event=Event(what="raub", start="2026"))
    assert labels(same)[:2] == ["Tatverdacht", "Tatzeit"]
    assert labels(build.missing(event=Event(what="Vermisstenfall", start="2026"))) == ["Vermisst seit"]
    assert labels(build.thing(texts=title, event=Event(what="Fund", start="2026")))[0] == "Anlass"


def test_a_place_of_an_unheard_of_role_is_a_plain_place() -> None:
    case = build.missing(event=build.Event(places=(Place(role="moon", text="Krater"),)))
    assert build.composed(case).whereabouts == (Fact(label="Ort", value="Krater", field="event/places/0/text"),)


def test_the_narrative_is_parted_at_blank_lines() -> None:
    texts = Texts(summary={"de": "s"}, narrative={"de": "eins\nzwei\n \n\ndrei\n"})
    assert build.composed(build.missing(texts=texts)).paragraphs == ("eins\nzwei", "drei")


def test_the_unit_belongs_to_the_authority() -> None:
    composed = build.composed(build.missing())
    assert composed.authority == "Polizeidirektion Musterstadt, Kriminalpolizeiinspektion"
    assert build.composed(build.missing(authority=Office(name="Polizei"))).authority == "Polizei"


def test_numbers_and_addresses_reach_the_sheet_untouched() -> None:
    contact = Contact(office='Revier "Mitte"', phone="040 66969 - 123", email="a...b@polizei.example")
    composed = build.composed(build.missing(contact=contact, reference='12 - 34 "x"'))
    assert composed.phone == "040 66969 - 123"
    assert composed.email == "a...b@polizei.example"
    assert composed.reference == '12 - 34 "x"'
    assert composed.office == "Revier „Mitte“"


def test_without_order_and_stand_the_sheet_says_so() -> None:
    draft = build.missing(publication=Plan(), legal=build.legal(Category.MISSING, decision=None))
    assert build.composed(draft).stand == "Stand: noch offen"


@pytest.mark.peers
def test_long_texts_are_never_cut() -> None:
    long = "Sehr langer Satz mit vielen Wörtern. " * 400
    case = build.missing(texts=Texts(summary={"de": long}, narrative={"de": long}, questions=({"de": long},)))
    composed, rendered = build.composed(case), build.rendered(case)
    assert composed.summary == composed.paragraphs[0] + " " == composed.questions[0] == long
    assert rendered.page_html.count("Sehr langer Satz") == 3 * 400
    assert rendered.press.count("Sehr langer Satz") == 3 * 400


def test_another_language_is_refused() -> None:
    with pytest.raises(UsageError):
        build.composed(build.missing(), lang="fr")


def test_a_naive_end_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        build.composed(build.missing(), valid_until=dt.datetime(2027, 1, 1))  # noqa: DTZ001 - the point of the test


def test_a_text_that_is_missing_in_german_names_its_field() -> None:
    case = build.missing(texts=Texts(summary={"hsb": "x"}))
    with pytest.raises(InvalidRecord, match="texts/summary"):
        build.composed(case)


def test_the_rendering_function_is_reached_from_here_too() -> None:
    assert compose.outputs is outputs.outputs


def test_the_words_of_posters_and_cards_are_the_home_s(tmp_path: pathlib.Path) -> None:
    text = resources.template_text("de", "words.toml")
    own = tmp_path / "templates" / "de" / "words.toml"
    own.parent.mkdir(parents=True)
    own.write_text(text.replace('live-only = "Aktueller Stand:"', 'live-only = "Gilt noch?"'), "utf-8")
    assert build.composed(build.missing(), home=tmp_path).fixed["live-only"] == "Gilt noch?"
    assert build.composed(build.missing()).fixed["live-only"] == "Aktueller Stand:"
    own.write_text(text.replace('live-only = "Aktueller Stand:"', ""), "utf-8")
    with pytest.raises(InvalidConfig, match=r"poster\.live-only is missing"):
        build.composed(build.missing(), home=tmp_path)
    own.write_text(text.replace("Seite {number} von", "Seite {nummer} von"), "utf-8")
    with pytest.raises(InvalidConfig, match=r"poster\.page uses unknown placeholders: nummer"):
        build.composed(build.missing(), home=tmp_path)
