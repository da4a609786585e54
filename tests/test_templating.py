"""The trial of all templates: what a press officer may get wrong is told with file and line, and nothing else is."""

import pathlib

import pytest

from fahndung import records, resources, templating
from fahndung.model.appeal import Appeal
from fahndung.templating import Tried
from fahndung.testing import cases
from fahndung.texts.words import load

FEW = ("jewellery-theft", "tram-witness", "found-things")
"""Two persons, a witness, no person: between them every template is filled."""


def appeals(*names: str) -> dict[str, Appeal]:
    return {name: records.parse(cases.record(name)) for name in names}


def own(home: pathlib.Path, name: str, text: str, lang: str = "de") -> None:
    place = home / "templates" / lang / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")


def changed(home: pathlib.Path, name: str, old: str, new: str, lang: str = "de") -> None:
    text = resources.template_text(lang, name)
    assert old in text
    own(home, name, text.replace(old, new), lang)


def told(tried: Tried) -> list[tuple[str, int | None, str]]:
    return [(pathlib.Path(one.fault.path).name, one.fault.line, one.fault.why.en) for one in tried.failures]


@pytest.mark.peers
def test_every_template_of_the_project_passes_over_every_example() -> None:
    tried = templating.check(None, appeals(*cases.NAMES))
    assert told(tried) == []
    assert tried.cases == cases.NAMES
    assert "de" in tried.languages
    listed = {(one.lang, one.name): one.use for one in templating.templates(None)}
    assert tried.templates == len(listed)
    assert all(use for (_, name), use in listed.items() if name.endswith(".j2"))


@pytest.mark.peers
def test_a_copy_that_changes_nothing_is_right(tmp_path: pathlib.Path) -> None:
    for name in resources.template_names("de"):
        own(tmp_path, name, resources.template_text("de", name))
    assert told(templating.check(tmp_path, appeals(*FEW))) == []


@pytest.mark.peers
@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("base.html.j2", "{% endfor %}", "{% endfr %}", "endfr"),
        ("press.txt.j2", "{{ sheet.summary }}", "{{ sheet.sumary }}", "'sumary'"),
        ("words.toml", "Belohnung von {amount} ausgesetzt.", "Belohnung von {betrag} ausgesetzt.", "{betrag}"),
        ("words.toml", "[formats]", "[formats", "TOML"),
    ],
)
def test_what_cannot_be_filled_is_told_with_its_line(
    tmp_path: pathlib.Path, name: str, old: str, new: str, why: str
) -> None:
    changed(tmp_path, name, old, new)
    text = resources.template_text("de", name)
    ((place, line, said),) = told(templating.check(tmp_path, appeals(*FEW)))
    assert (place, line) == (name, text[: text.index(old)].count("\n") + 1)
    assert why in said


def test_what_has_not_the_form_of_its_output_is_told_with_its_file(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "closing-reached.txt.j2", "\n\nDie", "\nDie")
    changed(tmp_path, "index.html.j2", "<!-- entries -->", "")
    changed(tmp_path, "page.html.j2", "{{ plain }}", "{{ plain|safe }}")
    changed(
        tmp_path,
        "list-item.html.j2",
        "{{ sheet.authority }}",
        "{% autoescape 0 %}{{ sheet.authority }}{% endautoescape %}",
    )
    found = {name: why for name, _, why in told(templating.check(tmp_path, appeals(*FEW)))}
    wanted = {
        "closing-reached.txt.j2": "first line is the subject",
        "index.html.j2": "<!-- entries -->",
        "page.html.j2": "as HTML",
        "list-item.html.j2": "as HTML",
    }
    assert found.keys() == wanted.keys()
    assert [name for name, why in wanted.items() if why not in found[name]] == []


@pytest.mark.peers
def test_what_the_law_would_say_of_a_changed_output_is_told_with_its_file(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "page.html.j2", "<article>", "<article><p onclick='x()'><img src='//cdn.example/x.png' alt=''>")
    changed(tmp_path, "press.txt.j2", "{{ sheet.tip_sentence }}", "")
    changed(tmp_path, "teaser-short.txt.j2", "{{ sheet.page_url }}", "")
    changed(tmp_path, "teaser-long.txt.j2", "{{ sheet.tip_sentence }}", "")
    found = told(templating.check(tmp_path, appeals(*FEW)))
    lacking = {name: why.rpartition("{# ")[2] for name, _, why in found if why.startswith("it leaves out")}
    assert lacking == {
        "press.txt.j2": "without: sheet.tip_sentence #}",
        "teaser-long.txt.j2": "without: sheet.tip_sentence #}",
        "teaser-short.txt.j2": "without: sheet.page_url #}",
    }
    judged = sorted((name, why.partition(" ")[0]) for name, _, why in found if not why.startswith("it leaves out"))
    assert judged == [
        ("page.html.j2", "R30:"),
        ("page.html.j2", "R30:"),
        ("press.txt.j2", "R16:"),
        ("teaser-long.txt.j2", "R16:"),
        ("teaser-short.txt.j2", "teaser-short.txt.j2"),
    ]


