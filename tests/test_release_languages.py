"""The languages of a release: made where the record has every text, told where it lacks one, judged like German."""

import dataclasses
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from fahndung import premises, records, release
from fahndung.errors import InvalidRecord, Severity, UsageError
from fahndung.law import gate, languages
from fahndung.law.facts import Facts
from fahndung.law.gate import Stage
from fahndung.model.faces import Absence
from fahndung.model.mandate import Medium
from fahndung.model.reading import Outputs, letters
from fahndung.posters import reading as posters_read
from fahndung.posters import shaping
from fahndung.release import files as made_files
from fahndung.testing import cases as testing_cases
from fahndung.texts import pages
from tests.posters import build
from tests.texts.test_golden import GOLDEN, compare
from tests.world import write_case

SITE = "https://fahndung.polizei.example/"
SENTENCE = re.compile(r"(?<=[.?!؟]) ")
Change = Callable[[dict[str, Any]], object]


def facts_and_release(
    folder: pathlib.Path, name: str, change: Change = lambda record: None, *, paper: bool = False, site: bool = True
) -> tuple[Facts, release.Examined]:
    case = records.load(write_case(folder, name, change, paper=paper))
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.RELEASE)
    setting = dataclasses.replace(
        premises.setting_of(facts, None, None, salt=b"s" * 32),
        detector=Absence.OFF,
        accounts={"website": SITE},
        channels=("website",),
        sites=frozenset({"website"} if site else ()),
    )
    made = release.examine(case.appeal, case.images, {}, setting, judge=lambda appeal, outputs: ())
    return dataclasses.replace(facts, outputs=made.outputs), made


def files(made: release.Examined) -> set[str]:
    assert made.built is not None
    return set(made.built.release.files)


def text(made: release.Examined, name: str) -> str:
    assert made.built is not None
    return made.built.release.files[name].data.decode()


def of_languages(facts: Facts) -> list[tuple[str, str]]:
    """Rule and field of what the gate has against other languages than German."""
    ours = {rule.judge for rule in languages.RULES}
    rules = [rule for rule in gate.REGISTER if rule.judge in ours and rule.applies(facts)]
    return sorted({(found.rule, found.field) for rule in rules for found in rule.judge(facts)})


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, release.Examined]:
    return facts_and_release(tmp_path_factory.mktemp("ten"), "ten-languages")


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, release.Examined]:
    """A witness with a picture, a page in Polish."""

    def polish(record: dict[str, Any]) -> None:
        def told(value: Any) -> None:
            if isinstance(value, dict) and "de" in value:
                value["pl"] = "tekst po polsku"
            for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                told(below)

        told(record)
        record["publication"]["languages"] = ["pl"]
        record["texts"]["translations"] = {
            "pl": {"event/what": "napad", "event/places/0/text": "peron", "contact/hours": "całą dobę"}
        }

    return facts_and_release(tmp_path_factory.mktemp("witness"), "tram-witness", polish)


def test_every_page_links_to_every_other_and_says_its_language(ten: tuple[Facts, release.Examined]) -> None:
    _, made = ten
    langs = ["en", "pl", "cs", "hsb", "uk", "ru", "tr", "ar", "fa"]
    assert made.built is not None
    assert made.built.release.manifest["languages"] == langs
    assert {f"templates-{lang}" for lang in langs} <= made.built.release.manifest["versions"].keys()
    german = text(made, "website/page.html")
    address = made.built.release.manifest["page_url"]
    for lang in langs:
        html = text(made, f"website/pages/{lang}.html")
        direction = "rtl" if lang in {"ar", "fa"} else "ltr"
        assert f'<html lang="{lang}" dir="{direction}">' in html
        assert f'<link rel="alternate" hreflang="{lang}" href="{address}{lang}.html">' in german
        assert f'<a href="{address}{lang}.html" hreflang="{lang}" lang="{lang}" dir="{direction}">' in german
        others = {f'hreflang="{other}"' for other in ["de", *langs] if other != lang}
        assert all(other in html for other in others)
        assert f'hreflang="{lang}"' not in html
        page, original = pages.read(html).page, pages.read(german).page
        assert (page.robots, page.previews, page.loads) == (original.robots, original.previews, original.loads)


