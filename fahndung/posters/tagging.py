"""The structure tree of a PDF: what a screen reader gets, in the order of the pages and of each layout's parts.

The engine has no call for it, so marks are bracketed in its page code and the tree is added to the catalog. Makes no
claim of conformance (PDF/UA, PDF/A) in the metadata: no validator stands behind it.
"""

import contextlib
from collections.abc import Iterator

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString
from reportlab.pdfgen.canvas import Canvas

from fahndung.posters.marks import Part, Tag


class Structure:
    """Collects the elements of a document while its pages are drawn, one page after the other."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._document = canvas._doc  # type: ignore[attr-defined]  # not in the stubs
        self._whole = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName("Document")})
        self._open: list[Part] = []
        self._pages: list[list[PDFObjectReference]] = []

    @contextlib.contextmanager
    def element(self, part: Part) -> Iterator[None]:
        """What is drawn inside belongs to the part; parts without a tag are passed over when read out."""
        if part.tag is None:
            with self.artifact():
                yield
            return
        number = len(self._open)
        self._open.append(part)
        with self._bracket(f"/{part.tag} <</MCID {number}>> BDC"):
            yield

    @contextlib.contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn inside is decoration."""
        with self._bracket("/Artifact BMC"):
            yield

    @contextlib.contextmanager
    def _bracket(self, opening: str) -> Iterator[None]:
        code: list[str] = self._canvas._code  # type: ignore[attr-defined]  # the page's operators, not in the stubs
        code.append(opening)
        yield
        code.append("EMC")

    def turn(self) -> None:
        """Bind the elements to the page they were drawn on. Call it after each page was shown."""
        page = self._document.Pages.pages[-1]
        names = type(page).__NoDefault__
        page.__NoDefault__ = [*names, "StructParents", "Tabs"]
        page.StructParents = len(self._pages)
        page.Tabs = PDFName("S")
        whole = self._document.Reference(self._whole)
        made = [_element(part, number, whole, page) for number, part in enumerate(self._open)]
        self._pages.append([self._document.Reference(element) for element in made])
        self._open = []

    def close(self) -> None:
        """Add the tree to the document. Call it after the last page and before the document is saved."""
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        root_at, whole_at = self._document.Reference(root), self._document.Reference(self._whole)
        self._whole["P"] = root_at
        self._whole["K"] = PDFArray([kid for kids in self._pages for kid in kids])
        root["K"] = PDFArray([whole_at])
        numbers = [entry for number, kids in enumerate(self._pages) for entry in (number, PDFArray(kids))]
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        root["ParentTreeNextKey"] = len(self._pages)
        self._document.Catalog.StructTreeRoot = root_at
        self._document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _element(part: Part, number: int, parent: PDFObjectReference, page: object) -> PDFDictionary:
    reads = "Alt" if part.tag is Tag.FIGURE else "ActualText"
    return PDFDictionary(
        {
            "Type": PDFName("StructElem"),
            "S": PDFName(str(part.tag)),
            "P": parent,
            "Pg": page,
            "K": number,
            reads: PDFString(part.text),
        }
    )
