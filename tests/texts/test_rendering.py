import pathlib

import pytest

from fahndung import resources
from fahndung.errors import InvalidConfig
from fahndung.resources import BrokenTemplate
from fahndung.texts import rendering
from fahndung.texts.rendering import render


def home_with(folder: pathlib.Path, name: str, text: str) -> pathlib.Path:
    place = folder / "templates" / "de"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text, "utf-8")
    return folder


def fill(folder: pathlib.Path, text: str, name: str = "own.txt.j2", **values: object) -> str:
    return render(name, values, lang="de", home=home_with(folder, name, text))


def test_text_is_not_escaped_and_html_is(tmp_path: pathlib.Path) -> None:
    assert fill(tmp_path, "{{ x }}", x="<&>") == "<&>"
    assert fill(tmp_path, "{{ x }}", "own.html.j2", x="<&\"'>") == "&lt;&amp;&#34;&#39;&gt;"


@pytest.mark.parametrize("part", ["kopf.j2", "kopf.txt.j2", "kopf.html.j2", "kopf.css"])
def test_what_a_page_includes_or_imports_is_escaped_whatever_its_name(tmp_path: pathlib.Path, part: str) -> None:
    home_with(tmp_path, part, "{{ x }}{% macro said(y) %}{{ y }}{% endmacro %}")
    page = f"{{% include '{part}' %}} {{% from '{part}' import said with context %}}{{{{ said(x) }}}}"
    assert fill(tmp_path, page, "own.html.j2", x="<b>") == "&lt;b&gt; &lt;b&gt;"
    assert fill(tmp_path, page, "own.txt.j2", x="<b>") == "<b> <b>"


def test_a_mark_in_an_imported_macro_keeps_what_it_printed(tmp_path: pathlib.Path) -> None:
    marked = "{% filter asks_deletion %}Bitte löschen.{% endfilter %}"
    home_with(tmp_path, "part.txt.j2", f"{{% macro ask() %}}{marked}{{% endmacro %}}")
    own = home_with(tmp_path, "own.txt.j2", "{% from 'part.txt.j2' import ask %}{{ ask() }}")
    filled = rendering.fill("own.txt.j2", {}, lang="de", home=own)
    assert (filled.text, filled.marked) == ("Bitte löschen.", {"asks_deletion": "Bitte löschen."})


def test_a_mark_in_an_imported_text_counts_in_every_filling(tmp_path: pathlib.Path) -> None:
    marked = "{% filter asks_deletion %}Bitte löschen.{% endfilter %}"
    home_with(tmp_path, "part.txt.j2", f"{{% set please %}}{marked}{{% endset %}}")
    own = home_with(tmp_path, "own.txt.j2", "{% from 'part.txt.j2' import please %}{{ please }}")
    fillings = [rendering.fill("own.txt.j2", {}, lang="de", home=own) for _ in range(2)]
    assert [filled.marked for filled in fillings] == [{"asks_deletion": "Bitte löschen."}] * 2


def test_an_import_within_an_import_is_read_anew(tmp_path: pathlib.Path) -> None:
    home_with(tmp_path, "outer.txt.j2", "{% from 'inner.txt.j2' import i %}{% macro o() %}{{ i() }}{% endmacro %}")
    said = []
    for word in ("alt", "neu"):
        home_with(tmp_path, "inner.txt.j2", f"{{% macro i() %}}{word}{{% endmacro %}}")
        said.append(fill(tmp_path, "{% from 'outer.txt.j2' import o %}{{ o() }}"))
    assert said == ["alt", "neu"]


