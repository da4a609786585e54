import pathlib
import time

import pytest

from fahndung import resources
from fahndung.resources import BrokenTemplate
from fahndung.texts.bounded import CHARACTERS, STEPS

from .test_rendering import fill, home_with

NESTED = "{% for a in range(10**5) %}{% for b in range(10**5) %}{% endfor %}{% endfor %}"
MACRO = "{% macro again(n) %}{% if n %}{{ again(n - 1) }}{{ again(n - 1) }}{% endif %}{% endmacro %}\n{{ again(60) }}"
ITSELF = "{% block a %}{% for n in range(2) %}{{ self.a() }}{% endfor %}{% endblock %}"
OFTEN = STEPS // 2 + 1000
"""More than half of what is allowed: only with another step in each pass is it too much."""
PASSES = f"{{% for n in range({OFTEN}) %}}{{% endfor %}}"
INCLUDED = PASSES.replace("%}{%", "%}{% include 'leaf.txt.j2' %}{%")
BLOCK = "{% block a %}{% endblock %}" + PASSES.replace("%}{%", "%}{{ self.a() }}{%")
FILTERED = f"{{% for a in range(2) %}}{{% for n in range({OFTEN}) if n < 0 %}}{{% endfor %}}{{% endfor %}}"
SQUARED = "{% set n = namespace(x=3) %}{% for i in range(29) %}{% set n.x = n.x * n.x %}{% endfor %}"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (f"\n{NESTED}", 2, "goes on and on"),
        (MACRO, 1, "goes on and on"),
        (ITSELF, 1, "recursion|goes on and on"),
        (BLOCK, 1, "goes on and on"),
        (FILTERED, 1, "goes on and on"),
        ("{% include 'own.txt.j2' %}" * 2, 1, "recursion|goes on and on"),
        ("\n{{ 'x' * 10**9 }}", 2, "more than any text"),
        ("{{ 10**9 * [y] }}", 1, "more than any text"),
        ("{{ 9**(9**9) }}", 1, "more than any text"),
        (SQUARED, 1, "more than any text"),
        ("{{ (y.encode() * 10**9)|length }}", 1, "more than any text"),
        (f"{{% for a in range({STEPS - 10}) %}}{'x' * 1000}{{% endfor %}}", None, "prints more than"),
    ],
)
def test_a_template_that_would_not_end_is_refused_at_once_and_by_line(
    tmp_path: pathlib.Path, text: str, line: int | None, why: str
) -> None:
    began = time.process_time()
    with pytest.raises(BrokenTemplate, match=rf"own\.txt\.j2.*(?:{why})") as caught:
        fill(tmp_path, text, y="y")
    assert caught.value.line == line
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{ '-' * 3 }}{{ 3 * 4 }}{{ 2**10 }}{{ 2 * [y] }}", "---121024['y', 'y']"),
        (f"{{% for a in range({STEPS - 1}) %}}{{% endfor %}}x", "x"),
        (f"{{{{ ('x' * {CHARACTERS})|length }}}}", str(CHARACTERS)),
        (PASSES.replace("%}{%", "%}-{%"), "-" * OFTEN),
        ("{{ (2**2047 * 2**2047)|string|length }}", "1233"),
        ("{% for n in range(9) if n % 4 == 0 %}{{ n }}{{ loop.last }}{% else %}-{% endfor %}", "0False4False8True"),
        ("{% for n in range(9) if n > 9 %}{{ n }}{% else %}-{% endfor %}", "-"),
        ("{% macro m(x) %}\n{{ x }}\n{% endmacro %}\n{% for a in 'ab' %}\n{{ m(a) }}\n{% endfor %}", "a\n\nb\n\n"),
    ],
)
def test_what_ends_is_filled_as_before(tmp_path: pathlib.Path, text: str, filled: str) -> None:
    assert fill(tmp_path, text, y="y") == filled


def test_each_included_file_counts(tmp_path: pathlib.Path) -> None:
    home_with(tmp_path, "leaf.txt.j2", "")
    with pytest.raises(BrokenTemplate, match="goes on and on"):
        fill(tmp_path, INCLUDED)
    assert fill(tmp_path, "{% include 'leaf.txt.j2' %}" * 1000) == ""


def test_each_template_has_its_own_count(tmp_path: pathlib.Path) -> None:
    text = f"{{% for a in range({STEPS - 1}) %}}{{% endfor %}}x"
    assert [fill(tmp_path, text) for _ in range(2)] == ["x", "x"]


@pytest.mark.parametrize(("size", "taken"), [(2**20, True), (2**20 + 1, False)])
def test_a_file_larger_than_any_text_is_not_read(tmp_path: pathlib.Path, size: int, taken: bool) -> None:
    own = tmp_path / "templates" / "de" / "words.toml"
    own.parent.mkdir(parents=True)
    own.write_text("#" * size, "utf-8")
    if taken:
        assert len(resources.template_text("de", "words.toml", tmp_path)) == size
        return
    with pytest.raises(BrokenTemplate, match="larger than 1 MiB"):
        resources.template_text("de", "words.toml", tmp_path)
