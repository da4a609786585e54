"""The files of a release, made from rendered texts and pictures. A picture that could not be made safe has none."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import rfc8785

from fahndung.errors import Message, NotPublishable, Problem, Severity
from fahndung.images.renditions import Renditions
from fahndung.model.appeal import Appeal
from fahndung.model.closing import post_file
from fahndung.model.ids import ImageId
from fahndung.model.mandate import Medium
from fahndung.model.people import registered
from fahndung.model.plain import instant_text
from fahndung.model.release import TEASERS, File
from fahndung.model.sheet import Sheet
from fahndung.posters import Photo, drawn
from fahndung.release import naming, uploads
from fahndung.release.setting import Setting
from fahndung.texts import pfif
from fahndung.texts.given import PublicPicture
from fahndung.texts.outputs import Outputs

WEBSITE_KINDS = ("web", "thumb")
PRINT_MEDIA = frozenset({Medium.PRINT, Medium.POSTER})
POSTERS: tuple[tuple[Literal["a4", "a3"], bool], ...] = (("a4", False), ("a3", False), ("a4", True))
"""Papers, and whether with tear-off strips: those hang where people pass close by, on A4."""
PLAIN_POSTERS: tuple[tuple[Literal["a4", "a3"], bool], ...] = (("a4", False), ("a3", False))
"""Those of other languages than German: without tear-off strips."""
_VARIANT_TEXTS = frozenset({"texts/press.txt", "texts/mail-subjects.json", *(f"texts/{name}.txt" for name in TEASERS)})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """A file of the release that is a picture: which of the record's, and which of its renditions."""

    file: File
    image: ImageId | None = None
    rendition: str = ""


def problem(rule: str, severity: Severity, field: str, message: Message) -> Problem:
    """A finding of the build itself."""
    return Problem(rule=rule, severity=severity, field=field, message=message)


def public_pictures(
    appeal: Appeal, pictures: Mapping[ImageId, Renditions], salt: bytes
) -> dict[ImageId, PublicPicture]:
    """Where the page finds its pictures, also one that cannot be made safe: the texts are examined all the same."""
    address = naming.slug(salt, appeal.id)
    public = {}
    for image in appeal.images:
        made = pictures.get(image.id)
        public[image.id] = PublicPicture(
            file=f"../../bilder/{address}/{naming.public_name(salt, appeal, image.id, 'web')}",
            thumb=f"../../bilder/{address}/{naming.public_name(salt, appeal, image.id, 'thumb')}",
            width=made.web.width if made else 1,
            height=made.web.height if made else 1,
        )
    return public


def card_address(appeal: Appeal, salt: bytes, page_url: str) -> str | None:
    """Where the page finds the card without a face; None: the appeal has no page of its own."""
    address = naming.slug(salt, appeal.id)
    name = naming.card_name(salt, appeal)
    return f"../../bilder/{address}/{name}" if page_url.endswith(f"/fahndung/{address}/") else None


def website_files(appeal: Appeal, words: Outputs, end: dt.datetime | None) -> list[File]:
    """Page, 410 page, start page, list entry, feed entry and its tombstone.

    Args:
        end: of the website, as known now.
    """
    entry = {
        "id": words.entry.id,
        "title": words.entry.title,
        "summary": words.entry.summary,
        "url": words.entry.url,
        "category": appeal.category.value,
        "updated": instant_text(words.entry.updated),
        "expires": None if end is None else instant_text(end),
    }
    tombstone = {
        "id": words.entry.id,
        "url": words.entry.url,
        "title": words.tombstone.title,
        "summary": words.tombstone.summary,
    }
    return [
        _html("website/page.html", words.page_html),
        _html("website/gone.html", words.gone_html),
        _html("website/frame.html", words.index_frame),
        _html("website/item.html", words.list_item),
        File(name="website/entry.json", media_type="application/json", data=rfc8785.dumps(entry)),
        File(name="website/tombstone.json", media_type="application/json", data=rfc8785.dumps(tombstone)),
    ]


def register_files(
    appeal: Appeal, sheet: Sheet, words: Outputs, setting: Setting, end: dt.datetime | None
) -> tuple[list[File], list[Problem]]:
    """The record for registers of missing persons where the decision allows one; and why there can be none.

    Args:
        end: of the website, as known now.
    """
    if registered(appeal) is None:
        return [], []
    if end is None or not setting.sites.intersection(setting.channels):
        said = Message(
            "a record for registers of missing persons needs a website of this program among the channels (website, "
            "sftp, s3), whose end is known: there it becomes a placeholder",
            "Ein Datensatz für Vermisstenregister braucht unter den Kanälen eine Website dieses Programms (website, "
            "sftp, s3), deren Ende feststeht: Dort wird er zum Platzhalter",
        )
        return [], [problem("R10", Severity.BLOCK, "publication/channels", said)]
    made = pfif.record(appeal, sheet, stand=words.entry.updated, end=end)
    assert made is not None
    return [File(name=pfif.FILE, media_type=pfif.MEDIA_TYPE, data=made.encode())], []


def text_files(words: Outputs) -> list[File]:
    """What is mailed and posted, and every closing notice."""
    closings = {
        f"texts/closing-{kind}.txt": f"{closing.subject}\n\n{closing.body}" for kind, closing in words.closings.items()
    }
    texts = {
        "texts/press.txt": f"{words.press_subject}\n\n{words.press}",
        **{f"texts/{name}.txt": text for name, text in words.teasers.items()},
        **{f"texts/alt-{image}.txt": alt for image, alt in words.alts.items()},
        **closings,
        **{post_file(kind): text for kind, text in words.closing_posts.items()},
    }
    subjects = rfc8785.dumps(dict(words.mail_subjects))
    return [
        *(
            File(name=name, media_type="text/plain; charset=utf-8", data=(text.rstrip("\n") + "\n").encode())
            for name, text in texts.items()
        ),
        File(name="texts/mail-subjects.json", media_type="application/json", data=subjects),
    ]