def test_values_are_not_rendered_again(tmp_path: pathlib.Path) -> None:
    assert fill(tmp_path, "{{ x }}", x="{{ 7 * 7 }}") == "{{ 7 * 7 }}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ x }}",
        "{{ nowhere }}",
        "{{ y.nowhere }}",
        "{% if %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ y.append(1) }}",
        "{{ range(10 ** 9) }}",
        "{% include 'nowhere.txt.j2' %}",
        "{% include '../../pyproject.toml' %}",
        "{{ 1 / 'a' }}",
        "{{ 1 / 0 }}",
        "{{ '%(a)s'|format(b=1) }}",
        "{{ 'a'.encode('nowhere') }}",
        "{{ 'a'|truncate(1) }}",
        "{{ cycler() }}",
    ],
)
def test_a_template_that_prints_nothing_real_or_breaks_out_is_refused_by_name(
    tmp_path: pathlib.Path, template: str
) -> None:
    with pytest.raises(InvalidConfig) as caught:
        fill(tmp_path, template, x=None, y=[])
    assert "templates/de/" in caught.value.message.en
    assert "templates/de/" in caught.value.message.de


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("{% if x %}\n\n{% endif %}\n{{ x }}", 4, "(None)"),
        ("\n{{ nowhere }}", 2, "'nowhere'"),
        ("\n\n{{ y.nowhere }}", 3, "'nowhere'"),
        ("\n{% if %}", 2, "Expected an expression"),
        ("\n{{ ''.__class__ }}", 2, "unsafe"),
        ("\n{% include 'nowhere.txt.j2' %}", 2, "nowhere.txt.j2 is not there"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: pathlib.Path, text: str, line: int, why: str) -> None:
    with pytest.raises(BrokenTemplate) as caught:
        fill(tmp_path, text, x=None, y=[])
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "templates" / "de" / "own.txt.j2"), line)
    assert why in caught.value.why.en
    assert f"Zeile {line}" in caught.value.message.de


def test_the_file_is_named_in_which_it_is_wrong_not_the_one_that_includes_it(tmp_path: pathlib.Path) -> None:
    home_with(tmp_path, "part.txt.j2", "\n\n{{ nowhere }}")
    with pytest.raises(BrokenTemplate) as caught:
        fill(tmp_path, "{% include 'part.txt.j2' %}")
    assert (pathlib.Path(caught.value.path).name, caught.value.line) == ("part.txt.j2", 3)


def test_what_an_editor_saved_in_another_way_is_read_or_refused_with_its_line(tmp_path: pathlib.Path) -> None:
    own = home_with(tmp_path, "own.txt.j2", "") / "templates" / "de" / "own.txt.j2"
    own.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    assert render("own.txt.j2", {}, lang="de", home=tmp_path) == "a\nb\n"
    own.write_bytes(b"a\nb\xe4\n")
    with pytest.raises(BrokenTemplate, match="UTF-8") as caught:
        render("own.txt.j2", {}, lang="de", home=tmp_path)
    assert caught.value.line == 2


@pytest.mark.parametrize("name", ["own.txt.j2", "style.css", "words.toml"])
def test_control_characters_in_a_file_are_refused_with_their_line(tmp_path: pathlib.Path, name: str) -> None:
    own = home_with(tmp_path, name, "a\tb\r\nc\x00d\n")
    with pytest.raises(BrokenTemplate, match=r"U\+0000") as caught:
        resources.template_text("de", name, own)
    assert caught.value.line == 2


def test_a_template_that_is_not_there_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InvalidConfig, match=r"templates/de/nowhere\.txt\.j2"):
        render("nowhere.txt.j2", {}, lang="de", home=tmp_path)


def test_the_home_wins_and_the_project_fills_in(tmp_path: pathlib.Path) -> None:
    home = home_with(tmp_path, "style.css", "body { color: black }")
    own = home_with(home, "own.html.j2", "{% include 'style.css' %}")
    assert render("own.html.j2", {}, lang="de", home=own) == "body { color: black }"
    assert ":root" in render("style.css", {}, lang="de")


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("{{ x|nowhere }}", "den Filter „nowhere“ gibt es nicht"),
        ("{{ x is nowhere }}", "die Frage „is nowhere“ gibt es nicht"),
        ("{% nowhere %}", "die Anweisung {% nowhere %} gibt es nicht"),
        ("a{% endif %}", "{% endif %} steht hier ohne seinen Anfang"),
        ("{% filter upper %}a", "{% filter … %} wird nicht mit {% endfilter %} geschlossen"),
        ("{# a", "ein Kommentar {# … wird nicht mit #} geschlossen"),
        ("{{ x", "eine Stelle {{ … wird nicht mit }} geschlossen"),
        ("{{ x y }}", "falsch geschrieben"),
    ],
)
def test_frequent_mistakes_are_told_in_german(tmp_path: pathlib.Path, text: str, german: str) -> None:
    with pytest.raises(BrokenTemplate) as caught:
        fill(tmp_path, text, x="")
    assert german in caught.value.why.de
