"""A Facebook Page as a channel: a text with the link to the force's own page, made invisible first and then shown.

Sends no picture and no file, names no link of which a preview is to be made, changes no text, and closes no comments:
the Graph API has no switch for that on a Page's post (R32).
"""

import contextlib
import datetime as dt
import hashlib
import pathlib
from collections.abc import Mapping

from fahndung.channels import facebookanswers, linkpost
from fahndung.channels.abilities import Evidence, Replies, TextLimit
from fahndung.channels.base import ADOPTED, Checkpoint
from fahndung.channels.facebookaccount import KIND, Endpoint
from fahndung.channels.facebookapi import Api, Shown
from fahndung.channels.posting import Posts
from fahndung.channels.steps import before_sending, each
from fahndung.errors import ChannelFailed, FahndungError, Message, NotSent, OutcomeUnknown
from fahndung.model.appeal import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT = "post.txt"
BUSY = 50.0
"""From this percentage of Facebook's limit on nothing is posted: the other half is kept for taking down."""
PAUSE = dt.timedelta(minutes=15)

_RESIDUAL = Message(
    "Shares, screenshots, archives and search engines; the link in a copy leads to the force's page, which answers "
    "410. A draft that a crash left behind, which nobody but the Page's staff is shown, if Facebook does not list it.",
    "Geteilte Beiträge, Bildschirmfotos, Archive und Suchmaschinen; der Link in einer Kopie führt auf die Seite der "
    "Polizei, die mit 410 antwortet. Ein nach einem Absturz zurückgebliebener Entwurf, den nur die Redaktion der Seite "
    "sieht, falls Facebook ihn nicht auflistet.",
)
_PROOF = Message(
    "The API says of the post that it does not exist or that this token may not see it, the listings name nothing, and "
    "in the same look the same token was shown the Page. What a stranger sees no interface tells.",
    "Die API sagt von dem Beitrag, dass es ihn nicht gibt oder dieser Token ihn nicht sehen darf, die Listen nennen "
    "nichts, und in derselben Prüfung hat derselbe Token die Seite gesehen. Was ein Fremder sieht, sagt keine "
    "Schnittstelle.",
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
        """The teaser with the marker in its link.

        Raises:
            NotPublishable: it does not fit (``linkpost.compose``), or is too long.
        """
        text, marker = linkpost.compose(release, self.name)
        counted = self.fitting(len(text))
        return self.draft(
            marker,
            withdrawal={"sha256": _sha256(text)},
            payload={TEXT: text.encode()},
            counted=counted,
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes one post that nobody is shown, tells of it, and shows it; or one that is shown at once.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        self._refuse_now()
        made = self._api.post(draft.payload[TEXT].decode(), published=not self.endpoint.drafts)
        checkpoint(made)
        if self.endpoint.drafts:
            self._show(made)

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

    def _show(self, made: Reference) -> None:
        """Shows a draft, and believes only what is read back."""
        unclear = _UNSHOWN
        try:
            self._api.show(made)
        except OutcomeUnknown as error:
            unclear = error.message
        except NotSent:
            # it is sent again later, as a new draft; one that cannot be removed is known to the ledger
            with contextlib.suppress(FahndungError):
                self._api.delete(made)
            raise
        try:
            shown = self._api.shown(made)
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

    def reread(self, url: str) -> None:
        """Has Facebook read an address again, so that its preview of a link shows what stands there now.

        Raises:
            ChannelFailed, NotPublishable: as ``facebookanswers.written``.
        """
        self._api.reread(url)

    def look(self, posting: Posting) -> Look:
        """What the API shows the Page of the references, and of what the listing names beside them."""
        evidence: dict[str, object] = {"a stranger's view": "not told by any interface"}
        try:
            self._api.control()
            evidence["page"] = self.endpoint.page
            listed = self.find(posting.marker)
            evidence["listed"] = len(listed)
            seen = {one.id: self._api.shown(one) for one in each(*posting.references, *listed)}
        except FahndungError as error:
            return Unknown(why=error.message.en, evidence=evidence)
        there = {id: shown for id, shown in seen.items() if shown is not None}
        evidence["posts"] = {id: _told(shown) for id, shown in seen.items()}
        if not there:
            if listed:
                return Unknown(why="the API does not show it any more, and a listing still names it", evidence=evidence)
            return Gone(evidence=evidence)
        return _verdict(posting, there, evidence)


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


def _verdict(posting: Posting, there: Mapping[str, Shown], evidence: Mapping[str, object]) -> Look:
    """Of what exists: live is one post that is as approved; drafts beside it are shown to nobody."""
    visible = [shown for shown in there.values() if shown.published]
    if not visible:
        return Altered(why=f"a draft that nobody is shown: {', '.join(there)}", evidence=evidence)
    if posting.withdrawal.get(ADOPTED):
        return Live(evidence=evidence)
    (first, *more), approved = visible, posting.withdrawal.get("sha256")
    if not more and first.plain and _sha256(first.text) == approved:
        return Live(evidence=evidence)
    return Altered(why=f"online: {', '.join(id for id, one in there.items() if one.published)}", evidence=evidence)


def _told(shown: Shown | None) -> str:
    if shown is None:
        return "gone, or not shown to this token"
    return "shown" if shown.published else "a draft"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
