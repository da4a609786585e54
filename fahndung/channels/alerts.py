"""One CAP 1.2 message for each appeal: the alert while it runs, its cancellation afterwards, at the same address. Pure.

An appeal is no warning of a danger, and the entry says nothing of how urgent, severe or certain anything is. So all
three are ``Unknown``: any other value would be a statement about a person that nobody approved, or set off sirens.
What kind of event it is (``event``) is the approved title: neutral where persons are concerned, and after the end the
tombstone's.

Source: OASIS Common Alerting Protocol 1.2, read 2026-11-26 (UTC is ``-00:00`` there, never ``Z``).
"""

import datetime as dt
import hashlib
import urllib.parse
from xml.sax.saxutils import escape

from fahndung.channels import written
from fahndung.channels.entry import Entry, Tombstone

_RESCUE = frozenset({"missing", "missing-child", "helpless"})
"""Categories in which somebody is to be found for his own sake; behind all others stands police work (``Security``)."""


def alert(entry: Entry) -> bytes:
    """The message of an active appeal."""
    expires = f"<expires>{_instant(entry.expires)}</expires>" if entry.expires else ""
    category = "Rescue" if entry.category in _RESCUE else "Security"
    told = f"{expires}{_words(entry.title, entry.summary)}<web>{escape(entry.url)}</web>"
    info = _info(category, entry.title, "Unknown", told)
    sender, identifier, sent = reference(entry).split(",")
    return _message(sender, identifier, sent, entry.url, "Alert", f"<incidents>{entry.slug}</incidents>", info)


def reference(entry: Entry) -> str:
    """What a cancellation refers to: ``sender,identifier,sent``. Another text, end or Stand is another message."""
    said = [entry.title, entry.summary, entry.url, entry.category, _instant(entry.updated)]
    said += [_instant(entry.expires)] if entry.expires else []
    sender = urllib.parse.urlsplit(entry.base_url).hostname
    return f"{sender},{entry.slug}-{_hash(said)},{_instant(entry.updated)}"


def cancellation(tombstone: Tombstone) -> bytes | None:
    """The message that ends an alert, with the approved neutral words; None where nobody knows of an alert."""
    if not tombstone.alert:
        return None
    sender = tombstone.alert.partition(",")[0]
    sent = _instant(tombstone.at)
    identifier = f"{tombstone.slug}-{_hash([tombstone.alert, sent])}"
    about = f"<references>{escape(tombstone.alert)}</references><incidents>{tombstone.slug}</incidents>"
    info = _info("Other", tombstone.title, "Past", _words(tombstone.title, tombstone.summary))
    return _message(escape(sender), identifier, sent, tombstone.url, "Cancel", about, info)


def _message(sender: str, identifier: str, sent: str, url: str, kind: str, about: str, info: str) -> bytes:
    """``Test`` (everybody is to disregard it) where the page has no TLS: only a rehearsal's has none."""
    status = "Actual" if url.startswith("https://") else "Test"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n'
        f"<identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent>\n"
        f"<status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>{about}\n{info}\n</alert>\n"
    ).encode()


def _info(category: str, event: str, urgency: str, rest: str) -> str:
    return (
        f"<info><language>de-DE</language><category>{category}</category><event>{escape(event)}</event>"
        f"<urgency>{urgency}</urgency><severity>Unknown</severity><certainty>Unknown</certainty>\n{rest}</info>"
    )


def _words(title: str, summary: str) -> str:
    return f"<headline>{escape(title)}</headline>\n<description>{escape(summary)}</description>\n"


def _hash(said: list[str]) -> str:
    return hashlib.sha256(written.encode(said)).hexdigest()[:16]


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "-00:00")
