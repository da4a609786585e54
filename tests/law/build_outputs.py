"""Readings of outputs for the tests of the law room: built by hand, or from an example as it would be printed."""

import dataclasses
import functools
import html
import pathlib
import re
from typing import Any

from fahndung import premises, records
from fahndung.law.facts import Facts, Stage
from fahndung.law.gate import judge
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.reading import Kind, Outputs, Page, Piece, Post, Rendition, Text, Wording
from fahndung.model.sheet import Sheet
from fahndung.texts.compose import sheet as compose
from fahndung.texts.given import PublicPicture
from fahndung.texts.outputs import outputs as render

from .build import facts, told

PAGE_URL = "https://fahndung.polizei.example/de/h7k2m9"
AUTHORITY = "Polizeidirektion Musterstadt"
IMPRINT = ("Herausgeber: Polizeidirektion Musterstadt, Musterplatz 1, 01234 Musterstadt",)
CASES = pathlib.Path(__file__).parents[1] / "cases"
EXAMPLES = sorted(path.name for path in CASES.glob("*/"))


def wording(**changes: Any) -> Wording:
    """The sentences of an appeal that needs neither marker nor notice."""
    fields: dict[str, Any] = {
        "lang": "de",
        "marker": None,
        "innocence": None,
        "tip_sentence": "Hinweise bitte an die Polizei, nicht in die Kommentare.",
        "contact_sentence": "Hinweise nimmt das Polizeirevier Musterstadt entgegen.",
        "stand": "Stand: 20.11.2026, 16:00 Uhr",
        "authority": AUTHORITY,
        "imprint": IMPRINT,
        "page_url": PAGE_URL,
        "order_sentence": None,
        "media_notice": None,
        "warning": None,
        "reward": (),
    }
    return Wording(**(fields | changes))


def outputs(**changes: Any) -> Outputs:
    """Outputs that say nothing, unless told otherwise."""
    fields: dict[str, Any] = {
        "wording": wording(),
        "texts": (),
        "pieces": (),
        "page": Page(robots=frozenset(), previews=(), loads=(), alts=(), open_pictures=()),
        "sheets": (),
        "renditions": (),
        "files": {"website/page.html": "text/html; charset=utf-8", "cards/neutral.jpg": "image/jpeg"},
    }
    return Outputs(**(fields | changes))


def piece(text: str, field: str = "texts/narrative") -> Piece:
    """A printed text of the record."""
    return Piece(field=field, text=text)


def page(text: str) -> Text:
    """The page as plain text."""
    return Text(name="page", kind=Kind.PAGE, text=text)


def teaser(text: str) -> Text:
    """The post that a release holds."""
    return Text(name="teaser", kind=Kind.POST, text=text)


def post(text: str = "", **more: Any) -> Post:
    """The draft of a channel."""
    return Post(**({"channel": "mastodon", "text": text} | more))


def rendition(**changes: Any) -> Rendition:
    """A clean picture."""
    fields: dict[str, Any] = {"name": "website/images/a.jpg", "image": ImageId("cctv-1"), "clean": True}
    return Rendition(**(fields | changes))


def narrated(subject: Appeal, text: str, field: str = "texts/narrative", **more: Any) -> Facts:
    """Facts of a release whose page prints ``text`` from that field of the record."""
    said = outputs(pieces=(piece(text, field),), texts=(page(f"Kopf {text} Fuß"),))
    return facts(subject, Stage.RELEASE, **({"outputs": said} | more))


def found(given: Facts, rule: str) -> list[tuple[str, str]]:
    """Severity and field of every finding of one rule."""
    return told(judge(given), rule)


@functools.cache
def example(name: str) -> Facts:
    """The facts of a stored example with its texts as they would be printed."""
    case = records.load(CASES / name)
    appeal, mandate = case.appeal, case.appeal.legal.mandate
    assert mandate is not None
    composed = compose(appeal, page_url=PAGE_URL, imprint=IMPRINT, valid_until=None, media=mandate.scope.media)
    judged = premises.gate_facts(appeal, None, None, stage=Stage.RELEASE)
    return dataclasses.replace(judged, outputs=_printed(appeal, composed))


def _printed(appeal: Appeal, composed: Sheet) -> Outputs:
    pictures = {image.id: PublicPicture(file="a.jpg", thumb=None, width=1, height=1) for image in appeal.images}
    rendered = render(appeal, composed, pictures=pictures)
    texts = (
        (Kind.PAGE, "page", _visible(rendered.page_html)),
        (Kind.LISTING, "list_item", _visible(rendered.list_item)),
        (Kind.PRESS, "press", f"{rendered.press_subject} {rendered.press}"),
        *((Kind.POST, name, text) for name, text in rendered.teasers.items()),
        (Kind.FEED, "entry", f"{rendered.entry.title} {rendered.entry.summary}"),
        *((Kind.ALT, f"alts/{image}", alt) for image, alt in rendered.alts.items()),
    )
    said = wording(
        marker=composed.marker,
        tip_sentence=composed.tip_sentence,
        contact_sentence=composed.contact_sentence,
        stand=composed.stand,
        authority=composed.authority,
    )
    return outputs(
        wording=said,
        pieces=tuple(Piece(field=field, text=text) for field, text in _pieces(composed) if text),
        texts=tuple(Text(name=name, kind=kind, text=" ".join(text.split())) for kind, name, text in texts),
    )


def _visible(page_html: str) -> str:
    body = re.sub(r"<style.*?</style>|<title.*?</title>|<!--.*?-->", " ", page_html, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def _pieces(composed: Sheet) -> list[tuple[str, str]]:
    told = [("texts/title", composed.headline), ("texts/summary", composed.summary)]
    told += [("texts/narrative", paragraph) for paragraph in composed.paragraphs]
    told += [(f"texts/questions/{index}", question) for index, question in enumerate(composed.questions)]
    told += [("event", fact.value) for fact in composed.whereabouts]
    told += [(group.field, fact.value) for group in composed.groups for fact in group.facts]
    for index, picture in enumerate(composed.pictures):
        told += [(f"images/{index}/alt", picture.alt), (f"images/{index}/caption", picture.caption or "")]
    return told
