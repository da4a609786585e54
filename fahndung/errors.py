"""Every error of the project: its exit code, what happened, what to do.

Does not print and does not decide; the command line turns an error into text and an exit code.
"""

import dataclasses
import enum
from collections.abc import Iterable
from typing import NamedTuple


class Message(NamedTuple):
    """One sentence (or two) in English and in German."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        """The German text for ``de``, the English one for anything else."""
        return self.de if language == "de" else self.en


class Severity(enum.StrEnum):
    """How much a finding weighs: ``block`` stops the appeal, ``warn`` is told and passed."""

    BLOCK = "block"
    WARN = "warn"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about a record, an image, a text or a release.

    Attributes:
        rule: the rule's id (``R01`` … ``R45``), or ``schema``, ``record``, ``image``.
        field: JSON pointer without the leading slash (``persons/0/height_cm``), empty for the whole.
        source: the norm, directive or measurement behind it; empty where there is none.
    """

    rule: str
    severity: Severity
    field: str
    message: Message
    source: str = ""


class FahndungError(Exception):
    """The root of all errors a caller may meet. ``exit_code`` is the command line's."""

    exit_code = 1

    def __init__(self, en: str, de: str, *, problems: Iterable[Problem] = ()) -> None:
        super().__init__(en)
        self.message = Message(en, de)
        self.problems = tuple(problems)


class UsageError(FahndungError):
    """The call itself is wrong: an unknown name, a missing option, a missing key."""

    exit_code = 2


class InvalidRecord(FahndungError):
    """The record or a file that it names is not valid; ``problems`` holds every finding."""

    exit_code = 3


class InvalidConfig(FahndungError):
    """The home's configuration is not valid."""

    exit_code = 3


class NotPublishable(FahndungError):
    """Law, approval or integrity forbids it, or the platform refused it for good."""

    exit_code = 4


class UnsafeImage(FahndungError):
    """An image cannot be made safe: undecodable, hostile, too large, or a leak in the output."""

    exit_code = 5


class ChannelFailed(FahndungError):
    """A channel could not be reached or answered wrongly; a retry can help."""

    exit_code = 6


class Busy(ChannelFailed):
    """Another run is working in this home."""


class StillOnline(FahndungError):
    """Something is, or may be, online that should not be."""

    exit_code = 7


class LedgerMissing(StillOnline):
    """The ledger is missing, empty or from another home: nobody knows what is online."""
