"""A Facebook Page as a channel: a text with the link to the force's own page, and pictures of things.

A post is made invisible first and then shown. Sends nothing else, names no link of which a preview is to be made,
changes no text, and closes no comments: the Graph API has no switch for that on a Page's post (R32).
"""

import contextlib
import datetime as dt
import hashlib
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from fahndung.channels import facebookaddress, facebookanswers, kinds, linkmedia, linkpost
from fahndung.channels.abilities import Evidence, MediaLimits, Replies, TextLimit
from fahndung.channels.base import ADOPTED, Checkpoint
from fahndung.channels.facebookaccount import KIND, Endpoint
from fahndung.channels.facebookapi import Api, Shown
from fahndung.channels.facebookphotos import MEDIUM as PHOTO
from fahndung.channels.facebookphotos import Photo
from fahndung.channels.posting import Posts
from fahndung.channels.steps import before_sending, each, otherwise
from fahndung.errors import ChannelFailed, FahndungError, Message, NotSent, OutcomeUnknown, Rejected
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT, CAPTION = "post.txt", "caption.txt"
"""Parts of a payload: the text of the post, and what stands below each picture."""
MEDIA = MediaLimits(count=10, bytes=4_000_000, pixels=None, types=("image/jpeg",), alt_length=None)
"""Facebook tells no number; ten on one post were taken (somebody's report of v25.0, read 2026-11-26). Its reference
says 10 MB, its error 324 says 4 MB. We make JPEG only."""
BUSY = 50.0
"""From this percentage of Facebook's limit on nothing is posted: the other half is kept for taking down."""
PAUSE = dt.timedelta(minutes=15)

_RESIDUAL = Message(
    "Shares, screenshots, archives and search engines; the link in a copy leads to the force's page, which answers "
    "410. A draft or a photo that a crash left behind, which nobody but the Page's staff is shown, if Facebook does "
    "not list it; of photos it says that they go within about a day.",
    "Geteilte Beiträge, Bildschirmfotos, Archive und Suchmaschinen; der Link in einer Kopie führt auf die Seite der "
    "Polizei, die mit 410 antwortet. Ein nach einem Absturz zurückgebliebener Entwurf oder ein Foto, die nur die "
    "Redaktion der Seite sieht, falls Facebook sie nicht auflistet; Fotos verschwinden laut Facebook binnen etwa eines "
    "Tages.",
)
_PROOF = Message(
    "The API says of the post and of each of its pictures that it does not exist or that this token may not see it, "
    "the listings name nothing, and in the same look the same token was shown the Page. What a stranger sees no "
    "interface tells.",
    "Die API sagt von dem Beitrag und von jedem Bild daran, dass es das nicht gibt oder dieser Token es nicht sehen "
    "darf, die Listen nennen nichts, und in derselben Prüfung hat derselbe Token die Seite gesehen. Was ein Fremder "
    "sieht, sagt keine Schnittstelle.",
)
_UNIT = Message("characters (code points)", "Zeichen (Codepunkte)")
_REPLIES = Replies(
    setting="",
    remains=Message(
        "Anybody can comment, react and share; comments go with the post, shares with words of their own stay.",
        "Jeder kann kommentieren, reagieren und teilen; Kommentare gehen mit dem Beitrag, geteilte Beiträge mit "
        "eigenen Worten bleiben.",
    ),
)
_EVIDENCE = Evidence(
    by="simulator",
    version="Graph API v26.0",
    date=dt.date(2026, 11, 26),
    note=Message("Meta's field specifications of 2026-04-15", "Metas Feldspezifikationen vom 15.04.2026"),
)


