"""Joins images, texts and posters into one release: files, manifest, digest. Approves nothing, reads no clock."""

import base64
import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import pathlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Literal

import rfc8785

from fahndung import __version__, resources, variants
from fahndung.errors import Message, NotPublishable, Problem, Severity, UnsafeImage
from fahndung.images import renditions
from fahndung.model.appeal import Appeal, ImageId, Medium
from fahndung.model.plain import instant_text
from fahndung.model.publication import without
from fahndung.model.release import Digest, File, Release
from fahndung.model.sheet import Sheet
from fahndung.posters import Photo, cards, poster
from fahndung.texts import lint
from fahndung.texts.compose import sheet as compose_sheet
from fahndung.texts.outputs import Outputs, PublicPicture
from fahndung.texts.outputs import outputs as render_outputs
from fahndung.texts.people import sought

SCHEMA = "fahndung/release/1"
LIBRARIES = ("babel", "exifread", "jinja2", "pillow", "pymupdf-fonts", "pyphen", "reportlab", "segno")
WEBSITE_KINDS = ("web", "thumb")
FACE_CARD_MEDIA = frozenset({Medium.PRINT, Medium.ONLINE_PRESS})
DRAFT_PAGE = "https://noch-nicht-online.example/"  # what a draft outside any home prints as its address
SLUG_LENGTH = 16  # 80 bit: unguessable, and short enough to be typed from a poster
POSTERS: tuple[tuple[Literal["a4", "a3"], bool], ...] = (("a4", False), ("a3", False), ("a4", True))
"""Papers, and whether with tear-off strips: those hang where people pass close by, on A4."""
PRINT_MEDIA = frozenset({Medium.PRINT, Medium.POSTER})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a release depends on besides the record.

    Attributes:
        salt: random bytes stored at submit; names and markers are derived from it.
        accounts: channel name to base address (None for channels without pages of their own).
        media: the media that will be used. ends: the end of each medium as known at build.
        norms_version: of the table of norms that judged it.
        templates_home: folder whose ``templates/`` overrides the project's own.
    """

    salt: bytes
    accounts: Mapping[str, str | None]
    media: frozenset[Medium]
    ends: Mapping[Medium, dt.datetime | None]
    imprint: tuple[str, ...]
    norms_version: str
    templates_home: pathlib.Path | None = None

    @property
    def earliest_end(self) -> dt.datetime | None:
        """The first instant at which some medium must be empty; None if no end is known."""
        return min((end for end in self.ends.values() if end is not None), default=None)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A release with the canonical bytes that its digest covers, and what was noticed."""

    release: Release
    manifest_bytes: bytes
    problems: tuple[Problem, ...]


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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Everything that was noticed while building; ``built`` is None if something blocks."""

    built: Built | None
    problems: tuple[Problem, ...]


def build(
    appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], inputs: Mapping[str, bytes], setting: Setting
) -> Built:
    """Everything the public may get to see of one revision, under one digest.

    Args:
        untrusted_originals: image id to the bytes of the file that the record names.
        inputs: every file of the case folder by name, for the manifest.

    Raises:
        UnsafeImage: an image cannot be made safe.
        NotPublishable: a text breaks a rule, or something does not fit its sheet.
    """
    examined = examine(appeal, untrusted_originals, inputs, setting)
    if examined.built is not None:
        return examined.built
    blocking = [problem for problem in examined.problems if problem.severity is Severity.BLOCK]
    kind = UnsafeImage if any(problem.rule == "image" for problem in blocking) else NotPublishable
    raise kind(
        "; ".join(f"{p.field}: {p.message.en}" for p in blocking),
        "; ".join(f"{p.field}: {p.message.de}" for p in blocking),
        problems=examined.problems,
    )


def examine(
    appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], inputs: Mapping[str, bytes], setting: Setting
) -> Examined:
    """Builds as far as possible and says everything that stands in the way, not only the first thing."""
    address = slug(setting.salt, appeal.id)
    page_url = _page_url(appeal, setting, address)
    sheet = _sheet(appeal, setting, page_url)
    pictures, problems = _render_pictures(appeal, untrusted_originals, sheet)
    problems += _one_address(appeal, setting)
    public = _public_pictures(appeal, pictures, setting.salt, address)
    words = render_outputs(appeal, sheet, pictures=public, home=setting.templates_home)
    problems += lint.lint(appeal, words, sheet)
    posters, overflows = _poster_files(appeal, sheet, pictures, setting.media)
    problems += overflows
    if any(problem.severity is Severity.BLOCK for problem in problems):
        return Examined(built=None, problems=tuple(problems))
    parts, unmade = variants.make(
        appeal,
        sheet,
        words,
        pictures=public,
        draw=lambda left, rest: _poster_files(left, rest, pictures, setting.media),
        home=setting.templates_home,
    )
    problems += unmade
    files = [
        *_website_files(appeal, pictures, words, setting, address),
        *_text_files(words),
        *_picture_files(appeal, pictures),
        _neutral_card(sheet),
        *posters,
        *(file for part in parts for file in variants.files(part, _variant_files(part, setting, address))),
    ]
    manifest = _manifest(appeal, setting, address, page_url, inputs, files) | _persons(appeal, setting, parts)
    canonical = rfc8785.dumps(manifest)
    made = Release(
        digest=Digest(hashlib.sha256(canonical).hexdigest()),
        manifest=manifest,
        files={file.name: file for file in files},
    )
    built = Built(release=made, manifest_bytes=canonical, problems=tuple(problems))
    return Examined(built=built, problems=built.problems)


def from_stored(digest: str, manifest: Mapping[str, Any], stored: Mapping[str, bytes]) -> Release:
    """The release whose files were read from disk and compared."""
    files = {
        entry["name"]: File(name=entry["name"], media_type=entry["media_type"], data=stored[entry["name"]])
        for entry in manifest["outputs"]
    }
    return Release(digest=Digest(digest), manifest=manifest, files=files)


def parse_manifest(untrusted: bytes, digest: str) -> Mapping[str, Any]:
    """The manifest, if its canonical form has that digest.

    Raises:
        NotPublishable: one byte differs.
    """
    if hashlib.sha256(untrusted).hexdigest() != digest:
        raise NotPublishable(
            f"the manifest is not the one with digest {digest}; build and approve again",
            f"Das Manifest ist nicht das mit der Prüfsumme {digest}; bitte neu bauen und freigeben",
        )
    manifest: Mapping[str, Any] = json.loads(untrusted)
    return manifest


def compare(manifest: Mapping[str, Any], outputs: Mapping[str, bytes], inputs: Mapping[str, bytes]) -> None:
    """Holds stored files against the manifest.

    Raises:
        NotPublishable: a file is missing, changed or was added, with every such file named.
    """
    problems = [
        *_differences(manifest["outputs"], {n: b for n, b in outputs.items() if n != "manifest.json"}, "release"),
        *_differences(manifest["inputs"], inputs, "case"),
    ]
    if problems:
        raise NotPublishable(
            "files differ from what was approved: " + "; ".join(p.message.en for p in problems),
            "Dateien weichen vom Freigegebenen ab: " + "; ".join(p.message.de for p in problems),
            problems=problems,
        )


def _differences(entries: Sequence[Mapping[str, Any]], stored: Mapping[str, bytes], where: str) -> list[Problem]:
    expected = {entry["name"]: entry["sha256"] for entry in entries}
    found = {name: hashlib.sha256(data).hexdigest() for name, data in stored.items()}
    said = []
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) == found.get(name):
            continue
        en, de = (
            ("is missing", "fehlt")
            if name not in found
            else ("was added", "kam hinzu")
            if name not in expected
            else ("was changed", "wurde verändert")
        )
        said.append(
            Problem(
                rule="integrity",
                severity=Severity.BLOCK,
                field=f"{where}/{name}",
                message=Message(f"{where}: {name} {en}", f"{where}: {name} {de}"),
            )
        )
    return said


def _one_address(appeal: Appeal, setting: Setting) -> list[Problem]:
    """A page links to one address; two websites with different ones would need two releases."""
    bases = {base for name in appeal.publication.channels if (base := setting.accounts.get(name))}
    if len(bases) < 2:
        return []
    told = ", ".join(sorted(bases))
    message = Message(
        f"the channels are websites with different addresses ({told}); name one of them",
        f"Die Kanäle sind Websites mit verschiedenen Adressen ({told}); bitte nur eine nennen",
    )
    return [_problem("record", Severity.BLOCK, "publication/channels", message)]


def _sheet(appeal: Appeal, setting: Setting, page_url: str) -> Sheet:
    mandate = appeal.legal.mandate
    return compose_sheet(
        appeal,
        page_url=page_url,
        imprint=setting.imprint,
        valid_until=setting.earliest_end,
        media=mandate.scope.media if mandate else frozenset(),  # the press is told what the order allows it (R33)
        home=setting.templates_home,
    )


def _page_url(appeal: Appeal, setting: Setting, address: str) -> str:
    bases = [setting.accounts.get(name) for name in appeal.publication.channels]
    base = next((base for base in [*bases, *setting.accounts.values()] if base), None)
    return f"{base}fahndung/{address}/" if base else appeal.contact.tip_url or DRAFT_PAGE


def _render_pictures(
    appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], sheet: Sheet
) -> tuple[dict[ImageId, renditions.Renditions], list[Problem]]:
    markers = {picture.id: picture.marker for picture in sheet.pictures}
    rendered: dict[ImageId, renditions.Renditions] = {}
    problems = []
    for index, image in enumerate(appeal.images):
        try:
            made = renditions.render(untrusted_originals[image.id], image=image, marker=markers.get(image.id))
        except UnsafeImage as error:
            problems.append(_problem("image", Severity.BLOCK, f"images/{index}", error.message))
        else:
            rendered[image.id] = made
            problems += [_problem("image", Severity.WARN, f"images/{index}", said) for said in made.warnings]
    return rendered, problems


def _problem(rule: str, severity: Severity, field: str, message: Message) -> Problem:
    return Problem(rule=rule, severity=severity, field=field, message=message)


def _public_pictures(
    appeal: Appeal, pictures: Mapping[ImageId, renditions.Renditions], salt: bytes, address: str
) -> dict[ImageId, PublicPicture]:
    public = {}
    for image in appeal.images:
        made = pictures.get(image.id)  # None: it cannot be made safe; the texts are examined all the same
        public[image.id] = PublicPicture(
            file=f"../../bilder/{address}/{_public_name(salt, appeal, image.id, 'web')}",
            thumb=f"../../bilder/{address}/{_public_name(salt, appeal, image.id, 'thumb')}",
            width=made.web.width if made else 1,
            height=made.web.height if made else 1,
        )
    return public


def _public_name(salt: bytes, appeal: Appeal, image: ImageId, rendition: str) -> str:
    return derive(salt, "image", appeal.id, str(appeal.revision), image, rendition) + ".jpg"


def _website_files(
    appeal: Appeal,
    pictures: Mapping[ImageId, renditions.Renditions],
    words: Outputs,
    setting: Setting,
    address: str,
) -> list[File]:
    entry = {
        "id": words.entry.id,
        "title": words.entry.title,
        "summary": words.entry.summary,
        "url": words.entry.url,
        "updated": instant_text(words.entry.updated),
    }
    tombstone = {"id": words.entry.id, "url": words.entry.url}
    files = [
        _html("website/page.html", words.page_html),
        _html("website/gone.html", words.gone_html),
        _html("website/frame.html", words.index_frame),
        _html("website/item.html", words.list_item),
        File(name="website/entry.json", media_type="application/json", data=rfc8785.dumps(entry)),
        File(name="website/tombstone.json", media_type="application/json", data=rfc8785.dumps(tombstone)),
    ]
    for image in appeal.images:
        for rendition in WEBSITE_KINDS:
            name = _public_name(setting.salt, appeal, image.id, rendition)
            files.append(_jpeg(f"website/images/{name}", getattr(pictures[image.id], rendition).data))
    return files


def _text_files(words: Outputs) -> list[File]:
    closings = {
        f"texts/closing-{kind}.txt": f"{closing.subject}\n\n{closing.body}" for kind, closing in words.closings.items()
    }
    texts = {
        "texts/press.txt": f"{words.press_subject}\n\n{words.press}",
        "texts/teaser.txt": words.teaser,
        **{f"texts/alt-{image}.txt": alt for image, alt in words.alts.items()},
        **closings,
    }
    return [
        File(name=name, media_type="text/plain; charset=utf-8", data=(text.rstrip("\n") + "\n").encode())
        for name, text in texts.items()
    ]


def _variant_files(part: variants.Variant, setting: Setting, address: str) -> list[File]:
    """Page and press text of a variant; its pictures are the full version's."""
    bare = dataclasses.replace(part.appeal, images=())
    texts = [file for file in _text_files(part.words) if file.name == "texts/press.txt"]
    return [*_website_files(bare, {}, part.words, setting, address), *texts]


