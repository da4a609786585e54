"""The table of norms: what it holds, when an entry is valid, and what a wrong file is told."""

import datetime as dt
import json
import tomllib

import jsonschema
import pytest

from fahndung import resources
from fahndung.errors import InvalidConfig
from fahndung.law import norm_schema
from fahndung.law.norms import Kind, NormTable, Orderer, in_order, parse
from fahndung.law.periods import Period
from fahndung.model.appeal import Category
from fahndung.model.mandate import Authority, Medium

from .build import ENFORCEMENT, JUDGE, ORDERED, POLICE, PROSECUTOR, at, norm, scope, table

ENTRY = """
[[norm]]
id = "stpo-131b-1"
title = "Abbildungen Beschuldigter"
reference = "§ 131b Abs. 1 StPO"
valid_from = 2016-03-01
kind = "criminal"
categories = ["unknown-suspect"]
orderers = [{ by = "judge" }, { by = "police", needs = "imminent-danger" }]
review = "P6M"
review_source = "VwV"
"""


def refused(text: str) -> InvalidConfig:
    """The error that a text gets."""
    with pytest.raises(InvalidConfig) as caught:
        parse(text)
    return caught.value


def findings(text: str) -> dict[str, str]:
    """Field to German message of what a text is told."""
    told: dict[str, str] = {}
    for problem in refused(text).problems:
        told[problem.field] = " ".join([*told.get(problem.field, "").split(), problem.message.de])
    return told


PREVENTIVE = ["missing", "missing-child", "unknown-dead", "helpless", "object", "witness-call"]


@pytest.mark.parametrize(
    ("norm_id", "kind", "categories", "orderers"),
    [
        ("stpo-131-3", "criminal", ["known-suspect"], {JUDGE: False, PROSECUTOR: False, POLICE: True}),
        ("stpo-131a-3", "criminal", ["known-suspect", "witness"], {JUDGE: False, PROSECUTOR: True, POLICE: True}),
        ("stpo-131b-1", "criminal", ["unknown-suspect"], {JUDGE: False, PROSECUTOR: True, POLICE: True}),
        ("stpo-131b-2", "criminal", ["witness"], {JUDGE: False, PROSECUTOR: True, POLICE: True}),
        ("stpo-457", "criminal", ["convict"], {ENFORCEMENT: False, POLICE: True}),
        ("stpo-88", "criminal", ["unknown-dead"], {JUDGE: False, PROSECUTOR: False, POLICE: False}),
        ("stpo-111n", "criminal", ["object"], {JUDGE: False, PROSECUTOR: False, POLICE: False}),
        ("vwv-unterrichtung-i-2", "criminal", ["witness-call"], {PROSECUTOR: False, POLICE: False}),
        ("saechspvdg-84-3", "preventive", PREVENTIVE, {POLICE: False}),
        ("saechspvdg-12", "preventive", PREVENTIVE, {POLICE: False}),
    ],
)
def test_the_table_says_who_may_order_on_which_norm(
    norm_id: str, kind: str, categories: list[str], orderers: dict[Authority, bool]
) -> None:
    entry = norm(norm_id)
    assert (entry.kind, entry.categories) == (Kind(kind), frozenset(map(Category, categories)))
    assert {orderer.by: orderer.needs_danger for orderer in entry.orderers} == orderers


def test_the_table_holds_just_these_norms() -> None:
    assert table().ids() == (
        "saechspvdg-12",
        "saechspvdg-84-3",
        "stpo-111n",
        "stpo-131-3",
        "stpo-131a-3",
        "stpo-131b-1",
        "stpo-131b-2",
        "stpo-457",
        "stpo-88",
        "vwv-unterrichtung-i-2",
    )


def test_every_category_has_a_norm() -> None:
    assert all(table().ids(category) for category in Category)


def test_criminal_appeals_are_reviewed_within_six_months_and_the_preventive_periods_are_proposals() -> None:
    for norm_id in table().ids():
        entry = norm(norm_id)
        if entry.kind is Kind.CRIMINAL:
            assert set(entry.review.values()) == {Period(months=6)}
        else:
            assert "Vorschlag" in entry.review_source
    periods = norm("saechspvdg-84-3").review
    assert periods[Category.MISSING] == Period(days=14)
    assert periods[Category.MISSING_CHILD] == periods[Category.HELPLESS] == Period(days=7)
    assert periods[Category.UNKNOWN_DEAD] == periods[Category.OBJECT] == periods[Category.WITNESS_CALL]


