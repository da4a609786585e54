"""A poster or a card of a record with the DRAFT mark; what a release shares with it: its sheet and its pictures.

Builds no release, and loads nothing that only a release needs.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from fahndung import variants
from fahndung.errors import Problem, Severity, UnsafeImage
from fahndung.images import renditions
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.sheet import Sheet
from fahndung.posters import drawn
from fahndung.release import files as made_files
from fahndung.release import languages, naming, uploads
from fahndung.release.files import problem
from fahndung.release.setting import Setting
from fahndung.texts.compose import sheet as compose_sheet

if TYPE_CHECKING:
    from fahndung.posters.cards import Shape


def draft_poster(
    appeal: Appeal,
    untrusted_originals: Mapping[ImageId, bytes],
    setting: Setting,
    *,
    paper: Literal["a4", "a3"],
    strips: bool,
    bw: bool = False,
    langs: Sequence[str] = (naming.GERMAN,),
    ended: Collection[PersonId] = (),
) -> tuple[bytes, tuple[Problem, ...]]:
    """A poster with the DRAFT mark across it, in one language or in German and another; and what could be better on it.

    Args:
        ended: persons who must not be shown any more.

    Raises:
        UsageError: no words in that language. InvalidRecord: the record lacks texts in it.
        UnsafeImage: a picture cannot be made safe. NotPublishable: something does not fit, or the rest is not a part.
    """
    german = composed(appeal, setting, naming.page_url(appeal, setting))
    sheet = languages.spoken(appeal, german, setting, langs)
    _, german = variants.without(appeal, german, ended)
    appeal, sheet = variants.without(appeal, sheet, ended)
    pictures = _safe_pictures(appeal, untrusted_originals, german, is_printed=True)
    made = drawn(sheet, made_files.photos(appeal, pictures), paper=paper, draft=True, strips=strips)
    return made.pdf(bw=bw), made.warnings


def draft_card(
    appeal: Appeal,
    untrusted_originals: Mapping[ImageId, bytes],
    setting: Setting,
    *,
    shape: "Shape",
    face: bool,
    ended: Collection[PersonId] = (),
) -> tuple[bytes, str]:
    """A card with the DRAFT mark across it, and its alternative text.

    Args:
        face: with the first picture that may stand on a card.
        ended: persons who must not be shown any more.

    Raises:
        UnsafeImage: a picture cannot be made safe. NotPublishable: something does not fit, or there is no picture.
    """
    from fahndung.release import cards

    sheet = composed(appeal, setting, naming.page_url(appeal, setting))
    appeal, sheet = variants.without(appeal, sheet, ended)
    if not face:
        return cards.neutral_draft(sheet, shape)
    pictures = _safe_pictures(appeal, untrusted_originals, sheet, is_printed=False)
    return cards.picture_draft(appeal, sheet, pictures, shape)


def composed(appeal: Appeal, setting: Setting, page_url: str) -> Sheet:
    """The record as the German sheet of its page at that address."""
    mandate = appeal.legal.mandate
    return compose_sheet(
        appeal,
        page_url=page_url,
        imprint=setting.imprint,
        valid_until=setting.earliest_end,
        media=mandate.scope.media if mandate else frozenset(),  # the press is told what the order allows it (R33)
        home=setting.templates_home,
    )


def _safe_pictures(
    appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], sheet: Sheet, *, is_printed: bool
) -> dict[ImageId, renditions.Renditions]:
    """What was rendered of every picture, for a draft.

    Raises:
        UnsafeImage: one cannot be made safe.
    """
    pictures, problems = rendered(appeal, untrusted_originals, sheet, is_printed=is_printed)
    unsafe = [found for found in problems if found.severity is Severity.BLOCK]
    if unsafe:
        raise UnsafeImage(unsafe[0].message.en, unsafe[0].message.de, problems=unsafe)
    return pictures


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
            problems.append(problem("image", Severity.BLOCK, f"images/{index}", error.message))
        else:
            made_safe[image.id] = made
            problems += [problem("image", Severity.WARN, f"images/{index}", said) for said in made.warnings]
    return made_safe, problems
