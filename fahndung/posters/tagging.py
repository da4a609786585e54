"""The structure tree of a one-page PDF: what a screen reader gets, in the order of the layout's parts.

The engine has no call for it, so marks are bracketed in its page code and the tree is added to the catalog. Makes no
claim of conformance (PDF/UA, PDF/A) in the metadata: no validator stands behind it.
"""

import contextlib
from collections.abc import Iterator

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString
from reportlab.pdfgen.canvas import Canvas

from fahndung.posters.marks import Part, Tag


class Structure:
    """Collects the elements of one page while it is drawn."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._elements: list[tuple[Part, int]] = []

    @contextlib.contextmanager
    def element(self, part: Part) -> Iterator[None]:
        """What is drawn inside belongs to the part; parts without a tag are passed over when read out."""
        if part.tag is None:
            with self.artifact():
                yield
            return
        number = len(self._elements)
        self._elements.append((part, number))
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

    def close(self) -> None:
        """Add the tree to the document. Call it after the page was shown and before the document is saved."""
        document = self._canvas._doc  # type: ignore[attr-defined]  # not in the stubs
        page = document.Pages.pages[-1]
        names = type(page).__NoDefault__
        page.__NoDefault__ = [*names, "StructParents", "Tabs"]
        page.StructParents = 0
        page.Tabs = PDFName("S")
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        whole = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName("Document")})
        root_at, whole_at = document.Reference(root), document.Reference(whole)
        kids = [document.Reference(_element(part, number, whole_at, page)) for part, number in self._elements]
        whole["P"] = root_at
        whole["K"] = PDFArray(kids)
        root["K"] = PDFArray([whole_at])
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray([0, PDFArray(kids)])})
        document.Catalog.StructTreeRoot = root_at
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


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
