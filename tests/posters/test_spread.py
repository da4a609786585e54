"""A bilingual poster has its photo large on every sheet: both languages on it, or each on sheets of its own."""

import collections
import dataclasses

import pytest

from fahndung.errors import NotPublishable
from fahndung.model.sheet import SWITCH, Sheet
from fahndung.posters import Layout, Photo, plan, poster, reading, spread, tongues
from fahndung.posters.marks import Code, Tag
from fahndung.testing import cases
from fahndung.texts.bilingual import bilingual
from fahndung.texts.words import load
from tests.posters import build, heard
from tests.posters.test_conformance import LANGUAGES, pictured, plain, sheet
from tests.posters.test_crowd import wordy
from tests.posters.test_layout import assert_sound
from tests.posters.test_tongues import composed

BESIDE = [lang for lang in LANGUAGES if lang not in ("de", "ar", "fa")]
ENGLISH_PAGE = "https://polizei-musterstadt.example/f/m7k4/en.html"
SIZE = (1200, 1600)


def pair(name: str, lang: str) -> tuple[Sheet, list[Photo]]:
    """The case in German and beside it, with one photo of a usual form."""
    (german, (photo,)), (other, _) = (pictured(sheet(name, each), 1) for each in ("de", lang))
    return bilingual(german, other), [photo._replace(jpeg=b"", width=SIZE[0], height=SIZE[1])]


def translated(lang: str, **changes: object) -> Sheet:
    """An example with a warning, a reward and texts of its own in the language, and a photo."""
    shown = dataclasses.replace(build.picture("foto-1"), alt=f"Beschreibung auf {lang}")
    return dataclasses.replace(composed(lang), pictures=(shown,), **changes)


def photo(width: int = SIZE[0], height: int = SIZE[1]) -> list[Photo]:
    return [Photo(id=build.picture("foto-1").id, jpeg=b"", width=width, height=height)]


def pages(layout: Layout) -> tuple[Layout, ...]:
    return (layout, *layout.further)


def in_german(page: Layout) -> bool:
    return page.named("band")[0].lang is None


def values(made: tuple[Layout, ...]) -> list[str]:
    return [part.text for page in made for part in page.named("facts") if part.tag is Tag.VALUE]


def assert_complete(both: Sheet, made: tuple[Layout, ...]) -> None:
    """Every sheet of one language says in it what is asked of a sheet that hangs alone, and all of them all of it."""
    languages = [in_german(page) for page in made]
    assert languages == sorted(languages, reverse=True)
    assert set(languages) == {True, False}
    for own in both.apart:
        its = tuple(page for page in made if in_german(page) is (own.lang == "de"))
        for page in its:
            read = collections.Counter(part.text for part in page.parts if part.text and part.name != "facts")
            asked = [own.authority, own.band, own.marker, *own.questions[:1], own.innocence, own.warning]
            asked += [
                *own.reward[:1],
                own.office,
                own.phone,
                own.contact_sentence,
                own.tip_sentence,
                own.order_sentence,
            ]
            asked += [" ".join(own.reward[1:]), *(picture.alt for picture in own.pictures)]
            assert {text: read[text] for text in asked if text} == {text: 1 for text in asked if text}
            assert len(page.named("code")) == len(page.named("address")) == 1
            assert any(own.stand in text for text in read)
            assert {part.lang for part in page.parts if part.name != "page"} == {None if own.lang == "de" else own.lang}
        facts = [*own.whereabouts, *(row for group in own.groups for row in group.facts)]
        assert collections.Counter(values(its)) == collections.Counter(row.value for row in facts)
        for text in (own.summary, *own.questions[1:]):
            assert [part.text for page in its for part in page.parts].count(text) == 1
    first = 1 + languages.index(False)
    for page in made:
        (title,) = page.named("page")
        assert f"Deutsch: Seite 1 · {SWITCH}" in title.text
        its_words = both.apart[1].fixed["page-language"].format(number=first)
        assert title.text.endswith(f"{SWITCH}{its_words}{SWITCH}")


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("lang", BESIDE)
def test_on_every_sheet_in_two_languages_one_photo_takes_a_quarter_of_the_page(lang: str) -> None:
    apart = 0
    for name in cases.NAMES:
        both, photos = pair(name, lang)
        made = pages(layout := plan(both, photos))
        for page in made:
            assert_sound(page)
            assert page.photo_share >= 0.25, name
            assert page.body_size >= 9.5
        told = [warning.field for warning in layout.warnings]
        assert told == (["publication/languages"] if len(made) > 1 else []), name
        if not all(map(in_german, made)):
            assert_complete(both, made)
            apart += 1
    assert apart >= 5


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_where_all_that_is_asked_twice_leaves_the_photo_too_little_each_language_has_its_own_sheet(paper: str) -> None:
    both = bilingual(translated("de"), translated("en", page_url=ENGLISH_PAGE))
    german, english = made = pages(layout := plan(both, photo(), paper=paper))
    for page in made:
        assert_sound(page)
        assert page.photo_share >= 0.25
    assert_complete(both, made)
    assert [tongues.plain(page.named("page")[0].text) for page in made] == ["Deutsch: Seite 1 · English: page 2"] * 2
    (warning,) = layout.warnings
    assert warning.field == "publication/languages"
    assert warning.message.de.startswith("2 Blätter, erst alles auf Deutsch, dann alles in der anderen Sprache")
    codes = [mark.url for page in (german, english) for part in page.named("code") for mark in part.marks[1:]]
    assert codes == [both.page_url, ENGLISH_PAGE]
    assert all(isinstance(part.marks[1], Code) for page in made for part in page.named("code"))


