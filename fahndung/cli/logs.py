"""What the worker says, as lines for people or as one JSON document a line; no secret of this machine stands in it.

Ids, states and the program's own sentences only. Decides nothing and keeps nothing.
"""

import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from fahndung import blotting, credentials
from fahndung.cli.call import note
from fahndung.cli.language import language, say
from fahndung.cli.wording import STATES
from fahndung.errors import Message
from fahndung.model.plain import instant_text

if TYPE_CHECKING:
    import datetime as dt

    from fahndung.lifecycle.claiming import Turned
    from fahndung.lifecycle.rounds import Round

Form = Literal["text", "json"]


class Log:
    """One line for each round, turn and trouble, on stderr."""

    def __init__(self, form: Form, secrets: Iterable[str] | None = None) -> None:
        """Secrets are those that this process can know (``credentials.known``)."""
        self._form = form
        self._logger = logging.Logger("fahndung.worker")
        handler = _Stderr()
        handler.addFilter(_NoSecrets(credentials.known() if secrets is None else secrets))
        self._logger.addHandler(handler)

    def event(self, name: str, message: Message, *, now: "dt.datetime", level: int = logging.INFO, **ids: Any) -> None:
        """One line: in the language of the terminal, or as JSON with an English sentence."""
        if self._form == "text":
            self._logger.log(level, "%s", message.in_language(language()))
            return
        known = {key: value for key, value in ids.items() if value is not None}
        document = {"at": instant_text(now), "level": logging.getLevelName(level).lower(), "event": name, **known}
        self._logger.log(level, "%s", json.dumps({**document, "message": message.en}, ensure_ascii=False))

    def trouble(self, message: Message, *, now: "dt.datetime") -> None:
        """Something was stopped."""
        self.event("trouble", message, now=now, level=logging.WARNING)

    def round(self, done: "Round", *, now: "dt.datetime") -> None:
        """Each turn that did something, and as JSON the round as a whole."""
        for turned in done.turned:
            if turned.outcome is not None or turned.why is not None:
                self._turn(turned, now)
        if self._form == "json":
            told = Message(f"{len(done.turned)} turns on {done.channel}", "")
            self.event("round", told, now=now, channel=done.channel, turns=len(done.turned), more=done.more)

    def _turn(self, turned: "Turned", now: "dt.datetime") -> None:
        row, why = turned.row, turned.why
        start, state = f"{row.appeal} r{row.revision} {row.channel}: ", row.state.value
        told = Message(start + state, start + STATES[state])
        told = told if why is None else Message(f"{told.en}: {why.en}", f"{told.de}: {why.de}")
        self.event(
            "turn",
            told,
            now=now,
            level=logging.INFO if why is None else logging.WARNING,
            appeal=row.appeal,
            revision=row.revision,
            channel=row.channel,
            publication=row.id,
            state=row.state.value,
            outcome=None if turned.outcome is None else type(turned.outcome).__name__.lower(),
            late_s=row.late_s,
        )


AT_WORK = Message("at work", "bei der Arbeit")
WAITING = Message("waiting for the calling place", "wartet auf den Platz am Kanal")
STOPPED = Message("stopped", "beendet")


class _Stderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """A full disk or a closed pipe must not stop a takedown."""
        try:
            note(record.getMessage())
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # its name in logging
        """Nobody is there to hear it."""


class _NoSecrets(logging.Filter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._forms = frozenset(form for secret in secrets for form in blotting.forms(secret))

    def filter(self, record: logging.LogRecord) -> bool:
        later = {form for secret in credentials.unlocked() for form in blotting.forms(secret)}
        record.msg, record.args = blotting.without(record.getMessage(), self._forms | later), ()
        return True


def form_help() -> str:
    """The help of ``--log``."""
    return say("lines for people, or one JSON document a line", "Zeilen für Menschen oder je Zeile ein JSON-Dokument")
