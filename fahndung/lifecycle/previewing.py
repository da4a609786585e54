"""What each channel would send, byte for byte, and how it would be taken back. Offline; sends nothing."""

import dataclasses
import hashlib
from typing import Any

from fahndung import dossier
from fahndung.channels.base import Capabilities
from fahndung.errors import Message
from fahndung.home import Home
from fahndung.law import clockfacts
from fahndung.law.clocks import End
from fahndung.ledger import appeals
from fahndung.ledger.store import Ledger
from fahndung.lifecycle.publishing import open_channel
from fahndung.model.plain import to_plain
from fahndung.model.publication import Draft

HOW = Message(
    "Everything listed is deleted, its addresses answer 410, and both are read back with the canary as control.",
    "Alles Genannte wird gelöscht, die Adressen antworten mit 410; beides wird mit der Kontrolldatei zurückgelesen.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One channel of a preview."""

    draft: Draft
    capabilities: Capabilities
    end: End


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A release as its channels would send it."""

    appeal: str
    revision: int
    digest: str
    channels: tuple[Shown, ...]

    def as_json(self, language: str) -> dict[str, Any]:
        """One JSON document."""
        return {
            "id": self.appeal,
            "revision": self.revision,
            "digest": self.digest,
            "channels": [_shown_json(shown, language) for shown in self.channels],
        }

    def lines(self, language: str) -> list[str]:
        """The same for people."""
        lines = [f"{self.appeal} revision {self.revision}, {self.digest}"]
        for shown in self.channels:
            document = _shown_json(shown, language)
            lines += ["", f"{document['channel']} ({document['medium']})"]
            lines += [f"  {url}" for url in document["urls"]]
            lines += [
                f"  {part['bytes']:>8} bytes  {part['sha256'][:12]}  {part['name']}" for part in document["parts"]
            ]
            lines += [
                f"  → {document['ends_at']}  {document['ends_because']}",
                f"  ⌫ {document['withdrawal']} {document['residual']}",
            ]
        return lines


def preview(home: Home, ledger: Ledger, *, appeal_id: str) -> Preview:
    """The latest release as each of its channels would send it.

    Raises:
        NotPublishable: nothing is built, a byte was changed, or a draft does not fit its channel.
    """
    config = home.config()
    with ledger.read() as tx:
        submission = appeals.get(tx, appeal_id)
        stored = dossier.latest_release(tx, submission)
        confirmed, reviewed = dossier.confirmations(tx, submission), dossier.reviews(tx, submission)
    made = dossier.load_release(home, stored)
    appeal = dossier.stored_case(home, submission).appeal
    facts = clockfacts.thaw(submission.clock_facts)
    shown = []
    for name in dict.fromkeys(appeal.publication.channels):
        channel = open_channel(home, ledger, config, name)
        draft = channel.prepare(made)
        (end,) = facts.ends([draft.medium], confirmations=confirmed, reviews=reviewed)
        shown.append(Shown(draft=draft, capabilities=channel.capabilities(), end=end))
    return Preview(appeal=appeal_id, revision=submission.revision, digest=stored.digest, channels=tuple(shown))


def _shown_json(shown: Shown, language: str) -> dict[str, Any]:
    draft = shown.draft
    return {
        "channel": draft.channel,
        "kind": draft.kind,
        "medium": draft.medium.value,
        "marker": draft.marker,
        "urls": [reference.url for reference in draft.references if reference.kind == "page"],
        "parts": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **_text(name, data)}
            for name, data in draft.payload.items()
        ],
        "recipients": [],
        "ends_at": to_plain(shown.end.at),
        "ends_because": shown.end.because.in_language(language),
        "withdrawal": HOW.in_language(language),
        "residual": shown.capabilities.residual.in_language(language),
    }


def _text(name: str, data: bytes) -> dict[str, Any]:
    if not name.endswith((".html", ".txt", ".json")):
        return {}
    text = data.decode()
    return {"text": text, "characters": len(text)}