def test_what_goes_on_is_counted_over_the_sheets_of_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    planned, spoken = spread.spread, list[str]()
    monkeypatch.setattr(
        spread, "spread", lambda order, place: (spoken.append(order.sheet.lang), planned(order, place))[1]
    )
    more = (build.group("X", *[(f"Merkmal {i}", f"ein Wert von mittlerer Länge, Nr. {i}") for i in range(30)]),)
    both = bilingual(translated("de", groups=more), translated("en", groups=more))
    made = pages(plan(both, photo()))
    assert_complete(both, made)
    assert [tongues.plain(page.named("page")[0].text) for page in made] == [
        "Deutsch: Seite 1 · English: page 3",
        "Weitere Angaben – Seite 2 von 4 · Deutsch: Seite 1 · English: page 3",
        "Deutsch: Seite 1 · English: page 3",
        "More details – page 4 of 4 · Deutsch: Seite 1 · English: page 3",
    ]
    hints = [part.text for page in made for part in page.named("more")]
    assert hints == ["Weitere Angaben auf Seite 2", "More details on page 4"]
    assert spoken == ["de", "de", "en"], "German is planned again only where it takes more sheets than was thought"


@pytest.mark.parametrize(("size", "fields"), [(SIZE, []), ((360, 480), ["images/foto-1", "images"])])
def test_how_sheets_in_two_languages_hang_is_told_below_the_goal_too(size: tuple[int, int], fields: list[str]) -> None:
    told = plan(bilingual(translated("de"), translated("en")), photo(*size)).warnings
    fair = [one for one in told if "dpi on A4" not in one.message.en]
    assert len(told) == len(fair) + (size != SIZE), "that a photo looks coarse is told once, not on every sheet"
    assert [one.field for one in fair] == ["publication/languages", *fields]
    assert "Hang them side by side" in fair[0].message.en
    assert ("so that photos cover 25 % of each" in fair[0].message.en) is (not fields)
    assert not any("crop" in one.message.en for one in told)


@pytest.mark.peers
def test_persons_on_further_sheets_of_both_languages_are_told_after_how_these_hang() -> None:
    german, english = wordy(5), dataclasses.replace(wordy(5), lang="en", fixed=load("en").texts("poster"))
    both = bilingual(german, english)
    told = plan(both, [Photo(id=one.id, jpeg=b"", width=900, height=1200) for one in both.pictures]).warnings
    assert [one.field for one in told] == ["publication/languages", "persons", "images"]
    assert "so that" not in told[0].message.en
    assert told[1].message.en.startswith("3 persons stand on a further sheet, so that every face can be made out")
    assert told[2].message.en.startswith("4 sheets, and photos cover 17 % of a page only; 20 % are the aim. Shorten")


def test_photos_that_do_not_hold_beside_two_languages_are_refused_as_photos() -> None:
    (german, shown), (other, _) = (pictured(sheet("ten-languages", lang), 13) for lang in ("de", "pl"))
    with pytest.raises(NotPublishable, match="images: 13 photos do not hold on a poster in two languages") as refused:
        plan(bilingual(german, other), [one._replace(jpeg=b"") for one in shown])
    assert [found.field for found in refused.value.problems] == ["images"]


def test_each_sheet_is_heard_in_its_language_and_its_title_in_both() -> None:
    both = bilingual(translated("de"), translated("pl", page_url=ENGLISH_PAGE))
    made = poster(both, [build.portrait("foto-1", 900, 1200)])
    said = collections.defaultdict(set)
    for one in heard.heard(made):
        said[one.drawn[0][0], one.lang].add(plain(one.text).removesuffix(" ·"))
    assert set(said) == {(0, None), (0, "pl"), (1, None), (1, "pl")}
    assert said[0, "pl"] == {"polski: strona 2"}
    assert said[1, None] == {"Deutsch: Seite 1"}
    german, other = both.apart
    assert {plain(german.summary), german.pictures[0].alt, "Deutsch: Seite 1"} <= said[0, None]
    assert {plain(other.summary), other.pictures[0].alt, "polski: strona 2"} <= said[1, "pl"]
    _, read = reading.read("a4.de-pl.pdf", made, authority=german.authority)
    assert read.hidden == ()
    assert read.codes == (german.page_url, ENGLISH_PAGE)


def test_one_sheet_stays_where_its_photo_is_as_large_as_its_form_lets_it_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def planned(*_: object) -> None:
        raise AssertionError("sheets of one language each were looked for")

    monkeypatch.setattr(spread, "_apart", planned)
    brief = {"warning": None, "reward": ()}
    layout = plan(bilingual(translated("de", **brief), translated("en", **brief)), photo(3000, 300))
    assert layout.further == ()
    assert [warning.field for warning in layout.warnings] == ["images/foto-1"]


def test_two_languages_that_one_sheet_does_not_hold_stand_on_two_without_a_photo_too() -> None:
    many = (build.group("X", *[(f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(22)]),)
    other = (build.group("X", *[(f"Feature {i}", "a value that takes about as much") for i in range(22)]),)
    german, english = (dataclasses.replace(composed(lang), pictures=()) for lang in ("de", "en"))
    both = bilingual(dataclasses.replace(german, groups=many), dataclasses.replace(english, groups=other))
    made = pages(layout := plan(both, []))
    assert len(made) == 2
    assert_complete(both, made)
    (warning,) = layout.warnings
    assert "because one does not hold both" in warning.message.en
