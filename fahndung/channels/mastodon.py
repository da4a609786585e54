"""One account on a Mastodon server as a channel: a text with the link to the force's own page, and pictures of things.

Sends nothing else, changes nothing in place, and closes no replies: Mastodon has no switch for that (R32).
"""

import dataclasses
import datetime as dt
import hashlib
import pathlib
from collections.abc import Mapping, Sequence

from fahndung.channels import kinds, linkmedia, linkpost, mastodonmedia, mastodontext
from fahndung.channels.abilities import Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.base import ADOPTED, Checkpoint
from fahndung.channels.capabilities import Rate
from fahndung.channels.mastodonaccount import KIND, Endpoint
from fahndung.channels.mastodonapi import Api
from fahndung.channels.mastodonseen import Sight, Written
from fahndung.channels.posting import Posts
from fahndung.channels.steps import each, otherwise
from fahndung.errors import FahndungError, Message
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT = "post.txt"

RATE = Rate(writes=20, per=dt.timedelta(minutes=30), burst=10)
"""A server takes 30 deletions of an account in half an hour, its narrowest limit (rack_attack.rb, read 2026-11-26).

The ledger lets ``burst`` calls through at once and ``writes`` more in any such span, so 30 at most. Posts count as
well, although the server allows more of them, and get half of that at most: the other half is kept for taking down."""

MEDIA = MediaLimits(count=4, bytes=16_777_216, pixels=33_177_600, types=("image/jpeg",), alt_length=1500)
"""Source: docs.joinmastodon.org, /api/v2/instance, read 2026-11-22; we make JPEG only."""

_UNIT = Message(
    "characters as they are seen, every address with the same length",
    "sichtbare Zeichen, jede Adresse gleich lang gezählt",
)
_RESIDUAL = Message(
    "Copies on other servers: they are told to delete theirs, and nobody can check that they did. The link in them "
    "leads to the force's page, which answers 410. Copies that people, archives or search engines made.",
    "Kopien auf anderen Servern: Sie werden zum Löschen aufgefordert, ob sie es tun, kann niemand prüfen. Der Link "
    "darin führt auf die Seite der Polizei, die mit 410 antwortet. Kopien von Personen, Archiven oder Suchmaschinen.",
)
_PROOF = Message(
    "API, public page and the files of pictures answer 404 or 410 to a stranger (where the API talks to nobody without "
    "a login: page and files alone), the listing names nothing, and in the same look the account answered and was "
    "shown.",
    "API, öffentliche Seite und die Dateien von Bildern antworten einem Fremden 404 oder 410 (wo die API ohne "
    "Anmeldung nicht antwortet: Seite und Dateien allein), die Liste nennt nichts, und in derselben Prüfung hat das "
    "Konto geantwortet und wurde gezeigt.",
)
_REPLIES = Replies(
    setting="",
    remains=Message(
        "Anybody on any server can reply, boost and favourite; replies stay when the post is deleted.",
        "Auf jedem Server kann jeder antworten, teilen und favorisieren; Antworten bleiben, wenn der Beitrag gelöscht "
        "ist.",
    ),
)
_EVIDENCE = Evidence(
    by="simulator",
    version="Mastodon OpenAPI 4.7.0, GoToSocial 0.20",
    date=dt.date(2026, 11, 26),
    note=Message("recordings of the latter", "vom zweiten Aufzeichnungen"),
)


