"""What a PDF says about itself in XMP: title, sender, purpose, and that it is made to PDF/A-2a and PDF/UA-1.

Pure: the same words give the same bytes. Draws nothing; whether a file keeps its claim is for a validator to say.
"""

from typing import NamedTuple

NO_DAY = "2000-01-01T00:00:00Z"
"""The time in files that must not tell when they were made: the engine's own in its invariant mode."""
_START = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PLAIN = {"pdfaid:part": "2", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
_SCHEMA = {
    "pdfaSchema:schema": "PDF/UA identification schema",
    "pdfaSchema:namespaceURI": _NAMES["pdfuaid"],
    "pdfaSchema:prefix": "pdfuaid",
}
_PROPERTY = {
    "pdfaProperty:name": "part",
    "pdfaProperty:valueType": "Integer",
    "pdfaProperty:category": "internal",
    "pdfaProperty:description": "Part of ISO 14289 to which the document is made",
}
"""PDF/A wants schemas beyond its own described in the file. Source: ISO 19005-2, 6.6.2.3.3."""


class About(NamedTuple):
    """What a document says about itself.

    Attributes:
        language: a tag of BCP 47.
        at: when it was made, in UTC (``2026-11-27T08:00:00Z``).
    """

    title: str
    author: str
    subject: str
    language: str
    at: str = NO_DAY


def packet(about: About) -> bytes:
    """The XMP packet in UTF-8, without room for changes."""
    spaces = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMES.items())
    schema = _plain(_SCHEMA) + f"<pdfaSchema:property>{_bag('Seq', _record(_plain(_PROPERTY)))}</pdfaSchema:property>"
    said = {**_PLAIN, "pdf:Producer": "fahndung", "xmp:CreatorTool": "fahndung"}
    body = "".join(
        (
            _plain(said | {"xmp:CreateDate": about.at, "xmp:ModifyDate": about.at}),
            f"<dc:title>{_bag('Alt', _default(about.title))}</dc:title>",
            f"<dc:description>{_bag('Alt', _default(about.subject))}</dc:description>",
            f"<dc:creator>{_bag('Seq', f'<rdf:li>{_escape(about.author)}</rdf:li>')}</dc:creator>",
            f"<dc:language>{_bag('Bag', f'<rdf:li>{_escape(about.language)}</rdf:li>')}</dc:language>",
            f"<pdfaExtension:schemas>{_bag('Bag', _record(schema))}</pdfaExtension:schemas>",
        )
    )
    document = (
        f"{_START}\n"
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{spaces}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>\n'
        '<?xpacket end="r"?>'
    )
    return document.encode()


def _plain(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{_escape(value)}</{name}>" for name, value in values.items())


def _bag(kind: str, items: str) -> str:
    return f"<rdf:{kind}>{items}</rdf:{kind}>"


def _record(members: str) -> str:
    return f'<rdf:li rdf:parseType="Resource">{members}</rdf:li>'


def _default(text: str) -> str:
    return f'<rdf:li xml:lang="x-default">{_escape(text)}</rdf:li>'


def _escape(text: str) -> str:
    return text.translate(_ESCAPED)