def test_only_norms_for_witnesses_carry_the_marker() -> None:
    assert {norm_id for norm_id in table().ids() if norm(norm_id).marker} == {"stpo-131a-3", "stpo-131b-2"}


def test_a_category_that_the_norm_does_not_know_is_reviewed_after_the_shortest_period() -> None:
    assert norm("saechspvdg-84-3").review_period(Category.CONVICT) == Period(days=7)
    assert norm("saechspvdg-84-3").review_period(Category.MISSING) == Period(days=14)


def test_a_clause_binds_lasting_media_and_repeated_ones_but_never_the_poster() -> None:
    entry = norm("stpo-131b-1")
    lasting, other = entry.lapses
    repeated = scope(repeated=frozenset({Medium.TV, Medium.POSTER, Medium.WEBSITE}))
    online = (Medium.WEBSITE, Medium.SOCIAL, Medium.ONLINE_PRESS)
    assert entry.bound(lasting, Medium, scope()) == online
    assert entry.bound(other, Medium, scope()) == (Medium.PRINT, Medium.TV, Medium.RADIO, Medium.POSTER)
    assert entry.bound(lasting, Medium, repeated) == (*online, Medium.TV)
    assert entry.bound(other, [Medium.POSTER, Medium.TV], repeated) == (Medium.POSTER,)
    (all_media,) = norm("stpo-131-3").lapses
    assert norm("stpo-131-3").bound(all_media, Medium, scope()) == tuple(Medium)


def test_media_are_told_once_in_the_order_of_the_enumeration() -> None:
    assert in_order([Medium.POSTER, Medium.WEBSITE, Medium.POSTER]) == (Medium.WEBSITE, Medium.POSTER)


def test_an_entry_holds_from_its_first_to_its_last_day_in_berlin() -> None:
    dated = parse(ENTRY + "valid_to = 2026-11-20\n")
    assert dated.norm("stpo-131b-1", at("2016-03-01 00:00")) is not None
    assert dated.norm("stpo-131b-1", at("2016-02-29 23:59")) is None
    assert dated.norm("stpo-131b-1", at("2026-11-20 23:59")) is not None
    assert dated.norm("stpo-131b-1", at("2026-11-21 00:00")) is None
    assert dated.norm("stpo-131b-9", ORDERED) is None


def test_a_new_wording_takes_over_on_its_first_day_and_an_older_one_does_not_come_back() -> None:
    newer = ENTRY.replace("2016-03-01", "2027-01-01").replace("Abs. 1", "Abs. 1 n. F.") + "valid_to = 2027-06-30\n"
    both = parse(ENTRY + newer)

    def reference(day: str) -> str | None:
        found = both.norm("stpo-131b-1", at(day))
        return None if found is None else found.reference

    assert reference("2026-12-31 23:59") == "§ 131b Abs. 1 StPO"
    assert reference("2027-01-01 00:00") == "§ 131b Abs. 1 n. F. StPO"
    assert reference("2027-07-01 00:00") is None


def test_a_homes_text_is_joined_and_its_entry_replaces_the_same_one() -> None:
    own = 'version = "Musterstadt 1"\n' + ENTRY.replace('{ by = "judge" }, ', "")
    joined = parse(resources.norms_text() + "\n" + own)
    replaced = joined.norm("stpo-131b-1", ORDERED)
    assert replaced is not None
    assert replaced.orderers == (Orderer(by=POLICE, needs_danger=True),)
    assert joined.ids() == table().ids()


def test_a_home_may_add_a_norm() -> None:
    joined = parse(resources.norms_text() + ENTRY.replace("stpo-131b-1", "lvwg-193"))
    assert set(joined.ids()) == {*table().ids(), "lvwg-193"}
    assert "lvwg-193" in joined.ids(Category.UNKNOWN_SUSPECT)
    assert "lvwg-193" not in joined.ids(Category.MISSING)


def test_the_version_is_that_of_the_text() -> None:
    assert parse(ENTRY).version == parse(ENTRY).version
    assert parse(ENTRY).version != parse(ENTRY + "\n").version
    assert len(table().version) == 16


def test_an_empty_text_is_an_empty_table() -> None:
    assert parse("") == NormTable(entries=(), version=parse("").version)


def test_an_orderer_is_found_by_its_authority() -> None:
    assert norm("stpo-457").orderer(ENFORCEMENT) == Orderer(by=ENFORCEMENT)
    assert norm("stpo-457").orderer(JUDGE) is None