def test_whoever_comes_after_the_end_reads_of_it_in_each_language(
    ten: tuple[Facts, release.Examined], tmp_path: pathlib.Path
) -> None:
    gone = text(ten[1], "website/gone.html")
    for lang, said in {"pl": "Te poszukiwania zostały zakończone.", "ar": "انتهى هذا البحث."}.items():
        direction = "rtl" if lang == "ar" else "ltr"
        assert f'<section lang="{lang}" dir="{direction}">\n<h2>{said}</h2>' in gone
    assert gone.index("Diese Veröffentlichung ist beendet.") < gone.index('<section lang="en"')
    assert gone.count("<section lang=") == 9
    _, german = facts_and_release(tmp_path, "ten-languages", lambda record: record["publication"].pop("languages"))
    assert "<section lang=" not in text(german, "website/gone.html")


@pytest.mark.peers
def test_posters_speak_the_languages_that_run_from_right_to_left(tmp_path: pathlib.Path) -> None:
    facts, made = facts_and_release(tmp_path, "ten-languages", paper=True)
    assert {"posters/a4.ar.pdf", "posters/a4.fa.pdf", "posters/a3.ar.pdf"} <= files(made)
    assert of_languages(facts) == []
    assert made.built is not None
    manifest = made.built.release.manifest
    assert manifest["versions"]["uharfbuzz"] == shaping.installed()
    assert not {"posters/a4.de-ar.pdf", "posters/a4.de-fa.pdf"} & files(made)
    assert [problem for problem in made.built.problems if problem.rule == "poster"] == []


def test_a_release_without_them_names_no_shaper(witness: tuple[Facts, release.Examined]) -> None:
    assert witness[1].built is not None
    assert "uharfbuzz" not in witness[1].built.release.manifest["versions"]


def test_a_number_runs_from_left_to_right_in_arabic(ten: tuple[Facts, release.Examined]) -> None:
    html = text(ten[1], "website/pages/ar.html")
    assert html.count('<bdi dir="ltr" class="number">040 66969-110</bdi>') == 1


@pytest.mark.peers
@pytest.mark.parametrize("name", ["border-boy", "ten-languages"])
def test_the_words_in_other_languages_are_those_that_were_read(name: str, tmp_path: pathlib.Path) -> None:
    facts, _ = facts_and_release(tmp_path, name)
    assert facts.outputs is not None
    told = [
        f"=== {one.name}\n{SENTENCE.sub(chr(10), one.text)}\n"
        for other in facts.outputs.languages
        for one in other.texts
    ]
    compare(GOLDEN / f"{name}.languages.txt", "\n".join(told))


def test_nothing_stands_against_a_complete_record(
    ten: tuple[Facts, release.Examined], witness: tuple[Facts, release.Examined]
) -> None:
    assert of_languages(ten[0]) == []
    assert of_languages(witness[0]) == []
    assert not [found for found in ten[1].problems if found.severity is Severity.BLOCK]


def test_a_person_is_asked_to_read_what_no_program_read(ten: tuple[Facts, release.Examined]) -> None:
    (told,) = [found for found in ten[1].problems if found.rule == "languages"]
    assert told.severity is Severity.WARN
    assert "No native speaker has reviewed the fixed wording of: en, pl," in told.message.en
    assert "German only" in told.message.en
    assert "“Bundesgebiet” stands there in German, in: en, pl," in told.message.en
    assert "Der Geltungsbereich „Bundesgebiet“ steht dort auf Deutsch" in told.message.de


def test_what_is_missing_is_told_by_field_and_german_goes_out(tmp_path: pathlib.Path) -> None:
    def incomplete(record: dict[str, Any]) -> None:
        del record["persons"][0]["hair"]["pl"]
        del record["texts"]["translations"]["cs"]["contact/hours"]
        record["texts"]["translations"]["pl"]["event/places/7/text"] = "nigdzie"
        record["publication"]["languages"] += ["en", "xx"]
        del record["persons"][0]["marks"]

    _, made = facts_and_release(tmp_path, "border-boy", incomplete)
    told = {found.field: found.message.en for found in made.problems if found.rule == "languages"}
    assert told["persons/0/hair"].startswith("has no text in: pl, en.")
    assert told["contact/hours"].startswith("has no text in: cs, en.")
    assert told["texts/summary"].startswith("has no text in: en.")
    assert "event/places/7/text" in told["texts/translations/pl"]
    assert "'xx'" in told["publication/languages"]
    assert {found.severity for found in made.problems if found.rule == "languages"} == {Severity.WARN}
    assert "website/page.html" in files(made)
    assert not [name for name in files(made) if name.startswith("website/pages/")]
    assert "hreflang" not in text(made, "website/page.html")


