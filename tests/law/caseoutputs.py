"""What would have been built in a case: the program's own outputs without a flaw, then the flaws that the case names.

The texts are the real ones, rendered from the record; pictures and sheets are told as a faultless build would read
back. No file is made and no picture is drawn.
"""

import dataclasses
import html.parser
from collections.abc import Mapping
from typing import Any

from fahndung.law.facts import Facts
from fahndung.model.appeal import Appeal, Image, ImageId
from fahndung.model.reading import Kind, Outputs, Page, Piece, Rendition, Text, Wording
from fahndung.model.reading import Sheet as Paper
from fahndung.model.sheet import Sheet
from fahndung.texts import outputs as texts
from fahndung.texts import people
from fahndung.texts.compose import sheet as composed
from fahndung.texts.outputs import PublicPicture

from .casefile import CaseError, only

PAGE_URL = "https://fahndung.polizei.example/de/h7k2m9"
IMPRINT = (
    "Herausgeber: Polizeidirektion Musterstadt, Musterplatz 1, 01234 Musterstadt",
    "Druck: Druckerei der Polizei, Musterstadt",
)
POSTER = "posters/a4.de.pdf"


def outputs(facts: Facts, changes: Any) -> Outputs:
    """The outputs of the case's record with the case's changes.

    Raises:
        CaseError: a change to what does not exist.
    """
    only("ausgaben", changes, {"texte", "dazu", "ohne", "fehlt", "seite", "blaetter", "bilder", "saetze", "originale"})
    whole = flawless(facts)
    return dataclasses.replace(
        whole,
        wording=_changed("saetze", whole.wording, changes.get("saetze", {})),
        texts=_texts(whole.texts, changes),
        page=_changed("seite", whole.page, changes.get("seite", {})),
        sheets=_each("blaetter", whole.sheets, changes.get("blaetter", {}), lambda paper: paper.name),
        renditions=_each("bilder", whole.renditions, changes.get("bilder", {}), lambda made: str(made.image)),
        originals=tuple(changes.get("originale", ())),
    )


def flawless(facts: Facts) -> Outputs:
    """What a build without a flaw would read back."""
    appeal = facts.appeal
    sheet = composed(appeal, page_url=PAGE_URL, imprint=IMPRINT, valid_until=None, media=facts.used)
    public = {
        image.id: PublicPicture(file=_address(image), thumb=None, width=1200, height=1500) for image in appeal.images
    }
    said = texts.outputs(appeal, sheet, pictures=public)
    content = facts.norms.content(appeal.category)
    named = {
        ("page", Kind.PAGE): _visible(said.page_html),
        ("press", Kind.PRESS): f"{said.press_subject} {said.press}",
        ("teaser", Kind.POST): said.teaser,
        ("entry", Kind.FEED): f"{said.entry.title} {said.entry.summary}",
        ("list_item", Kind.LISTING): _visible(said.list_item),
        (POSTER, Kind.POSTER): _on_paper(sheet),
        ("gone", Kind.GONE): _visible(said.gone_html),
        ("tombstone", Kind.TOMBSTONE): f"{said.tombstone.title} {said.tombstone.summary}",
        **{(f"alts/{image}", Kind.ALT): alt for image, alt in said.alts.items()},
        **{(f"closings/{kind}", Kind.CLOSING): f"{it.subject} {it.body}" for kind, it in said.closings.items()},
    }
    return Outputs(
        wording=_wording(sheet),
        texts=tuple(Text(name=name, kind=kind, text=_folded(text)) for (name, kind), text in named.items()),
        pieces=tuple(_pieces(appeal)),
        page=Page(
            robots=frozenset(() if content is None else content.robots),
            previews=(),
            loads=tuple(_address(image) for image in appeal.images),
            alts=tuple(picture.alt for picture in sheet.pictures),
            open_pictures=tuple(_address(image) for image in appeal.images if not image.sensitive),
        ),
        sheets=(_paper(appeal, sheet),),
        renditions=tuple(_rendition(appeal, image) for image in appeal.images),
        files={POSTER: "application/pdf", "website/page.html": "text/html; charset=utf-8"}
        | {_file(image): "image/jpeg" for image in appeal.images},
        pictures_of={image.id: (_address(image),) for image in appeal.images},
    )


