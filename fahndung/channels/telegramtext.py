"""The texts of a Telegram post: the teaser, and whatever may take its place at the end. Pure; nothing is cut."""

import re

from fahndung.channels import linkpost
from fahndung.model.closing import NOTICE_KINDS, PART_KINDS
from fahndung.model.ids import ChannelName
from fahndung.model.release import Release

MOST = 4096
"""Of a message, "after entities parsing" (Bot API 10.1, sendMessage); Telegram counts in UTF-16 units."""
REPLACED = "replaced"
"""What stands there where no closing notice is true, because the appeal goes on: the address of its page alone."""
_CHANGED = re.compile("[\0-\x09\x0b-\x1f\u030a\u0333\u033f\u2028-\u202e]|[\u200e\u200f]{2}")
"""What Telegram's server leaves out or replaces (``clean_input_string`` of its library, read 2026-11-26)."""


def length(text: str) -> int:
    """How long Telegram counts a text."""
    return len(text.encode("utf-16-le")) // 2


def teaser(release: Release, channel: ChannelName) -> linkpost.Teaser:
    """The longest teaser that Telegram takes as it is.

    Raises:
        NotPublishable: none fits (``linkpost.longest``, ``refuse_unfit``).
    """
    taken, _ = linkpost.longest(release, channel, lambda one: refuse_unfit(one.linked, one.name, channel))
    return taken


def closings(release: Release, channel: ChannelName) -> dict[str, str]:
    """Every approved closing notice by its kind, with the marker in its link: so that it is found again.

    Raises:
        NotPublishable: one is missing, does not link to the page alone, or does not fit.
    """
    page, marker = linkpost.page_of(release, channel), linkpost.own_marker(release, channel)
    link = f"{page}#{marker}"
    found = {REPLACED: link}
    for kind in (*NOTICE_KINDS, *PART_KINDS):
        name = f"texts/closing-{kind}.txt"
        if name not in release.files and kind in PART_KINDS:
            continue
        text = linkpost.text_of(release, name, channel)
        linkpost.refuse_links(text, page, name, channel)
        found[kind] = text.replace(page, link)
        refuse_unfit(found[kind], name, channel)
    return found


def refuse_unfit(text: str, name: str, channel: ChannelName) -> None:
    """Nothing, if Telegram takes the text as it is.

    Raises:
        NotPublishable: it is too long, or has characters that Telegram would change.
    """
    counted = length(text)
    if counted > MOST:
        raise linkpost.refused(
            channel,
            f"{name} counts {counted} characters, {MOST} are allowed",
            f"{name} zählt {counted} Zeichen, erlaubt sind {MOST}",
        )
    if changed := _CHANGED.search(text):
        code = f"U+{ord(changed[0][0]):04X}"
        raise linkpost.refused(
            channel,
            f"{name} has the character {code}, which Telegram changes or leaves out",
            f"{name} enthält das Zeichen {code}, das Telegram ändert oder weglässt",
        )