def test_without_a_website_of_its_own_there_is_no_page_in_another_language(tmp_path: pathlib.Path) -> None:
    _, made = facts_and_release(tmp_path, "border-boy", site=False)
    assert not [name for name in files(made) if name.startswith("website/pages/")]
    assert "hreflang" not in text(made, "website/page.html")
    assert "texts/alt-family-1.pl.txt" in files(made)


@pytest.mark.peers
def test_posters_come_in_each_language_and_in_german_with_each(tmp_path: pathlib.Path) -> None:
    def polish(record: dict[str, Any]) -> None:
        record["publication"]["languages"] = ["pl", "ar"]

    facts, made = facts_and_release(tmp_path, "ten-languages", polish, paper=True)
    assert made.built is not None
    assert {f"posters/{paper}.{langs}.pdf" for paper in ("a4", "a3") for langs in ("pl", "de-pl")} <= files(made)
    assert of_languages(facts) == []
    single, both = (
        posters_read.read(name, made.built.release.files[name].data, authority="Polizeidirektion Musterstadt, x")[0]
        for name in ("posters/a4.pl.pdf", "posters/a4.de-pl.pdf")
    )
    questions = ("Wer kann Angaben zum Aufenthaltsort der Gesuchten machen?", "Kto wie, gdzie ona przebywa?")
    assert [letters(question) in letters(single.text) for question in questions] == [False, True]
    assert [letters(question) in letters(both.text) for question in questions] == [True, True]
    assert facts.outputs is not None
    spoken = next(outputs for outputs in facts.outputs.languages if outputs.wording.lang == "pl")
    codes = {sheet.name: sheet.codes for sheet in (*facts.outputs.sheets, *spoken.sheets)}
    address = made.built.release.manifest["page_url"]
    assert codes["posters/a4.pl.pdf"] == (f"{address}pl.html",)
    assert codes["posters/a4.de-pl.pdf"] == (address,)


def broken(facts: Facts, change: Callable[[Outputs], Outputs]) -> Facts:
    assert facts.outputs is not None
    spoken = tuple(change(outputs) for outputs in facts.outputs.languages)
    return dataclasses.replace(facts, outputs=dataclasses.replace(facts.outputs, languages=spoken))


def without(sentence: str) -> Callable[[Outputs], Outputs]:
    def change(outputs: Outputs) -> Outputs:
        told = tuple(dataclasses.replace(one, text=one.text.replace(sentence, "")) for one in outputs.texts)
        return dataclasses.replace(outputs, texts=told)

    return change


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("R15", "Do czasu prawomocnego skazania obowiązuje domniemanie niewinności."),
        ("R16", "a nie w komentarzach"),
        ("R17", "oraz każda inna jednostka policji"),
        ("R21", "Stan na: 12.11.2026"),
        ("R22", "Nagroda jest przeznaczona wyłącznie dla osób prywatnych"),
        ("R24", "Uwaga, ta osoba może być uzbrojona."),
    ],
)
def test_a_page_without_its_sentence_is_blocked(rule: str, sentence: str, ten: tuple[Facts, release.Examined]) -> None:
    found = of_languages(broken(ten[0], without(sentence)))
    assert found == [(rule, "pl/page")], "block"


def test_a_witness_is_marked_in_every_language(witness: tuple[Facts, release.Examined]) -> None:
    facts, _ = witness
    marker = "Świadkini – nie jest podejrzana"
    assert of_languages(broken(facts, without(marker))) == [("R14", "pl/alts/cctv-1"), ("R14", "pl/page")], "block"


@pytest.mark.peers
def test_a_hidden_name_is_found_in_another_language(tmp_path: pathlib.Path) -> None:
    def told(record: dict[str, Any]) -> None:
        record["persons"][0]["names"]["family"] = "Beispielmann"
        record["texts"]["summary"]["pl"] += " Jonas Beispielmann."

    facts, _ = facts_and_release(tmp_path, "border-boy", told)
    assert [rule for rule, _ in of_languages(facts)] == ["R18"], "block"
    (message,) = [found.message.en for found in gate.judge(facts) if found.rule == "R18"]
    assert message.startswith("pl: ")


def test_a_page_that_offers_a_face_as_preview_is_blocked(ten: tuple[Facts, release.Examined]) -> None:
    def change(outputs: Outputs) -> Outputs:
        page = dataclasses.replace(outputs.page, previews=("https://fahndung.polizei.example/face.jpg",))
        return dataclasses.replace(outputs, page=page)

    assert of_languages(broken(ten[0], change)) == [("R30", "page")], "block"


