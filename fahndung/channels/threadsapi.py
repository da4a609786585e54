"""The calls of the Threads API that the channel of an account needs. Decides nothing; no secret is kept anywhere.

Source: developers.facebook.com/documentation/threads, read 2026-11-26. The token goes into a header.
"""

import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from fahndung import credentials
from fahndung.channels import linkpost
from fahndung.channels import threadsanswers as answers
from fahndung.channels.base import CONTAINER
from fahndung.channels.threadsaccount import Endpoint
from fahndung.channels.threadsanswers import GRAPH, WHO, Shown, Status
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, NotSent
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 20.0
A_PAGE = 100
"""The most posts that a page of a listing is asked for."""
MOST_PAGES = 100


class Api:
    """One account as it is called; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)

    def control(self) -> None:
        """The positive control: the token is this account's.

        Raises:
            AuthError: it is another's, or is shown nothing. ChannelFailed: nobody can tell.
        """
        answer = self._get("me", {"fields": "id,username"})
        if answers.is_missing(answer):
            raise AuthError(
                f"{WHO}: the token is shown no account, so it has no permissions. {GRAPH.renew.en}",
                f"{WHO}: Der Token bekommt kein Konto gezeigt; ihm fehlen also die Rechte. {GRAPH.renew.de}",
            )
        told = GRAPH.readable(answer)
        if told.get("id") != self._endpoint.user:
            raise AuthError(
                f"{WHO}: the token is not that of the account {self._endpoint.user}. Give the channel its own token.",
                f"{WHO}: Der Token gehört nicht zum Konto {self._endpoint.user}. Bitte dem Kanal seinen eigenen Token "
                "geben.",
            )

    def used_up(self) -> float:
        """As ``threadsanswers.used_up``."""
        asked = {"fields": answers.LIMITS}
        return answers.used_up(self._get(f"{self._endpoint.user}/threads_publishing_limit", asked))

    def contain(self, text: str) -> Reference:
        """Makes a container, which nobody is shown.

        Raises:
            ChannelFailed, NotPublishable: as ``threadsanswers.made``.
        """
        values = {"media_type": "TEXT", "text": text, "reply_control": answers.REPLIES}
        return Reference(kind=CONTAINER, id=answers.made(self._write("threads", values)))

    def status(self, container: Reference) -> Status | None:
        """What became of a container; None: there is none.

        Raises:
            ChannelFailed: nobody can tell.
        """
        id = _id(container, CONTAINER)
        return answers.status(self._get(id, {"fields": "id,status,error_message"}), id)

    def publish(self, container: Reference) -> Reference:
        """Shows everybody what a container holds.

        Raises:
            NotSent: Threads does not find the container (yet). ChannelFailed, NotPublishable: as
                ``threadsanswers.made``.
        """
        answer = self._write("threads_publish", {"creation_id": _id(container, CONTAINER)})
        if answers.is_missing(answer):
            raise NotSent(
                f"{WHO} does not find what it was given to publish; it may need a while. It is tried again later.",
                f"{WHO} findet nicht, was es veröffentlichen soll; das kann dauern. Es wird später erneut versucht.",
            )
        return Reference(kind="post", id=answers.made(answer))

    def delete(self, reference: Reference) -> None:
        """Removes one post; what does not exist for this token is a success if the account answers to it.

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        answer = self._client.delete(self._address(_id(reference, "post"), {}), headers=self._token())
        if answers.is_missing(answer):
            self.control()
        elif GRAPH.readable(answer).get("success") is not True:
            raise ChannelFailed(
                f"{WHO} did not say that it deleted the post. It is tried again later.",
                f"{WHO} hat nicht gesagt, dass der Beitrag gelöscht wurde. Es wird später erneut versucht.",
            )

    def listed(self) -> tuple[Marked, ...]:
        """Every post of the account that carries a marker; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        self.control()
        found: dict[Marked, None] = {}
        for post in self._posts():
            for marker in linkpost.markers_in_text(post.get("text", "")):
                found[Marked(marker=marker, reference=_reference(post))] = None
        return tuple(found)

    def own_post(self, untrusted_url: str) -> Reference | None:
        """The account's post with that address; None: it is no post, or another's.

        Raises:
            ChannelFailed: nobody can tell.
        """
        wanted = answers.code(untrusted_url)
        if wanted is None:
            return None
        self.control()
        return next((_reference(post) for post in self._posts() if post.get("shortcode") == wanted), None)

    def shown(self, reference: Reference) -> Shown | None:
        """A post as it is now; None: it does not exist, or this token is not shown it.

        Raises:
            ChannelFailed: nobody can tell.
        """
        id = _id(reference, "post")
        return answers.shown(self._get(id, {"fields": answers.SHOWN}), id)

    def _posts(self) -> Iterator[Mapping[str, Any]]:
        seen, cursors = set[str](), set[str]()
        values = {"fields": answers.LISTED, "limit": str(A_PAGE)}
        for _ in range(MOST_PAGES):
            page, after = answers.posts(self._get(f"{self._endpoint.user}/threads", values), seen)
            yield from page
            if after is None:
                return
            if after in cursors:
                raise answers.unclean("it goes in circles", "sie dreht sich im Kreis")
            cursors.add(after)
            values["after"] = after
        raise answers.unclean("it does not end", "sie endet nicht")

    def _get(self, path: str, values: Mapping[str, str]) -> Answer:
        return self._client.get(self._address(path, values), headers=self._token())

    def _write(self, edge: str, values: Mapping[str, str]) -> Answer:
        headers = self._token() | {"Content-Type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(values).encode()
        return self._client.post(self._address(f"{self._endpoint.user}/{edge}", {}), body=body, headers=headers)

    def _address(self, path: str, values: Mapping[str, str]) -> str:
        query = f"?{urllib.parse.urlencode(values, safe=',')}" if values else ""
        return f"{self._endpoint.url}{path}{query}"

    def _token(self) -> dict[str, str]:
        try:
            return {"Authorization": f"Bearer {credentials.read(self._endpoint.credential).reveal}"}
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error


def _reference(post: Mapping[str, Any]) -> Reference:
    return Reference(kind="post", id=post["id"], url=answers.url(post))


def _id(reference: Reference, kind: str) -> str:
    if reference.kind != kind or not answers.ID.fullmatch(reference.id):
        raise ChannelFailed(
            f"{WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
            f"{WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
        )
    return reference.id
