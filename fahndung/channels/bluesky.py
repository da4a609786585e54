"""One Bluesky account as a channel: a text with the link to the force's own page, closed to replies and quotes.

Pictures of things may go along. Sends no preview card and no other file, and changes nothing in place.
"""

import datetime as dt
import functools
import json
import pathlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from fahndung.channels import blueskyaddress, blueskyrecord, kinds, linkmedia, linkpost, written
from fahndung.channels.abilities import Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.base import ADOPTED, Checkpoint
from fahndung.channels.blueskyaccount import KIND, Endpoint, is_did
from fahndung.channels.blueskyapi import Api
from fahndung.channels.blueskyrecord import FILE
from fahndung.channels.capabilities import Rate
from fahndung.channels.posting import Account
from fahndung.channels.steps import do_all, each
from fahndung.errors import FahndungError, Message
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT, RECORD = "post.txt", "post.json"
ELSEWHERE = "in another post of the account"
STAND = "website/entry.json"
"""Says of which instant the appeal is; the post is dated by it, because a clock would make another post every time."""

RATE = Rate(writes=200, per=dt.timedelta(hours=1), burst=200)
"""A server gives an account 5,000 points an hour and 35,000 a day; a put costs 2, a deletion 1 (read 2026-11-26).

A publication is 3 puts, a withdrawal 3 deletions, or 6 if something is found that no reference named: 6 points at
most. The ledger lets ``burst`` calls through at once and ``writes`` more in any hour: 2,400 points in the busiest hour,
30,000 on the busiest day. The rest is for whoever else writes to the account."""

_UNIT = Message("characters as people see them", "Zeichen, wie Menschen sie sehen")
_BYTES = Message("bytes of UTF-8", "Byte in UTF-8")
_RESIDUAL = Message(
    "Copies of relays, other apps and archives of the network: they are told of the deletion, and nobody can check "
    "that they obey. The link in them leads to the force's page, which answers 410. Copies of pictures on the picture "
    "server of Bluesky's app. Screenshots and search engines.",
    "Kopien von Relays, anderen Apps und Archiven des Netzwerks: Sie erfahren von der Löschung; ob sie ihr folgen, "
    "kann niemand prüfen. Der Link darin führt auf die Seite der Polizei, die mit 410 antwortet. Kopien von Bildern "
    "auf dem Bildserver der Bluesky-App. Bildschirmfotos, Suchmaschinen.",
)
_PROOF = Message(
    "The account's server shows a stranger neither post nor gates nor pictures of it, its listings name nothing, the "
    "view of the network (where one is configured) shows no post, and in the same look both showed the account.",
    "Der Server des Kontos zeigt einem Fremden weder Beitrag noch Sperren noch Bilder davon, die Listen nennen nichts, "
    "die Ansicht des Netzwerks (wo eine eingetragen ist) zeigt keinen Beitrag, und in derselben Prüfung zeigten beide "
    "das Konto.",
)
_REPLIES = Replies(
    setting="threadgate: allow [], postgate: disableRule",
    remains=Message(
        "Bluesky's own view takes no reply and no quote. Others can like and repost; apps and views that ignore gates, "
        "and posts that merely name the link, are not kept from it.",
        "Die eigene Ansicht von Bluesky nimmt keine Antwort und kein Zitat an. Weiterverbreiten und „Gefällt mir“ "
        "kann jeder; Apps und Ansichten, die Sperren nicht beachten, und Beiträge, die nur den Link nennen, hält "
        "nichts auf.",
    ),
)
_EVIDENCE = Evidence(by="real-server", version="@atproto/pds 0.4.217", date=dt.date(2026, 11, 26))


