"""What strangers are told of one Bluesky account: by its own server, and by the view that apps show. Writes nothing.

Source: https://docs.bsky.app (HTTP reference), the lexicons of the same names, and the answers of @atproto/pds 0.4.217,
read 2026-11-26. Everything a server says is untrusted.
"""

import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

from fahndung.channels import answers, blueskyaddress, blueskyrecord
from fahndung.channels.blueskyaccount import PUBLIC, Endpoint, is_did
from fahndung.channels.blueskyrecord import COLLECTIONS, FILE
from fahndung.channels.blueskysession import WHO, session_of
from fahndung.errors import ChannelFailed
from fahndung.http import Answer, Client
from fahndung.model.publication import Marked, Reference

TIMEOUT_S = 20.0
PAGE = 100
"""The most records that a page of a listing holds."""
MOST_PAGES = 250
FILES = 1000
"""The most files that a page of their listing names."""
_KINDS = {collection: kind for kind, collection in COLLECTIONS.items()}


class Reading:
    """One account as strangers read it; for one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.client = Client(timeout_s=TIMEOUT_S)

    def did(self) -> str:
        """The account's lasting name; where the configuration has a handle, the login tells.

        Raises:
            NotSent: it cannot log in.
        """
        account = self.endpoint.account
        return account if is_did(account) else session_of(self.endpoint).tokens(self.client).did

    def control(self) -> str:
        """The positive control: strangers are shown the account's repository, and the view knows it; its DID.

        Raises:
            ChannelFailed: they are not.
        """
        did, _ = self._described()
        if self.endpoint.appview:
            answer = self._viewed("app.bsky.actor.getProfile", actor=did)
            answers.readable(answer, WHO)
            if answers.document(answer, WHO).get("did") != did:
                raise self._unseen("the view shows another account", "die Ansicht zeigt ein anderes Konto")
        return did

    def own_post(self, untrusted_url: str) -> Reference | None:
        """The account's post with that address; None: it is no post, or another's.

        Raises:
            ChannelFailed: nobody can tell.
        """
        named = blueskyaddress.named(untrusted_url, self.endpoint.url)
        if named is None:
            return None
        (who, key), (did, handle) = named, self._described()
        if who not in {did, handle.casefold()}:
            return None
        post = self.reference("post", blueskyrecord.address(did, "post", key))
        return None if self.record(post) is None else post

    def key_of(self, reference: Reference) -> str:
        """Under which key a reference's record lies.

        Raises:
            ChannelFailed: it is no record of this account.
        """
        did, collection, key = _parts(reference.id)
        if did != self.did() or _KINDS.get(collection) != reference.kind or not key:
            raise ChannelFailed(
                f"{WHO}: the reference {reference.kind} {reference.id!r} is damaged, or another account's. Check the "
                "ledger, and account in the configuration.",
                f"{WHO}: Der Verweis {reference.kind} {reference.id!r} ist beschädigt oder gehört zu einem anderen "
                "Konto. Bitte das Register und account in der Konfiguration prüfen.",
            )
        return key

    def listed(self) -> tuple[Marked, ...]:
        """Every record of the account that carries a marker; complete, or it raises.

        Raises:
            ChannelFailed: a page is not clean, or there is no end to them.
        """
        did = self.did()
        return tuple(marked for kind in COLLECTIONS for marked in self._all_of(did, kind))

    def record(self, reference: Reference) -> dict[str, Any] | None:
        """What the account's server shows a stranger of a reference; None: nothing lies there.

        Raises:
            ChannelFailed: nobody can tell.
        """
        did, collection, _ = _parts(reference.id)
        answer = self._query("com.atproto.repo.getRecord", repo=did, collection=collection, rkey=self.key_of(reference))
        if answer.status == 400 and error_of(answer) == "RecordNotFound":
            return None
        answers.readable(answer, WHO)
        return _value(answers.document(answer, WHO), reference.id, "value")

    def viewed(self, reference: Reference) -> dict[str, Any] | None:
        """What the view shows a stranger of a post; None: nothing.

        Raises:
            ChannelFailed: nobody can tell.
        """
        answer = self._viewed("app.bsky.feed.getPosts", uris=reference.id)
        answers.readable(answer, WHO)
        posts = answers.document(answer, WHO).get("posts")
        if posts == []:
            return None
        if not isinstance(posts, list) or len(posts) != 1 or not isinstance(posts[0], dict):
            raise _unclean("the view did not answer with one post", "die Ansicht nannte nicht genau einen Beitrag")
        return _value(posts[0], reference.id, "record")

    def file(self, cid: str) -> Reference:
        """The reference to a file of the account, with the address where its server shows it to strangers."""
        query = urllib.parse.urlencode({"did": self.did(), "cid": cid})
        return Reference(kind=FILE, id=cid, url=f"{self.endpoint.url}xrpc/com.atproto.sync.getBlob?{query}")

    def shows_file(self, reference: Reference) -> bool:
        """Whether the account's server shows a stranger a file; two answers have to agree that it does not.

        Raises:
            ChannelFailed: nobody can tell, or they do not agree.
        """
        if not blueskyrecord.is_cid(reference.id):
            raise _unclean("the reference to a picture is damaged", "der Verweis auf ein Bild ist beschädigt")
        answer = self._query("com.atproto.sync.getBlob", did=self.did(), cid=reference.id)
        if _lacks_file(answer):
            if reference.id in self._files():
                raise _unclean(
                    "a picture is listed and not shown", "ein Bild steht in der Liste und wird nicht gezeigt"
                )
            return False
        answers.readable(answer, WHO)
        return True

    def _described(self) -> tuple[str, str]:
        """DID and handle of the account, as its server shows it to strangers.

        Raises:
            ChannelFailed: it shows none, or another.
        """
        did, account = self.did(), self.endpoint.account
        answer = self._query("com.atproto.repo.describeRepo", repo=did)
        answers.readable(answer, WHO)
        told = answers.document(answer, WHO)
        handle = str(told.get("handle"))
        if told.get("did") != did or not (is_did(account) or handle.casefold() == account.casefold()):
            raise self._unseen("the server shows another account", "der Server zeigt ein anderes Konto")
        return did, handle

    def _files(self) -> set[str]:
        """The names of all files that records of the account name; complete, or it raises."""
        found, cursor = set[str](), dict[str, str]()
        for _ in range(MOST_PAGES):
            answer = self._query("com.atproto.sync.listBlobs", did=self.did(), limit=str(FILES), **cursor)
            answers.readable(answer, WHO)
            told = answers.document(answer, WHO)
            cids = told.get("cids")
            if not isinstance(cids, list) or not all(map(blueskyrecord.is_cid, cids)):
                raise _unclean("it names no files", "sie nennt keine Dateien")
            found |= {*cids}
            if told.get("cursor") is None:
                return found
            cursor = {"cursor": str(told["cursor"])}
        raise _unclean("it does not end", "sie endet nicht")

    def latest_commit(self) -> str:
        """What the repository's last commit is.

        Raises:
            ChannelFailed: nobody can tell.
        """
        answer = self._query("com.atproto.sync.getLatestCommit", did=self.did())
        answers.readable(answer, WHO)
        cid = answers.document(answer, WHO).get("cid")
        if not isinstance(cid, str):
            raise _unclean("it names no commit", "sie nennt keinen Stand")
        return cid

    def reference(self, kind: str, uri: str) -> Reference:
        """The reference to a record; of a post with the page where a person looks at it."""
        return Reference(kind=kind, id=uri, url=self._page(uri) if kind == "post" else None)

    def _all_of(self, did: str, kind: str) -> list[Marked]:
        found, known, cursor = list[Marked](), set[str](), dict[str, str]()
        for _ in range(MOST_PAGES):
            query = {"repo": did, "collection": COLLECTIONS[kind], "limit": str(PAGE)}
            answer = self._query("com.atproto.repo.listRecords", **query, **cursor)
            answers.readable(answer, WHO)
            told = answers.document(answer, WHO)
            records = told.get("records")
            if not isinstance(records, list):
                raise _unclean("it holds no records", "sie enthält keine Einträge")
            for one in records:
                uri = self._listed_uri(one, did, kind)
                if uri in known:
                    raise _unclean("it repeats itself", "sie wiederholt sich")
                known.add(uri)
                named = (self.reference(kind, uri), *map(self.file, blueskyrecord.cids(one["value"])))
                markers = blueskyrecord.markers(one["value"])
                found += [Marked(marker=marker, reference=reference) for marker in markers for reference in named]
            if told.get("cursor") is None:
                return found
            cursor = {"cursor": str(told["cursor"])}
        raise _unclean("it does not end", "sie endet nicht")

    def _listed_uri(self, untrusted: object, did: str, kind: str) -> str:
        uri = untrusted.get("uri") if isinstance(untrusted, dict) else None
        if not isinstance(uri, str) or _parts(uri)[:2] != (did, COLLECTIONS[kind]) or not _parts(uri)[2]:
            raise _unclean("an entry is no record of this account", "ein Eintrag gehört nicht zu diesem Konto")
        if not isinstance(untrusted, dict) or not isinstance(untrusted.get("value"), dict):
            raise _unclean("an entry has no content", "ein Eintrag hat keinen Inhalt")
        return uri

    def _query(self, name: str, **values: str) -> Answer:
        """What the account's server tells a stranger."""
        return self.client.get(f"{self.endpoint.url}xrpc/{name}?{urllib.parse.urlencode(values)}")

    def _viewed(self, name: str, **values: str) -> Answer:
        return self.client.get(f"{self.endpoint.appview}xrpc/{name}?{urllib.parse.urlencode(values)}")

    def _page(self, uri: str) -> str:
        """Where a person looks at a post: Bluesky's own app where its view is asked, else the server's record."""
        did, collection, key = _parts(uri)
        if self.endpoint.appview == PUBLIC:
            return f"https://bsky.app/profile/{did}/post/{key}"
        query = urllib.parse.urlencode({"repo": did, "collection": collection, "rkey": key})
        return f"{self.endpoint.url}xrpc/com.atproto.repo.getRecord?{query}"

    def _unseen(self, en: str, de: str) -> ChannelFailed:
        account = self.endpoint.account
        return ChannelFailed(
            f"{WHO}: asked for the account {account}, {en}: no other answer proves anything.",
            f"{WHO}: Nach dem Konto {account} gefragt, {de}: Keine andere Antwort beweist etwas.",
        )