def test_the_home_s_own_german_pages_are_asked_for_what_the_law_wants_on_them(tmp_path: pathlib.Path) -> None:
    valid = "Diese {{ what }} gilt nur, solange diese Seite abrufbar ist."
    changed(tmp_path, "page.html.j2", valid, "")
    gone = resources.template_text("de", "gone.html.j2")
    start, end = gone.index("<p>{% filter asks_deletion %}"), gone.index("<p>Zum Schutz")
    kept = gone[:start] + gone[end:]
    own(tmp_path, "gone.html.j2", kept.replace("<p>{{ other.ended.ended_delete }}</p>\n", ""))
    mark = "{% filter asks_deletion %}\n"
    changed(tmp_path, "tombstone.txt.j2", mark, mark.replace("asks_deletion", "upper"))
    found = {(name, why) for name, _, why in told(templating.check(tmp_path, appeals(FEW[1])))}
    deletion = load("pl").text("page.ended_delete")
    for name, begins in (
        ("page.html.j2", "R21: The sentence is missing that the appeal is valid only while"),
        ("gone.html.j2", "R39: The text after the end does not ask for the deletion"),
        ("gone.html.j2", f"R39: This is missing: {deletion}"),
        ("tombstone.txt.j2", "R39: The text after the end does not ask for the deletion"),
    ):
        assert any(name == place and why.startswith(begins) for place, why in found), (name, begins)
    assert {name for name, _ in found} == {"page.html.j2", "gone.html.j2", "tombstone.txt.j2"}


@pytest.mark.peers
@pytest.mark.parametrize("put", ["link out", "link to nothing", "folder"])
def test_what_is_no_file_of_the_home_is_told_and_not_passed_over(tmp_path: pathlib.Path, put: str) -> None:
    own(tmp_path, "entry.txt.j2", resources.template_text("de", "entry.txt.j2"))
    place, outside = tmp_path / "templates" / "de" / "entry.txt.j2", tmp_path / "outside.txt"
    place.rename(outside)
    if put == "folder":
        place.mkdir()
    else:
        place.symlink_to(outside if put == "link out" else tmp_path / "nowhere")
    ((name, line, why),) = told(templating.check(tmp_path, appeals(FEW[1])))
    assert (name, line) == ("entry.txt.j2", None)
    assert "put a file in its place" in why


def test_a_folder_that_leads_out_of_the_home_is_told_once(tmp_path: pathlib.Path) -> None:
    for name in ("entry.txt.j2", "style.css", "words.toml"):
        own(tmp_path / "elsewhere", name, resources.template_text("de", name))
    folder = tmp_path / "home" / "templates" / "de"
    folder.parent.mkdir(parents=True)
    folder.symlink_to(tmp_path / "elsewhere" / "templates" / "de")
    (failure,) = templating.check(tmp_path / "home", appeals(FEW[1])).failures
    assert failure.fault.path == str(folder)
    assert "put a folder in its place" in failure.fault.why.en


def test_any_words_do_where_the_template_marks_what_the_law_wants(tmp_path: pathlib.Path) -> None:
    changed(
        tmp_path, "page.html.j2", "Diese {{ what }} gilt nur, solange diese Seite abrufbar ist.", "Fehlt sie: vorbei."
    )
    changed(
        tmp_path, "gone.html.j2", "Bitte löschen Sie Bilder und Texte, die", "Behalten Sie bitte <b>nichts</b>, was"
    )
    changed(tmp_path, "tombstone.txt.j2", "Bitte löschen Sie gespeicherte Bilder und Texte und", "Bitte")
    assert told(templating.check(tmp_path, appeals(FEW[1]))) == []