def translated_files(lang: str, page: str | None, sheet: Sheet) -> list[File]:
    """The page in another language, and the alternative texts of its pictures."""
    alts = [
        File(
            name=f"texts/alt-{picture.id}.{lang}.txt",
            media_type="text/plain; charset=utf-8",
            data=(picture.alt + "\n").encode(),
        )
        for picture in sheet.pictures
    ]
    return alts if page is None else [_html(f"website/pages/{lang}.html", page), *alts]


def variant_files(appeal: Appeal, words: Outputs, end: dt.datetime | None) -> list[File]:
    """Page, press text and teasers of the variant without a person; its pictures are the full version's."""
    return [*website_files(appeal, words, end), *(file for file in text_files(words) if file.name in _VARIANT_TEXTS)]


def picture_files(appeal: Appeal, pictures: Mapping[ImageId, Renditions], salt: bytes) -> list[Pictured]:
    """Web pictures and thumbnails, print pictures where the mandate names such a medium, and of things the cut pictures
    that may go along with posts (``uploads``); of persons none is made: nobody uses it.
    """
    mandate = appeal.legal.mandate
    media = mandate.scope.media if mandate else frozenset()
    made = []
    for image in appeal.images:
        if image.id not in pictures:
            continue
        names = {kind: f"website/images/{naming.public_name(salt, appeal, image.id, kind)}" for kind in WEBSITE_KINDS}
        if uploads.goes_along(appeal, image):
            names["card"] = f"cards/{image.id}.jpg"
        if media & PRINT_MEDIA:
            names["print"] = f"print/{image.id}.jpg"
        for kind, name in names.items():
            file = jpeg(name, getattr(pictures[image.id], kind).data)
            made.append(Pictured(file=file, image=image.id, rendition=kind))
    return made


def poster_files(
    appeal: Appeal,
    sheet: Sheet,
    pictures: Mapping[ImageId, Renditions],
    media: frozenset[Medium],
    *,
    langs: Sequence[str] = ("de",),
    kinds: Sequence[tuple[Literal["a4", "a3"], bool]] = POSTERS,
) -> tuple[list[File], list[Problem]]:
    """The posters where paper is among the media, and what does not fit or could be better on them.

    Args:
        langs: what the sheet speaks, for the names. kinds: as ``POSTERS``.
    """
    if Medium.POSTER not in media:
        return [], []
    shown = photos(appeal, pictures)
    files, problems = [], list[Problem]()
    noticed: dict[Problem, list[Message]] = {}
    for paper, strips in kinds:
        try:
            made = drawn(sheet, shown, paper=paper, strips=strips)
        except NotPublishable as error:
            found = error.problems or (problem("poster", Severity.BLOCK, f"poster/{paper}", error.message),)
            found = tuple(map(_without_strips, found)) if strips else found
            problems += [one for one in found if one not in problems]
        else:
            for bw in (False, True) if (paper, strips, *langs) == ("a4", False, "de") else (False,):
                name = naming.poster_name(paper, *langs, strips=strips, bw=bw)
                files.append(File(name=name, media_type="application/pdf", data=made.pdf(bw=bw)))
            on = _paper(paper, strips=strips)
            for one in dict.fromkeys(made.warnings):
                if not strips or one not in noticed:  # what the plain poster lacks is told once
                    noticed.setdefault(one, []).append(on)
    return files, [*problems, *(_of_sheets(one, papers, langs) for one, papers in noticed.items())]


def _paper(paper: str, *, strips: bool) -> Message:
    name = paper.upper()
    return Message(f"{name} with tear-off strips", f"{name} mit Abreißstreifen") if strips else Message(name, name)


def _of_sheets(found: Problem, papers: Sequence[Message], langs: Sequence[str]) -> Problem:
    """The finding, once, with the sheets that it is about."""
    spoken = "" if tuple(langs) == ("de",) else f" {'-'.join(langs)}"
    en, de = (
        f"{', '.join(on)}{spoken}: {said}" for on, said in zip(zip(*papers, strict=True), found.message, strict=True)
    )
    return dataclasses.replace(found, message=Message(en, de))


def _without_strips(found: Problem) -> Problem:
    """Tear-off strips are an extra: what leaves no room for them is told, and the plain poster stands."""
    en, de = found.message
    said = Message(f"no poster with tear-off strips: {en}", f"kein Plakat mit Abreißstreifen: {de}")
    return dataclasses.replace(found, severity=Severity.WARN, message=said)


def photos(appeal: Appeal, pictures: Mapping[ImageId, Renditions]) -> list[Photo]:
    """The print renditions as a poster takes them; none that the record calls sensitive: paper has no click (R24)."""
    printable = [
        (image.id, pictures[image.id].print) for image in appeal.images if image.id in pictures and not image.sensitive
    ]
    return [Photo(id=image, jpeg=made.data, width=made.width, height=made.height) for image, made in printable]


def _html(name: str, text: str) -> File:
    return File(name=name, media_type="text/html; charset=utf-8", data=text.encode())


def jpeg(name: str, data: bytes) -> File:
    """A picture."""
    return File(name=name, media_type="image/jpeg", data=data)
