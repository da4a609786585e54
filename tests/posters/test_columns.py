"""Columns."""

from fahndung.posters.columns import Columns, even
from fahndung.posters.composing import Composer
from fahndung.posters.setting import Setter
from fahndung.posters.story import story
from tests.posters import build


def test_columns_are_as_even_as_they_can_be() -> None:
    assert even([10, 10, 10, 10], [2] * 4, 2) == [range(2), range(2, 4)]
    assert even([30, 10, 10, 10], [0] * 4, 2) == [range(1), range(1, 4)]
    assert even([10, 10, 40], [0] * 3, 3) == [range(1), range(1, 2), range(2, 3)]
    assert even([5], [0], 1) == [range(1)]


def test_a_word_wider_than_its_column_rules_it_out() -> None:
    told = story(build.sheet(summary="Q" * 60, groups=()), "#000000").atoms
    columns = Columns(Composer(Setter(language="de", hyphenate=False)))
    assert columns.of(told, 12.0, 2, 520.0)[0] is None
    assert columns.of(told, 9.5, 1, 1000.0)[0] is not None


def test_facts_of_several_persons_are_never_torn_apart_between_columns() -> None:
    rows = [(f"Merkmal {i}", "vorhanden") for i in range(9)]
    groups = tuple(build.group(f"Person {n}", *rows, field=f"persons/{n}") for n in range(2))
    told = story(build.sheet(summary="", whereabouts=(), groups=groups), "#000000").atoms
    placed, _ = Columns(Composer(Setter(language="de", hyphenate=False))).of(told, 10.0, 2, 520.0)
    assert placed is not None
    assert [piece.block.field for piece in placed] == ["persons/0", "persons/1"]
    assert [piece.x for piece in placed] == [0.0, 269.0]