def test_a_page_whose_robots_directive_is_gone_is_blocked(ten: tuple[Facts, release.Examined]) -> None:
    def change(outputs: Outputs) -> Outputs:
        return dataclasses.replace(outputs, page=dataclasses.replace(outputs.page, robots=frozenset()))

    assert of_languages(broken(ten[0], change)) == [("R30", "page")], "block"


def test_a_draft_in_a_language_that_lacks_texts_names_every_field(tmp_path: pathlib.Path) -> None:
    case = records.load(write_case(tmp_path, "border-boy"))
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.DRAFT)
    setting = premises.setting_of(facts, None, None, salt=b"s" * 32)
    with pytest.raises(InvalidRecord, match="no text in en for: texts/summary, texts/narrative"):
        release.draft_poster(case.appeal, case.images, setting, paper="a4", strips=False, langs=("en",))
    with pytest.raises(UsageError, match="use one of ar, cs, de, en"):
        release.draft_poster(case.appeal, case.images, setting, paper="a4", strips=False, langs=("de", "xx"))


def test_the_record_refuses_a_translation_of_what_no_reader_sees(tmp_path: pathlib.Path) -> None:
    def change(record: dict[str, Any]) -> None:
        record["texts"]["translations"]["pl"]["legal/milder_means"] = "x"

    folder = write_case(tmp_path, "border-boy", change)
    with pytest.raises(InvalidRecord, match="legal/milder_means"):
        records.load(folder)


def test_whoever_asks_for_a_poster_that_there_is_not_hears_why(
    ten: tuple[Facts, release.Examined], monkeypatch: pytest.MonkeyPatch
) -> None:
    appeal = ten[0].appeal

    def said(*langs: str) -> str:
        return release.unspoken(appeal, langs, None).message.en

    assert said("xx").startswith("there are no texts in the language 'xx'; use one of ar, cs")
    assert "run in different directions" in said("de", "ar")
    assert "has no poster in pl: 'fahndung check' says" in said("pl")
    monkeypatch.setattr(shaping, "installed", lambda: None)
    assert "pip install 'fahndung[rtl]'" in said("ar")
    fewer = dataclasses.replace(appeal, publication=dataclasses.replace(appeal.publication, languages=("pl",)))
    assert "does not name it under publication/languages" in release.unspoken(fewer, ("ar",), None).message.en


@pytest.mark.peers
def test_what_could_be_better_on_a_poster_is_told_once_with_its_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = build.plain("foto-1", 3600, 1000)
    monkeypatch.setattr(made_files, "photos", lambda appeal, pictures: [photo])
    rows = tuple((f"Angabe {n}", "Wort " * 12) for n in range(6))
    sheet = build.sheet(pictures=(build.picture("foto-1"),), groups=(build.group("Beschreibung", *rows),))
    appeal = records.parse(testing_cases.record("missing-girl"))
    for langs, sheets in ((("de",), "A4, A3: "), (("de", "pl"), "A4, A3 de-pl: ")):
        _, told = made_files.poster_files(
            appeal, sheet, {}, frozenset({Medium.POSTER}), langs=langs, kinds=made_files.PLAIN_POSTERS
        )
        said = [one.message.en for one in told]
        assert said
        assert all(text.startswith(("A4", "A3")) for text in said)
        assert all((" de-pl: " in text) is (len(langs) > 1) for text in said)
        assert len({text.partition(": ")[2] for text in said}) == len(said)
        assert any(text.startswith(sheets) for text in said)


@pytest.mark.peers
def test_what_only_the_strips_cost_is_told_with_the_name_of_their_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = build.plain("foto-1", 1200, 1600)
    monkeypatch.setattr(made_files, "photos", lambda appeal, pictures: [photo])
    rows = tuple((f"Angabe {n}", "schwarze Jacke mit weißem Streifen") for n in range(24))
    sheet = build.sheet(pictures=(build.picture("foto-1"),), groups=(build.group("Beschreibung", *rows),))
    appeal = records.parse(testing_cases.record("missing-girl"))
    made, told = made_files.poster_files(appeal, sheet, {}, frozenset({Medium.POSTER}))
    assert len(made) == 4
    assert [(one.field, one.severity, one.message.de.partition(": ")[0]) for one in told] == [
        ("persons/0", Severity.WARN, "A4 mit Abreißstreifen")
    ]
    assert re.match(r"A4 with tear-off strips: \d+ rows of facts stand on a further sheet", told[0].message.en)
