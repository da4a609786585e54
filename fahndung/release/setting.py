"""What a release depends on besides the record. Holds values, decides nothing."""

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fahndung.model.faces import Absence
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium

if TYPE_CHECKING:
    from fahndung.images.faces import Detector


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a release depends on besides the record.

    Attributes:
        salt: random bytes stored at submit; names and markers are derived from it.
        accounts: channel name to base address (None for channels without pages of their own).
        channels: the accounts to which the appeal goes, in the order of the record.
        media: the media that will be used. ends: the end of each medium as known at build.
        robots: what the page has to tell search engines.
        norms_version, rules_version: the editions of the norms and of the rules that judged it (R45).
        templates_home: folder whose ``templates/`` overrides the project's own.
        detector: what looks for faces in the pictures, or why nothing does.
        face_cards: whether the force wants cards with a face where the order names the press.
        pictured: the accounts whose policy lets pictures of things go along with a post.
        sites: the accounts that put up every file of a release: a page in each language.
    """

    salt: bytes
    accounts: Mapping[str, str | None]
    channels: tuple[ChannelName, ...]
    media: frozenset[Medium]
    ends: Mapping[Medium, dt.datetime | None]
    imprint: tuple[str, ...]
    robots: frozenset[str]
    norms_version: str
    rules_version: str
    templates_home: pathlib.Path | None = None
    pictured: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    face_cards: bool = False
    detector: "Detector | Absence" = Absence.MISSING

    @property
    def earliest_end(self) -> dt.datetime | None:
        """The first instant at which some medium must be empty; None if no end is known."""
        return min((end for end in self.ends.values() if end is not None), default=None)
