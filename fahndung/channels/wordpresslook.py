"""The verdict on one publication on a WordPress site, from what its user and a stranger are told. Changes nothing."""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fahndung.channels import wordpresspage
from fahndung.channels.steps import each
from fahndung.channels.wordpressapi import Account, Api
from fahndung.channels.wordpressobjects import Object, files_of, head_of, is_of, name_of, number
from fahndung.channels.wordpressreading import Stranger, is_unindexed
from fahndung.errors import FahndungError, Message
from fahndung.http import Answer
from fahndung.model.publication import Altered, Gone, Live, Look, Posting, Reference, Unknown

There = dict[str, str]
"""Where something of a publication is, and in what way."""


def look(posting: Posting, api: Api, stranger: Stranger) -> Look:
    """What is there of a posting now, as ``fahndung.channels.base.Channel.look``."""
    evidence: dict[str, object] = {}
    try:
        control = stranger.control(api.some_pictures())
        evidence["control"] = [control.page, control.file, "REST closed" if control.closed else "REST open"]
        account = api.account()
        listed = [one.reference for one in account.marked() if one.marker == posting.marker]
        evidence["listed"] = len(listed)
        there: There = {}
        for reference in each(*posting.references, *listed):
            there |= _object(reference, posting.marker, account, api, stranger, closed=control.closed)
        pages = {url: stranger.page(url) for url in _addresses(posting)}
        taken = [url for url, page in pages.items() if page is not None and _is_another(page, posting.marker)]
        there |= {url: "shown" for url, page in pages.items() if page is not None and url not in taken}
        evidence |= {"there": there, "a later revision": taken}
        if there:
            return _verdict(posting, account, pages, stranger, there, evidence)
        named = [] if taken else [where for url in _addresses(posting) for where in stranger.lists(_slug(url))]
    except FahndungError as error:
        return Unknown.because(error, evidence=evidence)
    if named:
        where = ", ".join(named)
        return Altered.of(Message(f"still named by {where}", f"noch genannt von {where}"), evidence)
    return Gone(evidence=evidence)


def addresses(posting: Posting) -> list[str]:
    """Every address that is asked for: that of its page, and of each file of its pictures."""
    return [*_addresses(posting), *(url for one in posting.references if one.kind == "media" for url in files_of(one))]


def _addresses(posting: Posting) -> list[str]:
    """Where its page stands or stood."""
    known = [posting.withdrawal.get("url"), *(one.url for one in posting.references if one.kind == "page")]
    return list(dict.fromkeys(url for url in known if isinstance(url, str)))