def _persons(appeal: Appeal, setting: Setting, parts: Sequence[variants.Variant]) -> dict[str, Any]:
    """What the manifest says of the persons sought and of the variants without one of them; ids only."""
    listed = []
    for part in parts:
        names = [_public_name(setting.salt, appeal, i.id, kind) for i in part.appeal.images for kind in WEBSITE_KINDS]
        target = without(part.person)
        markers = {
            name: marker(setting.salt, appeal.id, appeal.revision, name, target) for name in appeal.publication.channels
        }
        listed.append(variants.listing(part, images=[f"website/images/{name}" for name in names], markers=markers))
    return {"persons": [person.id for person in sought(appeal)], variants.FOLDER: listed}


def _picture_files(appeal: Appeal, pictures: Mapping[ImageId, renditions.Renditions]) -> list[File]:
    mandate = appeal.legal.mandate
    media = mandate.scope.media if mandate else frozenset()
    files = []
    for image in appeal.images:
        if (media & FACE_CARD_MEDIA or not appeal.persons) and not image.sensitive:
            files.append(_jpeg(f"cards/{image.id}.jpg", pictures[image.id].card.data))
        if media & PRINT_MEDIA:
            files.append(_jpeg(f"print/{image.id}.jpg", pictures[image.id].print.data))
    return files


