"""What an answer of the Bot API means, as the typed outcome of ``fahndung.errors``; without the token. Calls nothing.

Source: https://core.telegram.org/bots/api ("Making requests", ResponseParameters), read 2026-11-26. The words of the
descriptions are documented nowhere; they are those that the server's source and its users' reports have.
"""

import datetime as dt
import json
from typing import Any

from fahndung.channels import answers
from fahndung.errors import AuthError, ChannelFailed, FahndungError, OutcomeUnknown, RateLimited, Rejected
from fahndung.http import Answer

WHO = "Telegram"
GONE = ("message to delete not found", "message to edit not found", "message_id_invalid")
TOO_LATE = ("message can't be deleted",)
UNCHANGED = ("message is not modified",)
_SHUT_OUT = (
    "chat not found",
    "administrator rights",
    "not enough rights",
    "have no rights",
    "chat_admin_required",
    "chat_write_forbidden",
)
"""Descriptions with status 400 that no other text would change: the bot may not do this there."""
_LONGEST = 200


class Refused(Exception):  # noqa: N818 RUF100  # its caller makes an error of it, or a success
    """Status 400: the call had no effect; ``description`` in small letters says why."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description

    def says(self, *words: str) -> bool:
        """Whether the description has one of them."""
        return any(one in self.description for one in words)

    def rejected(self) -> Rejected:
        """The error of a text that Telegram does not take."""
        return Rejected(
            f"{WHO} refused it for good ({self.description}). Correct the text in a new revision.",
            f"{WHO} hat es endgültig abgelehnt ({self.description}). Bitte den Text in einer neuen Revision "
            "berichtigen.",
        )


def result(answer: Answer, token: str, *, write: bool) -> Any:
    """What a call gave; untrusted.

    Args:
        token: is in no message.
        write: the call may have had an effect where no answer can be read.

    Raises:
        RateLimited: 429. AuthError: 401, 403, 404, a channel that is closed to the bot, a chat with another id.
        Refused: any other 400. OutcomeUnknown, or ChannelFailed where nothing was written: anything else.
    """
    told = _document(answer)
    if told is not None and told.get("ok") is True and answer.status == 200:
        return told.get("result")
    code = answer.status if told is None else told.get("error_code", answer.status)
    description = "" if told is None else str(told.get("description", ""))
    description = description.replace(token, "…")[:_LONGEST].lower()
    parameters = {} if told is None else told.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if code == 429:
        raise _limited(answer, parameters)
    if code in {401, 403, 404} and told is not None:
        raise _shut_out(description)
    if code == 400 and told is not None:
        if "migrate_to_chat_id" in parameters:
            raise _moved(parameters["migrate_to_chat_id"])
        refused = Refused(description)
        raise _shut_out(description) if refused.says(*_SHUT_OUT) else refused
    raise _unclear(answer.status, write=write)


def unfit(en: str, de: str) -> ChannelFailed:
    """The error of an answer, or a page, that is not as it has to be."""
    return ChannelFailed(f"{WHO}: {en}.", f"{WHO}: {de}.")


def _document(answer: Answer) -> dict[str, Any] | None:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("ok"), bool) else None


def _limited(answer: Answer, parameters: dict[str, Any]) -> RateLimited:
    """``parameters.retry_after`` counts, in seconds from the answer; else what its headers say."""
    said = parameters.get("retry_after")
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        return answers.rate_limited(answer, WHO, scope="channel")
    wait = min(dt.timedelta(seconds=min(said, 10**6)), answers.LONGEST_WAIT)
    return RateLimited(
        f"{WHO} asks to wait for {wait.total_seconds():g} s: too many calls.",
        f"{WHO} bittet um eine Pause ({wait.total_seconds():g} s): zu viele Aufrufe.",
        retry_after=wait,
        scope="channel",
    )


def _shut_out(description: str) -> AuthError:
    return AuthError(
        f"{WHO} does not accept the bot's token, or the bot may not do this in the channel ({description}). Renew the "
        "token, or make the bot an administrator who may post and delete messages.",
        f"{WHO} erkennt den Token des Bots nicht an, oder der Bot darf das im Kanal nicht ({description}). Bitte den "
        "Token erneuern oder den Bot als Admin eintragen, der Nachrichten veröffentlichen und löschen darf.",
    )


def _moved(untrusted_id: object) -> AuthError:
    to = untrusted_id if isinstance(untrusted_id, int) else "?"
    return AuthError(
        f"{WHO} says that this chat has another id now ({to}). Correct chat in the configuration; what was published "
        "under the old one a person has to remove.",
        f"{WHO} meldet, dass dieser Chat jetzt eine andere Kennung hat ({to}). Bitte chat in der Konfiguration "
        "berichtigen; was unter der alten veröffentlicht wurde, muss eine Person löschen.",
    )


def _unclear(status: int, *, write: bool) -> FahndungError:
    if write:
        return OutcomeUnknown(
            f"{WHO} answered with status {status} and nothing that can be read; the call may have had its effect.",
            f"{WHO} antwortete mit Status {status} und nichts Lesbarem; der Aufruf kann trotzdem gewirkt haben.",
        )
    return ChannelFailed(
        f"{WHO} answered with status {status} and nothing that can be read. It is asked again later.",
        f"{WHO} antwortete mit Status {status} und nichts Lesbarem. Es wird später erneut gefragt.",
    )
