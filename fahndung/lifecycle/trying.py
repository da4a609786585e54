"""Logs in to one channel and says what it heard there: clock, limits, how sure the rights are. Posts nothing."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from fahndung import hearing
from fahndung.channels import answers
from fahndung.channels.base import Channel
from fahndung.channels.kinds import KIND_MEDIA, RIGHTS
from fahndung.channels.pages import Pages
from fahndung.errors import AuthError, ChannelFailed, Message
from fahndung.hearing import Heard
from fahndung.lifecycle import diagnosis, refusals
from fahndung.lifecycle.diagnosis import Finding, Verdict
from fahndung.model.mandate import Medium

_LIMIT = re.compile(r"(x-)?rate-?limit-[a-z-]{1,40}|x-(app|page|business-use-case)-usage")
_STRANGE = frozenset({301, 302, 307, 308, 404, 405, 410})
"""What answers so may be another server than the one that was meant."""
_PLAIN = re.compile(r"[ -~]{1,200}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a login showed.

    Attributes:
        clock: how this machine's clock stands to the platform's; None: it told no time.
        limits: what it told of limits and of how much is used up, by the names of its headers.
        rights: how it is known that the account may publish and delete (``base.RIGHTS``).
        witness: whether the platform's clock cannot be this machine's, as that of the force's own web server may be.
    """

    clock: Finding | None
    apart: dt.timedelta | None
    limits: Mapping[str, str]
    rights: Literal["tried", "told", "unknown"]
    witness: bool = False


def compared(tried: Mapping[str, Tried]) -> dict[str, Tried]:
    """The same, and whose clock is off: where one platform agrees with this machine, another's that does not is wrong.

    Two clocks that nobody set by one another are not wrong alike. Of one alone nobody can tell whose is wrong.
    """
    witnesses = [name for name, one in tried.items() if one.witness and one.apart is not None]
    agree = {
        name
        for name, one in tried.items()
        if one.witness and one.apart is not None and abs(one.apart) <= diagnosis.CLOCK_NEAR
    }
    whose = _THEIRS if agree else _WHOSE if len(witnesses) < 2 else None
    return {
        name: dataclasses.replace(one, clock=dataclasses.replace(one.clock, todo=whose))
        if whose is not None and one.clock is not None and one.clock.verdict is not Verdict.OK
        else one
        for name, one in tried.items()
    }


_WHOSE = Message(
    "one account alone cannot tell whose clock is wrong: test the others too ('fahndung channels test'), and set this "
    "machine's by NTP if it is this one's; until then nothing should be published",
    "Ein Konto allein zeigt nicht, wessen Uhr falsch geht: auch die anderen prüfen („fahndung channels test“) und die "
    "Uhr dieses Rechners per NTP stellen, falls es diese ist; bis dahin nichts veröffentlichen",
)
_THEIRS = Message(
    "the platform's clock is off, for others agree with this machine: tell its operator, and set nothing here",
    "Die Uhr der Plattform geht falsch, denn andere stimmen mit diesem Rechner überein: dem Betreiber melden, hier "
    "nichts stellen",
)


def attempt(channel: Channel, clock: Callable[[], dt.datetime]) -> Tried:
    """What ``check`` shows that passes; of a website also whether its server shows an end as it has to.

    Args:
        clock: this machine's.

    Raises:
        ChannelFailed, NotPublishable: as ``Channel.check``; an ``AuthError`` tells of a clock that is wrong as well.
            Where another server may have answered, the error says where to look.
    """
    heard: list[tuple[dt.datetime, Heard]] = []
    with hearing.listening(lambda answer: heard.append((clock(), answer)) if answer is not None else None):
        try:
            channel.check()
        except AuthError as error:
            found, (en, de) = _clock(channel, _apart(heard)), refusals.told(error, channel.name, channel.access())
            if found is None or found.verdict is Verdict.OK:
                raise AuthError(en, de) from error
            # whoever signs with the time is refused when it is wrong
            raise AuthError(f"{en} And {found.what.en}.", f"{de} Und: {found.what.de}.") from error
        except ChannelFailed as error:
            if not heard or heard[-1][1].status not in _STRANGE:
                raise
            en, de = error.message
            raise ChannelFailed(
                f"{en} Check in fahndung.toml whether that is the address of this platform.",
                f"{de} Bitte in fahndung.toml prüfen, ob das die Adresse dieser Plattform ist.",
            ) from error
    if isinstance(channel, Pages):
        channel.prove()
    apart = _apart(heard)
    limits = {name: value for _, answer in heard for name, value in _limits(answer)}
    return Tried(
        clock=_clock(channel, apart),
        apart=apart,
        limits=limits,
        rights=RIGHTS.get(channel.kind, "unknown"),
        witness=KIND_MEDIA.get(channel.kind) not in {None, Medium.WEBSITE},
    )


def _clock(channel: Channel, apart: dt.timedelta | None) -> Finding | None:
    if apart is None:
        return None
    than = Message(f"the platform of {channel.name}", f"Plattform von {channel.name}")
    return dataclasses.replace(diagnosis.clock("clock", apart, than), online=False)


def _apart(heard: Iterable[tuple[dt.datetime, Heard]]) -> dt.timedelta | None:
    """How far this clock is ahead, by the answer that shows it nearest: every one takes its time to arrive."""
    told = [at - date for at, answer in heard if (date := answers.dated(answer.headers)) is not None]
    return min(told, key=abs, default=None)


def _limits(answer: Heard) -> Iterable[tuple[str, str]]:
    return (
        (name, _as_instant(value) if name.endswith("-reset") else value)
        for name, value in answer.headers.items()
        if _LIMIT.fullmatch(name) and _PLAIN.fullmatch(value)
    )


def _as_instant(value: str) -> str:
    """Seconds since 1970 as an instant that people can read; a span in seconds, or anything else, as it is."""
    if not re.fullmatch(r"[1-9][0-9]{9}", value):
        return value
    return dt.datetime.fromtimestamp(int(value), dt.UTC).isoformat()
