"""The doors to the outside, one file per channel; here is the explicit dict of the kinds that can be opened.

Importing this costs nothing: a connector is imported when it is opened. Kinds of one's own come from entry points of
the group ``fahndung.channels``, or from the library's caller (``kinds``); neither can take the place of a built-in one.
"""

import pathlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from fahndung import terms
from fahndung.channels.kinds import KIND_COMMENTS, KIND_MEDIA
from fahndung.errors import ChannelFailed, FahndungError, InvalidConfig, Message
from fahndung.law.facts import Comments
from fahndung.model.mandate import Medium

if TYPE_CHECKING:
    import importlib.metadata

    from fahndung.channels.base import Channel

ENTRY_POINTS = "fahndung.channels"


class Connector(Protocol):
    """What the module (or object) of one kind offers: a channel from the configuration, and one from a ledger row."""

    @property
    def MEDIUM(self) -> Medium | None:  # noqa: N802 - a constant of the module that implements this
        """The medium that an order must name for this kind; None: each account's table says it (key ``medium``)."""
        ...

    def from_config(self, config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> "Channel":
        """The channel that one table of the configuration describes.

        Raises:
            InvalidConfig: a key is missing, unknown or wrong.
        """
        ...

    def from_ledger(self, endpoint: Mapping[str, object]) -> "Channel":
        """The channel of ``Draft.endpoint``, without any configuration.

        Raises:
            ChannelFailed: the endpoint cannot be read.
        """
        ...


def _website() -> Connector:
    from fahndung.channels import website

    return website


def _mastodon() -> Connector:
    from fahndung.channels import mastodon

    return mastodon


def _facebook() -> Connector:
    from fahndung.channels import facebook

    return facebook


def _x() -> Connector:
    from fahndung.channels import x

    return x


def _press_mail() -> Connector:
    from fahndung.channels import pressmail

    return pressmail


def _bluesky() -> Connector:
    from fahndung.channels import bluesky

    return bluesky


def _wordpress() -> Connector:
    from fahndung.channels import wordpress

    return wordpress


def _threads() -> Connector:
    from fahndung.channels import threads

    return threads


def _webhook() -> Connector:
    from fahndung.channels import webhook

    return webhook


def _sftp() -> Connector:
    try:
        from fahndung.channels import sftp
    except ModuleNotFoundError as error:
        raise _NoConnector(
            "The kind 'sftp' needs the extra package: pip install 'fahndung[sftp]'.",
            "Die Kanalart 'sftp' braucht das Zusatzpaket: pip install 'fahndung[sftp]'.",
        ) from error
    return sftp


def _telegram() -> Connector:
    from fahndung.channels import telegram

    return telegram


def _s3() -> Connector:
    from fahndung.channels import s3

    return s3


Kinds = Mapping[str, Callable[[], Connector]]
"""Kind to what opens its connector; called only when that kind is asked for."""

NOT_THE_CONNECTORS = frozenset({"on_unknown", "closing_post", "closing_post_days"}) | terms.KEYS
"""Keys of a ``[[channels]]`` table that say what the program does, and not what the channel is."""
KINDS: Kinds = {
    "website": _website,
    "mastodon": _mastodon,
    "x": _x,
    "bluesky": _bluesky,
    "sftp": _sftp,
    "s3": _s3,
    "facebook": _facebook,
    "telegram": _telegram,
    "press-mail": _press_mail,
    "wordpress": _wordpress,
    "webhook": _webhook,
    "threads": _threads,
}
_NO_KINDS: Kinds = {}
_NO_TABLE: Mapping[str, object] = {}


class _NoConnector(FahndungError):
    """Why a kind cannot be opened; both callers say it in their own error."""


def from_config(
    config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path, kinds: Kinds = _NO_KINDS
) -> "Channel":
    """The channel that one ``[[channels]]`` table of a home's configuration describes.

    Args:
        home_id: the home's own id.
        nonce: what this home's canary says.
        home: the folder against which relative paths count.
        kinds: kinds of the caller's own.

    Raises:
        InvalidConfig: the kind is unknown, claimed twice or broken, or a key of it is missing or wrong.
    """
    kind = config.get("kind")
    try:
        connector = _connector(kind if isinstance(kind, str) else "", kinds)
        _refuse_claimed_twice(str(kind), kinds)
    except _NoConnector as error:
        raise InvalidConfig(f"channels: {error.message.en}", f"channels: {error.message.de}") from error.__cause__
    own = {key: value for key, value in config.items() if key not in NOT_THE_CONNECTORS}
    return connector.from_config(own, home_id=home_id, nonce=nonce, home=home)


def from_ledger(kind: str, endpoint: Mapping[str, object], *, kinds: Kinds = _NO_KINDS) -> "Channel":
    """The channel of a ledger row, opened from that row alone: takedown does not ask today's configuration.

    A built-in kind opens here whatever else claims its name: nothing that was installed later keeps a page online.

    Raises:
        ChannelFailed: this version knows no such kind, or the row's endpoint cannot be read.
    """
    try:
        connector = _connector(kind, kinds)
    except _NoConnector as error:
        raise ChannelFailed(
            f"The ledger names a channel that cannot be opened: {error.message.en} "
            "Use the version that published, or remove the copy by hand and close the item.",
            f"Das Register nennt einen Kanal, der sich nicht öffnen lässt: {error.message.de} Bitte die Version "
            "verwenden, die veröffentlicht hat, oder die Kopie von Hand entfernen und den Posten schließen.",
        ) from error.__cause__
    return connector.from_ledger(endpoint)


def medium_of(kind: str, table: Mapping[str, object] = _NO_TABLE) -> Medium | None:
    """The medium that an order must name for an account; None where nobody knows it.

    Args:
        table: the account's in the configuration.
    """
    if kind in KIND_MEDIA:
        return KIND_MEDIA[kind]
    try:
        found = _connector(kind, _NO_KINDS).MEDIUM
    except _NoConnector:
        return None
    named = table.get("medium")
    return found or (Medium(named) if isinstance(named, str) and named in {*Medium} else None)


def comments_of(kind: str, table: Mapping[str, object]) -> Comments | None:
    """Whether strangers may write below what stands on an account (R32); None where nobody knows it.

    Args:
        table: as in :func:`medium_of`; its key ``comments`` counts where no kind says it.
    """
    if kind in KIND_COMMENTS:
        return KIND_COMMENTS[kind]
    named = table.get("comments")
    return Comments(named) if isinstance(named, str) and named in {*Comments} else None


def _connector(kind: str, kinds: Kinds) -> Connector:
    if kind in KINDS:
        return KINDS[kind]()
    if kind in kinds:
        return kinds[kind]()
    found = _installed(kind)
    if not found:
        known = ", ".join(sorted({*KINDS, *kinds, *_names()}))
        raise _NoConnector(
            f"the kind {kind!r} is unknown. Known kinds: {known}.",
            f"Die Kanalart {kind!r} ist unbekannt. Bekannt sind: {known}.",
        )
    if len(found) > 1:
        raise _NoConnector(*_claimed(kind, *(point.value for point in found)))
    try:
        loaded: Connector = found[0].load()
    except Exception as error:  # somebody else's module: whatever it raises, the other channels go on
        raise _NoConnector(
            f"the kind {kind!r} ({found[0].value}) cannot be loaded: {type(error).__name__}.",
            f"Die Kanalart {kind!r} ({found[0].value}) lässt sich nicht laden: {type(error).__name__}.",
        ) from error
    return loaded


def _refuse_claimed_twice(kind: str, kinds: Kinds) -> None:
    """Nobody publishes through a name of which two things claim to be it."""
    claims = [name for name, claimed in (("built-in", KINDS), ("caller", kinds)) if kind in claimed]
    if "built-in" in claims:
        claims += [point.value for point in _installed(kind)]
    if len(claims) > 1:
        raise _NoConnector(*_claimed(kind, *claims))


def _claimed(kind: str, *claims: str) -> Message:
    both = ", ".join(claims)
    return Message(
        f"the kind {kind!r} is claimed more than once ({both}). Remove the package that should not be there.",
        f"Die Kanalart {kind!r} wird mehrfach beansprucht ({both}). Bitte das überzählige Paket entfernen.",
    )


def _installed(kind: str) -> "tuple[importlib.metadata.EntryPoint, ...]":
    import importlib.metadata  # takes longer than all the rest of this module

    return tuple(importlib.metadata.entry_points(group=ENTRY_POINTS, name=kind))


def _names() -> set[str]:
    import importlib.metadata

    return importlib.metadata.entry_points(group=ENTRY_POINTS).names
