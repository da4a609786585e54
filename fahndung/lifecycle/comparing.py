"""What a look that found a publication as approved has compared, kind by kind, as a sentence. Looks at nothing."""

from fahndung.errors import Message
from fahndung.model.publication import Posting

_ALL = Message("online, every byte as approved", "online, jedes Byte wie freigegeben")
_PAGE = Message(
    "online, the words of the page as approved and each picture byte for byte",
    "online, die Wörter der Seite wie freigegeben und jedes Bild Byte für Byte",
)
_TEXT = Message("online, the text as approved", "online, der Text wie freigegeben")
_BOTH = Message(
    "online, the text as approved and each picture byte for byte",
    "online, der Text wie freigegeben und jedes Bild Byte für Byte",
)
_PICTURES = Message(
    "online, the text and the number of its pictures as approved; the platform makes pictures anew, their bytes "
    "are not compared",
    "online, Text und Zahl der Bilder wie freigegeben; die Plattform rechnet Bilder neu, ihre Bytes werden nicht "
    "verglichen",
)
_SIGNED = Message(
    "taken up: the receiver confirms what was approved", "angenommen: Der Empfänger bestätigt die Fassung"
)
_OTHER = Message("online, as approved", "online, wie freigegeben")

_FOLDERS = frozenset({"website", "sftp", "s3"})
_EXACT = frozenset({"bluesky"})
"""Networks that keep and show the very bytes of a picture."""
NETWORKS = frozenset({"mastodon", "x", "bluesky", "facebook", "telegram", "threads"})
"""Where a later revision is a post of its own, and the earlier one goes with its address."""


def told(kind: str, posting: Posting) -> Message:
    """How a copy that is live was compared, on a channel of that kind; of kinds of others nothing is claimed."""
    if kind in _FOLDERS:
        return _ALL
    if kind == "wordpress":
        return _PAGE
    if kind == "webhook":
        return _SIGNED
    if kind not in NETWORKS:
        return _OTHER
    if not posting.withdrawal.get("media"):
        return _TEXT
    return _BOTH if kind in _EXACT else _PICTURES
