"""The cards of a release, each with its alternative text beside it: which there are, and which are left out and why.

Neutral ones always; cards with a picture of a thing where the order names social networks; with a face only where the
force's policy asks for them and the order names print or online press (decision 0045): no rule of the gate
asks again.
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping

from fahndung.errors import Message, NotPublishable, Problem, Severity, UnsafeImage
from fahndung.images import insets, renditions
from fahndung.images.renditions import Printed, Renditions
from fahndung.model.appeal import Appeal
from fahndung.model.ids import ImageId
from fahndung.model.image import Image
from fahndung.model.mandate import Medium
from fahndung.model.people import about_persons, sought
from fahndung.model.raster import Raster
from fahndung.model.release import File
from fahndung.model.sheet import Picture, Sheet
from fahndung.posters import cards, refusals, strings
from fahndung.posters.cards import Shape
from fahndung.release import naming
from fahndung.release.files import Pictured, jpeg, problem

QUALITY = 90
FACE_CARD_MEDIA = frozenset({Medium.PRINT, Medium.ONLINE_PRESS})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Pictures, the texts beside them, and what could not be drawn."""

    pictured: tuple[Pictured, ...] = ()
    texts: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: "Cards") -> "Cards":
        return Cards(
            pictured=self.pictured + other.pictured,
            texts=self.texts + other.texts,
            problems=self.problems + other.problems,
        )


def neutral_cards(appeal: Appeal, sheet: Sheet, salt: bytes) -> Cards:
    """Those without a picture: for links, on the website and to be handed on; the others where networks are ordered."""
    made = Cards()
    for shape in Shape if Medium.SOCIAL in _media(appeal) else (Shape.LINK,):
        try:
            data = renditions.encode(cards.neutral(sheet, shape), quality=QUALITY)
        except NotPublishable as error:
            made += Cards(problems=(*error.problems,) if shape is Shape.LINK else (_left_out(shape, error),))
            continue
        names = [naming.card_file(shape)]
        if shape is Shape.LINK:
            names.insert(0, f"website/images/{naming.card_name(salt, appeal)}")
        made += Cards(
            pictured=tuple(Pictured(file=jpeg(name, data)) for name in names),
            texts=(_text(shape, cards.alt(sheet, shape)),),
        )
    return made


def picture_cards(
    appeal: Appeal, sheet: Sheet, pictures: Mapping[ImageId, Renditions], *, faces: bool
) -> tuple[Cards, dict[ImageId, Renditions]]:
    """Those with the first picture that may be on one, and the renditions with what is hidden on the cards.

    Args:
        faces: whether the force's policy lets cards with a face lie in a release.
    """
    image = _first(appeal, sheet, pictures, faces=faces)
    if image is None:
        return Cards(), dict(pictures)
    made, rendered = Cards(), pictures[image.id]
    regions, views = dict(rendered.regions), dict(rendered.views)
    for shape in Shape:
        try:
            card = _with_picture(sheet, image, rendered, shape)
        except NotPublishable as error:
            made += Cards(problems=(_left_out(shape, error),))
            continue
        rendition = f"card-{shape}"
        regions[rendition], views[rendition] = card.regions, card.view
        file = jpeg(naming.card_file(shape, picture=True), card.jpeg.data)
        made += Cards(
            pictured=(Pictured(file=file, image=image.id, rendition=rendition),),
            texts=(_text(shape, cards.alt(sheet, shape, _shown(sheet, image)), picture=True),),
        )
    known = dataclasses.replace(rendered, regions=regions, views=views)
    return made, {**pictures, image.id: known}


def neutral_draft(sheet: Sheet, shape: Shape) -> tuple[bytes, str]:
    """The neutral card with the DRAFT mark, and its alternative text.

    Raises:
        NotPublishable: something cannot be drawn or does not fit.
    """
    drawn = cards.neutral(sheet, shape, draft=True)
    return renditions.encode(drawn, quality=QUALITY), cards.alt(sheet, shape, draft=True)


