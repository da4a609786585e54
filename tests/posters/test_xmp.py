"""The XMP packet is well-formed, says what it is told, and claims what a validator checks."""

from xml.etree import ElementTree

from fahndung.posters import xmp

ABOUT = xmp.About(title="Raub <9> & „mehr“", author="PD Musterstadt", subject="Fahndung", language="de-DE")
NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}


def said(path: str) -> str | None:
    return ElementTree.fromstring(xmp.packet(ABOUT)).findtext(f".//{path}", namespaces=NAMES)


def test_words_of_the_document_stand_in_it_as_they_are() -> None:
    assert said("dc:title//rdf:li") == ABOUT.title
    assert said("dc:creator//rdf:li") == ABOUT.author
    assert said("dc:description//rdf:li") == ABOUT.subject
    assert said("dc:language//rdf:li") == "de-DE"
    assert said("xmp:CreateDate") == xmp.NO_DAY


def test_it_claims_both_standards() -> None:
    assert (said("pdfaid:part"), said("pdfaid:conformance"), said("pdfuaid:part")) == ("2", "A", "1")


def test_it_leaves_no_room_for_changes() -> None:
    assert xmp.packet(ABOUT).endswith(b'</x:xmpmeta>\n<?xpacket end="r"?>')
