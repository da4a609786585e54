"""From record, originals and setting to a release under one digest, with everything that stands in the way."""

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import rfc8785

from fahndung import variants
from fahndung.errors import Message, NotPublishable, Problem, Severity, UnsafeImage, blocking
from fahndung.images import renditions
from fahndung.model import reading as model
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.mandate import Medium
from fahndung.model.release import Digest, File, Release
from fahndung.model.sheet import Sheet
from fahndung.posters import refusals
from fahndung.release import cards, faces, languages, naming, reading, uploads
from fahndung.release import files as made_files
from fahndung.release.drafting import composed
from fahndung.release.files import problem
from fahndung.release.manifest import manifest, persons
from fahndung.release.setting import Setting
from fahndung.texts import lint, translated
from fahndung.texts.given import PublicPicture
from fahndung.texts.outputs import Outputs, robots_line
from fahndung.texts.outputs import outputs as render_outputs
from fahndung.texts.readings import pieces
from fahndung.texts.words import load


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A release with the canonical bytes that its digest covers, and what was noticed."""

    release: Release
    manifest_bytes: bytes
    problems: tuple[Problem, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Everything that was noticed while building; ``built`` is None if something blocks.

    ``outputs`` is what was made, read back: of a release that is blocked, as much as could be made.
    """

    built: Built | None
    problems: tuple[Problem, ...]
    outputs: model.Outputs

    def accepted(self, judged: Iterable[Problem] = ()) -> Built:
        """The release, with all that was found, if neither the build nor ``judged`` blocks.

        Args:
            judged: what the gate says of the outputs.

        Raises:
            UnsafeImage: an image cannot be made safe.
            NotPublishable: a text breaks a rule, or something does not fit its sheet.
        """
        problems = tuple(dict.fromkeys((*judged, *self.problems)))
        stopping = blocking(problems)
        if self.built is not None and not stopping:
            return dataclasses.replace(self.built, problems=problems)
        kind = UnsafeImage if any(found.rule == "image" for found in stopping) else NotPublishable
        raise kind.over(problems)


Judge = Callable[[Appeal, model.Outputs], Iterable[Problem]]
"""What the gate says of a record and of what was built from it."""


def examine(
    appeal: Appeal,
    untrusted_originals: Mapping[ImageId, bytes],
    inputs: Mapping[str, bytes],
    setting: Setting,
    *,
    judge: Judge,
) -> Examined:
    """Builds as far as possible and says everything that stands in the way, not only the first thing.

    Args:
        untrusted_originals: image id to the bytes of the file that the record names.
        inputs: every file of the case folder by name, for the manifest.
        judge: judges the variants without one person: one that is blocked is not made.
    """
    made = _make(appeal, untrusted_originals, setting)
    searched, unseen = faces.search(appeal, untrusted_originals, made.pictures, made.pictured, setting.detector)
    read_back = functools.partial(
        reading.outputs, public=made.public, pictures=made.pictures, inputs=inputs, searched=searched
    )
    outputs = read_back(appeal, made.sheet, made.words, files=made.files, pictured=made.pictured, tongues=made.spoken)
    problems = (*made.problems, *unseen)
    if blocking(problems):
        return Examined(built=None, problems=problems, outputs=outputs)

    against = {(one.rule, one.message) for one in judge(appeal, outputs)}  # of the rest: that is told anyway

    def judge_rest(rest: Appeal, read: model.Outputs) -> list[Problem]:
        return [one for one in judge(rest, read) if (one.rule, one.message) not in against]

    parts, unmade = _without_one(appeal, made, setting, read_back, judge_rest)
    end = setting.ends.get(Medium.WEBSITE)
    files = [
        *made.files,
        *(file for one in parts for file in variants.files(one, made_files.variant_files(one.appeal, one.words, end))),
    ]
    listed = manifest(appeal, setting, made.page_url, inputs, files, [one.lang for one in made.spoken])
    listed |= persons(appeal, setting, parts)
    listed |= uploads.listing(appeal, setting, made.pictures) | faces.listing(appeal, searched)
    found = (*problems, *unmade)
    return Examined(built=_built(listed, files, found), problems=found, outputs=outputs)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """All that was made of a record, as far as it could be.

    Attributes:
        public: the addresses of its pictures on the page. card: that of the card without a face.
        neutral: the pictures that show nobody. pictured: all of them that are files of the release.
    """

    sheet: Sheet
    page_url: str
    card: str | None
    robots: str
    pictures: Mapping[ImageId, renditions.Renditions]
    public: Mapping[ImageId, PublicPicture]
    words: Outputs
    spoken: Sequence[languages.Tongue]
    neutral: Sequence[made_files.Pictured]
    pictured: Sequence[made_files.Pictured]
    files: Sequence[File]
    problems: Sequence[Problem]


