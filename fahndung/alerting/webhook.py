"""Posts a notice as signed JSON: HMAC-SHA256 over the instant and the body, so that a receiver can tell it is real."""

import datetime as dt
import hashlib
import hmac

import rfc8785

from fahndung import credentials, http
from fahndung.alerting.notice import Notice
from fahndung.errors import FahndungError, Message
from fahndung.model.alarm import WebhookWay

TIMEOUT_S = 20.0
TIMESTAMP, SIGNATURE = "X-Fahndung-Timestamp", "X-Fahndung-Signature"
_TAKEN = range(200, 300)


def post(way: WebhookWay, notice: Notice, *, now: dt.datetime, timeout_s: float = TIMEOUT_S) -> Message | None:
    """None if the receiver answered 2xx, else why the notice may not have arrived."""
    body = rfc8785.dumps({**notice.document, "key": notice.key, "text": notice.text})  # type: ignore[dict-item]  # JSON values by Notice's contract
    stamp = str(int(now.timestamp()))
    try:
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: stamp,
            SIGNATURE: signature(credentials.read(way.credential), stamp, body),
        }
        answer = http.post(way.url, body=body, headers=headers, timeout_s=timeout_s)
    except FahndungError as error:
        return error.message
    if answer.status not in _TAKEN:
        return Message(
            f"the receiver of the webhook {way.name} answered {answer.status}",
            f"Der Empfänger des Webhooks {way.name} antwortete {answer.status}",
        )
    return None


def signature(key: credentials.Secret, stamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC-SHA256, in hex, of the instant (seconds since 1970), a point and the body."""
    return f"sha256={hmac.new(key.reveal.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