def _neutral_card(sheet: Sheet) -> File:
    return _jpeg("cards/neutral.jpg", renditions.encode(cards.neutral(sheet), quality=90))


def _poster_files(
    appeal: Appeal, sheet: Sheet, pictures: Mapping[ImageId, renditions.Renditions], media: frozenset[Medium]
) -> tuple[list[File], list[Problem]]:
    if Medium.POSTER not in media:
        return [], []
    shown = photos(appeal, pictures)
    files, problems = [], []
    for paper, strips in POSTERS:
        try:
            data = poster(sheet, shown, paper=paper, strips=strips)
        except NotPublishable as error:
            found = error.problems or (_problem("poster", Severity.BLOCK, f"poster/{paper}", error.message),)
            found = tuple(map(_without_strips, found)) if strips else found
            problems += [problem for problem in found if problem not in problems]
        else:
            name = poster_name(paper, sheet.lang, strips=strips)
            files.append(File(name=name, media_type="application/pdf", data=data))
    return files, problems


def _without_strips(problem: Problem) -> Problem:
    """Tear-off strips are an extra: what leaves no room for them is told, and the plain poster stands."""
    en, de = problem.message
    said = Message(f"no poster with tear-off strips: {en}", f"kein Plakat mit Abreißstreifen: {de}")
    return dataclasses.replace(problem, severity=Severity.WARN, message=said)


