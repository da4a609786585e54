import datetime as dt
import functools
import json
import pathlib
import subprocess
import sys

import pytest

from fahndung import records, resources
from fahndung.errors import Problem
from fahndung.law import gate, norms
from fahndung.model.appeal import Category
from fahndung.model.image import Box
from fahndung.model.mandate import Medium
from fahndung.testing import cases, cast, pictures

DRAWN = cases.files
"""While tests run, what is stored stands in its place."""
STORED = pathlib.Path(__file__).parent.parent / "cases"
WEBSITE = {"website": Medium.WEBSITE}


@functools.cache
def stored(name: str) -> records.Case:
    return records.load(STORED / name)


@pytest.fixture(scope="module")
def table() -> norms.NormTable:
    return norms.parse(resources.norms_text())


@pytest.mark.peers
@pytest.mark.parametrize("name", cases.NAMES)
def test_what_is_stored_is_what_the_script_makes(name: str) -> None:
    here = {file.name: file.read_bytes() for file in (STORED / name).iterdir()}
    assert here == dict(DRAWN(name))


def test_nothing_else_is_stored() -> None:
    assert {entry.name for entry in STORED.iterdir()} == {*cases.NAMES, "README.md"}


@pytest.mark.parametrize("name", cases.NAMES)
def test_every_example_is_a_valid_case_of_which_all_is_published(name: str) -> None:
    assert stored(name).warnings == ()


def test_every_category_has_an_example() -> None:
    assert {stored(name).appeal.category for name in cases.NAMES} == set(Category)


def test_ids_and_file_numbers_differ() -> None:
    appeals = [stored(name).appeal for name in cases.NAMES]
    assert len({appeal.id for appeal in appeals}) == len({appeal.reference for appeal in appeals}) == len(appeals)


@pytest.mark.parametrize("stage", [gate.Stage.DRAFT, gate.Stage.RELEASE])
@pytest.mark.parametrize("name", cases.NAMES)
def test_the_gate_has_nothing_against_an_example(name: str, stage: gate.Stage, table: norms.NormTable) -> None:
    facts = gate.Facts(stage=stage, appeal=stored(name).appeal, norms=table, channel_media=WEBSITE)
    assert unanswered(gate.judge(facts)) == []


def unanswered(problems: tuple[Problem, ...]) -> list[Problem]:
    """The findings without what the record answers or gives a reason for: that is told, and nothing is open."""
    said = ("Beantwortet von", "Begründung im Datensatz")
    return [problem for problem in problems if not any(words in problem.message.de for words in said)]


@pytest.mark.parametrize("name", cases.NAMES)
def test_an_example_may_be_published_once_its_embargo_is_over(name: str, table: norms.NormTable) -> None:
    appeal = stored(name).appeal
    start = appeal.publication.not_before
    assert start is not None
    facts = functools.partial(gate.Facts, stage=gate.Stage.PUBLISH, appeal=appeal, norms=table, channel_media=WEBSITE)
    assert unanswered(gate.judge(facts(now=start + dt.timedelta(minutes=5)))) == []
    assert [problem.rule for problem in unanswered(gate.judge(facts(now=start - dt.timedelta(minutes=5))))] == ["R13"]


@pytest.mark.parametrize("name", cases.NAMES)
def test_an_example_keeps_to_invented_names_and_to_four_eyes(name: str) -> None:
    appeal = stored(name).appeal
    assert appeal.contact.phone.startswith("040 66969-")
    for address in (appeal.contact.email, appeal.contact.tip_url):
        assert address is not None
        assert ".example" in address
    assert all(image.verified_by not in (None, appeal.prepared_by) for image in appeal.images)
    mandate = appeal.legal.mandate
    assert mandate is not None
    assert {Medium.WEBSITE, Medium.POSTER} <= mandate.scope.media
    assert mandate.scope.images == tuple(image.id for image in appeal.images)


@pytest.mark.parametrize("name", cases.NAMES)
def test_pictures_are_small_enough_for_the_repository(name: str) -> None:
    assert all(len(content) < 250_000 for content in stored(name).images.values())


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and outer.x + outer.width >= inner.x + inner.width
        and outer.y + outer.height >= inner.y + inner.height
    )


@pytest.mark.peers
@pytest.mark.parametrize(
    ("name", "wanted", "boxes"),
    [
        ("tram-robbery", 1, lambda: cast.tram()[1]),
        ("jewellery-theft", 2, lambda: cast.shop()[1]),
        ("tram-witness", 1, lambda: cast.station()[1]),
        ("missing-man", 0, lambda: (pictures.bystander_box(**cast.SIZE),)),
    ],
)
def test_every_bystander_is_redacted_and_nobody_who_is_sought(name: str, wanted: int, boxes: object) -> None:
    assert callable(boxes)
    heads: tuple[Box, ...] = boxes()
    for image in stored(name).appeal.images:
        filled = [shape.bounds for shape in image.hidden]
        assert image.bystanders == "redacted"
        assert all(any(holds(box, head) for box in filled) for head in heads[wanted:])
        assert not any(holds(box, head) for box in filled for head in heads[:wanted])


def test_one_example_alone_can_be_written(tmp_path: pathlib.Path) -> None:
    (folder,) = cases.write(tmp_path, "witness-call")
    assert [file.name for file in folder.iterdir()] == ["appeal.json"]
    assert json.loads((folder / "appeal.json").read_text("utf-8"))["category"] == "witness-call"


def test_an_unknown_example_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(KeyError):
        cases.write(tmp_path, "../x")


@pytest.mark.peers
def test_all_are_written_unless_some_are_named(tmp_path: pathlib.Path) -> None:
    assert [folder.name for folder in cases.write(tmp_path)] == list(cases.NAMES)


@pytest.mark.peers
def test_another_process_makes_the_same_bytes(tmp_path: pathlib.Path) -> None:
    subprocess.run([sys.executable, "-m", "fahndung.testing.cases", str(tmp_path), "wanted-man"], check=True)
    assert [folder.name for folder in tmp_path.iterdir()] == ["wanted-man"]
    for file in (tmp_path / "wanted-man").iterdir():
        assert file.read_bytes() == (STORED / "wanted-man" / file.name).read_bytes()