class Mastodon(Posts[Endpoint, Api]):
    """One account (see ``fahndung.channels.base.Channel``).

    It deletes for ever and lists; keys are a net that is not relied on, as some servers ignore them.
    """

    kind = KIND
    rate = RATE
    residual = _RESIDUAL
    proof = _PROOF
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))

    def text_limits(self) -> tuple[TextLimit, ...]:
        """As the server's configuration says."""
        return (TextLimit(most=self.endpoint.characters, unit=_UNIT),)

    def media_limits(self) -> MediaLimits | None:
        """Those of a server as it is installed (``configuration.media_attachments``)."""
        return MEDIA if self.endpoint.media == kinds.OBJECTS else None

    def check(self) -> None:
        """Whether the token is this account's and may write and delete, and strangers see the account.

        What a token may do only servers from 4.3 on tell; of an older one this says nothing.

        Raises:
            AuthError: the token is another's, or may not.
            ChannelFailed: the account has too many statuses to be looked through, or nobody can tell.
        """
        self._api.control()
        self._api.refuse_rights(uploads=self.endpoint.media == kinds.OBJECTS)
        self._api.refuse_crowded()

    def prepare(self, release: Release) -> Draft:
        """The longest teaser that fits, with the marker in its link, and the pictures that go along.

        Raises:
            NotPublishable: it does not fit (``linkpost.longest``, ``linkmedia.chosen``), or each teaser is too long.
        """
        urls = self.endpoint.url_characters
        teaser, counted = linkpost.longest(
            release, self.name, lambda one: self.fitting(mastodontext.length(one.linked, url_characters=urls))
        )
        pictures = linkmedia.chosen(release, self.name, self.media_limits())
        return self.draft(
            teaser.marker,
            withdrawal={"sha256": _sha256(teaser.linked), "media": linkmedia.withdrawal(pictures)},
            payload={TEXT: teaser.linked.encode()} | linkmedia.payload(pictures),
            counted=counted,
            text=teaser.name,
            attachments=linkmedia.attachments(pictures),
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes the media, each told as soon as it is known to exist, then the post that shows them.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        media = []
        for one in draft.attachments:
            made = mastodonmedia.upload(self._api, draft.payload[one.name], media_type=one.media_type, alt=one.alt)
            for reference in made.references:
                checkpoint(reference)
            done = mastodonmedia.ready(self._api, made)
            for reference in () if done == made else done.references:
                checkpoint(reference)
            media.append(made.id)
        checkpoint(self._api.post(draft.payload[TEXT].decode(), marker=draft.marker, media=media))

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The account's status with that page.

        Raises:
            ChannelFailed: nobody can tell.
        """
        return self._api.own_status(untrusted_url)

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address has the form of those of this account's posts; offline."""
        return self._api.own_number(untrusted_url) is not None

    def look(self, posting: Posting) -> Look:
        """What a stranger finds of the references, and of what the listing names beside them."""
        evidence: dict[str, object] = {}
        try:
            control = self._api.control()
            evidence["account"] = control.id
            evidence["api"] = "closed to strangers: the page alone" if control.closed else "open to strangers"
            listed = self.find(posting.marker)
            evidence["listed"] = len(listed)
            references = each(*posting.references, *listed)
            posts = {one: self._api.sight(one, control) for one in references if one.kind == "post"}
            evidence["addresses"] = {one.url: dataclasses.asdict(sight) for one, sight in posts.items()}
            online = {one: sight for one, sight in posts.items() if not sight.gone}
            written = [self._api.source(one) for one in online]
            eyes = self._api.eyes(control)
            files = {one: eyes.shown(one) for one in references if one.kind != "post"}
            evidence |= {"media": {one.url: shown for one, shown in files.items()}} if files else {}
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        left = [one for one, shown in files.items() if shown]
        return _verdict(posting, online, written, left, evidence)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Mastodon:
    """The account that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return Mastodon(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> Mastodon:
    """The account of a ledger row.

    Raises:
        ChannelFailed: the row does not say which account it was.
    """
    return Mastodon(Endpoint.from_ledger(endpoint))


def _verdict(
    posting: Posting,
    online: Mapping[Reference, Sight],
    written: Sequence[Written | None],
    files: Sequence[Reference],
    evidence: Mapping[str, object],
) -> Look:
    """What the posts that are online, and the files that are shown, say of a posting."""
    if not online and evidence["listed"]:
        return Unknown.of(
            Message(
                "nobody is shown it any more, and the listing still names it",
                "es wird niemandem mehr gezeigt, und die Liste nennt es noch",
            ),
            evidence,
        )
    if not online and not files:
        return Gone(evidence=evidence)
    if posting.withdrawal.get(ADOPTED) and online:
        return Live(evidence=evidence)
    if len(online) == 1 and all(sight.whole for sight in online.values()) and _is_approved(posting, written[0]):
        return Live(evidence=evidence)
    posts, left = ([one.url or one.id for one in there] for there in (online, files))
    return Altered.of(otherwise(posts, left), evidence=evidence)


def _is_approved(posting: Posting, written: Written | None) -> bool:
    """Whether text and alternative texts are the approved ones, and the media those that were made for it.

    Their bytes are not compared: the server writes each picture anew. Nobody can change the picture behind an id.
    """
    if written is None or _sha256(written.text) != posting.withdrawal.get("sha256"):
        return False
    made = {one.id for one in posting.references if one.kind == mastodonmedia.MEDIUM}
    media = written.media
    return [one.alt for one in media] == linkmedia.alts(posting) and {one.id for one in media} <= made


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
