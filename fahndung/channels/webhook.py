"""A receiver of signed events as a channel: a force's TYPO3 site, an app, a bridge to a warning system.

Sends the approved teaser, the link to the force's own page, ids and expiry; no picture, no name, no description. What a
receiver says of itself is its own word, signed; where it shows something to the public, that is read as a stranger.
"""

import datetime as dt
import pathlib
from collections.abc import Mapping
from typing import Any

from fahndung.channels import linkpost, written
from fahndung.channels import webhookmessages as messages
from fahndung.channels.abilities import Edit, Evidence, Replies
from fahndung.channels.base import Checkpoint
from fahndung.channels.posting import Account
from fahndung.channels.steps import remove
from fahndung.channels.webhookaccount import KIND, Endpoint
from fahndung.channels.webhookapi import Api
from fahndung.channels.webhookmessages import State
from fahndung.errors import FahndungError, Message
from fahndung.model.mandate import Medium
from fahndung.model.publication import Altered, Draft, Gone, Live, Look, Posting, Reference, Unknown
from fahndung.model.release import Release

MEDIUM: Medium | None = None
"""Each account's table says it: nobody but the force knows what a receiver shows, and where."""
TEXT, EVENT = "post.txt", "event.json"

_RESIDUAL = Message(
    "Whatever the receiver handed on, or its users kept; the link in a copy leads to the force's page, which answers "
    "410.",
    "Was der Empfänger weitergab oder seine Nutzer aufbewahrten; der Link in einer Kopie führt auf die Seite der "
    "Polizei, die mit 410 antwortet.",
)
_PROOF = Message(
    "The receiver's own word, signed in answer to a question that was never asked before: it says that it holds "
    "nothing, and its list names nothing. Where it named a public page, that answers a stranger 404 or 410, while "
    "another page of the same host is shown. What it shows elsewhere nobody sees.",
    "Das eigene Wort des Empfängers, signiert als Antwort auf eine nie zuvor gestellte Frage: Er hält nichts mehr, und "
    "seine Liste nennt nichts. Hat er eine öffentliche Seite genannt, antwortet sie Fremden mit 404 oder 410, während "
    "eine andere Seite desselben Hosts zu sehen ist. Was er anderswo zeigt, sieht niemand.",
)
_REPLIES = {
    "open": Message(
        "Whatever the receiver lets strangers write below it; it owes to delete that with the appeal.",
        "Was der Empfänger Fremde darunter schreiben lässt; er schuldet, es mit dem Aufruf zu löschen.",
    ),
    "none": Message(
        "Nobody can write below it, says whoever configured it; the program does not see it.",
        "Darunter kann niemand schreiben, sagt, wer es konfiguriert hat; das Programm sieht es nicht.",
    ),
}
_EDIT = Edit(
    how="replace",
    why=Message(
        "The new revision is put up first, then the old one withdrawn: only what was withdrawn is read back as gone.",
        "Erst geht die neue Revision hinaus, dann wird die alte zurückgenommen: Nur Zurückgenommenes wird als gelöscht "
        "zurückgelesen.",
    ),
)
_EVIDENCE = Evidence(
    by="simulator",
    version="1",
    date=dt.date(2026, 11, 26),
    note=Message("the project's own receiver and its example", "der Empfänger des Projekts und sein Beispiel"),
)


