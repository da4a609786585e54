"""The calls of X's API v2 that its channel needs, for one account. Decides nothing; no key is kept anywhere.

Source: X's OpenAPI file 2.167 and docs.x.com, read 2026-11-26. Where the two differ (``post.fields`` or
``tweet.fields``, ``edit_history_…``), both are spoken. Everything the API says is untrusted.
"""

import dataclasses
import datetime as dt
import json
import re
import secrets
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung import credentials
from fahndung.channels import answers, xposts, xsign
from fahndung.channels.xaccount import Endpoint
from fahndung.channels.xposts import REPLIES, WHO, Shown
from fahndung.errors import AuthError, ChannelFailed, Duplicate, InvalidConfig, NotSent, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 20.0
PAGE = 100
"""The most posts that a page of a listing holds."""
MOST_POSTS = 3200
"""Only so many of an account's posts are listed, the newest (docs.x.com, timelines)."""
_MOST_PAGES = 2 * MOST_POSTS // PAGE
_FIELDS = "attachments,entities,reply_settings"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The account of the credential.

    Attributes:
        posts: how many it has, reposts included; None: it was not told.
        rights: what the credential may do (``read``, ``read-write`` …); empty: it was not told.
    """

    id: str
    posts: int | None
    rights: str


class Api:
    """One account as it is called; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)
        self._words: tuple[str, ...] = ("post.fields", "tweet.fields")

    def me(self) -> Me:
        """The positive control: the credential is this account's, and the API answers to it.

        Raises:
            AuthError: it is nobody's, or another account's. ChannelFailed: nobody can tell.
        """
        answer = self._call("GET", "2/users/me?user.fields=public_metrics")
        answers.readable(answer, WHO)
        told = xposts.data(answer)
        if str(told.get("username")).casefold() != self._endpoint.account.casefold() or not xposts.is_id(
            told.get("id")
        ):
            raise AuthError(
                f"{WHO}: the credential is not that of {self._endpoint.account}. Give the channel its own.",
                f"{WHO}: Das Zugangsgeheimnis gehört nicht zu {self._endpoint.account}. Bitte dem Kanal sein eigenes "
                "geben.",
            )
        metrics = told.get("public_metrics")
        counts = metrics if isinstance(metrics, dict) else {}
        posts = counts.get("post_count", counts.get("tweet_count"))
        return Me(
            id=told["id"],
            posts=posts if isinstance(posts, int) else None,
            rights=answer.headers.get("x-access-level", ""),
        )

    def refuse_crowded(self, me: Me) -> None:
        """Nothing, if the account can be looked through as a whole.

        Raises:
            ChannelFailed: it has too many posts, or nobody can tell.
        """
        if me.posts is None or me.posts >= MOST_POSTS:
            raise ChannelFailed(
                f"{self._endpoint.account} has {me.posts} posts; fewer than {MOST_POSTS} can be looked through, and "
                "what is not seen is not proven gone. Use an account of its own for appeals.",
                f"{self._endpoint.account} hat {me.posts} Beiträge; durchsehen lassen sich weniger als {MOST_POSTS}, "
                "und was nicht gesehen wird, ist nicht als gelöscht erwiesen. Bitte ein eigenes Konto für Fahndungen "
                "nehmen.",
            )

    def refuse_rights(self, me: Me) -> None:
        """Nothing, if the credential may write and delete, as far as X tells.

        Raises:
            AuthError: it may only read.
        """
        if me.rights and "write" not in me.rights:
            raise AuthError(
                f"The credential of {self._endpoint.account} may only read ({me.rights[:40]!r}). Give its application "
                "the right to write, then make new keys.",
                f"Das Zugangsgeheimnis von {self._endpoint.account} darf nur lesen ({me.rights[:40]!r}). Bitte der "
                "Anwendung das Schreibrecht geben und danach neue Schlüssel anlegen.",
            )

    def post(self, text: str) -> Reference:
        """Makes one post, to which nobody can reply.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``. NotSent: X has no such call.
            Duplicate: the account has this text already. OutcomeUnknown: it does not say what it made.
        """
        body = json.dumps({"text": text, "reply_settings": REPLIES}, ensure_ascii=False).encode()
        answer = self._call("POST", "2/tweets", body)
        if answer.status in {404, 410}:
            raise NotSent(
                f"{WHO} has no such call (status {answer.status}): nothing was made. Check url in the configuration.",
                f"{WHO} kennt diesen Aufruf nicht (Status {answer.status}): Es entstand nichts. Bitte url in der "
                "Konfiguration prüfen.",
            )
        if answer.status == 403 and b"duplicate content" in answer.body.lower():
            raise Duplicate(
                f"{WHO} says that the account has this text already. It is looked for before anything is sent again.",
                f"{WHO} meldet, das Konto habe diesen Text schon. Vor jedem weiteren Senden wird danach gesucht.",
            )
        answers.accepted(answer, WHO)
        made = answers.document(answer, WHO).get("data")
        id = made.get("id") if isinstance(made, dict) else None
        if answer.status != 201 or not xposts.is_id(id):
            raise OutcomeUnknown(
                f"{WHO} took a post and did not say what became of it.",
                f"{WHO} hat einen Beitrag angenommen und nicht gesagt, was daraus wurde.",
            )
        return self._reference(str(id))

    def delete(self, reference: Reference) -> None:
        """Removes one post, all its versions; what is gone already is a success.

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        id = xposts.own_id(reference)
        answer = self._call("DELETE", f"2/tweets/{id}")
        if xposts.is_missing(answer, id):
            return
        answers.readable(answer, WHO)
        if xposts.data(answer).get("deleted") is not True:
            raise ChannelFailed(
                f"{WHO} did not say that it deleted the post. It is tried again later.",
                f"{WHO} hat nicht gesagt, dass der Beitrag gelöscht wurde. Es wird später erneut versucht.",
            )

    def listed(self) -> tuple[Marked, ...]:
        """Every post of the account that carries a marker; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, there is no end to them, or the account has too many posts.
        """
        return tuple(
            Marked(marker=one, reference=self._reference(post["id"]))
            for post in self._own_posts()
            for one in xposts.markers(post)
        )

    def own_post(self, untrusted_url: str) -> Reference | None:
        """The account's post whose page has that address; None: it is no post, or not one that the account lists.

        Raises:
            ChannelFailed: as ``listed``. A single post does not say whose it is in every version of the API.
        """
        number = self.own_number(untrusted_url)
        if number is None or not any(post["id"] == number for post in self._own_posts()):
            return None
        return self._reference(number)

    def own_number(self, untrusted_url: str) -> str | None:
        """The number in the address of a page that can be the account's; None: it cannot."""
        pages = rf"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:{re.escape(self._endpoint.account)}|i(?:/web)?)"
        found = re.fullmatch(rf"{pages}/status/([0-9]{{1,19}})(?:[/?#].*)?", untrusted_url, re.IGNORECASE)
        return None if found is None else found[1]

    def _own_posts(self) -> list[dict[str, Any]]:
        """Every post of the account, or it raises."""
        me, found, tokens = self.me(), dict[str, dict[str, Any]](), set[str]()
        self.refuse_crowded(me)
        query = {"max_results": str(PAGE), "exclude": "retweets"}
        for _ in range(_MOST_PAGES):
            answer = self._posts(f"2/users/{me.id}/tweets", query)
            posts, token = xposts.page(answer, me.id)
            for post in posts:
                if post["id"] in found:
                    raise xposts.unclean("it repeats itself", "sie wiederholt sich")
                found[post["id"]] = post
            if token is None:
                return [*found.values()]
            if token in tokens:
                raise xposts.unclean("it repeats itself", "sie wiederholt sich")
            tokens.add(token)
            query["pagination_token"] = token
        raise xposts.unclean("it does not end", "sie endet nicht")

    def shown(self, reference: Reference) -> Shown | None:
        """A post as it is now; None: the API says that it does not exist.

        Raises:
            ChannelFailed: nobody can tell.
        """
        id = xposts.own_id(reference)
        answer = self._posts(f"2/tweets/{id}", {})
        if xposts.is_missing(answer, id):
            return None
        answers.readable(answer, WHO)
        return xposts.shown(answer, id)

    def _posts(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a question for posts with their links, asked in the word that X understands."""
        for word in self._words:
            answer = self._call("GET", f"{path}?{urllib.parse.urlencode({**query, word: _FIELDS}, safe=',')}")
            if answer.status != 400:
                self._words = (word, *(other for other in self._words if other != word))
                break
        return answer

    def _reference(self, id: str) -> Reference:
        return Reference(kind="post", id=id, url=f"https://x.com/{self._endpoint.account}/status/{id}")

    def _call(self, method: str, path: str, body: bytes | None = None) -> Answer:
        url = self._endpoint.url + path
        headers = {"Authorization": self._authorization(method, url)}
        if method == "GET":
            answer = self._client.get(url, headers=headers)
        elif method == "DELETE":
            answer = self._client.delete(url, headers=headers)
        else:
            headers["Content-Type"] = "application/json"
            answer = self._client.post(url, body=body or b"", headers=headers)
        if answer.status == 402:
            raise AuthError(
                f"{WHO}: the account has no credits left, or its plan does not allow this. Buy some.",
                f"{WHO}: Das Guthaben ist verbraucht, oder der Tarif erlaubt das nicht. Bitte aufladen.",
            )
        return answer

    def _authorization(self, method: str, url: str) -> str:
        name = self._endpoint.credential
        try:
            secret = credentials.read(name).reveal
            keys = xsign.keys(secret, name)
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error
        if keys is None:
            return f"Bearer {secret}"
        now = dt.datetime.now(dt.UTC)  # noqa: TID251  # a signature says when it was made; nothing is decided by it
        return xsign.authorization(method, url, keys, nonce=secrets.token_hex(16), timestamp=int(now.timestamp()))