def _slug(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def _is_another(page: Answer, marker: str) -> bool:
    """Whether an address shows a later revision, and not this one."""
    markers = wordpresspage.markers_in(page.body.decode(errors="replace"))
    return bool(markers) and marker not in markers


def _object(
    reference: Reference, marker: str, account: Account, api: Api, stranger: Stranger, *, closed: bool
) -> There:
    """Where a page or a picture is; nothing if it is gone, or somebody else's."""
    own = account.named(reference.kind, number(reference)) or api.find(reference)
    if own is not None and not is_of(reference.kind, own, marker):
        return {}
    where = f"{reference.kind} {number(reference)}"
    there = {} if own is None else {where: str(own.get("status", "in the library"))}
    if not closed and stranger.is_told(reference):
        there |= {f"{where} by REST": "told"}
    if reference.kind == "media":
        there |= {url: "shown" for url in files_of(reference) if stranger.file(url) is not None}
    return there


def _verdict(
    posting: Posting,
    account: Account,
    pages: Mapping[str, Answer | None],
    stranger: Stranger,
    there: There,
    evidence: Mapping[str, object],
) -> Look:
    wrong = list(_wrong(posting, account, pages, stranger))
    if wrong:
        why, left = Message.joined(wrong), ", ".join(there)
        return Altered.of(Message(f"{why.en}. There: {left}", f"{why.de}. Da: {left}"), evidence)
    return Live(evidence=evidence)


def _wrong(
    posting: Posting, account: Account, pages: Mapping[str, Answer | None], stranger: Stranger
) -> Iterator[Message]:
    """What of that which is there is not as it was approved."""
    owned = [page for page in account.pages if wordpresspage.marker_in(page["content"]["raw"]) == posting.marker]
    approved: Sequence[Mapping[str, Any]] = posting.withdrawal.get("pictures") or ()  # type: ignore[assignment]
    hung = [one for one in account.media if (named := name_of(one)) and named[0] == posting.marker]
    hung.sort(key=lambda one: name_of(one) or ("", 0))
    if len(owned) != 1 or len(hung) != len(approved):
        yield Message(
            f"there are {len(owned)} pages and {len(hung)} pictures in place of 1 and {len(approved)}",
            f"{len(owned)} Seiten und {len(hung)} Bilder sind da statt 1 und {len(approved)}",
        )
        return
    (page,) = owned
    urls = {str(told["name"]): str(one["source_url"]) for told, one in zip(approved, hung, strict=True)}
    yield from _unlike(page, urls, posting.withdrawal)
    for told, one in zip(approved, hung, strict=True):
        data = stranger.file(one["source_url"])
        if data is None or hashlib.sha256(data).hexdigest() != told["sha256"]:
            yield Message(
                f"{one['source_url']} does not show the approved bytes",
                f"{one['source_url']} zeigt nicht die freigegebenen Bytes",
            )
        if wordpresspage.sha256(one["alt_text"]) != told["alt"]:
            yield Message(f"the text of {one['source_url']} is another", f"der Text von {one['source_url']} ist anders")
    for open_one in itertools.chain(owned, hung):
        if (open_one["comment_status"], open_one["ping_status"]) != ("closed", "closed"):
            yield Message(f"{open_one['id']} is open to comments", f"{open_one['id']} lässt Kommentare zu")
    yield from _misshown(page, urls, pages.get(page["link"]))


def _unlike(page: Object, urls: Mapping[str, str], withdrawal: Mapping[str, object]) -> Iterator[Message]:
    """What WordPress keeps and was not approved."""
    kept = {
        "title": page["title"]["raw"],
        "content": wordpresspage.unfilled(page["content"]["raw"], urls),
        "head": wordpresspage.unfilled(head_of(page), urls),
    }
    for name, text in kept.items():
        if wordpresspage.sha256(text) != withdrawal.get(name):
            yield Message(f"its {name} is another", f"anders als freigegeben: {name}")
    if (page["status"], page["link"]) != ("publish", withdrawal.get("url")):
        yield Message(f"it is {page['status']} at {page['link']}", f"sie ist {page['status']} unter {page['link']}")


def _misshown(page: Object, urls: Mapping[str, str], shown: Answer | None) -> Iterator[Message]:
    """What a stranger is shown otherwise than it is kept."""
    if shown is None:
        yield Message("a stranger is not shown the page", "Fremden wird die Seite nicht gezeigt")
        return
    text = shown.body.decode(errors="replace")
    if not is_unindexed(shown):
        yield Message("search engines are not told to leave it alone", "Suchmaschinen werden nicht ferngehalten")
    if wordpresspage.text_of(page["content"]["raw"]) not in wordpresspage.text_of(text):
        yield Message("a stranger reads something else", "Fremde lesen etwas anderes")
    hidden = [url for url in urls.values() if url not in text]
    yield from (Message(f"it does not show {url}", f"sie zeigt {url} nicht") for url in hidden)
    card = _card_of(page)
    for offered in wordpresspage.previews_of(text):
        if any(_is_file_of(offered, url) for url in urls.values()) and not _is_file_of(offered, card):
            yield Message(f"previews are offered {offered}", f"Vorschauen wird {offered} angeboten")


def _card_of(page: Object) -> str:
    """The address of the card that a page offers to previews; empty if it offers none."""
    try:
        told = json.loads(head_of(page))
    except (ValueError, RecursionError):
        return ""
    card = told.get("image") if isinstance(told, dict) else None
    return card if isinstance(card, str) else ""


def _is_file_of(untrusted_url: str, picture: str) -> bool:
    """Whether an address is that of a picture or of one of its sizes."""
    return bool(picture) and untrusted_url.startswith(picture.rpartition(".")[0])
