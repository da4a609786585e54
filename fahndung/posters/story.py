"""The words of a poster's middle: prose and tables of facts, in the order in which they are read.

The poster carries the sheet's summary and facts, never its narrative: short texts are remembered better
(Hunt, Ioannou, Synnott 2019), and the page behind the QR code has the rest. The rule does not depend on space.
"""

import dataclasses
from typing import NamedTuple

from fahndung.model.sheet import Fact, Sheet
from fahndung.posters import palette, strings, tongues
from fahndung.posters.marks import Weight

_SPLIT_FROM = 5


class Prose(NamedTuple):
    """A paragraph; ``factor`` times the body size."""

    name: str
    field: str
    text: str
    weight: Weight = Weight.REGULAR
    factor: float = 1.0
    color: str = palette.INK


class Table(NamedTuple):
    """Rows of facts under a title; with ``goes_on`` they go on with those of the table before."""

    field: str
    title: str
    rows: tuple[Fact, ...]
    color: str
    goes_on: bool = False


Atom = Prose | Table


class Story(NamedTuple):
    """What the middle says: ``lead`` before the facts, ``facts``, ``rest`` after them."""

    lead: tuple[Prose, ...]
    facts: tuple[Table, ...]
    rest: tuple[Prose, ...]

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """All of it in reading order."""
        return self.lead + self.facts + self.rest


def story(sheet: Sheet, color: str, *, more: str = "") -> Story:
    """The sheet's words for the middle of the poster; ``more`` says where the rest is."""
    rest = [
        Prose(name="question", field=strings.field_of("questions", i), text=text, weight=Weight.BOLD)
        for i, question in enumerate(sheet.questions)
        for text in tongues.paragraphs(question)
        if i > 0
    ]
    rest += [Prose(name="more", field="images", text=more, weight=Weight.BOLD, color=color)] if more else []
    tables = [Table(field="event", title="", rows=sheet.whereabouts, color=color)]
    tables += [Table(field=group.field, title=group.title, rows=group.facts, color=color) for group in sheet.groups]
    return Story(
        lead=tuple(
            Prose(name="summary", field=strings.field_of("summary"), text=text)
            for text in tongues.paragraphs(sheet.summary)
        ),
        facts=tuple(table for table in tables if table.rows or table.title),
        rest=(*rest, *_innocence(sheet)),
    )


def longest(atom: Atom) -> str:
    """The field of the text that takes most of an atom."""
    if isinstance(atom, Prose) or not atom.rows:
        return atom.field
    return max(atom.rows, key=lambda row: len(row.value)).field or atom.field


def parted(told: Story, rows: int) -> tuple[Story, tuple[Table, ...]]:
    """The story without ``rows`` rows, and these; what happened stays whole.

    The last ones about persons and things go first, those that say where and when only after all of these.
    """
    kept, moved = dict[int, Table](), dict[int, Table]()
    for place in sorted(range(len(told.facts)), key=lambda place: (not told.facts[place].title, -place)):
        atom = told.facts[place]
        away = min(rows, len(atom.rows))
        rows -= away
        left = len(atom.rows) - away
        if away:
            moved[place] = atom._replace(rows=atom.rows[left:])
        if left or not away:
            kept[place] = atom._replace(rows=atom.rows[:left]) if away else atom
    told = told._replace(facts=tuple(kept[place] for place in sorted(kept)))
    return told, tuple(moved[place] for place in sorted(moved))


def hinting(told: Story, hints: tuple[str, ...]) -> Story:
    """The story with words after its facts that say where these go on."""
    field = told.facts[-1].field if told.facts else "event"
    more = (Prose(name="more", field=field, text=text, weight=Weight.BOLD) for text in hints)
    asked = tuple(atom for atom in told.rest if atom.name != "innocence")
    return told._replace(rest=(*asked, *more, *told.rest[len(asked) :]))


def movable(told: Story) -> int:
    """How many rows :func:`parted` may take away."""
    return sum(len(atom.rows) for atom in told.facts)


def spoken(told: Story, *, other: bool) -> Story:
    """What happened and all facts in one of the story's two languages; the rest, which is asked of all, in both."""
    own = tuple(atom for atom in told.lead if tongues.is_other(atom.text) is other)
    facts = tuple(_spoken(atom, other=other) for atom in told.facts)
    return Story(lead=own or told.lead, facts=facts, rest=told.rest)


def _spoken(table: Table, *, other: bool) -> Table:
    told = (
        dataclasses.replace(
            row, label=tongues.alone(row.label, other=other), value=tongues.alone(row.value, other=other)
        )
        for row in table.rows
    )
    title = tongues.alone(table.title, other=other)
    return table._replace(title=title, rows=tuple(row for row in told if row.label))


def continued(sheet: Sheet, facts: tuple[Table, ...] = ()) -> Story:
    """The words beside the photos of a further page: facts that the first one does not hold, and R15 once more."""
    return Story(lead=(), facts=facts, rest=_innocence(sheet))


def _innocence(sheet: Sheet) -> tuple[Prose, ...]:
    field = strings.field_of("innocence")
    return tuple(
        Prose(name="innocence", field=field, text=text, factor=0.84, color=palette.GREY)
        for text in tongues.paragraphs(sheet.innocence)
    )


def pieces(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """Atoms that may stand in different columns: tables row by row, the title with its first two rows.

    Beside another person or thing a table stays whole: a row at the head of a column would pass for the other's.
    """
    if sum(isinstance(atom, Table) and bool(atom.title) for atom in atoms) > 1:
        return atoms
    made: list[Atom] = []
    for atom in atoms:
        if isinstance(atom, Prose) or len(atom.rows) < _SPLIT_FROM:
            made.append(atom)
            continue
        made.append(atom._replace(rows=atom.rows[:2]))
        made += [atom._replace(title="", rows=(row,), goes_on=True) for row in atom.rows[2:]]
    return tuple(made)
