"""An appeal as the sheet that page, poster and card draw. Renders nothing (``outputs`` does) and cuts nothing."""

import dataclasses
import datetime as dt
import pathlib
import re
import types
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, cast

from fahndung.model.appeal import Appeal, Category
from fahndung.model.image import Image
from fahndung.model.mandate import Medium
from fahndung.model.sheet import Fact, Picture, Sheet
from fahndung.model.sought import CRIMINAL_ROLES
from fahndung.texts import dates, describe, headline, notices, people, typography
from fahndung.texts.outputs import outputs
from fahndung.texts.words import PLACEHOLDER, Words, load

__all__ = ["outputs", "sheet"]

_EXACT_FIELDS = frozenset(
    {"id", "lang", "category", "phone", "email", "tip_url", "page_url", "reference", "field", "focus", "beside"}
)
"""What typography never touches, by the name of the sheet's field."""
_NEAR = 64
"""px; more than any redaction grows."""


def sheet(
    appeal: Appeal,
    *,
    lang: str = "de",
    page_url: str,
    imprint: tuple[str, ...],
    valid_until: dt.datetime | None,
    media: frozenset[Medium],
    home: pathlib.Path | None = None,
) -> Sheet:
    """The whole appeal in one language, every string final.

    Args:
        page_url: address of the force's own page.
        imprint: lines with publisher, address and printer.
        valid_until: the earliest computed end, exclusive; None if no end is known.
        media: the media it is built for; the notice tells those that the order allows as well.
        home: whose ``templates/<lang>/words.toml`` replaces the project's.

    Raises:
        UsageError: no texts in that language.
        InvalidConfig: a missing or broken wording.
        InvalidRecord: an authored text that is not there in that language.
        ValueError: ``valid_until`` is naive.
    """
    if valid_until is not None and valid_until.utcoffset() is None:
        raise ValueError("valid_until is a naive datetime")
    words = load(lang, home)
    composed = Sheet(
        lang=lang,
        category=appeal.category,
        band=headline.band(words, appeal),
        headline=headline.headline(words, appeal),
        marker=headline.marker(words, people.witnesses(appeal)) if people.seeks_witness(appeal) else None,
        innocence=_innocence(words, appeal),
        summary=people.localized(appeal.texts.summary, lang, "texts/summary"),
        paragraphs=_paragraphs(appeal, lang),
        whereabouts=_whereabouts(words, appeal),
        groups=describe.groups(words, appeal),
        questions=headline.questions(words, appeal),
        office=appeal.contact.office,
        phone=appeal.contact.phone,
        email=appeal.contact.email,
        tip_url=appeal.contact.tip_url,
        hours=appeal.contact.hours,
        contact_sentence=notices.contact(words, appeal),
        tip_sentence=notices.tips(words, appeal),
        order_sentence=notices.order(words, appeal),
        media_notice=notices.media(words, appeal, media, page_url),
        warning=notices.warning(words, appeal),
        reward=notices.reward(words, appeal),
        authority=_authority(appeal),
        reference=appeal.reference,
        stand=_stand(words, appeal),
        valid_until=None if valid_until is None else dates.valid_until(words, valid_until),
        imprint=imprint,
        page_url=page_url,
        pictures=tuple(_picture(words, appeal, image, f"images/{index}") for index, image in enumerate(appeal.images)),
        fixed=_fixed(words),
    )
    return cast(Sheet, changed(composed, lambda text: typography.polish(text, lang)))


def _fixed(words: Words) -> Mapping[str, str]:
    """The words of posters and cards; the project's German ones say which there are, and what may be filled in."""
    known = load("de").texts("poster")
    kept = {key: {name: f"{{{name}}}" for name in PLACEHOLDER.findall(text)} for key, text in known.items()}
    told = {key: words.text(f"poster.{key}", **values) for key, values in kept.items()}
    return types.MappingProxyType({key: unicodedata.normalize("NFC", text) for key, text in told.items()})


def _stand(words: Words, appeal: Appeal) -> str:
    at = dates.stand_instant(appeal)
    return words.text("stand.missing") if at is None else words.text("stand.text", instant=dates.instant(words, at))


def _authority(appeal: Appeal) -> str:
    return ", ".join(part for part in (appeal.authority.name, appeal.authority.unit) if part)


def _innocence(words: Words, appeal: Appeal) -> str | None:
    suspected = people.suspects(appeal)
    if not suspected and appeal.category not in people.SUSPICION:
        return None
    return words.form("innocence", people.form(suspected))


