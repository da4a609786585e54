"""What a platform's answer to a call means, as the typed outcome of ``fahndung.errors``. Calls nothing.

For platforms that use the status codes of HTTP as they were meant; one with words of its own reads those first.
"""

import datetime as dt
import email.utils
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from fahndung.errors import AuthError, ChannelFailed, Duplicate, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Answer
from fahndung.law.periods import stamp

LONGEST_WAIT = dt.timedelta(days=1)
"""More than this no platform can ask for: an answer is untrusted, and must not keep a page online for ever."""
_EPOCH = re.compile(r"[0-9]{10,11}")


def accepted(answer: Answer, who: str) -> None:
    """Passes 200 to 204 and raises what any other answer to a write means.

    Args:
        who: the platform, as a person should read it; no address, no credential.

    Raises:
        RateLimited: 429. AuthError: 401, 403. Duplicate: 409. Rejected: any other 4xx but 408.
        OutcomeUnknown: 408, 5xx, a redirect, anything else.
    """
    status = answer.status
    if 200 <= status <= 204:
        return
    if status == 429:
        raise rate_limited(answer, who)
    if status in {401, 403}:
        raise unauthorised(answer, who)
    if status == 409:
        raise Duplicate(
            f"{who} says that it has this already. It is looked for before anything is sent again.",
            f"{who} meldet, das sei schon vorhanden. Vor jedem weiteren Senden wird danach gesucht.",
        )
    if 400 <= status < 500 and status != 408:
        raise Rejected(
            f"{who} refused it for good (status {status}). Correct the text or the pictures in a new revision.",
            f"{who} hat es endgültig abgelehnt (Status {status}). Bitte Text oder Bilder in einer neuen Revision "
            "berichtigen.",
        )
    raise OutcomeUnknown(
        f"{who} answered with status {status}; the call may have had its effect all the same.",
        f"{who} antwortete mit Status {status}; der Aufruf kann trotzdem gewirkt haben.",
    )


def readable(answer: Answer, who: str) -> None:
    """Passes 200 and raises what any other answer to a read or a deletion means; none of them is ever "nothing".

    Raises:
        RateLimited: 429. AuthError: 401, 403. ChannelFailed: anything else.
    """
    if answer.status == 429:
        raise rate_limited(answer, who)
    if answer.status in {401, 403}:
        raise unauthorised(answer, who)
    if answer.status != 200:
        raise ChannelFailed(
            f"{who} answered with status {answer.status}, which says nothing. It is asked again later.",
            f"{who} antwortete mit Status {answer.status}; das sagt nichts. Es wird später erneut gefragt.",
        )


def rate_limited(answer: Answer, who: str, *, scope: str = "account") -> RateLimited:
    """The error of an answer that asks to wait, with the wait that it names.

    ``Retry-After`` (RFC 9110, 10.2.3) counts; where it is missing, ``X-RateLimit-Reset``, ``X-Rate-Limit-Reset`` or
    ``RateLimit-Reset`` does, an instant as ISO 8601 or in seconds since 1970. Seconds and instants count from the
    answer's own ``Date``, so that two clocks that differ do not matter; what is none of these is as if it were missing,
    and nothing is longer than :data:`LONGEST_WAIT`.
    """
    said, date = answer.headers.get("retry-after", "").strip(), dated(answer.headers)
    wait: dt.timedelta | None = None
    resets = (answer.headers.get(name, "") for name in ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"))
    named = _instant(said) if said else _reset(next(filter(None, resets), "").strip())
    if said.isascii() and said.isdigit():
        wait = min(dt.timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    elif named is not None and date is not None:
        wait = min(max(named - date, dt.timedelta(0)), LONGEST_WAIT)
    until = None if date is None or wait is None else date + wait
    seconds = 0 if wait is None else math.ceil(wait.total_seconds())
    en, de = ("", "") if wait is None else (f" for {seconds} s", f" von {seconds} s")
    if until is not None:
        en, de = f"{en}, until {stamp(until).en}", f"{de}, bis {stamp(until).de}"
    return RateLimited(
        f"{who} asks to wait{en}: too many calls.",
        f"{who} bittet um eine Pause{de}: zu viele Aufrufe.",
        until=until,
        retry_after=wait,
        scope=scope,
    )


def dated(headers: Mapping[str, str]) -> dt.datetime | None:
    """When the platform sent an answer, by its own clock; None where its headers do not say."""
    return _instant(headers.get("date", ""))


def unauthorised(answer: Answer, who: str) -> AuthError:
    """The error of an answer that does not accept the credential."""
    status = answer.status
    return AuthError(
        f"{who} does not accept the credential, or it may not do this (status {status}). Renew it.",
        f"{who} erkennt die Zugangsdaten nicht an, oder sie dürfen das nicht (Status {status}). Bitte erneuern.",
    )


def document(answer: Answer, who: str) -> dict[str, Any]:
    """The JSON object in an answer's body; untrusted.

    Raises:
        OutcomeUnknown: it is none, so what the call did is unknown.
    """
    found = _json(answer)
    if isinstance(found, dict):
        return found
    raise OutcomeUnknown(
        f"{who} answered with something that is no JSON object. Check what answers there.",
        f"{who} antwortete mit etwas, das kein JSON-Objekt ist. Bitte prüfen, wer dort antwortet.",
    )


def objects(answer: Answer, who: str) -> list[dict[str, Any]]:
    """The JSON objects in an answer's body, which is a list of them; untrusted.

    Raises:
        ChannelFailed: it is none, which is not the same as an empty one.
    """
    found = _json(answer)
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    raise ChannelFailed(
        f"{who} answered with something that is no list of JSON objects. Check what answers there.",
        f"{who} antwortete mit etwas, das keine Liste von JSON-Objekten ist. Bitte prüfen, wer dort antwortet.",
    )


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _reset(text: str) -> dt.datetime | None:
    """The instant of an ``X-RateLimit-Reset``; a number too small to be one is none."""
    try:
        if _EPOCH.fullmatch(text):
            return dt.datetime.fromtimestamp(int(text), dt.UTC)
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _instant(text: str) -> dt.datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)