class Webhook(Account[Endpoint, Api]):
    """One receiver (see ``fahndung.channels.base.Channel``).

    The marker is the place: an event sent again changes nothing, and one that was signed before the last withdrawal
    puts nothing up.
    """

    kind = KIND
    idempotency = "path"
    residual = _RESIDUAL
    proof = _PROOF
    edit = _EDIT
    evidence = _EVIDENCE

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint, Api(endpoint))
        self.medium = Medium(endpoint.medium)
        self.replies = Replies(setting="", remains=_REPLIES[endpoint.comments])

    def check(self) -> None:
        """Whether both sides have the same key, and the receiver lists what it holds.

        Raises:
            AuthError: it does not accept the signature. ChannelFailed: no signed answer.
        """
        self._api.listed()

    def prepare(self, release: Release) -> Draft:
        """The event that puts the longest teaser with its link there: no limit of a receiver is known.

        Raises:
            NotPublishable: it does not fit (``linkpost.longest``).
        """
        teaser, _ = linkpost.longest(release, self.name, lambda one: one)
        text, marker = teaser.linked, teaser.marker
        content = self._content(release, text, marker)
        event = messages.published(marker, content)
        return self.draft(
            marker,
            withdrawal={"sha256": messages.sha256(content)},
            payload={TEXT: text.encode(), EVENT: messages.canonical(event)},
            text=teaser.name,
        )

    def publish(self, draft: Draft, checkpoint: Checkpoint) -> None:
        """Hands in the event.

        Raises:
            ChannelFailed, NotPublishable: see ``fahndung.channels.base``.
        """
        checkpoint(self._api.publish(messages.parsed(draft.payload[EVENT])))

    def look(self, posting: Posting) -> Look:
        """What the receiver says of the markers, and what a stranger finds on the pages that it named."""
        evidence: dict[str, object] = {"signed": True, "word": "the receiver's own"}
        try:
            listed = self.find(posting.marker)
            evidence["listed"] = len(listed)
            references = (self._whole(posting), *posting.references, *listed)
            states = [self._api.state(one) for one in dict.fromkeys(map(self._api.marker_of, references))]
            evidence["held"] = {one.marker: one.sha256 is not None for one in states}
            evidence["pages"] = pages = self._pages(states, references)
        except FahndungError as error:
            return Unknown.because(error, evidence=evidence)
        there = [one for one in states if one.sha256 is not None]
        if there or any(pages.values()):
            return _verdict(posting, there, pages, listed=len(listed), evidence=evidence)
        if listed:
            return Unknown.of(
                Message(
                    "it says that it holds nothing, and its list still names it",
                    "der Empfänger sagt, er habe nichts, und seine Liste nennt es noch",
                ),
                evidence,
            )
        return Gone(evidence=evidence)

    def withdraw(self, posting: Posting) -> None:
        """Takes the marker down whether or not it is held: what is still on its way then comes too late.

        Raises:
            ChannelFailed: something could not be removed, or the list is not clean; all was tried.
        """
        references = (self._whole(posting), *posting.references)
        remove(references, lambda: self.find(posting.marker), self._api.delete)

    def _whole(self, posting: Posting) -> Reference:
        return Reference(kind="post", id=posting.marker)

    def _content(self, release: Release, text: str, marker: str) -> dict[str, Any]:
        manifest = release.manifest
        revision, category, ends = manifest.get("revision"), manifest.get("category"), manifest.get("ends")
        if not isinstance(revision, int) or not isinstance(category, str) or not isinstance(ends, list):
            raise linkpost.refused(
                self.name,
                "the manifest does not say its revision, category and ends",
                "das Manifest nennt Revision, Kategorie und Enden nicht",
            )
        end = next((one["at"] for one in ends if one["medium"] == self.medium), None)
        return {
            "appeal": manifest["slug"],
            "revision": revision,
            "category": category,
            "language": "de",
            "text": text,
            "link": f"{manifest['page_url']}#{marker}",
            "expires": end and written.utc(written.instant(end)),
        }

    def _pages(self, states: list[State], references: tuple[Reference, ...]) -> dict[str, bool]:
        """The public pages of the markers, and whether a stranger is shown them."""
        found: dict[str, bool] = {}
        for one in states:
            named = (reference.url for reference in references if reference.id == one.marker)
            for address in dict.fromkeys([one.address, *named]):
                if address is not None:
                    found[address] = self._api.shows(address, one.marker, control=one.control)
        return found


def from_config(config: Mapping[str, object], *, home_id: str, nonce: str, home: pathlib.Path) -> Webhook:
    """The receiver that one table of the configuration describes.

    Raises:
        InvalidConfig: a key is missing, unknown or wrong.
    """
    return Webhook(Endpoint.from_config({key: value for key, value in config.items() if key != "kind"}))


def from_ledger(endpoint: Mapping[str, object]) -> Webhook:
    """The receiver of a ledger row.

    Raises:
        ChannelFailed: the row does not say which receiver it was.
    """
    return Webhook(Endpoint.from_ledger(endpoint))


def _verdict(
    posting: Posting, there: list[State], pages: Mapping[str, bool], *, listed: int, evidence: Mapping[str, object]
) -> Look:
    """Of what is there: live is one thing, held as approved, listed, and shown where it is said to be shown."""
    if not there:
        return Altered.of(
            Message(
                "it says that it holds nothing, and a public page still shows it",
                "der Empfänger sagt, er habe nichts, und eine öffentliche Seite zeigt es noch",
            ),
            evidence,
        )
    (first, *more), approved = there, posting.withdrawal.get("sha256")
    shown = first.address is None or pages[first.address]
    if not more and listed == 1 and shown and first.sha256 == approved:
        return Live(evidence=evidence)
    held = ", ".join(one.marker for one in there)
    why = Message(f"held otherwise than approved: {held}", f"anders vorgehalten als freigegeben: {held}")
    return Altered.of(why, evidence)
