"""The two languages of a bilingual sheet: which words are whose, on paper and for a screen reader.

Words in the other language stand between two ``SWITCH``, which nobody sees and nothing measures. A sheet in one
language has none, and all of this leaves it as it is.
"""

import dataclasses
from collections.abc import Iterator, Sequence

from fahndung.model.sheet import STROKE, SWITCH
from fahndung.posters import fonts
from fahndung.posters.marks import Code, Line, Mark, Part, Tag


def plain(text: str) -> str:
    """The text as it is seen."""
    return text.replace(SWITCH, "")


def switched(text: str) -> str:
    """The text marked as the other language's."""
    return f"{SWITCH}{text}{SWITCH}" if text else ""


def said(text: str, *, other: bool) -> str:
    """The words of one language alone; what stands once is said in both."""
    own, *switched = text.split(SWITCH)
    if not switched:
        return own
    words = switched[0::2] if other else (own, *switched[1::2])
    return "".join(words).removesuffix(STROKE).strip(" ")


def alone(text: str, *, other: bool) -> str:
    """The words of one language alone, marked where they are the other's."""
    told = said(text, other=other)
    return switched(told) if other and SWITCH in text else told


def is_other(paragraph: str) -> bool:
    """Whether the paragraph is in the other language."""
    return paragraph.startswith(SWITCH)


def paragraphs(*texts: str | None, joint: str = " ") -> tuple[str, ...]:
    """The texts as one paragraph for each language, German first."""
    told = [text for text in texts if text]
    german = joint.join(filter(None, (said(text, other=False) for text in told)))
    if not any(SWITCH in text for text in told):
        return (german,) if german else ()
    other = joint.join(filter(None, (said(text, other=True) for text in told)))
    return tuple(text for text in (german, switched(other)) if text)


def foreign(text: str) -> frozenset[str]:
    """The words of the other language, as they stand in the text with their switches."""
    words, inside = set(), False
    for word in text.split(" "):
        switches = word.count(SWITCH)
        if inside or switches:
            words.add(word)
        inside ^= bool(switches % 2)
    return frozenset(words)


def spoken(part: Part, marks: Sequence[Mark], beside: str | None) -> tuple[Part, ...]:
    """The part in pieces of one language each, with the marks of each piece; a part in one language is one piece.

    A photo is drawn once for each language, the same on the same place: PDF has one alternative text a figure, and
    readers tell its language by the element alone. A QR code is drawn once: nothing may lie over it.

    Args:
        marks: the part's, as they are to be drawn. beside: the other language.
    """
    coded = any(isinstance(mark, Code) for mark in marks)
    if SWITCH not in part.text or part.tag is None or coded:
        return (dataclasses.replace(part, text=plain(part.text), marks=tuple(marks)),)
    if part.tag is Tag.FIGURE:
        return tuple(
            dataclasses.replace(part, text=said(part.text, other=other), marks=tuple(marks), lang=lang)
            for other, lang in ((False, part.lang), (True, beside))
        )
    made = [piece for piece in _pieces(part, marks, beside) if any(isinstance(mark, Line) for mark in piece.marks)]
    return tuple(made) if len(made) > 1 else tuple(dataclasses.replace(piece, tag=part.tag) for piece in made)


def _pieces(part: Part, marks: Sequence[Mark], beside: str | None) -> Iterator[Part]:
    texts = part.text.split(SWITCH)
    number, held = 0, list[Mark]()
    for mark in marks:
        if not isinstance(mark, Line):
            held.append(mark)
            continue
        x = mark.x
        for place, text in enumerate(mark.text.split(SWITCH)):
            if place:
                if any(isinstance(one, Line) for one in held):
                    yield _piece(part, texts, number, held, beside)
                    held = []
                number += 1
            if text:
                width = fonts.em_width(text, mark.weight) * mark.size
                held.append(dataclasses.replace(mark, text=text, x=x, width=width))
                x += width
    yield _piece(part, texts, number, held, beside)


def _piece(part: Part, texts: Sequence[str], number: int, held: Sequence[Mark], beside: str | None) -> Part:
    lang = beside if number % 2 else part.lang
    return dataclasses.replace(part, text=texts[number], marks=tuple(held), tag=Tag.SPAN, lang=lang)
