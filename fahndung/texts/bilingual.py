"""One sheet that says everything in two languages, for a poster.

Both sheets come from the same record, so that their rows stand side by side. Adds no word and leaves out none.
"""

import dataclasses

from fahndung.model.sheet import Fact, FactGroup, Picture, Sheet

_BESIDE = "\u00a0/ "
"""No line begins with the stroke."""


def bilingual(german: Sheet, other: Sheet, *, only_while_online: str) -> Sheet:
    """The German sheet with the other language beside each of its texts; its page's address is the German one.

    Args:
        only_while_online: the sentence of posters that only the page is current, in the other language; it follows the
            German one, which is the poster's own.

    The other's summary is a text of its own under the German one (``Sheet.further``), so that each can be read aloud in
    its language.
    """
    return dataclasses.replace(
        german,
        band=_beside(german.band, other.band),
        headline=_beside(german.headline, other.headline),
        marker=_either(german.marker, other.marker),
        innocence=_sentences(german.innocence, other.innocence),
        further=((other.lang, other.summary),),
        whereabouts=_facts(german.whereabouts, other.whereabouts),
        groups=tuple(
            FactGroup(title=_beside(mine.title, its.title), facts=_facts(mine.facts, its.facts), field=mine.field)
            for mine, its in zip(german.groups, other.groups, strict=True)
        ),
        questions=tuple(f"{mine} {its}" for mine, its in zip(german.questions, other.questions, strict=True)),
        hours=_either(german.hours, other.hours),
        contact_sentence=f"{german.contact_sentence} {other.contact_sentence}",
        tip_sentence=f"{german.tip_sentence} {other.tip_sentence}",
        order_sentence=_sentences(german.order_sentence, other.order_sentence),
        media_notice=_sentences(german.media_notice, other.media_notice),
        warning=_sentences(german.warning, other.warning),
        reward=tuple(_beside(mine, its) for mine, its in zip(german.reward, other.reward, strict=True)),
        stand=_beside(german.stand, other.stand),
        valid_until=_either(german.valid_until, other.valid_until),
        also_valid=only_while_online,
        pictures=tuple(_picture(mine, its) for mine, its in zip(german.pictures, other.pictures, strict=True)),
    )


def _beside(german: str, other: str) -> str:
    """Both, or one where they are the same."""
    return german if german == other else f"{german}{_BESIDE}{other}"


def _either(german: str | None, other: str | None) -> str | None:
    return other if german is None else german if other is None else _beside(german, other)


def _sentences(german: str | None, other: str | None) -> str | None:
    return " ".join(text for text in (german, other) if text) or None


def _facts(german: tuple[Fact, ...], other: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Rows side by side; one under the other where one language says in its headline what the other has as a row."""
    if len(german) != len(other):
        return german + other
    return tuple(
        Fact(label=_beside(mine.label, its.label), value=_beside(mine.value, its.value))
        for mine, its in zip(german, other, strict=True)
    )


def _picture(german: Picture, other: Picture) -> Picture:
    return dataclasses.replace(
        german,
        alt=_beside(german.alt, other.alt),
        caption=_either(german.caption, other.caption),
        marker=_either(german.marker, other.marker),
    )