def error_of(answer: Answer) -> str | None:
    """The name of an error; None: the answer has none."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    name = told.get("error") if isinstance(told, dict) else None
    return name if isinstance(name, str) else None


def _lacks_file(answer: Answer) -> bool:
    """Whether a server says of a file that it is not there; older ones have no name of its own for that."""
    if answer.status != 400:
        return False
    name = error_of(answer)
    return name == "BlobNotFound" or (name == "InvalidRequest" and b"blob not found" in answer.body.lower())


def _parts(uri: str) -> tuple[str, str, str]:
    """Account, collection and key of a record's address; empty where it is none."""
    parts = uri.removeprefix("at://").split("/")
    return (parts[0], parts[1], parts[2]) if uri.startswith("at://") and len(parts) == 3 else ("", "", "")


def _value(told: Mapping[str, Any], uri: str, field: str) -> dict[str, Any]:
    value = told.get(field)
    if told.get("uri") != uri or not isinstance(value, dict):
        raise _unclean("another record was shown", "ein anderer Eintrag wurde gezeigt")
    return value


def _unclean(en: str, de: str) -> ChannelFailed:
    return ChannelFailed(
        f"{WHO}: the answer is worth nothing, {en}. It is asked for again later.",
        f"{WHO}: Die Antwort ist wertlos, {de}. Sie wird später erneut abgefragt.",
    )
