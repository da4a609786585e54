"""Throws mutated maker notes in HEIC files at their reader: ``python -m tests.fuzz.notes --seconds 600``.

The reader may fail, or be stopped after so many values; what it tells must be what the parent takes, and nothing but
``Exception`` may leave it. Some of the files go the whole way, through the child.
"""

import json
import struct

import atheris

with atheris.instrument_imports(include=["exifread", "fahndung.images"]):
    from fahndung.images import answers, evidence
    from fahndung.images.limits import Limits
    from fahndung.images.probing import Probe

from tests.fuzz.searching import search
from tests.images.originals import heif

SHARE = 500
"""Of so many files one is inspected in the child."""
LIMITS = Limits(cpu_s=5, wall_s=30, memory=2**29, reads=500)
"""Few values, or a mutated count makes the search wait for a reader that does the same again and again."""

counted = {"executions": 0, "told": 0, "unreadable": 0, "facts": 0}


def one(untrusted: bytes) -> None:
    counted["executions"] += 1
    data = heif(b"\0\0\0\0" + untrusted, b"<x dc:creator='a'/>")
    probe = Probe(format="HEIF", width=1, height=1, end=len(data))
    answer = evidence.notes(data, probe, LIMITS)
    told = answers.facts(json.loads(json.dumps(answer.header))["facts"], evidence.NOTES, evidence.MOST + 1)
    kinds = {kind for kind, _ in told}
    counted["facts"] += len(told)
    counted["unreadable"] += "unreadable" in kinds
    counted["told"] += bool(kinds - {"unreadable"})
    if counted["executions"] % SHARE == 0:
        found = evidence.inspect(data, name="a.heic", limits=LIMITS)
        assert all(text.isprintable() for language in ("de", "en") for text in found.sentences(language))


def block(make: str, note: bytes, order: str = "<") -> bytes:
    """A TIFF block as in EXIF: the maker's name, and a maker note."""
    name = make.encode() + b"\0"
    first, inner = 8, 8 + 2 + 2 * 12 + 4
    where = inner + 2 + 12 + 4
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", first)
    ifd0 = struct.pack(order + "HHHIIHHII", 2, 0x010F, 2, len(name), where, 0x8769, 4, 1, inner) + bytes(4)
    exif = struct.pack(order + "HHHII", 1, 0x927C, 7, len(note), where + len(name)) + bytes(4)
    return head + ifd0 + exif + name + note


def ifd(*entries: tuple[int, bytes], order: str = "<") -> bytes:
    """Entries of text, at most four bytes each or so many as fit behind, as most maker notes hold them."""
    body = struct.pack(order + "H", len(entries))
    for tag, text in entries:
        body += struct.pack(order + "HHI", tag, 2, len(text)) + text[:4].ljust(4, b"\0")
    return body + bytes(4)


def seeds() -> dict[str, bytes]:
    """Name and bytes of each: the beginnings by which exifread tells makers."""
    plain = ifd((0x0006, b"abc"), (0x0009, b"own"), (0x001D, b"123"), (0x0007, b"fw1"), (0x000C, b"\1\2\3"))
    nikon = b"Nikon\0\2\x10\0\0II*\0\x08\0\0\0" + plain
    return {
        "canon": block("Canon", plain),
        "canon-mm": block("Canon", ifd((0x0006, b"abc"), (0x0009, b"own"), order=">"), ">"),
        "nikon-3": block("NIKON CORPORATION", nikon),
        "nikon-1": block("NIKON", b"Nikon\0\1\0" + plain),
        "nikon-plain": block("NIKON", plain),
        "olympus": block("OLYMPUS", b"OLYMP\0\1\0" + plain),
        "olympus-new": block("OLYMPUS", b"OLYMPUS\0II\3\0" + plain),
        "casio": block("CASIO", plain),
        "fuji": block("FUJIFILM", b"FUJIFILM\x0c\0\0\0" + plain),
        "apple": block("Apple", b"Apple iOS\0\0\1MM" + ifd((0x0006, b"abc"), order=">"), ">"),
        "dji": block("DJI", plain),
        "panasonic": block("Panasonic", b"Panasonic\0\0\0" + plain),
        "sony": block("SONY", b"SONY DSC \0\0\0" + plain),
        "pentax": block("PENTAX", b"AOC\0MM" + ifd((0x0006, b"abc"), order=">"), ">"),
    }


if __name__ == "__main__":
    search(one, seeds(), counted)
