"""The calls of X's API v2 that its channel needs, for one account. Decides nothing; no key is kept anywhere.

Source: X's OpenAPI file 2.167 and docs.x.com, read 2026-11-26. Where the two differ (``post.fields`` or
``tweet.fields``, ``edit_history_…``), both are spoken. Everything the API says is untrusted.
"""

import dataclasses
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fahndung.channels import answers, xattached, xgrant, xposts
from fahndung.channels.xaccess import Access
from fahndung.channels.xaccount import Endpoint
from fahndung.channels.xattached import MEDIUM, Attached
from fahndung.channels.xmedia import Eyes
from fahndung.channels.xposts import REPLIES, WHO, Shown
from fahndung.errors import AuthError, ChannelFailed, Duplicate, NotSent, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 20.0
PAGE = 100
"""The most posts that a page of a listing holds."""
MOST_POSTS = 3200
"""Only so many of an account's posts are listed, the newest (docs.x.com, timelines)."""
_MOST_PAGES = 2 * MOST_POSTS // PAGE
_FIELDS = "attachments,entities,reply_settings"
_MEDIA = {"expansions": "attachments.media_keys", "media.fields": xattached.FIELDS}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The account of the credential.

    Attributes:
        posts: how many it has, reposts included; None: it was not told.
        rights: what the credential may do (``read``, ``read-write`` …); empty: it was not told.
        avatar: the address of its picture; None: it was not told.
    """

    id: str
    posts: int | None
    rights: str
    avatar: str | None = None


class Api:
    """One account as it is called; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)
        self._access = Access(endpoint, self._client)
        self._words: tuple[str, ...] = ("post.fields", "tweet.fields")

    def me(self) -> Me:
        """The positive control: the credential is this account's, and the API answers to it.

        Raises:
            AuthError: it is nobody's, or another account's. ChannelFailed: nobody can tell.
        """
        answer = self.send("GET", "2/users/me?user.fields=public_metrics,profile_image_url")
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
        posts, avatar = counts.get("post_count", counts.get("tweet_count")), told.get("profile_image_url")
        return Me(
            id=told["id"],
            posts=posts if isinstance(posts, int) else None,
            rights=answer.headers.get("x-access-level", ""),
            avatar=avatar if isinstance(avatar, str) else None,
        )

    def eyes(self, me: Me, known: Mapping[str, str]) -> Eyes:
        """What tells in one look which pictures are left; ``known`` as in ``xmedia.Eyes``."""
        return Eyes(self, self._client, self._endpoint.url, me.avatar, known)

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

    def refuse_faceless(self, me: Me) -> None:
        """Nothing, if the account has a picture beside which others can be looked for.

        Raises:
            ChannelFailed: it has none.
        """
        if me.avatar is None or not xattached.is_file(me.avatar, self._endpoint.url):
            raise ChannelFailed(
                f"{self._endpoint.account} has no picture of its own on {xattached.HOST}; without one nobody can prove "
                "that pictures of posts are gone. Give it one.",
                f"{self._endpoint.account} hat kein eigenes Bild auf {xattached.HOST}; ohne eines ist nicht zu "
                "beweisen, dass Bilder von Beiträgen fort sind. Bitte eines hinterlegen.",
            )

    def refuse_rights(self, me: Me, *, uploads: bool) -> None:
        """Nothing, if the credential may write and delete, as far as X tells.

        Args:
            uploads: whether it has to be allowed to make media as well; asked of a login of OAuth 2 alone.

        Raises:
            AuthError: it may not.
        """
        if (grant := self._access.grant()) is not None:
            xgrant.refuse_scope(grant, self._endpoint.account, uploads=uploads)
        if me.rights and "write" not in me.rights:
            raise AuthError(
                f"The credential of {self._endpoint.account} may only read ({me.rights[:40]!r}). Give its application "
                "the right to write, then make new keys.",
                f"Das Zugangsgeheimnis von {self._endpoint.account} darf nur lesen ({me.rights[:40]!r}). Bitte der "
                "Anwendung das Schreibrecht geben und danach neue Schlüssel anlegen.",
            )

    def post(self, text: str, media: Sequence[str] = ()) -> Reference:
        """Makes one post with the media of these ids, to which nobody can reply.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``. NotSent: X has no such call.
            Duplicate: the account has this text already. OutcomeUnknown: it does not say what it made.
        """
        values: dict[str, object] = {"text": text, "reply_settings": REPLIES}
        values |= {"media": {"media_ids": [*media]}} if media else {}
        body = json.dumps(values, ensure_ascii=False).encode()
        answer = self.send("POST", "2/tweets", body)
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

        No call removes a medium: it goes with its post, and whether it is gone the look says.

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        if reference.kind == MEDIUM:
            return
        id = xposts.own_id(reference)
        answer = self.send("DELETE", f"2/tweets/{id}")
        if xposts.is_missing(answer, id):
            return
        answers.readable(answer, WHO)
        if xposts.data(answer).get("deleted") is not True:
            raise ChannelFailed(
                f"{WHO} did not say that it deleted the post. It is tried again later.",
                f"{WHO} hat nicht gesagt, dass der Beitrag gelöscht wurde. Es wird später erneut versucht.",
            )

    def listed(self) -> tuple[Marked, ...]:
        """Every post of the account that carries a marker, with what hangs on it; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, there is no end to them, or the account has too many posts.
        """
        posts, told = self._own_posts()
        return tuple(
            Marked(marker=one, reference=reference)
            for post in posts
            for one in xposts.markers(post)
            for reference in self._references(post, told)
        )

    def own_post(self, untrusted_url: str) -> Reference | None:
        """The account's post whose page has that address; None: it is no post, or not one that the account lists.

        Raises:
            ChannelFailed: as ``listed``. A single post does not say whose it is in every version of the API.
        """
        number = self.own_number(untrusted_url)
        if number is None or not any(post["id"] == number for post in self._own_posts()[0]):
            return None
        return self._reference(number)

    def own_number(self, untrusted_url: str) -> str | None:
        """The number in the address of a page that can be the account's; None: it cannot."""
        pages = rf"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:{re.escape(self._endpoint.account)}|i(?:/web)?)"
        found = re.fullmatch(rf"{pages}/status/([0-9]{{1,19}})(?:[/?#].*)?", untrusted_url, re.IGNORECASE)
        return None if found is None else found[1]

    def _own_posts(self) -> tuple[list[dict[str, Any]], dict[str, Attached]]:
        """Every post of the account, or it raises; and the media that the pages tell of, by their keys."""
        me, found, tokens, media = self.me(), dict[str, dict[str, Any]](), set[str](), dict[str, Attached]()
        self.refuse_crowded(me)
        query = {"max_results": str(PAGE), "exclude": "retweets"}
        for _ in range(_MOST_PAGES):
            answer = self._posts(f"2/users/{me.id}/tweets", query)
            posts, token = xposts.page(answer, me.id)
            media |= xposts.told_media(answer)
            for post in posts:
                if post["id"] in found:
                    raise xposts.unclean("it repeats itself", "sie wiederholt sich")
                found[post["id"]] = post
            if token is None:
                return [*found.values()], media
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
            asked = {**query, **_MEDIA, word: _FIELDS}
            answer = self.send("GET", f"{path}?{urllib.parse.urlencode(asked, safe=',')}")
            if answer.status != 400:
                self._words = (word, *(other for other in self._words if other != word))
                break
        return answer

    def _references(self, post: Mapping[str, Any], told: Mapping[str, Attached]) -> Iterator[Reference]:
        yield self._reference(post["id"])
        for key in xattached.keys(post):
            yield told[key].reference if key in told else Reference(kind=MEDIUM, id=key)

    def _reference(self, id: str) -> Reference:
        return Reference(kind="post", id=id, url=f"https://x.com/{self._endpoint.account}/status/{id}")

    def send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """The answer to a call with the account's credential; ``body`` is JSON.

        What X refuses because its token has lapsed (401) surely had no effect; it is made once more with another.

        Raises:
            AuthError: there is no credential, or no money for it. ChannelFailed: as ``http.Client``.
        """
        url = self._endpoint.url + path
        header = self._access.header(method, url)
        answer = self._sent(method, url, body, header)
        if answer.status == 401 and (other := self._access.another(header)) is not None:
            answer = self._sent(method, url, body, other)
        if answer.status == 402:
            raise AuthError(
                f"{WHO}: the account has no credits left, or its plan does not allow this. Buy some.",
                f"{WHO}: Das Guthaben ist verbraucht, oder der Tarif erlaubt das nicht. Bitte aufladen.",
            )
        return answer

    def _sent(self, method: str, url: str, body: bytes | None, authorization: str) -> Answer:
        headers = {"Authorization": authorization}
        if method == "GET":
            return self._client.get(url, headers=headers)
        if method == "DELETE":
            return self._client.delete(url, headers=headers)
        return self._client.post(url, body=body or b"", headers=headers | {"Content-Type": "application/json"})
