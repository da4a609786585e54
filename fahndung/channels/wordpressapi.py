"""The calls of WordPress' REST interface that its channel needs, for one user. Decides nothing; no password is kept.

Source: https://developer.wordpress.org/rest-api/reference/ (pages, media, users) and the answers of WordPress 6.1.9,
read 2026-11-26. Everything a server says is untrusted.
"""

import base64
import dataclasses
import hashlib
import json
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fahndung import credentials
from fahndung.channels import answers, wordpresspage
from fahndung.channels.wordpressaccount import PARENT, Endpoint
from fahndung.channels.wordpressobjects import (
    ROOMS,
    WHO,
    Object,
    checked,
    is_gone,
    is_number,
    media_reference,
    name_of,
    number,
    page_reference,
    unclean,
)
from fahndung.errors import AuthError, ChannelFailed, InvalidConfig, OutcomeUnknown
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 30.0
"""A picture's sizes are made while its upload waits for the answer."""
PAGE = 100
"""The most objects that a page of a listing holds."""
MOST_PAGES = 50
CLOSED = {"comment_status": "closed", "ping_status": "closed"}
RIGHTS = frozenset(
    {"upload_files", "edit_pages", "edit_published_pages", "publish_pages", "delete_pages", "delete_published_pages"}
    | {"delete_posts"}
)
"""What the user has to be allowed; pictures are deleted with the rights of posts."""
_EVERY = {"page": "any,trash", "media": "inherit,private,trash"}
_FIELDS = {
    "page": "id,slug,status,link,title.raw,content.raw,meta,comment_status,ping_status",
    "media": "id,slug,title.raw,alt_text,source_url,media_details,comment_status,ping_status",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who is logged in, and what WordPress lets that user do."""

    id: int
    rights: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The page below which appeals stand; ``ready``: the plugin of contrib/wordpress is there."""

    id: int
    link: str
    ready: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything of the user that this program made, in the words of WordPress."""

    pages: Sequence[Object]
    media: Sequence[Object]

    def named(self, kind: str, number: str) -> Object | None:
        """The page or picture of that number; None: it is not among them."""
        objects = self.pages if kind == "page" else self.media
        return next((one for one in objects if str(one["id"]) == number), None)

    def marked(self) -> Iterator[Marked]:
        """Each with its marker."""
        for page in self.pages:
            if marker := wordpresspage.marker_in(page["content"]["raw"]):
                yield Marked(marker=marker, reference=page_reference(page))
        for picture in self.media:
            if named := name_of(picture):
                yield Marked(marker=named[0], reference=media_reference(picture))


class Api:
    """One user as WordPress is called; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = Client(timeout_s=TIMEOUT_S)
        self._user: User | None = None

    def user(self) -> User:
        """Whose password it is.

        Raises:
            AuthError: nobody's. ChannelFailed: nobody can tell.
        """
        told = _read(self._get("users/me?context=edit&_fields=id,capabilities"))
        rights = told.get("capabilities")
        if not isinstance(told.get("id"), int) or not isinstance(rights, dict):
            raise unclean("it does not say who is logged in", "sie sagt nicht, wer angemeldet ist")
        return User(id=told["id"], rights=frozenset(name for name, allowed in rights.items() if allowed is True))

    def top(self) -> Top:
        """The page below which appeals stand.

        Raises:
            ChannelFailed: there is none, or nobody can tell.
        """
        query = {"slug": PARENT, "parent": 0, "status": "publish", "_fields": "id,link,meta"}
        found = self._list(f"pages?{urllib.parse.urlencode(query)}")
        if len(found) != 1 or not is_number(found[0].get("id")):
            raise ChannelFailed(
                f'{WHO} has no published page "{PARENT}" at the top, below which appeals could stand. Make one.',
                f"In {WHO} fehlt eine veröffentlichte Seite „{PARENT}“ auf oberster Ebene, unter der Fahndungen stehen "
                "können. Bitte anlegen.",
            )
        meta = found[0].get("meta")
        ready = isinstance(meta, dict) and "fahndung_head" in meta
        return Top(id=found[0]["id"], link=str(found[0].get("link")), ready=ready)

    def occupant(self, slug: str, top: Top) -> Object | None:
        """The page that has, or would have, an address below the top; one that is shown first."""
        query = {"slug": slug, "parent": top.id, "status": "any", "context": "edit", "_fields": _FIELDS["page"]}
        found = [checked("page", one) for one in self._list(f"pages?{urllib.parse.urlencode(query)}")]
        return next(iter(sorted(found, key=lambda one: one["status"] != "publish")), None)

    def create(self, slug: str, title: str, marker: str, top: Top) -> Reference:
        """A page that nobody is shown, with its marker and nothing else.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``.
        """
        values = {"slug": slug, "title": title, "parent": top.id, "status": "draft"}
        told = self._write("pages", values | {"content": wordpresspage.empty(marker)} | CLOSED)
        return page_reference(told)

    def upload(self, page: Reference, name: str, data: bytes, alt: str) -> tuple[Reference, str]:
        """A picture that hangs on a page, and its address; as long as the page is not shown, nobody finds it.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``.
        """
        fields = {"title": name, "slug": name, "alt_text": alt, "post": number(page)} | CLOSED
        boundary = hashlib.sha256(data).hexdigest()
        body = b"".join(_part(boundary, key, str(value).encode()) for key, value in fields.items())
        body += _part(boundary, "file", data, f"{name}.jpg") + f"--{boundary}--\r\n".encode()
        headers = self._login() | {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        told = self._taken("media", self._client.post(self._wanted("media", "media"), body=body, headers=headers))
        return media_reference(told), told["source_url"]

    def write(self, page: Reference, values: Mapping[str, object]) -> Object:
        """A page as WordPress says that it is after a change.

        Raises:
            ChannelFailed, NotPublishable: as ``answers.accepted``.
        """
        return self._write(f"pages/{number(page)}", values)

    def find(self, reference: Reference) -> Object | None:
        """What its owner is told of a page or picture; None: it is gone.

        Raises:
            ChannelFailed: nobody can tell.
        """
        fields = _FIELDS.get(reference.kind)
        answer = self._get(f"{ROOMS.get(reference.kind)}/{number(reference)}?context=edit&_fields={fields}")
        return None if is_gone(answer) else checked(reference.kind, _read(answer))

    def delete(self, reference: Reference) -> None:
        """Removes one past the trash, a picture with all its sizes; what is gone already is a success.

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        url = self._url(f"{ROOMS.get(reference.kind)}/{number(reference)}?force=true")
        answer = self._client.delete(url, headers=self._login())
        if not is_gone(answer):
            answers.readable(answer, WHO)

    def account(self) -> Account:
        """All of the user, complete, or it raises.

        Raises:
            ChannelFailed: a page of the listing is not clean, or there is no end to them.
        """
        user = self._user = self._user or self.user()
        return Account(pages=self._all("page", user), media=self._all("media", user))

    def listed(self) -> tuple[Marked, ...]:
        """All of the user that carries a marker; complete, or it raises."""
        return tuple(self.account().marked())

    def some_pictures(self) -> tuple[str, ...]:
        """Addresses of the oldest pictures of the site, whoever uploaded them: what a stranger surely is shown."""
        found = self._list("media?media_type=image&per_page=10&orderby=id&order=asc&_fields=source_url")
        return tuple(url for one in found if isinstance(url := one.get("source_url"), str))

    def _all(self, kind: str, user: User) -> tuple[Object, ...]:
        query: dict[str, object] = {"author": user.id, "status": _EVERY[kind], "per_page": PAGE, "context": "edit"}
        query |= {"orderby": "id", "order": "asc", "_fields": _FIELDS[kind]}
        found: dict[int, Object] = {}
        for _ in range(MOST_PAGES):
            # each begins with the last one of that before it: a deletion in between would let others slip through
            offset = {"offset": max(0, len(found) - 1)}
            answer = self._get(f"{ROOMS[kind]}?{urllib.parse.urlencode(query | offset)}")
            answers.readable(answer, WHO)
            told = {checked(kind, one)["id"]: one for one in answers.objects(answer, WHO)}
            if found and [*told][:1] != [*found][-1:]:
                raise unclean("it changed while it was read", "sie änderte sich beim Lesen")
            known = len(found)
            found |= told
            total = answer.headers.get("x-wp-total", "")
            if not (total.isascii() and total.isdigit()):
                raise unclean("it does not say how long it is", "sie sagt nicht, wie lang sie ist")
            if len(found) == int(total):
                return tuple(found.values())
            if len(found) == known or len(found) > int(total):
                raise unclean(f"{len(found)} of {total} were named", f"{len(found)} von {total} wurden genannt")
        raise unclean("it does not end", "sie endet nicht")

    def _write(self, path: str, values: Mapping[str, object]) -> Object:
        headers = self._login() | {"Content-Type": "application/json"}
        body = json.dumps(values, ensure_ascii=False).encode()
        return self._taken("page", self._client.post(self._wanted("page", path), body=body, headers=headers))

    def _taken(self, kind: str, answer: Answer) -> Object:
        answers.accepted(answer, WHO)
        try:
            return checked(kind, answers.document(answer, WHO))
        except OutcomeUnknown:
            raise
        except ChannelFailed as error:
            raise OutcomeUnknown(*error.message) from error

    def _list(self, path: str) -> list[dict[str, Any]]:
        answer = self._get(path)
        answers.readable(answer, WHO)
        return answers.objects(answer, WHO)

    def _get(self, path: str) -> Answer:
        return self._client.get(self._url(path), headers=self._login())

    def _wanted(self, kind: str, path: str) -> str:
        """A call that answers with one object, and with nothing that WordPress would have to render."""
        return self._url(f"{path}?context=edit&_fields={_FIELDS[kind]}")

    def _url(self, path: str) -> str:
        return self._endpoint.rest_url(path)

    def _login(self) -> dict[str, str]:
        try:
            secret = credentials.read(self._endpoint.credential).reveal
        except InvalidConfig as error:  # nothing was sent, and a person has to see to it
            raise AuthError(*error.message) from error
        return {"Authorization": f"Basic {base64.b64encode(f'{self._endpoint.user}:{secret}'.encode()).decode()}"}


def _read(answer: Answer) -> dict[str, Any]:
    answers.readable(answer, WHO)
    return answers.document(answer, WHO)


def _part(boundary: str, name: str, data: bytes, file: str = "") -> bytes:
    named = f'; filename="{file}"\r\nContent-Type: image/jpeg' if file else ""
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"
