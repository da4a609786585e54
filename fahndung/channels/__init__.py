"""The doors to the outside, one file per channel; here is the explicit dict of the kinds that can be opened.

Importing this costs nothing: a connector is imported when it is opened.
"""

import pathlib
from collections.abc import Callable, Mapping
from typing import Protocol

from fahndung.channels.base import Channel
from fahndung.errors import ChannelFailed, InvalidConfig


class Connector(Protocol):
    """What the module of one kind offers: a channel from the configuration, and one from a ledger row alone."""

    def from_config(self, config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Channel: ...

    def from_ledger(self, endpoint: Mapping[str, object]) -> Channel: ...


def _website() -> Connector:
    from fahndung.channels import website

    return website


KINDS: Mapping[str, Callable[[], Connector]] = {"website": _website}


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Channel:
    """The channel that one ``[[channels]]`` table of a home's configuration describes.

    Args:
        home_id: the home's own id.
        nonce: what this home's canary says.
        home: the folder against which relative paths count.

    Raises:
        InvalidConfig: the kind is unknown, or a key of it is missing or wrong.
    """
    kind = config.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise InvalidConfig(
            f"channels: the kind {kind!r} is unknown. Known kinds: {known}.",
            f"channels: Die Kanalart {kind!r} ist unbekannt. Bekannt sind: {known}.",
        )
    return KINDS[kind]().from_config(config, home_id=home_id, nonce=nonce, home=home)


def from_ledger(kind: str, endpoint: Mapping[str, object]) -> Channel:
    """The channel of a ledger row, opened from that row alone: takedown does not ask today's configuration.

    Raises:
        ChannelFailed: this version knows no such kind, or the row's endpoint cannot be read.
    """
    if kind not in KINDS:
        raise ChannelFailed(
            f"The ledger names a channel of the kind {kind!r}, which this version cannot open. "
            "Use the version that published, or remove the copy by hand and close the item.",
            f"Das Register nennt einen Kanal der Art {kind!r}, den diese Version nicht öffnen kann. Bitte die Version "
            "verwenden, die veröffentlicht hat, oder die Kopie von Hand entfernen und den Posten schließen.",
        )
    return KINDS[kind]().from_ledger(endpoint)
