"""Keeps a rehearsal on this machine: its orders and clock are invented, and what a stranger got cannot be taken back.

Asked before anything is sent, by whoever sends it; whoever takes something away never asks.
"""

import urllib.parse
from collections.abc import Iterator

from fahndung import channels
from fahndung.channels.base import Channel
from fahndung.channels.kinds import ADDRESSED
from fahndung.errors import NotPublishable
from fahndung.ledger.publications import Publication
from fahndung.ledger.store import Ledger

_FOLDER = "website"
"""The kind that writes into a folder of this machine, whatever address its pages have."""
_WRITES_TO = {"sftp": "host", "s3": "endpoint"}
"""Kinds whose access also has the address of their pages, at which they only look."""
_ADDRESSES = ("host", "url", "base_url", "endpoint")
"""Under which of its access a kind says where it writes, if at all; each of them counts."""


def open_to_send(ledger: Ledger, row: Publication) -> Channel:
    """The channel of a ledger row from which something is to be sent.

    Raises:
        NotPublishable: as ``refuse_elsewhere``. ChannelFailed: the row's endpoint cannot be read.
    """
    channel = channels.from_ledger(row.kind, row.endpoint)
    refuse_elsewhere(ledger, channel)
    return channel


def refuse_elsewhere(ledger: Ledger, channel: Channel) -> None:
    """Refuses an account of a rehearsal that is not on this machine, or of which nobody can tell.

    Raises:
        NotPublishable: it is such an account.
    """
    if ledger.kind != "rehearsal" or channel.kind == _FOLDER or channel.capabilities().rehearsal_only:
        return
    from fahndung.http import is_loopback  # a takedown imports this module and must not wait for the network's door

    hosts = list(_hosts(channel))
    if not hosts:
        raise NotPublishable(
            f"channel {channel.name}: a rehearsal home publishes on this machine only, and the kind {channel.kind} "
            f"does not say where it writes ({', '.join(_ADDRESSES)} in its access, or rehearsal_only; "
            "docs/channels-of-your-own.md).",
            f"Kanal {channel.name}: Ein Probe-Heim veröffentlicht nur auf diesem Rechner, und die Art {channel.kind} "
            f"sagt nicht, wohin sie schreibt ({', '.join(_ADDRESSES)} in ihrem Zugang, oder rehearsal_only; "
            "docs/channels-of-your-own.md).",
        )
    host = next((one for one in hosts if not is_loopback(one)), None)
    if host is not None:
        raise _elsewhere(channel, host)


def _hosts(channel: Channel) -> Iterator[str]:
    """Every host that an account writes to; one that cannot be read is an empty text, which is no host of ours."""
    access = channel.access()
    keys = (_WRITES_TO[channel.kind],) if channel.kind in _WRITES_TO else _ADDRESSES
    for key in keys:
        value = access.get(key)
        if value is None:
            continue
        text = str(value)
        try:
            yield text if key == "host" else urllib.parse.urlsplit(text).hostname or ""
        except ValueError:
            yield ""


def _elsewhere(channel: Channel, host: str) -> NotPublishable:
    if channel.kind in ADDRESSED:
        return NotPublishable(
            f"channel {channel.name}: a rehearsal home hands mail to a server on this machine only, not to {host}; "
            "neither does it a test ('publish --test-to'), which takes a production home.",
            f"Kanal {channel.name}: Ein Probe-Heim gibt Nachrichten nur an einen Server auf diesem Rechner, nicht an "
            f"{host}; auch keinen Test („publish --test-to“), den gibt es dann nur in einem Echt-Heim.",
        )
    return NotPublishable(
        f"channel {channel.name}: a rehearsal home publishes on this machine only, not on {host}. Rehearse with a "
        "simulator ('python -m fahndung.testing …', docs/channels.md) or a server here, or in a production home with "
        "an account for tests.",
        f"Kanal {channel.name}: Ein Probe-Heim veröffentlicht nur auf diesem Rechner, nicht auf {host}. Proben lässt "
        "sich mit einem Simulator („python -m fahndung.testing …“, docs/channels.md) oder einem Server hier, oder in "
        "einem Echt-Heim mit einem Testkonto.",
    )
