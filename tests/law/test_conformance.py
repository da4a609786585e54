"""The conformance suite: every case of tests/law/conformance, and the runner itself, which lets no slip pass."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pytest

from fahndung.errors import InvalidRecord, Severity
from fahndung.law import gate
from fahndung.law.facts import Facts, Stage
from fahndung.model.appeal import Category
from fahndung.model.mandate import Medium
from fahndung.model.reading import Kind

from . import casefacts, casefile, caseoutputs
from .casefile import Case, CaseError, Raw

RAWS = [raw for path in casefile.files() for raw in casefile.raws(path)]
AT_LEAST = 220


def failures(case: Case) -> list[str]:
    """What does not come out as the case says, in words."""
    try:
        facts = casefacts.facts(case)
    except InvalidRecord as refusal:
        found = {problem.field for problem in refusal.problems}
        if case.expected.refused:
            return [f"{field} wird nicht abgelehnt" for field in case.expected.refused if field not in found]
        return [f"{problem.field}: {problem.message.de}" for problem in refusal.problems]
    if case.expected.refused:
        return ["der Datensatz wird nicht abgelehnt"]
    return [*_wrong_ends(case, facts), *_wrong_findings(case, facts)]


def _wrong_ends(case: Case, facts: Facts) -> list[str]:
    expected, found = case.expected, {end.medium: end for end in gate.ends(facts)}
    wrong = [f"ende.{medium}: wird genutzt" for medium in expected.unused if medium in found]
    for medium, at in expected.ends.items():
        if medium not in found or found[medium].at != at:
            wrong.append(f"ende.{medium}: {found[medium].at if medium in found else 'nicht genutzt'}, nicht {at}")
    for medium, kind in expected.because.items():
        if medium not in found or found[medium].clock != kind:
            wrong.append(f"grund.{medium}: {found[medium].clock if medium in found else 'nicht genutzt'}, nicht {kind}")
    return wrong


def _wrong_findings(case: Case, facts: Facts) -> list[str]:
    expected, problems = case.expected, gate.judge(facts)
    blocking = {problem.rule for problem in problems if problem.severity is Severity.BLOCK}
    warning = {problem.rule for problem in problems if problem.severity is Severity.WARN}
    named = {(problem.rule, problem.field) for problem in problems}
    wrong = [f"{rule} sperrt nicht" for rule in expected.blocks if rule not in blocking]
    wrong += [f"{rule} gibt keinen Hinweis" for rule in expected.warns if rule not in warning]
    wrong += [f"{rule} sperrt, statt nur hinzuweisen" for rule in expected.warns if rule in blocking]
    wrong += [
        f"{problem.rule} schweigt nicht: {problem.field}: {problem.message.de}"
        for problem in problems
        if problem.rule in expected.silent
    ]
    wrong += [f"{rule} nennt nicht {field}" for rule, field in expected.fields.items() if (rule, field) not in named]
    return wrong


@pytest.mark.parametrize("raw", RAWS, ids=[raw.id for raw in RAWS])
def test_the_gate_judges_as_the_case_says(raw: Raw) -> None:
    assert failures(casefile.read(raw)) == []


def test_there_are_enough_cases_and_their_ids_differ() -> None:
    assert len(RAWS) >= AT_LEAST
    assert len({raw.id for raw in RAWS}) == len(RAWS)


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RELEASE, Stage.PUBLISH])
def test_nothing_is_wrong_with_a_base_record(category: Category, stage: Stage) -> None:
    given = {"category": category.value}
    case = dataclasses.replace(casefile.read(sample()), given=given, stage=stage, now=NOW)
    assert [problem for problem in gate.judge(casefacts.facts(case)) if problem.severity is Severity.BLOCK] == []


@pytest.mark.parametrize("category", list(Category))
def test_nothing_is_wrong_with_the_base_of_all_outputs(category: Category) -> None:
    given = {"category": category.value, "ausgaben": {}}
    case = dataclasses.replace(casefile.read(sample()), given=given, stage=Stage.RELEASE, now=NOW)
    assert [problem for problem in gate.judge(casefacts.facts(case)) if problem.severity is Severity.BLOCK] == []


NOW = casefile.instant("2026-11-20T17:00:00+01:00")


def sample(**changes: Any) -> Raw:
    """A case that passes: a judge's order, confirmed by nobody, needs no confirmation."""
    whole: dict[str, Any] = {
        "fall": "Ein Fall",
        "regeln": ["R04"],
        "nach": "§ 131c StPO",
        "gegeben": {"category": "unknown-suspect"},
        "wenn": {"stufe": "laufend", "jetzt": "2026-11-28T00:00:00+01:00"},
        "dann": {"ende": {"website": "2027-05-21T00:00:00+02:00"}, "schweigt": ["R04"]},
    }
    return Raw(file="probe.toml", always={}, sources=("§ 131c StPO",), case=casefile.merged(whole, changes))