def test_what_is_not_toml_is_told_with_its_place() -> None:
    wrong = refused("[[norm]\n")
    assert "line 1" in wrong.message.en
    assert wrong.message.de.startswith("norms.toml ist kein gültiges TOML")
    assert wrong.exit_code == 3


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('title = "Abbildungen Beschuldigter"\n', "", "norm/0", "Das Feld 'title' fehlt"),
        ("review_source", "review_sourse", "norm/0", "Gemeint ist vielleicht 'review_source'"),
        ('title = "Abb', 'zzz = 1\ntitle = "Abb', "norm/0", "Das Feld 'zzz' ist unbekannt. Bekannt sind: categories"),
        ('"criminal"', '"civil"', "norm/0/kind", "'civil' ist hier nicht möglich; möglich sind 'criminal'"),
        ("2016-03-01", '"gestern"', "norm/0/valid_from", "'gestern' ist kein Tag"),
        ("2016-03-01", "2016-03-01T00:00:00", "norm/0/valid_from", "so schreiben: 2026-11-22"),
        ('"P6M"', '"6 Monate"', "norm/0/review", "weder eine Frist (Beispiel: P6M)"),
        ('"stpo-131b-1"', '"§ 131b"', "norm/0/id", "Beispiel: stpo-131b-1"),
        ('"Abbildungen Beschuldigter"', '" "', "norm/0/title", "nicht die erwartete Form."),
        ('["unknown-suspect"]', "[]", "norm/0/categories", "passt nicht zum Schema (minItems: 1)"),
        ('by = "judge"', 'by = "king"', "norm/0/orderers/0/by", "möglich sind 'judge'"),
    ],
)
def test_a_wrong_entry_is_refused_by_field(old: str, new: str, field: str, words: str) -> None:
    told = findings(ENTRY.replace(old, new, 1))
    assert words in told[field]
    assert told[field].startswith(("stpo-131b-1: ", "§ 131b: "))


def test_every_finding_is_told_at_once() -> None:
    wrong = refused(ENTRY.replace("criminal", "civil").replace('"P6M"', '"x"').replace("reference", "source"))
    assert {problem.field for problem in wrong.problems} == {"norm/0", "norm/0/kind", "norm/0/review"}
    assert "(3 more)" in wrong.message.en
    assert "(und 3 weitere)" in wrong.message.de


@pytest.mark.parametrize("text", ["[norm]\nid = 1", "norms = 1", "norm = [1]", "[[norm]]\nid = 7"])
def test_what_is_no_entry_is_refused(text: str) -> None:
    assert refused(text).problems


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("valid_to = 2016-02-29\n", "norm/0/valid_to"),
        (
            'lasting = ["website"]\nlapse = [{ orderer = ["enforcement"], after = "P1W", media = "lasting", '
            'lifted_by = ["judge"], source = "x" }]\n',
            "norm/0/lapse/0/orderer",
        ),
        (
            'lapse = [{ orderer = ["police"], after = "P1W", media = "lasting", lifted_by = ["judge"], '
            'source = "x" }]\n',
            "norm/0/lasting",
        ),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(more: str, field: str) -> None:
    told = findings(ENTRY + more)
    assert list(told) == [field]
    assert told[field].startswith("stpo-131b-1: ")


def test_each_category_needs_its_review_period() -> None:
    told = findings(ENTRY.replace('review = "P6M"', 'review = { missing = "P7D" }'))
    assert "Für unknown-suspect fehlt die Prüffrist" in told["norm/0/review"]


def test_the_schema_is_a_schema_and_knows_the_models_words() -> None:
    schema = json.loads(resources.schema_text("norms-1.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    definitions = schema["$defs"]
    assert definitions["category"]["enum"] == [category.value for category in Category]
    assert definitions["medium"]["enum"] == [medium.value for medium in Medium]
    assert definitions["authority"]["enum"] == [authority.value for authority in Authority]


def test_the_table_begins_no_later_than_the_records_that_it_must_judge() -> None:
    assert all(entry.valid_from <= dt.date(2020, 1, 1) and entry.valid_to is None for entry in table().entries)


def test_the_package_s_own_table_keeps_the_schema() -> None:
    assert norm_schema.problems(tomllib.loads(resources.norms_text())) == []


def test_a_start_does_not_hold_the_package_s_own_table_against_the_schema_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def noted(document: object) -> list[object]:
        asked.append(document)
        return []

    monkeypatch.setattr(norm_schema, "problems", noted)
    parse.__wrapped__(resources.norms_text())
    assert asked == []
    parse.__wrapped__(f"{resources.norms_text()}\n")
    assert len(asked) == 1
