"""A poster or a card of a record with the DRAFT mark; what a release shares with it: its sheet.

Builds no release, and loads nothing that only a release needs.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from fahndung import variants
from fahndung.errors import Problem, UnsafeImage
from fahndung.images import renditions
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.image import Image
from fahndung.model.sheet import Sheet
from fahndung.posters import Photo, Pixels, drawn, refusals, strings
from fahndung.release import files as made_files
from fahndung.release import languages, naming
from fahndung.release.setting import Setting
from fahndung.texts.compose import sheet as compose_sheet

if TYPE_CHECKING:
    from fahndung.posters.cards import Shape

_LONGEST = {"a4": renditions.MASTER, "a3": renditions.PRINT}
"""px of a draft's photo: more than its paper can show at ``sizing.DPI`` (A4 is 186 mm wide between its edges)."""
_HELD = 12_000_000
"""px that a draft holds at most of all its photos, 48 MB; four of 12 megapixels."""


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
    photos = _photos(appeal, untrusted_originals, german, longest=_LONGEST[paper])
    made = drawn(sheet, photos, paper=paper, draft=True, strips=strips)
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
    markers = {picture.id: picture.marker for picture in sheet.pictures}

    def printed(image: Image) -> renditions.Printed:
        ready = renditions.printable(untrusted_originals[image.id], image=image, marker=markers.get(image.id))
        return ready.printed()

    return cards.picture_draft(appeal, sheet, printed, shape)


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


def _photos(
    appeal: Appeal, untrusted_originals: Mapping[ImageId, bytes], sheet: Sheet, *, longest: int
) -> list[Photo | Pixels]:
    """The pictures that a poster shows: pixels, and files of those that would take too much memory as pixels.

    Raises:
        UnsafeImage: one cannot be made safe.
    """
    pictures = {picture.id: picture for picture in sheet.pictures}
    made: list[Photo | Pixels] = []
    unsafe: list[Problem] = []
    held = 0
    for image in made_files.on_paper(appeal):
        try:
            picture = renditions.printable(
                untrusted_originals[image.id], image=image, marker=pictures[image.id].marker, printed=longest
            )
            width, height = picture.size
            held += width * height
            if held <= _HELD:
                made.append(Pixels(id=image.id, jpeg=picture.jpeg, width=width, height=height))
            else:
                made.append(made_files.photo(image, picture.printed().print))
        except UnsafeImage as error:
            unsafe.append(refusals.unsafe(strings.image_field(pictures[image.id]), error))
    if unsafe:
        raise UnsafeImage.over(unsafe)
    return made
