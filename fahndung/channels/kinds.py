"""What holds of a kind of channel before any account of it is opened."""

from collections.abc import Mapping
from typing import Literal

from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium

KIND_MEDIA: Mapping[str, Medium] = {
    "website": Medium.WEBSITE,
    "wordpress": Medium.WEBSITE,
    "sftp": Medium.WEBSITE,
    "s3": Medium.WEBSITE,
    "x": Medium.SOCIAL,
    "facebook": Medium.SOCIAL,
    "instagram": Medium.SOCIAL,
    "threads": Medium.SOCIAL,
    "mastodon": Medium.SOCIAL,
    "bluesky": Medium.SOCIAL,
    "telegram": Medium.SOCIAL,
    "press-mail": Medium.PRINT,
}
"""Kind of a channel to the medium that an order must name for it; also of kinds that cannot be opened yet,
because a record may name a channel by its kind."""

SITES = frozenset({"website", "sftp", "s3"})
"""Kinds that put up every file of a release that is for websites, the page in each language among them."""

NONE, OBJECTS = "none", "objects"
"""What an account's key ``media`` may say: which pictures go along with a post."""

KIND_COMMENTS: Mapping[str, Comments] = {
    "website": Comments.NONE,
    "press-mail": Comments.NONE,
    "x": Comments.OFF,
    "threads": Comments.OFF,
    "bluesky": Comments.OFF,
    "sftp": Comments.NONE,
    "s3": Comments.NONE,
    "telegram": Comments.OFF,
    "wordpress": Comments.OFF,
}
"""Kind of a channel to whether strangers may write there (R32); a kind that is missing counts as open."""

TELLS_THE_END = frozenset({"website", "sftp", "s3", "wordpress", "webhook"})
"""Kinds on which a withdrawal that was read back tells the end: the page answers 410 (an object store alone: 404), the
feed, if the appeal was in one, carries a tombstone; a receiver of events has signed that it took the one about it."""

RIGHTS: Mapping[str, Literal["tried", "told"]] = {
    "website": "told",
    "sftp": "tried",
    "s3": "tried",
    "bluesky": "tried",
    "mastodon": "told",
    "x": "told",
    "telegram": "told",
    "threads": "told",
    "wordpress": "told",
}
"""Kind of a channel to how its ``check`` knows that it may publish and delete: it tried (and left nothing), or it was
told, as far as the platform tells. Of a kind that is missing nobody knows until it is done."""

REREADS = frozenset({"facebook"})
"""Kinds whose platform keeps what it once read at an address that a post links to (``Rereads``)."""

ADDRESSED = frozenset({"press-mail"})
"""Kinds that send one message to each recipient (``Addressed``). Nobody can recall it or look at it; the end is told
by another message."""
