"""What XMP says about persons, places, times and tools. XMP is foreign XML: no entities, no DTD, nothing is fetched."""

import re
from xml.parsers import expat

from fahndung.images.inventory import Fact

UNREADABLE = "XMP"
"""What XMP is called where it cannot be read to its end."""

_DEEPEST = 64
_MOST = 200
_LONGEST = 4096
_KINDS = (
    (re.compile(r"(Document|Instance|OriginalDocument|ContentIdent\w*)ID|documentID|instanceID"), "identifier"),
    (re.compile(r"serial|uniqueid", re.IGNORECASE), "serial"),
    (re.compile(r"gps(date|time)|(date|time)(?!zone)|^when$", re.IGNORECASE), "time"),
    (re.compile(r"^gps|city|state$|country|location|province|region$|address|l(at|ong)itude", re.IGNORECASE), "where"),
    (re.compile(r"xmptk|tool|software|firmware|^producer$|^Program", re.IGNORECASE), "software"),
    (
        re.compile(
            r"creator|author|artist|owner|rights|credit|^source|captionwriter|person|copyright|contact|^ci[A-Z]"
            r"|photographer|^name$|user(?!comment)",
            re.IGNORECASE,
        ),
        "owner",
    ),
    (re.compile(r"title|descri|subject|headline|caption|comment|keyword|instruct|label", re.IGNORECASE), "description"),
    (re.compile(r"^(make|model|lens(model)?)$", re.IGNORECASE), "device"),
)
_NO_VALUE = re.compile(r"^(rdf|xml|xmlns):|^x:xmpmeta$|^xmlns$")
_ANGLE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")


def facts(untrusted: bytes, what: str = "XMP") -> list[Fact]:
    """Each value whose name says that it is of interest, with the name of the nearest property around it."""
    reader = _Reader()
    start = untrusted.find(b"<")
    damaged: list[Fact] = []
    try:
        reader.parser.Parse(untrusted[max(0, start) :].rstrip(b"\0 \t\r\n"), True)
    except (expat.ExpatError, _RefusedError, ValueError):
        damaged = [("unreadable", UNREADABLE)]
    told: list[Fact] = []
    for name, value in reader.found:
        kind = kind_of(name.rpartition(":")[2])
        if kind and value.strip():
            told.append((kind, {"what": f"{what} {name}", "value": _degrees(value)}))
    return [*told, *damaged]


def _degrees(value: str) -> str:
    """``51,20.4N`` in decimal degrees, other values as they are."""
    found = _ANGLE.fullmatch(value.strip())
    if found is None:
        return value
    angle = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    return f"{round(-angle if found[4] in 'SW' else angle, 6):g}"


def kind_of(name: str) -> str:
    """The kind of finding that a property of this name is; empty for one that tells nothing about anybody."""
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), "")


class _RefusedError(Exception):
    """The document wants what XMP never needs."""


class _Reader:
    """Collects text and attributes by the name of the property that they belong to; namespaces are not resolved."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words

    def _refuse(self, *_: object) -> int:
        raise _RefusedError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        if len(self._path) == _DEEPEST:
            raise _RefusedError
        self._path.append(name)
        for key, value in attributes.items():
            if not _NO_VALUE.match(key):
                self._note(key, value)

    def _end(self, _name: str) -> None:
        self._flush()
        self._path.pop()

    def _words(self, text: str) -> None:
        if sum(map(len, self._text)) < _LONGEST:
            self._text.append(text[:_LONGEST])

    def _flush(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            self._note(next((name for name in reversed(self._path) if not _NO_VALUE.match(name)), ""), text)

    def _note(self, name: str, value: str) -> None:
        if len(self.found) == _MOST:
            raise _RefusedError
        self.found.append((name, value))
