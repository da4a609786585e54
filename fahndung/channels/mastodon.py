"""One account on a Mastodon server as a channel: a text with the link to the force's own page, and nothing else.

Sends no picture and no file, changes nothing in place, and closes no replies: Mastodon has no switch for that (R32).
"""

import dataclasses
import datetime as dt
import hashlib
import pathlib
from collections.abc import Iterable, Mapping, Sequence

from fahndung.channels import linkpost
from fahndung.channels.base import ADOPTED, Checkpoint, Evidence, Rate, Replies, TextLimit
from fahndung.channels.mastodonaccount import KIND, Endpoint
from fahndung.channels.mastodonapi import Api, Sight
from fahndung.channels.posting import Posts
from fahndung.channels.steps import each
from fahndung.errors import FahndungError, Message
from fahndung.model.appeal import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT = "post.txt"

RATE = Rate(writes=20, per=dt.timedelta(minutes=30), burst=10)
"""A server takes 30 deletions of an account in half an hour, its narrowest limit (rack_attack.rb, read 2026-11-26).

The ledger lets ``burst`` calls through at once and ``writes`` more in any such span, so 30 at most. Posts count as
well, although the server allows more of them, and get half of that at most: the other half is kept for taking down."""

_UNIT = Message("characters, every address with the same length", "Zeichen, jede Adresse gleich lang gezählt")
_RESIDUAL = Message(
    "Copies on other servers: they are told to delete theirs, and nobody can check that they did. The link in them "
    "leads to the force's page, which answers 410. Copies that people, archives or search engines made.",
    "Kopien auf anderen Servern: Sie werden zum Löschen aufgefordert, ob sie es tun, kann niemand prüfen. Der Link "
    "darin führt auf die Seite der Polizei, die mit 410 antwortet. Kopien von Personen, Archiven oder Suchmaschinen.",
)
_PROOF = Message(
    "API and public page answer 404 or 410 to a stranger (where the API talks to nobody without a login: the page "
    "alone), the listing names nothing, and in the same look the account answered and was shown.",
    "API und öffentliche Seite antworten einem Fremden 404 oder 410 (wo die API ohne Anmeldung nicht antwortet: die "
    "Seite allein), die Liste nennt nichts, und in derselben Prüfung hat das Konto geantwortet und wurde gezeigt.",
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
    by="simulator", version="Mastodon OpenAPI 4.7.0; recorded GoToSocial 0.20", date=dt.date(2026, 11, 26)
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

    def check(self) -> None:
        """Whether the token is this account's and may write and delete, and strangers see the account.

        What a token may do only servers from 4.3 on tell; of an older one this says nothing.

        Raises:
            AuthError: the token is another's, or may not.
            ChannelFailed: the account has too many statuses to be looked through, or nobody can tell.
        """
        self._api.control()
        self._api.refuse_rights()
        self._api.refuse_crowded()

    def prepare(self, release: Release) -> Draft:
        """The teaser with the marker in its link.

        Raises:
            NotPublishable: it does not fit (``linkpost.compose``), or is too long.
        """
        text, marker = linkpost.compose(release, self.name)
        counted = self.fitting(linkpost.length(text, url_characters=self.endpoint.url_characters))
        return Draft(
            channel=self.name,
            kind=self.kind,
            medium=self.medium,
            marker=marker,
            endpoint=self.access(),
            withdrawal={"sha256": _sha256(text)},
            payload={TEXT: text.encode()},
            references=(),
            counted=counted,
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes one post.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        checkpoint(self._api.post(draft.payload[TEXT].decode(), marker=draft.marker))

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The account's status with that page.

        Raises:
            ChannelFailed: nobody can tell.
        """
        return self._api.own_status(untrusted_url)

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
            seen = {reference.id: self._api.sight(reference, control) for reference in references}
            evidence["addresses"] = {one.url: dataclasses.asdict(seen[one.id]) for one in references}
            online = [reference for reference in references if not seen[reference.id].gone]
            texts = [self._api.source(reference) for reference in online]
        except FahndungError as error:
            return Unknown(why=error.message.en, evidence=evidence)
        return _verdict(posting, [seen[one.id] for one in online], online, texts, evidence)


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
    seen: Iterable[Sight],
    online: Sequence[Reference],
    texts: Sequence[str | None],
    evidence: Mapping[str, object],
) -> Look:
    if not online and evidence["listed"]:
        return Unknown(why="nobody is shown it any more, and the listing still names it", evidence=evidence)
    if not online:
        return Gone(evidence=evidence)
    if posting.withdrawal.get(ADOPTED):
        return Live(evidence=evidence)
    approved = [text for text in texts if text is not None and _sha256(text) == posting.withdrawal.get("sha256")]
    if len(approved) == len(online) == 1 and all(sight.whole for sight in seen):
        return Live(evidence=evidence)
    return Altered(why=f"online: {', '.join(one.url or one.id for one in online)}", evidence=evidence)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
