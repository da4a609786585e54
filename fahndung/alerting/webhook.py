"""Posts a notice as signed JSON: HMAC-SHA256 over the instant and the body, so that a receiver can tell it is real."""

import datetime as dt

import rfc8785

from fahndung import credentials, http, signed
from fahndung.alerting.notice import Notice
from fahndung.errors import FahndungError, Message
from fahndung.model.alarm import WebhookWay

TIMEOUT_S = 20.0
_TAKEN = range(200, 300)


def post(way: WebhookWay, notice: Notice, *, now: dt.datetime, timeout_s: float = TIMEOUT_S) -> Message | None:
    """None if the receiver answered 2xx, else why the notice may not have arrived."""
    body = rfc8785.dumps({**notice.document, "key": notice.key, "text": notice.text})  # type: ignore[dict-item]  # JSON values by Notice's contract
    try:
        secret = credentials.read(way.credential)
        headers = {"Content-Type": "application/json"} | signed.headers(body, secret, at=now)
        answer = http.post(way.url, body=body, headers=headers, timeout_s=timeout_s)
    except FahndungError as error:
        return error.message
    if answer.status not in _TAKEN:
        return Message(
            f"the receiver of the webhook {way.name} answered {answer.status}",
            f"Der Empfänger des Webhooks {way.name} antwortete {answer.status}",
        )
    return None
