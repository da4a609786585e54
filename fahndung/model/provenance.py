"""What original files say of where they come from. Values only."""

import dataclasses
import datetime as dt


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """When the camera's own clock says that a picture was taken.

    Attributes:
        instants: UTC; two where local time was repeated and no zone was written.
        tag: the field it stands in: ``DateTimeOriginal``, or ``DateTimeDigitized`` where that is missing.
        zoned: the file names the offset; otherwise it was read as local time in Europe/Berlin.
    """

    instants: tuple[dt.datetime, ...]
    tag: str
    zoned: bool

    def __post_init__(self) -> None:
        if not self.instants or any(instant.utcoffset() is None for instant in self.instants):
            raise ValueError("a capture needs instants with an offset")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A picture of another case of the home. ``same``: byte for byte; otherwise it only looks nearly the same."""

    appeal: str
    revision: int
    image: str
    same: bool
