"""What the poster benchmark has the other engines print: every word that ours prints."""

import html
import re
from collections.abc import Callable

import pytest

from benchmarks.posters import content, marked
from fahndung.model.sheet import Sheet
from fahndung.posters import Photo, plan


@pytest.mark.parametrize("markup", [marked.markup, marked.page])
def test_the_other_engines_print_every_word_that_ours_prints(markup: Callable[..., str]) -> None:
    told = content.sheet(1)
    assert words(told) - printed(markup(told, with_photo=True)) == set()


def words(told: Sheet) -> set[str]:
    width, height = content.DECODED
    page = plan(told, [Photo(id=content.PHOTO, jpeg=b"", width=width, height=height)])
    return {word for part in page.parts if part.name not in {"photo", "code"} for word in part.text.split()}


def printed(markup: str) -> set[str]:
    return set(re.sub(r'[\[\]<>"]|</?\w+>', " ", html.unescape(markup)).split())
