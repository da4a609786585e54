"""R30: how a page about persons behaves."""

import dataclasses
from typing import Any

import pytest

from fahndung.law import pages
from fahndung.law.gate import judge
from fahndung.law.norms import NormTable
from fahndung.model.appeal import Appeal, Category
from fahndung.model.ids import ImageId
from fahndung.model.reading import Outputs, Page

from .build import JUDGE, PAGE_URL, PICTURE, appeal, depicted, facts, image, order, outputs, person, table, told

PAGE = [("block", "page")]
THINGS = appeal(order(JUDGE), basis="stpo-111n", category=Category.OBJECT, images=(image("cctv-1"),))


def found(built: Outputs | None, subject: Appeal | None = None) -> list[tuple[str, str]]:
    return told(judge(facts(subject or depicted(), outputs=built)), "R30")


def with_page(**changes: Any) -> Outputs:
    return outputs(page=dataclasses.replace(outputs().page, **changes))


def test_a_flawless_page_passes() -> None:
    assert found(outputs()) == []
    assert found(None) == []


@pytest.mark.parametrize(
    ("preview", "good"),
    [
        ("karte/neutral.jpg", True),
        ("https://polizei.example/karte/neutral.jpg", True),
        ("https://anders.example/karte/neutral.jpg", False),
        (PICTURE, False),
        ("https://polizei.example/bilder/x.jpg", False),
        ("", False),
    ],
)
def test_a_preview_shows_the_neutral_card_or_nothing(preview: str, good: bool) -> None:
    assert found(with_page(previews=(preview,))) == ([] if good else PAGE)
    assert found(with_page(previews=(preview,)), THINGS) == []


def test_search_engines_are_told_everything_that_the_category_wants() -> None:
    wanted = frozenset({"noindex", "noimageindex", "noarchive"})
    assert found(with_page(robots=wanted | {"nosnippet"})) == []
    for directive in wanted:
        assert found(with_page(robots=wanted - {directive})) == PAGE
    assert found(with_page(robots=frozenset())) == PAGE
    assert found(with_page(robots=frozenset({"noarchive"})), THINGS) == []
    assert found(with_page(robots=frozenset()), THINGS) == PAGE


def test_an_appeal_about_things_that_shows_somebody_is_kept_from_search_engines() -> None:
    things, somebody = table(), dataclasses.replace(THINGS, persons=(person(),))
    assert pages.directives(things, THINGS, None) == {"noarchive"}
    assert pages.directives(things, somebody, None) == pages.UNSEEN
    assert found(with_page(robots=frozenset({"noarchive"})), somebody) == PAGE


def test_a_category_of_which_no_norm_says_anything_is_kept_from_search_engines() -> None:
    nothing = NormTable(entries=(), version="none")
    assert pages.directives(nothing, THINGS, None) == pages.UNSEEN


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("k7q2m4x6w3p5z2t6.jpg", True),
        ("k7q2m4x6w3p5z2t.jpg", False),
        ("bild-k7q2m4x6w3p5z2t6-web.jpg", True),
        ("cctv-1.jpg", False),
        ("aaaaaaaaaaaaaaaaaaaa.jpg", False),
        ("2026-11-20-15-00-00-1.jpg", False),
        ("", False),
    ],
)
def test_the_address_of_a_picture_cannot_be_guessed(name: str, good: bool) -> None:
    built = outputs(pictures_of={ImageId("cctv-1"): (PICTURE, f"../../bilder/{name}")})
    assert found(built) == ([] if good else [("block", "images/0")])
    assert found(built, THINGS) == []


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("style.css", True),
        ("/bilder/x.jpg", True),
        (f"{PAGE_URL}x.js", True),
        ("//polizei.example/x.css", True),
        ("//cdn.example/x.css", False),
        ("https://cdn.example/x.js", False),
        ("https://polizei.example.anders.example/x.js", False),
        ("https://polizei.example:8443/x.js", False),
        ("http://polizei.example/x.js", False),
        ("data:image/png;base64,AAAA", False),
        ("data:" + "A" * 200, False),
        ("blob:https://polizei.example/1", False),
        ("https://[", False),
    ],
)
def test_the_page_loads_from_its_own_host_only(address: str, good: bool) -> None:
    assert found(with_page(loads=(PICTURE, address))) == ([] if good else PAGE)
    assert found(with_page(loads=(PICTURE, address)), THINGS) == []


def test_the_page_shows_and_does_nothing_by_itself() -> None:
    assert found(with_page(acts=("<script>",))) == PAGE
    assert found(with_page(acts=("<script>", "onclick=…"))) == PAGE * 2
    assert found(with_page(acts=("<script>",)), THINGS) == []
    started = dataclasses.replace(outputs().page, acts=("<form>",))
    assert found(outputs(fragments={"frame": started})) == [("block", "frame")]


def test_a_preview_that_is_no_address_is_none_of_ours() -> None:
    assert found(with_page(previews=("https://[",))) == PAGE


def test_things_that_show_somebody_are_about_a_person() -> None:
    with_somebody = dataclasses.replace(THINGS, persons=(person(),))
    assert found(with_page(loads=("https://cdn.example/x.js",)), with_somebody) == PAGE


@pytest.mark.parametrize("name", ["list_item", "frame", "gone"])
def test_the_list_and_the_start_page_behave_as_the_page_does(name: str) -> None:
    bare = Page(robots=frozenset(), previews=(), loads=("style.css",), alts=(), open_pictures=())
    assert found(outputs(fragments={name: bare})) == []
    foreign = dataclasses.replace(bare, loads=("https://cdn.example/x.js",))
    assert found(outputs(fragments={name: foreign})) == [("block", name)]
    faced = dataclasses.replace(bare, previews=(PICTURE,))
    assert found(outputs(fragments={name: faced})) == [("block", name)]
