"""What a search for faces found in the pictures of an appeal. Values only; says where a face is, never whose it is."""

import dataclasses
import enum

from fahndung.model.ids import ImageId
from fahndung.model.image import Box

SURE = 0.2
"""The score from which on a suggestion has to be decided; below it is told as possible.

Measured on 43 faces and 24 pictures without one: from 0.2 on 43 faces and 2 errors, from 0.1 on 43 faces, 13 errors.
"""


class Absence(enum.StrEnum):
    """Why nothing looked for faces: switched off by the home; nothing to look with; the same, though demanded."""

    OFF = "off"
    MISSING = "missing"
    DEMANDED = "demanded"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A suggestion: something in ``box`` looks like a face. ``score`` is the detector's, 0 to 1, two digits."""

    box: Box
    score: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What looked: its name, the SHA-256 of its weights (hexadecimal), the version of the library that ran them."""

    name: str
    sha256: str
    version: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A suggestion in px of the upright original.

    Attributes:
        hidden: the share of its box that is redacted or cropped away in what is published, 0 to 1.
        mask: the box that hides it with some room around, px of the upright original.
    """

    face: Face
    hidden: float
    mask: Box


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found in one picture: in the original before anything is hidden (``file`` is empty), or in a
    published ``file`` that was made of it.
    """

    image: ImageId
    file: str = ""
    seen: tuple[Seen, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Everything that was looked at, and with what; or why nothing was. Never complete: detectors miss faces."""

    instrument: Instrument | Absence
    looks: tuple[Look, ...] = ()
