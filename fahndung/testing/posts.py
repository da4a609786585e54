"""A channel of posts with media on an invented platform: what its memory form and its HTTP form have in common.

For rehearsals and tests; nothing here reaches a real platform.
"""

import dataclasses
import datetime as dt
import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from fahndung.channels.base import Checkpoint
from fahndung.channels.capabilities import Capabilities, Rate
from fahndung.channels.steps import do_all, otherwise
from fahndung.errors import FahndungError, Message, NotPublishable, Unsupported
from fahndung.model.ids import ChannelName
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Marked, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEASER = "texts/teaser.txt"
CARD = "cards/neutral.jpg"
TEXT = "post.txt"
_MEDIA = "media/"

_RESIDUAL = Message("Nothing: the platform is invented.", "Nichts: Die Plattform ist erfunden.")
_PROOF = Message(
    "Post and media answer 404, the listing names nothing, and in the same look the account answered.",
    "Beitrag und Medien antworten 404, die Liste nennt nichts, und in derselben Prüfung hat das Konto geantwortet.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """What the platform can.

    Attributes:
        key_lifetime: how long it knows an idempotency key again; None: it does not look at keys.
        lookup: whether it lists what carries a marker.
        notices: whether a post that it lets nobody delete any more can show a closing notice instead.
        settle: how long its listing lags behind.
        rate: how many writes it takes.
    """

    key_lifetime: dt.timedelta | None = None
    lookup: bool = True
    notices: bool = False
    settle: dt.timedelta = dt.timedelta(0)
    rate: Rate | None = None


class Platform(Protocol):
    """The calls; each raises the typed outcomes of ``fahndung.errors``."""

    def whoami(self) -> None:
        """The positive control: the account is known and may delete, and what is public is shown."""
        ...

    def upload(self, data: bytes, *, marker: str, key: str) -> Reference:
        """Makes a media object."""
        ...

    def create(self, text: str, media: tuple[str, ...], *, marker: str, key: str) -> Reference:
        """Makes a post with the media of these ids."""
        ...

    def delete(self, reference: Reference) -> None:
        """Removes one object; what is gone already is a success."""
        ...

    def items(self, marker: str) -> tuple[Reference, ...]:
        """All that carries the marker, after a clean and complete listing."""
        ...

    def listing(self) -> tuple[Marked, ...]:
        """All of the account, after a clean and complete listing."""
        ...

    def read(self, reference: Reference) -> str | None:
        """The SHA-256 of what a visitor sees there; None: gone."""
        ...


class PostChannel:
    """One account (see ``fahndung.channels.base.Channel``)."""

    medium = MEDIUM

    def __init__(
        self, platform: Platform, modes: Modes, *, name: str, kind: str, endpoint: Mapping[str, object]
    ) -> None:
        self.name, self.kind = ChannelName(name), kind
        self._platform, self._modes, self._endpoint = platform, modes, endpoint

    def access(self) -> Mapping[str, object]:
        """What its drafts carry to the ledger."""
        return self._endpoint

    def capabilities(self) -> Capabilities:
        """As its platform's modes say."""
        modes = self._modes
        fallback = "list" if modes.lookup else "none"
        return Capabilities(
            kind=self.kind,
            can_delete=True,
            delete_window=None,
            can_find=modes.lookup,
            idempotency=fallback if modes.key_lifetime is None else "key",
            key_lifetime=modes.key_lifetime,
            settle=modes.settle,
            rate=modes.rate,
            reads_back="http",
            residual=_RESIDUAL,
            proof=_PROOF,
            rehearsal_only=True,
        )

    def check(self) -> None:
        """Whether the account is known and may publish and delete.

        Raises:
            ChannelFailed: it may not, or nobody can tell.
        """
        self._platform.whoami()

    def prepare(self, release: Release) -> Draft:
        """The teaser with the neutral card, if the release has one.

        Raises:
            NotPublishable: the release has no teaser, or no marker for this account.
        """
        markers = release.manifest.get("markers")
        marker = markers.get(self.name) if isinstance(markers, Mapping) else None
        teaser, card = release.files.get(TEASER), release.files.get(CARD)
        if not isinstance(marker, str) or not marker or teaser is None:
            raise NotPublishable(
                f"The release has no {TEASER}, or no marker for the channel {self.name}. Build it again.",
                f"Die Freigabefassung hat kein {TEASER} oder kein Kennzeichen für den Kanal {self.name}. Bitte neu "
                "bauen.",
            )
        return self.draft(marker, teaser.data.decode(), *([] if card is None else [card.data]))

    def draft(self, marker: str, text: str, *media: bytes) -> Draft:
        """A draft of this account without a release, for tests of whatever calls channels."""
        return Draft(
            channel=self.name,
            kind=self.kind,
            medium=self.medium,
            marker=marker,
            endpoint=self._endpoint,
            withdrawal={"text": _sha256(text.encode()), "media": [_sha256(data) for data in media]},
            payload={TEXT: text.encode()} | {f"{_MEDIA}{index}": data for index, data in enumerate(media)},
            references=(),
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Media first, then the post that shows them.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        marker, media = draft.marker, []
        for name, data in draft.payload.items():
            if name.startswith(_MEDIA):
                uploaded = self._platform.upload(data, marker=marker, key=f"{marker}-{name}")
                checkpoint(uploaded)
                media.append(uploaded.id)
        text = draft.payload[TEXT].decode()
        checkpoint(self._platform.create(text, tuple(media), marker=marker, key=marker))

    def find(self, marker: str) -> tuple[Reference, ...]:
        """Posts and media with that marker.

        Raises:
            ChannelFailed: the listing is not clean and complete. Unsupported: the platform lists nothing.
        """
        self._refuse_unlisted()
        return self._platform.items(marker)

    def listing(self) -> tuple[Marked, ...]:
        """All posts and media of the account.

        Raises:
            ChannelFailed: the listing is not clean and complete. Unsupported: the platform lists nothing.
        """
        self._refuse_unlisted()
        return self._platform.listing()

    def leftover(self, marker: str | None, references: Sequence[Reference]) -> Posting:
        """The references are enough."""
        return Posting(marker=marker or "", withdrawal={}, references=tuple(references))

    def _refuse_unlisted(self) -> None:
        if not self._modes.lookup:
            raise Unsupported(
                f"{self.name} cannot list what is there. Look at the account by hand.",
                f"{self.name} kann nicht auflisten, was dort steht. Bitte im Konto selbst nachsehen.",
            )

    def look(self, posting: Posting) -> Look:
        """What a visitor finds of the references, and of what the listing names beside them."""
        evidence: dict[str, object] = {}
        try:
            self._platform.whoami()
            evidence["account"] = "answered"
            listed = self.find(posting.marker) if self._modes.lookup else ()
            references = dict.fromkeys((*posting.references, *listed))
            seen = {reference: self._platform.read(reference) for reference in references}
        except FahndungError as error:
            return Unknown.of(error.message, evidence=evidence)
        evidence["listed"] = len(listed) if self._modes.lookup else None
        evidence["addresses"] = {reference.url or reference.id: sha256 for reference, sha256 in seen.items()}
        return _verdict(posting, seen, evidence)

    def withdraw(self, posting: Posting) -> None:
        """Deletes posts, then media, then whatever the listing still names.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
            WindowClosed: it is too late for the interface.
        """
        known = sorted(dict.fromkeys(posting.references), key=lambda one: one.kind == "media")
        steps = [functools.partial(self._platform.delete, reference) for reference in known]
        if self._modes.lookup:
            do_all(*steps, lambda: self._withdraw_found(posting.marker, known))
        else:
            do_all(*steps)

    def _withdraw_found(self, marker: str, known: list[Reference]) -> None:
        found = (reference for reference in self.find(marker) if reference not in known)
        do_all(*(functools.partial(self._platform.delete, reference) for reference in found))


def _verdict(posting: Posting, seen: Mapping[Reference, str | None], evidence: Mapping[str, object]) -> Look:
    online = [reference for reference, sha256 in seen.items() if sha256 is not None]
    if not online:
        if not seen and evidence["listed"] is None:
            return Unknown(why="no reference is known, and the platform lists nothing", evidence=evidence)
        return Gone(evidence=evidence)
    posts = [seen[reference] for reference in online if reference.kind == "post"]
    media = {seen[reference] for reference in online if reference.kind == "media"}
    approved = posting.withdrawal.get("media")
    if posts == [posting.withdrawal.get("text")] and isinstance(approved, list) and media == set(approved):
        return Live(evidence=evidence)
    left = ([one.url or one.id for one in online if (one.kind == "post") is kind] for kind in (True, False))
    return Altered.of(otherwise(*left), evidence=evidence)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
