"""A Threads account as a channel: a text with the link to the force's own page, to which nobody may reply.

A post is made in two steps: a container, which nobody is shown, and its publication. Sends no picture, changes no text.
"""

import datetime as dt
import hashlib
import pathlib
import re
from collections.abc import Mapping, Sequence

from fahndung.channels import linkpost, threadsanswers
from fahndung.channels.abilities import Evidence, Replies, TextLimit
from fahndung.channels.base import ADOPTED, CONTAINER, Checkpoint
from fahndung.channels.capabilities import Rate
from fahndung.channels.linkpost import Teaser
from fahndung.channels.posting import Account
from fahndung.channels.steps import before_sending, each, otherwise, remove
from fahndung.channels.threadsaccount import KIND, Endpoint
from fahndung.channels.threadsanswers import GRAPH, REPLIES, Shown, Status
from fahndung.channels.threadsapi import Api
from fahndung.errors import ChannelFailed, FahndungError, Message, NotSent, OutcomeUnknown, RateLimited
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Counted, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM = Medium.SOCIAL
TEXT = "post.txt"
MOST = 500
"""The most that a post holds, in characters, with emoji counted as their bytes: all of it is counted in bytes here, so
that no reading of that rule refuses it (developers.facebook.com, "Threads Posts", read 2026-11-26)."""
RATE = Rate(writes=50, per=dt.timedelta(days=1), burst=50)
"""100 deletions a day. ``burst`` and ``writes`` together are that many; posts get half of it at most."""
BUSY = 0.5
"""From this part of the day's posts or deletions on nothing is posted: the rest is kept for taking down."""
PAUSE = dt.timedelta(hours=1)
_MENTION = re.compile(r"@[A-Za-z0-9_]")
_BARE = re.compile(r"[^\s.@/]\.[A-Za-z]{2,}")

_RESIDUAL = Message(
    "Quotes, reposts and what other servers of the Fediverse took over, screenshots, archives and search engines; the "
    "link in a copy leads to the force's page, which answers 410. A container that a crash left behind, which nobody "
    "is shown, lapses within a day.",
    "Zitate, geteilte Beiträge und Übernahmen auf anderen Servern des Fediverse, Bildschirmfotos, Archive und "
    "Suchmaschinen; der Link in einer Kopie führt auf die Seite der Polizei, die mit 410 antwortet. Ein nach einem "
    "Absturz zurückgebliebener Container, den niemand sieht, verfällt binnen eines Tages.",
)
_PROOF = Message(
    "The API says of the post that it does not exist or that this token may not see it, the listing names nothing, and "
    "in the same look the same token was the account's. What a stranger sees no interface tells.",
    "Die API sagt von dem Beitrag, dass es ihn nicht gibt oder dieser Token ihn nicht sehen darf, die Liste nennt "
    "nichts, und in derselben Prüfung gehörte derselbe Token zum Konto. Was ein Fremder sieht, sagt keine "
    "Schnittstelle.",
)
_UNIT = Message("bytes of UTF-8", "Byte in UTF-8")
_REPLIES = Replies(
    setting=f"reply_control: {REPLIES}",
    remains=Message(
        "Nobody can reply; anybody can quote, repost and like, and a quote stays in its author's account.",
        "Niemand kann antworten; jeder kann zitieren, teilen und liken, und ein Zitat bleibt im Konto seines "
        "Verfassers.",
    ),
)
_EVIDENCE = Evidence(
    by="simulator",
    version="v1.0",
    date=dt.date(2026, 11, 26),
    note=Message("own reading of the documentation", "eigene Lesart der Dokumentation"),
)


