"""What the parts of a foreign picture say in words: XMP, IPTC, PNG texts, C2PA. Facts only; run it in the child."""

import re
from collections.abc import Iterable, Iterator

from fahndung.images import areas, iptc, xmp
from fahndung.images.areas import Area
from fahndung.images.inventory import Fact
from fahndung.images.probing import Probe

_CLAIM_KEYS = {
    b"claim_generator": "software",
    b"softwareAgent": "software",
    b"name": "description",
    b"dc:title": "description",
    b"author": "owner",
    b"when": "time",
    b"instanceID": "identifier",
}
_CLAIM = re.compile(
    rb"(?:\x6fclaim_generator|\x6dsoftwareAgent|\x64name|\x68dc:title|\x66author|\x64when|\x6ainstanceID)"
    rb"(?:\xc0)?(?:([\x60-\x77])|\x78(.)|\x79(..))",
    re.DOTALL,
)
_JSON = re.compile(rb'"(name|author|when|softwareAgent|claim_generator)"\s*:\s*"((?:[^"\\]|\\.){1,400})"')
_MOST = 100


def facts(untrusted: bytes, probe: Probe, found: Iterable[Area]) -> list[Fact]:
    """What the areas name, in their order, each once."""
    told: list[Fact] = list(_texts(untrusted[: probe.end])) if probe.format == "PNG" else []
    for area in found:
        told.extend(_area(area))
    return list({repr(fact): fact for fact in told}.values())


def _area(area: Area) -> Iterator[Fact]:
    if area.where == "XMP":
        yield from xmp.facts(area.data)
    elif area.where == "IPTC":
        yield from iptc.fields(area.data)
    elif area.where == "C2PA":
        yield from _claims(area.data)
    elif area.where == "Photoshop":
        for where, body in iptc.within(area.data):
            yield from _area(Area(where, body))


def _texts(data: bytes) -> Iterator[Fact]:
    for kind, body in areas.chunks(data):
        if kind in {b"tEXt", b"zTXt", b"iTXt"}:
            name, value = areas.png_text(kind, body)
            if name != "XML:com.adobe.xmp" and not name.startswith("Raw profile"):
                text = value.decode("utf-8" if kind == b"iTXt" else "latin-1", "replace")
                yield xmp.kind_of(name) or "description", {"what": f"PNG {name}", "value": text}


def _claims(data: bytes) -> Iterator[Fact]:
    """Names, times and tools of a C2PA manifest: CBOR text behind a known key, or the same in JSON.

    Looks for the keys and does not check the manifest: a signature is not verified, a nested claim is told as well.
    """
    if b"c2pa.thumbnail" in data:
        yield "c2pa-thumbnail", True
    for count, found in enumerate(_CLAIM.finditer(data)):
        if count == _MOST:
            return
        key = re.match(rb".([A-Za-z_:]+)", found[0], re.DOTALL)
        size = found[1][0] - 0x60 if found[1] else int.from_bytes(found[2] or found[3], "big")
        name = next((known for known in _CLAIM_KEYS if key and key[1].startswith(known)), b"name")
        yield _claim(name, data[found.end() : found.end() + size])
    for count, found in enumerate(_JSON.finditer(data)):
        if count == _MOST:
            return
        yield _claim(found[1], found[2])


def _claim(key: bytes, value: bytes) -> Fact:
    text = value.decode("utf-8", "replace")
    return _CLAIM_KEYS[key], {"what": f"C2PA {key.decode('ascii')}", "value": text}
