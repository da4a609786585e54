import pathlib
import re

import pytest

from fahndung.channels import webconfig
from fahndung.channels.headers import HEADERS
from fahndung.errors import InvalidConfig

DOC = pathlib.Path(__file__).parents[2] / "docs/website-headers.md"


@pytest.mark.parametrize("generate", [webconfig.nginx, webconfig.apache])
@pytest.mark.parametrize(
    ("root", "name"),
    [
        ("site", "fahndung.example"),
        ('/srv/a"; evil', "fahndung.example"),
        ("/srv/$x", "fahndung.example"),
        ("/srv/%{ENV:X}", "fahndung.example"),
        ("/srv\n", "fahndung.example"),
        ("/srv", "fahndung.example; evil"),
        ("/srv", "a b"),
        ("/srv", ""),
        ("/srv", "a.example\n"),
    ],
)
def test_what_could_break_out_of_the_configuration_is_refused(generate: object, root: str, name: str) -> None:
    assert callable(generate)
    with pytest.raises(InvalidConfig):
        generate(pathlib.Path(root), name)


@pytest.mark.parametrize("generate", [webconfig.nginx, webconfig.apache])
def test_the_configuration_is_a_pure_function_and_names_root_and_host(generate: object) -> None:
    assert callable(generate)
    text = generate(pathlib.Path("/srv/fahndung site"), "fahndung.example")
    assert text == generate(pathlib.Path("/srv/fahndung site"), "fahndung.example")
    assert '"/srv/fahndung site"' in text
    assert "fahndung.example" in text
    assert all(f'"{value}"' in text for value in HEADERS.values())


def test_nginx_is_told_no_type_twice_so_that_its_check_warns_of_nothing() -> None:
    (told,) = re.findall(r"charset_types ([^;]+);", webconfig.nginx(pathlib.Path("/srv/website"), "polizei.example"))
    assert "text/html" not in told.split()  # nginx has it by itself


def test_the_documentation_names_every_header_with_its_value() -> None:
    text = DOC.read_text("utf-8")
    assert [name for name, value in HEADERS.items() if f"`{name}`" not in text or value not in text] == []
