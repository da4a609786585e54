"""One account on X as a channel: a text with the link to the force's own page, and pictures of things.

Nobody can reply. Edits nothing. Others can still quote a post (R32 asks for nothing there: what they write stands in
their own account).
"""

import contextlib
import datetime as dt
import decimal
import hashlib
import pathlib
import urllib.parse
from collections.abc import Mapping, Sequence

from fahndung import http
from fahndung.channels import kinds, linkmedia, linkpost, xmedia, xposts, xtext
from fahndung.channels.abilities import Cost, Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.base import ADOPTED, Checkpoint
from fahndung.channels.capabilities import Rate
from fahndung.channels.linkpost import Teaser
from fahndung.channels.posting import Posts
from fahndung.channels.steps import each, otherwise
from fahndung.channels.xaccount import KIND, Endpoint
from fahndung.channels.xapi import Api
from fahndung.channels.xattached import MEDIUM as PICTURE
from fahndung.channels.xposts import Shown
from fahndung.errors import ChannelFailed, FahndungError, Message
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Counted, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT = "post.txt"

RATE = Rate(writes=34, per=dt.timedelta(minutes=15), burst=16)
"""X takes 50 deletions of an account in a quarter of an hour, its narrowest limit (docs.x.com, read 2026-11-22).

``burst`` and ``writes`` together are 50. Posts get half of that at most: the other half is kept for taking down."""

COSTS = tuple(
    Cost(what=what, amount=decimal.Decimal(amount), currency="USD")
    for what, amount in (
        (Message("a post with a link", "ein Beitrag mit Link"), "0.20"),
        (Message("each own post that is read", "jeder gelesene eigene Beitrag"), "0.001"),
        (Message("a deletion", "eine Löschung"), "0"),
    )
)
"""Source: docs.x.com, read 2026-11-22."""

_RESIDUAL = Message(
    "Screenshots, archives and search engines; what others wrote when they quoted the post. The link in a copy leads "
    "to the force's page, which answers 410. No call deletes a picture: it goes when X lets it go after its post, and "
    "its copies in other sizes nobody looks for.",
    "Bildschirmfotos, Archive und Suchmaschinen; was andere schrieben, als sie den Beitrag zitierten. Der Link in "
    "einer Kopie führt auf die Seite der Polizei, die mit 410 antwortet. Ein Bild löscht kein Aufruf: Es geht, wenn X "
    "es nach seinem Beitrag gehen lässt, und nach seinen Kopien in anderen Größen sieht niemand.",
)
_PROOF = Message(
    "The API says of the post that it does not exist, the listing names nothing, each picture answers 404 or 410 to a "
    "stranger (one that no post ever showed: the API does not know it), and in the same look the account answered to "
    "its credential and its own picture was shown.",
    "Die API sagt von dem Beitrag, dass es ihn nicht gibt, die Liste nennt nichts, jedes Bild antwortet einem Fremden "
    "404 oder 410 (eines, das nie ein Beitrag zeigte: die API kennt es nicht), und in derselben Prüfung hat das Konto "
    "auf sein Zugangsgeheimnis geantwortet und wurde sein eigenes Bild gezeigt.",
)
_PUBLIC = "https://fahndung.polizei.example/"
_UNIT = Message(
    "characters as X counts them (any web address 23, a picture sign 2)",
    "Zeichen, wie X sie zählt (jede Webadresse 23, ein Bildzeichen 2)",
)
_REPLIES = Replies(
    setting="reply_settings: mentionedUsers",
    remains=Message(
        "Nobody can reply. Others can quote, repost and like the post; a quote stays when the post is deleted.",
        "Niemand kann antworten. Zitieren, teilen und mit „Gefällt mir“ versehen kann jeder; ein Zitat bleibt, wenn "
        "der Beitrag gelöscht ist.",
    ),
)
_EVIDENCE = Evidence(by="simulator", version="X OpenAPI 2.167", date=dt.date(2026, 11, 26))


