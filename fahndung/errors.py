"""Every error of the project: its exit code, what happened, what to do.

Does not print and does not decide; the command line turns an error into text and an exit code.
"""

import dataclasses
import datetime as dt
import enum
import errno
import os
from collections.abc import Iterable
from typing import NamedTuple, Self

GERMAN = {
    errno.EACCES: "keine Berechtigung",
    errno.EADDRINUSE: "die Adresse ist schon belegt",
    errno.EBUSY: "gerade in Benutzung",
    errno.ECONNREFUSED: "Verbindung abgelehnt",
    errno.EDQUOT: "das Kontingent ist erschöpft",
    errno.EEXIST: "gibt es schon",
    errno.EIO: "Ein- oder Ausgabefehler",
    errno.EISDIR: "ist ein Ordner",
    errno.ELOOP: "zu viele Verweise, oder ein Verweis, wo keiner sein darf",
    errno.EMFILE: "zu viele offene Dateien",
    errno.ENAMETOOLONG: "der Name ist zu lang",
    errno.ENOENT: "die Datei oder der Ordner fehlt",
    errno.ENOEXEC: "kein ausführbares Programm",
    errno.ENOMEM: "zu wenig Arbeitsspeicher",
    errno.ENOSPC: "kein Platz mehr auf dem Datenträger",
    errno.EFBIG: "die Datei würde zu groß",
    errno.ENOTDIR: "ist kein Ordner",
    errno.EPERM: "nicht erlaubt",
    errno.EPIPE: "die Gegenseite hat geschlossen",
    errno.EROFS: "der Datenträger ist nur lesbar eingehängt",
    errno.ETIMEDOUT: "Zeitüberschreitung",
}


class Message(NamedTuple):
    """One sentence (or two) in English and in German."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        """The German text for ``de``, the English one for anything else."""
        return self.de if language == "de" else self.en

    @classmethod
    def same(cls, text: str) -> "Message":
        """A name, an address, or what somebody wrote: the same in both languages."""
        return cls(text, text)

    @classmethod
    def joined(cls, parts: Iterable["Message"], between: str = "; ") -> "Message":
        """All of them in a row."""
        told = tuple(parts)
        return cls(between.join(one.en for one in told), between.join(one.de for one in told))


def os_reason(error: OSError) -> Message:
    """What the operating system said, which says it in English only."""
    known = error.errno in errno.errorcode
    en = os.strerror(error.errno) if known and error.errno else error.strerror or type(error).__name__
    return Message(en, GERMAN.get(error.errno or 0, en))


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


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The findings that stop an appeal."""
    return tuple(problem for problem in problems if problem.severity is Severity.BLOCK)


class FahndungError(Exception):
    """The root of all errors a caller may meet.

    Attributes:
        exit_code: the command line's.
        effect_possible: of what a channel raises: whether more may be online now than its checkpoint was told of.
            True unless the class knows better: an unknown outcome counts as published.
    """

    exit_code = 1
    effect_possible = True

    def __init__(self, en: str, de: str, *, problems: Iterable[Problem] = ()) -> None:
        super().__init__(en)
        self.message = Message(en, de)
        self.problems = tuple(problems)

    @classmethod
    def over(cls, problems: Iterable[Problem]) -> Self:
        """The error that findings amount to: its message tells those that block, each with its field."""
        found = tuple(problems)
        stopping = blocking(found)
        return cls(
            "; ".join(f"{one.field}: {one.message.en}" for one in stopping),
            "; ".join(f"{one.field}: {one.message.de}" for one in stopping),
            problems=found,
        )


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


class Rejected(NotPublishable):
    """The platform refused this for good; nothing came of this call."""

    effect_possible = False


class UnsafeImage(FahndungError):
    """An image cannot be made safe: undecodable, hostile, too large, or a leak in the output."""

    exit_code = 5


class ChannelFailed(FahndungError):
    """A channel could not be reached or answered wrongly; a retry can help."""

    exit_code = 6


class Busy(ChannelFailed):
    """Another run is working in this home."""


class NotSent(ChannelFailed):
    """Surely nothing arrived: no connection stood, or the platform said no before it did anything."""

    effect_possible = False


class PlaceLost(NotSent):
    """What was to be put in the place of something cannot be: that is gone, or cannot be changed any more."""


class RateLimited(NotSent):
    """Not now: the platform counts calls.

    Attributes:
        until: when it may be tried again, if the platform named an instant.
        retry_after: how long it asked to wait.
        scope: what is limited, in the channel's own words (``account``, ``app`` …).
    """

    def __init__(
        self,
        en: str,
        de: str,
        *,
        until: dt.datetime | None = None,
        retry_after: dt.timedelta | None = None,
        scope: str = "account",
    ) -> None:
        if until is not None and until.tzinfo is None:
            raise ValueError("until needs a time zone")
        super().__init__(en, de)
        self.until, self.retry_after, self.scope = until, retry_after, scope


class AuthError(NotSent):
    """The platform does not know the credential, or does not let it do this. Waiting alone does not help."""


class OutcomeUnknown(ChannelFailed):
    """It may have had its effect: no answer, a broken answer, or an error after the request had left."""


class Duplicate(ChannelFailed):
    """The platform says that it has this already: look for it before anything else."""


class WindowClosed(FahndungError):
    """The platform lets nobody remove this through its interface any more; a person has to."""

    exit_code = 6


class Replaced(WindowClosed):
    """It could not be removed any more, so its approved closing notice was put in its place; a person has to remove it.

    Of several things all: where one of them still shows what it showed, it is a plain ``WindowClosed``.
    """


class Unsupported(FahndungError):
    """The channel cannot do this at all; a person has to."""

    exit_code = 6
    effect_possible = False


class StillOnline(FahndungError):
    """Something is, or may be, online that should not be."""

    exit_code = 7


class LedgerMissing(StillOnline):
    """The ledger is missing, empty or from another home: nobody knows what is online."""


def refuse_blocking(problems: Iterable[Problem]) -> None:
    """Raises if any finding blocks.

    Raises:
        NotPublishable: with every finding.
    """
    found = tuple(problems)
    if stopping := blocking(found):
        raise NotPublishable(
            "; ".join(problem.message.en for problem in stopping),
            "; ".join(problem.message.de for problem in stopping),
            problems=found,
        )
