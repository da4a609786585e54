"""Which accounts cannot take a release as it is, with the text that does not fit. Offline; sends nothing."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from fahndung import routing, variants
from fahndung.channels import linkpost
from fahndung.channels.base import Channel
from fahndung.dossier.stored import latest_release, load_release, stored_case
from fahndung.errors import Message, NotPublishable
from fahndung.home import Home
from fahndung.law.words import MEDIA
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.lifecycle import closingposts, closings
from fahndung.lifecycle.readying import open_channel
from fahndung.model.appeal import Appeal
from fahndung.model.closing import CLOSING_KINDS, post_file
from fahndung.model.ids import ChannelName, PersonId
from fahndung.model.mandate import Medium
from fahndung.model.release import Release
from fahndung.texts import remainder

DOES_NOT_FIT = Message("DOES NOT FIT, cannot be published so:", "PASST NICHT, so nicht zu veröffentlichen:")
_WITHOUT = Message("The variant without {person}: ", "Die Fassung ohne {person}: ")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """An account that would refuse the release.

    Attributes:
        why: with the length that it counts and allows, where that is why.
        text: what does not fit; empty where it is no text.
    """

    channel: ChannelName
    kind: str
    medium: Medium
    why: Message
    text: str

    def as_json(self, language: str) -> dict[str, Any]:
        """One entry of a preview's ``refused``."""
        return {
            "channel": self.channel,
            "kind": self.kind,
            "medium": self.medium.value,
            "why": self.why.in_language(language),
            "text": self.text,
        }

    def lines(self, language: str) -> list[str]:
        """The same for people."""
        told = f"  ✗ {DOES_NOT_FIT.in_language(language)} {self.why.in_language(language)}"
        where = f"{self.channel} ({MEDIA[self.medium].in_language(language)})"
        return ["", where, told, *(f"    │ {one}" for one in self.text.splitlines())]


def views(release: Release, appeal: Appeal) -> dict[PersonId, Release | None]:
    """For each person, where several are sought, what stands once the search for them is over; None: nothing does."""
    return {person.id: variants.view(release, person.id) for person in remainder.separate(appeal)}


def found(
    opened: Iterable[Channel],
    release: Release,
    parts: Mapping[PersonId, Release | None],
    terms: Mapping[str, dt.timedelta],
) -> tuple[Unfit, ...]:
    """The accounts that would refuse the release, one of its variants or one of its closing posts.

    Args:
        terms: how long a closing post stays, of the accounts that have any.
    """
    return tuple(one for channel in opened if (one := _refusal(channel, release, parts, terms)) is not None)


def refuse(home: Home, ledger: Ledger, *, appeal_id: str) -> None:
    """Passes if every account to which the latest release goes could take it: nobody approves what cannot be sent.

    Raises:
        NotPublishable: one could not, with each of them; nothing is built, or it was changed.
    """
    config = home.config()
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = latest_release(tx, submission)
    made = load_release(home, stored)
    appeal = stored_case(home, submission).appeal
    markers = made.manifest["markers"]
    assert isinstance(markers, Mapping)
    names = [name for name in routing.accounts(appeal, config) if name in markers and name in config.channels]
    opened = [open_channel(home, ledger, config, name) for name in names]
    if refused := found(opened, made, views(made, appeal), config.closing_posts):
        raise NotPublishable(
            f"{' '.join(one.why.en for one in refused)} 'fahndung preview {appeal_id}' shows the texts.",
            f"{' '.join(one.why.de for one in refused)} Die Texte zeigt „fahndung preview {appeal_id}“.",
        )


def _refusal(
    channel: Channel, release: Release, parts: Mapping[PersonId, Release | None], terms: Mapping[str, dt.timedelta]
) -> Unfit | None:
    made: list[tuple[PersonId | None, Release | None]] = [(None, release), *parts.items()]
    for person, part in made:
        try:
            if part is not None:
                channel.prepare(part)
        except NotPublishable as error:
            en, de = (word.format(person=person) if person else "" for word in _WITHOUT)
            why = Message(en + error.message.en, de + error.message.de)
            return _unfit(channel, why, "" if part is None else _teaser(channel, part))
    if channel.name in terms:
        try:
            closingposts.drafts(channel, release, terms[channel.name])
        except NotPublishable as error:
            kind = next((kind for kind in CLOSING_KINDS if not _fits(channel, release, kind)), None)
            if kind is None:
                return _unfit(channel, error.message, "")
            case, file = closings.case_of(kind), release.files.get(post_file(kind))
            why = Message(
                f"Its closing post ({case.en}): {error.message.en}",
                f"Sein Beitrag über das Ende ({case.de}): {error.message.de}",
            )
            return _unfit(channel, why, "" if file is None else file.data.decode(errors="replace"))
    return None


def _unfit(channel: Channel, why: Message, text: str) -> Unfit:
    return Unfit(channel=channel.name, kind=channel.kind, medium=channel.medium, why=why, text=text)


def _teaser(channel: Channel, release: Release) -> str:
    """The text of the post, as far as there is one."""
    if channel.medium is not Medium.SOCIAL:
        return ""
    try:
        return linkpost.teasers(release, channel.name)[-1].linked  # the one to be written shorter
    except NotPublishable:
        file = release.files.get(linkpost.TEASER)
        return "" if file is None else file.data.decode(errors="replace")


def _fits(channel: Channel, release: Release, kind: str) -> bool:
    try:
        closingposts.draft(channel, release, kind)
    except NotPublishable:
        return False
    return True
