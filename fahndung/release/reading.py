"""What the public would get of a release, read back from what was built, as the rules of law see it. Judges nothing."""

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fahndung.images import reading as pictures_read
from fahndung.images.renditions import Renditions
from fahndung.model.appeal import Appeal
from fahndung.model.faces import Search
from fahndung.model.ids import ImageId
from fahndung.model.image import Fill
from fahndung.model.reading import Kind, Outputs, Page, Rendition, Text, folded
from fahndung.model.reading import Sheet as PosterSheet
from fahndung.model.release import File
from fahndung.model.sheet import Sheet
from fahndung.posters import reading as posters_read
from fahndung.release.files import Pictured
from fahndung.release.languages import Tongue
from fahndung.texts import outputs as rendered
from fahndung.texts import pages, pfif, readings, translated
from fahndung.texts.given import PublicPicture

_NO_PAGE = Page(robots=frozenset(), previews=(), loads=(), alts=(), open_pictures=())


def outputs(
    appeal: Appeal,
    sheet: Sheet,
    words: rendered.Outputs,
    *,
    public: Mapping[ImageId, PublicPicture],
    pictures: Mapping[ImageId, Renditions],
    files: Sequence[File],
    pictured: Sequence[Pictured],
    inputs: Mapping[str, bytes],
    searched: Search,
    tongues: Sequence[Tongue] = (),
) -> Outputs:
    """Everything that was built, read back.

    Args:
        public: the addresses of the pictures on the page. pictures: what was rendered, with its filled regions.
        files: the whole release. pictured: which of them are pictures.
        inputs: the files of the case folder, none of which may be found in the release.
        searched: what looked for faces in originals and pictures, and what it found.
        tongues: the other languages; a poster in two is read with German and with the other.
    """
    foreign = {file.name for tongue in tongues for file in tongue.posters}
    posters = [file for file in files if file.media_type == "application/pdf"]
    read = {file.name: posters_read.read(file.name, file.data, authority=sheet.authority) for file in posters}
    printed = [one for name, one in read.items() if name not in foreign]
    page = readings.page(words)
    own = Outputs(
        wording=readings.wording(sheet),
        texts=(*readings.texts(words), *_registered(files), *(text for text, _ in printed)),
        pieces=readings.pieces(appeal, sheet),
        page=page,
        sheets=tuple(read for _, read in printed),
        renditions=tuple(_rendition(one, sheet, pictures) for one in pictured),
        files={file.name: file.media_type for file in files},
        originals=tuple(file.name for file in files if _holds(file.data, inputs.values())),
        pictures_of=_addresses(page, public),
        fragments=readings.fragments(words),
        faces=searched,
    )
    return dataclasses.replace(own, languages=tuple(_spoken(tongue, own, read, public) for tongue in tongues))


def _spoken(
    tongue: Tongue,
    german: Outputs,
    read: Mapping[str, tuple[Text, PosterSheet]],
    public: Mapping[ImageId, PublicPicture],
) -> Outputs:
    """What there is in another language; files and pictures are the German version's."""
    printed, paired = ([read[file.name] for file in files] for files in (tongue.posters, tongue.paired))
    page = pages.read(tongue.page_html).page if tongue.page_html is not None else _NO_PAGE
    return dataclasses.replace(
        german,
        wording=readings.wording(
            tongue.sheet,
            page_notes=translated.notes(tongue.words),
            after=() if tongue.alternate is None else tuple(tongue.alternate.ended.values()),
        ),
        texts=(
            *readings.translated(tongue.lang, tongue.sheet, tongue.page_html),
            *(text for text, _ in (*printed, *paired)),
        ),
        pieces=readings.pieces(tongue.appeal, tongue.sheet),
        page=page,
        sheets=tuple(sheet for _, sheet in printed),
        pictures_of=_addresses(page, public),
        fragments={},
    )


def _registered(files: Sequence[File]) -> Iterator[Text]:
    """What registers of missing persons would read, field by field."""
    for file in files:
        if file.name == pfif.FILE:
            told = ET.fromstring(file.data).itertext()  # noqa: S314 - built here, not untrusted
            yield Text(name="register", kind=Kind.REGISTER, text=folded(" ".join(told)))


def _rendition(one: Pictured, sheet: Sheet, pictures: Mapping[ImageId, Renditions]) -> Rendition:
    markers = {picture.id: picture.marker for picture in sheet.pictures}
    return pictures_read.read(
        one.file.name,
        one.file.data,
        image=one.image,
        marker=None if one.image is None else markers.get(one.image),
        regions=() if one.image is None else pictures[one.image].regions[one.rendition],
        look=Fill.SOLID if one.image is None else pictures[one.image].look,
    )


def _holds(data: bytes, originals: Iterable[bytes]) -> bool:
    """Whether the bytes are those of an original, or have a whole one in them."""
    return any(original in data for original in originals if original)


def _addresses(page: Page, public: Mapping[ImageId, PublicPicture]) -> dict[ImageId, tuple[str, ...]]:
    """The addresses from which the page loads each picture, however a template writes them: the name cannot be met
    by chance.
    """
    return {
        image: tuple(dict.fromkeys(load for load in page.loads if _name(load) in (_name(one.file), _name(one.thumb))))
        for image, one in public.items()
    }


def _name(address: str | None) -> str:
    return (address or "").partition("?")[0].partition("#")[0].rpartition("/")[2]
