"""One user of a WordPress site as a channel: the approved page with its pictures, as a page below "fahndung".

A website of the force's own, on which WordPress does what our files do elsewhere. Writes no article: those go into
feeds with all that is in them.
"""

import dataclasses
import datetime as dt
import functools
import pathlib
from collections.abc import Mapping

from fahndung.channels import wordpresslook, wordpresspage
from fahndung.channels.abilities import Edit, Evidence, Replies
from fahndung.channels.base import Checkpoint
from fahndung.channels.posting import Account
from fahndung.channels.steps import before_sending, do_all, remove
from fahndung.channels.wordpressaccount import KIND, Endpoint
from fahndung.channels.wordpressapi import CLOSED, RIGHTS, Api
from fahndung.channels.wordpressobjects import WHO, head_of, is_of, media_reference, name_of, page_reference
from fahndung.channels.wordpressreading import Stranger, is_unindexed
from fahndung.errors import AuthError, ChannelFailed, Duplicate, Message, NotPublishable, Rejected
from fahndung.model.mandate import Medium
from fahndung.model.publication import Draft, Look, Posting, Reference
from fahndung.model.release import Release

MEDIUM = Medium.WEBSITE
PAGE, HEAD, TITLE = "page.html", "head.json", "title.txt"

_RESIDUAL = Message(
    "Copies that visitors, archives or search engines made while the page was online; backups and caches of the site's "
    "operator. The database keeps no revision of a deleted page.",
    "Kopien, die Besucher, Archive oder Suchmaschinen angefertigt haben, solange die Seite online war; Sicherungen und "
    "Zwischenspeicher des Betreibers. Von einer gelöschten Seite behält die Datenbank keine Fassung.",
)
_PROOF = Message(
    "404 or 410 for page, pictures and every size of them, none of them told by the REST interface, to the user or to "
    "strangers; feed and sitemaps without the page; and in the same look the page above and a picture were shown.",
    "404 oder 410 für Seite, Bilder und jede ihrer Größen, nichts davon nennt die REST-Schnittstelle dem Benutzer oder "
    "Fremden; Feed und Sitemaps ohne die Seite; und in derselben Prüfung wurden die Seite darüber und ein Bild "
    "gezeigt.",
)
_EDIT = Edit(
    how="in-place",
    why=Message(
        "A later revision is written into the page that stands at its address.",
        "Eine spätere Revision wird in die Seite geschrieben, die an ihrer Adresse steht.",
    ),
)
_REPLIES = Replies(
    setting="comment_status: closed, ping_status: closed",
    remains=Message("Nothing: nobody can comment.", "Nichts: Niemand kann kommentieren."),
)
_EVIDENCE = Evidence(by="real-server", version="WordPress 6.1.9", date=dt.date(2026, 11, 26))