def test_the_sample_passes() -> None:
    assert failures(casefile.read(sample())) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"dan": {}}, "dan"),
        ({"wenn": {"jezt": "2026-11-28T00:00:00+01:00"}}, "jezt"),
        ({"wenn": {"stufe": "laufent"}}, "laufent"),
        ({"wenn": {"jetzt": "2026-11-28T00:00:00"}}, "kein Zeitpunkt"),
        ({"dann": {"spert": ["R04"]}}, "spert"),
        ({"dann": {"schweigt": "R04"}}, "Liste"),
        ({"dann": {"schweigt": ["R4"]}}, "R4"),
        ({"regeln": ["R46"]}, "R46"),
        ({"regeln": []}, "ohne Regel"),
        ({"dann": {"hinweis": ["R07"]}}, "R07"),
        ({"dann": {"ende": {"webseite": "keins"}}}, "webseite"),
        ({"dann": {"ende": {"website": "nie"}}}, "nie"),
        ({"nach": "§ 131d StPO"}, "131d"),
        ({"fall": ""}, "Titel"),
    ],
)
def test_a_slip_in_a_case_is_an_error(changes: Mapping[str, Any], word: str) -> None:
    with pytest.raises(CaseError, match=re.escape(word)):
        casefile.read(sample(**changes))


def test_a_stage_that_looks_at_the_time_needs_one_and_a_case_an_expectation() -> None:
    raw = sample()
    with pytest.raises(CaseError, match="Uhr"):
        casefile.read(dataclasses.replace(raw, case={**raw.case, "wenn": {"stufe": "laufend"}}))
    with pytest.raises(CaseError, match="prüft nichts"):
        casefile.read(dataclasses.replace(raw, case={**raw.case, "dann": {"schweigt": []}}))


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"bestaetigung_spaeter": []}, "bestaetigung_spaeter"),
        ({"legal": {"ordr": {}}}, "legal/ordr"),
        ({"legal": {"order": {"by": "mayor"}}}, "legal/order/by"),
    ],
)
def test_an_unknown_field_of_the_record_is_refused_by_its_reader(given: Mapping[str, Any], word: str) -> None:
    (told,) = failures(casefile.read(sample(gegeben=given)))
    assert word in told


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"category": "unknown"}, "unknown"),
        ({"ohne": ["legal/warrant"]}, "legal/warrant"),
        ({"pruefungen": [{"at": "2026-12-01T00:00:00+01:00", "bis": "x"}]}, "bis"),
        ({"behoerde": {"wochenende": True}}, "wochenende"),
        ({"kommentare": {"x": "aus"}}, "aus"),
        ({"kanaele": {"website": "web"}}, "web"),
        ({"persons": {"1": {"sex": "male"}}}, "nur 1"),
        ({"ausgaben": {"text": {}}}, "text"),
        ({"ausgaben": {"texte": {"seite": "x"}}}, "seite"),
        ({"ausgaben": {"ohne": {"teaser": "Trallala"}}}, "Trallala"),
        ({"ausgaben": {"fehlt": ["plakat"]}}, "plakat"),
        ({"ausgaben": {"seite": {"robot": []}}}, "robot"),
        ({"ausgaben": {"bilder": {"cctv-9": {}}}}, "cctv-9"),
    ],
)
def test_a_slip_in_what_is_given_is_an_error(given: Mapping[str, Any], word: str) -> None:
    with pytest.raises(CaseError, match=re.escape(word)):
        failures(casefile.read(sample(gegeben=given)))


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ({"sperrt": ["R04"]}, ["R04 sperrt nicht"]),
        ({"hinweis": ["R04"]}, ["R04 gibt keinen Hinweis"]),
        ({"ende": {"website": "keins"}}, ["ende.website: 2027-05-20 22:00:00+00:00, nicht None"]),
        ({"ende": {"tv": "nicht genutzt"}}, ["ende.tv: wird genutzt"]),
        ({"grund": {"website": "lapse-week"}}, ["grund.website: review, nicht lapse-week"]),
        ({"feld": {"R04": "legal/order"}}, ["R04 nennt nicht legal/order"]),
        ({"abgelehnt": ["legal/order/by"]}, ["der Datensatz wird nicht abgelehnt"]),
    ],
)
def test_what_does_not_come_out_is_told(then: Mapping[str, Any], told: list[str]) -> None:
    raw = sample()
    assert failures(casefile.read(dataclasses.replace(raw, case={**raw.case, "dann": then}))) == told


def test_a_blocking_rule_neither_only_warns_nor_is_it_silent() -> None:
    given = {"legal": {"order": {"by": "prosecutor", "imminent_danger": "Gericht nicht erreichbar"}}}
    raw = sample(gegeben=given)
    for then, words in (({"hinweis": ["R04"]}, "keinen Hinweis"), ({"schweigt": ["R04"]}, "R04 schweigt nicht")):
        told = failures(casefile.read(dataclasses.replace(raw, case={**raw.case, "dann": then})))
        assert words in told[0]
    assert failures(casefile.read(dataclasses.replace(raw, case={**raw.case, "dann": {"sperrt": ["R04"]}}))) == []


def built(category: str = "witness", **changes: Any) -> Any:
    """The outputs that the runner fills for a category."""
    case = casefile.read(sample(gegeben={"category": category, "ausgaben": changes}))
    return casefacts.facts(case).outputs