class Bluesky(Account[Endpoint, Api]):
    """One account (see ``fahndung.channels.base.Channel``).

    It deletes for ever and lists; a post has its place, and the same post there again changes nothing.
    """

    kind = KIND
    idempotency = "path"
    rate = RATE
    residual = _RESIDUAL
    proof = _PROOF
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))

    def text_limits(self) -> tuple[TextLimit, ...]:
        """As the configuration says, in characters and in bytes."""
        graphemes, octets = self.endpoint.graphemes, self.endpoint.text_bytes
        return TextLimit(most=graphemes, unit=_UNIT), TextLimit(most=octets, unit=_BYTES)

    def media_limits(self) -> MediaLimits | None:
        """As the lexicon and the configuration say; no limit of an alternative text is known."""
        if self.endpoint.media == kinds.NONE:
            return None
        return MediaLimits(
            count=4, bytes=self.endpoint.image_bytes, pixels=None, types=("image/jpeg",), alt_length=None
        )

    def check(self) -> None:
        """Whether the password is this account's own app password and may write and delete, and strangers see it all.

        That it may is tried by deleting a record that nobody ever made, which changes nothing.

        Raises:
            AuthError: it is another's or the account's main one, or may not.
            ChannelFailed: strangers do not see the account, it cannot be looked through, or nobody can tell.
        """
        self._api.refuse_account()
        self._api.control()
        self._api.listed()

    def prepare(self, release: Release) -> Draft:
        """The longest teaser that fits, as approved; the page's address in it leads to the page with the marker.

        The marker is not in the text: there it would take 27 of 300 characters and help nobody who reads.

        Raises:
            NotPublishable: it does not fit (``linkpost.longest``, ``linkmedia.chosen``), has no date, or each teaser is
                too long.
        """
        teaser, counted = linkpost.longest(
            release, self.name, lambda one: self.fitting(linkpost.graphemes(one.text), len(one.text.encode()))
        )
        text, marker = teaser.text, teaser.marker
        at = self._stand(release)
        pictures = linkmedia.chosen(release, self.name, self.media_limits())
        record = blueskyrecord.post(text, teaser.page, marker, at, pictures)
        return self.draft(
            marker,
            withdrawal={
                "sha256": blueskyrecord.sha256(record),
                "key": blueskyrecord.key(marker, at),
                **({"media": [*blueskyrecord.cids(record)]} if pictures else {}),
            },
            payload={TEXT: text.encode(), RECORD: blueskyrecord.text_of(record)} | linkmedia.payload(pictures),
            counted=counted,
            attachments=linkmedia.attachments(pictures),
            text=teaser.name,
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Closes the post, gives the server its pictures, then makes it: nobody can reply or quote in between.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        record: dict[str, Any] = json.loads(draft.payload[RECORD])
        key = str(draft.withdrawal["key"])
        uri = blueskyrecord.address(self._api.did(), "post", key)
        for kind in blueskyrecord.GATES:
            gate = blueskyrecord.gate(kind, uri, draft.marker, record["createdAt"])
            checkpoint(self._api.put(kind, key, gate))
        for one in draft.attachments:
            checkpoint(self._api.upload(draft.payload[one.name], one.media_type))
        checkpoint(self._api.put("post", key, record))

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The account's post with that page.

        Raises:
            ChannelFailed: nobody can tell.
        """
        return self._api.own_post(untrusted_url)

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address has the form of those of this account's posts; offline, so of a handle nobody can tell."""
        named, own = blueskyaddress.named(untrusted_url, self.endpoint.url), self.endpoint.account
        return named is not None and (named[0] == own.casefold() or is_did(named[0]) != is_did(own))

    def grown(self, posting: Posting) -> tuple[Reference, ...]:
        """The files that a post shows which somebody made by hand: once it is gone nobody names them any more.

        Raises:
            ChannelFailed: nobody can tell.
        """
        if not posting.withdrawal.get(ADOPTED):
            return ()
        records = [self._api.record(one) for one in posting.references if one.kind == "post"]
        shown = [self._api.file(cid) for record in records if record is not None for cid in blueskyrecord.cids(record)]
        return tuple(one for one in each(*shown) if one not in posting.references)

    def look(self, posting: Posting) -> Look:
        """What a stranger finds of the references, and of what the listing names beside them."""
        evidence: dict[str, object] = {}
        try:
            evidence["account"] = self._api.control()
            everything = self.listing()
            listed = [one.reference for one in everything if one.marker == posting.marker]
            evidence["listed"] = len(listed)
            references = each(*posting.references, *listed)
            records = {one: self._api.record(one) for one in references if one.kind != FILE}
            files = self._files(references, {one.reference.id for one in everything if one.marker != posting.marker})
            viewed = {one: self._api.viewed(one) for one in references if one.kind == "post"} if self._views else {}
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        evidence["server"] = {one.id: found is not None for one, found in records.items()}
        evidence["view"] = {one.id: found is not None for one, found in viewed.items()} if self._views else "none"
        evidence |= {"files": {one.id: shown for one, shown in files.items()}} if files else {}
        return _verdict(posting, bool(listed), records, viewed, files, evidence)

    def withdraw(self, posting: Posting) -> None:
        """Removes what the references and its own place name, then whatever the listing still names.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
        """
        do_all(
            lambda: self._withdraw(posting.references, posting.withdrawal.get("key")),
            lambda: self._withdraw(self.find(posting.marker)),
        )

    def _files(self, references: Iterable[Reference], others: Collection[str]) -> dict[Reference, bool | str]:
        """What a stranger is shown of each file; a file is named by its bytes, and another post may show the same."""
        files = [one for one in references if one.kind == FILE]
        return {one: self._api.shows_file(one) and (one.id not in others or ELSEWHERE) for one in files}

    @property
    def _views(self) -> bool:
        return bool(self.endpoint.appview)

    def _withdraw(self, references: Iterable[Reference], key: object = None) -> None:
        records = (one for one in references if one.kind != FILE)  # files go with the last record that names them
        places = {_place(one): functools.partial(self._withdraw_at, one) for one in records}
        steps = list(places.values())
        if isinstance(key, str) and not any(place[-1] == key for place in places):
            steps.append(functools.partial(self._api.take_down, key))
        do_all(*steps)

    def _withdraw_at(self, reference: Reference) -> None:
        self._api.take_down(self._api.key_of(reference))

    def _stand(self, release: Release) -> dt.datetime:
        file = release.files.get(STAND)
        try:
            return written.instant(json.loads(file.data)["updated"] if file else None)
        except (ValueError, KeyError, TypeError) as error:
            raise linkpost.refused(
                self.name,
                f"{STAND} does not say of which instant it is, by which the post is dated",
                f"{STAND} nennt keinen Stand, mit dem der Beitrag datiert wird",
            ) from error


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Bluesky:
    """The account that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return Bluesky(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> Bluesky:
    """The account of a ledger row.

    Raises:
        ChannelFailed: the row does not say which account it was.
    """
    return Bluesky(Endpoint.from_ledger(endpoint))


Records = Mapping[Reference, Mapping[str, Any] | None]
"""What was shown of each reference; None: nothing."""


def _place(reference: Reference) -> tuple[str, ...]:
    """Account and key: what lies there belongs together."""
    parts = reference.id.split("/")
    return (*parts[:-2], parts[-1])


def _verdict(
    posting: Posting,
    is_listed: bool,
    records: Records,
    viewed: Records,
    files: Mapping[Reference, bool | str],
    evidence: Mapping[str, object],
) -> Look:
    online = [one for one, found in records.items() if found is not None or viewed.get(one) is not None]
    if not online and is_listed:
        return Unknown.of(
            Message(
                "no address shows it any more, and the listing still names it",
                "keine Adresse zeigt es mehr, und die Liste nennt es noch",
            ),
            evidence,
        )
    left = [one for one, shown in files.items() if shown is True]
    if not online and not left:
        return Gone(evidence=evidence)
    if not online:
        shown = ", ".join(one.id for one in left)
        why = Message(
            f"the post is gone, and files of it are shown: {shown}",
            f"der Beitrag ist weg, Dateien davon werden noch gezeigt: {shown}",
        )
        return Altered.of(why, evidence)
    if posting.withdrawal.get(ADOPTED):
        return Live(evidence=evidence)
    unseen = [one.id for one, shown in files.items() if not shown]
    wrong = [Message(f"the picture {id} is not shown", f"das Bild {id} wird nicht gezeigt") for id in unseen]
    wrong += list(_wrong(posting, [one for one in online if one.kind == "post"], records, viewed))
    if wrong:
        rest = f". Online: {', '.join(one.id for one in online)}"
        why = Message.joined(wrong)
        return Altered.of(Message(why.en + rest, why.de + rest), evidence)
    return Live(evidence=evidence)


def _wrong(posting: Posting, posts: Sequence[Reference], records: Records, viewed: Records) -> Iterable[Message]:
    """What of that which is online is not as it was approved."""
    if len(posts) != 1:
        yield Message(f"there are {len(posts)} posts", f"es sind {len(posts)} Beiträge")
        return
    (post,) = posts
    approved = posting.withdrawal.get("sha256")
    for where, ort, shown in (("server", "Server", records), ("view", "Netz (AppView)", viewed)):
        record = shown.get(post)
        if record is None and post in shown:
            yield Message(f"the {where} does not show it", f"{ort}: zeigt es nicht")
        if record is not None and blueskyrecord.sha256(record) != approved:
            yield Message(
                f"the {where} shows something else than was approved", f"{ort}: zeigt anderes als freigegeben"
            )
    for kind in blueskyrecord.GATES:
        gates = [found for one, found in records.items() if one.kind == kind and _place(one) == _place(post)]
        if not any(gate is not None and blueskyrecord.is_closed(kind, gate, post.id) for gate in gates):
            yield Message(f"its {kind} does not stand", f"seine Sperre ({kind}) steht nicht")