def picture_draft(appeal: Appeal, sheet: Sheet, printed: Callable[[Image], Printed], shape: Shape) -> tuple[bytes, str]:
    """The card with the first picture that may stand on one, with the DRAFT mark, and its alternative text.

    Args:
        printed: makes the picture for paper of one of the record's; asked for that picture alone.

    Raises:
        NotPublishable: there is none, or the texts do not fit beside it. UnsafeImage: it cannot be made safe; names it.
    """
    image = _suited(appeal, sheet, {image.id for image in appeal.images})
    if image is None:
        raise NotPublishable(
            "there is no picture that may stand on a card: the record has none, they stand behind a click, or they do "
            "not show the persons sought alone, or no object that the record names",
            "Es gibt kein Bild für eine Karte: Der Datensatz hat keines, sie stehen hinter einem Klick oder zeigen "
            "nicht allein die Gesuchten oder keinen Gegenstand, den der Datensatz nennt",
        )
    try:
        made = _with_picture(sheet, image, printed(image), shape, draft=True)
    except UnsafeImage as error:
        field = strings.image_field(_shown(sheet, image))
        raise UnsafeImage.over((refusals.unsafe(field, error),)) from error
    return made.jpeg.data, cards.alt(sheet, shape, _shown(sheet, image), draft=True)


def _with_picture(
    sheet: Sheet, image: Image, rendered: Printed, shape: Shape, *, draft: bool = False
) -> insets.Finished:
    """One card with that picture, in the room that shows most of it and leaves enough for the texts.

    Raises:
        NotPublishable: the texts do not fit beside any room. UnsafeImage: a hidden part is not hidden.
    """
    marker = _shown(sheet, image).marker
    source = insets.source(rendered, marker)
    focus = None if image.focus is None else insets.seen(source, image.focus)
    faces = [box for face in image.faces if (box := insets.seen(source, face.box))]
    foot = insets.foot(marker, cards.SIZES[shape][0])
    rooms = cards.rooms(sheet, shape, foot)
    refusal: NotPublishable | None = None
    for place in insets.best_first(source, [(room.width, room.height) for room in rooms], focus, faces):
        room = rooms[place]
        inset = insets.fitted(source, (room.width, room.height), focus, faces)
        try:
            drawn: Raster = cards.portrait(sheet, insets.raster(inset), shape, room, foot=foot, draft=draft)
        except NotPublishable as error:
            refusal = error
            continue
        return insets.finished(drawn, inset, (room.x, room.y), marker, rendered.look)
    assert refusal is not None
    raise refusal


def _first(appeal: Appeal, sheet: Sheet, pictures: Mapping[ImageId, Renditions], *, faces: bool) -> Image | None:
    """The picture for the cards of a release; None where order or policy want none.

    A card of several persons would have to be withdrawn everywhere once one of them is found, so there is none.
    """
    if about_persons(appeal):
        wanted = faces and _media(appeal) & FACE_CARD_MEDIA and len(sought(appeal)) == 1
    else:
        wanted = Medium.SOCIAL in _media(appeal)
    return _suited(appeal, sheet, pictures) if wanted else None


def _suited(appeal: Appeal, sheet: Sheet, pictures: Collection[ImageId]) -> Image | None:
    """The first picture that may stand on a card at all: of an object that the record names, or of those sought.

    It shows nobody else: a card puts its band on whoever is in the picture.
    """
    shown = _fit(appeal, sheet, pictures)
    if not about_persons(appeal):
        return next((image for image in shown if image.object is not None and not image.shows), None)
    wanted = {person.id for person in sought(appeal)}
    return next((image for image in shown if image.shows and set(image.shows) <= wanted), None)


def _fit(appeal: Appeal, sheet: Sheet, pictures: Collection[ImageId]) -> list[Image]:
    """The pictures that do not stand behind a click: a card has none (R24)."""
    return [image for image in appeal.images if image.id in pictures and not _shown(sheet, image).sensitive]


def _shown(sheet: Sheet, image: Image) -> Picture:
    return next(picture for picture in sheet.pictures if picture.id == image.id)


def _media(appeal: Appeal) -> frozenset[Medium]:
    mandate = appeal.legal.mandate
    return mandate.scope.media if mandate else frozenset()


def _text(shape: Shape, said: str, *, picture: bool = False) -> File:
    name = naming.card_file(shape, picture=picture, kind="txt")
    return File(name=name, media_type="text/plain; charset=utf-8", data=f"{said}\n".encode())


def _left_out(shape: Shape, error: NotPublishable) -> Problem:
    """A card is an extra: the release stands without it."""
    en, de = error.message
    message = Message(f"no {shape} card: {en}", f"keine Karte in der Form {shape}: {de}")
    field = error.problems[0].field if error.problems else "card"
    return problem("poster", Severity.WARN, field, message)