def _make(appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], setting: Setting) -> _Made:
    page_url, end = naming.page_url(appeal, setting), setting.ends.get(Medium.WEBSITE)
    sheet = composed(appeal, setting, page_url)
    mandate = appeal.legal.mandate
    is_printed = mandate is not None and bool(mandate.scope.media & made_files.PRINT_MEDIA)
    rendered_pictures, problems = rendered(appeal, untrusted_originals, sheet, is_printed=is_printed)
    problems += _one_address(appeal, setting)
    advice = lint.guide(setting.templates_home)
    problems += lint.findings(pieces(appeal, sheet), sheet, advice, poster=Medium.POSTER in setting.media)
    public = made_files.public_pictures(appeal, rendered_pictures, setting.salt)
    card = made_files.card_address(appeal, setting.salt, page_url)
    robots = robots_line(setting.robots, end)
    spoken, untold = _spoken(appeal, sheet, setting, rendered_pictures, public, card=card, robots=robots)
    others, home = languages.alternates(spoken), setting.templates_home
    words = render_outputs(appeal, sheet, pictures=public, card=card, robots=robots, languages=others, home=home)
    posters, overflows = made_files.poster_files(appeal, sheet, rendered_pictures, setting.media)
    record, unfit = made_files.register_files(appeal, sheet, words, setting, end)
    neutral = cards.neutral_cards(appeal, sheet, setting.salt)
    shown, pictures = cards.picture_cards(appeal, sheet, rendered_pictures, faces=setting.face_cards)
    pictured = [*made_files.picture_files(appeal, pictures, setting.salt), *neutral.pictured, *shown.pictured]
    files = [
        *made_files.website_files(appeal, words, end),
        *record,
        *made_files.text_files(words),
        *(one.file for one in pictured),
        *neutral.texts,
        *shown.texts,
        *posters,
        *(file for tongue in spoken for file in tongue.files),
    ]
    return _Made(
        sheet=sheet,
        page_url=page_url,
        card=card,
        robots=robots,
        pictures=pictures,
        public=public,
        words=words,
        spoken=spoken,
        neutral=neutral.pictured,
        pictured=pictured,
        files=files,
        problems=[*problems, *untold, *overflows, *unfit, *neutral.problems, *shown.problems],
    )


def rendered(
    appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], sheet: Sheet, *, is_printed: bool
) -> tuple[dict[ImageId, renditions.Renditions], list[Problem]]:
    """What could be made of every picture, and why something could not, or what could be better on it."""
    markers = {picture.id: picture.marker for picture in sheet.pictures}
    made_safe: dict[ImageId, renditions.Renditions] = {}
    problems = []
    for index, image in enumerate(appeal.images):
        try:
            made = renditions.render(
                untrusted_originals[image.id],
                image=image,
                marker=markers.get(image.id),
                printed=renditions.PRINT if is_printed else renditions.MASTER,
                card=uploads.goes_along(appeal, image),
            )
        except UnsafeImage as error:
            problems.append(refusals.unsafe(f"images/{index}", error))
        else:
            made_safe[image.id] = made
            problems += [problem("image", Severity.WARN, f"images/{index}", said) for said in made.warnings]
    return made_safe, problems


def _without_one(
    appeal: Appeal, made: _Made, setting: Setting, read_back: Callable[..., model.Outputs], judge: Judge
) -> tuple[tuple[variants.Variant, ...], tuple[Problem, ...]]:
    """The variants without one person, each judged as it would stand, and why there is none where there is none."""
    end = setting.ends.get(Medium.WEBSITE)

    def draw(rest: Appeal, sheet: Sheet, told: Outputs) -> tuple[Sequence[File], Sequence[Problem]]:
        paper, unfit = made_files.poster_files(rest, sheet, made.pictures, setting.media)
        kept = [*made_files.picture_files(rest, made.pictures, setting.salt), *made.neutral]
        listed = made_files.website_files(rest, told, end)
        whole = [*listed, *made_files.text_files(told), *(one.file for one in kept), *paper]
        return paper, [*unfit, *judge(rest, read_back(rest, sheet, told, files=whole, pictured=kept))]

    return variants.make(
        appeal,
        made.sheet,
        made.words,
        pictures=made.public,
        card=made.card,
        robots=made.robots,
        draw=draw,
        home=setting.templates_home,
    )


def _built(listed: dict[str, Any], files: Sequence[File], problems: tuple[Problem, ...]) -> Built:
    canonical = rfc8785.dumps(listed)
    made = Release(
        digest=Digest(hashlib.sha256(canonical).hexdigest()),
        manifest=listed,
        files={file.name: file for file in files},
    )
    return Built(release=made, manifest_bytes=canonical, problems=problems)


def _spoken(
    appeal: Appeal,
    german: Sheet,
    setting: Setting,
    pictures: Mapping[ImageId, renditions.Renditions],
    public: Mapping[ImageId, PublicPicture],
    *,
    card: str | None,
    robots: str,
) -> tuple[list[languages.Tongue], list[Problem]]:
    """The languages with their posters and pages; every page links to all others, German first."""
    tongues, problems = languages.composed(appeal, german, setting, languages.named(appeal))
    own = translated.alternate(load(german.lang, setting.templates_home), german.page_url)
    pages = (own, *languages.alternates(tongues))
    spoken = []
    for tongue in tongues:
        drawn, unfit = languages.drawn(tongue, pictures, setting.media)
        problems += unfit
        spoken.append(languages.paged(drawn, others=pages, pictures=public, card=card, robots=robots, setting=setting))
    return spoken, problems


def _one_address(appeal: Appeal, setting: Setting) -> list[Problem]:
    """A page links to one address; two websites with different ones would need two releases."""
    bases = {base for name in setting.channels if (base := setting.accounts.get(name))}
    if len(bases) < 2:
        return []
    told = ", ".join(sorted(bases))
    message = Message(
        f"the channels are websites with different addresses ({told}); name one of them",
        f"Die Kanäle sind Websites mit verschiedenen Adressen ({told}); bitte nur eine nennen",
    )
    return [problem("record", Severity.BLOCK, "publication/channels", message)]
