"""Sends on every way at once and says what became of each message: no way waits for another, and none for ever."""

import dataclasses
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from fahndung.alerting import command, mail, webhook
from fahndung.alerting.notice import Notice
from fahndung.errors import Message
from fahndung.model.alarm import CommandWay, Route, WebhookWay
from fahndung.model.mail import MailServer

TOGETHER_S = 45.0
"""How many seconds a whole run may take."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One notice on one route."""

    route: Route
    notice: Notice


def send(
    errands: Sequence[Errand], server: MailServer | None, *, now: dt.datetime, together_s: float = TOGETHER_S
) -> list[Message | None]:
    """What became of each errand, in their order: None if it was taken, else why it may not have been.

    Args:
        together_s: seconds after which what has not been answered counts as failed.
    """
    lanes: dict[str, list[int]] = {}
    for number, errand in enumerate(errands):
        lanes.setdefault("" if errand.route.address is not None else errand.route.key, []).append(number)
    running = [_Lane([errands[number] for number in numbers], server, now) for numbers in lanes.values()]
    end = time.monotonic() + together_s
    for lane in running:
        lane.start()
    told: list[Message | None] = [None] * len(errands)
    for lane, numbers in zip(running, lanes.values(), strict=True):
        lane.join(max(0.0, end - time.monotonic()))
        for number, message in zip(numbers, lane.outcome(), strict=True):
            told[number] = message
    return told


class _Lane(threading.Thread):
    """The errands that go one after the other: those of one mail server, or of one program or webhook."""

    def __init__(self, errands: Sequence[Errand], server: MailServer | None, now: dt.datetime) -> None:
        super().__init__(daemon=True, name="fahndung-alarm")
        self._errands, self._server, self._now = errands, server, now
        self._told: list[Message | None] = []
        self._failed: Message | None = None

    def run(self) -> None:
        try:
            for message in self._outcomes():
                self._told.append(message)
        except Exception as error:  # noqa: BLE001 RUF100  # a bug on one way must not silence the others
            kind = type(error).__name__
            self._failed = Message(
                f"a bug stopped this way ({kind})", f"Ein Programmfehler hielt diesen Weg auf ({kind})"
            )

    def outcome(self) -> list[Message | None]:
        """What became of each errand by now."""
        missing = self._failed or Message(
            "there was no answer in time; it is tried again",
            "Es kam nicht rechtzeitig eine Antwort; neuer Versuch folgt",
        )
        told = list(self._told)
        return told + [missing] * (len(self._errands) - len(told))

    def _outcomes(self) -> Iterator[Message | None]:
        if self._errands[0].route.address is None:
            yield from _each(self._errands, self._one)
        elif self._server is None:
            raise ValueError("a route by mail without a server")
        else:
            letters = [(errand.route.address or "", errand.notice) for errand in self._errands]
            yield from mail.send(self._server, letters, now=self._now)

    def _one(self, errand: Errand) -> Message | None:
        match errand.route.way:
            case CommandWay(command=words):
                return command.run(words, errand.notice)
            case WebhookWay() as way:
                return webhook.post(way, errand.notice, now=self._now)
        raise ValueError("a route that is neither a program nor a webhook")


def _each(errands: Sequence[Errand], one: Callable[[Errand], Message | None]) -> Iterator[Message | None]:
    """One after the other; after the first failure the others would only wait for the same."""
    failed: Message | None = None
    for errand in errands:
        failed = failed or one(errand)
        yield failed