def _texts(whole: tuple[Text, ...], changes: Mapping[str, Any]) -> tuple[Text, ...]:
    known = {text.name: text for text in whole}
    for group in ("texte", "dazu", "ohne"):
        only(f"ausgaben.{group}", changes.get(group, {}), known)
    only("ausgaben.fehlt", dict.fromkeys(changes.get("fehlt", ())), known)
    made = {name: text.text for name, text in known.items()} | dict(changes.get("texte", {}))
    for name, words in changes.get("ohne", {}).items():
        if words not in made[name]:
            raise CaseError(f"ausgaben.ohne: {words!r} steht nicht in {name}: {made[name]}")
        made[name] = made[name].replace(words, "")
    for name, words in changes.get("dazu", {}).items():
        made[name] += f" {words}"
    return tuple(
        dataclasses.replace(text, text=_folded(made[text.name]))
        for text in whole
        if text.name not in changes.get("fehlt", ())
    )


def _changed(what: str, value: Any, changes: Any) -> Any:
    known = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    only(f"ausgaben.{what}", changes, known)
    kinds = {name: frozenset if isinstance(before, frozenset) else tuple for name, before in known.items()}
    lists = {name: kinds[name](new) for name, new in changes.items() if isinstance(new, list)}
    return dataclasses.replace(value, **{**changes, **lists})


def _each(what: str, values: tuple[Any, ...], changes: Any, name: Any) -> tuple[Any, ...]:
    only(f"ausgaben.{what}", changes, [name(value) for value in values])
    return tuple(_changed(f"{what}.{name(value)}", value, changes.get(name(value), {})) for value in values)


def _wording(sheet: Sheet) -> Wording:
    same = {field.name: getattr(sheet, field.name) for field in dataclasses.fields(Wording)}
    return Wording(**{name: _folded(value) if isinstance(value, str) else value for name, value in same.items()})


def _paper(appeal: Appeal, sheet: Sheet) -> Paper:
    alts = tuple(
        picture.alt for picture, image in zip(sheet.pictures, appeal.images, strict=True) if not image.sensitive
    )
    return Paper(name=POSTER, tagged=True, figures=len(alts), alts=alts, codes=(PAGE_URL,), hidden=())


def _rendition(appeal: Appeal, image: Image) -> Rendition:
    return Rendition(
        name=_file(image),
        image=image.id,
        clean=True,
        marked=True if people.shown_witnesses(appeal, image) is not None else None,
        redaction_marked=True if image.redactions else None,
    )


def _on_paper(sheet: Sheet) -> str:
    rows = [f"{fact.label} {fact.value}" for group in sheet.groups for fact in group.facts]
    pictures = [text for picture in sheet.pictures for text in (picture.marker, picture.caption)]
    parts: list[str | None] = [sheet.band, sheet.headline, sheet.marker, sheet.innocence, sheet.summary]
    parts += [*pictures, *sheet.paragraphs, *(f"{fact.label} {fact.value}" for fact in sheet.whereabouts), *rows]
    parts += [*sheet.questions, sheet.warning, *sheet.reward, sheet.contact_sentence, sheet.phone, sheet.tip_sentence]
    parts += [sheet.order_sentence, sheet.media_notice, sheet.authority, sheet.reference, sheet.stand]
    parts += ["Gültig nur, solange diese Seite abrufbar ist:", sheet.page_url, *sheet.imprint]
    return " ".join(part for part in parts if part)


def _pieces(appeal: Appeal) -> list[Piece]:
    said: list[tuple[str, Mapping[str, str] | None]] = [
        ("texts/title", appeal.texts.title),
        ("texts/summary", appeal.texts.summary),
        ("texts/narrative", appeal.texts.narrative),
        *((f"texts/questions/{at}", question) for at, question in enumerate(appeal.texts.questions)),
        *((f"images/{at}/alt", image.alt) for at, image in enumerate(appeal.images)),
        *((f"images/{at}/caption", image.caption) for at, image in enumerate(appeal.images)),
    ]
    return [Piece(field=field, text=_folded(words["de"])) for field, words in said if words is not None]


def _address(image: Image) -> str:
    return f"../../bilder/h7k2m9/{image.id}.jpg"


def _file(image: Image) -> str:
    return f"website/images/{ImageId(image.id)}.jpg"


class _Visible(html.parser.HTMLParser):
    """Collects what a reader of the page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def _visible(page: str) -> str:
    reader = _Visible()
    reader.feed(page)
    reader.close()
    return " ".join(reader.words)


def _folded(text: str) -> str:
    return " ".join(text.split())
