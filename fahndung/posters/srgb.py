"""The colour profile that our PDFs name: sRGB, made here, so that it is the same on every machine and holds no clock.

Version 4 of the ICC's format, with the transfer curve in closed form. Converts nothing.
Source: ICC.1:2010 (profile format), IEC 61966-2-1 (sRGB); primaries adapted to D50 as in the ICC's own sRGB profiles.
"""

import functools
import struct

NAME = "sRGB IEC61966-2.1"
"""How the output intent calls it: a name of the ICC's registry."""

_DAY = (2000, 1, 1, 0, 0, 0)
_D50 = (0xF6D6, 0x10000, 0xD32D)
"""X, Y, Z of the profile connection space in 1/65536."""
_COLORANTS = {
    "rXYZ": (0x6FA2, 0x38F5, 0x390),
    "gXYZ": (0x6299, 0xB785, 0x18DA),
    "bXYZ": (0x24A0, 0xF84, 0xB6CF),
}
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""g, a, b, c, d of Y = (aX + b)^g from d on, Y = cX below."""
_FROM_D65 = (1.0479298, 0.0229468, -0.0501922, 0.0296278, 0.9904344, -0.0170738, -0.0092430, 0.0150552, 0.7518743)
"""Bradford's adaptation, row by row."""


@functools.cache
def profile() -> bytes:
    """The profile's bytes."""
    tags = {
        "desc": _text("sRGB"),
        "cprt": _text("No copyright, use freely"),
        "wtpt": _xyz(_D50),
        "chad": b"sf32" + bytes(4) + b"".join(map(_fixed, _FROM_D65)),
        **{name: _xyz(values) for name, values in _COLORANTS.items()},
        "rTRC": b"para" + bytes(4) + struct.pack(">HH", 3, 0) + b"".join(map(_fixed, _CURVE)),
    }
    start = 128 + 4 + 12 * (len(tags) + 2)
    table, body = b"", b""
    for name, data in tags.items():
        entry = struct.pack(">II", start + len(body), len(data))
        for shared in ("rTRC", "gTRC", "bTRC") if name == "rTRC" else (name,):
            table += shared.encode() + entry
        body += data + bytes(-len(data) % 4)
    count = struct.pack(">I", len(tags) + 2)
    return _header(start + len(body)) + count + table + body


def _header(size: int) -> bytes:
    return struct.pack(
        ">I4sI4s4s4s6H4s28x3I48x", size, bytes(4), 0x04200000, b"mntr", b"RGB ", b"XYZ ", *_DAY, b"acsp", *_D50
    )


def _text(value: str) -> bytes:
    written = value.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(written), 28) + written


def _xyz(values: tuple[int, int, int]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *values)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))
