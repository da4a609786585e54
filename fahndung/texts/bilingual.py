"""One sheet that says everything in two languages, for a poster.

Both sheets come from the same record, so that their rows stand side by side. Adds no word and leaves out none.
"""

import dataclasses

from fahndung.model.sheet import STROKE, SWITCH, Fact, FactGroup, Picture, Sheet

_FIXED = ("reference", "live-only", "valid", "code-alt", "more", "page", "more-facts", "page-facts")
"""The fixed words of posters that stand in both languages. The emergency number is a number, the mark of a draft is for
the office."""


def bilingual(german: Sheet, other: Sheet) -> Sheet:
    """The German sheet with the other language beside each of its texts; its page's address is the German one.

    Short words stand behind a stroke, sentences after the German ones: whoever draws them gives each language lines of
    its own. What is the same in both stands once.
    """
    return dataclasses.replace(
        german,
        apart=(german, other),
        band=_beside(german.band, other.band),
        headline=_beside(german.headline, other.headline),
        marker=_either(german.marker, other.marker),
        innocence=_sentences(german.innocence, other.innocence),
        summary=_after(german.summary, other.summary),
        whereabouts=_facts(german.whereabouts, other.whereabouts),
        groups=tuple(
            FactGroup(title=_beside(mine.title, its.title), facts=_facts(mine.facts, its.facts), field=mine.field)
            for mine, its in zip(german.groups, other.groups, strict=True)
        ),
        questions=tuple(_after(mine, its) for mine, its in zip(german.questions, other.questions, strict=True)),
        hours=_either(german.hours, other.hours),
        contact_sentence=_after(german.contact_sentence, other.contact_sentence),
        tip_sentence=_after(german.tip_sentence, other.tip_sentence),
        order_sentence=_sentences(german.order_sentence, other.order_sentence),
        media_notice=_sentences(german.media_notice, other.media_notice),
        warning=_sentences(german.warning, other.warning),
        reward=tuple(_after(mine, its) for mine, its in zip(german.reward, other.reward, strict=True)),
        stand=_beside(german.stand, other.stand),
        valid_until=_either(german.valid_until, other.valid_until),
        pictures=tuple(_picture(mine, its) for mine, its in zip(german.pictures, other.pictures, strict=True)),
        fixed={**german.fixed, **{key: _beside(german.fixed[key], other.fixed[key]) for key in _FIXED}},
    )


def _switched(text: str) -> str:
    return f"{SWITCH}{text}{SWITCH}"


def _joined(german: str, other: str, joint: str) -> str:
    """Both, or one where they are the same."""
    return german if german == other else f"{german}{joint}{_switched(other)}"


def _beside(german: str, other: str) -> str:
    """Short words side by side; a colon stands once, after both."""
    announces = german.endswith(":") and other.endswith(":") and german != other
    return _joined(german.rstrip(": \u00a0") if announces else german, other, STROKE)


def _after(german: str, other: str) -> str:
    return _joined(german, other, " ")


def _either(german: str | None, other: str | None) -> str | None:
    if german is None:
        return None if other is None else _switched(other)
    return german if other is None else _beside(german, other)


def _sentences(german: str | None, other: str | None) -> str | None:
    if german is None:
        return None if other is None else _switched(other)
    return german if other is None else _after(german, other)


def _only(text: str) -> str:
    """German words that are not said where the other language stands alone."""
    return f"{text}{_switched('')}"


def _facts(german: tuple[Fact, ...], other: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Rows side by side; one under the other where one language says in its headline what the other has as a row."""
    if len(german) != len(other):
        return (
            *(dataclasses.replace(mine, label=_only(mine.label), value=_only(mine.value)) for mine in german),
            *(dataclasses.replace(its, label=_switched(its.label), value=_switched(its.value)) for its in other),
        )
    return tuple(
        Fact(label=_beside(mine.label, its.label), value=_beside(mine.value, its.value), field=mine.field)
        for mine, its in zip(german, other, strict=True)
    )


def _picture(german: Picture, other: Picture) -> Picture:
    return dataclasses.replace(
        german,
        alt=_beside(german.alt, other.alt),
        caption=_either(german.caption, other.caption),
        marker=_either(german.marker, other.marker),
    )