def poster_name(paper: str, lang: str, *, strips: bool) -> str:
    """The name of a poster inside a release."""
    return f"posters/{paper}.{lang}{'.strips' if strips else ''}.pdf"


def draft_poster(
    appeal: Appeal,
    untrusted_originals: Mapping[ImageId, bytes],
    setting: Setting,
    *,
    paper: Literal["a4", "a3"],
    strips: bool,
) -> bytes:
    """A poster with the DRAFT mark across it.

    Raises:
        UnsafeImage: a picture cannot be made safe. NotPublishable: something does not fit.
    """
    sheet = _sheet(appeal, setting, _page_url(appeal, setting, slug(setting.salt, appeal.id)))
    pictures, problems = _render_pictures(appeal, untrusted_originals, sheet)
    unsafe = [problem for problem in problems if problem.severity is Severity.BLOCK]
    if unsafe:
        raise UnsafeImage(unsafe[0].message.en, unsafe[0].message.de, problems=unsafe)
    return poster(sheet, photos(appeal, pictures), paper=paper, draft=True, strips=strips)


def photos(appeal: Appeal, pictures: Mapping[ImageId, renditions.Renditions]) -> list[Photo]:
    """The print renditions as a poster takes them; none that the record calls sensitive: paper has no click (R24)."""
    printable = [
        (image.id, pictures[image.id].print) for image in appeal.images if image.id in pictures and not image.sensitive
    ]
    return [Photo(id=image, jpeg=made.data, width=made.width, height=made.height) for image, made in printable]


def _manifest(
    appeal: Appeal,
    setting: Setting,
    address: str,
    page_url: str,
    inputs: Mapping[str, bytes],
    files: Sequence[File],
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "id": appeal.id,
        "revision": appeal.revision,
        "category": appeal.category.value,
        "slug": address,
        "page_url": page_url,
        "markers": {
            name: marker(setting.salt, appeal.id, appeal.revision, name) for name in appeal.publication.channels
        },
        "media": sorted(setting.media),
        "ends": [
            {"medium": medium.value, "at": None if end is None else instant_text(end)}
            for medium, end in sorted(setting.ends.items())
        ],
        "inputs": [{"name": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in sorted(inputs.items())],
        "outputs": [
            {"name": file.name, "media_type": file.media_type, "sha256": file.sha256, "bytes": len(file.data)}
            for file in sorted(files, key=lambda file: file.name)
        ],
        "versions": {
            "fahndung": __version__,
            "norms": setting.norms_version,
            "templates": templates_version("de", setting.templates_home),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def templates_version(lang: str, home: pathlib.Path | None) -> str:
    """SHA-256 over names and texts of all templates of a language, overrides included."""
    digest = hashlib.sha256()
    for name in resources.template_names(lang):
        digest.update(f"{name}\0{resources.template_text(lang, name, home)}\0".encode())
    return digest.hexdigest()


def _html(name: str, text: str) -> File:
    return File(name=name, media_type="text/html; charset=utf-8", data=text.encode())


def _jpeg(name: str, data: bytes) -> File:
    return File(name=name, media_type="image/jpeg", data=data)
