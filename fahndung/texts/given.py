"""What a template may print: the sheet, the pictures with their files, and what else a text is made of.

Fills no template; refuses an address that leads elsewhere than to the web.
"""

import dataclasses
import pathlib
import urllib.parse
from collections.abc import Mapping, Sequence

from fahndung.errors import InvalidRecord, Message, Problem, Severity, UsageError
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.people import THINGS
from fahndung.model.sheet import Picture, Sheet
from fahndung.texts import headline, people
from fahndung.texts.typography import polish
from fahndung.texts.words import load

_WEB_SCHEMES = frozenset({"https", "http"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublicPicture:
    """A published rendition: addresses relative to the page, size of ``file`` in px."""

    file: str
    thumb: str | None
    width: int
    height: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The same appeal on a page in another language.

    Attributes:
        name: as the language calls itself. direction: ltr or rtl.
        ended: what its address answers after the end, by the keys of the wording; empty for German, whose page has
            that in its template.
    """

    lang: str
    name: str
    direction: str
    url: str
    ended: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture on the page together with its files."""

    picture: Picture
    public: PublicPicture


def values(
    appeal: Appeal,
    sheet: Sheet,
    *,
    pictures: Mapping[ImageId, PublicPicture],
    card: str | None,
    robots: str,
    languages: Sequence[Alternate] = (),
    home: pathlib.Path | None,
) -> dict[str, object]:
    """All that a template may print, by the names that templates use.

    Args:
        pictures: the renditions of all pictures of the appeal, whether the sheet shows them all or not.
        card: where the page finds the card without a face; None: it offers none.
        robots: what the page tells search engines. languages: the page in others, to which it links.

    Raises:
        UsageError: a picture of the sheet has no rendition.
        InvalidRecord: an address that is not a web address.
        InvalidConfig: a missing or broken wording.
    """
    if missing := [picture.id for picture in sheet.pictures if picture.id not in pictures]:
        names = ", ".join(missing)
        raise UsageError(f"no rendition for the pictures: {names}", f"Zu diesen Bildern fehlt die Ausgabe: {names}")
    _check_address(sheet.tip_url, "contact/tip_url")
    _check_address(sheet.page_url, "page_url")
    words = load(sheet.lang, home)
    plain, region, mandate = appeal.texts.plain, appeal.authority.region, appeal.legal.mandate
    return {
        "sheet": sheet,
        "about_persons": people.about_persons(appeal),
        "persons_sought": appeal.category not in THINGS,
        "title": polish(headline.public_title(words, appeal), sheet.lang),
        "with_pictures": bool(pictures),
        "several_pictures": len(pictures) > 1,
        "figures": tuple(Figure(picture=picture, public=pictures[picture.id]) for picture in sheet.pictures),
        "plain": None if plain is None else polish(people.localized(plain, sheet.lang, "texts/plain"), sheet.lang),
        "tel": appeal.contact.dialled,
        "mailto": None if sheet.email is None else urllib.parse.quote(sheet.email, safe="@"),
        "kind": words.text("kind.persons" if people.about_persons(appeal) else "kind.things"),
        "force": polish(appeal.authority.name, sheet.lang),
        "ordered_by": None if mandate is None else polish(mandate.authority, sheet.lang),
        "place": None if appeal.event.places or region is None else polish(region, sheet.lang),
        "card": card,
        "card_url": _joined(sheet, card),
        "robots": robots,
        "languages": tuple(languages),
    }


def _joined(sheet: Sheet, card: str | None) -> str:
    """The whole address: what makes previews follows no relative one."""
    return urllib.parse.urljoin(sheet.page_url, card) if card else ""


def _check_address(untrusted_url: str | None, field: str) -> None:
    """A link leads to the web and nowhere else: ``javascript:`` would survive every escaping."""
    if untrusted_url is None:
        return
    try:
        parts = urllib.parse.urlsplit(untrusted_url)
        if parts.scheme in _WEB_SCHEMES and parts.hostname:
            return
    except ValueError:
        pass
    message = Message(
        f"{field}: {untrusted_url!r} is not a web address; write https://…",
        f"{field}: „{untrusted_url}“ ist keine Internetadresse; bitte https://… angeben",
    )
    problem = Problem(rule="record", severity=Severity.BLOCK, field=field, message=message)
    raise InvalidRecord(message.en, message.de, problems=(problem,))
