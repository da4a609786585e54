"""The pictures of an appeal: where each comes from, whom it shows, and what of it nobody may see."""

import dataclasses
import datetime as dt
import enum

from fahndung.model.ids import ImageId, PersonId
from fahndung.model.instants import aware
from fahndung.model.texts import Localized


class SourceKind(enum.StrEnum):
    """Where a picture comes from."""

    CCTV = "cctv"
    ATM = "atm"
    FAMILY = "family"
    POLICE = "police"
    ID_DOCUMENT = "id-document"
    SKETCH = "sketch"
    INTERNET = "internet"
    OTHER = "other"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels of the upright image: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def bounds(self) -> "Box":
        """The smallest box around it: itself."""
        return self


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """The ellipse that touches all four sides of a box."""

    box: Box

    @property
    def bounds(self) -> Box:
        """The smallest box around it."""
        return self.box


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """Three or more corners, x and y in pixels of the upright image; the last is joined to the first."""

    points: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if len(self.points) < 3:
            raise ValueError(f"a polygon has three corners or more, not {len(self.points)}")

    @property
    def bounds(self) -> Box:
        """The smallest box around its corners."""
        across, down = [x for x, _ in self.points], [y for _, y in self.points]
        return Box(x=min(across), y=min(down), width=max(across) - min(across), height=max(down) - min(down))


Shape = Box | Ellipse | Polygon
"""What a redaction can have."""


class Fill(enum.StrEnum):
    """What hidden pixels become; neither comes from them."""

    SOLID = "solid"
    NOISE = "noise"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A part of a picture that nobody outside may see."""

    shape: Shape
    reason: str = "other"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VisibleFace:
    """A face of a picture that stays visible: that of a person of the record, or one that ``by`` waived for a reason.

    ``person`` or both of ``by`` and ``reason`` are there, never all three.
    """

    box: Box
    person: PersonId | None = None
    by: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.person is None) is not (self.by is not None and self.reason is not None):
            raise ValueError("a visible face is a person's, or waived by somebody for a reason")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a picture comes from and when it was taken."""

    kind: SourceKind
    holder: str | None = None
    capturer: str | None = None
    captured_at: dt.datetime | None = None
    clock_offset_s: int | None = None
    time_deviation_reason: str | None = None
    second_verifier: str | None = None

    def __post_init__(self) -> None:
        aware("source.captured_at", self.captured_at)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that the record names; ``file`` is relative to the case folder.

    ``object`` is the id of the thing (``Item``) that it shows; then it shows nobody, not even somebody hidden.
    ``frame`` is the number of the picture that is meant in a file of several (animation, pages), from 1.
    ``fill`` is what all its hidden pixels become.
    """

    id: ImageId
    file: str
    sha256: str
    shows: tuple[PersonId, ...] = ()
    alt: Localized
    caption: Localized | None = None
    source: Source
    verified_by: str | None = None
    redactions: tuple[Redaction, ...] = ()
    fill: Fill = Fill.SOLID
    crop: Box | None = None
    focus: Box | None = None
    faces: tuple[VisibleFace, ...] = ()
    sensitive: bool = False
    bystanders: str | None = None
    object: str | None = None
    frame: int | None = None

    @property
    def hidden(self) -> tuple[Shape, ...]:
        """The shapes of its redactions, not yet grown."""
        return tuple(redaction.shape for redaction in self.redactions)

    @property
    def picture(self) -> str:
        """Which picture of which file it is."""
        return self.sha256 if self.frame in {None, 1} else f"{self.sha256}#{self.frame}"

    @property
    def cut(self) -> str:
        """Which part of which picture it is: the same frame may be cut to one person and to another."""
        box = self.crop
        return self.picture if box is None else f"{self.picture}:{box.x},{box.y},{box.width},{box.height}"
