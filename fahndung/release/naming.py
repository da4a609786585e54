"""Names of a release that nobody can guess, and the addresses made of them. Stores no salt."""

import base64
import hashlib
import hmac

from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.release.setting import Setting

DRAFT_PAGE = "https://noch-nicht-online.example/"  # what a draft outside any home prints as its address
GERMAN = "de"
SLUG_LENGTH = 16  # 80 bit: unguessable, and short enough to be typed from a poster


def derive(salt: bytes, *parts: str) -> str:
    """A name nobody can guess and everybody with the salt can repeat: 26 letters and digits, 130 bit."""
    mac = hmac.new(salt, "\0".join(parts).encode(), hashlib.sha256).digest()
    return base64.b32encode(mac).decode().lower()[:26]


def slug(salt: bytes, appeal: str) -> str:
    """The path of an appeal's page; the same for all its revisions, which share the salt."""
    return derive(salt, "page", appeal)[:SLUG_LENGTH]


def marker(salt: bytes, appeal: str, revision: int, account: str, target: str = "", generation: int = 1) -> str:
    """What one publication can be found by again on its channel."""
    return derive(salt, "marker", appeal, str(revision), account, target, str(generation))


def page_url(appeal: Appeal, setting: Setting) -> str:
    """The address of the page on the first of its accounts that has pages; else where tips are taken."""
    account = _with_pages(setting)
    if account is None:
        return appeal.contact.tip_url or DRAFT_PAGE
    return f"{setting.accounts[account]}fahndung/{slug(setting.salt, appeal.id)}/"


def translated_url(appeal: Appeal, setting: Setting, lang: str) -> str | None:
    """The address of the page in another language; None: there is no website that would show it."""
    return f"{page_url(appeal, setting)}{lang}.html" if _with_pages(setting) in setting.sites else None


def _with_pages(setting: Setting) -> str | None:
    """The first account that has pages, of the appeal's own or of any."""
    return next((name for name in (*setting.channels, *setting.accounts) if setting.accounts.get(name)), None)


def public_name(salt: bytes, appeal: Appeal, image: ImageId, rendition: str) -> str:
    """The file name of a picture (``web`` or ``thumb``) on the website."""
    return derive(salt, "image", appeal.id, str(appeal.revision), image, rendition) + ".jpg"


def card_name(salt: bytes, appeal: Appeal) -> str:
    """The file name of the card without a face on the website: its address says no more than any other."""
    return derive(salt, "card", appeal.id, str(appeal.revision)) + ".jpg"


def card_file(shape: str, *, picture: bool = False, kind: str = "jpg") -> str:
    """The name of a card inside a release, without or with a picture, or of the text beside it.

    Other pictures lie in ``cards/`` by their ids; an id has no slash, so no card has the name of one of them.
    """
    if not picture and shape == "link":
        return f"cards/neutral.{kind}"
    return f"cards/{'picture' if picture else 'neutral'}/{shape}.{kind}"


def poster_name(paper: str, *langs: str, strips: bool, bw: bool = False) -> str:
    """The name of a poster in one language or in two inside a release: ``posters/a4.de-pl.pdf``."""
    return f"posters/{paper}.{'-'.join(langs)}{'.strips' if strips else ''}{'.bw' if bw else ''}.pdf"
