"""The calls of the Graph API that the channel of a Facebook Page needs. Decides nothing; no secret is kept anywhere.

Source: Meta's field specifications of Page, PagePost and Photo (v26.0) and developers.facebook.com, read 2026-11-26.
Everything the API says is untrusted.
"""

import collections
import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fahndung.channels import facebookaddress, facebookanswers, facebookphotos, kinds, linkpost
from fahndung.channels.facebookaccount import Endpoint
from fahndung.channels.facebookanswers import WHO, Usage
from fahndung.channels.facebookline import Line
from fahndung.channels.facebookphotos import MEDIUM, Photo
from fahndung.errors import AuthError, ChannelFailed, OutcomeUnknown, UsageError
from fahndung.http import Answer
from fahndung.model.publication import Marked, Reference

PAGE = 100
"""The most posts that a page of a listing holds."""
MOST_PAGES = 250
MOST_A_YEAR = 500
"""Facebook lists about 600 posts of a year, those that it ranks highest (reference of ``published_posts``)."""
VISIBLE = {"published_posts": {"include_hidden": "true", "limit": str(PAGE)}, "scheduled_posts": {}}
DRAFTS = {"ads_posts": dict[str, str]()}
"""Where posts are listed that nobody is shown, if anywhere: no edge of the specification is for them alone."""
_LISTED = "id,message,created_time"
_SHOWN = (
    f"id,message,is_published,is_hidden,scheduled_publish_time,full_picture,child_attachments,{facebookphotos.HANGING}"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A post as it is read back.

    Attributes:
        published: whether anybody is shown it. plain: nothing hides it or shows it later, and only photos hang on it.
        photos: the ids of these.
    """

    text: str
    published: bool
    plain: bool
    photos: tuple[str, ...] = ()


class Api:
    """One Page as it is called; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._line = Line(endpoint)
        self._own = re.compile(f"{endpoint.page}_[0-9]{{1,20}}")

    def control(self) -> Usage:
        """The positive control: the token is this Page's, and the Page is read by its id; with how busy it is.

        Raises:
            AuthError: the token is another's, or sees nothing. ChannelFailed: nobody can tell.
        """
        for path in (self._endpoint.page, "me"):
            told, answer = self._node(path, "id,name")
            if told.get("id") != self._endpoint.page:
                raise AuthError(
                    f"{WHO}: the token is not that of the Page {self._endpoint.page}. Give the channel the Page's own "
                    "token, not that of a person or a system user.",
                    f"{WHO}: Der Token gehört nicht zur Seite {self._endpoint.page}. Bitte dem Kanal den Token der "
                    "Seite geben, nicht den einer Person oder eines Systemnutzers.",
                )
        return facebookanswers.usage(answer)

    def refuse_unfit(self) -> None:
        """Nothing, if strangers see the Page and it can be looked through as a whole.

        Raises:
            ChannelFailed: it is not published, has too many posts in a year or photos, or nobody can tell.
        """
        told, _ = self._node(self._endpoint.page, "id,is_published")
        if told.get("is_published") is False:
            raise ChannelFailed(
                f"{WHO}: the Page itself is not published, so that nobody sees what is posted there. Publish it.",
                f"{WHO}: Die Seite selbst ist nicht veröffentlicht, niemand sieht Beiträge. Bitte veröffentlichen.",
            )
        years = collections.Counter(str(post.get("created_time"))[:4] for post in self._posts())
        count = max(years.values(), default=0)
        if count >= MOST_A_YEAR:
            raise ChannelFailed(
                f"The Page has {count} posts in one year; Facebook lists about 600, and what is not listed is not "
                "found after a crash. Use a Page of its own for appeals.",
                f"Die Seite hat {count} Beiträge in einem Jahr; Facebook listet etwa 600, und was nicht gelistet wird, "
                "wird nach einem Absturz nicht gefunden. Bitte eine eigene Seite für Fahndungen nehmen.",
            )
        collections.deque(self._photos(), maxlen=0)

    def upload(self, data: bytes, *, media_type: str, alt: str, caption: str) -> Reference:
        """Makes one photo for nobody to see.

        Raises:
            ChannelFailed, NotPublishable: as ``facebookanswers.written``. OutcomeUnknown: it does not say what it made.
        """
        headers, body = facebookphotos.form(
            data, media_type=media_type, alt=alt, caption=caption, proof=self._line.proof()
        )
        answer = self._line.send(f"{self._endpoint.page}/{facebookphotos.EDGE}", headers, body)
        id = facebookanswers.written(answer).get("id")
        if not facebookphotos.is_id(id):
            raise OutcomeUnknown(
                f"{WHO} took a picture and did not say what became of it.",
                f"{WHO} hat ein Bild angenommen und nicht gesagt, was daraus wurde.",
            )
        return facebookphotos.reference(str(id))

    def post(self, text: str, *, published: bool, photos: Sequence[Reference] = ()) -> Reference:
        """Makes one post, for all to see or for nobody yet; ``photos``: what hangs on it.

        Raises:
            ChannelFailed, NotPublishable: as ``facebookanswers.written``. OutcomeUnknown: it does not say what it made.
        """
        values = {"message": text, "published": _told(published), **facebookphotos.attached(photos)}
        id = facebookanswers.written(self._line.write(f"{self._endpoint.page}/feed", values)).get("id")
        if not self._is_own(id):
            raise OutcomeUnknown(
                f"{WHO} took a post and did not say what became of it.",
                f"{WHO} hat einen Beitrag angenommen und nicht gesagt, was daraus wurde.",
            )
        return self._reference(str(id))

    def show(self, reference: Reference) -> None:
        """Asks to show a post to everybody; asking twice does no harm.

        Raises:
            ChannelFailed, NotPublishable: as ``facebookanswers.written``.
        """
        facebookanswers.written(self._line.write(self._own_id(reference, "post"), {"is_published": _told(True)}))

    def reread(self, url: str) -> None:
        """Asks to read an address again.

        Source: developers.facebook.com, "Sharing for webmasters", read 2026-11-26; no specification has this call.

        Raises:
            ChannelFailed, NotPublishable: as ``facebookanswers.written``.
        """
        facebookanswers.written(self._line.write("", {"id": url, "scrape": _told(True)}))

    def delete(self, reference: Reference) -> None:
        """Removes one post or photo; what does not exist for this token is a success if the Page does.

        A look tells the rest: of a photo that still hangs on a post the same is said (somebody's report of v25.0).

        Raises:
            ChannelFailed: it was not removed, or nobody can tell.
        """
        answer = self._line.delete(self._own_id(reference, "post", MEDIUM))
        if facebookanswers.is_missing(answer):
            self.control()
        elif facebookanswers.readable(answer).get("success") is not True:
            raise ChannelFailed(
                f"{WHO} did not say that it deleted the {reference.kind}. It is tried again later.",
                f"{WHO} hat nicht gesagt, dass gelöscht wurde ({reference.kind}). Es wird später erneut versucht.",
            )

    def listed(self) -> tuple[Marked, ...]:
        """Every post and photo of the Page that carries a marker; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        self.control()
        found: dict[Marked, None] = {}
        for post in self._posts():
            for marker in linkpost.markers_in_text(post.get("message", "")):
                found[Marked(marker=marker, reference=self._reference(post["id"]))] = None
        for photo in self._photos():
            for marker in linkpost.markers_in_text(photo.get("name", "")):
                found[Marked(marker=marker, reference=facebookphotos.reference(photo["id"]))] = None
        return tuple(found)

    def own_post(self, untrusted_url: str) -> Reference | None:
        """The Page's post with that address; None: it is no post, or another's.

        Addresses with ids lead to a post; others (``pfbid…``) are looked for in the listing.

        Raises:
            ChannelFailed: nobody can tell. UsageError: it is a link for sharing, which says nothing of the post.
        """
        wanted = facebookaddress.place(untrusted_url)
        if wanted is None:
            return None
        if facebookaddress.is_shared(wanted):
            raise UsageError(
                "A link for sharing (facebook.com/share/…) does not say whose post it shows; it may be the Page's own. "
                "Open it in a browser and take the address that stands in the address bar then.",
                "Ein Teilen-Link (facebook.com/share/…) sagt nicht, wessen Beitrag er zeigt; es kann ein eigener sein. "
                "Bitte im Browser öffnen und die Adresse nehmen, die dann in der Adresszeile steht.",
            )
        self.control()
        page, number = self._endpoint.page, facebookaddress.number(wanted)
        if number is not None:
            reference = self._reference(f"{page}_{number}")
            return None if self.shown(reference) is None else reference
        asked = {**VISIBLE["published_posts"], "fields": f"{_LISTED},permalink_url"}
        edge = self._edge("published_posts", asked)
        found = (post["id"] for post in edge if facebookaddress.place(str(post.get("permalink_url"))) == wanted)
        return next(map(self._reference, found), None)

    def shown(self, reference: Reference) -> Shown | None:
        """A post as it is now; None: it does not exist, or this token is not shown it.

        Raises:
            ChannelFailed: nobody can tell.
        """
        id = self._own_id(reference, "post")
        answer = self._line.get(id, {"fields": _SHOWN})
        if facebookanswers.is_missing(answer):
            return None
        told = facebookanswers.readable(answer)
        text, published, attached = told.get("message", ""), told.get("is_published"), told.get("attachments")
        if told.get("id") != id or not isinstance(text, str) or not isinstance(published, bool):
            raise ChannelFailed(
                f"{WHO} answered with something that is not the post that was asked for. It is asked again later.",
                f"{WHO} antwortete mit etwas, das nicht der gefragte Beitrag ist. Es wird später erneut gefragt.",
            )
        photos = facebookphotos.hanging(attached)
        others = ["is_hidden", "scheduled_publish_time", "child_attachments", *([] if photos else ["full_picture"])]
        plain = photos is not None and not any(map(told.get, others))
        return Shown(text=text, published=published, plain=plain, photos=photos or ())

    def photo(self, reference: Reference) -> Photo | None:
        """A photo as it is now; None: it does not exist, or this token is not shown it.

        Raises:
            ChannelFailed: nobody can tell.
        """
        id = self._own_id(reference, MEDIUM)
        answer = self._line.get(id, {"fields": facebookphotos.SHOWN})
        if facebookanswers.is_missing(answer):
            return None
        told = facebookanswers.readable(answer)
        found = facebookphotos.read(told)
        if told.get("id") != id or found is None:
            raise ChannelFailed(
                f"{WHO} answered with something that is not the photo that was asked for. It is asked again later.",
                f"{WHO} antwortete mit etwas, das nicht das gefragte Foto ist. Es wird später erneut gefragt.",
            )
        return found

    def _posts(self) -> Iterator[Mapping[str, Any]]:
        """All posts on all edges, some of them on several."""
        for edge, query in (VISIBLE | (DRAFTS if self._endpoint.drafts else {})).items():
            yield from self._edge(edge, query)

    def _photos(self) -> Iterator[Mapping[str, Any]]:
        """All photos that the Page uploaded, where the policy lets pictures go along."""
        if self._endpoint.media == kinds.OBJECTS:
            query = {"fields": facebookphotos.LISTED, **facebookphotos.UPLOADED}
            yield from self._edge(facebookphotos.EDGE, query, text="name", is_own=facebookphotos.is_id)

    def _edge(
        self,
        edge: str,
        query: Mapping[str, str],
        *,
        text: str = "message",
        is_own: Callable[[object], bool] | None = None,
    ) -> Iterator[Mapping[str, Any]]:
        """Everything on an edge; ``text``: the field of its words. ``is_own``: what an id looks like, if no post's."""
        seen, cursors, values = set[str](), set[str](), {"fields": _LISTED, **query}
        for _ in range(MOST_PAGES):
            told = facebookanswers.readable(self._line.get(f"{self._endpoint.page}/{edge}", values))
            posts, paging = told.get("data"), told.get("paging") or {}
            if not isinstance(posts, list) or not isinstance(paging, dict):
                raise _unclean("it is no listing", "sie ist keine Liste")
            for post in posts:
                yield _clean(post, seen, text, is_own or self._is_own)
            if "next" not in paging:
                return
            after = (paging.get("cursors") or {}).get("after") if isinstance(paging.get("cursors"), dict) else None
            if not isinstance(after, str) or not after or after in cursors:
                raise _unclean("it does not say how it goes on", "sie sagt nicht, wie sie weitergeht")
            cursors.add(after)
            values["after"] = after  # the address in ``next`` is not followed: it could lead anywhere
        raise _unclean("it does not end", "sie endet nicht")

    def _node(self, path: str, fields: str) -> tuple[dict[str, Any], Answer]:
        """The Page, and the whole answer."""
        answer = self._line.get(path, {"fields": fields})
        if facebookanswers.is_missing(answer):
            raise AuthError(
                f"{WHO}: this token does not see the Page {self._endpoint.page}, so that nothing it does not see is "
                "proven gone. Check the Page's id and the permissions of the system user.",
                f"{WHO}: Dieser Token sieht die Seite {self._endpoint.page} nicht; was er nicht sieht, ist nicht als "
                "gelöscht erwiesen. Bitte die Kennung der Seite und die Rechte des Systemnutzers prüfen.",
            )
        return facebookanswers.readable(answer), answer

    def _is_own(self, untrusted_id: object) -> bool:
        return isinstance(untrusted_id, str) and self._own.fullmatch(untrusted_id) is not None

    def _own_id(self, reference: Reference, *kinds: str) -> str:
        """Its id, if it is one of these kinds of the Page's."""
        is_right = {"post": self._is_own, MEDIUM: facebookphotos.is_id}
        if reference.kind not in kinds or not is_right[reference.kind](reference.id):
            raise ChannelFailed(
                f"{WHO}: the reference {reference.kind} {reference.id!r} is damaged. Check the ledger.",
                f"{WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt. Bitte das Register prüfen.",
            )
        return reference.id

    def _reference(self, id: str) -> Reference:
        return Reference(kind="post", id=id, url=f"https://www.facebook.com/{id}")


def _clean(untrusted: object, seen: set[str], text: str, is_own: Callable[[object], bool]) -> Mapping[str, Any]:
    """An entry of a listing."""
    if not isinstance(untrusted, dict) or not is_own(untrusted.get("id")):
        raise _unclean("an entry is another Page's, or has no id", "ein Eintrag gehört einer anderen Seite")
    if not isinstance(untrusted.get(text, ""), str):
        raise _unclean("an entry has no text", "ein Eintrag hat keinen Text")
    if untrusted["id"] in seen:
        raise _unclean("it repeats itself", "sie wiederholt sich")
    seen.add(untrusted["id"])
    return untrusted


def _told(value: bool) -> str:
    return "true" if value else "false"


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{WHO}: the listing is worth nothing, {en}. It is asked for again later.",
        f"{WHO}: Die Liste ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
