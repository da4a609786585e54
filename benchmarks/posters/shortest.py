"""The other engines with nothing around them: ``python -m benchmarks.posters.shortest ENGINE FOLDER``.

The folder holds what a program of theirs would have ready: the markup (``poster.typ``, ``poster.html``) with all words
in it, the page's address, the photo, the typeface. Imports nothing of ours, so that a cold start is theirs alone.
"""

import functools
import io
import pathlib
import sys

LONGEST = 2048
"""px: what a careful user of another engine scales a photo to who does not know its place."""


def code(url: str) -> bytes:
    """The QR code of a page as SVG, for the engines that have none of their own."""
    import segno

    out = io.BytesIO()
    segno.make(url, error="q").save(out, kind="svg", border=4)
    return out.getvalue()


def scaled(photo: bytes, longest: int = LONGEST, *, as_ours: bool = False) -> bytes:
    """What others do to get a photo of a phone small and clean: with ``draft``, the fast way. Nothing is checked.

    Args:
        as_ours: by the filter, quality and colour of our posters (HAMMING, 80, 4:2:0), which take less time and space.
    """
    from PIL import Image, ImageOps

    picture = Image.open(io.BytesIO(photo))
    picture.draft("RGB", (longest, longest))
    ImageOps.exif_transpose(picture, in_place=True)
    filtered = Image.Resampling.HAMMING if as_ours else Image.Resampling.LANCZOS
    picture.thumbnail((longest, longest), filtered)
    out = io.BytesIO()
    fresh = Image.frombytes("RGB", picture.size, picture.tobytes())
    fresh.save(out, "JPEG", quality=80 if as_ours else 92, subsampling="4:2:0" if as_ours else "4:4:4")
    return out.getvalue()


def typst(folder: pathlib.Path) -> bytes:
    """The folder's ``poster.typ`` as PDF; the typeface is read once in a process, as ours is."""
    import typst

    made = typst.compile(
        folder / "poster.typ", font_paths=_typst_fonts(folder), format="pdf", pdf_standards=["a-2a", "ua-1"]
    )
    return bytes(made)


@functools.cache
def _typst_fonts(folder: pathlib.Path) -> object:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def weasyprint(folder: pathlib.Path) -> bytes:
    """The folder's ``poster.html`` as PDF."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    page = weasyprint.HTML(string=(folder / "poster.html").read_text("utf-8"), base_url=f"{folder.as_uri()}/")
    return bytes(page.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/ua-1", pdf_tags=True))


def main() -> None:
    """One poster, from start to end."""
    name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    (folder / "code.svg").write_bytes(code((folder / "address.txt").read_text("utf-8")))
    (folder / "photo.jpg").write_bytes(scaled((folder / "original.jpg").read_bytes()))
    (folder / "poster.pdf").write_bytes({"typst": typst, "weasyprint": weasyprint}[name](folder))


if __name__ == "__main__":
    main()
