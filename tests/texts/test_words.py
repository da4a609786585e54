import pathlib

import pytest

from fahndung import resources
from fahndung.errors import InvalidConfig, UsageError
from fahndung.texts.words import Words, load, sentence

TABLE = {
    "plain": "Satz mit {value}.",
    "formed": {"male": "der", "female": "die", "other": "das"},
    "bare": {"male": "der"},
    "choice": ["{a} und {b}", {"other": "{a} allein", "several": "viele"}],
    "hopeless": ["{a}"],
    "number": 7,
    "deep": {"key": "gefunden", "silent": " "},
    "silent": {"other": ""},
}


@pytest.fixture
def words() -> Words:
    return Words(lang="de", path="templates/de/words.toml", table=TABLE)


def test_placeholders_are_filled(words: Words) -> None:
    assert words.text("plain", value="Wert") == "Satz mit Wert."


def test_a_value_with_braces_is_not_filled_again(words: Words) -> None:
    assert words.text("plain", value="{other}") == "Satz mit {other}."


def test_keys_reach_into_tables(words: Words) -> None:
    assert words.text("deep.key") == "gefunden"
    assert words.has("deep.key")
    assert not words.has("deep.none")
    assert not words.has("plain.below")


@pytest.mark.parametrize(
    ("form", "expected"), [("male", "der"), ("female", "die"), ("other", "das"), ("several", "das")]
)
def test_a_missing_form_falls_back_to_other(words: Words, form: str, expected: str) -> None:
    assert words.form("formed", form) == expected


def test_the_first_wording_whose_facts_are_known_is_taken(words: Words) -> None:
    assert words.first("choice", "other", a="A", b="B") == "A und B"
    assert words.first("choice", "other", a="A") == "A allein"
    assert words.first("choice", "several") == "viele"


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda words: words.text("nowhere.at.all"), "nowhere.at.all"),
        (lambda words: words.text("number"), "number"),
        (lambda words: words.text("deep.silent"), "deep.silent"),
        (lambda words: words.texts("deep"), "deep.silent"),
        (lambda words: words.form("silent", "male"), "silent"),
        (lambda words: words.text("plain"), "plain"),
        (lambda words: words.form("bare", "female"), "bare"),
        (lambda words: words.first("plain", "male"), "plain"),
        (lambda words: words.first("hopeless", "male"), "hopeless"),
    ],
)
def test_what_cannot_be_worded_is_refused_with_file_and_key(words: Words, call: object, key: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        call(words)  # type: ignore[operator]  # a lambda of the table above
    assert "templates/de/words.toml" in caught.value.message.en
    assert key in caught.value.message.en
    assert key in caught.value.message.de


@pytest.mark.parametrize("lang", ["xx", "dsb", "../de", "DE", ""])
def test_an_unknown_language_is_a_usage_error(lang: str) -> None:
    with pytest.raises(UsageError):
        load(lang)


def test_a_language_that_babel_does_not_know_is_a_usage_error(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "templates" / "qqx"
    folder.mkdir(parents=True)
    (folder / "words.toml").write_text("", "utf-8")
    with pytest.raises(UsageError):
        load("qqx", tmp_path)


@pytest.mark.parametrize("broken", ["a = = 1", "a = " + "9" * 5000, "a = " + "[" * 5000])
def test_a_broken_file_is_refused_by_name(tmp_path: pathlib.Path, broken: str) -> None:
    folder = tmp_path / "templates" / "de"
    folder.mkdir(parents=True)
    (folder / "words.toml").write_text(broken, "utf-8")
    with pytest.raises(InvalidConfig, match=r"templates/de/words\.toml is not valid TOML"):
        load("de", tmp_path)


def test_a_home_replaces_the_words(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "templates" / "de"
    folder.mkdir(parents=True)
    own = resources.template_text("de", "words.toml").replace('other = "Person in hilfloser Lage"', 'other = "Gast"')
    (folder / "words.toml").write_text(own, "utf-8")
    assert load("de", tmp_path).form("role.helpless", "male") == "Gast"
    assert load("de").form("role.helpless", "male") == "Person in hilfloser Lage"


def test_a_sentence_leaves_out_what_is_not_there() -> None:
    assert sentence(("a", None, "", "b")) == "a b"
