"""A new home: made over nothing, open to nobody, with a configuration that its own schema takes."""

import pathlib
import re
from typing import Literal

import pytest

from fahndung import resources
from fahndung.errors import UsageError
from fahndung.home import making
from fahndung.home.config import CONFIG_NAME


def settings(text: str) -> list[str]:
    """The lines of a configuration that set something, those commented out too, without their remarks."""
    found = re.findall(r"^(# )?(\[{1,2}[\w.]+\]{1,2}|\"?[\w.-]+\"? = .*?)(?:\s+# .*)?$", text, re.MULTILINE)
    return [f"{mark}{line}" for mark, line in found]


@pytest.mark.parametrize("kind", ["production", "rehearsal"])
def test_a_configuration_says_the_same_in_both_languages(kind: str) -> None:
    german, english = (resources.template_text("config", f"{kind}.{lang}.toml") for lang in ("de", "en"))
    assert settings(german) == settings(english)
    assert len(settings(english)) > 20
    remarks = re.compile(r"^# (?!\[|\"?[\w.-]+\"? = )(.+)$", re.MULTILINE)
    assert not {*remarks.findall(german)} & {*remarks.findall(english)}


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_new_home_has_a_configuration_that_its_own_schema_takes(
    tmp_path: pathlib.Path, rehearsal: bool, lang: Literal["de", "en"]
) -> None:
    made = making.create(tmp_path / "h", rehearsal=rehearsal, lang=lang)
    assert ("Herausgeber" in (made.path / CONFIG_NAME).read_text("utf-8")) == (lang == "de")
    config = made.config()
    assert config.approvals == 1
    assert config.channels["website"]["read_back"] == ("files" if rehearsal else "http")
    assert made.path.stat().st_mode & 0o777 == 0o700


def test_a_home_is_not_made_over_something(tmp_path: pathlib.Path) -> None:
    (tmp_path / "letter").write_text("x")
    with pytest.raises(UsageError, match="not an empty folder"):
        making.create(tmp_path, rehearsal=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter"]
