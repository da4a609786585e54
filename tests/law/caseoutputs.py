"""What would have been built in a case: the program's own outputs without a flaw, then the flaws that the case names.

The texts are the real ones, rendered from the record; pictures and sheets are told as a faultless build would read
back. No file is made and no picture is drawn.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from fahndung.law.facts import Facts
from fahndung.model.appeal import Appeal
from fahndung.model.image import Image
from fahndung.model.reading import Kind, Outputs, Rendition, Text, folded
from fahndung.model.reading import Sheet as Paper
from fahndung.model.sheet import Sheet
from fahndung.texts import outputs as rendered
from fahndung.texts import people, readings
from fahndung.texts.compose import sheet as composed
from fahndung.texts.given import PublicPicture

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
    words = rendered.outputs(appeal, sheet, pictures=public)
    return Outputs(
        wording=readings.wording(sheet),
        texts=(*readings.texts(words), Text(name=POSTER, kind=Kind.POSTER, text=folded(_on_paper(sheet)))),
        pieces=readings.pieces(appeal, sheet),
        page=readings.page(words),
        sheets=(_paper(appeal, sheet),),
        renditions=tuple(_rendition(appeal, image) for image in appeal.images),
        files={POSTER: "application/pdf", "website/page.html": "text/html; charset=utf-8"}
        | {_file(image): "image/jpeg" for image in appeal.images},
        pictures_of={image.id: (_address(image),) for image in appeal.images},
        fragments=readings.fragments(words),
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
        dataclasses.replace(text, text=folded(made[text.name]))
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


def _paper(appeal: Appeal, sheet: Sheet) -> Paper:
    alts = tuple(
        picture.alt for picture, image in zip(sheet.pictures, appeal.images, strict=True) if not image.sensitive
    )
    alts = (*alts, "QR-Code")
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
    parts += ["Nur gültig, solange die oben genannte Seite abrufbar ist.", sheet.page_url, *sheet.imprint]
    return " ".join(part for part in parts if part)


def _address(image: Image) -> str:
    return f"../../bilder/h7k2m9/{_name(image)}"


def _file(image: Image) -> str:
    return f"website/images/{_name(image)}"


def _name(image: Image) -> str:
    """A name that nobody guesses, made of the id: the salt of a real build is not known here."""
    return f"{hashlib.sha256(image.id.encode()).hexdigest()[:26]}.jpg"