def _paragraphs(appeal: Appeal, lang: str) -> tuple[str, ...]:
    if appeal.texts.narrative is None:
        return ()
    narrative = people.localized(appeal.texts.narrative, lang, "texts/narrative")
    return tuple(part.strip() for part in re.split(r"\n\s*\n", narrative) if part.strip())


def _whereabouts(words: Words, appeal: Appeal) -> tuple[Fact, ...]:
    category = f"category.{appeal.category}"
    offence = appeal.legal.offence if any(person.role in CRIMINAL_ROLES for person in appeal.persons) else None
    rows: list[tuple[str, str | None, str]] = []
    if not _event_is_said(words, appeal, f"{category}.what", offence):
        rows.append((f"{category}.what", appeal.event.what, "event/what"))
    rows.append((f"{category}.offence", offence, "legal/offence"))
    both = appeal.event.start is not None and appeal.event.end is not None
    rows.append(
        (f"{category}.when_span" if both else f"{category}.when", dates.when(words, appeal.event), "event/from")
    )
    places = enumerate(appeal.event.places)
    rows += [(_place_label(words, category, one.role), one.text, f"event/places/{i}/text") for i, one in places]
    return tuple(Fact(label=words.text(label), value=value, field=field) for label, value, field in rows if value)


def _event_is_said(words: Words, appeal: Appeal, label: str, offence: str | None) -> bool:
    """Whether the row with the event would say again what category, headline or offence say."""
    what = (appeal.event.what or "").casefold()
    told = headline.headline(words, appeal).casefold(), (offence or "").casefold()
    return not words.has(label) or what in told[0] or told[1].startswith(what)


def _place_label(words: Words, category: str, role: str) -> str:
    """The key of a place's label; a role that has no wording is a plain place.

    A living person is met somewhere and not found like a thing.
    """
    if role == "scene" or (role == "found" and category == f"category.{Category.HELPLESS}"):
        return f"{category}.scene"
    return f"place.{role}" if words.has(f"place.{role}") else "place.other"


def _picture(words: Words, appeal: Appeal, image: Image, field: str) -> Picture:
    shown = people.shown_witnesses(appeal, image)
    marker = None if shown is None else headline.marker(words, shown)
    alt = people.localized(image.alt, words.lang, f"{field}/alt")
    return Picture(
        id=image.id,
        field=field,
        alt=alt if marker is None else _marked(words, alt, marker),
        caption=_caption(words, image, field),
        marker=marker,
        sensitive=image.sensitive or appeal.category is Category.UNKNOWN_DEAD,
        shows_person=bool(image.shows),
        focus=image.focus,
        redacted=_is_redacted(image),
        of=tuple(f"persons/{i}" for i, person in enumerate(appeal.persons) if person.id in image.shows)
        + tuple(f"objects/{i}" for i, item in enumerate(appeal.objects) if item.id == image.object),
    )


def _marked(words: Words, alt: str, marker: str) -> str:
    """The alternative text with the marker in front, once even where the author has written it there."""
    written = r"\W+".join(map(re.escape, re.findall(r"\w+", marker)))
    rest = re.sub(rf"^{written}\b\W*", "", alt, flags=re.IGNORECASE)
    return words.text("picture.marked_alt", marker=marker, alt=rest) if rest else marker


def _caption(words: Words, image: Image, field: str) -> str | None:
    """The caption; a redaction is told, so that nobody takes the picture for untouched."""
    caption = None if image.caption is None else people.localized(image.caption, words.lang, f"{field}/caption")
    if not _is_redacted(image):
        return caption
    redacted = words.text("picture.redacted")
    return redacted if caption is None else words.text("picture.caption_redacted", caption=caption, redacted=redacted)


def _is_redacted(image: Image) -> bool:
    """Whether a redaction lies in the shown part of the picture, or so near that its grown edge may."""
    crop = image.crop
    return any(
        crop is None
        or (
            box.x - _NEAR < crop.x + crop.width
            and crop.x < box.x + box.width + _NEAR
            and box.y - _NEAR < crop.y + crop.height
            and crop.y < box.y + box.height + _NEAR
        )
        for box in (shape.bounds for shape in image.hidden)
    )


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every printed string inside it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(changed(part, change) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        printed = [field.name for field in dataclasses.fields(value) if field.name not in _EXACT_FIELDS]
        return dataclasses.replace(value, **{name: changed(getattr(value, name), change) for name in printed})
    return value
