"""The command ``fahndung poster`` with another engine: ``python -m benchmarks.posters.swapped ENGINE FONTS CASE OUT``.

All that comes before the drawing is ours and runs as in the command, because it is the command: the record is read and
validated, judged by the law gate, composed in words; the photo is decoded in the limited child, cleaned, encoded and
read again. Then the other engine sets the same sheet and photo, in a fixed arrangement: no search of a layout, no DRAFT
across it, no check of glyphs and widths. Our own drawing and its PDF engine are not loaded.
"""

import dataclasses
import functools
import pathlib
import sys
from collections.abc import Sequence

import fahndung.posters
from benchmarks.posters import marked, shortest
from fahndung.cli import main as command
from fahndung.errors import Problem
from fahndung.model.sheet import Sheet
from fahndung.posters.marks import Photo


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What stands in the place of our own drawn poster: the sheet, its first photo, and who sets them."""

    engine: str
    folder: pathlib.Path
    sheet: Sheet
    photo: Photo
    warnings: tuple[Problem, ...] = ()

    def pdf(self, *, bw: bool = False) -> bytes:
        """Its bytes, in colour."""
        assert not bw
        (self.folder / "code.svg").write_bytes(shortest.code(self.sheet.page_url))
        (self.folder / "photo.jpg").write_bytes(self.photo.jpeg)
        if self.engine == "typst":
            (self.folder / "poster.typ").write_text(marked.markup(self.sheet, with_photo=True), "utf-8")
            return shortest.typst(self.folder)
        (self.folder / "poster.html").write_text(marked.page(self.sheet, with_photo=True), "utf-8")
        return shortest.weasyprint(self.folder)


def drawn(
    engine: str,
    folder: pathlib.Path,
    sheet: Sheet,
    photos: Sequence[Photo],
    *,
    paper: str = "a4",
    draft: bool = False,
    strips: bool = False,
) -> Drawn:
    """In the place of ``fahndung.posters.drawn``."""
    assert (paper, draft, strips) == ("a4", True, False)
    (photo,) = photos
    return Drawn(engine=engine, folder=folder, sheet=sheet, photo=photo)


def main() -> None:
    """One poster, from the case folder to the file."""
    engine, folder, case, out = sys.argv[1:]
    fahndung.posters.drawn = functools.partial(drawn, engine, pathlib.Path(folder))  # before anybody loads ours
    sys.argv = ["fahndung", "poster", case, "-o", out]
    command()


if __name__ == "__main__":
    main()