def test_without_the_word_nothing_was_built() -> None:
    assert casefacts.facts(casefile.read(sample())).outputs is None


@pytest.mark.parametrize("category", list(Category))
def test_the_base_of_all_outputs_is_what_the_program_says(category: Category) -> None:
    whole = built(category.value)
    said = {text.name: text.text for text in whole.texts}
    assert {"page", "press", "teaser", "entry", "list_item", "gone", "tombstone", caseoutputs.POSTER} <= set(said)
    assert sum(text.kind is Kind.CLOSING for text in whole.texts) == 9, (
        "for each end a notice and a short post, and one notice for a part"
    )
    for name in ("page", "press", "teaser", caseoutputs.POSTER):
        assert whole.wording.tip_sentence in said[name]
        assert whole.wording.stand in said[name]
    assert (category is Category.WITNESS) == (whole.wording.marker is not None)
    assert [made.marked for made in whole.renditions] == [
        True if category is Category.WITNESS else None for _ in whole.renditions
    ]
    assert "<" not in said["page"]
    assert whole.originals == ()


def test_a_case_changes_the_outputs_by_name() -> None:
    whole = built()
    marker = whole.wording.marker
    changed = built(
        texte={"press": "Neuer  Text"},
        ohne={"teaser": marker},
        dazu={"page": "Das ist der Täter."},
        fehlt=["entry"],
        seite={"robots": ["index"], "previews": ["https://polizei.example/bild.jpg"]},
        blaetter={caseoutputs.POSTER: {"tagged": False, "hidden": ["Ebene 2"]}},
        bilder={"cctv-2": {"marked": False}},
        saetze={"marker": "Zeugin"},
        originale=["website/images/cctv-2.jpg"],
    )
    said = {text.name: text.text for text in changed.texts}
    assert said["press"] == "Neuer Text"
    assert marker not in said["teaser"]
    assert said["page"].endswith("Das ist der Täter.")
    assert "entry" not in said
    assert (changed.page.robots, changed.page.previews) == (frozenset({"index"}), ("https://polizei.example/bild.jpg",))
    assert changed.page.alts == whole.page.alts
    assert [(paper.tagged, paper.hidden) for paper in changed.sheets] == [(False, ("Ebene 2",))]
    assert [made.marked for made in changed.renditions] == [False]
    assert (changed.wording.marker, changed.originals) == ("Zeugin", ("website/images/cctv-2.jpg",))


def test_every_word_beside_the_record_fills_its_field() -> None:
    at = "2026-11-21T00:00:00+01:00"
    given: dict[str, Any] = {
        "bestaetigungen_spaeter": [{"by": "judge", "at": at}],
        "pruefungen": [{"at": at, "until": "2027-01-01T00:00:00+01:00"}, {"at": at, "beendet": True}],
        "behoerde": {"wochenende_verlaengert": True, "woche_hat_168_stunden": True, "halbzeit": False}
        | {"pruefung_nach_tagen": {"missing": 3}, "erinnerung_stunden": [12]},
        "beendete_anordnungen": [{"reference": "1 Gs 1/26", "at": at}],
        "beendete_personen": ["p1"],
        "bilder_beendeter_personen": ["00"],
        "bezweifelte_bilder": ["01:0,0,4,3"],
        "nicht_versucht": ["website"],
        "noch_offen": ["Plakat"],
        "nationalitaet": "reason",
        "beitraege": [{"kanal": "x", "text": "T", "dateien": ["a.jpg"], "links": ["https://polizei.example/"]}],
        "mitgesandt": {"x": {"cards/a.jpg": "a"}},
        "kommentare": {"x": "off"},
        "lesbar_fuer_andere": ["cases/x"],
        "bildpruefer": {"cctv-1": ["v.beispiel"]},
        "dateizeiten": {"cctv-1": at},
        "bekannte_bilder": {"cctv-1": "pdl-2026-0001"},
        "freigebende": ["f.muster"],
        "beurteilt_mit": {"normen": "n", "regeln": "r"},
        "regelstand": "r",
        "ohne_registereintrag": ["https://polizei.example/1"],
        "herrenlos": ["https://polizei.example/2"],
        "zuletzt_gesucht": at,
        "empfaenger": [{"name": "Zeitung", "medium": "print", "gesendet": at}],
        "abgeleitete_bilder": ["web.jpg"],
        "datenpannen": [{"bekannt": at, "faellig": at}],
        "faellige_protokolle": 3,
        "kanaele": {"website": "website", "social": "unbekannt"},
    }
    assert set(given) == {*casefacts._WORDS, "kanaele"}
    facts = casefacts.facts(casefile.read(sample(gegeben=given)))
    empty = casefacts.facts(casefile.read(sample()))
    same = {
        field.name
        for field in dataclasses.fields(facts)
        if field.init and getattr(facts, field.name) == getattr(empty, field.name)
    }
    assert same == {
        "stage",
        "appeal",
        "norms",
        "now",
        "outputs",
        "commented",
    }  # the last: read from no word, but joined
    assert facts.media == {Medium.WEBSITE, Medium.POSTER}
