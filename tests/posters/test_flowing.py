"""Lines of a text as they are drawn: with what their text has between them, and no more."""

import pytest

from fahndung.posters.flowing import marks
from fahndung.posters.marks import Area, Line, Part, Weight


def drawn(text: str, *lines: str) -> list[str]:
    ground = Area(x=0, y=0, width=9, height=9, color="#ffffff")
    made = [Line(x=0, y=9, text=line, weight=Weight.BOLD, size=9, color="#000000", width=9) for line in lines]
    flowing = list(marks(Part(name="summary", field="texts/summary", text=text, marks=(ground, *made))))
    assert flowing[0] is ground
    return [mark.text for mark in flowing if isinstance(mark, Line)]


@pytest.mark.parametrize(
    ("text", "lines", "flowing"),
    [
        ("Am linken Augenbrauenbogen", ["Am linken", "Augenbrauenbogen"], ["Am linken ", "Augenbrauenbogen"]),
        ("Softshelljacke, rot", ["Softshell-", "jacke, rot"], ["Softshell\u00ad", "jacke, rot"]),
        ("Polizei-Dienststelle Mitte", ["Polizei-", "Dienststelle", "Mitte"], ["Polizei-", "Dienststelle ", "Mitte"]),
        ("a@b.example/x y", ["a@b.", "example/x", "y"], ["a@b.", "example/x ", "y"]),
        ("am 14.\u00a0März – etwa", ["am", "14.\u00a0März\u00a0–", "etwa"], ["am ", "14.\u00a0März\u00a0– ", "etwa"]),
        ("Zeuge. Aufnahme von 2025", ["Zeuge", "Aufnahme", "von 2025"], ["Zeuge ", "Aufnahme ", "von 2025"]),
        ("Donau\u00addampf fahrt", ["Donau-", "dampf", "fahrt"], ["Donau\u00ad", "dampf ", "fahrt"]),
        ("auf auf auf", ["auf", "auf", "auf"], ["auf ", "auf ", "auf"]),
        ("Name", ["etwas anderes", "Name"], ["etwas anderes", "Name"]),
        ("سارة أحمد", ["سارة", "أحمد"], ["سارة ", "أحمد"]),
    ],
)
def test_lines_end_as_their_text_goes_on(text: str, lines: list[str], flowing: list[str]) -> None:
    assert drawn(text, *lines) == flowing