@pytest.mark.peers
def test_an_older_copy_is_told_what_it_leaves_out(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "words.toml", "Weitere Angaben auf Seite {number}", "Weitere Angaben auf der nächsten Seite")
    changed(tmp_path, "closing-error.txt.j2", "{{ sheet.authority }}", "{% if sheet.authority %}x{% endif %}{{ kind }}")
    changed(tmp_path, "entry.txt.j2", "{{ sheet.summary }}", "")
    changed(tmp_path, "tombstone.txt.j2", "Fahndung beendet", "Beendet")
    found = {(name, why.partition(". Add")[0]) for name, _, why in told(templating.check(tmp_path, appeals(FEW[0])))}
    assert found == {
        ("words.toml", "the key poster.more-facts leaves out {number}, which the project's has"),
        ("closing-error.txt.j2", "it leaves out what the project's prints: sheet.authority"),
        ("entry.txt.j2", "it leaves out what the project's prints: sheet.summary"),
    }


def test_what_is_left_out_on_purpose_is_said_in_the_template(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "entry.txt.j2", "{{ sheet.summary }}", "{# ohne: sheet.summary #}")
    assert told(templating.check(tmp_path, appeals(FEW[0]))) == []


def test_a_wording_that_is_missing_is_told_with_the_line_of_its_table(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "words.toml", 'same_day = "{date}, {start} bis {end} Uhr"\n', "")
    line = resources.template_text("de", "words.toml").partition("[time]")[0].count("\n") + 1
    assert told(templating.check(tmp_path, appeals(FEW[0]))) == [
        ("words.toml", line, "the key time.same_day is missing")
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('draft = "ENTWURF"', 'draft = ""', "the key poster.draft is empty"),
        ('band = {male = "Zeuge gesucht"', 'band = {male = " "', "the key category.witness.band is empty"),
        ('reference = "Aktenzeichen"', 'reference = "Az. ☎"', "the key poster.reference: characters the typeface"),
        ('emergency = "Notruf 110"', r'emergency = "Notruf\u0007 110"', "the key poster.emergency: invisible control"),
        ('valid = "Nur gültig, solange', 'valid = "שלום, solange', "the key poster.valid: letters that run from right"),
    ],
)
def test_a_wording_that_says_nothing_or_cannot_be_printed_is_told_with_its_line(
    tmp_path: pathlib.Path, old: str, new: str, why: str
) -> None:
    changed(tmp_path, "words.toml", old, new)
    text = resources.template_text("de", "words.toml")
    ((place, line, said),) = told(templating.check(tmp_path, {}))
    assert (place, line) == ("words.toml", text[: text.index(old)].count("\n") + 1)
    assert why in said


@pytest.mark.peers
def test_lengths_out_of_order_are_told(tmp_path: pathlib.Path) -> None:
    without = "{# ohne: title, sheet.headline, sheet.summary, sheet.innocence, sheet.office, sheet.phone #}\n"
    own(tmp_path, "teaser-long.txt.j2", without + resources.template_text("de", "teaser-short.txt.j2"))
    assert told(templating.check(tmp_path, appeals(FEW[0]))) == [
        ("teaser-long.txt.j2", None, "it is not longer than teaser")
    ]


def test_the_limits_of_plain_language_are_tried_too(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "plain.toml", "facts = 10", "facts = 0", lang="plain-de")
    ((name, _, why),) = told(templating.check(tmp_path, {}))
    assert (name, "facts" in why) == ("plain.toml", True)


def test_a_language_of_the_home_is_tried_in_what_it_has(tmp_path: pathlib.Path) -> None:
    own(tmp_path, "words.toml", resources.template_text("en", "words.toml"), lang="nds")
    own(tmp_path, "tombstone.txt.j2", "{{ nowhere }}", lang="nds")
    tried = templating.check(tmp_path, appeals(FEW[0]))
    assert "nds" in tried.languages
    assert told(tried) == [("tombstone.txt.j2", 1, "there is no 'nowhere' here (misspelled?)")]


def test_each_fault_is_told_once_with_the_cases_in_which_it_shows(tmp_path: pathlib.Path) -> None:
    own(tmp_path, "entry.txt.j2", "{% if sheet.marker %}{{ x }}{% endif %}a\n\nb")
    own(tmp_path, "tombstone.txt.j2", "{{ y }}")
    tried = templating.check(tmp_path, appeals(*FEW))
    assert {pathlib.Path(one.fault.path).name: one.cases for one in tried.failures} == {
        "entry.txt.j2": ("tram-witness",),
        "tombstone.txt.j2": FEW,
    }


