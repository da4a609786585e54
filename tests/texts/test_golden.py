"""Whole outputs against files that people have read.

Regenerate, then read the difference: ``UPDATE_GOLDEN=1 pytest tests/texts/test_golden.py``.
"""

import os
import pathlib

import pytest

from fahndung.texts.outputs import Outputs
from tests.texts import build

GOLDEN = pathlib.Path(__file__).with_name("golden")
CASES = {
    "missing-child": build.missing(),
    "unknown-suspect": build.unknown_suspect(),
    "witness": build.witness(),
    "object": build.thing(),
    "unknown-dead": build.dead(),
}


def words_of(rendered: Outputs) -> str:
    """Everything but the pages as one readable text."""
    parts = {
        "press: " + rendered.press_subject: rendered.press,
        **rendered.teasers,
        "entry: " + rendered.entry.title: f"{rendered.entry.updated.isoformat()}\n{rendered.entry.summary}\n",
        "list item": rendered.list_item,
        **{f"alt {name}": f"{alt}\n" for name, alt in rendered.alts.items()},
        **{f"closing {kind}: {closing.subject}": closing.body for kind, closing in rendered.closings.items()},
        **{f"closing post {kind}": text for kind, text in rendered.closing_posts.items()},
        "tombstone: " + rendered.tombstone.title: rendered.tombstone.summary + "\n",
    }
    return "\n".join(f"=== {name}\n{text}" for name, text in parts.items())


def compare(path: pathlib.Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text, f"{path.name} differs; read the change, then UPDATE_GOLDEN=1"


@pytest.mark.parametrize("name", CASES)
def test_the_words_are_those_that_were_read(name: str) -> None:
    compare(GOLDEN / f"{name}.txt", words_of(build.rendered(CASES[name])))


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_the_one_that_was_read(name: str) -> None:
    # the style has a file and tests of its own
    page = build.rendered(CASES[name]).page_html
    head, _, rest = page.partition("<style>")
    compare(GOLDEN / f"{name}.html", head + "<style>" + rest[rest.index("</style>") :])


def test_the_410_page_and_the_start_page_are_those_that_were_read() -> None:
    rendered = build.rendered(build.missing())
    for name, page in (("gone", rendered.gone_html), ("index", rendered.index_frame)):
        head, _, rest = page.partition("<style>")
        compare(GOLDEN / f"{name}.html", head + "<style>" + rest[rest.index("</style>") :])
