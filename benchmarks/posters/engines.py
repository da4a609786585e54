"""What is compared: each makes one A4 poster of the same content, without a photo or from the file of a phone."""

import functools
import pathlib
import tempfile
from collections.abc import Callable

from benchmarks.posters import content, marked, shortest
from fahndung.model.sheet import Sheet

Engine = Callable[[Sheet, bytes | None], bytes]


def ours(told: Sheet, photo: bytes | None) -> bytes:
    """Pixels rebuilt in a child process, four renditions each checked, layout search, tags, PDF."""
    from fahndung.images import renditions
    from fahndung.posters import Photo, poster

    if photo is None:
        return poster(told, [])
    made = renditions.render(photo, image=None).print
    return poster(told, [_photo(made.data, made.width, made.height, Photo)])


def _photo(data: bytes, width: int, height: int, kind: type) -> object:
    from fahndung.model.ids import ImageId

    return kind(id=ImageId(content.PHOTO), jpeg=data, width=width, height=height)


def typst_as_is(told: Sheet, photo: bytes | None) -> bytes:
    """Typst puts a JPEG into the file as it is, with whatever it carries."""
    return _typst(told, photo)


def typst_scaled(told: Sheet, photo: bytes | None) -> bytes:
    """The photo decoded, turned upright, scaled and encoded by Pillow before."""
    return _typst(told, None if photo is None else shortest.scaled(photo))


def weasyprint_as_is(told: Sheet, photo: bytes | None) -> bytes:
    """WeasyPrint with the file of the phone."""
    return _weasyprint(told, photo)


def weasyprint_scaled(told: Sheet, photo: bytes | None) -> bytes:
    """The same after Pillow, as above."""
    return _weasyprint(told, None if photo is None else shortest.scaled(photo))


@functools.cache
def _folder() -> pathlib.Path:
    """Lives as long as the process: the fonts."""
    folder = tempfile.TemporaryDirectory()
    _kept.append(folder)
    content.write_fonts(pathlib.Path(folder.name))
    return pathlib.Path(folder.name)


_kept: list[object] = []


def _typst(told: Sheet, photo: bytes | None) -> bytes:
    (_folder() / "poster.typ").write_text(marked.markup(told, with_photo=photo is not None), "utf-8")
    _beside(told, photo)
    return shortest.typst(_folder())


def _beside(told: Sheet, photo: bytes | None) -> None:
    (_folder() / "code.svg").write_bytes(shortest.code(told.page_url))
    if photo is not None:
        (_folder() / "photo.jpg").write_bytes(photo)


def _weasyprint(told: Sheet, photo: bytes | None) -> bytes:
    (_folder() / "poster.html").write_text(marked.page(told, with_photo=photo is not None), "utf-8")
    _beside(told, photo)
    return shortest.weasyprint(_folder())


OURS = "fahndung (rebuilt, checked)"
ENGINES: dict[str, tuple[Engine, str]] = {
    OURS: (ours, ""),
    "Typst, photo scaled by Pillow": (typst_scaled, "typst"),
    "Typst, photo as it is": (typst_as_is, "typst"),
    "WeasyPrint, photo scaled by Pillow": (weasyprint_scaled, "weasyprint"),
    "WeasyPrint, photo as it is": (weasyprint_as_is, "weasyprint"),
}
"""By name, with the package that it needs."""


def missing(name: str) -> str | None:
    """Why an engine cannot run here; None: it can."""
    package = ENGINES[name][1]
    if not package:
        return None
    try:
        __import__(package)
    except ImportError:
        return f"pip install {package}"
    except OSError as error:
        return f"{error} (apt-get install libpango-1.0-0 libpangoft2-1.0-0)"
    return None
