"""What the public reads and sees of an appeal in one language: page, poster and card draw the same sheet.

Composed by ``fahndung.texts`` from an appeal; every string is final, in Unicode NFC, and is never cut.
"""

import dataclasses
from collections.abc import Mapping

from fahndung.model.appeal import Category
from fahndung.model.ids import ImageId
from fahndung.model.image import Box

SWITCH = "\u2063"
"""Unseen, before and after words in a sheet's other language (``Sheet.beside``). No record holds one: unseen characters
are refused there."""
STROKE = "\u00a0/ "
"""Between short words in two languages on one line; no line begins with it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row of a description: ``Größe`` / ``etwa 175 bis 180 cm (geschätzt)``.

    ``field`` is its place in the record (``persons/0/height_cm``), for messages; it is no part of what the row says.
    """

    label: str
    value: str
    field: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """The rows about one person or one thing. ``field`` is its place in the record (``persons/0``)."""

    title: str
    facts: tuple[Fact, ...]
    field: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A public picture as a sheet names it.

    ``focus`` is in pixels of the upright image. ``of`` are the fields of the groups whose person or thing it shows.
    ``field`` is its own place in the record (``images/0``), for messages.
    """

    id: ImageId
    alt: str
    caption: str | None = None
    marker: str | None = None
    sensitive: bool = False
    shows_person: bool = False
    focus: Box | None = None
    redacted: bool = False
    of: tuple[str, ...] = ()
    field: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One appeal in one language.

    Attributes:
        band: the word of the poster's band (``Vermisst``, ``Zeuge gesucht``, ``Fahndung`` …).
        marker: R14, ``Zeuge – nicht Beschuldigter``; None where nobody is sought as a witness.
        innocence: R15, the sentence on the presumption of innocence; None where nobody is suspected.
        whereabouts: rows of time and place.
        order_sentence: who ordered the publication; None in preventive appeals.
        tip_sentence: R16. media_notice: R33, in which medium it may appear.
        stand: R21, ``Stand: 20.11.2026, 16:00 Uhr``. valid_until: ``gültig bis …``; None if no end is known.
        imprint: lines with publisher, address and printer (§ 6 SächsPresseG).
        page_url: address of the force's own page.
        fixed: the words of posters and cards (``[poster]`` of the wording), by their key.
        apart: the German sheet and the other one that a bilingual sheet was put together from; none in one language.
    """

    lang: str
    category: Category
    band: str
    headline: str
    marker: str | None
    innocence: str | None
    summary: str
    paragraphs: tuple[str, ...]
    whereabouts: tuple[Fact, ...]
    groups: tuple[FactGroup, ...]
    questions: tuple[str, ...]
    office: str
    phone: str
    email: str | None
    tip_url: str | None
    hours: str | None
    contact_sentence: str
    tip_sentence: str
    order_sentence: str | None
    media_notice: str | None
    warning: str | None
    reward: tuple[str, ...]
    authority: str
    reference: str
    stand: str
    valid_until: str | None
    imprint: tuple[str, ...]
    page_url: str
    pictures: tuple[Picture, ...]
    fixed: Mapping[str, str] = dataclasses.field(hash=False)
    apart: tuple["Sheet", ...] = ()

    @property
    def beside(self) -> str | None:
        """The other language of a bilingual sheet, whose words stand between two ``SWITCH``; None: there is none."""
        return self.apart[1].lang if self.apart else None