def test_a_file_that_nothing_uses_is_told_and_an_included_one_is_not(tmp_path: pathlib.Path) -> None:
    own(tmp_path, "teasr.txt.j2", "x")
    own(tmp_path, "closing-foot.txt.j2", "{{ sheet.authority }}")
    changed(tmp_path, "closing-error.txt.j2", "{{ sheet.authority }}", "{% include 'closing-foot.txt.j2' %}")
    own(tmp_path, "removal.txt.j2", "{{ nowhere }}", lang="letters-de")
    own(tmp_path, "page.html.j2", "x", lang="letters")
    found = told(templating.check(tmp_path, appeals(FEW[0])))
    assert {name: why.partition(" (")[0].partition(";")[0] for name, _, why in found} == {
        "removal.txt.j2": "there is no 'nowhere' here",
        "teasr.txt.j2": "no output uses this file",
        "page.html.j2": "no output uses this file",
    }


@pytest.mark.peers
def test_the_shared_page_of_other_languages_is_judged_as_well(tmp_path: pathlib.Path) -> None:
    text = resources.template_text("shared", "page.html.j2")
    for left_out in (
        "<p>{{ say.valid }}</p>",
        "<p>{{ say.translated }}</p>",
        "{{ sheet.tip_sentence }}",
        "{{ sheet.stand }}",
    ):
        assert left_out in text
        text = text.replace(left_out, "")
    own(tmp_path, "page.html.j2", text.replace("<article>", "<article><script>1</script>"), lang="shared")
    found = templating.check(tmp_path, appeals(FEW[1])).failures
    assert {one.fault.path for one in found} == {str(tmp_path / "templates" / "shared" / "page.html.j2")}
    whys = {one.fault.why.en for one in found}
    for begins in (
        "R21: This is missing: This appeal is valid only",
        "R21: This is missing: This is a translation.",
        "R21: The Stand (",
        "R16: This is missing: ",
        "R30: ",
    ):
        assert any(why.startswith(begins) for why in whys), begins


def test_a_fault_of_the_shared_page_is_told_once_and_of_the_shared_file(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "page.html.j2", "{{ say.tips }}", "{{ say.nowhere }}", lang="shared")
    (failure,) = templating.check(tmp_path, appeals(FEW[1])).failures
    assert failure.fault.path == str(tmp_path / "templates" / "shared" / "page.html.j2")
    assert "'nowhere'" in failure.fault.why.en


@pytest.mark.peers
def test_a_copy_of_the_shared_page_that_changes_nothing_is_right(tmp_path: pathlib.Path) -> None:
    for name in resources.template_names("shared"):
        own(tmp_path, name, resources.template_text("shared", name), lang="shared")
    assert told(templating.check(tmp_path, appeals(FEW[1]))) == []


@pytest.mark.parametrize("place", ["press.txt.j2", "de/alt/press.txt.j2", "de-DE/words.toml", "deutsch/words.toml"])
def test_a_file_in_a_place_where_nobody_looks_is_told(tmp_path: pathlib.Path, place: str) -> None:
    stray = tmp_path / "templates" / place
    stray.parent.mkdir(parents=True)
    stray.write_text(resources.template_text("de", stray.name), "utf-8")
    (found,) = templating.check(tmp_path, appeals("tram-witness")).failures
    assert found.fault.path == str(stray)
    assert "no output uses this file" in found.fault.why.en


def test_an_unknown_filter_is_told_and_stops_no_check(tmp_path: pathlib.Path) -> None:
    changed(tmp_path, "teaser.txt.j2", "{{ sheet.tip_sentence }}", "{{ sheet.tip_sentence|loud }}")
    (found,) = told(templating.check(tmp_path, appeals("tram-witness")))
    line = resources.template_text("de", "teaser.txt.j2").splitlines().index("{{ sheet.tip_sentence }}") + 1
    assert found == ("teaser.txt.j2", line, "No filter named 'loud'")


@pytest.mark.parametrize("data", [b"\xff", b"#" * (2**20 + 1)], ids=["latin-1", "huge"])
def test_a_wording_that_cannot_be_read_is_told_once(tmp_path: pathlib.Path, data: bytes) -> None:
    own(tmp_path, "words.toml", "")
    place = tmp_path / "templates" / "de" / "words.toml"
    place.write_bytes(data)
    assert [path for path, _, _ in told(templating.check(tmp_path, appeals("tram-witness")))] == ["words.toml"]