class WordPress(Account[Endpoint, Api]):
    """One user (see ``fahndung.channels.base.Channel``).

    It deletes for ever and lists. A later revision is written into the page that stands at its address.
    """

    kind = KIND
    medium = MEDIUM
    residual = _RESIDUAL
    proof = _PROOF
    edit = _EDIT
    replies = _REPLIES
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))
        self._stranger = Stranger(endpoint)

    def check(self) -> None:
        """Whether the user may publish and delete, the plugin is there, and strangers see what they should.

        Raises:
            AuthError: the password is nobody's, or its user may not.
            ChannelFailed: page above, plugin, library, addresses or listing are not as they have to be.
        """
        missing = RIGHTS - self._api.user().rights
        if missing:
            raise AuthError(
                f"{WHO}: the user {self.endpoint.user} may not {', '.join(sorted(missing))}. Make it an editor.",
                f"{WHO}: Dem Benutzer {self.endpoint.user} fehlen Rechte: {', '.join(sorted(missing))}. Bitte zum "
                "Redakteur machen.",
            )
        top = self._api.top()
        control = self._stranger.control(self._api.some_pictures())
        above = self._stranger.page(control.page)
        if not top.ready or top.link != control.page or above is None or not is_unindexed(above):
            raise ChannelFailed(
                f"{WHO}: {control.page} is not that of the plugin: put contrib/wordpress/fahndung.php into "
                "wp-content/mu-plugins, and choose permalinks with the post name.",
                f"{WHO}: {control.page} ist nicht die des Plugins: Bitte contrib/wordpress/fahndung.php in "
                "wp-content/mu-plugins legen und Permalinks mit Beitragsnamen wählen.",
            )
        self._api.listed()

    def prepare(self, release: Release) -> Draft:
        """The approved page's words and pictures, with the marker.

        Raises:
            NotPublishable: it does not fit (``wordpresspage.compose``).
        """
        page = wordpresspage.compose(release, self.endpoint)
        return self.draft(
            page.marker,
            withdrawal=page.withdrawal(),
            payload={
                PAGE: page.content.encode(),
                HEAD: page.head.encode(),
                TITLE: page.title.encode(),
                **page.pictures,
            },
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Uploads the pictures to a page that nobody is shown, writes that page, and shows it.

        Where an earlier revision stands at the address, its page is written anew in one step; its pictures stay until
        that revision is withdrawn. What a call made that WordPress stopped half-way is taken up.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        standing, page = self._begun(draft)
        checkpoint(page)
        urls: dict[str, str] = {}
        content = draft.payload[PAGE].decode()
        left = self._left(draft, page)
        for place, (name, alt) in enumerate(wordpresspage.alts_in(content).items()):
            own = f"{draft.marker}-{place}"
            media, urls[name] = left.get(place) or self._api.upload(page, own, draft.payload[name], alt)
            checkpoint(media)
        _refuse(not all(map(self._stranger.is_ours, urls.values())), _ELSEWHERE)
        head = wordpresspage.filled(draft.payload[HEAD].decode(), urls)
        content = wordpresspage.filled(content, urls)
        title = draft.payload[TITLE].decode()
        values: dict[str, object] = {"title": title, "content": content, "meta": {"fahndung_head": head}, **CLOSED}
        shown: dict[str, object] = {"status": "publish"}
        for change in [values | shown] if standing else [values, shown]:
            told = self._api.write(page, change)
            _refuse((told["title"]["raw"], told["content"]["raw"], head_of(told)) != (title, content, head), _CHANGED)
        _refuse((told["status"], told["link"]) != ("publish", draft.withdrawal["url"]), _NOT_THERE)

    def look(self, posting: Posting) -> Look:
        """What strangers and the user find of the references, and of what the listing names beside them."""
        return wordpresslook.look(posting, self._api, self._stranger)

    def grown(self, posting: Posting) -> tuple[Reference, ...]:
        """Pictures that hang on it and nobody noted, and those of which WordPress has made more sizes since.

        Raises:
            ChannelFailed: the listing is not clean.
        """
        known = {(one.kind, one.id) for one in posting.references}
        return tuple(one for one in self.find(posting.marker) if (one.kind, one.id) not in known)

    def withdraw(self, posting: Posting) -> None:
        """Removes the page, then the pictures, then whatever the listing still names; a later revision's page stays.

        Raises:
            ChannelFailed: something could not be removed, or the listing is not clean; all was tried.
            Unsupported: a picture lay on another server, where a person has to look whether it is gone.
        """
        delete = functools.partial(self._delete, posting.marker)
        known = sorted(posting.references, key=lambda one: one.kind != "page")
        do_all(
            lambda: remove(known, lambda: self.find(posting.marker), delete),
            lambda: self._stranger.refuse_foreign(wordpresslook.addresses(posting)),
        )

    def _delete(self, marker: str, reference: Reference) -> None:
        found = self._api.find(reference)
        if found is not None and is_of(reference.kind, found, marker):
            self._api.delete(reference)

    def _begun(self, draft: Draft) -> tuple[bool, Reference]:
        """The page that the draft goes to, and whether strangers are shown it now.

        Raises:
            Rejected: it is somebody else's. Duplicate: it is this draft's, and no call left it half-way.
        """
        slug, title = str(draft.withdrawal["slug"]), draft.payload[TITLE].decode()
        with before_sending():
            top = self._api.top()
            page = self._api.occupant(slug, top)
        if page is None:
            return False, self._at(draft, self._api.create(slug, title, draft.marker, top))
        marker = wordpresspage.marker_in(page["content"]["raw"])
        if marker is None:
            raise Rejected(
                f"{WHO}: another page has the address {draft.withdrawal['url']}. Move it.",
                f"{WHO}: Unter {draft.withdrawal['url']} steht eine andere Seite. Bitte verlegen.",
            )
        reference = page_reference(page)
        if marker == draft.marker and (page["status"] != "draft" or not _is_known(reference, draft)):
            raise Duplicate(
                f"{WHO} has this page already. It is looked at before anything is sent again.",
                f"{WHO} hat diese Seite schon. Vor jedem weiteren Senden wird nachgesehen.",
            )
        return page["status"] == "publish", self._at(draft, reference)

    def _left(self, draft: Draft, page: Reference) -> dict[int, tuple[Reference, str]]:
        """The pictures that an earlier call hung on that page, with their addresses, by their places on it."""
        found: dict[int, tuple[Reference, str]] = {}
        if not _is_known(page, draft):
            return found
        for one in draft.references:
            picture = self._api.find(one) if one.kind == "media" else None
            named = None if picture is None else name_of(picture)
            if picture is not None and named is not None and named[0] == draft.marker:
                found[named[1]] = media_reference(picture), picture["source_url"]
        return found

    def _at(self, draft: Draft, page: Reference) -> Reference:
        """The page with the address that it will have."""
        return dataclasses.replace(page, url=str(draft.withdrawal["url"]))


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> WordPress:
    """The user that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return WordPress(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> WordPress:
    """The user of a ledger row.

    Raises:
        ChannelFailed: the row does not say which user it was.
    """
    return WordPress(Endpoint.from_ledger(endpoint))


def _is_known(page: Reference, draft: Draft) -> bool:
    """Whether an earlier call of the same draft noted that page."""
    return (page.kind, page.id) in {(one.kind, one.id) for one in draft.references}


_ELSEWHERE = Message(
    "its pictures would lie on another server, where nobody could prove that they are gone",
    "die Bilder lägen auf einem anderen Server, auf dem niemand ihre Löschung beweisen könnte",
)
_CHANGED = Message(
    "WordPress stores something else than what was approved; give the user the right unfiltered_html, and look for "
    "plugins that change pages",
    "WordPress speichert etwas anderes als das Freigegebene; bitte dem Benutzer das Recht unfiltered_html geben und "
    "Plugins prüfen, die Seiten verändern",
)
_NOT_THERE = Message(
    "the page does not stand at the approved address; choose permalinks with the post name",
    "die Seite steht nicht unter der freigegebenen Adresse; bitte Permalinks mit Beitragsnamen wählen",
)


def _refuse(is_wrong: bool, why: Message) -> None:
    """Raises, if what was made is not what was approved; its caller withdraws it."""
    if is_wrong:
        raise NotPublishable(f"{WHO}: {why.en}.", f"{WHO}: {why.de}.")