class Threads(Account[Endpoint, Api]):
    """One account (see ``fahndung.channels.base.Channel``); it deletes for ever and lists."""

    kind = KIND
    rate = RATE
    residual = _RESIDUAL
    proof = _PROOF
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))

    def text_limits(self) -> tuple[TextLimit, ...]:
        """The same for all."""
        return (TextLimit(most=MOST, unit=_UNIT),)

    def check(self) -> None:
        """Whether the token is this account's, tells the limits of posts and deletions, and lists.

        Raises:
            AuthError: it is another's, or may not. ChannelFailed: nobody can tell.
        """
        self._api.control()
        self._api.used_up()
        self._api.listed()

    def prepare(self, release: Release) -> Draft:
        """The longest teaser that fits, with the marker in its link.

        Raises:
            NotPublishable: it does not fit (``linkpost.longest``), or Threads would take no teaser.
        """
        teaser, counted = linkpost.longest(release, self.name, self._counted)
        return self.draft(
            teaser.marker,
            withdrawal={"sha256": _sha256(teaser.linked)},
            payload={TEXT: teaser.linked.encode()},
            counted=counted,
            text=teaser.name,
        )

    def _counted(self, teaser: Teaser) -> Counted:
        """The length of a teaser.

        Raises:
            Refused: it is too long, or has what Threads could make another link or a mention of: who is mentioned
                could reply.
        """
        rest = " ".join(word for word in teaser.linked.split() if linkpost.marker_of(word) != teaser.marker)
        if _MENTION.search(rest) or _BARE.search(rest):
            raise linkpost.refused(
                self.name,
                "beside the page's address it has something of which Threads could make a mention or a link",
                "neben der Adresse der Seite hat sie etwas, aus dem Threads eine Erwähnung oder einen Link machen "
                "könnte",
            )
        return self.fitting(len(teaser.linked.encode()))

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Makes a container, unless one of this draft is left, tells of it, and publishes it.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        self._refuse_now()
        container, status = self._left(draft.references)
        if container is None:
            container = self._api.contain(draft.payload[TEXT].decode())
            checkpoint(container)
            status = self._status_now(container)
        if status is not Status.FINISHED:
            raise NotSent(*_NOT_READY)
        made = self._published(container)
        checkpoint(made)
        try:
            shown = self._api.shown(made)
        except ChannelFailed as error:
            raise OutcomeUnknown(*error.message) from error
        if shown is None:
            raise OutcomeUnknown(*_UNSHOWN)
        if shown.url is not None:
            checkpoint(Reference(kind=made.kind, id=made.id, url=shown.url))

    def _refuse_now(self) -> None:
        """Nothing, if the token is this account's and half of the day's posts and deletions are free."""
        with before_sending():
            self._api.control()
            used = self._api.used_up()
        if used >= BUSY:
            raise GRAPH.limited(
                f"{used:.0%} of the day's posts or deletions are used up, the rest is kept for taking down.",
                f"{used:.0%} der Beiträge oder Löschungen des Tages sind verbraucht, der Rest bleibt für Löschungen.",
                wait=PAUSE,
            )

    def _left(self, references: Sequence[Reference]) -> tuple[Reference | None, Status | None]:
        """The container of an earlier call that may still be published, and what became of it; none: nothing is left.

        Raises:
            OutcomeUnknown: one was published, or is being so: a new one would be a second post.
        """
        for one in references:
            if one.kind != CONTAINER:
                continue
            status = self._status_now(one)
            if status is Status.PUBLISHED:
                raise OutcomeUnknown(*_UNLISTED)
            if status in {Status.FINISHED, Status.IN_PROGRESS}:
                return one, status
        return None, None

    def _status_now(self, container: Reference) -> Status | None:
        """What became of a container, before anything of it is published."""
        with before_sending():
            return self._api.status(container)

    def _published(self, container: Reference) -> Reference:
        """Publishes it; a limit is believed only if nothing was published all the same, as Meta has done it before."""
        try:
            return self._api.publish(container)
        except RateLimited as error:
            try:
                left = self._api.status(container) is Status.FINISHED
            except ChannelFailed:
                left = False
            if left:
                raise
            raise OutcomeUnknown(*error.message) from error

    def made_by_hand(self, untrusted_url: str) -> Reference | None:
        """The account's post with that address.

        Raises:
            ChannelFailed: nobody can tell.
        """
        return self._api.own_post(untrusted_url)

    def may_be_own(self, untrusted_url: str) -> bool:
        """Whether an address has the form of those of this account's posts; offline."""
        return threadsanswers.code(untrusted_url) is not None

    def look(self, posting: Posting) -> Look:
        """What the API shows the account of the references, and of what the listing names beside them."""
        evidence: dict[str, object] = {"a stranger's view": "not told by any interface"}
        try:
            listed = self.find(posting.marker)
            evidence |= {"account": self.endpoint.user, "listed": len(listed)}
            posts = each(*_of(posting, "post"), *listed)
            seen = {one.id: self._api.shown(one) for one in posts}
            pending = [] if posts else [self._api.status(one) for one in _of(posting, CONTAINER)]
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        there = {id: shown for id, shown in seen.items() if shown is not None}
        evidence["posts"] = {id: id in there for id in seen}
        if there:
            return _verdict(posting, there, evidence)
        if listed:
            return Unknown.of(
                Message(
                    "the API does not show it any more, and the listing still names it",
                    "die Schnittstelle zeigt es nicht mehr, und die Liste nennt es noch",
                ),
                evidence,
            )
        if Status.IN_PROGRESS in pending:
            return Unknown.of(
                Message("a container is still being worked on", "an einem Behälter wird noch gearbeitet"), evidence
            )
        return Gone(evidence=evidence)

    def withdraw(self, posting: Posting) -> None:
        """Deletes the posts, then whatever the listing still names; containers lapse.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
        """
        remove(_of(posting, "post"), lambda: self.find(posting.marker), self._api.delete)


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Threads:
    """The account that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return Threads(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> Threads:
    """The account of a ledger row.

    Raises:
        ChannelFailed: the row does not say which account it was.
    """
    return Threads(Endpoint.from_ledger(endpoint))


_NOT_READY = Message(
    "Threads has not worked through the post yet. It is tried again later, with the same one.",
    "Threads hat den Beitrag noch nicht verarbeitet. Es wird später erneut versucht, mit demselben.",
)
_UNLISTED = Message(
    "Threads says that the post was published, and does not list it. It is looked for again; no second one is made.",
    "Threads sagt, der Beitrag sei veröffentlicht, und listet ihn nicht. Es wird erneut danach gesucht; ein zweiter "
    "entsteht nicht.",
)
_UNSHOWN = Message(
    "Threads published the post and does not show it to the account. It is looked for again.",
    "Threads hat den Beitrag veröffentlicht und zeigt ihn dem Konto nicht. Es wird erneut danach gesucht.",
)


def _of(posting: Posting, kind: str) -> list[Reference]:
    """The references of a kind; what is neither post nor container is damaged and told as such."""
    known = {"post", CONTAINER}
    return [one for one in posting.references if one.kind == kind or (kind == "post" and one.kind not in known)]


def _verdict(posting: Posting, there: Mapping[str, Shown], evidence: Mapping[str, object]) -> Look:
    """Of what exists: live is one post that is as approved."""
    if posting.withdrawal.get(ADOPTED):
        return Live(evidence=evidence)
    first, *more = there.values()
    if not more and first.plain and _sha256(first.text) == posting.withdrawal.get("sha256"):
        return Live(evidence=evidence)
    return Altered.of(otherwise(list(there)), evidence=evidence)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