class X(Posts[Endpoint, Api]):
    """One account (see ``fahndung.channels.base.Channel``).

    It deletes for ever and lists; a repeated text is refused for a while, which is not relied on.
    """

    kind = KIND
    rate = RATE
    residual = _RESIDUAL
    proof = _PROOF
    costs = COSTS
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))
        self._addresses: dict[str, str] = {}

    def text_limits(self) -> tuple[TextLimit, ...]:
        """That of an account that pays for nothing."""
        return (TextLimit(most=xtext.MOST, unit=_UNIT),)

    def media_limits(self) -> MediaLimits | None:
        """Those of every account."""
        return xmedia.LIMITS if self._sends_pictures else None

    @property
    def _sends_pictures(self) -> bool:
        return self.endpoint.media == kinds.OBJECTS

    def check(self) -> None:
        """Whether the credential is this account's and may write and delete, as far as X tells; and upload.

        Raises:
            AuthError: it is another's, or may not.
            ChannelFailed: the account has too many posts to be looked through, no picture of its own although pictures
                go along, or nobody can tell.
        """
        me = self._api.me()
        self._api.refuse_rights(me, uploads=self._sends_pictures)
        self._api.refuse_crowded(me)
        if self._sends_pictures:
            self._api.refuse_faceless(me)
            xmedia.refuse_rights(self._api, self.endpoint.account)

    def prepare(self, release: Release) -> Draft:
        """The longest teaser that fits, with the marker in its link, and the pictures that go along.

        Raises:
            NotPublishable: it does not fit (``linkpost.longest``, ``linkmedia.chosen``), or X would take no teaser.
        """
        teaser, counted = linkpost.longest(release, self.name, self._counted)
        pictures = linkmedia.chosen(release, self.name, self.media_limits())
        return self.draft(
            teaser.marker,
            withdrawal={"sha256": _sha256(teaser.linked), "media": linkmedia.withdrawal(pictures)},
            payload={TEXT: teaser.linked.encode()} | linkmedia.payload(pictures),
            counted=counted,
            attachments=linkmedia.attachments(pictures),
            text=teaser.name,
        )

    def _counted(self, teaser: Teaser) -> Counted:
        """The length of a teaser.

        Raises:
            Refused: it is too long, or has what X would make another link or a mention of: who is mentioned could
                reply.
        """
        text = teaser.linked
        link = next((word for word in text.split() if linkpost.marker_of(word) == teaser.marker), "")
        others = xtext.links(text.replace(link, " ")) if link else ()
        if not _is_link(link) or others:
            raise linkpost.refused(
                self.name,
                "X has to make a link of the page's address, with spaces around it, and of nothing else: "
                f"{', '.join(others) or 'it makes none'}",
                "X muss aus der Adresse der Seite, von Leerraum umgeben, einen Link machen und aus nichts anderem: "
                f"{', '.join(others) or 'es macht keinen'}",
            )
        if xtext.mentions(text):
            raise linkpost.refused(
                self.name,
                "it mentions an account (@…), who could then reply",
                "sie erwähnt ein Konto (@…), das dann antworten könnte",
            )
        published = _as_published(text, link)
        counted = self.fitting(xtext.count(published))
        if not xtext.is_allowed(published):
            raise linkpost.refused(
                self.name,
                "the text has one of the characters U+FEFF, U+FFFE and U+FFFF, which X refuses",
                "der Text enthält eines der Zeichen U+FEFF, U+FFFE und U+FFFF, die X ablehnt",
            )
        return counted

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes the media, then the post that shows them, unless a clean listing has it already: X knows no call again.

        Raises:
            Duplicate: it is there already.
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        self.refuse_listed(draft.marker, "X")
        media = []
        for one in draft.attachments:
            made = xmedia.upload(self._api, draft.payload[one.name])
            checkpoint(made.reference)
            xmedia.finish(self._api, made, one.alt)
            media.append(made.id)
        post = self._api.post(draft.payload[TEXT].decode(), media)
        checkpoint(post)
        for hanging in self._hanging(post) if media else ():
            checkpoint(hanging)

    def withdraw(self, posting: Posting) -> None:
        """As every account; before its post goes, the addresses of pictures are noted that the ledger does not know.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
        """
        if any(one.kind == PICTURE and one.url is None for one in each(*posting.references)):
            for post in posting.references:
                self._addresses |= {one.id: one.url for one in self._hanging(post) if one.url}
        super().withdraw(posting)

    def _hanging(self, post: Reference) -> Sequence[Reference]:
        """The media that a post shows, with their addresses; none where X does not tell: then looks ask again."""
        if post.kind != "post":
            return ()
        with contextlib.suppress(ChannelFailed):
            shown = self._api.shown(post)
            return () if shown is None else [one.reference for one in shown.media]
        return ()

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The account's post with that page.

        Raises:
            ChannelFailed: nobody can tell.
        """
        return self._api.own_post(untrusted_url)

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address has the form of those of this account's posts; offline."""
        return self._api.own_number(untrusted_url) is not None

    def look(self, posting: Posting) -> Look:
        """What the API shows of the references and of what the listing names beside them; pictures as a stranger."""
        evidence: dict[str, object] = {}
        try:
            me = self._api.me()
            evidence["account"] = me.id
            listed = self.find(posting.marker)
            posts = [one for one in listed if one.kind == "post"]
            evidence["listed"] = len(posts)
            references = each(*posting.references, *listed)
            seen = {one: self._api.shown(one) for one in references if one.kind != PICTURE}
            eyes = self._api.eyes(me, self._addresses)
            pictures = {one: eyes.shown(one) for one in references if one.kind == PICTURE}
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        online = {one: shown for one, shown in seen.items() if shown is not None}
        evidence["posts"] = {one.id: one in online for one in seen}
        evidence |= {"media": {one.url or one.id: shown for one, shown in pictures.items()}} if pictures else {}
        if not online and posts:
            return Unknown.of(
                Message(
                    "the API does not show it any more, and the listing still names it",
                    "die Schnittstelle zeigt es nicht mehr, und die Liste nennt es noch",
                ),
                evidence,
            )
        left = [one for one, shown in pictures.items() if shown]
        if not online and not left:
            return Gone(evidence=evidence)
        if posting.withdrawal.get(ADOPTED) and online:
            return Live(evidence=evidence)
        if len(online) == 1 and all(_is_approved(posting, shown) for shown in online.values()):
            return Live(evidence=evidence)
        found, files = ([one.url or one.id for one in there] for there in (online, left))
        return Altered.of(otherwise(found, files), evidence=evidence)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> X:
    """The account that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return X(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> X:
    """The account of a ledger row.

    Raises:
        ChannelFailed: the row does not say which account it was.
    """
    return X(Endpoint.from_ledger(endpoint))


def _is_link(address: str) -> bool:
    """Whether X makes a link of it; on this machine, where rehearsals have their page, it does not have to."""
    host = urllib.parse.urlsplit(address).hostname
    return host is not None and (http.is_loopback(host) or xtext.links(address) == (address,))


def _as_published(text: str, link: str) -> str:
    """What is counted: where X makes no link of a rehearsal's page, the text with an address that stands for it."""
    host = urllib.parse.urlsplit(link).hostname
    return text.replace(link, _PUBLIC) if host is not None and http.is_loopback(host) else text


def _is_approved(posting: Posting, shown: Shown) -> bool:
    """Whether text and alternative texts are the approved ones, and the media those that were made for it.

    Their bytes are not compared: X writes each picture anew. Nobody can change the picture behind a key.
    """
    if not shown.plain or posting.withdrawal.get("sha256") not in {*map(_sha256, shown.texts)}:
        return False
    made = {one.id for one in posting.references if one.kind == PICTURE}
    alts, media = linkmedia.alts(posting), shown.media
    fits = len(alts) == len(media) and all(one.is_photo(alt) for one, alt in zip(media, alts, strict=True))
    return fits and {one.key for one in media} <= made


def _sha256(text: str) -> str:
    return hashlib.sha256(xposts.normal(text).encode()).hexdigest()
