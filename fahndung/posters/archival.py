"""What makes an engine's document one of PDF/A-2a and PDF/UA-1, beside its structure: colours and metadata.

The engine has no call for any of it. Draws nothing.
"""

import hashlib

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas

from fahndung.posters import srgb, xmp

VERSION = (1, 7)
"""Of PDF: what PDF/A-2 and PDF/UA-1 are written for."""


def allow(owner: object, *names: str) -> None:
    """Let the engine write these entries of one of its catalogs or pages, which it leaves out by itself."""
    owner.__NoDefault__ = [*type(owner).__NoDefault__, *names]  # type: ignore[attr-defined]  # not in the stubs


def conforming(canvas: Canvas, about: xmp.About) -> None:
    """Name the colours, and say what the document is and when it was made. Call it before the document is saved."""
    canvas.setTitle(about.title)
    canvas.setAuthor(about.author)
    canvas.setSubject(about.subject)
    canvas.setCreator("fahndung")
    canvas.setProducer("fahndung")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    document = canvas._doc  # type: ignore[attr-defined]  # not in the stubs
    document._pdfVersion = VERSION
    told = xmp.packet(about)
    # by itself the engine takes the time from SOURCE_DATE_EPOCH where a machine has that, for the dates and for the ID
    canvas.setDateFormatter(lambda *_: f"D:{''.join(filter(str.isdigit, about.at))}Z")
    document.signature = hashlib.md5(told, usedforsecurity=False)
    catalog = document.Catalog
    allow(catalog, "OutputIntents")
    colours = PDFStream(PDFDictionary({"N": 3}), srgb.profile(), [pdfdoc.PDFZCompress])
    intent = {
        "Type": PDFName("OutputIntent"),
        "S": PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": PDFString(srgb.NAME),
        "Info": PDFString(srgb.NAME),
        "DestOutputProfile": document.Reference(colours),
    }
    catalog.OutputIntents = PDFArray([PDFDictionary(intent)])
    said = {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}
    catalog.Metadata = PDFStream(PDFDictionary(said), told)
