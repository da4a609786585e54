"""How long Mastodon counts a text. Pure; knows no account.

Counted as its ``StatusLengthValidator`` does: in user-perceived characters, every web address with one length, of a
mention the local part alone. Other software with the same interface (GoToSocial) counts code points, which are never
fewer, and takes ten times as many.

Source: github.com/mastodon/mastodon, app/validators/status_length_validator.rb (4.x: ``each_grapheme_cluster.size``)
and app/models/account.rb (``MENTION_RE``), read 2026-11-27.
"""

import re

from fahndung.channels import linkpost

_MENTION = re.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@\w+(?:[.-]+\w+)*", re.IGNORECASE)


def length(text: str, *, url_characters: int) -> int:
    """How long Mastodon counts a text; ``url_characters``: how much of it any web address takes."""
    placed = linkpost.ADDRESS.sub("x" * url_characters, text)
    return linkpost.graphemes(_MENTION.sub(r"@\1", placed))
