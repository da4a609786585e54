"""What an answer of one of Meta's Graph APIs means, as a typed outcome of ``fahndung.errors``. Calls nothing.

Knows no platform: each says its name and what a person has to do. Source: developers.facebook.com, "Handle errors" and
"Rate limits", read 2026-11-26. All of it is untrusted.
"""

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

from fahndung.channels import answers
from fahndung.errors import (
    AuthError,
    ChannelFailed,
    Duplicate,
    FahndungError,
    Message,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from fahndung.http import Answer

THROTTLED = frozenset({4, 17, 32, 341, 613, 1390008, *range(80000, 80015)})
"""Too many calls; 80000 to 80014 are those of one business, 80001 those of one Page."""
OF_THE_APP = 4
"""The one among them that counts all calls of the application."""
UNAUTHORISED = frozenset({3, 10, 102, 190, *range(200, 300)})
TRANSIENT = frozenset({1, 2})
PARAMETER, NO_SUCH_OBJECT, DUPLICATE, BLOCKED = 100, 33, 506, 368
NO_IMAGE = 324
"""A picture that is missing or that it does not take (reference of ``/{page}/photos``)."""
_USAGES = ("x-business-use-case-usage", "x-app-usage")
_PERCENTS = ("call_count", "total_time", "total_cputime")
_TRACE = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The error in an answer.

    Attributes:
        transient: whether Facebook says that it may go away by itself.
        proof: whether it is about ``appsecret_proof``. trace: what Facebook's support asks for; empty: not told.
    """

    code: int
    subcode: int
    transient: bool
    proof: bool
    trace: str

    @property
    def kind(self) -> tuple[int, int]:
        """Code and subcode."""
        return self.code, self.subcode

    def __str__(self) -> str:
        subcode = f", subcode {self.subcode}" if self.subcode else ""
        return f"code {self.code}{subcode}{f', trace {self.trace}' if self.trace else ''}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of its calls an application or a Page has used up, and how long it has to wait; None: not told."""

    percent: float
    wait: dt.timedelta | None


def problem(answer: Answer) -> Problem | None:
    """The error that an answer tells; None: it tells none that can be read."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        return None
    trace, subcode = error.get("fbtrace_id"), error.get("error_subcode")
    return Problem(
        code=error["code"],
        subcode=subcode if isinstance(subcode, int) else 0,
        transient=error.get("is_transient") is True,
        proof="appsecret_proof" in str(error.get("message")),
        trace=trace if isinstance(trace, str) and _TRACE.fullmatch(trace) else "",
    )


def is_missing(answer: Answer) -> bool:
    """Whether it says that an object does not exist or may not be seen: which of the two, it does not say."""
    found = problem(answer)
    return found is not None and answer.status in {400, 404} and found.kind == (PARAMETER, NO_SUCH_OBJECT)


def usage(answer: Answer) -> Usage:
    """What the headers of an answer tell of the calls that are left; no wait is longer than ``LONGEST_WAIT``."""
    percent, minutes = 0.0, 0.0
    for row in _usages(answer):
        percent = max([percent, *(_number(row.get(name)) for name in _PERCENTS)])
        minutes = max(minutes, _number(row.get("estimated_time_to_regain_access")))
    most = answers.LONGEST_WAIT / dt.timedelta(minutes=1)
    return Usage(percent=percent, wait=dt.timedelta(minutes=min(minutes, most)) if minutes else None)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """One Graph API.

    Attributes:
        who: the platform, as a person should read it.
        renew: what to do where a credential is not accepted. correct: where it refuses something for good.
    """

    who: str
    renew: Message
    correct: Message

    def written(self, answer: Answer) -> dict[str, Any]:
        """What a write says that it did.

        Raises:
            RateLimited, AuthError, Duplicate, Rejected: as the error's code says. OutcomeUnknown: anything else.
        """
        found = problem(answer)
        if found is not None:
            raise self._failure(answer, found)
        answers.accepted(answer, self.who)
        return answers.document(answer, self.who)

    def readable(self, answer: Answer) -> dict[str, Any]:
        """What a read or a deletion says.

        Raises:
            RateLimited, AuthError: as the error's code says. ChannelFailed: anything else; none of it is ever
                "nothing".
        """
        found = problem(answer)
        if found is None:
            answers.readable(answer, self.who)
            return answers.document(answer, self.who)
        error = self._failure(answer, found)
        raise error if isinstance(error, NotSent) else ChannelFailed(*error.message)

    def limited(self, en: str, de: str, *, wait: dt.timedelta | None, scope: str = "account") -> RateLimited:
        """The error that says to wait."""
        return RateLimited(
            f"{self.who}: {en}",
            f"{self.who}: {de}",
            retry_after=wait,
            scope=scope,
        )

    def _failure(self, answer: Answer, found: Problem) -> FahndungError:
        if found.code in THROTTLED:
            en = f"it asks to wait, too many calls ({found})."
            de = f"Es bittet um eine Pause, zu viele Aufrufe ({found})."
            return self.limited(en, de, wait=usage(answer).wait, scope="app" if found.code == OF_THE_APP else "account")
        if found.code in UNAUTHORISED or found.proof:
            return AuthError(
                f"{self.who} does not accept the credential, or it may not do this ({found}). {self.renew.en}",
                f"{self.who} erkennt die Zugangsdaten nicht an, oder sie dürfen das nicht ({found}). {self.renew.de}",
            )
        if found.code == DUPLICATE:
            return Duplicate(
                f"{self.who} says that it has this already ({found}). It is looked for before anything is sent again.",
                f"{self.who} meldet, das sei schon vorhanden ({found}). Vor jedem weiteren Senden wird danach gesucht.",
            )
        if found.code in {PARAMETER, BLOCKED, NO_IMAGE} and not found.transient:
            return Rejected(
                f"{self.who} refused it for good ({found}). {self.correct.en}",
                f"{self.who} hat es endgültig abgelehnt ({found}). {self.correct.de}",
            )
        return OutcomeUnknown(
            f"{self.who} failed ({found}); the call may have had its effect all the same.",
            f"{self.who} meldet einen Fehler ({found}); der Aufruf kann trotzdem gewirkt haben.",
        )


def _usages(answer: Answer) -> Iterator[dict[str, Any]]:
    for name in _USAGES:
        try:
            told = json.loads(answer.headers.get(name, "{}"))
        except (ValueError, RecursionError):
            continue
        rows = [told]
        if isinstance(told, dict) and all(isinstance(one, list) for one in told.values()):
            rows = [row for several in told.values() for row in several]
        yield from (row for row in rows if isinstance(row, dict))


def _number(value: object) -> float:
    """A number that makes sense here; anything else is none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9 else 0.0