class Facebook(Posts[Endpoint, Api]):
    """One Page (see ``fahndung.channels.base.Channel``).

    It deletes for ever and lists; Facebook counts calls by a measure that it does not tell beforehand.
    """

    kind = KIND
    residual = _RESIDUAL
    proof = _PROOF
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))

    def text_limits(self) -> tuple[TextLimit, ...]:
        """As the configuration says."""
        return (TextLimit(most=self.endpoint.characters, unit=_UNIT),)

    def media_limits(self) -> MediaLimits | None:
        """The most that is known to be taken."""
        return MEDIA if self.endpoint.media == kinds.OBJECTS else None

    def check(self) -> None:
        """Whether the token is this Page's, and the Page is seen and can be looked through.

        Of the right to publish and to delete this says nothing: no field of the specification does.

        Raises:
            AuthError: the token is another's, or may not list.
            ChannelFailed: the Page is not published or has too many posts, or nobody can tell.
        """
        self._api.control()
        self._api.refuse_unfit()

    def prepare(self, release: Release) -> Draft:
        """The longest teaser that fits, with the marker in its link, and the pictures that go along.

        Below each picture stands that link alone.

        Raises:
            NotPublishable: it does not fit (``linkpost.longest``, ``linkmedia.chosen``), or each teaser is too long.
        """
        teaser, counted = linkpost.longest(release, self.name, lambda one: self.fitting(len(one.linked)))
        pictures = linkmedia.chosen(release, self.name, self.media_limits())
        media = {"media": linkmedia.withdrawal(pictures), "caption": _sha256(teaser.link)} if pictures else {}
        caption = {CAPTION: teaser.link.encode()} if pictures else {}
        return self.draft(
            teaser.marker,
            withdrawal={"sha256": _sha256(teaser.linked), **media},
            payload={TEXT: teaser.linked.encode()} | caption | linkmedia.payload(pictures),
            counted=counted,
            attachments=linkmedia.attachments(pictures),
            text=teaser.name,
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes the pictures, then one post with them that nobody is shown, tells of each, and shows the post.

        Or a post that is shown at once. What surely was not sent leaves nothing behind: it is sent again later, anew.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        self._refuse_now()
        made: list[Reference] = []

        def keep(one: Reference) -> Reference:
            made.append(one)
            checkpoint(one)
            return one

        try:
            photos = [keep(one) for one in self._uploads(draft)]
            text = draft.payload[TEXT].decode()
            keep(self._api.post(text, published=not self.endpoint.drafts, photos=photos))
        except (NotSent, Rejected):
            self._take_back(made)
            raise
        if self.endpoint.drafts:
            self._show(made)

    def _take_back(self, made: Sequence[Reference]) -> None:
        """Removes what was made, the post before its pictures; what cannot be removed is known to the ledger."""
        for one in reversed(made):
            with contextlib.suppress(FahndungError):
                self._api.delete(one)

    def _uploads(self, draft: Draft) -> Iterator[Reference]:
        """Makes one picture after the other, each when it is asked for."""
        for one in draft.attachments:
            data, caption = draft.payload[one.name], draft.payload[CAPTION].decode()
            yield self._api.upload(data, media_type=one.media_type, alt=one.alt, caption=caption)

    def _refuse_now(self) -> None:
        """Nothing, if the token is this Page's and half of its calls are free."""
        with before_sending():
            usage = self._api.control()
        if usage.percent >= BUSY:
            raise facebookanswers.limited(
                f"{usage.percent:g} % of the calls are used up, the rest is kept for taking down.",
                f"{usage.percent:g} % der Aufrufe sind verbraucht, der Rest bleibt für Löschungen.",
                wait=usage.wait or PAUSE,
            )

    def _show(self, made: Sequence[Reference]) -> None:
        """Shows a draft, the last of what was made, and believes only what is read back."""
        *_, post = made
        unclear = _UNSHOWN
        try:
            self._api.show(post)
        except OutcomeUnknown as error:
            unclear = error.message
        except NotSent:
            self._take_back(made)
            raise
        try:
            shown = self._api.shown(post)
        except ChannelFailed as error:
            raise OutcomeUnknown(*error.message) from error
        if shown is None or not shown.published:
            raise OutcomeUnknown(*unclear)

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The Page's post with that address.

        Raises:
            ChannelFailed: nobody can tell.
        """
        return self._api.own_post(untrusted_url)

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address is one on Facebook: not all of them say whose post it is."""
        return facebookaddress.place(untrusted_url) is not None

    def reread(self, url: str) -> None:
        """Has Facebook read an address again, so that its preview of a link shows what stands there now.

        Raises:
            ChannelFailed, NotPublishable: as ``facebookanswers.written``.
        """
        self._api.reread(url)

    def look(self, posting: Posting) -> Look:
        """What the API shows the Page of the references, and of what the listings name beside them."""
        evidence: dict[str, object] = {"a stranger's view": "not told by any interface"}
        try:
            self._api.control()
            evidence["page"] = self.endpoint.page
            listed = self.find(posting.marker)
            evidence["listed"] = len(listed)
            references = each(*posting.references, *listed)
            seen = {one.id: self._api.shown(one) for one in references if one.kind != PHOTO}
            photos = {one.id: self._api.photo(one) for one in references if one.kind == PHOTO}
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        evidence["posts"] = {id: _told(shown) for id, shown in seen.items()}
        evidence |= {"photos": {id: photo is not None for id, photo in photos.items()}} if photos else {}
        posts = {id: shown for id, shown in seen.items() if shown is not None}
        there = {id: photo for id, photo in photos.items() if photo is not None}
        if posts:
            return _verdict(posting, posts, there, evidence)
        if there:
            left = ", ".join(there)
            why = Message(
                f"no post is there, and pictures made for it are: {left}",
                f"kein Beitrag ist da, Bilder dafür aber schon: {left}",
            )
            return Altered.of(why, evidence)
        if listed:
            return Unknown.of(
                Message(
                    "the API does not show it any more, and a listing still names it",
                    "die Schnittstelle zeigt es nicht mehr, und eine Liste nennt es noch",
                ),
                evidence,
            )
        return Gone(evidence=evidence)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Facebook:
    """The Page that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return Facebook(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> Facebook:
    """The Page of a ledger row.

    Raises:
        ChannelFailed: the row does not say which Page it was.
    """
    return Facebook(Endpoint.from_ledger(endpoint))


_UNSHOWN = Message(
    "Facebook took the post and does not show it: it is a draft that nobody sees. It is tried again; if it stays so, "
    "set drafts = false in the channel's table.",
    "Facebook hat den Beitrag angenommen und zeigt ihn nicht: Er ist ein Entwurf, den niemand sieht. Es wird erneut "
    "versucht; bleibt es dabei, bitte beim Kanal drafts = false setzen.",
)


def _verdict(
    posting: Posting, there: Mapping[str, Shown], photos: Mapping[str, Photo], evidence: Mapping[str, object]
) -> Look:
    """Of what exists: live is one post that is as approved; drafts beside it are shown to nobody."""
    visible = [shown for shown in there.values() if shown.published]
    if not visible:
        drafts = ", ".join(there)
        why = Message(f"a draft that nobody is shown: {drafts}", f"ein Entwurf, den niemand sieht: {drafts}")
        return Altered.of(why, evidence)
    if posting.withdrawal.get(ADOPTED):
        return Live(evidence=evidence)
    if len(visible) == 1 and _is_approved(posting, visible[0], photos):
        return Live(evidence=evidence)
    return Altered.of(otherwise([id for id, one in there.items() if one.published]), evidence=evidence)


def _is_approved(posting: Posting, shown: Shown, photos: Mapping[str, Photo]) -> bool:
    """Whether the words are the approved ones, and what hangs on it are the photos that were made for it.

    Their bytes are not compared: Facebook writes each picture anew. Nor is their order, which no documentation keeps.
    """
    made = {one.id for one in posting.references if one.kind == PHOTO}
    hanging = [photos[id] for id in shown.photos if id in made and id in photos]
    if not shown.plain or len(hanging) != len(shown.photos) or _sha256(shown.text) != posting.withdrawal.get("sha256"):
        return False
    alts = sorted(photo.alt for photo in hanging)
    return alts == sorted(linkmedia.alts(posting)) and all(_is_neutral(posting, photo.caption) for photo in hanging)


def _is_neutral(posting: Posting, caption: str) -> bool:
    """Whether nothing stands below a picture but what we wrote there, or the text of its post."""
    return not caption or _sha256(caption) in {posting.withdrawal.get("caption"), posting.withdrawal.get("sha256")}


def _told(shown: Shown | None) -> str:
    if shown is None:
        return "gone, or not shown to this token"
    return "shown" if shown.published else "a draft"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
