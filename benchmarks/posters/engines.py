"""What is compared: each makes one A4 poster of the same content, without a photo or from the file of a phone."""

import functools
import pathlib
import tempfile
from collections.abc import Callable

from benchmarks.posters import content, marked, shortest
from fahndung.model.sheet import Sheet

Engine = Callable[[Sheet, bytes | None, int], bytes]
"""Takes the sheet, the photo and the px of the longer side that our poster embeds (``content.longest``)."""


def ours(told: Sheet, photo: bytes | None, _longest: int) -> bytes:
    """As ``fahndung poster`` does it: pixels rebuilt in a child process, layout search, one checked file, tags, PDF."""
    from fahndung.images import renditions
    from fahndung.posters import Pixels, poster

    if photo is None:
        return poster(told, [])
    ready = renditions.printable(photo, image=None)
    width, height = ready.size
    return poster(told, [Pixels(id=content.PHOTO, jpeg=ready.jpeg, width=width, height=height)])


def ours_released(told: Sheet, photo: bytes | None, _longest: int) -> bytes:
    """As a build does it: all pictures of the release first, each checked, and the poster from the print picture."""
    from fahndung.images import renditions
    from fahndung.posters import Photo, poster

    assert photo is not None
    made = renditions.render(photo, image=None).print
    return poster(told, [Photo(id=content.PHOTO, jpeg=made.data, width=made.width, height=made.height)])


def alike(photo: bytes, longest: int) -> bytes:
    """Prepared by Pillow to the very pixels that ours embeds, by the same filter, quality and colour; not checked."""
    return shortest.scaled(photo, longest, as_ours=True)


def alike_by_default(photo: bytes, longest: int) -> bytes:
    """The same pixels by LANCZOS, quality 92, 4:4:4."""
    return shortest.scaled(photo, longest)


def large(photo: bytes, _longest: int) -> bytes:
    """At most 2048 px, by LANCZOS, quality 92, 4:4:4: who does not know how large its place is."""
    return shortest.scaled(photo)


def as_it_is(photo: bytes, _longest: int) -> bytes:
    """The file of the phone."""
    return photo


def cleaned(photo: bytes, longest: int) -> bytes:
    """Behind our cleaning: what our poster embeds, rebuilt in the child and checked."""
    from fahndung.images import renditions

    ready = renditions.printable(photo, image=None)
    width, height = ready.size
    return ready.jpeg(round(width * longest / max(width, height)), 80, "4:2:0")


def _with(engine: Callable[[Sheet, bytes | None], bytes], prepare: Callable[[bytes, int], bytes]) -> Engine:
    return lambda told, photo, longest: engine(told, None if photo is None else prepare(photo, longest))


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
_PREPARED = {
    "same pixels as ours": alike,
    "same, LANCZOS, quality 92": alike_by_default,
    "photo of 2048 px": large,
    "photo as it is": as_it_is,
    "behind our cleaning": cleaned,
}
ENGINES: dict[str, tuple[Engine, str]] = {
    OURS: (ours, ""),
    "fahndung, all of a release first": (ours_released, ""),
    **{f"Typst, {how}": (_with(_typst, prepare), "typst") for how, prepare in _PREPARED.items()},
    **{f"WeasyPrint, {how}": (_with(_weasyprint, prepare), "weasyprint") for how, prepare in _PREPARED.items()},
}
"""By name, with the package that it needs."""
BARE = {OURS: "fahndung", "Typst, same pixels as ours": "Typst", "WeasyPrint, same pixels as ours": "WeasyPrint"}
"""Those that differ without a photo, and what they are called then."""


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
