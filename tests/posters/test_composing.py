"""Prose and facts in columns."""

import itertools

import pytest

from fahndung.model.sheet import Sheet
from fahndung.posters.composing import Block, Composer
from fahndung.posters.marks import Line
from fahndung.posters.setting import Setter
from fahndung.posters.story import Table, story
from tests.posters import build

SETTER = Setter(language="de", hyphenate=True)


def table(*rows: tuple[str, str], title: str = "") -> Table:
    return Table(field="persons/0", title=title, rows=build.facts(*rows), color="#000000")


def block(atom: Table, width: float, size: float = 10.0) -> Block:
    return Composer(SETTER).blocks((atom,), size=size, width=width)[0]


def lines(made: Block) -> list[Line]:
    return [line for part in made.parts for line in part.lines]


def test_in_a_wide_column_values_stand_under_each_other() -> None:
    made = block(table(("Alter", "13 Jahre"), ("Bekleidung", "blaue Jacke")), 300)
    values = [line for line in lines(made) if line.text in {"13 Jahre", "blaue Jacke"}]
    assert values[0].x == values[1].x > 0


def test_in_a_narrow_column_the_label_opens_the_line() -> None:
    made = block(table(("Bekleidung", "blaue Jacke mit Streifen, graue Hose")), 120)
    label, first, second = lines(made)[:3]
    assert first.y == label.y
    assert first.x > label.x + label.width
    assert second.x == 0


def test_where_asked_the_label_opens_the_line_in_a_wide_column_too_and_takes_less_paper() -> None:
    rows = table(
        ("Besondere Merkmale", "blaue Jacke mit Streifen, graue Hose"), ("Bart", "Vollbart, an den Seiten kürzer, grau")
    )
    (made,) = Composer(SETTER, run_in=True).blocks((rows,), size=10.0, width=260)
    label, first = lines(made)[:2]
    assert first.y == label.y
    assert made.height < block(rows, 260).height


def test_a_label_wider_than_a_narrow_column_stands_above_its_value() -> None:
    made = block(table(("Besondere unveränderliche Merkmale", "Narbe am Kinn")), 100)
    *labels, value = lines(made)
    assert len(labels) > 1
    assert value.text == "Narbe am Kinn"
    assert value.x == 0
    assert value.y > labels[-1].y


@pytest.mark.parametrize("width", [90, 110, 150, 200, 300, 500])
@pytest.mark.parametrize("size", [9.5, 12.0, 15.5])
def test_no_line_of_a_table_leaves_its_column(width: float, size: float) -> None:
    rows = (("Bekleidung", "hellblaue Steppjacke, schwarze Jeans"), ("Zuletzt gesehen", "Musterstadt-Mitte, 15:30 Uhr"))
    made = block(table(*rows, title="Beschreibung"), width, size)
    assert all(line.x >= 0 and line.x + line.width <= width + 0.02 for line in lines(made))
    assert max(line.y for line in lines(made)) < made.height


def test_tables_share_one_label_width() -> None:
    first, second = table(("Ort", "Musterstadt")), table(("Bekleidung", "blaue Jacke"))
    blocks = Composer(SETTER).blocks((first, second), size=10, width=300)
    assert {lines(made)[1].x for made in blocks} == {lines(blocks[0])[1].x}


@pytest.mark.parametrize("run_in", [False, True])
@pytest.mark.parametrize("sheet", [build.suspect(1), build.convict(), build.arabic()], ids=["suspect", "convict", "ar"])
def test_no_column_is_lower_than_what_is_told_without_breaking_a_line(sheet: Sheet, run_in: bool) -> None:
    """The search leaves out what these bounds say cannot win, so none may be higher than what is found."""
    composer = Composer(Setter(language=sheet.lang, hyphenate=True), run_in=run_in)
    atoms = story(sheet, "#000000").atoms
    for width, size in itertools.product((92.0, 130.0, 197.0, 252.6, 523.3), (9.5, 12.0, 15.5)):
        blocks = composer.blocks(atoms, size=size, width=width)
        least = composer.least_heights(atoms, size=size, width=width)
        assert all(0 < low <= made.height + 1e-6 for low, made in zip(least, blocks, strict=True))
        assert sum(least) > 0.7 * sum(made.height for made in blocks)
        covered = sum(made.height for made in blocks) * width
        assert 0 < composer.least_area(atoms, size=size, column=90.0) <= covered
